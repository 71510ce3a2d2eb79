"""The Action installs us into an environment of our own, from the lock alone."""

import hashlib
import shutil
from pathlib import Path
from subprocess import run

import pytest

from tests.action.conftest import make_runner
from tests.action.expressions import Expressions
from tests.action.prepare import ROOT, WHEELS
from tests.action.runner import PYTHON, VERSION, Ran, Runner
from tests.action.scene import Scene, git

pytestmark = pytest.mark.xdist_group("action")
SMALL = "mdurl"


def _works(runner: Runner) -> bool:
    command = [str(runner.temp / "reviewer/venv/bin/python"), "-I", "-m", "reviewer", "--version"]
    return run(command, cwd=runner.workspace, capture_output=True, check=False).returncode == 0


def _installed(runner: Runner) -> set[str]:
    python = runner.temp / "reviewer/venv/bin/python"
    pip = [PYTHON, "-I", "-m", "pip", "--python", str(python), "--disable-pip-version-check"]
    command = [*pip, "list", "--format", "freeze"]
    return set(run(command, capture_output=True, text=True, check=True).stdout.split())


def _small_action(folder: Path) -> Path:
    """The Action with a lock of two packages, so that installing takes no time."""
    for name in ("action.yml", "pyproject.toml", "README.md", "LICENSE"):
        folder.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, folder)
    for name in ("reviewer", "checks"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    wheels = [path for name in (SMALL, "setuptools") for path in WHEELS.glob(f"{name}-*.whl")]
    assert len(wheels) == 2
    (folder / "requirements.lock").write_text("".join(map(_locked, wheels)), encoding="utf-8")
    return folder


def _locked(wheel: Path) -> str:
    name, version = wheel.name.split("-")[:2]
    return f"{name}=={version} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


def test_it_installs_from_the_lock_into_its_own_environment(installed: tuple[Runner, Ran]) -> None:
    runner, ran = installed
    assert ran.outcome == "success", ran.log
    assert _works(runner)
    assert not (runner.temp / "target").exists()


def test_installing_runs_nothing_of_the_reviewed_checkout(installed: tuple[Runner, Ran], scene: Scene) -> None:
    assert _works(installed[0])
    assert not scene.canary.exists(), scene.canary.read_text(encoding="utf-8")


def test_installing_leaves_the_checkout_as_it_was(installed: tuple[Runner, Ran]) -> None:
    runner, _ = installed
    assert git(runner.workspace, "status", "--porcelain", "--ignored") == ""


def test_what_was_downloaded_is_cached_under_the_locks_digest(installed: tuple[Runner, Ran]) -> None:
    runner, _ = installed
    (kept,) = runner.cache.iterdir()
    digest = hashlib.sha256((ROOT / "requirements.lock").read_bytes()).hexdigest()
    assert kept.name.endswith(digest)
    assert {path.suffix for path in kept.iterdir()} == {".whl"}


def _fill_cache(runner: Runner) -> Path:
    """Keep the wheels that the runner's Action would have kept in an earlier run."""
    digest = hashlib.sha256((runner.action / "requirements.lock").read_bytes()).hexdigest()
    kept = runner.cache / f"reviewer-Linux-X64-{VERSION}-{digest}"
    kept.mkdir()
    for name in (SMALL, "setuptools"):
        for wheel in WHEELS.glob(f"{name}-*.whl"):
            shutil.copy(wheel, kept)
    return kept


def test_cached_packages_are_installed_without_any_index(
    scene: Scene, expressions: Expressions, tmp_path: Path
) -> None:
    runner = make_runner(scene, expressions, tmp_path)
    runner.action = _small_action(tmp_path / "action")
    _fill_cache(runner)
    runner.environment = {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": "/dev/null"}
    before = sorted(runner.action.iterdir())
    ran = runner.run(end="Keep the packages")
    assert ran.outcome == "success", ran.log
    assert sorted(runner.action.iterdir()) == before


def test_a_cached_package_that_is_not_the_locked_one_is_fetched_again(
    scene: Scene, expressions: Expressions, tmp_path: Path
) -> None:
    runner = make_runner(scene, expressions, tmp_path)
    runner.action = _small_action(tmp_path / "action")
    (forged,) = _fill_cache(runner).glob(f"{SMALL}-*.whl")
    forged.write_bytes(b"not the wheel that was locked")
    ran = runner.run(end="Keep the packages")
    assert ran.outcome == "success", ran.log
    assert any(entry.startswith(f"{SMALL}==") for entry in _installed(runner))


def test_a_package_that_is_not_the_locked_one_is_never_installed(
    scene: Scene, expressions: Expressions, tmp_path: Path
) -> None:
    runner = make_runner(scene, expressions, tmp_path)
    runner.action = _small_action(tmp_path / "action")
    lock = runner.action / "requirements.lock"
    lock.write_text(lock.read_text(encoding="utf-8").replace("sha256:", "sha256:0", 1)[:-2] + "\n", encoding="utf-8")
    assert runner.run(end="Keep the packages").outcome == "failure"


def test_a_tool_takes_the_version_that_the_job_asks_for(scene: Scene, expressions: Expressions, tmp_path: Path) -> None:
    runner = make_runner(scene, expressions, tmp_path)
    runner.action = _small_action(tmp_path / "action")
    (wheel,) = WHEELS.glob("radon-*.whl")
    version = wheel.name.split("-")[1]
    ran = runner.run({"tool-versions": f"radon=={version}\n"}, end="Keep the packages")
    assert ran.outcome == "success", ran.log
    assert f"radon=={version}" in _installed(runner)


@pytest.mark.parametrize("line", ["ruff>=0.14", "requests==2.0", "--index-url=somewhere", "ruff==1; rm -rf x"])
def test_a_tool_version_is_nothing_but_a_version(
    scene: Scene, expressions: Expressions, tmp_path: Path, line: str
) -> None:
    runner = make_runner(scene, expressions, tmp_path)
    ran = runner.run({"tool-versions": line}, end="Name the packages to install")
    assert ran.outcome == "failure"
    assert [command.name for command in ran.annotations] == ["error"]
