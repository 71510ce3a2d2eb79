import dataclasses
import inspect
import zipfile
from pathlib import Path
from textwrap import dedent
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewer.index.extract import extract
from reviewer.index.facts import NOTHING, Import, ModuleFacts


def read(text: str) -> ModuleFacts:
    return extract(dedent(text).encode())


def test_imports_say_what_they_bind_and_where_they_stand() -> None:
    facts = read(
        """
        import a.b
        import a.b as c
        from d import e as f, g
        from .. import h
        from .i import *
        if TYPE_CHECKING:
            import j
        else:
            import k
        def load():
            from l import m
        class Outer:
            def inner(self):
                import n
        """
    )

    assert facts.imports == (
        Import("a", "a.b", None, 0, 2),
        Import("c", "a.b", None, 0, 3, alias=True),
        Import("f", "d", "e", 0, 4, alias=True),
        Import("g", "d", "g", 0, 4),
        Import("h", "", "h", 2, 5),
        Import("*", "i", "*", 1, 6),
        Import("j", "j", None, 0, 8, type_checking=True),
        Import("k", "k", None, 0, 10),
        Import("m", "l", "m", 0, 12, scope="load"),
        Import("n", "n", None, 0, 15, scope="Outer.inner"),
    )
    assert [found.top_level for found in facts.imports[3:6]] == ["d", None, None]


def test_a_class_is_found_at_its_keyword_with_bases_keywords_and_decorators() -> None:
    facts = read(
        """
        @dataclass(frozen=True, **options)
        @plain
        class Job(Generic[T, int], base.Model, make(1), metaclass=Meta):
            id: int = field(default=1)
            name = "x"
            first = second = Column(String)
            class Meta:
                abstract = True
        """
    )
    job, meta = facts.classes

    assert (job.symbol, job.line, job.end_line) == ("Job", 4, 9)
    assert [base.name for base in job.bases] == ["Generic", "base.Model", "make"]
    assert job.bases[0].subscript == ("T", "int")
    assert job.bases[2].called
    assert job.keywords == (("metaclass", "Meta"),)
    assert job.decorators[0].keywords == (("frozen", "True"), ("**", "options"))
    assert job.decorators[0].keyword("frozen") == "True"
    assert [attribute.name for attribute in job.attributes] == ["id", "name", "first", "second"]
    identity = job.attribute("id")
    assert identity
    assert (identity.annotation, identity.value and identity.value.name) == ("int", "field")
    assert (meta.symbol, meta.name, meta.line) == ("Job.Meta", "Meta", 8)


def test_classes_in_functions_and_conditions_are_found() -> None:
    facts = read(
        """
        try:
            class First: ...
        except ImportError:
            class Second: ...
        else:
            class Third: ...
        finally:
            with lock:
                class Fourth: ...
        match value:
            case 1:
                class Fifth: ...
        while True:
            class Sixth: ...
        async def make():
            class Seventh:
                def method(self):
                    class Eighth: ...
        """
    )

    assert [found.symbol for found in facts.classes] == [
        "First",
        "Second",
        "Third",
        "Fourth",
        "Fifth",
        "Sixth",
        "make.Seventh",
        "make.Seventh.method.Eighth",
    ]


def test_functions_have_their_signature_and_methods_belong_to_their_class() -> None:
    facts = read(
        """
        @route("/x")
        async def load(a, /, b: int = 1, *args: str, c: "X" = None, **kwargs) -> list[int]:
            def inner(): ...
        class Job:
            @property
            def name(self) -> (
                str
            ): ...
        """
    )
    inner, load = facts.functions

    assert (load.symbol, load.line, load.is_async, load.returns) == ("load", 3, True, "list[int]")
    assert [(each.name, each.annotation, each.default) for each in load.parameters] == [
        ("a", None, None),
        ("b", "int", "1"),
        ("args", "str", None),
        ("c", '"X"', "None"),
        ("kwargs", None, None),
    ]
    assert inner.symbol == "load.inner"
    assert facts.function("load") is load
    name = facts.classes[0].method("name")
    assert name
    assert (name.name, name.returns, name.is_async) == ("name", "str", False)


