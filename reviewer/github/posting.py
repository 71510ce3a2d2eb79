"""One run of posting: look at what stands, plan, carry out the next write, and plan again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import get_args

from reviewer.errors import GitHubError
from reviewer.github.body import Kind, marker
from reviewer.github.conversation import Conversation
from reviewer.github.effects import after
from reviewer.github.fault import ATTEMPTS, Fault, Sort
from reviewer.github.operations import (
    Edit,
    EditSummary,
    Entry,
    Keep,
    Operation,
    PostOnFile,
    PostReview,
    Reply,
    Tidying,
    Write,
    described,
)
from reviewer.github.plan import Plan, plan
from reviewer.github.sight import Sight
from reviewer.github.situation import BATCH, Limits, Place
from reviewer.github.standing import Standing
from reviewer.github.threads import same
from reviewer.model import Anchor, Finding, Review
from reviewer.report import no_catalogue
from reviewer.report.account import counted
from reviewer.report.comment import Catalogue
from reviewer.report.printable import printable

# Far more than a run needs with every answer lost once; it is no use to write for ever.
MOST_WRITES = 200
# GitHub asks for a second between writes, and its lists need a moment to show one.
BETWEEN_WRITES = 1.0
# A list of files that is as long as this may lack some.
MOST_FILES = 3_000
# Halving 25 comments finds a bad one with as many refusals.
MOST_REFUSALS = 6
PENDING = "pending review"
OWN_PULL_REQUEST = "your own pull request"
NO_COMMIT = "not part of the pull request"
JOB = "in the job summary alone"
WRITING = frozenset({Place.LINE, Place.FILE})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done, or in a dry run would be.

    `posted` counts the comments that are new, `stood` the threads that were there, `places` where the shown findings
    are told; `refused` says why GitHub did not let us write; `fails` is the verdict without what people ignored.
    """

    operations: tuple[Operation, ...] = ()
    posted: int = 0
    stood: int = 0
    places: Mapping[str, int] = field(default_factory=dict)
    fails: bool = False
    ignored: tuple[Finding, ...] = ()
    refused: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def page(self) -> str:
        """The operations as text."""
        return described(self.operations)

    @property
    def account(self) -> str:
        """How many comments are new, how many stood already, and where the findings are told."""
        told = ", ".join(f"{count} {place}" for place, count in self.places.items())
        start = f"{counted(self.posted, 'comment')} posted, {self.stood} stood already"
        return f"{start}; findings: {told}" if told else f"{start}; no findings"


def untold(
    review: Review,
    *,
    fails: bool,
    ignored: tuple[Finding, ...] = (),
    refused: str | None = None,
    notes: tuple[str, ...] = (),
) -> Outcome:
    """The outcome where nothing was posted at all."""
    places = {JOB: len(review.shown)} if review.shown else {}
    return Outcome(places=places, fails=fails, ignored=ignored, refused=refused, notes=notes)


