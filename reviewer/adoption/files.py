"""The files that a project is given: shown as a difference, or put in place at once."""

from collections.abc import Mapping
from pathlib import Path

from reviewer import file_changes
from reviewer.errors import ReviewerError


def difference(root: Path, files: Mapping[str, bytes]) -> str:
    """What would change, as a unified difference."""
    before = {path: (root / path).read_bytes() if (root / path).exists() else None for path in files}
    changes = (file_changes.difference(path, before[path], data) for path, data in files.items())
    return b"".join(changes).decode("utf-8", "replace")


def put(root: Path, files: Mapping[str, bytes]) -> None:
    """Put each file in place, with its folders; raises ReviewerError."""
    for path, data in files.items():
        place = (root / path).resolve()  # who keeps the file elsewhere keeps the link
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            file_changes.put_in_place(place, data)
        except OSError as error:
            raise ReviewerError(f"{path} can't be written: {error.strerror}; mend that and run again") from error
