from collections.abc import Sequence
from dataclasses import replace

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
from reviewer.report import text
from reviewer.report.account import account
from reviewer.report.excerpt import WIDEST, excerpt
from reviewer.report.printable import encodable, printable
from tests.unit.report.samples import FINDING, NOTE, hidden, review, reviews

SOURCE = {"app/jobs.py": ["class Jobs:", "    def create(self):", "        return 1"]}


def lines(path: str) -> Sequence[str]:
    return SOURCE.get(path, ())


def test_a_finding_shows_its_place_rule_message_and_source_underlined() -> None:
    finding = replace(FINDING, related=(Related("app/base.py", 7, "`Base` is defined here"),))
    assert text.render(review(finding), lines=lines) == (
        "feature compared with main\n"
        "\n"
        "app/jobs.py:2:9: warning[function-too-long]: `create` has 31 lines of code, so nobody reads it whole\n"
        "    2 |     def create(self):\n"
        "      |         ^^^^^^\n"
        "  = app/base.py:7: `Base` is defined here\n"
        "\n"
        "1 found: 1 shown. In 3 files: 1 warning shown.\n"
    )


def test_no_path_begins_a_line_that_a_runner_takes_for_a_command() -> None:
    hostile = "::error title=x::a.py"
    report = text.render(review(replace(FINDING, path=hostile), problems=(Problem("syntax", hostile, "broken"),)))
    assert not any(line.startswith("::") for line in report.splitlines())
    assert report.count(f"./{hostile}:") == 2


def test_the_account_counts_what_is_hidden_and_why() -> None:
    findings = (FINDING, hidden(FINDING), hidden(FINDING), hidden(FINDING, "suppressed"), NOTE)
    problem = Problem("syntax", "app/new.py", "it does not parse")
    report = text.render(review(*findings, problems=(problem,), files=1))
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
    assert text.render(replace(review(worse, fixed), suppressions=(comment,))) == (
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
    assert "\n  = new: b\n" in text.render(review(finding))


def test_a_traceback_keeps_its_lines() -> None:
    report = text.render(review(problems=(Problem("crash", "a.py", "x crashed:\nTraceback\n  \x1b[0m\n"),)))
    assert "a.py: problem[crash]: x crashed:\n    Traceback\n      \\x1b[0m\n\n0 found" in report


def test_a_clean_review_is_two_lines() -> None:
    assert text.render(review()) == "feature compared with main\n\n0 found. In 3 files: nothing shown.\n"


def test_a_finding_about_the_project_has_no_place() -> None:
    assert "\nproject: note[layer-not-found]: No folder holds repositories\n" in text.render(review(NOTE))


@pytest.mark.parametrize("finding", [replace(FINDING, span=Span(9, 1, 9, 2)), replace(FINDING, path="gone.py")])
def test_a_line_that_is_not_at_hand_is_not_quoted(finding: Finding) -> None:
    assert "|" not in text.render(review(finding), lines=lines)


def test_a_file_as_a_whole_has_no_line() -> None:
    assert "\napp/jobs.py: warning[" in text.render(review(replace(FINDING, span=None)), lines=lines)


def test_a_span_of_several_lines_is_underlined_to_the_end_of_its_first() -> None:
    report = text.render(review(replace(FINDING, span=Span(2, 5, 3, 17))), lines=lines)
    assert "    2 |     def create(self):\n      |     ^^^^^^^^^^^^^^^^^ to line 3\n" in report


def test_colour_is_there_only_when_it_is_asked_for() -> None:
    findings = review(*(replace(FINDING, level=level) for level in Level), problems=(Problem("x", None, "m"),))
    plain = text.render(findings, lines=lines)
    assert "\x1b" not in plain
    coloured = text.render(findings, lines=lines, colour=True)
    for level, code in {"error": "31", "warning": "33", "advice": "36", "note": "34"}.items():
        assert f"\x1b[1;{code}m{level}[function-too-long]\x1b[0m" in coloured
    assert "\x1b[1;31mproblem\x1b[0m[x]: m" in coloured


def test_nothing_in_the_reviewed_code_reaches_the_terminal_as_a_command() -> None:
    evil = "\x1b]0;owned\x07\r\n\u202e\x9b31m"
    finding = replace(
        FINDING, path=evil, message=evil, rule=evil, related=(Related(evil, 1, evil),), span=Span(1, 1, 1, 3)
    )
    whole = replace(review(finding, hidden(finding, evil), problems=(Problem(evil, evil, evil),)))
    report = text.render(replace(whole, comparison=Comparison(evil)), lines=lambda _: [evil])
    assert all(char == "\n" or printable(char) == char for char in report)
    assert "\\x1b]0;owned\\x07\\r\\n\\u202e\\x9b31m" in report


@settings(max_examples=30, deadline=None)
@given(reviews, st.text(max_size=40))
def test_every_review_prints_as_visible_utf8(any_review: Review, line: str) -> None:
    report = text.render(any_review, lines=lambda _: [line] * 3)
    report.encode()
    assert all(char == "\n" or printable(char) == char for char in report)


@pytest.mark.parametrize(
    ("line", "span", "shown", "underline"),
    [
        ("x = 1\n", Span(1, 5, 1, 6), "x = 1", "    ^"),
        ("\tx = 1", Span(1, 2, 1, 3), "    x = 1", "    ^"),
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
    found = excerpt(line, span)
    assert (found.text, found.underline) == (shown, underline)


@pytest.mark.parametrize("column", [1, 60, 4000, 9_900, 10_003])
def test_a_very_long_line_is_cut_around_the_finding(column: int) -> None:
    line = ("0123456789" * 1000) + "end"
    found = excerpt(line, Span(1, column, 1, column + 5))
    assert len(found.text) <= WIDEST + 2
    start = found.underline.index("^")
    assert line[column - 1 : column + 4].startswith(found.text[start : start + len(found.underline.strip())])
    assert found.text.startswith("…") == (column > 40)
    assert found.text.endswith("…") == (column <= 9_900)


def test_a_span_longer_than_the_window_is_underlined_to_its_edge() -> None:
    found = excerpt("x" * 1000, Span(1, 1, 1, 900))
    assert (found.text, found.underline) == ("x" * WIDEST + "…", "^" * WIDEST)


def test_bytes_that_are_no_utf8_are_spelled_out() -> None:
    raw = b"a\xff\xe9".decode(errors="surrogateescape") + "\ud800"
    assert encodable(raw) == printable(raw) == "a\\xff\\xe9\\ud800"
    assert printable("\U000e0001é\u00ad") == "\\U000e0001é\\xad"
