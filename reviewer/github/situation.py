"""PURE: what a review has to say on a pull request as it stands: what is told already, settled, new, and where."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import islice

from reviewer import sift
from reviewer.github.operations import Write
from reviewer.github.standing import Standing
from reviewer.github.threads import Settlement, Thread
from reviewer.github.topics import Agenda, Member, Topic, claim
from reviewer.model import Anchor, Review
from reviewer.report.printable import encodable
from reviewer.unparsable import UnparsableFile

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

    And how many comments a review may carry, how many answers to commands are left to give, and whether the reviewed
    commit takes comments at all.
    """

    refused: frozenset[tuple[Place, str]] = frozenset()
    given_up: frozenset[Write] = frozenset()
    batch: int = BATCH
    answers: int = MOST_ANSWERS
    lines: bool = True
    demands: bool = True


@dataclass(frozen=True)
class Told:
    """A thread with what it is about; `settled` and `open` are its members, by whether people settled them."""

    thread: Thread
    members: Sequence[Member]

    @cached_property
    def settlements(self) -> Sequence[tuple[Member, Settlement]]:
        """What people settled, as long as its code is the same."""
        asked = ((member, self.thread.settlement(member.claimed)) for member in self.members if member.claimed)
        return [(member, settled) for member, settled in asked if settled and member.same]

    @cached_property
    def open(self) -> Topic | None:
        """What nobody settled."""
        settled = {id(member) for member, _ in self.settlements}
        findings = tuple(member.finding for member in self.members if id(member) not in settled)
        return Topic(findings, fold=self.thread.fold) if findings else None

    @property
    def reopened(self) -> bool:
        """Whether something that people had settled is open, for its code has changed, and nobody was told yet."""
        said = {each.name for each in self.thread.last.mark.claims}
        found = {id(finding) for finding in self.open.findings} if self.open else set()
        return any(
            member.claimed is not None
            and id(member.finding) in found
            and member.claimed.name not in said
            and self.thread.settlement(member.claimed) is not None
            for member in self.members
        )

    @property
    def named(self) -> bool:
        """Whether the thread knows everything by the name that it has now."""
        known = {(each.name, each.code) for each in self.thread.claims}
        return all(claim(member.finding)[:2] in known for member, _ in self.settlements)


@dataclass(frozen=True)
class Situation:
    """A review and what stands on its pull request, as the job of one scope sees it."""

    review: Review
    standing: Standing
    scope: str
    limits: Limits = Limits()

    @cached_property
    def agenda(self) -> Agenda:
        """The findings of the review, and the threads about them."""
        renames = {**self.review.renames, **self.standing.renames}
        return Agenda.of(self.review.shown, self.standing.threads(self.scope), renames)

    @cached_property
    def told(self) -> list[Told]:
        """The threads whose findings are there still."""
        return [Told(thread, members) for thread, members in self.agenda.pairs]

    @cached_property
    def ignored(self) -> frozenset[int]:
        """The identities of the findings that somebody who may write took out of the verdict."""
        settled = ((member, each) for told in self.told for member, each in told.settlements)
        return frozenset(id(member.finding) for member, each in settled if each.reason is not None)

    @cached_property
    def fails(self) -> bool:
        """Whether the review fails the level of the project without what is ignored."""
        counted = (finding for finding in self.review.findings if id(finding) not in self.ignored)
        return sift.fails(counted, self.review.policy)

    @property
    def current(self) -> bool:
        """Whether the review is one of the newest commit."""
        return self.review.comparison.head == self.standing.head

    @property
    def demands(self) -> bool:
        """Whether a review has to ask for changes."""
        return self.review.policy.request_changes and self.fails and self.limits.demands

    @property
    def commit(self) -> str | None:
        """The commit that takes comments."""
        return self.standing.commit if self.limits.lines else None

    @cached_property
    def unread(self) -> frozenset[str | None]:
        """The files that could not be looked through; None is any."""
        broken = {each.path for each in self.review.shown if each.rule == UnparsableFile.name and each.source == "own"}
        return frozenset(broken | {problem.path for problem in self.review.problems if problem.blocking})

    def looked_through(self, thread: Thread) -> bool:
        """Whether nothing kept the files of a thread from being reviewed: only then what is gone is fixed."""
        paths = {thread.discussion.path, *thread.last.mark.paths}
        paths |= {self.agenda.renames[path] for path in paths if path in self.agenda.renames}
        moved = paths.isdisjoint(self.review.paths)
        return not (self.unread and (moved or None in self.unread or not self.unread.isdisjoint(paths)))

    @cached_property
    def new(self) -> list[tuple[Topic, Place]]:
        """The new topics that get a comment: the gravest and surest, as many as there is room for beside the open."""
        placed = ((topic, self._place(topic)) for topic in self.agenda.new)
        room = max(self.review.policy.max_comments - sum(told.open is not None for told in self.told), 0)
        return [*islice(((topic, place) for topic, place in placed if place is not Place.SUMMARY), room)]

    @cached_property
    def places(self) -> Mapping[Place, int]:
        """Where the shown findings are told: how many at which place."""
        counts: Counter[Place] = Counter()
        for told in self.told:
            counts[Place.SETTLED] += len(told.settlements)
            shown = Place.FILE if told.thread.discussion.on_file else Place.LINE
            counts[shown] += len(told.open.findings) if told.open else 0
        for topic, place in self.new:
            counts[place] += len(topic.findings)
        counts[Place.SUMMARY] = len(self.review.shown) - counts.total()
        return +counts

    @property
    def skipped(self) -> str | None:
        """Why the pull request gets no comments."""
        policy, standing = self.review.policy, self.standing
        labels = standing.labels & set(policy.skip_labels)
        if standing.newer and not self.current:
            return f"A commit after {self.review.comparison.head} is reviewed already: nothing to post."
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

    def _place(self, topic: Topic) -> Place:
        """The best place for a new comment that GitHub is known to take."""
        anchor, refused = topic.anchor, self.limits.refused
        sayable = anchor is not None and encodable(anchor.path) == anchor.path
        if not sayable or self.commit is None:
            return Place.SUMMARY
        if isinstance(anchor, Anchor) and (Place.LINE, topic.fingerprint) not in refused:
            return Place.LINE
        return Place.SUMMARY if (Place.FILE, topic.fingerprint) in refused else Place.FILE