def test_a_body_tells_what_it_yields_ends_and_binds() -> None:
    facts = read(
        """
        async def get_db(factory: sessionmaker):
            async with factory() as session, other as (a, b):
                own: Session = make()
                self.session = session
                try:
                    yield session
                    yield
                except Exception:
                    await session.rollback()
                    raise
                finally:
                    session.close()
                    callback(lambda: other.commit())
        def delegate():
            yield from get_db()
        def plain():
            x = make()
        """
    )
    get_db, delegate, plain = facts.functions

    assert get_db.is_generator
    assert delegate.is_generator
    assert not plain.is_generator
    assert [value.name for value in get_db.yields] == ["session"]
    assert get_db.calls == ("session.rollback", "session.close")
    assert [(found.name, found.annotation, found.value and found.value.name) for found in get_db.bound] == [
        ("session", None, "factory"),
        ("own", "Session", "make"),
        ("self.session", None, "session"),
    ]
    assert plain.bound == ()


def test_assignments_of_a_module_are_those_that_can_mean_something() -> None:
    facts = read(
        """
        Base = declarative_base(cls=Root)
        JobBase = models.Base
        AppBase: Any = declarative_base()
        Later: type
        Made = cast(Any, registry().generate_base())
        Wrapped = List[int]
        waited = await connect()
        generic = make[int]("x")
        number = 1
        config = {"frozen": True, **more, 1: 2}
        x, y = 1, 2
        a.b = c
        """
    )
    outlines = {found.name: found.value for found in facts.assignments}

    assert list(outlines) == ["Base", "JobBase", "AppBase", "Later", "Made", "Wrapped", "waited", "generic", "config"]
    assert outlines["Later"] is None
    made, wrapped, config, generic = (outlines[name] for name in ("Made", "Wrapped", "config", "generic"))
    assert made
    assert made.name == "registry().generate_base"
    assert wrapped
    assert (wrapped.name, wrapped.subscript, wrapped.called) == ("List", ("int",), False)
    assert config
    assert (config.name, config.called, config.keywords) == ("dict", True, (("frozen", "True"), ("**", "more")))
    assert generic
    assert (generic.name, generic.subscript, generic.positional) == ("make", ("int",), ('"x"',))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("__all__ = ['a', 'b']", ("a", "b")),
        ("__all__: list[str] = ['a']\n__all__ += ('b',)\n__all__.extend(['c'])", ("a", "b", "c")),
        ("__all__ = other.__all__", None),
        ("__all__ = ['a']\n__all__ += names()", None),
        ("__all__ = ['a', B]", None),
        ("x = 1", None),
    ],
)
def test_exports_are_known_where_they_are_spelled_out(text: str, expected: tuple[str, ...] | None) -> None:
    assert read(text).exported == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import os\nx = os.environ['A']", True),
        ("import os as system\nx = system.getenv('A')", True),
        ("from os import environ\ndef f(): return environ.get('A')", True),
        ("from os import getenv as env\nx = env('A')", True),
        ("import os\nprint(dict(os.environ))", True),
        ("import os\nos.environ['A'] = '1'\ndel os.environ['B']\nos.environ.update({})", False),
        ("environ = {}\nenviron['A']", False),
        ("import os\n# os.environ", False),
    ],
)
def test_reading_the_environment_is_told_from_writing_it(text: str, *, expected: bool) -> None:
    assert read(text).reads_environment is expected


INJECTING = (
    "import fastapi\n"
    "from fastapi import Depends, Security\n"
    "User = Annotated[str, Depends(users.current)]\n"
    "@router.get('/', dependencies=[Depends(Permission('read'))])\n"
    "def one(job: str = Security(current, scopes=[]), *, other=Depends(), more=Depends(lambda: 1)):\n"
    "    return fastapi.Depends(dependency=current)\n"
)


def test_what_fastapi_is_told_to_call_is_named() -> None:
    assert extract(INJECTING.encode()).injected == ("Permission", "current", "users.current")
    assert extract(b"class Depends: ...\nDependsOn(job)\n").injected == ()


@pytest.mark.parametrize(
    ("body", "stub"),
    [
        ("...", True),
        ("pass", True),
        ("'text'", True),
        ("'text'; raise NotImplementedError", True),
        ("raise NotImplementedError('text')", True),
        ("raise ValueError", False),
        ("return 1", False),
        ("pass; return None", False),
    ],
)
def test_a_stub_is_a_function_that_does_nothing(body: str, *, stub: bool) -> None:
    assert [each.stub for each in extract(f"def one(): {body}\n".encode()).functions] == [stub]


def test_classes_that_are_mapped_imperatively_are_named() -> None:
    facts = read(
        """
        def start():
            mapper_registry.map_imperatively(model.Job, jobs)
            orm.mapper(User, users)
            mapper()
            other(Thing)
        """
    )

    assert facts.mapped_imperatively == ("model.Job", "User")


