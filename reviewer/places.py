"""Where the nodes of a file stand, and how much code its statements hold.

A statement, or a part with a head of its own (`elif`, `except`, a decorator), begins a logical line. The tree and the
text have them in the same order, which costs a tenth of a parse to compare, where libcst's positions cost two; those
are computed for one statement at a time, and only when a node inside it is asked for.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from reviewer.lines import Comment, comments, read, without_format_strings
from reviewer.model import Extent, Span
from reviewer.node_fields import FIELDS

Named = cst.FunctionDef | cst.ClassDef
# What holds further statements, the last first.
PARTS = ("finalbody", "orelse", "cases", "handlers", "body")


class Places:
    """The places of one file's nodes; statements go by the numbers of their logical lines."""

    def __init__(self, module: cst.Module, text: str) -> None:
        self._module = module
        self._heads = list(_heads(module))
        names = [head.name.value if isinstance(head, Named) else None for head in self._heads]
        self._lines, filled = read(text)
        if [line.name for line in self._lines] != names:
            text = without_format_strings(module)
            self._lines, filled = read(text)
        self._text = text
        self._number = {head: number for number, (head, _) in enumerate(zip(self._heads, self._lines, strict=True))}
        self._definitions = [number for number, name in enumerate(names) if name]
        self._rows = [line.row for line in self._lines] + [len(filled)]
        # How many of the first rows hold code, by the number of rows.
        self._code_before = list(accumulate(filled, initial=0))
        self._ranges: dict[cst.CSTNode, dict[cst.CSTNode, CodeRange]] = {}

    def name(self, node: Named) -> Span | None:
        """Where the name of a function or class stands; None when it is not on the row of its keyword."""
        line = self._lines[self._number[node]]
        if line.name_at is None:
            return None
        column = len(line.before) + line.name_at + 1
        return Span(line.row + 1, column, line.row + 1, column + len(node.name.value))

    def extent(self, node: cst.CSTNode) -> Extent | None:
        """The lines of a statement with its decorators; None for what is no statement."""
        if node not in self._number:
            return None
        return Extent(self._rows[self._first(node)] + 1, self._last_row(self._end(node)))

    def head(self, node: cst.FunctionDef) -> Extent:
        """The lines of a function before its block."""
        return Extent(self._rows[self._first(node)] + 1, self._last_row(self._number[node] + 1))

    def span(self, node: cst.CSTNode, statement: cst.BaseStatement | cst.Module) -> Span:
        """Where a node stands that is, or is part of, a statement that is part of a block or of the file."""
        if statement not in self._ranges:
            wrapper = MetadataWrapper(self._alone(statement), unsafe_skip_copy=True)
            self._ranges[statement] = dict(wrapper.resolve(PositionProvider))
        ranges = self._ranges[statement]
        start, end = ranges[node].start, ranges[node].end
        shift = self._row(statement) - ranges[statement].start.line + 1
        return Span(start.line + shift, start.column + 1, end.line + shift, end.column + 1)

    def _row(self, statement: cst.BaseStatement | cst.Module) -> int:
        return 0 if statement is self._module else self._rows[self._number[statement]]

    def _alone(self, statement: cst.BaseStatement | cst.Module) -> cst.Module:
        """A file that holds this statement alone, as far indented as it is."""
        if isinstance(statement, cst.Module):
            return statement
        before = self._lines[self._number[statement]].before
        body = cst.If(cst.Name("_"), cst.IndentedBlock([statement], indent=before)) if before else statement
        return self._module.with_changes(header=(), body=[body], footer=())

    def comments(self) -> Iterator[tuple[Comment, Extent | None]]:
        """The comments, each with the lines that it is about.

        One behind code is about that code: the function or class whose head it stands in, else its row, or all of the
        logical line when it stands on the first or the last row of it. One with a row to itself is about the statement
        that follows, inside brackets about the next row.
        """
        for comment in comments(self._text):
            number = bisect_right(self._rows, comment.row, hi=len(self._lines)) - 1
            if not comment.alone:
                yield comment, self._around(number, comment.row + 1)
            elif number >= 0 and comment.row < self._last_row(number + 1):
                yield comment, Extent(self._next_row(comment.row), self._next_row(comment.row))
            else:
                yield comment, self._below(number + 1)

    def _around(self, number: int, row: int) -> Extent:
        node = self._definition(number)
        if isinstance(node, Named):
            return Extent(self._rows[self._first(node)] + 1, self._last_row(self._end(node)))
        line = Extent(self._rows[number] + 1, self._last_row(number + 1))
        return line if row in (line.first, line.last) else Extent(row, row)

    def _below(self, number: int) -> Extent | None:
        if number == len(self._lines):
            return None
        node = self._definition(number)
        return Extent(self._rows[number] + 1, self._last_row(self._end(node)))

    def _definition(self, number: int) -> cst.CSTNode:
        """What a logical line begins; for a decorator what it decorates."""
        while isinstance(self._heads[number], cst.Decorator):
            number += 1
        return self._heads[number]

    def _next_row(self, row: int) -> int:
        """The first row with code below a row, counted from 1."""
        return bisect_left(self._code_before, self._code_before[row + 1] + 1)

    def before(self, node: Named) -> Named | None:
        """The function or class whose definition begins last before this one."""
        earlier = bisect_left(self._definitions, self._number[node]) - 1
        found = self._heads[self._definitions[earlier]] if earlier >= 0 else None
        return found if isinstance(found, Named) else None

    def code_in_function(self, node: cst.FunctionDef) -> int:
        """Lines of the body with code; its docstring and the definitions in it are none."""
        return self._body(node) - sum(self._whole(inner) for inner in self._inside(node))

    def code_in_class(self, node: cst.ClassDef) -> int:
        """Lines of the body with code, its methods as a whole; docstrings and nested classes are none."""
        return self._body(node) - self._left_out(node)

    def _left_out(self, outer: Named) -> int:
        return sum(
            self._whole(inner) if isinstance(inner, cst.ClassDef) else self._docstring(inner) + self._left_out(inner)
            for inner in self._inside(outer)
        )

    def _inside(self, outer: Named) -> Iterator[Named]:
        """The definitions in a definition that are in no other one of it."""
        reached = self._number[outer] + 1
        for number in self._definitions[bisect_left(self._definitions, reached) :]:
            node = self._heads[number]
            if number >= self._end(outer):
                return
            if number >= reached and isinstance(node, Named):
                reached = self._end(node)
                yield node

    def _body(self, node: Named) -> int:
        if isinstance(node.body, cst.SimpleStatementSuite):
            return 0 if _has_docstring(node) else _code_rows(node.body)
        return self._count(self._number[node] + 1, self._end(node)) - self._docstring(node)

    def _docstring(self, node: Named) -> int:
        """The rows that a docstring has to itself."""
        if not _has_docstring(node):
            return 0
        if isinstance(node.body, cst.SimpleStatementSuite):
            return _code_rows(node.body) - 1
        body = self._number[node] + 1
        return self._count(body, body + 1)

    def _whole(self, node: Named) -> int:
        return self._count(self._first(node), self._end(node))

    def _count(self, first: int, end: int) -> int:
        return self._code_before[self._rows[end]] - self._code_before[self._rows[first]]

    def _first(self, node: cst.CSTNode) -> int:
        return self._number[node] - (len(node.decorators) if isinstance(node, Named) else 0)

    def _end(self, node: cst.CSTNode) -> int:
        """The number of the logical line behind a statement."""
        last = node
        while below := _last_part(node):
            node = below
            last = node if node in self._number else last
        return self._number[last] + 1

    def _last_row(self, end: int) -> int:
        """The last row with code before a logical line, counted from 1."""
        return bisect_left(self._code_before, self._code_before[self._rows[end]])


