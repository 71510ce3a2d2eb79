"""Measures our engine against a bare parse and against Fixit 2, interleaved in one run: `python benchmarks/run.py`.

The corpus and Fixit come from PyPI by name into a cache folder; the Python that runs this has `reviewer` installed.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from reviewer.registry import all_checks

CORPUS = ("arize-phoenix", "zenml")
INSIDE = Path(__file__).with_name("inside.py")
FIXIT = "fixit>=2.2,<3"
# The first of Fixit's own rules; as many are run as we have checks.
FIXIT_RULES = (
    "AvoidOrInExcept",
    "CollapseIsinstanceChecks",
    "UseClsInClassmethod",
    "ComparePrimitivesByEqual",
    "CompareSingletonPrimitivesByIs",
    "DeprecatedABCImport",
    "DeprecatedUnittestAsserts",
    "NoAssertTrueForComparisons",
    "NoInheritFromObject",
    "NoNamedTuple",
    "NoRedundantArgumentsSuper",
    "NoRedundantFString",
    "NoRedundantLambda",
    "NoRedundantListComprehension",
    "NoStaticIfCondition",
    "NoStringTypeAnnotation",
    "ReplaceUnionWithOptional",
    "RewriteToComprehension",
    "RewriteToLiteral",
    "UseAssertIn",
    "UseAssertIsNotNone",
    "UseFstring",
)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run of a command took: seconds on the clock, seconds of CPU with all its children, MiB at most."""

    wall: float
    cpu: float
    memory: float


def main() -> None:
    """Fetch what is missing, measure, print a table and the ratios."""
    options = _options()
    cache: Path = options.cache
    cache.mkdir(parents=True, exist_ok=True)
    slice_ = _slice(cache, options.corpus, options.files)
    commands = _commands(slice_, _fixit(cache))
    lines = sum(path.read_bytes().count(b"\n") for path in slice_.rglob("*.py"))
    print(f"{options.files} files, {lines:,} lines of {', '.join(options.corpus)}; medians of {options.rounds} rounds")
    _print(_measured(commands, options.rounds))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    default = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "reviewer-benchmarks"
    parser.add_argument("--cache", type=Path, default=default, help="where the corpus and Fixit are kept")
    parser.add_argument("--corpus", nargs="+", default=CORPUS, help="packages of PyPI")
    parser.add_argument("--files", type=int, default=200, help="how many files, spread evenly over the corpus")
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


def _slice(cache: Path, packages: Sequence[str], count: int) -> Path:
    """A folder with this many files of the corpus, so that every tool walks the same tree."""
    roots = [_unpacked(cache, package) for package in packages]
    files = sorted(path for root in roots for path in root.rglob("*.py") if path.stat().st_size)
    chosen = files[:: max(len(files) // count, 1)][:count]
    target = cache / "slice"
    shutil.rmtree(target, ignore_errors=True)
    for path in chosen:
        copy = target / path.relative_to(cache)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    return target


def _unpacked(cache: Path, package: str) -> Path:
    """The package's Python files; its code is never run, so any Python will do."""
    root = cache / package
    if not root.is_dir():
        wheels = cache / "wheels" / package
        wanted = ["--no-deps", "--only-binary", ":all:", "--python-version", "3.13", "--dest", str(wheels)]
        _run([sys.executable, "-m", "pip", "download", "--quiet", *wanted, package])
        with zipfile.ZipFile(next(wheels.glob("*.whl"))) as wheel:
            wheel.extractall(root, [name for name in wheel.namelist() if name.endswith(".py")])
    return root


def _fixit(cache: Path) -> Path:
    """Fixit in an environment of its own: it asks for other versions than we do."""
    home = cache / "fixit"
    if not (home / "bin" / "fixit").exists():
        _run([sys.executable, "-m", "venv", "--clear", str(home)])
        _run([str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", FIXIT])
    return home / "bin" / "fixit"


def _run(command: Sequence[str]) -> None:
    subprocess.run(command, check=True)


def _commands(folder: Path, fixit: Path) -> dict[str, list[str]]:
    rules = ",".join(f"fixit.rules:{name}" for name in FIXIT_RULES[: len(all_checks())])
    return {
        "bare parse": [sys.executable, str(INSIDE), "parse", str(folder)],
        "our engine": [sys.executable, str(INSIDE), "engine", str(folder)],
        "reviewer check": [sys.executable, "-m", "reviewer", "check", "--fail-on", "never", str(folder)],
        "Fixit 2": [str(fixit), "--rules", rules, "lint", str(folder)],
    }


def _measured(commands: dict[str, list[str]], rounds: int) -> dict[str, Cost]:
    """The median cost of each command; they take turns, so that a busy minute falls on all of them."""
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            costs[name].append(_cost(command))
    return {name: Cost(*_medians(each)) for name, each in costs.items()}


def _cost(command: Sequence[str]) -> Cost:
    begin = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begin
    # Fixit exits with 1 for findings; a crash is higher or a signal.
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        raise SystemExit(f"{' '.join(command)} failed")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def _medians(costs: Sequence[Cost]) -> Iterator[float]:
    yield statistics.median(cost.wall for cost in costs)
    yield statistics.median(cost.cpu for cost in costs)
    yield statistics.median(cost.memory for cost in costs)


def _print(costs: dict[str, Cost]) -> None:
    print(f"{'':16}{'wall s':>10}{'CPU s':>10}{'MiB':>8}{'CPU / parse':>14}{'wall / Fixit':>14}")
    parse, fixit = costs["bare parse"], costs["Fixit 2"]
    for name, cost in costs.items():
        figures = f"{cost.wall:>10.2f}{cost.cpu:>10.2f}{cost.memory:>8.0f}"
        print(f"{name:16}{figures}{cost.cpu / parse.cpu:>14.2f}{cost.wall / fixit.wall:>14.3f}")


if __name__ == "__main__":
    main()
