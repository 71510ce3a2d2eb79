"""Reviews pull requests of a repository's past with all tools, against running the same tools one by one by hand.

`python benchmarks/tools.py REPOSITORY PYTHON --count 20` takes an interpreter that has what the project depends on. By
hand the tools run on two checkouts, which are there already: our own checks on the change, then ruff on the changed
files, mypy on the whole and radon on the changed files of the base, then of the head; mypy goes on with the cache that
the base left. For each pull request it prints how many findings each tool has on changed lines, how many of them we
show, how many we show elsewhere, and the seconds of both ways with cold and with warm caches.
"""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from history import PullRequest, pull_requests

from reviewer import changes
from reviewer.git import Repository
from reviewer.index.modules import Modules
from reviewer.source import CommitTree, UnreadableFile
from reviewer.tools.mypy_settings import Settings
from reviewer.tools.packages import version_of
from reviewer.tools.ruff import OURS
from reviewer.tools.rules import standard_codes

Result = TypeVar("Result")
Said = Counter[tuple[str, str, int]]
REVIEWER = [sys.executable, "-I", "-m", "reviewer", "check"]


@dataclass(frozen=True, slots=True)
class Row:
    """What one pull request brought: by tool the findings on changed lines and those shown, and seconds by name."""

    by_hand: Said
    shown: Said
    seconds: dict[str, float]


@dataclass(frozen=True, slots=True)
class Desk:
    """Where the tools are run by hand: the two checkouts, and the files that changed in each."""

    folder: Path
    python: Path
    base: list[str]
    head: list[str]

    def run(self, side: str, *command: str) -> bytes:
        """What a tool prints in one of the checkouts."""
        return subprocess.run(
            [str(Path(sys.executable).parent / command[0]), *command[1:]],
            cwd=self.folder / side,
            capture_output=True,
            check=False,
        ).stdout

    def by_hand(self, side: str) -> tuple[bytes, bytes]:
        """What ruff and mypy say of one side; radon is only run."""
        files = self.base if side == "base" else self.head
        codes = ",".join(standard_codes())
        ruff = ("ruff", "check", "--no-cache", f"--config={self.folder}/ruff.toml", f"--select={codes}")
        said = self.run(side, *ruff, "--output-format=json", "--exit-zero", "--", *files) if files else b"[]"
        mypy = ("mypy", f"--config-file={self.folder}/mypy.ini", f"--python-executable={self.python}")
        cache = (f"--cache-dir={self.folder}/cache", f"--python-version={version_of(self.python) or '3.13'}")
        typed = self.run(side, *mypy, *cache, "--output=json", f"@{self.folder}/{side}.txt")
        if files:
            self.run(side, "radon", "cc", "--json", *files)
            self.run(side, "radon", "mi", "--json", *files)
        return said, typed


