"""What files say by themselves, kept between runs by the ids that git gives to contents.

So both sides of a change, branches and working trees have it in common. What is kept is read strictly, and what is not
exactly what it should be is read from the file again.
"""

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha1, sha256
from typing import Any

from pydantic import TypeAdapter

from reviewer.index.bodies import Body
from reviewer.index.facts import ModuleFacts
from reviewer.index.proofs import Proof
from reviewer.index.reading import BODIES, FACTS, PROOFS, Kind, Said
from reviewer.results.shelf import Row, Shelf

SHAPES = {FACTS.name: ModuleFacts, BODIES.name: dict[str, Body], PROOFS.name: dict[str, Proof]}


def blob_id(data: bytes) -> str:
    """The id that git gives to a content."""
    return sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


class Archive:
    """What is known under one installation, looked up for all files at once."""

    def __init__(self, shelf: Shelf, code: str) -> None:
        self._shelf = shelf
        self._code = code
        self._ids: set[str] = set()
        self._looked_up: dict[str, set[str]] = {}
        self._rows: dict[bytes, Row] = {}
        self._found: dict[bytes, Row] = {}

    def section(self, ids: Mapping[str, str]) -> "Section":
        """The part of it that is about a tree, by the ids of its files."""
        self._ids.update(ids.values())
        return Section(self, ids)

    def known(self, kind: Kind[Said], blob: str) -> Said | None:
        """What a file of this content says, None where that is not known."""
        looked_up = self._looked_up.setdefault(kind.name, set())
        if blob not in looked_up:
            new = self._ids - looked_up
            looked_up |= new
            found = self._shelf.rows({self._key(kind, each) for each in new})
            self._rows |= {key: rows[0] for key, rows in found.items()}
        row = self._rows.get(self._key(kind, blob))
        return _read(kind, row) if row else None

    def add(self, kind: Kind[Said], source: bytes, said: Said) -> None:
        """Keep what a file of this content says; what can't be written down exactly is left out."""
        key = self._key(kind, blob_id(source))
        try:
            text = _adapter(kind.name).dump_json(said, exclude_defaults=True)
        except ValueError:
            return
        self._found[key] = Row(key, b"", b"", b"", zlib.compress(text, 1))

    def taken(self) -> Iterator[Row]:
        """What was added, once."""
        yield from self._found.values()
        self._found.clear()

    def _key(self, kind: Kind[Said], blob: str) -> bytes:
        return sha256(f"{self._code} {kind.name} {blob}".encode()).digest()


@dataclass(frozen=True, slots=True)
class Section:
    """The part of an archive that is about one tree."""

    archive: Archive
    ids: Mapping[str, str]

    def known(self, kind: Kind[Said], path: str) -> Said | None:
        """What a file says, None where that is not known."""
        blob = self.ids.get(path)
        return self.archive.known(kind, blob) if blob else None

    def add(self, kind: Kind[Said], source: bytes, said: Said) -> None:
        """Keep what a file with these bytes says."""
        self.archive.add(kind, source, said)


def _read(kind: Kind[Said], row: Row) -> Said | None:
    try:
        found: Said = _adapter(kind.name).validate_json(zlib.decompress(row.told), strict=True)
    except (ValueError, zlib.error):
        return None
    return found


@cache
def _adapter(name: str) -> TypeAdapter[Any]:
    return TypeAdapter(SHAPES[name])
