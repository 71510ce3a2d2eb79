"""What stands on a pull request, which of it is ours, and what stands after an operation."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from reviewer.github.body import Kind, marker
from reviewer.github.operations import EditSummary, PostReview, PostSummary, Write

BOT = "[bot]"


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment that stands on the pull request."""

    id: int
    author: str
    bot: bool
    body: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands on the pull request, inline and below it.

    `identity` is who we are, `page` the repository's address, `head` the pull request's newest commit and `commit`
    the reviewed one where it takes comments, else None.
    """

    identity: str
    page: str
    head: str
    commit: str | None
    inline: tuple[Comment, ...] = ()
    issue: tuple[Comment, ...] = ()

    def findings(self, scope: str) -> Mapping[str, Comment]:
        """Our inline comments by fingerprint, the oldest of several."""
        owned: dict[str, Comment] = {}
        for comment in self.inline:
            about = self._about(comment, Kind.FINDING, scope)
            if about is not None:
                owned.setdefault(about, comment)
        return owned

    def summary(self, scope: str) -> tuple[Comment, str] | None:
        """Our summary comment, the oldest of several, and the commit that it is about."""
        for comment in self.issue:
            about = self._about(comment, Kind.SUMMARY, scope)
            if about is not None:
                return comment, about
        return None

    def _about(self, comment: Comment, kind: Kind, scope: str) -> str | None:
        """What a comment of ours is about; None when author, kind or scope differ."""
        mark = marker(comment.body)
        if mark is None or (mark.kind, mark.scope) != (kind, scope):
            return None
        return mark.about if same(self.identity, comment.author, bot=comment.bot) else None


def same(identity: str, author: str, *, bot: bool) -> bool:
    """Whether an author is `identity`; GraphQL may name an app without the suffix that REST gives it."""
    return bool(identity) and (author == identity or (bot and author == identity + BOT))


def after(standing: Standing, operation: Write, comment: int) -> Standing:
    """What stands once an operation is done; what it made has the number `comment`."""
    match operation:
        case PostReview(entries=entries):
            new = [Comment(comment, standing.identity, bot=False, body=entry.body) for entry in entries]
            return replace(standing, inline=(*standing.inline, *new))
        case PostSummary(body=body):
            return replace(standing, issue=(*standing.issue, Comment(comment, standing.identity, bot=False, body=body)))
        case EditSummary(comment=edited, body=body):
            issue = [replace(old, body=body) if old.id == edited else old for old in standing.issue]
            return replace(standing, issue=tuple(issue))
