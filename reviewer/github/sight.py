"""A look at a pull request: what stands on it, and how the reviewed commit relates to it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus

from reviewer.github.answers import PostedComment
from reviewer.github.conversation import Conversation, Talk
from reviewer.github.fault import Fault
from reviewer.github.standing import Standing
from reviewer.github.threads import Comment


@dataclass
class Sight:
    """One who looks for the review of a commit; without a token there is an `identity` of which nothing is.

    `paths` are those of the reviewed diff, `writers` what is known of those who gave commands.
    """

    conversation: Conversation
    reviewed: str | None
    paths: frozenset[str] = frozenset()
    identity: str | None = None
    writers: dict[str, bool] = field(default_factory=dict)

    def look(self) -> Standing:
        """What stands on the pull request at this moment."""
        pull = self.conversation.pull_request()
        talk = self.conversation.talk() if self.identity is None else Talk(self.identity)
        standing = Standing(
            identity=talk.identity,
            page=pull.base.repo.html_url,
            head=pull.head.sha,
            commit=self._commit(pull.head.sha),
            discussions=talk.discussions,
            issue=_comments(self.conversation.issue_comments()),
            demands=talk.demands,
            labels=frozenset(label.name for label in pull.labels),
            open=pull.state == "open",
            draft=pull.draft,
            by_bot=pull.user is not None and pull.user.type == "Bot",
        )
        return replace(
            standing,
            writers=self._writers(standing),
            newer=self._is_newer(standing),
            renames=self._renames(standing),
        )

    def _renames(self, standing: Standing) -> Mapping[str, str]:
        """What was renamed since our summary, asked where a thread is about a file that the diff does not show."""
        scope = self.conversation.target.scope
        summary, threads = standing.summary(scope), standing.threads(scope)
        strange = any(not thread.last.mark.paths <= self.paths for thread in threads)
        if summary is None or self.reviewed is None or summary[1] in ("", self.reviewed) or not strange:
            return {}
        try:
            return self.conversation.comparison(summary[1], self.reviewed).renames
        except Fault as fault:
            if fault.status == HTTPStatus.NOT_FOUND:
                return {}
            raise

    def _is_newer(self, standing: Standing) -> bool:
        """Whether our summary is about a commit that came after the reviewed one."""
        reviewed, summary = self.reviewed, standing.summary(self.conversation.target.scope)
        if reviewed in (None, standing.head) or summary is None or summary[1] in ("", reviewed):
            return False
        return summary[1] == standing.head or self._leads_to(reviewed or "", summary[1])

    def _writers(self, standing: Standing) -> frozenset[str]:
        """Those who gave us commands and may write to the repository."""
        threads = standing.threads(self.conversation.target.scope)
        for login in {comment.author for thread in threads for _, comment, _ in thread.commands} - set(self.writers):
            self.writers[login] = self.conversation.may_write(login)
        return frozenset(login for login, may in self.writers.items() if may)

    def _commit(self, head: str) -> str | None:
        """The reviewed commit if it is still part of the pull request."""
        reviewed = self.reviewed
        return reviewed if reviewed is not None and (reviewed == head or self._leads_to(reviewed, head)) else None

    def _leads_to(self, commit: str, head: str) -> bool:
        try:
            return self.conversation.comparison(commit, head).status == "ahead"
        except Fault as fault:
            if fault.status == HTTPStatus.NOT_FOUND:
                return False
            raise


def _comments(posted: Iterable[PostedComment]) -> tuple[Comment, ...]:
    """The comments that have an author."""
    return tuple(
        Comment(comment.id, comment.user.login, bot=comment.user.type == "Bot", body=comment.body or "")
        for comment in posted
        if comment.user
    )
