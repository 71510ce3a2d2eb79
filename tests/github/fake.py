"""A GitHub with one repository and one pull request: a real git repository says what its diff shows."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, ClassVar

from graphql import graphql_sync

from tests.github.contract.description import DescriptionError, graphql_schema
from tests.github.repository import Repository

Json = Any  # a document of any shape

NAME = "octo/shop"
NUMBER = 7
PAGE = f"https://github.com/{NAME}"
BODY_LIMIT = 65_536
FORBIDDEN = "Resource not accessible by integration"


class Rights(Enum):
    """What a token may do."""

    WRITE = auto()
    READ = auto()
    NONE = auto()


@dataclass(frozen=True)
class User:
    """An account; a workflow's token is that of a bot."""

    login: str
    id: int
    type: str = "User"


BOT = User("github-actions[bot]", 41898282, "Bot")
PERSON = User("octocat", 583231)


class Refusal(Exception):  # noqa: N818  # an answer, not an error of ours
    """An answer with an error's status."""

    def __init__(self, status: int, message: str, *errors: str) -> None:
        super().__init__(message)
        self.status = status
        # GitHub joins what is wrong with all comments of a review into one text.
        joined = {"errors": [" and ".join(errors)]} if errors else {}
        url = "https://docs.github.com/rest"
        self.document = {"message": message, "documentation_url": url, "status": str(status), **joined}


@dataclass
class Review:
    """A review; a pending one is seen by its author alone."""

    id: int
    user: User
    state: str
    body: str
    commit: str


@dataclass
class Comment:
    """A comment on a line, or below the pull request when it has no entry."""

    id: int
    user: User
    body: str
    entry: Mapping[str, Json] = field(default_factory=dict)
    commit: str = ""
    review: int = 1


@dataclass(frozen=True)
class Request:
    """What a client asks for, and who it is."""

    verb: str
    path: str
    body: Json
    user: User
    rights: Rights


Answer = tuple[int, Json]


