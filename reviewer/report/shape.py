"""The shape of a JSON report as it is read back: strict, because a report may come from a stranger's job."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from reviewer.docs_url import checked
from reviewer.model import (
    Anchor,
    Comparison,
    Confidence,
    Edit,
    Extent,
    FileAnchor,
    Finding,
    Fix,
    Level,
    Policy,
    Problem,
    Related,
    Review,
    Span,
    Status,
    Suppression,
)
from reviewer.tool_results import Complexity, Coverage, Maintainability, Tools

# The largest number that every JSON parser reads exactly.
LARGEST = 2**53 - 1
SHORT_SHA = 12


def _inside(path: str) -> str:
    """A path that stays inside the repository."""
    if path.startswith("/") or ".." in path.split("/") or "\0" in path:
        raise ValueError("the path leaves the repository")
    return path


Line = Annotated[int, Field(ge=1, le=LARGEST)]
Number = Annotated[int, Field(ge=-LARGEST, le=LARGEST)]
Path = Annotated[str, Field(min_length=1, max_length=4096), AfterValidator(_inside)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$", max_length=100)]
Fingerprint = Annotated[str, Field(pattern=r"^[0-9A-Za-z]*$", max_length=128)]
Sha = Annotated[str, Field(pattern=r"^([0-9a-f]{40}|[0-9a-f]{64})$")]


class Shape(BaseModel):
    """An object of the report: no field more, none less, none of another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class EditShape(Shape):
    """An edit of a fix."""

    line: Line
    column: Line
    end_line: Line
    end_column: Line
    text: str

    def edit(self) -> Edit:
        """The edit itself."""
        return Edit(Span(self.line, self.column, self.end_line, self.end_column), self.text)


class FixShape(Shape):
    """A fix."""

    safe: bool
    effect: str
    edits: tuple[EditShape, ...]

    def fix(self) -> Fix:
        """The fix itself."""
        return Fix(self.safe, tuple(edit.edit() for edit in self.edits), self.effect)


class AnchorShape(Shape):
    """A place in the diff."""

    path: Path
    line: Line | None
    start_line: Line | None

    def anchor(self) -> Anchor | FileAnchor:
        """The anchor itself."""
        return FileAnchor(self.path) if self.line is None else Anchor(self.path, self.line, self.start_line)


class RelatedShape(Shape):
    """A second place of a finding."""

    path: Path
    line: Line
    message: str

    def related(self) -> Related:
        """The related place itself."""
        return Related(self.path, self.line, self.message)


class SuppressionShape(Shape):
    """A comment that the change adds."""

    path: Path
    line: Line
    column: Line
    rules: tuple[str, ...]
    reason: str

    def suppression(self) -> Suppression:
        """The suppression itself; which lines it is about, a report does not say."""
        return Suppression(self.path, self.line, self.column, self.rules, self.reason, Extent(self.line, self.line))


class ProblemShape(Shape):
    """A problem of the run."""

    kind: Name
    path: Path | None
    message: str

    def problem(self) -> Problem:
        """The problem itself."""
        return Problem(self.kind, self.path, self.message)


class FindingShape(Shape):
    """A finding."""

    rule: Name
    source: Name
    level: Level
    confidence: Confidence
    status: Status | None
    path: Path | None
    line: Line | None
    column: Line | None
    end_line: Line | None
    end_column: Line | None
    symbol: str
    key: str
    message: str
    params: dict[str, str | Number]
    facts: dict[str, Number | tuple[str, ...]]
    before: dict[str, Number | tuple[str, ...]] | None
    worse: bool
    fingerprint: Fingerprint
    code: Fingerprint
    anchor: AnchorShape | None
    shown: bool
    hidden_because: str | None
    related: tuple[RelatedShape, ...]
    fix: FixShape | None
    suggestion: Annotated[str, Field(max_length=5000)] | None
    diff: Annotated[str, Field(max_length=5000)] | None

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        ends = (self.line, self.column, self.end_line, self.end_column)
        if None in ends and ends != (None,) * len(ends):
            raise ValueError("line, column, end_line and end_column are given together or not at all")
        if self.shown != (self.hidden_because is None):
            raise ValueError("a finding is either shown or has a reason in hidden_because")
        if self.worse != self.finding().worse:
            raise ValueError("worse disagrees with facts and before")
        return self

    def finding(self) -> Finding:
        """The finding itself, without what a report does not carry."""
        return Finding(
            rule=self.rule,
            level=self.level,
            confidence=self.confidence,
            message=self.message,
            path=self.path,
            span=self._span(),
            symbol=self.symbol,
            key=self.key,
            source=self.source,
            params=self.params,
            facts=self.facts,
            before=self.before,
            related=tuple(related.related() for related in self.related),
            fix=self.fix.fix() if self.fix else None,
            status=self.status,
            fingerprint=self.fingerprint,
            code=self.code,
            suggestion=self.suggestion,
            diff=self.diff,
            anchor=self.anchor.anchor() if self.anchor else None,
            hidden_because=self.hidden_because,
        )

    def _span(self) -> Span | None:
        if self.line is None or self.column is None or self.end_line is None or self.end_column is None:
            return None
        return Span(self.line, self.column, self.end_line, self.end_column)


