"""Which changes of the domain and the use cases are told when no test names them, over real git."""

from collections.abc import Mapping

import pytest

from reviewer.aim import Request
from reviewer.model import Status
from reviewer.pipeline import review
from tests.repositories import Builder

RULE = "changed-code-without-test"
PATH = "app/use_cases/orders.py"
ORDER = '''
def place_order(order: dict[str, int], rate: float | None = None) -> float:
    """Place an order."""
    total = order["net"] * (1 + (rate or 0))
    return round(total, 2)
'''
TESTS = {
    "app/__init__.py": "",
    "app/settings.py": "def load(): ...\n",
    "tests/test_settings.py": "from app.settings import load\n\ndef test_load(): assert load() is None\n",
}
NAMING = "from app.use_cases.orders import place_order\n\ndef test_it(): assert place_order({'net': 1}) == 1\n"


def told(repository: Builder, before: Mapping[str, str], after: Mapping[str, str]) -> list[tuple[str, Status | None]]:
    base = repository.commit({**TESTS, **before})
    for path in before:
        if path not in after:
            repository.git("rm", "--quiet", "--", path)
    head = repository.commit(dict(after))
    made = review(Request(repository.root, merge_base=base, head=head, flags={"select": [RULE]})).review
    return [(found.symbol, found.status) for found in made.findings if found.rule == RULE]


def test_a_new_function_that_no_test_names_is_introduced(repository: Builder) -> None:
    assert told(repository, {}, {PATH: ORDER}) == [("place_order", Status.INTRODUCED)]


def test_a_new_function_with_its_test_is_none(repository: Builder) -> None:
    assert told(repository, {}, {PATH: ORDER, "tests/test_orders.py": NAMING}) == []


@pytest.mark.parametrize(
    "changed",
    [
        ORDER.replace("1 + ", "2 + "),
        ORDER.replace("    return round", "    order.clear()\n    return round"),
        ORDER.replace("rate: float | None = None", "rate: float | None = 1"),
    ],
)
def test_another_behaviour_is_introduced(repository: Builder, changed: str) -> None:
    assert told(repository, {PATH: ORDER}, {PATH: changed}) == [("place_order", Status.INTRODUCED)]


@pytest.mark.parametrize(
    "changed",
    [
        ORDER.replace("Place an order.", "Place it."),
        ORDER.replace("dict[str, int]", "Order"),
        ORDER.replace("total = ", "total: float = "),
        ORDER.replace("total", "gross"),
        ORDER.replace("    return", "    # As the bank does it.\n    return"),
        ORDER.replace("    return", "    logger.info('placed')\n    return"),
        ORDER.replace("place_order", "place"),
        ORDER + "\n\nCONSTANT = 1\n",
    ],
)
def test_what_makes_no_difference_is_as_it_was(repository: Builder, changed: str) -> None:
    ((_, status),) = told(repository, {PATH: ORDER}, {PATH: changed})
    assert status is Status.EXISTING


def test_a_moved_function_is_as_it_was(repository: Builder) -> None:
    moved = told(repository, {PATH: ORDER}, {"app/use_cases/placing.py": ORDER})
    assert moved == [("place_order", Status.EXISTING)]


def test_another_name_of_what_it_calls_is_as_it_was(repository: Builder) -> None:
    calling = "from app.taxes import {name}\n\ndef place_order(order):\n    net = order.net\n    return {name}(net)\n"
    taxes = "def {name}(net):\n    factor = 1.19\n    print(net, factor)\n    return net * factor\n"
    before, after = (
        {PATH: calling.format(name=name), "app/taxes.py": taxes.format(name=name)} for name in ("taxed", "gross")
    )
    assert told(repository, before, after) == [("place_order", Status.EXISTING)]


def test_a_test_that_names_it_at_last_fixes_it(repository: Builder) -> None:
    changed = told(repository, {PATH: ORDER}, {PATH: ORDER + "\n", "tests/test_orders.py": NAMING})
    assert changed == [("place_order", Status.FIXED)]


def test_without_a_change_nothing_is_said(repository: Builder) -> None:
    repository.commit({**TESTS, PATH: ORDER})
    whole = review(Request(repository.root, paths=(repository.root / "app",), flags={"select": [RULE]})).review
    assert [found for found in whole.findings if found.rule == RULE] == []
