"""Tests that prove nothing."""

import re
from collections.abc import Iterator

import libcst as cst

from reviewer.api import Bad, Check, Context, Finding, Good, Layer, Level, on

# What says of a test that it only has to come to its end.
ONLY_RUNS = re.compile(
    r"smoke|regress|issue|gh_?\d|bug|import|migrat|stairway|no_?op|does_?nothing|breaks_?nothing|runs|works|succeed"
    r"|complet|terminat|idempotent|_ok$|_valid|valid_|accept|allow|safe|graceful|ignore|benchmark|perf|typing|survive"
    r"|tolerat|handles|pass(?:es|_through)|without_(?:error|exception)"
    r"|(?:not?|doesnt|dont|never|wont|without)_(?:\w+_)?(?:rais|throw|error|exception|fail|crash|break|hang|explod|block)",
    re.IGNORECASE,
)
# Words for it in a comment or a docstring.
SAID = re.compile(
    r"smoke|rais|throw|error|exception|fail|crash|break|hang|explod|complain|lock|warn|leak|overflow|endless|infinite"
    r"|terminat|regress|issue|bug|gh-\d|ticket|segfault|make sure|ensur"
    r"|(?:should|must|just|has to|still)\W+(?:\w+\W+)?(?:run|work|pass|succe|compil)"
    r"|just (?:check|mak|test|verif)",
    re.IGNORECASE,
)

BAD = (
    Bad(
        path="tests/test_orders.py",
        code="""
            import pytest
            from app.orders import Orders, place

            def test_place_order(client):  # <-
                client.post("/orders", json={"item": 1})

            @pytest.mark.asyncio
            async def test_total() -> None:  # <-
                order = place()
                print(order.total)

            class TestOrders:
                def test_cancel(self):  # <-
                    Orders().cancel(1)
                def test_later(self):  # <-
                    pass
        """,
        files={"app/__init__.py": "", "app/orders.py": "class Orders: ...\ndef place(): ...\n"},
    ),
    Bad(
        path="tests/test_users.py",
        code="""
            from unittest import TestCase
            from app.users import register
            from tests.steps import given_user

            class RegisterTest(TestCase):
                def setUp(self) -> None:
                    self.user = given_user()
                def test_register(self) -> None:  # <-
                    register(self.user)
        """,
        files={
            "app/__init__.py": "",
            "app/users.py": "def register(user):\n    assert user\n",
            "tests/__init__.py": "",
            "tests/steps.py": "def given_user():\n    return {'name': 'Ada'}\n",
        },
    ),
)
GOOD = (
    Good(
        path="tests/test_orders.py",
        code="""
            import pytest
            from numpy.testing import assert_allclose
            from app.orders import place

            def test_assert(): assert place()
            def test_raises():
                with pytest.raises(ValueError):
                    place()
            def test_mock(mailer):
                place()
                mailer.send.assert_called_once()
            def test_handed_on(monkeypatch):
                monkeypatch.setattr("app.orders.send", pytest.fail)
                place()
            def test_arrays(): assert_allclose(place(), 1)
            def test_status(client): client.get("/orders").raise_for_status()
            def test_inner(run):
                def check():
                    assert place()
                run(check)
            def test_raise():
                if not place():
                    raise AssertionError("nothing placed")
            def test_snapshot(snapshot): place()
            def test_failure_of_the_mail_is_swallowed(mocker):
                mocker.patch("app.orders.send", side_effect=OSError)
                place()
            def test_process(run): run("assert 1 == 1")
        """,
        files={"app/__init__.py": "", "app/orders.py": "def place(): ...\n"},
    ),
    # What others prove: functions of the tests, methods of bases, fixtures, what goes round every test.
    Good(
        path="tests/unit/test_orders.py",
        code="""
            from tests.steps import Steps, then_order_is_placed
            from app.orders import place
            from .elsewhere import finish

            def test_step(order):
                then_order_is_placed(order)
            def test_object():
                Steps().order_is_placed()
            def test_unseen(order):
                finish(order)
            def test_fixture(no_leaks):
                place()
            def test_given(the_order_holds):
                the_order_holds(place())
            class TestBase:
                def placed(self, order):
                    assert order
            class TestPlace(TestBase):
                def test_placed(self):
                    self.placed(place())
            class TestPartial:
                def setup_method(self):
                    self.judge = made("order")
                def test_placed(self):
                    self.judge(place())
            class TestFrame:
                def teardown_method(self):
                    assert self.orders
                def test_place(self):
                    self.orders = place()
        """,
        files={
            "app/__init__.py": "",
            "app/orders.py": "def place(): ...\n",
            "tests/__init__.py": "",
            "tests/unit/__init__.py": "",
            "tests/conftest.py": """
import pytest
@pytest.fixture
def no_leaks():
    yield
    assert not leaks()
@pytest.fixture
def the_order_holds():
    def holds(order):
        assert order.total
    return holds
""",
            "tests/steps.py": """
def then_order_is_placed(order):
    _look(order)
def _look(order):
    assert order
class Steps:
    def order_is_placed(self):
        assert self
""",
        },
    ),
    # What only has to come to its end, and says so.
    Good(
        path="tests/test_start.py",
        code="""
            import pytest
            from app.orders import place

            def test_smoke(): place()
            def test_migrations_stairway(config): command.upgrade(config, "head")
            def test_odd_code_breaks_nothing(): place("")
            def test_does_not_raise_on_empty_basket(): place()
            def test_twice():
                place()
                place()  # the second one must not fail
            @pytest.mark.skip(reason="later")
            def test_later(): pass
            @pytest.mark.xfail
            def test_known(): place()
        """,
        files={"app/__init__.py": "", "app/orders.py": "def place(): ...\n"},
    ),
    # No tests: fixtures, what pytest does not collect, and what nobody knows of.
    Good(
        path="tests/test_tools.py",
        code="""
            import pytest
            from framework import scenario, flow

            @pytest.fixture
            def test_client(app): return app.client()
            class Tests:
                def __init__(self): ...
                def test_it(self): ...
            def make():
                def test_inner(): ...
                return test_inner
            @scenario("orders.feature", "place an order")
            def test_scenario(): pass
        """,
    ),
    Good(path="tests/conftest.py", code="def test_order(): return 1\n"),
    Good(path="app/checks.py", code="def test_connection(): ...\n"),
)


