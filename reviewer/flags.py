"""The flags of a function, which are its boolean parameters, and which of them choose what it does."""

from collections.abc import Callable, Collection, Iterator

import libcst as cst

from reviewer.nodes import SCOPES, below, dotted, look

TRUTH = frozenset({"True", "False"})
# Calls by which a program talks about its work without doing any.
REPORTING = frozenset({"console", "echo", "log", "logger", "logging", "print", "warnings"})
# Calls that put what they are given into a row, a statement or an object.
KEEPING = frozenset({"dict", "filter_by", "is_", "is_not", "setattr", "setdefault", "update", "values"})

# Methods and functions of SQLAlchemy that say which rows come along.
LOADING = frozenset(
    {"contains_eager", "defer", "joinedload", "load_only", "noload", "options", "selectinload", "subqueryload"}
)


def choosing(function: cst.FunctionDef) -> list[cst.Param]:
    """The flags on which the function's own body branches, and which it does not keep, compare or give back as a value.

    A branch that only reports is none, nor is one that gives back a truth or says how rows are loaded; a flag whose
    default has a name is none.
    """
    found = {name: each for name, each in _flags(function) if not _has_named_default(each)}
    uses = _Uses(found)
    if found:
        look(function.body, uses.visit)
    return [each for name, each in found.items() if name in uses.tested and name not in uses.kept]


def _flags(function: cst.FunctionDef) -> Iterator[tuple[str, cst.Param]]:
    """The parameters that are a `bool`, by their annotation or else by their default, and are not called `_…`."""
    parameters = function.params
    named = (*parameters.posonly_params, *parameters.params, *parameters.kwonly_params)
    return ((each.name.value, each) for each in named if _is_flag(each) and each.name.value[0] != "_")


def _has_named_default(parameter: cst.Param) -> bool:
    return parameter.default is not None and (dotted(parameter.default) or "True") not in TRUTH


def _is_flag(parameter: cst.Param) -> bool:
    match parameter.annotation:
        case cst.Annotation(annotation=cst.SimpleString(evaluated_value=str() as text)):
            return text == "bool"
        case cst.Annotation(annotation=annotation):
            return dotted(annotation) in {"bool", "builtins.bool"}
        case _:
            return dotted(parameter.default) in TRUTH if parameter.default else False


class _Uses:
    """What a function does with its flags: which of them it has `tested`, and which `kept` as values."""

    def __init__(self, flags: Collection[str]) -> None:
        self.tested: set[str] = set()
        self.kept: set[str] = set()
        self._flags = flags

    def visit(self, node: cst.CSTNode) -> bool:
        """Note what a node does with a flag, and look below it."""
        match node:
            case cst.If(test=test):
                self._test(test, node)
            case cst.IfExp(test=test) if not (_is_literal(node.body) and _is_literal(node.orelse)):
                self._test(test, None)
            case cst.Comparison() if not _named(node, self._flags):
                self._keep(node.left, *(each.comparator for each in node.comparisons))
            case (
                cst.Return(value=value)
                | cst.Yield(value=value)
                | cst.DictElement(value=value)
                | cst.Element(value=value)
            ):
                self._keep(value)
            case cst.Assign(targets=targets, value=value):
                held = any(isinstance(each.target, cst.Attribute | cst.Subscript) for each in targets)
                if held or isinstance(value, cst.BooleanOperation):
                    self._keep(value)
            case cst.Call(args=given) if _keeps(node):
                self._keep(*(each.value for each in given))
        return type(node) not in SCOPES

    def _test(self, test: cst.BaseExpression, branch: cst.If | None) -> None:
        name = _named(test, self._flags)
        if name and not (branch and any(_only(branch, does) for does in (_reports, _answers, _loads))):
            self.tested.add(name)

    def _keep(self, *values: cst.CSTNode | None) -> None:
        parts = (part for value in values if value for part in _operands(value))
        self.kept |= {name for part in parts if (name := _named(part, self._flags))}


def _operands(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """What `and` and `or` put together in an expression, or the expression itself."""
    if isinstance(node, cst.BooleanOperation):
        yield from _operands(node.left)
        yield from _operands(node.right)
    else:
        yield node


def _named(node: cst.CSTNode, flags: Collection[str]) -> str | None:
    """The flag that an expression is, or is the opposite of."""
    match node:
        case cst.Name(value=name):
            return name if name in flags else None
        case cst.UnaryOperation(operator=cst.Not(), expression=inner):
            return _named(inner, flags)
        case cst.Comparison(left=left, comparisons=[cst.ComparisonTarget(comparator=other)]) if dotted(other) in TRUTH:
            return _named(left, flags)
        case _:
            return None


def _is_literal(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.SimpleString | cst.ConcatenatedString | cst.BaseNumber)


def _keeps(call: cst.Call) -> bool:
    """Whether a call puts what it is given into an object, a row or a statement: a class has a capital letter."""
    name = (dotted(call.func) or "").rpartition(".")[2]
    return name[:1].isupper() or name in KEEPING


def _only(branch: cst.If, is_such: Callable[[cst.CSTNode], bool]) -> bool:
    """Whether all statements of a branch, and of its `else`, are such ones."""
    blocks = [branch.body, *([branch.orelse.body] if isinstance(branch.orelse, cst.Else) else [])]
    lines = [line for block in blocks for line in block.body]
    small = [each for line in lines for each in (line.body if isinstance(line, cst.SimpleStatementLine) else (line,))]
    return not isinstance(branch.orelse, cst.If) and all(map(is_such, small))


def _answers(statement: cst.CSTNode) -> bool:
    """Whether a statement gives back a truth: the flag is a part of what the function says of its arguments."""
    return isinstance(statement, cst.Return) and statement.value is not None and dotted(statement.value) in TRUTH


def _loads(statement: cst.CSTNode) -> bool:
    """Whether a statement only says how the rows of a query are loaded."""
    match statement:
        case cst.If():
            return _only(statement, _loads)
        case cst.Assign(value=cst.Call() as call) | cst.Expr(value=cst.Call() as call):
            calls = (each for each in below(call) if isinstance(each, cst.Call))
            return any(_last(each.func) in LOADING for each in calls)
        case _:
            return False


def _last(function: cst.BaseExpression) -> str:
    match function:
        case cst.Name(value=name) | cst.Attribute(attr=cst.Name(value=name)):
            return name
        case _:
            return ""


def _reports(statement: cst.CSTNode) -> bool:
    match statement:
        case cst.Expr(value=cst.Call(func=func)):
            return not REPORTING.isdisjoint((dotted(func) or "").split("."))
        case _:
            return isinstance(statement, cst.Pass)
