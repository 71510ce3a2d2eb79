"""What is the same code: whoever settled a finding settled it for this code."""

from dataclasses import replace

import pytest

from reviewer.fingerprint import with_code
from reviewer.model import WHOLE_FILE, Extent, Finding, Span
from tests.unit.report.samples import FINDING

CODE = "def total(prices: list[int]) -> str:\n    if prices:\n        note('x')\n    return total(prices[1:])\n"


def code(text: str, symbol: str = "total", extent: Extent | None = None) -> str:
    """The digest of a function that a finding is about."""
    lines = text.splitlines()
    about: Finding = replace(FINDING, symbol=symbol, span=Span(1, 5, 1, 10), extent=extent or Extent(1, len(lines)))
    return with_code(about, lambda _: lines).code


@pytest.mark.parametrize(
    "other",
    [
        CODE.replace("    if", "    # a comment\n    if").replace("    return", "\n    return"),
        CODE.replace("(prices: list[int])", "(\n    prices: list[int],\n)").replace("'", '"'),
        "".join(f"    {line}\n" for line in CODE.splitlines()),
    ],
    ids=["comments", "layout", "indented"],
)
def test_layout_and_comments_make_no_difference(other: str) -> None:
    assert code(other) == code(CODE)


def test_the_own_name_makes_no_difference() -> None:
    assert code(CODE.replace("total", "sum_of"), "Shop.sum_of") == code(CODE, "Shop.total")


@pytest.mark.parametrize(
    "other",
    [
        CODE.replace("'x'", "'y'"),
        CODE.replace("        note", "    note").replace("    if prices:\n", "    if prices:\n        pass\n"),
        CODE.replace("int", "str"),
        f"@cache\n{CODE}",
    ],
    ids=["value", "block", "type", "decorator"],
)
def test_other_code_is_other_code(other: str) -> None:
    assert code(other) != code(CODE)


def test_a_part_of_a_statement_is_known_by_its_words() -> None:
    assert code("    elif total  >  3:") == code("    elif total > 3:")
    assert code("    elif total > 3:") != code("    elif total > 4:")


def test_what_is_about_a_whole_file_is_known_by_its_own_line() -> None:
    assert code(CODE, extent=WHOLE_FILE) == code(CODE.splitlines()[0] + "\n    pass\n", extent=WHOLE_FILE)


def test_what_is_about_no_line_is_known_by_what_was_measured() -> None:
    nowhere = replace(FINDING, span=None, facts={"lines": 3})

    assert with_code(nowhere, lambda _: []).code == with_code(nowhere, lambda _: []).code
    assert with_code(replace(nowhere, facts={"lines": 4}), lambda _: []).code != with_code(nowhere, lambda _: []).code
