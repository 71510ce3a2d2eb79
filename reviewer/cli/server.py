"""`server`: what a review finds, in an editor."""

import argparse
import gc
import os
from importlib.util import find_spec

from reviewer.cli import CLEAN
from reviewer.errors import ReviewerError


def server(_: argparse.Namespace) -> int:
    """Speak the language server protocol on standard input and output, until the client is done."""
    if find_spec("pygls") is None:
        raise ReviewerError("the language server needs pygls; install it beside the reviewer: pip install pygls")
    from reviewer.server import made

    # It lives for as long as the editor does.
    gc.enable()
    # Who closes these closes none of our own.
    with os.fdopen(os.dup(0), "rb") as asked, os.fdopen(os.dup(1), "wb") as told:
        made().start_io(asked, told)
    return CLEAN
