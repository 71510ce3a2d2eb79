"""What tools said of both sides of a change, in a file that may be a stranger's: nothing in it is believed."""

import io
import struct
import zipfile
import zlib
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, FailFast, Field, ValidationError

from reviewer.errors import ReviewerError

MEMBER = "tools.json"
# Limits of what is read, in bytes: of the archive, and of what is in it.
MOST_PACKED = 5 * 1024 * 1024
MOST_BYTES = 4 * 1024 * 1024
MOST_REMARKS = 5_000
LONGEST = 2_000
MOST_LINES, MOST_COLUMNS = 1_000_000, 10_000
ZIP = b"PK\x03\x04"
PLAIN = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    RuntimeError,
    NotImplementedError,
    EOFError,
    OSError,
    OverflowError,
    ValueError,
)


def _inside(path: str) -> str:
    """A path that stays inside the repository."""
    if path.startswith("/") or {"..", "."} & set(path.split("/")) or not path.isprintable() or "\\" in path:
        raise ValueError("the path leaves the repository")
    return path


Sha = Annotated[str, Field(pattern=r"^([0-9a-f]{40}|[0-9a-f]{64})$")]


Path = Annotated[str, Field(min_length=1, max_length=1024), AfterValidator(_inside)]


class _Part(BaseModel):
    """An object with no field more, none less, none of another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Remark(_Part):
    """One complaint of a tool; lines and columns count from 1."""

    path: Path
    line: Annotated[int, Field(ge=1, le=MOST_LINES)]
    column: Annotated[int, Field(ge=1, le=MOST_COLUMNS)]
    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,60}$")]
    message: Annotated[str, Field(min_length=1, max_length=LONGEST)]


# The first thing that is wrong is enough: to collect them all takes a stranger's time and memory of ours.
Remarks = Annotated[tuple[Remark, ...], Field(max_length=MOST_REMARKS), FailFast()]


class Said(_Part):
    """What one tool said of the base and of the head, or why not; `compared` says whether it came to the base."""

    tool: Literal["mypy"]
    version: Annotated[str, Field(pattern=r"^[0-9][0-9A-Za-z.+-]{0,30}$")]
    problem: Annotated[str, Field(max_length=LONGEST)] | None
    compared: bool
    base: Remarks
    head: Remarks


Numbers = Annotated[tuple[Annotated[int, Field(ge=1, le=MOST_LINES)], ...], Field(max_length=MOST_LINES), FailFast()]


class FileCoverage(_Part):
    """The lines of a file of the head on which statements stand that ran in tests, and that did not."""

    path: Path
    ran: Numbers
    missed: Numbers


class ToolReport(_Part):
    """What the tools said of a change between two commits.

    `coverage` is None where no report about tests was given, or where it was refused for a reason.
    """

    number: Literal[1] = Field(alias="schema")
    base: Sha
    head: Sha
    tools: Annotated[tuple[Said, ...], Field(max_length=1), FailFast()]
    coverage: Annotated[tuple[FileCoverage, ...] | None, Field(max_length=MOST_REMARKS)] = None
    coverage_refused: Annotated[str, Field(max_length=LONGEST)] | None = None


def read(data: bytes) -> ToolReport:
    """The report in a file, or in an archive that holds it and nothing else; raises ReviewerError."""
    if not data:
        raise ReviewerError("there is none: the job that runs the tools did not finish, its log says why")
    content = _unpacked(data) if data.startswith(ZIP) else data
    if len(content) > MOST_BYTES:
        raise ReviewerError(f"the tools' report has {len(content):,} bytes, more than the {MOST_BYTES:,} that are read")
    try:
        return ToolReport.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "the document"
        raise ReviewerError(f"the tools' report is not one of ours: {place}: {first['msg']}") from error


def _unpacked(data: bytes) -> bytes:
    """The one member of an archive, read in memory: nothing is written, whatever the names in it say."""
    if len(data) > MOST_PACKED:
        raise ReviewerError(f"the tools' archive has {len(data):,} bytes, more than the {MOST_PACKED:,} that are read")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if [member.filename for member in members] != [MEMBER]:
                raise ReviewerError(f"the tools' archive holds something else than {MEMBER} alone")
            # Of the other ways to pack, Python unpacks more than it is asked for.
            if members[0].compress_type not in PLAIN or members[0].file_size > MOST_BYTES:
                raise ReviewerError(f"the tools' archive holds more than {MOST_BYTES:,} bytes, or is packed otherwise")
            with archive.open(members[0]) as member:
                return member.read(MOST_BYTES + 1)
    except UNREADABLE as error:
        raise ReviewerError(f"the tools' archive can't be read: {error}") from error


def written(report: ToolReport) -> str:
    """The report as a file."""
    return report.model_dump_json(by_alias=True, indent=2) + "\n"
