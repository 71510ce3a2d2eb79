"""Python as HTML with its keywords, strings, numbers and comments marked, by Python's own tokenizer."""

import io
import keyword
import token
import tokenize
from collections.abc import Iterator
from html import escape

# The tokens of an f-string that Python 3.12 and newer take apart.
PARTS_OF_STRINGS = {getattr(token, name, None) for name in ("FSTRING_START", "FSTRING_MIDDLE", "FSTRING_END")} - {None}
KINDS = {token.STRING: "s", token.NUMBER: "n", token.COMMENT: "c", **dict.fromkeys(PARTS_OF_STRINGS, "s")}
MARK = "# <-"


def highlighted(code: str) -> str:
    """The code, each line that ends in `# <-` marked as one with a finding; what does not parse stays as it is."""
    given = code.split("\n")
    lines = [line.removesuffix(MARK).rstrip() if line.endswith(MARK) else line for line in given]
    parts = _parts("\n".join(lines))
    html = "".join(f'<span class="{kind}">{escape(text)}</span>' if kind else escape(text) for kind, text in parts)
    shown = zip(given, html.split("\n"), strict=True)
    return "\n".join(f"<mark>{line}</mark>" if source.endswith(MARK) else line for source, line in shown)


def _parts(code: str) -> Iterator[tuple[str, str]]:
    """Pieces that make up the code, each with the kind of token that it is; a token of several lines is one a line."""
    lines = code.split("\n")
    row, column = 1, 0
    for kind, (start, end) in _tokens(code):
        if start < (row, column):
            continue  # Python 3.12 misplaces what follows doubled braces in an f-string
        yield "", _between(lines, (row, column), start)
        pieces = _between(lines, start, end).split("\n")
        for number, piece in enumerate(pieces):
            yield "", "\n" if number else ""
            yield kind, piece
        row, column = end
    yield "", _between(lines, (row, column), (len(lines), len(lines[-1])))


def _between(lines: list[str], start: tuple[int, int], end: tuple[int, int]) -> str:
    (row, column), (last, stop) = start, end
    if row == last:
        return lines[row - 1][column:stop]
    return "\n".join([lines[row - 1][column:], *lines[row : last - 1], lines[last - 1][:stop]])


def _tokens(code: str) -> Iterator[tuple[str, tuple[tuple[int, int], tuple[int, int]]]]:
    """The places of the tokens that are marked, as far as the code can be read."""
    try:
        for each in tokenize.generate_tokens(io.StringIO(code).readline):
            kind = KINDS.get(each.type, "k" if each.type == token.NAME and keyword.iskeyword(each.string) else "")
            if kind and each.start != each.end:
                yield kind, (each.start, each.end)
    except (tokenize.TokenError, SyntaxError):
        return
