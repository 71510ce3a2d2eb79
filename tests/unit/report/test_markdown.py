import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewer.model import (
    Anchor,
    Comparison,
    Confidence,
    Extent,
    Finding,
    Level,
    Problem,
    Related,
    Review,
    Span,
    Status,
    Suppression,
)
from reviewer.report import FORMATS, Background, markdown, render
from reviewer.report.comment import Voice
from reviewer.report.fitting import Section, fitted
from tests.unit.report.rendered import Page
from tests.unit.report.samples import FINDING, NOTE, findings, hidden, review, reviews

EVIL = "x` | <!-- a --> <img src=x> @team #1\n\n# h\n```\n[a](https://evil.example)\u202e"
ERROR = replace(FINDING, rule="value-object-not-frozen", level=Level.ERROR, path="app/money.py", span=Span(7, 1, 7, 5))


def link_to(path: str, line: int) -> str:
    return f"https://github.example/blob/abc/{path}#L{line}"


def summed(subject: Review, *alone: Finding) -> str:
    return markdown.summary(subject, markdown.Listing(alone), Voice())


def test_a_comment_says_the_consequence_then_rule_and_level() -> None:
    assert Voice().comment(FINDING) == (
        "`create` has 31 lines of code, so nobody reads it whole\n\n**warning** · `function-too-long`\n"
    )


def test_a_comment_tells_what_was_measured_and_where_to_look() -> None:
    finding = replace(
        FINDING,
        confidence=Confidence.LOW,
        facts={"lines": 31, "missing_names": ("a", "b")},
        related=(Related("app/base.py", 3, "`Base` is defined here"),),
    )
    assert Voice(link_to).comment(finding) == (
        "`create` has 31 lines of code, so nobody reads it whole\n"
        "\n"
        "**warning** · `function-too-long` · low confidence · lines: 31 · missing names: `a`, `b`\n"
        "\n"
        "- [`app/base.py:3`](https://github.example/blob/abc/app/base.py#L3): `Base` is defined here\n"
    )


def test_a_comment_stays_short_whatever_a_finding_holds() -> None:
    finding = replace(
        FINDING,
        message="$" * 100_000,
        facts={str(number): tuple("|" * 9_000 for _ in range(99)) for number in range(99)},
        related=tuple(Related("|" * 4_000, number, "$" * 9_000) for number in range(1, 99)),
    )
    body = Voice(link_to).comment(finding)
    assert len(body) < 65_000
    assert body.endswith("- and 93 more\n")
    assert " …" in body


def test_a_summary_reads_from_the_verdict_to_the_account() -> None:
    problem = Problem("syntax", "app/new.py", "it does not parse")
    notice = Problem("ignored-configuration", "sub/pyproject.toml", "one root configuration counts")
    whole = review(FINDING, FINDING, NOTE, ERROR, hidden(FINDING), problems=(problem, notice))
    assert markdown.summary(whole, markdown.Listing((FINDING, NOTE, ERROR)), Voice(link_to)) == (
        "### 1 problem kept code from being reviewed; 1 error, 2 warnings, 1 note\n"
        "\n"
        "feature compared with main\n"
        "\n"
        "#### Not reviewed\n"
        "\n"
        "- [`app/new.py`](https://github.example/blob/abc/app/new.py#L1): it does not parse `syntax`\n"
        "\n"
        "| rule | level | findings |\n"
        "| --- | --- | ---: |\n"
        "| `value-object-not-frozen` | error | 1 |\n"
        "| `function-too-long` | warning | 2 |\n"
        "\n"
        "#### Findings\n"
        "\n"
        "- [`app/money.py:7`](https://github.example/blob/abc/app/money.py#L7): "
        "`create` has 31 lines of code, so nobody reads it whole **error** `value-object-not-frozen`\n"
        "- [`app/jobs.py:2`](https://github.example/blob/abc/app/jobs.py#L2): "
        "`create` has 31 lines of code, so nobody reads it whole **warning** `function-too-long`\n"
        "\n"
        "#### Notes\n"
        "\n"
        "- No folder holds repositories **note** `layer-not-found`\n"
        "\n"
        "#### Notices\n"
        "\n"
        "- [`sub/pyproject.toml`](https://github.example/blob/abc/sub/pyproject.toml#L1): "
        "one root configuration counts `ignored-configuration`\n"
        "\n"
        "<sub>5 found: 3 shown, 1 note, 1 existing; 1 problem; 1 notice. "
        "In 3 files: 1 error, 2 warnings, 1 note shown.</sub>\n"
    )


