"""What the index answers: places, definitions, chains, and why."""

from dataclasses import dataclass
from enum import StrEnum

from reviewer.model import Confidence


class Layer(StrEnum):
    """The layers of a service, by their names in the configuration."""

    TESTS = "tests"
    MIGRATIONS = "migrations"
    DOMAIN = "domain"
    USE_CASES = "use-cases"
    REPOSITORIES = "repositories"
    INFRASTRUCTURE = "infrastructure"
    API = "api"
    UNIT_OF_WORK = "unit-of-work"
    SETTINGS = "settings"
    ORM = "orm"


class Kind(StrEnum):
    """What a class is made as."""

    DATACLASS = "dataclass"
    ATTRS = "attrs"
    PYDANTIC = "pydantic"
    NAMED_TUPLE = "named-tuple"
    ENUM = "enum"
    PROTOCOL = "protocol"
    EXCEPTION = "exception"
    ORM_MODEL = "orm-model"
    IMMUTABLE = "immutable-builtin"
    CLASS = "class"


@dataclass(frozen=True, slots=True, order=True)
class Placement:
    """The layer of a file, None when no name decides, and the reason in words."""

    layer: Layer | None
    because: str


@dataclass(frozen=True, slots=True, order=True)
class Definition:
    """Where a class, function or name is defined; `line` is that of its keyword, from 1."""

    path: str
    symbol: str
    line: int


@dataclass(frozen=True, slots=True, order=True)
class OrmModel:
    """A class that is an ORM model and the chain of bases or decorators that makes it one.

    `chain` reads from the class to the root: `("Job", "Base", "sqlalchemy.orm.DeclarativeBase")`.
    """

    definition: Definition
    chain: tuple[str, ...]
    confidence: Confidence


@dataclass(frozen=True, slots=True, order=True)
class Immutability:
    """Whether instances of a class are immutable; None when that can't be known."""

    frozen: bool | None
    because: str


@dataclass(frozen=True, slots=True, order=True)
class ClassAnswer:
    """What a class is."""

    definition: Definition
    kind: Kind
    immutability: Immutability


@dataclass(frozen=True, slots=True, order=True)
class Role:
    """A class or function that plays a part (value object, repository, unit of work), and why."""

    definition: Definition
    because: str


@dataclass(frozen=True, slots=True, order=True)
class Session:
    """A session or a connection of the database: how it is known to be one, and whether its calls are awaited.

    `is_async` is None where only its holder, a unit of work, is known.
    """

    is_async: bool | None
    because: str
