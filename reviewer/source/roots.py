"""Which folder is the root of a review, and the tree that belongs to it."""

import os
from collections.abc import Sequence
from pathlib import Path

from reviewer.git import Repository, nearest_folder
from reviewer.source.eligible import CONFIGURATIONS
from reviewer.source.trees import FolderTree, Tree, WorkingTree


def tree_around(places: Sequence[Path]) -> Tree:
    """The working tree that holds these places; without git, the project's folder or the one they share."""
    root = review_root(places)
    repository = Repository.discover(root)
    return WorkingTree(repository) if repository else FolderTree(root)


def review_root(places: Sequence[Path]) -> Path:
    """The root of the repository around these places, else of the project, else the folder that they share."""
    folders = [nearest_folder(place.parent.resolve() / place.name) for place in places]
    shared = Path(os.path.commonpath(folders)) if folders else Path.cwd()
    repository = Repository.discover(shared)
    if repository:
        return repository.root
    projects = (
        folder for folder in (shared, *shared.parents) if any((folder / name).is_file() for name in CONFIGURATIONS)
    )
    return next(projects, shared)
