"""Which files of a project mypy gets to see, and as what."""

import io
import tokenize

from reviewer.source import Tree, UnreadableFile

PACKAGE = "/__init__.py"
# In place of a file that does not parse: whatever others take from it is Any.
UNKNOWN = b"from typing import Any\n\n\ndef __getattr__(name: str) -> Any: ...\n"


def shown(tree: Tree) -> list[str]:
    """The files whose names make modules; of a module and a package of one name the package."""
    paths = frozenset(tree.paths)
    return [
        path
        for path in tree.paths
        if path.isprintable()
        and path.removesuffix("i").removesuffix(".py") + PACKAGE not in paths
        and not (path.endswith(PACKAGE) and not path.split("/")[-2].isidentifier())
    ]


def seen(tree: Tree, path: str) -> bytes:
    """A file as mypy gets to see it: one that is no text would stop it, and says nothing to it."""
    try:
        data = tree.read(path)
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        data.decode(encoding)
    except (UnreadableFile, SyntaxError, ValueError, LookupError):
        return UNKNOWN
    return data
