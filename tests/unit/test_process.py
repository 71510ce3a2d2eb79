import os
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from reviewer.errors import ToolError
from reviewer.process import end_all, run

SLEEPS_WITH_A_CHILD = """
import pathlib, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
pathlib.Path("child").write_text(str(child.pid))
time.sleep(60)
"""


def test_output_errors_and_exit_code_come_back_apart(tmp_path: Path) -> None:
    code = "import sys; sys.stdout.write('out'); sys.stderr.write('err'); sys.exit(3)"
    completed = run([sys.executable, "-c", code], cwd=tmp_path, timeout=60)
    assert (completed.stdout, completed.stderr, completed.code) == (b"out", "err", 3)


def test_the_input_reaches_the_program(tmp_path: Path) -> None:
    code = "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read()[::-1])"
    assert run([sys.executable, "-c", code], cwd=tmp_path, timeout=60, input=b"\xff\x00a").stdout == b"a\x00\xff"


def test_the_program_runs_in_the_folder_and_environment_given(tmp_path: Path) -> None:
    code = "import os; print(os.getcwd(), os.environ.get('COLOUR'), os.environ.get('HOME'))"
    environment = {"PATH": os.environ["PATH"], "COLOUR": "red"}
    completed = run([sys.executable, "-c", code], cwd=tmp_path, timeout=60, env=environment)
    assert completed.stdout.decode().split() == [str(tmp_path.resolve()), "red", "None"]


def test_a_missing_program_is_named_with_the_next_step(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match=r"no-such-program was not found. Install it"):
        run(["no-such-program"], cwd=tmp_path, timeout=60)


def test_a_program_of_the_reviewed_folder_is_never_started(tmp_path: Path) -> None:
    planted = tmp_path / "planted"
    planted.write_text("#!/bin/sh\necho planted\n")
    planted.chmod(0o755)
    with pytest.raises(ToolError, match="planted was not found"):
        run(["planted"], cwd=tmp_path, timeout=60, env={"PATH": f".:{os.environ['PATH']}:"})


def test_a_folder_that_is_gone_is_an_error_and_no_traceback(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="could not be started"):
        run([sys.executable, "-c", ""], cwd=tmp_path / "gone", timeout=60)


def test_a_program_that_takes_too_long_is_stopped_with_all_that_it_started(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="did not end within 2 seconds"):
        run([sys.executable, "-c", SLEEPS_WITH_A_CHILD], cwd=tmp_path, timeout=2)
    assert _ends(int((tmp_path / "child").read_text()))


def test_all_that_is_at_work_can_be_ended_with_what_it_started(tmp_path: Path) -> None:
    with ThreadPoolExecutor() as pool:
        running = pool.submit(run, [sys.executable, "-c", SLEEPS_WITH_A_CHILD], cwd=tmp_path, timeout=60)
        child = tmp_path / "child"
        while not (child.exists() and child.read_text()):
            time.sleep(0.01)
        end_all()
        assert running.result().code == -signal.SIGKILL
    assert _ends(int(child.read_text()))


def _ends(process: int) -> bool:
    """Whether a process that was killed is gone soon; one that nobody waits for may stay as a zombie."""
    for _ in range(200):
        state = Path(f"/proc/{process}/stat")
        try:
            os.kill(process, 0)
            if state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except (ProcessLookupError, FileNotFoundError):
            return True
        time.sleep(0.05)
    os.kill(process, signal.SIGKILL)
    return False
