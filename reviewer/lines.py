"""Reads a text into its logical lines, and tells which of its rows hold code."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

NEWLINE = re.compile(r"\r\n|\r|\n")
# The groups are told by their numbers: this is the one loop of ours that sees every character.
TOKEN = re.compile(
    r"""
      ( [ \t\f]+ | \#[^\r\n]* | \\(?:\r\n|\r|\n) )
    | ( \r\n | \r | \n )
    | ( [^\s()\[\]{}"'\#\\] [^()\[\]{}"'\#\\\r\n]* )
    | ( [(\[{]+ )
    | ( [)\]}]+ )
    | ( \"{3} (?: [^\\] | \\. )*? \"{3} | '{3} (?: [^\\] | \\. )*? '{3}
      | \" (?: [^\\"\r\n] | \\(?:\r\n|.) )* \" | ' (?: [^\\'\r\n] | \\(?:\r\n|.) )* ' )
    | ( . )
    """,
    re.VERBOSE | re.DOTALL,
)
BLANK, NEW_ROW, _, OPEN, CLOSE, STRING, _ = range(1, 8)
DEEPER = {OPEN: 1, CLOSE: -1}
DEFINITION = re.compile(r"(?:async\b[\s\\]*)?(?:def|class)\b[\s\\]*(\w+)")


@dataclass(frozen=True, slots=True)
class LogicalLine:
    """Where a statement, or the head of one, begins: its row from 0 and what stands before it on that row.

    `name` is the function's or class's that it defines, `name_at` how far behind the line's start that stands, if it
    does on the same row.
    """

    row: int
    before: str
    name: str | None
    name_at: int | None


def read(text: str) -> tuple[list[LogicalLine], bytearray]:
    """The logical lines of a text that parses, and a byte for each of its rows: 1 where it holds code."""
    text = text.removeprefix("\ufeff")
    lines: list[LogicalLine] = []
    filled = bytearray(b"\0")
    begins: int | None = 0
    depth = 0
    for token in TOKEN.finditer(text):
        kind = token.lastindex
        if kind == NEW_ROW:
            filled.append(0)
            begins = begins if depth else token.end()
            continue
        if kind == BLANK:
            filled.extend(bytes(token[0].startswith("\\")))
            continue
        if begins is not None:
            lines.append(_logical_line(text, begins, token.start(), len(filled) - 1))
            begins = None
        filled[-1] = 1
        if kind in DEEPER:
            depth = max(depth + DEEPER[kind] * len(token[0]), 0)
        elif kind == STRING:
            filled.extend(b"\1" * len(NEWLINE.findall(token[0])))
    return lines, filled


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment: its row and column from 0, its text, and whether it has the row to itself."""

    row: int
    column: int
    text: str
    alone: bool


def comments(text: str) -> Iterator[Comment]:
    """The comments of a text that parses."""
    text = text.removeprefix("\ufeff")
    row, begins, alone = 0, 0, True
    for token in TOKEN.finditer(text):
        kind = token.lastindex
        if kind == BLANK and token[0].startswith("#"):
            yield Comment(row, token.start() - begins, token[0], alone)
            continue
        alone = kind == NEW_ROW or (alone and kind == BLANK)
        breaks = list(NEWLINE.finditer(token[0]))
        if breaks:
            row, begins = row + len(breaks), token.start() + breaks[-1].end()


def _logical_line(text: str, begins: int, offset: int, row: int) -> LogicalLine:
    before = NEWLINE.split(text[begins:offset])[-1]
    defined = DEFINITION.match(text, offset)
    if defined is None:
        return LogicalLine(row, before, None, None)
    name_at = None if NEWLINE.search(defined[0]) else defined.start(1) - offset
    return LogicalLine(row, before, defined[1], name_at)


def without_format_strings(module: cst.Module) -> str:
    """The text with empty strings for f-strings, whose quotation marks may nest; each keeps its rows."""
    return module.visit(_WithoutFormatStrings()).code


class _WithoutFormatStrings(cst.CSTTransformer):
    def leave_FormattedString(self, original_node: cst.FormattedString, _: cst.FormattedString) -> cst.SimpleString:  # noqa: N802  # libcst finds it by this name
        return _of_as_many_rows(original_node)

    def leave_TemplatedString(self, original_node: "cst.TemplatedString", _: "cst.TemplatedString") -> cst.SimpleString:  # noqa: N802  # libcst finds it by this name
        return _of_as_many_rows(original_node)


def _of_as_many_rows(node: cst.CSTNode) -> cst.SimpleString:
    rows = len(NEWLINE.findall(cst.Module([]).code_for_node(node)))
    return cst.SimpleString("'''" + "\n" * rows + "'''")
