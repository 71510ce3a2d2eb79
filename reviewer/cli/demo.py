"""`demo`: the review of a pull request of a small repository that is made for it."""

import argparse
import re
import tempfile
from pathlib import Path

from reviewer import demo as example
from reviewer import docs, pipeline, registry
from reviewer.aim import Request
from reviewer.cli import CLEAN
from reviewer.errors import ReviewerError
from reviewer.github.event import Target
from reviewer.github.operations import described
from reviewer.github.plan import plan
from reviewer.github.standing import Standing
from reviewer.tools.rules import TOOLS

# What GitHub shows folded, too.
DETAILS = re.compile(r"^│ <details><summary>(.*?)</summary>.*?^│ </details>$", re.MULTILINE | re.DOTALL)
NEXT = (
    "▸ is folded, as it is on GitHub; `reviewer explain RULE` tells what is behind it. "
    "`reviewer demo --keep FOLDER` leaves the repository there, to try `reviewer check` in it."
)


def demo(options: argparse.Namespace) -> int:
    """Print the review of the demo's pull request as it would be posted."""
    if not options.keep:
        with tempfile.TemporaryDirectory(prefix="reviewer-demo-") as made:
            _show(Path(made).resolve())
        return CLEAN
    folder = Path(options.keep).resolve()
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        raise ReviewerError(f"{folder} exists already; name a folder that does not") from None
    _show(folder)
    return CLEAN


def _show(folder: Path) -> None:
    base, head = example.build(folder)
    review = pipeline.review(Request(folder, merge_base=base, head=head, tools=frozenset(TOOLS))).review
    standing = Standing(identity="reviewer", page="https://github.com/demo/billing", head=head, commit=head)
    catalogue = docs.catalogue(registry.all_checks())
    page = described(plan(review, standing, Target("demo/billing", 1), catalogue=catalogue).operations)
    print(DETAILS.sub(r"│ ▸ \1", page))
    print(f"\n{NEXT}")
