"""Whether a project has chosen itself what its linter and its type checker say."""

import tomllib

from reviewer.aim import content
from reviewer.source import Tree
from reviewer.tools import mypy_settings, ruff_settings

CHOICES = ("select", "extend-select", "ignore", "extend-ignore", "per-file-ignores")


def ruff_choice(tree: Tree) -> str | None:
    """The file in which a project chooses rules of ruff for most of its code."""
    homes = {path: path.rpartition("/")[0] for path in tree.named(ruff_settings.CONFIGURATIONS) if _chooses(tree, path)}
    covered = {path: sum(_lies_in(home, each) for each in tree.paths) for path, home in homes.items()}
    most = max(covered, key=lambda path: covered[path], default=None)
    return most if most and covered[most] * 2 > len(tree.paths) else None


def _lies_in(folder: str, path: str) -> bool:
    return not folder or path.startswith(f"{folder}/")


def _chooses(tree: Tree, path: str) -> bool:
    try:
        document = tomllib.loads((content(tree, path) or b"").decode())
    except (ValueError, RecursionError):
        return False
    tool = document.get("tool")
    table = (tool.get("ruff") if isinstance(tool, dict) else None) if path.endswith("pyproject.toml") else document
    if not isinstance(table, dict):
        return False
    lint = table.get("lint")
    return any(key in table or (isinstance(lint, dict) and key in lint) for key in CHOICES)


def mypy_choice(tree: Tree) -> str | None:
    """The file at the root in which a project sets mypy up."""
    for path in mypy_settings.CONFIGURATIONS:
        data = content(tree, path)
        try:
            found = mypy_settings.of_project({path: data}, mypy_settings.Plugins.LEFT_OUT) if data else None
        except ValueError:
            continue
        if found and any(found.sections.values()):
            return path
    return None
