"""The locks name exactly what the project needs, with hashes, and say nothing of where they were made."""

import json
import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.action.prepare import NODE, ROOT

RUNTIME, DEVELOPMENT = ROOT / "requirements.lock", ROOT / "requirements-dev.lock"
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")
PLACE = re.compile(r"(?<!hash=)\b(?:https?|file|git\+\w+)://|--(?:extra-)?index-url|--find-links| @ |(?<=[ ='\"])/\w+/")


def _entries(lock: Path) -> Iterator[str]:
    """The requirements of a lock, each with its options on one line."""
    lines = [line for line in lock.read_text(encoding="utf-8").splitlines() if not line.lstrip().startswith("#")]
    yield from "\n".join(lines).replace("\\\n", " ").splitlines()


def _pins(lock: Path) -> dict[str, Requirement]:
    requirements = [Requirement(entry.partition(" --hash")[0]) for entry in _entries(lock)]
    return {canonicalize_name(requirement.name): requirement for requirement in requirements}


def _version(requirement: Requirement) -> str:
    (specifier,) = requirement.specifier
    assert specifier.operator == "=="
    return specifier.version


def _project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def _group(name: str) -> list[str]:
    found: list[str] = []
    for entry in _project()["dependency-groups"][name]:
        found += [entry] if isinstance(entry, str) else _group(entry["include-group"])
    return found


def _roots(lock: Path) -> list[str]:
    groups = ("build",) if lock == RUNTIME else ("dev",)
    dependencies: list[str] = _project()["project"]["dependencies"]
    return dependencies + [line for name in groups for line in _group(name)]


def _reached(wanted: list[str], extras: frozenset[str] = frozenset()) -> Iterator[Requirement]:
    """What these need on this machine, all the way down, as the installed packages say."""
    for requirement in map(Requirement, wanted):
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in extras or {""}):
            yield requirement


def _closure(lock: Path) -> Iterator[Requirement]:
    waiting, seen = list(_reached(_roots(lock))), set()
    while waiting:
        requirement = waiting.pop()
        yield requirement
        key = (canonicalize_name(requirement.name), frozenset(requirement.extras))
        if key not in seen:
            seen.add(key)
            needed = distribution(requirement.name).requires or []
            waiting += _reached(needed, frozenset(requirement.extras))


@pytest.fixture(params=[RUNTIME, DEVELOPMENT], ids=["runtime", "development"])
def lock(request: pytest.FixtureRequest) -> Path:
    """Each lock in turn."""
    path: Path = request.param
    return path


def test_every_package_is_pinned_with_its_hashes(lock: Path) -> None:
    entries = list(_entries(lock))
    assert len(entries) > 20
    assert all(HASH.search(entry) for entry in entries)
    assert all(_version(pin) for pin in _pins(lock).values())


def test_a_lock_names_no_index_and_no_place_of_a_machine(lock: Path) -> None:
    assert not PLACE.findall(lock.read_text(encoding="utf-8"))


def test_a_lock_holds_all_that_is_needed_in_a_version_that_fits(lock: Path) -> None:
    pins = _pins(lock)
    for requirement in _closure(lock):
        name = canonicalize_name(requirement.name)
        assert name in pins, f"{lock.name} lacks {requirement}; run .ci/lock"
        assert requirement.specifier.contains(_version(pins[name]), prereleases=True), f"{requirement}; run .ci/lock"


def test_a_lock_holds_nothing_that_is_not_needed(lock: Path) -> None:
    reached = {canonicalize_name(requirement.name) for requirement in _closure(lock)}
    here = {name for name, pin in _pins(lock).items() if pin.marker is None or pin.marker.evaluate()}
    assert here - reached <= {"colorama"}, "run .ci/lock"


def test_the_two_locks_agree() -> None:
    runtime, development = _pins(RUNTIME), _pins(DEVELOPMENT)
    assert {name: _version(development[name]) for name in runtime} == {
        name: _version(pin) for name, pin in runtime.items()
    }


def test_the_build_backend_is_locked_as_the_project_asks_for_it() -> None:
    assert _group("build") == _project()["build-system"]["requires"]
    assert all(Requirement(line).specifier for line in _roots(DEVELOPMENT)), "a dependency without a lower bound"


def test_the_npm_lock_is_that_of_the_package_with_a_hash_for_each() -> None:
    lock = json.loads((NODE / "package-lock.json").read_text(encoding="utf-8"))
    package = json.loads((NODE / "package.json").read_text(encoding="utf-8"))
    assert lock["packages"][""]["dependencies"] == package["dependencies"]
    installed = [entry for path, entry in lock["packages"].items() if path]
    assert installed
    assert all(entry["integrity"].startswith("sha512-") and "resolved" not in entry for entry in installed)
