"""`merge`: the parts of a review that several machines did become one review."""

import argparse
from collections.abc import Iterable, Mapping
from pathlib import Path

from reviewer import merging, part
from reviewer.cli.review import fixes_for, places_of, tell
from reviewer.errors import ReviewerError
from reviewer.part import Part


def merge(options: argparse.Namespace) -> int:
    """Conclude the review, report, and tell by the exit code what came of it, as if one machine had done it."""
    places = places_of(options)
    found = parts(options.reports)
    for name, each in found.items():
        for what, wanted, told in (
            ("compares with", options.merge_base, each.about.base),
            ("is about", options.head, each.about.head),
        ):
            if wanted not in (None, told):
                raise ReviewerError(f"{name} {what} {told}, not {wanted}; run all shards anew on these two commits")
    return tell(merging.merged(found, Path.cwd(), fixes_for(places)), places, options.color)


def parts(places: Iterable[str]) -> Mapping[str, Part]:
    """What the machines found out, by the names of the files that they wrote; raises ReviewerError."""
    return {f"{place} ({number})": part.read(content(place), place) for number, place in enumerate(places, start=1)}


def content(place: str) -> bytes:
    """The bytes of a report; raises ReviewerError."""
    try:
        return Path(place).read_bytes()
    except OSError as error:
        raise ReviewerError(
            f"the report {place} can't be read: {error.strerror}; `reviewer check --report json=FILE` writes one"
        ) from error
