"""The ways down a tree of stdlib `ast`: past contexts and operators, and several times as fast as `ast`'s own."""

import ast
from collections.abc import Iterator, Mapping
from inspect import isclass

# What holds no code: the fields that say how a name is used or how two things are put together.
OPERATORS = frozenset({"ctx", "kind", "op", "ops", "type_comment"})
LEAVES = (ast.Name, ast.Constant, ast.alias)
_FIELDS: Mapping[type[ast.AST], tuple[str, ...]] = {
    kind: () if issubclass(kind, LEAVES) else tuple(name for name in kind._fields if name not in OPERATORS)
    for kind in vars(ast).values()
    if isclass(kind) and issubclass(kind, ast.AST)
}


def parts(node: ast.AST) -> list[ast.AST]:
    """The nodes right below a node, in the order of its fields."""
    found: list[ast.AST] = []
    for name in _FIELDS[type(node)]:
        value = getattr(node, name, None)
        kind = type(value)
        if kind in _FIELDS:
            found.append(value)  # type: ignore[arg-type]  # its type is one of a node
        elif kind is list:
            found += [item for item in value if type(item) in _FIELDS]  # type: ignore[union-attr]  # it is a list
    return found


def below(node: ast.AST) -> Iterator[ast.AST]:
    """A node and all nodes below it, in no order to rely on."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        yield found
        waiting += parts(found)
