"""GraphQL of the fake GitHub: queries are checked and executed against GitHub's own schema."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError, graphql_sync

from tests.github.contract.description import DescriptionError, graphql_schema

if TYPE_CHECKING:
    from tests.github.fake import Comment, FakeGitHub, Request

Json = Any  # a document of any shape


class _Refused(GraphQLError):  # noqa: N818  # an answer, not an error of ours
    """What GitHub reports in an answer with status 200."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def executed(fake: "FakeGitHub", request: "Request") -> Json:
    """The answer to a query or a mutation."""
    graph = _Graph(fake, request)
    variables = request.body.get("variables")
    result = graphql_sync(graphql_schema(), request.body["query"], graph.root(), variable_values=variables)
    refused = [error.original_error or error for error in result.errors or ()]
    if any(not isinstance(error, _Refused) for error in refused):
        raise DescriptionError(str(refused[0]))
    errors = [{"type": error.kind, "message": error.message} for error in refused if isinstance(error, _Refused)]
    return {"data": result.data, **({"errors": errors} if errors else {})}


class _Graph:
    """What one request may see and do."""

    def __init__(self, fake: "FakeGitHub", request: "Request") -> None:
        self.fake = fake
        self.user = request.user
        self.rights = request.rights.name

    def root(self) -> Json:
        """The fields of queries and of mutations."""
        login = self.fake.viewer or self.user.login
        return {
            "viewer": {"login": login, "id": "U_1"},
            "repository": self._repository,
            "node": lambda _, id: self._thread(self._opening(id)),  # noqa: A006  # GitHub's own name
            "minimizeComment": self._minimize,
            "unminimizeComment": self._unminimize,
            "resolveReviewThread": self._resolve,
            "unresolveReviewThread": self._unresolve,
        }

    def _repository(self, _: object, *, owner: str, name: str, **__: object) -> Json:
        if self.rights == "NONE":
            raise _Refused("FORBIDDEN", "Resource not accessible by integration")
        if (owner, name) != ("octo", "shop"):
            raise _Refused("NOT_FOUND", f"Could not resolve to a Repository with the name '{owner}/{name}'.")
        return {"pullRequest": self._pull}

    def _pull(self, _: object, *, number: int) -> Json:
        if number != 7:
            raise _Refused("NOT_FOUND", f"Could not resolve to a PullRequest with the number of {number}.")
        return {
            "reviews": lambda _, *, states, **__: {
                "nodes": [review.graph for review in self.fake.reviews if review.state in states]
            },
            "reviewThreads": self._paged(list(map(self._thread, self.fake.openings()))),
        }

    def _thread(self, opening: "Comment") -> Json:
        resolver = opening.resolved_by
        resolved = resolver is not None
        return {
            "__typename": "PullRequestReviewThread",
            "id": f"PRRT_{opening.id}",
            "path": opening.entry["path"],
            "subjectType": "LINE" if opening.entry.get("line") else "FILE",
            "isOutdated": self.fake.outdated(opening),
            "isResolved": resolved,
            "resolvedBy": resolver.actor if resolver and resolver.type == "User" else None,
            "viewerCanResolve": self.rights == "FULL" and not resolved,
            "viewerCanUnresolve": self.rights == "FULL" and resolved,
            "comments": self._paged([comment.graph for comment in self.fake.thread(opening)]),
        }

    def _paged(self, items: Sequence[Json]) -> Callable[..., Json]:
        def page(_: object, *, first: int, after: str | None = None) -> Json:
            start = int(after or 0)
            end = start + min(first, self.fake.largest_page)
            info = {"hasNextPage": end < len(items), "endCursor": str(end)}
            return {"nodes": items[start:end], "pageInfo": info}

        return page

    def _minimize(self, _: object, *, input: Json) -> Json:  # noqa: A002  # GitHub's own name
        comment = self._comment(input["subjectId"])
        comment.minimized = input["classifier"]
        return {"minimizedComment": comment.graph}

    def _unminimize(self, _: object, *, input: Json) -> Json:  # noqa: A002
        comment = self._comment(input["subjectId"])
        comment.minimized = None
        return {"unminimizedComment": comment.graph}

    def _resolve(self, _: object, *, input: Json) -> Json:  # noqa: A002
        opening = self._writable(input["threadId"])
        opening.resolved_by = self.user
        return {"thread": self._thread(opening)}

    def _unresolve(self, _: object, *, input: Json) -> Json:  # noqa: A002
        opening = self._writable(input["threadId"])
        opening.resolved_by = None
        return {"thread": self._thread(opening)}

    def _comment(self, node: str) -> "Comment":
        if self.rights not in {"WRITE", "FULL"}:
            raise _Refused("FORBIDDEN", "Resource not accessible by integration")
        found = next((comment for comment in self.fake.inline if comment.node == node), None)
        if found is None:
            raise _Refused("NOT_FOUND", f"Could not resolve to a node with the global id of '{node}'.")
        return found

    def _writable(self, node: str) -> "Comment":
        if self.rights != "FULL":
            raise _Refused("FORBIDDEN", "Resource not accessible by integration")
        return self._opening(node)

    def _opening(self, node: str) -> "Comment":
        found = next((each for each in self.fake.openings() if f"PRRT_{each.id}" == node), None)
        if found is None:
            raise _Refused("NOT_FOUND", f"Could not resolve to a node with the global id of '{node}'.")
        return found
