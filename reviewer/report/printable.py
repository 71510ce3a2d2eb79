"""Makes text from the reviewed code safe to print: nothing invisible, nothing that a terminal would obey."""

import re
import unicodedata

SURROGATE = re.compile("[\ud800-\udfff]")
# Bytes that are no UTF-8 stand in a path as these code points.
FIRST_BYTE = 0xDC00
# Controls, invisible formatting (bidirectional overrides among it), surrogates, private use, odd line ends.
HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
SHORT_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
LAST_LATIN = 0xFF
LAST_IN_PLANE = 0xFFFF
LAST_BYTE = 0xDCFF


def encodable(text: str) -> str:
    r"""The text with undecodable bytes spelled out (`\xe9`), so that it can be written as UTF-8."""
    return SURROGATE.sub(lambda match: escaped(match[0]), text)


def printable(text: str) -> str:
    """The text on one line, with every control and invisible character spelled out."""
    return text if text.isascii() and text.isprintable() else "".join(map(visible, text))


def printable_lines(text: str) -> list[str]:
    """The text's lines, each printable; a traceback keeps its shape."""
    return [printable(line) for line in text.rstrip().split("\n")]


def visible(char: str) -> str:
    """The character itself, or its escape when it cannot be seen."""
    return escaped(char) if unicodedata.category(char) in HIDDEN_CATEGORIES else char


def escaped(char: str) -> str:
    """The character as an escape in the way of Python; a byte that is no UTF-8 as that byte."""
    code = ord(char)
    if char in SHORT_ESCAPES:
        return SHORT_ESCAPES[char]
    if FIRST_BYTE <= code <= LAST_BYTE:
        return f"\\x{code - FIRST_BYTE:02x}"
    if code <= LAST_LATIN:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= LAST_IN_PLANE else f"\\U{code:08x}"
