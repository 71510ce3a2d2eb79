"""The edits that rules make: where an argument, a hint and an import go."""

import libcst as cst
import pytest

from reviewer.context import Context
from reviewer.fix import applied
from reviewer.nodes import below
from reviewer.rewriting import behind, with_argument, with_import, with_return
from tests.unit.index.project import index_of

PATH = "app/orders.py"


def context(text: str) -> Context:
    return Context(PATH, cst.parse_module(text), index_of({PATH: text}), text=text)


def first(ctx: Context, kind: type[cst.CSTNode]) -> cst.CSTNode:
    return next(each for each in below(ctx.module) if type(each) is kind)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = f()\n", "x = f(a=1)\n"),
        ("x = f( )\n", "x = f( a=1)\n"),
        ("x = f(b)\n", "x = f(b, a=1)\n"),
        ("x = f(b=(2),)\n", "x = f(b=(2), a=1,)\n"),
        ("x = f(a=None, b=2)\n", "x = f(a=1, b=2)\n"),
        ("x = f(\n    b,\n    c,  # why\n)\n", "x = f(\n    b,\n    c,\n    a=1,  # why\n)\n"),
        ("x = f(\n    b, c\n)\n", "x = f(\n    b, c, a=1\n)\n"),
        ("x = (f(*b))\n", "x = (f(*b, a=1))\n"),
    ],
)
def test_an_argument_goes_behind_the_others_or_in_the_place_of_its_own(before: str, after: str) -> None:
    ctx = context(before)
    call = first(ctx, cst.Call)
    assert isinstance(call, cst.Call)
    edit = with_argument(ctx, call, "a", "1")
    assert edit
    assert applied(before, [edit]) == after


def test_a_call_that_passes_a_mapping_on_may_have_the_argument() -> None:
    ctx = context("f(**options)\n")
    call = first(ctx, cst.Call)
    assert isinstance(call, cst.Call)
    assert with_argument(ctx, call, "a", "1") is None


def test_a_text_goes_right_behind_a_node() -> None:
    ctx = context("x = (name) + 1\n")
    assert applied("x = (name) + 1\n", [behind(ctx, first(ctx, cst.Integer), "0")]) == "x = (name) + 10\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("def f():\n    g()\n", "def f() -> None:\n    g()\n"),
        ("def f() :  # ): a comment\n    g()\n", "def f() -> None :  # ): a comment\n    g()\n"),
        ("class C:\n    async def f(\n        self,\n    ):\n        g()\n", None),
        ("def f(): g()\n", ""),
        ("def f(\n    a=1\n    ) \\\n  :\n    g()\n", ""),
        ("def f():  # type: () -> None\n    g()\n", ""),
        ("def f():\n    # type: () -> None\n    g()\n", ""),
    ],
)
def test_a_hint_goes_behind_the_head_where_it_ends_like_most_do(before: str, after: str | None) -> None:
    ctx = context(before)
    function = first(ctx, cst.FunctionDef)
    assert isinstance(function, cst.FunctionDef)
    edit = with_return(ctx, function, "None")
    wanted = before.replace("    ):", "    ) -> None:") if after is None else after
    assert (applied(before, [edit]) if edit else "") == wanted


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import asyncio\nx = 1\n", "import asyncio\nx = 1\n"),
        ("import json\n", "import asyncio\nimport json\n"),
        ("import abc\nimport json\n", "import abc\nimport asyncio\nimport json\n"),
        ('"""Text."""\n\nfrom a import b\n', '"""Text."""\n\nimport asyncio\nfrom a import b\n'),
        ("from __future__ import annotations\n\nfrom a import b\n", None),
        ("from __future__ import annotations\nx = 1\n", ""),
        ("x = 1\nimport json\n", ""),
        ("import asyncio as aio\n", ""),
        ("import json\nfrom trio import asyncio\n", ""),
        ("import json\ndef asyncio(): ...\n", ""),
    ],
)
def test_an_import_goes_among_the_first_ones(before: str, after: str | None) -> None:
    edits = with_import(context(before), "asyncio")
    wanted = before.replace("from a", "import asyncio\nfrom a") if after is None else after
    assert ("" if edits is None else applied(before, edits)) == wanted
