"""Edits become text with the line ends of where they go, and two fixes that meet are told apart from two that agree."""

import pytest

from reviewer.fix import applied, overlap
from reviewer.model import Edit, Fix, Span


def edit(line: int, column: int, end_column: int, text: str) -> Edit:
    return Edit(Span(line, column, line, end_column), text)


def fix(*edits: Edit) -> Fix:
    return Fix(safe=True, edits=edits)


def test_edits_are_made_whatever_their_order() -> None:
    edits = [edit(1, 1, 2, "A"), edit(2, 1, 2, "B"), edit(1, 3, 3, "!")]
    assert applied("a b\nb\n", edits) == applied("a b\nb\n", edits[::-1]) == "A !b\nB\n"


def test_an_edit_that_several_fixes_ask_for_is_made_once() -> None:
    assert applied("a\n", [edit(1, 1, 1, "import b\n")] * 2) == "import b\na\n"


def test_what_is_no_end_of_a_line_for_python_is_none_here() -> None:
    assert applied("a = '\x0c\x1c\u2028'\nb\n", [edit(2, 1, 2, "c")]) == "a = '\x0c\x1c\u2028'\nc\n"


@pytest.mark.parametrize("span", [Span(3, 1, 3, 1), Span(2, 3, 2, 3), Span(1, 2, 1, 1)])
def test_a_place_that_is_not_there_is_an_error(span: Span) -> None:
    with pytest.raises(ValueError, match="no "):
        applied("a\nb", [Edit(span, "c")])


@pytest.mark.parametrize(
    ("other", "meets"),
    [
        (edit(1, 3, 5, "x"), True),
        (edit(1, 5, 6, "x"), True),
        (edit(1, 4, 4, "x"), True),
        (edit(1, 6, 7, "x"), False),
        (edit(2, 3, 4, "x"), False),
        (edit(1, 2, 5, "y"), True),
        (edit(1, 2, 5, "x"), False),
    ],
)
def test_fixes_overlap_where_edits_share_a_place_and_are_not_the_same(other: Edit, meets: bool) -> None:
    first, second = fix(edit(1, 2, 5, "x"), edit(9, 1, 2, "")), fix(edit(8, 1, 2, ""), other)
    assert overlap(first, second) is overlap(second, first) is meets
