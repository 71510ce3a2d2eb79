"""Ports: the interfaces that repositories implement."""

import re
from collections.abc import Iterator
from functools import cached_property

from reviewer.index.answers import Definition, Kind, Layer, Role
from reviewer.index.facts import ClassFacts
from reviewer.index.lookup import Lookup
from reviewer.index.roles import SILENT_BASES, Place, foreign_bases, is_abstract, lineage
from reviewer.index.sessions import last

# Classes that a port's file may define beside it.
PLAIN = frozenset({Kind.DATACLASS, Kind.ATTRS, Kind.PYDANTIC, Kind.NAMED_TUPLE, Kind.ENUM, Kind.EXCEPTION})
# A port of repositories says so in its name: `JobRepositoryPort`, `IJobRepo`.
NAMED = re.compile(r"Repositor|Repo(?![a-z])")
APART = frozenset({Layer.TESTS, Layer.MIGRATIONS})


class Ports:
    """Answers about ports for one repository; `paths` are all its files."""

    def __init__(self, lookup: Lookup, paths: tuple[str, ...]) -> None:
        self._lookup = lookup
        self._paths = paths

    def port(self, path: str, symbol: str) -> Role | None:
        """The port that a class is or implements: an abstract base, or a protocol whose methods it has.

        What is no class of this project may be anything, so a base from elsewhere counts; what others extend, or is
        made for any type, is a part of repositories and no repository.
        """
        found = self._lookup.facts(path).class_(symbol)
        if found is None:
            return None
        here = Definition(path, symbol, found.line)
        if (path, symbol) in self._extended or _is_generic(found):
            return Role(here, "other repositories are made of it")
        family = list(lineage(self._lookup, path, found))
        base = next((current for home, current in family if self.is_abstract(home, current)), None)
        if base:
            return Role(here, f"{base.name} is abstract")
        foreign = next(self._foreign(family), None)
        if foreign:
            return Role(here, f"its base {foreign} is not of this project")
        names = {method.name for _, current in family for method in current.methods}
        protocol = next((name for name, methods in self._protocols if methods <= names), None)
        return Role(here, f"it has all methods of the protocol {protocol}") if protocol else None

    def is_abstract(self, path: str, found: ClassFacts) -> bool:
        """Whether a class only says what others do."""
        public = [method for method in found.methods if not method.name.startswith("_")]
        stubs = bool(public) and all(method.stub for method in public)
        return stubs or is_abstract(found) or self._is_protocol(path, found)

    def are_all_of(self, path: str) -> bool:
        """Whether a file defines nothing but ports, and data and errors that they speak of."""
        facts = self._lookup.facts(path)
        classes = [found for found in facts.classes if "." not in found.symbol]
        ports = [found for found in classes if self.is_abstract(path, found)]
        others = (found.symbol for found in classes if found not in ports)
        functions = any("." not in each.symbol for each in facts.functions)
        return bool(ports) and not functions and all(self._is_plain(path, symbol) for symbol in others)

    @cached_property
    def in_use(self) -> bool:
        """Whether a repository of the project extends one that is a port."""
        return any(
            NAMED.search(current.name) is not None and self.is_abstract(home, current)
            for path, found in self._repositories
            if not self.is_abstract(path, found)
            for home, current in lineage(self._lookup, path, found)
        )

    @cached_property
    def _extended(self) -> frozenset[tuple[str, str]]:
        bases = (
            self._lookup.definition(path, base.name)
            for path, found in self._repositories
            for base in found.bases
            if base.name
        )
        return frozenset((base.path, base.symbol) for base in bases if base)

    @cached_property
    def _repositories(self) -> tuple[Place, ...]:
        return tuple(place for place in self._classes() if self._lookup.repository(place[0], place[1].symbol))

    def _classes(self) -> Iterator[Place]:
        for path in self._paths:
            classes = self._lookup.facts(path).classes
            if classes and self._lookup.set_apart(path) is None:
                yield from ((path, found) for found in classes)

    @cached_property
    def _protocols(self) -> tuple[tuple[str, frozenset[str]], ...]:
        """The protocols of the project with the names of their methods, inherited ones too."""
        protocols = (
            (found.name, frozenset(self._promised(path, found)))
            for path, found in self._classes()
            if self._is_protocol(path, found)
        )
        return tuple((name, methods) for name, methods in protocols if methods)

    def _is_protocol(self, path: str, found: ClassFacts) -> bool:
        answer = self._lookup.class_answer(path, found.symbol)
        return answer is not None and answer.kind is Kind.PROTOCOL

    def _promised(self, path: str, found: ClassFacts) -> Iterator[str]:
        for _, current in lineage(self._lookup, path, found):
            yield from (method.name for method in current.methods if not method.name.startswith("_"))

    def _is_plain(self, path: str, symbol: str) -> bool:
        answer = self._lookup.class_answer(path, symbol)
        return answer is not None and answer.kind in PLAIN

    def _foreign(self, family: list[Place]) -> Iterator[str]:
        """The bases that no class of this project is, and that may be anything."""
        for home, current in family:
            found = (last(base) for base in foreign_bases(self._lookup, home, current))
            yield from (base or "that is worked out" for base in found if base not in SILENT_BASES)


def _is_generic(found: ClassFacts) -> bool:
    return any(last(base.name) in {"Generic", "Protocol"} and base.subscript for base in found.bases)
