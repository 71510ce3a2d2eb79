"""How the examples of a rule are shown."""

import re
from collections.abc import Sequence

from reviewer.check import Bad, Check, Good

REPEATED = re.compile(r"^((?:.*\n){1,2}?)\1{5,}", re.MULTILINE)
MARK = "  # <-"
# The longest example in a comment.
MOST_LINES = 24


def short(examples: Sequence[Bad | Good]) -> str:
    """The code of the first example that is no more than people read in a comment."""
    codes = (code(example).replace(MARK, "") for example in examples)
    return next((code for code in codes if code.count("\n") < MOST_LINES), "")


def grouped(check: type[Check]) -> tuple[list[Bad | Good], list[Bad | Good]]:
    """The bad and the good examples of a rule."""
    bad: list[Bad | Good] = [example for example in check.examples if isinstance(example, Bad)]
    good: list[Bad | Good] = [example for example in check.examples if isinstance(example, Good)]
    return bad, good


def code(example: Bad | Good) -> str:
    """The example's files, each under its path where there are several or the path decides."""
    files = {example.path: example.code, **example.files}
    named = len(files) > 1 or example.path != Good("").path
    written = {path: code for path, code in files.items() if code.strip()}
    return "\n\n".join((f"# {path}\n" if named else "") + _abridged(code) for path, code in written.items())


def _abridged(code: str) -> str:
    """The code with one line or two in place of many times the same."""
    return REPEATED.sub(_once, code.strip("\n") + "\n").strip("\n")


def _once(run: re.Match[str]) -> str:
    indentation = run[1][: len(run[1]) - len(run[1].lstrip())]
    return f"{run[1]}{indentation}# … the same, {len(run[0]) // len(run[1])} times in all\n"


def title(example: Bad | Good) -> str:
    """What stands above an example."""
    return "Bad" if isinstance(example, Bad) else "Good"
