"""Draws what a terminal shows as an image in SVG, for light and for dark pages."""

import re
from collections.abc import Iterator
from html import escape

from reviewer.report.look import columns

LINK = re.compile("\x1b]8;;[^\x1b]*\x1b\\\\")
STYLE = re.compile("\x1b\\[([0-9;]*)m")
# Of a letter, in pixels.
ACROSS, DOWN = 7.8, 19
EDGE = 16
BASELINE = 14
FONT = "13px ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
# What terminals make of the numbers, by default, on light and on dark ground.
LOOK = """
text { font: FONT; fill: #1f2328; white-space: pre }
.ground { fill: #ffffff; stroke: #d1d9e0 }
.s1 { font-weight: 700 }
.s2 { fill: #6e7781 }
.s31 { fill: #cf222e }
.s35 { fill: #8250df }
.s36 { fill: #1b7c83 }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 }
.ground { fill: #0d1117; stroke: #3d444d }
.s2 { fill: #8b949e }
.s31 { fill: #ff7b72 }
.s35 { fill: #d2a8ff }
.s36 { fill: #76e3ea }
}
"""


def drawn(screen: str, width: int, title: str) -> str:
    """The image of a screen of so many columns; its lines hold styles of ANSI and links."""
    lines = screen.rstrip("\n").count("\n") + 1
    across, down = round(width * ACROSS + 2 * EDGE), lines * DOWN + 2 * EDGE
    size = f'width="{across}" height="{down}" viewBox="0 0 {across} {down}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">',
        f"<title>{escape(title)}</title><style>{LOOK.replace('FONT', FONT)}</style>",
        f'<rect class="ground" x="0.5" y="0.5" width="{across - 1}" height="{down - 1}" rx="8"/>',
    ]
    column, y = 0, EDGE + BASELINE
    for style, text in _runs(LINK.sub("", screen).rstrip("\n")):
        if text.strip():
            parts.append(_text(text, style, column, y))
        column, y = (0, y + DOWN) if text == "\n" else (column + columns(text), y)
    return "\n".join((*parts, "</svg>\n"))


def _runs(screen: str) -> Iterator[tuple[str, str]]:
    """The pieces of the screen's lines and the ends between them, each with the numbers of its style."""
    style = ""
    for position, piece in enumerate(STYLE.split(screen)):
        if position % 2:
            style = "" if piece == "0" else piece
        else:
            yield from ((style, part) for part in re.split("(\n)", piece))


def _text(text: str, style: str, column: int, y: int) -> str:
    """A piece at its column, as wide as it has columns, whatever the font is."""
    lead = len(text) - len(text.lstrip())
    shown = text.strip()
    looks = " ".join(f"s{number}" for number in style.split(";") if number)
    about = f' class="{looks}"' if looks else ""
    x, wide = EDGE + (column + lead) * ACROSS, columns(shown) * ACROSS
    fit = f'textLength="{wide:.1f}" lengthAdjust="spacingAndGlyphs"'
    return f'<text{about} x="{x:.1f}" y="{y}" {fit}>{escape(shown)}</text>'
