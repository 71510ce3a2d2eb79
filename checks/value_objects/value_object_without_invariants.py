"""Value objects that take whatever they are given."""

from collections.abc import Iterator, Sequence
from contextlib import suppress

import libcst as cst

from reviewer.api import Bad, Check, Context, Finding, Good, Kind, Level, below, dotted, on

JUDGED = frozenset({Kind.DATACLASS, Kind.ATTRS, Kind.PYDANTIC, Kind.IMMUTABLE})
FACTORIES = frozenset({"classmethod", "staticmethod"})
RAW = frozenset({"str", "int", "float", "complex", "bytes", "decimal.Decimal"})
# What a type may stand in without being held to anything.
OPEN = frozenset({"typing.Optional", "typing.Union", "typing.Final", "typing_extensions.Final"})

BAD = (
    Bad(
        path="app/domain/value_objects/email.py",
        code="""
            from dataclasses import dataclass

            @dataclass(frozen=True)
            class Email:  # <-
                address: str
        """,
    ),
    Bad(
        path="app/vo.py",
        code="""
            import builtins
            import decimal as d
            from typing import Final, Optional, Union
            import attrs
            from pydantic import BaseModel, Field

            @attrs.frozen
            class Email:  # <-
                address: Optional["str"]
                local_part: int = attrs.field(default=1)
            class Money(BaseModel, frozen=True):  # <-
                amount: d.Decimal | None = Field(default=None, title="Amount")
                def doubled(self) -> "Money": raise NotImplementedError
            @attrs.frozen
            class Weight:  # <-
                grams: Union[int, float]
            @attrs.frozen
            class Token:  # <-
                secret: Final[builtins.bytes]
            class Iban(str): pass  # <-
        """,
    ),
    # A base that checks nothing, in another file.
    Bad(
        path="app/vo.py",
        code="""
            from dataclasses import dataclass
            from app.shared import ValueObject

            @dataclass(frozen=True)
            class Weight(ValueObject):  # <-
                grams: int
        """,
        files={
            "app/shared.py": "from abc import ABC\nfrom dataclasses import dataclass\n"
            "@dataclass(frozen=True)\nclass ValueObject(ABC):\n    def same(self) -> bool: ...\n"
        },
    ),
)
GOOD = (
    Good(
        path="app/domain/value_objects/email.py",
        code="""
            from dataclasses import dataclass

            @dataclass(frozen=True)
            class Email:
                address: str

                def __post_init__(self) -> None:
                    if "@" not in self.address:
                        raise ValueError(self.address)
        """,
    ),
    # The other ways to hold values to something.
    Good(
        path="app/vo.py",
        code="""
            from typing import Annotated
            import attr, attrs, pydantic
            from dataclasses import dataclass
            from pydantic import BaseModel, ConfigDict, EmailStr, Field, PositiveInt, constr, field_validator

            @attrs.frozen
            class Email: address: str = attrs.field(validator=attrs.validators.min_len(3))
            @attrs.frozen
            class Phone:
                number: str = attrs.field()
                @number.validator
                def _check(self, attribute, value): ...
            @attr.s(frozen=True)
            class Fax:
                number: str = attr.ib(converter=int)
            class Money(BaseModel, frozen=True): cents: int = Field(ge=0)
            class Price(BaseModel, frozen=True):
                cents: int
                @field_validator("cents")
                @classmethod
                def check(cls, value: int) -> int: ...
            class Url(BaseModel, frozen=True):
                text: EmailStr
                port: PositiveInt
                path: constr(min_length=1)
                size: Annotated[int, Field(gt=0)]
            class Iban(str):
                def __new__(cls, text: str) -> "Iban": ...
            @dataclass(frozen=True)
            class Weight:
                grams: int
                @classmethod
                def of(cls, grams: int) -> "Weight":
                    if grams < 0:
                        raise ValueError(grams)
                    return cls(grams)
        """,
    ),
    # A base that checks, near or far, or of which nobody knows.
    Good(
        path="app/vo.py",
        code="""
            from dataclasses import dataclass
            from app.shared import Checked
            from elsewhere import Strict, strict

            @dataclass(frozen=True)
            class Weight(Checked): grams: int
            @dataclass(frozen=True)
            class Height(Strict): metres: float
            @strict
            @dataclass(frozen=True)
            class Width: metres: float
        """,
        files={
            "app/shared.py": "class ValueObject:\n    def __post_init__(self) -> None: self.check()\n"
            "class Checked(ValueObject): pass\n"
        },
    ),
    # What is made of values that are checked by themselves, or of what any value will do for.
    Good(
        path="app/vo.py",
        code="""
            from dataclasses import dataclass
            from datetime import date, datetime
            from enum import Enum
            from typing import ClassVar, Literal, NamedTuple, NewType
            from uuid import UUID
            from elsewhere import Currency

            UserId = NewType("UserId", int)
            class Colour(Enum): RED = "red"
            @dataclass(frozen=True)
            class Order:
                limit: ClassVar[int] = 3
                id: UUID
                made: datetime
                open: bool
                colour: Colour
                kind: Literal["a"]
                user: UserId
                currency: Currency
                tags: tuple[str, ...]
            class Point(NamedTuple): x: int
            class Day(date): pass
        """,
    ),
    # No value object.
    Good(path="app/domain/jobs.py", code="from dataclasses import dataclass\n@dataclass\nclass Job: title: str\n"),
)


