"""The whole of a review, from what was asked to what is said."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from reviewer import registry
from reviewer.aim import Aim, Request, take
from reviewer.config import Config
from reviewer.fingerprint import fingerprinted
from reviewer.index import Index
from reviewer.model import Review
from reviewer.runner import Outcome, Plan, review_file, review_project
from reviewer.sift import sift
from reviewer.source import Tree, UnreadableFile, deep, lines_of

Progress = Callable[[Sequence[str]], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A review with the configuration it was made under and its files' lines, to quote."""

    review: Review
    config: Config
    lines: Callable[[str], Sequence[str]]


def review(request: Request, progress: Progress = iter) -> Reviewed:
    """Review what was asked for; `progress` passes the files on and may show how far it is.

    Raises ReviewerError when nothing can be reviewed at all.
    """
    aim = take(request)
    registry.validate(aim.config)
    index = Index(aim.tree.paths, aim.tree.read, aim.config)
    outcome = deep(_run, aim, index, progress)
    findings = sift(fingerprinted(outcome.findings), aim.changes, aim.config.min_confidence)
    problems = tuple(sorted({*aim.problems, *outcome.problems}))
    return Reviewed(Review(aim.comparison, findings, problems, len(aim.files)), aim.config, _lines(aim.tree))


def _run(aim: Aim, index: Index, progress: Progress) -> Outcome:
    if not aim.files:
        return Outcome()
    outcome = review_project(Plan.of(registry.selected(aim.config)), index)
    plans: dict[tuple[str, ...], Plan] = {}
    for path in progress(aim.files):
        overrides = aim.config.overrides(path)
        if overrides not in plans:
            plans[overrides] = Plan.of(registry.selected(aim.config, overrides))
        outcome.add(review_file(path, aim.tree.read, plans[overrides], index))
    return outcome


def _lines(tree: Tree) -> Callable[[str], Sequence[str]]:
    """What reports quote; a file that can't be read has no lines."""

    @lru_cache(maxsize=4)
    def lines(path: str) -> Sequence[str]:
        try:
            return lines_of(tree.read(path))
        except UnreadableFile:
            return ()

    return lines
