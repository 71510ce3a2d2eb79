"""Turns text from the reviewed code into markdown that says the same and does nothing else."""

import re

from reviewer.report.printable import printable

# GitHub looks for mentions, references and addresses in the rendered text; this breaks them and takes no room.
BREAK = "\u200b"
CODE_SPAN = re.compile(r"`([^`]+)`")
UNSAFE_IN_CODE = re.compile(r"[`|\\<>&$]|^\s|\s$|^$")
PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
ADDRESS = re.compile(r"(?i):(?=//)|www(?=\.)|\bGH-(?=\d)")
LINE_START = re.compile(r"^(?=[-+=])|^\d+(?=[.)])")
MARKUP = str.maketrans(
    {char: f"\\{char}" for char in "\\`*_[]~"}
    | {"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;", "$": "<span>$</span>"}
    | {"@": f"@{BREAK}", "#": f"\\#{BREAK}"}
)
BACKTICKS = re.compile(r"`+")
UNSAFE_IN_ADDRESS = re.compile(r"[^!#-'*-;=?-Z_a-z~]")


def escape(text: str) -> str:
    """One line of markdown that reads as the text; what stands in backticks becomes code, all else stays text."""
    pieces = CODE_SPAN.split(printable(text.strip()))
    return "".join(code(piece) if position % 2 else _plain(piece, position) for position, piece in enumerate(pieces))


def _plain(text: str, position: int) -> str:
    marked = ADDRESS.sub(lambda match: match[0] + BREAK, text).translate(MARKUP)
    return marked if position else LINE_START.sub(lambda match: match[0] + "\\", marked)


def code(text: str) -> str:
    """The text as code, in a table too; nothing in it ends the code or reads as a comment of HTML."""
    shown = printable(text)
    if UNSAFE_IN_CODE.search(shown):
        # An address of mail would become a link behind its entity too.
        return f"<code>{PUNCTUATION.sub(_entity, shown)}</code>"
    return f"`{shown}`"


def _entity(match: re.Match[str]) -> str:
    return f"&#{ord(match[0])};" + (BREAK if match[0] == "@" else "")


def link(text: str, address: str) -> str:
    """A link; `text` is markdown already."""
    return f"[{text}]({UNSAFE_IN_ADDRESS.sub(_percent, address)})"


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode(errors="surrogateescape"))


def fenced(text: str, language: str) -> str:
    """A code block, its fence longer than any row of backticks in it."""
    fence = "`" * max(3, 1 + max(map(len, BACKTICKS.findall(text)), default=0))
    end = "\n" if text and not text.endswith("\n") else ""
    return f"{fence}{language}\n{text}{end}{fence}"


def shortened(text: str, limit: int) -> str:
    """The text, cut to so many characters."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
