"""A real git repository with a change in it: what the fake GitHub knows of lines and commits comes from here."""

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HUNK = re.compile(r"^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@")
BOTH = re.compile(r"^@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@")
ENVIRONMENT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "author",
    "GIT_AUTHOR_EMAIL": "author@example.com",
    "GIT_COMMITTER_NAME": "author",
    "GIT_COMMITTER_EMAIL": "author@example.com",
}


@dataclass(frozen=True)
class Patch:
    """One file's part of a diff, as GitHub gives it."""

    text: str

    @property
    def hunks(self) -> list[range]:
        """The new side's lines of each hunk."""
        starts = (HUNK.match(line) for line in self.text.splitlines())
        return [range(int(found[1]), int(found[1]) + int(found[2] or 1)) for found in starts if found]


@dataclass(frozen=True)
class Repository:
    """A repository on disk."""

    folder: Path

    def git(self, *arguments: str) -> str:
        """What git prints; fails when git does."""
        command = ["git", "-C", str(self.folder), "-c", "core.quotePath=false", *arguments]
        environment = {**os.environ, **ENVIRONMENT}
        return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout

    def succeeds(self, *arguments: str) -> bool:
        """Whether a command of git exits with 0."""
        command = ["git", "-C", str(self.folder), *arguments]
        return subprocess.run(command, check=False, capture_output=True).returncode == 0

    def commit(self, files: Mapping[str, str | None]) -> str:
        """The id of a new commit with these contents; None deletes a file."""
        for path, text in files.items():
            file = self.folder / path
            if text is None:
                file.unlink()
            else:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "change")
        return self.git("rev-parse", "HEAD").strip()

    def rewritten(self, commit: str, base: str) -> str:
        """A commit with the same files and another past, as after a rebase and a forced push."""
        message = f"Rewrite {commit}"
        return self.git("commit-tree", f"{commit}^{{tree}}", "-p", base, "-m", message).strip()

    def merge_base(self, base: str, head: str) -> str:
        """The best common ancestor."""
        return self.git("merge-base", base, head).strip()

    def contains(self, ancestor: str, commit: str) -> bool:
        """Whether one commit leads to another."""
        return self.succeeds("merge-base", "--is-ancestor", ancestor, commit)

    def moved(self, old: str, new: str, path: str, line: int) -> int | None:
        """Where a line of one commit is in another, None when it is not there any more."""
        return _moved(self, old, new, path, line)

    def renames(self, base: str, head: str) -> dict[str, str]:
        """The new path of each file that was renamed between two commits."""
        told = self.git("diff", "--find-renames", "--diff-filter=R", "--name-status", base, head).splitlines()
        return {old: new for _, old, new in (line.split("\t") for line in told)}

    def patches(self, base: str, head: str) -> dict[str, Patch]:
        """The patch of every file that differs between the merge base and `head`, by path."""
        return _patches(self, base, head)


@cache
def _moved(repository: Repository, old: str, new: str, path: str, line: int) -> int | None:
    if not repository.succeeds("cat-file", "-e", f"{new}:{path}"):
        return None
    shift = 0
    for text in repository.git("diff", "--no-renames", "-U0", old, new, "--", path).splitlines():
        if found := BOTH.match(text):
            start, count, added = int(found[1]), int(found[2] or 1), int(found[3] or 1)
            if start <= line < start + count:
                return None
            shift += added - count if (start if count else start + 1) <= line else 0
    return line + shift


@cache
def _patches(repository: Repository, base: str, head: str) -> dict[str, Patch]:
    whole = repository.git("diff", "--no-renames", "-U3", f"{base}...{head}")
    files = (part.partition("\n@@") for part in re.split(r"^diff --git ", whole, flags=re.MULTILINE)[1:])
    return {_name(start): Patch(f"@@{hunks}".removesuffix("\n")) for start, _, hunks in files}


def _name(start: str) -> str:
    """The path in the lines before a file's first hunk; git ends one with blanks in a tab."""
    old, _, new = start.rpartition("\n+++ ")
    name = old.rpartition("\n--- ")[2] if new == "/dev/null" else new
    return name[2:].removesuffix("\t")


def new_repository(folder: Path) -> Repository:
    """An empty repository."""
    folder.mkdir()
    repository = Repository(folder)
    repository.git("init", "--quiet", "--template=", "--initial-branch", "main")
    return repository
