"""The page about a team's own rules, followed to the letter."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.repositories import Builder

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "own-rules.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
FILE = re.compile(r"# (?P<path>[\w./-]+\.(?:py|toml))(?P<how>, at its end|, in place of its last line)?\n")


class Ran(NamedTuple):
    """A block of commands, what they printed, and what the page says of that."""

    commands: str
    output: str
    codes: list[int]
    promised: list[str]


def environment() -> Mapping[str, str]:
    """An environment with this reviewer and pytest on the path, on a person's machine."""
    others = {"CI", "GITHUB_ACTIONS", "GITHUB_TOKEN", "PYTEST_ADDOPTS"}
    kept = {name: value for name, value in os.environ.items() if name not in others}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**kept, "PATH": path, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "NO_COLOR": "1"}


def write(root: Path, text: str) -> None:
    """Do with a file what the first line of a block says."""
    named = FILE.match(text)
    if named is None:
        return  # an excerpt, to read
    place, body = root / named["path"], text[named.end() :]
    place.parent.mkdir(parents=True, exist_ok=True)
    match named["how"]:
        case None:
            assert not place.exists(), f"{named['path']} would be overwritten"
            place.write_text(body)
        case ", at its end":
            place.write_text(place.read_text() + body)
        case _:
            place.write_text("".join(place.read_text().splitlines(keepends=True)[:-1]) + body)


def run(root: Path, commands: str) -> Ran:
    """What the commands of a block print."""
    done = [
        subprocess.run(
            shlex.split(line), cwd=root, env=environment(), capture_output=True, text=True, check=False, timeout=100
        )
        for line in commands.splitlines()
    ]
    return Ran(commands, "".join(each.stdout + each.stderr for each in done), [each.returncode for each in done], [])


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> list[Ran]:
    """What came of each block of commands, with the page's files written in its order."""
    project = Builder(tmp_path_factory.mktemp("own") / "shop")
    project.commit({"README.md": "The shop.\n"})
    found: list[Ran] = []
    for kind, text in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        match kind:
            case "sh":
                found.append(run(project.root, text))
            case "text":
                found[-1].promised.extend(text.splitlines())
            case _:
                write(project.root, text)
    return found


def test_the_commands_print_what_the_page_says(followed: list[Ran]) -> None:
    assert len(followed) == 4
    for ran in followed:
        assert ran.promised
        for line in ran.promised:
            assert line in ran.output, f"{ran.commands}prints:\n{ran.output}"


def test_the_tests_fail_twice_and_pass_at_the_end_and_the_review_finds_it(followed: list[Ran]) -> None:
    assert [ran.codes for ran in followed] == [[1], [1], [0], [1, 0]]


def test_all_that_the_page_names_is_in_the_interface_for_checks() -> None:
    from reviewer import api

    text = PAGE.read_text(encoding="utf-8")
    imported = re.search(r"from reviewer\.api import (.*)", text)
    assert imported is not None
    assert {name.strip() for name in imported[1].split(",")} | {"Settings"} <= {*api.__all__}
    for name in re.findall(r"`ctx\.(\w+)", text):
        assert hasattr(api.Context, name) or name in {field.name for field in fields(api.Context)}, name