def test_a_clean_review_says_so_in_one_line() -> None:
    assert summed(review(NOTE)).startswith("### Nothing found\n")
    assert summed(review(hidden(FINDING))).startswith("### Nothing found\n")


def test_what_went_unreviewed_is_never_a_clean_verdict() -> None:
    unreviewed = summed(review(problems=(Problem("syntax", None, "x"),)))
    assert unreviewed.startswith("### 1 problem kept code from being reviewed\n")
    assert "Nothing found" not in unreviewed


def test_a_traceback_keeps_its_lines_and_only_its_end() -> None:
    trace = "\n".join(f'  File "a.py", line {line}' for line in range(40)) + "\nValueError: ``` <!-- x -->"
    body = summed(review(problems=(Problem("crash", "a.py", f"x crashed:\n{trace}\n"),)))
    assert "- `a.py`: x crashed: `crash`\n  \n  ````text\n" in body
    assert "line 20" not in body
    assert "line 39\n" in Page(body).text
    assert Page(body).tags == ["h3", "p", "h4", "ul", "li", "p", "code", "code", "pre", "code", "p", "sub"]
    assert "<!--" not in body


def evil(finding: Finding) -> Finding:
    related = (Related(EVIL, 1, EVIL),)
    return replace(
        finding, rule=EVIL, message=EVIL, path=EVIL, symbol=EVIL, facts={EVIL: (EVIL,), "n": 1}, related=related
    )


def test_a_comment_shows_hostile_text_and_does_not_obey_it() -> None:
    body = Voice(link_to).comment(evil(FINDING))
    page = Page(body)
    assert set(page.tags) == {"p", "strong", "code", "ul", "li", "a"}
    assert page.tags.count("p") == 2
    assert "<!--" not in body
    assert len(page.links) == 1
    assert not re.search(r"@team|#1|://", page.prose)


def test_a_summary_shows_hostile_text_and_does_not_obey_it() -> None:
    whole = review(evil(FINDING), hidden(FINDING, EVIL), problems=(Problem(EVIL, EVIL, EVIL),))
    body = summed(replace(whole, comparison=Comparison(EVIL)), *whole.shown)
    page = Page(body)
    assert "<!--" not in body
    assert page.links == []
    assert page.tags.count("td") == 3
    assert page.tags.count("h4") == 2
    assert "img" not in page.tags
    assert not re.search(r"@team|#1|://", page.prose)


@settings(max_examples=30, deadline=None)
@given(reviews, findings)
def test_no_review_brings_html_comments_or_stray_tags(any_review: Review, finding: Finding) -> None:
    body = markdown.summary(any_review, markdown.Listing(any_review.shown), Voice()) + "\n" + Voice().comment(finding)
    page = Page(body)
    assert "<!--" not in body
    assert page.comments == []
    tags = {"h3", "h4", "p", "pre", "ul", "li", "strong", "code", "span", "sub"}
    assert set(page.tags) <= tags | {"table", "thead", "tbody", "tr", "th", "td"}


