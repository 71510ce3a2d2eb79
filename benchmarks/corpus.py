"""The code that is reviewed: releases of packages of PyPI, slices of them, and a repository with a pull request."""

import shutil
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Package:
    """An application with FastAPI and SQLAlchemy: a release, and the one before, whose difference is a real edit."""

    name: str
    release: str
    before: str


CORPUS = (Package("arize-phoenix", "20.26.1", "20.25.0"), Package("prefect", "3.9.1", "3.9.0"))
# What it takes to have more than that.
MORE = (*CORPUS, Package("zenml", "0.98.0", "0.97.0"))
# Folders that no reviewer looks into, and that every other tool would.
APART = frozenset({"_generated", "_vendor", "generated", "third_party", "vendor"})
IN_PULL_REQUEST = 10

# Where files lie, by the path that they have in a slice.
Files = Mapping[str, Path]


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository with two pull requests on one commit, each of which changes other files."""

    folder: Path
    base: str
    head: str
    other: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """Packages in a cache folder, fetched when they are first asked for; none of their code is ever run."""

    cache: Path

    def files(self, packages: Iterable[Package] = CORPUS) -> Files:
        """The files of their releases, in an order that mixes all folders and is the same everywhere."""
        return _mixed({path: file for each in packages for path, file in self._of(each.name, each.release).items()})

    def slice(self, name: str, files: Files) -> Path:
        """A folder with these files, so that every tool walks the same tree."""
        target = self.cache / "slices" / name
        shutil.rmtree(target, ignore_errors=True)
        _copy(files, target)
        # Left to itself, semgrep would not look into tests.
        (target / ".semgrepignore").touch()
        return target

    def repository(self, count: int) -> Repository:
        """So many files as they were a release before, and two branches that make ten of them what they are now."""
        before = _mixed({path: file for each in MORE for path, file in self._of(each.name, each.before).items()})
        now = self.files(MORE)
        edited = {path: now[path] for path in before if path in now and not _same(before[path], now[path])}
        chosen = first(edited, 2 * IN_PULL_REQUEST)
        old = first({path: before[path] for path in (*chosen, *before)}, count)
        folder = self.slice("repository", old)
        _git(folder, "init", "--quiet", "--initial-branch=main")
        base = _committed(folder, "base")
        heads = []
        for number in range(2):
            _git(folder, "checkout", "--quiet", "-B", f"branch-{number}", base)
            _copy(dict(islice(chosen.items(), number, None, 2)), folder)
            heads.append(_committed(folder, "head"))
        _git(folder, "checkout", "--quiet", "main")
        return Repository(folder, base, *heads)

    def _of(self, name: str, release: str) -> Files:
        root = self.cache / "corpus" / f"{name}-{release}"
        if not root.is_dir():
            _fetch(name, release, root)
        found = {path.relative_to(root): path for path in root.rglob("*.py") if path.stat().st_size}
        return {f"{name}/{path.as_posix()}": file for path, file in found.items() if APART.isdisjoint(path.parts)}


def first(files: Files, count: int) -> Files:
    """So many files."""
    return dict(islice(files.items(), count))


def with_lines(files: Files, lines: int) -> Files:
    """As many files as hold so many lines together."""
    chosen: dict[str, Path] = {}
    held = 0
    for path, file in files.items():
        if held >= lines:
            break
        chosen[path] = file
        held += lines_of(file)
    return chosen


def lines_of(*files: Path) -> int:
    """How many lines these files have."""
    return sum(file.read_bytes().count(b"\n") for file in files)


def _mixed(files: Files) -> Files:
    return {path: files[path] for path in sorted(files, key=lambda path: (zlib.crc32(path.encode()), path))}


def _same(one: Path, other: Path) -> bool:
    return one.read_bytes() == other.read_bytes()


def _copy(files: Files, target: Path) -> None:
    for path, file in files.items():
        copy = target / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)


def _fetch(name: str, release: str, root: Path) -> None:
    """Unpack the Python files of a wheel; as it is never run, any Python will do."""
    wheels = root.parent / "wheels" / root.name
    wanted = ["--no-deps", "--only-binary", ":all:", "--python-version", "3.13", "--dest", str(wheels)]
    _run([sys.executable, "-m", "pip", "download", "--quiet", *wanted, f"{name}=={release}"])
    unfinished = root.with_suffix(".part")
    with zipfile.ZipFile(next(wheels.glob("*.whl"))) as wheel:
        wheel.extractall(unfinished, [member for member in wheel.namelist() if member.endswith(".py")])
    unfinished.rename(root)


def _committed(folder: Path, message: str) -> str:
    _git(folder, "add", "--all", "--force")
    _git(folder, "-c", "user.name=nobody", "-c", "user.email=nobody@localhost", "commit", "--quiet", "-m", message)
    return _git(folder, "rev-parse", "HEAD")


def _git(folder: Path, *arguments: str) -> str:
    return _run(["git", "-C", str(folder), "-c", "commit.gpgsign=false", *arguments])


def _run(command: Sequence[str]) -> str:
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
