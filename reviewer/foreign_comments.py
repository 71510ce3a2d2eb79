"""Comments that silence a tool in its own words, `# noqa` and `# type: ignore`: what they hide we never hear of."""

import io
import re
import tokenize
from collections.abc import Collection, Iterator

from reviewer.model import Extent, Suppression
from reviewer.tools.rules import MYPY, RUFF

SILENCING = (
    (
        RUFF,
        re.compile(
            r"#\s*(?:noqa|ruff:\s*noqa|flake8:\s*noqa)\b(?::\s*(?P<codes>[A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*))?"
        ),
    ),
    (MYPY, re.compile(r"#\s*(?:type|mypy):\s*ignore(?:\[(?P<codes>[\w, -]+)\])?")),
)
SIGN = re.compile(rb"noqa|:\s*ignore")
# What Python itself says of a text that it can't take apart.
UNREADABLE = (tokenize.TokenError, SyntaxError, ValueError, LookupError)


def silenced(path: str, source: bytes, lines: Collection[int]) -> Iterator[Suppression]:
    """The comments on these lines of a file that silence a tool, for some of its rules or for all of them."""
    if not SIGN.search(source):
        return
    try:
        for token in tokenize.tokenize(io.BytesIO(source).readline):
            if token.type == tokenize.COMMENT and token.start[0] in lines:
                yield from _read(path, token)
    except UNREADABLE:
        return


def _read(path: str, token: tokenize.TokenInfo) -> Iterator[Suppression]:
    line, column = token.start
    for tool, form in SILENCING:
        if found := form.search(token.string):
            codes = re.findall(r"[\w-]+", found["codes"] or "")
            rules = tuple(f"{tool}:{code}" for code in codes) or (tool,)
            reason = token.string[found.end() :].strip(" #-:")
            yield Suppression(path, line, column + found.start() + 1, rules, reason, Extent(line, line))
