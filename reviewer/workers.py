"""Reviews files in several processes, each of which can be ended when a file hangs or crashes it.

A worker is a fork: it has what was found out of the project before, and only numbers and outcomes are passed.
Where forking is not safe (macOS) or not there (Windows) all is reviewed in this process, without a time limit.
"""

import gc
import os
import pickle
import platform
import signal
import traceback
import warnings
from collections import deque
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe, wait
from pathlib import Path
from typing import NoReturn

from reviewer import process
from reviewer.model import Problem
from reviewer.runner import Outcome

# As many files have to be there for each process, or starting it costs more than it gains.
FEWEST = 10
# Seconds for one file where nobody names others: the longest of 2,000 real files took five.
PATIENCE = 60.0
DESCRIPTORS = Path("/proc/self/fd")
# The microseconds that a container gets of each period, and the period; the word `max` where nobody says so.
SHARE = Path("/sys/fs/cgroup/cpu.max")
OWN = "the review of this file"

Progress = Callable[[Sequence[str]], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Limits:
    """How many processes, None for as many as pay, and the seconds for one file, None where nobody cares."""

    processes: int | None = None
    timeout: float | None = None

    def workers(self, files: int) -> int:
        """How many processes to start for some files; none where they are reviewed in this one."""
        if not _can_fork():
            return 0
        wanted = min(_cores(), files // FEWEST) if self.processes is None else min(self.processes, files)
        # In this process nothing could end a parser that does not come back.
        fewest = 0 if self.timeout is None else min(1, files)
        return wanted if wanted > 1 else fewest


@dataclass(frozen=True, slots=True)
class Job:
    """A file to review: its path, what finds out its size, and what reviews it."""

    path: str
    size: Callable[[], int]
    review: Callable[[], Outcome]


def reviewed(jobs: Sequence[Job], limits: Limits, progress: Progress = iter) -> Sequence[Outcome]:
    """The outcome of each job, in their order, whichever of them ends first."""
    found = dict.fromkeys(range(len(jobs)), Outcome())
    with closing(_outcomes(jobs, limits)) as coming:
        for _, (number, outcome) in zip(progress([job.path for job in jobs]), coming, strict=True):
            found[number] = outcome
    return tuple(found.values())


def _outcomes(jobs: Sequence[Job], limits: Limits) -> Generator[tuple[int, Outcome], None, None]:
    workers = limits.workers(len(jobs))
    if not workers:
        yield from ((number, job.review()) for number, job in enumerate(jobs))
        return
    with closing(_Crew(jobs, limits.timeout or PATIENCE)) as crew:
        yield from crew.outcomes(workers)


def _can_fork() -> bool:
    return platform.system() == "Linux" and DESCRIPTORS.is_dir()


def _cores() -> int:
    """The processors that this process may use: a container sees all of its host's, and may use a share of them."""
    cores = len(os.sched_getaffinity(0))
    with suppress(OSError, ValueError):
        share, period = map(int, SHARE.read_text().split())
        cores = min(cores, -(-share // period))
    return cores


@dataclass(frozen=True, slots=True)
class _Worker:
    process: int
    connection: Connection


class _Crew:
    """Workers, of whom each has one job at most, so that it is known what ended one."""

    def __init__(self, jobs: Sequence[Job], timeout: float) -> None:
        self._jobs = jobs
        self._timeout = timeout
        self._idle: list[_Worker] = []
        self._busy: dict[Connection, tuple[_Worker, int]] = {}

    def outcomes(self, most: int) -> Iterator[tuple[int, Outcome]]:
        """The outcomes as they come, of `most` workers; the largest files go first, so that none is left to the end."""
        waiting = deque(sorted(range(len(self._jobs)), key=lambda number: -_magnitude(self._jobs[number])))
        while waiting or self._busy:
            while waiting and len(self._busy) < most and (worker := self._free()):
                self._assign(worker, waiting.popleft())
            if self._busy:
                yield from map(self._taken, self._ready())
            else:
                # The system gives us no process at all.
                number = waiting.popleft()
                yield number, self._jobs[number].review()

    def close(self) -> None:
        """End the workers, at work or not."""
        for worker in (*self._idle, *(worker for worker, _ in self._busy.values())):
            _ended(worker, kill=True)

    def _ready(self) -> Collection[Connection]:
        return [each for each in wait(list(self._busy)) if isinstance(each, Connection)]

    def _free(self) -> _Worker | None:
        """A worker without a job, a new one if there is none; None where the system gives us no more."""
        try:
            return self._idle.pop() if self._idle else self._started()
        except OSError:
            return None

    def _assign(self, worker: _Worker, number: int) -> None:
        self._busy[worker.connection] = (worker, number)
        # One that is gone is noticed as soon as its answer is waited for.
        with suppress(OSError):
            worker.connection.send(number)

    def _taken(self, connection: Connection) -> tuple[int, Outcome]:
        """What a worker has to say of its job, or what has to be said of a worker that is gone."""
        worker, number = self._busy.pop(connection)
        try:
            outcome: Outcome = connection.recv()
        except (EOFError, OSError):
            problem = _lost(self._jobs[number].path, _ended(worker), self._timeout)
            return number, Outcome(problems=[problem])
        self._idle.append(worker)
        return number, outcome

    def _started(self) -> _Worker:
        ours, theirs = Pipe()
        with theirs, process.forking, warnings.catch_warnings():
            # Newer versions of Python warn of a fork beside threads. Those of tools hold nothing that a worker needs.
            warnings.simplefilter("ignore", DeprecationWarning)
            child = os.fork()
            if not child:
                self._serve(theirs)
            process.forked.add(child)
        return _Worker(child, ours)

    def _serve(self, connection: Connection) -> NoReturn:
        """What a worker does, until nobody is there to ask it."""
        try:
            _settle(connection.fileno())
            while True:
                job = self._jobs[connection.recv()]
                # The kernel ends us when it is time, wherever we are then, and whether anybody waits for us or not.
                signal.setitimer(signal.ITIMER_REAL, self._timeout)
                connection.send_bytes(_packed(job))
                signal.setitimer(signal.ITIMER_REAL, 0)
        finally:
            # Nothing of what the other process has to tidy up is ours.
            os._exit(0)


def _magnitude(job: Job) -> int:
    """Files of one magnitude keep their order: neighbours are read from git together."""
    return job.size().bit_length()


def _settle(connection: int) -> None:
    """Leave to the other process its signals and files: a program that is fed waits until all have closed the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in (signal.SIGTERM, signal.SIGHUP, signal.SIGALRM):
        signal.signal(name, signal.SIG_DFL)
    for descriptor in sorted(int(place.name) for place in DESCRIPTORS.iterdir()):
        if descriptor not in {0, 1, 2, connection}:
            with suppress(OSError):
                os.close(descriptor)
    # What the other process knows is not looked through again, for that alone would copy it.
    gc.freeze()


def _packed(job: Job) -> bytes:
    outcome = job.review()
    try:
        return pickle.dumps(outcome)
    except Exception:  # noqa: BLE001  # a check may be anybody's, and put anything into a finding
        message = f"{OWN} can't be passed on; please report it with this:\n{traceback.format_exc()}"
        return pickle.dumps(Outcome(problems=[Problem("crash", job.path, message)]))


def _ended(worker: _Worker, *, kill: bool = False) -> int:
    """The exit code of a worker, negative for a signal; nothing of it is left."""
    if kill:
        with suppress(ProcessLookupError):
            os.kill(worker.process, signal.SIGKILL)
    worker.connection.close()
    process.forked.discard(worker.process)
    try:
        return os.waitstatus_to_exitcode(os.waitpid(worker.process, 0)[1])
    except ChildProcessError:
        return 0


def _lost(path: str, code: int, timeout: float) -> Problem:
    """What is said of a file whose worker is gone."""
    if code == -signal.SIGALRM:
        message = f"Its review did not end within {timeout:g} seconds and was stopped; --file-timeout gives it more"
        return Problem("timeout", path, message)
    how = f"by {signal.Signals(-code).name}" if code < 0 else f"with the exit code {code}"
    return Problem("crash", path, f"The process that reviewed it was ended {how}; please report it with this file")
