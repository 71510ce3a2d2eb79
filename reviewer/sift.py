"""Marks every finding shown or hidden, with the reason; drops none."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from reviewer.model import (
    COVERED,
    EXISTING,
    FIXED,
    IN_BASELINE,
    LOW_CONFIDENCE,
    NEWLY_SUPPRESSED,
    SUPPRESSED,
    Confidence,
    Finding,
    Level,
    Policy,
    Status,
    Suppression,
)
from reviewer.tools.rules import COVERAGE


@dataclass(frozen=True, slots=True)
class Sieve:
    """What hides findings: comments, some of which the change under review `adds`, a baseline, doubt.

    `show_worse` lets through what was there before and got worse; with `enough_covered` the tests run as much of the
    change as is asked for.
    """

    hiding: Callable[[Finding], Suppression | None] = lambda _: None
    adds: Callable[[Suppression], bool] = lambda _: False
    in_baseline: Callable[[Finding], bool] = lambda _: False
    min_confidence: Confidence = Confidence.MEDIUM
    show_worse: bool = False
    enough_covered: bool = False

    def sifted(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """The findings in their order, each with the reason why it is hidden, if it is."""
        marked = (replace(finding, hidden_because=self._reason(finding)) for finding in findings)
        return tuple(sorted(marked, key=lambda finding: finding.order))

    def _reason(self, finding: Finding) -> str | None:
        if finding.status is Status.FIXED:
            return FIXED
        suppression = self.hiding(finding)
        if suppression:
            news = finding.status is Status.INTRODUCED and self.adds(suppression)
            return NEWLY_SUPPRESSED if news else SUPPRESSED
        # What the change introduced is news, whatever stood there when the baseline was written.
        if finding.status is not Status.INTRODUCED and self.in_baseline(finding):
            return IN_BASELINE
        if finding.status is Status.EXISTING and not (self.show_worse and finding.worse):
            return EXISTING
        if self.enough_covered and finding.source == COVERAGE:
            return COVERED
        return LOW_CONFIDENCE if finding.confidence.rank > self.min_confidence.rank else None


def fails(findings: Iterable[Finding], policy: Policy) -> bool:
    """Whether a finding that counts is at least as grave as the level that fails the run."""
    return policy.fail_on is not None and any(
        (finding.shown or (policy.count_suppressed and finding.hidden_because == NEWLY_SUPPRESSED))
        and finding.level.rank <= policy.fail_on.rank
        and finding.level is not Level.NOTE
        for finding in findings
    )
