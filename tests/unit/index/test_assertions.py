"""Which functions are tests, and which of them prove something."""

import pytest

from tests.unit.index.project import index_of

HEAD = """
import pytest, unittest
from unittest import TestCase
from unknown.package import Harness, tool
from numpy.testing import allclose
from fastapi.testing import TestClient
from app.orders import place
from tests.steps import Steps, look, walk, seen
from .missing import gone
"""
FILES = {
    "app/__init__.py": "",
    "app/orders.py": "def place():\n    assert True\n    raise ValueError\n",
    "tests/__init__.py": "",
    "tests/steps.py": """
def look(order): find(order)
def find(order): assert order
def walk(order): run(order)
def run(order): walk(order)
class Steps:
    def hold(self): assert self
seen = look
""",
    "tests/conftest.py": """
import pytest
@pytest.fixture
def holding():
    yield
    assert True
@pytest.fixture
def starting():
    if nothing: raise RuntimeError
""",
}


def asserts(code: str, symbol: str = "test_it") -> bool:
    return index_of({"tests/test_a.py": HEAD + code, **FILES}).asserts("tests/test_a.py", symbol)


@pytest.mark.parametrize(
    "code",
    [
        "def test_it(): assert place()",
        "def test_it():\n    for _ in ():\n        raise OSError",
        "def test_it():\n    def inner(): assert place()\n    place(inner)",
        "def test_it(): look(place())",
        "def test_it(): place(look)",
        "def test_it(): seen(place())",
        "def test_it(): Steps()",
        "def test_it(): gone()",
        "def test_it(): allclose(1, 2)",
        "def test_it(): place().check_order()",
        "def test_it(mail): mail.assert_awaited_once",
        "def test_it(judge): judge(place())",
        "def test_it(holding): place()",
        "@pytest.mark.usefixtures('holding')\ndef test_it(): place()",
        "def test_it(snapshot): place()",
        "@tool\ndef test_it(): place()",
        "@pytest.mark.skip\ndef test_it(): place()",
        "pytestmark = pytest.mark.skip('later')\ndef test_it(): place()",
        "def test_it(): run(['pytest'], check=True)",
        "def test_it(mock): mock.side_effect = OSError",
    ],
)
def test_what_proves_something_or_may(code: str) -> None:
    assert asserts(code)


@pytest.mark.parametrize(
    "code",
    [
        "def test_it(): ...",
        "def test_it(): place()",
        "def test_it(): walk(place())",
        "def test_it(client): client.post('/orders')",
        "def test_it(starting): place()",
        "def test_it(): TestClient(place)",
        "def test_it(): tool(place())",
        "@pytest.mark.parametrize('one', [1])\ndef test_it(one): place(one)",
    ],
)
def test_what_proves_nothing(code: str) -> None:
    assert not asserts(code)


@pytest.mark.parametrize(
    ("code", "proves"),
    [
        ("class TestIt:\n    def tearDown(self): assert self\n    def test_it(self): place()", True),
        ("class TestIt(Harness):\n    def test_it(self): self.order_holds()", True),
        ("class TestIt(TestCase):\n    def test_it(self): self.addCleanup(place)", True),
        ("class TestIt:\n    def act(self): place()\n    def test_it(self): self.act()", False),
        ("class TestIt:\n    def act(self): look(1)\n    def test_it(self): self.act()", True),
        ("@unittest.skip('x')\nclass TestIt:\n    def test_it(self): place()", True),
    ],
)
def test_a_method_proves_by_what_its_class_has(code: str, *, proves: bool) -> None:
    assert asserts(code, "TestIt.test_it") is proves


@pytest.mark.parametrize(
    ("path", "code", "symbol", "runs"),
    [
        ("tests/test_a.py", "def test_it(): ...", "test_it", True),
        ("tests/a_test.py", "def test_it(): ...", "test_it", True),
        ("tests/conftest.py", "def test_it(): ...", "test_it", False),
        ("tests/steps.py", "def test_it(): ...", "test_it", False),
        ("tests/test_a.py", "@pytest.fixture\ndef test_it(): ...", "test_it", False),
        ("tests/test_a.py", "def tests(): ...", "tests", False),
        ("tests/test_a.py", "class TestIt:\n    def test_it(self): ...", "TestIt.test_it", True),
        ("tests/test_a.py", "class It:\n    def test_it(self): ...", "It.test_it", False),
        ("tests/test_a.py", "class It(TestCase):\n    def testIt(self): ...", "It.testIt", True),
        (
            "tests/test_a.py",
            "class TestIt:\n    def __init__(self): ...\n    def test_it(self): ...",
            "TestIt.test_it",
            False,
        ),
        ("tests/test_a.py", "def outer():\n    def test_it(): ...", "outer.test_it", False),
    ],
)
def test_what_is_run_as_a_test(path: str, code: str, symbol: str, *, runs: bool) -> None:
    assert index_of({path: HEAD + code}).is_test(path, symbol) is runs