def _heads(module: cst.Module) -> Iterator[cst.CSTNode]:
    """The nodes that begin a logical line, in the order of the text."""
    waiting: list[cst.CSTNode] = [module]
    while waiting:
        node = waiting.pop()
        # Tests of the very type: those of `abc` would take most of the time here.
        if type(node) is cst.SimpleStatementLine:
            yield node
        elif type(node) is cst.IndentedBlock or type(node) is cst.Module:
            waiting.extend(reversed(node.body))
        elif type(node) is not cst.SimpleStatementSuite:
            yield from node.decorators if isinstance(node, Named) else ()
            yield node
            waiting.extend(_parts(node))


def _parts(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The parts of a statement that hold statements, the last first."""
    for name in PARTS:
        below: Any = getattr(node, name, None)  # a node, several, or none
        if type(below) in FIELDS:
            yield below
        elif below:
            yield from reversed(below)


def _last_part(node: cst.CSTNode) -> cst.CSTNode | None:
    if type(node) is cst.SimpleStatementLine or type(node) is cst.SimpleStatementSuite:
        return None
    return next(_parts(node), None)


def _has_docstring(node: Named) -> bool:
    """Whether the body begins with a statement line that is a docstring and nothing else."""
    match node.body:
        case cst.IndentedBlock(body=[cst.SimpleStatementLine(body=[cst.Expr(value=value)]), *_]):
            return _is_text(value)
        case cst.SimpleStatementSuite(body=[cst.Expr(value=value)]):
            return _is_text(value)
        case _:
            return False


def _is_text(value: cst.BaseExpression) -> bool:
    match value:
        case cst.SimpleString(prefix=prefix):
            return "b" not in prefix
        case cst.ConcatenatedString(left=left, right=right):
            return _is_text(left) and _is_text(right)
        case _:
            return False


def _code_rows(node: cst.CSTNode) -> int:
    _, filled = read(cst.Module([]).code_for_node(node))
    return sum(filled)
