"""The one walk over a file's syntax tree, for all checks at once, dispatching by node type."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from functools import cache
from inspect import isclass
from itertools import chain
from typing import ForwardRef, get_args

import libcst as cst

from reviewer.context import TRIVIAL_FIELDS

Visit = Callable[[cst.CSTNode], None]


@cache
def leading_fields(wanted: frozenset[type[cst.CSTNode]]) -> dict[type[cst.CSTNode], tuple[str, ...]]:
    """The node types that are wanted or can hold a wanted one below them, each with the fields to look through."""
    mentions = {kind: _mentions(kind) for kind in _concrete_types()}
    leading = set(wanted)
    while True:
        # A field leads on when its type is one of these or a base of one.
        open_types = {base for kind in leading for base in kind.__mro__}
        found = {kind for kind, by_field in mentions.items() if not open_types.isdisjoint(chain(*by_field.values()))}
        if found <= leading:
            break
        leading |= found
    return {
        kind: tuple(name for name, types in mentions[kind].items() if not open_types.isdisjoint(types))
        for kind in leading
    }


def _concrete_types() -> list[type[cst.CSTNode]]:
    return [kind for kind in vars(cst).values() if isclass(kind) and issubclass(kind, cst.CSTNode)]


@cache
def _mentions(kind: type[cst.CSTNode]) -> dict[str, frozenset[object]]:
    """The types that a node type's fields may hold, trivia left out."""
    return {
        field.name: frozenset(_flat(field.type))
        for field in fields(kind)
        if field.name not in TRIVIAL_FIELDS and not field.name.startswith("whitespace")
    }


def _flat(annotation: object) -> Iterator[object]:
    """The types in an annotation, unions and sequences taken apart, forward references looked up."""
    if isinstance(annotation, ForwardRef):
        annotation = annotation.__forward_arg__
    if isinstance(annotation, str):
        annotation = getattr(cst, annotation, None)
    inner = get_args(annotation)
    yield from chain(*map(_flat, inner)) if inner else [annotation]


def walk(module: cst.Module, handlers: Mapping[type[cst.CSTNode], Sequence[Visit]], path: list[cst.CSTNode]) -> None:
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
        for handler in handlers.get(type(node), ()):
            handler(node)
        below = _below(node, leading)
        if below:
            waiting.append(None)
            waiting.extend(reversed(below))
        else:
            path.pop()


def _below(node: cst.CSTNode, leading: Mapping[type[cst.CSTNode], tuple[str, ...]]) -> list[cst.CSTNode]:
    """The nodes directly below that are wanted or lead to one."""
    found: list[cst.CSTNode] = []
    for name in leading[type(node)]:
        value = getattr(node, name)
        if isinstance(value, tuple | list):
            found.extend([item for item in value if type(item) in leading])
        elif type(value) in leading:
            found.append(value)
    return found
