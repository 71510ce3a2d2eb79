"""The indexes that are not made where their table is: in another file, or by a migration."""

import re
from collections import defaultdict
from collections.abc import Callable
from functools import cached_property

from reviewer.index.answers import Layer
from reviewer.index.lookup import Lookup
from reviewer.index.packages import imports_orm
from reviewer.index.resolve import Defined, Resolver
from reviewer.index.tables.coverage import UNKNOWN, Coverage
from reviewer.index.tables.declared import Declared
from reviewer.index.tables.facts import Lead
from reviewer.index.tables.joined import Joined, Placed, Symbol
from reviewer.index.tables.migrations import MadeIndex
from reviewer.index.tables.sources import Sources

# What a class or a table can be called beside what its rows are.
AFFIXES = re.compile(r"(?:entity|model|orm|record|row|schema|table)$")
APART = frozenset({Layer.TESTS, Layer.MIGRATIONS})


class LooseIndexes:
    """The indexes that stand by themselves: `Index("ix_jobs_owner", Job.owner_id)`."""

    def __init__(
        self, lookup: Lookup, resolver: Resolver, sources: Sources, declared: Callable[[str], Declared]
    ) -> None:
        self._lookup = lookup
        self._resolver = resolver
        self._sources = sources
        self._declared = declared

    def coverage(self, table: Joined, column: Placed) -> Coverage | None:
        """What they say of a column; where an index is made for nobody knows which table, it may be for this one."""
        known, unclear = self._found
        leads = ((path, lead) for place in table.around for path, lead in known.get(place, ()))
        found = next(((path, lead) for path, lead in leads if lead.first in column.facts.words), None)
        if found:
            return Coverage(covered=True, by=f"{found[1]} in {found[0]}")
        return UNKNOWN if unclear else None

    @cached_property
    def _found(self) -> tuple[dict[Symbol, list[tuple[str, Lead]]], bool]:
        known: dict[Symbol, list[tuple[str, Lead]]] = defaultdict(list)
        unclear = False
        for path in self._sources.marked("index"):
            if self._lookup.set_apart(path) or not imports_orm(self._lookup.facts(path)):
                continue
            for loose in self._declared(path).loose:
                owner = self._resolver.resolve(path, loose.owner) if loose.owner else None
                if isinstance(owner, Defined):
                    known[owner.path, owner.symbol].append((path, loose.lead))
                else:
                    unclear = True
        return known, unclear


class MigratedIndexes:
    """The indexes that migrations make, by the names of table and column."""

    def __init__(self, lookup: Lookup, sources: Sources) -> None:
        self._lookup = lookup
        self._sources = sources

    def coverage(self, table: Joined, column: Placed) -> Coverage | None:
        """What they say of a column; an index that is dropped again, or is not spelled out, may be there."""
        name = column.facts.name
        made = [(path, each) for path, each in self._made.get(name, ()) if _may_be(table, each.table)]
        lasting = next(((path, each) for path, each in made if each.name not in self._dropped), None)
        if table.table and lasting:
            path, each = lasting
            return Coverage(covered=True, by=f"the index {each.name} that {path} makes", migrated=True)
        return UNKNOWN if made or self._may_make(table.table, name) else None

    def tables_indexed_by(self, names: frozenset[str]) -> set[str]:
        """The tables that indexes with these names are made for."""
        made = (each for found in self._made.values() for _, each in found) if names else ()
        return {each.table for each in made if each.name in names}

    def _may_make(self, table: str, column: str) -> bool:
        return any(column in words and (not table or table in words) for words in self._unclear)

    @cached_property
    def _files(self) -> list[str]:
        marked = self._sources.marked("migrated")
        return [path for path in marked if self._lookup.set_apart(path) is not Layer.TESTS]

    @cached_property
    def _made(self) -> dict[str, list[tuple[str, MadeIndex]]]:
        found: dict[str, list[tuple[str, MadeIndex]]] = defaultdict(list)
        for path in self._files:
            for each in self._sources.migrated(path).made:
                found[each.column].append((path, each))
        return found

    @cached_property
    def _dropped(self) -> frozenset[str]:
        return frozenset(name for path in self._files for name in self._sources.migrated(path).dropped)

    @cached_property
    def _unclear(self) -> list[frozenset[str]]:
        return [words for path in self._files if (words := self._sources.migrated(path).words)]


def _may_be(table: Joined, name: str) -> bool:
    """Whether a table can have a name: one that is made of the class's has that in it, in the plural perhaps."""
    if table.table or not table.by_class:
        return name == (table.table or name)
    owner = AFFIXES.sub("", table.owner.rpartition(".")[2].lower())
    spelled = AFFIXES.sub("", name.replace("_", "").lower())
    singular = {spelled, spelled.removesuffix("s"), spelled.removesuffix("es"), re.sub("ies$", "y", spelled)}
    return any(each.endswith(owner) or owner.endswith(each) for each in singular if each)
