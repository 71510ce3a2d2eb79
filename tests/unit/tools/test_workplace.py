"""The private folder that a tool works in."""

import stat
from pathlib import Path

import pytest

from reviewer.errors import ToolError
from reviewer.tools.workplace import Workplace, copied, workplace

FILES = {"a.py": b"a", "b/c.py": b"c", "b/d/e.py": b"e"}


def held(place: Workplace) -> dict[str, bytes]:
    found = (path for path in place.tree.rglob("*") if path.is_file())
    return {path.relative_to(place.tree).as_posix(): path.read_bytes() for path in found}


def test_it_holds_what_it_is_given_and_nothing_else(tmp_path: Path) -> None:
    place = Workplace(tmp_path)
    place.hold(FILES.keys(), FILES.__getitem__)
    assert held(place) == FILES
    # A file takes the place of a folder, and a folder that of a file.
    other = {"b": b"b", "a.py/x.py": b"x"}
    place.hold(other.keys(), other.__getitem__)
    assert held(place) == other
    assert not (place.tree / "b/d").exists()


def test_what_stands_there_is_not_written_again(tmp_path: Path) -> None:
    place = Workplace(tmp_path)
    place.hold(FILES.keys(), FILES.__getitem__)
    before = (place.tree / "a.py").stat().st_mtime_ns
    place.hold(FILES.keys(), FILES.__getitem__)
    assert (place.tree / "a.py").stat().st_mtime_ns == before


def test_what_differs_has_another_time_in_whole_seconds(tmp_path: Path) -> None:
    place = Workplace(tmp_path)
    times = []
    for content in (b"x: int = 11\n", b"x: int = ''\n", b"x: int = 11\n"):
        place.hold(["a.py"], {"a.py": content}.__getitem__)
        times.append(int((place.tree / "a.py").stat().st_mtime))
    assert times[0] == times[2] != times[1]


def test_what_has_the_name_of_before_is_not_even_read(tmp_path: Path) -> None:
    place = Workplace(tmp_path)
    place.hold(FILES.keys(), FILES.__getitem__, lambda path: f"id of {path}")
    place.hold(["a.py"], lambda path: pytest.fail(f"{path} was read"), lambda path: f"id of {path}")
    place.hold(["a.py"], lambda _: b"new", lambda _: "another")
    assert held(place) == {"a.py": b"new"}
    place.replace("a.py", b"aside")
    place.hold(["a.py"], lambda _: b"new", lambda _: "another")
    assert held(place) == {"a.py": b"new"}


@pytest.mark.parametrize("path", ["../a.py", "/a.py", "b/../../a.py"])
def test_nothing_is_written_elsewhere(tmp_path: Path, path: str) -> None:
    place = Workplace(tmp_path / "place")
    place.folder.mkdir()
    with pytest.raises(ToolError, match="leads out of the project"):
        place.hold([path], lambda _: b"x")
    assert not (tmp_path / "a.py").exists()


def test_no_link_is_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "c.py").write_text("theirs")
    place = Workplace(tmp_path / "place")
    place.folder.mkdir()
    place.tree.mkdir()
    (place.tree / "b").symlink_to(outside)
    (place.tree / "a.py").symlink_to(outside / "c.py")
    place.hold(FILES.keys(), FILES.__getitem__)
    assert (outside / "c.py").read_text() == "theirs"
    assert held(place) == FILES


def test_it_has_a_stable_name_and_is_private(cache: Path) -> None:
    with workplace("unit", "one") as first:
        assert first.folder.is_relative_to(cache / "reviewer/unit")
        assert stat.S_IMODE(first.folder.stat().st_mode) == 0o700
    with workplace("unit", "one") as again, workplace("unit", "two") as other:
        assert again.folder == first.folder
        assert other.folder != first.folder


def test_a_second_run_at_the_same_time_has_a_place_of_its_own(cache: Path) -> None:
    with workplace("unit", "shared") as first, workplace("unit", "shared") as second:
        assert second.folder != first.folder
        assert not second.folder.is_relative_to(cache)
        kept = second.folder
    assert not kept.exists()


@pytest.mark.parametrize("home", ["/proc/nowhere", "relative", ""])
def test_where_nothing_can_be_kept_the_work_is_done_all_the_same(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, home: str
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", home)
    monkeypatch.setenv("HOME", str(tmp_path))
    with workplace("unit", "x") as place:
        place.hold(FILES.keys(), FILES.__getitem__)
        assert held(place) == FILES


def test_a_copy_takes_the_place_of_what_was_there(tmp_path: Path) -> None:
    for name in ("source/new", "target/old"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).touch()
    copied(tmp_path / "source", tmp_path / "target")
    assert [path.name for path in (tmp_path / "target").iterdir()] == ["new"]
    copied(tmp_path / "nothing", tmp_path / "target")
    assert not (tmp_path / "target").exists()
