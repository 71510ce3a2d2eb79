"""A file's lines, to quote them."""

import io
import re
import tokenize

NEWLINE = re.compile(r"\r\n|\r|\n")


def lines_of(data: bytes) -> list[str]:
    """The lines without their ends, as Python counts them; bytes that are no text are marked, not refused."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding, "replace")
    except (SyntaxError, LookupError):
        text = data.decode("utf-8", "replace")
    return NEWLINE.split(text)
