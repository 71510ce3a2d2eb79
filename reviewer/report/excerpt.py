"""A line of source and the stretch of it that a finding is about, as a terminal shows them."""

import unicodedata
from dataclasses import dataclass

from reviewer.model import Span
from reviewer.report.printable import visible

TAB = "    "
# The longest line shown whole, and how much of a longer one stands before the finding.
WIDEST = 120
LEAD = 30
CUT = "…"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What to print of a line, and the carets to print below it."""

    text: str
    underline: str


def excerpt(line: str, span: Span) -> Excerpt:
    """The part of the span's first line that can be shown, underlined to the line's end when the span goes on."""
    line = line.rstrip()
    start = min(span.column - 1, len(line))
    end = span.end_column - 1 if span.end_line == span.line else len(line)
    first, last = _window(len(line), start)
    before = (CUT if first else "") + _shown(line[first:start])
    marked = _shown(line[start : min(end, last)])
    after = _shown(line[max(start, min(end, last)) : last]) + (CUT if last < len(line) else "")
    return Excerpt(before + marked + after, " " * _width(before) + "^" * max(1, _width(marked)))


def _window(length: int, start: int) -> tuple[int, int]:
    if length <= WIDEST:
        return 0, length
    first = max(0, min(start - LEAD, length - WIDEST))
    return first, first + WIDEST


def _shown(text: str) -> str:
    return "".join(TAB if char == "\t" else visible(char) for char in text)


def _width(text: str) -> int:
    """How many columns of a terminal the text fills."""
    return sum(_cells(char) for char in text)


def _cells(char: str) -> int:
    if unicodedata.category(char) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1
