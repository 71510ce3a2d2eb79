"""Reviews pull requests of a repository's past, and compares our difference with a filter by changed lines.

`python benchmarks/difference.py REPOSITORY … --count 40` takes the newest merges and squashed pull requests that touch
Python files. For each it prints how many findings a filter by changed lines would show and how many we show, which of
them both, and what the comparison costs in seconds, as a ratio to one review of the same files at the head.
"""

import argparse
import json
import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from history import PullRequest, pull_requests

from reviewer import sides
from reviewer.aim import Request, take
from reviewer.index import Index
from reviewer.model import WHOLE_FILE, Change, Extent, Finding, Status
from reviewer.pipeline import review
from reviewer.source import deep
from reviewer.workers import Limits


@dataclass(frozen=True, slots=True)
class Row:
    """What one pull request brought: findings by changed lines and by difference, and the seconds that each took."""

    title: str
    files: int
    by_lines: frozenset[str]
    shown: frozenset[str]
    single: float
    both: float


def main() -> None:
    """Review, print a row for each pull request, and the sums."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("repositories", nargs="+", type=Path)
    parser.add_argument("--count", type=int, default=40, help="pull requests of each repository")
    parser.add_argument("--skip", type=int, default=0, help="leave out so many of the newest")
    parser.add_argument("--findings", type=Path, help="write what is shown, and what lines alone would show, there")
    options = parser.parse_args()
    rows, told = [], []
    for repository in options.repositories:
        for pull in list(pull_requests(repository, options.skip + options.count))[options.skip :]:
            row, findings = _compared(repository, pull)
            rows.append(row)
            told += findings
            print(_line(row), flush=True)
    if options.findings:
        options.findings.write_text("".join(json.dumps(each) + "\n" for each in told), encoding="utf-8")
    _sum(rows)


def _compared(repository: Path, pull: PullRequest) -> tuple[Row, list[dict[str, object]]]:
    request = Request(repository, merge_base=pull.base, head=pull.head)
    begin = time.perf_counter()
    reviewed = review(request)
    both = time.perf_counter() - begin
    aim = take(request)
    changes = aim.before.changes if aim.before else {}
    found = [each for each in reviewed.review.findings if each.path and each.status is not Status.FIXED]
    by_lines = {each.fingerprint for each in found if _touched(each, changes)}
    shown = {each.fingerprint for each in found if each.status is Status.INTRODUCED}
    told = [_told(each, pull, by_lines, shown) for each in found if each.fingerprint in by_lines | shown]
    row = Row(pull.title, len(aim.files), frozenset(by_lines), frozenset(shown), _single(request), both)
    return row, told


def _single(request: Request) -> float:
    """The seconds that one review of the changed files at the head takes."""
    begin = time.perf_counter()
    aim = take(request)
    side = sides.Side(aim.tree, Index(aim.tree.paths, aim.tree.read, aim.config), aim.config)
    deep(sides.review, [(side, path, path) for path in aim.files], Limits(processes=1))
    deep(side.review_project)
    return time.perf_counter() - begin


def _touched(finding: Finding, changes: Mapping[str, Change]) -> bool:
    change = changes.get(finding.path or "")
    span = finding.span
    extent = finding.extent or (Extent(span.line, span.end_line) if span else WHOLE_FILE)
    return change is not None and (extent == WHOLE_FILE or extent.meets(change.lines))


def _told(finding: Finding, pull: PullRequest, by_lines: set[str], shown: set[str]) -> dict[str, object]:
    return {
        "base": pull.base[:10],
        "head": pull.head[:10],
        "title": pull.title,
        "lines": finding.fingerprint in by_lines,
        "difference": finding.fingerprint in shown,
        "place": f"{finding.path}:{finding.span.line if finding.span else 0}",
        "rule": finding.rule,
        "symbol": finding.symbol,
        "message": finding.message,
        "facts": dict(finding.facts),
        "before": finding.before and dict(finding.before),
        "anchor": str(finding.anchor),
        "related": [f"{each.path}:{each.line} {each.message}" for each in finding.related],
    }


def _line(row: Row) -> str:
    both = len(row.by_lines & row.shown)
    figures = f"{row.files:>4} files {len(row.by_lines):>4} by lines {len(row.shown):>4} introduced {both:>4} both"
    return f"{figures} {row.both:>6.2f} s {row.both / row.single:>5.2f}  {row.title[:60]}"


def _sum(rows: list[Row]) -> None:
    by_lines, shown = sum(len(row.by_lines) for row in rows), sum(len(row.shown) for row in rows)
    both = sum(len(row.by_lines & row.shown) for row in rows)
    ratios = [row.both / row.single for row in rows if row.files]
    print(f"{len(rows)} pull requests: {by_lines} by changed lines, {shown} introduced, {both} in both")
    print(f"difference / single review: median {statistics.median(ratios):.2f}, sum of all ", end="")
    print(f"{sum(row.both for row in rows) / sum(row.single for row in rows):.2f}")


if __name__ == "__main__":
    main()
