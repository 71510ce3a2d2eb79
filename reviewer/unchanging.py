"""The edits that put what cannot be changed in the place of a field that can: a tuple for a list."""

from collections.abc import Iterator, Mapping

import libcst as cst

from reviewer.context import Context
from reviewer.model import Edit
from reviewer.nodes import below, dotted

# By the mutable type: what takes its place, what stands behind the type of the elements, and what is empty.
INSTEAD: Mapping[str, tuple[str, str, str]] = {
    "list": ("tuple", ", ...", "()"),
    "typing.List": ("tuple", ", ...", "()"),
    "set": ("frozenset", "", "frozenset()"),
    "typing.Set": ("frozenset", "", "frozenset()"),
}
MAKERS = frozenset({"attr.field", "attr.ib", "attrs.field", "dataclasses.field", "pydantic.Field"})
FACTORIES = frozenset({"default_factory", "factory"})


def fixed_field(field: cst.AnnAssign, owner: cst.ClassDef, ctx: Context) -> tuple[Edit, ...] | None:
    """The edits of a field of a class, its default among them; None where it is not certain that they are enough.

    That is where the class itself does more with the field than read it, as far as its own code tells.
    """
    name = dotted(field.target) or ""
    found = [*_mutable(field.annotation.annotation, ctx)]
    if len(found) != 1 or _is_used(name, owner):
        return None
    node, kind = found[0]
    default = _default(field.value, INSTEAD[kind][2], ctx)
    return None if default is None else (_retyped(node, kind, ctx), *default)


def _mutable(annotation: cst.BaseExpression, ctx: Context) -> Iterator[tuple[cst.BaseExpression, str]]:
    """The places of an annotation, not in quotes, that name a list or a set."""
    held = {each.value for each in below(annotation) if isinstance(each, cst.Subscript)}
    for each in below(annotation):
        kind = _kind(each.value if isinstance(each, cst.Subscript) else each, ctx)
        if each not in held and isinstance(each, cst.BaseExpression) and kind in INSTEAD:
            yield each, kind


def _kind(node: cst.CSTNode, ctx: Context) -> str:
    return (ctx.name_of(node) or "").removeprefix("builtins.") if dotted(node) else ""


def _retyped(node: cst.BaseExpression, kind: str, ctx: Context) -> Edit:
    name, rest, _ = INSTEAD[kind]
    if not isinstance(node, cst.Subscript):
        return ctx.replace(node, name)
    inside = ", ".join(ctx.source(each.slice) for each in node.slice)
    return ctx.replace(node, f"{name}[{inside}{rest}]")


def _default(value: cst.BaseExpression | None, empty: str, ctx: Context) -> tuple[Edit, ...] | None:
    """The edits of a default; None for one that is of the old type, or may be."""
    match value:
        case None | cst.Name(value="None"):
            return ()
        case cst.List(elements=[]):
            return (ctx.replace(value, empty),)
        case cst.Call(args=arguments) if ctx.name_of(value.func) in MAKERS:
            made = [each for each in arguments if each.keyword and each.keyword.value in FACTORIES]
            given = {each.keyword.value for each in arguments if each.keyword}
            if not made:
                return () if "default" not in given and all(each.keyword for each in arguments) else None
            return _made(value, made[0], empty, ctx)
        case _:
            return None


def _made(call: cst.Call, factory: cst.Arg, empty: str, ctx: Context) -> tuple[Edit, ...] | None:
    """What the call of a factory becomes: the empty value, where that is all, and somebody else needs the import."""
    if dotted(factory.value) not in {"list", "set"}:
        return None
    name = dotted(call.func)
    elsewhere = (each for each in below(ctx.module) if isinstance(each, cst.Call) and dotted(each.func) == name)
    alone = len(call.args) == 1 and sum(1 for _ in elsewhere) > 1
    return (ctx.replace(call, empty) if alone else ctx.replace(factory, f"default={empty}"),)


def _is_used(name: str, owner: cst.ClassDef) -> bool:
    """Whether the class does more with a field of its own than hand it out or go through it."""
    parts = [*below(owner)]
    done = (each for outer in parts for each in _operands(outer))
    named = (each.evaluated_value for each in parts if isinstance(each, cst.SimpleString))
    return any(isinstance(each, cst.Attribute) and each.attr.value == name for each in done) or name in named


def _operands(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """What a node calls a method of, compares, adds to, looks into or sets."""
    match node:
        case cst.Comparison(left=left, comparisons=others):
            yield from (left, *(each.comparator for each in others))
        case cst.Attribute(value=value) | cst.Subscript(value=value):
            yield value
        case cst.AssignTarget(target=target) | cst.AugAssign(target=target):
            yield target
        case cst.BinaryOperation(left=left, right=right):
            yield from (left, right)
