"""A private folder with a stable name, for the trees of a project and a tool that reads all of them."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

CACHE = "XDG_CACHE_HOME"
PRIVATE = 0o700


@dataclass(frozen=True, slots=True)
class Workplace:
    """A folder of ours: `tree` holds what a tool is to read, `folder` what it leaves for the next time."""

    folder: Path

    @property
    def tree(self) -> Path:
        """Where the files of a project are written."""
        return self.folder / "tree"

    def hold(self, paths: Collection[str], read: Callable[[str], bytes]) -> None:
        """Make the tree hold these files and no others; what stands there already is not written again."""
        self.tree.mkdir(mode=PRIVATE, exist_ok=True)
        held = set(self._held())
        for path in held.difference(paths) | {path for path in held if (self.tree / path).is_symlink()}:
            self.drop(path)
        for path in paths:
            self.put(path, read(path))

    def put(self, path: str, data: bytes) -> None:
        """Write a file, unless it stands there as it is."""
        place = self.tree / path
        with suppress(OSError):
            if place.read_bytes() == data:
                return
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)

    def drop(self, path: str) -> None:
        """Take a file away, and the folders that are empty without it."""
        place = self.tree / path
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
    home = os.environ.get(CACHE, "")
    cache = Path(home) if Path(home).is_absolute() else Path.home() / ".cache"
    return cache / "reviewer" / purpose / sha256("\0".join(about).encode(errors="surrogateescape")).hexdigest()[:20]


@contextmanager
def _locked(purpose: str, about: Iterable[str]) -> Iterator[Path | None]:
    """The folder while nobody else has it; None where it can't be had."""
    try:
        folder = _folder(purpose, about)
        folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        # Only its owner can do that.
        folder.chmod(PRIVATE)
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
