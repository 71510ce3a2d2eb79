import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewer.model import (
    Comparison,
    Extent,
    Finding,
    Fix,
    Level,
    Problem,
    Related,
    Review,
    Span,
    Status,
    Suppression,
)
from reviewer.report import Background, Lines, no_lines, text
from reviewer.report.account import account
from reviewer.report.comment import Explanation
from reviewer.report.excerpt import WIDEST, excerpt, excerpts
from reviewer.report.look import PLAIN, Look, columns
from reviewer.report.printable import encodable, printable
from tests.unit.report.samples import FINDING, NOTE, hidden, review, reviews

SOURCE = {"app/jobs.py": ["class Jobs:", "    def create(self):", "        return 1"]}


LINK = re.compile("\x1b]8;;([^\x1b]*)\x1b\\\\([^\x1b]*)\x1b]8;;\x1b\\\\")
STYLE = re.compile("\x1b\\[[0-9;]*m")


def lines(path: str) -> Sequence[str]:
    return SOURCE.get(path, ())


def rendered(told: Review, lines: Lines = no_lines, look: Look = PLAIN) -> str:
    """The report as a terminal gets it whose files lie in `/work`, with a page for one rule."""
    pages = {"function-too-long": Explanation("", page="https://rules.example.com/function-too-long.html")}
    return text.render(told, Background("1", lines, pages.get, look, Path("/work")))


def test_a_finding_shows_its_place_rule_message_and_source_underlined() -> None:
    finding = replace(FINDING, related=(Related("app/base.py", 7, "`Base` is defined here"),))
    assert rendered(review(finding), lines=lines) == (
        "feature compared with main\n"
        "\n"
        "app/jobs.py\n"
        "  2:9: warning[function-too-long]: `create` has 31 lines of code, so nobody reads it whole\n"
        "      2 |     def create(self):\n"
        "        |         ^^^^^^\n"
        "    = app/base.py:7: `Base` is defined here\n"
        "\n"
        "1 found: 1 shown. In 3 files: 1 warning shown.\n"
    )


def test_no_path_begins_a_line_that_a_runner_takes_for_a_command() -> None:
    hostile = "::error title=x::a.py"
    report = rendered(review(replace(FINDING, path=hostile), problems=(Problem("syntax", hostile, "broken"),)))
    assert not any(line.startswith("::") for line in report.splitlines())
    assert report.count(f"\n./{hostile}") == 2


def test_the_account_counts_what_is_hidden_and_why() -> None:
    findings = (FINDING, hidden(FINDING), hidden(FINDING), hidden(FINDING, "suppressed"), NOTE)
    problem = Problem("syntax", "app/new.py", "it does not parse")
    report = rendered(review(*findings, problems=(problem,), files=1))
    assert report.count("function-too-long") == 1
    assert "app/new.py: problem[syntax]: it does not parse\n" in report
    assert report.endswith(
        "5 found: 1 shown, 1 note, 2 existing, 1 suppressed; 1 problem. In 1 file: 1 warning, 1 note shown.\n"
    )


def test_the_account_counts_the_fixes_that_are_offered_and_those_that_are_refused() -> None:
    refused = {"left the finding": 2, "made a new one": 1}
    fixable = replace(FINDING, fix=Fix(safe=True, edits=()))
    assert "; 1 fix offered. In" in account(review(fixable, hidden(fixable)))
    told = account(replace(review(fixable, fixable), refused=refused))
    assert "; 2 fixes offered, 3 refused: 2 left the finding, 1 made a new one. In" in told
    assert "fix" not in account(review(FINDING))


def test_what_got_worse_is_suppressed_or_fixed_is_listed_before_the_account() -> None:
    worse = replace(hidden(FINDING), status=Status.EXISTING, facts={"lines": 60}, before={"lines": 40})
    fixed = replace(hidden(FINDING, "fixed by this change"), status=Status.FIXED)
    comment = Suppression("app/jobs.py", 7, 3, ("class-too-long",), "a table", Extent(7, 7))
    assert rendered(replace(review(worse, fixed), suppressions=(comment,))) == (
        "feature compared with main\n"
        "\n"
        "Worse than before:\n"
        "  app/jobs.py:2:9: create function-too-long: lines 40 → 60\n"
        "\n"
        "Suppressed by this change:\n"
        "  app/jobs.py:7: class-too-long: a table\n"
        "\n"
        "Fixed by this change:\n"
        "  app/jobs.py:2:9: function-too-long\n"
        "\n"
        "1 found: 1 existing; 1 of the existing got worse; 1 fixed by this change. In 3 files: nothing shown.\n"
    )


