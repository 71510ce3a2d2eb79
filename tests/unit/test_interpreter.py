"""Which Python mypy may start to find the packages of a project."""

from pathlib import Path

import pytest

from reviewer.errors import ToolError
from reviewer.interpreter import interpreter
from tests.repositories import Builder


@pytest.fixture(autouse=True)
def person(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CI", "GITHUB_ACTIONS", "GITHUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)


def python(folder: Path) -> Path:
    """A program in the place of a Python."""
    place = folder / "bin/python"
    place.parent.mkdir(parents=True)
    place.write_text("#!/bin/sh\n")
    place.chmod(0o755)
    return place


def test_on_a_persons_machine_the_usual_environment_is_taken(repository: Builder) -> None:
    place = python(repository.root / ".venv")
    repository.write(".gitignore", ".venv\n")
    repository.commit()
    assert interpreter(None, repository.root) == place


@pytest.mark.parametrize("name", ["CI", "GITHUB_ACTIONS", "GITHUB_TOKEN"])
def test_in_ci_only_one_that_is_named_is_started(
    repository: Builder, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    place = python(repository.root / ".venv")
    monkeypatch.setenv(name, "true")
    assert interpreter(None, repository.root) is None
    assert interpreter(".venv/bin/python", repository.root) == place


@pytest.mark.parametrize(
    "tracked", [".venv/bin/python", ".venv/pyvenv.cfg", ".venv/lib/python3.11/site-packages/a.pth", ".venv"]
)
def test_one_that_git_tracks_in_part_or_whole_is_never_started(repository: Builder, tracked: str) -> None:
    home = repository.root / (".venv" if tracked != ".venv" else "elsewhere")
    python(home)
    if tracked == ".venv":
        repository.write(".gitignore", "elsewhere\n")
        (repository.root / ".venv").symlink_to("elsewhere")
    elif tracked != ".venv/bin/python":
        repository.write(".gitignore", ".venv/bin\n")
        repository.write(tracked, "x")
    repository.commit()
    assert interpreter(None, repository.root) is None
    with pytest.raises(ToolError, match="belongs to the repository"):
        interpreter(".venv/bin/python", repository.root)


def test_one_directly_below_the_root_belongs_to_the_repository(repository: Builder) -> None:
    python(repository.root)
    with pytest.raises(ToolError, match="belongs to the repository"):
        interpreter("bin/python", repository.root)


def test_one_from_elsewhere_is_taken_as_it_is_named(repository: Builder, tmp_path: Path) -> None:
    place = python(tmp_path / "elsewhere")
    link = tmp_path / "environment/bin/python"
    link.parent.mkdir(parents=True)
    link.symlink_to(place)
    assert interpreter(str(link), repository.root) == link
    assert interpreter("../environment/bin/python", repository.root) == link


@pytest.mark.parametrize("wish", ["no/such", ".", "app/a.py"])
def test_what_cannot_be_started_is_told(repository: Builder, wish: str) -> None:
    repository.write("app/a.py", "x = 1\n")
    with pytest.raises(ToolError, match="is not there, or can't be started"):
        interpreter(wish, repository.root)


def test_without_git_the_usual_one_is_taken(tmp_path: Path) -> None:
    assert interpreter(None, tmp_path) is None
    assert interpreter(None, python(tmp_path / ".venv").parent.parent.parent) == tmp_path / ".venv/bin/python"
