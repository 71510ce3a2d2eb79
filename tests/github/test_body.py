"""The hidden marker in a comment, and the cut of a body that is too long."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewer.github.body import CUT, LIMIT, Kind, Marker, cut, marker, sealed

MARKS = st.builds(Marker, st.sampled_from(Kind), st.text(max_size=30), st.text(max_size=30))


@settings(deadline=None)
@given(MARKS, st.text(max_size=200))
def test_a_marker_is_read_back_from_any_body(mark: Marker, text: str) -> None:
    assert marker(sealed(text, mark)) == mark


@settings(deadline=None)
@given(MARKS)
def test_a_marker_is_one_comment_that_nothing_in_it_ends(mark: Marker) -> None:
    inner = mark.html.removeprefix("<!--").removesuffix("-->")

    assert "--" not in inner
    assert not set("<>\n\r") & set(inner)


def test_github_may_end_lines_in_its_own_way() -> None:
    mark = Marker(Kind.FINDING, "default", "abc")

    assert marker(sealed("text", mark).replace("\n", "\r\n") + "\r\n") == mark


@pytest.mark.parametrize(
    "body",
    [
        "",
        "text",
        "<!-- reviewer:finding scope=x about=y --> more",
        "<!-- reviewer:other scope=x about=y -->",
        "<!-- reviewer:finding scope=x y about=z -->",
    ],
)
def test_what_is_no_marker_is_none(body: str) -> None:
    assert marker(body) is None


@settings(deadline=None)
@given(st.text("ab`~<>/details \n!-", max_size=3000), st.integers(900, 2000))
def test_a_cut_body_is_never_too_long(text: str, limit: int) -> None:
    assert len(cut(text, limit)) <= limit


def test_a_body_that_fits_is_not_cut() -> None:
    assert cut("x" * 100, 100) == "x" * 100


def test_the_longest_body_keeps_its_marker() -> None:
    mark = Marker(Kind.SUMMARY, "default", "abc")

    body = sealed("line\n" * 50_000, mark)

    assert len(body) <= LIMIT
    assert marker(body) == mark
    assert CUT in body


def test_a_cut_is_between_lines() -> None:
    head = cut("a line of text\n" * 200, 1000).removesuffix(CUT)

    assert set(head.splitlines()) == {"a line of text"}


def test_a_cut_closes_the_code_that_it_leaves_open() -> None:
    assert cut("````python\n" + "```\n" * 500, 1000).removesuffix(CUT).endswith("\n````")


def test_a_cut_outside_of_code_closes_none() -> None:
    assert not cut("```\ncode\n```\n" + "text\n" * 500, 1000).removesuffix(CUT).endswith("```")


def test_a_cut_closes_the_folded_parts_that_it_leaves_open() -> None:
    text = "<details>\n<details><summary>x</summary>\n</details>\n" + "text\n" * 500

    assert cut(text, 1000).removesuffix(CUT).count("</details>") == 2


def test_a_cut_inside_a_hidden_comment_leaves_the_comment_out() -> None:
    assert "<!--" not in cut("text\n" + "<!-- " + "x\n" * 1000 + "-->", 1000)


def test_what_would_take_too_much_to_close_stays_open() -> None:
    text = "<details>\n" * 300

    assert len(cut(text, 1500)) <= 1500
    assert "</details>" not in cut(text, 1500)
