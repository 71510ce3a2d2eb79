"""Reports: a review as text, as JSON, as workflow commands, as markdown."""

from collections.abc import Callable, Sequence
from typing import Literal

from reviewer.model import Review

Format = Literal["text", "json", "github", "markdown"]
FORMATS: tuple[Format, ...] = ("text", "json", "github", "markdown")
# A file's lines by its path, without their ends; none when the file cannot be read.
Lines = Callable[[str], Sequence[str]]


def no_lines(_path: str) -> Sequence[str]:
    """Nothing: for a review whose files are not at hand."""
    return ()


def render(name: Format, review: Review, *, version: str, lines: Lines = no_lines, colour: bool = False) -> str:
    """The review in one format; `lines` gives the source to quote, `colour` is for text alone."""
    match name:
        case "text":
            from reviewer.report import text

            return text.render(review, lines=lines, colour=colour)
        case "json":
            from reviewer.report import json

            return json.render(review, version)
        case "github":
            from reviewer.report import annotations

            return annotations.render(review)
        case "markdown":
            from reviewer.report import markdown
            from reviewer.report.comment import Voice

            return markdown.summary(review, markdown.Told(review.shown), Voice())
