"""What of a project speaks HTTP: routes, errors and responses of a web framework, and what the framework calls."""

from collections.abc import Iterator
from functools import cached_property

from reviewer.index.answers import Layer
from reviewer.index.facts import Assignment, ClassFacts, FunctionFacts, ModuleFacts, Value
from reviewer.index.lookup import Lookup
from reviewer.index.packages import PackageKind, known_package
from reviewer.index.resolve import Defined, External, Resolver
from reviewer.index.roles import lineage
from reviewer.index.sessions import last

ROUTE_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "api_route", "route", "websocket"})
ERRORS = frozenset({"HTTPException", "WebSocketException"})
RESPONSE = "Response"


def serves_routes(facts: ModuleFacts) -> bool:
    """Whether a function or method of a file is a route."""
    functions = (*facts.functions, *(method for found in facts.classes for method in found.methods))
    return any(last(decorator.name) in ROUTE_VERBS for each in functions for decorator in each.decorators)


class Web:
    """Answers about HTTP for one repository; `paths` are all its files."""

    def __init__(self, lookup: Lookup, resolver: Resolver, paths: tuple[str, ...]) -> None:
        self._lookup = lookup
        self._resolver = resolver
        self._paths = paths

    def answer(self, path: str, name: str) -> str | None:
        """The error or response of a web framework that a name of a file means, is made of, or extends."""
        return self._answer(path, name, set())

    def is_injected(self, path: str, symbol: str) -> bool:
        """Whether FastAPI is told to call a function or class, or what stands in it."""
        parts = symbol.split(".")
        around = {(path, ".".join(parts[:depth])) for depth in range(1, len(parts) + 1)}
        return not around.isdisjoint(self._injected) or (path, f"*.{parts[-1]}") in self._injected

    def _answer(self, path: str, name: str, seen: set[tuple[str, str]]) -> str | None:
        if (path, name) in seen:
            return None
        seen.add((path, name))
        match self._resolver.resolve(path, name):
            case External(name=full):
                return full if _is_answer(full) else None
            case Defined(path=home, facts=ClassFacts() as found):
                return next(self._inherited(home, found), None)
            case Defined(path=home, facts=Assignment(value=Value(name=made, called=True))):
                return self._answer(home, made, seen)
            case _:
                return None

    def _inherited(self, path: str, found: ClassFacts) -> Iterator[str]:
        bases = (
            self._resolver.base(home, current, base.name)
            for home, current in lineage(self._lookup, path, found)
            for base in current.bases
        )
        yield from (base.name for base in bases if isinstance(base, External) and _is_answer(base.name))

    @cached_property
    def _injected(self) -> frozenset[tuple[str, str]]:
        """What is given to `Depends`, by file and symbol; what is found nowhere, by its name where it is given."""
        return frozenset(
            place
            for path in self._paths
            for name in self._lookup.facts(path).injected
            if self._lookup.set_apart(path) is not Layer.TESTS
            for place in self._places(path, name)
        )

    def _places(self, path: str, name: str) -> Iterator[tuple[str, str]]:
        match self._resolver.resolve(path, name):
            case Defined(path=home, symbol=symbol, facts=ClassFacts() | FunctionFacts()):
                yield home, symbol
            case Defined(path=home, facts=Assignment(value=Value(name=made, called=True))) if made != name:
                yield from self._places(home, made)
            case None:
                yield path, f"*.{last(name)}"
                outer, _, method = name.rpartition(".")
                owner = self._resolver.resolve(path, outer) if outer else None
                if isinstance(owner, Defined) and isinstance(owner.facts, ClassFacts):
                    yield owner.path, f"{owner.symbol}.{method}"
            case _:
                pass


def _is_answer(full: str) -> bool:
    known = known_package(full)
    named = last(full) in ERRORS or last(full).endswith(RESPONSE)
    return named and known is not None and known[1] is PackageKind.WEB
