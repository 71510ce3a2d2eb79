"""Runs a check over its examples, for the tests of whoever writes checks."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from reviewer.check import Bad, Check, Good
from reviewer.config import Config
from reviewer.fix import applied
from reviewer.index import Index
from reviewer.model import Finding
from reviewer.runner import Outcome, Plan, review_file, review_project

MARK = re.compile(r"[ \t]*# <-[ \t]*$", re.MULTILINE)
# The file and line of a finding; None and 0 for one about the project.
Place = tuple[str | None, int]


def examples_of(*checks: type[Check]) -> Callable[..., None]:
    """A test for pytest with a case for each example of these checks.

    It is used in one line, `test_examples = examples_of(MyCheck)`; what fails is told with the lines of the example.
    Raises ValueError for a check without a bad or a good example: what is not shown is not tested.
    """
    import pytest

    for check in checks:
        if {type(example) for example in check.examples} != {Bad, Good}:
            raise ValueError(f"{check.__name__} needs a Bad and a Good example at least; give it `examples`")
    numbered = [(check, number) for check in checks for number in range(len(check.examples))]

    @pytest.mark.parametrize(("check", "number"), numbered, ids=[_title(*each) for each in numbered])
    def test(check: type[Check], number: int) -> None:
        example = check.examples[number]
        if wrong := complaints(check, example):
            pytest.fail("\n".join([f"{_title(check, number)}:", *wrong, "", *_listed(example)]), pytrace=False)

    return test


def _title(check: type[Check], number: int) -> str:
    return f"{check.name}, example {number + 1} ({type(check.examples[number]).__name__})"


def _listed(example: Bad | Good) -> Iterator[str]:
    """The files of an example, their lines numbered."""
    for path, code in {example.path: example.code, **example.files}.items():
        yield f"{path}:"
        yield from (f"{number:>5} | {line}" for number, line in enumerate(code.splitlines(), start=1))


def complaints(check: type[Check], example: Bad | Good) -> list[str]:
    """What a check says otherwise than its example, to the line; a fix that does not do what it says, too."""
    files = {example.path: example.code, **example.files}
    outcome = _review(check, example, {path: MARK.sub("", code) for path, code in files.items()})
    found, expected = {_place(finding) for finding in outcome.findings}, _expected(example, files)
    return [
        *(f"{path}:{line}: flagged without a mark" for path, line in sorted(found - expected, key=str)),
        *(f"{path}:{line}: marked but not flagged" for path, line in sorted(expected - found, key=str)),
        *(f"{problem.path}: {problem.message}" for problem in outcome.problems),
        *(_fix_complaints(check, example, outcome.findings) if isinstance(example, Bad) else ()),
    ]


def _review(check: type[Check], example: Bad | Good, files: Mapping[str, str]) -> Outcome:
    """All files of an example, reviewed with its settings as a project of their own."""
    config = Config()
    plan = Plan.of([check(type(check.settings).model_validate(example.settings))])

    def read(path: str) -> bytes:
        return files[path].encode()

    index = Index(sorted(files), read, config)
    outcome = review_project(plan, index)
    for path in sorted(files):
        outcome.add(review_file(path, read, plan, index))
    return outcome


def _place(finding: Finding) -> Place:
    return finding.path, finding.span.line if finding.span else 0


def _expected(example: Bad | Good, files: Mapping[str, str]) -> set[Place]:
    """The marked places; bad code without a mark means a finding about the project."""
    marked: set[Place] = {(path, line) for path, code in files.items() for line in _marked_lines(code)}
    return marked or ({(None, 0)} if isinstance(example, Bad) else set())


def _marked_lines(code: str) -> Iterator[int]:
    return (line for line, text in enumerate(code.split("\n"), start=1) if MARK.search(text))


def _fix_complaints(check: type[Check], example: Bad, findings: Sequence[Finding]) -> Iterator[str]:
    """Whether the fixes in the example's own file make of it what it says, and leave no finding but those marked."""
    edits = [edit for finding in findings if finding.fix and finding.path == example.path for edit in finding.fix.edits]
    if example.fixed is None:
        yield from (["its fix has no `fixed` to compare with"] if edits else [])
        return
    wanted = MARK.sub("", example.fixed)
    fixed = applied(MARK.sub("", example.code), edits)
    if fixed != wanted:
        yield f"fixed, it reads:\n{fixed}"
        return
    left = Bad if wanted != example.fixed else Good
    yield from complaints(check, left(example.fixed, example.path, example.files, example.settings))
