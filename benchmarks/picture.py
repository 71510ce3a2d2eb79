"""Draws the goals as bars: how much of what a row may cost it does cost."""

import math
from collections.abc import Iterator, Sequence
from html import escape

from measure import Result
from table import figure, goal_of

WIDTH = 860
LEFT = 330
RIGHT = 150
HEAD = 56
STEP = 26
BAR = 14
# What a bar can show at most and at least, as a share of its goal; the scale is a logarithm's.
MOST = 16
LEAST = 1 / 16
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.title { font-weight: 600; font-size: 15px }
.small { fill: #59636e; font-size: 12px }
.reached { fill: #1a7f37 }
.missed { fill: #bc4c00 }
.line { stroke: #59636e; stroke-width: 1 }
.goal { stroke: #1f2328; stroke-width: 2 }
.range { stroke: #1f2328; stroke-width: 1.5 }
@media (prefers-color-scheme: dark) {
text { fill: #f0f6fc }
.small { fill: #9198a1 }
.reached { fill: #3fb950 }
.missed { fill: #f0883e }
.line { stroke: #9198a1 }
.goal { stroke: #f0f6fc }
.range { stroke: #f0f6fc }
}
"""


def picture(goals: Sequence[Result], caption: str) -> str:
    """An image in SVG, with colours for light and for dark pages."""
    drawn = [result for result in goals if result.value is not None]
    height = HEAD + STEP * len(drawn) + 40
    size = f'width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"'
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">', f"<title>{escape(caption)}</title>"]
    parts += [f"<style>{STYLE}</style>", _text(12, 24, "title", "What a review costs, as a share of its goal")]
    parts += [_text(12, 44, "small", caption), *_scale(height)]
    for number, result in enumerate(drawn):
        parts += _bar(result, HEAD + STEP * number + 8)
    return "\n".join((*parts, "</svg>\n"))


def place(share: float) -> float:
    """Where a share of a goal lies from left to right; what is outside the picture lies at its edge."""
    inside = min(max(share, LEAST), MOST)
    part = (math.log(inside) - math.log(LEAST)) / (math.log(MOST) - math.log(LEAST))
    return round(LEFT + part * (WIDTH - LEFT - RIGHT), 1)


def _scale(height: int) -> Iterator[str]:
    for share, label in ((LEAST, "1/16"), (0.25, "1/4"), (1, "goal"), (4, "4 times"), (MOST, "16 times")):
        x = place(share)
        look = "goal" if share == 1 else "line"
        opacity = "1" if share == 1 else "0.3"
        yield f'<line class="{look}" opacity="{opacity}" x1="{x}" y1="{HEAD}" x2="{x}" y2="{height - 34}"/>'
        yield _text(x, height - 16, "small", label, "middle")


def _bar(result: Result, y: int) -> Iterator[str]:
    row, value = result.row, result.value
    if value is None or row.goal is None:
        return
    end, least, most = (place(each / row.goal) for each in (value.median, value.least, value.most))
    look = "reached" if result.reached else "missed"
    against = f" / {row.against}" if row.against else ""
    middle = y + BAR / 2
    yield _text(LEFT - 10, y + 12, "", f"{row.work}{against}", "end")
    yield f'<rect class="{look}" x="{LEFT}" y="{y}" width="{max(end - LEFT, 2):.1f}" height="{BAR}" rx="2"/>'
    yield f'<line class="range" x1="{least}" y1="{middle}" x2="{most}" y2="{middle}"/>'
    yield _text(WIDTH - RIGHT + 12, y + 12, "small", f"{figure(value.median)} ({goal_of(result)})")


def _text(x: float, y: float, look: str, words: str, anchor: str = "start") -> str:
    return f'<text class="{look}" x="{x}" y="{y}" text-anchor="{anchor}">{escape(words)}</text>'
