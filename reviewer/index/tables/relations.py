"""Which models a relationship leads from and to."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from reviewer.index.lookup import Lookup
from reviewer.index.roles import lineage
from reviewer.index.tables.declared import Declared
from reviewer.index.tables.facts import Relation
from reviewer.index.tables.joined import Joined, Symbol


class Relations:
    """The relationships of a project; `paths` gives the files that can declare one."""

    def __init__(self, lookup: Lookup, paths: Callable[[], Iterable[str]], declared: Callable[[str], Declared]) -> None:
        self._lookup = lookup
        self._paths = paths
        self._declared = declared

    def between(self, one: Joined, other: Joined) -> bool:
        """Whether a relationship leads from one of two models to the other, or over the table of the first."""
        over = {one.table, _name(one.around[0])} & self._between
        return bool(over) or self._leads(one, other) or self._leads(other, one)

    def _leads(self, start: Joined, end: Joined) -> bool:
        """Whether a relationship of a model, or of one that extends it, leads to another, or to nobody knows what."""
        names = frozenset(map(_name, end.around))
        return any(not each.targets or each.targets & names for each in self._of(start))

    def _of(self, model: Joined) -> Iterator[Relation]:
        yield from self._below.get(model.around[0], ())
        for place in model.around:
            yield from self._own.get(place, ())

    @cached_property
    def _own(self) -> dict[Symbol, tuple[Relation, ...]]:
        """The relationships by the classes that declare them."""
        return {
            (path, symbol): facts.relations
            for path in self._paths()
            for symbol, facts in self._declared(path).classes.items()
            if facts.relations
        }

    @cached_property
    def _below(self) -> dict[Symbol, list[Relation]]:
        """The relationships by the classes that those are extended from that declare them."""
        found: dict[Symbol, list[Relation]] = defaultdict(list)
        for (path, symbol), relations in self._own.items():
            owner = self._lookup.facts(path).class_(symbol)
            for home, base in lineage(self._lookup, path, owner) if owner else ():
                found[home, base.symbol] += relations
        return found

    @cached_property
    def _between(self) -> frozenset[str]:
        """The words for the tables that relationships go over."""
        return frozenset(word for found in self._own.values() for each in found for word in each.secondary)


def _name(place: Symbol) -> str:
    return place[1].rpartition(".")[2]
