"""What a function returns, told from its own code: nothing, or values that can be nothing else than of one type."""

from collections.abc import Iterator, Mapping

import libcst as cst

from reviewer.context import Context
from reviewer.nodes import dotted
from reviewer.returning import Returned

# Decorators that leave to a function what it returns, and ask for no hint.
HARMLESS = frozenset(
    {
        *("classmethod", "property", "staticmethod", "functools.cache", "functools.cached_property"),
        *("functools.lru_cache", "functools.wraps", "typing.override", "typing_extensions.override"),
    }
)
ACCESSORS = ("setter", "deleter")
CALLS: Mapping[str, str] = {
    **dict.fromkeys(("all", "any", "bool", "callable", "hasattr", "isinstance", "issubclass"), "bool"),
    **dict.fromkeys(("repr", "str"), "str"),
    **dict.fromkeys(("int", "len"), "int"),
    "float": "float",
}
LITERALS: Mapping[type[cst.CSTNode], str] = {cst.FormattedString: "str", cst.Integer: "int", cst.Float: "float"}
# Methods of a text that bring a text.
OF_TEXT = frozenset({"format", "join", "lower", "replace", "strip", "upper"})
CERTAIN = (cst.Is, cst.IsNot, cst.In, cst.NotIn)
EMPTY = (cst.Pass, cst.Ellipsis, cst.BaseString)


def result_of(function: cst.FunctionDef, ctx: Context) -> str | None:
    """The type of what a function returns, as this file can write it; None where that is not certain.

    Left alone are routes, whose hint FastAPI takes for a response model, methods that a base of the project has too,
    and what a decorator may look at.
    """
    if not all(_is_harmless(each, ctx) for each in function.decorators) or _is_laid_down(function, ctx):
        return None
    returned = Returned(function)
    if returned.yields or ctx.routes(function) or _is_unwritten(function.body):
        return None
    ends = _ends(function.body)
    if not returned.given:
        return None if ends and not returned.empty else "None"
    if returned.empty or not ends:
        return None
    found = {_type_of(each, function, returned, ctx) for each in returned.given}
    return found.pop() if len(found) == 1 else None


def _is_harmless(decorator: cst.Decorator, ctx: Context) -> bool:
    name = ctx.name_of(decorator) or ""
    return name.removeprefix("builtins.") in HARMLESS or name.rpartition(".")[2] in ACCESSORS


def _is_laid_down(function: cst.FunctionDef, ctx: Context) -> bool:
    """Whether a base of the project says what a method returns."""
    owner, name = ctx.scope(function), function.name.value
    is_method = ctx.enclosing_class(function) is not None
    return is_method and name != "__init__" and name in ctx.index.inherited_methods(ctx.path, owner)


def _is_unwritten(body: cst.BaseSuite) -> bool:
    """Whether a function only holds the place of another one."""
    lines = [
        part for line in body.body for part in (line.body if isinstance(line, cst.SimpleStatementLine) else (line,))
    ]
    values = [part.value if isinstance(part, cst.Expr) else part for part in lines]
    return all(isinstance(each, EMPTY) for each in values)


def _ends(body: cst.BaseSuite) -> bool:
    """Whether no way leads past the end of a block, as far as that is certain."""
    last = body.body[-1] if body.body else None
    match last:
        case cst.SimpleStatementLine(body=[*_, cst.Return() | cst.Raise()]):
            return True
        case cst.If(body=then, orelse=cst.Else(body=otherwise)):
            return _ends(then) and _ends(otherwise)
        case cst.If(body=then, orelse=cst.If() as otherwise):
            return _ends(then) and _ends(cst.IndentedBlock([otherwise]))
        case cst.Try(body=tried, handlers=handlers, finalbody=None):
            tried = last.orelse.body if last.orelse else tried
            return _ends(tried) and all(_ends(each.body) for each in handlers)
        case _:
            return False


def _type_of(value: cst.BaseExpression, function: cst.FunctionDef, returned: Returned, ctx: Context) -> str | None:
    """The type of a value, by a name that means it at the head of the function."""
    plain = _plain(value)
    if plain:
        own = {each.rpartition(".")[2] for each in ctx.functions}
        return None if plain in own or ctx.index.definition(ctx.path, plain) else plain
    match value:
        case cst.Call(func=cst.Name(value=name)) if name not in returned.bound:
            return name if _is_class_before(name, function, ctx) else None
        case _:
            return None


def _plain(value: cst.BaseExpression) -> str | None:
    """The builtin type that a literal, a test or a call of a builtin brings."""
    match value:
        case cst.SimpleString(prefix=prefix):
            return "bytes" if "b" in prefix.lower() else "str"
        case cst.Call(func=cst.Attribute(value=cst.SimpleString(prefix=""), attr=cst.Name(value=name))):
            return "str" if name in OF_TEXT else None
        case cst.Call(func=cst.Name(value=name)):
            return CALLS.get(name)
        case _:
            return "bool" if _is_truth(value) else LITERALS.get(type(value))


def _is_truth(value: cst.BaseExpression) -> bool:
    match value:
        case cst.Name(value="True" | "False") | cst.UnaryOperation(operator=cst.Not()):
            return True
        case cst.Comparison(comparisons=tests):
            return all(isinstance(each.operator, CERTAIN) for each in tests)
        case cst.BooleanOperation(left=left, right=right):
            return _plain(left) == _plain(right) == "bool"
        case _:
            return False


def _is_class_before(name: str, function: cst.FunctionDef, ctx: Context) -> bool:
    """Whether a name means a class of the project that is known when the head of the function is read."""
    found = ctx.index.definition(ctx.path, name)
    if found is None or ctx.index.class_answer(found.path, found.symbol) is None:
        return False
    if found.path != ctx.path:
        return name in ctx.once(_imported)
    inside = ctx.symbol(function).split(".")[0] == found.symbol
    return "." not in found.symbol and not inside and found.line < ctx.extent(function).first


def _imported(ctx: Context) -> frozenset[str]:
    """The names that imports of the file's own level bind, whatever comes of other ones."""
    lines = (line for line in ctx.module.body if isinstance(line, cst.SimpleStatementLine))
    return frozenset(name for line in lines for part in line.body for name in _bound(part))


def _bound(statement: cst.BaseSmallStatement) -> Iterator[str]:
    match statement:
        case cst.ImportFrom(names=[*aliases]):
            for alias in aliases:
                yield dotted(alias.asname.name) or "" if alias.asname else alias.evaluated_name
