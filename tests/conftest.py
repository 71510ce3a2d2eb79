"""What tests share: a real repository to work in."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.repositories import Builder


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


@pytest.fixture
def repository(tmp_path: Path) -> Builder:
    """An empty repository on the branch `main`."""
    return Builder(tmp_path / "repository")
