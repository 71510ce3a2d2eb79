"""What people can ask of us in a thread: `/reviewer ignore <reason>` and `/reviewer explain`."""

import re
from dataclasses import dataclass

COMMAND = re.compile(r"\s*/reviewer(?!\S)(?:[ \t]+([\w-]+):?)?[ \t]*([^\n]*)(.*)", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Command:
    """A command with the rest of its line; `more` says whether there is text behind it."""

    name: str
    reason: str
    more: bool = False

    @property
    def explains(self) -> bool:
        """Whether it asks for an explanation."""
        return self.name == "explain"

    @property
    def ignores(self) -> bool:
        """Whether it takes a finding out of the verdict, which needs a reason."""
        return self.name == "ignore" and bool(self.reason)

    @property
    def objects(self) -> bool:
        """Whether it says anything against a finding; a question or a slip of the pen does not."""
        return self.ignores or self.more


def command(body: str) -> Command | None:
    """The command that a comment begins with."""
    found = COMMAND.match(body)
    return found and Command((found[1] or "").lower(), found[2].strip(), more=bool(found[3].strip()))
