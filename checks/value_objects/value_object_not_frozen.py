"""Value objects that can be changed after they are made."""

from collections.abc import Iterator

import libcst as cst

from reviewer.api import Bad, Check, Context, Finding, Fix, Good, Kind, Level, frozen, on

JUDGED = frozenset({Kind.DATACLASS, Kind.ATTRS, Kind.PYDANTIC})

# Found by its place, by its base, by its name in the domain; made by each library that makes data classes.
BAD = (
    Bad(
        path="app/domain/value_objects/email.py",
        code="""
            from dataclasses import dataclass

            @dataclass
            class Email:  # <-
                address: str
        """,
        fixed="""
            from dataclasses import dataclass

            @dataclass(frozen=True)
            class Email:
                address: str
        """,
    ),
    Bad(
        path="app/vo.py",
        code="""
            import dataclasses as dc
            import attr, attrs
            from pydantic import BaseModel, ConfigDict
            from pydantic.dataclasses import dataclass

            @dc.dataclass(slots=True)
            class Email: address: str  # <-
            @dc.dataclass(frozen=False)
            class Phone: number: str  # <-
            @dataclass
            class Fax: number: str  # <-
            @attrs.define
            class Pager: number: str  # <-
            @attr.s
            class Telex: number = attr.ib()  # <-
            class Url(BaseModel): text: str  # <-
            class Domain(BaseModel):  # <-
                model_config = ConfigDict(frozen=False)
                name: str
        """,
        fixed="""
            import dataclasses as dc
            import attr, attrs
            from pydantic import BaseModel, ConfigDict
            from pydantic.dataclasses import dataclass

            @dc.dataclass(slots=True, frozen=True)
            class Email: address: str
            @dc.dataclass(frozen=True)
            class Phone: number: str
            @dataclass(frozen=True)
            class Fax: number: str
            @attrs.define(frozen=True)
            class Pager: number: str
            @attr.s(frozen=True)
            class Telex: number = attr.ib()
            class Url(BaseModel, frozen=True): text: str
            class Domain(BaseModel):
                model_config = ConfigDict(frozen=True)
                name: str
        """,
    ),
    Bad(
        path="app/weight.py",
        code="""
            from dataclasses import dataclass
            from app.shared import BaseValueObject

            @dataclass
            class Weight(BaseValueObject):  # <-
                grams: int
        """,
        fixed="""
            from dataclasses import dataclass
            from app.shared import BaseValueObject

            @dataclass(frozen=True)
            class Weight(BaseValueObject):
                grams: int
        """,
        files={"app/shared.py": "class BaseValueObject:\n    pass\n"},
    ),
    Bad(
        path="app/domain/billing.py",
        code="""
            from dataclasses import dataclass

            @dataclass
            class CustomerEmail:  # <-
                address: str
                customer_id: int
        """,
        fixed="""
            from dataclasses import dataclass

            @dataclass(frozen=True)
            class CustomerEmail:
                address: str
                customer_id: int
        """,
    ),
)
# What can't be frozen as it stands: it changes itself, others change it, extend it, or it extends one that is not.
HINDERED = (
    Bad(
        path="app/vo.py",
        code="""
            from dataclasses import dataclass
            from pydantic import BaseModel
            from app.shared import Shared

            @dataclass
            class Email:  # <-
                address: str
                def correct(self) -> None:
                    self.address = self.address.strip()
            @dataclass
            class Phone:  # <-
                number: str
            @dataclass
            class Fax:  # <-
                line: str
            @dataclass
            class Telex(Fax): pass  # <-
            @dataclass
            class Pager(Shared):  # <-
                tone: str
            class Url(BaseModel):  # <-
                text: str
                class Config:
                    extra = "forbid"
        """,
        files={
            "app/shared.py": "from dataclasses import dataclass\n@dataclass\nclass Shared: pass\n",
            "app/use.py": "def change(phone, number: str) -> None:\n    phone.number = number\n",
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
        """,
    ),
    Good(
        path="app/vo.py",
        code="""
            import dataclasses, enum, typing
            import attr, attrs
            from pydantic import BaseModel, ConfigDict
            from pydantic.dataclasses import dataclass as validated
            from app.shared import Frozen

            @dataclasses.dataclass(slots=True, frozen=True)
            class Email: address: str
            @validated(frozen=True)
            class Fax: number: str
            @attrs.define(frozen=True)
            class Pager: number: str
            @attr.frozen
            class Telex: number: str
            class Url(BaseModel, frozen=True): text: str
            class ShortUrl(Url): target: Url
            class Domain(BaseModel):
                model_config = ConfigDict(frozen=True)
                name: str
            class Host(BaseModel):
                name: str
                class Config: frozen = True
            class Port(Frozen): number: int
            class Point(typing.NamedTuple): x: int
            class Iban(str): pass
            class Currency(enum.Enum): EUR = "EUR"
            UserId = typing.NewType("UserId", int)
        """,
        files={"app/shared.py": "from pydantic import BaseModel\nclass Frozen(BaseModel, frozen=True): pass\n"},
    ),
    # What cannot be known is no finding.
    Good(
        path="app/vo.py",
        code="""
            from dataclasses import dataclass
            from elsewhere import OPTIONS, STRICT, Model

            @dataclass(frozen=STRICT)
            class Email: address: str
            @dataclass(**OPTIONS)
            class Phone: number: str
            class Fax(Model): number: str
        """,
    ),
    # Helpers of value objects, a marker without fields, a class that is no data class.
    Good(
        path="app/vo.py",
        code="""
            from dataclasses import dataclass
            from typing import Protocol

            class InvalidEmail(ValueError): code: str
            class Parser(Protocol): strict: bool
            @dataclass
            class ValueObject: pass
            class Email(ValueObject):
                def __init__(self, address: str) -> None: self.address = address
            def parse(text: str) -> str: return text
        """,
    ),
    # Entities, by their base or by an identity of their own, and names that mean nothing.
    Good(
        path="app/domain/billing.py",
        code="""
            from dataclasses import dataclass
            from app.domain.entity import Entity

            @dataclass
            class Address(Entity): street: str
            @dataclass
            class Reference: id: int
            @dataclass
            class ApiKey: api_key_id: int
            @dataclass
            class Invoice: total: int
        """,
        files={"app/domain/entity.py": "class Entity: pass\n"},
    ),
    # Outside the domain a name proves nothing, and in the domain only those of dataclasses and attrs do.
    Good(path="app/api/money.py", code="from dataclasses import dataclass\n@dataclass\nclass Money: cents: int\n"),
    Good(path="app/domain/money.py", code="from pydantic import BaseModel\nclass Money(BaseModel): cents: int\n"),
)


class ValueObjectNotFrozen(Check):
    """A value object that can be changed changes under everyone who holds it.

    Two orders share one `Address`; one of them corrects the street, and the other is shipped there too. As a key of a
    dictionary or a member of a set, the object is lost the moment a field changes.

    Make the class immutable: `@dataclass(frozen=True)`, `@attrs.frozen`, or `ConfigDict(frozen=True)`. What is to
    change becomes a new object: `dataclasses.replace(address, street=…)`.

    A class counts as a value object by its place (`value_objects/`), by a base named `…ValueObject`, by its name in
    the domain layer (`Money`, `UserId`), or by the configuration; `reviewer inspect` tells which. Where it cannot be
    known whether a class is immutable, there is no finding.
    """

    name = "value-object-not-frozen"
    level = Level.ERROR
    message = "Whoever holds this {symbol} can change it for everyone else: the value object is not frozen ({because})."
    examples = BAD + HINDERED + GOOD

    @on(cst.ClassDef)
    def class_(self, node: cst.ClassDef, ctx: Context) -> Iterator[Finding]:
        """Report a value object that is known to be mutable."""
        symbol = ctx.symbol(node)
        if ctx.index.value_object(ctx.path, symbol) is None:
            return
        answer = ctx.index.class_answer(ctx.path, symbol)
        if answer and answer.kind in JUDGED and answer.immutability.frozen is False:
            edit, effect = frozen(node, answer.kind, ctx), "an assignment to one of its fields raises an error"
            fix = Fix(safe=False, edits=(edit,), effect=effect) if edit else None
            yield self.finding(ctx, node, params={"because": answer.immutability.because}, fix=fix)