def test_what_is_new_in_a_finding_that_was_there_is_told() -> None:
    finding = replace(FINDING, facts={"missing": ("a", "b")}, before={"missing": ("a",)}, status=Status.INTRODUCED)
    assert "\n    = new: b\n" in rendered(review(finding))


def test_a_traceback_keeps_its_lines() -> None:
    report = rendered(review(problems=(Problem("crash", "a.py", "x crashed:\nTraceback\n  \x1b[0m\n"),)))
    assert "a.py: problem[crash]: x crashed:\n    Traceback\n      \\x1b[0m\n\n0 found" in report


def test_a_clean_review_is_two_lines() -> None:
    assert rendered(review()) == "feature compared with main\n\n0 found. In 3 files: nothing shown.\n"


def test_a_finding_about_the_project_has_no_place() -> None:
    assert "\nThe project\n  note[layer-not-found]: No folder holds repositories\n" in rendered(review(NOTE))


@pytest.mark.parametrize("finding", [replace(FINDING, span=Span(9, 1, 9, 2)), replace(FINDING, path="gone.py")])
def test_a_line_that_is_not_at_hand_is_not_quoted(finding: Finding) -> None:
    assert "|" not in rendered(review(finding), lines=lines)


def test_a_file_as_a_whole_has_no_line() -> None:
    assert "\napp/jobs.py\n  warning[" in rendered(review(replace(FINDING, span=None)), lines=lines)


def test_a_span_of_several_lines_is_underlined_line_by_line() -> None:
    report = rendered(review(replace(FINDING, span=Span(2, 5, 3, 17))), lines=lines)
    assert (
        "      2 |     def create(self):\n"
        "        |     ^^^^^^^^^^^^^^^^^\n"
        "      3 |         return 1\n"
        "        |         ^^^^^^^^\n"
    ) in report


def test_of_a_long_span_the_first_line_is_shown_and_its_end_is_named() -> None:
    long = replace(FINDING, span=Span(1, 1, 9, 2))
    report = rendered(review(long), lines=lambda _: ["x" * 200] * 9, look=Look(width=80))
    assert report.count("^") == len("x" * 58)
    assert f"      1 | {'x' * 58}…\n        | {'^' * 58} to line 9\n" in report
    assert max(map(len, report.splitlines())) <= 80


def test_an_empty_line_within_a_span_is_left_out() -> None:
    source = ["a = [", "", "]"]
    assert [(number, shown.underline) for number, shown in excerpts(source, Span(1, 1, 3, 2))] == [
        (1, "^^^^^"),
        (3, "^"),
    ]


def test_findings_are_grouped_by_their_file() -> None:
    later = replace(FINDING, span=Span(3, 9, 3, 15))
    report = rendered(review(FINDING, later, replace(FINDING, path="app/other.py")))
    assert report.count("app/jobs.py\n  2:9: warning[") == 1
    assert "\n\n  3:9: warning[" in report
    assert "\n\napp/other.py\n  2:9: warning[" in report


def test_what_is_said_of_one_place_shares_its_source() -> None:
    wider = replace(FINDING, rule="undocumented-route", level=Level.ERROR, span=Span(2, 9, 2, 21))
    related = (Related("app/base.py", 7, "`Base`"),)
    report = rendered(review(replace(FINDING, related=related), wider), lines=lines, look=Look(colour=True))
    assert STYLE.sub("", report).split("\n\n")[1] == (
        "app/jobs.py\n"
        "  2:9: warning[function-too-long]: `create` has 31 lines of code, so nobody reads it whole\n"
        "  2:9: error[undocumented-route]: `create` has 31 lines of code, so nobody reads it whole\n"
        "      2 |     def create(self):\n"
        "        |         ^^^^^^^^^^^^\n"
        "    = app/base.py:7: `Base`"
    )
    assert "\x1b[1;31m        ^^^^^^^^^^^^\x1b[0m" in report


