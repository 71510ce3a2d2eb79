"""A GitHub with one repository and one pull request: a real git repository says what its diff shows."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, ClassVar

from tests.github.graph import executed
from tests.github.repository import Patch, Repository

Json = Any  # a document of any shape

NAME = "octo/shop"
NUMBER = 7
PAGE = f"https://github.com/{NAME}"
BODY_LIMIT = 65_536
NO_COMMIT = "The commitOID is not part of the pull request"
FORBIDDEN = "Resource not accessible by integration"


class Rights(Enum):
    """What a token may do: FULL may also write to the repository itself, which resolving threads needs."""

    FULL = auto()
    WRITE = auto()
    READ = auto()
    NONE = auto()


@dataclass(frozen=True)
class User:
    """An account; a workflow's token is that of a bot."""

    login: str
    id: int
    type: str = "User"

    @property
    def actor(self) -> Json:
        """The account as GraphQL names it, which leaves out the suffix of an app."""
        return {"__typename": self.type, "id": f"U_{self.id}", "login": self.login.removesuffix("[bot]")}


BOT = User("github-actions[bot]", 41898282, "Bot")
PERSON = User("octocat", 583231)
AUTHOR = User("author", 77)


class Refusal(Exception):  # noqa: N818  # an answer, not an error of ours
    """An answer with an error's status."""

    def __init__(self, status: int, message: str, *errors: str, details: Json = None) -> None:
        super().__init__(message)
        self.status = status
        # GitHub joins what is wrong with all comments of a review into one text.
        joined = {"errors": [" and ".join(errors)] if errors else details} if errors or details else {}
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

    @property
    def graph(self) -> Json:
        """The review as GraphQL has it."""
        return {"fullDatabaseId": str(self.id), "body": self.body, "state": self.state, "author": self.user.actor}


@dataclass
class Comment:
    """A comment on a line or a file, or below the pull request when it has no entry; a reply is to the first one."""

    id: int
    user: User
    body: str
    entry: Mapping[str, Json] = field(default_factory=dict)
    commit: str = ""
    review: int = 1
    reply_to: int | None = None
    minimized: str | None = None
    resolved_by: User | None = None

    @property
    def node(self) -> str:
        """Its name in GraphQL."""
        return f"PRRC_{self.id}"

    @property
    def graph(self) -> Json:
        """The comment as GraphQL has it."""
        return {
            "__typename": "PullRequestReviewComment",
            "id": self.node,
            "fullDatabaseId": str(self.id),
            "body": self.body,
            "isMinimized": self.minimized is not None,
            "minimizedReason": self.minimized and self.minimized.lower(),
            "state": "SUBMITTED",
            "author": self.user.actor,
        }


@dataclass(frozen=True)
class Request:
    """What a client asks for, and who it is."""

    verb: str
    path: str
    body: Json
    user: User
    rights: Rights

    @property
    def mutation(self) -> str | None:
        """The mutation of GraphQL that is asked for, if one is."""
        found = re.search(r"mutation.*?\{\s*(\w+)", self.body["query"], re.DOTALL) if self.path == "/graphql" else None
        return found and found[1]


Answer = tuple[int, Json]


