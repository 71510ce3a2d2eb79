"""What an Alembic revision does to the schema, and what of it the way back does not undo."""

import builtins
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import libcst as cst

from reviewer.context import Context
from reviewer.nodes import dotted, look, parts

OP = "alembic.op."
BATCH = "alembic.op.batch_alter_table"
TABLES = frozenset({"create_table", "drop_table", "rename_table"})
COLUMNS = frozenset({"add_column", "drop_column"})
NEW_TYPE = "CREATE TYPE"
INVERSES = {
    "create_table": "drop_table",
    "drop_table": "create_table",
    "rename_table": "rename_table",
    "add_column": "drop_column",
    "drop_column": "add_column",
    "create_index": "drop_index",
    "drop_index": "create_index",
    "create_foreign_key": "drop_constraint",
    "create_unique_constraint": "drop_constraint",
    "create_check_constraint": "drop_constraint",
    "create_primary_key": "drop_constraint",
    "drop_constraint": "create_foreign_key",
    NEW_TYPE: "DROP TYPE",
}
# What makes a constraint again, by the `type_` that it was dropped with.
CONSTRAINTS = {
    "check": "create_check_constraint",
    "primary": "create_primary_key",
    "unique": "create_unique_constraint",
}
# What makes another thing of the kind that was taken away, maybe under the name that it had from the database.
MADE_AGAIN = {
    "drop_constraint": frozenset({"create_foreign_key", "create_primary_key", *CONSTRAINTS.values()}),
    "drop_index": frozenset({"create_index", "create_unique_constraint"}),
}
ALTERING = frozenset({"alter_column"})
# What else `op` does, none of which makes or takes away a thing with a name.
HARMLESS = frozenset(
    {
        "batch_alter_table",
        "bulk_insert",
        "create_table_comment",
        "drop_table_comment",
        "execute",
        "f",
        "get_bind",
        "get_context",
    }
)
# The keywords of what names a table, a column and anything else.
OF_TABLE = ("table_name", "source_table", "old_table_name")
OF_COLUMN = ("column", "column_name")
OF_PART = ("index_name", "constraint_name")
# Calls that give back the name, or what bears the name, that they are given first.
NAMING = ("alembic.op.f", "sqlalchemy.Column", "sqlalchemy.schema.Column")
ENUMS = ("Enum", "ENUM")
# Libraries whose calls do nothing to the schema that their arguments do not say, and names of what reports.
KNOWN_PACKAGES = frozenset({"alembic", "sqlalchemy", "sqlmodel"}) | sys.stdlib_module_names
REPORTING = frozenset({"log", "logger"})
WORD = re.compile(r"\w+")
MADE_TYPE = re.compile(r"\bCREATE\s+TYPE\s+(?:\w+\.)?\"?(\w+)", re.IGNORECASE)
DEFINING = re.compile(r"^\W*(?:ALTER|COMMENT|CREATE|DROP|RENAME)\b", re.IGNORECASE)
REPLACING = re.compile(r"\b(?:DROP|RENAME)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Operation:
    """A thing that a call makes or takes away: its `name`, the `table` it belongs to, and what would undo that."""

    verb: str
    name: str
    table: str | None
    inverse: str
    call: cst.Call


@dataclass(frozen=True, slots=True)
class Revision:
    """The functions of a revision; `merges` where several revisions stand before it."""

    upgrade: cst.FunctionDef
    downgrade: cst.FunctionDef | None
    merges: bool

    @classmethod
    def of(cls, module: cst.Module) -> "Revision | None":
        """The revision that a file is; None for any other file."""
        assigned = dict(_assigned(module.body))
        functions = {node.name.value: node for node in module.body if isinstance(node, cst.FunctionDef)}
        if not {"revision", "down_revision"} <= assigned.keys() or "upgrade" not in functions:
            return None
        merges = isinstance(assigned["down_revision"], cst.Tuple | cst.List)
        return cls(functions["upgrade"], functions.get("downgrade"), merges)

    def changes_schema(self, ctx: Context) -> bool:
        """Whether the upgrade changes more than rows, or may do so."""
        steps = _Steps(ctx, self.upgrade)
        return steps.opaque or steps.altering or bool(steps.operations)

    def left_out(self, ctx: Context) -> list[Operation]:
        """What the upgrade does and no part of the downgrade names; nothing where the downgrade is hard to read.

        What belongs to a table or a column that is left out itself is not among it.
        """
        if self.downgrade is None:
            return []
        done, undone = _Steps(ctx, self.upgrade), _Steps(ctx, self.downgrade)
        if undone.opaque:
            return []
        left = [each for each in done.operations if not done.passes(each) and not undone.covers(each)]
        tables = {each.name for each in left if each.verb in TABLES}
        altered = {each.table for each in left if each.verb in COLUMNS} - {None}
        return [each for each in left if each.table not in (tables if each.verb in COLUMNS else tables | altered)]


class _Steps:
    """What a function of a revision does, in its order; `opaque` where some of it cannot be read."""

    def __init__(self, ctx: Context, function: cst.FunctionDef) -> None:
        self.operations: list[Operation] = []
        self.opaque = False
        self.altering = False
        self._ctx = ctx
        self._bound = _Bound(function).names
        self._values = _values(ctx.module.body, function)
        self._texts: list[str] = []
        self._batches: dict[str, str | None] = {}
        # The tables of what is made or taken away without a name, and what changes its name.
        self._unnamed: set[str | None] = set()
        self._renamed: set[str] = set()
        self._followed: set[str] = set()
        # The calls around what is visited, outermost first.
        self._around: list[cst.Call] = []
        self._go(function.body)

    def passes(self, operation: Operation) -> bool:
        """Whether a thing is made as well as taken away, or gets another name."""
        names = {operation.table} if operation.verb == "rename_table" else {operation.name, operation.table}
        return len(self._verbs[operation.name]) > 1 or not names.isdisjoint(self._passing)

    def covers(self, operation: Operation) -> bool:
        """Whether something undoes an operation: what names it, or what makes or takes away all of its table."""
        if operation.verb in TABLES:
            return operation.name in self._tables
        if operation.verb == NEW_TYPE or operation.name in self._named:
            return operation.name in self._named
        wholes = [self._tables]
        if operation.verb not in COLUMNS:
            again = COLUMNS | MADE_AGAIN.get(operation.verb, frozenset())
            wholes += [self._unnamed, *(self._tables_of[verb] for verb in again)]
        return any(
            operation.table in whole or (whole and (operation.table is None or None in whole)) for whole in wholes
        )

    @cached_property
    def _sql(self) -> set[str]:
        return _words(text for text in self._texts if " " in text)

    @cached_property
    def _named(self) -> set[str]:
        return {*self._texts, *self._sql}

    @cached_property
    def _passing(self) -> set[str | None]:
        """What has another name, or is another thing, after the function than before it."""
        return {*self._renamed, *_words(filter(REPLACING.search, self._texts))}

    @cached_property
    def _tables(self) -> set[str | None]:
        """The tables that come, go or are spoken of in SQL."""
        return {*self._renamed, *self._sql, *(each.name for each in self.operations if each.verb in TABLES)}

    @cached_property
    def _verbs(self) -> defaultdict[str, set[str]]:
        """What is done to a name."""
        verbs: defaultdict[str, set[str]] = defaultdict(set)
        for each in self.operations:
            verbs[each.name].add(each.verb)
        return verbs

    @cached_property
    def _tables_of(self) -> defaultdict[str, set[str | None]]:
        """The tables that something is done to."""
        tables: defaultdict[str, set[str | None]] = defaultdict(set)
        for each in self.operations:
            tables[each.verb].add(each.table)
        return tables

    def _visit(self, node: cst.CSTNode) -> bool:
        """Note what a node does, and look below it."""
        match node:
            case cst.Expr(value=cst.BaseString()):
                return False
            case cst.With():
                self._batches |= dict(filter(None, map(self._batch, node.items)))
            case cst.Call():
                self._call(node)
                self._around.append(node)
            case (
                cst.SimpleString(evaluated_value=str() as text) | cst.ConcatenatedString(evaluated_value=str() as text)
            ):
                self._say(text)
                return False
            case cst.FormattedStringText(value=text):
                self._say(text)
            case cst.FormattedStringExpression():
                self.opaque = True
            case cst.BinaryOperation(left=left, operator=cst.Add() | cst.Modulo(), right=right):
                self.opaque = self.opaque or any(isinstance(side, cst.BaseString) for side in (left, right))
            case cst.Name(value=name) if name in self._values and name not in self._followed:
                self._followed.add(name)
                self._go(self._values[name])
        return True

    def _go(self, node: cst.CSTNode) -> None:
        """Visit a node and what is below it."""
        for part in parts(node) if self._visit(node) else ():
            self._go(part)
        if type(node) is cst.Call:
            self._around.pop()

    def _batch(self, item: cst.WithItem) -> tuple[str, str | None] | None:
        """The name and the table of `with op.batch_alter_table("jobs") as batch_op`."""
        match item:
            case cst.WithItem(item=cst.Call() as call, asname=cst.AsName(name=cst.Name(value=name))):
                return (
                    (name, self._plain(_argument(call, 0, *OF_TABLE)))
                    if self._ctx.name_of(call.func) == BATCH
                    else None
                )
            case _:
                return None

    def _call(self, call: cst.Call) -> None:
        receiver, _, verb = (dotted(call.func) or "").rpartition(".")
        if receiver in self._batches:
            self._operate(call, verb, batch=receiver)
        elif (self._ctx.name_of(call.func) or "").startswith(OP):
            self._operate(call, verb)
        elif not self._around:
            self._foreign(call)

    def _operate(self, call: cst.Call, verb: str, batch: str | None = None) -> None:
        """Note what a call of `op`, or of a batch of it, makes, takes away or alters."""
        if verb not in INVERSES.keys() | ALTERING:
            self.opaque = self.opaque or verb not in HARMLESS
            return
        behind = int(batch is None and verb in COLUMNS | ALTERING)
        keywords = OF_TABLE if verb in TABLES else OF_COLUMN if verb in COLUMNS | ALTERING else OF_PART
        given = _argument(call, behind, *keywords)
        name = self._plain(given)
        table = self._batches[batch] if batch else self._plain(_argument(call, 1 - behind, *OF_TABLE))
        renamed = _argument(call, 1 if verb == "rename_table" else None, "new_table_name", "new_column_name")
        if verb in ALTERING | {"rename_table"} and renamed:
            self._renamed |= {each for each in (name, self._plain(renamed)) if each}
        if verb in ALTERING:
            self.altering = True
        elif name is None:
            self._leave_nameless(given, table)
        else:
            table = None if verb in TABLES else table
            self.operations.append(Operation(verb, name, table, self._inverse(call, verb), call))

    def _leave_nameless(self, given: cst.BaseExpression | None, table: str | None) -> None:
        """Something without a name, or with one that cannot be known here."""
        if given is None or dotted(given) == "None":
            self._unnamed.add(table)
        else:
            self.opaque = True

    def _inverse(self, call: cst.Call, verb: str) -> str:
        kind = self._plain(_argument(call, 2, "type_")) if verb == "drop_constraint" else None
        return CONSTRAINTS.get(kind or "", INVERSES[verb])

    def _foreign(self, call: cst.Call) -> None:
        """A call of something else than `op`: that of an enum makes a type, that of a helper can do anything."""
        match call.func:
            case cst.Attribute(value=receiver, attr=cst.Name(value="create")) if made := self._enum(receiver):
                self.operations.append(Operation(NEW_TYPE, made, None, INVERSES[NEW_TYPE], call))
            case cst.Attribute(value=cst.BaseString(), attr=cst.Name(value="format")):
                self.opaque = True
            case func if dotted(func) and not self._is_harmless(func):
                self.opaque = True

    def _is_harmless(self, func: cst.BaseExpression) -> bool:
        """Whether a call stands for nothing but what it says here: of a library, or of a value made here."""
        head = (dotted(func) or "").partition(".")[0]
        package = (self._ctx.name_of(func) or "").partition(".")[0]
        known = package in KNOWN_PACKAGES or hasattr(builtins, head) or head in REPORTING
        return known or head in self._bound or (isinstance(func, cst.Attribute) and head in self._values)

    def _enum(self, receiver: cst.BaseExpression) -> str | None:
        """The name of the type that `sa.Enum(…, name="status")`, or a variable of it, stands for."""
        match receiver:
            case cst.Name(value=name) if name in self._values:
                return self._enum(self._values[name]) if name not in self._followed else None
            case cst.Call(func=func) if (self._ctx.name_of(func) or "").endswith(ENUMS):
                return self._plain(_argument(receiver, None, "name"))
            case _:
                return None

    def _plain(self, node: cst.BaseExpression | None) -> str | None:
        """The text of a string, of a name that stands for one, or of what bears it: `op.f("…")`, `sa.Column("…")`."""
        match node:
            case (
                cst.SimpleString(evaluated_value=str() as text) | cst.ConcatenatedString(evaluated_value=str() as text)
            ):
                return text
            case cst.Name(value=name) if isinstance(self._values.get(name), cst.BaseString):
                return self._plain(self._values[name])
            case cst.Call(func=func) if self._ctx.name_of(func) in NAMING or (dotted(func) or "").endswith(".f"):
                return self._plain(_argument(node, 0, "name"))
            case _:
                return None

    def _say(self, text: str) -> None:
        self._texts.append(text)
        self.altering = self.altering or DEFINING.search(text) is not None
        for made in MADE_TYPE.findall(text) if self._around else ():
            self.operations.append(Operation(NEW_TYPE, made, None, INVERSES[NEW_TYPE], self._around[0]))


class _Bound:
    """The names that a function gives values to: by assignment, loop, `with` or as a parameter."""

    def __init__(self, function: cst.FunctionDef) -> None:
        self.names: set[str] = set()
        look(function, self._visit)

    def _visit(self, node: cst.CSTNode) -> bool:
        """Note the targets of a statement."""
        match node:
            case cst.AssignTarget(target=target) | cst.AnnAssign(target=target) | cst.NamedExpr(target=target):
                self._note(target)
            case cst.For(target=target) | cst.CompFor(target=target) | cst.AsName(name=target) | cst.Param(name=target):
                self._note(target)
        return True

    def _note(self, target: cst.CSTNode) -> None:
        parts = [part.value for part in target.elements] if isinstance(target, cst.Tuple | cst.List) else [target]
        self.names |= {part.value for part in parts if isinstance(part, cst.Name)}


def _words(texts: Iterable[str]) -> set[str]:
    return {word for text in texts for word in WORD.findall(text)}


def _argument(call: cst.Call, at: int | None, *keywords: str) -> cst.BaseExpression | None:
    """An argument by its place among those without a keyword, or by one of its keywords."""
    plain = [argument.value for argument in call.args if argument.keyword is None and not argument.star]
    if at is not None and at < len(plain):
        return plain[at]
    named = (argument.value for argument in call.args if argument.keyword and argument.keyword.value in keywords)
    return next(named, None)


def _values(module: Iterable[cst.CSTNode], function: cst.FunctionDef) -> dict[str, cst.BaseExpression]:
    """What names stand for that have one value only, in the module or in the function."""
    values: dict[str, cst.BaseExpression] = {}
    again: set[str] = set()
    for name, value in (*_assigned(module), *_assigned(function.body.body)):
        again |= {name} & values.keys()
        values[name] = value
    return {name: value for name, value in values.items() if name not in again}


def _assigned(body: Iterable[cst.CSTNode]) -> Iterator[tuple[str, cst.BaseExpression]]:
    """The plain names that the statements of a block give values to, each with its value."""
    for line in body:
        for statement in line.body if isinstance(line, cst.SimpleStatementLine) else ():
            match statement:
                case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))], value=value):
                    yield name, value
                case cst.AnnAssign(target=cst.Name(value=name), value=cst.BaseExpression() as value):
                    yield name, value
