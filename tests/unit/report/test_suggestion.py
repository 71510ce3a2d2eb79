from dataclasses import replace

import pytest

from reviewer.model import Anchor, Edit, Finding, Fix, Span
from reviewer.report.comment import Voice
from reviewer.report.suggestion import diff, suggestion
from tests.unit.report.samples import FINDING

SOURCE = ["@dataclass", "class Money:", "    amount: list[int]", ""]


FIRST = Anchor("app/jobs.py", 1)


def fixed(*edits: Edit, anchor: Anchor | None = FIRST, safe: bool = True) -> Finding:
    return replace(FINDING, fix=Fix(safe, edits), anchor=anchor)


def edit(line: int, column: int, end_line: int, end_column: int, text: str) -> Edit:
    return Edit(Span(line, column, end_line, end_column), text)


def test_a_fix_of_the_commented_line_is_suggested_whole() -> None:
    finding = fixed(edit(1, 11, 1, 11, "(frozen=True)"))
    assert suggestion(finding, SOURCE) == "@dataclass(frozen=True)\n"


def test_several_edits_of_several_lines_are_one_suggestion() -> None:
    edits = (edit(1, 11, 1, 11, "(frozen=True)"), edit(3, 13, 3, 17, "tuple"), edit(3, 21, 3, 21, ", ..."))
    finding = fixed(*edits, anchor=Anchor("app/jobs.py", 3, 1))
    assert suggestion(finding, SOURCE) == "@dataclass(frozen=True)\nclass Money:\n    amount: tuple[int, ...]\n"


def test_lines_can_go_altogether() -> None:
    finding = fixed(edit(2, 1, 3, 1, ""), anchor=Anchor("app/jobs.py", 2))
    assert suggestion(finding, SOURCE) == ""


def test_a_fence_in_the_code_does_not_end_the_suggestion() -> None:
    finding = replace(fixed(edit(1, 1, 1, 1, "```")), suggestion="```@dataclass\n")
    assert "\n````suggestion\n```@dataclass\n````\n" in Voice().comment(finding)


@pytest.mark.parametrize(
    "finding",
    [
        FINDING,
        fixed(),
        fixed(edit(1, 1, 1, 2, "x"), anchor=None),
        fixed(edit(1, 1, 1, 2, "x"), anchor=Anchor("app/other.py", 1)),
        fixed(edit(1, 1, 1, 2, "x"), anchor=Anchor("app/jobs.py", 9)),
        fixed(edit(2, 1, 2, 2, "x")),
        fixed(edit(4, 1, 4, 1, "x")),
        fixed(edit(1, 1, 2, 2, "x")),
        fixed(edit(1, 1, 2, 1, "x")),
        fixed(edit(1, 1, 1, 99, "x")),
        fixed(edit(1, 4, 1, 2, "x")),
        fixed(edit(1, 1, 1, 5, "x"), edit(1, 3, 1, 7, "y")),
        fixed(edit(1, 1, 1, 1, "<!-- reviewer:finding -->")),
        fixed(edit(1, 1, 1, 1, "x" * 5000)),
    ],
)
def test_what_does_not_fit_the_commented_lines_is_not_suggested(finding: Finding) -> None:
    assert suggestion(finding, SOURCE) is None


def test_a_comment_holds_the_suggestion_and_says_when_it_can_change_behaviour() -> None:
    finding = fixed(edit(1, 11, 1, 11, "(frozen=True)"))
    suggested = replace(finding, suggestion="@dataclass(frozen=True)\n")
    safe = Voice().comment(suggested)
    assert "\n\n```suggestion\n@dataclass(frozen=True)\n```\n\n**warning**" in safe
    unsafe = Voice().comment(replace(suggested, fix=Fix(safe=False, edits=())))
    assert "```\n\nThis can change behaviour.\n\n**warning**" in unsafe
    assert "suggestion" not in Voice().comment(finding)


def test_a_fix_that_reaches_out_of_the_commented_lines_is_shown_as_a_diff() -> None:
    finding = fixed(edit(1, 11, 1, 11, "(frozen=True)"), edit(3, 5, 3, 22, "amount: int"))
    shown = diff(finding, SOURCE)
    assert shown == (
        "@@ -1,4 +1,4 @@\n-@dataclass\n+@dataclass(frozen=True)\n class Money:\n"
        "-    amount: list[int]\n+    amount: int\n "
    )
    assert f"\n\n```diff\n{shown}\n```\n\n**warning**" in Voice().comment(replace(finding, diff=shown))


def test_a_diff_that_is_long_or_looks_like_a_mark_of_ours_is_none() -> None:
    assert diff(fixed(edit(1, 1, 1, 1, "x" * 5000)), SOURCE) is None
    assert diff(fixed(edit(1, 1, 1, 1, "<!-- reviewer -->")), SOURCE) is None
    assert diff(FINDING, SOURCE) is None


def test_a_comment_says_what_an_unsafe_fix_changes() -> None:
    fix = Fix(safe=False, edits=(), effect="clients get 201 where they got `200`")
    said = Voice().comment(replace(FINDING, fix=fix, diff="@@ -1 +1 @@\n-a\n+b"))
    assert "+b\n```\n\nThis changes behaviour: clients get 201 where they got `200`.\n\n" in said


def test_a_suggestion_has_the_line_ends_of_markdown() -> None:
    assert suggestion(fixed(edit(1, 1, 1, 1, "a\r\n")), SOURCE) == "a\n@dataclass\n"
