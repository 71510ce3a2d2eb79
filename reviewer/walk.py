"""The one walk over a file's syntax tree, for all checks at once, dispatching by node type."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache

import libcst as cst

from reviewer.node_fields import HOLDS, Kind
from reviewer.nodes import SEQUENCES

Visit = Callable[[cst.CSTNode], None]


@cache
def leading_fields(wanted: frozenset[Kind]) -> dict[Kind, tuple[str, ...]]:
    """The node types that are wanted or can hold a wanted one below them, each with the fields to look through.

    The last field comes first, as a stack wants it.
    """
    leading = set(wanted)
    while True:
        # A field leads on when its type is one of these or a base of one.
        open_types = {base for kind in leading for base in kind.__mro__}
        found = {kind for kind, held in HOLDS.items() if any(not open_types.isdisjoint(each) for each in held.values())}
        if found <= leading:
            break
        leading |= found
    return {
        kind: tuple(name for name, types in HOLDS[kind].items() if not open_types.isdisjoint(types))[::-1]
        for kind in leading
    }


def walk(module: cst.Module, handlers: Mapping[Kind, Sequence[Visit]], path: list[cst.CSTNode]) -> None:
    """Visit every node that has a handler once, parents first; no other part of the tree is looked at.

    `path` holds the node being visited, last, and its ancestors before it.
    """
    leading = leading_fields(frozenset(handlers) | {cst.Module})
    waiting: list[cst.CSTNode | None] = [module]
    while waiting:
        node = waiting.pop()
        if node is None:
            path.pop()
            continue
        path.append(node)
        kind = type(node)
        for handler in handlers.get(kind, ()):
            handler(node)
        waiting.append(None)
        for name in leading[kind]:
            value = getattr(node, name)
            held = type(value)
            if held in leading:
                waiting.append(value)
            elif held in SEQUENCES:
                waiting += [item for item in value[::-1] if type(item) in leading]
