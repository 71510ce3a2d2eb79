"""What a review is made of: spans, findings, problems and the review itself; standard library only."""

import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from reviewer.tool_results import Tools


class Level(StrEnum):
    """How much a finding matters, the gravest first."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """0 for the gravest level, rising from there."""
        return list(Level).index(self)


class Confidence(StrEnum):
    """How sure a check is of a finding, the surest first."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for the surest, rising from there."""
        return list(Confidence).index(self)


class Status(StrEnum):
    """What the change under review has to do with a finding: it is there after it, before and after, or before it."""

    INTRODUCED = "introduced"
    EXISTING = "existing"
    FIXED = "fixed"


# Why a finding is hidden.
EXISTING = "existing"
FIXED = "fixed by this change"
SUPPRESSED = "suppressed"
NEWLY_SUPPRESSED = "suppressed by this change"
IN_BASELINE = "in the baseline"
LOW_CONFIDENCE = "below the confidence asked for"
CROWDED = "more than one tool may say"
COVERED = "within the coverage asked for"

Param = str | int
Fact = int | tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a file: lines from 1, columns from 1 in characters, the end column exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True, order=True)
class Extent:
    """The lines whose change can cause a finding, first and last, both included."""

    first: int
    last: int

    def meets(self, lines: frozenset[int]) -> bool:
        """Whether one of these lines is among `lines`."""
        return any(self.first <= line <= self.last for line in lines)


WHOLE_FILE = Extent(1, sys.maxsize)


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Text to put in place of a span."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits to one file that do not overlap; `safe` only when behaviour cannot change, else `effect` says how it does.

    The effect is a sentence without its start: `It changes behaviour: {effect}.`
    """

    safe: bool
    edits: tuple[Edit, ...]
    effect: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Related:
    """A second place that explains a finding."""

    path: str
    line: int
    message: str


@dataclass(frozen=True, slots=True, order=True)
class Anchor:
    """Where GitHub lets one comment on the head's side of the diff; `start_line` is before `line`."""

    path: str
    line: int
    start_line: int | None = None


@dataclass(frozen=True, slots=True, order=True)
class FileAnchor:
    """A file of the diff as a whole, for what none of the lines that the diff shows is the place."""

    path: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem in the reviewed code; without a path it is about the whole project.

    `key` is the rule's own part of the finding's identity, `facts` what was measured, and `before` what was measured
    of the same finding before the change. A fixed finding stands where it stood before the change. `code` is a digest
    of the code that it is about, `suggestion` the text to put in place of the anchor's lines, and `diff` what the fix
    does where that is elsewhere. `content` is what the finding is about as a text that nobody is shown: a change that
    makes it another one introduces the finding again.
    """

    rule: str
    level: Level
    confidence: Confidence
    message: str
    path: str | None = None
    span: Span | None = None
    symbol: str = ""
    key: str = ""
    source: str = "own"
    params: Mapping[str, Param] = field(default_factory=dict)
    facts: Mapping[str, Fact] = field(default_factory=dict)
    before: Mapping[str, Fact] | None = None
    extent: Extent | None = None
    related: tuple[Related, ...] = ()
    fix: Fix | None = None
    status: Status | None = None
    fingerprint: str = ""
    code: str = ""
    content: str = ""
    suggestion: str | None = None
    diff: str | None = None
    anchor: Anchor | FileAnchor | None = None
    hidden_because: str | None = None

    @property
    def name(self) -> str:
        """The rule as users write it: that of a tool stands behind the tool's name."""
        return self.rule if self.source == "own" else f"{self.source}:{self.rule}"

    @property
    def shown(self) -> bool:
        """Whether the finding is shown; a hidden one says why."""
        return self.hidden_because is None

    @property
    def worse(self) -> bool:
        """Whether a number that was too large before the change has grown with it."""
        grown = ((fact, (self.before or {}).get(name)) for name, fact in self.facts.items())
        return any(isinstance(now, int) and isinstance(then, int) and now > then for now, then in grown)

    @property
    def news(self) -> tuple[str, ...]:
        """What the change adds to the facts of a finding that was there before: names, in the order of the facts."""
        if self.before is None:
            return ()
        sets = ((fact, self.before.get(name, ())) for name, fact in sorted(self.facts.items()))
        return tuple(
            member
            for now, then in sets
            if isinstance(now, tuple) and isinstance(then, tuple)
            for member in now
            if member not in then
        )

    @property
    def elsewhere(self) -> tuple[Related, ...]:
        """The related places that are not the finding's own."""
        own = (self.path, self.span.line if self.span else None)
        return tuple(related for related in self.related if (related.path, related.line) != own)

    @property
    def gravity(self) -> tuple[int, bool, int, object]:
        """The gravest first, of these our own, of these the surest, then in the order of a report."""
        return (self.level.rank, self.source != "own", self.confidence.rank, self.order)

    @property
    def order(self) -> tuple[str, Span, str, str, str]:
        """The place of the finding in a report."""
        return (self.path or "", self.span or Span(0, 0, 0, 0), self.rule, self.symbol, self.key)


