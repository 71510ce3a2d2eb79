import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.site.highlight import highlighted

TAG = re.compile(r"<[^>]*>")


def text_of(html: str) -> str:
    return unescape(TAG.sub("", html))


def test_keywords_strings_numbers_and_comments_are_marked() -> None:
    assert highlighted("return 'a<b', 1  # why") == (
        '<span class="k">return</span> <span class="s">&#x27;a&lt;b&#x27;</span>, <span class="n">1</span>'
        '  <span class="c"># why</span>'
    )


def test_a_line_with_a_finding_is_marked_and_its_sign_is_gone() -> None:
    assert highlighted("import a  # noqa  # <-\na()") == (
        '<mark><span class="k">import</span> a  <span class="c"># noqa</span></mark>\na()'
    )


def test_a_string_of_several_lines_is_closed_at_the_end_of_each() -> None:
    assert (
        highlighted('"""a\nb"""')
        == '<span class="s">&quot;&quot;&quot;a</span>\n<span class="s">b&quot;&quot;&quot;</span>'
    )


@pytest.mark.parametrize(
    "code",
    [
        'f"a{{b}}{x!r:>{width}}c"',
        "rf'''\n{{ {a}\n}} \\n {b}'''",
        "def f(:\n  x = '",
        "\tx = (\n",
        "if a:\n    b\n  c",
        "",
        "变 = '値'\n\n",
        "a\r\nb",
        "x = 0b2",
    ],
)
def test_nothing_of_the_code_is_lost_or_said_twice(code: str) -> None:
    assert text_of(highlighted(code)) == code


@given(st.text("ab 1\"'{}#\\\n\t(:f<&é", max_size=40))
def test_whatever_is_highlighted_reads_the_same(code: str) -> None:
    assert text_of(highlighted(code)) == code
