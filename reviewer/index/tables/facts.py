"""What a class body, or a Core table, says by itself: its columns, indexes, keys and relationships."""

from dataclasses import dataclass, field

PRIMARY_KEY = "primary key"
# What stands for the name of a table that a function makes of the class's own.
BY_CLASS = "*"
# What an index begins with when that is no column but an expression, and when it can't be read.
EXPRESSION = ""
UNREAD = "?"


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """A column where it is declared; `line` counts from 1, `offset` the bytes before it on that line.

    A flag is None where it can't be read. `target` is what a foreign key refers to, as it is written (`users.id`,
    `User.id`), "" where that can't be read; None without a foreign key. `types` are the names in its annotation and
    among its arguments. What a function of the project makes may be any column, or none: it is not `readable`.
    """

    attribute: str
    name: str
    line: int
    offset: int
    target: str | None = None
    primary_key: bool | None = False
    unique: bool | None = False
    index: bool | None = False
    readable: bool = True
    types: tuple[str, ...] = ()

    @property
    def words(self) -> frozenset[str]:
        """What indexes call it: its attribute, or the name that it has in the database."""
        return frozenset({self.attribute, self.name})


@dataclass(frozen=True, slots=True)
class Lead:
    """An index, or a constraint that comes with one, and its columns in order."""

    kind: str
    name: str
    columns: tuple[str, ...]

    @property
    def first(self) -> str:
        """The column in front."""
        return self.columns[0] if self.columns else UNREAD

    def __str__(self) -> str:
        """The index in words: `the index ix_jobs_owner (owner_id, id)`."""
        named = f"the {self.kind} {self.name}" if self.name else f"the {self.kind}"
        columns = ", ".join(each if each not in (EXPRESSION, UNREAD) else "…" for each in self.columns)
        return f"{named} ({columns})"


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """A foreign key that is declared apart from its columns."""

    columns: tuple[str, ...]
    target: str
    line: int
    offset: int


@dataclass(frozen=True, slots=True)
class Arguments:
    """What `__table_args__`, or a call of `Table`, holds beside columns; `complete` when all of it could be read."""

    leads: tuple[Lead, ...] = ()
    keys: tuple[KeyFacts, ...] = ()
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Relation:
    """A relationship: the words of the class that it leads to, and of the table between; no words where unread."""

    targets: frozenset[str]
    secondary: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class TableFacts:
    """What a class, or a Core table, declares by itself.

    `table` is the name of its table, "" where that can't be read, `BY_CLASS` where a function makes it, None where it
    has none of its own. `others` are
    the attributes that are no columns. `core` names the Core table that a class is mapped to.
    """

    symbol: str
    table: str | None = None
    columns: tuple[ColumnFacts, ...] = ()
    arguments: Arguments | None = None
    relations: tuple[Relation, ...] = ()
    others: frozenset[str] = field(default_factory=frozenset)
    core: str | None = None
