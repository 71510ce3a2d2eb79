"""radon on the changed files of both sides: how complex their functions are, and how well they can be maintained."""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from reviewer.errors import ToolError
from reviewer.model import Problem
from reviewer.tools.heard import ended, failed, installed, misunderstood, python, write
from reviewer.tools.rules import RADON

TIMEOUT = 60.0


class Measure(BaseModel):
    """What radon says of a file: the complexity of its functions by symbol and line, and its index, 0 to 100."""

    functions: tuple[tuple[str, int, int], ...]
    index: Annotated[float, Field(ge=0, le=100)]


MEASURES = TypeAdapter(list[Measure | None])


@dataclass(frozen=True, slots=True)
class Measured:
    """What radon says of the files of both sides that it can read."""

    version: str = ""
    head: Mapping[str, Measure] = field(default_factory=dict)
    base: Mapping[str, Measure] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def measured(head: Mapping[str, bytes], base: Mapping[str, bytes]) -> Measured:
    """What radon measures; never raises, a failure is a problem."""
    version = ""
    try:
        version = installed(RADON)
        measures = _measures([*head.values(), *base.values()])
    except (ToolError, OSError) as error:
        return Measured(problems=(failed(f"{RADON} {version}: {error}" if version else str(error)),))
    return Measured(version, _read(head, measures), _read(base, measures[len(head) :]))


def _measures(sources: list[bytes]) -> list[Measure | None]:
    with tempfile.TemporaryDirectory(prefix="reviewer-radon-") as made:
        folder = Path(made).resolve()
        places = write({f"{number}.py": source for number, source in enumerate(sources)}, folder)
        names = json.dumps([place.name for place in places]).encode()
        completed = python("-m", "reviewer.tools.measuring", cwd=folder, timeout=TIMEOUT, feed=names)
    if completed.code:
        raise ended(RADON, completed)
    try:
        measures = MEASURES.validate_json(completed.stdout)
    except ValidationError as error:
        raise misunderstood(RADON, completed.stdout, error.errors(include_url=False)[0]["msg"]) from error
    if len(measures) != len(sources):
        raise misunderstood(RADON, completed.stdout, f"{len(measures)} files of {len(sources)}")
    return measures


def _read(files: Mapping[str, bytes], measures: list[Measure | None]) -> dict[str, Measure]:
    found = zip(files, measures[: len(files)], strict=True)
    return {path: measure for path, measure in found if measure is not None}
