"""What standard output is taken for: by the wish of the user, by the variables, and by what is behind it."""

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from reviewer.cli import terminal
from reviewer.report.look import Look
from tests.terminals import written

SCREEN = {"TERM": "xterm-256color"}
KNOWING = SCREEN | {"VTE_VERSION": "7600"}


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Standard output is a terminal of 72 columns."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "72")


@pytest.mark.usefixtures("screen")
@pytest.mark.parametrize(
    ("wish", "environment", "look"),
    [
        ("auto", SCREEN, Look(colour=True, links=False, width=72)),
        ("auto", KNOWING, Look(colour=True, links=True, width=72)),
        ("auto", {"TERM": "dumb"}, Look(colour=False, links=False, width=72)),
        ("auto", {"TERM": "dumb", "FORCE_COLOR": "1"}, Look(colour=True, links=False, width=72)),
        ("auto", KNOWING | {"NO_COLOR": "1"}, Look(colour=False, links=False, width=72)),
        ("auto", SCREEN | {"NO_COLOR": "", "FORCE_COLOR": ""}, Look(colour=True, links=False, width=72)),
        ("auto", SCREEN | {"NO_COLOR": "1", "FORCE_COLOR": "1"}, Look(colour=False, links=False, width=72)),
        ("auto", SCREEN | {"FORCE_COLOR": "0"}, Look(colour=False, links=False, width=72)),
        ("always", {"NO_COLOR": "1"}, Look(colour=True, links=False, width=72)),
        ("never", KNOWING | {"FORCE_COLOR": "1"}, Look(colour=False, links=False, width=72)),
    ],
)
def test_a_terminal_is_shown_what_its_user_asks_for(wish: str, environment: Mapping[str, str], look: Look) -> None:
    assert terminal.look(wish, environment) == look


@pytest.mark.parametrize(
    ("wish", "environment", "look"),
    [
        ("auto", KNOWING, Look()),
        ("auto", KNOWING | {"FORCE_COLOR": "1"}, Look(colour=True)),
        ("always", KNOWING, Look(colour=True)),
        ("auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, Look()),
    ],
)
def test_what_is_no_terminal_gets_no_links_and_is_not_wrapped(
    wish: str, environment: Mapping[str, str], look: Look
) -> None:
    assert terminal.look(wish, environment) == look


@pytest.mark.parametrize(
    ("environment", "known"),
    [
        ({}, False),
        ({"TERM_PROGRAM": "Apple_Terminal"}, False),
        ({"TERM_PROGRAM": "vscode"}, True),
        ({"TERM": "xterm-kitty"}, True),
        ({"WT_SESSION": "0"}, True),
        ({"VTE_VERSION": "4999"}, False),
        ({"VTE_VERSION": "²"}, False),
        ({"FORCE_HYPERLINK": "1"}, True),
        ({"TERM_PROGRAM": "vscode", "FORCE_HYPERLINK": "0"}, False),
    ],
)
def test_links_are_for_terminals_that_are_known_to_open_them(environment: Mapping[str, str], known: bool) -> None:
    assert terminal.links(environment) is known


def test_a_review_in_a_terminal_is_wrapped_coloured_and_linked(tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text("def add(left, right):\n    return left + right\n", encoding="utf-8")
    arguments = ("--ignore", "ruff,mypy,radon", "module.py")
    rich = written(tmp_path, 60, "check", *arguments, TERM="xterm-kitty")
    plain = written(tmp_path, 60, "check", *arguments, TERM="xterm-kitty", NO_COLOR="1")

    assert "\x1b[1;35mwarning[missing-type-hint]\x1b[0m" in rich
    assert f"\x1b]8;;{(tmp_path / 'module.py').as_uri()}\x1b\\" in rich
    assert "\x1b" not in plain
    assert "\n      1 | def add(left, right):\n        |     ^^^\n" in plain
    assert max(map(len, plain.splitlines())) <= 60