@dataclass
class FakeGitHub:
    """The state of the pull request, and the answers to requests about it.

    `refused_lines` are places that GitHub does not take although its own diff shows them, `vanishing` comments that
    somebody deletes just before they are edited.
    """

    repository: Repository
    base: str
    head: str
    viewer: str | None = None
    tokens: dict[str, tuple[User, Rights]] = field(default_factory=lambda: {"token": (BOT, Rights.WRITE)})
    reviews: list[Review] = field(default_factory=list)
    inline: list[Comment] = field(default_factory=list)
    issue: list[Comment] = field(default_factory=list)
    refused_lines: set[tuple[str, int]] = field(default_factory=set)
    vanishing: set[int] = field(default_factory=set)
    locked: bool = False
    last_id: int = 1000

    def say(self, body: str, user: User = PERSON) -> Comment:
        """A comment below the pull request that somebody made."""
        self.issue.append(Comment(self.new_id(), user, body))
        return self.issue[-1]

    def say_at(self, path: str, line: int, body: str, user: User = PERSON) -> Comment:
        """A comment on a line that somebody made."""
        entry = {"path": path, "line": line, "side": "RIGHT"}
        self.inline.append(Comment(self.new_id(), user, body, entry, self.head))
        return self.inline[-1]

    def new_id(self) -> int:
        """A number that nothing has yet."""
        self.last_id += 1
        return self.last_id

    def answer(self, request: Request) -> Answer:
        """The status and the document for a request; raises Refusal."""
        for verb, pattern, endpoint in self.ROUTES:
            found = re.fullmatch(pattern, request.path)
            if found and verb == request.verb:
                self._authorize(request)
                return endpoint(self, request, *found.groups())
        raise Refusal(404, "Not Found")

    def _authorize(self, request: Request) -> None:
        if request.path == "/graphql":
            return
        if request.rights is Rights.NONE or (request.verb != "GET" and request.rights is Rights.READ):
            raise Refusal(403, FORBIDDEN)
        if self.locked and request.verb != "GET":
            raise Refusal(403, "Unable to create comment because issue is locked.")

    def _query(self, request: Request) -> Answer:
        root = {"viewer": {"login": self.viewer or request.user.login}}
        result = graphql_sync(graphql_schema(), request.body["query"], root)
        if result.errors:
            raise DescriptionError(str(result.errors[0]))
        return 200, result.formatted

    def _user(self, _: Request) -> Answer:
        raise Refusal(403, FORBIDDEN)

    def _pull(self, _: Request) -> Answer:
        repository = {"html_url": PAGE, "full_name": NAME}
        return 200, {
            "number": NUMBER,
            "state": "open",
            "base": {"ref": "main", "sha": self.base, "repo": repository},
            "head": {"ref": "feature", "sha": self.head, "repo": repository},
        }

    def _files(self, _: Request) -> Answer:
        patches = self.repository.patches(self.base, self.head)
        return 200, [{"filename": name, "status": "modified", "patch": patch.text} for name, patch in patches.items()]

    def _compare(self, _: Request, base: str, head: str) -> Answer:
        known = self.repository
        if not all(known.succeeds("cat-file", "-e", f"{commit}^{{commit}}") for commit in (base, head)):
            raise Refusal(404, "Not Found")
        if base == head:
            status = "identical"
        elif known.contains(base, head):
            status = "ahead"
        else:
            status = "behind" if known.contains(head, base) else "diverged"
        return 200, {"status": status, "merge_base_commit": {"sha": known.merge_base(base, head)}}

    def _list_inline(self, _: Request) -> Answer:
        return 200, [self._inline_comment(comment) for comment in self.inline]

    def _list_issue(self, _: Request) -> Answer:
        return 200, [_issue_comment(comment) for comment in self.issue]

    def _list_reviews(self, request: Request) -> Answer:
        seen = [review for review in self.reviews if review.state != "PENDING" or review.user == request.user]
        return 200, [_review(review) for review in seen]

    def _post_review(self, request: Request) -> Answer:
        commit = request.body.get("commit_id", self.head)
        entries = request.body.get("comments", [])
        self._check_review(request, commit, entries)
        state = "COMMENTED" if request.body.get("event") == "COMMENT" else "PENDING"
        review = Review(self.new_id(), request.user, state, request.body.get("body", ""), commit)
        self.reviews.append(review)
        for entry in entries:
            self.inline.append(Comment(self.new_id(), request.user, entry["body"], entry, commit, review.id))
        return 200, _review(review)

    def _check_review(self, request: Request, commit: str, entries: list[Json]) -> None:
        if any(review.state == "PENDING" and review.user == request.user for review in self.reviews):
            raise Refusal(422, "Unprocessable Entity", "User can only have one pending review per pull request")
        if not self.repository.contains(commit, self.head) or self.repository.contains(commit, self.base):
            raise Refusal(422, "Unprocessable Entity", "The commitOID is not part of the pull request")
        errors = [error for entry in entries for error in self._wrong(commit, entry)]
        if not request.body.get("body"):
            errors.append("Body can't be blank")
        if errors:
            raise Refusal(422, "Unprocessable Entity", *errors)

    def _wrong(self, commit: str, entry: Json) -> list[str]:
        """What GitHub says of one comment of a review that it does not take."""
        if len(entry["body"]) > BODY_LIMIT:
            return ["Body is too long (maximum is 65536 characters)"]
        patch = self.repository.patches(self.base, commit).get(entry["path"])
        if patch is None:
            return ["Path could not be resolved"]
        line, start = entry["line"], entry.get("start_line")
        hunk = next((hunk for hunk in patch.hunks if line in hunk), None)
        if hunk is None or (entry["path"], line) in self.refused_lines:
            return ["Line could not be resolved"]
        if start is not None and start not in hunk:
            return ["Start line must be part of the same hunk as the line."]
        if start is not None and (start >= line or "start_side" not in entry):
            return ["Start line must precede the end line."]
        return []

    def _delete_review(self, request: Request, number: str) -> Answer:
        review = next((each for each in self.reviews if each.id == int(number)), None)
        if review is None or review.user != request.user:
            raise Refusal(404, "Not Found")
        if review.state != "PENDING":
            raise Refusal(422, "Can not delete a non-pending pull request review")
        self.reviews.remove(review)
        self.inline = [comment for comment in self.inline if comment.review != review.id]
        return 200, _review(review)

    def _post_issue(self, request: Request) -> Answer:
        _check_body(request.body["body"])
        self.issue.append(Comment(self.new_id(), request.user, request.body["body"]))
        return 201, _issue_comment(self.issue[-1])

    def _edit_issue(self, request: Request, number: str) -> Answer:
        self.issue = [each for each in self.issue if each.id not in self.vanishing]
        comment = next((each for each in self.issue if each.id == int(number)), None)
        if comment is None:
            raise Refusal(404, "Not Found")
        if comment.user != request.user:
            raise Refusal(403, FORBIDDEN)
        _check_body(request.body["body"])
        comment.body = request.body["body"]
        return 200, _issue_comment(comment)

    def _inline_comment(self, comment: Comment) -> Json:
        """A comment on a line; its line is null once the diff does not show it any more."""
        entry = comment.entry
        patch = self.repository.patches(self.base, self.head).get(entry["path"])
        shown = comment.commit == self.head and patch and any(entry["line"] in hunk for hunk in patch.hunks)
        return {
            "id": comment.id,
            "user": _user_document(comment.user),
            "body": comment.body,
            "path": entry["path"],
            "line": entry["line"] if shown else None,
            "position": 1 if shown else None,
            "original_line": entry["line"],
            "commit_id": self.head,
            "original_commit_id": comment.commit,
            "pull_request_review_id": comment.review,
        }

    ROUTES: ClassVar[tuple[tuple[str, str, Callable[..., Answer]], ...]] = (
        ("POST", "/graphql", _query),
        ("GET", "/user", _user),
        ("GET", f"/repos/{NAME}/pulls/{NUMBER}", _pull),
        ("GET", f"/repos/{NAME}/pulls/{NUMBER}/files", _files),
        ("GET", f"/repos/{NAME}/pulls/{NUMBER}/comments", _list_inline),
        ("GET", f"/repos/{NAME}/pulls/{NUMBER}/reviews", _list_reviews),
        ("POST", f"/repos/{NAME}/pulls/{NUMBER}/reviews", _post_review),
        ("DELETE", rf"/repos/{NAME}/pulls/{NUMBER}/reviews/(\d+)", _delete_review),
        ("GET", f"/repos/{NAME}/issues/{NUMBER}/comments", _list_issue),
        ("POST", f"/repos/{NAME}/issues/{NUMBER}/comments", _post_issue),
        ("PATCH", rf"/repos/{NAME}/issues/comments/(\d+)", _edit_issue),
        ("GET", rf"/repos/{NAME}/compare/(.+)\.\.\.(.+)", _compare),
    )


def _check_body(body: str) -> None:
    if len(body) > BODY_LIMIT:
        raise Refusal(422, "Validation Failed")


def _user_document(user: User) -> Json:
    return {"login": user.login, "id": user.id, "type": user.type}


def _issue_comment(comment: Comment) -> Json:
    return {"id": comment.id, "user": _user_document(comment.user), "body": comment.body}


def _review(review: Review) -> Json:
    return {
        "id": review.id,
        "user": _user_document(review.user),
        "body": review.body,
        "state": review.state,
        "commit_id": review.commit,
        "html_url": f"{PAGE}/pull/{NUMBER}#pullrequestreview-{review.id}",
    }
