"""Which file a module name means: roots, packages, namespace packages and several projects in one repository.

A module is known by its stem: the path of its file without `.py` and `/__init__.py`, or of its folder.
"""

import sys
from collections.abc import Iterable, Iterator
from functools import cache, cached_property

SUFFIXES = ("/__init__.py", ".py", "/__init__.pyi", ".pyi")


def folders_of(path: str) -> Iterator[str]:
    """The folders around a path, innermost first; the repository's own is ""."""
    folder = path
    while folder:
        folder = folder.rpartition("/")[0]
        yield folder


def joined(folder: str, name: str) -> str:
    """A path below a folder that may be the repository's own."""
    return f"{folder}/{name}" if folder else name


class Modules:
    """The Python files of a repository by their module names."""

    def __init__(self, paths: Iterable[str], source_roots: Iterable[str] = ()) -> None:
        self._paths = frozenset(paths)
        self._folders = frozenset(folder for path in self._paths for folder in folders_of(path) if folder)
        self._packages = frozenset(
            path.rpartition("/")[0] for path in self._paths if path.endswith(("/__init__.py", "/__init__.pyi"))
        )
        self._configured = tuple(root.strip("/").removeprefix("./") for root in source_roots)
        self.root = cache(self._root)
        self.absolute = cache(self._absolute)

    @property
    def configured_roots(self) -> tuple[str, ...]:
        """The source roots that the configuration names, relative to the repository."""
        return tuple("" if root == "." else root for root in self._configured)

    def file(self, stem: str) -> str | None:
        """The file of a module; a package goes before a module, source before a stub."""
        return next((stem + suffix for suffix in SUFFIXES if stem + suffix in self._paths), None)

    def exists(self, stem: str) -> bool:
        """Whether there is such a module or such a folder."""
        return not stem or stem in self._folders or self.file(stem) is not None

    def stem(self, path: str) -> str:
        """The stem of a file."""
        return path.removesuffix("i").removesuffix(".py").removesuffix("/__init__")

    def name(self, path: str) -> str:
        """The dotted name of a file's module, from its own root."""
        root, stem = self.root(path), self.stem(path)
        return (stem.removeprefix(f"{root}/") if root else stem).replace("/", ".")

    def relative(self, path: str, level: int, module: str) -> str | None:
        """The stem of a relative import's module; None above the repository."""
        folder = path.rpartition("/")[0]
        for _ in range(level - 1):
            if not folder:
                return None
            folder = folder.rpartition("/")[0]
        return joined(folder, module.replace(".", "/")) if module else folder

    def _root(self, path: str) -> str:
        """The folder that a file's module name starts from.

        It is the innermost configured one, else the innermost `src` that is no package, else the folder above the
        topmost package, else the repository's.
        """
        around = list(folders_of(path))
        configured = [folder for folder in around if folder in self.configured_roots]
        sources = [folder for folder in around if folder.rpartition("/")[2] == "src" and folder not in self._packages]
        packages = [folder for folder in around if folder in self._packages]
        if configured or sources:
            return (configured or sources)[0]
        return packages[-1].rpartition("/")[0] if packages else ""

    def _absolute(self, module: str, path: str) -> str | None:
        """The stem of an absolute import in the file at `path`; None when it is not of this repository.

        The importer's own root goes first, then the folders around it that are no packages, then the other roots,
        where several different answers are none. A folder without a file never hides the standard library.
        """
        below = module.replace(".", "/")
        own = joined(self.root(path), below)
        if self.file(own) is not None:
            return own
        if module.partition(".")[0] in sys.stdlib_module_names:
            return None
        near = [joined(outer, below) for outer in folders_of(path) if outer not in self._packages]
        far = list(dict.fromkeys(joined(root, below) for root in self.roots))
        return self._nearest([own, *near], path) or self._only(far)

    def _nearest(self, stems: list[str], path: str) -> str | None:
        files = (stem for stem in stems if self.file(stem) not in {None, path})
        return next(files, None) or next((stem for stem in stems if stem in self._folders), None)

    def _only(self, stems: list[str]) -> str | None:
        found = [stem for stem in stems if self.file(stem)] or [stem for stem in stems if stem in self._folders]
        return found[0] if len(found) == 1 else None

    @cached_property
    def roots(self) -> tuple[str, ...]:
        """The folders that module names start from, those that the configuration names first."""
        return tuple(dict.fromkeys((*self.configured_roots, *sorted({self.root(path) for path in self._paths}))))
