"""Behaviour that a change brings and no test names."""

from collections.abc import Iterator

import libcst as cst

from reviewer.api import Bad, Check, Context, Finding, Good, Kind, Layer, Level, behaviour, below, dotted, on

LAYERS = frozenset({Layer.DOMAIN, Layer.USE_CASES})
UNJUDGED = frozenset({Kind.EXCEPTION, Kind.PROTOCOL})
# What is called where nobody writes its name, or has nothing to call.
INDIRECT = (
    "abstractmethod",
    "cached_property",
    "deleter",
    "getter",
    "hybrid_property",
    "overload",
    "property",
    "setter",
)
VALIDATING = ("validator", "serializer", "validates")
BRANCHING = (cst.If, cst.IfExp, cst.For, cst.While, cst.Try, cst.Match, cst.BooleanOperation, cst.CompFor, cst.Raise)

TESTED = {
    "app/__init__.py": "",
    "app/settings.py": "def load(): ...\n",
    "tests/test_settings.py": "from app.settings import load\ndef test_load(): assert load() is None\n",
}
PLACE = """
    class PlaceOrder:
        def __init__(self, orders):
            self._orders = orders
        def execute(self, order):{mark}
            if not order.lines:
                raise ValueError("an order needs lines")
            self._orders.add(order)
        def add_discount(self, order, percent):{mark}
            order.total -= order.total * percent / 100
            self._orders.add(order)
"""
BAD = (
    Bad(path="app/use_cases/place_order.py", code=PLACE.format(mark="  # <-"), files=TESTED),
    Bad(
        path="app/domain/pricing.py",
        code="""
            def gross_price(net, rate):  # <-
                return net if rate is None else net * (1 + rate)
        """,
        files=TESTED,
    ),
)
GOOD = (
    # A test names it: its own words, or those of its class beside a word that others have, too.
    Good(
        path="app/use_cases/place_order.py",
        code=PLACE.format(mark=""),
        files={
            **TESTED,
            "tests/test_orders.py": """
from app.use_cases.place_order import PlaceOrder
def test_place(orders):
    PlaceOrder(orders).execute({})
    PlaceOrder(orders).add_discount({}, 5)
""",
        },
    ),
    # A test names what calls it, or the route that leads there.
    Good(
        path="app/use_cases/place_order.py",
        code=PLACE.format(mark=""),
        files={
            **TESTED,
            "app/api/orders.py": """
from app.use_cases.place_order import PlaceOrder
@router.post("/orders/{order_id}/placement")
def place(order_id):
    place_order = PlaceOrder(None)
    place_order.execute(order_id)
    return discounted(place_order)
def discounted(place_order):
    return place_order.add_discount(1, 2)
""",
            "tests/test_api.py": "def test_it(client): client.post('/orders/1/placement')\n",
        },
    ),
    # Nothing to get wrong: what only hands on, declares, or answers with what it has.
    Good(
        path="app/domain/order.py",
        code="""
            from abc import ABC, abstractmethod
            from typing import Protocol
            class Order:
                def __init__(self, lines):
                    self.lines = lines or []
                def __eq__(self, other):
                    return isinstance(other, Order) and self.lines == other.lines
                @property
                def is_empty(self):
                    return not self.lines or all(line.is_empty for line in self.lines)
                def first_line(self):
                    return self.lines.first()
                def _sum(self):
                    return sum(line.total for line in self.lines)
            class Orders(ABC):
                @abstractmethod
                def find_all(self): ...
                def find_none(self): raise NotImplementedError
            class Clock(Protocol):
                def tell_time(self): ...
            class OrderClosed(Exception):
                def with_order(self, order):
                    if order:
                        self.order = order
                    return self
        """,
        files=TESTED,
    ),
    # Other layers, and projects whose tests do not import them.
    Good(path="app/services/orders.py", code=PLACE.format(mark=""), files=TESTED),
    Good(path="app/use_cases/place_order.py", code=PLACE.format(mark="")),
)


class ChangedCodeWithoutTest(Check):
    """Behaviour that no test names breaks in production first, at the next change if not with this one.

    Whoever changes it again cannot tell what it has to do, and nothing tells them that it does no more.

    Write the test with the change: one that calls the function, or what calls it, and asserts what it has to do now.

    Looked at are the public functions and methods of the domain and of the use cases that a change brings, or whose
    behaviour it changes: types, docstrings, comments, logs, layout and names make no difference. A test names a
    function where its name stands in a test file; a name of one word, like `execute`, counts beside that of its class
    or module. As well as the function, it may name what calls it, six calls up, or the address of the route that
    leads there. Left alone are properties, special methods, validators, what is abstract, exceptions, what has nothing
    to decide and does it in one statement, and projects whose tests import nothing of them. A review of whole files
    has no change, and says nothing.
    """

    name = "changed-code-without-test"
    level = Level.WARNING
    message = "No test would notice if `{symbol}` did something else: none names it or what calls it."
    of_changes = True
    examples = BAD + GOOD

    @on(cst.FunctionDef)
    def function(self, node: cst.FunctionDef, ctx: Context) -> Iterator[Finding]:
        """Report a function that does something, and that no test names."""
        if ctx.layer not in LAYERS or not _is_called(node, ctx) or not _decides(node) or not ctx.index.has_tests():
            return
        if not ctx.index.is_reached_by_tests(ctx.path, ctx.symbol(node)):
            yield self.finding(ctx, node, content=behaviour(ctx.source(node)))


def _is_called(node: cst.FunctionDef, ctx: Context) -> bool:
    """Whether others call a function by its name."""
    name, marks = node.name.value, [dotted(mark) or "" for mark in node.decorators]
    named = [each for each in ctx.ancestors(node) if isinstance(each, cst.FunctionDef | cst.ClassDef)]
    hidden = any(each.name.value.startswith("_") or isinstance(each, cst.FunctionDef) for each in named)
    if hidden or (name.startswith("_") and name != "__call__"):
        return False
    if any(mark.endswith(VALIDATING) or mark.rpartition(".")[2] in INDIRECT for mark in marks):
        return False
    answer = ctx.index.class_answer(ctx.path, ctx.scope(node)) if named else None
    return answer is None or answer.kind not in UNJUDGED


def _decides(node: cst.FunctionDef) -> bool:
    """Whether a function does more than one thing, or chooses between several."""
    statements = [part for line in node.body.body for part in _parts(line) if not _is_idle(part)]
    if all(isinstance(part, cst.Raise) for part in statements):
        return False
    return len(statements) > 1 or any(isinstance(each, BRANCHING) for part in statements for each in below(part))


def _parts(line: cst.CSTNode) -> list[cst.CSTNode]:
    return list(line.body) if isinstance(line, cst.SimpleStatementLine) else [line]


def _is_idle(part: cst.CSTNode) -> bool:
    """Whether a statement does nothing: a docstring, `...`, `pass`, an import."""
    match part:
        case cst.Expr(value=cst.SimpleString() | cst.ConcatenatedString() | cst.Ellipsis()):
            return True
        case _:
            return isinstance(part, cst.Pass | cst.Import | cst.ImportFrom)
