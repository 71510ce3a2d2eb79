"""What can be done to a pull request, as data, and as a page for people."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from reviewer.github.body import unsealed
from reviewer.model import Anchor, FileAnchor


class Why(StrEnum):
    """Why a comment is folded away, in GitHub's own words."""

    RESOLVED = "RESOLVED"
    DUPLICATE = "DUPLICATE"


@dataclass(frozen=True, slots=True)
class Keep:
    """A comment of ours that says what a finding says, or that people have settled: it stays as it is."""

    comment: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One comment on a line or on a file."""

    fingerprint: str
    anchor: Anchor | FileAnchor
    body: str

    @property
    def payload(self) -> dict[str, str | int]:
        """The keys that GitHub takes: a start only where it is before the end."""
        anchor = self.anchor
        whole: dict[str, str | int] = {"path": anchor.path, "body": self.body}
        if isinstance(anchor, FileAnchor):
            return {**whole, "subject_type": "file"}
        end = {**whole, "line": anchor.line, "side": "RIGHT"}
        if anchor.start_line is None or anchor.start_line >= anchor.line:
            return end
        return {**end, "start_line": anchor.start_line, "start_side": "RIGHT"}

    @property
    def place(self) -> str:
        """The place in one word."""
        anchor = self.anchor
        if isinstance(anchor, FileAnchor):
            return anchor.path
        return f"{anchor.path}:{anchor.line if anchor.start_line is None else f'{anchor.start_line}-{anchor.line}'}"


@dataclass(frozen=True, slots=True)
class PostReview:
    """One review with all new comments on lines; it may ask for changes."""

    commit: str
    body: str
    entries: tuple[Entry, ...]
    demands: bool = False


@dataclass(frozen=True, slots=True)
class PostOnFile:
    """A comment on a file as a whole, which a review cannot carry."""

    commit: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply in the thread that a comment began."""

    comment: int
    body: str


@dataclass(frozen=True, slots=True)
class Edit:
    """New text for a comment of ours in the diff."""

    comment: int
    body: str


@dataclass(frozen=True, slots=True)
class PostSummary:
    """The first summary comment."""

    body: str


@dataclass(frozen=True, slots=True)
class EditSummary:
    """New text for the summary comment that stands."""

    comment: int
    body: str


@dataclass(frozen=True, slots=True)
class Minimize:
    """Fold a comment of ours away; `node` is its name in GraphQL."""

    node: str
    why: Why


@dataclass(frozen=True, slots=True)
class Unfold:
    """Show a comment of ours again that was folded away."""

    node: str


@dataclass(frozen=True, slots=True)
class Resolve:
    """Resolve a thread of ours."""

    node: str


@dataclass(frozen=True, slots=True)
class Reopen:
    """Open a thread again that we resolved."""

    node: str


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Dismiss a review of ours that asks for changes."""

    review: int
    message: str


Write = (
    PostReview | PostOnFile | Reply | Edit | PostSummary | EditSummary | Minimize | Unfold | Resolve | Reopen | Withdraw
)
Operation = Keep | Write
# What only tidies up: where GitHub refuses it, the review is told all the same.
Tidying = Edit | Minimize | Unfold | Resolve | Reopen | Withdraw


def as_json(operations: Sequence[Operation]) -> str:
    """The operations as a JSON list, each with its name."""
    named = [{"operation": type(operation).__name__, **asdict(operation)} for operation in operations]
    return json.dumps(named, indent=2, ensure_ascii=False) + "\n"


def described(operations: Sequence[Operation]) -> str:
    """The operations as text: what would be posted where."""
    return "\n\n".join(part for each in operations for part in _described(each)) or "Nothing to post."


def _quoted(body: str) -> str:
    """A body without its marker, as text that no runner takes for its own commands."""
    return "\n".join(f"│ {line}".rstrip() for line in unsealed(body).splitlines())


def _described(operation: Operation) -> Iterator[str]:
    match operation:
        case Keep(comment=comment, fingerprint=fingerprint):
            yield f"── Comment {comment} stays: it is about {fingerprint}"
        case PostReview(commit=commit, body=body, entries=entries, demands=demands):
            yield f"── Review of {commit}{', asking for changes' if demands else ''}\n{_quoted(body)}"
            for entry in entries:
                yield f"── Comment at {entry.place}\n{_quoted(entry.body)}"
        case PostOnFile(entry=entry):
            yield f"── Comment on the file {entry.place}\n{_quoted(entry.body)}"
        case Reply(comment=comment, body=body):
            yield f"── Reply to comment {comment}\n{_quoted(body)}"
        case Edit(comment=comment, body=body):
            yield f"── Comment {comment}, edited in place\n{_quoted(body)}"
        case PostSummary(body=body):
            yield f"── New summary comment\n{_quoted(body)}"
        case EditSummary(comment=comment, body=body):
            yield f"── Summary comment {comment}, edited in place\n{_quoted(body)}"
        case _:
            yield _tidied(operation)


def _tidied(operation: Minimize | Unfold | Resolve | Reopen | Withdraw) -> str:
    match operation:
        case Minimize(node=node, why=why):
            return f"── Comment {node} is folded away as {why.lower()}"
        case Unfold(node=node):
            return f"── Comment {node} is shown again"
        case Resolve(node=node):
            return f"── Thread {node} is resolved"
        case Reopen(node=node):
            return f"── Thread {node} is opened again"
        case Withdraw(review=review, message=message):
            return f"── Review {review} asks for changes no more: {message}"
