"""The foreign keys that a change of another file judges otherwise: by an index, a migration, a relationship."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from reviewer.index.answers import ForeignKey
from reviewer.index.tables.columns import Columns
from reviewer.index.tables.declared import LooseIndex
from reviewer.index.tables.facts import Arguments, ColumnFacts, Relation
from reviewer.index.tables.migrations import Migrated
from reviewer.index.tables.vocabulary import Vocabulary

if TYPE_CHECKING:
    from reviewer.index.tables import Tables


@dataclass(frozen=True, slots=True)
class Said:
    """What a file says that the foreign keys of other files are judged by."""

    loose: frozenset[LooseIndex] = frozenset()
    migrated: Migrated = field(default_factory=Migrated)
    arguments: frozenset[tuple[str, Arguments]] = frozenset()
    relations: frozenset[tuple[str, Relation]] = frozenset()
    types: frozenset[tuple[str, ColumnFacts]] = frozenset()

    def beside(self, other: "Said") -> "Said":
        """What it says that another does not."""
        return Said(
            loose=self.loose - other.loose,
            migrated=Migrated() if self.migrated == other.migrated else self.migrated,
            arguments=self.arguments - other.arguments,
            relations=self.relations - other.relations,
            types=self.types - other.types,
        )


@dataclass(frozen=True, slots=True)
class Turned:
    """A foreign key that is judged otherwise, and the changed file that does it; `what` became of it."""

    key: ForeignKey
    by: str
    what: str


@dataclass(frozen=True, slots=True)
class TurnedColumn:
    """A column of a model in a changed file that is `indexed` now, or is no more."""

    path: str
    symbol: str
    column: str
    indexed: bool


Paths = Iterable[tuple[str, str]]
NOW = {True: "has an index now", False: "has no index any more", None: "may have an index now"}


def turned(base: "Tables", head: "Tables", changes: Paths) -> Iterator[Turned]:
    """The foreign keys outside of the changed files that changes turn over; each is a file's path before, and now."""
    pairs = tuple(changes)
    touched = {path for pair in pairs for path in pair}
    for old, new in pairs:
        then, now = _said(base, old), _said(head, new)
        affected = {*_homes(base, then.beside(now)), *_homes(head, now.beside(then))}
        for home in sorted(affected - touched):
            yield from _indexes(base, head, home, new)
            yield from _relationships(base, head, home, new) if then.relations != now.relations else ()


def turned_columns(base: "Tables", head: "Tables", changes: Paths) -> Iterator[TurnedColumn]:
    """The columns that both sides of a change have, and only one has an index for."""
    for old, new in changes:
        for symbol in head.declared(new).classes if head.sources.marks(new).kinds else ():
            then, now = base.indexed(old, symbol), head.indexed(new, symbol)
            found = (name for name in now if then.get(name, now[name]) != now[name])
            yield from (TurnedColumn(new, symbol, name, now[name]) for name in found)


def _indexes(base: "Tables", head: "Tables", path: str, by: str) -> Iterator[Turned]:
    then = {key.symbol: key.covered for key in base.foreign_keys(path)}
    for key in head.foreign_keys(path):
        if then.get(key.symbol, key.covered) != key.covered:
            yield Turned(key, by, f"`{key.symbol}` {NOW[key.covered]}")


def _relationships(base: "Tables", head: "Tables", path: str, by: str) -> Iterator[Turned]:
    then, now = ({key.symbol for key in tables.lone_keys(path)} for tables in (base, head))
    for key in head.foreign_keys(path):
        if key.symbol in then ^ now:
            yield Turned(key, by, f"`{key.symbol}` has {'no' if key.symbol in now else 'a'} relationship now")


def _said(tables: "Tables", path: str) -> Said:
    """What a file says that the foreign keys of other files are judged by."""
    kinds = tables.sources.marks(path).kinds
    if not kinds:
        return Said()
    declared = tables.declared(path)
    classes = declared.classes if kinds & {"index", "key", "named", "relation"} else {}
    return Said(
        loose=frozenset(declared.loose if "index" in kinds else ()),
        migrated=tables.sources.migrated(path) if "migrated" in kinds else Migrated(),
        arguments=frozenset((symbol, each.arguments) for symbol, each in classes.items() if each.arguments),
        relations=frozenset((symbol, relation) for symbol, each in classes.items() for relation in each.relations),
        types=frozenset(_types(tables, path)) if "alias" in kinds else frozenset(),
    )


def _homes(tables: "Tables", told: Said) -> Iterator[str]:
    """The files that declare the foreign keys which these words of a file can be about."""
    yield from tables.declaring({each.owner.rpartition(".")[2] for each in told.loose})
    yield from tables.declaring({each.table for each in told.migrated.made})
    yield from tables.declaring(tables.tables_indexed_by(told.migrated.dropped))
    yield from tables.declaring({symbol.rpartition(".")[2] for symbol, _ in told.arguments})
    named = {word for _, relation in told.relations for word in relation.targets | relation.secondary}
    yield from tables.declaring(named | {symbol.rpartition(".")[2] for symbol, _ in told.relations})
    yield from (other for name, _ in told.types for other in tables.holding({name}))


def _types(tables: "Tables", path: str) -> Iterator[tuple[str, ColumnFacts]]:
    """The columns that names of the file's own level stand for, wherever they stand."""
    declared, columns = tables.declared(path), Columns(Vocabulary(tables.resolver, path), tables.assigned)
    for name in declared.annotated_keys:
        value = declared.variable(name)
        found = columns.annotated(value, ColumnFacts(name, name, 0, 0)) if value else None
        if found:
            yield name, replace(found, line=0, offset=0)
