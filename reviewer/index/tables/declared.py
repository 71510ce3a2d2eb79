"""What one file declares: the tables of its classes, its Core tables, and the indexes that stand by themselves."""

import ast
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property

from reviewer.index.branches import parts
from reviewer.index.extract import SCOPES, Function, statements
from reviewer.index.outline import dotted_name
from reviewer.index.tables.arguments import ORDERS, arguments, index, of_parts
from reviewer.index.tables.columns import COLUMNS, Assigned, Columns
from reviewer.index.tables.facts import BY_CLASS, UNREAD, Arguments, ColumnFacts, Lead, Relation, TableFacts
from reviewer.index.tables.vocabulary import Vocabulary, called, keyword, text_of, unpacks

ARGUMENTS = "__table_args__"
RELATIONS = frozenset({"Relationship", "dynamic_loader", "relationship"})
# The words of an annotation that tell nothing of the class that a relationship leads to.
GENERIC = frozenset(
    {
        *("Annotated", "Dict", "DynamicMapped", "List", "Mapped", "Optional", "Sequence", "Set", "Union"),
        *("WriteOnlyMapped", "dict", "list", "orm", "set", "tuple", "typing"),
    }
)
# Kinds of indexes that no key is looked up in.
UNORDERED = frozenset({"gin", "gist", "brin", "spgist"})


@dataclass(frozen=True, slots=True)
class LooseIndex:
    """An index outside of its table: `owner` is the class or table, as it is written, that its first column is of.

    Without an owner nobody can say which table it is for.
    """

    owner: str
    lead: Lead


