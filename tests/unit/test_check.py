"""The shape of a check: its findings, its examples, its settings."""

from collections.abc import Iterator

import libcst as cst
import pytest
from pydantic import Field, ValidationError

from reviewer.check import Bad, Check, Good, Settings, on, on_project
from reviewer.config import Config
from reviewer.context import Context, ProjectContext
from reviewer.index import Index
from reviewer.model import Confidence, Extent, Finding, Level, Span


class Limits(Settings):
    most_lines: int = Field(default=3, ge=1)


class TooMuch(Check):
    name = "too-much"
    level = Level.WARNING
    message = "`{symbol}` has {lines} lines."
    settings: Limits = Limits()

    @on(cst.FunctionDef, cst.ClassDef)
    def definition(self, node: cst.FunctionDef | cst.ClassDef, ctx: Context) -> Iterator[Finding]:
        yield self.finding(ctx, node, params={"lines": 9}, facts={"lines": 9})

    @on_project
    def project(self, ctx: ProjectContext) -> Iterator[Finding]:
        del ctx
        yield self.project_finding(symbol="all", lines=1)


def context(text: str) -> Context:
    index = Index(["app/orders.py"], lambda _: text.encode(), Config())
    return Context("app/orders.py", cst.parse_module(text), index, text=text)


def function(ctx: Context) -> cst.FunctionDef:
    found = ctx.module.body[0]
    assert isinstance(found, cst.FunctionDef)
    return found


def test_a_finding_takes_its_place_and_its_words_from_its_node() -> None:
    ctx = context("@one\ndef load():\n    pass\n")
    (finding,) = TooMuch().definition(function(ctx), ctx)

    assert finding.message == "`load` has 9 lines."
    assert (finding.path, finding.symbol, finding.span) == ("app/orders.py", "load", Span(2, 5, 2, 9))
    assert (finding.rule, finding.level, finding.confidence) == ("too-much", Level.WARNING, Confidence.HIGH)
    assert finding.params == {"symbol": "load", "lines": 9}
    assert finding.facts == {"lines": 9}
    assert finding.extent == Extent(1, 3)


def test_an_extent_may_be_another_node_or_lines() -> None:
    ctx = context("def load():\n    pass\n")
    node, check = function(ctx), TooMuch()

    assert check.finding(ctx, node, params={"lines": 1}, extent=node.body).extent == Extent(2, 2)
    assert check.finding(ctx, node, params={"lines": 1}, extent=Extent(5, 6)).extent == Extent(5, 6)


def test_a_finding_about_the_project_has_no_place() -> None:
    index = Index([], lambda _: b"", Config())
    (finding,) = TooMuch().project(ProjectContext(index))

    assert (finding.path, finding.span, finding.message) == (None, None, "`all` has 1 lines.")


def test_handlers_carry_the_types_they_want() -> None:
    assert getattr(TooMuch().definition, "handles", None) == (cst.FunctionDef, cst.ClassDef)
    assert getattr(TooMuch().project, "handles_project", False)


def test_settings_are_spelled_as_in_a_file_and_frozen() -> None:
    limits = Limits.model_validate({"most-lines": 5})

    assert TooMuch(limits).settings.most_lines == 5
    assert TooMuch().settings.most_lines == 3
    with pytest.raises(ValidationError):
        limits.most_lines = 6
    with pytest.raises(ValidationError):
        Limits.model_validate({"most-line": 5})


@pytest.mark.parametrize("example", [Bad, Good])
def test_an_example_may_be_indented_with_the_code_around_it(example: type[Bad] | type[Good]) -> None:
    indented = """
        def load():

            pass
    """

    assert example(indented).code == "def load():\n\n    pass\n"
    assert example("x = 1\n", files={"a.py": indented}).files == {"a.py": "def load():\n\n    pass\n"}


def test_a_fixed_example_may_be_indented_too() -> None:
    assert Bad("x = 1\n", fixed="\n    x = 2\n").fixed == "x = 2\n"
    assert Bad("x = 1\n").fixed is None
