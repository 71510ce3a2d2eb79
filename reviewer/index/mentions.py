"""What the tests of a project speak of: the functions that they name, and what they put in the place of the network."""

import re
from collections.abc import Callable, Iterator
from functools import cached_property

from reviewer.index.assertions import fixture_files
from reviewer.index.facts import FunctionFacts
from reviewer.index.lookup import Lookup
from reviewer.index.sessions import last
from reviewer.index.web import ROUTE_VERBS

WORD = re.compile(rb"[A-Za-z_]\w*")
CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
LITERAL = re.compile(r"[A-Za-z_]\w*(?![^{]*\})")
STANDS_IN = re.compile(
    rb"respx|\bresponses\b|requests_mock|httpx_mock|httpretty|aioresponses|pook|\bvcr\b|\bmoto\b|betamax|httpserver"
    rb"|live_server|pytest_recording|pytest_socket|MockTransport|ASGITransport|WSGITransport|uvicorn|testcontainers"
    rb"|docker|localstack|wiremock|skipif|environ|getenv"
)
# What a test names that looks at how something goes wrong.
GOING_WRONG = re.compile(
    rb"raises|assertRaises|side_effect|\b[45]\d\d\b|HTTP_[45]|is_(?:client_|server_)?err|\bErr\b|\bFailure\b|\bexcept\b"
    rb"|NOT_FOUND|FORBIDDEN|UNAUTHORIZED|BAD_REQUEST|CONFLICT|UNPROCESSABLE|[Ii]nvalid|[Ff]ails|[Ee]xc_?info"
)
# Modules that many folders have, so that their folder is what tells them apart.
ORDINARY = frozenset(
    {"service", "services", "models", "entity", "entities", "commands", "queries", "handlers", "use_case"}
)
# A function that is given to something and not called, or called outside of all functions.
HANDED_ON = rb"[(,=\[{:]\s*(?:\w+\.)*%b\s*[,)\]}\n]|(?m:^)(?:\w+\.)*%b\("
# How many calls may lie between a test and what it is about.
FURTHEST = 6


