import dataclasses
import importlib.util
import sys
from collections.abc import Iterator
from textwrap import dedent
from types import ModuleType

import pydantic
import pytest

from reviewer.index.answers import Immutability, Kind
from tests.unit.index.project import index_of

RUNTIME = """
    import dataclasses as dc
    import enum
    import typing
    from dataclasses import dataclass, dataclass as data
    from functools import partial
    from pydantic import BaseModel, ConfigDict, RootModel
    from pydantic.dataclasses import dataclass as validated

    class Rigid(BaseModel, frozen=True): x: int
    class Quiet(BaseModel): y: int
    class Loose(BaseModel, frozen=False): z: int
    class RigidThenQuiet(Rigid, Quiet): ...
    class RigidThenLoose(Rigid, Loose): ...
    class LooseThenRigid(Loose, Rigid): ...

    @dataclass
    class Plain: x: int
    @dataclass()
    class Called: x: int
    @data(frozen=True)
    class Frozen: x: int
    @dc.dataclass(slots=True, frozen=True)
    class Slotted: x: int
    @dc.dataclass(frozen=False)
    class Thawed: x: int
    class Child(Frozen):
        def method(self): ...
    @dataclass(frozen=True)
    class Grandchild(Child): y: int
    class OfPlain(Plain): ...
    value_object = dataclass(frozen=True)
    @value_object
    class Prepared: x: int
    value = partial(dataclass, frozen=True)
    @value
    class Partial: x: int
    @value(slots=True)
    class PartialCalled: x: int
    @value(frozen=False)
    class PartialThawed: x: int
    shorthand = dataclass
    @shorthand(frozen=True)
    class Aliased: x: int
    def make():
        @dataclass(frozen=True)
        class Local: x: int
        return Local
    @validated(frozen=True)
    class Validated: x: int
    @validated
    class ValidatedPlain: x: int
    @validated(config=ConfigDict(str_strip_whitespace=True))
    class ValidatedConfigured: x: int

    class Model(BaseModel): x: int
    class Keyword(BaseModel, frozen=True): x: int
    class Configured(BaseModel):
        model_config = ConfigDict(frozen=True)
        x: int
    class Display(BaseModel):
        model_config = {"frozen": True, "extra": "forbid"}
        x: int
    SHARED = ConfigDict(frozen=True)
    class Named(BaseModel):
        model_config = SHARED
        x: int
    class Keeps(Configured):
        model_config = ConfigDict(extra="forbid")
        y: int
    class Melts(Configured):
        model_config = ConfigDict(frozen=False)
    class Inherits(Keyword): y: int
    class Overrides(Keyword, frozen=False): y: int
    class KeywordWins(BaseModel, frozen=True):
        model_config = ConfigDict(frozen=False)
        x: int
    class LastBaseWins(Model, Configured): ...
    class FirstBaseLoses(Configured, Overrides): ...
    class Merged(Configured):
        model_config = {**Configured.model_config, "extra": "ignore"}
    class Root(RootModel[int]): ...
    class FrozenRoot(RootModel[int], frozen=True): ...
"""


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    path = tmp_path_factory.mktemp("runtime") / "immutability_runtime.py"
    path.write_text(dedent(RUNTIME), encoding="utf-8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[path.stem]


def frozen_at_runtime(found: object) -> bool:
    """What the class itself says once it is made."""
    if isinstance(found, type) and issubclass(found, pydantic.BaseModel):
        return bool(found.model_config.get("frozen"))
    assert dataclasses.is_dataclass(found)
    parameters: object = getattr(found, "__dataclass_params__", None)
    return bool(getattr(parameters, "frozen", None))


def test_what_is_frozen_agrees_with_the_runtime(runtime: ModuleType) -> None:
    index = index_of({"app.py": RUNTIME})
    symbols = [found.symbol for found in index.facts("app.py").classes if "." not in found.symbol]
    answers = {symbol: index.class_answer("app.py", symbol) for symbol in symbols}

    assert len(symbols) > 30
    assert {symbol: answer and answer.immutability.frozen for symbol, answer in answers.items()} == {
        symbol: frozen_at_runtime(getattr(runtime, symbol)) for symbol in symbols
    }
    local = index.class_answer("app.py", "make.Local")
    assert local
    assert local.immutability.frozen is True


OTHERS = """
    import abc, attr, attrs, collections, datetime, decimal, enum, typing, uuid
    from attr import define, frozen as cold
    from attrs import field
    from dataclasses import dataclass
    from pydantic import BaseModel, ConfigDict, dataclasses as validated
    from typing import NamedTuple, NewType, Protocol, dataclass_transform
    from elsewhere import CONFIG, FLAG, Model, decorate, options
    from library.values import FrozenModel, Marked, Meta, value_object

    @attr.s
    class AttrS: ...
    @attr.s(frozen=True, auto_attribs=True)
    class AttrFrozen: ...
    @define
    class Define: ...
    @attrs.define(frozen=True)
    class DefineFrozen: ...
    @cold
    class Cold: ...
    @attrs.frozen(slots=False)
    class Colder: ...
    @define
    class StaysCold(Cold): ...

    class Pair(NamedTuple): x: int
    class Point(collections.namedtuple("Point", "x y")): ...
    Line = NamedTuple("Line", [("x", int)])
    class Longer(Line): ...
    class Colour(enum.Enum): RED = 1
    class Hue(str, enum.Enum): ...
    class Shade(Colour): ...
    class Iban(str): ...
    class Cents(int): ...
    class Span(tuple[int, int]): ...
    class Span2(typing.Tuple[int, int]): ...
    class Exact(decimal.Decimal): ...
    class Key(uuid.UUID): ...
    class Day(datetime.date): ...
    class Longest(Span): ...

    @dataclass(frozen=FLAG)
    class Unknown: ...
    @dataclass(**options)
    class Unpacked: ...
    @validated.dataclass(config=CONFIG)
    class ByConfig: ...
    @validated.dataclass(config=ConfigDict(frozen=True))
    class ByFrozenConfig: ...
    class ByFlag(BaseModel, frozen=FLAG): ...
    class ByName(BaseModel):
        model_config = CONFIG
    class ByCall(BaseModel):
        model_config = configuration()
    class ByUnion(BaseModel):
        model_config = ConfigDict(frozen=True) | CONFIG
    class ByUnpacked(BaseModel):
        model_config = ConfigDict(**CONFIG)
    class ByOther(BaseModel):
        model_config = ForeignFrozen.model_config
    class ByMapping(BaseModel):
        model_config = ConfigDict({**CONFIG})
    class Foreign(Model): ...
    class ForeignFrozen(Model):
        model_config = ConfigDict(frozen=True)
    class ForeignSilent(Model):
        model_config = ConfigDict(extra="forbid")
    class Old(BaseModel):
        class Config: frozen = True
    class Older(BaseModel):
        class Config: allow_mutation = False
    class OldMutable(BaseModel):
        class Config: allow_mutation = True
    class OldSilent(Old):
        class Config: extra = "forbid"
    class OldInherited(BaseModel):
        class Config(Old.Config): ...
    class FromAfar(FrozenModel): ...
    class Guarded(BaseModel):
        def __setattr__(self, name, value): raise TypeError
    @dataclass
    class GuardedChild(Guarded2): ...

    @value_object
    class Own: ...
    @value_object(frozen=False)
    class OwnThawed: ...
    class ByBase(Marked): ...
    class ByBaseThawed(Marked, frozen=False): ...
    class ByMeta(metaclass=Meta): ...

    class Failure(Exception): ...
    class Missing(KeyError): ...
    class Failing(BaseModel, Failure): ...
    class Port(Protocol): ...
    class Adapter(Port): ...
    class Simple: ...
    class Abstract(abc.ABC): ...
    @decorate
    class Decorated: ...
    @local
    class LocallyDecorated: ...
    def local(found): return found
"""
LIBRARY = """
    from pydantic import BaseModel
    from typing import dataclass_transform
    class FrozenModel(BaseModel, frozen=True): ...
    @dataclass_transform(frozen_default=True)
    def value_object(found=None, **options): ...
    @dataclass_transform(frozen_default=True)
    class Marked: ...
    @dataclass_transform()
    class Meta(type): ...
"""
EXPECTED: dict[str, tuple[Kind, bool | None]] = {
    **dict.fromkeys(("AttrS", "Define"), (Kind.ATTRS, False)),
    **dict.fromkeys(("AttrFrozen", "DefineFrozen", "Cold", "Colder", "StaysCold"), (Kind.ATTRS, True)),
    **dict.fromkeys(("Pair", "Point", "Longer"), (Kind.NAMED_TUPLE, True)),
    **dict.fromkeys(("Colour", "Hue", "Shade"), (Kind.ENUM, True)),
    **dict.fromkeys(("Iban", "Cents", "Span", "Span2", "Exact", "Key", "Day", "Longest"), (Kind.IMMUTABLE, True)),
    **dict.fromkeys(("Unknown", "Unpacked", "ByConfig"), (Kind.DATACLASS, None)),
    "ByFrozenConfig": (Kind.DATACLASS, True),
    **dict.fromkeys(
        ("ByFlag", "ByName", "ByCall", "ByUnion", "ByUnpacked", "ByOther", "ByMapping", "Guarded"),
        (Kind.PYDANTIC, None),
    ),
    "Foreign": (Kind.CLASS, None),
    "ForeignFrozen": (Kind.PYDANTIC, True),
    "ForeignSilent": (Kind.PYDANTIC, None),
    **dict.fromkeys(("Old", "Older", "OldSilent", "OldInherited", "FromAfar"), (Kind.PYDANTIC, True)),
    "OldMutable": (Kind.PYDANTIC, False),
    "GuardedChild": (Kind.DATACLASS, False),
    **dict.fromkeys(("Own", "ByBase"), (Kind.DATACLASS, True)),
    **dict.fromkeys(("OwnThawed", "ByBaseThawed", "ByMeta"), (Kind.DATACLASS, False)),
    **dict.fromkeys(("Failure", "Missing", "Failing"), (Kind.EXCEPTION, None)),
    "Port": (Kind.PROTOCOL, None),
    **dict.fromkeys(("Adapter", "Simple", "Abstract", "Decorated", "LocallyDecorated"), (Kind.CLASS, None)),
}


@pytest.mark.parametrize("symbol", EXPECTED)
def test_a_class_has_its_kind_and_unknown_stays_unknown(symbol: str) -> None:
    index = index_of({"app.py": OTHERS, "library/__init__.py": "", "library/values.py": LIBRARY})
    answer = index.class_answer("app.py", symbol)

    assert answer
    assert (answer.kind, answer.immutability.frozen) == EXPECTED[symbol]
    assert answer.immutability.because


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("values.Email", True),
        ("Email", True),
        ("UserId", True),
        ("Line", True),
        ("Colour", True),
        ("uuid.UUID", True),
        ("str", True),
        ("list", False),
        ("Made", None),
        ("BaseModel", None),
        ("Missing", None),
        ("values", None),
    ],
)
def test_a_name_tells_whether_what_it_means_is_immutable(name: str, *, expected: bool | None) -> None:
    files = {
        "values.py": "from attrs import frozen\n@frozen\nclass Email: ...\n",
        "app.py": """
            import enum, typing, uuid, values
            from pydantic import BaseModel
            from values import Email
            UserId = typing.NewType("UserId", int)
            Line = typing.NamedTuple("Line", [])
            Colour = enum.Enum("Colour", "RED")
            Made = make()
        """,
    }

    assert index_of(files).immutability("app.py", name).frozen is expected


