"""What is shown, what is hidden and why, and where a comment can stand."""

from dataclasses import replace

import pytest

from reviewer.model import WHOLE_FILE, Anchor, Change, ChangeKind, Confidence, Extent, Finding, Level, Span, Status
from reviewer.sift import LOW_CONFIDENCE, NOT_IN_CHANGE, fails, sift

FINDING = Finding(
    rule="function-too-long",
    level=Level.WARNING,
    confidence=Confidence.HIGH,
    message="long",
    path="app/a.py",
    span=Span(10, 5, 10, 9),
    symbol="f",
    extent=Extent(10, 40),
)


def change(lines: set[int], *hunks: tuple[int, int]) -> dict[str, Change]:
    return {
        "app/a.py": Change(
            "app/a.py",
            ChangeKind.MODIFIED,
            lines=frozenset(lines),
            hunks=tuple(Extent(first, last) for first, last in hunks),
        )
    }


def sifted(finding: Finding, changes: dict[str, Change] | None) -> Finding:
    (result,) = sift([finding], changes, Confidence.MEDIUM)
    return result


def test_in_whole_files_everything_is_shown_and_nothing_has_a_status() -> None:
    result = sifted(FINDING, None)
    assert (result.shown, result.status, result.anchor) == (True, None, None)


def test_a_change_inside_the_extent_introduces_and_the_nearest_changed_line_is_the_anchor() -> None:
    result = sifted(FINDING, change({30, 38}, (27, 41)))
    assert result.status is Status.INTRODUCED
    assert result.anchor == Anchor("app/a.py", 30)


def test_the_finding_stands_at_its_own_line_where_the_diff_shows_it() -> None:
    assert sifted(FINDING, change({12}, (9, 15))).anchor == Anchor("app/a.py", 10)


def test_a_changed_line_that_no_hunk_shows_gives_no_anchor() -> None:
    result = sifted(FINDING, change({30}))
    assert (result.shown, result.anchor) == (True, None)


@pytest.mark.parametrize("changes", [{}, change({9, 41}, (6, 44))])
def test_what_the_change_does_not_touch_is_hidden_as_existing(changes: dict[str, Change]) -> None:
    result = sifted(FINDING, changes)
    assert (result.status, result.hidden_because) == (Status.EXISTING, NOT_IN_CHANGE)


def test_any_change_of_a_file_causes_what_is_about_the_whole_of_it() -> None:
    result = sifted(replace(FINDING, extent=WHOLE_FILE), change(set()))
    assert (result.status, result.anchor) == (Status.INTRODUCED, None)


def test_without_an_extent_the_span_counts() -> None:
    finding = replace(FINDING, extent=None)
    assert sifted(finding, change({10}, (7, 13))).shown
    assert not sifted(finding, change({11}, (8, 14))).shown


def test_a_finding_about_the_project_is_shown_on_every_change() -> None:
    result = sifted(replace(FINDING, path=None, span=None, extent=None), change({1}, (1, 4)))
    assert (result.shown, result.anchor) == (True, None)


def test_low_confidence_is_hidden_with_its_reason() -> None:
    result = sifted(replace(FINDING, confidence=Confidence.LOW), None)
    assert result.hidden_because == LOW_CONFIDENCE


@pytest.mark.parametrize(
    ("level", "fail_on", "expected"),
    [
        (Level.ERROR, Level.ERROR, True),
        (Level.WARNING, Level.ERROR, False),
        (Level.WARNING, Level.WARNING, True),
        (Level.ERROR, Level.ADVICE, True),
        (Level.ERROR, None, False),
        (Level.NOTE, Level.ADVICE, False),
    ],
)
def test_a_run_fails_from_its_level_upwards_and_never_for_a_note(
    level: Level, fail_on: Level | None, expected: bool
) -> None:
    assert fails([replace(FINDING, level=level)], fail_on) is expected


def test_a_hidden_finding_fails_no_run() -> None:
    assert not fails([replace(FINDING, hidden_because=NOT_IN_CHANGE)], Level.ADVICE)
