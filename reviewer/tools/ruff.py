"""ruff on the reviewed files of both sides, with the standard's settings or the project's."""

import os
import re
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from reviewer.errors import ToolError
from reviewer.model import Edit, Finding, Fix, Span
from reviewer.source import code_in, lines_of
from reviewer.tools.heard import Heard, attempted, ended, finding, misunderstood, run, write
from reviewer.tools.ruff_doubts import is_doubtful
from reviewer.tools.rules import INVALID_SYNTAX, RUFF

TIMEOUT = 60.0
BASE, HEAD = "base", "head"
OURS = """\
exclude = []
lint.mccabe.max-complexity = 10
"""
# What is measured, and the most of it, stand in the message; the fact bears the name of what it is.
NUMBERS = re.compile(r"\((\d+) > \d+\)")
MEASURES = {"C901": "complexity"}  # What stands before the default of a parameter without a type hint.
# In a query `User.deleted == False` is a condition, and `not User.deleted` is False.
COMPARISONS = frozenset({"E711", "E712"})
UNTYPED = re.compile(r"(?:^|[,(])\s*\w+=$")

Files = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Order:
    """What ruff is to look at: the files of the head and of the base (None: there is none), and for which codes.

    With `project` the codes and all settings are those of these configuration files, by their paths; `beside` are the
    files that stand beside those under review, whose names tell packages.
    """

    head: Files
    base: Files | None
    codes: Collection[str]
    target: str | None = None
    project: Files | None = None
    beside: Collection[str] = ()


class Place(BaseModel):
    """A place in ruff's output, from 1, in characters."""

    row: Annotated[int, Field(ge=1)]
    column: Annotated[int, Field(ge=1)]


class Replacement(BaseModel):
    """A part of a fix in ruff's output."""

    content: str
    location: Place
    end_location: Place


class Repair(BaseModel):
    """A fix in ruff's output."""

    applicability: Literal["safe", "unsafe", "display"]
    edits: tuple[Replacement, ...]


class Complaint(BaseModel):
    """An entry of ruff's output; what we do not use may be there."""

    code: str | None
    filename: str
    message: str
    location: Place
    end_location: Place
    fix: Repair | None = None


COMPLAINTS = TypeAdapter(list[Complaint])


def said(order: Order) -> Heard:
    """What ruff says of both sides; never raises, a failure is a problem."""
    return attempted(RUFF, partial(_said, order))


def _said(order: Order, version: str) -> Heard:
    with tempfile.TemporaryDirectory(prefix="reviewer-ruff-") as made:
        folder = Path(made).resolve()
        sides = {HEAD: order.head, BASE: order.base or {}}
        places = {_seen(place): (side, path) for side in sides for place, path in _written(folder, side, sides, order)}
        lines = cache(lambda side, path: lines_of(sides[side][path]))
        found: dict[str, list[Finding]] = {HEAD: [], BASE: []}
        for complaint in _complaints(folder, [f"{side}/{path}" for side in sides for path in sides[side]], order):
            home = _home(complaint, places)
            told = _finding(complaint, home[1], lines(*home))
            # Who has settings of their own means what they say.
            if order.project is not None or not is_doubtful(told, lines(*home)):
                found[home[0]].append(told)
    looked = None if order.project is not None else frozenset(f"{RUFF}:{code}" for code in order.codes)
    rules = None if looked is None else looked | {f"{RUFF}:{INVALID_SYNTAX}"}
    return Heard(
        RUFF,
        version,
        tuple(found[HEAD]),
        tuple(found[BASE]),
        rules,
        compared=order.base is not None,
        paths=frozenset(order.head) | frozenset(order.base or {}),
    )


def _written(folder: Path, side: str, sides: Mapping[str, Files], order: Order) -> Iterator[tuple[Path, str]]:
    """Write the files of a side, and the project's configuration around them where it counts."""
    if order.project is not None:
        write(dict.fromkeys(order.beside, b"") | dict(order.project), folder / side)
    yield from zip(write(sides[side], folder / side), sides[side], strict=True)


