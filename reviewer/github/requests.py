"""The request that carries out an operation."""

from collections.abc import Mapping

from reviewer.github.operations import (
    Edit,
    EditSummary,
    Minimize,
    PostOnFile,
    PostReview,
    PostSummary,
    Reopen,
    Reply,
    Resolve,
    Unfold,
    Withdraw,
    Write,
)
from reviewer.github.queries import MINIMIZE, REOPEN, RESOLVE, UNFOLD


def mutation(operation: Write) -> tuple[str, Mapping[str, str]] | None:
    """The mutation of GraphQL and its variables, for what REST cannot do."""
    match operation:
        case Minimize(node=node, why=why):
            return MINIMIZE, {"node": node, "why": why}
        case Unfold(node=node):
            return UNFOLD, {"node": node}
        case Resolve(node=node):
            return RESOLVE, {"node": node}
        case Reopen(node=node):
            return REOPEN, {"node": node}
        case _:
            return None


def request(operation: Write, pull: str, repository: str) -> tuple[str, str, Mapping[str, object]]:
    """The verb, path and body of REST; `pull` and `repository` are the paths of the pull request and its repository."""
    issues = f"{repository}/issues"
    number = pull.rpartition("/")[2]
    match operation:
        case PostReview():
            found = ("POST", f"{pull}/reviews", _review(operation))
        case PostOnFile(commit=commit, entry=entry):
            found = ("POST", f"{pull}/comments", {"commit_id": commit, **entry.payload})
        case Reply(comment=comment, body=body):
            found = ("POST", f"{pull}/comments/{comment}/replies", {"body": body})
        case Edit(comment=comment, body=body):
            found = ("PATCH", f"{repository}/pulls/comments/{comment}", {"body": body})
        case PostSummary(body=body):
            found = ("POST", f"{issues}/{number}/comments", {"body": body})
        case EditSummary(comment=comment, body=body):
            found = ("PATCH", f"{issues}/comments/{comment}", {"body": body})
        case Withdraw(review=review, message=message):
            found = ("PUT", f"{pull}/reviews/{review}/dismissals", {"message": message, "event": "DISMISS"})
        case _:
            raise TypeError(f"{type(operation).__name__} is a mutation")
    return found


def _review(review: PostReview) -> dict[str, object]:
    return {
        "commit_id": review.commit,
        "event": "REQUEST_CHANGES" if review.demands else "COMMENT",
        "body": review.body,
        "comments": [entry.payload for entry in review.entries],
    }
