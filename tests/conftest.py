"""What tests share: a real repository to work in."""

from pathlib import Path

import pytest

from tests.repositories import Builder


@pytest.fixture
def repository(tmp_path: Path) -> Builder:
    """An empty repository on the branch `main`."""
    return Builder(tmp_path / "repository")
