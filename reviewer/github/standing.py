"""What stands on a pull request, and which of it is ours."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from reviewer.github.body import Kind, Marker, marker
from reviewer.github.threads import STATEMENTS, Comment, Discussion, Thread, same


@dataclass(frozen=True, slots=True)
class Demand:
    """A review that asks for changes, or did until it was dismissed."""

    id: int
    author: str
    bot: bool
    body: str
    dismissed: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands on the pull request, inline and below it.

    `identity` is who we are, `page` the repository's address, `head` the pull request's newest commit and `commit`
    the reviewed one where it takes comments, else None. `writers` are those who gave commands and may write; `newer`
    says that our summary is about a commit that came after the reviewed one, `renames` which files have another path
    now than at the commit of our summary.
    """

    identity: str
    page: str
    head: str
    commit: str | None
    discussions: tuple[Discussion, ...] = ()
    issue: tuple[Comment, ...] = ()
    demands: tuple[Demand, ...] = ()
    writers: frozenset[str] = frozenset()
    labels: frozenset[str] = field(default_factory=frozenset)
    open: bool = True
    draft: bool = False
    by_bot: bool = False
    newer: bool = False
    renames: Mapping[str, str] = field(default_factory=dict)

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
        return next((demand for demand in self.demands if not demand.dismissed and self._own(demand, scope)), None)

    def demanded(self, scope: str, commit: str) -> bool:
        """Whether we asked for changes, be it that somebody dismissed it, on this very commit."""
        marks = (self._own(demand, scope) for demand in self.demands)
        return self.demand(scope) is not None or any(mark is not None and mark.about == commit for mark in marks)

    def _thread(self, discussion: Discussion, scope: str) -> Thread | None:
        own = ((place, self._own(comment, scope)) for place, comment in enumerate(discussion.comments))
        marks = {place: mark for place, mark in own if mark}
        ours = any(mark.kind in STATEMENTS for mark in marks.values())
        return Thread(discussion, marks, self.identity, self.writers) if ours else None

    def _own(self, comment: Comment | Demand, scope: str) -> Marker | None:
        """The marker of a comment of ours; None when author or scope differ."""
        mark = marker(comment.body)
        ours = mark is not None and mark.scope == scope and same(self.identity, comment.author, bot=comment.bot)
        return mark if ours else None
