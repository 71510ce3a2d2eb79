"""What is known of a review already, and need not be found out again: what each file brought, and what tools said."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from reviewer.runner import Outcomes
from reviewer.tool_results import Coverage
from reviewer.tools.heard import Heard
from reviewer.tools.radon import Measured


@dataclass(frozen=True, slots=True)
class Said:
    """All that tools said: their findings on both sides, how much of the change ran in tests, what was measured."""

    heard: tuple[Heard, ...] = ()
    coverage: Coverage | None = None
    measured: Measured = field(default_factory=Measured)


@dataclass(slots=True)
class Record:
    """What each file of the head and of the base brought, and what tools `said`, None while nobody asked them."""

    head: Outcomes = field(default_factory=dict)
    base: Outcomes = field(default_factory=dict)
    said: Said | None = None

    def add(self, other: "Record") -> None:
        """Take over what another record knows and this one does not."""
        self.head = other.head | self.head
        self.base = other.base | self.base
        self.said = self.said or other.said


@dataclass(slots=True)
class Records:
    """Of the review that counts, and of the one under what a change makes of the configuration."""

    counting: Record = field(default_factory=Record)
    proposed: Record = field(default_factory=Record)

    @classmethod
    def joined(cls, parts: Iterable["Records"]) -> "Records":
        """What all of these know together; where two know the same, the first one tells it."""
        found = cls()
        for part in parts:
            found.counting.add(part.counting)
            found.proposed.add(part.proposed)
        return found