def main() -> None:
    """Review, print a row for each pull request, and the sums."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("repository", type=Path)
    parser.add_argument("python", type=Path)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--skip", type=int, default=0, help="leave out so many of the newest")
    parser.add_argument("--repeat", type=int, default=1, help="how often with warm caches; the best time counts")
    parser.add_argument("--findings", type=Path, help="write where the two ways differ there")
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as made:
        pulls = list(pull_requests(options.repository, options.skip + options.count))[options.skip :]
        for number, pull in enumerate(pulls):
            folder = Path(made) / str(number)
            row = _measured(
                options.repository.resolve(), options.python.absolute(), pull, folder, repeat=options.repeat
            )
            rows.append(row)
            print(_line(row, pull), flush=True)
            if options.findings:
                with options.findings.open("a", encoding="utf-8") as file:
                    file.writelines(_differences(row, pull))
            shutil.rmtree(folder)
    _sum(rows)


def _measured(repository: Path, python: Path, pull: PullRequest, folder: Path, *, repeat: int) -> Row:
    own = Repository.containing(repository)
    found = changes.parse(own.diff(pull.base, pull.head))
    lines = {change.path: change.lines for change in found if change.path.endswith(".py")}
    desk = _desk(own, pull, folder, python, list(lines))
    cache = folder / "kept"
    command = [*REVIEWER, "--merge-base", pull.base, "--head", pull.head, "--format", "json", "--config"]
    command += [str(folder / "reviewer.toml")]
    seconds: dict[str, float] = {}

    def ours() -> bytes:
        environment = {"PATH": "/usr/bin:/bin", "XDG_CACHE_HOME": str(cache), "HOME": str(folder)}
        full = [*command, "--mypy-python", str(python)]
        return subprocess.run(full, cwd=repository, env=environment, capture_output=True, check=False).stdout

    def by_hand() -> tuple[bytes, bytes]:
        alone = [*command, "--ignore", "ruff,mypy,radon,coverage"]
        subprocess.run(alone, cwd=repository, capture_output=True, check=False)
        desk.by_hand("base")
        return desk.by_hand("head")

    report = _timed(seconds, "ours, cold", ours)
    said, typed = _timed(seconds, "by hand, cold", by_hand)
    for _ in range(repeat):
        _timed(seconds, "ours, warm", ours)
        # The cache of the base, as it is when the next push comes.
        desk.by_hand("base")
        _timed(seconds, "by hand, warm", by_hand)
    return Row(_on_changed_lines(said, typed, lines, folder), _shown(report), seconds)


def _timed(seconds: dict[str, float], name: str, work: Callable[[], Result]) -> Result:
    begin = time.perf_counter()
    result = work()
    taken = time.perf_counter() - begin
    seconds[name] = min(taken, seconds.get(name, taken))
    return result


def _desk(own: Repository, pull: PullRequest, folder: Path, python: Path, changed: list[str]) -> Desk:
    folder.mkdir()
    files: dict[str, list[str]] = {}
    for side, commit in (("base", pull.base), ("head", pull.head)):
        tree = CommitTree(own, commit)
        for path in tree.paths:
            place = folder / side / path
            place.parent.mkdir(parents=True, exist_ok=True)
            try:
                place.write_bytes(tree.read(path))
            except UnreadableFile:
                continue
        files[side] = [path for path in changed if path in tree]
        targets = [path for path in tree.paths if path.endswith(".py")]
        (folder / f"{side}.txt").write_text("\n".join(["--", *targets]), encoding="utf-8")
    (folder / "ruff.toml").write_text(OURS, encoding="utf-8")
    # Where modules are looked for, whoever runs mypy by hand has to say too.
    roots = [root for root in Modules(CommitTree(own, pull.head).paths).roots if root]
    settings = Settings().written(python=python, search=roots, tree="")
    (folder / "mypy.ini").write_text(settings, encoding="utf-8")
    (folder / "reviewer.toml").touch()
    return Desk(folder, python, files["base"], files["head"])


def _on_changed_lines(said: bytes, typed: bytes, lines: dict[str, frozenset[int]], folder: Path) -> Said:
    """What ruff and mypy say of the head's changed lines."""
    told = [
        (f"ruff:{each['code']}", str(Path(each["filename"]).relative_to(folder / "head")), each["location"]["row"])
        for each in json.loads(said)
    ]
    told += [(f"mypy:{each['code']}", each["file"], each["line"]) for each in _errors(typed)]
    return Counter(each for each in told if each[2] in lines.get(each[1], ()))


def _errors(typed: bytes) -> Iterator[dict[str, Any]]:
    return (each for each in map(json.loads, typed.splitlines()) if each["severity"] == "error")


def _shown(report: bytes) -> Said:
    findings = json.loads(report)["findings"]
    return Counter(
        (f"{each['source']}:{each['rule']}", each["path"], each["line"])
        for each in findings
        if each["shown"] and each["source"] in ("ruff", "mypy")
    )


def _line(row: Row, pull: PullRequest) -> str:
    counts = []
    for tool in ("ruff", "mypy"):
        by_hand, shown = (
            Counter({key: n for key, n in said.items() if key[0].startswith(tool)}) for said in (row.by_hand, row.shown)
        )
        counts.append(f"{tool} {by_hand.total()}/{(by_hand & shown).total()}/{(shown - by_hand).total()}")
    seconds = row.seconds
    cold, warm = (seconds[f"ours, {state}"] / seconds[f"by hand, {state}"] for state in ("cold", "warm"))
    times = f"cold {seconds['ours, cold']:.1f} s ({cold:.2f}), warm {seconds['ours, warm']:.1f} s ({warm:.2f})"
    return f"{pull.head[:8]} {'  '.join(counts):44} {times}  {pull.title[:50]}"


def _differences(row: Row, pull: PullRequest) -> Iterator[str]:
    for name, found in (("lines alone", row.by_hand - row.shown), ("difference alone", row.shown - row.by_hand)):
        yield from (
            f"{pull.head[:8]}\t{name}\t{rule}\t{path}:{line}\n" for rule, path, line in sorted(found.elements())
        )


def _sum(rows: list[Row]) -> None:
    for state in ("cold", "warm"):
        ratios = sorted(row.seconds[f"ours, {state}"] / row.seconds[f"by hand, {state}"] for row in rows)
        print(f"{state}: {statistics.median(ratios):.2f} of the time by hand ({ratios[0]:.2f} to {ratios[-1]:.2f})")
    for tool in ("ruff", "mypy"):
        by_hand = sum((row.by_hand for row in rows), Counter())
        shown = sum((row.shown for row in rows), Counter())
        lines = Counter({key: n for key, n in by_hand.items() if key[0].startswith(tool)})
        ours = Counter({key: n for key, n in shown.items() if key[0].startswith(tool)})
        both = (lines & ours).total()
        print(f"{tool}: {lines.total()} on changed lines, {both} of them shown, {ours.total() - both} shown elsewhere")


if __name__ == "__main__":
    main()
