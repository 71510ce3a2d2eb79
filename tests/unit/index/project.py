"""A project out of strings, for the tests of the index."""

from collections.abc import Mapping
from textwrap import dedent

from reviewer.config import Config
from reviewer.index import Index


def index_of(files: Mapping[str, str], config: Config | None = None) -> Index:
    """The index of these files, by their paths."""
    sources = {path: dedent(code).encode() for path, code in files.items()}
    return Index(sources, sources.__getitem__, config or Config())