def _complaints(folder: Path, files: Sequence[str], order: Order) -> list[Complaint]:
    """What ruff says of these files."""
    settings = folder / "ruff.toml"
    # Above a project's own it ends the search for others.
    settings.write_text(OURS if order.project is None else "", encoding="utf-8")
    options = ["--no-cache", "--no-respect-gitignore", "--no-fix", "--exit-zero", "--output-format=json"]
    if order.project is None:
        options += [f"--config={settings}", f"--select={','.join(order.codes)}"]
    if order.target is not None:
        options.append(f"--target-version={order.target}")
    if not files or not (order.codes or order.project):
        return []
    if order.project is not None:
        options.append("--force-exclude")
    completed = run([program(), "check", *options, "--", *files], cwd=folder, timeout=TIMEOUT)
    if completed.code:
        # What ruff quotes of a file may be of one that is none of the project's.
        said = "\n".join(line for line in completed.stderr.splitlines() if "|" not in line)
        raise ended(RUFF, replace(completed, stderr=said))
    try:
        return COMPLAINTS.validate_json(completed.stdout)
    except ValidationError as error:
        raise misunderstood(RUFF, completed.stdout, error.errors(include_url=False)[0]["msg"]) from error


def program() -> str:
    """The path of ruff's program; raises ToolError."""
    try:
        from ruff.__main__ import find_ruff_bin  # type: ignore[import-untyped]  # ruff has no type hints
    except ImportError as error:
        raise ToolError(f"its program is not found ({error}); install it anew") from error
    return str(find_ruff_bin())


@cache
def knows(code: str) -> bool:
    """Whether ruff has a rule with this code; where it can't be asked, it will say so itself."""
    try:
        return run([program(), "rule", code], cwd=Path("/"), timeout=TIMEOUT).code == 0
    except ToolError:
        return True


def _seen(place: Path) -> str:
    """A path as ruff writes it, whatever its bytes are."""
    return os.fsencode(place).decode(errors="replace")


def _home(complaint: Complaint, places: Mapping[str, tuple[str, str]]) -> tuple[str, str]:
    if complaint.filename not in places:
        raise misunderstood(RUFF, complaint.filename.encode(), "a file that it was not given")
    return places[complaint.filename]


def _finding(complaint: Complaint, path: str, lines: Sequence[str]) -> Finding:
    code = complaint.code or INVALID_SYNTAX
    start, end = complaint.location, complaint.end_location
    measured = NUMBERS.search(complaint.message)
    told = finding(
        RUFF,
        code,
        complaint.message.replace(f"`{HEAD}/", "`").replace(f"`{BASE}/", "`"),
        path,
        Span(start.row, start.column, end.row, end.column),
        # Its own name is no part of what is measured.
        key="" if measured else None,
        facts={MEASURES.get(code, "measured"): int(measured[1])} if measured else None,
        fix=None if _is_wrong(code, complaint, lines) else _fix(complaint.fix, lines),
    )
    # What is measured is in all of the function.
    return replace(told, extent=None) if measured else told


def _is_wrong(code: str, complaint: Complaint, lines: Sequence[str]) -> bool:
    """Whether a fix of ruff's may change what is meant, though ruff can't know it."""
    return code in COMPARISONS or (code == "B006" and _is_typed(complaint, lines))


def _is_typed(complaint: Complaint, lines: Sequence[str]) -> bool:
    """Whether a parameter with a default has a type hint, or may have: with None for a default it would be another.

    Where None is a value of its own, it would get the meaning of the default.
    """
    before = lines[complaint.location.row - 1][: complaint.location.column - 1]
    return UNTYPED.search(before) is None


def _fix(repair: Repair | None, lines: Sequence[str]) -> Fix | None:
    """A fix, without edits that change nothing: an import that is there is one of them."""
    if repair is None or repair.applicability == "display":
        return None
    edits = [
        Edit(
            Span(each.location.row, each.location.column, each.end_location.row, each.end_location.column), each.content
        )
        for each in repair.edits
    ]
    changing = [edit for edit in edits if edit.text != code_in(edit.span, lines)]
    return Fix(repair.applicability == "safe", tuple(sorted(changing))) if changing else None
