"""`check` and `inspect`: a review, or what the index knows."""

import argparse
import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast

from reviewer import __version__, docs, merging, part, pipeline, registry, report, sift
from reviewer.aim import MOST_FIXES, Request, take
from reviewer.cli import CLEAN, FAILED, FINDINGS, terminal
from reviewer.cli.progress import bar
from reviewer.errors import ReviewerError
from reviewer.index import Index
from reviewer.index.inspect import inspect as inspected
from reviewer.interpreter import on_a_persons_machine
from reviewer.pipeline import Reviewed
from reviewer.report import inspect as inspect_report
from reviewer.report.look import Look
from reviewer.shard import Shard
from reviewer.source import deep
from reviewer.tools.rules import MYPY, TOOLS

STANDARD_OUTPUT = "-"
SETTINGS = ("select", "ignore", "exclude", "fail_on", "min_confidence", "processes", "file_timeout", "docs_url")


def check(options: argparse.Namespace) -> int:
    """Review, report, and tell by the exit code what came of it."""
    if options.fix or options.diff:
        from reviewer.cli import fixing

        return fixing.fix(options, _request(options))
    if options.shard is not None:
        return _share(options)
    places = places_of(options)
    with bar() as progress:
        reviewed = pipeline.review(replace(_request(options), fixes=fixes_for(places)), progress)
    return tell(reviewed, places, options.color)


def tell(reviewed: Reviewed, places: Mapping[str, report.Format], color: str) -> int:
    """Write the reports, and tell by the exit code what came of the review."""
    for place, name in places.items():
        _write(place, name, reviewed, _look(place, color))
    if any(problem.blocking for problem in reviewed.review.problems):
        return FAILED
    return FINDINGS if sift.fails(reviewed.review.findings, reviewed.review.policy) else CLEAN


def _share(options: argparse.Namespace) -> int:
    """Do the work of one of several machines; what came of the whole is told by who merges it."""
    shard = Shard.read(options.shard)
    places = [place for place, name in places_of(options).items() if name == "json"]
    if not places or len(places) < len(options.report):
        raise ReviewerError(
            f"--shard {shard}: which findings there are, only the merge of all shards tells; "
            "write its part with --report json=FILE, and have `reviewer merge` write the other reports"
        )
    with bar() as progress:
        made = merging.part(_request(options), shard, progress)
    for place in places:
        _put(place, part.written(made))
    if STANDARD_OUTPUT not in places:
        print(f"Shard {shard}: {merging.account(made)}. `reviewer merge` makes a review of all {shard.total}.")
    return CLEAN


def inspect(options: argparse.Namespace) -> int:
    """Print the layer of each file and what each class is, with the reasons."""
    request = Request(Path.cwd(), tuple(map(Path, options.paths)) or (Path(),), config=options.config)
    aim = take(request)
    index = Index(aim.tree.paths, aim.tree.read, aim.config)
    render = inspect_report.render_json if options.format == "json" else inspect_report.render_text
    _print(render(deep(inspected, index, aim.files)))
    return CLEAN


def _request(options: argparse.Namespace) -> Request:
    _refuse_contradictions(options)
    unsaved = (Path(options.stdin_filename), sys.stdin.buffer.read()) if options.stdin_filename else None
    return Request(
        folder=Path.cwd(),
        paths=tuple(map(Path, options.paths)),
        base=options.base,
        merge_base=options.merge_base,
        head=options.head,
        staged=options.staged,
        config=Path(options.config) if options.config else None,
        flags={**{name: getattr(options, name) for name in SETTINGS}, "mypy": mypy_table(options.mypy_python)},
        unsaved=unsaved,
        tools=frozenset(TOOLS) - _left_out(options),
        tool_report=bytes_of(options.tool_report, "the tools' report", "--tool-report"),
        coverage=bytes_of(options.coverage, "the coverage report", "--coverage"),
        coverage_commit=options.coverage_commit,
        trusted=on_a_persons_machine(),
        policy=options.policy,
        cache=not options.no_cache,
    )


def _refuse_contradictions(options: argparse.Namespace) -> None:
    """Raise ReviewerError for options that do not go together."""
    compared = (options.base, options.merge_base, options.head, options.staged or None)
    if options.unsafe_fixes and not (options.fix or options.diff):
        raise ReviewerError("--unsafe-fixes says which fixes are made; add --fix, or --diff to see them first")
    if options.stdin_filename and options.shard:
        raise ReviewerError("--stdin-filename reviews one file, which can't be shared; leave out --shard")
    if options.stdin_filename and (options.paths or any(name is not None for name in compared)):
        raise ReviewerError("--stdin-filename reviews that one file; leave out the paths, --base, --head and --staged")
    if options.tool_report and (options.stdin_filename or options.paths):
        raise ReviewerError("--tool-report is about a change; leave out the paths, and name --merge-base and --head")
    if options.coverage and (options.stdin_filename or (options.paths and not any(compared))):
        raise ReviewerError("--coverage is about a change; leave out the paths, or name --base or --head")


def mypy_table(python: str | None) -> dict[str, str] | None:
    """The table of the settings of mypy, where a Python is named."""
    return None if python is None else {"python": os.path.abspath(python)}  # noqa: PTH100  # a link is kept


def _left_out(options: argparse.Namespace) -> frozenset[str]:
    """The tools that do not run: mypy took its time in another job, or has none while somebody types."""
    return frozenset({MYPY} if options.tool_report or options.stdin_filename else ())


def bytes_of(place: str | None, what: str, option: str) -> bytes | None:
    """What a file that an option names holds; raises ReviewerError."""
    try:
        return None if place is None else Path(place).read_bytes()
    except OSError as error:
        raise ReviewerError(f"{what} {place} can't be read: {error.strerror}; mend {option}") from error


def places_of(options: argparse.Namespace) -> Mapping[str, report.Format]:
    """Where each report goes; `-` is standard output."""
    places = {options.output or STANDARD_OUTPUT: options.format}
    for wish in options.report:
        name, separator, place = wish.partition("=")
        if not separator or not place or name not in report.FORMATS:
            raise ReviewerError(f"--report {wish}: write FORMAT=FILE, with one of {', '.join(report.FORMATS)}")
        places[place] = name
    return cast("Mapping[str, report.Format]", places)


def fixes_for(places: Mapping[str, report.Format]) -> int:
    """How many fixes are put to the proof: none where no report tells of any."""
    return MOST_FIXES if report.FIXING.intersection(places.values()) else 0


def _look(place: str, color: str) -> Look:
    """A file gets colours only where somebody asks for them."""
    return terminal.look(color, os.environ) if place == STANDARD_OUTPUT else Look(color == "always")


def _write(place: str, name: report.Format, reviewed: Reviewed, look: Look) -> None:
    catalogue = docs.catalogue(registry.all_checks(), site=reviewed.review.policy.docs_url)
    background = report.Background(__version__, reviewed.lines(), catalogue, look, reviewed.tree.root)
    _put(place, report.render(name, reviewed.review, background))


def _put(place: str, text: str) -> None:
    if place == STANDARD_OUTPUT:
        _print(text)
        return
    try:
        Path(place).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise ReviewerError(f"the report can't be written to {place}: {error.strerror}; name another file") from error


def _print(text: str) -> None:
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
    sys.stdout.buffer.flush()
