"""`demo`: the review of a pull request of a small repository that is made for it."""

import argparse
import tempfile
from pathlib import Path

from reviewer import demo as example
from reviewer import pipeline
from reviewer.aim import Request
from reviewer.cli import CLEAN
from reviewer.errors import ReviewerError
from reviewer.report import markdown


def demo(options: argparse.Namespace) -> int:
    """Print the review of the demo's pull request as it would be posted."""
    if options.keep:
        folder = Path(options.keep)
        if folder.exists():
            raise ReviewerError(f"{folder} exists already; name a folder that does not")
        folder.mkdir(parents=True)
        _show(folder)
        return CLEAN
    with tempfile.TemporaryDirectory(prefix="reviewer-demo-") as made:
        _show(Path(made))
    return CLEAN


def _show(folder: Path) -> None:
    base, head = example.build(folder)
    review = pipeline.review(Request(folder.resolve(), base=base, head=head)).review
    print(markdown.summary(review))
    for finding in review.shown:
        if finding.anchor:
            print(f"\n--- {finding.anchor.path}, line {finding.anchor.line}\n\n{markdown.comment(finding)}")
