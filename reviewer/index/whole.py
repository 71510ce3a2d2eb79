"""What is true of a project as a whole, tests and migrations aside; each is looked for once."""

from collections.abc import Iterator
from functools import cached_property

from reviewer.index.answers import Layer
from reviewer.index.lookup import Lookup
from reviewer.index.roles import ends_transactions

APART = frozenset({Layer.TESTS, Layer.MIGRATIONS})


class Whole:
    """Answers for one repository; `paths` are all its files."""

    def __init__(self, lookup: Lookup, paths: tuple[str, ...]) -> None:
        self._lookup = lookup
        self._paths = paths

    @cached_property
    def ends_transactions(self) -> bool:
        """Whether a unit of work ends transactions itself."""
        ending = (
            (path, each)
            for path in self._own()
            for each in self._lookup.facts(path).definitions
            if ends_transactions(each)
        )
        return any(self._lookup.unit_of_work(path, each.symbol) for path, each in ending)

    @cached_property
    def repository_sessions(self) -> dict[tuple[str, str], bool]:
        """Whether the session of each repository is asynchronous, of those whose session is known."""
        places = ((path, found.symbol) for path in self._own() for found in self._lookup.facts(path).classes)
        held = {
            place: self._lookup.held_sessions(*place).values() for place in places if self._lookup.repository(*place)
        }
        kinds = {place: {each.is_async for each in sessions} for place, sessions in held.items()}
        return {place: True in kind for place, kind in kinds.items() if len(kind) == 1}

    @cached_property
    def names(self) -> frozenset[str]:
        """The names, in small letters, of all that is defined or imported."""
        own = map(self._lookup.facts, self._own())
        return frozenset(
            name.lower()
            for facts in own
            for name in (*(each.name for each in facts.definitions), *(each.attribute or "" for each in facts.imports))
        )

    def _own(self) -> Iterator[str]:
        return (path for path in self._paths if self._lookup.set_apart(path) is None)
