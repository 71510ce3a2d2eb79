"""What we read of GitHub's answers; an answer of another shape is no answer."""

import re
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from reviewer.github.event import Sha
from reviewer.model import Anchor, Extent

HUNK = re.compile(r"^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@", re.MULTILINE)

Identifier = Annotated[int, Field(ge=1)]


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True)


class Viewer(_Answer):
    """GraphQL's name for whose token it is."""

    login: str


class _ViewerData(_Answer):
    viewer: Viewer


class ViewerAnswer(_Answer):
    """An answer of GraphQL, which reports errors with status 200."""

    data: _ViewerData


class _Repository(_Answer):
    html_url: str


class _Base(_Answer):
    sha: Sha
    repo: _Repository


class _Head(_Answer):
    sha: Sha


class Pull(_Answer):
    """A pull request."""

    number: Identifier
    base: _Base
    head: _Head


class _User(_Answer):
    login: str
    type: str


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


class _Commit(_Answer):
    sha: Sha


class Compared(_Answer):
    """How two commits relate; `ahead` is when the first is an ancestor of the second."""

    status: Literal["diverged", "ahead", "behind", "identical"]
    merge_base_commit: _Commit


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