def test_a_summary_tells_what_got_worse_what_is_suppressed_and_what_is_fixed() -> None:
    worse = replace(hidden(FINDING), status=Status.EXISTING, facts={"lines": 60}, before={"lines": 40})
    fixed = replace(hidden(FINDING, "fixed by this change"), status=Status.FIXED)
    comments = tuple(
        Suppression("app/jobs.py", line, 3, ("class-too-long",), reason, Extent(line, line))
        for line, reason in ((7, "a *table*"), (9, ""))
    )
    body = markdown.summary(replace(review(worse, fixed), suppressions=comments), markdown.Listing(), Voice(link_to))
    assert (
        "#### Worse than before\n\n- [`app/jobs.py:2`](https://github.example/blob/abc/app/jobs.py#L2): "
        "`create` lines: 40 → 60 `function-too-long`\n" in body
    )
    assert "`class-too-long`: a \\*table\\*\n" in body
    assert "`class-too-long`: no reason given\n" in body
    assert "#### Fixed by this change\n\n- `function-too-long`\n" in body
    assert "1 found: 1 existing; 1 of the existing got worse; 1 fixed by this change." in body


def test_a_comment_says_what_is_new_in_a_finding_that_was_there() -> None:
    finding = replace(FINDING, facts={"missing": ("a", "b")}, before={"missing": ("a",)}, status=Status.INTRODUCED)
    assert "missing: `a`, `b` · new: `b`\n" in Voice().comment(finding)


def test_a_comment_at_the_cause_says_which_place_it_is_about() -> None:
    finding = replace(FINDING, anchor=Anchor("app/base.py", 3))
    assert (
        Voice(link_to)
        .comment(finding)
        .startswith("In [`app/jobs.py:2`](https://github.example/blob/abc/app/jobs.py#L2): `create` has 31 lines")
    )
    assert Voice().comment(replace(FINDING, anchor=Anchor("app/jobs.py", 3))) == Voice().comment(FINDING)


def test_a_summary_is_cut_between_entries_and_says_how_many_are_left_out() -> None:
    many = tuple(replace(FINDING, span=Span(line, 1, line, 2)) for line in range(1, 2000))
    body = markdown.summary(review(*many), markdown.Listing(many), Voice(), 10_000)
    assert 9_000 < len(body.encode()) <= 10_000
    listed = body.count("\n- `app/jobs.py:")
    assert f"\n\n{1999 - listed} more findings left out: no room for them here.\n\n<sub>1999 found" in body


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.text("aé✓", max_size=30), max_size=8), max_size=4), st.integers(60, 600))
def test_sections_never_exceed_the_limit(entries: list[list[str]], limit: int) -> None:
    sections = [Section(f"#### {number}\n", lines, "lines") for number, lines in enumerate(entries)]
    body = fitted("start", sections, "end", limit)
    assert len(body.encode()) <= limit
    assert body.startswith("start\n\n")
    assert body.endswith("\n\nend\n")
    for number, lines in enumerate(entries):
        if f"#### {number}" in body and f"#### {number + 1}" in body and not re.search(r"\d+ more lines", body):
            assert "\n".join(lines) in body


def test_sections_that_fit_are_whole() -> None:
    sections = [Section("## A\n", ["- 1", "- 2"], "x"), Section("## B\n", [], "x"), Section("## C\n", ["- 3"], "x")]
    assert fitted("s", sections, "e", 31) == "s\n\n## A\n\n- 1\n- 2\n\n## C\n\n- 3\n\ne\n"
    assert fitted("s", sections, "e", 30) == "s\n\n## A\n\n- 1\n- 2\n\ne\n"


def test_a_long_section_leaves_room_to_say_what_is_left_out_of_the_others() -> None:
    long = Section("## A\n", ["- " + "x" * 90] * 50, "problems")
    short = [Section(f"## {name}\n", ["- " + "y" * 90] * 9, "findings") for name in "BC"]
    body = fitted("s", [long, *short], "e", 1000)
    assert "## B" in body
    assert "9 more findings left out" in body
    assert len(body) <= 1000


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_renders_by_its_name(name: str) -> None:
    formats = {each: render(each, review(FINDING), Background("1.0")) for each in FORMATS}
    beginnings = {
        "text": "feature",
        "github": "::warning",
        "markdown": "### 1 warning",
        "gitlab": "[",
        "junit": "<?xml",
    }
    assert formats[name].startswith(beginnings.get(name, "{"))  # type: ignore[index]  # pytest gives the names as text
    assert FINDING.message.split("`")[-1] in formats[name]  # type: ignore[index]  # pytest gives the names as text
