"""What stands on a pull request, and which of it is ours."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from reviewer.github.body import Kind, Marker, marker
from reviewer.github.commands import Command, command

BOT = "[bot]"
# What we say about findings, the first time and when their code has changed since.
STATEMENTS = frozenset({Kind.FINDING, Kind.FOLD, Kind.AGAIN})


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment: `node` is its name in GraphQL, of those that have one."""

    id: int
    author: str
    bot: bool
    body: str
    node: str = ""
    minimized: bool = False


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
class Demand:
    """A review that asks for changes."""

    id: int
    author: str
    bot: bool
    body: str


@dataclass(frozen=True)
class Thread:
    """A discussion that a comment of ours about findings began, as the job of one scope sees it.

    `marks` are the markers of our comments by their place in it.
    """

    discussion: Discussion
    marks: dict[int, Marker]
    identity: str

    @property
    def mark(self) -> Marker:
        """What the thread is about, as we said last."""
        return self.marks[self.last]

    @property
    def opening(self) -> Comment:
        """The comment that began it."""
        return self.discussion.comments[0]

    @cached_property
    def last(self) -> int:
        """The place of the newest comment in which we say what we found."""
        return max(place for place, mark in self.marks.items() if mark.kind in STATEMENTS)

    @property
    def statement(self) -> Comment:
        """The newest comment in which we say what we found."""
        return self.discussion.comments[self.last]

    @property
    def said(self) -> frozenset[str]:
        """The digests of the code that our newest statement is about."""
        return self.mark.codes

    @property
    def statements(self) -> Iterator[Comment]:
        """All comments in which we say what we found."""
        return (self.discussion.comments[place] for place, mark in self.marks.items() if mark.kind in STATEMENTS)

    @cached_property
    def replies(self) -> tuple[Comment, ...]:
        """What people said since our newest statement; to ask for an explanation is no objection."""
        since = enumerate(self.discussion.comments[self.last + 1 :], start=self.last + 1)
        return tuple(
            comment for place, comment in since if place not in self.marks and not comment.bot and not _asks(comment)
        )

    @property
    def settled_by(self) -> str | None:
        """Who settled it since our newest statement, by resolving it or by a reply."""
        if self.replies:
            return self.replies[-1].author
        # When a thread was resolved is not known: what we said again in one that was resolved stands unanswered.
        return self.discussion.resolver if self.resolved_by_people and self.last == 0 else None

    @property
    def resolved_by_people(self) -> bool:
        """Whether somebody else resolved it; GraphQL has no name for an app that does."""
        resolver = self.discussion.resolver
        return self.discussion.resolved and resolver != "" and not same(self.identity, resolver, bot=True)

    @property
    def commands(self) -> Iterator[tuple[Comment, Command]]:
        """What people ask of us in it, the oldest first."""
        for place, comment in enumerate(self.discussion.comments):
            asked = command(comment.body) if place not in self.marks and not comment.bot else None
            if asked:
                yield comment, asked

    def ignored(self, writers: frozenset[str]) -> tuple[Comment, Command] | None:
        """The newest command since our newest statement that takes the findings out of the verdict, if it counts."""
        since = {comment.id for comment in self.replies}
        given = (
            (comment, asked)
            for comment, asked in self.commands
            if comment.id in since and comment.author in writers and asked.ignores
        )
        return next(reversed([*given]), None)

    def answered(self, comment: Comment) -> bool:
        """Whether we answered a command."""
        return any(mark.kind is Kind.ANSWER and mark.about == str(comment.id) for mark in self.marks.values())


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands on the pull request, inline and below it.

    `identity` is who we are, `page` the repository's address, `head` the pull request's newest commit and `commit`
    the reviewed one where it takes comments, else None. `writers` are those who gave commands and may write, `skipped`
    says why the pull request gets no comments.
    """

    identity: str
    page: str
    head: str
    commit: str | None
    number: int = 0
    discussions: tuple[Discussion, ...] = ()
    issue: tuple[Comment, ...] = ()
    demands: tuple[Demand, ...] = ()
    writers: frozenset[str] = frozenset()
    labels: frozenset[str] = field(default_factory=frozenset)
    open: bool = True
    draft: bool = False
    by_bot: bool = False

    def threads(self, scope: str) -> list[Thread]:
        """The discussions that we began about findings, the oldest first."""
        found = (self._thread(discussion, scope) for discussion in self.discussions)
        return [thread for thread in found if thread]

    def summary(self, scope: str) -> tuple[Comment, str] | None:
        """Our summary comment, the oldest of several, and the commit that it is about."""
        for comment in self.issue:
            mark = self._own(comment, scope)
            if mark and mark.kind is Kind.SUMMARY:
                return comment, mark.about
        return None

    def demand(self, scope: str) -> Demand | None:
        """Our review that asks for changes."""
        return next((demand for demand in self.demands if self._own(demand, scope)), None)

    def _thread(self, discussion: Discussion, scope: str) -> Thread | None:
        own = ((place, self._own(comment, scope)) for place, comment in enumerate(discussion.comments))
        marks = {place: mark for place, mark in own if mark}
        began = 0 in marks and marks[0].kind in {Kind.FINDING, Kind.FOLD}
        return Thread(discussion, marks, self.identity) if began else None

    def _own(self, comment: Comment | Demand, scope: str) -> Marker | None:
        """The marker of a comment of ours; None when author or scope differ."""
        mark = marker(comment.body)
        ours = mark is not None and mark.scope == scope and same(self.identity, comment.author, bot=comment.bot)
        return mark if ours else None


def same(identity: str, author: str, *, bot: bool) -> bool:
    """Whether an author is `identity`; GraphQL names an app without the suffix that REST gives it."""
    if not identity:
        return False
    return author == identity or (bot and author.removesuffix(BOT) == identity.removesuffix(BOT))


def _asks(comment: Comment) -> bool:
    asked = command(comment.body)
    return asked is not None and asked.explains
