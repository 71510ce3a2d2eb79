"""The indexes that migrations make, which the models need not know of."""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from reviewer.index.branches import parts
from reviewer.index.extract import SCOPES
from reviewer.index.outline import dotted_name
from reviewer.index.tables.vocabulary import keyword, text_of

# A column of a migration has the index in its own flags.
FLAGS = ("index", "unique")
WORD = re.compile(r"\w+")
IDENTIFIER = r'["`\[]?([\w\0]+)["`\]]?'
ORDER = r"(?:asc\b|desc\b|nulls\b|,|\)|$)"
ATTEMPT = re.compile(r"\bcreate\s+(?:unique\s+)?index\b", re.IGNORECASE)
CREATED = re.compile(
    rf"\bcreate\s+(?:unique\s+)?index\s+(?:concurrently\s+)?(?:if\s+not\s+exists\s+)?{IDENTIFIER}\s+on\s+(?:only\s+)?"
    rf"(?:{IDENTIFIER}\.)?{IDENTIFIER}\s*(?:using\s+\w+\s*)?\(\s*{IDENTIFIER}\s*{ORDER}",
    re.IGNORECASE,
)
DROPPED = re.compile(rf"\bdrop\s+index\s+(?:concurrently\s+)?(?:if\s+exists\s+)?{IDENTIFIER}", re.IGNORECASE)
FIRST_COLUMN = re.compile(rf"\s*{IDENTIFIER}\s*{ORDER}", re.IGNORECASE)
# What stands for a part of an f-string that can't be read.
UNSEEN = "\0"


@dataclass(frozen=True, slots=True)
class MadeIndex:
    """An index that a migration makes: of which table, and which column is in front, "" for an expression."""

    table: str
    column: str
    name: str


@dataclass(frozen=True, slots=True)
class Migrated:
    """What one file makes and drops, and the words of one that makes indexes of tables or columns not spelled out."""

    made: tuple[MadeIndex, ...] = ()
    dropped: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()


def migrated(tree: ast.Module) -> Migrated:
    """The indexes that the functions of a file make, its `downgrade` aside."""
    found = _Found()
    for node, table in _nodes(tree.body):
        if isinstance(node, ast.Call):
            found.call(node, table)
        elif text := _text(node):
            found.statement(text)
    words = (word for node in ast.walk(tree) if (text := _text(node)) for word in WORD.findall(text))
    return Migrated(tuple(found.made), frozenset(found.dropped - {""}), frozenset(words if found.unclear else ()))


@dataclass(slots=True)
class _Found:
    """What was seen so far; `unclear` once there was an index of nobody knows what."""

    made: list[MadeIndex] = field(default_factory=list)
    dropped: set[str] = field(default_factory=set)
    unclear: bool = False

    def call(self, call: ast.Call, batched: str) -> None:
        """Note what an operation does; `batched` is the table of the batch around it, if there is one."""
        match _last(call.func):
            case "create_index" | "create_unique_constraint":
                table = batched or _argument(call, 1, "table_name", "source")
                columns = keyword(call, "columns") or _nth(call, 1 if batched else 2)
                first = columns.elts[0] if isinstance(columns, ast.List | ast.Tuple) and columns.elts else None
                self._note(table, first, _name(call))
            case "drop_index":
                self.dropped.add(_name(call))
            case "create_table":
                self._parts(_argument(call, 0, "table_name"), call.args[1:])
            case "add_column":
                self._parts(batched or _argument(call, 0, "table_name"), call.args)
            case _:
                pass

    def statement(self, text: str) -> None:
        """Note the indexes that SQL makes and drops."""
        found = [MadeIndex(each[3], each[4], each[1]) for each in CREATED.finditer(text)]
        read = [each for each in found if UNSEEN not in each.table + each.column]
        self.unclear |= len(read) < len(found) or (not found and UNSEEN in text and bool(ATTEMPT.search(text)))
        self.made += read
        self.dropped |= {each[1] for each in DROPPED.finditer(text)}

    def _parts(self, table: str | None, parts: Iterable[ast.expr]) -> None:
        """Note what the columns and constraints of a table bring."""
        for part in parts:
            if not isinstance(part, ast.Call):
                self.unclear |= isinstance(part, ast.Starred)
                continue
            match _last(part.func):
                case "Index":
                    self._note(table, _nth(part, 1), _name(part))
                case "UniqueConstraint" | "PrimaryKeyConstraint":
                    self._note(table, _nth(part, 0), text_of(keyword(part, "name")) or "")
                case "Column" if any(_is_true(keyword(part, flag)) for flag in FLAGS):
                    self._note(table, _nth(part, 0), "")
                case _:
                    pass

    def _note(self, table: str | None, first: ast.expr | None, name: str) -> None:
        column = _column(first)
        if table and UNSEEN not in table and column is not None:
            self.made.append(MadeIndex(table, column, name))
        else:
            self.unclear = True


def _nodes(body: Iterable[ast.AST]) -> Iterator[tuple[ast.AST, str]]:
    """All nodes outside of `downgrade`, each with the table that a `with batch_alter_table(…)` around it is about."""
    waiting = [(node, "") for node in body]
    while waiting:
        node, around = waiting.pop()
        if isinstance(node, SCOPES) and node.name == "downgrade":
            continue
        yield node, around
        if not isinstance(node, ast.JoinedStr):
            inner = _batched(node) or around if isinstance(node, ast.With | ast.AsyncWith) else around
            waiting += [(child, inner) for child in parts(node)]


def _batched(node: ast.With | ast.AsyncWith) -> str:
    calls = (item.context_expr for item in node.items if isinstance(item.context_expr, ast.Call))
    batches = (call for call in calls if _last(call.func) == "batch_alter_table")
    return next((_argument(call, 0, "table_name") or UNSEEN for call in batches), "")


def _last(function: ast.expr) -> str:
    return dotted_name(function).rpartition(".")[2]


def _nth(call: ast.Call, place: int) -> ast.expr | None:
    return call.args[place] if len(call.args) > place else None


def _argument(call: ast.Call, place: int, *names: str) -> str | None:
    given = next((found for name in names if (found := keyword(call, name))), None)
    return text_of(given or _nth(call, place))


def _is_true(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


def _column(node: ast.expr | None) -> str | None:
    """The column in front, "" for an expression, None where it can't be read."""
    if isinstance(node, ast.Call) and node.args:
        text = text_of(node.args[0])
        word = FIRST_COLUMN.match(text or "")
        return word[1] if word else "" if text else None
    return text_of(node)


def _name(call: ast.Call) -> str:
    """The name of an index, in `op.f(…)` too."""
    first = _nth(call, 0) or keyword(call, "index_name")
    inner = first.args[0] if isinstance(first, ast.Call) and first.args else first
    return text_of(inner) or ""


def _text(node: ast.AST) -> str | None:
    """A text, the parts of an f-string that can't be read marked as such."""
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.JoinedStr(values=values):
            return "".join(text_of(each) or UNSEEN for each in values)
        case _:
            return None
