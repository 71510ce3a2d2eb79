"""Fixes made in the files: those that are proven, again and again until none is left to make."""

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from reviewer import file_changes
from reviewer.aim import Aim, Request, take
from reviewer.errors import ReviewerError
from reviewer.file_changes import put_in_place
from reviewer.model import Finding, Problem, Review
from reviewer.pipeline import concluded
from reviewer.proving import fixed
from reviewer.records import Records
from reviewer.source import Overlay, Tree
from reviewer.tools.rules import RUFF
from reviewer.workers import Progress

# A fix can make room for another one; two that undo each other never end.
MOST_ROUNDS = 10


@dataclass(frozen=True, slots=True)
class Mended:
    """Files by their paths, as they were `before` all fixes and as they are `after` them; `made` is how many were made.

    `risky` are the fixes that were not made because they can change behaviour, `problems` what the review met with.
    """

    tree: Tree
    before: Mapping[str, bytes]
    after: Mapping[str, bytes]
    made: int
    risky: int
    problems: tuple[Problem, ...]


def mended(request: Request, progress: Progress = iter, *, unsafe: bool = False) -> Mended:
    """What the fixes of all shown findings make of their files, the unsafe ones too if asked; nothing is written.

    Raises ReviewerError when nothing can be reviewed at all.
    """
    # Only ruff has fixes of its own, and however many there are, all are tried.
    asked = replace(request, tools=request.tools & {RUFF}, coverage=None, tool_report=None, fixes=sys.maxsize)
    aim = take(asked)
    after: dict[str, bytes] = {}
    made, review = 0, concluded(aim, progress, Records()).review
    problems = review.problems
    for _ in range(MOST_ROUNDS):
        now = _edited(aim, after)
        files = dict(_made(now.tree, review, unsafe=unsafe))
        if not files:
            break
        made += sum(number for _, number in files.values())
        after |= {path: data for path, (data, _) in files.items()}
        review = concluded(_edited(aim, after), iter, Records()).review
    risky = sum(each.fix is not None and not each.fix.safe for each in review.shown)
    return Mended(aim.tree, {path: aim.tree.read(path) for path in after}, after, made, risky, problems)


def _edited(aim: Aim, files: Mapping[str, bytes]) -> Aim:
    """The same aim at these files alone, where there are some, as they are by now."""
    return replace(aim, tree=Overlay(aim.tree, dict(files)), named=tuple(sorted(files))) if files else aim


def _made(tree: Tree, review: Review, *, unsafe: bool) -> Iterator[tuple[str, tuple[bytes, int]]]:
    """The files that fixes change, each with its new content and how many were made."""
    for path, findings in _fixable(review.shown, unsafe=unsafe).items():
        edits = [edit for each in findings if each.fix for edit in each.fix.edits]
        data = fixed(tree.read(path), edits)
        if data is not None:
            yield path, (data, len(findings))


def _fixable(findings: Iterable[Finding], *, unsafe: bool) -> dict[str, list[Finding]]:
    found: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.path and finding.fix and (finding.fix.safe or unsafe):
            found[finding.path].append(finding)
    return found


def write(mended: Mended) -> None:
    """Put the new contents in the place of the old ones, each file at once or not at all; raises ReviewerError."""
    for path, data in mended.after.items():
        place = mended.tree.root / path
        if place.is_symlink() or place.read_bytes() != mended.before[path]:
            raise ReviewerError(f"{path} has changed in the meantime; what came before it is fixed, run again")
        put_in_place(place, data)


def difference(mended: Mended) -> bytes:
    """All changes as a unified diff that `git apply` takes, each file in its own encoding."""
    before, after = mended.before, mended.after
    return b"".join(file_changes.difference(path, before[path], after[path]) for path in sorted(after))
