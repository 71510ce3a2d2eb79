"""A review in several processes: word by word that of one process, and gone at once when somebody ends it."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviewer import registry
from reviewer.cli import main
from tests.repositories import Builder
from tests.test_cases import CASES, Case
from tests.test_histories import Project, committed

# A check of somebody's: it crashes in some files, ends the process in others, and in others never ends.
ODD = '''
import os
import time
from pathlib import Path

import libcst as cst

from reviewer.api import Check, Level, on


class Odd(Check):
    """Odd."""

    name = "odd"
    level = Level.WARNING
    message = "{symbol}"

    @on(cst.FunctionDef)
    def function(self, node, ctx):
        yield self.finding(ctx, node)
        match node.name.value:
            case "crashes":
                raise ZeroDivisionError
            case "kills":
                os._exit(9)
            case "hangs":
                Path(os.environ["ODD_PROCESSES"], str(os.getpid())).touch()
                while True:
                    time.sleep(1)
'''
LONG = "def {name}(key):\n" + "    print(1)\n" * 30
FILES: dict[str, str | bytes] = {
    "app/a.py": LONG.format(name="a"),
    "app/b.py": LONG.format(name="crashes"),
    "app/c.py": "def f(:\n# reviewer: ignore-file[function-too-long] of no use\n",
    "app/d.py": "def d(key): ...  # reviewer: ignore[missing-type-hint] legacy\n",
    "app/e.py": "def e() -> None: ...  # reviewer: ignore[missing-type-hint] legacy\n",
    "app/f.py": b"\xff\xfe",
    "app/g.py": "x = 1\n",
}
OWN = ("--ignore", "ruff,mypy,radon")
LIMITS = ("--processes=2", "--processes=4", "--file-timeout=60")
Process = subprocess.Popen[str]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with the odd check installed in it."""
    package, about = tmp_path / "site" / "odd_checks", tmp_path / "site" / "odd_checks-1.dist-info"
    for folder in (package, about):
        folder.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "odd.py").write_text(ODD)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: odd-checks\nVersion: 1\n")
    (about / "entry_points.txt").write_text("[reviewer.checks]\nodd = odd_checks\n")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    registry.all_checks.cache_clear()
    yield tmp_path / "site"
    registry.all_checks.cache_clear()
    for name in [name for name in sys.modules if name.split(".")[0] == "odd_checks"]:
        del sys.modules[name]


