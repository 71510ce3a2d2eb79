"""Fixes as text: what a file reads like with some of them, and which of them get in each other's way."""

import re
from collections.abc import Iterable, Sequence

from reviewer.model import Edit, Fix, Span

NEWLINE = re.compile(r"\r\n|\r|\n")
Point = tuple[int, int]


def applied(text: str, edits: Iterable[Edit]) -> str:
    """A text with edits that do not overlap; what they bring has the line ends of where it goes.

    One that several fixes ask for, such as an import, is made once.
    Raises ValueError for an edit of a place that is not there.
    """
    ends = list(NEWLINE.finditer(text))
    starts = [0, *(end.end() for end in ends)]
    usual = ends[0].group() if ends else "\n"
    for edit in sorted(set(edits), reverse=True):
        span = edit.span
        start, end = _offset(starts, span.line, span.column), _offset(starts, span.end_line, span.end_column)
        if not start <= end <= len(text):
            raise ValueError(f"{span} is no place in a text of {len(starts)} lines")
        newline = ends[span.line - 1].group() if span.line <= len(ends) else usual
        text = text[:start] + NEWLINE.sub(newline, edit.text) + text[end:]
    return text


def _offset(starts: Sequence[int], line: int, column: int) -> int:
    if line > len(starts):
        raise ValueError(f"there is no line {line} in a text of {len(starts)} lines")
    return starts[line - 1] + column - 1


def overlap(first: Fix, second: Fix) -> bool:
    """Whether two fixes of a file can't both be made: edits of theirs that are not the same share a place or an end."""
    return any(_meet(one.span, other.span) for one in first.edits for other in second.edits if one != other)


def _meet(one: Span, other: Span) -> bool:
    return _start(one) <= _end(other) and _start(other) <= _end(one)


def _start(span: Span) -> Point:
    return span.line, span.column


def _end(span: Span) -> Point:
    return span.end_line, span.end_column
