"""From a file's bytes to its tree, or to the reason why there is none; nothing of it is imported or run."""

import ast
import codecs
import io
import tokenize
import warnings
from dataclasses import dataclass
from functools import cached_property

import libcst as cst

from reviewer.source.nesting import too_deep

TOO_DEEP = "too deeply nested to read: some statement, or chain of `elif`, has more than 500 levels"
UNREADABLE_CODE = (cst.ParserSyntaxError, cst.CSTValidationError, SyntaxError, ValueError, LookupError, RecursionError)


class Unparsable(Exception):  # noqa: N818  # it says something of the file, not of us
    """The file is not valid Python; line and column count from 1."""

    def __init__(self, line: int, column: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.column = column
        self.message = message


class Unsupported(Exception):  # noqa: N818  # it says something of the file, not of us
    """The file may well be valid Python, but we cannot read it."""


@dataclass(frozen=True)
class Source:
    """A file under review: its path and its bytes; the tree is made when it is asked for."""

    path: str
    data: bytes

    @cached_property
    def module(self) -> cst.Module:
        """The syntax tree; raises Unparsable or Unsupported."""
        return parse(self.data)


def parse(data: bytes) -> cst.Module:
    """The tree of some code; raises Unparsable when Python refuses it too, Unsupported when only we do."""
    if too_deep(data):
        raise _refusal(data, TOO_DEEP)
    try:
        return cst.parse_module(data)
    except UNREADABLE_CODE as error:
        raise _refusal(data, f"our parser does not understand it, though Python does: {_first_line(error)}") from error
    except BaseException as error:
        # A panic of the native parser is no Exception; anything else of that kind goes on its way.
        if type(error).__name__ != "PanicException":
            raise
        raise _refusal(data, f"our parser crashed on it: {_first_line(error)}") from None


def _refusal(data: bytes, otherwise: str) -> Unparsable | Unsupported:
    """What Python itself says of code that we cannot read; `otherwise` when it has no objection."""
    try:
        _decode(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(data)
    except Unparsable as refusal:
        return refusal
    except SyntaxError as error:
        return Unparsable(max(error.lineno or 1, 1), max(error.offset or 1, 1), error.msg)
    except (RecursionError, MemoryError, ValueError, LookupError):
        return Unsupported(otherwise)
    return Unsupported(otherwise)


def _decode(data: bytes) -> None:
    """Raise Unparsable with the place where bytes are no text; Python names none."""
    if (position := data.find(b"\0")) >= 0:
        raise _at(data, position, "source code cannot contain null bytes")
    try:
        encoding, _ = tokenize.detect_encoding(_declaration(data).readline)
        data.decode(encoding)
    except SyntaxError as error:
        raise Unparsable(1, 1, error.msg) from error
    except UnicodeDecodeError as error:
        message = f"{error.encoding} cannot decode byte 0x{data[error.start]:02x}: {error.reason}"
        raise _at(data, error.start, message) from error
    except (LookupError, ValueError) as error:
        raise Unparsable(1, 1, str(error)) from error


def _declaration(data: bytes) -> io.BytesIO:
    """The two lines that may declare an encoding, without the bytes that only the declared one can decode."""
    head = b"\n".join(data.splitlines()[:2])
    return io.BytesIO(head.decode("ascii", "ignore").encode() if not data.startswith(codecs.BOM_UTF8) else head)


def _at(data: bytes, position: int, message: str) -> Unparsable:
    before = data[:position]
    start = before.rfind(b"\n") + 1
    return Unparsable(before.count(b"\n") + 1, len(before[start:].decode("utf-8", "replace")) + 1, message)


def _first_line(error: BaseException) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]