class Mentions:
    """Answers about what tests speak of; `is_of_tests` says of a file whether it lies with them.

    `twin` gives the answers about another state of the project that has the same file at a path: it is read once then.
    """

    def __init__(
        self,
        lookup: Lookup,
        paths: tuple[str, ...],
        read: Callable[[str], bytes],
        is_of_tests: Callable[[str], bool],
        twin: Callable[[str], "Mentions | None"] = lambda _: None,
    ) -> None:
        self._lookup = lookup
        self._read = read
        self._twin = twin
        self._tests = tuple(path for path in paths if is_of_tests(path))
        self._others = tuple(path for path in paths if not is_of_tests(path))
        self._sources: dict[str, bytes] = {}
        self._words: dict[str, frozenset[str]] = {}

    def naming(self, path: str, symbol: str) -> tuple[str, ...]:
        """The test files that name a function or method.

        A name of several words counts wherever it stands. One of a single word (`execute`, `get`) counts beside that
        of its class, `PlaceOrder` or `place_order`, or of its module.
        """
        name, around = last(symbol), self._around(path, symbol)
        if name.startswith("__"):
            return tuple(each for each in self._tests if not around.isdisjoint(self.words_of(each)))
        own = name.strip("_")
        holding = (each for each in self._holding(self._tests, name) if name in self.words_of(each))
        return tuple(each for each in holding if "_" in own or not around.isdisjoint(self.words_of(each)))

    def reached(self, path: str, symbol: str) -> bool:
        """Whether a test names a function, or what calls it, or a route that leads there.

        Who calls one that its file hands on, a handler of events, is not known: a test may. What a file does itself,
        tests do when they import it.
        """
        waiting, seen = [(path, symbol)], {(path, symbol)}
        for _ in range(FURTHEST):
            if any(map(self._is_met, waiting)):
                return True
            callers = {caller for place in waiting for caller in self._callers(*place)} - seen
            seen |= callers
            waiting = sorted(callers)
        return any(map(self._is_met, waiting))

    def _is_met(self, place: tuple[str, str]) -> bool:
        path, symbol = place
        handed_on = re.search(HANDED_ON % ((re.escape(last(symbol).encode()),) * 2), self.source(path))
        return handed_on is not None or bool(self.naming(path, symbol)) or self._is_asked_for(path, symbol)

    def goes_wrong(self, path: str, symbol: str, error: str) -> bool:
        """Whether a test file that names a function, or the error that it raises, looks at how something goes wrong."""
        files = {*self.naming(path, symbol), *self._holding(self._tests, error)}
        return any(GOING_WRONG.search(self.source(each)) for each in files)

    def replaces_network(self, path: str) -> bool:
        """Whether something in a test's file, or in a `conftest.py` above, may stand in for the network."""
        return any(STANDS_IN.search(self.source(each)) for each in fixture_files(path) if self._lookup.knows(each))

    @cached_property
    def any_of_own(self) -> bool:
        """Whether a test imports code of the project."""
        own = set(self._others)
        imports = ((path, each) for path in self._tests for each in self._lookup.facts(path).imports)
        return any(self._lookup.imported_file(path, each) in own for path, each in imports)

    def _around(self, path: str, symbol: str) -> frozenset[str]:
        """The names of the class and the module that a function stands in, as a test may write them."""
        *outer, _ = symbol.split(".")
        spelled = {each for name in outer for each in (name, snake_case(name))}
        # `polar/benefit/service.py` is `benefit`, or `benefit_service`, to those who import it.
        *folders, module = path.removesuffix(".py").removesuffix("/__init__").split("/")
        folder = folders[-1] if folders else ""
        told = {module} - ORDINARY or {folder, f"{folder}_{module}"}
        return frozenset(spelled | told)

    def _callers(self, path: str, symbol: str) -> Iterator[tuple[str, str]]:
        """The functions, outside of tests, that may call a function: by its name, where its surroundings are known."""
        name = last(symbol)
        called = symbol.split(".")[-2] if name.startswith("__") and "." in symbol else name
        around = self._around(path, symbol)
        for home in self._holding(self._others, called):
            if "_" not in called.strip("_") and home != path and around.isdisjoint(self.words_of(home)):
                continue
            imports = self._lookup.facts(home).imports
            names = {called, *(each.bound for each in imports if each.attribute == called)}
            for caller, body in self._lookup.bodies(home).items():
                if (home, caller) != (path, symbol) and any(
                    last(each.replace("()", "")) in names for each in body.called
                ):
                    yield home, caller

    def _is_asked_for(self, path: str, symbol: str) -> bool:
        """Whether a function is a route, or a task, whose address a test names, or one with an unknown address."""
        urls = [route.url for route in self._lookup.routes(path) if route.symbol == symbol]
        words = [frozenset(LITERAL.findall(url or "")) for url in urls]
        if not all(words):
            return True
        found = self._lookup.facts(path).function_or_method(symbol)
        return any(map(self._is_spoken_of, (*words, *(_addresses(found) if found else ()))))

    def _is_spoken_of(self, words: frozenset[str]) -> bool:
        longest = max(words, key=len, default="")
        return bool(words) and any(words <= self.words_of(each) for each in self._holding(self._tests, longest))

    def _holding(self, paths: tuple[str, ...], name: str) -> Iterator[str]:
        wanted = name.encode()
        return (path for path in paths if wanted in self.source(path))

    def words_of(self, path: str) -> frozenset[str]:
        """The words of a file."""
        if path not in self._words:
            twin = self._twin(path)
            found = (each.decode() for each in WORD.findall(self.source(path)))
            self._words[path] = twin.words_of(path) if twin else frozenset(found)
        return self._words[path]

    def source(self, path: str) -> bytes:
        """The bytes of a file, none where it can't be read."""
        if path not in self._sources:
            twin = self._twin(path)
            self._sources[path] = twin.source(path) if twin else self._read(path)
        return self._sources[path]


def snake_case(name: str) -> str:
    """`PlaceOrder` as the variable that holds one: `place_order`."""
    return CAPITAL.sub("_", name).lower()


def _addresses(found: FunctionFacts) -> Iterator[frozenset[str]]:
    """The words of the addresses that a function is a route of, or of the name that it is sent by."""
    for mark in found.decorators:
        if last(mark.name) in ROUTE_VERBS and mark.positional:
            yield frozenset(LITERAL.findall(mark.positional[0].strip("'\"")))
