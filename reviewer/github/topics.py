"""What there is to talk about, one finding or many of one rule in one file, and the thread that is about it already."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby

from reviewer.fingerprint import digest, kin
from reviewer.github.body import Kind, Marker
from reviewer.github.standing import Thread
from reviewer.model import Anchor, FileAnchor, Finding, Level
from reviewer.report.comment import MOST_FOLDED

Keys = Callable[["Topic"], Iterable[object]]
ThreadKeys = Callable[[Thread], Iterable[object]]

# More new findings than this of one rule in a file are told together.
MOST_APART = 5


@dataclass(frozen=True)
class Topic:
    """What one thread is about; the gravest of several findings comes first."""

    findings: tuple[Finding, ...]
    fold: bool = False

    @cached_property
    def fingerprint(self) -> str:
        """What the topic is known by."""
        return digest("fold", self.rule, self.path) if self.fold else self.findings[0].fingerprint

    @property
    def kin(self) -> str:
        """What stays the same of it when its file is renamed."""
        return "" if self.fold else kin(self.findings[0])

    @property
    def rule(self) -> str:
        """The rule with its source."""
        return self.findings[0].name

    @property
    def anchor(self) -> Anchor | FileAnchor | None:
        """Where its comment stands."""
        return self.findings[0].anchor

    @property
    def path(self) -> str:
        """The file that its comment stands in."""
        return (self.anchor.path if self.anchor else self.findings[0].path) or ""

    @cached_property
    def codes(self) -> frozenset[str]:
        """The digests of the code that it is about."""
        return frozenset(finding.code or finding.fingerprint for finding in self.findings)

    @property
    def order(self) -> tuple[int, int, object]:
        """The gravest and surest first."""
        return gravity(self.findings[0])

    def mark(self, scope: str, *, again: bool = False) -> Marker:
        """The marker of a comment that tells it."""
        first = Kind.FOLD if self.fold else Kind.FINDING
        return Marker(Kind.AGAIN if again else first, scope, self.fingerprint, self.rule, self.kin, self.codes)


def gravity(finding: Finding) -> tuple[int, int, object]:
    """The gravest and surest first, then in the order of the report."""
    return (finding.level.rank, finding.confidence.rank, finding.order)


@dataclass
class Agenda:
    """Every topic of a review: those that have a thread, and those that are new; and threads without a topic.

    `doubles` are threads about what an older one is about.
    """

    threads: Sequence[Thread]
    paths: Collection[str]
    told: list[tuple[Topic, Thread]] = field(default_factory=list)
    new: list[Topic] = field(default_factory=list)
    doubles: list[Thread] = field(default_factory=list)

    @classmethod
    def of(cls, findings: Iterable[Finding], threads: Sequence[Thread], paths: Collection[str]) -> "Agenda":
        """The agenda for findings, given the threads that stand; `paths` are those of the reviewed diff."""
        agenda = cls(threads, paths)
        agenda._settle([Topic((finding,)) for finding in _distinct(findings)])
        return agenda

    @property
    def gone(self) -> list[Thread]:
        """The threads whose findings are no more."""
        taken = {id(thread) for _, thread in self.told} | {id(thread) for thread in self.doubles}
        return [thread for thread in self.threads if id(thread) not in taken]

    def _settle(self, topics: list[Topic]) -> None:
        left = self._by_name(topics)
        left = self._by(left, lambda topic: {(topic.rule, topic.path, each) for each in topic.codes}, self._places)
        left = self._by(left, lambda topic: {(topic.rule, each) for each in topic.codes}, self._renamed_codes)
        left = self._by(left, lambda topic: {topic.kin}, self._renamed_kin)
        self._gather(left)

    def _by_name(self, topics: list[Topic]) -> list[Topic]:
        oldest: dict[str, Thread] = {}
        for thread in self._singles():
            first = oldest.setdefault(thread.mark.about, thread)
            if first is not thread:
                self.doubles.append(thread)
        self.told += [(topic, oldest[topic.fingerprint]) for topic in topics if topic.fingerprint in oldest]
        return [topic for topic in topics if topic.fingerprint not in oldest]

    def _by(self, topics: list[Topic], keys: Keys, thread_keys: ThreadKeys) -> list[Topic]:
        """Pair topics with threads that share a key; each thread is taken once."""
        known: dict[object, list[Thread]] = {}
        gone = {id(thread) for thread in self.gone}
        for thread in self._singles():
            for key in thread_keys(thread) if id(thread) in gone else ():
                known.setdefault(key, []).append(thread)
        left = []
        for topic in topics:
            thread_of_it = self._free(known, keys(topic))
            if thread_of_it:
                self.told.append((topic, thread_of_it))
            else:
                left.append(topic)
        return left

    def _free(self, known: dict[object, list[Thread]], keys: Iterable[object]) -> Thread | None:
        taken = {id(thread) for _, thread in self.told}
        found = (thread for key in keys for thread in known.get(key, ()) if id(thread) not in taken)
        return next(found, None)

    def _singles(self) -> Iterator[Thread]:
        return (thread for thread in self.threads if thread.marks[0].kind is Kind.FINDING)

    def _places(self, thread: Thread) -> set[object]:
        return {(thread.mark.rule, thread.discussion.path, each) for each in thread.said}

    def _renamed(self, thread: Thread) -> bool:
        """Whether the file of a thread is not part of the diff any more."""
        return thread.discussion.path not in self.paths

    def _renamed_codes(self, thread: Thread) -> set[object]:
        return {(thread.mark.rule, each) for each in thread.said} if self._renamed(thread) else set()

    def _renamed_kin(self, thread: Thread) -> set[object]:
        return {thread.mark.kin} if self._renamed(thread) else set()

    def _gather(self, topics: list[Topic]) -> None:
        """Fold many findings of one rule in one file; those that belong to a fold that stands go there."""
        ordered = sorted(topics, key=lambda topic: (topic.rule, topic.path, topic.order))
        for _, group in groupby(ordered, key=lambda topic: (topic.rule, topic.path)):
            members = [*group]
            placed = [topic for topic in members if isinstance(topic.anchor, Anchor)]
            self.new += [topic for topic in members if topic not in placed]
            self._together(placed)
        self.new.sort(key=lambda topic: topic.order)

    def _together(self, topics: list[Topic]) -> None:
        """Tell the findings of one rule in one file in one comment if they are many, or if there is one already."""
        fold = Topic(tuple(topic.findings[0] for topic in topics[:MOST_FOLDED]), fold=True)
        thread = self._fold(fold) if topics else None
        if thread:
            self.told.append((fold, thread))
        elif len(topics) > MOST_APART:
            self.new.append(fold)
        else:
            self.new += topics

    def _fold(self, topic: Topic) -> Thread | None:
        """The thread that tells the findings of this rule in this file, whatever the file was called."""
        folds = [thread for thread in self.gone if thread.marks[0].kind is Kind.FOLD]
        same = [thread for thread in folds if thread.mark.about == topic.fingerprint]
        moved = [thread for thread in folds if self._renamed(thread) and thread.said & topic.codes]
        return next(iter(same or [thread for thread in moved if thread.mark.rule == topic.rule]), None)


def _distinct(findings: Iterable[Finding]) -> Collection[Finding]:
    """The findings to talk about, one for each fingerprint; without one there would be a new comment each time."""
    distinct: dict[str, Finding] = {}
    for finding in sorted(findings, key=gravity):
        if finding.fingerprint and finding.level is not Level.NOTE:
            distinct.setdefault(finding.fingerprint, finding)
    return distinct.values()
