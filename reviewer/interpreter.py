"""The Python that has the packages which a project depends on: to start it runs whatever is installed there."""

import os
from pathlib import Path

from reviewer.errors import ToolError
from reviewer.git import Repository

# Where a person keeps the environment of a project.
USUAL = ".venv/bin/python"
IN_CI = ("CI", "GITHUB_ACTIONS", "GITHUB_TOKEN")


def on_a_persons_machine() -> bool:
    """Whether whoever started us is there, and lends us no rights but their own."""
    return not any(os.environ.get(name) for name in IN_CI)


def interpreter(wish: str | None, root: Path) -> Path | None:
    """The one that the user names, from the root of the project, else the usual one on a person's machine.

    Raises ToolError for one that is not there, or that git tracks: then its code is the author's.
    """
    if wish is None:
        usual = root / USUAL
        return usual if on_a_persons_machine() and usual.exists() and not _is_tracked(usual, root) else None
    place = root / Path(wish).expanduser()
    if not os.access(place, os.X_OK) or place.is_dir():
        raise ToolError(f"the Python {wish} is not there, or can't be started; mend `mypy.python`")
    if _is_tracked(place, root):
        raise ToolError(f"the Python {wish} belongs to the repository, and with it what it runs; mend `mypy.python`")
    return _named(place)


def _is_tracked(place: Path, root: Path) -> bool:
    """Whether git follows an interpreter, or something of the environment that it belongs to."""
    repository = Repository.discover(root)
    if repository is None:
        return False
    named = _named(place)
    return any(_is_followed(each, repository) for each in {named, named.parent.resolve() / named.name})


def _named(place: Path) -> Path:
    """A place without `..`; a link is kept, for a Python knows its packages by the place that it is started from."""
    return Path(os.path.abspath(place))  # noqa: PTH100  # that would follow links


def _is_followed(place: Path, repository: Repository) -> bool:
    if not place.is_relative_to(repository.root):
        return False
    inside = place.relative_to(repository.root)
    environment = inside.parent.parent
    # Directly below the root, its environment is the repository.
    return not environment.parts or repository.follows(environment.as_posix())
