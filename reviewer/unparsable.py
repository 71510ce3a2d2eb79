"""The one finding that the engine makes itself: a file that is not valid Python."""

from typing import ClassVar

from reviewer.check import Check
from reviewer.model import WHOLE_FILE, Finding, Level, Span


class UnparsableFile(Check):
    """A file that does not parse can't be imported, so the service fails at start-up or at the first request.

    None of the other rules could read it. Mend the syntax at the place named, or save the file in the encoding
    that it declares.
    """

    name: ClassVar[str] = "unparsable-file"
    level: ClassVar[Level] = Level.ERROR
    message: ClassVar[str] = "The file can't be imported, its code does not parse: {reason}"

    def at(self, path: str, line: int, column: int, reason: str) -> Finding:
        """The finding for a file whose parser stopped at this place; any change to the file can cause it."""
        return Finding(
            rule=self.name,
            level=self.level,
            confidence=self.confidence,
            message=self.message.format(reason=reason),
            path=path,
            span=Span(line, column, line, column + 1),
            params={"reason": reason},
            extent=WHOLE_FILE,
        )