def reports(
    folder: Path, capfdbinary: pytest.CaptureFixture[bytes], *arguments: str, limits: Sequence[str] = LIMITS
) -> list[tuple[int, bytes]]:
    """The exit code and the report under each of these limits, and before them in this one process."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        return [
            (main(["check", "--format", "json", *arguments, *OWN, limit]), capfdbinary.readouterr().out)
            for limit in ("--processes=1", *limits)
        ]
    finally:
        os.chdir(before)


def test_whole_files_are_told_the_same(
    site: Path, repository: Builder, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert site.exists()
    repository.commit(FILES)
    first, *others = reports(repository.root, capfdbinary, ".")
    assert others == [first] * 3
    assert all(word in first[1] for word in (b"odd crashed", b"unparsable-file", b"unused-suppression", b"app/d.py"))


def test_a_change_is_told_the_same(site: Path, repository: Builder, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert site.exists()
    base = repository.commit(FILES)
    turned = {path: FILES[other] for path, other in zip(FILES, reversed(FILES), strict=True)}
    repository.commit({**turned, "app/h.py": LONG.format(name="h")})
    commits = ("--merge-base", base, "--head", "HEAD")
    first, *others = reports(repository.root, capfdbinary, *commits)
    assert others == [first] * 3
    assert all(word in first[1] for word in (b"base-unread", b'"crash"', b'"introduced"', b'"fixed"'))


@pytest.mark.parametrize("name", sorted(each.name for each in CASES.iterdir() if (each / "case.toml").exists()))
def test_each_case_is_told_the_same(name: str, repository: Builder, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    base = Case.read(CASES / name).build(repository)
    for arguments in ((".",), ("--merge-base", base, "--head", "HEAD")):
        first, second = reports(repository.root, capfdbinary, *arguments, limits=("--processes=3",))
        assert second == first


@settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32), steps=st.integers(1, 8))
def test_histories_are_told_the_same(
    tmp_path_factory: pytest.TempPathFactory, capfdbinary: pytest.CaptureFixture[bytes], seed: int, steps: int
) -> None:
    repository = Builder(tmp_path_factory.mktemp("history") / "repository")
    project = Project(random.Random(seed))  # noqa: S311  # chance that can be repeated
    base = committed(repository, project.written())
    for _ in range(steps):
        project.step()
    committed(repository, project.written())
    commits = ("--merge-base", base, "--head", "HEAD")
    first, second = reports(repository.root, capfdbinary, *commits, limits=("--processes=3",))
    assert second == first


def test_a_file_that_hangs_and_one_that_kills_fail_the_run_and_the_rest_is_told(
    site: Path, repository: Builder, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ODD_PROCESSES", str(site))
    files = {f"app/{name}.py": f"def {name}() -> None: ...\n" for name in ("a", "hangs", "kills", "z")}
    repository.commit(files)
    monkeypatch.chdir(repository.root)
    found = []
    for processes in ("1", "2"):
        code = main(["check", ".", *OWN, "--processes", processes, "--file-timeout", "1"])
        found.append((code, capfdbinary.readouterr().out.decode()))
    assert found[0] == found[1]
    assert found[0][0] == 2
    assert "app/hangs.py: problem[timeout]: Its review did not end within 1 seconds and was stopped" in found[0][1]
    assert "app/kills.py: problem[crash]: The process that reviewed it was ended with the exit code 9" in found[0][1]
    assert [name for name in ("app/a.py\n  1:", "app/z.py\n  1:") if name not in found[0][1]] == []


@pytest.fixture
def hanging(site: Path, repository: Builder, tmp_path: Path) -> Iterator[Callable[..., tuple[Process, set[int]]]]:
    """Starts a review of which two processes hang, and gives it and them once they do."""
    for number in range(4):
        repository.write(f"app/part_{number}.py", "def hangs() -> None: ...\n")
    repository.commit()
    seen, scratch = tmp_path / "seen", tmp_path / "scratch"
    started: list[Process] = []

    def start(*arguments: str) -> tuple[Process, set[int]]:
        seen.mkdir()
        scratch.mkdir()
        places = {"PYTHONPATH": os.pathsep.join([str(site), *sys.path]), "ODD_PROCESSES": str(seen)}
        begin = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler)"
        code = f"{begin}; from reviewer.cli import main; sys.exit(main())"
        review: Process = subprocess.Popen(
            [sys.executable, "-c", code, "check", ".", *OWN, "--processes=2", *arguments],
            cwd=repository.root,
            env={**os.environ, **places, "TMPDIR": str(scratch)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(review)
        while len(list(seen.iterdir())) < 2 and review.poll() is None:
            time.sleep(0.02)
        return review, {int(each.name) for each in seen.iterdir()}

    yield start
    assert not list(scratch.iterdir())
    for review in started:
        review.kill()


def gone(processes: set[int]) -> bool:
    """Whether these processes are gone soon."""
    for _ in range(100):
        left = [each for each in processes if _lives(each)]
        if not left:
            return True
        time.sleep(0.05)
    return False


def _lives(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("whole_group", [True, False])
def test_an_interruption_ends_all_at_once(hanging: Any, whole_group: bool) -> None:  # noqa: ANN401  # a function
    review, processes = hanging()
    (os.killpg if whole_group else os.kill)(review.pid, signal.SIGINT)
    out, err = review.communicate(timeout=20)
    assert (review.returncode, out, err) == (130, "", "reviewer: interrupted\n")
    assert gone(processes)


def test_a_job_that_is_called_off_ends_all_at_once(hanging: Any) -> None:  # noqa: ANN401  # a function
    review, processes = hanging()
    review.terminate()
    assert (review.communicate(timeout=20), review.returncode) == (("", ""), 143)
    assert gone(processes)


def test_what_nobody_waits_for_ends_with_its_time(hanging: Any) -> None:  # noqa: ANN401  # a function
    review, processes = hanging("--file-timeout=2")
    review.kill()
    review.communicate(timeout=20)
    assert gone(processes)


def test_limits_that_are_none_are_refused(
    repository: Builder, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit({"a.py": ""})
    monkeypatch.chdir(repository.root)
    for flag in ("--processes=0", "--processes=many", "--file-timeout=0"):
        assert main(["check", ".", flag]) == 2
        name = flag.partition("=")[0]
        assert capfdbinary.readouterr().err.decode().startswith(f"reviewer: the flag {name}: Input should be")
