"""What a function does, as a text that is the same for two versions of it that do the same."""

import ast
from collections.abc import Iterator
from textwrap import dedent

from reviewer.index.extract import UNREADABLE, parse
from reviewer.index.outline import dotted_name

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
LOGGERS = frozenset({"log", "logger", "logging", "warnings"})
CASTS = frozenset({"cast", "typing.cast"})


def behaviour(code: str) -> str:
    """The code of a function without what makes no difference: types, docstrings, comments, layout, logs, local names.

    What cannot be read is taken as it is written.
    """
    try:
        tree = parse(dedent(code).encode(errors="surrogatepass"))
    except UNREADABLE:
        return code
    bare = _Bare().visit(tree)
    numbers = {name: f"_{number}" for number, name in enumerate(dict.fromkeys(_bound(bare)))}
    return ast.unparse(_Numbered(numbers).visit(bare))


class _Bare(ast.NodeTransformer):
    """Takes away what makes no difference to what a function does."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:  # the library's name
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:  # the library's name
        return self._function(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        return ast.arg(arg=node.arg, annotation=None)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:  # the library's name
        value = node.value and self.visit(node.value)
        return ast.copy_location(ast.Assign(targets=[node.target], value=value), node) if value else None

    def visit_Import(self, _: ast.Import) -> None:  # the library's name
        return None

    def visit_ImportFrom(self, _: ast.ImportFrom) -> None:  # the library's name
        return None

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:  # the library's name
        """Leave out docstrings and what only logs."""
        if isinstance(node.value, ast.Constant) or _logs(node.value):
            return None
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:  # the library's name
        if dotted_name(node.func) in CASTS and len(node.args) == 2:  # noqa: PLR2004  # a type and a value
            return self.visit(node.args[1])  # type: ignore[no-any-return]  # the library has no narrower type
        return self.generic_visit(node)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """A block that has nothing left passes."""
        found = super().generic_visit(node)
        if getattr(found, "body", None) == [] and not isinstance(found, ast.Module):
            found.body = [ast.Pass()]  # type: ignore[attr-defined]  # it has one, as was just asked
        return found


def _logs(node: ast.expr) -> bool:
    head = dotted_name(node).partition(".")[0].removesuffix("()").strip("_").lower()
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and head in LOGGERS


class _Numbered(ast.NodeTransformer):
    """Gives local names numbers."""

    def __init__(self, numbers: dict[str, str]) -> None:
        self._numbers = numbers

    def visit_Name(self, node: ast.Name) -> ast.AST:  # the library's name
        return ast.Name(id=self._numbers.get(node.id, node.id), ctx=node.ctx)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        return ast.arg(arg=self._numbers.get(node.arg, node.arg))


def _bound(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()):
                yield name
            case _:
                pass
