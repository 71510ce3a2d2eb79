"""What mypy prints, and what it said of one side of a change."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from reviewer.tools.heard import misunderstood
from reviewer.tools.rules import MYPY


class Remark(BaseModel):
    """A line of mypy's output; what we do not use may be there."""

    model_config = ConfigDict(frozen=True)

    file: str
    line: int
    column: int
    message: str
    code: str | None
    severity: Literal["error", "note"]


REMARK = TypeAdapter(Remark)


@dataclass(frozen=True, slots=True)
class Checked:
    """What mypy says of one side, or why it says nothing; `aside` are the files that it can't parse."""

    remarks: tuple[Remark, ...] = ()
    aside: frozenset[str] = frozenset()
    problem: str | None = None


def remarks(output: bytes) -> Iterator[Remark]:
    """The errors; raises ToolError for a line that is none of mypy's."""
    for line in output.splitlines():
        try:
            remark = REMARK.validate_json(line)
        except ValidationError as error:
            raise misunderstood(MYPY, line, error.errors(include_url=False)[0]["msg"]) from error
        if remark.severity == "error":
            yield remark
