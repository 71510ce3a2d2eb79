"""Where the results of reviews lie on disk: a table of SQLite, of which every row proves that it is whole.

Whatever is wrong with the file, or with a row, makes what was asked for unknown, and is never an error.
"""

import sqlite3
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain
from pathlib import Path

from reviewer.cache_folder import cache_folder, private

# What the rows may hold in all; the file takes little more, and may for a moment have twice as much.
MOST_BYTES = 256 * 1024 * 1024
PAGE = 4096
KEPT = 0.75
# As many results of one file under one configuration are looked at; more would be compared in vain.
MOST_VARIANTS = 4
CHUNK = 500
# Seconds to wait for another run that writes.
PATIENCE = 2.0
TABLE = """
CREATE TABLE IF NOT EXISTS results (
    key BLOB, basis BLOB, world BLOB, asked BLOB, told BLOB, seal BLOB, used REAL, PRIMARY KEY (key, basis)
)
"""
READ = "SELECT key, basis, world, asked, told, seal FROM results WHERE key IN ({}) ORDER BY used DESC"
WRITE = "INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?, ?, ?, ?)"
SIZES = "SELECT rowid, length(asked) + length(told) FROM results ORDER BY used, rowid"
COUNT = "SELECT count(*), coalesce(sum(length(asked) + length(told)), 0) FROM results"
# What says nothing of the file: another run is at work, the disk is full, or the folder is read only.
INNOCENT = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY})


@dataclass(frozen=True, slots=True)
class Row:
    """A result: the key of the file and its setting, what the result rests on, and the result itself.

    `asked` are the questions with digests of their answers, `basis` is a digest of these. In the `world`, a digest of
    all that is asked for answers, they have these answers.
    """

    key: bytes
    basis: bytes
    world: bytes
    asked: bytes
    told: bytes

    @property
    def seal(self) -> bytes:
        """A digest of all that makes the result true."""
        parts = (self.key, self.basis, self.asked, self.told)
        return sha256(b"".join(len(part).to_bytes(8, "big") + part for part in parts)).digest()


class Shelf:
    """The rows in one file of a folder; nothing is open between two calls, so that a process can be forked."""

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        self.folder = folder
        self.place = folder / "results.sqlite"
        self._most_bytes = most_bytes

    @classmethod
    def usual(cls) -> "Shelf | None":
        """The one in the folder for caches; None where there can be none."""
        with suppress(OSError, RuntimeError):
            return cls(cache_folder() / "results")
        return None

    def rows(self, keys: Collection[bytes]) -> dict[bytes, list[Row]]:
        """What lies under these keys, the newest first."""
        found: dict[bytes, list[Row]] = {}
        if self.place.exists():
            with self._failing_softly(), self._opened() as connection:
                for row in _read(connection, keys):
                    found.setdefault(row.key, []).append(row)
        return {key: rows[:MOST_VARIANTS] for key, rows in found.items()}

    def put(self, rows: Iterable[Row]) -> None:
        """Lay rows there, all or none, and let the oldest go where there is no more room."""
        now = time.time()
        with self._failing_softly():
            private(self.folder)
            with self._opened() as connection, connection:
                connection.execute("BEGIN IMMEDIATE")
                connection.execute(TABLE)
                values = ((row.key, row.basis, row.world, row.asked, row.told, row.seal, now) for row in rows)
                connection.executemany(WRITE, values)
                self._let_go(connection)

    def count(self) -> tuple[int, int]:
        """How many rows there are, and how many bytes they hold."""
        found = (0, 0)
        if self.place.exists():
            with self._failing_softly(), self._opened() as connection:
                found = connection.execute(COUNT).fetchone()
        return found

    def clear(self) -> None:
        """Take all of it away; raises OSError."""
        for suffix in ("", "-journal", "-wal", "-shm"):
            self.place.with_name(self.place.name + suffix).unlink(missing_ok=True)

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.place, timeout=PATIENCE, isolation_level=None)) as connection:
            # Nothing else tells how large a page is, and what a row holds is no text but bytes.
            connection.execute(f"PRAGMA max_page_count = {2 * self._most_bytes // PAGE + 100}")
            yield connection

    def _let_go(self, connection: sqlite3.Connection) -> None:
        sizes = connection.execute(SIZES).fetchall()
        total = sum(size for _, size in sizes)
        if total <= self._most_bytes:
            return
        gone = []
        for row, size in sizes:
            if total <= self._most_bytes * KEPT:
                break
            total -= size
            gone.append((row,))
        connection.executemany("DELETE FROM results WHERE rowid = ?", gone)

    def _failing_softly(self) -> "_Softly":
        return _Softly(self)


class _Softly:
    """Lets no trouble with the file out; a file that is damaged, or somebody else's, is taken away."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def __enter__(self) -> None:
        """Nothing is to be done before."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        """Whether the trouble is one with the file."""
        if isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", 0) & 0xFF not in INNOCENT:
            with suppress(OSError):
                self._shelf.clear()
        return isinstance(error, sqlite3.Error | OSError | OverflowError | TypeError | ValueError)


def _read(connection: sqlite3.Connection, keys: Collection[bytes]) -> Iterator[Row]:
    wanted = list(keys)
    for chunk in (wanted[start : start + CHUNK] for start in range(0, len(wanted), CHUNK)):
        marks = ",".join("?" * len(chunk))
        for *values, seal in connection.execute(READ.format(marks), chunk):
            if all(isinstance(value, bytes) for value in chain(values, [seal])) and (row := Row(*values)).seal == seal:
                yield row
