"""Functions that refuse something, and whose tests never let them."""

from collections.abc import Iterator

import libcst as cst

from reviewer.api import Bad, Check, Context, Definition, Finding, Good, Kind, Layer, Level, Related, below, dotted, on

ORDERS = """
class OrderClosed(Exception): ...
class Orders:
    def add_line(self, order, line):
        if order.closed:
            raise OrderClosed(order)
        order.lines.append(line)
def place(order):
    if not order.lines:
        raise OrderClosed(order)
    return order
def close(order):
    order.closed = True
"""
APP = {"app/__init__.py": "", "app/domain/__init__.py": "", "app/domain/orders.py": ORDERS}
BAD = (
    Bad(
        path="tests/test_orders.py",
        code="""
            from app.domain.orders import Orders, place
            from app.domain import orders as module

            def test_add_line(order):  # <-
                Orders().add_line(order, "book")
                assert order.lines == ["book"]
            def test_add_two_lines(order):
                orders = Orders()
                orders.add_line(order, "book")
                assert order.lines
            def test_place(order):  # <-
                assert place(order) is order
            def test_place_again(order):
                assert module.place(order)
                assert module.close(order) is None
        """,
        files=APP,
    ),
)
GOOD = (
    # Some test looks at it, in this file or in another one.
    Good(
        path="tests/test_orders.py",
        code="""
            import pytest
            from app.domain.orders import Orders, OrderClosed, place
            def test_add_line(order):
                Orders().add_line(order, "book")
                assert order.lines == ["book"]
            def test_closed(closed):
                with pytest.raises(OrderClosed):
                    Orders().add_line(closed, "book")
            def test_place(order):
                assert place(order) is order
        """,
        files=APP,
    ),
    Good(
        path="tests/test_orders.py",
        code="from app.domain.orders import place\ndef test_place(order):\n    assert place(order) is order\n",
        files={
            **APP,
            "tests/test_api.py": """
def test_place(client):
    assert client.post("/orders/1/place").status_code == 409
""",
        },
    ),
    # What refuses nothing of the domain, and what tests only prepare with.
    Good(
        path="tests/test_parse.py",
        code="""
            import pytest
            from app.domain.parse import parse, load, Later, later
            from app.domain.orders import place
            @pytest.fixture
            def placed(order): return place(order)
            def test_parse(): assert parse("1") == 1
            def test_load(): assert load("1") == 1
            def test_later(): assert Later().run() is None
            def test_abstract(): assert later() is None
        """,
        files={
            **APP,
            "app/domain/parse.py": """
def parse(text):
    try:
        return int(text)
    except ValueError:
        raise
def load(text):
    if not text:
        raise TypeError(text)
    return text
class Later:
    def run(self): raise NotImplementedError
def later(): raise RuntimeError
""",
        },
    ),
    Good(path="app/run.py", code="from app.domain.orders import place\ndef test_it(): place(1)\n", files=APP),
)


class OnlyHappyPath(Check):
    """What a function refuses is half of what it does, and no test holds it to it.

    A condition turned round, an error that is swallowed further up, a status that became 500: the tests stay green, and
    customers get what they were not to get.

    Test the refusal, too: `with pytest.raises(OrderClosed): place(closed_order)`, or the status that the route answers.

    Looked at are functions and methods of the project that a test calls, and whose own body raises an exception that
    the project defines, or an HTTP error. One is reported at the first test that calls it, where no test file that
    names the function or the exception looks at anything going wrong: `raises`, `assertRaises`, a status of 400 or
    more, a `side_effect`, an invalid value.
    """

    name = "only-happy-path"
    level = Level.ADVICE
    message = (
        "Nobody would notice if `{function}` no longer raised `{error}`: `{symbol}` and all others let it succeed."
    )
    examples = BAD + GOOD

    @on(cst.FunctionDef)
    def function(self, node: cst.FunctionDef, ctx: Context) -> Iterator[Finding]:
        """Report the functions that a test is the first one to call, and none lets refuse."""
        if ctx.layer is not Layer.TESTS or not ctx.index.is_test(ctx.path, ctx.symbol(node)):
            return
        for unit in _units(node, ctx):
            error = _refusal(unit, ctx)
            if error and _is_first(unit, node, ctx):
                params = {"function": unit.symbol, "error": error}
                there = Related(unit.path, unit.line, f"`{unit.symbol}` raises `{error}`.")
                yield self.finding(ctx, node, key=unit.symbol, params=params, related=(there,))


def _units(node: cst.FunctionDef, ctx: Context) -> Iterator[Definition]:
    """The functions of the project that a test calls, each once."""
    seen: set[tuple[str, str]] = set()
    for call in below(node.body):
        unit = _unit(call, node, ctx) if isinstance(call, cst.Call) else None
        if unit and (unit.path, unit.symbol) not in seen:
            seen.add((unit.path, unit.symbol))
            yield unit


def _unit(call: cst.Call, node: cst.FunctionDef, ctx: Context) -> Definition | None:
    if isinstance(call.func, cst.Attribute) and (receiver := dotted(call.func.value)):
        spelled = f"{receiver}()" if isinstance(call.func.value, cst.Call) else receiver
        owner = ctx.index.held_class(ctx.path, ctx.symbol(node), spelled)
        if owner:
            return Definition(owner.path, f"{owner.symbol}.{call.func.attr.value}", owner.line)
    name = dotted(call.func)
    return ctx.index.definition(ctx.path, name) if name else None


def _refusal(unit: Definition, ctx: Context) -> str | None:
    """The error of the domain, or of HTTP, that a function raises and no test looks at."""
    if ctx.index.placement(unit.path).layer is Layer.TESTS:
        return None
    errors = [each for each in ctx.index.raised(unit.path, unit.symbol) if _is_refusal(unit.path, each, ctx)]
    seen = (ctx.index.tests_look_at_error(unit.path, unit.symbol, each.rpartition(".")[2]) for each in errors)
    return errors[0] if errors and not any(seen) else None


def _is_refusal(path: str, error: str, ctx: Context) -> bool:
    """Whether an error is one of the project's own, or an answer of HTTP."""
    found = ctx.index.definition(path, error)
    answer = ctx.index.class_answer(found.path, found.symbol) if found else None
    return (answer is not None and answer.kind is Kind.EXCEPTION) or ctx.index.http_answer(path, error) is not None


def _is_first(unit: Definition, node: cst.FunctionDef, ctx: Context) -> bool:
    """Whether a test is the first one of the first file that calls a function."""
    name = unit.symbol.rpartition(".")[2]
    files = ctx.index.naming_tests(unit.path, unit.symbol)
    functions = (each for each in below(ctx.module) if isinstance(each, cst.FunctionDef))
    tests = (each for each in functions if each.name.value.startswith("test") and name in _called(each))
    return (not files or files[0] == ctx.path) and next(tests, node) is node


def _called(test: cst.FunctionDef) -> Iterator[str]:
    """The last parts of the names that a test calls."""
    for each in below(test.body):
        match each:
            case cst.Call(func=cst.Name(value=name) | cst.Attribute(attr=cst.Name(value=name))):
                yield name
            case _:
                pass
