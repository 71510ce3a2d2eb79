"""Value objects whose contents can be changed."""

from collections.abc import Iterator

import libcst as cst

from reviewer.api import Bad, Check, Context, Finding, Fix, Good, Kind, Level, dotted, fixed_field, on

JUDGED = frozenset({Kind.DATACLASS, Kind.ATTRS, Kind.PYDANTIC, Kind.NAMED_TUPLE})
INSTEAD = {
    "list": "tuple",
    "typing.List": "tuple",
    "set": "frozenset",
    "typing.Set": "frozenset",
    "dict": "Mapping",
    "typing.Dict": "Mapping",
    "bytearray": "bytes",
}
# What may hold something mutable without hiding it: each element of a union, a tuple or a frozen set.
TRANSPARENT = frozenset(
    {
        "frozenset",
        "tuple",
        *(f"typing.{name}" for name in ("Final", "FrozenSet", "Optional", "Tuple", "Union")),
        "typing_extensions.Final",
    }
)
ANNOTATED = frozenset({"typing.Annotated", "typing_extensions.Annotated"})
# Names that the library reads as something else than a field.
RESERVED = frozenset({"model_config"})

BAD = (
    Bad(
        path="app/domain/value_objects/route.py",
        code="""
            from dataclasses import dataclass, field

            @dataclass(frozen=True)
            class Route:
                name: str
                stops: list[str]  # <-
                prices: dict[str, int] = field(default_factory=dict)  # <-
        """,
        fixed="""
            from dataclasses import dataclass, field

            @dataclass(frozen=True)
            class Route:
                name: str
                stops: tuple[str, ...]
                prices: dict[str, int] = field(default_factory=dict)  # <-
        """,
    ),
    # With their defaults; not where the class itself takes the field for a list.
    Bad(
        path="app/vo.py",
        code="""
            from dataclasses import dataclass, field
            from pydantic import BaseModel, Field

            @dataclass(frozen=True)
            class Route:
                stops: list[str] = field(default_factory=list)  # <-
                tags: set[str] = field(default_factory=set, repr=False)  # <-
                ways: list[int] | None = None  # <-
                legs: list[int] = field(default_factory=list)  # <-
                def last(self) -> int:
                    return self.legs.copy().pop()
                def all(self) -> list[str]:
                    return [stop for stop in self.stops]
            class Track(BaseModel, frozen=True):
                points: list[int] = Field(default_factory=list)  # <-
                marks: list[int] = Field(default_factory=lambda: [1])  # <-
        """,
        fixed="""
            from dataclasses import dataclass, field
            from pydantic import BaseModel, Field

            @dataclass(frozen=True)
            class Route:
                stops: tuple[str, ...] = ()
                tags: frozenset[str] = field(default=frozenset(), repr=False)
                ways: tuple[int, ...] | None = None
                legs: list[int] = field(default_factory=list)  # <-
                def last(self) -> int:
                    return self.legs.copy().pop()
                def all(self) -> list[str]:
                    return [stop for stop in self.stops]
            class Track(BaseModel, frozen=True):
                points: tuple[int, ...] = ()
                marks: list[int] = Field(default_factory=lambda: [1])  # <-
        """,
    ),
    Bad(
        path="app/vo.py",
        code="""
            import typing as t
            from dataclasses import dataclass
            from typing import Annotated, List, NamedTuple, Optional, Union
            import attrs
            from pydantic import BaseModel

            @dataclass(frozen=True)
            class Route:
                a: set  # <-
                b: bytearray  # <-
                c: List[str]  # <-
                d: t.Dict[str, int]  # <-
                e: t.Set[int]  # <-
                f: Optional[list[str]]  # <-
                g: Union[str, set[str]]  # <-
                h: dict[str, str] | None  # <-
                i: tuple[list[int], ...]  # <-
                j: frozenset[t.Tuple[str, bytearray]]  # <-
                k: "list[int] | None"  # <-
                l: Annotated[list[int], "sorted"]  # <-
            @attrs.frozen
            class Path:
                steps: list[str]  # <-
            class Track(BaseModel, frozen=True):
                points: list[int]  # <-
            class Leg(NamedTuple):
                stops: list[str]  # <-
        """,
        fixed="""
            import typing as t
            from dataclasses import dataclass
            from typing import Annotated, List, NamedTuple, Optional, Union
            import attrs
            from pydantic import BaseModel

            @dataclass(frozen=True)
            class Route:
                a: frozenset
                b: bytearray  # <-
                c: tuple[str, ...]
                d: t.Dict[str, int]  # <-
                e: frozenset[int]
                f: Optional[tuple[str, ...]]
                g: Union[str, frozenset[str]]
                h: dict[str, str] | None  # <-
                i: tuple[tuple[int, ...], ...]
                j: frozenset[t.Tuple[str, bytearray]]  # <-
                k: "list[int] | None"  # <-
                l: Annotated[tuple[int, ...], "sorted"]
            @attrs.frozen
            class Path:
                steps: tuple[str, ...]
            class Track(BaseModel, frozen=True):
                points: tuple[int, ...]
            class Leg(NamedTuple):
                stops: tuple[str, ...]
        """,
    ),
    # Under another name.
    Bad(
        path="app/vo.py",
        code="""
            import builtins
            from dataclasses import dataclass
            from typing import TypeAlias, Union
            Names = list[str]
            Prices: TypeAlias = dict[str, int] | None
            Tree = Union[int, tuple["Tree", ...]]

            @dataclass(frozen=True)
            class Route:
                stops: Names  # <-
                prices: "Prices"  # <-
                ways: builtins.list[int]  # <-
                tree: Tree
        """,
    ),
)
GOOD = (
    Good(
        path="app/domain/value_objects/route.py",
        code="""
            from collections.abc import Mapping
            from dataclasses import dataclass

            @dataclass(frozen=True)
            class Route:
                name: str
                stops: tuple[str, ...]
                prices: Mapping[str, int]
        """,
    ),
    Good(
        path="app/vo.py",
        code="""
            from collections.abc import Callable, Sequence
            from dataclasses import InitVar, dataclass
            from typing import Any, ClassVar, Literal
            from pydantic import BaseModel, PrivateAttr
            from app.types import List, Tags

            @dataclass(frozen=True)
            class Route:
                a: Sequence[list[int]]
                b: Any
                c: ClassVar[dict[str, int]] = {}
                d: "ClassVar[list[str]]" = []
                e: frozenset[str]
                f: List
                g: Tags
                h: type[list]
                i: Literal["list"]
                j: Callable[[list[int]], int]
                k: InitVar[list[int]]
                l: "not an annotation"
                m = []
            class Track(BaseModel, frozen=True):
                model_config: dict = {}
                _cache: dict[str, int] = PrivateAttr(default_factory=dict)
        """,
        files={"app/types.py": "class List: pass\nclass Tags: pass\n"},
    ),
    # No value object, and a value object that is no data class.
    Good(
        path="app/domain/route.py",
        code="""
            from dataclasses import dataclass
            from app.vo import ValueObject

            @dataclass(frozen=True)
            class Route:
                stops: list[str]
            class Path(ValueObject):
                steps: list[str]
                def __init__(self, steps: list[str]) -> None: self.steps = steps
        """,
        files={"app/vo.py": "class ValueObject: pass\n"},
    ),
)


