"""Every fix that is offered leaves code that compiles, type-checks no worse, and is reviewed with less to say."""

import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import pytest

from reviewer import fixing, registry
from reviewer.aim import Request
from reviewer.check import Bad, Check
from reviewer.model import Finding
from reviewer.pipeline import review
from reviewer.proving import OVERLAPPING, fixed
from reviewer.testing import MARK
from tests.repositories import Builder

# Code that others wrote, without a thought of us: installed for our own use, and mostly without type hints.
PACKAGES = ("radon", "requests", "sortedcontainers")
RULES = ("--check-untyped-defs", "--ignore-missing-imports", "--no-incremental", "--show-error-codes", "--no-pretty")
Examples = list[tuple[type[Check], Bad]]


def with_fixes() -> Examples:
    return [
        (check, each)
        for check in registry.all_checks()
        for each in check.examples
        if isinstance(each, Bad) and each.fixed
    ]


def sources(package: str) -> dict[str, bytes]:
    """The modules of an installed package, below the name of one of ours."""
    spec = find_spec(package)
    assert spec
    assert spec.origin
    root = Path(spec.origin).parent
    found = {f"app/{package}/{each.relative_to(root).as_posix()}": each.read_bytes() for each in root.rglob("*.py")}
    return {path: data for path, data in found.items() if "/tests/" not in path}


def reviewed(root: Path, most: int = 10_000) -> tuple[Finding, ...]:
    return review(Request(root, (root,), tools=frozenset({"ruff"}), fixes=most)).review.shown


def identities(findings: tuple[Finding, ...]) -> Counter[tuple[str, str, str, str]]:
    return Counter((each.name, each.path or "", each.symbol, each.key) for each in findings)


def complaints(root: Path) -> Counter[str]:
    """What mypy says of a folder, without the places."""
    command = [sys.executable, "-m", "mypy", *RULES, "app"]
    said = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False).stdout
    return Counter(
        f"{line.split(':')[0]}: {line.split(': ', 2)[2]}" for line in said.splitlines() if ": error: " in line
    )


@pytest.mark.parametrize("package", PACKAGES)
def test_fixes_of_real_code_make_it_better_and_nothing_worse(repository: Builder, package: str) -> None:
    files = sources(package)
    repository.commit(files)
    before, types = reviewed(repository.root), complaints(repository.root)
    offered = [each for each in before if each.fix]
    assert offered
    for finding in offered:
        assert compiles(files, finding)
    request = Request(repository.root, (repository.root,), tools=frozenset({"ruff"}))
    mended = fixing.mended(request, unsafe=True)
    fixing.write(mended)
    after = reviewed(repository.root)
    assert mended.made >= len(offered)
    assert len(after) <= len(before) - len(offered)
    assert not identities(after) - identities(before)
    assert not any(each.fix for each in after)
    assert not complaints(repository.root) - types


def compiles(files: Mapping[str, bytes], finding: Finding) -> bool:
    """Whether a fix alone leaves a file that Python takes, with nothing but its own lines changed."""
    path, fix = finding.path or "", finding.fix
    data = fixed(files[path], fix.edits if fix else ())
    return data is not None and data != files[path]


@pytest.mark.parametrize(("check", "example"), with_fixes(), ids=[check.name for check, _ in with_fixes()])
def test_the_fix_of_an_example_stands_the_proof(repository: Builder, check: type[Check], example: Bad) -> None:
    files = {path: MARK.sub("", code) for path, code in {example.path: example.code, **example.files}.items()}
    settings = "".join(
        f"[tool.reviewer.rules.{check.name}]\n{name} = {str(value).lower()}\n"
        for name, value in example.settings.items()
    )
    repository.commit({**files, "pyproject.toml": settings})
    request = Request(
        repository.root,
        (repository.root,),
        tools=frozenset({"ruff"}),
        flags={"select": check.name, "min_confidence": "low"},
    )
    made = review(request).review
    assert made.offered
    assert set(made.refused) <= {OVERLAPPING}
