"""What tools said as findings, of which nothing is taken but places, codes and text that is shown as code."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from reviewer.model import Confidence, Extent, Finding, Level, Problem, Span
from reviewer.tools.report import Remark, Said, ToolReport

REFUSED = "tools-refused"
LONGEST = 400
Symbol = Callable[[str, int], str]


@dataclass(frozen=True, slots=True)
class Heard:
    """What is taken over of a tools' report: remarks by side, and what has to be told of it."""

    base: tuple[tuple[str, Remark], ...] = ()
    head: tuple[tuple[str, Remark], ...] = ()
    problems: tuple[Problem, ...] = ()
    compared: bool = True

    @property
    def rules(self) -> frozenset[str]:
        """The rules that the base was looked through for: all that were heard of, if it was."""
        said = (*self.base, *self.head) if self.compared else ()
        return frozenset(f"{tool}:{remark.code}" for tool, remark in said)

    def findings(self, symbol: Symbol, *, base: bool = False) -> Iterator[Finding]:
        """The findings of one side; `symbol` tells the function or class around a line."""
        for tool, remark in self.base if base else self.head:
            yield _finding(tool, remark, symbol(remark.path, remark.line))


def heard(
    report: ToolReport, commits: tuple[str | None, str | None], paths: tuple[Collection[str], Collection[str]]
) -> Heard:
    """What a report says of a change between two commits, if it is about that one and about its files alone.

    `paths` are the files of the base and of the head that the change touches.
    """
    if (report.base, report.head) != commits:
        return Heard(problems=(_refused("it is about other commits"),))
    stray = next(_stray(report, paths), None)
    if stray is not None:
        return Heard(problems=(_refused(f"it is about {stray!r}, which the change does not touch"),))
    problems = tuple(_unfinished(said) for said in report.tools if said.problem is not None)
    return Heard(
        tuple((said.tool, remark) for said in report.tools for remark in dict.fromkeys(said.base)),
        tuple((said.tool, remark) for said in report.tools for remark in dict.fromkeys(said.head)),
        problems,
        all(said.compared for said in report.tools),
    )


def refused(reason: str) -> Heard:
    """Nothing, and why."""
    return Heard(problems=(_refused(reason),))


def _refused(reason: str) -> Problem:
    return Problem(REFUSED, None, f"What mypy said is not used: {reason}")


def _unfinished(said: Said) -> Problem:
    return Problem("tool-failed", None, f"{said.tool} {said.version} did not finish: {_quoted(said.problem or '')}")


def _stray(report: ToolReport, paths: tuple[Collection[str], Collection[str]]) -> Iterator[str]:
    for said in report.tools:
        for remarks, known in zip((said.base, said.head), paths, strict=True):
            yield from (remark.path for remark in remarks if remark.path not in known)


def _quoted(text: str) -> str:
    """A text of somebody as code, in one line, and short enough not to be cut in the middle of it."""
    line = " ".join(text.replace("`", "'").split())
    return f"`{line if len(line) <= LONGEST else line[:LONGEST] + '…'}`"


def _finding(tool: str, remark: Remark, symbol: str) -> Finding:
    return Finding(
        rule=remark.code,
        source=tool,
        level=Level.WARNING,
        confidence=Confidence.HIGH,
        message=f"{tool}: {_quoted(remark.message)}",
        path=remark.path,
        span=Span(remark.line, remark.column, remark.line, remark.column + 1),
        symbol=symbol,
        key=remark.message,
        extent=Extent(remark.line, remark.line),
    )
