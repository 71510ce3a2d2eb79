"""The runner of examples sees every way in which a check and its example disagree."""

from collections.abc import Iterator

import libcst as cst
import pytest

from reviewer.check import Bad, Check, Good, on, on_project
from reviewer.context import Context, ProjectContext
from reviewer.fix import applied
from reviewer.model import Edit, Finding, Fix, Level, Span
from reviewer.testing import complaints, examples_of


class OldName(Check):
    name = "old-name"
    level = Level.WARNING
    message = "`{symbol}` uses an old name."

    @on(cst.Name)
    def old(self, node: cst.Name, ctx: Context) -> Iterator[Finding]:
        if node.value == "old":
            yield self.finding(ctx, node, fix=Fix(safe=True, edits=(ctx.replace(node, "new"),)))
        if node.value == "half":
            yield self.finding(ctx, node, fix=Fix(safe=True, edits=(ctx.replace(node, "old"),)))
        if node.value == "crash":
            raise RuntimeError("no")


class Nowhere(Check):
    name = "nowhere"
    level = Level.NOTE
    message = "{what} is nowhere."

    @on_project
    def project(self, ctx: ProjectContext) -> Iterator[Finding]:
        if not ctx.index.has_orm_models():
            yield self.project_finding(what="A model")


def test_marks_fixes_and_files_that_agree_bring_no_complaint() -> None:
    example = Bad(
        "old = 1  # <-\nx = old  # <-\n", fixed="new = 1\nx = new\n", files={"app/other.py": "y = old  # <-\n"}
    )

    assert complaints(OldName, Good("new = 1\n")) == []
    assert complaints(OldName, example) == []


def test_a_finding_without_a_mark_is_a_complaint() -> None:
    assert complaints(OldName, Good("x = 1\nold\n")) == ["app/module.py:2: flagged without a mark"]
    assert complaints(OldName, Good("", files={"a.py": "old\n"})) == ["a.py:1: flagged without a mark"]


def test_a_mark_without_a_finding_is_a_complaint() -> None:
    assert complaints(OldName, Bad("new  # <-\n")) == ["app/module.py:1: marked but not flagged"]


def test_a_fix_that_nothing_is_compared_with_is_a_complaint() -> None:
    assert complaints(OldName, Bad("old  # <-\n")) == ["its fix has no `fixed` to compare with"]


def test_a_fix_that_makes_something_else_is_a_complaint() -> None:
    assert complaints(OldName, Bad("old  # <-\n", fixed="newer\n")) == ["fixed, it reads:\nnew\n"]


def test_a_fix_that_leaves_a_finding_is_a_complaint() -> None:
    assert complaints(OldName, Bad("half  # <-\n", fixed="old\n")) == ["app/module.py:1: flagged without a mark"]


def test_a_crash_is_a_complaint() -> None:
    (complaint,) = complaints(OldName, Good("crash\n"))

    assert "old-name crashed" in complaint


def test_bad_code_without_a_mark_means_a_finding_about_the_project() -> None:
    model = "from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase): ...\nclass Job(Base): ...\n"

    assert complaints(Nowhere, Bad("x = 1\n")) == []
    assert complaints(Nowhere, Good(model)) == []
    assert complaints(Nowhere, Bad(model)) == ["None:0: marked but not flagged"]


def test_edits_are_applied_from_the_end() -> None:
    edits = [Edit(Span(1, 1, 1, 4), "first"), Edit(Span(1, 7, 2, 2), "+"), Edit(Span(3, 1, 3, 1), "end\n")]

    assert applied("one = 1\n2\n", edits) == "first = +\nend\n"


def test_examples_are_a_test_of_pytest_with_a_case_for_each() -> None:
    class Clean(OldName):
        name = "clean"
        examples = (Bad("old  # <-\n", fixed="new\n"), Good("new\n"), Good("x = 1\nold\n"))

    test = examples_of(Clean)
    (mark,) = test.pytestmark  # type: ignore[attr-defined]  # pytest keeps its marks in an attribute

    assert mark.kwargs["ids"] == ["clean, example 1 (Bad)", "clean, example 2 (Good)", "clean, example 3 (Good)"]
    for check, number in mark.args[1][:2]:
        test(check, number)
    with pytest.raises(pytest.fail.Exception) as raised:
        test(*mark.args[1][2])
    assert str(raised.value) == (
        "clean, example 3 (Good):\napp/module.py:2: flagged without a mark\n\n"
        "app/module.py:\n    1 | x = 1\n    2 | old"
    )


@pytest.mark.parametrize("examples", [(), (Good("new\n"),), (Bad("old  # <-\n"),)])
def test_a_rule_that_shows_too_little_is_refused(examples: tuple[Bad | Good, ...]) -> None:
    bare = type("Bare", (OldName,), {"name": "bare", "examples": examples})

    with pytest.raises(ValueError, match="Bare needs a Bad and a Good example at least"):
        examples_of(bare)
