"""The parts of the benchmarks that need no clock: pairs, slices, the page and the picture."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from corpus import first, lines_of, with_lines
from measure import Cost, Result, Row, Run, RunFailed, Spread, cost, measured
from picture import picture, place
from table import figure, page, spread, verdict


def taking(*seconds: float) -> Run:
    """A run that takes so long each time."""
    left: Iterator[float] = iter(seconds)
    return lambda: Cost(wall=next(left), cpu=1, memory=50)


def test_a_spread_is_the_median_between_the_least_and_the_most() -> None:
    assert Spread.of([3, 1, 8]) == Spread(median=3, least=1, most=8)


def test_a_ratio_is_that_of_the_pairs_and_not_of_the_medians() -> None:
    result = measured(Row("work", "wall", taking(1, 9, 2), "peer", taking(1, 3, 4), goal=2, rounds=3))
    assert result.ratio == Spread(median=1, least=0.5, most=3)
    assert result.reached


def test_who_comes_first_changes_from_pair_to_pair() -> None:
    order: list[str] = []

    def noting(name: str) -> Callable[[], Cost]:
        def run() -> Cost:
            order.append(name)
            return Cost(1, 1, 1)

        return run

    measured(Row("work", "wall", noting("ours"), "peer", noting("theirs"), rounds=2))
    assert order == ["ours", "theirs", "theirs", "ours"]


def test_without_a_peer_the_goal_is_for_the_figure_itself() -> None:
    result = measured(Row("work", "wall", taking(3, 5), goal=3, rounds=2))
    assert result.value == Spread(4, 3, 5)
    assert result.reached is False


def test_a_peer_that_cannot_run_leaves_a_row_that_says_so() -> None:
    def missing() -> Cost:
        raise RunFailed("semgrep can't be installed")

    result = measured(Row("work", "wall", taking(1), "semgrep", missing, goal=1))
    assert result.reached is None
    assert "| semgrep can't be installed |" in page([], [result], [])
    assert verdict([result]) == "0 of 1 goals are reached, 0 are not. 1 could not be measured."


def test_a_command_that_crashes_is_no_measurement(tmp_path: Path) -> None:
    with pytest.raises(RunFailed, match="ended with 3: no such rule"):
        cost([sys.executable, "-c", "import sys; print('no such rule', file=sys.stderr); sys.exit(3)"], tmp_path, {})
    assert cost([sys.executable, "-c", "raise SystemExit(1)"], tmp_path, {}).memory > 1


def test_slices_hold_no_more_than_was_asked_for(tmp_path: Path) -> None:
    files = {}
    for name in "abc":
        files[name] = tmp_path / name
        files[name].write_text("pass\n" * 4)
    assert [*first(files, 2)] == ["a", "b"]
    assert [*with_lines(files, 5)] == ["a", "b"]
    assert lines_of(*files.values()) == 12


@pytest.mark.parametrize(("number", "text"), [(123.4, "123"), (12.34, "12.3"), (1.234, "1.23"), (0.1234, "0.123")])
def test_three_digits_of_a_figure_count(number: float, text: str) -> None:
    assert figure(number) == text


def test_the_page_shows_medians_with_their_spread_and_what_is_missed() -> None:
    row = Row("cold", "cpu", taking(), "bare parse", taking(), goal=1.25)
    result = Result(row, Spread(4, 3, 5), Spread(2, 2, 2), Spread(2, 1.5, 2.5), memory=64)
    cells = "| cold | bare parse | 4.00 s CPU (3.00 to 5.00) | 2.00 s CPU (2.00 to 2.00) | 2.00 (1.50 to 2.50) |"
    written = page(["one machine"], [result], [result])
    assert f"{cells} ≤ 1.25 | **no** |" in written
    assert f"{cells} 64.0 |" in written
    assert spread(None) == ""


def test_the_picture_is_sound_and_has_a_bar_for_each_row_that_was_measured() -> None:
    row = Row("10 files <by path>", "wall", taking(), "Fixit & others", taking(), goal=0.5)
    known = Result(row, Spread(1, 1, 1), Spread(2, 2, 2), Spread(0.5, 0.4, 0.6))
    root = ET.fromstring(picture([known, Result(row, failure="not there")], "one of two"))
    bars = root.findall("{http://www.w3.org/2000/svg}rect")
    assert [bar.get("class") for bar in bars] == ["reached"]
    assert "10 files <by path> / Fixit & others" in [
        text.text for text in root.iter("{http://www.w3.org/2000/svg}text")
    ]


def test_bars_grow_with_the_share_of_the_goal_and_stay_in_the_picture() -> None:
    assert place(0.25) < place(1) < place(4) < place(16) == place(1000)
    assert place(0) == place(1 / 16)
