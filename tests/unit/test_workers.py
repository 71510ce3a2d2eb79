"""Processes that review: what each brings comes in order, and what ends one takes nothing else with it."""

import os
import re
import select
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest

from reviewer import process, workers
from reviewer.model import Confidence, Finding, Level, Problem
from reviewer.runner import Outcome
from reviewer.source import deep
from reviewer.workers import FEWEST, Job, Limits, reviewed

HUGE = 1 << 20


@pytest.fixture(autouse=True)
def _no_debris(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a test forks is gone after it; other tests may have left servers that go on."""
    born: list[int] = []
    fork = os.fork

    def noted() -> int:
        child = fork()
        born.extend([child] if child else [])
        return child

    monkeypatch.setattr(os, "fork", noted)
    yield
    assert not process.forked
    for child in born:
        with pytest.raises(ChildProcessError):
            os.waitpid(child, os.WNOHANG)


def finding(name: str) -> Finding:
    return Finding("rule", Level.ERROR, Confidence.HIGH, name, params={"name": name})


def outcome(name: str, work: Callable[[], object] = int) -> Outcome:
    work()
    return Outcome([finding(name)], ran={name: frozenset({"rule"})})


def job(name: str, work: Callable[[], object] = int, size: int = 1) -> Job:
    return Job(name, lambda: size, partial(outcome, name, work))


def told(outcomes: Sequence[Outcome]) -> list[str]:
    """What each brought: its finding, or the kind of its problem."""
    return [
        each.findings[0].message if each.findings else f"{each.problems[0].path}: {each.problems[0].kind}"
        for each in outcomes
    ]


def names(number: int) -> list[str]:
    return [f"{each}.py" for each in range(number)]


@pytest.mark.parametrize("processes", [1, 2, 4])
def test_outcomes_come_in_the_order_of_the_jobs(processes: int) -> None:
    jobs = [job(name, partial(time.sleep, 0.02 * (number % 3))) for number, name in enumerate(names(9))]
    assert reviewed(jobs, Limits(processes)) == tuple(outcome(name) for name in names(9))


def test_the_largest_go_first_and_neighbours_of_a_magnitude_together(tmp_path: Path) -> None:
    order = tmp_path / "order"

    def note(name: str) -> None:
        with order.open("a") as file:
            file.write(f"{name} ")

    sizes = {"a": 5, "b": 900, "c": 6, "d": HUGE, "e": 800}
    jobs = [job(name, partial(note, name), size) for name, size in sizes.items()]
    assert told(reviewed(jobs, Limits(1, 60))) == list(sizes)
    assert order.read_text().split() == ["d", "b", "e", "a", "c"]


def test_a_file_that_takes_too_long_is_a_problem_even_in_native_code() -> None:
    # It would take years, and lets nothing of Python's run meanwhile: no signal, no other thread.
    endless = partial(re.match, r"(a+)+$", "a" * 60 + "b")
    jobs = [job("a.py"), job("hangs.py", endless, HUGE), *map(job, names(5))]
    for processes in (1, 2):
        outcomes = reviewed(jobs, Limits(processes, 0.5))
        assert told(outcomes) == ["a.py", "hangs.py: timeout", *names(5)]
        (problem,) = outcomes[1].problems
        assert problem.blocking
        assert problem.message.startswith("Its review did not end within 0.5 seconds and was stopped")


def test_time_is_counted_for_each_file_anew() -> None:
    jobs = [job(name, partial(time.sleep, 0.2)) for name in names(6)]
    assert told(reviewed(jobs, Limits(1, 1))) == names(6)


@pytest.mark.parametrize(
    ("end", "how"),
    [
        (lambda: os.kill(os.getpid(), signal.SIGKILL), "by SIGKILL"),
        (lambda: os.kill(os.getpid(), signal.SIGBUS), "by SIGBUS"),
        (lambda: os._exit(3), "with the exit code 3"),
    ],
)
def test_a_process_that_dies_is_a_problem_of_its_file(end: Callable[[], object], how: str) -> None:
    jobs = [job(name, end if name in {"1.py", "4.py"} else int) for name in names(8)]
    outcomes = reviewed(jobs, Limits(2))
    assert told(outcomes) == [f"{name}: crash" if name in {"1.py", "4.py"} else name for name in names(8)]
    message = f"The process that reviewed it was ended {how}; please report it with this file"
    assert outcomes[1].problems == [Problem("crash", "1.py", message)]


def test_what_cannot_be_passed_on_is_a_crash_with_its_traceback() -> None:
    def review() -> Outcome:
        return Outcome([Finding("rule", Level.ERROR, Confidence.HIGH, "", params={"name": lambda: None})])  # type: ignore[dict-item]  # a check of somebody's

    (first, second) = reviewed([Job("a.py", int, review), job("b.py")], Limits(2))
    assert (first.problems[0].kind, first.problems[0].path) == ("crash", "a.py")
    assert "Traceback" in first.problems[0].message
    assert told([second]) == ["b.py"]


def test_what_is_larger_than_a_pipe_is_passed_on() -> None:
    assert told(reviewed([job("a" * HUGE), job("b")], Limits(2))) == ["a" * HUGE, "b"]


def test_recursion_has_room_in_a_process_started_where_it_has_room() -> None:
    def down(levels: int) -> int:
        return down(levels - 1) + 1 if levels else 0

    jobs = [job(name, partial(down, 30_000)) for name in names(3)]
    assert told(deep(reviewed, jobs, Limits(2))) == names(3)


def test_a_pipe_that_is_open_somewhere_else_is_not_held_open(tmp_path: Path) -> None:
    """Git and ruff are fed by other threads, and would wait for the end of what they are fed."""
    read, write = os.pipe()
    begun, go = tmp_path / "begun", tmp_path / "go"

    def work() -> None:
        begun.touch()
        while not go.exists():
            time.sleep(0.01)

    thread = threading.Thread(target=reviewed, args=([job("a.py", work)], Limits(1, 60)))
    thread.start()
    while not begun.exists():
        time.sleep(0.01)
    os.close(write)
    closed = bool(select.select([read], [], [], 10)[0]) and os.read(read, 1) == b""
    go.touch()
    thread.join()
    os.close(read)
    assert closed


def test_who_stops_asking_leaves_no_process_behind() -> None:
    def progress(files: Sequence[str]) -> Iterator[str]:
        yield files[0]
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        reviewed([job(name, partial(time.sleep, 0.1)) for name in names(9)], Limits(3), progress)


def test_progress_is_told_of_each_file() -> None:
    seen: list[str] = []

    def progress(files: Sequence[str]) -> Iterator[str]:
        for file in files:
            yield file
            seen.append(file)

    reviewed(list(map(job, names(9))), Limits(2), progress)
    assert seen == names(9)


@pytest.mark.parametrize("allowed", [0, 1])
def test_where_the_system_gives_no_more_processes_the_review_goes_on(
    monkeypatch: pytest.MonkeyPatch, allowed: int
) -> None:
    fork, left = os.fork, [None] * allowed

    def scarce() -> int:
        if not left:
            raise BlockingIOError(11, "Resource temporarily unavailable")
        left.pop()
        return fork()

    monkeypatch.setattr(os, "fork", scarce)
    assert told(reviewed(list(map(job, names(9))), Limits(4))) == names(9)


def test_processes_are_started_where_they_pay(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: range(8))
    monkeypatch.setattr(workers, "SHARE", tmp_path / "none")
    assert [Limits().workers(files) for files in (0, 1, 2 * FEWEST - 1, 2 * FEWEST, 50, 1000)] == [0, 0, 0, 2, 5, 8]
    assert [Limits(processes=2).workers(files) for files in (0, 1, 2, 1000)] == [0, 0, 2, 2]
    assert Limits(processes=1).workers(1000) == 0


@pytest.mark.parametrize(
    ("share", "cores"), [("max 100000", 8), ("150000 100000", 2), ("50000 100000", 0), ("3200000 100000", 8), ("", 8)]
)
def test_a_container_starts_as_many_as_it_has_a_share_of(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, share: str, cores: int
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: range(8))
    monkeypatch.setattr(workers, "SHARE", tmp_path / "cpu.max")
    workers.SHARE.write_text(f"{share}\n")
    assert Limits().workers(1000) == cores


def test_a_time_limit_needs_a_process_to_end() -> None:
    assert [Limits(timeout=9).workers(files) for files in (0, 1, FEWEST)] == [0, 1, 1]
    assert Limits(1, 9).workers(1000) == 1


def test_elsewhere_nothing_is_forked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.system", lambda: "Darwin")
    monkeypatch.setattr(os, "fork", None)
    assert told(reviewed(list(map(job, names(30))), Limits(4, 60))) == names(30)
