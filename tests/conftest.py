"""What tests share: a real repository to work in, and a mypy that knows the standard library."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewer.results.shelf import Shelf
from reviewer.tools.workplace import copied, workplace
from tests.changes import reviewed
from tests.repositories import Builder

# Where mypy keeps what it knows of the standard library, in the folder that is its own.
KNOWN = "cache/0"


@pytest.fixture(autouse=True, scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the tools keep what they know, in place of the developer's own folder."""
    folder = tmp_path_factory.mktemp("cache")
    before = os.environ.get("XDG_CACHE_HOME")
    os.environ["XDG_CACHE_HOME"] = str(folder)
    yield folder
    if before is None:
        del os.environ["XDG_CACHE_HOME"]
    else:
        os.environ["XDG_CACHE_HOME"] = before


@pytest.fixture(autouse=True)
def forgetful(cache: Path) -> None:
    """No test knows what another one's review found out."""
    assert cache.is_dir()
    Shelf(cache / "reviewer" / "results").clear()


@pytest.fixture(autouse=True)
def uncoloured(monkeypatch: pytest.MonkeyPatch) -> None:
    """What CI wants of colours is nothing to the tests."""
    for name in ("FORCE_COLOR", "NO_COLOR", "FORCE_HYPERLINK"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def known(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What mypy knows after a first review; to learn it takes it longer than most tests."""
    repository = Builder(tmp_path_factory.mktemp("first") / "repository")
    reviewed(repository, {"a.py": "import dataclasses, sys\n"}, {"a.py": "import pathlib\n"}, "mypy")
    with workplace("mypy", str(repository.root), "None") as place:
        assert (place.folder / KNOWN).is_dir()
        return place.folder / KNOWN


@pytest.fixture
def repository(tmp_path: Path, known: Path) -> Builder:
    """An empty repository on the branch `main`, of which mypy knows nothing but what the standard library is."""
    made = Builder(tmp_path / "repository")
    for python in (None, sys.executable):
        with workplace("mypy", str(made.root), str(python)) as place:
            copied(known, place.folder / KNOWN)
    return made
