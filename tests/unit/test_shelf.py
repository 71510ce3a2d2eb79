"""The shelf of results: rows that are whole, and no more than there is room for."""

from dataclasses import replace
from pathlib import Path

import pytest

from reviewer.cache_folder import cache_folder
from reviewer.results.shelf import Row, Shelf


def row(number: int, size: int = 10) -> Row:
    return Row(b"key%d" % number, b"basis", b"world", b"", b"x" * size)


def test_what_is_put_there_is_found_again(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "kept")
    other = replace(row(1), basis=b"other")
    shelf.put([row(1), row(2)])
    shelf.put([other])
    assert shelf.rows([b"key1", b"key3"]) == {b"key1": [other, row(1)]}
    assert (tmp_path / "kept").stat().st_mode & 0o777 == 0o700


def test_more_keys_than_a_question_holds_are_found(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.put(map(row, range(1200)))
    assert len(shelf.rows([b"key%d" % number for number in range(1300)])) == 1200


def test_the_oldest_go_where_there_is_no_room(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, most_bytes=100_000)
    for number in range(30):
        shelf.put([row(number, 10_000)])
        assert shelf.count()[1] <= 100_000
    assert shelf.rows([b"key29"])
    assert not shelf.rows([b"key0"])
    assert shelf.place.stat().st_size <= 2 * 100_000 + 100 * 4096


def test_what_is_far_too_much_is_not_kept(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, most_bytes=10_000)
    shelf.put([row(1)])
    shelf.put([row(2, 5_000_000)])
    assert shelf.rows([b"key1", b"key2"]) == {b"key1": [row(1)]}


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"REVIEWER_CACHE_DIR": "/a", "XDG_CACHE_HOME": "/b"}, "/a"),
        ({"REVIEWER_CACHE_DIR": "relative", "XDG_CACHE_HOME": "/b"}, "/b/reviewer"),
        ({"REVIEWER_CACHE_DIR": "", "XDG_CACHE_HOME": "", "HOME": "/c"}, "/c/.cache/reviewer"),
    ],
)
def test_the_folder_is_the_platforms_or_the_one_named(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: str
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert cache_folder() == Path(expected)
