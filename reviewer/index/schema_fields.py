"""The fields of a schema that its documentation shows no more of than `"string"` or `0`."""

import ast
from collections.abc import Iterator

from reviewer.index.annotations import parsed
from reviewer.index.facts import Assignment, Value
from reviewer.index.sessions import last

WRAPPING = frozenset({"None", "Optional", "Union", "list", "List", "Sequence", "set", "Set", "tuple", "Tuple"})
PLAIN = frozenset({"Any", "Decimal", "Dict", "Mapping", "bytes", "dict", "float", "int", "object", "str"})
NO_DEFAULTS = frozenset({"...", "None", "Ellipsis", "PydanticUndefined", "Undefined"})
# Words of people, which look as they like, and secrets, which nobody shows.
FREE = frozenset(
    {"body", "comment", "content", "description", "first_name", "full_name", "last_name", "message", "note", "notes"}
    | {"reason", "subject", "summary", "text", "title"}
)
SECRET = ("password", "password1", "password2", "secret", "token")


def type_names(tree: ast.expr) -> Iterator[str]:
    """The dotted names of the types in an annotation, those in quotes too; `Literal` keeps its values to itself."""
    match tree:
        case ast.Constant(value=None):
            yield "None"
        case ast.Constant(value=str() as text):
            inner = parsed(text)
            yield from type_names(inner) if inner else ()
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            yield from type_names(left)
            yield from type_names(right)
        case ast.Name() | ast.Attribute():
            yield ast.unparse(tree)
        case ast.Subscript(value=value, slice=index):
            yield from _of_generic(last(ast.unparse(value)), ast.unparse(value), index)
        case _:
            return


def _of_generic(kind: str, name: str, index: ast.expr) -> Iterator[str]:
    arguments = index.elts if isinstance(index, ast.Tuple) else [index]
    if kind != "Annotated":
        yield name
    taken = {"Annotated": arguments[:1], "Literal": []}.get(kind, arguments)
    for each in taken:
        yield from type_names(each)


def is_unclear(field: Assignment) -> bool:
    """Whether a field has a plain type that may hold anything, and neither a name nor a default that shows what."""
    if field.name in FREE or field.name.lower().endswith(SECRET):
        return False
    tree = parsed(field.annotation or "")
    names = {last(name) for name in type_names(tree)} if tree else set()
    holds_anything = bool(names & PLAIN) and names <= PLAIN | WRAPPING
    return holds_anything and not (field.value and _shows(field.value))


def _shows(value: Value) -> bool:
    """Whether a default is an example."""
    if not value.called:
        return value.text not in NO_DEFAULTS
    if last(value.name) != "Field" or value.keyword("default_factory") is not None:
        return True
    default = value.positional[0] if value.positional else value.keyword("default")
    return default is not None and default not in NO_DEFAULTS