class PolicyShape(Shape):
    """What the project wants of a verdict and of a review on a pull request."""

    fail_on: Level | None
    count_suppressed: bool
    max_comments: Annotated[int, Field(ge=0, le=100)]
    request_changes: bool
    resolve_threads: bool
    skip: tuple[Name, ...]
    skip_labels: tuple[str, ...]
    docs_url: Annotated[str, AfterValidator(checked)]

    def policy(self) -> Policy:
        """The policy itself."""
        return Policy(**self.model_dump())


Count = Annotated[int, Field(ge=0, le=LARGEST)]
Percent = Annotated[float, Field(ge=0, le=100)]


class ComplexityShape(Shape):
    """The complexity of a function before and after the change."""

    path: Path
    symbol: str
    before: Count | None
    after: Count


class MaintainabilityShape(Shape):
    """The index of a file before and after the change."""

    path: Path
    before: Percent | None
    after: Percent


class CoverageShape(Shape):
    """How much of the change ran in tests."""

    ran: Count
    statements: Count
    threshold: Percent
    unreported: Count


class ToolsShape(Shape):
    """The tools that ran, and what they measured."""

    versions: dict[Name, Annotated[str, Field(max_length=100)]]
    complete: tuple[Name, ...]
    complexity: tuple[ComplexityShape, ...]
    maintainability: tuple[MaintainabilityShape, ...]
    coverage: CoverageShape | None

    def tools(self) -> Tools:
        """The tools themselves."""
        return Tools(
            versions=self.versions,
            complete=self.complete,
            complexity=tuple(Complexity(**each.model_dump()) for each in self.complexity),
            maintainability=tuple(Maintainability(**each.model_dump()) for each in self.maintainability),
            coverage=Coverage(**self.coverage.model_dump()) if self.coverage else None,
        )


class FixesShape(Shape):
    """How many fixes are offered, and refused for which reason."""

    offered: Count
    refused: dict[Annotated[str, Field(max_length=100)], Count]


class ReportShape(Shape):
    """The whole report."""

    number: Literal[1] = Field(alias="schema")
    reviewer: str
    base: Sha | None
    head: Sha | None
    paths: tuple[Path, ...]
    renames: dict[Path, Path]
    policy: PolicyShape
    findings: tuple[FindingShape, ...]
    suppressions: tuple[SuppressionShape, ...]
    problems: tuple[ProblemShape, ...]
    tools: ToolsShape
    fixes: FixesShape
    counts: dict[str, Annotated[int, Field(ge=0, le=LARGEST)]]

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if self.counts != self.review().counts:
            raise ValueError("counts disagrees with the findings and problems")
        if self.fixes.offered != self.review().offered:
            raise ValueError("fixes.offered disagrees with the findings")
        return self

    def review(self) -> Review:
        """The review itself; its title says only what the commits tell."""
        return Review(
            comparison=Comparison(self._title(), self.base, self.head),
            findings=tuple(finding.finding() for finding in self.findings),
            problems=tuple(problem.problem() for problem in self.problems),
            files=self.counts.get("files", 0),
            suppressions=tuple(each.suppression() for each in self.suppressions),
            paths=self.paths,
            renames=self.renames,
            policy=self.policy.policy(),
            tools=self.tools.tools(),
            refused=self.fixes.refused,
        )

    def _title(self) -> str:
        head = self.head[:SHORT_SHA] if self.head else "the working tree"
        return f"{head} compared with {self.base[:SHORT_SHA]}" if self.base else f"Whole files of {head}"
