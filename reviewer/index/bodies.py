"""What the functions of a file bind, return and call: read only of files that the type of a receiver depends on."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reviewer.index.branches import parts
from reviewer.index.extract import SCOPES, UNREADABLE, tree_and_text
from reviewer.index.facts import Value
from reviewer.index.outline import Outline, dotted_name

Function = ast.FunctionDef | ast.AsyncFunctionDef
# The methods of a session that take a model, and those that take a statement.
GETTING = frozenset({"get", "get_one", "query"})
RUNNING = frozenset({"execute", "scalar", "scalars", "stream", "stream_scalars"})
ASKING = GETTING | RUNNING
BINDING = frozenset(
    {
        *(ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr, ast.withitem),
        *(ast.For, ast.AsyncFor, ast.ExceptHandler, ast.MatchAs),
    }
)
INNER = frozenset({*SCOPES, ast.Lambda, ast.GeneratorExp, ast.ListComp, ast.SetComp, ast.DictComp})


@dataclass(frozen=True, slots=True)
class Binding:
    """A dotted name (`session`, `self.session`) and what one statement binds to it.

    `value` is None for what has no value of its own: the target of a loop, one of several targets. `entered` is that
    of `with value as name`.
    """

    name: str
    line: int
    annotation: str | None
    value: Value | None
    entered: bool = False


@dataclass(frozen=True, slots=True)
class Body:
    """What a function's own body binds, returns and calls, in the order of its source; nested functions are left out.

    A call is its dotted name; what is called on an item or an operation has none and is "". `asked` are the calls that
    may ask a session for something, each with its first argument.
    """

    bound: tuple[Binding, ...] = ()
    returned: tuple[Value, ...] = ()
    called: tuple[str, ...] = ()
    asked: tuple[tuple[str, Value], ...] = ()

    def binds(self, name: str) -> list[Binding]:
        """All bindings of a name."""
        return [found for found in self.bound if found.name == name]


EMPTY = Body()
# By the dotted symbol of the function; of two that have the same one, the last.
Bodies = Mapping[str, Body]


def bodies(source: bytes) -> Bodies:
    """The bodies of a file's functions; none of a file that cannot be read."""
    try:
        read = tree_and_text(source)
    except UNREADABLE:
        return {}
    return dict(_functions(read[0], Outline(read[1].removeprefix(b"\xef\xbb\xbf")))) if read else {}


def _functions(tree: ast.Module, outline: Outline) -> Iterator[tuple[str, Body]]:
    waiting: list[tuple[str, ast.AST]] = [("", tree)]
    while waiting:
        scope, node = waiting.pop()
        if isinstance(node, SCOPES):
            scope = f"{scope}.{node.name}" if scope else node.name
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield scope, _body(node, outline)
        if isinstance(node, ast.stmt | ast.Module | ast.excepthandler | ast.match_case):
            waiting.extend((scope, child) for child in reversed(parts(node)))


def _body(function: Function, outline: Outline) -> Body:
    bound: list[Binding] = []
    returned: list[Value] = []
    called: list[str] = []
    asked: list[tuple[str, Value]] = []
    waiting: list[ast.AST] = list(reversed(function.body))
    while waiting:
        node = waiting.pop()
        kind = type(node)
        if kind in BINDING:
            bound.extend(_bindings(node, outline))
        elif isinstance(node, ast.Return) and node.value is not None:
            returned.extend(outline.value(value) for value in _alternatives(node.value))
        elif isinstance(node, ast.Call):
            called.append(dotted_name(node.func))
            if node.args and called[-1].rpartition(".")[2] in ASKING:
                asked.append((called[-1], outline.value(node.args[0])))
        if kind not in INNER:
            waiting += parts(node)[::-1]
    return Body(tuple(bound), tuple(returned), tuple(called), tuple(asked))


def _bindings(node: ast.AST, outline: Outline) -> Iterator[Binding]:
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from _bound(target, value, outline)
        case ast.AnnAssign(target=target, annotation=annotation, value=value):
            name, given = dotted_name(target), outline.optional_value(value)
            if name:
                yield Binding(name, node.lineno, outline.text(annotation), given)
        case ast.NamedExpr(target=target, value=value):
            yield from _bound(target, value, outline)
        case ast.withitem(context_expr=value, optional_vars=ast.expr() as target):
            yield from _bound(target, value, outline, entered=True)
        case ast.For(target=target) | ast.AsyncFor(target=target) | ast.AugAssign(target=target):
            yield from _bound(target, None, outline)
        case ast.ExceptHandler(name=str() as name) | ast.MatchAs(name=str() as name):
            yield Binding(name, node.lineno, None, None)
        case _:
            return


def _bound(target: ast.expr, value: ast.expr | None, outline: Outline, *, entered: bool = False) -> Iterator[Binding]:
    if isinstance(target, ast.Tuple | ast.List):
        for each in target.elts:
            yield from _bound(each.value if isinstance(each, ast.Starred) else each, None, outline)
        return
    name = dotted_name(target)
    values: list[Value | None] = [outline.value(each) for each in _alternatives(value)] if value else []
    for given in (values or [None]) if name else ():
        yield Binding(name, target.lineno, None, given, entered)


def _alternatives(value: ast.expr) -> list[ast.expr]:
    """The expressions that a value can be: the parts of `given or Session()` and of `a if b else c`."""
    match value:
        case ast.BoolOp(values=values):
            return [part for each in values for part in _alternatives(each)]
        case ast.IfExp(body=left, orelse=right):
            return [*_alternatives(left), *_alternatives(right)]
        case _:
            return [value]
