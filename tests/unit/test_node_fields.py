"""The written tables against libcst's own classes: a new libcst with other nodes is noticed here."""

from typing import Any

from reviewer import node_fields
from tests.node_fields import text


def test_the_tables_are_what_libcst_has() -> None:
    made: dict[str, Any] = {}
    exec(text(), made)  # noqa: S102  # our own text

    assert made["HOLDS"] == node_fields.HOLDS
    assert made["FIELDS"] == node_fields.FIELDS, "the order differs; run `python -m tests.node_fields`"
