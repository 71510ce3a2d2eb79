"""One run of posting: look at what stands, plan, carry out the next write, and plan again."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from http import HTTPStatus

from reviewer.errors import GitHubError
from reviewer.github.answers import PostedComment
from reviewer.github.body import marker
from reviewer.github.conversation import Conversation
from reviewer.github.fault import Fault, Sort
from reviewer.github.operations import EditSummary, Entry, Keep, Operation, PostReview, Write, described
from reviewer.github.plan import moved_on, plan, superseded
from reviewer.github.standing import Comment, Standing, after, same
from reviewer.model import Review
from reviewer.report.account import counted
from reviewer.report.printable import printable

# Far more than a run needs with every answer lost once; it is no use to write for ever.
MOST_WRITES = 20
# GitHub asks for a second between writes, and its lists need a moment to show one.
BETWEEN_WRITES = 1.0
# A list of files that is as long as this may lack some.
MOST_FILES = 3_000
PENDING = "pending review"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done, or in a dry run would be.

    `posted` and `kept` count inline comments, `unplaced` the shown findings without one; `refused` says why GitHub
    did not let us write; `notes` are for the log.
    """

    operations: tuple[Operation, ...] = ()
    posted: int = 0
    kept: int = 0
    unplaced: int = 0
    refused: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def page(self) -> str:
        """The operations as text."""
        return described(self.operations)

    @property
    def account(self) -> str:
        """How many comments are new, how many stood already, and how many findings have none."""
        without = f"{counted(self.unplaced, 'finding')} without one of {'its' if self.unplaced == 1 else 'their'} own"
        return f"{counted(self.posted, 'comment')} posted, {self.kept} stood already, {without}"


@dataclass
class Posting:
    """The state of one run; a dry one does all but write."""

    review: Review
    conversation: Conversation
    identity: str
    dry: bool = False
    cleared: bool = False
    refused: str | None = None
    rejected: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    written: list[Write] = field(default_factory=list)

    def run(self) -> Outcome:
        """Write until nothing is left to write; raises Fault and GitHubError."""
        standing = self._look()
        if superseded(self.review, standing, self.conversation.target):
            return Outcome(notes=(f"The pull request's head {standing.head} is reviewed already: nothing to post.",))
        note = moved_on(self.review, standing)
        self.notes += [note] if note else []
        kept = _kept(self._plan(standing))
        inline = len(_kept(self._plan(self._write_all(standing))))
        return Outcome(
            operations=(*kept, *self.written),
            posted=inline - len(kept),
            kept=len(kept),
            unplaced=len(self.review.shown) - inline,
            refused=self.refused,
            notes=tuple(self.notes),
        )

    def _plan(self, standing: Standing) -> tuple[Operation, ...]:
        return plan(self.review, standing, self.conversation.target, self.rejected)

    def _look(self) -> Standing:
        """What stands on the pull request at this moment."""
        pull = self.conversation.pull_request()
        return Standing(
            identity=self.identity,
            page=pull.base.repo.html_url,
            head=pull.head.sha,
            commit=self._commit(pull.head.sha),
            inline=_comments(self.conversation.inline_comments()),
            issue=_comments(self.conversation.issue_comments()),
        )

    def _commit(self, head: str) -> str | None:
        """The reviewed commit if it is still part of the pull request."""
        reviewed = self.review.comparison.head
        return reviewed if reviewed is not None and (reviewed == head or self._leads_to(reviewed, head)) else None

    def _leads_to(self, commit: str, head: str) -> bool:
        try:
            return self.conversation.comparison(commit, head).status == "ahead"
        except Fault as fault:
            if fault.status == HTTPStatus.NOT_FOUND:
                return False
            raise

    def _write_all(self, standing: Standing) -> Standing:
        failures = 0
        for _ in range(MOST_WRITES):
            write = _first_write(self._plan(standing))
            if write is None or self.refused is not None:
                return standing
            try:
                standing = self._write(write, standing)
                failures = 0
            except Fault as fault:
                failures += 1
                self.conversation.patience.bear(fault, failures)
                # Done or not? What stands now says it.
                standing = self._look()
        raise GitHubError(f"stopped after {MOST_WRITES} writes that settled nothing: please report this")

    def _write(self, write: Write, standing: Standing) -> Standing:
        """Carry out one write and say what stands then, or what has to be left out of it."""
        try:
            made = 0 if self.dry else self.conversation.write(write)
        except Fault as fault:
            self._yield_to(fault, write, standing)
            return standing
        self.written.append(write)
        if not self.dry:
            self.conversation.patience.pause(BETWEEN_WRITES)
        return after(standing, write, made)

    def _yield_to(self, fault: Fault, write: Write, standing: Standing) -> None:
        """Give in to a fault that another try does not change; raises it when there is no way round it."""
        if fault.sort is Sort.FORBIDDEN:
            self.refused = printable(fault.message)
        elif fault.sort is Sort.INVALID and isinstance(write, PostReview):
            self._reject(write, standing, fault)
        elif fault.status == HTTPStatus.NOT_FOUND and isinstance(write, EditSummary):
            raise Fault(Sort.DOUBTFUL, "the summary was deleted meanwhile", status=fault.status) from fault
        else:
            raise fault

    def _reject(self, review: PostReview, standing: Standing, fault: Fault) -> None:
        """Make way for a review that GitHub did not take: without a pending one, or without some of its comments."""
        if PENDING in fault.message.lower() and not self.cleared and self._clear_pending():
            self.cleared = True
            return
        # A second refusal, or one that the diff does not explain: no comments on lines, but nothing is lost.
        misplaced = () if self.rejected else self._misplaced(review, standing)
        self.rejected |= {each.fingerprint for each in misplaced or self.review.shown}
        number = counted(len(misplaced or review.entries), "comment")
        self.notes.append(f"GitHub did not take {number} ({printable(fault.message)}): told in the summary instead.")

    def _misplaced(self, review: PostReview, standing: Standing) -> tuple[Entry, ...]:
        """The comments whose place is not in the diff as GitHub shows it; of an older commit it shows none."""
        files = self.conversation.files() if review.commit == standing.head else []
        if not files or len(files) >= MOST_FILES:
            return ()
        known = {file.filename: file for file in files}
        return tuple(
            entry
            for entry in review.entries
            if entry.anchor.path not in known or known[entry.anchor.path].refuses(entry.anchor)
        )

    def _clear_pending(self) -> bool:
        """Delete our own review that was never submitted; a person's draft stays."""
        for review in self.conversation.reviews():
            ours = review.user and same(self.identity, review.user.login, bot=review.user.type == "Bot")
            if ours and review.state == "PENDING" and marker(review.body):
                self.conversation.delete_pending(review.id)
                return True
        return False


def _kept(operations: Iterable[Operation]) -> list[Keep]:
    return [operation for operation in operations if isinstance(operation, Keep)]


def _first_write(operations: Iterable[Operation]) -> Write | None:
    return next((operation for operation in operations if not isinstance(operation, Keep)), None)


def _comments(posted: Iterable[PostedComment]) -> tuple[Comment, ...]:
    """The comments that have an author."""
    return tuple(
        Comment(comment.id, comment.user.login, bot=comment.user.type == "Bot", body=comment.body or "")
        for comment in posted
        if comment.user
    )