class ChangeKind(StrEnum):
    """What happened to a file between base and head."""

    ADDED = "added"
    MODIFIED = "modified"
    DELETED = "deleted"
    RENAMED = "renamed"


@dataclass(frozen=True, slots=True)
class Change:
    """What a change does to one file; `path` is the head's path, the base's one for a deletion.

    `lines` are the head's lines that were added or edited; `hunks` the head's line ranges, first and last
    included, that the diff shows with its three lines of context: there GitHub takes comments.
    """

    path: str
    kind: ChangeKind
    old_path: str | None = None
    lines: frozenset[int] = frozenset()
    hunks: tuple[Extent, ...] = ()


# What a user would want to know once it is read, but that is no reason to write to anybody.
QUIET = frozenset({"packages-unknown", "plugins-left-out"})
NOTICES = QUIET | {
    "base-unread",
    "baseline-changed",
    "configuration-changed",
    "ignored-configuration",
    "left-out",
    "stale-baseline",
}


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something that could not be reviewed, or that the user would want to know of the run."""

    kind: str
    path: str | None
    message: str

    @property
    def blocking(self) -> bool:
        """Whether part of the code went unreviewed because of it."""
        return self.kind not in NOTICES

    @property
    def quiet(self) -> bool:
        """Whether it is told only where there is something else to tell."""
        return self.kind in QUIET


@dataclass(frozen=True, slots=True, order=True)
class Suppression:
    """A comment that hides the findings of some rules in some lines; `line` and `column` are its own, from 1.

    Without rules it hides nothing; `reason` is what stands behind them, perhaps nothing.
    """

    path: str
    line: int
    column: int
    rules: tuple[str, ...]
    reason: str
    extent: Extent


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared with what: commit ids where there are some, and a sentence for people."""

    title: str
    base: str | None = None
    head: str | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """What a project wants of a verdict and of a review on a pull request.

    `fail_on` is the level that fails, None for never; with `count_suppressed` what the change itself suppresses counts.
    `skip` names the kinds of pull requests that get no comments, `docs_url` the team's own pages of the rules.
    """

    fail_on: Level | None = Level.ERROR
    count_suppressed: bool = False
    max_comments: int = 25
    request_changes: bool = False
    resolve_threads: bool = False
    skip: tuple[str, ...] = ("drafts", "bots")
    skip_labels: tuple[str, ...] = ()
    docs_url: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """The whole result of a run; findings and problems are sorted, `suppressions` are those that the change adds.

    `paths` are the head's paths of the files that changed, or that were reviewed whole, `renames` the new paths of
    those that had another one before. `refused` says how many fixes of shown findings are not offered, by the reason.
    """

    comparison: Comparison
    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    files: int
    suppressions: tuple[Suppression, ...] = ()
    paths: tuple[str, ...] = ()
    renames: Mapping[str, str] = field(default_factory=dict)
    policy: Policy = Policy()
    tools: Tools = field(default_factory=Tools)
    refused: Mapping[str, int] = field(default_factory=dict)

    @property
    def shown(self) -> tuple[Finding, ...]:
        """The findings to show."""
        return tuple(finding for finding in self.findings if finding.shown)

    @property
    def offered(self) -> int:
        """How many of the findings to show have a fix."""
        return sum(finding.fix is not None for finding in self.shown)

    @property
    def fixed(self) -> tuple[Finding, ...]:
        """The findings that the change made an end of."""
        return tuple(finding for finding in self.findings if finding.status is Status.FIXED)

    @property
    def worse(self) -> tuple[Finding, ...]:
        """The findings that were there before the change, hidden, whose numbers have grown with it."""
        return tuple(finding for finding in self.findings if finding.hidden_because == EXISTING and finding.worse)

    @property
    def counts(self) -> dict[str, int]:
        """The account: files, what was found, shown (by level too), and how much is hidden for which reason.

        What was fixed is not among what was found.
        """
        found = [finding for finding in self.findings if finding.status is not Status.FIXED]
        levels = Counter(finding.level for finding in self.shown)
        hidden = Counter(finding.hidden_because for finding in found if finding.hidden_because)
        return {
            "files": self.files,
            "found": len(found),
            "shown": len(self.shown),
            "introduced": sum(finding.status is Status.INTRODUCED for finding in self.shown),
            "fixed": len(self.fixed),
            "worse": len(self.worse),
            **{str(level): levels[level] for level in Level},
            **{f"hidden: {reason}": hidden[reason] for reason in sorted(hidden)},
            "suppressions": len(self.suppressions),
            "problems": len(self.problems),
        }