def test_colour_is_there_only_when_it_is_asked_for() -> None:
    findings = review(*(replace(FINDING, level=level) for level in Level), problems=(Problem("x", None, "m"),))
    plain = rendered(findings, lines=lines)
    assert "\x1b" not in plain
    coloured = rendered(findings, lines=lines, look=Look(colour=True))
    for level, style in {"error": "1;31", "warning": "1;35", "advice": "1;36", "note": "1"}.items():
        assert f"\x1b[{style}m{level}[function-too-long]\x1b[0m" in coloured
    assert "\x1b[1;31mproblem\x1b[0m[x]: m" in coloured
    assert STYLE.sub("", coloured) == plain


def test_no_colour_of_text_vanishes_on_a_light_or_on_a_dark_ground() -> None:
    problems = (Problem("syntax", "a.py", "m"), Problem("left-out", None, "m"))
    findings = (*(replace(FINDING, level=level) for level in Level), replace(hidden(FINDING), status=Status.FIXED))
    coloured = rendered(review(*findings, problems=problems), lines=lines, look=Look(colour=True, links=True, width=80))
    used = {number for style in STYLE.findall(coloured) for number in style[2:-1].split(";")}
    assert used <= {"0", "1", "2", "31", "32", "35", "36"}


def test_links_lead_to_files_and_to_the_page_of_the_rule() -> None:
    odd = replace(FINDING, path="app/a b\x1b.py", related=(Related("app/base.py", 7, "`Base`"),))
    linked = rendered(review(odd), look=Look(colour=False, links=True))
    assert LINK.findall(linked) == [
        ("file:///work/app/a%20b%1B.py", "app/a b\\x1b.py"),
        ("https://rules.example.com/function-too-long.html", "function-too-long"),
        ("file:///work/app/base.py", "app/base.py:7"),
    ]
    assert LINK.sub(r"\2", linked) == rendered(review(odd))
    assert not LINK.search(rendered(review(NOTE), look=Look(links=True)))


WORDS = st.lists(st.text("ab変é\u202e\x1b", min_size=1, max_size=5), min_size=1, max_size=30)


