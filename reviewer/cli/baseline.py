"""`baseline`: the findings that stand today are written down, and hidden from then on."""

import argparse
import os
from pathlib import Path

from reviewer import pipeline
from reviewer.aim import Request
from reviewer.baseline import Baseline, Entry, written
from reviewer.cli import CLEAN, FAILED, FINDINGS
from reviewer.cli.progress import bar
from reviewer.errors import ReviewerError
from reviewer.interpreter import on_a_persons_machine
from reviewer.report.account import counted
from reviewer.report.printable import printable
from reviewer.tools.rules import TOOLS

SETTINGS = ("select", "ignore", "exclude", "processes", "file_timeout")


def baseline(options: argparse.Namespace) -> int:
    """Write the baseline. Exit 1 when findings stay out of it, 2 when something could not be reviewed."""
    request = Request(
        Path.cwd(),
        tuple(map(Path, options.paths)) or (Path(),),
        config=Path(options.config) if options.config else None,
        flags={name: getattr(options, name) for name in SETTINGS},
        tools=frozenset(TOOLS),
        trusted=on_a_persons_machine(),
        fixes=0,
    )
    with bar() as progress:
        reviewed = pipeline.review(request, progress)
    known = reviewed.baseline
    new = [Entry.of(each) for each in reviewed.review.shown if each.path is not None]
    grows = options.allow_growth or not known.exists
    kept = [*known.standing, *([] if options.prune else known.stale), *(new if grows else [])]
    _write(reviewed.tree.root / known.name, written(kept))
    print(_account(known, len(kept), len(new), grows=grows, prune=options.prune))
    unread = [problem for problem in reviewed.review.problems if problem.blocking]
    for problem in unread:
        print(printable(f"{problem.path or 'project'}: {problem.message}"))
    return FAILED if unread else FINDINGS if new and not grows else CLEAN


def _account(known: Baseline, kept: int, new: int, *, grows: bool, prune: bool) -> str:
    entries = "1 entry" if kept == 1 else f"{kept} entries"
    parts = [f"{printable(known.name)}: {entries}"]
    if new:
        parts.append(f"{new} new" if grows else f"{counted(new, 'finding')} left out: --allow-growth takes them in")
    if known.stale:
        parts.append(f"{len(known.stale)} " + ("taken out" if prune else "no longer occur: --prune takes them out"))
    return "; ".join(parts)


def _write(place: Path, text: str) -> None:
    """Put the file in place at once, so that nobody reads half of it."""
    draft = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        draft.write_text(text, encoding="utf-8", newline="\n")
        draft.replace(place)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise ReviewerError(f"the baseline can't be written to {place}: {error.strerror}; name another file") from error
