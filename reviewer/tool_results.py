"""What the tools of a run are, and what they measured; standard library only."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Complexity:
    """The cyclomatic complexity of a function that changed; `before` is None where it is new."""

    path: str
    symbol: str
    before: int | None
    after: int


@dataclass(frozen=True, slots=True, order=True)
class Maintainability:
    """The maintainability index of a file that changed, 0 to 100; `before` is None where it is new."""

    path: str
    before: float | None
    after: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the statements that the change edits ran in tests; `threshold` is what is asked for, in percent.

    `unreported` counts the changed files that the report does not name.
    """

    ran: int
    statements: int
    threshold: float
    unreported: int = 0

    @property
    def percent(self) -> float:
        """The part that ran; all of nothing."""
        return 100.0 * self.ran / self.statements if self.statements else 100.0

    @property
    def enough(self) -> bool:
        """Whether as much ran as is asked for."""
        return self.percent >= self.threshold


@dataclass(frozen=True, slots=True)
class Tools:
    """The tools of a run: their versions, those whose silence proves something, and what they measured."""

    versions: Mapping[str, str] = field(default_factory=dict)
    complete: tuple[str, ...] = ()
    complexity: tuple[Complexity, ...] = ()
    maintainability: tuple[Maintainability, ...] = ()
    coverage: Coverage | None = None

    def knows(self, rule: str) -> bool:
        """Whether that a rule finds nothing means that there is nothing: of our own always."""
        tool, separator, _ = rule.partition(":")
        return not separator or tool in self.complete
