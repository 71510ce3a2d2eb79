"""What tests did not run of a change: its statements that a coverage report knows, and that did not run."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from reviewer.errors import ReviewerError
from reviewer.model import Confidence, Extent, Finding, Problem, Span
from reviewer.source import UnreadableFile, lines_of
from reviewer.tool_results import Coverage
from reviewer.tools.coverage import REFUSED, Lines, statements
from reviewer.tools.heard import Heard
from reviewer.tools.rules import COVERAGE, RULES

# The function or class around a line of a file.
Symbol = Callable[[str, int], str]
UNCOVERED = RULES[f"{COVERAGE}:uncovered"]


@dataclass(frozen=True, slots=True)
class Changed:
    """The lines of each changed file of the head that are the change's `own`, and how to look into these files."""

    own: Mapping[str, frozenset[int]]
    read: Callable[[str], bytes]
    symbol: Symbol


@dataclass(frozen=True)
class Part:
    """A changed file: its source, the lines that are the change's own, and what the report says of them."""

    path: str
    source: bytes
    own: frozenset[int]
    reported: Lines

    @cached_property
    def statements(self) -> dict[int, bool]:
        """Whether each changed statement ran, by the line that it starts on."""
        return {line: self.reported[line] for line in sorted(self.ends) if line in self.reported}

    @cached_property
    def ends(self) -> dict[int, int]:
        """The last changed line of each statement that the change edits, by the line that it starts on."""
        start = statements(self.source)
        return {start(line): line for line in sorted(self.own)}


def coverage(parts: Iterable[Part], threshold: float, unreported: int) -> Coverage:
    """How much of the change ran."""
    ran = [ran for part in parts for ran in part.statements.values()]
    return Coverage(sum(ran), len(ran), threshold, unreported)


def uncovered(parts: Iterable[Part], symbol: Symbol) -> Iterator[Finding]:
    """A finding for each run of changed statements of one function that no test ran."""
    for part in parts:
        lines, ends = lines_of(part.source), part.ends
        for first, last in _runs(part, symbol):
            text = lines[first - 1] if first <= len(lines) else ""
            found = _finding(part.path, first, last, symbol(part.path, first), text)
            yield replace(found, extent=Extent(first, max(last, ends[last])))


def _runs(part: Part, symbol: Symbol) -> Iterator[tuple[int, int]]:
    """The first and last line of each run; a statement that ran, or is not the change's, ends one."""
    found: list[int] = []
    changed = part.statements
    for line in sorted(part.reported):
        if changed.get(line, True):
            found, done = [], found
            yield from [(done[0], done[-1])] if done else []
        elif found and symbol(part.path, found[0]) != symbol(part.path, line):
            yield found[0], found[-1]
            found = [line]
        else:
            found.append(line)
    if found:
        yield found[0], found[-1]


def _finding(path: str, first: int, last: int, symbol: str, text: str) -> Finding:
    lines = f"line {first}" if first == last else f"lines {first} to {last}"
    of = f" of `{symbol}`" if symbol else ""
    indent = len(text) - len(text.lstrip())
    return Finding(
        rule=UNCOVERED.code,
        source=COVERAGE,
        level=UNCOVERED.level,
        confidence=Confidence.HIGH,
        message=f"No test runs {lines}{of}, which this change brings.",
        path=path,
        span=Span(first, indent + 1, last, max(len(text), indent) + 1 if first == last else 1),
        symbol=symbol,
        key=text.strip()[:80],
        facts={"lines": last - first + 1},
        extent=Extent(first, last),
    )


def examine(
    lines: Callable[[], Mapping[str, Lines]], change: Changed, threshold: float
) -> tuple[Heard, Coverage | None]:
    """What is known of the `lines` of a change; where they can't be had they are refused, with the reason."""
    try:
        parts = [Part(path, change.read(path), change.own[path], ran) for path, ran in sorted(lines().items())]
    except (ReviewerError, UnreadableFile) as error:
        problem = Problem(REFUSED, None, f"The coverage report is not used: {error}")
        return Heard(COVERAGE, complete=False, problems=(problem,)), None
    unreported = sum(bool(own) for own in change.own.values()) - sum(bool(part.own) for part in parts)
    rules = frozenset({UNCOVERED.name})
    heard = Heard(COVERAGE, head=tuple(uncovered(parts, change.symbol)), rules=rules, compared=False)
    return heard, coverage(parts, threshold, unreported)
