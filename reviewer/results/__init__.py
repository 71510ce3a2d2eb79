"""What reviews of files brought, kept between runs: taken again only where a review would bring the very same.

What a review brings rests on the file, on its path, on which checks look at it with which settings, on what is
installed, and on the answers to the questions that were asked about other files. So those are kept along, and asked
again; where nothing at all is another, they need not be. Nothing is kept of a review that met with any trouble.
"""

import json
import os
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cached_property
from hashlib import sha256

from reviewer import registry
from reviewer.config import Config
from reviewer.index.asked import Asked
from reviewer.index.questions import Questions
from reviewer.results.archive import Archive, Section, blob_id
from reviewer.results.installed import installed
from reviewer.results.shelf import Row, Shelf
from reviewer.results.written import read, written
from reviewer.runner import WHOLE_PROJECT, Outcome, Plan, review_file, review_project
from reviewer.source import CommitTree, FolderTree, Tree, UnreadableFile
from reviewer.unparsable import UnparsableFile

SCHEMA = "1"
QUESTIONS = frozenset(name for name in vars(Asked) if not name.startswith("_"))
# The settings that have no say in what the review of a file brings.
OUTSIDE = frozenset({"origins", "processes", "file_timeout"})
# Seconds in which a file can change twice without a sign of it.
TICK = 0.02
Stamp = tuple[tuple[int, ...], ...]


class Results:
    """The results under one configuration: what is found out goes to the shelf when all is done."""

    def __init__(self, shelf: Shelf, archive: Archive, setting: str) -> None:
        self.setting = setting
        self.shelf = shelf
        self.archive = archive
        self._found: dict[tuple[bytes, bytes], Row] = {}
        self._states: dict[int, State] = {}

    @classmethod
    def under(cls, config: Config) -> "Results | None":
        """The results of these settings, with the checks that are installed; None where nothing can be kept."""
        code, shelf = installed(registry.all_checks()), Shelf.usual()
        if code is None or shelf is None:
            return None
        setting = f"{SCHEMA} {code} {config.model_dump(exclude=set(OUTSIDE))!r}"
        return cls(shelf, Archive(shelf, f"{SCHEMA} {code}"), setting)

    def state(self, tree: Tree) -> "State":
        """The state of a tree, found out once."""
        return self._states.setdefault(id(tree), State(tree))

    def section(self, tree: Tree) -> Section:
        """What is known of the files of a tree by themselves."""
        return self.archive.section(self.state(tree).ids)

    def add(self, row: Row) -> None:
        """Take something over, to be kept."""
        self._found[row.key, row.basis] = row

    def keep(self) -> None:
        """Keep what was found out; what rests on several files not if one has changed: in which state, nobody knows."""
        found = [*self.archive.taken()]
        if self._found and all(state.holds() for state in self._states.values()):
            found += self._found.values()
        if found:
            self.shelf.put(found)
        self._found.clear()


