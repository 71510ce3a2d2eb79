"""What the files of a repository say, each one by itself: read on first need, kept for the run."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from reviewer.index.bodies import Bodies, bodies
from reviewer.index.extract import extract
from reviewer.index.facts import NOTHING, ModuleFacts
from reviewer.index.proofs import Proofs, proofs
from reviewer.source import UnreadableFile

Said = TypeVar("Said", ModuleFacts, Bodies, Proofs)


class Reading:
    """The files at `paths`; `twin` says of a path whether `shared` has the same file there, read once for both then."""

    def __init__(
        self,
        paths: Iterable[str],
        read: Callable[[str], bytes],
        *,
        shared: "Reading | None" = None,
        twin: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self.known = frozenset(paths)
        self._read = read
        self._shared = shared
        self._twin = twin
        self._facts: dict[str, ModuleFacts] = {}
        self._bodies: dict[str, Bodies] = {}
        self._proofs: dict[str, Proofs] = {}

    def facts(self, path: str) -> ModuleFacts:
        """What a file says by itself; `NOTHING` for one that is not there, unreadable or does not parse."""
        if path not in self._facts:
            self._facts[path] = self._said(path, extract, NOTHING, Reading.facts)
        return self._facts[path]

    def bodies(self, path: str) -> Bodies:
        """What the functions of a file bind and return; none for a file that is not there or does not parse."""
        if path not in self._bodies:
            self._bodies[path] = self._said(path, bodies, {}, Reading.bodies)
        return self._bodies[path]

    def proofs(self, path: str) -> Proofs:
        """What the functions of a file prove; nothing of a file that is not there or does not parse."""
        if path not in self._proofs:
            self._proofs[path] = self._said(path, proofs, {}, Reading.proofs)
        return self._proofs[path]

    def source(self, path: str) -> bytes | None:
        """The bytes of a file, None where it can't be read."""
        try:
            return self._read(path)
        except (OSError, UnreadableFile):
            return None

    def _said(
        self, path: str, make: Callable[[bytes], Said], nothing: Said, ask: "Callable[[Reading, str], Said]"
    ) -> Said:
        if path not in self.known:
            return nothing
        if self._shared and self._twin(path):
            return ask(self._shared, path)
        source = self.source(path)
        return nothing if source is None else make(source)
