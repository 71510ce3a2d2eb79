"""Folders that the imports of a project start from, where its packages do not tell."""

from collections import Counter
from collections.abc import Iterator

from reviewer.index import Index
from reviewer.index.modules import Modules, folders_of, joined

# One import that starts elsewhere is a slip, or a script of its own.
LEAST = 2
NEARLY_ALL = 0.8


def untold_roots(index: Index) -> tuple[str, ...]:
    """The folders that nearly all absolute imports below them start from, and that are not known for it; sorted."""
    modules = Modules(index.module_paths())
    all_below: Counter[str] = Counter()
    from_there: Counter[str] = Counter()
    for path in index.module_paths():
        for start in _starts(index, modules, path):
            all_below.update(folders_of(path))
            from_there[start] += 1
    return tuple(sorted(root for root in from_there if root and _is_root(from_there[root], all_below[root])))


def _is_root(starting: int, below: int) -> bool:
    return starting >= LEAST and starting >= NEARLY_ALL * below


def _starts(index: Index, modules: Modules, path: str) -> Iterator[str]:
    """Where each absolute import of a file of the project starts; "" where that is known already."""
    for found in index.facts(path).imports:
        below = found.module.replace(".", "/")
        around = [] if found.level else [*folders_of(path)]
        starts = [folder for folder in around if modules.file(joined(folder, below)) not in {None, path}]
        if starts:
            yield "" if modules.root(path) in starts else starts[0]
