"""Reviews that take what former ones found out: word by word those that find out everything anew."""

import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviewer import results, runner
from reviewer.cli import main
from reviewer.results.shelf import Shelf
from tests.repositories import Builder
from tests.test_cases import CASES, Case
from tests.test_histories import Project, committed

OWN = ("--format", "json", "--ignore", "ruff,mypy,radon")
# Files of which each one rests on another: the repository on the model, the service on both.
LAYERED = {
    "app/models.py": "from sqlalchemy.orm import DeclarativeBase\n\n\nclass Base(DeclarativeBase): ...\n\n\n"
    'class Job(Base):\n    __tablename__ = "job"\n',
    "app/repositories/jobs.py": "from app.models import Job\n\n\nclass JobRepository:\n    def get(self) -> Job: ...\n",
    "app/service.py": "from app.models import Job\n\n\ndef run(job: Job) -> None: ...\n",
    "app/alone.py": "def alone(key): ...\n",
}
# Texts that make a model no model, and back, move definitions, and break files.
TEXTS = (
    *LAYERED.values(),
    "class Base: ...\n\n\nclass Job(Base): ...\n",
    "from app.alone import Job\n",
    "from app.models import Base\n\n\nclass Job(Base):\n    __tablename__ = 'other'\n",
    "def broken(:\n",
    b"\xff\xfe",
    "",
    "import os\n\nprint(os.environ['A'])  # reviewer: ignore[no-print]\n",
)
Told = Callable[..., tuple[int, bytes]]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of this test's own cache."""
    monkeypatch.setenv("REVIEWER_CACHE_DIR", str(tmp_path / "kept"))
    return tmp_path / "kept" / "results"


