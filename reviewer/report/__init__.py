"""Reports: a review as text, JSON, workflow commands, markdown, SARIF, for GitLab and as JUnit XML."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from reviewer.report.look import PLAIN, Look

if TYPE_CHECKING:
    # The command line needs the names of the formats alone.
    from reviewer.model import Review
    from reviewer.report.comment import Catalogue

Format = Literal["text", "json", "github", "markdown", "sarif", "gitlab", "junit"]
FORMATS: tuple[Format, ...] = get_args(Format)
# Those that carry fixes: for the others none is put to the proof.
FIXING: frozenset[Format] = frozenset({"json", "sarif"})
# A file's lines by its path, without their ends; none when the file cannot be read.
Lines = Callable[[str], Sequence[str]]


def no_lines(_path: str) -> Sequence[str]:
    """Nothing: for a review whose files are not at hand."""
    return ()


def no_catalogue(_rule: str) -> None:
    """Nothing: for a report that explains no rule."""


@dataclass(frozen=True, slots=True)
class Background:
    """What reports tell beside the review: the source to quote, what rules mean.

    For text alone are the `look`, and the `root` below which the files lie that it links to.
    """

    version: str
    lines: Lines = no_lines
    catalogue: "Catalogue" = no_catalogue
    look: Look = PLAIN
    root: Path | None = None


def render(name: Format, review: "Review", background: Background) -> str:
    """The review in one format."""
    match name:
        case "text":
            from reviewer.report import text

            return text.render(review, background)
        case "json":
            from reviewer.report import json

            return json.render(review, background.version)
        case "sarif":
            from reviewer.report import sarif

            return sarif.render(review, background.version, background.catalogue)
        case _:
            return _plain(name, review)


def _plain(name: Literal["github", "markdown", "gitlab", "junit"], review: "Review") -> str:
    """The review in a format that needs nothing else."""
    match name:
        case "github":
            from reviewer.report import annotations

            return annotations.render(review)
        case "markdown":
            from reviewer.report import markdown
            from reviewer.report.comment import Voice

            return markdown.summary(review, markdown.Listing(review.shown), Voice())
        case "gitlab":
            from reviewer.report import gitlab

            return gitlab.render(review)
        case "junit":
            from reviewer.report import junit

            return junit.render(review)
