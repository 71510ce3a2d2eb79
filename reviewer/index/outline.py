"""Expressions of stdlib `ast` in outline: their dotted names, their calls and their text."""

import ast
import re

from reviewer.index.facts import Assignment, Keywords, Parameter, Value

LONGEST_TEXT = 200
CAST_ARGUMENTS = 2


def dotted_name(node: ast.expr) -> str:
    """The dotted name of an expression, calls in it marked with `()`; "" when there is none."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=name):
            outer = dotted_name(value)
            return outer and f"{outer}.{name}"
        case ast.Call(func=function):
            outer = dotted_name(function)
            return outer and f"{outer}()"
        case _:
            return ""


class Outline:
    """Reads expressions of one source; `source` is UTF-8 without a byte order mark."""

    def __init__(self, source: bytes) -> None:
        self._lines = source.splitlines()

    def lines_with(self, words: re.Pattern[bytes]) -> list[int]:
        """The numbers of the lines that match."""
        return [number for number, line in enumerate(self._lines, start=1) if words.search(line)]

    def text(self, node: ast.expr) -> str:
        """The source of an expression on one line."""
        if isinstance(node, ast.Name):
            return node.id
        if node.lineno != node.end_lineno:
            return ast.unparse(node)
        return self._lines[node.lineno - 1][node.col_offset : node.end_col_offset].decode(errors="replace")

    def optional_text(self, node: ast.expr | None) -> str | None:
        """The source of an expression that may be missing."""
        return None if node is None else self.text(node)

    def value(self, node: ast.expr) -> Value:
        """An expression in outline."""
        match node:
            case ast.Name(id=name):
                return Value(name, text=name)
            case ast.Await(value=inner):
                return self.value(inner)
            case ast.Call():
                return self._call(node)
            case ast.Subscript(value=inner, slice=index):
                items = index.elts if isinstance(index, ast.Tuple) else [index]
                texts = tuple(self.text(item) for item in items)
                return Value(dotted_name(inner), subscript=texts, text=self._short(node))
            case ast.Dict(keys=keys, values=values):
                return Value("dict", called=True, keywords=self._display(keys, values), text=self._short(node))
            case _:
                return Value(dotted_name(node), text=self._short(node))

    def optional_value(self, node: ast.expr | None) -> Value | None:
        """An expression in outline that may be missing."""
        return None if node is None else self.value(node)

    def keywords(self, keywords: list[ast.keyword]) -> Keywords:
        """The keyword arguments of a call or a class."""
        return tuple((keyword.arg or "**", self._short(keyword.value)) for keyword in keywords)

    def parameters(self, arguments: ast.arguments) -> tuple[Parameter, ...]:
        """All parameters of a function, in the order of its signature."""
        positional = [*arguments.posonlyargs, *arguments.args]
        missing = [None] * (len(positional) - len(arguments.defaults))
        pairs: list[tuple[ast.arg | None, ast.expr | None]] = [
            *zip(positional, [*missing, *arguments.defaults], strict=True),
            (arguments.vararg, None),
            *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
            (arguments.kwarg, None),
        ]
        return tuple(
            Parameter(
                argument.arg,
                self.optional_text(argument.annotation),
                self._optional_short(default),
                starred=argument in (arguments.vararg, arguments.kwarg),
                maker=dotted_name(default.func) if isinstance(default, ast.Call) else "",
            )
            for argument, default in pairs
            if argument is not None
        )

    def assignments(self, node: ast.stmt, *, type_checking: bool = False) -> list[Assignment]:
        """What an assignment statement gives to plain names."""
        match node:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=value):
                text, outline = self.text(annotation), self.optional_value(value)
                return [Assignment(name, node.lineno, text, outline, type_checking)]
            case ast.Assign(targets=targets, value=value):
                names = [target.id for target in targets if isinstance(target, ast.Name)]
                given = self.value(value) if names else None
                return [Assignment(name, node.lineno, None, given, type_checking) for name in names]
            case _ if type(node).__name__ == "TypeAlias":
                return self._type_alias(node, type_checking=type_checking)
            case _:
                return []

    def _type_alias(self, node: ast.stmt, *, type_checking: bool) -> list[Assignment]:
        """`type Name = value`, which the `ast` of Python 3.11 has no class for."""
        name: object = getattr(node, "name", None)
        value: object = getattr(node, "value", None)
        if not isinstance(name, ast.Name) or not isinstance(value, ast.expr):
            return []
        return [Assignment(name.id, node.lineno, None, self.value(value), type_checking)]

    def _call(self, node: ast.Call) -> Value:
        name = dotted_name(node.func)
        if name.rpartition(".")[2] == "cast" and len(node.args) == CAST_ARGUMENTS:
            return self.value(node.args[1])
        subscript: tuple[str, ...] = ()
        if isinstance(node.func, ast.Subscript):
            generic = self.value(node.func)
            name, subscript = generic.name, generic.subscript
        positional = tuple(self._short(argument) for argument in node.args)
        keywords = self.keywords(node.keywords)
        return Value(
            name, called=True, positional=positional, keywords=keywords, subscript=subscript, text=self._short(node)
        )

    def _display(self, keys: list[ast.expr | None], values: list[ast.expr]) -> Keywords:
        pairs: list[tuple[str, str]] = []
        for key, value in zip(keys, values, strict=True):
            if key is None:
                pairs.append(("**", self._short(value)))
            elif isinstance(key, ast.Constant) and isinstance(key.value, str):
                pairs.append((key.value, self._short(value)))
        return tuple(pairs)

    def _short(self, node: ast.expr) -> str:
        if node.lineno == node.end_lineno or node.end_lineno is None:
            text = self.text(node)
        else:
            # Unparsing a table of a thousand lines costs more than reading the rest of its file.
            text = ast.unparse(node) if node.end_lineno - node.lineno <= 5 else ""  # noqa: PLR2004
        return text if len(text) <= LONGEST_TEXT else ""

    def _optional_short(self, node: ast.expr | None) -> str | None:
        return None if node is None else self._short(node)
