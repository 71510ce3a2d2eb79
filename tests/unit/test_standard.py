"""The standard is complete: each of its rows has its rules, and each rule a row."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from reviewer.registry import OWN, all_checks
from reviewer.standard import ROWS, Row
from reviewer.standard_page import standard_page
from reviewer.tools.ruff import program
from reviewer.tools.rules import RULES, named

RULED = Counter(name for row in ROWS for name in row.rules)
SHOWN = [row for row in ROWS if row.bad]
BY_RUFF = [row for row in SHOWN if "mypy" not in row.rules]
# It is no rule that ruff has: what it can't read at all.
UNRULED = {"ruff:invalid-syntax"}


def test_the_rows_are_numbered_as_in_the_standard() -> None:
    assert [row.number for row in ROWS] == list(range(1, 57))


def test_every_rule_of_ours_has_a_row() -> None:
    ours = {check.name for check in all_checks() if check not in OWN and check.__module__.startswith("checks.")}

    assert {name for name in RULED if ":" not in name and name != "mypy"} == ours


def test_every_rule_of_a_tool_has_a_row() -> None:
    tools = {name for name in RULED if ":" in name}

    assert tools >= set(RULES) - UNRULED
    assert all(map(named, tools))


def test_a_rule_has_one_row() -> None:
    assert {name: times for name, times in RULED.items() if times > 1} == {}


@pytest.mark.parametrize("row", BY_RUFF, ids=lambda row: row.sentence)
def test_ruff_finds_the_bad_code_of_a_row_and_nothing_in_the_good(row: Row, tmp_path: Path) -> None:
    assert ruff(row, row.bad, tmp_path) == 1
    assert ruff(row, row.good, tmp_path) == 0


def ruff(row: Row, code: str, folder: Path) -> int:
    """Whether ruff finds something against a row in some code."""
    file = folder / row.path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(code)
    codes = ",".join(name.removeprefix("ruff:") for name in row.rules if name.startswith("ruff:"))
    command = [program(), "check", "--isolated", "--quiet", "--no-cache", "--select", codes, str(file)]
    return subprocess.run(command, check=False, capture_output=True).returncode


def test_mypy_finds_the_bad_code_of_its_row_and_nothing_in_the_good(tmp_path: Path) -> None:
    (row,) = (row for row in SHOWN if row not in BY_RUFF)
    for code, expected in ((row.bad, 1), (row.good, 0)):
        file = tmp_path / "module.py"
        file.write_text(code)
        command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), str(file)]
        assert subprocess.run(command, check=False, capture_output=True, cwd=tmp_path).returncode == expected


def test_the_page_shows_bad_and_good_of_every_row_that_is_about_code() -> None:
    sections = standard_page(all_checks()).split("\n### ")[1:]

    assert len(sections) == len(ROWS)
    without = [section.partition("\n")[0] for section in sections if "Bad:" not in section or "Good:" not in section]
    assert without == [
        "7. The complexity of what a pull request touches, before and after",
        "53. Over 80 % of the change is covered",
    ]