NEWER = """
@dec
class Cache[
    K,  # keys
    V = int,
](Base[K], metaclass=Meta):
    value: V

    def get[T: str](self, key: T) -> V:
        return f"{self.values["a"]} {
            key
        }" f"{x!r:>{y}}"

type Pair[
    A
] = tuple[A, A]
type Plain = int
try:
    pass
except ValueError, TypeError:
    pass
text = t"{name}"
rows = [*row for row in rows]
maps = {**each for each in rows}
class Last[*Ts, **P]: ...
"""


def test_newer_syntax_is_read_with_the_lines_of_the_source() -> None:
    facts = read(NEWER)

    assert [(found.symbol, found.line) for found in facts.classes] == [
        ("Cache", 3),
        ("Last", NEWER.split("\n").index("class Last[*Ts, **P]: ...") + 1),
    ]
    assert [base.name for base in facts.classes[0].bases] == ["Base"]
    assert [(method.name, method.line) for method in facts.classes[0].methods] == [("get", 9)]
    assert [(found.name, found.line) for found in facts.assignments][:2] == [("Pair", 14), ("Plain", 17)]


def test_type_aliases_and_parameters_read_alike_on_every_python() -> None:
    facts = read("type Pair[A] = tuple[A, A]\nclass Box[T](Base[T]): ...\ndef make[T](): ...\n")

    assert [(found.name, found.value and found.value.name) for found in facts.assignments] == [("Pair", "tuple")]
    assert [base.name for base in facts.classes[0].bases] == ["Base"]
    assert facts.function("make")


def test_lazy_imports_are_imports() -> None:
    facts = read("lazy import a.b as c\nlazy from .d import (\n    e,\n)\nclass Job: ...\n")

    assert [(found.bound, found.module, found.attribute, found.level) for found in facts.imports] == [
        ("c", "a.b", None, 0),
        ("e", "d", "e", 1),
    ]
    assert facts.classes[0].line == 5


@pytest.mark.parametrize(
    "source",
    [
        b"# -*- coding: latin-1 -*-\nclass J\xf6b:\n    name: '\xe4' = 1\n",
        "\ufeffclass Jöb:\n    name: 'ä' = 1\n".encode(),
        "class Jöb:\r\n    name: 'ä' = 1\r\n".encode(),
        "class Jöb:\r    name: 'ä' = 1\r".encode(),
        "\x0cclass Jöb:\n\x0c    name: 'ä' = 1\n".encode(),
    ],
)
def test_encodings_marks_and_line_ends_make_no_difference(source: bytes) -> None:
    (job,) = extract(source).classes

    assert job.symbol == "Jöb"
    assert [attribute.annotation for attribute in job.attributes] == ["'ä'"]


@pytest.mark.parametrize(
    "source",
    [
        b"class Job(:",
        b"x = '\0'",
        b"\xff\xfe\xfa",
        b"# coding: nothing\nx = 1\n",
        b"# coding: latin-1\n\xef\xbb\xbf",
        b"x = " + b"(" * 5000 + b")" * 5000,
        b"x = " + b"-" * 100_000 + b"1",
        b"".join(b" " * depth + b"if x:\n" for depth in range(500)),
    ],
)
def test_what_cannot_be_read_has_no_facts(source: bytes) -> None:
    assert extract(source) == NOTHING


def test_the_warnings_of_the_reviewed_code_are_not_ours() -> None:
    assert extract(b"x = '\\d'\nclass Job: ...\nassert (1, 'x')\n").parsed


def test_an_empty_file_has_empty_facts() -> None:
    assert extract(b"") == ModuleFacts()


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=80) | st.text(max_size=80).map(str.encode))
def test_no_bytes_make_it_crash(source: bytes) -> None:
    assert isinstance(extract(source), ModuleFacts)


@pytest.mark.parametrize("module", [dataclasses, zipfile])
def test_classes_stand_where_the_runtime_finds_them(module: ModuleType) -> None:
    facts = extract(Path(str(module.__file__)).read_bytes())
    runtime = {
        each.__qualname__: inspect.findsource(each)[1] + 1
        for each in vars(module).values()
        if inspect.isclass(each) and each.__module__ == module.__name__ and each.__qualname__ in vars(module)
    }
    found = {each.symbol: each.line for each in facts.classes if each.symbol in runtime and not each.decorators}

    assert len(found) > 3
    assert found.items() <= runtime.items()
