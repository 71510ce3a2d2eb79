"""Measures what a review costs against the goals, a bare parse and other linters: `python benchmarks/run.py`.

The corpus and the other tools come from PyPI, at pinned versions, into a cache folder; the Python that runs this has
`reviewer` installed. `results.md` and `results.svg` are written beside this file, or where `--to` says. The whole takes
an hour or two; `--quick` measures less of everything in under three minutes, once all is fetched.
"""

import argparse
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from corpus import CORPUS, MORE, Corpus, lines_of
from measure import Result, Row, measured
from peers import PEERS
from picture import picture
from rows import Rows, Size
from table import page, spread, verdict

# Nothing of `reviewer` is imported here: a process of ours would never be told smaller than this one.

FULL = Size(files=None, lines=(1_000, 10_000, 100_000, 500_000), repository=2_000, rounds=3, starts=21)
QUICK = Size(files=20, lines=(1_000, 4_000), repository=400, rounds=2, starts=5)


def main() -> None:
    """Fetch what is missing, measure, and write the page and the picture."""
    options = _options()
    size = _size(options)
    rows = Rows(Corpus(options.cache.resolve()), size)
    begin, busy = time.monotonic(), os.getloadavg()[0]
    goals, growth = _measured(rows.goals()), _measured(rows.growth())
    minutes = (time.monotonic() - begin) / 60
    facts = [*_facts(rows), f"load of the machine: {busy:.1f} before, {os.getloadavg()[0]:.1f} after {minutes:.0f} min"]
    options.to.mkdir(parents=True, exist_ok=True)
    (options.to / "results.md").write_text(page(facts, goals, growth), encoding="utf-8")
    (options.to / "results.svg").write_text(picture(goals, f"{verdict(goals)} {_machine()}"), encoding="utf-8")
    print(f"{verdict(goals)} See {options.to / 'results.md'}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "reviewer-benchmarks"
    parser.add_argument("--cache", type=Path, default=default, help="where the corpus and the other tools are kept")
    parser.add_argument("--to", type=Path, default=Path(__file__).parent, help="the folder for what is written")
    parser.add_argument("--quick", action="store_true", help="fewer files, lines and rounds")
    parser.add_argument("--files", type=int, help="how many files of the corpus")
    parser.add_argument("--lines", type=int, nargs="+", help="how many lines to show growth by")
    parser.add_argument("--rounds", type=int, help="how often each pair")
    return parser.parse_args()


def _size(options: argparse.Namespace) -> Size:
    size = QUICK if options.quick else FULL
    return replace(
        size,
        files=options.files or size.files,
        lines=tuple(options.lines or size.lines),
        rounds=options.rounds or size.rounds,
    )


def _measured(rows: Iterable[Row]) -> list[Result]:
    return [*map(_told, rows)]


def _told(row: Row) -> Result:
    begin = time.monotonic()
    result = measured(row)
    against = f" / {row.against}" if row.against else ""
    what = result.failure or spread(result.value)
    print(f"{row.work}{against}, {row.figure}: {what}  [{time.monotonic() - begin:.0f} s]", file=sys.stderr, flush=True)
    return result


def _facts(rows: Rows) -> Iterator[str]:
    files = rows.corpus.files(CORPUS)
    names = (
        ", ".join(f"{each.name} {each.release}" for each in packages) for packages in (CORPUS, MORE[len(CORPUS) :])
    )
    corpus, more = names
    yield f"corpus: {corpus}, {len(files):,} files, {lines_of(*files.values()):,} lines; to grow, {more}"
    part = "; the goals are for the whole, where starting weighs less" if rows.size.files else ""
    yield f"measured here: {rows.size.whole}, {rows.size.rounds} pairs of each{part}"
    yield f"others: {', '.join(peer.pin for peer in PEERS)}; all of them in as many processes as there are cores"
    yield f"ours: {_commit()}, all rules, other tools left out; libcst {version('libcst')}"
    yield f"pull request: real edits, from the release before {more} and {corpus}"
    yield f"machine: {_machine()}"


def _commit() -> str:
    command = ["git", "-C", str(Path(__file__).parent), "rev-parse", "--short", "HEAD"]
    said = subprocess.run(command, check=False, capture_output=True, text=True).stdout.strip()
    return f"commit {said}" if said else "no commit"


def _machine() -> str:
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, {platform.system()}"


if __name__ == "__main__":
    main()
