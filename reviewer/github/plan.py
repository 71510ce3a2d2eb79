"""PURE: the operations that a review asks for, given what stands on the pull request."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from reviewer.github.commands import Command
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
from reviewer.github.situation import Limits, Place, Situation, Told
from reviewer.github.standing import Standing
from reviewer.github.summary import summary, voice
from reviewer.github.threads import Statement, Thread
from reviewer.github.topics import Topic, claim, home
from reviewer.github.wording import DROPPED, ELSEWHERE, GONE, MET, TOO_LATE, Wording
from reviewer.model import FileAnchor, Finding, Review
from reviewer.report import no_catalogue
from reviewer.report.comment import Catalogue

ADDRESS = re.compile(r"\]\(https?://[^()\s]*/blob/[^()\s]*\)")


@dataclass(frozen=True, slots=True)
class Plan:
    """The operations in their order, where each shown finding is told, and whether the review fails.

    `ignored` are the findings that people took out of the verdict, `stood` counts the threads that are there already.
    `skipped` says why there is nothing to do, `note` what people have to know of the run.
    """

    operations: tuple[Operation, ...] = ()
    places: Mapping[Place, int] = field(default_factory=Counter)
    fails: bool = False
    ignored: tuple[Finding, ...] = ()
    stood: int = 0
    skipped: str | None = None
    note: str | None = None

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
    ignored = tuple(finding for finding in review.shown if id(finding) in situation.ignored)
    if situation.skipped:
        return Plan(fails=situation.fails, ignored=ignored, skipped=situation.skipped)
    wanted = _Planner(situation, target, catalogue).operations()
    operations = tuple(each for each in wanted if each not in limits.given_up)
    return Plan(
        operations, situation.places, situation.fails, ignored, stood=len(situation.told), note=situation.moved_on
    )


@dataclass(frozen=True)
class _Planner:
    situation: Situation
    target: Target
    catalogue: Catalogue

    def operations(self) -> Iterator[Operation]:
        """What tells the findings goes first, what tidies up last."""
        yield from self._new_comments()
        yield from self._standing_threads()
        yield from self._answers()
        yield from self._summary_to_write()
        yield from self._kept_true()
        yield from self._folded_away()
        yield from self._withdrawn()

    @cached_property
    def _wording(self) -> Wording:
        return Wording(voice(self.situation, self.catalogue), self.target.scope)

    def _new_comments(self) -> Iterator[PostReview | PostOnFile]:
        situation, commit = self.situation, self.situation.commit
        if commit is None:
            return
        entries = self._entries(Place.LINE)[: situation.limits.batch]
        demands = situation.demands and not situation.standing.demanded(situation.scope, commit)
        if entries or demands:
            body = self._wording.review(commit, len(entries), demands=demands)
            yield PostReview(commit, body, entries, demands)
        yield from (PostOnFile(commit, entry) for entry in self._entries(Place.FILE))

    def _standing_threads(self) -> Iterator[Reply | Keep]:
        """What is said again in a thread that people had settled, and which threads are left as they are."""
        for told in self.situation.told:
            opening = told.thread.opening.id
            if told.open and (told.thread.answered or told.reopened):
                yield Reply(opening, self._wording.again(told.open, told))
            elif not told.open or not any(self._corrected(told, told.open)):
                yield Keep(opening, claim(told.members[0].finding).name)

    def _kept_true(self) -> Iterator[Edit | Unfold | Reopen | Minimize]:
        """What makes threads say what is true, without a word to anybody."""
        for told in self.situation.told:
            last = told.thread.last
            if told.open is None:
                if not told.named:
                    yield Edit(last.comment.id, self._wording.renamed(told))
                if not (told.thread.answered or last.comment.minimized):
                    yield Minimize(last.comment.node, Why.RESOLVED)
            elif not (told.thread.answered or told.reopened):
                yield from self._corrected(told, told.open)

    def _corrected(self, told: Told, topic: Topic) -> Iterator[Edit | Unfold | Reopen]:
        """What a thread needs that nobody answered."""
        last, discussion = told.thread.last, told.thread.discussion
        body = self._wording.restated(topic, last)
        if discussion.resolved and discussion.can_unresolve and not told.thread.resolved_by_people:
            yield Reopen(discussion.node)
        if last.comment.minimized:
            yield Unfold(last.comment.node)
        if _unlinked(last.comment.body) != _unlinked(body):
            yield Edit(last.comment.id, body)

    def _answers(self) -> Iterator[Reply]:
        """Answers to the commands of those who may write."""
        asked = (
            Reply(thread.opening.id, self._wording.answer(comment, self._answer(thread, statement, command)))
            for thread in self.situation.agenda.threads
            for statement, comment, command in thread.commands
            if comment.author in self.situation.standing.writers and not thread.has_answer(comment)
        )
        yield from islice(asked, self.situation.limits.answers)

    def _answer(self, thread: Thread, statement: Statement, asked: Command) -> str:
        told = next((each for each in self.situation.told if each.thread is thread), None)
        if not (asked.explains or asked.ignores):
            return self._wording.help(asked)
        if told is None:
            return ELSEWHERE if thread in self.situation.agenda.doubles else GONE
        if asked.explains:
            return self._wording.voice.explained(told.members[0].finding)
        counts = any(member.same and member.claimed and statement.says(member.claimed) for member in told.members)
        return self._wording.ignored(asked) if counts else TOO_LATE

    def _summary_to_write(self) -> Iterator[PostSummary | EditSummary]:
        review, stands = self.situation.review, self.situation.standing.summary(self.target.scope)
        loud = any(not problem.quiet for problem in review.problems)
        if stands is None and not review.shown and not loud:
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
        for thread in situation.agenda.gone if situation.current else ():
            # That a tool says something no more is no proof where it ran in another job, or not to its end.
            proven = situation.review.tools.knows(thread.last.mark.rule)
            if not proven or thread.resolved_by_people or not situation.looked_through(thread):
                continue
            yield from _folded(thread, Why.RESOLVED)
            discussion, wished = thread.discussion, situation.review.policy.resolve_threads
            if wished and discussion.can_resolve and not discussion.resolved and not thread.last.objections:
                yield Resolve(discussion.node)

    def _withdrawn(self) -> Iterator[Withdraw]:
        """What takes back a demand that is met, or that is not made any more."""
        situation = self.situation
        demand = situation.standing.demand(self.target.scope)
        if demand and situation.current and not situation.demands and not situation.unread:
            yield Withdraw(demand.id, DROPPED if situation.fails else MET)

    def _entries(self, place: Place) -> tuple[Entry, ...]:
        return tuple(self._entry(topic, place) for topic, where in self.situation.new if where is place)

    def _entry(self, topic: Topic, place: Place) -> Entry:
        anchor = topic.anchor if topic.anchor and place is Place.LINE else FileAnchor(home(topic.findings[0]))
        return Entry(topic.fingerprint, anchor, self._wording.statement(topic))


def _folded(thread: Thread, why: Why) -> Iterator[Minimize]:
    return (Minimize(each.comment.node, why) for each in thread.statements if not each.comment.minimized)


def _unlinked(body: str) -> str:
    """A body without the addresses of its links, which name a commit, and so change with each push."""
    return ADDRESS.sub("]", _normal(body))


def _normal(body: str) -> str:
    """A body but for what GitHub does to blanks and line ends."""
    return "\n".join(line.rstrip() for line in body.splitlines()).strip()
