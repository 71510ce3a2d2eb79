"""An Actions event: what to review, and on which pull request the review is posted."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from reviewer.errors import GitHubError

# GitHub's own limit on a payload.
PAYLOAD_LIMIT = 25 * 1024 * 1024
UNSAFE_IN_BRANCH = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{")
DANGER = (
    "pull_request_target runs with a token that may write while it reviews a stranger's code; "
    "run the Action on pull_request instead"
)


@dataclass(frozen=True, slots=True)
class Target:
    """The pull request that a review is posted on; comments of another scope belong to another job."""

    repository: str
    number: int
    scope: str = "default"


@dataclass(frozen=True, slots=True)
class Run:
    """A run of another workflow, without rights, on a pull request of the branch of a repository, perhaps a fork's."""

    id: int
    repository: str
    branch: str


@dataclass(frozen=True, slots=True)
class Assignment:
    """What an event asks for; a commit that is None is found in the repository, no target means no posting.

    `base` is a tip, not the merge base: that is what git says of `base` and `head`. Of a run of another workflow GitHub
    has to be asked for the pull request.
    """

    event: str
    base: str | None
    head: str | None
    default_branch: str | None
    target: Target | None = None
    fork: bool = False
    run: Run | None = None


def _branch(name: str) -> str:
    """A branch name that git takes and that is no option."""
    if name.startswith("-") or UNSAFE_IN_BRANCH.search(name):
        raise ValueError("no branch can be called that")
    return name


def _no_traversal(name: str) -> str:
    if {".", ".."} & set(name.split("/")):
        raise ValueError("no repository can be called that")
    return name


Sha = Annotated[str, Field(pattern=r"^(?:[0-9a-f]{40}|[0-9a-f]{64})$")]
Branch = Annotated[str, Field(min_length=1, max_length=1024), AfterValidator(_branch)]
FullName = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$", max_length=256), AfterValidator(_no_traversal)
]
Number = Annotated[int, Field(ge=1, lt=2**31)]


class _Part(BaseModel):
    """A part of a payload: what we do not read, we do not check."""

    model_config = ConfigDict(frozen=True, strict=True)


class _Repository(_Part):
    full_name: FullName
    default_branch: Branch | None = None


class _Side(_Part):
    sha: Sha
    repo: _Repository | None


class _Pull(_Part):
    number: Number
    base: _Side
    head: _Side


class _PullRequest(_Part):
    repository: _Repository
    pull_request: _Pull

    def assignment(self, name: str) -> Assignment:
        base, head = self.pull_request.base, self.pull_request.head
        target = Target(self.repository.full_name, self.pull_request.number)
        fork = head.repo is None or head.repo.full_name.lower() != self.repository.full_name.lower()
        return Assignment(name, base.sha, head.sha, self.repository.default_branch, target, fork)


class _MergeGroup(_Part):
    base_sha: Sha
    head_sha: Sha


class _Queued(_Part):
    repository: _Repository
    merge_group: _MergeGroup

    def assignment(self, name: str) -> Assignment:
        group = self.merge_group
        return Assignment(name, group.base_sha, group.head_sha, self.repository.default_branch)


class _Push(_Part):
    repository: _Repository
    before: Sha
    after: Sha

    def assignment(self, name: str) -> Assignment:
        if not self.after.strip("0"):
            raise GitHubError(
                "the push deleted a branch: nothing to review; leave `delete` out of the workflow's events"
            )
        # A branch that is new has no commit before it.
        return Assignment(
            name, self.before if self.before.strip("0") else None, self.after, self.repository.default_branch
        )


class _FinishedRun(_Part):
    id: Annotated[int, Field(ge=1)]
    event: str
    head_sha: Sha
    head_branch: Branch
    head_repository: _Repository


class _WorkflowRun(_Part):
    repository: _Repository
    workflow_run: _FinishedRun

    def assignment(self, name: str) -> Assignment:
        finished = self.workflow_run
        if finished.event != "pull_request":
            raise GitHubError(f"the run was one on {finished.event!r}; only one on 'pull_request' has a review to post")
        run = Run(finished.id, finished.head_repository.full_name, finished.head_branch)
        return Assignment(name, None, finished.head_sha, self.repository.default_branch, run=run)


class _Dispatch(_Part):
    repository: _Repository

    def assignment(self, name: str) -> Assignment:
        return Assignment(name, None, None, self.repository.default_branch)


Payload = _PullRequest | _Queued | _Push | _WorkflowRun | _Dispatch
SHAPES: Mapping[str, type[Payload]] = {
    "pull_request": _PullRequest,
    # A comment on a line of the diff may hold a command for us.
    "pull_request_review_comment": _PullRequest,
    "merge_group": _Queued,
    "push": _Push,
    "workflow_run": _WorkflowRun,
    "workflow_dispatch": _Dispatch,
}
Shape = TypeVar("Shape", bound=BaseModel)


def read(environment: Mapping[str, str]) -> Assignment:
    """The assignment of the event that the runner's environment names; raises GitHubError."""
    path = Path(_variable(environment, "GITHUB_EVENT_PATH"))
    try:
        with path.open("rb") as file:
            payload = file.read(PAYLOAD_LIMIT + 1)
    except OSError as error:
        raise GitHubError(f"the event's payload {path} cannot be read: {error.strerror}") from error
    return parse(_variable(environment, "GITHUB_EVENT_NAME"), payload, _variable(environment, "GITHUB_REPOSITORY"))


def parse(name: str, payload: bytes, repository: str) -> Assignment:
    """The assignment of one event; the payload has to be about `repository`; raises GitHubError."""
    if name == "pull_request_target":
        raise GitHubError(DANGER)
    if name not in SHAPES:
        raise GitHubError(f"there is nothing to review on the event {name!r}; it is one of {', '.join(SHAPES)}")
    if len(payload) > PAYLOAD_LIMIT:
        raise GitHubError(f"the payload of {name} is larger than the {PAYLOAD_LIMIT:,} bytes that GitHub sends")
    event = _checked(lambda: SHAPES[name].model_validate_json(payload), f"the payload of {name}")
    if event.repository.full_name.lower() != repository.lower():
        raise GitHubError(f"the payload of {name} is about {event.repository.full_name}, the job runs in {repository}")
    return event.assignment(name)


def target(repository: str, number: int, scope: str = "default") -> Target:
    """A pull request that somebody named; raises GitHubError when it cannot be one."""

    class _Named(_Part):
        repository: FullName
        number: Number
        scope: Annotated[str, Field(min_length=1, max_length=100)]

    _checked(
        lambda: _Named(repository=repository, number=number, scope=scope),
        "--repo, --pr or --scope (owner/name, a number, a name of up to 100 characters)",
    )
    return Target(repository, number, scope)


def _checked(validate: Callable[[], Shape], what: str) -> Shape:
    try:
        return validate()
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "the document"
        raise GitHubError(f"{what} is not as GitHub describes it: {place}: {first['msg']}") from error


def _variable(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "")
    if not value:
        raise GitHubError(f"{name} is not set; outside GitHub Actions name the pull request with --repo and --pr")
    return value
