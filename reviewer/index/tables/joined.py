"""The table of a class as it is in the end: what it declares itself, and what it has from mixins and abstract bases."""

import builtins
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from reviewer.index.answers import OrmModel
from reviewer.index.facts import ClassFacts, Value
from reviewer.index.lookup import Lookup
from reviewer.index.resolve import Defined, External, Resolver
from reviewer.index.roles import Place, lineage
from reviewer.index.tables.declared import Declared
from reviewer.index.tables.facts import (
    BY_CLASS,
    PRIMARY_KEY,
    Arguments,
    ColumnFacts,
    KeyFacts,
    Lead,
    Relation,
    TableFacts,
)
from reviewer.model import Confidence

# What reads columns and indexes from the database itself.
REFLECTING = frozenset({"DeferredReflection", "automap_base"})
# A file and the dotted symbol of a class, or the variable of a Core table, in it.
Symbol = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Placed:
    """A column of a table, with the file and the class or table that declare it."""

    path: str
    owner: str
    facts: ColumnFacts

    def is_in(self, words: Iterable[str]) -> bool:
        """Whether one of the words of an index or a key means it."""
        return not self.facts.words.isdisjoint(words)


@dataclass(frozen=True, slots=True)
class PlacedKey:
    """A foreign key that stands apart from its columns, with the file and the class or table that declare it."""

    path: str
    owner: str
    facts: KeyFacts


@dataclass(frozen=True, slots=True)
class Joined:
    """A table with all that belongs to it; `owner` is the class, or the Core table.

    `table` is its name, "" where that can't be read, though it may be made `by_class`, of the class's own; `complete`
    when nothing unseen can bring an index. `around` are the class and all that it extends, nearest first.
    """

    path: str
    owner: str
    table: str
    columns: tuple[Placed, ...]
    leads: tuple[Lead, ...] = ()
    keys: tuple[PlacedKey, ...] = ()
    relations: tuple[Relation, ...] = ()
    complete: bool = True
    by_class: bool = False
    around: tuple[Symbol, ...] = ()

    @property
    def is_association(self) -> bool:
        """Whether its rows do no more than join others: two foreign keys are part of the primary key."""
        stated = next((lead.columns for lead in self.leads if lead.kind == PRIMARY_KEY), None)
        primary = [each for each in self.columns if (each.facts.primary_key if stated is None else each.is_in(stated))]
        return len([each for each in primary if each.facts.target is not None or self._refers(each)]) > 1

    def _refers(self, column: Placed) -> bool:
        return any(column.is_in(key.facts.columns) for key in self.keys)

    def column(self, word: str) -> Placed | None:
        """The column that an index or a key calls so."""
        return next((each for each in self.columns if word in each.facts.words), None)


@dataclass(frozen=True, slots=True)
class _Family:
    """A model's classes: all of them nearest first, its own without those of other models, and those others."""

    model: OrmModel
    around: tuple[Place, ...]
    own: tuple[tuple[str, TableFacts], ...]
    above: tuple[tuple[str, TableFacts], ...]
    # The nearest class that says what its table is called, and whether that is another model.
    named: TableFacts | None
    shares: bool


