"""Whole repositories: what a change to each of them is told, word by word.

A case is a folder of `tests/cases`. `before/` is committed on main and `after/` on a branch: what is missing there is
deleted. Files are kept with a further `.txt`, so that no tool takes them for ours; it is dropped. `case.toml` says how
the run exits, with which `arguments`, and what no file can: `names` that are hard to check out, and symbolic `links`.

`expected.txt` and `expected.json` hold the report. `REWRITE_CASES=1 pytest tests/test_cases.py` writes them anew:
read what changed, line by line, before it is committed. The exit code is never rewritten.
"""

import io
import json
import os
import shutil
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from reviewer.cli import main
from tests.repositories import Builder

CASES = Path(__file__).parent / "cases"
COMMITS = ("--base", "main", "--head", "change")


@dataclass(frozen=True, slots=True)
class Case:
    """A change to a repository, and how its review exits."""

    folder: Path
    about: str
    exit: int
    arguments: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> "Case":
        settings = tomllib.loads((folder / "case.toml").read_text(encoding="utf-8"))
        return cls(folder=folder, **{**settings, "arguments": tuple(settings.get("arguments", ()))})

    def files(self, side: str) -> Iterator[tuple[str, bytes]]:
        """Each file of one side, under the name that it has in the repository."""
        root = self.folder / side
        for place in sorted(root.rglob("*")):
            if place.is_file():
                kept = place.relative_to(root).as_posix().removesuffix(".txt")
                yield self.names.get(kept, kept), place.read_bytes()

    def build(self, repository: Builder) -> str:
        """Make the repository, the change checked out, and return the commit before it."""
        base = repository.commit(dict(self.files("before")))
        repository.branch("change")
        for place in [place for place in repository.root.iterdir() if place.name != ".git"]:
            shutil.rmtree(place) if place.is_dir() else place.unlink()
        for path, content in self.files("after"):
            repository.write(path, content)
        for path, target in self.links.items():
            (repository.root / path).symlink_to(target)
        repository.commit()
        return base


class Reviewer:
    """The command, run in this process as a user would run it in a shell."""

    def __init__(self, capture: pytest.CaptureFixture[bytes], folder: Path) -> None:
        self._capture = capture
        self._folder = folder

    def check(self, *arguments: str) -> tuple[int, str]:
        """The exit code and the report of one run; nothing else may be said."""
        with pytest.MonkeyPatch.context() as patch:
            for name in [name for name in os.environ if name.startswith("REVIEWER_")]:
                patch.delenv(name)
            patch.chdir(self._folder)
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
            code = main(["check", *arguments])
        out, err = self._capture.readouterr()
        assert err == b""
        return code, out.decode()


def masked(text: str, *commits: str) -> str:
    """A report without the ids of these commits, short or long."""
    for commit in commits:
        text = text.replace(commit, "COMMIT").replace(commit[:10], "COMMIT")
    return text


def compare(text: str, place: Path) -> None:
    if os.environ.get("REWRITE_CASES"):
        place.write_text(text, encoding="utf-8", newline="\n")
    assert text == place.read_text(encoding="utf-8")


def told(report: str) -> dict[str, Any]:
    """What a JSON report says of the code, the run left out."""
    document = json.loads(report)
    return {name: document[name] for name in ("findings", "problems", "counts")}


@pytest.mark.parametrize("name", sorted(folder.name for folder in CASES.iterdir()))
def test_a_change_is_told_what_is_wrong_with_it(
    name: str, repository: Builder, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    case = Case.read(CASES / name)
    base = case.build(repository)
    reviewer = Reviewer(capfdbinary, repository.root)
    code, text = reviewer.check(*case.arguments)
    compare(masked(text, base), case.folder / "expected.txt")
    assert code == case.exit
    code, report = reviewer.check(*case.arguments, "--format", "json")
    compare(json.dumps(told(report), indent=2, ensure_ascii=False) + "\n", case.folder / "expected.json")
    assert code == case.exit
    code, of_commits = reviewer.check(*case.arguments, *COMMITS, "--format", "json")
    assert (code, told(of_commits)) == (case.exit, told(report))
