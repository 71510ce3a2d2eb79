"""The edits that rules make of a file: an argument more, a hint behind a head, an import above."""

import re
from collections.abc import Iterator
from http import HTTPStatus

import libcst as cst

from reviewer.context import Context
from reviewer.model import Edit, Fix, Span
from reviewer.source.text import NEWLINE

TYPE_COMMENT = re.compile(r"#\s*type:")
VERBS = frozenset({"delete", "post"})
STATUS = frozenset({"fastapi.status", "starlette.status"})


def with_argument(ctx: Context, call: cst.Call, name: str, value: str) -> Edit | None:
    """The edit that gives a call this value by this name, or puts it in the place of the one that it gives.

    None for a call that passes on a mapping, which may have it.
    """
    given = next((each for each in call.args if each.keyword and each.keyword.value == name), None)
    if given:
        return ctx.replace(given.value, value)
    if any(each.star == "**" for each in call.args):
        return None
    if not call.args:
        end = _end(ctx.replace(call, ""))
        return _inserted(end.line, end.column - 1, f"{name}={value}")
    last = ctx.replace(call.args[-1], "").span
    before = _lines(ctx)[last.line - 1][: last.column - 1]
    # An argument with a line to itself gets another one beside it.
    separator = f",\n{before}" if before and not before.strip() else ", "
    return _inserted(last.end_line, last.end_column, f"{separator}{name}={value}")


def behind(ctx: Context, node: cst.CSTNode, text: str) -> Edit:
    """The edit that puts a text right behind a node."""
    end = _end(ctx.replace(node, ""))
    return _inserted(end.line, end.column, text)


def with_return(ctx: Context, function: cst.FunctionDef, hint: str) -> Edit | None:
    """The edit that says what a function returns, where its head ends like most do: with `):` and perhaps a comment.

    None where a comment says it, `# type: () -> None`.
    """
    if function.returns or not isinstance(function.body, cst.IndentedBlock) or _has_type_comment(function.body):
        return None
    row = ctx.signature(function).last
    tail = ctx.source(function.body.header).strip()
    head = _lines(ctx)[row - 1].rstrip().removesuffix(tail).rstrip().removesuffix(":").rstrip()
    return _inserted(row, len(head) + 1, f" -> {hint}") if head.endswith(")") else None


def _has_type_comment(body: cst.IndentedBlock) -> bool:
    first = body.body[0] if body.body else None
    above = first.leading_lines if isinstance(first, cst.SimpleStatementLine) else ()
    comments = [body.header.comment, *(each.comment for each in above)]
    return any(each and TYPE_COMMENT.match(each.value) for each in comments)


def with_status(ctx: Context, function: cst.FunctionDef, status: int) -> Fix | None:
    """The fix that declares the status of a handler's only route at its decorator, by the name that the file has."""
    calls = [each.decorator for each in function.decorators if isinstance(each.decorator, cst.Call)]
    makers = [each for each in calls if isinstance(each.func, cst.Attribute) and each.func.attr.value in VERBS]
    if len(ctx.routes(function)) != 1 or len(makers) != 1:
        return None
    is_named = ctx.index.qualified(ctx.path, "status") in STATUS
    name = HTTPStatus(status).name
    edit = with_argument(ctx, makers[0], "status_code", f"status.HTTP_{status}_{name}" if is_named else str(status))
    return Fix(safe=False, edits=(edit,), effect=f"clients get {status} where they got 200") if edit else None


def with_import(ctx: Context, module: str) -> tuple[Edit, ...] | None:
    """What makes a module known by its own name: nothing where it is; None where the name is another's, or no place."""
    known = {alias.evaluated_name: alias for line in _imports(ctx) for alias in _names(line)}
    if module in known:
        return () if known[module].asname is None else None
    if ctx.index.qualified(ctx.path, module) != module or ctx.index.definition(ctx.path, module):
        return None
    lines = [line for line in _imports(ctx) if not _is_future(line)]
    if not lines:
        return None
    smaller = [line for line in lines if any(alias.evaluated_name < module for alias in _names(line))]
    place = ctx.extent(smaller[-1]).last + 1 if smaller else ctx.extent(lines[0]).first
    return (_inserted(place, 1, f"import {module}\n"),)


def _imports(ctx: Context) -> Iterator[cst.SimpleStatementLine]:
    """The statements that import at the top of a file's own level, up to the first other one but a docstring."""
    for number, line in enumerate(ctx.module.body):
        match line:
            case cst.SimpleStatementLine(body=[cst.Import() | cst.ImportFrom()]):
                yield line
            case cst.SimpleStatementLine(body=[cst.Expr(value=cst.BaseString())]) if number == 0:
                pass
            case _:
                return


def _names(line: cst.SimpleStatementLine) -> Iterator[cst.ImportAlias]:
    """The modules that a plain `import` names."""
    for statement in line.body:
        if isinstance(statement, cst.Import):
            yield from statement.names


def _is_future(line: cst.SimpleStatementLine) -> bool:
    match line.body:
        case [cst.ImportFrom(module=cst.Name(value="__future__"))]:
            return True
        case _:
            return False


def _end(edit: Edit) -> Span:
    """Where an edit ends, as a place of no length."""
    span = edit.span
    return Span(span.end_line, span.end_column, span.end_line, span.end_column)


def _inserted(line: int, column: int, text: str) -> Edit:
    return Edit(Span(line, column, line, column), text)


def _lines(ctx: Context) -> list[str]:
    return ctx.once(_split)


def _split(ctx: Context) -> list[str]:
    return NEWLINE.split(ctx.module.code if ctx.text is None else ctx.text)
