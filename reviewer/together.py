"""The edits that make one wait of several, for calls that need nothing of each other."""

from collections.abc import Sequence

import libcst as cst

from reviewer.context import Context
from reviewer.model import Edit, Fix, Span
from reviewer.rewriting import with_import

EFFECT = "the calls run at the same time, and the others go on when one fails"


def together(names: str, lines: Sequence[cst.SimpleStatementLine], ctx: Context) -> Fix | None:
    """The fix of statements `name = await call`, one right after the other, that bind these names.

    None where one has a type hint, a comment or several lines, or asyncio can't be imported.
    """
    imported, calls = with_import(ctx, "asyncio"), [_call(line, ctx) for line in lines]
    if imported is None or not all(calls):
        return None
    start, end = ctx.replace(lines[0].body[0], "").span, ctx.replace(lines[-1].body[0], "").span
    indent = " " * (start.column - 1)
    listed = "".join(f"{indent}    {call},\n" for call in calls)
    span = Span(start.line, start.column, end.end_line, end.end_column)
    edit = Edit(span, f"{names} = await asyncio.gather(\n{listed}{indent})")
    return Fix(safe=False, edits=(*imported, edit), effect=EFFECT)


def _call(line: cst.SimpleStatementLine, ctx: Context) -> str | None:
    """The call that a statement waits for, as it is written."""
    commented = line.trailing_whitespace.comment or any(each.comment for each in line.leading_lines)
    match line.body:
        case [cst.Assign(value=cst.Await(expression=call))] if not commented:
            written = ctx.source(call)
            return None if "\n" in written else written
        case _:
            return None
