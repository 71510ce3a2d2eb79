"""`reviewer check --fix` and `--diff` as a user runs them: which files become what, and what is said of it."""

import json
import stat
from pathlib import Path

import pytest

from reviewer import fixing
from reviewer.aim import Request
from reviewer.errors import ReviewerError
from tests.repositories import Builder
from tests.unit.test_check_command import Run, run

__all__ = ["run"]

# Ruff makes `Annotated` of both defaults, which it calls unsafe; an import comes with the first.
ROUTE = """\
@router.get("/{{{name}}}")
def {name}({name}: str, jobs: str = Depends(str)) -> str:
    "Load it."
    return {name} + jobs
"""
HEAD = "from fastapi import APIRouter, Depends\nfrom typing import Annotated\nrouter = APIRouter()\n\n\n"
SOURCE = HEAD + ROUTE.format(name="load") + "\n\n" + ROUTE.format(name="find")
FIXED = SOURCE.replace("jobs: str = Depends(str)", "jobs: Annotated[str, Depends(str)]")
OPTIONS = ("--select", "ruff:FAST002", "--fix", "--unsafe-fixes")


def test_fixes_are_made_and_what_is_left_is_reported(run: Run, repository: Builder) -> None:
    repository.commit({"app/api.py": SOURCE})
    place = repository.root / "app/api.py"
    place.chmod(0o750)
    code, out, err = run(repository.root, ".", *OPTIONS)
    assert (code, place.read_text(), err) == (0, FIXED, "Fixed 2 findings in 1 file.\n")
    assert "0 found" in out
    assert stat.S_IMODE(place.stat().st_mode) == 0o750
    assert [each.name for each in place.parent.iterdir()] == ["api.py"]
    assert run(repository.root, ".", *OPTIONS)[2] == "There is nothing to fix.\n"


def test_unsafe_fixes_are_made_only_for_who_asks(run: Run, repository: Builder) -> None:
    repository.commit({"app/api.py": SOURCE})
    _, out, err = run(repository.root, ".", *OPTIONS[:-1])
    assert err == "There is nothing to fix. --unsafe-fixes would fix 2 more, and can change behaviour.\n"
    assert "ruff:FAST002" in out
    assert (repository.root / "app/api.py").read_text() == SOURCE


def test_only_what_the_change_brings_is_fixed(run: Run, repository: Builder) -> None:
    old = HEAD + ROUTE.format(name="load")
    repository.commit({"app/api.py": old})
    repository.write("app/api.py", SOURCE)
    assert run(repository.root, *OPTIONS)[2] == "Fixed 1 finding in 1 file.\n"
    assert (repository.root / "app/api.py").read_text() == old + FIXED[FIXED.index("\n\n@", len(old)) :]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_file_keeps_how_it_is_written(run: Run, repository: Builder, encoding: str, newline: str) -> None:
    before, after = (
        ("# é\n" + text).removesuffix("\n").replace("\n", newline).encode(encoding) for text in (SOURCE, FIXED)
    )
    repository.commit({"app/api.py": before})
    run(repository.root, ".", *OPTIONS)
    assert (repository.root / "app/api.py").read_bytes() == after


def test_a_diff_writes_nothing_and_can_be_applied(run: Run, repository: Builder) -> None:
    repository.commit({"app/api.py": SOURCE.removesuffix("\n"), "app/other.py": SOURCE.replace("\n", "\r\n")})
    request = Request(repository.root, (repository.root,), tools=frozenset({"ruff"}))
    patch = fixing.difference(fixing.mended(request, unsafe=True))
    code, out, err = run(repository.root, "app/api.py", "--unsafe-fixes", "--diff", "--select", "ruff:FAST002")
    assert (code, err) == (1, "Would fix 2 findings in 1 file.\n")
    assert out.startswith("--- a/app/api.py\n+++ b/app/api.py\n@@ ")
    assert (repository.root / "app/api.py").read_text() == SOURCE.removesuffix("\n")
    repository.git("apply", "-", feed=patch)
    assert (repository.root / "app/api.py").read_text() == FIXED.removesuffix("\n")
    assert (repository.root / "app/other.py").read_bytes() == FIXED.replace("\n", "\r\n").encode()
    assert run(repository.root, "app/api.py", "--unsafe-fixes", "--diff")[0] == 0


def test_a_file_with_a_syntax_error_is_left_alone(run: Run, repository: Builder) -> None:
    broken = SOURCE + "def (\n"
    repository.commit({"app/api.py": broken})
    code, out, _ = run(repository.root, ".", "--fix", "--unsafe-fixes")
    assert (code, (repository.root / "app/api.py").read_text()) == (1, broken)
    assert "unparsable-file" in out


def test_standard_input_comes_back_fixed(run: Run, repository: Builder) -> None:
    repository.commit({"app/api.py": ""})
    code, out, err = run(repository.root, "--stdin-filename", "app/api.py", *OPTIONS, feed=SOURCE.encode())
    assert (code, out, err) == (0, FIXED, "Fixed 2 findings in 1 file.\n")
    assert (repository.root / "app/api.py").read_text() == ""


@pytest.mark.parametrize("options", [["--head", "HEAD"], ["--staged"], ["--shard", "1/2"]])
def test_what_is_no_file_of_the_working_tree_is_refused(run: Run, repository: Builder, options: list[str]) -> None:
    repository.commit({"app/api.py": SOURCE})
    code, out, err = run(repository.root, "--fix", *options)
    assert (code, out) == (2, "")
    assert "leave out --head, --staged and --shard" in err


def test_unsafe_fixes_alone_say_nothing(run: Run, repository: Builder) -> None:
    code, _, err = run(repository.root, "--unsafe-fixes")
    assert code == 2
    assert "add --fix, or --diff" in err


def test_a_file_that_changed_meanwhile_is_not_written(repository: Builder, tmp_path: Path) -> None:
    repository.commit({"app/api.py": SOURCE})
    request = Request(repository.root, (repository.root,), tools=frozenset({"ruff"}))
    mended = fixing.mended(request, unsafe=True)
    repository.write("app/api.py", "x = 1\n")
    with pytest.raises(ReviewerError, match=r"app/api\.py has changed in the meantime"):
        fixing.write(mended)
    (repository.root / "app/api.py").unlink()
    other = tmp_path / "other.py"
    other.write_text(SOURCE)
    (repository.root / "app/api.py").symlink_to(other)
    with pytest.raises(ReviewerError, match=r"app/api\.py has changed in the meantime"):
        fixing.write(mended)
    assert other.read_text() == SOURCE


def test_fixes_are_told_of_where_a_report_carries_them(run: Run, repository: Builder, tmp_path: Path) -> None:
    repository.commit({"app/api.py": SOURCE})
    assert "offered" not in run(repository.root, ".")[1]
    report = tmp_path / "report.json"
    _, out, _ = run(repository.root, ".", "--report", f"json={report}")
    assert "2 fixes offered" in out
    told = json.loads(report.read_bytes())
    assert told["fixes"] == {"offered": 2, "refused": {}}
    assert [finding["fix"]["safe"] for finding in told["findings"] if finding["fix"]] == [False, False]
