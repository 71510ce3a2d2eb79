"""How texts are put together, and whose values are in them."""

import libcst as cst
import pytest

from reviewer.composition import Flow, Given, is_composed, pieces
from reviewer.context import Context
from reviewer.walk import walk
from tests.unit.index.project import index_of


@pytest.mark.parametrize(
    ("code", "made_of"),
    [
        ("'a'", ["a"]),
        ("'a' 'b'", ["a", "b"]),
        ("f'a{x}b'", ["a", "<x>", "b"]),
        ("'a' + x + 'b'", ["a", "<x>", "b"]),
        ("'a%sb%%' % x", ["a", "<x>", "b%%"]),
        ("'%s and %d' % (x, y)", ["", "<x>", " and ", ""]),
        ("'%(n)s' % {'n': x}", ["", "<x>", ""]),
        ("'{} {1} {n!r}'.format(x, y, n=z)", ["", "<x>", " ", "<y>", " ", "<z>", ""]),
        ("'{} {}'.format(x)", ["", "<x>", " ", ""]),
        ("dedent(f'a{x}').strip()", ["a", "<x>"]),
        ("x % y", ["<x % y>"]),
        ("f(x)", ["<f(x)>"]),
    ],
)
def test_a_text_is_its_literals_and_its_values(code: str, made_of: list[str]) -> None:
    module = cst.parse_module("")
    found = list(pieces(cst.parse_expression(code)))

    told = [each if isinstance(each, str) else f"<{module.code_for_node(each)}>" for each in found]

    assert told == made_of


@pytest.mark.parametrize(("code", "is_one"), [("'a'", False), ("x", False), ("f'{x} a'", True), ("x + y", False)])
def test_a_composed_text_has_a_literal_and_something_else(code: str, is_one: bool) -> None:
    assert is_composed(cst.parse_expression(code)) is is_one


def given(code: str) -> set[Given]:
    """What the argument of `run` in a piece of code holds."""
    source = f"from enum import Enum\nclass Kind(Enum): ...\n{code}"
    ctx = Context("app/a.py", cst.parse_module(source), index_of({"app/__init__.py": "", "app/a.py": source}))
    found: set[Given] = set()

    def visit(node: cst.CSTNode) -> None:
        if isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value == "run":
            found.update(Flow(ctx, node).given(node.args[0].value))

    walk(ctx.module, {cst.Call: [visit]}, ctx.path_to_node)
    return found


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("def f(x: str): run(f'= {x}')", {Given("x", is_value=True)}),
        ("def f(x): run(f'FROM {x}')", {Given("x", is_value=False)}),
        ("def f(x: str | None): run('a' if x else f'FROM {x}')", {Given("x", is_value=False)}),
        ("def f(x: str):\n    def g():\n        run(f'= {x}')", {Given("x", is_value=True)}),
        ("def f(x: str):\n    y = x.strip()\n    run(f'= {y}')", {Given("x", is_value=True)}),
        ("def f(xs: list[str]): run('in (' + ', '.join(xs) + ')')", {Given("xs", is_value=True)}),
        ("def f(xs: list[str]): run(f\"in ({', '.join(x for x in xs)})\")", {Given("xs", is_value=True)}),
        ("def f(x): run(f\"= '{x.name}' \")", {Given("x.name", is_value=True)}),
        ("def f(x: str):\n    ys = []\n    ys.append(f'= {x}')\n    run(' '.join(ys))", {Given("x", is_value=True)}),
    ],
)
def test_what_callers_choose_is_followed_to_the_parameter(code: str, names: set[Given]) -> None:
    assert given(code) == names


@pytest.mark.parametrize(
    "code",
    [
        "def f(x: int): run(f'= {x}')",
        "def f(x: Kind): run(f'= {x}')",
        "def f(x=1): run(f'= {x}')",
        "def f(x: str): run(f'= :{x}')",
        "def f(x: str):\n    x = 'a'\n    run(f'= {x}')",
        "def f(x: str):\n    if x not in A: raise ValueError\n    run(f'= {x}')",
        "def f(x: str):\n    check(x)\n    run(f'= {x}')",
        "def f(x: str): run(f'= {quote(x)}')",
        "def f(x): run(f\"= '{x.id}' and '{x.created_at}'\")",
        "def f(x): run(f'= {x.name}')",
        "def f(xs: list[str]): run(', '.join('?' for x in xs))",
        "def f(x):\n    y = y + x\n    run(f'= {z}')",
        "def _f(x: str): run(f'= {x}')\n_f('a')\n_f(x=A)\n",
        "X = 'a'\ndef f(): run(f'= {X}')",
        "run(f'= {x}')",
    ],
)
def test_what_callers_do_not_choose_is_not_given(code: str) -> None:
    assert given(code) == set()