class Joining:
    """Joins the declarations of a model's classes; `declared` gives those of a file."""

    def __init__(self, lookup: Lookup, resolver: Resolver, declared: Callable[[str], Declared]) -> None:
        self._lookup = lookup
        self._resolver = resolver
        self._declared = declared
        self._kept: dict[Symbol, Joined | None] = {}

    def of_model(self, path: str, symbol: str) -> Joined | None:
        """The table of the ORM model with this symbol, defined in this file."""
        if (path, symbol) not in self._kept:
            family = self._family(path, symbol)
            self._kept[path, symbol] = self._join(path, symbol, family) if family else None
        return self._kept[path, symbol]

    def of_core(self, path: str, variable: str) -> Joined | None:
        """The Core table of this variable; of one without, by its name."""
        found = self._declared(path).core.get(variable)
        if found is None:
            return None
        given = found.arguments or Arguments()
        return Joined(
            path,
            found.symbol,
            found.table or "",
            tuple(Placed(path, found.symbol, each) for each in found.columns),
            leads=given.leads,
            keys=tuple(PlacedKey(path, found.symbol, each) for each in given.keys),
            complete=given.complete,
            around=((path, variable),),
        )

    def _family(self, path: str, symbol: str) -> _Family | None:
        owner, model = self._lookup.facts(path).class_(symbol), self._lookup.orm_model(path, symbol)
        if owner is None or model is None or model.definition.path != path:
            return None
        around = tuple(lineage(self._lookup, path, owner))
        models = [place for place in around[1:] if self._is_model(place)]
        theirs = {(home, found.symbol) for place in models for home, found in lineage(self._lookup, *place)}
        facts = [(home, self._declared(home).classes.get(found.symbol)) for home, found in around]
        told = [(home, each) for home, each in facts if each]
        named = next(((home, each) for home, each in told if each.table is not None or each.core), None)
        return _Family(
            model,
            around,
            own=tuple((home, each) for home, each in told if (home, each.symbol) not in theirs),
            above=tuple((home, each) for home, each in told if (home, each.symbol) in theirs),
            named=named[1] if named else None,
            shares=bool(models) and (named is None or named[1].symbol in {each.symbol for _, each in models}),
        )

    def _is_model(self, place: Place) -> bool:
        home, found = place
        model = self._lookup.orm_model(home, found.symbol)
        return model is not None and model.definition.path == home

    def _join(self, path: str, symbol: str, family: _Family) -> Joined | None:
        core = family.own[0][1].core if family.own else None
        if core is not None:
            return self._mapped_to(path, core)
        parts = [(home, each, each.arguments) for home, each in family.own if each.arguments][:1]
        shared = [(home, each, each.arguments) for home, each in family.above if each.arguments and family.shares]
        given = [arguments for *_, arguments in (*parts, *shared)]
        return Joined(
            path,
            symbol,
            self._table_name(family),
            tuple(_columns(family.own)),
            leads=tuple(lead for each in given for lead in each.leads),
            keys=tuple(PlacedKey(home, each.symbol, key) for home, each, found in parts for key in found.keys),
            relations=tuple(relation for _, each in (*family.own, *family.above) for relation in each.relations),
            complete=all(each.complete for each in given) and self._is_clear(family),
            by_class=family.named is None or family.named.table == BY_CLASS,
            around=tuple((home, found.symbol) for home, found in family.around),
        )

    def _mapped_to(self, path: str, core: str) -> Joined | None:
        """The Core table that a class names as its own."""
        found = self._resolver.resolve(path, core)
        home = (found.path, found.symbol) if isinstance(found, Defined) else (path, core)
        return self.of_core(*home)

    def _table_name(self, family: _Family) -> str:
        if family.named:
            return (family.named.table or "").removeprefix(BY_CLASS)
        # SQLModel calls a table as its class.
        of_sqlmodel = family.model.chain[-1].startswith("sqlmodel.") and not family.shares
        return family.around[0][1].name.lower() if of_sqlmodel else ""

    def _is_clear(self, family: _Family) -> bool:
        """Whether no base of a model can bring columns or indexes that nobody sees here."""
        bases = [(home, found, base) for home, found in family.around for base in found.bases]
        return family.model.confidence is Confidence.HIGH and all(self._is_seen(*each) for each in bases)

    def _is_seen(self, path: str, owner: ClassFacts, base: Value) -> bool:
        meaning = self._resolver.base(path, owner, base.name) if base.name else None
        last = (meaning.name if isinstance(meaning, External) else base.name).rpartition(".")[2]
        held = base.called or base.name in vars(builtins) or base.name.endswith(".Model")
        return last not in REFLECTING and (meaning is not None or held)


def _columns(own: tuple[tuple[str, TableFacts], ...]) -> Iterator[Placed]:
    """The columns of a table, the nearest class's first; what a nearer one calls the same goes before."""
    taken: set[str] = set()
    for home, facts in own:
        for column in facts.columns:
            if column.attribute not in taken:
                yield Placed(home, facts.symbol, column)
        taken |= facts.others | {each.attribute for each in facts.columns}
