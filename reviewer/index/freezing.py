"""What stands in the way of making the objects of a class immutable."""

import re
from collections.abc import Callable, Iterator

from reviewer.index.answers import Kind
from reviewer.index.facts import ClassFacts
from reviewer.index.immutability import PLAIN, SILENT_BASES, Classes
from reviewer.index.lookup import Lookup
from reviewer.index.mentions import snake_case
from reviewer.index.resolve import Defined, Resolver

# Writes to the attribute `%b` of anything.
WRITES = rb"\.%b\s*(?:[-+*/%%|&^@<>]{0,2}=(?!=))|setattr\([^()]*[\"']%b[\"']"


class Freezing:
    """Answers for one repository, from all of its `paths`."""

    def __init__(
        self,
        lookup: Lookup,
        resolver: Resolver,
        classes: Classes,
        paths: tuple[str, ...],
        source: Callable[[str], bytes],
    ) -> None:
        self._lookup = lookup
        self._resolver = resolver
        self._classes = classes
        self._paths = paths
        self._source = source

    def hindrance(self, path: str, symbol: str) -> str | None:
        """Why the class defined here can't be frozen as it stands, in words; None where nothing is known to hinder."""
        owner = self._lookup.facts(path).class_(symbol)
        if owner is None:
            return "it is not found"
        if not self._may_be_frozen(path, owner):
            return "a base may be a data class that is not frozen"
        files = [each for each in self._paths if self._speaks_of(each, owner.name)]
        extending = next((each for each in files if self._extends(each, owner.name)), None)
        if extending:
            return f"a class in {extending} may extend it"
        written = (each.name for each in owner.attributes for home in files if self._writes(home, each.name))
        found = next(written, None)
        return f"`{found}` is written to" if found else None

    def _may_be_frozen(self, path: str, owner: ClassFacts) -> bool:
        """Whether all bases leave it to a class whether it is frozen: data classes ask for the same of all."""
        made = self._classes.made(path, owner)
        return made.kind is not Kind.DATACLASS or all(self._is_plain(path, owner, base.name) for base in owner.bases)

    def _is_plain(self, path: str, owner: ClassFacts, base: str) -> bool:
        if base.rpartition(".")[2] in SILENT_BASES:
            return True
        match self._resolver.base(path, owner, base):
            case Defined(path=home, facts=ClassFacts() as parent):
                return self._classes.made(home, parent) == PLAIN
            case _:
                return False

    def _speaks_of(self, path: str, name: str) -> bool:
        source = self._source(path)
        return name.encode() in source or snake_case(name).encode() in source

    def _extends(self, path: str, name: str) -> bool:
        """Whether a class of a file has a base that is called so there, or may be the class under another name."""
        facts = self._lookup.facts(path)
        names = {name, *(each.bound for each in facts.imports if each.attribute == name)}
        return any(base in names for each in facts.classes for base in _bases(each))

    def _writes(self, path: str, attribute: str) -> bool:
        name = re.escape(attribute.encode())
        return re.search(WRITES % (name, name), self._source(path)) is not None


def _bases(owner: ClassFacts) -> Iterator[str]:
    return (base.name.rpartition(".")[2] for base in owner.bases)
