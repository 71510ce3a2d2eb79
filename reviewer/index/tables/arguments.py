"""What `__table_args__` and calls of `Table` hold: indexes, constraints and keys."""

import ast
import re
from collections.abc import Container, Iterable

from reviewer.index.outline import dotted_name
from reviewer.index.tables.facts import EXPRESSION, PRIMARY_KEY, UNREAD, Arguments, KeyFacts, Lead
from reviewer.index.tables.vocabulary import Vocabulary, called, keyword, text_of

KINDS = {"UniqueConstraint": "unique constraint", "PrimaryKeyConstraint": PRIMARY_KEY}
HARMLESS = frozenset({"CheckConstraint"})
ORDERS = frozenset({"asc", "collate", "desc", "nulls_first", "nulls_last", "nullsfirst", "nullslast"})
TEXTS = frozenset({"column", "literal_column", "text"})
PUT_TOGETHER = ast.BinOp | ast.BoolOp | ast.Compare | ast.Subscript | ast.UnaryOp
FIRST_WORD = re.compile(r'\s*"?(\w+)"?\s*(?:asc\b|desc\b|nulls\b|,|$)', re.IGNORECASE)


def arguments(value: ast.expr | None, words: Vocabulary, known: Container[str]) -> Arguments:
    """The indexes and keys in the value of `__table_args__`; `known` are the attributes that bare names can mean."""
    match value:
        case None | ast.Constant(value=None):
            return Arguments()
        case _ if _is_options(value):
            return Arguments()
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return of_parts(parts, words, known)
        case _:
            return Arguments(complete=False)


def of_parts(parts: Iterable[ast.expr], words: Vocabulary, known: Container[str]) -> Arguments:
    """The indexes and keys among such parts."""
    leads: list[Lead] = []
    keys: list[KeyFacts] = []
    complete = True
    for part in parts:
        call = called(part)
        word = words.word(call) if call else ""
        match word:
            case "Index" if call:
                leads.append(index(call, words, known))
            case "UniqueConstraint" | "PrimaryKeyConstraint" if call:
                leads.append(_constraint(KINDS[word], call, words, known))
            case "ForeignKeyConstraint" if call:
                keys.append(_key(call, words, known))
            case _ if not _is_options(part) and word not in HARMLESS:
                complete = False
    readable = complete and not any(lead.first == UNREAD for lead in leads)
    return Arguments(tuple(leads), tuple(keys), readable)


def _is_options(part: ast.expr) -> bool:
    """Whether a part holds options for the table: `{"schema": "public"}`, `dict(schema="public")`."""
    match part:
        case ast.Dict() | ast.Call(func=ast.Name(id="dict")):
            return True
        case _:
            return False


def index(call: ast.Call, words: Vocabulary, known: Container[str]) -> Lead:
    """An index, from the call that makes it."""
    columns = tuple(first_column(each, words, known) for each in call.args[1:])
    match keyword(call, "unique"):
        case ast.Constant(value=True):
            kind = "unique index"
        case _:
            kind = "index"
    return Lead(kind, text_of(call.args[0]) or "" if call.args else "", columns)


def _constraint(kind: str, call: ast.Call, words: Vocabulary, known: Container[str]) -> Lead:
    columns = tuple(first_column(each, words, known) for each in call.args)
    return Lead(kind, text_of(keyword(call, "name")) or "", columns)


def _key(call: ast.Call, words: Vocabulary, known: Container[str]) -> KeyFacts:
    given = [*call.args, None, None]
    columns, targets = given[0] or keyword(call, "columns"), given[1] or keyword(call, "refcolumns")
    own = tuple(first_column(each, words, known) for each in _items(columns)) or (UNREAD,)
    target = next((text_of(each) or dotted_name(each) for each in _items(targets)), "")
    return KeyFacts(own, target, call.lineno, call.col_offset)


def _items(node: ast.expr | None) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.List | ast.Tuple) else []


def first_column(node: ast.expr, words: Vocabulary, known: Container[str]) -> str:
    """The column that an argument of an index names; `EXPRESSION` for a computed one, `UNREAD` for what is unclear."""
    match node:
        case ast.Constant(value=str() as name):
            return name
        case ast.Name(id=name):
            return name if name in known else UNREAD
        case ast.Attribute(attr=name):
            return name
        case ast.Call(func=ast.Attribute(value=inner, attr=order)) if order in ORDERS:
            return first_column(inner, words, known)
        case ast.Call(args=[inner, *_]):
            return _called(words.word(node), inner, words, known)
        case _:
            return EXPRESSION if isinstance(node, PUT_TOGETHER) else UNREAD


def _called(word: str, inner: ast.expr, words: Vocabulary, known: Container[str]) -> str:
    if word in ORDERS:
        return first_column(inner, words, known)
    if word in TEXTS:
        text = text_of(inner)
        found = FIRST_WORD.match(text or "")
        return found[1] if found else EXPRESSION if text else UNREAD
    return EXPRESSION if word else UNREAD
