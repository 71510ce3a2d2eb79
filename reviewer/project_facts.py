"""Facts about the project as a whole, which rules rest on, and the note about a change that turns one over."""

from collections.abc import Iterator
from typing import ClassVar

from reviewer.check import Check
from reviewer.index.questions import Questions
from reviewer.model import Finding, Level


class ProjectFactChanged(Check):
    """What is true of the whole project decides what some rules find in every file of it.

    The first repository of a project makes every import of an ORM model elsewhere a finding. A pull request that
    brings it did not write those imports, so it is still reviewed as a project without repositories, and so is one
    that takes the last of them away as a project with them; this note says what the next one will be held to.
    """

    name: ClassVar[str] = "project-fact-changed"
    level: ClassVar[Level] = Level.NOTE
    message: ClassVar[str] = "With this change the project {now}: rules that rest on it {then} from the next change on."

    def changed(self, before: Questions, after: Questions) -> Iterator[Finding]:
        """The note, where a change turns a fact over that matters to the project."""
        gained = after.has_repositories()
        if gained != before.has_repositories() and after.has_orm_models():
            now = "has a repository layer" if gained else "has no repository layer any more"
            yield self.project_finding(now=now, then="apply" if gained else "fall silent")
