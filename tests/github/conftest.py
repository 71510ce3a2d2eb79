"""A pull request of a real repository on a fake GitHub."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.github.fake import FakeGitHub
from tests.github.repository import Repository, new_repository
from tests.github.server import Site, serve
from tests.github.story import BASE_FILES, HEAD_FILES


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> FakeGitHub:
    """A repository with a branch that changes two files, and a pull request of it."""
    repository = new_repository(tmp_path_factory.mktemp("original") / "repository")
    base = repository.commit(BASE_FILES)
    repository.git("checkout", "--quiet", "-b", "feature")
    return FakeGitHub(repository, base, repository.commit(HEAD_FILES))


@pytest.fixture
def fake(original: FakeGitHub, tmp_path: Path) -> FakeGitHub:
    """The pull request, in a repository of the test's own."""
    folder = tmp_path / "repository"
    shutil.copytree(original.repository.folder, folder)
    return FakeGitHub(Repository(folder), original.base, original.head)


@pytest.fixture
def site(fake: FakeGitHub) -> Iterator[Site]:
    """The pull request at an address."""
    with serve(Site(fake)) as served:
        yield served
