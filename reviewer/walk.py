"""The one walk over a file's syntax tree, for all checks at once, dispatching by node type."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from functools import cache

import libcst as cst

Visit = Callable[[cst.CSTNode], None]

# Fields that hold only white space, comments and punctuation; no check asks for those nodes.
TRIVIAL_FIELDS = frozenset(
    {
        "asynchronous",
        "colon",
        "comma",
        "dot",
        "empty_lines",
        "equal",
        "footer",
        "header",
        "indent",
        "lbrace",
        "lbracket",
        "leading_lines",
        "lines_after_decorators",
        "lpar",
        "newline",
        "rbrace",
        "rbracket",
        "rpar",
        "semicolon",
        "trailing_whitespace",
    }
)


@cache
def child_fields(node_type: type[cst.CSTNode]) -> tuple[str, ...]:
    """The fields of a node type that can hold nodes which are not trivia, in the order of the class."""
    return tuple(
        field.name
        for field in fields(node_type)
        if field.name not in TRIVIAL_FIELDS and not field.name.startswith("whitespace")
    )


def children(node: cst.CSTNode) -> list[cst.CSTNode]:
    """The nodes directly below `node`, trivia left out."""
    found: list[cst.CSTNode] = []
    for name in child_fields(type(node)):
        value = getattr(node, name)
        if isinstance(value, cst.CSTNode):
            found.append(value)
        elif type(value) is tuple or type(value) is list:
            found.extend(item for item in value if isinstance(item, cst.CSTNode))
    return found


def walk(module: cst.Module, handlers: Mapping[type[cst.CSTNode], Sequence[Visit]], path: list[cst.CSTNode]) -> None:
    """Visit every node once, parents first; `path` holds the node being visited, last, and its ancestors before it."""
    waiting: list[cst.CSTNode | None] = [module]
    while waiting:
        node = waiting.pop()
        if node is None:
            path.pop()
            continue
        path.append(node)
        for handler in handlers.get(type(node), ()):
            handler(node)
        below = children(node)
        if below:
            waiting.append(None)
            waiting.extend(reversed(below))
        else:
            path.pop()
