"""The command line in odd places: streams that are closed or full, checks that break, runs that are interrupted."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewer import registry
from reviewer.cli import main
from tests.repositories import Builder

LONG = "def f() -> None:\n" + "    print(1)\n" * 30
CHECK = """
import libcst as cst
from reviewer.api import Check, Level, on

class Shared(Check):
    pass

class Leaves(Shared):
    name = "leaves"
    level = Level.WARNING
    message = "{symbol}"

    @on(cst.FunctionDef)
    def function(self, node, ctx):
        raise SystemExit(0)
"""
# The thread of a review that never ends, and an interruption while it works.
INTERRUPTED = """
import signal, sys, threading
import libcst
from reviewer.cli import main, rules
from reviewer.source import deep

# A shell's background job, and so what it starts, ignores interruptions.
signal.signal(signal.SIGINT, signal.default_int_handler)

def work():
    # As the terminal does it: a flag alone would not wake a thread that waits.
    signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
    while True:
        libcst.parse_module("x = 1\\n" * 5000)

rules.rules = lambda options: deep(work)
sys.exit(main(["rules"]))
"""


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of an installed package of checks, empty still."""
    package = tmp_path / "site" / "odd_checks"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    about = tmp_path / "site" / "odd_checks-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: odd-checks\nVersion: 1\n")
    (about / "entry_points.txt").write_text("[reviewer.checks]\nodd = odd_checks\n")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    registry.all_checks.cache_clear()
    yield package
    registry.all_checks.cache_clear()
    for name in [name for name in sys.modules if name.split(".")[0] == "odd_checks"]:
        del sys.modules[name]


def shell(command: str, folder: Path) -> tuple[int, str, str]:
    done = subprocess.run(
        ["bash", "-c", f'"$0" -I -m reviewer {command}', sys.executable],
        check=False,
        cwd=folder,
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("stream", ["<&-", ">&-", "2>&-"])
def test_a_closed_stream_changes_no_exit_code(repository: Builder, stream: str) -> None:
    repository.write("a.py", LONG)
    assert shell(f"check . --fail-on warning {stream}", repository.root)[0] == 1


def test_an_editor_that_gives_nothing_reviews_an_empty_file(repository: Builder) -> None:
    repository.write("a.py", LONG)
    code, out, _ = shell("check --stdin-filename a.py --fail-on warning <&-", repository.root)
    assert (code, "0 found. In 1 file" in out) == (0, True)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
@pytest.mark.parametrize("command", ["check .", "check . --format json", "rules", "explain nested-too-deep"])
def test_a_report_that_finds_no_room_fails_in_one_line(repository: Builder, command: str) -> None:
    repository.write("a.py", LONG)
    code, _, err = shell(f"{command} >/dev/full", repository.root)
    assert (code, err.count("\n")) == (2, 1)
    assert "No space left on device" in err


def test_a_folder_that_is_gone_is_said_in_one_line(tmp_path: Path) -> None:
    code, _, err = shell('--version >/dev/null; rmdir "$PWD"; "$0" -I -m reviewer check', tmp_path)
    assert (code, err.count("\n"), err.startswith("reviewer: ")) == (2, 1, True)


def test_a_reader_that_leaves_is_no_error_of_ours(repository: Builder) -> None:
    repository.write("a.py", LONG)
    assert shell("check . | true; exit ${PIPESTATUS[0]}", repository.root) == (2, "", "")


def test_an_interruption_ends_at_once_with_its_own_code() -> None:
    done = subprocess.run([sys.executable, "-I", "-c", INTERRUPTED], check=False, capture_output=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"reviewer: interrupted\n")


def test_an_error_shows_no_terminal_what_the_reviewed_code_holds(
    repository: Builder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.commit({"a.py": "", "reviewer.toml": '"a\\n::error::b\\u001b[31m" = 1\n'})
    monkeypatch.chdir(repository.root)
    assert main(["check", "."]) == 2
    assert capsys.readouterr().err.startswith("reviewer: a\\n::error::b\\x1b[31m in reviewer.toml is no setting;")


def test_a_check_that_wants_to_exit_is_a_crash_like_any_other(
    plugin: Path, repository: Builder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (plugin / "leaves.py").write_text(CHECK)
    repository.write("a.py", LONG)
    monkeypatch.chdir(repository.root)
    code, out = main(["check", "."]), capsys.readouterr().out
    assert (code, "a.py: problem[crash]: leaves crashed" in out, "function-too-long" in out) == (2, True, True)


def test_checks_that_cannot_be_loaded_are_named(
    plugin: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (plugin / "broken.py").write_text("import nothing_of_this_name\n")
    monkeypatch.chdir(plugin)
    assert main(["rules"]) == 2
    assert capsys.readouterr().err == (
        "reviewer: the checks of the entry point 'odd', the package 'odd_checks', can't be loaded: "
        "ModuleNotFoundError: No module named 'nothing_of_this_name'; mend or uninstall that package\n"
    )


def test_a_crash_of_ours_never_looks_like_findings(
    plugin: Path, repository: Builder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (plugin / "leaves.py").write_text(CHECK.replace("raise SystemExit(0)", "yield 3"))
    repository.write("a.py", LONG)
    monkeypatch.chdir(repository.root)
    assert main(["check", "."]) == 2
    assert capsys.readouterr().err.startswith("reviewer: it crashed; please report it with this:\n")