@dataclass
class Posting:
    """The state of one run; a dry one does all but write."""

    review: Review
    conversation: Conversation
    sight: Sight
    dry: bool = False
    catalogue: Catalogue = no_catalogue
    limits: Limits = field(default_factory=Limits)
    cleared: bool = False
    doubted: bool = False
    refusals: int = 0
    refused: str | None = None
    notes: list[str] = field(default_factory=list)
    written: list[Write] = field(default_factory=list)

    def run(self) -> Outcome:
        """Write until nothing is left to write; raises Fault and GitHubError."""
        standing = self.sight.look()
        first = self._plan(standing)
        if first.skipped:
            return untold(self.review, fails=first.fails, ignored=first.ignored, notes=(first.skipped,))
        self.notes += [first.note] if first.note else []
        before = self._statements(standing)
        standing = self._write_all(standing)
        # What was not posted is told where it was before, and in the job's summary.
        last = self._plan(replace(standing, commit=None) if self.refused else standing)
        return Outcome(
            operations=(*(each for each in first.operations if isinstance(each, Keep)), *self.written),
            posted=len(self._statements(standing) - before),
            stood=first.stood,
            places={self._named(place): count for place, count in last.places.items()},
            fails=last.fails,
            ignored=last.ignored,
            refused=self.refused,
            notes=tuple(self.notes),
        )

    def look_and_plan(self) -> Plan:
        """The plan for what stands at this moment."""
        return self._plan(self.sight.look())

    def _statements(self, standing: Standing) -> set[tuple[int, str]]:
        """The comments of ours about findings that stand on the diff; several new ones may share a number."""
        threads = standing.threads(self.conversation.target.scope)
        return {(each.comment.id, each.comment.node) for thread in threads for each in thread.statements}

    def _named(self, place: Place) -> str:
        return JOB if self.refused and place is Place.SUMMARY else place

    def _plan(self, standing: Standing) -> Plan:
        return plan(self.review, standing, self.conversation.target, self.limits, self.catalogue)

    def _write_all(self, standing: Standing) -> Standing:
        failures = 0
        for _ in range(MOST_WRITES):
            write = self._plan(standing).write
            if write is None or self.refused is not None:
                return standing
            try:
                standing = self._write(write, standing)
                failures = 0
            except Fault as fault:
                failures += 1
                if failures >= ATTEMPTS and isinstance(write, get_args(Tidying)):
                    self._give_up(write, fault)
                    failures = 0
                    continue
                self.conversation.patience.bear(fault, failures)
                # Done or not? What stands now says it.
                standing = self.sight.look()
        raise GitHubError(f"stopped after {MOST_WRITES} writes, with more to do: run the job again")

    def _write(self, write: Write, standing: Standing) -> Standing:
        """Carry out one write and say what stands then, or what has to be left out of it."""
        try:
            made = 0 if self.dry else self.conversation.write(write)
        except Fault as fault:
            self._yield_to(fault, write, standing)
            return standing
        self.written.append(write)
        self.refusals = 0
        answers = self.limits.answers - _is_answer(write)
        self.limits = replace(self.limits, batch=min(self.limits.batch * 2, BATCH), answers=answers)
        if not self.dry:
            self.conversation.patience.pause(BETWEEN_WRITES)
        # What became since of the lines of an older commit, GitHub knows alone.
        older = isinstance(write, PostReview) and standing.commit != standing.head
        return self.sight.look() if older and not self.dry else after(standing, write, made)

    def _yield_to(self, fault: Fault, write: Write, standing: Standing) -> None:
        """Give in to a fault that another try does not change; raises it when there is no way round it."""
        if fault.status == HTTPStatus.NOT_FOUND and isinstance(write, Edit | EditSummary | Reply):
            raise Fault(Sort.DOUBTFUL, "the comment was deleted meanwhile", status=fault.status) from fault
        if fault.sort in {Sort.DOUBTFUL, Sort.BUSY}:
            raise fault
        if isinstance(write, get_args(Tidying)) or (isinstance(write, Reply) and fault.sort is Sort.INVALID):
            self._give_up(write, fault)
        elif fault.sort is Sort.FORBIDDEN:
            self.refused = printable(fault.message)
        elif fault.sort is Sort.INVALID and isinstance(write, PostReview | PostOnFile):
            self._reject(write, standing, fault)
        else:
            raise fault

    def _give_up(self, write: Write, fault: Fault) -> None:
        """Leave undone what only tidies up."""
        self.limits = replace(self.limits, given_up=self.limits.given_up | {write})
        self.notes.append(f"GitHub did not take {_kind(write)} ({printable(fault.message)}): left as it is.")

    def _reject(self, write: PostReview | PostOnFile, standing: Standing, fault: Fault) -> None:
        """Make way for comments that GitHub did not take: without a pending review, or at another place."""
        said = fault.message.lower()
        if NO_COMMIT in said and not self.doubted:
            self.doubted = True
            raise Fault(Sort.DOUBTFUL, fault.message, status=fault.status) from fault
        if NO_COMMIT in said:
            self.limits = replace(self.limits, lines=False)
            self.notes.append(f"GitHub takes no comments on this commit ({printable(fault.message)}).")
            return
        if isinstance(write, PostOnFile):
            self._refuse([write.entry], {Place.FILE}, fault)
        elif PENDING in said:
            self._clear(write, fault)
        elif OWN_PULL_REQUEST in said and write.demands:
            self.limits = replace(self.limits, demands=False)
            self.notes.append(f"GitHub takes no demand here ({printable(fault.message)}): it is a comment.")
        else:
            self._narrow(write, standing, fault)

    def _clear(self, write: PostReview, fault: Fault) -> None:
        """Make way for a review; where a person's own draft is in the way, everything goes to the summary."""
        if self.cleared or not self._clear_pending():
            self._refuse(write.entries, WRITING, fault)
        self.cleared = True

    def _narrow(self, write: PostReview, standing: Standing, fault: Fault) -> None:
        """Leave out what GitHub's own diff does not show; where that explains nothing, halve until one is left."""
        self.refusals += 1
        misplaced = self._misplaced(write, standing)
        if misplaced or len(write.entries) <= 1 or self.refusals >= MOST_REFUSALS:
            self._refuse(misplaced or write.entries, {Place.LINE}, fault)
        else:
            self.limits = replace(self.limits, batch=len(write.entries) // 2)

    def _refuse(self, entries: Iterable[Entry], places: Iterable[Place], fault: Fault) -> None:
        names = {entry.fingerprint for entry in entries}
        refused = {(place, name) for place in places for name in names}
        if not names:
            self.limits = replace(self.limits, demands=False)
            self.notes.append(f"GitHub takes no demand here ({printable(fault.message)}).")
            return
        self.limits = replace(self.limits, refused=self.limits.refused | refused)
        number = counted(len(names), "comment")
        self.notes.append(f"GitHub did not take {number} ({printable(fault.message)}): told elsewhere instead.")

    def _misplaced(self, review: PostReview, standing: Standing) -> tuple[Entry, ...]:
        """The comments whose place is not in the diff as GitHub shows it; of an older commit it shows none."""
        files = self.conversation.files() if review.commit == standing.head else []
        if not files or len(files) >= MOST_FILES:
            return ()
        known = {file.filename: file for file in files}
        return tuple(
            entry
            for entry in review.entries
            if isinstance(entry.anchor, Anchor)
            and (entry.anchor.path not in known or known[entry.anchor.path].refuses(entry.anchor))
        )

    def _clear_pending(self) -> bool:
        """Delete our own review that was never submitted; a person's draft stays."""
        identity = self.conversation.talk().identity
        for review in self.conversation.reviews():
            ours = review.user and same(identity, review.user.login, bot=review.user.type == "Bot")
            if ours and review.state == "PENDING" and marker(review.body):
                self.conversation.delete_pending(review.id)
                return True
        return False


def _is_answer(write: Write) -> bool:
    mark = marker(write.body) if isinstance(write, Reply) else None
    return mark is not None and mark.kind is Kind.ANSWER


def _kind(write: Write) -> str:
    return f"an operation ({type(write).__name__.lower()})"
