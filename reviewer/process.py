"""The only place that starts other programs: no shell, a time limit, and the whole group ended with it."""

import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from reviewer.errors import ToolError

_running: set[subprocess.Popen[bytes]] = set()
# Processes that are forks of this one, to be ended with it; who ends holds the lock, so that none is added then.
forked: set[int] = set()
forking = threading.RLock()


@dataclass(frozen=True, slots=True)
class Completed:
    """What a program wrote, and its exit code."""

    stdout: bytes
    stderr: str
    code: int


def run(
    args: Sequence[str],
    *,
    cwd: Path,
    timeout: float,
    input: bytes = b"",  # noqa: A002  # the name that the standard library gives it
    env: Mapping[str, str] | None = None,
) -> Completed:
    """Run a program to its end; raises ToolError when it is missing, cannot start or takes over `timeout` seconds."""
    command = [_program(args[0], os.environ if env is None else env), *args[1:]]
    try:
        # A group of its own: what the program starts ends with it.
        process = subprocess.Popen(  # noqa: S603  # an absolute path, a list of arguments, no shell
            command,
            cwd=cwd,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        raise ToolError(f"{args[0]} could not be started in {cwd}: {error}.") from error
    with process:
        return _finish(process, args[0], input, timeout)


def _program(name: str, env: Mapping[str, str]) -> str:
    # An absolute path, so that a relative entry of PATH never means the reviewed folder.
    path = os.pathsep.join(
        entry for entry in env.get("PATH", os.defpath).split(os.pathsep) if Path(entry).is_absolute()
    )
    found = shutil.which(name, path=path)
    if found is None:
        raise ToolError(f"{name} was not found. Install it, or add its folder to PATH.")
    return found


def end_all() -> None:
    """End every program and every fork that is at work, with whatever it started: nobody will wait for them."""
    for process in tuple(_running):
        _end_group(process)
    for child in tuple(forked):
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)


def _finish(process: subprocess.Popen[bytes], name: str, feed: bytes, timeout: float) -> Completed:
    _running.add(process)
    try:
        stdout, stderr = process.communicate(feed, timeout)
    except subprocess.TimeoutExpired as expired:
        raise ToolError(f"{name} did not end within {timeout:g} seconds and was stopped.") from expired
    finally:
        _running.discard(process)
        if process.returncode is None:
            _end_group(process)
    return Completed(stdout, stderr.decode(errors="replace"), process.returncode)


def _end_group(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        process.kill()
