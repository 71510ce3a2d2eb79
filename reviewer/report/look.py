"""How a report looks on a terminal: colours, links, and lines that are no wider than it."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

# Longer lines are hard to follow, however wide the terminal is.
WIDEST = 110
# Narrower than that nothing reads well any more; the terminal breaks the lines then.
NARROWEST = 32


@dataclass(frozen=True, slots=True)
class Look:
    """What a terminal can show; without a `width`, in columns, text stays on its line."""

    colour: bool = False
    links: bool = False
    width: int | None = None

    def styled(self, text: str, style: str) -> str:
        """The text in a style, which is numbers of ANSI's `Select Graphic Rendition`."""
        return f"\x1b[{style}m{text}\x1b[0m" if self.colour and text else text

    def linked(self, text: str, address: str | None) -> str:
        """The text as a link (OSC 8); the address holds no control characters."""
        return f"\x1b]8;;{address}\x1b\\{text}\x1b]8;;\x1b\\" if self.links and address else text

    def wrapped(self, text: str, *, taken: int = 0, indent: int = 0) -> str:
        """The text on lines that are no wider than the look; `taken` columns of the first one are filled already."""
        if self.width is None:
            return text
        width = max(min(self.width, WIDEST), NARROWEST)
        return f"\n{' ' * indent}".join(_lines(text, width, taken, indent))


# What is no terminal, and what is written to a file.
PLAIN = Look()


def _lines(text: str, width: int, taken: int, indent: int) -> Iterator[str]:
    """The text's lines without their indentation; a word that is wider than a line has one for itself."""
    words: list[str] = []
    for word in text.split(" "):
        if taken + columns(word) > width and taken > indent:
            yield " ".join(words)
            words, taken = [], indent
        words.append(word)
        taken += columns(word) + 1
    yield " ".join(words)


def columns(text: str) -> int:
    """How many columns of a terminal the text fills."""
    return len(text) if text.isascii() else sum(map(cells, text))


def cells(char: str) -> int:
    """How many columns a character fills: none where it stands on the one before, two in the scripts of East Asia."""
    if unicodedata.category(char) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1
