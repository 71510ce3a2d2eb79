"""Whether a unit of work cleans up after itself: that leaving it rolls back what was not committed."""

from collections.abc import Callable, Iterator

from reviewer.index.answers import Kind
from reviewer.index.bodies import EMPTY, Bodies
from reviewer.index.facts import ClassFacts, FunctionFacts
from reviewer.index.lookup import Lookup
from reviewer.index.resolve import Defined, Resolver
from reviewer.index.roles import ENDINGS, ENTERING, SILENT_BASES, Place, is_abstract, lineage
from reviewer.index.sessions import last

LEAVING = ("__exit__", "__aexit__")
NAMES = ("UnitOfWork", "UoW", "Uow", "UOW")
# A session that is closed, or left as a context manager, rolls back; so does what ends a transaction itself.
ROLLING_BACK = frozenset({"aclose", "close", "close_all", "remove", "rollback"})
# What can be called without rolling back anything.
HARMLESS = frozenset(
    {
        *("commit", "critical", "debug", "error", "exception", "expunge_all", "flush", "format", "get", "info"),
        *("isinstance", "issubclass", "len", "log", "monotonic", "print", "reset", "set", "super", "time", "warning"),
    }
)
UNJUDGED = frozenset({Kind.PROTOCOL, Kind.ENUM, Kind.EXCEPTION, Kind.ORM_MODEL, Kind.NAMED_TUPLE})


class Cleanup:
    """Answers for one repository."""

    def __init__(self, lookup: Lookup, resolver: Resolver, bodies: Callable[[str], Bodies]) -> None:
        self._lookup = lookup
        self._resolver = resolver
        self._bodies = bodies

    def missing(self, path: str, symbol: str) -> str | None:
        """What a unit of work lacks, in words; None for one that lacks nothing, may not, or is abstract."""
        found = self._lookup.facts(path).class_(symbol)
        answer = self._lookup.class_answer(path, symbol)
        if found is None or answer is None or answer.kind in UNJUDGED or not found.methods:
            return None
        classes = list(lineage(self._lookup, path, found))
        named = found.name.endswith(NAMES) and any(_method(classes, name) for name in ENDINGS)
        if not named and self._lookup.unit_of_work(path, symbol) is None:
            return None
        if is_abstract(found) or not all(self._bases_known(each) for each in classes):
            return None
        return self._lacks(classes)

    def _lacks(self, classes: list[Place]) -> str | None:
        enters = next((_method(classes, name) for name in ENTERING if _method(classes, name)), None)
        leaves = next((_method(classes, name) for name in LEAVING if _method(classes, name)), None)
        if enters is None or leaves is None:
            return "it is no context manager, so nothing ends its transaction when a use case fails"
        if self._may_roll_back(classes, *leaves, set()):
            return None
        return f"its `{leaves[1].name}` rolls nothing back"

    def _bases_known(self, place: Place) -> bool:
        path, found = place
        unknown = (base for base in found.bases if last(base.name) not in SILENT_BASES)
        meanings = (self._resolver.base(path, found, base.name) for base in unknown)
        return all(isinstance(each, Defined) and isinstance(each.facts, ClassFacts) for each in meanings)

    def _may_roll_back(self, classes: list[Place], path: str, function: FunctionFacts, asked: set[str]) -> bool:
        """Whether a method rolls back, or calls what may."""
        if function.symbol in asked:
            return False
        asked.add(function.symbol)
        calls = self._bodies(path).get(function.symbol, EMPTY).called
        return any(self._call_may(classes, function, name, asked) for name in calls)

    def _call_may(self, classes: list[Place], function: FunctionFacts, name: str, asked: set[str]) -> bool:
        receiver, _, verb = name.rpartition(".")
        if verb in ROLLING_BACK:
            return True
        own = function.parameters[0].name if function.parameters else ""
        above = classes if receiver == own else _above(classes, function) if receiver == "super()" else []
        method = _method(above, verb)
        return self._may_roll_back(classes, *method, asked) if method else verb not in HARMLESS


def _above(classes: list[Place], function: FunctionFacts) -> list[Place]:
    """The bases of the class that a method stands in."""
    symbols = [found.symbol for _, found in classes]
    owner = function.symbol.rpartition(".")[0]
    return classes[symbols.index(owner) + 1 :] if owner in symbols else []


def _method(classes: list[Place], name: str) -> tuple[str, FunctionFacts] | None:
    found: Iterator[tuple[str, FunctionFacts]] = (
        (path, method) for path, owner in classes if (method := owner.method(name))
    )
    return next(found, None)
