"""What layers, roles and the inspection ask of the index beside its public questions."""

from typing import Protocol

from reviewer.index.answers import Layer, Session
from reviewer.index.bodies import Bodies
from reviewer.index.facts import Import, ModuleFacts
from reviewer.index.questions import Questions


class Lookup(Questions, Protocol):
    """The index itself, as seen by the modules that it is made of."""

    def facts(self, path: str) -> ModuleFacts:
        """What the file says by itself; `NOTHING` for one that is not there or does not parse."""
        ...

    def knows(self, path: str) -> bool:
        """Whether the index has this file."""
        ...

    def imported_file(self, path: str, imported: Import) -> str | None:
        """The file of the module that an import of a file reads, None for one of another distribution."""
        ...

    def module_name(self, path: str) -> str:
        """The dotted name of a file's module."""
        ...

    def set_apart(self, path: str) -> Layer | None:
        """The layer of a test or a migration, None for any other file: its path alone says so."""
        ...

    def bodies(self, path: str) -> Bodies:
        """What the functions of a file bind, return and call."""
        ...

    def held_sessions(self, path: str, symbol: str) -> dict[str, Session]:
        """The sessions that the class defined here keeps, by the names of its attributes."""
        ...