@pytest.fixture
def told(repository: Builder, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Told:
    """The exit code and the report of a review of the repository."""
    monkeypatch.chdir(repository.root)

    def run(*arguments: str) -> tuple[int, bytes]:
        return main(["check", *(arguments or (".",)), *OWN]), capfdbinary.readouterr().out

    return run


@pytest.fixture
def reviewed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are really reviewed, in this process."""
    paths: list[str] = []
    original = runner.review_file

    def review_file(path: str, *others: object) -> object:
        paths.append(path)
        return original(path, *others)  # type: ignore[arg-type]  # as it was asked

    monkeypatch.setattr(results, "review_file", review_file)
    return paths


def same(told: Told, *arguments: str) -> tuple[int, bytes]:
    """What a review tells, with the cache as without it."""
    found = told(*(arguments or (".",)))
    assert found == told(*(arguments or (".",)), "--no-cache")
    return found


def once(reviewed: list[str], told: Told) -> list[str]:
    """The files that a review looks at."""
    reviewed.clear()
    told(".", "--processes=1")
    return sorted(reviewed)


def test_only_the_changed_file_and_those_that_asked_about_it_are_reviewed_again(
    place: Path, repository: Builder, told: Told, reviewed: list[str]
) -> None:
    repository.commit(LAYERED)
    assert once(reviewed, told) == sorted(LAYERED)
    assert place.is_dir()
    assert once(reviewed, told) == []

    repository.write("app/alone.py", "def alone(key, other): ...\n")
    assert once(reviewed, told) == ["app/alone.py"]

    repository.write("app/models.py", LAYERED["app/models.py"].replace("DeclarativeBase", "Other"))
    assert once(reviewed, told) == ["app/models.py", "app/repositories/jobs.py", "app/service.py"]
    same(told)

    repository.write("app/models.py", LAYERED["app/models.py"])
    assert once(reviewed, told) == []


def test_another_branch_or_worktree_shares_what_is_the_same(
    place: Path, repository: Builder, told: Told, reviewed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit(LAYERED)
    once(reviewed, told)
    other = place.parent.parent / "other"
    repository.git("worktree", "add", "--quiet", str(other), "-b", "other")
    monkeypatch.chdir(other)
    assert once(reviewed, told) == []


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    edits=st.lists(st.tuples(st.sampled_from(sorted(LAYERED)), st.sampled_from((*TEXTS, None))), max_size=5),
    processes=st.sampled_from(("--processes=1", "--processes=2")),
)
def test_random_edits_are_told_the_same(
    place: Path, repository: Builder, told: Told, edits: list[tuple[str, str | bytes | None]], processes: str
) -> None:
    assert place.parent.name == "kept"
    for path, first in LAYERED.items():
        repository.write(path, first)
    same(told, ".", processes)
    for path, text in edits:
        (repository.root / path).unlink(missing_ok=True)
        if text is not None:
            repository.write(path, text)
        same(told, ".", processes)


@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32), steps=st.integers(1, 6))
def test_histories_are_told_the_same(
    place: Path, tmp_path_factory: pytest.TempPathFactory, told: Told, seed: int, steps: int
) -> None:
    assert place.parent.name == "kept"
    repository = Builder(tmp_path_factory.mktemp("history") / "repository")
    os.chdir(repository.root)
    project = Project(random.Random(seed))  # noqa: S311  # chance that can be repeated
    base = committed(repository, project.written())
    for _ in range(steps):
        project.step()
        committed(repository, project.written())
        same(told, "--merge-base", base, "--head", "HEAD")
        same(told, "--merge-base", base)
    same(told, ".")


@pytest.mark.parametrize("name", sorted(each.name for each in CASES.iterdir() if (each / "case.toml").exists()))
def test_each_case_is_told_the_same(name: str, place: Path, repository: Builder, told: Told) -> None:
    base = Case.read(CASES / name).build(repository)
    for arguments in ((".",), ("--merge-base", base, "--head", "HEAD"), (".",)):
        same(told, *arguments)
    assert place.parent.name == "kept"


def test_other_settings_are_another_review(place: Path, repository: Builder, told: Told) -> None:
    repository.commit(LAYERED)
    first = same(told)
    other = same(told, ".", "--select", "missing-type-hint")
    assert first != other
    (repository.root / "reviewer.toml").write_text('[rules.function-too-long]\nlimit = 1\n[layers]\ndomain = ["app"]\n')
    same(told)
    assert place.is_dir()


def test_a_file_under_the_settings_of_its_new_path_is_another_review(
    place: Path, repository: Builder, told: Told, reviewed: list[str]
) -> None:
    code = "def long() -> None:\n" + "    work()\n" * 12
    table = '["per-path"."app/**".rules.function-too-long]\nlimit = 5\n'
    base = repository.commit({"lib/a.py": code, "reviewer.toml": table})
    (repository.root / "lib/a.py").unlink()
    renamed = repository.commit({"app/a.py": code + "\n"})
    repository.git("checkout", "--quiet", "-b", "other", base)
    changed = repository.commit({"lib/a.py": code + "    work()\n"})
    for head in (renamed, changed):
        assert same(told, "--merge-base", base, "--head", head, "--processes=1")[0] < 2
    # Under the settings of `app`, under those of `lib`, and as it was changed.
    assert reviewed.count("lib/a.py") == 3
    assert place.is_dir()


def test_other_code_of_checks_is_another_review(
    place: Path, repository: Builder, told: Told, reviewed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit(LAYERED)
    once(reviewed, told)
    monkeypatch.setattr(results, "installed", lambda _: "other")
    assert once(reviewed, told) == sorted(LAYERED)
    monkeypatch.setattr(results, "installed", lambda _: None)
    assert once(reviewed, told) == []
    assert place.is_dir()


def damaged(place: Path) -> Iterator[Callable[[], object]]:
    """What can happen to the file."""
    file = place / "results.sqlite"
    yield lambda: file.write_bytes(b"not a database")
    yield lambda: file.write_bytes(b"")
    yield lambda: file.write_bytes(file.read_bytes()[:5000])
    yield lambda: file.write_bytes(file.read_bytes().replace(b"missing-type-hint", b"missing-type-hans"))
    for change in (
        "UPDATE results SET told = CAST('{}' AS BLOB)",
        "UPDATE results SET told = NULL, world = 'x'",
        "UPDATE results SET asked = x'00'",
        "UPDATE results SET seal = CAST('\\udcff' AS TEXT)",
        "DROP TABLE results",
        "DROP TABLE results; CREATE TABLE results (key INTEGER)",
    ):
        yield lambda change=change: _changed(file, change)  # type: ignore[misc]  # bound here


def _changed(file: Path, change: str) -> None:
    connection = sqlite3.connect(file)
    connection.executescript(change)
    connection.close()


def test_whatever_is_damaged_is_as_if_it_was_not_there(place: Path, repository: Builder, told: Told) -> None:
    repository.commit(LAYERED)
    expected = same(told)
    for damage in damaged(place):
        damage()
        assert told(".") == expected
        assert told(".") == expected
        assert Shelf(place).count()[0] > 0


def test_a_folder_that_can_not_be_written_is_none(place: Path, repository: Builder, told: Told) -> None:
    repository.commit(LAYERED)
    place.parent.mkdir(exist_ok=True)
    place.write_text("a file")
    same(told)


def test_runs_side_by_side_tell_the_same(place: Path, repository: Builder, told: Told) -> None:
    repository.commit(LAYERED)
    expected = told(".", "--no-cache")
    command = [sys.executable, "-m", "reviewer", "check", ".", *OWN]

    def run(_: int) -> bytes:
        return subprocess.run(command, cwd=repository.root, capture_output=True, check=False).stdout

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(run, range(6))) == {expected[1]}
    assert told(".") == expected
    assert Shelf(place).count()[0] > 0


def test_a_file_that_changes_during_the_review_leaves_no_result(
    place: Path, repository: Builder, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit(LAYERED)
    original = runner.review_file

    def review_file(path: str, *others: object) -> object:
        repository.write("app/alone.py", "def alone(): ...\n")
        return original(path, *others)  # type: ignore[arg-type]  # as it was asked

    monkeypatch.setattr(results, "review_file", review_file)
    told(".", "--processes=1")
    monkeypatch.setattr(results, "review_file", original)
    with closing(sqlite3.connect(Shelf(place).place)) as connection:
        assert connection.execute("SELECT count(*) FROM results WHERE world != x''").fetchone() == (0,)
    same(told)


def test_the_command_tells_and_clears(
    place: Path, repository: Builder, told: Told, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    repository.commit(LAYERED)
    told(".")
    assert main(["cache", "info"]) == 0
    assert capfdbinary.readouterr().out.decode().startswith(f"{place}: 9 rows, ")
    assert main(["cache", "clear"]) == 0
    assert capfdbinary.readouterr().out.decode() == f"{place}: 0 rows, 0 bytes\n"
    assert os.listdir(place) == []  # noqa: PTH208


def test_without_the_cache_nothing_is_read_or_written(place: Path, repository: Builder, told: Told) -> None:
    repository.commit(LAYERED)
    told(".", "--no-cache")
    assert not place.exists()
