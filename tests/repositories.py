"""Real git repositories for tests, made command by command in a temporary folder."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

IDENTITY = {
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.com",
    "GIT_AUTHOR_DATE": "2024-01-01T00:00:00+0000",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.com",
    "GIT_COMMITTER_DATE": "2024-01-01T00:00:00+0000",
}


class Builder:
    """Builds a repository: write, remove and move files, then commit; the developer's own git settings are left out."""

    def __init__(self, root: Path, *, branch: str = "main") -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", f"--initial-branch={branch}")

    def git(self, *args: str, feed: bytes | None = None) -> str:
        """Run git here and return what it prints, without the last line break."""
        return os.fsdecode(self.raw(*args, feed=feed)).removesuffix("\n")

    def raw(self, *args: str, feed: bytes | None = None) -> bytes:
        """Run git here and return the bytes that it prints."""
        outside = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        environment = outside | IDENTITY | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        return subprocess.run(
            ["git", *args], cwd=self.root, env=environment, input=feed, capture_output=True, check=True
        ).stdout

    def write(self, path: str, content: str | bytes) -> Path:
        """Write a file, with the folders that it needs."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())
        return target

    def commit(self, files: Mapping[str, str | bytes] | None = None, message: str = "Change") -> str:
        """Write these files, commit everything that there is, and return the commit id."""
        for path, content in (files or {}).items():
            self.write(path, content)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", f"--message={message}")
        return self.git("rev-parse", "HEAD")

    def branch(self, name: str) -> None:
        """Start a branch here and switch to it."""
        self.git("switch", "--quiet", "--create", name)

    def switch(self, name: str) -> None:
        """Switch to a branch."""
        self.git("switch", "--quiet", name)
