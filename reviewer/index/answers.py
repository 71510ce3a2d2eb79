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
class ForeignKey:
    """A foreign key of a table; `line`, from 1, and `offset`, in bytes, say where it is declared.

    `declared` is the symbol of its column where that stands (`Owned.owner_id`), `symbol` that of the table's own
    (`Job.owner_id`, of a Core table `jobs.owner_id`); several columns stand in brackets. `target` is what it refers
    to, as it is written. `covered` says whether an index serves it, None where that can't be known, `by` which one in
    words, `migrated` that only a migration makes that one.
    """

    path: str
    line: int
    offset: int
    declared: str
    symbol: str
    target: str
    covered: bool | None
    by: str | None
    migrated: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Column:
    """A column of a model's table by its attribute and its name in the database, and whether an index serves it.

    `has_few_values` when its type is a truth value or an enum.
    """

    attribute: str
    name: str
    covered: bool | None
    by: str | None
    is_foreign_key: bool
    has_few_values: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Table:
    """The table of an ORM model: its name, None where that can't be read, and the columns that are known.

    `is_association` when its rows do no more than join those of others.
    """

    name: str | None
    columns: tuple[Column, ...]
    is_association: bool = False

    def column(self, attribute: str) -> Column | None:
        """A column by the attribute of the model."""
        return next((found for found in self.columns if found.attribute == attribute), None)


@dataclass(frozen=True, slots=True, order=True)
class Databases:
    """The databases that a project's code names (`postgresql`, `sqlite`), and those that its tests name."""

    used: tuple[str, ...]
    tested: tuple[str, ...]


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


@dataclass(frozen=True, slots=True, order=True)
class Crossing:
    """An import that brings into a file what its layer may not know.

    `line` and `statement`, the module as it is written with its dots, are those of the first such import, and `name` is
    what it imports, "" for all of a module. `way` leads from the file to where that is: through files, to a file or a
    package of another distribution; `module` is its dotted name, `belongs` the layer or the kind of package in words.
    """

    line: int
    statement: str
    name: str
    module: str
    belongs: str
    way: tuple[str, ...]

    def params(self, path: str) -> dict[str, str | int]:
        """What a message about a file tells of it."""
        way = " → ".join((path, *self.way))
        return {"name": self.name or self.module, "way": way, "belongs": self.belongs, "line": self.line}


class ParameterKind(StrEnum):
    """Where FastAPI takes the value of a route's parameter from."""

    PATH = "path"
    QUERY = "query"
    HEADER = "header"
    COOKIE = "cookie"
    FORM = "form"
    FILE = "file"
    BODY = "body"
    DEPENDENCY = "dependency"
    REQUEST = "request"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, order=True)
class RouteParameter:
    """A parameter of a route's handler: its annotation as it is written, and where FastAPI takes its value from.

    `request` are the objects of the request itself (`Request`, `Response`, `BackgroundTasks`); `unknown` is one whose
    type leads nowhere, which nothing may be said of.
    """

    name: str
    kind: ParameterKind
    annotation: str | None = None


@dataclass(frozen=True, slots=True, order=True)
class RequestSchema:
    """A Pydantic model that a route takes as the body of its request.

    `route` is the first one that does so, in words; `example` says what shows how the model is filled, or may do so,
    None when nothing does; `unclear` are those of its fields whose documentation is no more than a plain type.
    """

    route: str
    example: str | None
    fields: tuple[str, ...]
    unclear: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Route:
    """A route of FastAPI where its handler is defined; `line` is that of the handler's keyword, from 1.

    `methods` are in capitals and sorted, () where they can't be read. `url` has the prefixes of its router and of
    those that include it, None where a part can't be read; one that is included twice has the first. `status` is the
    one that is declared, None where none is (`status_given` tells) or it can't be read. `response_model` and
    `returns` are as written; `declares_response` says that the registration has a response model, `None` too.
    `response_class` is a full name. `given` are the arguments that the registration names, those of a `**mapping`
    as `**`; `dependencies` the full names of what it depends on beside its parameters.
    """

    line: int
    symbol: str
    methods: tuple[str, ...]
    url: str | None
    status: int | None = None
    status_given: bool = False
    response_model: str | None = None
    declares_response: bool = False
    response_class: str | None = None
    returns: str | None = None
    include_in_schema: bool | None = True
    given: frozenset[str] = frozenset()
    dependencies: tuple[str, ...] = ()
    parameters: tuple[RouteParameter, ...] = ()

    def parameters_of(self, *kinds: ParameterKind) -> tuple[RouteParameter, ...]:
        """The parameters whose values come from one of these."""
        return tuple(each for each in self.parameters if each.kind in kinds)
