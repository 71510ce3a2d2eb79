"""What layers, roles and the inspection ask of the index beside its public questions."""

from typing import Protocol

from reviewer.index.facts import ModuleFacts
from reviewer.index.questions import Questions


class Lookup(Questions, Protocol):
    """The index itself, as seen by the modules that it is made of."""

    def facts(self, path: str) -> ModuleFacts:
        """What the file says by itself; `NOTHING` for one that is not there or does not parse."""
        ...

    def module_name(self, path: str) -> str:
        """The dotted name of a file's module."""
        ...
