"""What a check may ask about the file it reads, and about the project."""

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Protocol, TypeVar

import libcst as cst

from reviewer.clients import ClientUse, client_use
from reviewer.index.answers import Crossing, Layer, Route
from reviewer.index.questions import Questions
from reviewer.lines import Comment
from reviewer.model import Edit, Extent, Span
from reviewer.node_fields import FIELDS
from reviewer.nodes import dotted, in_body, parts
from reviewer.places import Places
from reviewer.session_use import SessionUse, SessionUses

NAMED = (cst.FunctionDef, cst.ClassDef)
NAMED_KINDS = frozenset(NAMED)
PARTS = (cst.BaseSmallStatement, cst.BaseExpression)
HOLDERS = (*PARTS, cst.Arg, cst.Element, cst.Annotation, cst.DictElement)
BLOCKS = (cst.Module, cst.IndentedBlock)
BASES = (cst.BaseCompoundStatement, cst.BaseSuite, cst.Else, cst.ExceptHandler, cst.Finally, cst.MatchCase)
STATEMENTS = frozenset(kind for kind in FIELDS if issubclass(kind, BASES))
LITERALS = frozenset({"typing.Literal", "typing_extensions.Literal"})
ANNOTATED = frozenset({"typing.Annotated", "typing_extensions.Annotated"})
OVERLOADS = frozenset({"typing.overload", "typing_extensions.overload"})


class Placed(Protocol):
    """Something that the index knows the place of: its line, from 1, and the bytes before it on that line."""

    @property
    def line(self) -> int:
        """The line."""
        ...

    @property
    def offset(self) -> int:
        """The bytes before it."""
        ...


Standing = TypeVar("Standing", bound=Placed)
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class ProjectContext:
    """What a check may ask about the whole project."""

    index: Questions


