"""The calls of a file that tell a web application what to serve, and the texts that its addresses are made of."""

import ast
import re
from collections.abc import Iterator

from reviewer.index.branches import parts
from reviewer.index.facts import Wiring
from reviewer.index.outline import Outline

# What registers a route: a method of an application or a router.
VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "trace", "api_route"})
WIRING_WORDS = (b"include_router", b"add_api_route")
DECORATED_BY_CALL = re.compile(rb"\)\(\s*\w")
# The argument that is the router or the handler: its place and its name.
GIVEN = {"include_router": (0, "router"), "add_api_route": (1, "endpoint")}
LONGEST_PREFIX = 100
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def may_wire(source: bytes) -> bool:
    """Whether a file may hold such a call, told by its bytes; one of a decorator stands beside an import of FastAPI."""
    if any(word in source for word in WIRING_WORDS):
        return True
    return b")(" in source and b"fastapi" in source and DECORATED_BY_CALL.search(source) is not None


def wirings(tree: ast.Module, outline: Outline) -> tuple[Wiring, ...]:
    """The calls of `include_router` and `add_api_route`, and those of a route's decorator with its handler."""
    return tuple(_wirings(tree, outline))


def _wirings(tree: ast.Module, outline: Outline) -> Iterator[Wiring]:
    waiting: list[tuple[str, ast.AST]] = [("", tree)]
    while waiting:
        scope, node = waiting.pop()
        if isinstance(node, SCOPES):
            scope = f"{scope}.{node.name}" if scope else node.name
        if isinstance(node, ast.Call) and (found := _wiring(scope, node, outline)):
            yield found
        waiting.extend((scope, child) for child in reversed(parts(node)))


def _wiring(scope: str, node: ast.Call, outline: Outline) -> Wiring | None:
    match node.func:
        case ast.Attribute(attr=name) if name in GIVEN:
            given = argument(node, *GIVEN[name])
            return Wiring(scope, node.lineno, outline.value(node), None, outline.optional_value(given))
        case ast.Call(func=ast.Attribute(attr=name)) as first if name in VERBS and node.args:
            return Wiring(scope, node.lineno, outline.value(node), outline.value(first), outline.value(node.args[0]))
        case _:
            return None


def argument(node: ast.Call, place: int, name: str) -> ast.expr | None:
    """An argument of a call by its place or its name."""
    if len(node.args) > place:
        return node.args[place]
    return next((each.value for each in node.keywords if each.arg == name), None)


def constant(statement: ast.stmt, outline: Outline) -> Iterator[tuple[str, str]]:
    """The name that a statement gives a part of an address or a union of types, and that as it is written."""
    match statement:
        case (
            ast.Assign(targets=[ast.Name(id=name)], value=value)
            | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
        ) if _is_union(name, value) or (_is_address(value) and len(outline.text(value)) <= LONGEST_PREFIX):
            yield name, outline.text(value)
        case _:
            return


def _is_union(name: str, value: ast.expr) -> bool:
    return name[:1].isupper() and isinstance(value, ast.BinOp) and isinstance(value.op, ast.BitOr)


def _is_address(value: ast.expr) -> bool:
    """Whether a text begins with a slash, is empty, or has others put into it."""
    slashed = isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value[:1] in {"", "/"}
    return slashed or isinstance(value, ast.JoinedStr)
