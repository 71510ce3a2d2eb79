"""What we read of GitHub's answers; an answer of another shape is no answer."""

import re
from collections.abc import Sequence
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from reviewer.github.event import Sha
from reviewer.model import Anchor, Extent

HUNK = re.compile(r"^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@", re.MULTILINE)

Identifier = Annotated[int, Field(ge=1)]


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True)


def _whole(number: object) -> object:
    """A number of 64 bits, which GraphQL writes as a text."""
    return int(number) if isinstance(number, str) and number.isascii() and number.isdigit() else number


Big = Annotated[int, BeforeValidator(_whole), Field(ge=1)]
Item = TypeVar("Item")


class Actor(_Answer):
    """Somebody, as GraphQL names them."""

    login: str
    kind: str = Field("User", alias="__typename")


class _PageInfo(_Answer):
    more: bool = Field(alias="hasNextPage")
    end: str | None = Field(alias="endCursor")


class Nodes(_Answer, Generic[Item]):
    """A part of a list; where it is one of several, `page` says how to go on."""

    nodes: list[Item]
    page: _PageInfo | None = Field(None, alias="pageInfo")

    @property
    def following(self) -> str | None:
        """Where the next part begins, if there is one."""
        return self.page.end if self.page and self.page.more else None


class ThreadComment(_Answer):
    """A comment in a thread; its author is gone when there is none."""

    node: str = Field(alias="id")
    id: Big = Field(alias="fullDatabaseId")
    body: str
    minimized: bool = Field(alias="isMinimized")
    reason: str | None = Field(alias="minimizedReason")
    state: str
    author: Actor | None


class ReviewThread(_Answer):
    """A thread on a line or a file of the diff."""

    node: str = Field(alias="id")
    path: str
    subject: str = Field(alias="subjectType")
    outdated: bool = Field(alias="isOutdated")
    resolved: bool = Field(alias="isResolved")
    resolver: Actor | None = Field(alias="resolvedBy")
    can_resolve: bool = Field(alias="viewerCanResolve")
    can_unresolve: bool = Field(alias="viewerCanUnresolve")
    comments: Nodes[ThreadComment]


class Demanding(_Answer):
    """A review that asks for changes, or did."""

    id: Big = Field(alias="fullDatabaseId")
    body: str
    state: str
    author: Actor | None


class _DiscussedPull(_Answer):
    reviews: Nodes[Demanding]
    threads: Nodes[ReviewThread] = Field(alias="reviewThreads")


class _DiscussedRepository(_Answer):
    pull: _DiscussedPull = Field(alias="pullRequest")


class PullTalk(_Answer):
    """Who we are, and what is talked about on a pull request."""

    viewer: Actor
    repository: _DiscussedRepository


class _Commented(_Answer):
    comments: Nodes[ThreadComment]


class MoreComments(_Answer):
    """More comments of a thread."""

    node: _Commented


class Done(_Answer):
    """What a mutation answers; that there was no error is all we want to know."""


class Permission(_Answer):
    """What somebody may do in the repository."""

    permission: str


class _Repository(_Answer):
    html_url: str
    default_branch: str


class _Base(_Answer):
    sha: Sha
    ref: str
    repo: _Repository


class _HeadRepository(_Answer):
    full_name: str


class _Head(_Answer):
    sha: Sha
    repo: _HeadRepository | None


class _User(_Answer):
    login: str
    type: str


class _Label(_Answer):
    name: str


class Pull(_Answer):
    """A pull request."""

    number: Identifier
    state: str
    draft: bool = False
    labels: list[_Label]
    user: _User | None
    base: _Base
    head: _Head


class Made(_Answer):
    """What a write made or changed."""

    id: Identifier


class PostedComment(_Answer):
    """A comment, inline or below the pull request; its author is gone when there is none."""

    id: Identifier
    body: str | None = None
    user: _User | None


class PostedReview(_Answer):
    """A review; one that is pending can be seen by its author alone."""

    id: Identifier
    body: str
    state: str
    user: _User | None
    html_url: str


class Artifact(_Answer):
    """What a run left behind; `size_in_bytes` is that of the archive."""

    id: Identifier
    name: str
    size_in_bytes: Annotated[int, Field(ge=0)]
    expired: bool


class Artifacts(_Answer):
    """What a run left behind."""

    artifacts: list[Artifact]


class _CheckOutput(_Answer):
    annotations_count: int


class PostedCheckRun(_Answer):
    """A check run, and how many annotations it has."""

    id: Identifier
    status: str
    external_id: str | None
    output: _CheckOutput


class CheckRuns(_Answer):
    """The check runs of a commit."""

    check_runs: list[PostedCheckRun]


class _Commit(_Answer):
    sha: Sha


class _ComparedFile(_Answer):
    filename: str
    previous_filename: str | None = None


class Compared(_Answer):
    """How two commits relate; `ahead` is when the first is an ancestor of the second. At most 300 files are named."""

    status: Literal["diverged", "ahead", "behind", "identical"]
    merge_base_commit: _Commit
    files: list[_ComparedFile] = []

    @property
    def renames(self) -> dict[str, str]:
        """The new paths of the files that had another one."""
        return {file.previous_filename: file.filename for file in self.files if file.previous_filename}


class ChangedFile(_Answer):
    """A file of the pull request's diff; a large one comes without its patch."""

    filename: str
    patch: str | None = None

    def refuses(self, anchor: Anchor) -> bool:
        """Whether the patch shows that a comment cannot stand here."""
        if self.patch is None:
            return False
        first = anchor.start_line or anchor.line
        return not any(hunk.first <= first and anchor.line <= hunk.last for hunk in self._hunks(self.patch))

    @staticmethod
    def _hunks(patch: str) -> Sequence[Extent]:
        starts = ((int(start), int(count or 1)) for start, count in HUNK.findall(patch))
        return [Extent(start, start + count - 1) for start, count in starts]
