"""The whole of a review, from what was asked to what is said."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial

from reviewer import proposal, registry
from reviewer.aim import Aim, Before, Request, content, take
from reviewer.baseline import Baseline
from reviewer.comparison import Compared, Comparison, Progress
from reviewer.config import Config
from reviewer.errors import ConfigError, ReviewerError
from reviewer.fingerprint import with_code
from reviewer.index import Index
from reviewer.model import CROWDED, Finding, Problem, Review
from reviewer.report.suggestion import suggestion
from reviewer.sides import Side
from reviewer.sift import Sieve
from reviewer.source import Tree, UnreadableFile, deep, lines_of
from reviewer.tools import Heard, heard, read, refused

# As many findings of tools in another job are shown at most.
MOST_HEARD = 50


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A review with the configuration and the baseline that it was made under, and the tree that it is about."""

    review: Review
    config: Config
    baseline: Baseline
    tree: Tree

    def lines(self) -> Callable[[str], Sequence[str]]:
        """What reports quote, by its file; one that can't be read has no lines."""
        return lru_cache(maxsize=4)(partial(_lines, self.tree))


def review(request: Request, progress: Progress = iter) -> Reviewed:
    """Review what was asked for; `progress` passes the files on and may show how far it is.

    Raises ReviewerError when nothing can be reviewed at all.
    """
    aim = take(request)
    registry.validate(aim.config)
    # A change must not switch off its own review: the base's baseline counts, as its configuration does.
    reviewed = deep(_reviewed, aim, aim.policy or aim.tree, progress)
    made = reviewed.review
    problems = (*aim.problems, *made.problems, *deep(_proposed, aim, made))
    lines = reviewed.lines()
    findings = tuple(_quoting(finding, lines) if finding.shown else finding for finding in made.findings)
    return replace(reviewed, review=replace(made, findings=findings, problems=tuple(sorted(set(problems)))))


def _quoting(finding: Finding, lines: Callable[[str], Sequence[str]]) -> Finding:
    """The finding with what a report takes from the code itself."""
    coded = with_code(finding, lines)
    fixable = finding.fix is not None and finding.path is not None
    return replace(coded, suggestion=suggestion(finding, lines(finding.path or ""))) if fixable else coded


def _reviewed(aim: Aim, ruling: Tree, progress: Progress) -> Reviewed:
    """The review under the aim's configuration and the baseline of the tree `ruling`."""
    config = aim.config
    compared = _compared(aim, progress)
    baseline = Baseline(
        content(ruling, config.baseline), config.baseline, compared.findings, compared.head.ran, aim.tree.paths
    )
    made = Review(
        comparison=aim.comparison,
        findings=tuple(_uncrowded(_sieve(compared, baseline, config).sifted(compared.findings))),
        problems=(*compared.problems, *(baseline.notices() if aim.before is None else ())),
        files=compared.files,
        suppressions=compared.suppressions,
        paths=_paths(aim),
        renames=_renames(aim),
        policy=config.policy,
    )
    return Reviewed(made, config, baseline, aim.tree)


def _sieve(compared: Compared, baseline: Baseline, config: Config) -> Sieve:
    return Sieve(
        hiding=compared.head.judgement.hiding,
        adds=frozenset(compared.suppressions).__contains__,
        in_baseline=baseline.holds,
        min_confidence=config.min_confidence,
        show_worse=config.worse == "comment",
    )


def _uncrowded(findings: Sequence[Finding]) -> Iterator[Finding]:
    """The findings; those that a tool said elsewhere are hidden beyond a number, for it must not crowd out ours."""
    heard = 0
    for finding in findings:
        heard += finding.shown and finding.source != "own"
        crowded = finding.shown and finding.source != "own" and heard > MOST_HEARD
        yield replace(finding, hidden_because=CROWDED) if crowded else finding


def _heard(aim: Aim, before: Before) -> Heard:
    """What tools said of the change in another job, as far as it can be taken over."""
    if aim.tools is None:
        return Heard()
    try:
        said = read(aim.tools)
    except ReviewerError as error:
        return refused(str(error))
    commits = (aim.comparison.base, aim.comparison.head)
    told = heard(said, commits, ({*before.paths.values(), *before.deleted}, frozenset(before.named)))
    lengths = {path: len(_lines(aim.tree, path)) for path in {remark.path for _, remark in told.head}}
    if any(remark.line > lengths[remark.path] for _, remark in told.head):
        return refused("it is about lines that there are not")
    return told


def _lines(tree: Tree, path: str) -> Sequence[str]:
    try:
        return lines_of(tree.read(path))
    except UnreadableFile:
        return ()


def _paths(aim: Aim) -> tuple[str, ...]:
    """The paths that the change touches, or that were reviewed whole."""
    return aim.files if aim.before is None else aim.before.named


def _renames(aim: Aim) -> dict[str, str]:
    """The new paths of the files that had another one before."""
    pairs = aim.before.paths.items() if aim.before else ()
    return {old: new for new, old in pairs if new != old}


def _compared(aim: Aim, progress: Progress) -> Compared:
    if aim.before:
        return Comparison(aim.tree, aim.before, aim.config).review(
            aim.files, aim.wanted, progress, _heard(aim, aim.before)
        )
    side = Side(aim.tree, Index(aim.tree.paths, aim.tree.read, aim.config), aim.config)
    for path in progress(aim.files):
        side.review(path)
    if aim.files:
        side.review_project()
    return Compared(tuple(side.findings), tuple(side.outcome.problems), (), side, len(aim.files))


def _proposed(aim: Aim, made: Review) -> Iterator[Problem]:
    """What the head's own configuration and baseline would make of it, where they are not those that count."""
    if aim.proposed is None or aim.former is None or aim.before is None:
        return
    try:
        config, former = aim.proposed(), aim.former()
        registry.validate(config)
        settings = proposal.differences(former, config)
        if settings or content(aim.tree, config.baseline) != content(aim.before.tree, former.baseline):
            other = _reviewed(replace(aim, config=config), aim.tree, iter)
            yield proposal.notice(settings, config.baseline, made, other.review)
    except ConfigError as error:
        yield proposal.unusable(error)