class ValueObjectMutableField(Check):
    """A frozen value object with a list in it is not frozen: the list can still be changed by whoever gets at it.

    `route.stops.append(…)` changes every copy of the route, and makes it unhashable besides.

    Hold a `tuple`, a `frozenset`, `bytes` or a read-only `Mapping`, and copy what the caller hands in.

    `Sequence` and `Mapping` promise no writes and are left alone, `ClassVar` is no field.
    """

    name = "value-object-mutable-field"
    level = Level.WARNING
    message = "Whoever holds this {symbol} can change its `{field}`, a {kind}; {instead} cannot be changed."
    examples = BAD + GOOD

    @on(cst.ClassDef)
    def class_(self, node: cst.ClassDef, ctx: Context) -> Iterator[Finding]:
        """Report each field of a value object whose annotation names something mutable."""
        symbol = ctx.symbol(node)
        if ctx.index.value_object(ctx.path, symbol) is None:
            return
        answer = ctx.index.class_answer(ctx.path, symbol)
        if answer is None or answer.kind not in JUDGED:
            return
        for name, field in _fields(node, answer.kind):
            kind = _mutable(field.annotation.annotation, ctx, set())
            if kind:
                params = {"field": name, "kind": kind.rpartition(".")[2], "instead": f"a `{INSTEAD[kind]}`"}
                edits, effect = fixed_field(field, node, ctx), f"whoever changes the `{name}` of one is refused"
                fix = Fix(safe=False, edits=edits, effect=effect) if edits else None
                yield self.finding(ctx, field.target, extent=field, symbol=symbol, key=name, params=params, fix=fix)


def _fields(node: cst.ClassDef, kind: Kind) -> Iterator[tuple[str, cst.AnnAssign]]:
    for statement in _statements(node.body):
        match statement:
            case cst.AnnAssign(target=cst.Name(value=name)) if _is_field(name, kind):
                yield name, statement


def _statements(body: cst.BaseSuite) -> Iterator[cst.CSTNode]:
    for line in body.body:
        yield from line.body if isinstance(line, cst.SimpleStatementLine) else (line,)


def _is_field(name: str, kind: Kind) -> bool:
    """A leading underscore makes a private attribute of pydantic, and a field of any other class."""
    return name not in RESERVED and not (kind is Kind.PYDANTIC and name.startswith("_"))


def _mutable(annotation: cst.BaseExpression, ctx: Context, followed: set[str]) -> str | None:
    """The mutable type that an annotation names, on its own or as part of a union, a tuple or a frozen set.

    An alias is `followed` once: what it did not hold the first time it will not hold the second.
    """
    match annotation:
        case cst.Name(value=name) if name in ctx.aliases and name not in followed:
            followed.add(name)
            return _mutable(ctx.aliases[name], ctx, followed)
        case cst.SimpleString() | cst.ConcatenatedString():
            inner = _quoted(annotation)
            return _mutable(inner, ctx, followed) if inner else None
        case cst.BinaryOperation(left=left, operator=cst.BitOr(), right=right):
            return _mutable(left, ctx, followed) or _mutable(right, ctx, followed)
        case cst.Subscript(value=value):
            return _mutable(value, ctx, followed) or _inside(annotation, ctx, followed)
        case _:
            known = (ctx.name_of(annotation) or "").removeprefix("builtins.") if dotted(annotation) else ""
            return known if known in INSTEAD else None


def _quoted(annotation: cst.SimpleString | cst.ConcatenatedString) -> cst.BaseExpression | None:
    text = annotation.evaluated_value
    try:
        return cst.parse_expression(text) if isinstance(text, str) else None
    except cst.ParserSyntaxError:
        return None


def _inside(annotation: cst.Subscript, ctx: Context, followed: set[str]) -> str | None:
    outer = ctx.name_of(annotation.value)
    items = [item.slice.value for item in annotation.slice if isinstance(item.slice, cst.Index)]
    if outer in ANNOTATED:
        return _mutable(items[0], ctx, followed)
    found = (_mutable(item, ctx, followed) for item in items) if outer in TRANSPARENT else ()
    return next((kind for kind in found if kind), None)