@dataclass(eq=False)
class Context:
    """One file under review: its path from the root, its tree, and the facts across files.

    `path_to_node` ends in the node at hand, its ancestors before it, while the walk is under way; a `text` given
    spares writing the tree out again.
    """

    path: str
    module: cst.Module
    index: Questions
    path_to_node: list[cst.CSTNode] = field(default_factory=list)
    text: str | None = None
    _search: "_Search | None" = field(default=None, init=False, repr=False)
    _calls_in: dict[cst.FunctionDef, list[cst.Call]] = field(default_factory=dict, init=False, repr=False)
    _made: dict[Callable[["Context"], object], object] = field(default_factory=dict, init=False, repr=False)
    _names_of: dict[int, tuple[cst.CSTNode, str | None]] = field(default_factory=dict, init=False, repr=False)

    def once(self, make: Callable[["Context"], Made]) -> Made:
        """What a function makes of this file, made once, and let go with the file."""
        if make not in self._made:
            self._made[make] = make(self)
        return self._made[make]  # type: ignore[return-value]  # the same function makes the same type

    def let_go(self) -> None:
        """Forget what was made, which may hold this context: nobody looks for such cycles while a review runs."""
        self._made.clear()

    @cached_property
    def layer(self) -> Layer | None:
        """The layer of this file."""
        return self.index.placement(self.path).layer

    @cached_property
    def _places(self) -> Places:
        return Places(self.module, self.module.code if self.text is None else self.text)

    def span(self, node: cst.CSTNode) -> Span:
        """Where a node stands; a function or class stands at its name."""
        if isinstance(node, NAMED):
            return self._places.name(node) or self._span(node.name)
        return self._span(node)

    def _span(self, node: cst.CSTNode) -> Span:
        return self._places.span(node, self._statement(node))

    def _statement(self, node: cst.CSTNode) -> cst.BaseStatement | cst.Module:
        """The innermost statement of a block that is `node` or holds it; the file itself for what is in none."""
        if isinstance(node, cst.SimpleStatementLine):
            return node
        way = self._way(node)
        for outer, inner in reversed(list(pairwise(way))):
            if isinstance(outer, BLOCKS) and isinstance(inner, cst.BaseStatement):
                return inner
        return self.module

    def _way(self, node: cst.CSTNode) -> list[cst.CSTNode]:
        """The nodes from the file's root down to `node`."""
        around = self.path_to_node or [self.module]
        if node in around:
            return around[: around.index(node) + 1]
        if self._search is None or self._search.outer is not around[-1]:
            self._search = _Search(around[-1])
        below = self._search.way(node)
        return [*around[:-1], *below] if below else _Search(self.module).way(node)

    def extent(self, node: cst.CSTNode) -> Extent:
        """All lines of a node, a function's or class's decorators among them."""
        statement = self._places.extent(node)
        if statement:
            return statement
        span = self._span(node)
        return Extent(span.line, span.end_line)

    def standing_in(
        self, node: cst.SimpleStatementLine | cst.SimpleStatementSuite, things: Sequence[Standing]
    ) -> Iterator[tuple[Standing, cst.CSTNode]]:
        """Those of some things, sorted by line, that begin in a statement, each with the part that begins there."""
        lines = self.extent(node) if things else Extent(0, 0)
        first = bisect_left(things, lines.first, key=lambda each: each.line)
        inside = things[first : bisect_right(things, lines.last, key=lambda each: each.line)]
        parts = self._parts(node) if inside else {}
        yield from ((thing, parts.get((thing.line, thing.offset + 1), node)) for thing in inside)

    def _parts(self, node: cst.CSTNode) -> dict[tuple[int, int], cst.CSTNode]:
        """The outermost assignments and expressions of a statement by where they begin: line and column."""
        found: dict[tuple[int, int], cst.CSTNode] = {}
        statement, waiting = self._statement(node), deque([node])
        while waiting:
            part = waiting.popleft()
            if isinstance(part, PARTS):
                span = self._places.span(part, statement)
                found.setdefault((span.line, span.column), part)
            waiting.extend(child for child in parts(part) if isinstance(child, HOLDERS))
        return found

    def signature(self, node: cst.FunctionDef) -> Extent:
        """The lines of a function before its body, decorators among them."""
        first = self.extent(node).first
        if isinstance(node.body, cst.SimpleStatementSuite):
            return Extent(first, self._span(node.body).line)
        return Extent(first, self._places.head(node).last)

    def code_lines(self, node: cst.FunctionDef | cst.ClassDef) -> int:
        """How many lines of the body hold code: without docstrings, nested classes, and functions in a function."""
        places = self._places
        return places.code_in_class(node) if isinstance(node, cst.ClassDef) else places.code_in_function(node)

    def comments(self) -> Iterator[tuple[Comment, Extent | None]]:
        """The comments of the file, each with the lines that it is about."""
        return self._places.comments()

    def source(self, node: cst.CSTNode) -> str:
        """The code of a node."""
        return self.module.code_for_node(node)

    def ancestors(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The nodes around `node`, innermost first; one below the node at hand counts as standing right in it."""
        return reversed(self._around(node))

    def _around(self, node: cst.CSTNode) -> list[cst.CSTNode]:
        """The nodes around `node`, outermost first."""
        around = self.path_to_node
        if around and around[-1] is node:
            return around[:-1]
        return around[: around.index(node)] if node in around else around

    def enclosing_function(self, node: cst.CSTNode) -> cst.FunctionDef | None:
        """The innermost function around `node`, without looking past a class."""
        scope = self._enclosing_scope(node)
        return scope if isinstance(scope, cst.FunctionDef) else None

    def enclosing_class(self, node: cst.CSTNode) -> cst.ClassDef | None:
        """The class whose body `node` stands in directly, without looking past a function."""
        scope = self._enclosing_scope(node)
        return scope if isinstance(scope, cst.ClassDef) else None

    def _enclosing_scope(self, node: cst.CSTNode) -> cst.CSTNode | None:
        return next((outer for outer in self.ancestors(node) if type(outer) in NAMED_KINDS), None)

    def symbol(self, node: cst.CSTNode) -> str:
        """The dotted name, inside the module, of the function or class that `node` is or stands in."""
        return ".".join(_names([*self._around(node), node]))

    def scope(self, node: cst.CSTNode) -> str:
        """The dotted name of the function or class that `node` stands in."""
        return ".".join(_names(self._around(node)))

    def scopes(self, node: cst.CSTNode) -> list[str]:
        """The dotted names of the functions and classes that `node` stands in, outermost first."""
        names = self.scope(node).split(".")
        return [".".join(names[: end + 1]) for end in range(len(names)) if names[0]]

    def session_use(self, call: cst.Call, scope: str | None = None) -> SessionUse | None:
        """The use of a database session that a call is; `scope` for one that is not below the node at hand."""
        return SessionUses(self).use(call, scope)

    def client_use(self, call: cst.Call, scope: str | None = None) -> ClientUse | None:
        """The wait for another system that a call is, on a client or of a function that is known to block."""
        return client_use(self.index, self.path, self.scope(call) if scope is None else scope, call)

    def calls_in(self, function: cst.FunctionDef) -> list[cst.Call]:
        """The calls that a function of this file makes itself and does not await."""
        if function not in self._calls_in:
            nodes = list(in_body(function))
            awaited = {each.expression for each in nodes if type(each) is cst.Await}
            self._calls_in[function] = [each for each in nodes if type(each) is cst.Call and each not in awaited]
        return self._calls_in[function]

    @cached_property
    def functions(self) -> dict[str, cst.FunctionDef | None]:
        """The functions and methods of this file by their dotted names; None for a name that several have."""
        found: dict[str, cst.FunctionDef | None] = {}
        waiting: list[tuple[str, cst.CSTNode]] = [("", self.module)]
        while waiting:
            scope, node = waiting.pop()
            if isinstance(node, NAMED):
                scope = f"{scope}.{node.name.value}" if scope else node.name.value
            if isinstance(node, cst.FunctionDef):
                found[scope] = None if scope in found else node
            waiting.extend((scope, child) for child in parts(node) if type(child) in STATEMENTS)
        return found

    def name_of(self, node: cst.CSTNode) -> str | None:
        """The dotted name that an expression spells, aliases undone; None when it is no plain name."""
        # By its number, for libcst hashes nodes in Python; it is kept so that no other node gets that number.
        known = self._names_of.get(id(node))
        if known is None:
            name = dotted(node)
            known = self._names_of[id(node)] = (node, name and self.index.qualified(self.path, name))
        return known[1]

    def names_in(self, annotation: cst.CSTNode, followed: set[str] | None = None) -> Iterator[str]:
        """The dotted names in an annotation, in quotes and in aliases too; of `Annotated` those of the type alone.

        An alias is followed once, however often it is named: aliases of aliases would double the work with each.
        """
        followed = set() if followed is None else followed
        match annotation:
            case cst.Name(value=name) if name in self.aliases and name not in followed:
                followed.add(name)
                yield from self.names_in(self.aliases[name], followed)
            case cst.Name() | cst.Attribute():
                yield dotted(annotation) or ""
            case cst.SimpleString(evaluated_value=str() as text):
                with suppress(cst.ParserSyntaxError):
                    yield from self.names_in(cst.parse_expression(text), followed)
            case cst.Subscript(value=value, slice=items):
                outer = self.name_of(value)
                inside = () if outer in LITERALS else items[:1] if outer in ANNOTATED else items
                for part in (value, *inside):
                    yield from self.names_in(part, followed)
            case _:
                for child in parts(annotation):
                    yield from self.names_in(child, followed)

    @cached_property
    def aliases(self) -> dict[str, cst.BaseExpression]:
        """What names of this file's own level stand for in annotations: `Jobs = list[Job]`, `type Jobs = list[Job]`."""
        lines = (line for line in self.module.body if isinstance(line, cst.SimpleStatementLine))
        found = (aliased(part) for line in lines for part in line.body)
        return dict(each for each in found if each)

    def crossings(self, node: cst.Import | cst.ImportFrom) -> Iterator[Crossing]:
        """What an import statement is the first of its file to bring, though the file's layer may not know it."""
        if not self._crossings:
            return
        line = self.span(node).line
        for statement in dict.fromkeys(_statements(node)):
            yield from self._crossings.get((line, statement), ())

    @cached_property
    def _crossings(self) -> dict[tuple[int, str], list[Crossing]]:
        found: dict[tuple[int, str], list[Crossing]] = {}
        for crossing in self.index.crossings(self.path):
            found.setdefault((crossing.line, crossing.statement), []).append(crossing)
        return found

    def routes(self, node: cst.FunctionDef) -> tuple[Route, ...]:
        """The routes that a function is the handler of."""
        found = self._routes.get(self.symbol(node), ()) if self._routes else ()
        # A place is asked for only where two functions have one name.
        if len({route.line for route in found}) <= 1:
            return tuple(found)
        return tuple(route for route in found if route.line == self.span(node).line)

    @cached_property
    def _routes(self) -> dict[str, list[Route]]:
        found: dict[str, list[Route]] = {}
        for route in self.index.routes(self.path):
            found.setdefault(route.symbol, []).append(route)
        return found

    def definition_before(self, node: cst.FunctionDef | cst.ClassDef) -> cst.FunctionDef | cst.ClassDef | None:
        """The function or class whose definition begins last before this one's."""
        return self._places.before(node)

    def is_overload(self, node: cst.FunctionDef) -> bool:
        """Whether a function is one of the signatures that `@overload` declares, under any alias."""
        return any(self.name_of(decorator) in OVERLOADS for decorator in node.decorators)

    def replace(self, node: cst.CSTNode, text: str) -> Edit:
        """An edit that puts `text` in place of a node."""
        return Edit(self._span(node), text)


def _names(nodes: list[cst.CSTNode]) -> list[str]:
    """The names of the functions and classes among some nodes."""
    return [node.name.value for node in nodes if type(node) in NAMED_KINDS and isinstance(node, NAMED)]


class _Search:
    """The ways from one node down to others: it goes on where it ended, so that many cost no more than the last."""

    def __init__(self, outer: cst.CSTNode) -> None:
        self.outer = outer
        self._parents: dict[cst.CSTNode, cst.CSTNode] = {}
        self._waiting = [outer]

    def way(self, node: cst.CSTNode) -> list[cst.CSTNode]:
        """The nodes from the outer one down to `node`; none when it is not below."""
        while self._waiting and node not in self._parents:
            parent = self._waiting.pop()
            for child in parts(parent):
                self._parents[child] = parent
                self._waiting.append(child)
        way = [node] if node in self._parents else []
        while way and way[-1] is not self.outer:
            way.append(self._parents[way[-1]])
        return way[::-1]


def _statements(node: cst.Import | cst.ImportFrom) -> Iterator[str]:
    """The modules that an import names, as they are written, dots before them."""
    if isinstance(node, cst.Import):
        yield from (alias.evaluated_name for alias in node.names)
    else:
        yield "." * len(node.relative) + (dotted(node.module) or "" if node.module else "")


def aliased(statement: cst.CSTNode) -> tuple[str, cst.BaseExpression] | None:
    """The name and the type expression of a statement that gives a type another name."""
    match statement:
        case (
            cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))], value=value)
            | cst.AnnAssign(target=cst.Name(value=name), value=value)
            | cst.TypeAlias(name=cst.Name(value=name), value=value)
        ) if isinstance(value, cst.Subscript | cst.BinaryOperation):
            return name, value
        case _:
            return None
