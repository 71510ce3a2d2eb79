"""`check --fix` and `check --diff`: fixes that are proven are made in the files, or shown."""

import argparse
import sys
from dataclasses import replace

from reviewer import fixing, pipeline
from reviewer.aim import Request
from reviewer.cli import CLEAN, FAILED, FINDINGS
from reviewer.cli.progress import bar
from reviewer.cli.review import STANDARD_OUTPUT, fixes_for, places_of, tell
from reviewer.errors import ReviewerError
from reviewer.fixing import Mended
from reviewer.report.account import counted


def fix(options: argparse.Namespace, request: Request) -> int:
    """Make the fixes, report what is left, and tell by the exit code what came of it.

    With --diff nothing is written, and 1 means that there is something to fix.
    """
    _refuse_contradictions(options)
    with bar() as progress:
        mended = fixing.mended(request, progress, unsafe=options.unsafe_fixes)
    if options.diff:
        _print(fixing.difference(mended))
        _say(_account(mended, "Would fix"))
        failed = any(problem.blocking for problem in mended.problems)
        return FAILED if failed else FINDINGS if mended.made else CLEAN
    left = _written(request, mended)
    places = places_of(options)
    if request.unsaved:
        places = {place: name for place, name in places.items() if place != STANDARD_OUTPUT}
    with bar() as progress:
        reviewed = pipeline.review(replace(left, fixes=fixes_for(places)), progress)
    code = tell(reviewed, places, options.color)
    _say(_account(mended, "Fixed"))
    return code


def _refuse_contradictions(options: argparse.Namespace) -> None:
    """Raise ReviewerError where there is no file to write to."""
    if options.head is not None or options.staged or options.shard:
        raise ReviewerError(
            "--fix and --diff are about the files of the working tree; leave out --head, --staged and --shard"
        )


def _written(request: Request, mended: Mended) -> Request:
    """Write the files, or print what standard input becomes; the request to review what is left."""
    if request.unsaved is None:
        fixing.write(mended)
        return request
    place, data = request.unsaved
    text = next(iter(mended.after.values()), data)
    _print(text)
    return replace(request, unsaved=(place, text))


def _print(data: bytes) -> None:
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def _say(text: str) -> None:
    """What is no part of a report or a diff, for people."""
    print(text, file=sys.stderr)


def _account(mended: Mended, verb: str) -> str:
    """`Fixed 3 findings in 2 files. --unsafe-fixes would fix 1 more, and can change behaviour.`."""
    done = f"{verb} {counted(mended.made, 'finding')} in {counted(len(mended.after), 'file')}."
    told = done if mended.made else "There is nothing to fix."
    risky = f" --unsafe-fixes would fix {mended.risky} more, and can change behaviour." if mended.risky else ""
    return told + risky