class TestWithoutAssertion(Check):
    """A test that asserts nothing stays green whatever the code does.

    It raises the coverage and the confidence, and finds no mistake short of a crash. The next one who changes the code
    relies on it.

    Assert what the code has to have done: what it returns, what is stored, what was sent. Where the point is that
    nothing goes wrong, say so in the test's name: `test_empty_basket_does_not_raise`.

    Looked at are the functions and methods that pytest or unittest runs. Assertions are `assert`, whatever is called
    like one (`assert…`, `check…`, `verify…`, `expect…`, `should…`, `raises`, `fail`), a `raise` of the test's own,
    `raise_for_status`, and any function, fixture or method of the tests that holds one, in other files too. Functions
    of the tests that cannot be found count as asserting, and so do decorators that nobody knows. Tests that are
    skipped or expected to fail, smoke tests and benchmarks are left alone.
    """

    name = "test-without-assertion"
    level = Level.WARNING
    message = "Whatever the code does short of a crash, `{symbol}` stays green: it asserts nothing."
    examples = BAD + GOOD

    @on(cst.FunctionDef)
    def function(self, node: cst.FunctionDef, ctx: Context) -> Iterator[Finding]:
        """Report a test that proves nothing."""
        if ctx.layer is not Layer.TESTS or not node.name.value.startswith("test"):
            return
        symbol = ctx.symbol(node)
        if not ctx.index.is_test(ctx.path, symbol) or ctx.index.asserts(ctx.path, symbol):
            return
        if not ONLY_RUNS.search(symbol) and not SAID.search(_words(node, ctx)):
            yield self.finding(ctx, node)


def _words(node: cst.FunctionDef, ctx: Context) -> str:
    """What the comments and the docstring of a function say."""
    comments = (line.partition("#")[2] for line in ctx.source(node).splitlines())
    return " ".join([node.get_docstring() or "", *comments])