def test_the_reason_names_the_base_that_has_it() -> None:
    text = """
        from dataclasses import dataclass
        @dataclass(frozen=True)
        class A: ...
        class B(A): ...
        class C(B): ...
    """
    answer = index_of({"app.py": text}).class_answer("app.py", "C")

    assert answer
    assert answer.immutability == Immutability(
        frozen=True, because="its base A: `@dataclasses.dataclass` with frozen=True"
    )


def test_a_model_has_its_own_kind_and_a_missing_class_has_none() -> None:
    text = """
        from sqlalchemy.orm import DeclarativeBase
        class Base(DeclarativeBase): ...
        class Job(Base): ...
    """
    index = index_of({"app.py": text})
    answer = index.class_answer("app.py", "Job")

    assert answer
    assert answer.kind is Kind.ORM_MODEL
    assert index.class_answer("app.py", "Nobody") is None
    assert index.class_answer("nowhere.py", "Job") is None


def test_cyclic_bases_come_to_an_end() -> None:
    text = """
        class A(B, metaclass=A): ...
        class B(A): ...
        class Config(Config2): frozen = make()
        class Config2(Config): ...
    """
    answer = index_of({"app.py": text}).class_answer("app.py", "A")

    assert answer
    assert answer.kind is Kind.CLASS