class Declared:
    """The declarations of one file, read on first need."""

    def __init__(self, tree: ast.Module, words: Vocabulary, assigned: Assigned) -> None:
        self._tree = tree
        self._words = words
        self._assigned = assigned

    @cached_property
    def classes(self) -> dict[str, TableFacts]:
        """What each class declares, by its dotted symbol."""
        return {symbol: self._class(symbol, node) for symbol, node in _classes(self._tree.body, "")}

    @cached_property
    def core(self) -> dict[str, TableFacts]:
        """The Core tables of the file's own level and of its classes, by the variable; one without, by its name."""
        found: dict[str, TableFacts] = {}
        for name, call in self._table_calls():
            table = self._table(name, call)
            found[name or table.symbol] = table
        return found

    @cached_property
    def loose(self) -> tuple[LooseIndex, ...]:
        """The indexes that are made outside of classes and tables."""
        waiting: list[ast.AST] = [self._tree]
        found: list[LooseIndex] = []
        inside = {id(node) for node in self._holders()}
        while waiting:
            node = waiting.pop()
            if id(node) in inside or isinstance(node, ast.Return | ast.Lambda | ast.Yield):
                continue
            if isinstance(node, ast.Call) and self._words.word(node.func) == "Index":
                found += self._loose(node)
            elif not isinstance(node, ast.Call) or not _collects(node):
                waiting += parts(node)
        return tuple(found)

    def variable(self, name: str) -> ast.expr | None:
        """What a name of the file's own level is assigned last, by a `type` statement too."""
        return self._variables.get(name)

    @property
    def annotated_keys(self) -> list[str]:
        """The names of the file's own level for columns with a foreign key."""
        columns = Columns(self._words, self._assigned)
        found = (
            (name, columns.annotated(value, ColumnFacts(name, name, 1, 0))) for name, value in self._variables.items()
        )
        return [name for name, column in found if column and column.target is not None]

    @cached_property
    def _variables(self) -> dict[str, ast.expr]:
        found: dict[str, ast.expr] = {}
        for statement, _ in statements(self._tree.body):
            found |= dict(_assigned(statement))
        return found

    def _holders(self) -> Iterator[ast.AST]:
        """What an index can stand in that is then an index of that: class bodies and calls of `Table`."""
        for _, node in _classes(self._tree.body, ""):
            for statement, _ in statements(node.body):
                if not isinstance(statement, SCOPES) or statement.name == ARGUMENTS:
                    yield statement
        yield from (call for _, call in self._table_calls())

    def _loose(self, call: ast.Call) -> Iterator[LooseIndex]:
        given = call.args[1] if call.args[1:] else None
        if _unordered(call) or text_of(given) is not None:
            # A column by its name alone is one of the table that the index is handed to.
            return
        yield LooseIndex(_owner(given), index(call, self._words, ()))

    def _class(self, symbol: str, node: ast.ClassDef) -> TableFacts:
        body = [statement for statement, guarded in statements(node.body) if not guarded]
        given = {name: value for statement in body for name, value in _assigned(statement)}
        methods = {each.name: each for each in body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)}
        columns = tuple(self._columns(symbol, body))
        names = {each.attribute for each in columns}
        parts = given.get(ARGUMENTS) or (_returned(methods[ARGUMENTS]) if ARGUMENTS in methods else None)
        has_arguments = ARGUMENTS in given or ARGUMENTS in methods
        known = {*names, *given, *(each for each, _ in _annotated(body))}
        return TableFacts(
            symbol,
            table=_table_name(given, methods),
            columns=columns,
            arguments=self._arguments(parts, known) if has_arguments else None,
            relations=tuple(self._relations(symbol, body, methods)),
            others=frozenset({*given, *methods} - names),
            core=self._core_of(symbol, given.get("__table__")),
        )

    def _arguments(self, value: ast.expr | None, known: set[str]) -> Arguments:
        return Arguments(complete=False) if value is None else arguments(value, self._words, known)

    def _columns(self, symbol: str, body: list[ast.stmt]) -> Iterator[ColumnFacts]:
        columns = Columns(self._words, self._assigned, symbol)
        for statement in body:
            found = None
            match statement:
                case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=value):
                    found = columns.column(name, annotation, value)
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    found = columns.column(name, None, value)
                case ast.FunctionDef(name=name) if self._is_declared(statement):
                    made = _returned(statement)
                    found = columns.column(name, None, made) if made else None
            if found:
                declared = isinstance(statement, ast.FunctionDef)
                yield found if declared else replace(found, line=statement.lineno, offset=statement.col_offset)

    def _is_declared(self, method: ast.FunctionDef) -> bool:
        """Whether a method is an attribute that each mapped class gets, under any form of `declared_attr`."""
        return any("declared_attr" in self._words.full(each) for each in method.decorator_list)

    def _relations(self, symbol: str, body: list[ast.stmt], methods: dict[str, Function]) -> Iterator[Relation]:
        values: list[tuple[ast.expr | None, ast.expr | None]] = []
        values += [(each.annotation, each.value) for each in body if isinstance(each, ast.AnnAssign)]
        values += [
            (None, value) for statement in body if isinstance(statement, ast.Assign) for value in [statement.value]
        ]
        values += [(each.returns, _returned(each)) for each in methods.values()]
        for annotation, value in values:
            call = called(value) if value else None
            if call and self._words.word(call.func, symbol) in RELATIONS:
                yield _relation(call, annotation)

    def _core_of(self, symbol: str, value: ast.expr | None) -> str | None:
        if value is None:
            return None
        return f"{symbol}.__table__" if isinstance(value, ast.Call) else dotted_name(value) or UNREAD

    def _table_calls(self) -> Iterator[tuple[str, ast.Call]]:
        for statement, _ in statements(self._tree.body):
            yield from self._tables_in("", statement)
        for symbol, node in _classes(self._tree.body, ""):
            for statement, _ in statements(node.body):
                yield from self._tables_in(f"{symbol}.", statement)

    def _tables_in(self, prefix: str, statement: ast.stmt) -> Iterator[tuple[str, ast.Call]]:
        pairs = [("", statement.value)] if isinstance(statement, ast.Expr) else list(_assigned(statement))
        for name, value in pairs:
            if isinstance(value, ast.Call) and self._words.word(value.func) == "Table":
                yield f"{prefix}{name}" if name else "", value

    def _table(self, variable: str, call: ast.Call) -> TableFacts:
        name = text_of(call.args[0]) if call.args else text_of(keyword(call, "name"))
        columns = Columns(self._words, self._assigned)
        parts = call.args[2:]
        own = [each for each in parts if isinstance(each, ast.Call) and self._words.word(each.func) in COLUMNS]
        made = tuple(columns.declared(each, _bare(each)) for each in own)
        rest = [each for each in parts if each not in own]
        reflected = unpacks(call) or any(each.arg in {"autoload_with", "autoload"} for each in call.keywords)
        found = of_parts(rest, self._words, {each.name for each in made})
        return TableFacts(
            symbol=name or variable,
            table=name or "",
            columns=tuple(replace(each, attribute=each.name) for each in made),
            arguments=replace(found, complete=found.complete and not reflected),
        )


