"""The pull requests of a repository's past."""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# How a squashed pull request is called.
SQUASHED = re.compile(r"\(#\d+\)$")


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A pull request of the past, by the commits that it lies between."""

    base: str
    head: str
    title: str


def pull_requests(repository: Path, count: int) -> Iterator[PullRequest]:
    """The newest merges and squashed pull requests that touch Python files."""
    listed = _git(repository, "log", "--first-parent", "--format=%H %P%x09%s", "HEAD", "--", "*.py")
    found = 0
    for line in listed.splitlines():
        commits, _, title = line.partition("\t")
        commit, *parents = commits.split()
        if found < count and (parents[1:] or (parents and SQUASHED.search(title))):
            found += 1
            head = parents[1] if parents[1:] else commit
            yield PullRequest(_git(repository, "merge-base", parents[0], head).strip(), head, title)


def _git(repository: Path, *arguments: str) -> str:
    command = ["git", "-C", str(repository), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
