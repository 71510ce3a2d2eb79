"""Columns as they are written: `Column(…)`, `mapped_column(…)`, `Field(…)`, and aliases with one of them in them."""

import ast
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

from reviewer.index.outline import dotted_name
from reviewer.index.tables.facts import ColumnFacts
from reviewer.index.tables.vocabulary import Vocabulary, keyword, text_of, unpacks

COLUMNS = frozenset({"Column", "mapped_column", "MappedColumn"})
WRAPPERS = frozenset({"deferred", "column_property"})
# An assignment of a file's own level, by the file and its name: its value, and the words of that file.
Assigned = Callable[[str, str], tuple[ast.expr, Vocabulary] | None]


@dataclass(frozen=True, slots=True)
class Columns:
    """Reads the columns of one file; `scope` is the class around them."""

    words: Vocabulary
    assigned: Assigned
    scope: str = ""

    def column(self, attribute: str, annotation: ast.expr | None, value: ast.expr | None) -> ColumnFacts | None:
        """The column that a class attribute is; None for what is none."""
        node = value or annotation
        place = (node.lineno, node.col_offset) if node else (1, 0)
        bare = ColumnFacts(attribute, attribute, *place, types=_names(annotation))
        aliased = self._aliased(annotation, bare) if annotation else None
        match value:
            case ast.Call():
                return self._called(value, aliased or bare)
            case None if aliased or (annotation and self.words.word(annotation, self.scope) == "Mapped"):
                return aliased or bare
            case _:
                return None

    def _called(self, call: ast.Call, bare: ColumnFacts) -> ColumnFacts | None:
        word = self.words.word(call.func, self.scope)
        match call.args:
            case [ast.Call() as inner, *_] if word in WRAPPERS:
                return self._called(inner, bare)
        if word in COLUMNS:
            return self.declared(call, bare)
        if word == "Field":
            return self._field(call, bare)
        return None if word else _unreadable(bare)

    def declared(self, call: ast.Call, bare: ColumnFacts) -> ColumnFacts:
        """What a call of `Column` or `mapped_column` says, beside what is known of the column already."""
        target = next((found for each in call.args if (found := self._reference(each)) is not None), bare.target)
        named = text_of(call.args[0]) if call.args else None
        named = named or text_of(keyword(call, "name")) or text_of(keyword(call, "__name_pos")) or bare.name
        types = (*bare.types, *(name for each in (*call.args, keyword(call, "type_")) for name in _names(each)))
        return replace(_flagged(call, bare), name=named, target=target, types=types)

    def _reference(self, node: ast.expr) -> str | None:
        """What a foreign key among the arguments of a column refers to."""
        if not isinstance(node, ast.Call) or self.words.word(node.func, self.scope) != "ForeignKey":
            return None
        target = node.args[0] if node.args else keyword(node, "column")
        return _spelled(target)

    def _field(self, call: ast.Call, bare: ColumnFacts) -> ColumnFacts:
        """A field of SQLModel, whose column may be given whole."""
        column = keyword(call, "sa_column")
        if isinstance(column, ast.Call):
            return self._called(column, bare) or _unreadable(bare)
        if column is not None and not _is_none(column):
            return _unreadable(bare)
        known = _flagged(call, bare)
        key = keyword(call, "foreign_key")
        target = bare.target if key is None or _is_none(key) else _spelled(key)
        return self._with_more(call, replace(known, target=target))

    def _with_more(self, call: ast.Call, known: ColumnFacts) -> ColumnFacts:
        """What a field passes on to its column."""
        given = keyword(call, "sa_column_args")
        arguments = given.elts if isinstance(given, ast.List | ast.Tuple) else []
        target = next((found for each in arguments if (found := self._reference(each)) is not None), known.target)
        known = replace(known, target=target)
        match keyword(call, "sa_column_kwargs"):
            case None:
                return known
            case ast.Dict(keys=keys, values=values):
                more = {text_of(key): value for key, value in zip(keys, values, strict=True)}
                named = replace(known, name=text_of(more.get("name")) or known.name)
                return _with_flags(named, more.get, hidden=None in more)
            case _:
                return _with_flags(known, lambda _: None, hidden=True)

    def _aliased(self, annotation: ast.expr, bare: ColumnFacts) -> ColumnFacts | None:
        """The column that an annotation brings: `Annotated[int, mapped_column(…)]`, most often under another name."""
        for node in _expressions(annotation):
            found = self.annotated(node, bare) or self._by_name(node, bare)
            if found:
                return found
        return None

    def _by_name(self, node: ast.expr, bare: ColumnFacts) -> ColumnFacts | None:
        name = dotted_name(node) if isinstance(node, ast.Name | ast.Attribute) else ""
        home = self.words.assigned(name) if name else None
        found = self.assigned(*home) if home else None
        if found is None:
            return None
        value, words = found
        return Columns(words, self.assigned).annotated(value, bare)

    def annotated(self, node: ast.expr, bare: ColumnFacts) -> ColumnFacts | None:
        """The column in the metadata of an `Annotated` type."""
        match node:
            case ast.Subscript(value=outer, slice=ast.Tuple(elts=[_, *more])) if self.words.word(outer) == "Annotated":
                calls = (each for each in more if isinstance(each, ast.Call))
                own = (each for each in calls if self.words.word(each.func) in {*COLUMNS, "Field"})
                found = next((self._called(each, bare) for each in own), None)
                return replace(found, line=bare.line, offset=bare.offset) if found else None
            case _:
                return None


def _names(node: ast.expr | None) -> tuple[str, ...]:
    """The dotted names in an annotation or a type."""
    found = _expressions(node) if node else ()
    return tuple(dotted_name(each) for each in found if isinstance(each, ast.Name | ast.Attribute))


def _expressions(annotation: ast.expr) -> Iterator[ast.expr]:
    """The names and subscripts in an annotation, in quotes too, outermost first."""
    for node in ast.walk(annotation):
        if isinstance(node, ast.Name | ast.Attribute | ast.Subscript):
            yield node
        elif text := text_of(node) if isinstance(node, ast.Constant) else None:
            with suppress(SyntaxError, ValueError):
                yield from _expressions(ast.parse(text, mode="eval").body)


def _unreadable(bare: ColumnFacts) -> ColumnFacts:
    return replace(bare, readable=False, primary_key=None, unique=None, index=None)


def _flagged(call: ast.Call, bare: ColumnFacts) -> ColumnFacts:
    return _with_flags(bare, partial(keyword, call), hidden=unpacks(call))


def _with_flags(known: ColumnFacts, find: Callable[[str], ast.expr | None], *, hidden: bool) -> ColumnFacts:
    """A column with the flags that are given; `hidden` arguments may set the others."""

    def flag(name: str, before: bool | None) -> bool | None:  # noqa: FBT001  # what is known so far
        match find(name):
            case None:
                return before or (None if hidden else before)
            case ast.Constant(value=value):
                return bool(value)
            case _:
                return None

    return replace(
        known,
        primary_key=flag("primary_key", known.primary_key),
        unique=flag("unique", known.unique),
        index=flag("index", known.index),
    )


def _spelled(target: ast.expr | None) -> str:
    """What a foreign key refers to as it is written, "" where it is put together."""
    return text_of(target) or (dotted_name(target) if target is not None else "")


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
