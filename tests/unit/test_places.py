"""Lines and places against Python's own tokenizer and parser, and against libcst's positions."""

import argparse
import ast
import dataclasses
import doctest
import io
import tokenize
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from types import ModuleType

import libcst as cst
import pytest
from libcst.metadata import MetadataWrapper, PositionProvider

from reviewer.model import Extent, Span
from reviewer.places import Places

DEFINED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
Defined = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
NO_CODE = {
    tokenize.COMMENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
    tokenize.INDENT,
    tokenize.NEWLINE,
    tokenize.NL,
}
TRICKY = {
    "nothing": "",
    "comments": "# only\n\n    # comments",
    "no newline at the end": "def f():\n    x()",
    "windows": "def f():\r\n    '''Text\r\n    more.'''\r\n    x = '''\r\n\r\n'''\r\n    return (\r\n\r\n1)\r\n",
    "old mac": "def f():\r    x()\r    # no\r    return 1\r",
    "form feed": "x = 1\n\f\ndef f():\n    x()\n\f\n    y()\n",
    "tabs": "class A:\n\tdef f(self):\n\t\tx()\n\n\ty = 1\n",
    "joined rows": "def f(a, \\\n      b):\n    return a + \\\n        b\n\n\ndef \\\n        g(): return \\\n    1\n",
    "brackets reach back": "def f():\n    x = [\n1,\n# no\n(2,\n\n3)]\n    return x\n",
    "strings that look like code": (
        "def f():\n    x = '''\ndef g(): (\n'''\n    y = \"def h():\"\n    return x, '#', \"it's (\"\n"
    ),
    "escapes": "def f():\n    x = 'a\\'(' + \"b\\\\\" + r'\\'' + 'c\\\nd' + '''\\''' '''\n    return x\n",
    "one line": "class A: x = 1; y = 2\nclass B: 'text'\ndef f(): return [\n    1,\n]\nif A: f(); f()\n",
    "decorators": "@a\n# no\n@b(\n    1,\n)\n\nasync def f():\n    @c\n    class A:\n        x = 1\n    return A\n",
    "docstrings": (
        "def f():\n    'one' \\\n    'two'\n    return 1\ndef g():\n    b'no'\n    f'no'\n"
        "def h():\n    ('yes'\n     'yes')\n"
    ),
    "clauses": (
        "def f():\n    if a:\n        x()\n    elif b: y()\n    else:\n        z()\n    try: x()\n"
        "    except A: y()\n    finally:\n        z()\n    # end\nx = 1\n"
    ),
    "operators at the start": "def f():\n    x = (a\n@ b)\n    @ c\n    def g(): ...\n",
    "non-ascii": "def größe():\n    x = 'ä'\n    class Ünit: ...\n    return Ünit\n",
}


def standard(module: ModuleType) -> str:
    return Path(str(module.__file__)).read_text(encoding="utf-8")


TEXTS = {
    **TRICKY,
    **{module.__name__: standard(module) for module in (argparse, dataclasses, doctest)},
    __name__: Path(__file__).read_text(encoding="utf-8"),
}
NEEDS_TEMPLATES = pytest.mark.skipif(not hasattr(cst, "TemplatedString"), reason="this libcst does not know them")
each_text = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)


def code_rows(text: str) -> set[int]:
    tokens = tokenize.generate_tokens(io.StringIO(text, newline=None).readline)
    return {
        row
        for token in tokens
        if token.type not in NO_CODE and token.string
        for row in range(token.start[0], token.end[0] + 1)
    }


def rows(first: ast.AST, last: ast.AST) -> set[int]:
    decorators = first.decorator_list if isinstance(first, Defined) else []
    start = min(node.lineno for node in [first, *decorators] if isinstance(node, ast.stmt | ast.expr))
    assert isinstance(last, ast.stmt)
    return set(range(start, (last.end_lineno or 0) + 1))


