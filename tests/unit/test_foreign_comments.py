"""Comments in the words of a tool: what they hide nobody hears of, so that they are there is told."""

import pytest

from reviewer.foreign_comments import silenced
from tests.changes import reviewed
from tests.repositories import Builder

SETTING = 'API_TOKEN = "a8f5f167f44f4964e6c998dee827110c"'


@pytest.mark.parametrize(
    ("line", "rules", "reason"),
    [
        ("x = 1  # noqa", ("ruff",), ""),
        ("x = 1  # noqa: S105", ("ruff:S105",), ""),
        ("x = 1  #noqa:S105,E501  # it is a name", ("ruff:S105", "ruff:E501"), "it is a name"),
        ("# ruff: noqa: S105", ("ruff:S105",), ""),
        ("x = 1  # type: ignore", ("mypy",), ""),
        ("x = 1  # type: ignore[arg-type, misc]  # why", ("mypy:arg-type", "mypy:misc"), "why"),
    ],
)
def test_what_a_comment_silences_is_read(line: str, rules: tuple[str, ...], reason: str) -> None:
    (found,) = silenced("a.py", f"{line}\n".encode(), {1})
    assert (found.rules, found.reason, found.line) == (rules, reason, 1)


@pytest.mark.parametrize("source", ["x = '# noqa'\n", "x = 1  # a word on noqas\n", "x = (  # a word\n", ""])
def test_what_is_no_such_comment_is_none(source: str) -> None:
    assert list(silenced("a.py", source.encode(), {1, 2})) == []


def test_in_a_file_that_does_not_parse_what_comes_first_is_read() -> None:
    (found,) = silenced("a.py", b"def (:  # noqa\n  x = [", {1, 2})
    assert found.rules == ("ruff",)


def test_a_comment_that_was_there_is_not_the_changes() -> None:
    assert list(silenced("a.py", b"x = 1  # noqa\n", {2})) == []


def test_what_the_change_silences_is_told_and_is_not_fixed(repository: Builder) -> None:
    review = reviewed(repository, {"a.py": f"{SETTING}\n"}, {"a.py": f"{SETTING}  # noqa: S105\n"}, "ruff")
    assert [(each.path, each.line, each.rules) for each in review.suppressions] == [("a.py", 1, ("ruff:S105",))]
    assert review.findings == ()
    again = reviewed(repository, {}, {"a.py": f"\n{SETTING}  # noqa: S105\nx = 1\n"}, "mypy")
    assert again.suppressions == ()
