"""What there is to talk about, one finding or many of one rule in one file, and the thread that is about it already."""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby

from reviewer.fingerprint import digest, kin
from reviewer.github.body import Claim, Kind, Marker
from reviewer.github.threads import Thread
from reviewer.model import Anchor, FileAnchor, Finding, Level
from reviewer.report.comment import MOST_FOLDED

Keys = Callable[[Thread, Claim], Collection[Hashable]]

# More new findings than this of one rule in a file are told together.
MOST_APART = 5


@dataclass(frozen=True)
class Topic:
    """What one comment is about; the gravest of several findings comes first."""

    findings: tuple[Finding, ...]
    fold: bool = False

    @cached_property
    def fingerprint(self) -> str:
        """What the topic is known by."""
        return fold_name(self.findings[0]) if self.fold else self.findings[0].fingerprint

    @cached_property
    def anchor(self) -> Anchor | FileAnchor | None:
        """Where its comment stands: on a line if one of the findings has one."""
        anchors = [finding.anchor for finding in self.findings]
        return next((anchor for anchor in anchors if isinstance(anchor, Anchor)), anchors[0])

    @property
    def order(self) -> tuple[int, bool, int, object]:
        """The gravest and surest first."""
        return self.findings[0].gravity

    def mark(self, scope: str, kind: Kind | None = None, *, resolved: bool = False) -> Marker:
        """The marker of a comment that tells it."""
        return Marker(
            kind=kind or (Kind.FOLD if self.fold else Kind.FINDING),
            scope=scope,
            about=self.fingerprint,
            rule=self.findings[0].name,
            paths=frozenset(finding.path for finding in self.findings if finding.path is not None),
            claims=tuple(claim(finding) for finding in self.findings),
            resolved=resolved,
        )


def claim(finding: Finding) -> Claim:
    """What a comment claims that tells a finding."""
    facts = str(sorted(finding.facts.items()))
    return Claim(finding.fingerprint, finding.code or digest(finding.message, facts), kin(finding))


def home(finding: Finding) -> str:
    """The file that a finding's comment stands in."""
    return (finding.anchor.path if finding.anchor else finding.path) or ""


def fold_name(finding: Finding) -> str:
    """What a comment about all findings of this rule in this file is known by."""
    return digest("fold", finding.name, home(finding))


@dataclass(frozen=True, slots=True)
class Member:
    """A finding that a thread is about, and what was claimed of it there, perhaps by another name or of other code."""

    finding: Finding
    claimed: Claim | None

    @property
    def same(self) -> bool:
        """Whether the claim is about the same code."""
        return self.claimed is not None and self.claimed.code == claim(self.finding).code


