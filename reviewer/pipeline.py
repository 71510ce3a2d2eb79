"""The whole of a review, from what was asked to what is said."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache, partial

from reviewer import plugins, proposal, registry
from reviewer.aim import Aim, Request, content, take
from reviewer.anchors import around
from reviewer.baseline import Baseline
from reviewer.config import Config
from reviewer.errors import ConfigError
from reviewer.examination import Examined, contribution, examined, lines_in
from reviewer.fingerprint import with_code
from reviewer.model import CROWDED, Change, Finding, Problem, Review
from reviewer.proving import proven
from reviewer.records import Record, Records
from reviewer.report.suggestion import diff, suggestion
from reviewer.shard import Shard
from reviewer.sides import NOTHING_BEFORE, Former
from reviewer.sift import Sieve
from reviewer.source import Tree, deep
from reviewer.tools.rules import RUFF
from reviewer.twins import told_once
from reviewer.workers import Progress

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
        return lru_cache(maxsize=4)(partial(lines_in, self.tree))


def review(request: Request, progress: Progress = iter) -> Reviewed:
    """Review what was asked for; `progress` passes the files on and may show how far it is.

    Raises ReviewerError when nothing can be reviewed at all.
    """
    return concluded(take(request), progress, Records())


def concluded(aim: Aim, progress: Progress, records: Records, former: Former = NOTHING_BEFORE) -> Reviewed:
    """The review of what it is aimed at; what the records know of it, or a former index of files, is taken over."""
    _know_rules(aim)
    # A change must not switch off its own review: the base's baseline counts, as its configuration does.
    reviewed, found = deep(_reviewed, aim, aim.policy or aim.tree, progress, records.counting, former)
    made = reviewed.review
    told, refused = deep(proven, made.findings, found.compared.head, aim, linted=RUFF in found.tools.complete)
    problems = (*aim.problems, *made.problems, *deep(_proposed, aim, made, records.proposed))
    lines = reviewed.lines()
    quoting = partial(_quoting, lines, aim.before.changes if aim.before else None)
    findings = tuple(quoting(finding) if finding.shown else finding for finding in told)
    problems = tuple(sorted(set(problems), key=lambda each: (each.kind, each.path or "", each.message)))
    return replace(reviewed, review=replace(made, findings=findings, problems=problems, refused=refused))


def _know_rules(aim: Aim) -> None:
    """Load the project's own rules, and hold the configuration against all that there are; raises ConfigError."""
    plugins.plug(aim)
    registry.validate(aim.config)


def _quoting(lines: Callable[[str], Sequence[str]], changes: Mapping[str, Change] | None, finding: Finding) -> Finding:
    """The finding with what a report takes from the code itself; only of a change it has to be known again."""
    coded = finding if changes is None else with_code(finding, lines)
    if finding.fix is None or finding.path is None:
        return coded
    source, change = lines(finding.path), changes.get(finding.path) if changes else None
    wide = around(finding.anchor, finding.path, finding.fix, change) if change else finding.anchor
    placed = replace(coded, anchor=wide)
    suggested = suggestion(placed, source)
    # Without a suggestion a comment is about its own line alone.
    return replace(coded, diff=diff(coded, source)) if suggested is None else replace(placed, suggestion=suggested)


def contributed(aim: Aim, shard: Shard, progress: Progress) -> Records:
    """What one of several machines finds out of a review, to be concluded where the others' is known, too."""
    _know_rules(aim)
    records = Records(deep(contribution, aim, shard, progress))
    # Where it can't be used, whoever concludes says so.
    with suppress(ConfigError):
        if proposed := _proposal(aim):
            records.proposed = deep(contribution, proposed[1], shard, iter)
    return records


def _reviewed(
    aim: Aim, ruling: Tree, progress: Progress, record: Record, former: Former = NOTHING_BEFORE
) -> tuple[Reviewed, Examined]:
    """The review under the aim's configuration and the baseline of the tree `ruling`, and what it is made of."""
    config = aim.config
    found = examined(aim, progress, record, former)
    compared = found.compared
    baseline = Baseline(
        content(ruling, config.baseline), config.baseline, compared.findings, compared.head.ran, aim.tree.paths
    )
    made = Review(
        comparison=aim.comparison,
        findings=tuple(
            _uncrowded(told_once(_sieve(found, baseline, config).sifted(compared.findings)), found.elsewhere)
        ),
        problems=(*compared.problems, *(baseline.notices() if aim.before is None else ())),
        files=compared.files,
        suppressions=compared.suppressions,
        paths=_paths(aim),
        renames=_renames(aim),
        policy=config.policy,
        tools=found.tools,
    )
    return Reviewed(made, config, baseline, aim.tree), found


def _sieve(found: Examined, baseline: Baseline, config: Config) -> Sieve:
    coverage = found.tools.coverage
    return Sieve(
        hiding=found.compared.head.judgement.hiding,
        adds=frozenset(found.compared.suppressions).__contains__,
        in_baseline=baseline.holds,
        min_confidence=config.min_confidence,
        show_worse=config.worse == "comment",
        enough_covered=coverage is not None and coverage.enough,
    )


def _uncrowded(findings: Iterable[Finding], told: frozenset[str]) -> Iterator[Finding]:
    """The findings; of those that tools `told` in another job some are hidden, for they must not crowd out ours."""
    heard = 0
    for finding in findings:
        counts = finding.shown and finding.source in told
        heard += counts
        yield replace(finding, hidden_because=CROWDED) if counts and heard > MOST_HEARD else finding


def _paths(aim: Aim) -> tuple[str, ...]:
    """The paths that the change touches, or that were reviewed whole."""
    return aim.files if aim.before is None else aim.before.named


def _renames(aim: Aim) -> dict[str, str]:
    """The new paths of the files that had another one before."""
    pairs = aim.before.paths.items() if aim.before else ()
    return {old: new for new, old in pairs if new != old}


def _proposed(aim: Aim, made: Review, record: Record) -> Iterator[Problem]:
    """What the head's own configuration and baseline would make of it, where they are not those that count."""
    try:
        if _plugs(aim):
            yield proposal.plugging()
        elif proposed := _proposal(aim):
            settings, alone = proposed
            other, _ = _reviewed(alone, aim.tree, iter, record)
            own = tuple(each for each in made.findings if each.source == "own")
            yield proposal.notice(settings, alone.config.baseline, replace(made, findings=own), other.review)
    except ConfigError as error:
        yield proposal.unusable(error)


def _plugs(aim: Aim) -> bool:
    """Whether a change sets other plugins than it began from; no program is started by its word."""
    return aim.proposed is not None and aim.former is not None and aim.proposed().plugins != aim.former().plugins


def _proposal(aim: Aim) -> tuple[Mapping[str, str], Aim] | None:
    """The settings that the change sets, and its review under these, by our own checks; None where it leaves them."""
    if aim.proposed is None or aim.former is None or aim.before is None or _plugs(aim):
        return None
    config, former = aim.proposed(), aim.former()
    registry.validate(config)
    settings = proposal.differences(former, config)
    if settings or content(aim.tree, config.baseline) != content(aim.before.tree, former.baseline):
        # No tool is started by the word of those who ask for a review: our own findings are compared alone.
        return settings, replace(aim, config=config, request=Request(aim.request.folder))
    return None
