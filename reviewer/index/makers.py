"""The decorators and bases of other distributions that decide what a class is and whether it is immutable."""

import builtins
from dataclasses import dataclass

from reviewer.index.answers import Kind

DATACLASS_DECORATORS = frozenset({"dataclasses.dataclass", "pydantic.dataclasses.dataclass"})
PARTIAL = "functools.partial"
TRANSFORMS = frozenset({"typing.dataclass_transform", "typing_extensions.dataclass_transform"})

ATTRS_FROZEN = frozenset({"attr.frozen", "attrs.frozen"})
ATTRS_DECORATORS = ATTRS_FROZEN | {
    "attr.attributes",
    "attr.attrs",
    "attr.dataclass",
    "attr.define",
    "attr.mutable",
    "attr.s",
    "attrs.define",
    "attrs.mutable",
}

PYDANTIC_BASES = frozenset(
    {
        "pydantic.BaseModel",
        "pydantic.BaseSettings",
        "pydantic.RootModel",
        "pydantic.env_settings.BaseSettings",
        "pydantic.generics.GenericModel",
        "pydantic.main.BaseModel",
        "pydantic.root_model.RootModel",
        "pydantic.v1.BaseModel",
        "pydantic.v1.BaseSettings",
        "pydantic.v1.generics.GenericModel",
        "pydantic_settings.BaseSettings",
        "pydantic_settings.main.BaseSettings",
        "sqlmodel.SQLModel",
        "sqlmodel.main.SQLModel",
    }
)
CONFIGURATIONS = frozenset({"ConfigDict", "SettingsConfigDict", "SQLModelConfig", "dict"})

ENUMS = frozenset(
    {
        "django.db.models.IntegerChoices",
        "django.db.models.TextChoices",
        "enum.Enum",
        "enum.Flag",
        "enum.IntEnum",
        "enum.IntFlag",
        "enum.ReprEnum",
        "enum.StrEnum",
        "strenum.StrEnum",
    }
)
NAMED_TUPLES = frozenset({"collections.namedtuple", "typing.NamedTuple", "typing_extensions.NamedTuple"})
NEW_TYPES = frozenset({"typing.NewType", "typing_extensions.NewType"})
PROTOCOLS = frozenset({"typing.Protocol", "typing_extensions.Protocol"})

IMMUTABLE_BUILTINS = frozenset({"bytes", "complex", "float", "frozenset", "int", "str", "tuple", "bool"})
MUTABLE_BUILTINS = frozenset({"bytearray", "dict", "list", "set"})
IMMUTABLE = frozenset(
    {
        "datetime.date",
        "datetime.datetime",
        "datetime.time",
        "datetime.timedelta",
        "decimal.Decimal",
        "fractions.Fraction",
        "pathlib.Path",
        "pathlib.PurePath",
        "pathlib.PurePosixPath",
        "typing.FrozenSet",
        "typing.Tuple",
        "uuid.UUID",
    }
)
KNOWN = (
    DATACLASS_DECORATORS
    | ATTRS_DECORATORS
    | PYDANTIC_BASES
    | ENUMS
    | NAMED_TUPLES
    | NEW_TYPES
    | PROTOCOLS
    | IMMUTABLE
    | {f"{package}.{name}" for package in ("pydantic", "pydantic.v1") for name in CONFIGURATIONS}
)
EXCEPTION_ENDINGS = ("Error", "Exception", "Warning")


@dataclass(frozen=True, slots=True)
class Made:
    """A kind and what is known of its immutability; it is the `default` where nobody said anything of it."""

    kind: Kind
    frozen: bool | None
    because: str
    inherited: bool = False
    default: bool = False

    def inherited_from(self, name: str) -> "Made":
        """The same for a subclass; the reason names the base that has it from nobody else."""
        because = self.because if self.inherited else f"its base {name}: {self.because}"
        return Made(self.kind, self.frozen, because, inherited=True, default=self.default)


def truth(text: str | None) -> bool | None:
    """A literal `True` or `False`; anything else is unknown."""
    return {"True": True, "False": False}.get(text or "")


def of_external(name: str) -> Made | None:
    """What a subclass of this class of another distribution is."""
    if name in PYDANTIC_BASES:
        return Made(Kind.PYDANTIC, frozen=False, because="it is a Pydantic model without frozen=True", default=True)
    if name in ENUMS:
        return Made(Kind.ENUM, frozen=True, because="it is an enum")
    if name in NAMED_TUPLES:
        return Made(Kind.NAMED_TUPLE, frozen=True, because="it is a named tuple")
    if name in IMMUTABLE:
        return Made(Kind.IMMUTABLE, frozen=True, because=f"`{name}` is immutable")
    if name.endswith(EXCEPTION_ENDINGS):
        return Made(Kind.EXCEPTION, frozen=None, because="it is an exception")
    return None


def of_factory(name: str) -> Made | None:
    """What a call of this returns: `namedtuple("Point", "x y")`, `Enum("Colour", "RED")`."""
    return of_external(name) if name in NAMED_TUPLES | ENUMS else None


def of_builtin(name: str) -> Made | None:
    """What a subclass of this builtin is."""
    if name in IMMUTABLE_BUILTINS:
        return Made(Kind.IMMUTABLE, frozen=True, because=f"`{name}` is immutable")
    found = vars(builtins).get(name)
    if isinstance(found, type) and issubclass(found, BaseException):
        return Made(Kind.EXCEPTION, frozen=None, because="it is an exception")
    return None
