"""What a function says of the names that it gives a value to, and which class that is an object of."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache

import libcst as cst

from reviewer.context import Context, dotted
from reviewer.index.answers import Definition

# What is below them is another scope's, or an attribute or element of another object.
APART = (cst.FunctionDef, cst.ClassDef, cst.Lambda, cst.Attribute, cst.Subscript)
# What a type may stand in without being another one.
TRANSPARENT = frozenset(
    {"typing.Annotated", "typing.Final", "typing.Optional", "typing_extensions.Annotated", "typing_extensions.Final"}
)
# An object that comes from these nobody else has yet.
UNFINISHED = ("__new__", "copy")


def binder(name: str, ctx: Context) -> cst.FunctionDef | None:
    """The innermost function around the node at hand that gives a name a value."""
    around = (outer for outer in ctx.ancestors(ctx.path_to_node[-1]) if isinstance(outer, cst.FunctionDef))
    return next((function for function in around if name in _bindings(function)), None)


def class_held(name: str, function: cst.FunctionDef, ctx: Context) -> Definition | None:
    """The class of this project that a name of a function holds an object of, by annotations and calls of the class.

    None where it gets more than one value of which this is not said, or something that is still being made.
    """
    classes = {_class_named(meaning, ctx) for meaning in _bindings(function).get(name, ())}
    return ctx.index.definition(ctx.path, classes.pop() or "") if len(classes) == 1 else None


@lru_cache(maxsize=16)
def _bindings(function: cst.FunctionDef) -> Mapping[str, Sequence[cst.CSTNode]]:
    """The names that a function gives values to, with what it says of each: a type, a class called, a statement."""
    bindings: defaultdict[str, list[cst.CSTNode]] = defaultdict(list)
    for node in (each for part in (function.params, function.body) for each in _own(part)):
        targets, meaning = _bound(node)
        for name in (each.value for target in targets for each in _own(target) if isinstance(each, cst.Name)):
            bindings[name].append(meaning)
    return bindings


def _own(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    yield node
    if not isinstance(node, APART):
        for child in node.children:
            yield from _own(child)


def _bound(node: cst.CSTNode) -> tuple[Sequence[cst.CSTNode], cst.CSTNode]:
    """The targets to which a statement gives a value, and what it says of that."""
    match node:
        case cst.AnnAssign(target=target, value=cst.Call(func=made)) if (dotted(made) or "").endswith(UNFINISHED):
            return [target], node
        case (
            cst.Param(name=target, annotation=cst.Annotation(annotation=meaning), star="")
            | cst.AnnAssign(target=target, annotation=cst.Annotation(annotation=meaning))
            | cst.Assign(targets=[cst.AssignTarget(target=cst.Name() as target)], value=cst.Call(func=meaning))
        ):
            return [target], meaning
        case cst.Assign(targets=targets):
            return targets, node
        case (
            cst.For(target=target)
            | cst.NamedExpr(target=target)
            | cst.AugAssign(target=target)
            | cst.Param(name=target)
            | cst.AsName(name=target)
        ):
            return [target], node
        case _:
            return [], node


def _class_named(node: cst.CSTNode, ctx: Context) -> str | None:
    """The one class that an annotation stands for, `None` beside it set aside."""
    match node:
        case cst.Name() | cst.Attribute():
            return dotted(node)
        case cst.SimpleString(evaluated_value=str() as text):
            with suppress(cst.ParserSyntaxError):
                return _class_named(cst.parse_expression(text), ctx)
        case cst.BinaryOperation(left=left, operator=cst.BitOr(), right=right):
            sides = [each for each in (left, right) if dotted(each) != "None"]
            return _class_named(sides[0], ctx) if len(sides) == 1 else None
        case cst.Subscript(value=outer, slice=[cst.SubscriptElement(slice=cst.Index(value=first)), *_]):
            return _class_named(first, ctx) if ctx.name_of(outer) in TRANSPARENT else None
    return None
