"""From the bytes of `git diff --raw -z --patch` to changes; pure. Only a line feed ends a line, as in git."""

import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from reviewer.model import Change, ChangeKind, Extent

REGULAR = frozenset({b"100644", b"100755", b"100664"})
HUNK = re.compile(rb"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
# From so much likeness on, of 1, a new file is one that was there under another name.
ALIKE = 0.5
ESCAPE = re.compile(rb"\\(?:([0-7]{3})|(.))", re.DOTALL)
ESCAPED = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}


@dataclass(slots=True)
class Touched:
    """What a patch shows of one file of the head."""

    lines: set[int] = field(default_factory=set)
    hunks: list[Extent] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Record:
    """One raw record: the modes before and after, the status letter and the paths."""

    old_mode: bytes
    new_mode: bytes
    status: str
    old_path: str
    path: str


def parse(output: bytes) -> tuple[Change, ...]:
    """The changes that git reports, sorted by path; symbolic links and submodules are none."""
    records, patch = _split(output)
    touched = _touched(patch)
    changes = {record.path: _change(record, touched.get(record.path, Touched())) for record in records}
    return tuple(change for _, change in sorted(changes.items()) if change)


def added(path: str, data: bytes) -> Change:
    """A file that git does not follow yet: all of its lines are new."""
    count = data.count(b"\n") + (not data.endswith(b"\n") and bool(data))
    hunks = (Extent(1, count),) if count else ()
    return Change(path, ChangeKind.ADDED, lines=frozenset(range(1, count + 1)), hunks=hunks)


def with_renames(
    found: Iterable[Change], before: Callable[[str], bytes], after: Callable[[str], bytes]
) -> Iterator[Change]:
    """The changes, with a file that git does not follow yet in the place of the deleted one that it is alike.

    git finds the other renames; like git, half of the lines are enough. `before` and `after` read a side's files.
    """
    changes = {change.path: change for change in found}
    deleted = [path for path, change in changes.items() if change.kind is ChangeKind.DELETED]
    added = [path for path, change in changes.items() if change.kind is ChangeKind.ADDED] if deleted else []
    texts = {path: _lines(before(path)) for path in deleted} if added else {}
    renames: dict[str, str] = {}
    for path in added:
        text = _lines(after(path))
        likely = max(texts, key=lambda old: (_likeness(texts[old], text), old), default=None)
        if likely is not None and _likeness(texts[likely], text) >= ALIKE:
            renames[path] = likely
            del texts[likely]
    for path, change in changes.items():
        if path in renames:
            yield replace(change, kind=ChangeKind.RENAMED, old_path=renames[path])
        elif path not in renames.values():
            yield change


def _lines(data: bytes) -> Counter[bytes]:
    return Counter(line for line in data.split(b"\n") if line.strip())


def _likeness(one: Counter[bytes], other: Counter[bytes]) -> float:
    """How many lines two texts have in common, from 0 to 1."""
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0


def _split(output: bytes) -> tuple[list[Record], bytes]:
    """The raw records, each field ended by a null byte, and the patch behind the empty one."""
    records: list[Record] = []
    rest = output
    while rest.startswith(b":"):
        about, old_path, rest = rest.split(b"\0", 2)
        old_mode, new_mode, _, _, status = about[1:].split(b" ")
        letter = status[:1].decode()
        path = old_path
        if letter in "RC":
            path, rest = rest.split(b"\0", 1)
        records.append(Record(old_mode, new_mode, letter, os.fsdecode(old_path), os.fsdecode(path)))
    return records, rest.removeprefix(b"\0")


def _change(record: Record, touched: Touched) -> Change | None:
    before, after = record.old_mode in REGULAR, record.new_mode in REGULAR
    if not after:
        return Change(record.old_path, ChangeKind.DELETED) if before else None
    lines, hunks = frozenset(touched.lines), tuple(touched.hunks)
    if not before or record.status == "C":
        return Change(record.path, ChangeKind.ADDED, lines=lines, hunks=hunks)
    if record.status == "R":
        return Change(record.path, ChangeKind.RENAMED, record.old_path, lines, hunks)
    return Change(record.path, ChangeKind.MODIFIED, lines=lines, hunks=hunks)


def _touched(patch: bytes) -> dict[str, Touched]:
    """For each path of the head, the lines and hunks that the patch shows."""
    found: dict[str, Touched] = {}
    lines = iter(patch.split(b"\n"))
    current = Touched()
    for line in lines:
        if line.startswith(b"diff --git "):
            current = Touched()
        elif line.startswith(b"+++ "):
            current = found.setdefault(_head_path(line[4:]), Touched())
        elif match := HUNK.match(line):
            _hunk(match, lines, current)
    return found


def _hunk(match: re.Match[bytes], lines: Iterator[bytes], touched: Touched) -> None:
    """Take a hunk's lines by the counts in its header: their text may look like any header."""
    old, start, new = (1 if number is None else int(number) for number in match.groups())
    if new:
        touched.hunks.append(Extent(start, start + new - 1))
    line, end = start, start + new
    while old or line < end:
        mark = next(lines)[:1]
        if mark == b"\\":
            continue
        if mark == b"+":
            touched.lines.add(line)
        old -= mark != b"+"
        line += mark != b"-"


def _head_path(text: bytes) -> str:
    """The path of a `+++` line; one with spaces ends in a tab, one with odd bytes stands in quotes."""
    name = text.removesuffix(b"\t")
    if name.startswith(b'"'):
        name = ESCAPE.sub(_unescape, name[1:-1])
    return os.fsdecode(name.removeprefix(b"b/"))


def _unescape(match: re.Match[bytes]) -> bytes:
    octal, letter = match.groups()
    return bytes([int(octal, 8)]) if octal else ESCAPED.get(letter, letter)
