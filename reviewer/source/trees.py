"""Files as they stand on disk, under git or not; and what an editor has not saved yet."""

import stat
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Protocol

from reviewer.git import Repository
from reviewer.source.eligible import (
    CONFIGURATIONS,
    MOST_BYTES,
    PYTHON,
    UnreadableFile,
    configures,
    counts,
    may_configure,
    too_large,
    walk,
)

CONFIGURATION_PATTERNS = tuple(f":(glob)**/{name}" for name in CONFIGURATIONS)


class Tree(Protocol):
    """Files by their path from the root, with `/`; `paths` are the Python files that count, sorted."""

    @property
    def root(self) -> Path:
        """The folder that paths start from."""
        ...

    @property
    def paths(self) -> tuple[str, ...]:
        """The Python files that count, sorted."""
        ...

    def __contains__(self, path: str) -> bool:
        """Whether there is such a file; a Python file has to be one that counts."""
        ...

    def read(self, path: str) -> bytes:
        """The bytes of a file; raises UnreadableFile."""
        ...

    def nested_configurations(self) -> tuple[str, ...]:
        """The configurations of ours that stand below the root, sorted."""
        ...

    def named(self, names: Collection[str]) -> tuple[str, ...]:
        """The files with one of these names, in whatever folder, sorted; of a folder without git TOML files alone."""
        ...

    def name(self, path: str) -> str:
        """What a file's content is known by without reading it, "" where nothing is."""
        ...

    def apart(self) -> "Tree":
        """The same tree, for another thread to read."""
        ...


class FolderTree:
    """The files of a folder that git knows nothing of; symbolic links are not followed."""

    def __init__(self, root: Path, most_bytes: int = MOST_BYTES) -> None:
        self.root = root.resolve()
        self.most_bytes = most_bytes
        self._homes: dict[str, bool] = {}

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """The Python files that count, sorted."""
        return tuple(path for path in self._files if counts(path))

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.paths)

    @cached_property
    def _files(self) -> tuple[str, ...]:
        return tuple(sorted(walk(self.root)))

    def __contains__(self, path: str) -> bool:
        """Whether there is such a file; a Python file has to be one that counts."""
        if path.endswith(PYTHON):
            return path in self._known
        return (self.root / path).is_file()

    def read(self, path: str) -> bytes:
        """The bytes of a file; raises UnreadableFile."""
        place = self.root / path
        try:
            return self._content(place, path)
        except FileNotFoundError as error:
            raise UnreadableFile("it is not there, or no longer") from error
        except (OSError, ValueError) as error:
            raise UnreadableFile(f"it can't be read: {getattr(error, 'strerror', None) or error}") from error

    def _content(self, place: Path, path: str) -> bytes:
        about = place.lstat()
        if not stat.S_ISREG(about.st_mode) or not self._inside(path):
            raise UnreadableFile("it is a symbolic link, leads out of the reviewed folder, or is no file")
        if about.st_size > self.most_bytes:
            raise too_large(about.st_size, self.most_bytes)
        return place.read_bytes()

    def _inside(self, path: str) -> bool:
        """Whether no folder on the way is a link that leads out of the root."""
        home = path.rpartition("/")[0]
        if home not in self._homes:
            self._homes[home] = (self.root / home).resolve().is_relative_to(self.root)
        return self._homes[home]

    def nested_configurations(self) -> tuple[str, ...]:
        """The configurations of ours that stand below the root, sorted."""
        return tuple(path for path in self._configurations() if may_configure(path) and self._configures(path))

    def named(self, names: Collection[str]) -> tuple[str, ...]:
        """The files with one of these names, in whatever folder, sorted; of a folder without git TOML files alone."""
        return tuple(path for path in self._files if path.rpartition("/")[2] in names)

    def name(self, _path: str) -> str:
        """Nothing: a file on disk can change at any time."""
        return ""

    def apart(self) -> "Tree":
        """The same tree, for another thread to read."""
        return self

    def _configurations(self) -> Iterable[str]:
        return self._files

    def _configures(self, path: str) -> bool:
        try:
            return configures(path, self.read(path))
        except UnreadableFile:
            return False


class WorkingTree(FolderTree):
    """The files of a repository as they stand on disk, tracked or not, without those that `.gitignore` hides."""

    def __init__(self, repository: Repository, most_bytes: int = MOST_BYTES) -> None:
        super().__init__(repository.root, most_bytes)
        self.repository = repository

    @cached_property
    def _files(self) -> tuple[str, ...]:
        return self.repository.files()

    def named(self, names: Collection[str]) -> tuple[str, ...]:
        """The files with one of these names, in whatever folder, sorted."""
        return self.repository.files(f":(glob)**/{name}" for name in names)

    def _configurations(self) -> Iterable[str]:
        return self.repository.files(CONFIGURATION_PATTERNS)


class Overlay:
    """A tree in which some files have other content, or exist at all: what an editor has not saved, or a fix leaves."""

    def __init__(self, tree: Tree, files: Mapping[str, bytes]) -> None:
        self.tree = tree
        self.files = files
        self.paths = tuple(sorted({*tree.paths, *filter(counts, files)}))

    @property
    def root(self) -> Path:
        """The folder that paths start from."""
        return self.tree.root

    def __contains__(self, path: str) -> bool:
        """Whether there is such a file; a Python file has to be one that counts."""
        return path in self.paths if path in self.files else path in self.tree

    def read(self, path: str) -> bytes:
        """The bytes of a file; raises UnreadableFile."""
        if path not in self.files:
            return self.tree.read(path)
        if len(self.files[path]) > MOST_BYTES:
            raise too_large(len(self.files[path]), MOST_BYTES)
        return self.files[path]

    def nested_configurations(self) -> tuple[str, ...]:
        """The configurations of ours that stand below the root, sorted."""
        return self.tree.nested_configurations()

    def named(self, names: Collection[str]) -> tuple[str, ...]:
        """The files with one of these names, in whatever folder, sorted."""
        return self.tree.named(names)

    def name(self, path: str) -> str:
        """What a file's content is known by without reading it, "" where nothing is."""
        return "" if path in self.files else self.tree.name(path)

    def apart(self) -> "Tree":
        """The same tree, for another thread to read."""
        return Overlay(self.tree.apart(), self.files)