@dataclass
class FakeGitHub:
    """The state of the pull request, and the answers to requests about it.

    `refused_lines` are places that GitHub does not take although its own diff shows them, `vanishing` comments that
    somebody deletes just before they are edited, `permissions` what people may do.
    """

    repository: Repository
    base: str
    head: str
    viewer: str | None = None
    author: User = AUTHOR
    state: str = "open"
    draft: bool = False
    labels: list[str] = field(default_factory=list)
    permissions: dict[str, str] = field(default_factory=lambda: {PERSON.login: "write"})
    tokens: dict[str, tuple[User, Rights]] = field(default_factory=lambda: {"token": (BOT, Rights.WRITE)})
    reviews: list[Review] = field(default_factory=list)
    inline: list[Comment] = field(default_factory=list)
    issue: list[Comment] = field(default_factory=list)
    refused_lines: set[tuple[str, int]] = field(default_factory=set)
    vanishing: set[int] = field(default_factory=set)
    head_repository: str = NAME
    base_name: str = "main"
    other_pulls: list[Json] = field(default_factory=list)
    artifacts: dict[int, dict[str, bytes]] = field(default_factory=dict)
    checks: list[Json] = field(default_factory=list)
    locked: bool = False
    largest_page: int = 50
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

    def reply(self, opening: Comment, body: str, user: User = PERSON) -> Comment:
        """A reply in a thread that somebody made."""
        reply = Comment(self.new_id(), user, body, opening.entry, opening.commit, reply_to=opening.id)
        self.inline.append(reply)
        return reply

    def openings(self) -> list[Comment]:
        """The first comment of each thread."""
        return [comment for comment in self.inline if comment.reply_to is None]

    def thread(self, opening: Comment) -> list[Comment]:
        """All comments of a thread."""
        return [comment for comment in self.inline if opening.id in (comment.id, comment.reply_to)]

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

    def outdated(self, comment: Comment) -> bool:
        """Whether the line of a comment is not what it was."""
        line = comment.entry.get("line")
        path = comment.entry["path"]
        if line is None:
            return path not in self.repository.patches(self.base, self.head)
        return self.repository.moved(comment.commit, self.head, path, line) is None

    def _authorize(self, request: Request) -> None:
        if request.path == "/graphql":
            return
        writing = request.verb != "GET"
        if request.rights is Rights.NONE or (writing and request.rights is Rights.READ):
            raise Refusal(403, FORBIDDEN)
        if self.locked and writing:
            raise Refusal(403, "Unable to create comment because issue is locked.")

    def _query(self, request: Request) -> Answer:
        return 200, executed(self, request)

    def _user(self, _: Request) -> Answer:
        raise Refusal(403, FORBIDDEN)

    def _pull(self, _: Request) -> Answer:
        return 200, self.pull_document()

    def pull_document(self) -> Json:
        """The pull request as a list of them has it."""
        repository = {"html_url": PAGE, "full_name": NAME, "default_branch": "main"}
        return {
            "number": NUMBER,
            "state": self.state,
            "draft": self.draft,
            "labels": [{"id": number, "name": name} for number, name in enumerate(self.labels, start=1)],
            "user": _user_document(self.author),
            "base": {"ref": self.base_name, "sha": self.base, "repo": repository},
            "head": {"ref": "feature", "sha": self.head, "repo": {**repository, "full_name": self.head_repository}},
        }

    def _pulls(self, request: Request) -> Answer:
        """The open pull requests, of which a client has asked for those of one branch."""
        _, pull = self._pull(request)
        return 200, [pull, *self.other_pulls] if self.state == "open" else self.other_pulls

    def _artifacts(self, _: Request, run: str) -> Answer:
        kept = self.artifacts.get(int(run), {})
        listed = [
            {"id": number, "name": name, "size_in_bytes": len(data), "expired": False}
            for number, (name, data) in enumerate(kept.items(), start=1)
        ]
        return 200, {"total_count": len(listed), "artifacts": listed}

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
        renames = known.renames(known.merge_base(base, head), head)
        files = [{"filename": new, "previous_filename": old, "status": "renamed"} for old, new in renames.items()]
        return 200, {"status": status, "merge_base_commit": {"sha": known.merge_base(base, head)}, "files": files}

    def _permission(self, _: Request, login: str) -> Answer:
        permission = self.permissions.get(login, "read")
        return 200, {"permission": permission, "role_name": permission, "user": None}

    def _list_checks(self, _: Request, commit: str) -> Answer:
        named = [each for each in self.checks if each["head_sha"] == commit]
        return 200, {"total_count": len(named), "check_runs": list(map(_check_run, named))}

    def _create_check(self, request: Request) -> Answer:
        self.checks.append({"id": self.new_id(), "annotations": [], **request.body})
        return 201, self._update(self.checks[-1], request.body)

    def _update_check(self, request: Request, number: str) -> Answer:
        check = next((each for each in self.checks if each["id"] == int(number)), None)
        if check is None:
            raise Refusal(404, "Not Found")
        return 200, self._update(check, request.body)

    @staticmethod
    def _update(check: Json, body: Json) -> Json:
        """GitHub adds annotations to those that there are."""
        check.update(body)
        new = body.get("output", {}).get("annotations", [])
        if len(new) > 50:
            raise Refusal(422, "Invalid request.", "No more than 50 annotations")
        check["annotations"] = [*check["annotations"], *new]
        return _check_run(check)

    def _list_issue(self, _: Request) -> Answer:
        return 200, [_issue_comment(comment) for comment in self.issue]

    def _list_reviews(self, request: Request) -> Answer:
        seen = [review for review in self.reviews if review.state != "PENDING" or review.user == request.user]
        return 200, [_review(review) for review in seen]

    def _post_review(self, request: Request) -> Answer:
        commit = request.body.get("commit_id", self.head)
        entries = request.body.get("comments", [])
        self._check_review(request, commit, entries)
        states = {"COMMENT": "COMMENTED", "REQUEST_CHANGES": "CHANGES_REQUESTED", "APPROVE": "APPROVED"}
        state = states.get(request.body.get("event"), "PENDING")
        review = Review(self.new_id(), request.user, state, request.body.get("body", ""), commit)
        self.reviews.append(review)
        for entry in entries:
            self.inline.append(Comment(self.new_id(), request.user, entry["body"], entry, commit, review.id))
        return 200, _review(review)

    def _check_review(self, request: Request, commit: str, entries: list[Json]) -> None:
        if any(review.state == "PENDING" and review.user == request.user for review in self.reviews):
            raise Refusal(422, "Unprocessable Entity", "User can only have one pending review per pull request")
        if not self._is_part(commit):
            raise Refusal(422, "Unprocessable Entity", NO_COMMIT)
        if request.body.get("event") == "REQUEST_CHANGES" and request.user == self.author:
            raise Refusal(422, "Unprocessable Entity", "Review Can not request changes on your own pull request")
        errors = [error for entry in entries for error in self._wrong(commit, entry)]
        if not request.body.get("body"):
            errors.append("Body can't be blank")
        if errors:
            raise Refusal(422, "Unprocessable Entity", *errors)

    def _is_part(self, commit: str) -> bool:
        return self.repository.contains(commit, self.head) and not self.repository.contains(commit, self.base)

    def _wrong(self, commit: str, entry: Json) -> list[str]:
        """What GitHub says of one comment that it does not take."""
        if len(entry["body"]) > BODY_LIMIT:
            return ["Body is too long (maximum is 65536 characters)"]
        patch = self.repository.patches(self.base, commit).get(entry["path"])
        if patch is None:
            return ["Path could not be resolved"]
        return [] if entry.get("subject_type") == "file" else self._misplaced(patch, entry)

    def _misplaced(self, patch: Patch, entry: Json) -> list[str]:
        line, start = entry["line"], entry.get("start_line")
        hunk = next((hunk for hunk in patch.hunks if line in hunk), None)
        if hunk is None or (entry["path"], line) in self.refused_lines:
            return ["Line could not be resolved"]
        if start is not None and start not in hunk:
            return ["Start line must be part of the same hunk as the line."]
        if start is not None and (start >= line or "start_side" not in entry):
            return ["Start line must precede the end line."]
        return []

    def _post_inline(self, request: Request) -> Answer:
        commit = request.body["commit_id"]
        wrong = self._wrong(commit, request.body) if self._is_part(commit) else [NO_COMMIT]
        if wrong:
            described = {"resource": "PullRequestReviewComment", "field": "path", "code": "custom"}
            raise Refusal(422, "Validation Failed", details=[{**described, "message": each} for each in wrong])
        entry = {key: value for key, value in request.body.items() if key not in {"commit_id", "body"}}
        self.inline.append(Comment(self.new_id(), request.user, request.body["body"], entry, commit))
        return 201, self._inline_comment(self.inline[-1])

    def _reply(self, request: Request, number: str) -> Answer:
        opening = next((each for each in self.openings() if each.id == int(number)), None)
        if opening is None:
            raise Refusal(404, "Not Found")
        _check_body(request.body["body"])
        return 201, self._inline_comment(self.reply(opening, request.body["body"], request.user))

    def _edit_inline(self, request: Request, number: str) -> Answer:
        self.inline = [each for each in self.inline if each.id not in self.vanishing]
        return 200, self._inline_comment(_edited(self.inline, request, number))

    def _delete_review(self, request: Request, number: str) -> Answer:
        review = self._own_review(request, number)
        if review.state != "PENDING":
            raise Refusal(422, "Can not delete a non-pending pull request review")
        self.reviews.remove(review)
        self.inline = [comment for comment in self.inline if comment.review != review.id]
        return 200, _review(review)

    def _dismiss_review(self, request: Request, number: str) -> Answer:
        review = self._own_review(request, number)
        if review.state not in {"CHANGES_REQUESTED", "APPROVED"}:
            raise Refusal(422, "Validation Failed", "Can not dismiss a commented pull request review")
        review.state = "DISMISSED"
        return 200, _review(review)

    def _own_review(self, request: Request, number: str) -> Review:
        review = next((each for each in self.reviews if each.id == int(number)), None)
        if review is None or review.user != request.user:
            raise Refusal(404, "Not Found")
        return review

    def _post_issue(self, request: Request) -> Answer:
        _check_body(request.body["body"])
        self.issue.append(Comment(self.new_id(), request.user, request.body["body"]))
        return 201, _issue_comment(self.issue[-1])

    def _edit_issue(self, request: Request, number: str) -> Answer:
        self.issue = [each for each in self.issue if each.id not in self.vanishing]
        return 200, _issue_comment(_edited(self.issue, request, number))

    def _inline_comment(self, comment: Comment) -> Json:
        return {
            "id": comment.id,
            "node_id": comment.node,
            "user": _user_document(comment.user),
            "body": comment.body,
            "path": comment.entry["path"],
            "line": comment.entry.get("line"),
            "commit_id": self.head,
            "original_commit_id": comment.commit,
            "pull_request_review_id": comment.review,
        }

    ROUTES: ClassVar[tuple[tuple[str, str, Callable[..., Answer]], ...]] = (
        ("POST", "/graphql", _query),
        ("GET", "/user", _user),
        ("GET", f"/repos/{NAME}/pulls", _pulls),
        ("GET", rf"/repos/{NAME}/actions/runs/(\d+)/artifacts", _artifacts),
        ("GET", f"/repos/{NAME}/pulls/{NUMBER}", _pull),
        ("GET", f"/repos/{NAME}/pulls/{NUMBER}/files", _files),
        ("POST", f"/repos/{NAME}/pulls/{NUMBER}/comments", _post_inline),
        ("POST", rf"/repos/{NAME}/pulls/{NUMBER}/comments/(\d+)/replies", _reply),
        ("PATCH", rf"/repos/{NAME}/pulls/comments/(\d+)", _edit_inline),
        ("GET", f"/repos/{NAME}/pulls/{NUMBER}/reviews", _list_reviews),
        ("POST", f"/repos/{NAME}/pulls/{NUMBER}/reviews", _post_review),
        ("DELETE", rf"/repos/{NAME}/pulls/{NUMBER}/reviews/(\d+)", _delete_review),
        ("PUT", rf"/repos/{NAME}/pulls/{NUMBER}/reviews/(\d+)/dismissals", _dismiss_review),
        ("GET", f"/repos/{NAME}/issues/{NUMBER}/comments", _list_issue),
        ("POST", f"/repos/{NAME}/issues/{NUMBER}/comments", _post_issue),
        ("PATCH", rf"/repos/{NAME}/issues/comments/(\d+)", _edit_issue),
        ("POST", f"/repos/{NAME}/check-runs", _create_check),
        ("PATCH", rf"/repos/{NAME}/check-runs/(\d+)", _update_check),
        ("GET", rf"/repos/{NAME}/commits/([0-9a-f]+)/check-runs", _list_checks),
        ("GET", rf"/repos/{NAME}/collaborators/([^/]+)/permission", _permission),
        ("GET", rf"/repos/{NAME}/compare/(.+)\.\.\.(.+)", _compare),
    )


def _check_run(check: Json) -> Json:
    output = {"title": None, "summary": None, "text": None, **check.get("output", {})}
    return {
        "id": check["id"],
        "name": check["name"],
        "head_sha": check["head_sha"],
        "external_id": check.get("external_id"),
        "status": check["status"],
        "conclusion": check.get("conclusion"),
        "output": {
            **output,
            "annotations": None,
            "annotations_count": len(check["annotations"]),
            "annotations_url": "",
        },
    }


def _edited(comments: list[Comment], request: Request, number: str) -> Comment:
    comment = next((each for each in comments if each.id == int(number)), None)
    if comment is None:
        raise Refusal(404, "Not Found")
    if comment.user != request.user:
        raise Refusal(403, FORBIDDEN)
    _check_body(request.body["body"])
    comment.body = request.body["body"]
    return comment


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
