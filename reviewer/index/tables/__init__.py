"""What is known of a project's tables: their columns and foreign keys, and which of these an index covers."""

import ast
from collections.abc import Iterable, Iterator
from functools import cached_property

from reviewer.index.answers import Column, Databases, ForeignKey, Kind, Layer, Table
from reviewer.index.lookup import Lookup
from reviewer.index.resolve import Defined, Resolver
from reviewer.index.roles import lineage
from reviewer.index.tables.coverage import UNKNOWN, Coverage, of_columns
from reviewer.index.tables.declared import Declared
from reviewer.index.tables.elsewhere import LooseIndexes, MigratedIndexes
from reviewer.index.tables.facts import KeyFacts, TableFacts
from reviewer.index.tables.joined import Joined, Joining, Placed, PlacedKey, Symbol
from reviewer.index.tables.relations import Relations
from reviewer.index.tables.sources import Sources
from reviewer.index.tables.vocabulary import Vocabulary

__all__ = ["Sources", "Tables"]

FEW = frozenset({"bool", "Boolean", "Enum", "Literal"})


class Tables:
    """Answers for one repository, kept for the run."""

    def __init__(self, lookup: Lookup, resolver: Resolver, sources: Sources) -> None:
        self.resolver = resolver
        self.sources = sources
        self._lookup = lookup
        self._declared: dict[str, Declared] = {}
        self._joining = Joining(lookup, resolver, self.declared)
        loose = LooseIndexes(lookup, resolver, sources, self.declared)
        self._migrated = MigratedIndexes(lookup, sources)
        self._elsewhere = (loose.coverage, self._migrated.coverage)
        self._relations = Relations(lookup, lambda: sources.marked("relation"), self.declared)

    def declared(self, path: str) -> Declared:
        """What a file declares by itself."""
        if path not in self._declared:
            words = Vocabulary(self.resolver, path)
            self._declared[path] = Declared(self.sources.tree(path), words, self.assigned)
        return self._declared[path]

    def foreign_keys(self, path: str) -> tuple[ForeignKey, ...]:
        """The foreign keys that a file declares, once for each table that has them, in the order of its lines."""
        return _in_order(self._key(table, key) for table, key in self._keys(path))

    def lone_keys(self, path: str) -> tuple[ForeignKey, ...]:
        """Those of them that lead from one ORM model to another without a relationship beside them."""
        return _in_order(self._key(table, key) for table, key in self._keys(path) if self._is_lone(table, key))

    def table(self, path: str, symbol: str) -> Table | None:
        """The table of the ORM model with this symbol, defined in this file, with the columns of models above it."""
        found = self._joining.of_model(path, symbol)
        if found is None:
            return None
        above = (self._joining.of_model(*place) for place in found.around[1:])
        columns: dict[str, Column] = {}
        for table in (found, *(each for each in above if each)):
            known = (self._column(table, each) for each in table.columns if each.facts.readable)
            columns = {each.attribute: each for each in known} | columns
        return Table(found.table or None, tuple(columns.values()), found.is_association)

    def databases(self) -> Databases:
        """The databases that the project's files name."""
        used: set[str] = set()
        tested: set[str] = set()
        for path in self.sources.paths:
            named = self.sources.marks(path).databases
            if not named <= used:
                (tested if self._lookup.set_apart(path) is Layer.TESTS else used).update(named)
        return Databases(tuple(sorted(used)), tuple(sorted(tested)))

    def indexed(self, path: str, symbol: str) -> dict[str, bool]:
        """The attributes of an ORM model, and whether the model itself has an index for each."""
        found = self._joining.of_model(path, symbol)
        columns = found.columns if found else ()
        return {each.facts.attribute: bool(of_columns(found, [each], ()).covered) for each in columns if found}

    def keeps_deleted(self, path: str, symbol: str) -> bool:
        """Whether an ORM model has a column that by its name marks deleted rows, its own or one of a model above it."""
        found = self._joining.of_model(path, symbol)
        tables = [found, *(self._joining.of_model(*place) for place in found.around[1:])] if found else []
        return any("delete" in each.facts.attribute for table in tables if table for each in table.columns)

    def lent(self, path: str, symbol: str) -> TableFacts | None:
        """What a class that is no model brings to the models that extend it."""
        found = self.declared(path).classes.get(symbol) if self.sources.marks(path).kinds else None
        brings = found is not None and bool(found.columns or found.arguments)
        return found if brings and self._joining.of_model(path, symbol) is None else None

    def declaring(self, words: Iterable[str]) -> Iterator[str]:
        """The files with the columns of the tables, and of the models, that are called so."""
        wanted = {word for word in words if word}
        for path in self._holding(wanted, sorted({*self.sources.marked("key"), *self.sources.marked("named")})):
            for variable, facts in self.declared(path).core.items():
                yield from (path,) if wanted & {variable, facts.symbol} else ()
            for symbol in self.declared(path).classes:
                table = self._joining.of_model(path, symbol)
                if table and wanted & {table.table, symbol.rpartition(".")[2]}:
                    yield from (path, *(each.path for each in table.columns if each.facts.target is not None))

    def holding(self, words: Iterable[str]) -> Iterator[str]:
        """The files that hold one of these words, maybe inside of another."""
        return self._holding(words, self.sources.paths)

    def _holding(self, words: Iterable[str], paths: Iterable[str]) -> Iterator[str]:
        wanted = [word.encode() for word in words]
        for path in paths if wanted else ():
            data = self.sources.read(path)
            if any(word in data for word in wanted):
                yield path

    def tables_indexed_by(self, names: Iterable[str]) -> set[str]:
        """The tables that migrations make indexes with these names for."""
        return self._migrated.tables_indexed_by(frozenset(names))

    def assigned(self, path: str, name: str) -> tuple[ast.expr, Vocabulary] | None:
        """What a variable of a file's own level is, with the words of that file."""
        value = self.declared(path).variable(name)
        return (value, Vocabulary(self.resolver, path)) if value else None

    def _keys(self, path: str) -> Iterator[tuple[Joined, PlacedKey]]:
        """The foreign keys that a file declares, each with the tables that have it."""
        if not self._may_declare_keys(path):
            return
        declared = self.declared(path)
        for variable in declared.core:
            table = self._joining.of_core(path, variable)
            yield from ((table, key) for key in _keys_of(table)) if table else ()
        for symbol, facts in declared.classes.items():
            for table in self._tables_with(path, symbol) if _has_keys(facts) else ():
                yield from ((table, key) for key in _keys_of(table) if (key.path, key.owner) == (path, symbol))

    def _may_declare_keys(self, path: str) -> bool:
        if "key" in self.sources.marks(path).kinds:
            return True
        return bool(self._aliases) and any(name in self.sources.read(path) for name in self._aliases)

    @cached_property
    def _aliases(self) -> tuple[bytes, ...]:
        """The names that stand for a column with a foreign key: `owner = Annotated[int, mapped_column(…)]`."""
        files = (path for path in self.sources.marked("alias") if "key" in self.sources.marks(path).kinds)
        return tuple(name.encode() for path in files for name in self.declared(path).annotated_keys)

    def _tables_with(self, path: str, symbol: str) -> Iterator[Joined]:
        """The tables that a class brings its columns to: its own, or those of the models that extend it."""
        own = self._joining.of_model(path, symbol)
        if own:
            yield own
            return
        for place in self._below(path, symbol):
            table = self._joining.of_model(*place)
            if table:
                yield table

    def _below(self, path: str, symbol: str) -> Iterator[Symbol]:
        """The classes that extend a class, near or far."""
        known: set[str] = set()
        words, found = {symbol.rpartition(".")[2]}, set[Symbol]()
        while words - known:
            known |= words
            new = set(self._extending(path, symbol, words)) - found
            found |= new
            words = {place[1].rpartition(".")[2] for place in new}
        yield from sorted(found)

    def _extending(self, path: str, symbol: str, words: set[str]) -> Iterator[Symbol]:
        for other in self.holding(words):
            for found in self._lookup.facts(other).classes:
                bases = ((home, base.symbol) for home, base in lineage(self._lookup, other, found))
                if (other, found.symbol) != (path, symbol) and (path, symbol) in bases:
                    yield other, found.symbol

    def _column(self, table: Joined, column: Placed) -> Column:
        found = self._coverage(table, [column])
        facts = column.facts
        few = any(self._has_few_values(column.path, name) for name in facts.types)
        return Column(facts.attribute, facts.name, found.covered, found.by, facts.target is not None, few)

    def _has_few_values(self, path: str, name: str) -> bool:
        """Whether a type is a truth value or an enum, by its name in a file."""
        home = self.resolver.resolve(path, name)
        answer = self._lookup.class_answer(home.path, home.symbol) if isinstance(home, Defined) else None
        return name.rpartition(".")[2] in FEW or (answer is not None and answer.kind is Kind.ENUM)

    def _coverage(self, table: Joined, columns: list[Placed]) -> Coverage:
        return of_columns(table, columns, self._elsewhere)

    def _key(self, table: Joined, key: PlacedKey) -> ForeignKey:
        columns = [table.column(word) for word in key.facts.columns]
        known = [each for each in columns if each]
        found = self._coverage(table, known) if len(known) == len(columns) else UNKNOWN
        named = ", ".join(
            each.facts.attribute if each else word for each, word in zip(columns, key.facts.columns, strict=True)
        )
        shown = named if len(columns) == 1 else f"({named})"
        return ForeignKey(
            path=key.path,
            line=key.facts.line,
            offset=key.facts.offset,
            declared=f"{key.owner}.{shown}",
            symbol=f"{table.owner}.{shown}",
            target=key.facts.target,
            covered=found.covered,
            by=found.by,
            migrated=found.migrated,
        )

    def _is_lone(self, table: Joined, key: PlacedKey) -> bool:
        """Whether a key joins two models that nothing else joins; that of an association or of a subclass does not."""
        if not self._is_model(table) or table.is_association:
            return False
        targets = self._targets(key)
        inherited = any(each is not table and each.around[0] in table.around for each in targets)
        return bool(targets) and not inherited and not any(self._relations.between(table, each) for each in targets)

    def _is_model(self, table: Joined) -> bool:
        return self._joining.of_model(*table.around[0]) is table

    def _targets(self, key: PlacedKey) -> list[Joined]:
        """The models whose table a foreign key refers to, by the table's name or by the class."""
        written = key.facts.target.rpartition(".")[0]
        found = self.resolver.resolve(key.path, written) if written else None
        model = self._joining.of_model(found.path, found.symbol) if isinstance(found, Defined) else None
        return [model] if model else self._by_table.get(written.rpartition(".")[2], [])

    @cached_property
    def _by_table(self) -> dict[str, list[Joined]]:
        """The models of each table."""
        found: dict[str, list[Joined]] = {}
        for path in self.sources.marked("named"):
            for symbol in self.declared(path).classes:
                table = self._joining.of_model(path, symbol)
                if table and table.table and self._lookup.set_apart(path) is None:
                    found.setdefault(table.table, []).append(table)
        return found


def _has_keys(facts: TableFacts) -> bool:
    keyed = any(each.target is not None for each in facts.columns)
    return keyed or bool(facts.arguments and facts.arguments.keys)


def _in_order(keys: Iterable[ForeignKey]) -> tuple[ForeignKey, ...]:
    return tuple(sorted(keys, key=lambda each: (each.line, each.offset, each.symbol)))


def _keys_of(table: Joined) -> Iterator[PlacedKey]:
    """The foreign keys of a table: those of its columns, and those that stand apart."""
    for each in table.columns:
        if each.facts.target is not None:
            facts = each.facts
            key = KeyFacts((facts.attribute,), facts.target or "", facts.line, facts.offset)
            yield PlacedKey(each.path, each.owner, key)
    yield from table.keys
