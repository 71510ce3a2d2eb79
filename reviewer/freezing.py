"""The edits that make the objects of a class immutable."""

import libcst as cst

from reviewer.context import Context
from reviewer.index.answers import Kind
from reviewer.model import Edit
from reviewer.nodes import below
from reviewer.rewriting import behind, with_argument

MAKERS = {
    Kind.DATACLASS: frozenset({"dataclasses.dataclass", "pydantic.dataclasses.dataclass"}),
    Kind.ATTRS: frozenset({"attr.attrs", "attr.define", "attr.s", "attrs.define"}),
}
CONFIGURES = frozenset({"pydantic.ConfigDict", "pydantic.config.ConfigDict"})
WRITING = (cst.AnnAssign, cst.AssignTarget, cst.AugAssign, cst.Del, cst.For)
FROZEN, TRUE = "frozen", "True"


def frozen(node: cst.ClassDef, kind: Kind, ctx: Context) -> Edit | None:
    """The edit that freezes a class, in whatever form it is made; None where that is not certain to work."""
    if _writes(node) or ctx.index.freezing_hindrance(ctx.path, ctx.symbol(node)) is not None:
        return None
    if kind is Kind.PYDANTIC:
        return _frozen_model(node, ctx)
    found = [each.decorator for each in node.decorators if ctx.name_of(each) in MAKERS.get(kind, ())]
    if len(found) != 1:
        return None
    maker = found[0]
    if isinstance(maker, cst.Call):
        return with_argument(ctx, maker, FROZEN, TRUE)
    return behind(ctx, maker, "(frozen=True)")


def _frozen_model(node: cst.ClassDef, ctx: Context) -> Edit | None:
    """The edit of the model's own configuration, else of the line that defines it."""
    for line in node.body.body:
        match line:
            case cst.ClassDef(name=cst.Name(value="Config")):
                return None
            case cst.SimpleStatementLine(body=[cst.Assign() | cst.AnnAssign() as setting]) if _is_config(setting):
                return _configured(setting.value, ctx)
    if node.decorators or not node.bases or node.keywords:
        return None
    return behind(ctx, node.bases[-1], ", frozen=True")


def _configured(value: cst.BaseExpression | None, ctx: Context) -> Edit | None:
    if not isinstance(value, cst.Call) or ctx.name_of(value.func) not in CONFIGURES:
        return None
    return with_argument(ctx, value, FROZEN, TRUE)


def _is_config(statement: cst.Assign | cst.AnnAssign) -> bool:
    targets = [statement] if isinstance(statement, cst.AnnAssign) else statement.targets
    return any(isinstance(each.target, cst.Name) and each.target.value == "model_config" for each in targets)


def _writes(node: cst.ClassDef) -> bool:
    """Whether a method may set an attribute of its own object."""
    writing = (each for each in below(node) if isinstance(each, WRITING))
    return any(isinstance(part, cst.Attribute) for each in writing for part in below(each.target))
