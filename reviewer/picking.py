"""What a function does with a value without a type: it picks keys out of it, makes a model of it, hands it on."""

from collections.abc import Iterator
from enum import StrEnum

import libcst as cst

from reviewer.context import Context
from reviewer.index.answers import Kind
from reviewer.nodes import below, dotted, parts

PICKING = frozenset({"get", "pop", "setdefault"})
VALIDATING = frozenset({"model_validate", "parse_obj"})
HOLDING = frozenset({Kind.DATACLASS, Kind.ORM_MODEL, Kind.PYDANTIC})
LOOKING = frozenset({"bool", "isinstance", "len", "print", "type"})
LOGGERS = frozenset({"log", "logger", "logging"})


class Use(StrEnum):
    """What is done with a value; `whole` is anything that lets it go on as it is, or that is not known."""

    PICKED = "picked"
    MODELLED = "modelled"
    WHOLE = "whole"


def uses_in(body: cst.CSTNode, ctx: Context, *, name: str = "", read: str = "") -> frozenset[Use]:
    """What is done below a node with a variable `name`, or with what `await read()` gives.

    Looking whether it is there, counting and logging are no uses.
    """
    read_into = frozenset(_bound_to(body, read)) if read else frozenset({name})
    return frozenset(_Uses(ctx, read_into, read).among(body))


def _bound_to(body: cst.CSTNode, read: str) -> Iterator[str]:
    """The variables that hold what is read."""
    for each in below(body):
        match each:
            case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))], value=value) if _reads(
                value, read
            ):
                yield name
            case cst.AnnAssign(target=cst.Name(value=name), value=cst.Await() as value) if _reads(value, read):
                yield name


def _reads(node: cst.CSTNode, read: str) -> bool:
    return isinstance(node, cst.Await) and bool(read) and dotted(node.expression) == read


class _Uses:
    """Tells the uses of some variables, and of what is read."""

    def __init__(self, ctx: Context, names: frozenset[str], read: str) -> None:
        self._ctx = ctx
        self._names = names
        self._read = read

    def _is_body(self, node: cst.CSTNode) -> bool:
        return _reads(node, self._read) or (isinstance(node, cst.Name) and node.value in self._names)

    def among(self, node: cst.CSTNode) -> Iterator[Use]:
        """The uses at a node and below it, in the order of the source."""
        match node:
            case _ if self._is_body(node):
                yield Use.WHOLE
            case (
                cst.Assign(targets=[cst.AssignTarget(target=target)], value=value)
                | cst.AnnAssign(target=target, value=cst.BaseExpression() as value)
            ) if self._is_body(target):
                yield from self._bound(value)
            case cst.Subscript(
                value=value, slice=[cst.SubscriptElement(slice=cst.Index(value=cst.SimpleString()))]
            ) if self._is_body(value):
                yield Use.PICKED
            case cst.Call():
                yield from self._called(node)
            case cst.For(target=target, iter=value, body=inner) if self._is_body(value):
                yield from self._each(target, inner)
            case cst.BaseSimpleComp(elt=inner, for_in=cst.CompFor(target=target, iter=value)) if self._is_body(value):
                yield from self._each(target, inner)
            case _:
                yield from self._below(node)

    def _below(self, node: cst.CSTNode) -> Iterator[Use]:
        """The uses in the parts of a node, without those that only look whether a body is there, or show it."""
        inner: list[cst.CSTNode | None]
        match node:
            case cst.Attribute(value=value) | cst.Arg(value=value):
                inner = [value]
            case cst.If(test=test) | cst.IfExp(test=test) | cst.UnaryOperation(expression=test) if self._is_body(test):
                inner = [each for each in parts(node) if each is not test]
            case cst.Comparison() | cst.FormattedStringExpression() | cst.BooleanOperation(operator=cst.And()):
                inner = [each for each in _operands(node) if not self._is_body(each)]
            case _:
                inner = [*parts(node)]
        for part in inner:
            if part is not None:
                yield from self.among(part)

    def _bound(self, value: cst.BaseExpression) -> Iterator[Use]:
        """What is bound to the name of a body again: the body, nothing, a model made of it, or another thing."""
        match value:
            case cst.BooleanOperation(left=left, right=cst.Dict(elements=[])) if self._is_body(left):
                return
            case cst.Dict(elements=[]) | cst.Name(value="None"):
                return
            case _ if _reads(value, self._read):
                return
            case _:
                yield Use.WHOLE
                yield from self.among(value)

    def _called(self, node: cst.Call) -> Iterator[Use]:
        given = [each.value for each in node.args]
        match node.func:
            case cst.Attribute(value=value, attr=cst.Name(value=verb)) if self._is_body(value) and verb in PICKING:
                yield Use.PICKED if given and isinstance(given[0], cst.SimpleString) else Use.WHOLE
            case _ if self._is_model(node):
                yield Use.MODELLED
            case _ if _only_looks(dotted(node) or ""):
                given = [each for each in given if not self._is_body(each)]
            case function:
                given = [function, *given]
        for part in given:
            yield from self.among(part)

    def _is_model(self, node: cst.Call) -> bool:
        """Whether a call makes an object of a class that holds data of a body: `Job(**body)`."""
        given = [each.star for each in node.args if self._is_body(each.value)]
        name = dotted(node) or ""
        outer, _, verb = name.rpartition(".")
        held = "" if not given else outer if verb in VALIDATING else name if "**" in given else ""
        found = self._ctx.index.definition(self._ctx.path, held) if held else None
        answer = self._ctx.index.class_answer(found.path, found.symbol) if found else None
        return answer is not None and answer.kind in HOLDING

    def _each(self, target: cst.BaseExpression, inner: cst.CSTNode) -> Iterator[Use]:
        """What is done with each part of a list."""
        if isinstance(target, cst.Name):
            yield from _Uses(self._ctx, frozenset({target.value}), "").among(inner)
        else:
            yield Use.WHOLE


def _operands(node: cst.CSTNode) -> list[cst.CSTNode]:
    match node:
        case cst.Comparison(left=left, comparisons=others):
            return [left, *(each.comparator for each in others)]
        case cst.BooleanOperation(left=left, right=right):
            return [left, right]
        case _:
            return parts(node)


def _only_looks(name: str) -> bool:
    """Whether a function that is called looks at what it is given, or shows it."""
    return name in LOOKING or name.partition(".")[0].strip("_").lower() in LOGGERS
