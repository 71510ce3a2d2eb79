"""The files that can say something of tables: found by their bytes, parsed on first need, and kept."""

import ast
from collections.abc import Callable, Iterable

from reviewer.index.extract import SCOPES, UNREADABLE, statements, tree_of
from reviewer.index.tables.marks import Marks, marks_of
from reviewer.index.tables.migrations import Migrated, migrated
from reviewer.source import UnreadableFile

NOTHING = ast.Module(body=[], type_ignores=[])


class Sources:
    """The files at `paths`; `twin` says of a path whether `shared` has the same file there, which is read once then."""

    def __init__(
        self,
        paths: Iterable[str],
        read: Callable[[str], bytes],
        *,
        shared: "Sources | None" = None,
        twin: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self.paths = tuple(paths)
        self._known = frozenset(self.paths)
        self._read = read
        self._shared = shared
        self._twin = twin
        self._marks: dict[str, Marks] = {}
        self._trees: dict[str, ast.Module] = {}
        self._migrated: dict[str, Migrated] = {}

    def read(self, path: str) -> bytes:
        """The bytes of a file, none where it is not there or can't be read."""
        try:
            return self._read(path) if path in self._known else b""
        except (OSError, UnreadableFile):
            return b""

    def marks(self, path: str) -> Marks:
        """What the bytes of a file tell."""
        if path not in self._marks:
            twin = self._shared if self._shared and self._twin(path) else None
            self._marks[path] = twin.marks(path) if twin else marks_of(self.read(path))
        return self._marks[path]

    def marked(self, kind: str) -> list[str]:
        """The files that may hold a kind of thing."""
        return [path for path in self.paths if kind in self.marks(path).kinds]

    def tree(self, path: str) -> ast.Module:
        """The tree of a file; an empty one where it does not parse."""
        if path not in self._trees:
            twin = self._shared if self._shared and self._twin(path) else None
            self._trees[path] = twin.tree(path) if twin else self._declaring(path)
        return self._trees[path]

    def migrated(self, path: str) -> Migrated:
        """The indexes that a file makes as a migration does; its tree is not kept."""
        if path not in self._migrated:
            twin = self._shared if self._shared and self._twin(path) else None
            self._migrated[path] = twin.migrated(path) if twin else migrated(self._parsed(path))
        return self._migrated[path]

    def _declaring(self, path: str) -> ast.Module:
        """The tree of a file, and of its functions what can declare something: the rest takes most of the room."""
        tree = self._parsed(path)
        if "index" not in self.marks(path).kinds:
            _let_go(tree.body)
        return tree

    def _parsed(self, path: str) -> ast.Module:
        try:
            return tree_of(self.read(path)) or NOTHING
        except UNREADABLE:
            return NOTHING


def _let_go(body: list[ast.stmt]) -> None:
    """Leave nothing of functions but what they return, and the classes and functions in them."""
    for statement, _ in statements(body):
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            inside = (each for each, _ in statements(statement.body))
            statement.body = [each for each in inside if isinstance(each, (ast.Return, *SCOPES))]
        if isinstance(statement, SCOPES):
            _let_go(statement.body)
