"""Which class a name of a function holds an object of."""

import libcst as cst
import pytest

from reviewer.bindings import binder, class_held
from reviewer.config import Config
from reviewer.context import Context
from reviewer.index import Index

CLASSES = (
    "from __future__ import annotations\nfrom typing import Annotated, Optional\nclass Money: ...\nclass Price: ...\n"
)


def held(signature: str, *lines: str) -> str | None:
    """The class of the object that `money` is, in a function with this signature and these statements."""
    body = "".join(f"    {line}\n" for line in (*lines, "pass"))
    text = f"{CLASSES}def load({signature}):\n{body}"
    module = cst.parse_module(text)
    function = next(each for each in module.body if isinstance(each, cst.FunctionDef))
    ctx = Context("app/a.py", module, Index(["app/a.py"], lambda _: text.encode(), Config()), [module, function], text)
    assert binder("money", ctx) in {function, None}
    found = class_held("money", function, ctx)
    return found.symbol if found else None


@pytest.mark.parametrize(
    ("signature", "lines"),
    [
        ("money: Money", ()),
        ("*, money: 'Money | None'", ()),
        ("money: Optional[Annotated['Money', 1]]", ()),
        ("", ("money = Money(1)",)),
        ("", ("money: Money = make()", "money = Money(2)")),
    ],
)
def test_a_type_or_a_call_of_the_class_says_it(signature: str, lines: tuple[str, ...]) -> None:
    assert held(signature, *lines) == "Money"


@pytest.mark.parametrize(
    ("signature", "lines"),
    [
        ("", ()),
        ("money", ()),
        ("*money: Money", ()),
        ("**money: Money", ()),
        ("money: list[Money]", ()),
        ("money: Money | Price", ()),
        ("money: 'not a type'", ()),
        ("money: Money", ("money = Price(1)",)),
        ("money: Money", ("for money in (): ...",)),
        ("money: Money", ("with open() as money: ...",)),
        ("money: Money", ("money, other = Money(1), 2",)),
        ("money: Money", ("if money := 2: ...",)),
        ("", ("money = Money",)),
        ("", ("money: Money = object.__new__(Money)",)),
        ("", ("money: Money = copy.copy(other)",)),
        ("", ("money.price = Money(1)", "def inner(): money = Money(1)")),
    ],
)
def test_what_is_said_in_no_way_or_in_two_is_unknown(signature: str, lines: tuple[str, ...]) -> None:
    assert held(signature, *lines) is None
