"""What a check may ask about the file it reads, and about the project."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from reviewer.index.answers import Layer
from reviewer.index.questions import Questions
from reviewer.lines import Lines
from reviewer.model import Edit, Extent, Span

NAMED = (cst.FunctionDef, cst.ClassDef)
OVERLOADS = frozenset({"typing.overload", "typing_extensions.overload"})


@dataclass(frozen=True, slots=True)
class ProjectContext:
    """What a check may ask about the whole project."""

    index: Questions


@dataclass
class Context:
    """One file under review: its path from the root, its tree, and the facts across files.

    `path_to_node` holds the ancestors of the node at hand while the walk is under way; a `text` given spares
    writing the tree out again.
    """

    path: str
    module: cst.Module
    index: Questions
    path_to_node: list[cst.CSTNode] = field(default_factory=list)
    text: str | None = None

    @cached_property
    def layer(self) -> Layer | None:
        """The layer of this file."""
        return self.index.placement(self.path).layer

    @cached_property
    def _lines(self) -> Lines:
        return Lines(self.module, self.module.code if self.text is None else self.text)

    @cached_property
    def _positions(self) -> dict[cst.CSTNode, CodeRange]:
        wrapper = MetadataWrapper(self.module, unsafe_skip_copy=True)
        return dict(wrapper.resolve(PositionProvider))

    def span(self, node: cst.CSTNode) -> Span:
        """Where a node stands; a function or class stands at its name."""
        place = self._positions[node.name if isinstance(node, NAMED) else node]
        return Span(place.start.line, place.start.column + 1, place.end.line, place.end.column + 1)

    def extent(self, node: cst.CSTNode) -> Extent:
        """All lines of a node, a function's or class's decorators among them."""
        place = self._positions[node]
        first = place.start.line
        if isinstance(node, NAMED) and node.decorators:
            first = self._positions[node.decorators[0]].start.line
        # A block's range ends at the start of the line behind it.
        last = place.end.line - (place.end.column == 0 and place.end.line > first)
        return Extent(first, last)

    def signature(self, node: cst.FunctionDef) -> Extent:
        """The lines of a function before its body, decorators among them."""
        body = node.body.header if isinstance(node.body, cst.IndentedBlock) else node.body
        return Extent(self.extent(node).first, self._positions[body].start.line)

    def code_lines(self, node: cst.FunctionDef | cst.ClassDef) -> int:
        """How many lines of the body hold code: without docstrings, nested classes, and functions in a function."""
        return self._lines.in_class(node) if isinstance(node, cst.ClassDef) else self._lines.in_function(node)

    def source(self, node: cst.CSTNode) -> str:
        """The code of a node."""
        return self.module.code_for_node(node)

    def ancestors(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The nodes around `node`, innermost first; `node` is the one at hand or one of its ancestors."""
        around = self.path_to_node
        if node in around:
            around = around[: around.index(node)]
        return reversed(around)

    def enclosing_function(self, node: cst.CSTNode) -> cst.FunctionDef | None:
        """The innermost function around `node`, without looking past a class."""
        scope = self._enclosing_scope(node)
        return scope if isinstance(scope, cst.FunctionDef) else None

    def enclosing_class(self, node: cst.CSTNode) -> cst.ClassDef | None:
        """The class whose body `node` stands in directly, without looking past a function."""
        scope = self._enclosing_scope(node)
        return scope if isinstance(scope, cst.ClassDef) else None

    def _enclosing_scope(self, node: cst.CSTNode) -> cst.CSTNode | None:
        return next((outer for outer in self.ancestors(node) if isinstance(outer, NAMED)), None)

    def symbol(self, node: cst.CSTNode) -> str:
        """The dotted name, inside the module, of the function or class that `node` is or stands in."""
        around = [node, *self.ancestors(node)]
        return ".".join(reversed([outer.name.value for outer in around if isinstance(outer, NAMED)]))

    def name_of(self, node: cst.CSTNode) -> str | None:
        """The dotted name that an expression spells, aliases undone; None when it is no plain name."""
        name = dotted(node)
        return name and self.index.qualified(self.path, name)

    def is_overload(self, node: cst.FunctionDef) -> bool:
        """Whether a function is one of the signatures that `@overload` declares, under any alias."""
        return any(self.name_of(decorator) in OVERLOADS for decorator in node.decorators)

    def replace(self, node: cst.CSTNode, text: str) -> Edit:
        """An edit that puts `text` in place of a node."""
        place = self._positions[node]
        return Edit(Span(place.start.line, place.start.column + 1, place.end.line, place.end.column + 1), text)


def dotted(node: cst.CSTNode) -> str | None:
    """`a.b.c` as it is written, None for anything but names and attributes."""
    match node:
        case cst.Name(value=name):
            return name
        case cst.Attribute(value=value, attr=cst.Name(value=name)):
            outer = dotted(value)
            return outer and f"{outer}.{name}"
        case cst.Decorator(decorator=inner):
            return dotted(inner)
        case cst.Call(func=inner):
            return dotted(inner)
        case _:
            return None
