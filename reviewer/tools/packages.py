"""The packages of a Python, found without starting it: that would run whatever is installed there."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from reviewer.errors import ToolError
from reviewer.fingerprint import digest

EXECUTABLE = 0o700


def folders_of(python: Path) -> list[Path]:
    """The folders with the packages of an interpreter; raises ToolError where there are none beside it."""
    found = sorted((python.parent.parent / "lib").glob("python3.*/site-packages"))
    if not found:
        raise ToolError(f"there is no site-packages beside the Python {python}; name one of an environment")
    return found


def version_of(python: Path) -> str | None:
    """The version of an interpreter, `3.13`, by the folder of its packages."""
    named = (re.fullmatch(r"python(3\.\d+)", folder.parent.name) for folder in folders_of(python))
    found = [match[1] for match in named if match]
    return found[0] if len(found) == 1 else None


def state_of(python: Path) -> str | None:
    """What tells whether the packages are the same as before, None where that can't be told."""
    folders = folders_of(python)
    # What is installed to be edited is edited elsewhere.
    if any(_linked(folders)):
        return None
    entries = [(each.name, each.stat().st_mtime_ns) for folder in folders for each in folder.iterdir()]
    return digest(*(f"{name} {time}" for name, time in sorted(entries)))


def stand_in(python: Path, folder: Path, project: Path) -> Path:
    """A program in the place of an interpreter, which tells mypy where its packages are, and does nothing else.

    What is linked from there into the project itself is left out: its files are those of the commit under review.
    """
    folders = folders_of(python)
    linked = [str(each) for each in _linked(folders) if not each.is_relative_to(project)]
    answer, program = folder / "search.txt", folder / "python"
    answer.write_text(repr((linked, [str(each) for each in folders])), encoding="utf-8")
    program.write_text(f"#!/bin/sh\nexec cat {shlex.quote(str(answer))}\n", encoding="utf-8")
    program.chmod(EXECUTABLE)
    return program


def _linked(folders: list[Path]) -> Iterator[Path]:
    """The folders that are added to the packages by files of paths; lines that are code are left alone."""
    for file in (file for folder in folders for file in sorted(folder.glob("*.pth"))):
        lines = map(str.strip, file.read_text(encoding="utf-8", errors="replace").splitlines())
        named = (line for line in lines if line and not line.startswith(("#", "import ", "import\t")))
        yield from (place for place in ((file.parent / line).resolve() for line in named) if place.is_dir())
