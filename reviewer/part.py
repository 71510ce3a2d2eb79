"""What one of several machines found out of a review, as a file: strict to read, and exact to the last character.

It is no report: which findings a change introduced, only those tell who know the findings of all files.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from reviewer.errors import ReviewerError
from reviewer.exact import escaped, unescaped
from reviewer.model import Finding, Problem, Suppression
from reviewer.records import Record, Records, Said
from reviewer.runner import Outcome, Outcomes
from reviewer.shard import Shard

MOST_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class About:
    """What all machines that share a review have in common: the program, what is reviewed, and under which settings.

    `files` is a digest of what is to review, where there is no commit of their contents too; so is `settings`.
    """

    reviewer: str
    python: str
    rules: str
    base: str | None
    head: str | None
    policy: str | None
    files: str
    settings: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user asked for, as far as it is needed to conclude the review; commits are named by their ids."""

    title: str
    paths: tuple[str, ...] = ()
    base: str | None = None
    head: str | None = None
    policy: str | None = None
    staged: bool = False
    config: str | None = None
    flags: Mapping[str, str] = field(default_factory=dict)
    mypy_python: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """What one of several machines found out."""

    shard: Shard
    about: About
    asked: Asked
    records: Records


@dataclass(frozen=True, slots=True)
class _Entry:
    """What the review of a file brought; `ran` is the place of a set of rules in the table of all such sets."""

    path: str
    named: str
    findings: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    ran: int | None = None


@dataclass(frozen=True, slots=True)
class _Half:
    head: tuple[_Entry, ...] = ()
    base: tuple[_Entry, ...] = ()
    said: Said | None = None


@dataclass(frozen=True, slots=True)
class _Document:
    kind: Literal["shard"]
    schema: Literal[1]
    shard: Shard
    about: About
    asked: Asked
    rules: tuple[tuple[str, ...], ...]
    counting: _Half
    proposed: _Half


_DOCUMENT = TypeAdapter(_Document)


def written(part: Part) -> str:
    """The part as a file; the same part gives the same text."""
    table: dict[tuple[str, ...], int] = {}
    counting, proposed = (_half(record, table) for record in (part.records.counting, part.records.proposed))
    document = _Document("shard", 1, part.shard, part.about, part.asked, tuple(table), counting, proposed)
    told = _DOCUMENT.dump_python(escaped(document), exclude_defaults=True)
    # Of what it holds, JSON has no sets alone.
    return json.dumps(told, separators=(",", ":"), default=sorted) + "\n"


def read(data: bytes, name: str) -> Part:
    """The part that a file holds; raises ReviewerError with the next step."""
    if len(data) > MOST_BYTES:
        raise ReviewerError(f"{name} has {len(data):,} bytes, more than the {MOST_BYTES:,} that are read")
    try:
        # JSON has no tuples and sets, so they are read from lists, and enumerations from their values.
        found = _DOCUMENT.validate_json(data, strict=True)
        document = unescaped(found) if b"\\u0000" in data else found
        records = Records(*(_record(half, document.rules) for half in (document.counting, document.proposed)))
    except (ValidationError, UnicodeDecodeError, IndexError) as error:
        raise ReviewerError(
            f"{name} is no part of a review: {_explained(error)}; `reviewer check --shard K/N --report json=FILE` "
            "writes one"
        ) from error
    return Part(Shard.read(str(document.shard)), document.about, document.asked, records)


def is_part(data: bytes) -> bool:
    """Whether a file is such a part, rather than the report of a whole review."""
    return data.startswith(b'{"kind":"shard"')


def _explained(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc'])) or 'the document'}: {first['msg']}"


def _half(record: Record, table: dict[tuple[str, ...], int]) -> _Half:
    return _Half(tuple(_entries(record.head, table)), tuple(_entries(record.base, table)), record.said)


def _entries(outcomes: Outcomes, table: dict[tuple[str, ...], int]) -> Iterator[_Entry]:
    for (path, named), outcome in outcomes.items():
        ran = tuple(sorted(outcome.ran[path])) if path in outcome.ran else None
        place = None if ran is None else table.setdefault(ran, len(table))
        findings, problems = tuple(outcome.findings), tuple(outcome.problems)
        yield _Entry(path, named, findings, problems, tuple(outcome.suppressions), place)


def _record(half: _Half, rules: tuple[tuple[str, ...], ...]) -> Record:
    sets = tuple(map(frozenset, rules))
    return Record(_outcomes(half.head, sets), _outcomes(half.base, sets), half.said)


def _outcomes(entries: Iterable[_Entry], sets: tuple[frozenset[str], ...]) -> Outcomes:
    return {(each.path, each.named): _outcome(each, sets) for each in entries}


def _outcome(entry: _Entry, sets: tuple[frozenset[str], ...]) -> Outcome:
    ran = {} if entry.ran is None else {entry.path: sets[entry.ran]}
    return Outcome(list(entry.findings), list(entry.problems), list(entry.suppressions), ran)
