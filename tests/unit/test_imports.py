"""What a sub-command imports, of what takes long to import: nothing that it does not need."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from reviewer import __version__

SLOW = frozenset(
    {
        *("libcst", "libcst.matchers", "github", "mypy", "mypy.build", "radon", "requests", "rich", "typer"),
        *("markdown_it", "reviewer.site"),
        *("pydantic", "pydantic_settings", "reviewer.github", "reviewer.model", "reviewer.process"),
    }
)
# What the checks and their settings are made of.
RULES = {"libcst", "pydantic", "pydantic_settings", "reviewer.model", "reviewer.process"}


@pytest.mark.parametrize(
    ("arguments", "allowed"),
    [
        (("--version",), set()),
        (("check", "--help"), set()),
        (("init", "--dry-run"), RULES),
        (("explain", "hard-delete"), RULES),
        (("rules",), RULES | {"mypy"}),
        (("check", "--ignore", "mypy,ruff,radon", "module.py"), RULES),
    ],
)
def test_a_command_imports_only_what_it_needs(arguments: tuple[str, ...], allowed: set[str], tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text("def add(left: int, right: int) -> int:\n    return left + right\n")
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "reviewer", *arguments],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}

    assert done.returncode == 0, done.stderr
    assert imported & SLOW <= allowed


def test_the_version_is_told() -> None:
    done = subprocess.run([sys.executable, "-m", "reviewer", "--version"], capture_output=True, text=True, check=True)

    assert done.stdout == f"reviewer {__version__}\n"
