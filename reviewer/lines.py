"""Reads a text into its logical lines, and tells which of its rows hold code."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

NEWLINE = re.compile(r"\r\n|\r|\n")
TOKEN = re.compile(
    r"""
      (?P<blank> [ \t\f]+ | \#[^\r\n]* | \\(?:\r\n|\r|\n) )
    | (?P<newline> \r\n | \r | \n )
    | (?P<code> [^\s()\[\]{}"'\#\\]+ )
    | (?P<open> [(\[{] )
    | (?P<close> [)\]}] )
    | (?P<string> \"{3} (?: [^\\] | \\. )*? \"{3} | '{3} (?: [^\\] | \\. )*? '{3}
                | \" (?: [^\\"\r\n] | \\(?:\r\n|.) )* \" | ' (?: [^\\'\r\n] | \\(?:\r\n|.) )* ' )
    | (?P<other> . )
    """,
    re.VERBOSE | re.DOTALL,
)
ONE_ROW = frozenset({"code", "open", "close"})
DEPTH = {"open": 1, "close": -1}
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


def read(text: str) -> tuple[list[LogicalLine], list[bool]]:
    """The logical lines of a text that parses, and for each of its rows whether it holds code."""
    text = text.removeprefix("\ufeff")
    lines: list[LogicalLine] = []
    filled: set[int] = set()
    begins: int | None = 0
    depth = last = 0
    for token, row, last in _tokens(text):
        if token.lastgroup == "newline":
            begins = begins if depth else token.end()
        elif token.lastgroup != "blank":
            filled.update(range(row, last + 1))
            depth = max(depth + DEPTH.get(token.lastgroup or "", 0), 0)
            if begins is not None:
                lines.append(_logical_line(text, begins, token.start(), row))
            begins = None
    return lines, [row in filled for row in range(last + 1)]


def _tokens(text: str) -> Iterator[tuple[re.Match[str], int, int]]:
    """The tokens with the rows where each begins and ends; a newline ends on the row behind it."""
    row = 0
    for token in TOKEN.finditer(text):
        last = row if token.lastgroup in ONE_ROW else row + len(NEWLINE.findall(token[0]))
        yield token, row, last
        row = last


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
