"""Which files count: Python code that somebody of the project wrote, and no larger than we read."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

PYTHON = (".py", ".pyi")
CONFIGURATIONS = ("reviewer.toml", "pyproject.toml")
OURS = re.compile(rb"^\s*\[+\s*tool\s*\.\s*reviewer\b", re.MULTILINE)
# Code that somebody else wrote, or that a program did.
VENDORED = frozenset(
    {
        "__generated__",
        "__pycache__",
        "_generated",
        "_vendor",
        ".eggs",
        ".nox",
        ".tox",
        ".venv",
        "generated",
        "node_modules",
        "site-packages",
        "third_party",
        "vendor",
        "venv",
    }
)
# Under git these are ignored when they hold what was built, and sources when they are not.
BUILT = frozenset({".git", "build", "dist"})
GENERATED = ("_pb2.py", "_pb2.pyi", "_pb2_grpc.py", "_pb2_grpc.pyi")
MOST_BYTES = 2 * 1024 * 1024


class UnreadableFile(Exception):  # noqa: N818  # it says something of the file, not of us
    """A file's bytes cannot be had; the message says why."""


def counts(path: str) -> bool:
    """Whether a file is Python code that somebody of this project wrote."""
    *folders, name = path.split("/")
    return name.endswith(PYTHON) and not name.endswith(GENERATED) and VENDORED.isdisjoint(folders)


def too_large(size: int, most: int) -> UnreadableFile:
    """The refusal of an enormous file."""
    return UnreadableFile(f"it is too large: {size // 1024} KiB, and {most // 1024} KiB are the most that is read")


def may_configure(path: str) -> bool:
    """Whether a file below the root has the name of a configuration of ours."""
    folder, _, name = path.rpartition("/")
    return bool(folder) and name in CONFIGURATIONS and VENDORED.isdisjoint(folder.split("/"))


def configures(path: str, data: bytes) -> bool:
    """Whether a file of such a name speaks of us."""
    return path.endswith(CONFIGURATIONS[0]) or OURS.search(data) is not None


def walk(root: Path) -> Iterator[str]:
    """The files of a folder that may matter, without those that were built; symbolic links are not followed."""
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in VENDORED and name not in BUILT]
        for name in names:
            place = Path(folder, name)
            if name.endswith((*PYTHON, ".toml")) and place.is_file() and not place.is_symlink():
                yield place.relative_to(root).as_posix()
