"""The pull request, and an Action that is installed once for all tests of a session."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.action.expressions import Expressions
from tests.action.prepare import NODE, WHEELS
from tests.action.runner import Ran, Runner
from tests.action.scene import Scene, build
from tests.github.fake import BOT, NAME, FakeGitHub, Rights
from tests.github.repository import Repository
from tests.github.server import Site, serve

# No index, and no other place to install from, than what the set-up step fetched.
OFFLINE = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(WHEELS), "PIP_CONFIG_FILE": "/dev/null"}


@pytest.fixture(scope="session", autouse=True)
def _prepared() -> None:
    if not (WHEELS.is_dir() and (NODE / "node_modules").is_dir()):
        pytest.fail("these tests need what `python -m tests.action.prepare` fetches")


@pytest.fixture(scope="session")
def expressions() -> Iterator[Expressions]:
    """The library that all machines of a session ask."""
    with Expressions() as library:
        yield library


@pytest.fixture(scope="session")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """The pull request, with its traps."""
    return build(tmp_path_factory.mktemp("scene"))


def make_runner(scene: Scene, expressions: Expressions, folder: Path, depth: int = 1) -> Runner:
    """A fresh machine with a checkout of the pull request."""
    (folder / "temp").mkdir(parents=True)
    (folder / "cache").mkdir()
    github = {"token": "token", "repository": NAME, "sha": scene.merge, "api_url": "", "server_url": ""}
    workspace = scene.checkout(folder / "workspace", depth=depth)
    return Runner(
        workspace,
        folder / "temp",
        folder / "cache",
        expressions,
        "pull_request",
        scene.event,
        github,
        environment=OFFLINE,
    )


@pytest.fixture(scope="session")
def installed(scene: Scene, expressions: Expressions, tmp_path_factory: pytest.TempPathFactory) -> tuple[Runner, Ran]:
    """A machine on which the Action has run up to its installation, with an empty cache and no index.

    The job leads Python to the reviewed checkout, and pip away from our environment.
    """
    runner = make_runner(scene, expressions, tmp_path_factory.mktemp("installed"))
    misled = {"PYTHONPATH": str(runner.workspace), "PIP_TARGET": str(runner.temp / "target")}
    runner.environment = {**OFFLINE, **misled}
    return runner, runner.run(end="Keep the packages")


@pytest.fixture
def site(scene: Scene) -> Iterator[Site]:
    """The pull request on a GitHub of its own; the token `reader` may not write."""
    fake = FakeGitHub(Repository(scene.work), scene.base, scene.head)
    fake.tokens["reader"] = (BOT, Rights.READ)
    with serve(Site(fake)) as served:
        yield served


def ready(installed: Runner, scene: Scene, site: Site, folder: Path, depth: int = 1) -> Runner:
    """A machine on which the installation is done, next to the fake GitHub."""
    runner = make_runner(scene, installed.expressions, folder, depth)
    (runner.temp / "reviewer").mkdir()
    (runner.temp / "reviewer" / "venv").symlink_to(installed.temp / "reviewer" / "venv")
    runner.github = {**runner.github, "api_url": site.url}
    # What mypy says is tried by itself: from a cold start it takes longer than all the rest.
    runner.environment = {"PYTHONPATH": str(runner.workspace), "REVIEWER_IGNORE": "mypy"}
    return runner
