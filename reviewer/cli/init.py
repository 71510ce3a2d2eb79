"""`init`: a project's first configuration and workflow, from what is found in it."""

import argparse
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from reviewer.adoption import workflow as workflows
from reviewer.adoption.files import difference, put
from reviewer.adoption.naming import Guess
from reviewer.adoption.plan import Plan, plan
from reviewer.cli import CLEAN
from reviewer.report.printable import printable, printable_lines

ANSWERS = {"y": True, "yes": True, "n": False, "no": False}


def init(options: argparse.Namespace) -> int:
    """Look at the project, write what is missing, and tell what was found, assumed and left alone."""
    assumed: list[Guess] = []
    confirm = ask if sys.stdin.isatty() and sys.stdout.isatty() else partial(_takes, assumed)
    made = plan(Path.cwd(), confirm, options.workflow)
    changes = difference(made.root, made.files)
    if not options.dry_run:
        put(made.root, made.files)
    for line in _account(made, changes, wrote=not options.dry_run):
        _tell(line)
    for guess in assumed:
        print(f"Assumed, for want of somebody to ask: `{printable(guess.name)}` stands for {guess.layer}.")
    code = _baseline(made) if options.baseline and not options.dry_run else CLEAN
    for line in _next(made):
        print(line)
    return code


def _tell(text: str) -> None:
    for line in printable_lines(text):
        print(line)


def _takes(assumed: list[Guess], guess: Guess) -> bool:
    """Without somebody to ask, what is sure is assumed, and told."""
    if guess.sure:
        assumed.append(guess)
    return guess.sure


def ask(guess: Guess, read: Callable[[str], str] = input) -> bool:
    """Ask whoever sits at the terminal whether a name stands for a layer."""
    question = f"{guess.why} Does `{guess.name}` stand for {guess.layer}? [{'Y/n' if guess.sure else 'y/N'}] "
    while True:
        try:
            answer = read(printable(question)).strip().lower()
        except EOFError:
            return guess.sure
        if not answer or answer in ANSWERS:
            return ANSWERS.get(answer, guess.sure)


def _account(made: Plan, changes: str, *, wrote: bool) -> Iterator[str]:
    yield from made.found
    if made.files:
        yield changes
        yield f"{'Wrote' if wrote else 'Would write'} {' and '.join(made.files)}."
    yield from made.notes
    if workflows.PLACEHOLDER.encode() in made.files.get(workflows.PLACE, b""):
        yield f"In {workflows.PLACE}, put the organisation that hosts your copy in place of `your-org`."


def _baseline(made: Plan) -> int:
    """Write down what stands, where nobody did so before."""
    if (made.root / made.baseline).exists():
        print(f"{printable(made.baseline)} is there already; `reviewer baseline --prune` takes out what is gone.")
        return CLEAN
    from reviewer.cli.baseline import SETTINGS, baseline

    flags = dict.fromkeys(SETTINGS)
    return baseline(argparse.Namespace(paths=[made.root], config=None, prune=False, allow_growth=False, **flags))


def _next(made: Plan) -> Iterator[str]:
    yield "Next:"
    yield "  reviewer check .     # what stands today"
    yield f"  {made.then}"
