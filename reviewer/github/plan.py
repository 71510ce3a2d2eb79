"""PURE: the operations that a review asks for, given what stands on the pull request."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from reviewer.github.event import Target
from reviewer.github.operations import (
    Edit,
    EditSummary,
    Entry,
    Keep,
    Minimize,
    Operation,
    PostOnFile,
    PostReview,
    PostSummary,
    Reopen,
    Reply,
    Resolve,
    Unfold,
    Why,
    Withdraw,
    Write,
)
from reviewer.github.situation import Limits, Place, Situation, fresh
from reviewer.github.standing import Standing, Thread
from reviewer.github.summary import summary, voice
from reviewer.github.topics import Topic
from reviewer.github.wording import WITHDRAWN, Wording
from reviewer.model import FileAnchor, Review
from reviewer.report.comment import Catalogue, no_catalogue

ADDRESS = re.compile(r"\]\([^()\s]*\)")


@dataclass(frozen=True, slots=True)
class Plan:
    """The operations in their order, where each shown finding is told, and whether the review fails.

    `skipped` says why there is nothing to do, `note` what people have to know of the run.
    """

    operations: tuple[Operation, ...] = ()
    places: Mapping[Place, int] = field(default_factory=Counter)
    fails: bool = False
    skipped: str | None = None
    note: str | None = None

    @property
    def kept(self) -> tuple[Keep, ...]:
        """The comments that stay as they are."""
        return tuple(each for each in self.operations if isinstance(each, Keep))

    @property
    def write(self) -> Write | None:
        """The next thing to do."""
        return next((each for each in self.operations if not isinstance(each, Keep)), None)


def plan(
    review: Review,
    standing: Standing,
    target: Target,
    limits: Limits = Limits(),  # noqa: B008  # frozen
    catalogue: Catalogue = no_catalogue,
) -> Plan:
    """What is to be done; carrying it out and planning again leaves nothing to write."""
    situation = Situation(review, standing, target.scope, limits)
    if situation.skipped:
        return Plan(fails=situation.fails, skipped=situation.skipped)
    wanted = _Planner(situation, target, catalogue).operations()
    operations = tuple(each for each in wanted if each not in limits.given_up)
    return Plan(operations, situation.places, situation.fails, note=situation.moved_on)


@dataclass(frozen=True)
class _Planner:
    situation: Situation
    target: Target
    catalogue: Catalogue

    def operations(self) -> Iterator[Operation]:
        """What tells the findings goes first, what tidies up last."""
        yield from self._standing_threads()
        yield from self._new_comments()
        yield from self._answers()
        yield from self._summary_to_write()
        yield from self._folded_away()
        yield from self._withdrawn()

    @cached_property
    def _wording(self) -> Wording:
        return Wording(voice(self.situation, self.catalogue), self.target.scope)

    def _standing_threads(self) -> Iterator[Operation]:
        """What becomes of the threads whose finding is there still."""
        for topic, thread in self.situation.agenda.told:
            if not thread.settled_by:
                yield from self._kept_true(topic, thread)
            elif fresh(topic, thread):
                yield Reply(thread.opening.id, self._wording.statement(topic, again=True))
            else:
                yield Keep(thread.opening.id, topic.fingerprint)

    def _kept_true(self, topic: Topic, thread: Thread) -> Iterator[Operation]:
        """A thread that nobody settled says what there is to say."""
        statement, discussion = thread.statement, thread.discussion
        body = self._wording.statement(topic, again=thread.last > 0)
        if discussion.resolved and discussion.can_unresolve and not thread.resolved_by_people:
            yield Reopen(discussion.node)
        if statement.minimized:
            yield Unfold(statement.node)
        if _unlinked(statement.body) == _unlinked(body):
            yield Keep(thread.opening.id, topic.fingerprint)
        else:
            yield Edit(statement.id, body)

    def _new_comments(self) -> Iterator[PostReview | PostOnFile]:
        situation, commit = self.situation, self.situation.standing.commit
        if commit is None:
            return
        entries = self._entries(Place.LINE)[: situation.limits.batch]
        demands = situation.demands and situation.standing.demand(situation.scope) is None
        if entries or demands:
            body = self._wording.review(commit, len(entries), demands=demands)
            yield PostReview(commit, body, entries, demands)
        yield from (PostOnFile(commit, entry) for entry in self._entries(Place.FILE))

    def _answers(self) -> Iterator[Reply]:
        """Answers to the commands of those who may write."""
        agenda = self.situation.agenda
        topics = {id(thread): topic for topic, thread in agenda.told}
        asked = (
            Reply(thread.opening.id, self._wording.answer(topics.get(id(thread)), comment, command))
            for thread in agenda.threads
            for comment, command in thread.commands
            if comment.author in self.situation.standing.writers and not thread.answered(comment)
        )
        yield from islice(asked, self.situation.limits.answers)

    def _summary_to_write(self) -> Iterator[PostSummary | EditSummary]:
        review, stands = self.situation.review, self.situation.standing.summary(self.target.scope)
        if stands is None and not (review.shown or review.problems):
            return
        body = summary(self.situation, self._wording.voice, self.target.number)
        if stands is None:
            yield PostSummary(body)
        elif _normal(stands[0].body) != _normal(body):
            yield EditSummary(stands[0].id, body)

    def _folded_away(self) -> Iterator[Minimize | Resolve]:
        """What folds away what is fixed or said twice."""
        situation = self.situation
        for thread in situation.agenda.doubles:
            yield from _folded(thread, Why.DUPLICATE)
        current = situation.review.comparison.head == situation.standing.head
        for thread in situation.agenda.gone if current else ():
            discussion = thread.discussion
            if not discussion.resolved and self._reviewed(discussion.path):
                yield from _folded(thread, Why.RESOLVED)
                if situation.review.policy.resolve_threads and discussion.can_resolve:
                    yield Resolve(discussion.node)

    def _withdrawn(self) -> Iterator[Withdraw]:
        """What takes back a demand that is met."""
        demand = self.situation.standing.demand(self.target.scope)
        blocked = any(problem.blocking for problem in self.situation.review.problems)
        if demand and not self.situation.demands and not blocked:
            yield Withdraw(demand.id, WITHDRAWN)

    def _reviewed(self, path: str) -> bool:
        """Whether nothing kept the code of a file from being reviewed: only then a finding that is gone is fixed."""
        problems = self.situation.review.problems
        return not any(problem.blocking and problem.path in (None, path) for problem in problems)

    def _entries(self, place: Place) -> tuple[Entry, ...]:
        return tuple(self._entry(topic, place) for topic, where in self.situation.new if where is place)

    def _entry(self, topic: Topic, place: Place) -> Entry:
        anchor = topic.anchor if topic.anchor and place is Place.LINE else FileAnchor(topic.path)
        return Entry(topic.fingerprint, anchor, self._wording.statement(topic))


def _folded(thread: Thread, why: Why) -> Iterator[Minimize]:
    return (Minimize(comment.node, why) for comment in thread.statements if not comment.minimized)


def _unlinked(body: str) -> str:
    """A body without the addresses of its links, which name a commit, and so change with each push."""
    return ADDRESS.sub("]", _normal(body))


def _normal(body: str) -> str:
    """A body but for what GitHub does to blanks and line ends."""
    return "\n".join(line.rstrip() for line in body.splitlines()).strip()
