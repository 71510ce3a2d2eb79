"""What a run is aimed at: which files, as of when, compared with what, under which configuration."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reviewer import changes
from reviewer.config import Config, load
from reviewer.errors import ConfigError, GitError, ReviewerError
from reviewer.git import Repository
from reviewer.model import Change, ChangeKind, Comparison, Problem
from reviewer.source import CommitTree, Overlay, Tree, UnreadableFile, open_tree

# Where a configuration can stand, the one that counts first.
CONFIG_FILES = ("reviewer.toml", "pyproject.toml")


@dataclass(frozen=True, slots=True)
class Request:
    """What the user asked for; `flags` are settings given on the command line, None where not given.

    `base` is a commit whose merge base with the head is compared, `merge_base` one that is compared itself;
    `unsaved` is the content that an editor holds of a file that may not exist yet.
    """

    folder: Path
    paths: tuple[Path, ...] = ()
    base: str | None = None
    merge_base: str | None = None
    head: str | None = None
    config: Path | None = None
    flags: Mapping[str, Any] = field(default_factory=dict)
    unsaved: tuple[Path, bytes] | None = None


@dataclass(frozen=True, slots=True)
class Aim:
    """What to review: `files` of `tree`; `changes` by the head's path, None when the files count whole."""

    tree: Tree
    files: tuple[str, ...]
    changes: Mapping[str, Change] | None
    comparison: Comparison
    config: Config
    problems: tuple[Problem, ...] = ()


def take(request: Request) -> Aim:
    """Find out what to review; raises ReviewerError with the next step when that can't be told."""
    if request.base is None and request.head is None and (request.paths or request.unsaved):
        return _whole_files(request)
    return _change(request)
