"""Marks every finding shown or hidden, with the reason; drops none."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from reviewer.model import WHOLE_FILE, Anchor, Change, Confidence, Extent, Finding, Level, Status

NOT_IN_CHANGE = "not in the change"
LOW_CONFIDENCE = "below the confidence asked for"


def sift(
    findings: Iterable[Finding], changes: Mapping[str, Change] | None, min_confidence: Confidence
) -> tuple[Finding, ...]:
    """The findings with status, anchor and the reason why some are hidden; `changes` is None for whole files."""
    return tuple(_hidden(_placed(finding, changes), min_confidence) for finding in findings)


def _placed(finding: Finding, changes: Mapping[str, Change] | None) -> Finding:
    if changes is None or finding.path is None:
        return finding
    change = changes.get(finding.path)
    if change is None or finding.span is None:
        return replace(finding, status=Status.EXISTING)
    extent = finding.extent or Extent(finding.span.line, finding.span.end_line)
    if extent != WHOLE_FILE and not extent.meets(change.lines):
        return replace(finding, status=Status.EXISTING)
    return replace(finding, status=Status.INTRODUCED, anchor=_anchor(finding.path, finding.span.line, extent, change))


def _anchor(path: str, line: int, extent: Extent, change: Change) -> Anchor | None:
    """The finding's own line where the diff shows it, else the nearest changed line of its extent."""
    if any(hunk.first <= line <= hunk.last for hunk in change.hunks):
        return Anchor(path, line)
    touched = [changed for changed in change.lines if extent.first <= changed <= extent.last]
    visible = [changed for changed in touched if any(hunk.first <= changed <= hunk.last for hunk in change.hunks)]
    if not visible:
        return None
    return Anchor(path, min(visible, key=lambda changed: (abs(changed - line), changed)))


def _hidden(finding: Finding, min_confidence: Confidence) -> Finding:
    if finding.status is Status.EXISTING:
        return replace(finding, hidden_because=NOT_IN_CHANGE)
    if finding.confidence.rank > min_confidence.rank:
        return replace(finding, hidden_because=LOW_CONFIDENCE)
    return finding


def fails(findings: Iterable[Finding], fail_on: Level | None) -> bool:
    """Whether a shown finding is at least as grave as the level that fails the run."""
    return fail_on is not None and any(
        finding.shown and finding.level.rank <= fail_on.rank and finding.level is not Level.NOTE for finding in findings
    )
