"""A thread of ours: what we said in it, when, and what people did about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from reviewer.github.body import Claim, Kind, Marker
from reviewer.github.commands import Command, command

BOT = "[bot]"
# What we say about findings, the first time and when their code has changed since.
STATEMENTS = frozenset({Kind.FINDING, Kind.FOLD, Kind.AGAIN})
# Why we fold comments away; whoever does it for another reason hides them.
OURS = frozenset({"resolved", "duplicate"})
NOBODY = "somebody"


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment: `node` is its name in GraphQL, of those that have one; `reason` says why it is folded away."""

    id: int
    author: str
    bot: bool
    body: str
    node: str = ""
    minimized: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Discussion:
    """A thread on a line or a file of the diff, the oldest comment first; `resolver` is who resolved it."""

    node: str
    path: str
    comments: tuple[Comment, ...]
    on_file: bool = False
    outdated: bool = False
    resolved: bool = False
    resolver: str = ""
    can_resolve: bool = False
    can_unresolve: bool = False


@dataclass(frozen=True, slots=True)
class Settlement:
    """Who settled a finding, and how; `reason` is that of one who may take it out of the verdict, and did."""

    by: str
    how: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """A comment in which we say what we found, and what people said before the next one."""

    comment: Comment
    mark: Marker
    replies: tuple[Comment, ...]

    @property
    def objections(self) -> tuple[Comment, ...]:
        """The replies that say something against it."""
        asked = ((comment, command(comment.body)) for comment in self.replies)
        return tuple(comment for comment, given in asked if given is None or given.objects)

    @property
    def hidden(self) -> bool:
        """Whether people folded it away, for a reason that is none of ours."""
        return self.comment.minimized and self.comment.reason not in OURS

    def says(self, claim: Claim) -> bool:
        """Whether it makes a claim, of this code."""
        return any((each.name, each.code) == (claim.name, claim.code) for each in self.mark.claims)

    def settlement(self, writers: frozenset[str]) -> Settlement | None:
        """What became of it by a reply."""
        objections = self.objections
        for comment in reversed(objections):
            asked = command(comment.body)
            if asked and asked.ignores and comment.author in writers:
                return Settlement(comment.author, "ignored", asked.reason)
        return Settlement(objections[-1].author, "answered") if objections else None


@dataclass(frozen=True)
class Thread:
    """A discussion in which a comment of ours tells findings, as the job of one scope sees it.

    `marks` are the markers of our comments by their place in it, `writers` those who may take findings out of the
    verdict.
    """

    discussion: Discussion
    marks: dict[int, Marker]
    identity: str
    writers: frozenset[str] = frozenset()

    @property
    def opening(self) -> Comment:
        """The comment that began it."""
        return self.discussion.comments[0]

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """What we said of findings, the oldest first."""
        places = [place for place, mark in sorted(self.marks.items()) if mark.kind in STATEMENTS]
        ends = [*places[1:], len(self.discussion.comments)]
        return tuple(
            Statement(self.discussion.comments[start], self.marks[start], tuple(self._people(start, end)))
            for start, end in zip(places, ends, strict=True)
        )

    @property
    def last(self) -> Statement:
        """The newest thing that we said of findings."""
        return self.statements[-1]

    @property
    def fold(self) -> bool:
        """Whether it is about all findings of one rule in one file."""
        return self.statements[0].mark.kind is Kind.FOLD

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """All that was ever claimed in it, the newest first."""
        return tuple(claim for statement in reversed(self.statements) for claim in statement.mark.claims)

    @property
    def resolved_by_people(self) -> bool:
        """Whether somebody else resolved it: when we do, we fold our comment away too; an app has no name there."""
        resolver, folded = self.discussion.resolver, self.last.comment.minimized
        return self.discussion.resolved and not (folded and resolver in {"", self.identity.removesuffix(BOT)})

    @property
    def answered(self) -> bool:
        """Whether people did something about our newest statement."""
        last = self.last
        return bool(last.objections) or last.hidden or (self.resolved_by_people and not last.mark.resolved)

    def settlement(self, claim: Claim) -> Settlement | None:
        """How a claim was settled, if it was, when we made it last."""
        for statement in reversed(self.statements):
            settled = self._settled(statement) if statement.says(claim) else None
            if settled:
                return settled
        return None

    @property
    def commands(self) -> Iterator[tuple[Statement, Comment, Command]]:
        """What people ask of us in it, the oldest first, each with the statement that it follows."""
        for statement in self.statements:
            for comment in statement.replies:
                asked = command(comment.body)
                if asked:
                    yield statement, comment, asked

    def has_answer(self, comment: Comment) -> bool:
        """Whether we answered a command."""
        return any(mark.kind is Kind.ANSWER and mark.about == str(comment.id) for mark in self.marks.values())

    def _settled(self, statement: Statement) -> Settlement | None:
        replied = statement.settlement(self.writers)
        if replied:
            return replied
        if statement.hidden:
            return Settlement("", "hidden")
        # When a thread was resolved is not known: what we say in one that is resolved stands unanswered.
        counts = statement is not self.last or not statement.mark.resolved
        return (
            Settlement(self.discussion.resolver or NOBODY, "resolved") if self.resolved_by_people and counts else None
        )

    def _people(self, start: int, end: int) -> Iterator[Comment]:
        for place in range(start + 1, end):
            comment = self.discussion.comments[place]
            if place not in self.marks and not comment.bot:
                yield comment


def same(identity: str, author: str, *, bot: bool) -> bool:
    """Whether an author is `identity`; GraphQL names an app without the suffix that REST gives it."""
    if not identity:
        return False
    return author == identity or (bot and author.removesuffix(BOT) == identity.removesuffix(BOT))
