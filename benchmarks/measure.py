"""What runs cost, measured in pairs that take turns, so that a busy minute of the machine falls on both."""

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

MIB_IN_KIB = 1024


class RunFailed(Exception):  # noqa: N818  # it says something of the run, not of us
    """A command can't be measured; the message says why."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run took: seconds on the clock, seconds of CPU with all its children, MiB of its largest process."""

    wall: float
    cpu: float
    memory: float


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of several measurements, the least and the most."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """Of at least one value."""
        return cls(statistics.median(values), min(values), max(values))


Run = Callable[[], Cost]


@dataclass(frozen=True, slots=True)
class Row:
    """Work of ours, alone or against somebody's; `figure` names what of its cost counts.

    The goal is for the ratio of the pair or, without one, for our figure itself. Some work only shows how costs grow,
    and has no goal.
    """

    work: str
    figure: str
    ours: Run
    against: str = ""
    theirs: Run | None = None
    goal: float | None = None
    rounds: int = 1


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a row: all three spreads, of the costs of ours and theirs what counts; or why there is nothing."""

    row: Row
    ours: Spread | None = None
    theirs: Spread | None = None
    ratio: Spread | None = None
    memory: float = 0
    failure: str = ""

    @property
    def value(self) -> Spread | None:
        """What the goal is about."""
        return self.ours if self.row.theirs is None else self.ratio

    @property
    def reached(self) -> bool | None:
        """Whether the median keeps to the goal; None where there is no goal or no figure."""
        return None if self.value is None or self.row.goal is None else self.value.median <= self.row.goal


def measured(row: Row) -> Result:
    """Run both sides of a row in turns, one first in odd rounds and the other in even ones."""
    ours: list[Cost] = []
    theirs: list[Cost] = []
    try:
        for number in range(row.rounds):
            sides = [(row.ours, ours), *([(row.theirs, theirs)] if row.theirs else [])]
            for run, costs in sides if number % 2 == 0 else reversed(sides):
                costs.append(run())
    except RunFailed as failure:
        return Result(row, failure=str(failure))
    return _result(row, ours, theirs)


def _result(row: Row, ours: Sequence[Cost], theirs: Sequence[Cost]) -> Result:
    mine, other = ([getattr(cost, row.figure) for cost in costs] for costs in (ours, theirs))
    memory = max(cost.memory for cost in ours)
    if not other:
        return Result(row, Spread.of(mine), memory=memory)
    ratio = Spread.of([one / two for one, two in zip(mine, other, strict=True)])
    return Result(row, Spread.of(mine), Spread.of(other), ratio, memory)


def cost(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Cost:
    """Run a command and wait for it; its largest process is never told smaller than ours, so this one stays small.

    Raises RunFailed when it crashes: 0 and 1 are what linters end with.
    """
    with tempfile.TemporaryFile() as errors:
        begin = time.perf_counter()
        try:
            process = subprocess.Popen(
                command, cwd=folder, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=errors
            )
        except OSError as error:
            raise RunFailed(str(error)) from error
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 1):
            errors.seek(0)
            last = (errors.read().decode(errors="replace").strip().splitlines() or [""])[-1]
            raise RunFailed(f"`{Path(command[0]).name}` ended with {process.returncode}: {last[:200]}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / MIB_IN_KIB)
