"""Checks requests and answers against GitHub's description of them, and fills in what an answer has to have."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from graphql import GraphQLSchema, build_schema
from jsonschema_rs import Draft202012Validator

HERE = Path(__file__).parent
Json = Any  # a document of any shape

# Where GitHub's answers are known to differ from its description: a comment on lines that the diff no longer shows.
MAY_BE_NULL = {"pull-request-review-comment": ("line", "position")}
# Common answers that it leaves out.
UNDESCRIBED = frozenset({301, 307, 400, 401, 403, 404, 408, 429, 500, 502, 503, 504})
SAMPLES: Mapping[str, Json] = {
    "string": "",
    "integer": 1,
    "number": 1,
    "boolean": False,
    "array": [],
}
FORMATS = {"uri": "https://github.com/", "date-time": "2026-01-02T03:04:05Z"}


class DescriptionError(AssertionError):
    """A request or an answer that is not as GitHub describes it."""


@cache
def description() -> Json:
    """GitHub's REST description, as JSON Schema understands it."""
    whole = json.loads((HERE / "rest.json").read_bytes())
    for schema, names in MAY_BE_NULL.items():
        for name in names:
            whole["components"]["schemas"][schema]["properties"][name]["nullable"] = True
    return nullable_as_union(whole)


@cache
def graphql_schema() -> GraphQLSchema:
    """GitHub's GraphQL schema."""
    return build_schema((HERE / "schema.graphql").read_text(), assume_valid_sdl=True)


def nullable_as_union(node: Json) -> Json:
    """The node with OpenAPI's `nullable` said in JSON Schema's way."""
    if isinstance(node, list):
        return [nullable_as_union(item) for item in node]
    if not isinstance(node, dict):
        return node
    plain = {key: nullable_as_union(value) for key, value in node.items() if key != "nullable" or value is not True}
    return plain if len(plain) == len(node) else {"anyOf": [plain, {"type": "null"}]}


def closed(node: Json) -> Json:
    """The schema with every object closed to keys that it does not name."""
    if isinstance(node, list):
        return [closed(item) for item in node]
    if not isinstance(node, dict):
        return node
    inner = {key: closed(value) for key, value in node.items()}
    return {**inner, "additionalProperties": False} if node.get("type") == "object" else inner


def operation(verb: str, path: str) -> Json:
    """The operation that a request is for."""
    for template, verbs in description()["paths"].items():
        pattern = "/".join("[^/]+" if part.startswith("{") else re.escape(part) for part in template.split("/"))
        if re.fullmatch(pattern, path) and verb.lower() in verbs:
            return verbs[verb.lower()]
    raise DescriptionError(f"no operation that we use: {verb} {path}")


def check_request(verb: str, path: str, query: Mapping[str, str], body: Json) -> None:
    """Raise DescriptionError for a request with a key too many, or a value of the wrong kind."""
    described = operation(verb, path)
    kinds = dict(_query_parameters(described))
    for name, value in query.items():
        if name not in kinds:
            raise DescriptionError(f"{verb} {path} has no parameter {name}")
        _check(kinds[name], int(value) if value.isdigit() else value, f"{verb} {path}?{name}")
    content = described.get("requestBody", {}).get("content", {})
    if (body is None) != (not content):
        raise DescriptionError(f"{verb} {path} has a body: {body is not None}, is described with one: {bool(content)}")
    if content:
        _check(closed(content["application/json"]["schema"]), body, f"{verb} {path}")


def check_answer(verb: str, path: str, status: int, document: Json) -> None:
    """Raise DescriptionError for an answer that GitHub would not give."""
    responses = operation(verb, path)["responses"]
    if str(status) not in responses:
        if status not in UNDESCRIBED:
            raise DescriptionError(f"{verb} {path} is not answered with {status}")
        _check({"$ref": "#/components/schemas/basic-error"}, document, f"{status} of {verb} {path}")
        return
    content = resolved(responses[str(status)]).get("content", {})
    if content:
        _check(content["application/json"]["schema"], document, f"{status} of {verb} {path}")


def filled(verb: str, path: str, status: int, document: Json) -> Json:
    """The document with everything that GitHub always sends beside it."""
    return _filled(
        resolved(operation(verb, path)["responses"][str(status)])["content"]["application/json"]["schema"], document
    )


def resolved(node: Json) -> Json:
    """What a reference points at."""
    while "$ref" in node:
        _, _, kind, name = node["$ref"].split("/")
        node = description()["components"][kind][name]
    return node


def _query_parameters(described: Json) -> Iterator[tuple[str, Json]]:
    for parameter in map(resolved, described["parameters"]):
        if parameter["in"] == "query":
            yield parameter["name"], parameter["schema"]


def _check(schema: Json, document: Json, what: str) -> None:
    errors = list(_validator(json.dumps(schema)).iter_errors(document))
    if errors:
        raise DescriptionError(f"{what}: {errors[0].message} at {'/'.join(map(str, errors[0].instance_path))}")


@cache
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator({**json.loads(schema), "components": description()["components"]})


def _filled(schema: Json, document: Json) -> Json:
    schema = resolved(schema)
    if isinstance(document, list):
        return [_filled(schema["items"], item) for item in document]
    if not isinstance(document, dict):
        return document
    schema = next((resolved(choice) for choice in schema.get("anyOf", ()) if choice != {"type": "null"}), schema)
    properties = schema.get("properties", {})
    known = {key: _filled(properties.get(key, {}), value) for key, value in document.items()}
    missing = [key for key in schema.get("required", ()) if key not in document]
    return {**known, **{key: sample(properties[key]) for key in missing}}


def sample(schema: Json) -> Json:
    """The plainest value that a schema allows."""
    schema = resolved(schema)
    choices = schema.get("anyOf") or schema.get("oneOf") or ()
    if choices:
        return None if {"type": "null"} in choices else sample(choices[0])
    if "enum" in schema:
        return schema["enum"][0]
    if "allOf" in schema:
        return sample(schema["allOf"][0])
    kind = schema.get("type", "object")
    return _filled(schema, {}) if kind == "object" else FORMATS.get(schema.get("format", ""), SAMPLES[kind])
