"""What a job without rights finds out of a change, for one that has some: what mypy says, and what tests ran."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, suppress

from pydantic import ValidationError

from reviewer.aim import Aim, Before
from reviewer.errors import ReviewerError
from reviewer.model import Finding
from reviewer.source import UnreadableFile
from reviewer.tooling import Tooling, coverage_lines
from reviewer.tools.coverage import Lines
from reviewer.tools.heard import FAILED, Heard
from reviewer.tools.report import LONGEST, MOST_COLUMNS, MOST_REMARKS, FileCoverage, Remark, Said, ToolReport

UNKNOWN_VERSION = "0"


def said(aim: Aim) -> tuple[ToolReport, list[str]]:
    """The report about a change between two commits, and what people have to know of it; raises ReviewerError."""
    base, head = aim.comparison.base, aim.comparison.head
    if aim.before is None or base is None or head is None:
        raise ReviewerError("--merge-base and --head name the two commits to compare")
    with closing(Tooling(aim)) as tooling:
        heard = tooling.typed()
    notices = [problem.message for problem in heard.problems] if heard else []
    coverage, refused = _coverage(aim)
    tools = (_said(heard, aim.before),) if heard else ()
    told = ToolReport(schema=1, base=base, head=head, tools=tools, coverage=coverage, coverage_refused=refused)
    return told, [*notices, *([f"The coverage report is not used: {refused}"] if refused else [])]


def _said(heard: Heard, before: Before) -> Said:
    problems = [problem.message for problem in heard.problems if problem.kind == FAILED]
    return Said(
        tool="mypy",
        version=heard.version or UNKNOWN_VERSION,
        problem="; ".join(problems)[:LONGEST] if problems else None,
        compared=heard.compared,
        base=_remarks(each for each in heard.base if each.path in {*before.paths.values(), *before.deleted}),
        head=_remarks(_news(heard, before)),
    )


def _news(heard: Heard, before: Before) -> Iterator[Finding]:
    """What is said of the changed files, and of the others what was not said before."""
    then = Counter(map(_identity, heard.base))
    for finding in heard.head:
        identity = _identity(finding)
        if finding.path in before.changes:
            yield finding
        elif then[identity]:
            then[identity] -= 1
        elif heard.compared:
            yield finding


def _identity(finding: Finding) -> tuple[object, ...]:
    return (finding.path, finding.span, finding.rule, finding.message)


def _remarks(findings: Iterable[Finding]) -> tuple[Remark, ...]:
    """The findings as the report takes them: one in a place that it does not know is left out."""
    found = []
    for each in findings:
        with suppress(ValidationError):
            found.append(Remark.model_validate(_told(each)))
    return tuple(found[:MOST_REMARKS])


def _told(finding: Finding) -> dict[str, object]:
    line, column = (finding.span.line, finding.span.column) if finding.span else (1, 1)
    place = {"path": finding.path, "line": line, "column": min(column, MOST_COLUMNS)}
    return {**place, "code": finding.rule, "message": finding.params["text"]}


def _coverage(aim: Aim) -> tuple[tuple[FileCoverage, ...] | None, str | None]:
    """The lines of the changed files that ran and that did not, where there is a report; or why it is not used."""
    lines = coverage_lines(aim)
    try:
        found: Mapping[str, Lines] | None = lines(aim.files) if lines else None
    except (ReviewerError, UnreadableFile) as error:
        return None, str(error)[:LONGEST]
    return None if found is None else tuple(_file(path, ran) for path, ran in sorted(found.items())), None


def _file(path: str, lines: Lines) -> FileCoverage:
    ran = tuple(sorted(line for line, done in lines.items() if done))
    return FileCoverage(path=path, ran=ran, missed=tuple(sorted(lines.keys() - set(ran))))