class ValueObjectWithoutInvariants(Check):
    """A value object that takes whatever it is given says nothing that the raw value did not say.

    `Email("n/a")` goes through every function that asks for an `Email`, and fails where the mail is sent, or is
    stored: whoever gets one has to check it again.

    Check the values where the object comes into being, once for all: in `__post_init__`, in a validator of pydantic or
    attrs, by `Field(gt=0)` or an `Annotated` type.

    A class is told of when it is a value object (`reviewer inspect` says why), has a field of a plain `str`, `int`,
    `float`, `bytes` or `Decimal`, or is a subclass of one, and nothing of it checks anything: no constructor,
    validator or constraint of its own or of a base, and no class method that raises. A base or a decorator that is not
    of the project may check, and is taken to. A `NamedTuple` has no place for a check and is left alone.
    """

    name = "value-object-without-invariants"
    level = Level.ADVICE
    message = "Whoever gets this {symbol} has to check it again: nothing holds its {field} to anything."
    examples = BAD + GOOD

    @on(cst.ClassDef)
    def class_(self, node: cst.ClassDef, ctx: Context) -> Iterator[Finding]:
        """Report a value object of raw values that nothing checks."""
        symbol = ctx.symbol(node)
        answer = ctx.index.class_answer(ctx.path, symbol)
        if answer is None or answer.kind not in JUDGED or ctx.index.value_object(ctx.path, symbol) is None:
            return
        raw = next(_raw_base(node, ctx) if answer.kind is Kind.IMMUTABLE else _raw_fields(node, ctx), None)
        if raw and not any(map(_refuses, node.body.body)) and ctx.index.invariants(ctx.path, symbol) is None:
            yield self.finding(ctx, node, params={"field": raw})


def _raw_base(node: cst.ClassDef, ctx: Context) -> Iterator[str]:
    names = (ctx.name_of(base.value) for base in node.bases)
    return (f"`{dotted(base.value)}`" for base, name in zip(node.bases, names, strict=True) if _is_raw(name))


def _raw_fields(node: cst.ClassDef, ctx: Context) -> Iterator[str]:
    """The fields of the class's own that hold a raw value, or none."""
    lines = (line.body if isinstance(line, cst.SimpleStatementLine) else (line,) for line in node.body.body)
    for statement in (statement for line in lines for statement in line):
        match statement:
            case cst.AnnAssign(target=cst.Name(value=name), annotation=kind) if _holds_raw(kind.annotation, ctx):
                yield f"`{name}`"


def _holds_raw(annotation: cst.BaseExpression, ctx: Context) -> bool:
    """Whether a type is a raw one, or a choice between such types and `None`."""
    match annotation:
        case cst.SimpleString(evaluated_value=str() as text):
            with suppress(cst.ParserSyntaxError):
                return _holds_raw(cst.parse_expression(text), ctx)
            return False
        case cst.BinaryOperation(left=left, operator=cst.BitOr(), right=right):
            return _all_raw([left, right], ctx)
        case cst.Subscript(value=outer, slice=items) if ctx.name_of(outer) in OPEN:
            return _all_raw([each.slice.value for each in items if isinstance(each.slice, cst.Index)], ctx)
        case _:
            return _is_raw(ctx.name_of(annotation))


def _all_raw(types: Sequence[cst.BaseExpression], ctx: Context) -> bool:
    some = [each for each in types if dotted(each) != "None"]
    return bool(some) and all(_holds_raw(each, ctx) for each in some)


def _is_raw(name: str | None) -> bool:
    return (name or "").removeprefix("builtins.") in RAW


def _refuses(node: cst.CSTNode) -> bool:
    """Whether a class method, by which objects are to be made, raises."""
    made = isinstance(node, cst.FunctionDef) and any(dotted(each) in FACTORIES for each in node.decorators)
    return made and _raises(node)


def _raises(node: cst.CSTNode) -> bool:
    return any(isinstance(each, cst.Raise) for each in below(node))
