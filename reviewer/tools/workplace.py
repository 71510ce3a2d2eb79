"""A private folder with a stable name, for the trees of a project and a tool that reads all of them."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from zlib import crc32

from pydantic import TypeAdapter, ValidationError

from reviewer.cache_folder import PRIVATE, cache_folder, private
from reviewer.errors import ToolError
from reviewer.fingerprint import digest

EPOCH = SECONDS = 1_000_000_000
NAMES = TypeAdapter(dict[str, str])


def nameless(_path: str) -> str:
    """Nothing: of a tree whose files are known by their content alone."""
    return ""


def below(folder: Path, path: str) -> Path:
    """The place of a path below a folder of ours; raises ToolError for one that leads out of it."""
    place = folder / path
    if not place.is_relative_to(folder) or ".." in place.parts:
        raise ToolError(f"{path!r} leads out of the project")
    return place


class Workplace:
    """A folder of ours: `tree` holds what a tool is to read, `folder` what it leaves for the next time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tree = folder / "tree"
        self._list = folder / "held.json"

    def hold(self, paths: Collection[str], read: Callable[[str], bytes], name: Callable[[str], str] = nameless) -> None:
        """Make the tree hold these files and no others; what stands there already is not written again.

        `name` is what a file's content is known by, "" where nothing is; what has the name of before is not even read.
        """
        self.tree.mkdir(mode=PRIVATE, exist_ok=True)
        names, known = {path: name(path) for path in paths}, self._known()
        held = set(self._held())
        for path in held.difference(paths) | {path for path in held if (self.tree / path).is_symlink()}:
            self.drop(path)
        for path in paths:
            if not names[path] or names[path] != known.get(path) or path not in held:
                self.put(path, read(path))
        self._list.write_bytes(NAMES.dump_json({path: each for path, each in names.items() if each}))

    def _known(self) -> dict[str, str]:
        """The names of what stands there; they count once, for whoever stops in between leaves something else."""
        try:
            return NAMES.validate_json(self._list.read_bytes())
        except (OSError, ValidationError):
            return {}
        finally:
            self._list.unlink(missing_ok=True)

    def replace(self, path: str, data: bytes | None) -> None:
        """Put something else in the place of a file, or nothing: what stands there has no name any more."""
        self._list.unlink(missing_ok=True)
        if data is None:
            self.drop(path)
        else:
            self.put(path, data)

    def put(self, path: str, data: bytes) -> None:
        """Write a file, unless it stands there as it is."""
        place = below(self.tree, path)
        with suppress(OSError):
            if place.read_bytes() == data:
                return
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        # Whoever tells a change by size and time, in whole seconds, is not to miss one: the time tells the content.
        time = EPOCH + crc32(data) % SECONDS
        os.utime(place, (time, time))

    def drop(self, path: str) -> None:
        """Take a file away, and the folders that are empty without it."""
        place = below(self.tree, path)
        place.unlink(missing_ok=True)
        for folder in place.relative_to(self.tree).parents[:-1]:
            try:
                (self.tree / folder).rmdir()
            except OSError:
                return

    def _held(self) -> Iterator[str]:
        for folder, folders, names in os.walk(self.tree):
            links = [name for name in folders if Path(folder, name).is_symlink()]
            yield from (Path(folder, name).relative_to(self.tree).as_posix() for name in (*names, *links))


@contextmanager
def workplace(purpose: str, *about: str) -> Iterator[Workplace]:
    """The place for a purpose and what it is about; one for this time alone, where another run is at work in it."""
    with _locked(purpose, about) as folder:
        if folder is not None:
            yield Workplace(folder)
            return
    with tempfile.TemporaryDirectory(prefix=f"reviewer-{purpose}-") as made:
        yield Workplace(Path(made).resolve())


def _folder(purpose: str, about: Iterable[str]) -> Path:
    return cache_folder() / purpose / digest(*about)


@contextmanager
def _locked(purpose: str, about: Iterable[str]) -> Iterator[Path | None]:
    """The folder while nobody else has it; None where it can't be had."""
    try:
        folder = private(_folder(purpose, about))
        lock = (folder / "lock").open("ab")
    except (OSError, RuntimeError):
        yield None
        return
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield None
            return
        yield folder.resolve()


def copied(source: Path, target: Path) -> None:
    """Put a copy of a folder in the place of another."""
    shutil.rmtree(target, ignore_errors=True)
    if source.is_dir():
        shutil.copytree(source, target, copy_function=shutil.copyfile)
