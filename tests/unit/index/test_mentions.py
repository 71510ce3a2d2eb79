"""What tests name, and what they reach by it."""

import pytest

from reviewer.index import Index
from tests.unit.index.project import index_of

PLACE = "app/use_cases/place_order.py"
PROJECT = {
    "app/__init__.py": "",
    PLACE: """
class PlaceOrder:
    def execute(self): ...
    def add_discount(self): ...
    def __call__(self): ...
class OrderClosed(Exception): ...
def place_it():
    raise OrderClosed
def run(): ...
""",
    "app/api.py": """
from app.use_cases.place_order import PlaceOrder, place_it
@router.post("/orders/{order_id}/placement")
def endpoint():
    return _inner()
def _inner():
    return PlaceOrder().execute()
def unasked():
    return place_it()
""",
}


def index(test: str) -> Index:
    return index_of({**PROJECT, "tests/test_a.py": test})


@pytest.mark.parametrize(
    ("test", "symbol", "named"),
    [
        ("place_it()", "place_it", True),
        ("xplace_it()", "place_it", False),
        ("order.add_discount()", "PlaceOrder.add_discount", True),
        ("session.execute()", "PlaceOrder.execute", False),
        ("PlaceOrder().execute()", "PlaceOrder.execute", True),
        ("def test_it(place_order): place_order.execute()", "PlaceOrder.execute", True),
        ("run()", "run", False),
        ("from app.use_cases import place_order\nplace_order.run()", "run", True),
        ("PlaceOrder()()", "PlaceOrder.__call__", True),
        ("run()()", "PlaceOrder.__call__", False),
    ],
)
def test_a_name_of_one_word_counts_beside_its_surroundings(test: str, symbol: str, *, named: bool) -> None:
    assert bool(index(test).naming_tests(PLACE, symbol)) is named


@pytest.mark.parametrize(
    ("test", "symbol", "reached"),
    [
        ("client.post('/orders/1/placement')", "PlaceOrder.execute", True),
        ("client.post('/orders')", "PlaceOrder.execute", False),
        ("unasked()", "place_it", False),
        ("from app import api\napi.unasked()", "place_it", True),
    ],
)
def test_what_calls_it_may_be_named(test: str, symbol: str, *, reached: bool) -> None:
    assert index(test).is_reached_by_tests(PLACE, symbol) is reached


def test_a_call_under_another_name_leads_on_and_what_is_handed_on_may_be_called_by_anybody() -> None:
    files = {
        "app/__init__.py": "",
        "app/orders.py": "def place_it(): ...\ndef told(event): ...\ndef untold(event): ...\nbus.subscribe(told)\n"
        "def start(): begin()\ndef begin(): ...\nstart()\n",
        "app/api.py": "from app.orders import place_it as place_order\ndef endpoint_of_orders(): place_order()\n",
        "tests/test_a.py": "endpoint_of_orders()",
    }
    found = index_of(files)
    reached = [found.is_reached_by_tests("app/orders.py", name) for name in ("place_it", "told", "begin", "untold")]
    assert reached == [True, True, True, False]


ROUTED = """
from fastapi import APIRouter
router = APIRouter({router})
@router.put("/{{slug}}")
def endpoint(slug: str):
    return change_it(slug)
def change_it(slug): ...
"""


@pytest.mark.parametrize(
    ("router", "test", "reached"),
    [
        ("prefix='/articles'", "client.put(f'/articles/{slug}')", True),
        ("prefix='/articles'", "client.put('/comments/1')", False),
        ("prefix=PREFIX", "client.put('/comments/1')", True),
        ("", "client.put('/comments/1')", True),
    ],
)
def test_the_address_of_a_route_is_that_of_its_routers_and_one_that_is_not_known_may_be_any(
    router: str, test: str, *, reached: bool
) -> None:
    found = index_of({"app/__init__.py": "", "app/api.py": ROUTED.format(router=router), "tests/test_a.py": test})
    assert found.is_reached_by_tests("app/api.py", "change_it") is reached


def test_an_error_is_looked_at_where_it_or_what_raises_it_is_named() -> None:
    assert index("").raised(PLACE, "place_it") == ("OrderClosed",)
    assert not index("place_it()").tests_look_at_error(PLACE, "place_it", "OrderClosed")
    assert index("with raises(OSError): place_it()").tests_look_at_error(PLACE, "place_it", "OrderClosed")
    assert index("with raises(OrderClosed): ...").tests_look_at_error(PLACE, "place_it", "OrderClosed")


def test_tests_are_the_project_s_own_where_they_import_it() -> None:
    assert index("from app.api import endpoint").has_tests()
    assert not index("import app_of_others").has_tests()


def test_the_network_is_replaced_here_or_above() -> None:
    conftest = {"tests/conftest.py": "import respx\n", "tests/unit/test_b.py": "", "other/test_c.py": ""}
    found = index_of({**PROJECT, **conftest})
    assert found.replaces_network("tests/unit/test_b.py")
    assert not found.replaces_network("other/test_c.py")
