"""Who calls a function with `True` or `False` written out for one of its parameters, and so chooses by it."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import takewhile

from reviewer.index.answers import Definition, Layer
from reviewer.index.branches import parts
from reviewer.index.extract import SCOPES, UNREADABLE, tree_of
from reviewer.index.lookup import Lookup
from reviewer.index.tables.sources import Sources

TRUTH = re.compile(rb"\b(?:True|False)\b")
# What stands before a truth that is given to a call: the name of its parameter, or the call and its first arguments.
BY_NAME = re.compile(rb"(\w+)[ \t]*=[ \t]*$")
BY_PLACE = re.compile(rb"\b(\w+)\((?:[^()]*,)?\s*$")
# As far as one looks back.
BACK = 120
APART = frozenset({Layer.TESTS, Layer.MIGRATIONS})


@dataclass(frozen=True, slots=True)
class Choice:
    """The truth that a call, in the function or class `scope`, writes out for a parameter: its name or its place."""

    called: str
    parameter: str
    truth: str
    scope: str
    line: int


class Callers:
    """Answers for one repository; `twin` says of a path whether `shared` has the same file there."""

    def __init__(
        self, lookup: Lookup, sources: Sources, *, shared: "Callers | None", twin: Callable[[str], bool]
    ) -> None:
        self._lookup = lookup
        self._sources = sources
        self._shared = shared
        self._twin = twin
        self._words: dict[str, frozenset[str]] = {}
        self._choices: dict[str, tuple[Choice, ...]] = {}

    def chosen(self, path: str, symbol: str, parameter: str) -> Definition | None:
        """The first call outside tests that writes a truth out for a parameter of the function defined here.

        One that only repeats the default chooses nothing. A call is one of the function by its name; by the place of
        an argument only where the name is all of the call and the function no method. It is given by its file, its
        line, and what it stands in.
        """
        name = symbol.rpartition(".")[2]
        wanted = {parameter, self._place(path, symbol, parameter)}
        default = self._default(path, symbol, parameter)
        for home in self._naming(name, wanted):
            for found in self.choices(home):
                if found.called == name and found.parameter in wanted and found.truth != default:
                    return Definition(home, found.scope, found.line)
        return None

    def words(self, path: str) -> frozenset[str]:
        """The names of the parameters, and of the functions, that a file may write a truth out for."""
        if path not in self._words:
            twin = self._shared if self._shared and self._twin(path) else None
            self._words[path] = twin.words(path) if twin else frozenset(_words(self._sources.read(path)))
        return self._words[path]

    def choices(self, path: str) -> tuple[Choice, ...]:
        """The truths that the calls of a file write out."""
        if path not in self._choices:
            twin = self._shared if self._shared and self._twin(path) else None
            self._choices[path] = twin.choices(path) if twin else tuple(_choices(self._sources.read(path)))
        return self._choices[path]

    def _naming(self, name: str, parameters: set[str]) -> Iterator[str]:
        """The files outside tests that may write a truth out for one of these parameters of what is called so."""
        for path in self._sources.paths:
            words = self.words(path)
            if parameters.isdisjoint(words) and name not in words:
                continue
            if self._lookup.set_apart(path) is None and name.encode() in self._sources.read(path):
                yield path

    def _default(self, path: str, symbol: str, parameter: str) -> str | None:
        found = self._lookup.facts(path).function_or_method(symbol)
        given = {each.name: each.default for each in found.parameters} if found else {}
        return given.get(parameter)

    def _place(self, path: str, symbol: str, parameter: str) -> str:
        """The place of a parameter among those of a function that is no method."""
        found = self._lookup.facts(path).function(symbol)
        names = [each.name for each in found.parameters if not each.starred] if found else []
        return str(names.index(parameter)) if parameter in names else ""


def _words(data: bytes) -> Iterator[str]:
    for truth in TRUTH.finditer(data):
        before = data[max(0, truth.start() - BACK) : truth.start()]
        if found := BY_NAME.search(before) or BY_PLACE.search(before):
            yield found[1].decode()


def _choices(data: bytes) -> Iterator[Choice]:
    try:
        tree = tree_of(data)
    except UNREADABLE:
        return
    waiting: list[tuple[str, ast.AST]] = [("", tree)] if tree else []
    while waiting:
        scope, node = waiting.pop()
        if isinstance(node, SCOPES):
            scope = f"{scope}.{node.name}" if scope else node.name
        if isinstance(node, ast.Call):
            yield from _choices_of(node, scope)
        waiting.extend((scope, child) for child in reversed(parts(node)))


def _choices_of(call: ast.Call, scope: str) -> Iterator[Choice]:
    match call.func:
        case ast.Name(id=called):
            plain = takewhile(lambda value: not isinstance(value, ast.Starred), call.args)
            placed = [(str(place), value) for place, value in enumerate(plain)]
        case ast.Attribute(attr=called):
            placed = []
        case _:
            return
    named = [(keyword.arg, keyword.value) for keyword in call.keywords if keyword.arg]
    for parameter, value in (*placed, *named):
        if isinstance(value, ast.Constant) and isinstance(value.value, bool):
            yield Choice(called, parameter, str(value.value), scope, value.lineno)