@dataclass
class Agenda:
    """Every finding of a review with the thread about it, those that are new, and threads without a finding.

    `doubles` are threads about what another one is about.
    """

    threads: Sequence[Thread]
    renames: Mapping[str, str]
    told: dict[int, list[Member]] = field(default_factory=dict)
    new: list[Topic] = field(default_factory=list)

    @classmethod
    def of(cls, findings: Iterable[Finding], threads: Sequence[Thread], renames: Mapping[str, str]) -> "Agenda":
        """The agenda for findings, given the threads that stand; `renames` are the new paths of renamed files."""
        agenda = cls(threads, renames)
        agenda._settle(_distinct(findings))
        return agenda

    @property
    def pairs(self) -> Iterator[tuple[Thread, list[Member]]]:
        """The threads with what they are about, the gravest finding first."""
        for place, members in self.told.items():
            yield self.threads[place], sorted(members, key=lambda member: member.finding.gravity)

    @cached_property
    def doubles(self) -> list[Thread]:
        """The threads about nothing but what another thread is about."""
        names = {claim(member.finding).name for members in self.told.values() for member in members}
        known = {self.threads[place].last.mark.about for place in self.told}
        return [
            thread
            for thread in self._free()
            if thread.last.mark.about in known or {each.name for each in thread.last.mark.claims} <= names
        ]

    @property
    def gone(self) -> list[Thread]:
        """The threads whose findings are no more."""
        doubles = {id(thread) for thread in self.doubles}
        return [thread for thread in self._free() if id(thread) not in doubles]

    def _free(self) -> Iterator[Thread]:
        return (thread for place, thread in enumerate(self.threads) if place not in self.told)

    def _settle(self, findings: Sequence[Finding]) -> None:
        """Find the thread of each finding: by name and code, by code, by name, in renamed files, where it moved to.

        Of two threads about the same name, the one that people answered counts; but an answer is not passed on to other
        code for its likeness as long as there is a thread without one.
        """
        left = self._matched(findings, _by(lambda _, each: each[:2]), lambda each: claim(each)[:2], answered=True)
        left = self._matched(
            left, _by(lambda path, each: (path, each.code)), lambda each: (each.path, claim(each).code)
        )
        left = self._matched(left, _by(lambda _, each: each.name), lambda each: each.fingerprint, answered=True)
        left = self._matched(left, self._renamed(lambda each: each.code), lambda each: (each.path, claim(each).code))
        left = self._matched(left, self._renamed(lambda each: each.kin), lambda each: (each.path, kin(each)))
        # A function with its name and its whole code went to another file; a line by itself is found in many.
        left = self._matched(left, _by(lambda _, each: each[1:]), lambda each: claim(each)[1:] if each.symbol else None)
        self._gather(left)

    def _renamed(self, key: Callable[[Claim], Hashable]) -> Keys:
        """Keys under the paths that the files of a thread have now."""
        return _by(lambda path, each: (self.renames[path], key(each)) if path in self.renames else None)

    def _matched(
        self,
        findings: Sequence[Finding],
        claimed: Keys,
        asked: Callable[[Finding], Hashable],
        *,
        answered: bool = False,
    ) -> list[Finding]:
        """Give findings to threads with a claim of the same key, each claim once; what is left is returned."""
        known: dict[Hashable, list[tuple[int, Claim]]] = {}
        for place, thread in sorted(enumerate(self.threads), key=lambda each: each[1].answered is not answered):
            for each in thread.claims:
                for key in claimed(thread, each):
                    known.setdefault((thread.last.mark.rule, key), []).append((place, each))
        left = []
        for finding in findings:
            key = asked(finding)
            found = next((each for each in known.get((finding.name, key), ()) if self._takes(*each)), None)
            if found is None or key is None:
                left.append(finding)
            else:
                self.told.setdefault(found[0], []).append(Member(finding, found[1]))
        return left

    def _takes(self, place: int, wanted: Claim) -> bool:
        """Whether a thread can take a finding for a claim: one about one finding takes one."""
        members = self.told.get(place, [])
        if not self.threads[place].fold:
            return not members
        names = {member.claimed.name for member in members if member.claimed}
        return wanted.name not in names and len(members) < MOST_FOLDED

    def _gather(self, findings: Sequence[Finding]) -> None:
        """Tell what is new: with others of its rule in its file if they are many, or if a thread about them stands."""
        ordered = sorted(findings, key=lambda finding: (finding.name, home(finding), finding.gravity))
        for _, group in groupby(ordered, key=lambda finding: (finding.name, home(finding), finding.anchor is None)):
            members = [*group]
            placed = self._joined(members) if members[0].anchor else []
            if len(placed) > MOST_APART:
                parts = (placed[start : start + MOST_FOLDED] for start in range(0, len(placed), MOST_FOLDED))
                self.new += [Topic(tuple(part), fold=True) for part in parts]
            else:
                self.new += [Topic((finding,)) for finding in (placed if members[0].anchor else members)]
        self.new.sort(key=lambda topic: topic.order)

    def _joined(self, findings: list[Finding]) -> list[Finding]:
        """Those for which no thread about their rule in their file has room, where it is to be seen."""
        name = fold_name(findings[0])
        for place, thread in enumerate(self.threads):
            seen = not (thread.discussion.outdated or thread.discussion.resolved)
            if thread.fold and seen and any(statement.mark.about == name for statement in thread.statements):
                members = self.told.get(place, [])
                taken, findings = findings[: MOST_FOLDED - len(members)], findings[MOST_FOLDED - len(members) :]
                if taken:
                    self.told[place] = [*members, *(Member(finding, None) for finding in taken)]
        return findings


def _by(key: Callable[[str, Claim], Hashable]) -> Keys:
    """The keys of a claim, one for each file that its thread is about."""
    return lambda thread, each: {found for path in thread.last.mark.paths if (found := key(path, each)) is not None}


def _distinct(findings: Iterable[Finding]) -> list[Finding]:
    """The findings to talk about, one for each fingerprint; without one there would be a new comment each time."""
    distinct: dict[str, Finding] = {}
    for finding in sorted(findings, key=lambda finding: finding.gravity):
        if finding.fingerprint and finding.level is not Level.NOTE:
            distinct.setdefault(finding.fingerprint, finding)
    return [*distinct.values()]