@settings(max_examples=50, deadline=None)
@given(WORDS, st.integers(40, 90), st.integers(0, 60))
def test_a_narrow_terminal_breaks_lines_at_words(words: list[str], width: int, column: int) -> None:
    message = " ".join(words)
    finding = replace(FINDING, rule="r" * (column // 3 + 1), message=message, span=Span(2, column + 1, 2, column + 4))
    told = replace(review(finding, problems=(Problem("k", None, message),)), suppressions=())
    source = ["", "\t" + "変x" * 60]
    narrow = rendered(told, lines=lambda _: source, look=Look(width=width))
    assert max(columns(line) for line in narrow.splitlines()) <= width
    assert not re.search(" $", narrow, re.MULTILINE)
    joined = " ".join(narrow.split())
    for label in (f"warning[{finding.rule}]", "problem[k]"):
        assert f"{label}: {printable(message)} " in joined


def test_no_line_is_longer_than_people_read_though_the_terminal_is_wide() -> None:
    wide = rendered(review(replace(FINDING, message="word " * 90)), look=Look(width=400))
    assert max(map(len, wide.splitlines())) <= 110


def test_a_word_wider_than_the_terminal_has_a_line_for_itself() -> None:
    long = "x" * 200
    assert f"\n    {long}\n    b\n" in rendered(review(replace(FINDING, message=f"{long} b")), look=Look(width=60))


def test_people_at_a_terminal_learn_where_more_is_told() -> None:
    assert "`reviewer explain RULE`" in rendered(review(FINDING), look=Look(width=80))
    assert "`reviewer explain RULE`" not in rendered(review(FINDING))
    assert "`reviewer explain RULE`" not in rendered(review(), look=Look(width=80))


def test_nothing_in_the_reviewed_code_reaches_the_terminal_as_a_command() -> None:
    evil = "\x1b]0;owned\x07\r\n\u202e\x9b31m"
    finding = replace(
        FINDING, path=evil, message=evil, rule=evil, related=(Related(evil, 1, evil),), span=Span(1, 1, 1, 3)
    )
    whole = replace(review(finding, hidden(finding, evil), problems=(Problem(evil, evil, evil),)))
    report = rendered(replace(whole, comparison=Comparison(evil)), lines=lambda _: [evil])
    assert all(char == "\n" or printable(char) == char for char in report)
    assert "\\x1b]0;owned\\x07\\r\\n\\u202e\\x9b31m" in report


@settings(max_examples=30, deadline=None)
@given(reviews, st.text(max_size=40))
def test_every_review_prints_as_visible_utf8(any_review: Review, line: str) -> None:
    report = rendered(any_review, lines=lambda _: [line] * 3)
    report.encode()
    assert all(char == "\n" or printable(char) == char for char in report)


@pytest.mark.parametrize(
    ("line", "span", "shown", "underline"),
    [
        ("x = 1\n", Span(1, 5, 1, 6), "x = 1", "    ^"),
        ("\tx = 1", Span(1, 2, 1, 3), "    x = 1", "    ^"),
        ("x\t= 1", Span(1, 3, 1, 4), "x   = 1", "    ^"),
        ("変\t= 1", Span(1, 3, 1, 4), "変  = 1", "    ^"),
        ("変数 = 値", Span(1, 6, 1, 7), "変数 = 値", "       ^^"),
        ("e\u0301 = x", Span(1, 6, 1, 7), "e\u0301 = x", "    ^"),
        ("a\x1bb c", Span(1, 5, 1, 6), "a\\x1bb c", "       ^"),
        ("abc", Span(1, 9, 1, 12), "abc", "   ^"),
        ("", Span(1, 1, 1, 1), "", "^"),
        ("abc", Span(1, 2, 1, 2), "abc", " ^"),
        ("    if x:", Span(1, 5, 4, 3), "    if x:", "    ^^^^^"),
    ],
)
def test_a_line_and_its_underline(line: str, span: Span, shown: str, underline: str) -> None:
    (found,) = [each for _, each in excerpts([line], span)]
    assert (found.text, found.underline) == (shown, underline)


@pytest.mark.parametrize("column", [1, 60, 4000, 9_900, 10_003])
def test_a_very_long_line_is_cut_around_the_finding(column: int) -> None:
    line = ("0123456789" * 1000) + "end"
    found = excerpt(line, column - 1, column + 4)
    assert len(found.text) <= WIDEST
    start = found.underline.index("^")
    assert line[column - 1 : column + 4].startswith(found.text[start : start + len(found.underline.strip())])
    assert found.text.startswith("…") == (column > 40)
    assert found.text.endswith("…") == (column <= 9_900)


def test_a_span_longer_than_the_window_is_underlined_to_its_edge() -> None:
    found = excerpt("x" * 1000, 0, 899)
    assert (found.text, found.underline) == ("x" * (WIDEST - 2) + "…", "^" * (WIDEST - 2))


@given(st.text("ab変é\t\x1b\u0301", max_size=60), st.integers(0, 70), st.integers(0, 70), st.integers(12, 40))
def test_whatever_is_cut_carets_stand_below_what_they_are_about(line: str, start: int, end: int, widest: int) -> None:
    found = excerpt(line, start, end, widest)
    assert columns(found.text) <= widest
    assert columns(found.underline) <= max(widest, 1) + 1
    if start < min(end, len(line)) and line[start] not in "\t\u0301":
        lead = len(found.underline) - len(found.underline.lstrip())
        before = next(
            part
            for part in map(found.text.__getitem__, map(slice, range(len(found.text) + 1)))
            if columns(part) == lead
        )
        assert found.text.removeprefix(before).lstrip("\u0301").startswith(printable(line[start]))


def test_bytes_that_are_no_utf8_are_spelled_out() -> None:
    raw = b"a\xff\xe9".decode(errors="surrogateescape") + "\ud800"
    assert encodable(raw) == printable(raw) == "a\\xff\\xe9\\ud800"
    assert printable("\U000e0001é\u00ad") == "\\U000e0001é\\xad"
