"""Code too deeply nested for a parser that recurses: found before it is parsed, and room for all other code.

libcst's parser recurses in native code, where running out of stack ends the process, and takes quadratic time on
long chains; its code generation recurses in Python. The deepest of 565,000 lines of real code nests 59 levels.
"""

import re
import sys
import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

# 500 levels cost half a second at worst and fit the fixed recursion limit of native calls in Python 3.12.
DEEPEST = 500
# Each level of a pattern triples the time that libcst takes, a mapping in it counts twice.
DEEPEST_PATTERN = 14
# What CPython's tokenizer allows.
MOST_BRACKETS = 200

STACK = 512 * 1024 * 1024
RECURSION = 100_000

_STRING = rb"""
    "{3} [^"\\]* (?: (?: \\. | "(?!"") ) [^"\\]* )* "{3}
  | '{3} [^'\\]* (?: (?: \\. | '(?!'') ) [^'\\]* )* '{3}
  | " [^"\\\n]* (?: \\. [^"\\\n]* )* "
  | ' [^'\\\n]* (?: \\. [^'\\\n]* )* '
"""
_TOKEN = re.compile(
    rb"(?: [fFtT][rR]? | [rR][fFtT] )? (?:" + _STRING + rb")"
    rb"""
  | \#[^\n\r]*
  | \\(?:\r\n?|\n)
  | (?:\r\n?|\n) [ \t\f]* (?: (?:elif|if|case)\b )?
  | [\[({\])},;]
  | [-+*/%@&|^~<>.]
  | (?<![A-Za-z_]) (?:and|or|not|if|else|for|lambda|await)\b
    """,
    re.DOTALL | re.VERBOSE,
)
# A replacement field, with those in its format; what nests deeper counts with all of its string.
_FIELD = re.compile(rb"\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}")
_OPERATORS = b"[({-+*/%@&|^~<>.\"'"
_OPENING = b"[({"
_WORDS = re.compile(rb"and|or|not|if|lambda|await")
_CASE = re.compile(rb"^[ \t\f]*case\b", re.MULTILINE)


def too_deep(data: bytes) -> bool:
    """Whether some statement of this code nests deeper than the parser can be trusted with."""
    if _shallow(data):
        return False
    scan = _Scan()
    return any(map(scan.take, _TOKEN.findall(b"\n" + data)))


def _shallow(data: bytes) -> bool:
    """Whether the file as a whole has fewer operators than a single statement may have."""
    return (
        _count(data, _OPERATORS) + len(_WORDS.findall(data)) <= DEEPEST
        and _count(data, _OPENING) <= MOST_BRACKETS
        and not _CASE.search(data)
    )


def _count(data: bytes, characters: bytes) -> int:
    return len(data) - len(data.translate(None, characters))


class _Scan:
    """Counts how deep the tokens of a file can nest at most; a comma ends a chain, a bracket suspends the outer one."""

    def __init__(self) -> None:
        self.depth = 0
        self.open: list[int] = []
        self.braces = 0
        self.pattern = False
        self.chains: dict[int, int] = {}

    def take(self, token: bytes) -> bool:
        """Count one token; whether it is one too many."""
        match token[:1]:
            case b"\n" | b"\r":
                return not self.open and self._line(token)
            case b"(" | b"[" | b"{":
                return self._opened(token)
            case b")" | b"]" | b"}":
                self._closed(token)
            case b"," | b";":
                self.depth = self.open[-1] if self.open else 0
            case b"#" | b"\\":
                pass
            case _:
                self.depth += _levels(token)
        return self.depth > DEEPEST

    def _line(self, token: bytes) -> bool:
        words = token.strip()
        self.depth = 0
        self.pattern = words == b"case"
        width = len(token) - len(words)
        if words == b"if":
            self.chains[width] = 0
        elif words == b"elif":
            self.chains[width] = self.chains.get(width, 0) + 1
            return self.chains[width] > DEEPEST
        return False

    def _opened(self, token: bytes) -> bool:
        self.depth += 1
        self.open.append(self.depth)
        self.braces += token == b"{"
        deepest = DEEPEST_PATTERN if self.pattern else MOST_BRACKETS
        return len(self.open) + self.braces * self.pattern > deepest or self.depth > DEEPEST

    def _closed(self, token: bytes) -> None:
        self.braces -= token == b"}"
        if self.open:
            self.depth = self.open.pop()


def _levels(token: bytes) -> int:
    """What a token adds: the code inside a formatted string nests too, its text does not."""
    if token[-1:] not in {b'"', b"'"} or token[:1] in {b'"', b"'"}:
        return 1
    text = token.replace(b"{{", b"")
    fields = _FIELD.findall(text)
    if b"{" in _FIELD.sub(b"", text):
        fields = [text]
    return 1 + max((_count(field, _OPERATORS) + len(_WORDS.findall(field)) for field in fields), default=0)


def deep(function: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
    """Call a function where recursion has room: in a thread with a large stack and a high recursion limit."""
    outcome: list[Result] = []
    failure: list[BaseException] = []

    def work() -> None:
        try:
            outcome.append(function(*args, **kwargs))
        except BaseException as error:  # noqa: BLE001  # whatever it is, it is raised again below
            failure.append(error)

    _join(work)
    if failure:
        raise failure[0]
    return outcome[0]


def _join(work: Callable[[], None]) -> None:
    limit, size = sys.getrecursionlimit(), threading.stack_size(STACK)
    sys.setrecursionlimit(max(limit, RECURSION))
    # A daemon, so that an interrupted run does not wait for it.
    thread = threading.Thread(target=work, name="review", daemon=True)
    try:
        thread.start()
        threading.stack_size(size)
        thread.join()
    finally:
        threading.stack_size(size)
        sys.setrecursionlimit(limit)
