"""The ways through a syntax tree: past white space, comments and punctuation, and without libcst's own visitors.

A test of a node's very type costs a look into a table. `isinstance` asks `abc` instead, whose answer takes Python code,
and `children` makes a visitor for every node; together they took longer than all that checks have to do.
"""

from collections.abc import Callable, Iterator, Mapping

import libcst as cst

from reviewer.node_fields import FIELDS

SEQUENCES = frozenset({list, tuple})
SCOPES = frozenset({cst.FunctionDef, cst.ClassDef, cst.Lambda})
# The last first, as a stack wants them.
_BACKWARDS: Mapping[type[cst.CSTNode], tuple[str, ...]] = {kind: names[::-1] for kind, names in FIELDS.items()}


def parts(node: cst.CSTNode) -> list[cst.CSTNode]:
    """The nodes right below a node, in the order of the source."""
    found: list[cst.CSTNode] = []
    for name in FIELDS[type(node)]:
        value = getattr(node, name)
        kind = type(value)
        if kind in FIELDS:
            found.append(value)
        elif kind in SEQUENCES:
            found += value
    return found


def below(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A node and all nodes below it, in the order of the source."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        yield found
        _push(found, waiting)


def look(node: cst.CSTNode, visit: Callable[[cst.CSTNode], bool]) -> None:
    """Visit a node and those below it, in the order of the source, but none below one of which `visit` says no."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        if visit(found):
            _push(found, waiting)


def in_body(function: cst.FunctionDef) -> Iterator[cst.CSTNode]:
    """All nodes of a function's body without those of the scopes that it defines."""
    waiting: list[cst.CSTNode] = [function.body]
    while waiting:
        found = waiting.pop()
        if type(found) not in SCOPES:
            yield found
            _push(found, waiting)


def _push(node: cst.CSTNode, waiting: list[cst.CSTNode]) -> None:
    for name in _BACKWARDS[type(node)]:
        value = getattr(node, name)
        kind = type(value)
        if kind in FIELDS:
            waiting.append(value)
        elif kind in SEQUENCES:
            waiting += value[::-1]


def dotted(node: cst.CSTNode) -> str | None:
    """`a.b.c` as it is written, calls left out, None for anything but names and attributes."""
    names: list[str] = []
    while True:
        if type(node) is cst.Name:
            names.append(node.value)
            return ".".join(reversed(names))
        if type(node) is cst.Attribute:
            names.append(node.attr.value)
            node = node.value
        elif type(node) is cst.Call:
            node = node.func
        elif type(node) is cst.Decorator:
            node = node.decorator
        else:
            return None
