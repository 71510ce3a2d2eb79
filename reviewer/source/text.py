"""A file's lines, to quote them."""

import io
import re
import tokenize
from collections.abc import Sequence

from reviewer.model import Span

NEWLINE = re.compile(r"\r\n|\r|\n")


def lines_of(data: bytes) -> list[str]:
    """The lines without their ends, as Python counts them; bytes that are no text are marked, not refused."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding, "replace")
    except (SyntaxError, LookupError, UnicodeError):
        text = data.decode("utf-8", "replace")
    return NEWLINE.split(text)


def code_in(span: Span | None, lines: Sequence[str]) -> str:
    """The code in a span; nothing of one that is not in these lines."""
    if span is None or span.end_line > len(lines):
        return ""
    rows = [*lines[span.line - 1 : span.end_line]]
    rows[-1] = rows[-1][: span.end_column - 1]
    rows[0] = rows[0][span.column - 1 :]
    return "\n".join(rows)
