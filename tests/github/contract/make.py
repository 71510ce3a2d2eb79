"""Cuts GitHub's own API descriptions down to what we use: `make.py OPENAPI_PACKAGE GRAPHQL_PACKAGE`, both unpacked.

The packages come from `npm pack @octokit/openapi` and `npm pack @octokit/graphql-schema`; NOTICE names the versions.
"""

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import fields as dataclass_fields
from dataclasses import replace
from pathlib import Path
from typing import Any

from graphql import (
    InterfaceTypeDefinitionNode,
    Node,
    ObjectTypeDefinitionNode,
    TypeDefinitionNode,
    parse,
    print_ast,
)

HERE = Path(__file__).parent
Json = Any  # a document of any shape

OPERATIONS = (
    ("/repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}", "get"),
    ("/repos/{owner}/{repo}/actions/runs/{run_id}/artifacts", "get"),
    ("/repos/{owner}/{repo}/check-runs", "post"),
    ("/repos/{owner}/{repo}/check-runs/{check_run_id}", "patch"),
    ("/repos/{owner}/{repo}/collaborators/{username}/permission", "get"),
    ("/repos/{owner}/{repo}/commits/{ref}/check-runs", "get"),
    ("/repos/{owner}/{repo}/compare/{basehead}", "get"),
    ("/repos/{owner}/{repo}/issues/comments/{comment_id}", "patch"),
    ("/repos/{owner}/{repo}/issues/{issue_number}/comments", "get"),
    ("/repos/{owner}/{repo}/issues/{issue_number}/comments", "post"),
    ("/repos/{owner}/{repo}/pulls", "get"),
    ("/repos/{owner}/{repo}/pulls/comments/{comment_id}", "patch"),
    ("/repos/{owner}/{repo}/pulls/{pull_number}", "get"),
    ("/repos/{owner}/{repo}/pulls/{pull_number}/comments", "post"),
    ("/repos/{owner}/{repo}/pulls/{pull_number}/comments/{comment_id}/replies", "post"),
    ("/repos/{owner}/{repo}/pulls/{pull_number}/files", "get"),
    ("/repos/{owner}/{repo}/pulls/{pull_number}/reviews", "get"),
    ("/repos/{owner}/{repo}/pulls/{pull_number}/reviews", "post"),
    ("/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}", "delete"),
    ("/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/dismissals", "put"),
    ("/user", "get"),
)
# Types of GraphQL with the fields that we ask for; inputs, enumerations and scalars come along whole.
FIELDS = {
    "Query": ("id", "node", "repository", "viewer"),
    "Mutation": ("minimizeComment", "resolveReviewThread", "unminimizeComment", "unresolveReviewThread"),
    "Actor": ("login",),
    "Bot": ("id", "login"),
    "Minimizable": ("isMinimized",),
    "MinimizeCommentPayload": ("minimizedComment",),
    "Node": ("id",),
    "PageInfo": ("endCursor", "hasNextPage"),
    "PullRequest": ("id", "reviewThreads", "reviews"),
    "PullRequestReview": ("author", "body", "fullDatabaseId", "id", "isMinimized", "minimizedReason", "state"),
    "PullRequestReviewComment": (
        "author",
        "body",
        "fullDatabaseId",
        "id",
        "isMinimized",
        "minimizedReason",
        "state",
    ),
    "PullRequestReviewCommentConnection": ("nodes", "pageInfo"),
    "PullRequestReviewConnection": ("nodes", "pageInfo"),
    "PullRequestReviewThread": (
        "comments",
        "id",
        "isOutdated",
        "isResolved",
        "path",
        "resolvedBy",
        "subjectType",
        "viewerCanResolve",
        "viewerCanUnresolve",
    ),
    "PullRequestReviewThreadConnection": ("nodes", "pageInfo"),
    "Repository": ("id", "pullRequest"),
    "ResolveReviewThreadPayload": ("thread",),
    "UnminimizeCommentPayload": ("unminimizedComment",),
    "UnresolveReviewThreadPayload": ("thread",),
    "User": ("id", "login"),
}
KEPT = ("operationId", "parameters", "requestBody", "responses")
PROSE = {"description", "summary", "title", "example", "examples", "externalDocs", "default", "deprecated"}
WORD = re.compile(r"\w+")
NOTHING = {"description": None, "directives": ()}
REFERENCE = re.compile(r"^#/components/([^/]+)/([^/]+)$")


