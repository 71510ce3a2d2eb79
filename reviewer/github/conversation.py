"""The requests about one pull request: reads that are tried again, writes that are tried once."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar
from urllib.parse import quote

from pydantic import TypeAdapter, ValidationError

from reviewer.errors import GitHubError
from reviewer.github.answers import ChangedFile, Compared, PostedComment, PostedReview, Pull, ViewerAnswer
from reviewer.github.event import Target
from reviewer.github.fault import Fault, Patience, Sort
from reviewer.github.operations import EditSummary, PostReview, PostSummary, Write

PAGE = 100
MOST_PAGES = 50
VIEWER = "query { viewer { login } }"

Shape = TypeVar("Shape")


class Connection(Protocol):
    """A way to send one request; an answer that is no success raises Fault."""

    def request(
        self, verb: str, path: str, *, query: Mapping[str, int] | None = None, body: object = None
    ) -> tuple[Mapping[str, str], object]:
        """The headers, in lower case, and the document of an answer."""

    def graphql(self, query: str) -> object:
        """The document of an answer of GraphQL."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """One pull request, as GitHub tells of it and takes comments on it."""

    connection: Connection
    target: Target
    patience: Patience

    def identity(self) -> str:
        """The login that the token stands for; REST's `/user` is closed to a workflow's token."""
        return self._read(lambda: checked(ViewerAnswer, self.connection.graphql(VIEWER))).data.viewer.login

    def pull_request(self) -> Pull:
        """The pull request as it is now."""
        return self._get(Pull, self._pull)

    def comparison(self, base: str, head: str) -> Compared:
        """How one commit or branch relates to another."""
        both = "...".join(quote(name, safe="") for name in (base, head))
        return self._get(Compared, f"/repos/{self.target.repository}/compare/{both}", {"per_page": 1})

    def inline_comments(self) -> list[PostedComment]:
        """The comments on lines, the oldest first."""
        return self._all(PostedComment, f"{self._pull}/comments")

    def issue_comments(self) -> list[PostedComment]:
        """The comments below the pull request, the oldest first."""
        return self._all(PostedComment, f"{self._issues}/{self.target.number}/comments")

    def reviews(self) -> list[PostedReview]:
        """The reviews, our pending one among them."""
        return self._all(PostedReview, f"{self._pull}/reviews")

    def files(self) -> list[ChangedFile]:
        """The changed files, at most 3,000 of them."""
        return self._all(ChangedFile, f"{self._pull}/files")

    def write(self, operation: Write) -> int:
        """Carry out an operation; the number of what it made or edited."""
        match operation:
            case PostReview(commit=commit, body=body, entries=entries):
                comments = [entry.payload for entry in entries]
                review = {"commit_id": commit, "event": "COMMENT", "body": body, "comments": comments}
                return self._send(PostedReview, "POST", f"{self._pull}/reviews", review).id
            case PostSummary(body=body):
                path = f"{self._issues}/{self.target.number}/comments"
                return self._send(PostedComment, "POST", path, {"body": body}).id
            case EditSummary(comment=comment, body=body):
                return self._send(PostedComment, "PATCH", f"{self._issues}/comments/{comment}", {"body": body}).id

    def delete_pending(self, review: int) -> None:
        """Delete a review that was never submitted."""
        self._send(PostedReview, "DELETE", f"{self._pull}/reviews/{review}", None)

    @property
    def _pull(self) -> str:
        return f"/repos/{self.target.repository}/pulls/{self.target.number}"

    @property
    def _issues(self) -> str:
        return f"/repos/{self.target.repository}/issues"

    def _send(self, shape: type[Shape], verb: str, path: str, body: object) -> Shape:
        return checked(shape, self.connection.request(verb, path, body=body)[1])

    def _get(self, shape: type[Shape], path: str, query: Mapping[str, int] | None = None) -> Shape:
        return self._read(lambda: checked(shape, self.connection.request("GET", path, query=query)[1]))

    def _all(self, item: type[Shape], path: str) -> list[Shape]:
        return [each for page in self._pages(item, path) for each in page]

    def _pages(self, item: type[Shape], path: str) -> Iterator[list[Shape]]:
        for number in range(1, MOST_PAGES + 1):
            page, more = self._read(partial(self._page, item, path, number))
            yield page
            if not more:
                return
        raise GitHubError(f"{path} has more than {MOST_PAGES * PAGE:,} entries, too many to tell what stands already")

    def _page(self, item: type[Shape], path: str, number: int) -> tuple[list[Shape], bool]:
        """One page, and whether there are more; the address of the next one is ours to make, not the answer's."""
        query = {"per_page": PAGE, "page": number}
        headers, document = self.connection.request("GET", path, query=query)
        return checked(list[item], document), 'rel="next"' in headers.get("link", "")  # type: ignore[valid-type]

    def _read(self, ask: Callable[[], Shape]) -> Shape:
        attempt = 1
        while True:
            try:
                return ask()
            except Fault as fault:
                self.patience.bear(fault, attempt)
            attempt += 1


def checked(shape: type[Shape], document: object) -> Shape:
    """The document in the shape we expect; anything else is an answer that was lost."""
    try:
        return TypeAdapter(shape).validate_python(document)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "the document"
        raise Fault(Sort.DOUBTFUL, f"{place}: {first['msg']}") from error
