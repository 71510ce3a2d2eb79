"""The configuration files of ruff that a project has, and may have a say by."""

import posixpath
import tomllib
from collections.abc import Callable, Collection, Iterator

from reviewer.errors import ToolError

CONFIGURATIONS = ("pyproject.toml", "ruff.toml", ".ruff.toml")


def configurations(paths: Collection[str], read: Callable[[str], bytes | None]) -> dict[str, bytes]:
    """The configuration files of a project, with those that they extend; raises ToolError for one from elsewhere."""
    found: dict[str, bytes] = {}
    waiting = list(paths)
    while waiting:
        path = waiting.pop()
        data = None if path in found else read(path)
        if data is not None:
            found[path] = data
            waiting += _extended(path, data)
    return found


def _extended(path: str, data: bytes) -> Iterator[str]:
    """The configuration that one extends; ruff would read whatever it names, and tell of it."""
    try:
        document = tomllib.loads(data.decode())
    except (ValueError, RecursionError):
        return
    tool = document.get("tool")
    table = (tool.get("ruff") if isinstance(tool, dict) else None) if path.endswith("pyproject.toml") else document
    wish = table.get("extend") if isinstance(table, dict) else None
    if isinstance(wish, str):
        place = posixpath.normpath(posixpath.join(posixpath.dirname(path), wish))
        if wish.startswith(("/", "~")) or "$" in wish or place.startswith(".."):
            raise ToolError(f"{path} extends {wish!r}, which is none of the project's files")
        yield place
