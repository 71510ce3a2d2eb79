"""`cache`: what is kept from one review to the next, and how to be rid of it."""

import argparse

from reviewer.cli import CLEAN
from reviewer.errors import ReviewerError
from reviewer.report.account import counted
from reviewer.results.shelf import Shelf


def cache(options: argparse.Namespace) -> int:
    """Tell where results are kept and how many, or take them away."""
    shelf = Shelf.usual()
    if shelf is None:
        raise ReviewerError("there is no folder to keep anything in; name one with REVIEWER_CACHE_DIR")
    if options.action == "clear":
        shelf.clear()
    rows, size = shelf.count()
    print(f"{shelf.folder}: {counted(rows, 'row')}, {size:,} bytes")
    return CLEAN
