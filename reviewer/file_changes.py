"""Files that are changed: shown as a unified difference, or put in place so that nobody reads half of one."""

import difflib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

LINES = re.compile(rb"[^\n]*\n|[^\n]+")


def difference(path: str, before: bytes | None, after: bytes) -> bytes:
    """What becomes of a file, None for one that is made, as `git apply` takes it, in the file's own encoding."""
    return b"".join(_hunks(os.fsencode(path), before, after))


def _hunks(name: bytes, before: bytes | None, after: bytes) -> Iterator[bytes]:
    old, new = LINES.findall(before or b""), LINES.findall(after)
    known = b"/dev/null" if before is None else b"a/" + name
    for line in difflib.diff_bytes(difflib.unified_diff, old, new, known, b"b/" + name):
        yield line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n"


def put_in_place(place: Path, data: bytes) -> None:
    """Put a file in the place of the one that is there, with its rights, all of it or nothing; raises OSError."""
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
