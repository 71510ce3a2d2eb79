"""Counts the lines of a definition that hold code, from the file's text: far cheaper than positions of nodes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate

import libcst as cst

Named = cst.FunctionDef | cst.ClassDef

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
DEPTH = {"open": 1, "close": -1}
DEFINITION = re.compile(r"(?:async\b[\s\\]*)?(?:def|class)\b[\s\\]*(\w+)")
ONE_ROW = frozenset({"code", "open", "close"})
TAB = 8
BLOCKS = ("finalbody", "orelse", "cases", "handlers", "body")


@dataclass(frozen=True, slots=True)
class LogicalLine:
    """The beginning of a statement, or of the head of one: its row from 0, and the name it defines if any."""

    row: int
    indent: int
    decorator: bool
    name: str | None


@dataclass(slots=True)
class Definition:
    """A function or class by its logical lines: from the first decorator, from the body, and the one behind it."""

    node: Named
    first: int
    body: int
    end: int
    inner: list["Definition"] = field(default_factory=list)


class Lines:
    """The lines of one file, by definition."""

    def __init__(self, module: cst.Module, text: str) -> None:
        nodes = list(_definitions(module))
        lines, filled = _read(text)
        if [line.name for line in lines if line.name] != [node.name.value for node in nodes]:
            lines, filled = _read(_plain(module))
        self._by_node = {definition.node: definition for definition in _placed(nodes, lines)}
        self._code_before = list(accumulate(filled, initial=0))
        self._rows = [line.row for line in lines] + [len(filled)]

    def in_function(self, node: cst.FunctionDef) -> int:
        """Lines of the body with code; its docstring and the definitions in it are none."""
        own = self._by_node[node]
        return self._body(own) - sum(self._count(inner.first, inner.end) for inner in own.inner)

    def in_class(self, node: cst.ClassDef) -> int:
        """Lines of the body with code, its methods as a whole; docstrings and nested classes are none."""
        own = self._by_node[node]
        return self._body(own) - self._left_out(own)

    def _left_out(self, outer: Definition) -> int:
        return sum(
            self._count(inner.first, inner.end)
            if isinstance(inner.node, cst.ClassDef)
            else self._docstring(inner) + self._left_out(inner)
            for inner in outer.inner
        )

    def _body(self, own: Definition) -> int:
        if isinstance(own.node.body, cst.SimpleStatementSuite):
            return 0 if has_docstring(own.node) else _code_rows(own.node.body)
        return self._count(own.body, own.end) - self._docstring(own)

    def _docstring(self, own: Definition) -> int:
        """The rows that a docstring has to itself."""
        if not has_docstring(own.node):
            return 0
        behind_the_colon = isinstance(own.node.body, cst.SimpleStatementSuite)
        return _code_rows(own.node.body) - 1 if behind_the_colon else self._count(own.body, own.body + 1)

    def _count(self, first: int, end: int) -> int:
        return self._code_before[self._rows[end]] - self._code_before[self._rows[first]]


def has_docstring(node: Named) -> bool:
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


def _definitions(module: cst.Module) -> Iterator[Named]:
    """The functions and classes of a file, in the order of its text."""
    waiting: list[cst.CSTNode] = [module]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Named):
            yield node
        if not isinstance(node, cst.SimpleStatementLine):
            for name in BLOCKS:
                below = getattr(node, name, None)
                waiting.extend([below] if isinstance(below, cst.CSTNode) else reversed(below or ()))


def _placed(nodes: list[Named], lines: list[LogicalLine]) -> Iterator[Definition]:
    """The definitions at their logical lines: one ends where a line is indented no further than it is."""
    coming = iter(nodes)
    around: list[Definition] = []
    for number, line in enumerate(lines):
        while around and lines[around[-1].body - 1].indent >= line.indent:
            around.pop().end = number
        if line.name:
            own = Definition(next(coming), _first_decorator(lines, number), number + 1, len(lines))
            if around:
                around[-1].inner.append(own)
            around.append(own)
            yield own


def _first_decorator(lines: list[LogicalLine], number: int) -> int:
    while number and lines[number - 1].decorator:
        number -= 1
    return number


def _code_rows(node: cst.CSTNode) -> int:
    _, filled = _read(cst.Module([]).code_for_node(node))
    return sum(filled)


def _read(text: str) -> tuple[list[LogicalLine], list[bool]]:
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
    defined = DEFINITION.match(text, offset)
    # Python starts to count again behind a form feed.
    indent = len(text[begins:offset].rpartition("\f")[2].expandtabs(TAB))
    return LogicalLine(row, indent, text[offset] == "@", defined and defined[1])


def _plain(module: cst.Module) -> str:
    """The text with empty strings for f-strings, whose quotation marks may nest; each keeps its rows."""
    return module.visit(_WithoutFormat()).code


class _WithoutFormat(cst.CSTTransformer):
    def leave_FormattedString(self, original_node: cst.FormattedString, _: cst.FormattedString) -> cst.SimpleString:  # noqa: N802  # libcst finds it by this name
        return _rows_of(original_node)

    def leave_TemplatedString(self, original_node: cst.TemplatedString, _: cst.TemplatedString) -> cst.SimpleString:  # noqa: N802  # libcst finds it by this name
        return _rows_of(original_node)


def _rows_of(node: cst.CSTNode) -> cst.SimpleString:
    rows = len(NEWLINE.findall(cst.Module([]).code_for_node(node)))
    return cst.SimpleString("'''" + "\n" * rows + "'''")
