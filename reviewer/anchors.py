"""Where on the diff a finding is shown: the best place that GitHub takes a comment for."""

from collections.abc import Collection, Mapping

from reviewer.index.reach import Cause
from reviewer.model import Anchor, Change, ChangeKind, Extent, FileAnchor, Fix, Span

# A comment that holds a fix is about no more lines.
MOST_LINES = 12


def anchored(
    path: str, span: Span | None, extent: Extent, changes: Mapping[str, Change], cause: Cause | None
) -> Anchor | FileAnchor | None:
    """The place of a finding in the diff, None where the diff has none.

    It is its own line; else the nearest changed line of its extent, or one beside lines that were deleted there; else
    the line that caused it; else the file as a whole, its own or the cause's.
    """
    own, blamed = _shown(changes, path), _shown(changes, cause.path) if cause else None
    line = span.line if span else extent.first
    found = own and (_at(line, own) or _nearest(line, own.lines, extent, own))
    if own and not found and cause is None:
        found = _nearest(line, _context(own), extent, own)
    if blamed and cause and not found:
        found = _at(cause.line, blamed)
    return found or next((FileAnchor(change.path) for change in (own, blamed) if change), None)


def ranged(anchor: Anchor | FileAnchor | None, span: Span, change: Change) -> Anchor | FileAnchor | None:
    """The anchor over all lines of a span, where the diff shows them in one piece."""
    if not isinstance(anchor, Anchor) or anchor.line != span.line or span.end_line == span.line:
        return anchor
    whole = any(hunk.first <= span.line and span.end_line <= hunk.last for hunk in change.hunks)
    return Anchor(anchor.path, span.end_line, span.line) if whole else anchor


def around(anchor: Anchor | FileAnchor | None, path: str, fix: Fix, change: Change) -> Anchor | FileAnchor | None:
    """The anchor over all lines of a fix too, where the diff shows these in one piece and they are few."""
    if not isinstance(anchor, Anchor) or anchor.path != path:
        return anchor
    # An edit that takes a line away ends where the next one begins.
    ends = [
        each.span.end_line - (each.span.line < each.span.end_line and each.span.end_column == 1) for each in fix.edits
    ]
    rows = [anchor.line, anchor.start_line or anchor.line, *ends, *(each.span.line for each in fix.edits)]
    first, last = min(rows), max(rows)
    whole = any(hunk.first <= first and last <= hunk.last for hunk in change.hunks)
    return Anchor(path, last, first if first < last else None) if whole and last - first < MOST_LINES else anchor


def _shown(changes: Mapping[str, Change], path: str) -> Change | None:
    """What the change does to a file of the head."""
    change = changes.get(path)
    return change if change and change.kind is not ChangeKind.DELETED else None


def _at(line: int, change: Change) -> Anchor | None:
    return Anchor(change.path, line) if _visible(line, change) else None


def _visible(line: int, change: Change) -> bool:
    return any(hunk.first <= line <= hunk.last for hunk in change.hunks)


def _context(change: Change) -> Collection[int]:
    return {line for hunk in change.hunks for line in range(hunk.first, hunk.last + 1)}


def _nearest(line: int, lines: Collection[int], extent: Extent, change: Change) -> Anchor | None:
    inside = [each for each in lines if extent.first <= each <= extent.last and _visible(each, change)]
    return Anchor(change.path, min(inside, key=lambda each: (abs(each - line), each))) if inside else None
