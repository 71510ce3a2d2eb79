"""Files of the project that are made or changed: shown as a difference, or put in place at once."""

import difflib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from reviewer.errors import ReviewerError


def difference(root: Path, files: Mapping[str, bytes]) -> str:
    """What would change, as a unified difference."""
    return "".join(line for path, data in files.items() for line in _hunks(root / path, path, data))


def _hunks(place: Path, path: str, data: bytes) -> Iterator[str]:
    before = _lines(place.read_bytes()) if place.exists() else []
    known = f"a/{path}" if place.exists() else "/dev/null"
    yield from difflib.unified_diff(before, _lines(data), known, f"b/{path}")


def _lines(data: bytes) -> list[str]:
    return [f"{line}\n" for line in data.decode("utf-8-sig").splitlines()]


def put(root: Path, files: Mapping[str, bytes]) -> None:
    """Put each file in place, with its folders, so that nobody reads half of one; raises ReviewerError."""
    for path, data in files.items():
        place = (root / path).resolve()  # who keeps the file elsewhere keeps the link
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            _replace(place, data)
        except OSError as error:
            raise ReviewerError(f"{path} can't be written: {error.strerror}; mend that and run again") from error


def _replace(place: Path, data: bytes) -> None:
    handle, draft = tempfile.mkstemp(prefix=f".{place.name}.", dir=place.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        if place.exists():
            shutil.copymode(place, draft)
        else:
            Path(draft).chmod(0o666 & ~_umask())
        Path(draft).replace(place)
    except BaseException:
        with suppress(OSError):
            Path(draft).unlink()
        raise


def _umask() -> int:
    """What this process takes from the rights of new files; to ask for it is to set it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