def _bare(call: ast.Call) -> ColumnFacts:
    return ColumnFacts("", "", call.lineno, call.col_offset)


def _classes(body: list[ast.stmt], scope: str) -> Iterator[tuple[str, ast.ClassDef]]:
    """All classes by their dotted symbol, those of functions and of other classes too."""
    for statement, _ in statements(body):
        if isinstance(statement, SCOPES):
            symbol = f"{scope}.{statement.name}" if scope else statement.name
            if isinstance(statement, ast.ClassDef):
                yield symbol, statement
            yield from _classes(statement.body, symbol)


def _assigned(statement: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    """The plain names that a statement gives a value to."""
    match statement:
        case ast.Assign(targets=targets, value=value):
            yield from ((target.id, value) for target in targets if isinstance(target, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            yield name, value
        case _ if type(statement).__name__ == "TypeAlias":
            # The `ast` of Python 3.11 has no class for it.
            alias: object = getattr(statement, "name", None)
            stands_for: object = getattr(statement, "value", None)
            if isinstance(alias, ast.Name) and isinstance(stands_for, ast.expr):
                yield alias.id, stands_for


def _annotated(body: list[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    for statement in body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            yield statement.target.id, statement.annotation


def _returned(function: Function) -> ast.expr | None:
    """The one thing that a function returns, None where there are several or none."""
    found = [node for node, _ in statements(function.body) if isinstance(node, ast.Return)]
    return found[0].value if len(found) == 1 else None


def _table_name(given: dict[str, ast.expr], methods: dict[str, Function]) -> str | None:
    if "__tablename__" in methods:
        returned = _returned(methods["__tablename__"])
        return text_of(returned) or BY_CLASS
    return text_of(given["__tablename__"]) or "" if "__tablename__" in given else None


def _owner(node: ast.expr | None) -> str:
    """The class or table that the first column of an index is of: `Job.__table__.c.owner_id` is `Job`'s."""
    match node:
        case ast.Call(func=ast.Attribute(value=inner, attr=order)) if order in ORDERS:
            return _owner(inner)
        case ast.Call(args=[inner, *_]):
            return _owner(inner)
        case ast.BinOp(left=inner) | ast.Subscript(value=inner):
            return _owner(inner)
        case ast.Attribute(value=owner):
            name = dotted_name(owner)
            for ending in (".c", ".columns", ".__table__"):
                name = name.removesuffix(ending)
            return name
        case _:
            return ""


def _collects(call: ast.Call) -> bool:
    """Whether a call makes a table, whose indexes are its own."""
    return dotted_name(call.func).rpartition(".")[2] in {"Table", "create_table"}


def _unordered(call: ast.Call) -> bool:
    return text_of(keyword(call, "postgresql_using")) in UNORDERED


def _relation(call: ast.Call, annotation: ast.expr | None) -> Relation:
    """Where a relationship leads: by its first argument, else by its annotation."""
    given = call.args[0] if call.args else keyword(call, "argument")
    if isinstance(given, ast.Call):
        # What a function gives back may be any class.
        return Relation(frozenset())
    between = keyword(call, "secondary") or keyword(call, "link_model")
    return Relation(_words(given) or _words(annotation), _words(between))


def _words(node: ast.expr | None) -> frozenset[str]:
    """The names in an expression, in quotes too, each by its last part."""
    found: set[str] = set()
    for inner in ast.walk(node) if node else ():
        if isinstance(inner, ast.Name):
            found.add(inner.id)
        elif isinstance(inner, ast.Attribute):
            found.add(inner.attr)
        elif text := text_of(inner) if isinstance(inner, ast.Constant) else None:
            found.add(text.rpartition(".")[2])
            with suppress(SyntaxError, ValueError):
                found |= _words(ast.parse(text, mode="eval").body) if not text.isidentifier() else set()
    return frozenset(found - GENERIC)
