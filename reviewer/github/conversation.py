"""The requests about one pull request: reads that are tried again, writes that are tried once."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Generic, Protocol, TypeVar
from urllib.parse import quote

from pydantic import BaseModel, TypeAdapter, ValidationError

from reviewer.errors import GitHubError
from reviewer.github.answers import (
    Artifact,
    Artifacts,
    ChangedFile,
    CheckRuns,
    Compared,
    Done,
    Made,
    MoreComments,
    Permission,
    PostedCheckRun,
    PostedComment,
    PostedReview,
    Pull,
    PullTalk,
    ReviewThread,
    ThreadComment,
)
from reviewer.github.event import Target
from reviewer.github.fault import Fault, Patience, Sort, fault_in
from reviewer.github.operations import Write
from reviewer.github.queries import COMMENTS, THREADS
from reviewer.github.requests import mutation, request
from reviewer.github.standing import Demand
from reviewer.github.threads import Comment, Discussion

PAGE = 100
MOST_PAGES = 50

Shape = TypeVar("Shape")
Query = Mapping[str, int | str]
Variables = Mapping[str, str | int | None]


class Connection(Protocol):
    """A way to send one request; an answer that is no success raises Fault."""

    def request(
        self, verb: str, path: str, *, query: Query | None = None, body: object = None
    ) -> tuple[Mapping[str, str], object]:
        """The headers, in lower case, and the document of an answer."""

    def graphql(self, query: str, variables: Variables) -> object:
        """The document of an answer of GraphQL."""


@dataclass(frozen=True, slots=True)
class Talk:
    """Who we are, the threads on the diff, and the reviews that ask for changes."""

    identity: str
    discussions: tuple[Discussion, ...] = ()
    demands: tuple[Demand, ...] = ()


@dataclass(frozen=True, slots=True)
class Conversation:
    """One pull request, as GitHub tells of it and takes comments on it."""

    connection: Connection
    target: Target
    patience: Patience

    def pull_request(self) -> Pull:
        """The pull request as it is now."""
        return self._get(Pull, self._pull)

    def comparison(self, base: str, head: str) -> Compared:
        """How one commit or branch relates to another."""
        both = "...".join(quote(name, safe="") for name in (base, head))
        return self._get(Compared, f"/repos/{self.target.repository}/compare/{both}", {"per_page": 1})

    def talk(self) -> Talk:
        """What is talked about on the diff, the oldest first."""
        parts = [*self._parts()]
        threads = [thread for part in parts for thread in part.repository.pull.threads.nodes]
        demands = parts[0].repository.pull.reviews.nodes
        return Talk(
            identity=parts[0].viewer.login,
            discussions=tuple(each for each in map(self._discussion, threads) if each.comments),
            demands=tuple(
                Demand(
                    each.id,
                    each.author.login,
                    bot=each.author.kind == "Bot",
                    body=each.body,
                    dismissed=each.state == "DISMISSED",
                )
                for each in demands
                if each.author
            ),
        )

    def issue_comments(self) -> list[PostedComment]:
        """The comments below the pull request, the oldest first."""
        return self._all(PostedComment, f"/repos/{self.target.repository}/issues/{self.target.number}/comments")

    def reviews(self) -> list[PostedReview]:
        """The reviews, our pending one among them."""
        return self._all(PostedReview, f"{self._pull}/reviews")

    def files(self) -> list[ChangedFile]:
        """The changed files, at most 3,000 of them."""
        return self._all(ChangedFile, f"{self._pull}/files")

    def may_write(self, login: str) -> bool:
        """Whether somebody may write to the repository."""
        path = f"/repos/{self.target.repository}/collaborators/{quote(login, safe='')}/permission"
        try:
            return self._get(Permission, path).permission in {"admin", "write"}
        except Fault as fault:
            if fault.status in (403, 404):
                return False
            raise

    def write(self, operation: Write) -> int:
        """Carry out an operation; the number of what it made or edited, 0 where that has none."""
        change = mutation(operation)
        if change is not None:
            self._ask(Done, *change)
            return 0
        verb, path, body = request(operation, self._pull, f"/repos/{self.target.repository}")
        return checked(Made, self.connection.request(verb, path, body=body)[1]).id

    def pulls_of(self, repository: str, branch: str) -> list[Pull]:
        """The open pull requests from a branch of a repository, perhaps a fork's."""
        owner = repository.partition("/")[0]
        query: Query = {"state": "open", "head": f"{owner}:{branch}", "per_page": PAGE}
        found = self._get(list[Pull], f"/repos/{self.target.repository}/pulls", query)
        return [pull for pull in found if pull.head.repo and pull.head.repo.full_name.lower() == repository.lower()]

    def artifact(self, run: int, name: str) -> Artifact | None:
        """The newest of a run's artifacts that bears a name."""
        path = f"/repos/{self.target.repository}/actions/runs/{run}/artifacts"
        found = self._get(Artifacts, path, {"name": name, "per_page": PAGE}).artifacts
        kept = [each for each in found if each.name == name and not each.expired]
        return max(kept, key=lambda each: each.id, default=None)

    def check_runs(self, commit: str, name: str) -> list[PostedCheckRun]:
        """The check runs of a commit that bear a name."""
        path = f"/repos/{self.target.repository}/commits/{commit}/check-runs"
        return self._get(CheckRuns, path, {"check_name": name, "filter": "all", "per_page": PAGE}).check_runs

    def send(self, verb: str, path: str, body: object) -> int:
        """Send something about the repository; the number of what it made or changed."""
        return checked(Made, self.connection.request(verb, f"/repos/{self.target.repository}{path}", body=body)[1]).id

    def delete_pending(self, review: int) -> None:
        """Delete a review that was never submitted."""
        checked(Made, self.connection.request("DELETE", f"{self._pull}/reviews/{review}")[1])

    @property
    def _pull(self) -> str:
        return f"/repos/{self.target.repository}/pulls/{self.target.number}"

    def _parts(self) -> Iterator[PullTalk]:
        """The threads, part by part."""
        owner, _, name = self.target.repository.partition("/")
        variables: dict[str, str | int | None] = {"owner": owner, "name": name, "number": self.target.number}
        after: str | None = None
        for _ in range(MOST_PAGES):
            part = self._query(PullTalk, THREADS, {**variables, "after": after})
            yield part
            after = part.repository.pull.threads.following
            if after is None:
                return
        raise GitHubError("the pull request has too many threads to tell what stands already")

    def _discussion(self, thread: ReviewThread) -> Discussion:
        comments = [comment for comment in self._comments(thread) if comment.state != "PENDING"]
        return Discussion(
            node=thread.node,
            path=thread.path,
            on_file=thread.subject == "FILE",
            comments=tuple(map(_comment, comments)),
            outdated=thread.outdated,
            resolved=thread.resolved,
            resolver=thread.resolver.login if thread.resolver else "",
            can_resolve=thread.can_resolve,
            can_unresolve=thread.can_unresolve,
        )

    def _comments(self, thread: ReviewThread) -> Iterator[ThreadComment]:
        part = thread.comments
        yield from part.nodes
        for _ in range(MOST_PAGES):
            if part.following is None:
                return
            variables = {"thread": thread.node, "after": part.following}
            part = self._query(MoreComments, COMMENTS, variables).node.comments
            yield from part.nodes

    def _query(self, shape: type[Shape], query: str, variables: Variables) -> Shape:
        return self._read(lambda: self._ask(shape, query, variables))

    def _ask(self, shape: type[Shape], query: str, variables: Variables) -> Shape:
        """The data of an answer of GraphQL, which reports errors with status 200."""
        document = self.connection.graphql(query, variables)
        fault = fault_in(document)
        if fault:
            raise fault
        return checked(_Data[shape], document).data  # type: ignore[valid-type]

    def _get(self, shape: type[Shape], path: str, query: Query | None = None) -> Shape:
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


class _Data(BaseModel, Generic[Shape]):
    data: Shape


def _comment(comment: ThreadComment) -> Comment:
    """A comment; one whose author is gone is nobody's, and a person's."""
    return Comment(
        comment.id,
        comment.author.login if comment.author else "ghost",
        bot=comment.author is not None and comment.author.kind == "Bot",
        body=comment.body,
        node=comment.node,
        minimized=comment.minimized,
        reason=(comment.reason or "").lower(),
    )


def checked(shape: type[Shape], document: object) -> Shape:
    """The document in the shape we expect; anything else is an answer that was lost."""
    try:
        return TypeAdapter(shape).validate_python(document)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "the document"
        raise Fault(Sort.DOUBTFUL, f"{place}: {first['msg']}") from error
