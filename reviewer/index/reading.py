"""What the files of a repository say, each one by itself: read on first need, kept for the run."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from reviewer.index.bodies import Bodies, bodies
from reviewer.index.extract import extract
from reviewer.index.facts import NOTHING, ModuleFacts
from reviewer.index.proofs import Proofs, proofs
from reviewer.source import UnreadableFile

Said = TypeVar("Said")


@dataclass(frozen=True, slots=True)
class Kind(Generic[Said]):
    """A part of what a file says: how it is made of the file's bytes, and what a file says that can't be read."""

    name: str
    make: Callable[[bytes], Said]
    nothing: Said


FACTS: Kind[ModuleFacts] = Kind("facts", extract, NOTHING)
BODIES: Kind[Bodies] = Kind("bodies", bodies, {})
PROOFS: Kind[Proofs] = Kind("proofs", proofs, {})


class Archive(Protocol):
    """What former runs read of files, for as long as these hold the same bytes."""

    def known(self, kind: Kind[Said], path: str) -> Said | None:
        """What a file says, None where that is not known."""
        ...

    def add(self, kind: Kind[Said], source: bytes, said: Said) -> None:
        """Keep what a file with these bytes says."""
        ...


class Reading:
    """The files at `paths`; `twin` says of a path whether `shared` has the same file there, read once for both then."""

    def __init__(
        self,
        paths: Iterable[str],
        read: Callable[[str], bytes],
        *,
        shared: "Reading | None" = None,
        twin: Callable[[str], bool] = lambda _: False,
        archive: Archive | None = None,
    ) -> None:
        self.known = frozenset(paths)
        self._read = read
        self._shared = shared
        self._twin = twin
        self._archive = archive
        self._facts: dict[str, ModuleFacts] = {}
        self._bodies: dict[str, Bodies] = {}
        self._proofs: dict[str, Proofs] = {}

    def facts(self, path: str) -> ModuleFacts:
        """What a file says by itself; `NOTHING` for one that is not there, unreadable or does not parse."""
        if path not in self._facts:
            self._facts[path] = self._said(path, FACTS, Reading.facts)
        return self._facts[path]

    def bodies(self, path: str) -> Bodies:
        """What the functions of a file bind and return; none for a file that is not there or does not parse."""
        if path not in self._bodies:
            self._bodies[path] = self._said(path, BODIES, Reading.bodies)
        return self._bodies[path]

    def proofs(self, path: str) -> Proofs:
        """What the functions of a file prove; nothing of a file that is not there or does not parse."""
        if path not in self._proofs:
            self._proofs[path] = self._said(path, PROOFS, Reading.proofs)
        return self._proofs[path]

    def source(self, path: str) -> bytes | None:
        """The bytes of a file, None where it can't be read."""
        try:
            return self._read(path)
        except (OSError, UnreadableFile):
            return None

    def _said(self, path: str, kind: Kind[Said], ask: "Callable[[Reading, str], Said]") -> Said:
        if path not in self.known:
            return kind.nothing
        if self._shared and self._twin(path):
            return ask(self._shared, path)
        kept = self._archive.known(kind, path) if self._archive else None
        return self._made(path, kind) if kept is None else kept

    def _made(self, path: str, kind: Kind[Said]) -> Said:
        source = self.source(path)
        if source is None:
            return kind.nothing
        said = kind.make(source)
        # What takes too deep a recursion here may be read elsewhere.
        if self._archive and said != kind.nothing:
            self._archive.add(kind, source, said)
        return said