class State:
    """All Python files of a tree, by their contents; without a name where nobody can tell one state from another."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._stamp: Stamp | None = None

    @cached_property
    def name(self) -> str:
        """A digest of all paths and contents; "" where there is none."""
        return _digest(*(part for pair in self.ids.items() for part in pair)) if self.ids else ""

    @cached_property
    def ids(self) -> Mapping[str, str]:
        """The ids of all files, by their paths; none where nobody can tell one content from another."""
        tree = self._tree
        if isinstance(tree, CommitTree):
            return {path: tree.name(path) for path in tree.paths} if tree.is_complete() else {}
        if not isinstance(tree, FolderTree):
            return {}
        self._stamp = _settled(tree)
        return {path: content(tree, path) for path in tree.paths}

    def holds(self) -> bool:
        """Whether the files are still those of the name."""
        return self._stamp is None or _stamp(self._tree) == self._stamp


@dataclass(frozen=True, slots=True)
class Memory:
    """What is known of the files of one side of a comparison; `trees` are all that its answers come from."""

    results: Results
    trees: tuple[Tree, ...]
    index: Questions
    project: Questions | None

    @property
    def world(self) -> str:
        """A digest of all that is asked for answers, "" where there is none."""
        names = [self.results.state(tree).name for tree in self.trees]
        return _digest(*names) if all(names) else ""

    def recalled(self, files: Sequence[tuple[str, Plan]]) -> "Iterator[Outcome | Recall]":
        """What comes of the review of each of these files, or what is to do to find it out; no path is the project."""
        tree, world = self.trees[0], self.world
        if not world:
            yield from (Recall(self, path, plan) for path, plan in files)
            return
        ids = self.results.state(tree).ids
        told = {id(plan): _digest(self.results.setting, *_checks(plan)) for _, plan in files}
        # Both sides of a change may say the same of the project, each in a state of its own.
        keys = [_key(told[id(plan)], path, ids.get(path, "") if path else world) for path, plan in files]
        rows = self.results.shelf.rows(set(keys))
        for (path, plan), key in zip(files, keys, strict=True):
            recall = Recall(self, path, plan, key, tuple(rows.get(key, ())), bytes.fromhex(world))
            yield recall.at_once() or recall


@dataclass(frozen=True, slots=True)
class Recall:
    """The review of a file, or of the project, of which something may be known; without a key nothing ever is."""

    memory: Memory
    path: str
    plan: Plan
    key: bytes = b""
    rows: tuple[Row, ...] = ()
    world: bytes = b""

    def at_once(self) -> Outcome | None:
        """What comes of it, where all is as it was then."""
        return next(filter(None, (self._told(row) for row in self.rows if row.world == self.world)), None)

    def review(self, read_file: Callable[[str], bytes]) -> Outcome:
        """What comes of it: what came of it then, if all answers are the same, or what a review says now."""
        for row in self.rows:
            if self._answered(row) and (outcome := self._told(row)):
                outcome.kept = replace(row, world=self.world)
                return outcome
        asked = Asked(self.memory.index, self.memory.project if self.path else None)
        plan, path = self.plan, self.path
        outcome = review_file(path, read_file, plan, asked) if path else review_project(plan, asked)
        outcome.kept = self._row(asked, outcome) if self.key else None
        return outcome

    def _told(self, row: Row) -> Outcome | None:
        with suppress(ValueError):
            return read(self.path, row.told)
        return None

    def _answered(self, row: Row) -> bool:
        """Whether each question has the answer that it had: one after the other, so that each one makes sense."""
        asked = Asked(self.memory.index, self.memory.project if self.path else None)
        try:
            return all(
                answer_of(asked, question) == answer for question, answer in json.loads(zlib.decompress(row.asked))
            )
        except Exception:  # noqa: BLE001  # then its review will say so
            return False

    def _row(self, asked: Asked, outcome: Outcome) -> Row | None:
        """What is to be kept of it: nothing where anything went wrong."""
        sound = self.path in outcome.ran or (self.path, "") == WHOLE_PROJECT
        if outcome.problems or not sound or outcome.ran.get(self.path) == frozenset({UnparsableFile.name}):
            return None
        told = written(self.path, outcome)
        questions = [[question, _said(answer)] for question, answer in asked.record.items()]
        basis = json.dumps(questions, separators=(",", ":")).encode()
        return (
            None if told is None else Row(self.key, sha256(basis).digest(), self.world, zlib.compress(basis, 1), told)
        )


def _key(plan: str, path: str, blob: str) -> bytes:
    # Of a file that was renamed, the base is reviewed under the settings of its new path.
    return bytes.fromhex(_digest(plan, path, blob))


def _checks(plan: Plan) -> Iterator[str]:
    return (f"{check.name} {check.settings!r}" for check in plan.checks)


def answer_of(asked: Asked, question: Sequence[str]) -> str:
    """A digest of the answer that a question has now; raises ValueError for what is no question."""
    name, *arguments = question
    if name not in QUESTIONS:
        raise ValueError(f"{name} is no question")
    return _said(getattr(asked, name)(*arguments))


def _said(answer: object) -> str:
    return _digest(repr(_ordered(answer)))[:32]


def _ordered(value: object) -> object:
    """The value with all sets in it in an order."""
    if isinstance(value, frozenset):
        return ("frozenset", *sorted(map(repr, value)))
    if isinstance(value, tuple):
        return tuple(map(_ordered, value))
    if is_dataclass(value) and not isinstance(value, type):
        return (type(value).__name__, *(_ordered(getattr(value, each.name)) for each in fields(value)))
    return value


def content(tree: Tree, path: str) -> str:
    """The id of what a file holds, or why it can't be read."""
    try:
        return blob_id(tree.read(path))
    except UnreadableFile as error:
        return f"unreadable: {error}"


def _digest(*parts: str) -> str:
    found = sha256()
    for part in parts:
        data = part.encode(errors="surrogatepass")
        found.update(len(data).to_bytes(8, "big") + data)
    return found.hexdigest()


def _settled(tree: FolderTree) -> Stamp:
    """The stamp of files of which the last change is so long ago that another one would show."""
    stamp = _stamp(tree)
    latest = max((each[0] for each in stamp if each), default=0)
    if abs(time.time_ns() - latest) < TICK * 1e9:
        time.sleep(TICK)
    return stamp


def _stamp(tree: Tree) -> Stamp:
    return tuple(_about(os.path.join(tree.root, path)) for path in tree.paths)  # noqa: PTH118  # there are thousands


def _about(place: str) -> tuple[int, ...]:
    try:
        found = os.lstat(place)
    except OSError:
        return ()
    return (found.st_ctime_ns, found.st_mtime_ns, found.st_size, found.st_ino, found.st_dev)