def docstring_rows(node: Defined) -> set[int]:
    """The rows of a docstring, but for one that it shares with the signature."""
    text = node.body[0]
    return rows(text, text) - {node.lineno} if ast.get_docstring(node, clean=False) is not None else set()


def inside(node: ast.AST, kinds: tuple[type[ast.AST], ...]) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, kinds):
            yield child
        else:
            yield from inside(child, kinds)


def functions_inside(node: ast.AST) -> Iterator[Defined]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Defined) and not isinstance(child, ast.ClassDef):
            yield child
        if not isinstance(child, ast.ClassDef):
            yield from functions_inside(child)


def count(node: Defined, filled: set[int]) -> int:
    """The definition of a function's and a class's length, told in Python's own terms."""
    if ast.get_docstring(node) is not None and node.body[0].lineno == node.lineno:
        return 0
    left_out = docstring_rows(node)
    if isinstance(node, ast.ClassDef):
        left_out |= {row for inner in functions_inside(node) for row in docstring_rows(inner)}
    for inner in inside(node, (ast.ClassDef,) if isinstance(node, ast.ClassDef) else DEFINED):
        left_out |= rows(inner, inner)
    return len((rows(node.body[0], node.body[-1]) & filled) - left_out)


def definitions(module: cst.Module) -> list[cst.FunctionDef | cst.ClassDef]:
    found: list[cst.FunctionDef | cst.ClassDef] = []

    class Collect(cst.CSTVisitor):
        def on_visit(self, node: cst.CSTNode) -> bool:
            found.extend([node] if isinstance(node, cst.FunctionDef | cst.ClassDef) else [])
            return True

    module.visit(Collect())
    return found


def counted(places: Places, node: cst.FunctionDef | cst.ClassDef) -> int:
    return places.code_in_class(node) if isinstance(node, cst.ClassDef) else places.code_in_function(node)


def statements(module: cst.Module) -> Iterator[cst.BaseStatement]:
    """The statements that are members of the file or of a block: all but `elif`."""
    waiting: list[cst.CSTNode] = [module]
    while waiting:
        block = waiting.pop()
        waiting.extend(block.children)
        if isinstance(block, cst.Module | cst.IndentedBlock):
            yield from block.body


@each_text
def test_lines_of_code_are_those_of_the_tokenizer(text: str) -> None:
    module = cst.parse_module(text)
    places, filled = Places(module, text), code_rows(text)
    expected = [node for node in ast.walk(ast.parse(text)) if isinstance(node, Defined)]
    expected.sort(key=lambda node: (node.lineno, node.col_offset))

    assert [(node.name.value, counted(places, node)) for node in definitions(module)] == [
        (node.name, count(node, filled)) for node in expected
    ]


@pytest.mark.parametrize("prefix", ["f", pytest.param("t", marks=NEEDS_TEMPLATES)])
def test_quotation_marks_may_nest_in_format_strings(prefix: str) -> None:
    text = """
        def f():
            x = P"{d["("]}" + P'''{d['''
        (''']}'''
            return x


        def g():
            return 1
    """
    text = dedent(text).removeprefix("\n").replace("P", prefix)
    module = cst.parse_module(text)
    places = Places(module, text)

    assert [counted(places, node) for node in definitions(module)] == [3, 1]
    assert [places.extent(node) for node in module.body] == [Extent(1, 4), Extent(7, 8)]


@pytest.mark.parametrize("text", TRICKY.values(), ids=TRICKY)
def test_every_node_stands_where_libcst_finds_it(text: str) -> None:
    module = cst.parse_module(text)
    expected = MetadataWrapper(module, unsafe_skip_copy=True).resolve(PositionProvider)
    places = Places(module, text)

    for node in statements(module):
        for part in (node, *node.children):
            place = expected[part]
            span = Span(place.start.line, place.start.column + 1, place.end.line, place.end.column + 1)
            assert places.span(part, node) == span
