"""`reviewer` in a terminal."""

import os
import pty
import subprocess
import sys
from pathlib import Path

KEPT = ("PATH", "HOME")


def written(folder: Path, width: int, *arguments: str, **environment: str) -> str:
    """What `reviewer` writes to a terminal of so many columns, with these variables alone."""
    ours, theirs = pty.openpty()
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    with subprocess.Popen(
        [sys.executable, "-m", "reviewer", *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=subprocess.DEVNULL,
        env={**kept, "PYTHONPATH": str(Path(__file__).parents[1]), "COLUMNS": str(width), **environment},
    ):
        os.close(theirs)
        text = b"".join(iter(lambda: _read(ours), b""))
    os.close(ours)
    return text.decode().replace("\r\n", "\n")


def _read(terminal: int) -> bytes:
    """The next bytes; Linux tells the end of a terminal by an error."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""
