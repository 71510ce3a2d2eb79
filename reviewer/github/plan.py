"""PURE: the operations that a review asks for, given what stands on the pull request."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import quote

from reviewer.github.body import LIMIT, Kind, Marker, sealed
from reviewer.github.event import Target
from reviewer.github.operations import EditSummary, Entry, Keep, Operation, PostReview, PostSummary
from reviewer.github.standing import Standing
from reviewer.model import Anchor, Finding, Review
from reviewer.report import markdown
from reviewer.report.printable import encodable

INLINE_LIMIT = 25
SHORT = 7
# What notes and markers take beside the summary's own text.
SUMMARY_ROOM = LIMIT - 2_000


def plan(
    review: Review, standing: Standing, target: Target, refused: Collection[str] = frozenset()
) -> tuple[Operation, ...]:
    """The operations in their order; `refused` are fingerprints that GitHub takes no inline comment for.

    Carrying them out and planning again leaves nothing to write.
    """
    if superseded(review, standing, target):
        return ()
    planner = _Planner(review, standing, target, refused)
    return (*planner.kept(), *planner.review_to_post(), *planner.summary_to_write())


def superseded(review: Review, standing: Standing, target: Target) -> bool:
    """Whether the pull request moved on from the reviewed commit, and its newest one is reviewed already."""
    summary = standing.summary(target.scope)
    moved = review.comparison.head != standing.head
    return moved and summary is not None and summary[1] == standing.head


def moved_on(review: Review, standing: Standing) -> str | None:
    """A sentence for a pull request whose head is not the reviewed commit."""
    head = review.comparison.head
    if head == standing.head:
        return None
    reviewed = f"commit {head[:SHORT]}" if head else "files that are in no commit"
    where = "" if standing.commit else ", so there are no comments on its lines"
    return f"This is a review of {reviewed}; the pull request stands at {standing.head[:SHORT]}{where}."


@dataclass(frozen=True, slots=True)
class _Planner:
    review: Review
    standing: Standing
    target: Target
    refused: Collection[str]

    def kept(self) -> Iterator[Keep]:
        current = {finding.fingerprint for finding in self.review.shown} - {""}
        for fingerprint, comment in self.standing.findings(self.target.scope).items():
            if fingerprint in current:
                yield Keep(comment.id, fingerprint)

    def review_to_post(self) -> Iterator[PostReview]:
        entries = self._entries()
        if entries and self.standing.commit is not None:
            findings = "1 new finding" if len(entries) == 1 else f"{len(entries)} new findings"
            body = sealed(f"{findings} in this change.", self._marker(Kind.REVIEW, self.standing.commit))
            yield PostReview(self.standing.commit, body, entries)

    def summary_to_write(self) -> Iterator[PostSummary | EditSummary]:
        stands = self.standing.summary(self.target.scope)
        if stands is None:
            if self.review.shown or self.review.problems:
                yield PostSummary(self._summary())
        elif _normal(stands[0].body) != _normal(self._summary()):
            yield EditSummary(stands[0].id, self._summary())

    def _entries(self) -> tuple[Entry, ...]:
        """The gravest and surest findings with a place in the diff, but for those that stand there."""
        standing = self.standing.findings(self.target.scope)
        found = ((finding, finding.anchor) for finding in self._distinct() if self._open(finding))
        placed = ((finding, anchor) for finding, anchor in found if isinstance(anchor, Anchor))
        return tuple(
            self._entry(finding, anchor)
            for finding, anchor in islice(placed, INLINE_LIMIT)
            if finding.fingerprint not in standing
        )

    def _distinct(self) -> Collection[Finding]:
        """The shown findings, the gravest and surest first, one for each fingerprint."""
        distinct: dict[str, Finding] = {}
        for finding in sorted(self.review.shown, key=_gravity):
            distinct.setdefault(finding.fingerprint, finding)
        return distinct.values()

    def _open(self, finding: Finding) -> bool:
        """Whether a finding can have a comment inline; one without a fingerprint would have a new one each time."""
        sayable = finding.anchor is not None and encodable(finding.anchor.path) == finding.anchor.path
        return sayable and self.standing.commit is not None and finding.fingerprint not in {"", *self.refused}

    def _entry(self, finding: Finding, anchor: Anchor) -> Entry:
        text = markdown.comment(finding, link_to=self._address)
        return Entry(finding.fingerprint, anchor, sealed(text, self._marker(Kind.FINDING, finding.fingerprint)))

    def _summary(self) -> str:
        text = markdown.summary(
            self.review, hidden_inline=self._without_comment(), link_to=self._address, max_length=SUMMARY_ROOM
        )
        notes = [f"> {note}\n\n" for note in [moved_on(self.review, self.standing)] if note]
        return sealed("".join([*notes, text]), self._marker(Kind.SUMMARY, self.review.comparison.head or ""))

    def _without_comment(self) -> list[Finding]:
        """The shown findings that have no inline comment, neither an old nor a new one."""
        inline = {*self.standing.findings(self.target.scope), *(entry.fingerprint for entry in self._entries())}
        commented = {id(finding) for finding in self._distinct() if finding.fingerprint in inline}
        return [finding for finding in self.review.shown if id(finding) not in commented]

    def _address(self, path: str, line: int) -> str:
        commit = self.review.comparison.head or self.standing.head
        return f"{self.standing.page}/blob/{commit}/{quote(path, errors='surrogateescape')}#L{line}"

    def _marker(self, kind: Kind, about: str) -> Marker:
        return Marker(kind, self.target.scope, about)


def _gravity(finding: Finding) -> tuple[int, int, object]:
    return (finding.level.rank, finding.confidence.rank, finding.order)


def _normal(body: str) -> str:
    """A body but for what GitHub does to blanks and line ends."""
    return "\n".join(line.rstrip() for line in body.splitlines()).strip()
