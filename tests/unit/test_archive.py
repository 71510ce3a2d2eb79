"""What files say by themselves, kept between runs: what is read is what was written, or nothing."""

import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from reviewer.index.reading import BODIES, FACTS, PROOFS, Kind, Reading
from reviewer.results.archive import Archive, blob_id
from reviewer.results.shelf import Shelf

ROOT = Path(__file__).parents[2]
SOURCE = b"import os\n\n\nclass Money:\n    amount: int = 0\n\n    def pay(self) -> None:\n        assert os.environ\n"
KINDS: tuple[Kind[object], ...] = (FACTS, BODIES, PROOFS)  # type: ignore[assignment]  # only asked, never given


def kept(shelf: Shelf, source: bytes) -> None:
    archive = Archive(shelf, "code")
    for kind in KINDS:
        archive.add(kind, source, kind.make(source))
    shelf.put(archive.taken())


def known(shelf: Shelf, kind: Kind[object], source: bytes, code: str = "code") -> object:
    archive = Archive(shelf, code)
    return archive.section({"a.py": blob_id(source)}).known(kind, "a.py")


def sources() -> Iterator[bytes]:
    for folder in ("reviewer", "checks", "tests"):
        yield from (path.read_bytes() for path in sorted((ROOT / folder).rglob("*.py"))[::4])


def test_the_id_is_the_one_that_git_gives() -> None:
    assert blob_id(b"hello\n") == "ce013625030ba8dba906f756967f9e9ca394464a"


def test_what_real_files_say_is_read_again_to_the_letter(tmp_path: Path) -> None:
    shelf, archive = Shelf(tmp_path), Archive(Shelf(tmp_path), "code")
    contents = {str(number): source for number, source in enumerate(sources())}
    for kind in KINDS:
        for source in contents.values():
            archive.add(kind, source, kind.make(source))
    shelf.put(archive.taken())

    section = Archive(shelf, "code").section({path: blob_id(source) for path, source in contents.items()})
    for kind in KINDS:
        for path, source in contents.items():
            assert section.known(kind, path) == kind.make(source)
    assert len(contents) > 100


def test_other_code_a_path_and_a_content_that_nobody_read_are_not_known(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    kept(shelf, SOURCE)
    assert all(known(shelf, kind, SOURCE) == kind.make(SOURCE) for kind in KINDS)
    assert known(shelf, KINDS[0], SOURCE, "other code") is None
    assert known(shelf, KINDS[0], SOURCE + b"\n") is None
    assert Archive(shelf, "code").section({}).known(FACTS, "a.py") is None


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b'{"imports": 1}', b"\xff"])
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_what_is_no_such_text_is_not_known(tmp_path: Path, kind: Kind[object], text: bytes) -> None:
    shelf = Shelf(tmp_path)
    kept(shelf, SOURCE)
    archive = Archive(shelf, "code")
    archive.add(kind, SOURCE, kind.make(SOURCE))
    (row,) = archive.taken()
    for told in (zlib.compress(text), text):
        shelf.put([replace(row, told=told)])
        assert known(shelf, kind, SOURCE) is None


def test_what_can_not_be_written_down_is_left_out(tmp_path: Path) -> None:
    archive = Archive(Shelf(tmp_path), "code")
    archive.add(FACTS, SOURCE, replace(FACTS.make(SOURCE), constants=(("A", "\ud800"),)))
    assert list(archive.taken()) == []


class Remembered:
    """An archive that knows one file, and writes down what is added."""

    def __init__(self) -> None:
        self.added: list[tuple[str, bytes]] = []

    def known(self, kind: Kind[object], path: str) -> object:
        return kind.make(SOURCE) if path == "known.py" else None

    def add(self, kind: Kind[object], source: bytes, said: object) -> None:
        assert said == kind.make(source)
        self.added.append((kind.name, source))


def test_what_is_known_is_not_read_and_what_is_read_is_kept() -> None:
    archive, read = Remembered(), list[str]()

    def content(path: str) -> bytes:
        read.append(path)
        return b"def (" if path == "broken.py" else SOURCE

    reading = Reading(("known.py", "new.py", "broken.py"), content, archive=archive)  # type: ignore[arg-type]  # as asked
    assert reading.facts("known.py") == reading.facts("new.py") == FACTS.make(SOURCE)
    assert reading.bodies("known.py") == reading.bodies("new.py")
    assert reading.facts("broken.py") == FACTS.nothing
    assert set(read) == {"new.py", "broken.py"}
    assert archive.added == [("facts", SOURCE), ("bodies", SOURCE)]
