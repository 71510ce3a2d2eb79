"""A small repository with a pull request that brings problems of each family of rules, to try the reviewer on."""

import os
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from reviewer import process
from reviewer.errors import GitError
from reviewer.git import environment

# Kept as text, so that nobody takes the example's code for ours.
ENDING = ".txt"
IDENTITY = {
    f"GIT_{role}_{part}": value
    for role in ("AUTHOR", "COMMITTER")
    for part, value in (("NAME", "Demo"), ("EMAIL", "demo@example.com"), ("DATE", "2026-01-01T00:00:00+0000"))
}
OWN_SETTINGS = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
BRANCH = "billing-reminders"


def build(folder: Path) -> tuple[str, str]:
    """Make the repository in an empty folder; gives the commits of the base and of the pull request's head."""
    _git(folder, "init", "--quiet", "--initial-branch=main", "--template=")
    base = _commit(folder, "base", "Keep invoices")
    _git(folder, "switch", "--quiet", "--create", BRANCH)
    return base, _commit(folder, "change", "Remind customers of unpaid invoices")


def _commit(folder: Path, part: str, message: str) -> str:
    for path, content in _files(files("reviewer") / "demo_project" / part):
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    _git(folder, "add", "--all")
    _git(folder, "commit", "--quiet", f"--message={message}")
    return _git(folder, "rev-parse", "HEAD")


def _files(place: Traversable, above: str = "") -> Iterator[tuple[str, bytes]]:
    for entry in place.iterdir():
        if entry.is_dir():
            yield from _files(entry, f"{above}{entry.name}/")
        elif entry.name.endswith(ENDING):
            yield above + entry.name.removesuffix(ENDING), entry.read_bytes()


def _git(folder: Path, *arguments: str) -> str:
    """Run git without the user's own settings: a signature or a hook is no part of the example."""
    command = ["git", "-c", "commit.gpgSign=false", "-c", "core.autocrlf=false", *arguments]
    completed = process.run(command, cwd=folder, timeout=60, env=environment() | IDENTITY | OWN_SETTINGS)
    if completed.code:
        raise GitError(f"the demo's repository can't be made in {folder}: {completed.stderr.strip()}")
    return completed.stdout.decode().strip()
