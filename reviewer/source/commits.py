"""The files of a commit, or of the next one, read from git's objects: nothing is checked out."""

from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from itertools import islice
from pathlib import Path

from reviewer.git import Entry, Repository
from reviewer.source.eligible import MOST_BYTES, PYTHON, UnreadableFile, configures, counts, may_configure, too_large

FORBIDDEN = frozenset({"", ".", "..", ".git"})
MOST_KEPT = 32 * 1024 * 1024  # bytes
BATCH = 2 * 1024 * 1024  # bytes


class CommitTree:
    """The files of a commit, read from git without a checkout."""

    def __init__(self, repository: Repository, sha: str, most_bytes: int = MOST_BYTES) -> None:
        self.repository = repository
        self.sha = sha
        self.most_bytes = most_bytes
        self._kept: dict[str, bytes] = {}

    @property
    def root(self) -> Path:
        """The folder that paths start from."""
        return self.repository.root

    @property
    def _title(self) -> str:
        return f"commit {self.sha[:12]}"

    def _listed(self) -> Iterable[Entry]:
        return self.repository.files_at(self.sha)

    @cached_property
    def _entries(self) -> dict[str, Entry]:
        return {entry.path: entry for entry in self._listed() if entry.regular and _is_inside(entry.path)}

    @cached_property
    def _sizes(self) -> dict[str, int]:
        return self.repository.sizes(self._entries[path].blob for path in self.paths)

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """The Python files that count, sorted."""
        return tuple(sorted(path for path in self._entries if counts(path)))

    @cached_property
    def _places(self) -> dict[str, int]:
        return {path: place for place, path in enumerate(self.paths)}

    def __contains__(self, path: str) -> bool:
        """Whether there is such a file; a Python file has to be one that counts."""
        return path in self._entries if not path.endswith(PYTHON) else path in self._places

    def read(self, path: str) -> bytes:
        """The bytes of a file; raises UnreadableFile."""
        if path not in self._entries:
            raise UnreadableFile(f"{self._title} has no such file")
        blob = self._entries[path].blob
        size = self._sizes.get(blob, 0)
        if size > self.most_bytes:
            raise too_large(size, self.most_bytes)
        if blob not in self._kept:
            self._keep(self.repository.read_blobs(self._neighbours(path)))
        if blob not in self._kept:
            raise UnreadableFile(f"the repository lacks its content, blob {blob[:12]}; fetch it")
        return self._kept[blob]

    def _keep(self, blobs: dict[str, bytes]) -> None:
        """Keep what was read, and as much of what was read before as there is room for."""
        self._kept |= blobs
        size = sum(map(len, self._kept.values()))
        for old in [blob for blob in self._kept if blob not in blobs]:
            if size <= MOST_KEPT:
                break
            size -= len(self._kept.pop(old))

    def _neighbours(self, path: str) -> Iterator[str]:
        """The blobs to read along with one: starting git costs more than reading, and memory stays flat."""
        yield self._entries[path].blob
        room = BATCH
        for neighbour in islice(self.paths, self._places.get(path, len(self.paths)), None):
            blob = self._entries[neighbour].blob
            size = self._sizes.get(blob, 0)
            if blob in self._kept or size > self.most_bytes:
                continue
            room -= size
            if room < 0:
                break
            yield blob

    def named(self, names: Collection[str]) -> tuple[str, ...]:
        """The files with one of these names, in whatever folder, sorted."""
        return tuple(path for path in sorted(self._entries) if path.rpartition("/")[2] in names)

    def name(self, path: str) -> str:
        """The id of a file's blob."""
        return self._entries[path].blob

    def is_complete(self) -> bool:
        """Whether the repository has all Python files that count: else their names do not tell what is read."""
        return all(self._entries[path].blob in self._sizes for path in self.paths)

    def apart(self) -> "CommitTree":
        """The same tree, for another thread to read: what it keeps of it, it keeps for itself."""
        return CommitTree(self.repository, self.sha, self.most_bytes)

    def nested_configurations(self) -> tuple[str, ...]:
        """The configurations of ours that stand below the root, sorted."""
        named = [path for path in sorted(self._entries) if may_configure(path)]
        contents = self.repository.read_blobs(self._entries[path].blob for path in named)
        return tuple(path for path in named if configures(path, contents.get(self._entries[path].blob, b"")))


def _is_inside(path: str) -> bool:
    """Whether a path leads to a file below a root: git can be made to keep others, and nobody checks them out."""
    return FORBIDDEN.isdisjoint(path.split("/"))


class StagedTree(CommitTree):
    """The files that the next commit will hold, read from git's index."""

    def __init__(self, repository: Repository, most_bytes: int = MOST_BYTES) -> None:
        super().__init__(repository, "", most_bytes)

    @property
    def _title(self) -> str:
        return "the index"

    def apart(self) -> "StagedTree":
        """The same tree, for another thread to read."""
        return StagedTree(self.repository, self.most_bytes)

    def _listed(self) -> Iterable[Entry]:
        return self.repository.files_staged()
