"""What tools said in another job, of which nothing is taken but places, codes and text that is shown as code."""

from collections.abc import Collection, Iterator

from reviewer.model import Finding, Level, Problem, Span
from reviewer.tools.heard import FAILED, Heard, finding, quoted
from reviewer.tools.report import Remark, Said, ToolReport

REFUSED = "tools-refused"


def heard(
    report: ToolReport, commits: tuple[str | None, str | None], paths: tuple[Collection[str], Collection[str]]
) -> tuple[Heard, ...]:
    """What a report says of a change between two commits, if it is about that one and about its files alone.

    `paths` are the files of the base and of the head that there are.
    """
    if (report.base, report.head) != commits:
        return refused("it is about other commits")
    stray = next(_stray(report, paths), None)
    if stray is not None:
        return refused(f"it is about {stray!r}, which is not there")
    return tuple(map(_heard, report.tools))


def refused(reason: str) -> tuple[Heard, ...]:
    """Nothing, and why."""
    return (Heard("mypy", problems=(Problem(REFUSED, None, f"What mypy said is not used: {reason}"),)),)


def _heard(said: Said) -> Heard:
    problem = f"{said.tool} {said.version} did not finish: {quoted(said.problem or '')}"
    return Heard(
        said.tool,
        said.version,
        tuple(_finding(said.tool, remark) for remark in dict.fromkeys(said.head)),
        tuple(_finding(said.tool, remark) for remark in dict.fromkeys(said.base)),
        rules=None,
        compared=said.compared,
        elsewhere=True,
        plugged=False,
        problems=(Problem(FAILED, None, problem),) if said.problem is not None else (),
    )


def _stray(report: ToolReport, paths: tuple[Collection[str], Collection[str]]) -> Iterator[str]:
    for said in report.tools:
        for remarks, known in zip((said.base, said.head), paths, strict=True):
            yield from (remark.path for remark in remarks if remark.path not in known)


def _finding(tool: str, remark: Remark) -> Finding:
    span = Span(remark.line, remark.column, remark.line, remark.column + 1)
    return finding(tool, remark.code, remark.message, remark.path, span, level=Level.WARNING)