def rest(document: Json) -> Json:
    """The operations that we use, with every component they reach."""
    paths: dict[str, dict[str, Json]] = {}
    for path, verb in OPERATIONS:
        operation = document["paths"][path][verb]
        paths.setdefault(path, {})[verb] = stripped({key: operation[key] for key in KEPT if key in operation})
    components: dict[str, dict[str, Json]] = {}
    waiting = list(references(paths))
    while waiting:
        kind, name = waiting.pop()
        if name not in components.setdefault(kind, {}):
            components[kind][name] = stripped(document["components"][kind][name])
            waiting += references(components[kind][name])
    return {
        "openapi": document["openapi"],
        "version": document["info"]["version"],
        "paths": paths,
        "components": components,
    }


def stripped(node: Json, *, names: bool = False) -> Json:
    """The node without prose and extensions; the keys of `properties` are names, whatever they are called."""
    if isinstance(node, list):
        return [stripped(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: stripped(value, names=key == "properties" and not names)
        for key, value in node.items()
        if names or not (key in PROSE or key.startswith("x-"))
    }


def references(node: Json) -> Iterator[tuple[str, str]]:
    """The kind and name of every component that a node points at."""
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str) and (found := REFERENCE.match(node["$ref"])):
            yield found[1], found[2]
        node = list(node.values())
    if isinstance(node, list):
        for item in node:
            yield from references(item)


def graphql(text: str) -> str:
    """The types that we use, with the fields that we ask for, in GraphQL's own language."""
    types = {
        definition.name.value: definition
        for definition in parse(text, no_location=True).definitions
        if isinstance(definition, TypeDefinitionNode)
    }
    kept: dict[str, str] = {}
    waiting = sorted(FIELDS)
    while waiting:
        name = waiting.pop()
        if name in types and name not in kept:
            cut = _cut(types[name], FIELDS.get(name))
            kept[name] = print_ast(cut)
            waiting += sorted(set(WORD.findall(kept[name])) & types.keys() - kept.keys())
    return "\n\n".join(kept[name] for name in sorted(kept)) + "\n"


def _cut(definition: TypeDefinitionNode, fields: tuple[str, ...] | None) -> TypeDefinitionNode:
    """A definition without prose, and with those of its fields and interfaces alone that we use."""
    bare = _bare(definition)
    if isinstance(bare, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode):
        kept = tuple(field for field in bare.fields or () if field.name.value in (fields or ()))
        return replace(
            bare, fields=kept, interfaces=tuple(each for each in bare.interfaces or () if each.name.value in FIELDS)
        )
    assert isinstance(bare, TypeDefinitionNode)
    return bare


def _bare(node: Json) -> Json:
    """A node without descriptions and directives."""
    if isinstance(node, tuple | list):
        return tuple(map(_bare, node))
    if not isinstance(node, Node):
        return node
    parts = {each.name: _bare(getattr(node, each.name)) for each in dataclass_fields(node)}
    return replace(node, **parts | {name: empty for name, empty in NOTHING.items() if name in parts})


def main(openapi: Path, graphql_schema: Path) -> None:
    """Write both descriptions beside this file."""
    document = json.loads((openapi / "generated" / "api.github.com.json").read_bytes())
    (HERE / "rest.json").write_text(json.dumps(rest(document), indent=1, sort_keys=True) + "\n")
    (HERE / "schema.graphql").write_text(graphql((graphql_schema / "schema.graphql").read_text()))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
