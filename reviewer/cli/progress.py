"""The progress bar: on a terminal, and only when a review takes more than a second."""

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager

PATIENCE = 1.0  # seconds

Progress = Callable[[Sequence[str]], Iterable[str]]


@contextmanager
def bar() -> Iterator[Progress]:
    """A function that passes files on and shows how far it is; the bar is gone afterwards."""
    with ExitStack() as stack:
        wanted = sys.stderr.isatty() and not os.environ.get("CI")
        yield (lambda files: _shown(files, stack)) if wanted else iter


def _shown(files: Sequence[str], stack: ExitStack) -> Iterator[str]:
    """Pass the files on; from the first one that comes after a second on, draw a bar."""
    started = time.monotonic()
    advance: Callable[[], None] | None = None
    for done, file in enumerate(files):
        if advance is None and time.monotonic() - started > PATIENCE:
            advance = _draw(stack, done, len(files))
        yield file
        if advance:
            advance()


def _draw(stack: ExitStack, done: int, total: int) -> Callable[[], None]:
    from rich.console import Console
    from rich.progress import Progress as Bar

    drawn = stack.enter_context(Bar(console=Console(stderr=True), transient=True))
    task = drawn.add_task("reviewing", total=total, completed=done)
    return lambda: drawn.advance(task)
