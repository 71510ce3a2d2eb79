"""The syntax of a file's parts, to tell whether code is the same whatever its line breaks, indentation and comments."""

import ast
from collections import defaultdict
from collections.abc import Iterator

from reviewer.index.extract import SCOPES, UNREADABLE, statements, tree_of

IMPORTS = (ast.Import, ast.ImportFrom)


class Syntax:
    """The definitions and the other statements of one file, each as one text; empty where it does not parse."""

    def __init__(self, source: bytes) -> None:
        self._definitions: defaultdict[str, list[str]] = defaultdict(list)
        self._statements: list[tuple[ast.stmt, str]] = []
        self._lines: list[tuple[int, int, str]] = []
        self._decorated: list[tuple[int, int, str]] = []
        try:
            tree = tree_of(source)
            self._read(tree.body if tree else [], "")
        except UNREADABLE:
            self._definitions.clear()

    def definition(self, symbol: str) -> tuple[str, ...]:
        """The functions or classes with this dotted symbol, with their decorators."""
        return tuple(self._definitions.get(symbol, ()))

    def symbol(self, line: int) -> str:
        """The dotted symbol of the innermost function or class around a line, decorators too, "" outside of all."""
        around = [symbol for first, last, symbol in self._decorated if first <= line <= last]
        return max(around, key=len, default="")

    @property
    def definitions(self) -> tuple[tuple[str, int, int], ...]:
        """The dotted symbol of each function and class, with its first line, of its keyword, and its last."""
        return tuple((symbol, first, last) for first, last, symbol in self._lines)

    @property
    def assigned(self) -> tuple[tuple[str, int, str], ...]:
        """The names that statements outside of definitions give values to, each with its line and that statement."""
        found = ((_names(node), node.lineno, text) for node, text in self._statements)
        return tuple((name, line, text) for names, line, text in found for name in names)

    def lines(self, line: int) -> tuple[int, int]:
        """The first and the last line of the innermost function or class around a line; without one, that line."""
        around = [(first, last) for first, last, _ in self._lines if first <= line <= last]
        return max(around, default=(line, line))

    def statement(self, line: int, name: str) -> str | None:
        """The statement outside of all definitions on a line; of an import, what brings in `name`."""
        around = [(node, text) for node, text in self._statements if node.lineno <= line <= (node.end_lineno or 0)]
        named = [text for node, text in around if isinstance(node, IMPORTS) and node.names[0].name == name]
        innermost = (named or [text for _, text in around])[-1:]
        return next(iter(innermost), None)

    def holds(self, statement: str) -> bool:
        """Whether such a statement stands outside of all definitions."""
        return any(text == statement for _, text in self._statements)

    def _read(self, body: list[ast.stmt], scope: str) -> None:
        for node, _ in statements(body):
            if isinstance(node, SCOPES):
                symbol = f"{scope}.{node.name}" if scope else node.name
                self._definitions[symbol].append(ast.dump(node))
                last = node.end_lineno or node.lineno
                self._lines.append((node.lineno, last, symbol))
                self._decorated.append(
                    (min([node.lineno, *(each.lineno for each in node.decorator_list)]), last, symbol)
                )
                self._read(node.body, symbol)
            elif not scope:
                self._statements += [(part, ast.dump(part)) for part in _parts(node)]


def _names(node: ast.stmt) -> list[str]:
    """The plain names that a statement gives values to."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _parts(node: ast.stmt) -> Iterator[ast.stmt]:
    """An import of several names as imports of one, in its lines."""
    match node:
        case ast.Import(names=names):
            yield from (ast.copy_location(ast.Import(names=[name]), node) for name in names)
        case ast.ImportFrom(module=module, names=names, level=level):
            yield from (ast.copy_location(ast.ImportFrom(module, [name], level), node) for name in names)
        case _:
            yield node
