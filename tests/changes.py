"""Changes that are reviewed with real tools, and what came of them."""

from collections.abc import Mapping
from typing import Any

from reviewer.aim import Request
from reviewer.model import Finding, Review
from reviewer.pipeline import review
from reviewer.tools.rules import TOOLS
from tests.repositories import Builder

Files = Mapping[str, str | None]


def commit(repository: Builder, files: Files) -> str:
    """Commit these files; one without content is taken away."""
    for path, content in files.items():
        if content is None:
            (repository.root / path).unlink()
        else:
            repository.write(path, content)
    return repository.commit()


def reviewed(repository: Builder, before: Files, after: Files, tools: str = "", **options: Any) -> Review:  # noqa: ANN401  # of a request
    """The review of a change from these files to those; `tools` names those that run, all unless some are named."""
    base = commit(repository, before)
    head = commit(repository, after)
    wanted = frozenset(tools.split()) or frozenset(TOOLS)
    return review(Request(repository.root, merge_base=base, head=head, tools=wanted, **options)).review


def names(findings: tuple[Finding, ...]) -> list[tuple[str, str, int]]:
    """The rule, the path and the line of each finding."""
    return [(each.name, each.path or "", each.span.line if each.span else 0) for each in findings]
