"""The files that an editor has open: each is reviewed as it stands there, among all others as they stand."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from tokenize import detect_encoding

from reviewer.aim import Request, take
from reviewer.config import Config
from reviewer.index import Index
from reviewer.interpreter import on_a_persons_machine
from reviewer.pipeline import Reviewed, concluded
from reviewer.records import Records
from reviewer.results import Results
from reviewer.sides import Former
from reviewer.source import Overlay, Tree
from reviewer.tools.rules import MYPY, TOOLS

# When so many files are others than they were, all are read anew.
MOST_CHANGED = 100
Stamp = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Disk:
    """The files of a project as they stood on disk, and what tells that one still does."""

    config: Config
    index: Index
    stamps: Mapping[str, Stamp]
    results: Results | None

    @classmethod
    def of(cls, tree: Tree, config: Config) -> "_Disk":
        """The files as they stand now."""
        stamps = {path: _stamp(tree, path) for path in tree.paths}
        results = Results.under(config)
        archive = results.section(tree) if results else None
        return cls(config, Index(tree.paths, tree.read, config, archive=archive), stamps, results)

    def changed(self, tree: Tree) -> frozenset[str]:
        """The files that are others now, or that were not there."""
        return frozenset(path for path in tree.paths if self.stamps.get(path) != _stamp(tree, path))


@dataclass
class Desk:
    """Reviews open files, those of several projects too; what was read of files is kept for as long as they stand."""

    _disks: dict[Path, _Disk] = field(default_factory=dict)

    def review(self, place: Path, texts: Mapping[Path, bytes]) -> Reviewed:
        """The review of one of the open files; `texts` are the contents of all of them, by their absolute paths.

        mypy is left out: it looks at the whole project, and takes its time. Raises ReviewerError.
        """
        tools = frozenset(TOOLS) - {MYPY}
        aim = take(Request(place.parent, unsaved=(place, texts[place]), tools=tools, trusted=on_a_persons_machine()))
        if not isinstance(aim.tree, Overlay):
            raise TypeError("what an editor holds lies over a tree")
        saved, root = aim.tree.tree, aim.tree.root
        inside = (place for place in texts if place.is_relative_to(root))
        open_ = {other.relative_to(root).as_posix(): texts[other] for other in inside}
        disk, changed = self._disk(saved, aim.config)
        apart = changed | open_.keys()
        former = Former(disk.index, lambda path: path in disk.stamps and path not in apart)
        reviewed = concluded(replace(aim, tree=Overlay(saved, open_)), iter, Records(), former)
        if disk.results:
            disk.results.keep()
        return reviewed

    def _disk(self, tree: Tree, config: Config) -> tuple[_Disk, frozenset[str]]:
        """What was read of the files on disk, and which of them are others by now."""
        known = self._disks.get(tree.root)
        changed = known.changed(tree) if known else frozenset()
        if known is None or known.config != config or len(changed) > MOST_CHANGED:
            known, changed = _Disk.of(tree, config), frozenset()
            self._disks[tree.root] = known
        return known, changed


def _stamp(tree: Tree, path: str) -> Stamp:
    try:
        found = os.lstat(os.path.join(tree.root, path))  # noqa: PTH118  # there are thousands
    except OSError:
        return ()
    return (found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino)


def encoded(text: str) -> bytes:
    """The bytes of a text that an editor holds, in the encoding that it names itself; in UTF-8 where that can't be."""
    plain = text.encode(errors="surrogatepass")
    try:
        return text.encode(detect_encoding(BytesIO(plain).readline)[0])
    except (SyntaxError, UnicodeEncodeError):
        return plain
