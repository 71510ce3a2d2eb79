"""Lines of source and the stretch of them that a finding is about, as a terminal shows them."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from reviewer.model import Span
from reviewer.report.look import cells, columns
from reviewer.report.printable import visible

TAB = 4
# The widest line shown whole, and how much of a wider one stands before the finding, in columns.
WIDEST = 120
LEAD = 30
CUT = "…"
# A finding of more lines is shown by its first one.
MOST_LINES = 3


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What to print of a line, and the carets to print below it."""

    text: str
    underline: str


def excerpts(source: Sequence[str], span: Span, widest: int = WIDEST) -> Iterator[tuple[int, Excerpt]]:
    """The lines of the span, underlined, under their numbers; of empty ones there is nothing to see."""
    last = span.line if span.end_line - span.line >= MOST_LINES else min(span.end_line, len(source))
    for number in range(span.line, last + 1):
        line = source[number - 1].rstrip()
        if line or number == span.line:
            start = span.column - 1 if number == span.line else len(line) - len(line.lstrip())
            end = span.end_column - 1 if number == span.end_line else len(line)
            yield number, excerpt(line, start, end, widest)


def excerpt(line: str, start: int, end: int, widest: int = WIDEST) -> Excerpt:
    """The part of a line that can be shown, underlined from one character of it to before another one."""
    drawn = list(_drawn(line))
    start = min(start, len(drawn))
    offsets = [0, *accumulate(map(columns, drawn))]
    first, last = _window(offsets, start, widest)
    before = (CUT if first else "") + "".join(drawn[first:start])
    marked = "".join(drawn[start : min(end, last)])
    after = "".join(drawn[max(start, min(end, last)) : last]) + (CUT if last < len(drawn) else "")
    return Excerpt(before + marked + after, " " * columns(before) + "^" * max(1, columns(marked)))


def _drawn(line: str) -> Iterator[str]:
    """What is printed of each character: a tab up to the next stop, and of what can't be seen its name."""
    column = 0
    for char in line:
        shown = " " * (TAB - column % TAB) if char == "\t" else visible(char)
        column += cells(shown) if len(shown) == 1 else columns(shown)
        yield shown


def _window(offsets: Sequence[int], start: int, widest: int) -> tuple[int, int]:
    """The characters to show, first and behind the last, of which each begins at its offset."""
    whole, room = offsets[-1], widest - 2 * len(CUT)
    if whole <= widest:
        return 0, len(offsets) - 1
    begin = max(0, min(offsets[start] - min(LEAD, room // 3), whole - room))
    return bisect_left(offsets, begin), bisect_right(offsets, begin + room) - 1
