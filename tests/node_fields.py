"""Writes `reviewer/node_fields.py` from libcst's own classes: `python -m tests.node_fields`."""

import re
from collections.abc import Iterator
from dataclasses import fields
from inspect import getsource, isabstract, isclass
from itertools import chain
from pathlib import Path
from typing import ForwardRef, get_args

import libcst as cst

WRITTEN = Path(__file__).parents[1] / "reviewer" / "node_fields.py"
VISITED = re.compile(r'visit_\w+\(\s*self,\s*"(\w+)"')
# White space, comments and punctuation; no check asks for those nodes.
TRIVIAL_FIELDS = frozenset(
    {
        "asynchronous",
        "colon",
        "comma",
        "dot",
        "empty_lines",
        "equal",
        "footer",
        "header",
        "indent",
        "lbrace",
        "lbracket",
        "leading_lines",
        "lines_after_decorators",
        "lpar",
        "newline",
        "rbrace",
        "rbracket",
        "rpar",
        "semicolon",
        "trailing_whitespace",
    }
)
HEAD = '''"""What the nodes of libcst hold, in the order of the source; written by `python -m tests.node_fields`.

White space, comments and punctuation are left out.
"""

from collections.abc import Mapping

import libcst as cst

Kind = type[cst.CSTNode]

# The fields of each type of node that hold nodes, and the types that they may hold, or bases of those.
HOLDS: Mapping[Kind, Mapping[str, tuple[Kind, ...]]] = {
'''
TAIL = """}
FIELDS: Mapping[Kind, tuple[str, ...]] = {kind: tuple(held) for kind, held in HOLDS.items()}
"""


def text() -> str:
    """The whole module."""
    return HEAD + "".join(map(_entry, _kinds())) + TAIL


def _kinds() -> list[type[cst.CSTNode]]:
    found = {kind for kind in vars(cst).values() if isclass(kind) and issubclass(kind, cst.CSTNode)}
    return sorted((kind for kind in found if not isabstract(kind)), key=lambda kind: kind.__name__)


def _entry(kind: type[cst.CSTNode]) -> str:
    held = [(name, sorted(f"cst.{each.__name__}" for each in types)) for name, types in _held(kind)]
    if not held:
        return f"    cst.{kind.__name__}: {{}},\n"
    rows = "".join(f'        "{name}": ({", ".join(types)},),\n' for name, types in held)
    return f"    cst.{kind.__name__}: {{\n{rows}    }},\n"


def _held(kind: type[cst.CSTNode]) -> Iterator[tuple[str, set[type[cst.CSTNode]]]]:
    """The fields of a type of node in the order in which libcst visits them."""
    annotations = {field.name: field.type for field in fields(kind)}
    for name in dict.fromkeys(VISITED.findall(getsource(kind._visit_and_replace_children))):
        types = {each for each in _flat(annotations[name]) if isclass(each) and issubclass(each, cst.CSTNode)}
        if types and name not in TRIVIAL_FIELDS and not name.startswith("whitespace"):
            yield name, types


def _flat(annotation: object) -> Iterator[object]:
    """The types in an annotation, unions and sequences taken apart, forward references looked up."""
    if isinstance(annotation, ForwardRef):
        annotation = annotation.__forward_arg__
    if isinstance(annotation, str):
        annotation = getattr(cst, annotation, None)
    inner = get_args(annotation)
    yield from chain(*map(_flat, inner)) if inner else [annotation]


if __name__ == "__main__":
    WRITTEN.write_text(text(), encoding="utf-8")
