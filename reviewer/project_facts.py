"""Facts about the project as a whole, which rules rest on, and the note about a change that turns one over."""

from collections.abc import Collection, Iterator
from typing import ClassVar

from reviewer.check import Check
from reviewer.index.questions import Questions
from reviewer.model import Finding, Level

# The rule that rests on there being ports.
OF_PORTS = "repository-without-port"


class ProjectFactChanged(Check):
    """What is true of the whole project decides what some rules find in every file of it.

    The first repository of a project makes every import of an ORM model elsewhere a finding. A pull request that
    brings it did not write those imports, so it is still reviewed as a project without repositories, and so is one
    that takes the last of them away as a project with them; this note says what the next one will be held to. So it is
    with the first repository that implements a port, where repositories without one are to be told.
    """

    name: ClassVar[str] = "project-fact-changed"
    level: ClassVar[Level] = Level.NOTE
    message: ClassVar[str] = "With this change the project {now}: rules that rest on it {then} from the next change on."

    def changed(self, before: Questions, after: Questions, selected: Collection[str]) -> Iterator[Finding]:
        """A note for each fact that a change turns over, if it matters to the project and to what is selected."""
        layer = (before.has_repositories(), after.has_repositories())
        # To look for models reads the whole project.
        if len({*layer}) > 1 and after.has_orm_models():
            yield from self._turned(layer, "repository layer")
        if OF_PORTS in selected and all(layer):
            yield from self._turned((before.has_ports(), after.has_ports()), "repository that implements a port")

    def _turned(self, sides: tuple[bool, bool], what: str) -> Iterator[Finding]:
        match sides:
            case False, True:
                yield self.project_finding(now=f"has a {what}", then="apply")
            case True, False:
                yield self.project_finding(now=f"has no {what} any more", then="fall silent")
            case _:
                pass
