import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reviewer.report.escaping import BREAK, code, escape, fenced, link, shortened
from reviewer.report.printable import printable
from tests.unit.report.rendered import Page

HOSTILE = st.text(st.sampled_from("`|\\<>&$*_~[]()!#@-+=.:/ \n\t1aGHw") | st.characters(codec="utf-8"), max_size=30)
MENTION = re.compile(r"@[A-Za-z0-9]|#\d|GH-\d|://|www\.", re.IGNORECASE)


def read(text: str) -> list[str]:
    """The words of a text, without what cannot be seen and without backticks."""
    return text.replace(BREAK, "").replace("`", "").split()


@settings(max_examples=200, deadline=None)
@given(HOSTILE)
@example("<!-- reviewer:finding -->")
@example("`a`<img src=x onerror=y>`b`")
@example("![x](https://evil.example) [y](z)")
@example("1. one")
@example("12) two")
@example("+ plus")
@example("--- a")
@example("# heading @team #12 GH-7 www.evil.example user@evil.example")
@example("a|b`c|d`")
@example("`a\\`|`")
@example("$x$ and $`y`$")
@example("&lt;b&gt;")
def test_escaped_text_reads_as_it_is_and_does_nothing_else(text: str) -> None:
    written = escape(text)
    page = Page(written)
    assert set(page.tags) <= {"p", "code", "span"}
    assert not page.comments
    assert not MENTION.search(page.prose)
    assert "<!--" not in written
    assert read(page.text) == read(printable(text.strip()))


@settings(max_examples=200, deadline=None)
@given(HOSTILE, HOSTILE, HOSTILE)
@example("a\\|b", "`|`", "|")
@example("a|b", "c|d", "e|f")
def test_text_stays_in_its_cell_of_a_table(first: str, second: str, third: str) -> None:
    page = Page(f"| a | b | c |\n| --- | --- | --- |\n| {escape(first)} | {code(second)} | {code(third)} |\n")
    assert page.tags.count("tr") == 2
    # A row never has more cells than the head: what breaks out of its cell is lost, or stands in the next one.
    assert read(page.text) == read("\n".join(["a", "b", "c", *map(printable, (first.strip(), second, third))]))
    assert set(page.tags) <= {"table", "thead", "tbody", "tr", "th", "td", "code", "span"}


@settings(max_examples=200, deadline=None)
@given(HOSTILE)
@example("``")
@example(" ")
@example("-->")
def test_code_is_one_span_that_holds_the_text(text: str) -> None:
    page = Page(f"x {code(text)} y")
    assert page.tags == ["p", "code"]
    assert page.text.replace(f"@{BREAK}", "@").strip() == f"x {printable(text)} y"


def test_an_address_of_mail_in_code_is_no_link() -> None:
    assert Page(f"see {code('x|me@example.com')}").links == []


def test_plain_names_stay_readable_in_the_source() -> None:
    assert code("JobService.create") == "`JobService.create`"
    assert escape("`a.b` is too long, by 3 lines (of 25)") == "`a.b` is too long, by 3 lines (of 25)"


@pytest.mark.parametrize("address", ["https://x.example/a b(c).py#L1", "https://x.example/é>)<script>", "a\udce9\n)"])
def test_an_address_does_not_end_its_link(address: str) -> None:
    page = Page(link("`text`", address) + " after")
    assert page.tags == ["p", "a", "code"]
    assert len(page.links) == 1
    assert page.text.strip() == "text after"


def test_a_plain_address_is_left_as_it_is() -> None:
    address = "https://github.com/o/r/blob/abc/app/a_b-c.py?x=%20&y~#L12"
    assert Page(link("t", address)).links == [address]


@pytest.mark.parametrize("text", ["a = 1", "```\nx\n````", "", "a\n"])
def test_a_fence_is_longer_than_any_in_the_text(text: str) -> None:
    page = Page(fenced(text, "python") + "\nafter")
    assert page.tags == ["pre", "code", "p"]
    assert page.text.strip() == f"{text.rstrip()}\n\nafter".strip()


def test_shortened_text_ends_in_an_ellipsis() -> None:
    assert shortened("abcdef", 4) == "abc…"
    assert shortened("abcd", 4) == "abcd"
