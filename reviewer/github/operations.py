"""What can be done to a pull request, as data, and as a page for people."""

from collections.abc import Sequence
from dataclasses import dataclass

from reviewer.model import Anchor


@dataclass(frozen=True, slots=True)
class Keep:
    """A comment of ours that says what a finding says: it stays as it is."""

    comment: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One inline comment of a review."""

    fingerprint: str
    anchor: Anchor
    body: str

    @property
    def payload(self) -> dict[str, str | int]:
        """The keys that GitHub takes: a start only where it is before the end."""
        anchor = self.anchor
        end: dict[str, str | int] = {"path": anchor.path, "body": self.body, "line": anchor.line, "side": "RIGHT"}
        if anchor.start_line is None or anchor.start_line >= anchor.line:
            return end
        return {**end, "start_line": anchor.start_line, "start_side": "RIGHT"}


@dataclass(frozen=True, slots=True)
class PostReview:
    """One review with all new inline comments."""

    commit: str
    body: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class PostSummary:
    """The first summary comment."""

    body: str


@dataclass(frozen=True, slots=True)
class EditSummary:
    """New text for the summary comment that stands."""

    comment: int
    body: str


Write = PostReview | PostSummary | EditSummary
Operation = Keep | Write


def described(operations: Sequence[Operation]) -> str:
    """The operations as text: what would be posted where."""
    return "\n\n".join(_described(operation) for operation in operations) or "Nothing to post."


def _described(operation: Operation) -> str:
    match operation:
        case Keep(comment=comment, fingerprint=fingerprint):
            return f"── Comment {comment} stays: it says {fingerprint} already"
        case PostReview(commit=commit, body=body, entries=entries):
            comments = "\n\n".join(f"── Comment at {_place(entry.anchor)}\n{entry.body}" for entry in entries)
            return f"── Review of {commit}\n{body}\n\n{comments}"
        case PostSummary(body=body):
            return f"── New summary comment\n{body}"
        case EditSummary(comment=comment, body=body):
            return f"── Summary comment {comment}, edited in place\n{body}"


def _place(anchor: Anchor) -> str:
    lines = f"{anchor.line}" if anchor.start_line is None else f"{anchor.start_line}-{anchor.line}"
    return f"{anchor.path}:{lines}"
