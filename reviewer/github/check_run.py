"""A check run: the verdict on a commit, with annotations that GitHub takes fifty at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import islice

from reviewer.fingerprint import digest
from reviewer.github.conversation import Conversation
from reviewer.github.fault import Fault
from reviewer.github.posting import Outcome
from reviewer.model import Finding, Level, Review
from reviewer.report import markdown
from reviewer.report.account import levels
from reviewer.report.comment import Voice
from reviewer.report.printable import encodable, printable

BATCH = 50
# GitHub's limits, in characters, with room for what it counts otherwise.
SUMMARY_ROOM = 60_000
MESSAGE_ROOM = 2_000
# More annotations than this nobody reads, and each fifty are a request.
MOST = 500
LEVELS = {Level.ERROR: "failure", Level.WARNING: "warning", Level.ADVICE: "notice", Level.NOTE: "notice"}

Body = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class CheckRun:
    """The verdict of one commit; `name` is what branch protection asks for."""

    name: str
    head: str
    conclusion: str
    title: str
    summary: str
    annotations: tuple[Body, ...]

    @property
    def external_id(self) -> str:
        """What tells this very check run from one with another content."""
        return digest(self.name, self.head, self.conclusion, self.title, self.summary, str(self.annotations))

    def created(self) -> Body:
        """The request that begins it."""
        known = {"name": self.name, "head_sha": self.head, "external_id": self.external_id, "status": "in_progress"}
        return {**known, "output": self._output(0)}

    def continued(self, given: int) -> Body:
        """The next request when so many annotations are there already: more of them, or the verdict."""
        if given < len(self.annotations):
            return {"status": "in_progress", "output": self._output(given)}
        return {"status": "completed", "conclusion": self.conclusion}

    def _output(self, given: int) -> Body:
        part = list(self.annotations[given : given + BATCH])
        return {"title": self.title, "summary": self.summary, "annotations": part}


def check_run(review: Review, outcome: Outcome, name: str, head: str) -> CheckRun:
    """The check run of a review, without what people took out of the verdict."""
    ignored = {id(finding) for finding in outcome.ignored}
    counted = replace(review, findings=tuple(each for each in review.findings if id(each) not in ignored))
    blocked = any(problem.blocking for problem in review.problems)
    placed = [finding for finding in counted.shown if finding.path is not None and finding.span is not None]
    gravest = sorted(placed, key=lambda finding: finding.gravity)
    found = levels(counted).capitalize() or "Nothing found"
    return CheckRun(
        name=name,
        head=head,
        conclusion="failure" if outcome.fails or blocked else "success",
        title="Part of the code went unreviewed" if blocked else _titled(found, len(ignored)),
        summary=markdown.summary(
            counted, markdown.Listing(counted.shown, account=outcome.account), Voice(), SUMMARY_ROOM
        ),
        annotations=tuple(map(_annotation, islice(gravest, MOST))),
    )


def _titled(found: str, ignored: int) -> str:
    return f"{found}; {ignored} more ignored by people" if ignored else found


def _annotation(finding: Finding) -> Body:
    assert finding.span is not None  # noqa: S101  # chosen so
    span = finding.span
    columns = {"start_column": span.column, "end_column": span.end_column} if span.line == span.end_line else {}
    return {
        "path": encodable(finding.path or ""),
        "start_line": span.line,
        "end_line": span.end_line,
        **columns,
        "annotation_level": LEVELS[finding.level],
        "title": printable(finding.name),
        "message": printable(finding.message)[:MESSAGE_ROOM],
    }


def publish(wanted: CheckRun, conversation: Conversation) -> None:
    """Make the check run, or go on with one that another run began; raises Fault and GitHubError."""
    failures = 0
    # One request begins it, one ends it, and each may have to be asked for a few times.
    for _ in range(MOST):
        try:
            if not _advance(wanted, conversation):
                return
            failures = 0
        except Fault as fault:
            failures += 1
            conversation.patience.bear(fault, failures)


def _advance(wanted: CheckRun, conversation: Conversation) -> bool:
    """Send the next request; False when there is none left."""
    runs = conversation.check_runs(wanted.head, wanted.name)
    # Only the newest one counts: what said the same before another one came is out of date.
    standing = max(runs, key=lambda run: run.id, default=None)
    if standing is None or standing.external_id != wanted.external_id:
        conversation.send("POST", "/check-runs", wanted.created())
    elif standing.status != "completed":
        conversation.send("PATCH", f"/check-runs/{standing.id}", wanted.continued(standing.output.annotations_count))
    else:
        return False
    return True
