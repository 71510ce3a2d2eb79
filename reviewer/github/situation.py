"""PURE: what a review has to say on a pull request as it stands: what is told already, settled, new, and where."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import islice

from reviewer import sift
from reviewer.github.operations import Write
from reviewer.github.standing import Standing, Thread
from reviewer.github.topics import Agenda, Topic
from reviewer.model import Anchor, Review
from reviewer.report.printable import encodable

SHORT = 7
# More comments than this in one review GitHub does not show.
BATCH = 100
# As many answers to commands one run gives at most.
MOST_ANSWERS = 10


class Place(StrEnum):
    """Where a finding is told."""

    LINE = "on a line"
    FILE = "on a file"
    SETTLED = "settled by people"
    SUMMARY = "in the summary alone"


@dataclass(frozen=True, slots=True)
class Limits:
    """What GitHub did not take in this run: places by fingerprint, operations, demands.

    And how many comments a review may carry, and how many answers to commands are left to give.
    """

    refused: frozenset[tuple[Place, str]] = frozenset()
    given_up: frozenset[Write] = frozenset()
    batch: int = BATCH
    answers: int = MOST_ANSWERS
    demands: bool = True


@dataclass(frozen=True)
class Situation:
    """A review and what stands on its pull request, as the job of one scope sees it."""

    review: Review
    standing: Standing
    scope: str
    limits: Limits = Limits()

    @cached_property
    def agenda(self) -> Agenda:
        """The topics of the review, and the threads about them."""
        return Agenda.of(self.review.shown, self.standing.threads(self.scope), frozenset(self.review.paths))

    @cached_property
    def settled(self) -> list[tuple[Topic, Thread]]:
        """What people settled, and whose code is as it was then."""
        return [(topic, thread) for topic, thread in self.agenda.told if thread.settled_by and not fresh(topic, thread)]

    @cached_property
    def ignored(self) -> list[tuple[Topic, Thread]]:
        """What somebody who may write took out of the verdict."""
        return [(topic, thread) for topic, thread in self.settled if thread.ignored(self.standing.writers)]

    @cached_property
    def fails(self) -> bool:
        """Whether the review fails the level of the project without what is ignored."""
        ignored = {finding.fingerprint for topic, _ in self.ignored for finding in topic.findings}
        counted = (finding for finding in self.review.findings if finding.fingerprint not in ignored)
        return sift.fails(counted, self.review.policy)

    @property
    def demands(self) -> bool:
        """Whether a review has to ask for changes."""
        return self.review.policy.request_changes and self.fails and self.limits.demands

    @cached_property
    def new(self) -> list[tuple[Topic, Place]]:
        """The new topics that get a comment: the gravest and surest, as many as there is room for."""
        placed = ((topic, self._place(topic)) for topic in self.agenda.new)
        open_threads = len(self.agenda.told) - len(self.settled)
        room = max(self.review.policy.max_comments - open_threads, 0)
        return [*islice(((topic, place) for topic, place in placed if place is not Place.SUMMARY), room)]

    @cached_property
    def places(self) -> Mapping[Place, int]:
        """Where the shown findings are told: how many at which place."""
        settled = {id(thread) for _, thread in self.settled}
        counts: Counter[Place] = Counter()
        for topic, thread in self.agenda.told:
            shown = Place.FILE if thread.discussion.on_file else Place.LINE
            counts[Place.SETTLED if id(thread) in settled else shown] += len(topic.findings)
        for topic, place in self.new:
            counts[place] += len(topic.findings)
        counts[Place.SUMMARY] = len(self.review.shown) - counts.total()
        return +counts

    @property
    def skipped(self) -> str | None:
        """Why the pull request gets no comments."""
        policy, standing = self.review.policy, self.standing
        labels = standing.labels & set(policy.skip_labels)
        if self._superseded:
            return f"The pull request's head {standing.head} is reviewed already: nothing to post."
        if not standing.open:
            return "The pull request is closed: nothing to post."
        if standing.draft and "drafts" in policy.skip:
            return "The pull request is a draft: nothing to post, until it is ready."
        if standing.by_bot and "bots" in policy.skip:
            return "A bot opened the pull request: nothing to post."
        return f"The pull request bears the label {min(labels)}: nothing to post." if labels else None

    @property
    def moved_on(self) -> str | None:
        """A sentence for a pull request whose head is not the reviewed commit."""
        head, standing = self.review.comparison.head, self.standing
        if head == standing.head:
            return None
        reviewed = f"commit {head[:SHORT]}" if head else "files that are in no commit"
        where = "" if standing.commit else ", so there are no comments on its lines"
        return f"This is a review of {reviewed}; the pull request stands at {standing.head[:SHORT]}{where}."

    @property
    def _superseded(self) -> bool:
        """Whether the pull request moved on from the reviewed commit, and its newest one is reviewed already."""
        summary = self.standing.summary(self.scope)
        moved = self.review.comparison.head != self.standing.head
        return moved and summary is not None and summary[1] == self.standing.head

    def _place(self, topic: Topic) -> Place:
        """The best place for a new comment that GitHub is known to take."""
        anchor, refused = topic.anchor, self.limits.refused
        sayable = anchor is not None and encodable(anchor.path) == anchor.path
        if not sayable or self.standing.commit is None:
            return Place.SUMMARY
        if isinstance(anchor, Anchor) and (Place.LINE, topic.fingerprint) not in refused:
            return Place.LINE
        return Place.SUMMARY if (Place.FILE, topic.fingerprint) in refused else Place.FILE


def fresh(topic: Topic, thread: Thread) -> bool:
    """Whether the code has changed since our newest statement about it."""
    return not topic.codes <= thread.said
