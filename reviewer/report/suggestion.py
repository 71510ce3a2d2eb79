"""A fix as the lines to put in place of the commented ones, which GitHub does at a click, or as a plain diff."""

from collections.abc import Sequence
from difflib import unified_diff

from reviewer.fix import NEWLINE, applied
from reviewer.model import Anchor, Edit, Finding

LONGEST = 4000


def suggestion(finding: Finding, source: Sequence[str]) -> str | None:
    """The text in place of the commented lines, where the fix lies in them, else None; `source` has no line ends."""
    anchor, fix = finding.anchor, finding.fix
    if not isinstance(anchor, Anchor) or fix is None or not fix.edits:
        return None
    if anchor.path != finding.path or anchor.line > len(source):
        return None
    fixed = _applied(sorted(fix.edits, reverse=True), anchor, source)
    if fixed is None or len(fixed) > LONGEST or "<!--" in fixed:
        return None
    return fixed


def diff(finding: Finding, source: Sequence[str]) -> str | None:
    """The fix as the hunks of a unified diff with one line around each; None where it is long."""
    if finding.fix is None:
        return None
    fixed = applied("\n".join(source), finding.fix.edits).split("\n")
    _, _, *hunks = unified_diff(source, fixed, lineterm="", n=1)
    text = "\n".join(hunks)
    return None if len(text) > LONGEST or "<!--" in text else text


def _applied(edits: Sequence[Edit], anchor: Anchor, source: Sequence[str]) -> str | None:
    """The commented lines after the edits, which come last to first; None when one reaches out of the lines."""
    first = anchor.start_line or anchor.line
    lines = [f"{line}\n" for line in source[first - 1 : anchor.line]]
    text = "".join(lines)
    free = len(text)
    for edit in edits:
        start = _offset(lines, edit.span.line - first, edit.span.column)
        end = _offset(lines, edit.span.end_line - first, edit.span.end_column)
        if start is None or end is None or not start <= end <= free:
            return None
        text = text[:start] + NEWLINE.sub("\n", edit.text) + text[end:]
        free = start
    return text if not text or text.endswith("\n") else None


def _offset(lines: Sequence[str], row: int, column: int) -> int | None:
    """Where a place stands in the joined lines; the start of the line behind them is a place too."""
    if not 0 <= row <= len(lines):
        return None
    longest = len(lines[row]) if row < len(lines) else 1
    return sum(map(len, lines[:row])) + column - 1 if column <= longest else None
