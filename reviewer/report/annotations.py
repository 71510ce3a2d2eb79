"""The report as GitHub's workflow commands, which the runner turns into annotations."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from reviewer.model import Finding, Level, Problem, Review
from reviewer.report.account import counted
from reviewer.report.printable import printable, printable_lines

COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.ADVICE: "notice", Level.NOTE: "notice"}
# How many annotations of one kind GitHub keeps of a step.
LIMIT = 10


@dataclass(frozen=True, slots=True)
class Annotation:
    """One workflow command, not yet escaped."""

    command: str
    message: str
    properties: dict[str, str] = field(default_factory=dict)

    def line(self) -> str:
        """The command, escaped as the runner reads it."""
        properties = ",".join(f"{name}={_property(value)}" for name, value in self.properties.items())
        return f"::{self.command} {properties}::{_data(self.message)}"


def render(review: Review) -> str:
    """One command a line, the gravest first, as many of each kind as GitHub keeps, and how many more there are."""
    annotations = [*map(_problem, review.problems), *map(_finding, _gravest_first(review.shown))]
    kept = [
        annotation
        for command in ("error", "warning", "notice")
        for annotation in [each for each in annotations if each.command == command][:LIMIT]
    ]
    lines = [annotation.line() for annotation in kept]
    if len(kept) < len(annotations):
        lines.append(
            f"{len(annotations) - len(kept)} more of {counted(len(annotations), 'annotation')}: see the summary."
        )
    return "".join(f"{line}\n" for line in lines)


def _gravest_first(findings: Sequence[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: finding.gravity)


def _problem(problem: Problem) -> Annotation:
    properties = {"file": printable(problem.path)} if problem.path is not None else {}
    command = "error" if problem.blocking else "notice"
    return Annotation(
        command, "\n".join(printable_lines(problem.message)), properties | {"title": printable(problem.kind)}
    )


def _finding(finding: Finding) -> Annotation:
    properties = dict(_place(finding)) | {"title": printable(finding.name)}
    return Annotation(COMMANDS[finding.level], printable(finding.message), properties)


def _place(finding: Finding) -> Iterator[tuple[str, str]]:
    """The runner refuses columns on more than one line."""
    if finding.path is None:
        return
    yield "file", printable(finding.path)
    if finding.span is None:
        return
    yield "line", str(finding.span.line)
    yield "endLine", str(finding.span.end_line)
    if finding.span.line == finding.span.end_line:
        yield "col", str(finding.span.column)
        yield "endColumn", str(finding.span.end_column)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
