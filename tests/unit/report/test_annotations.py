from dataclasses import replace

from hypothesis import given, settings

from reviewer.model import Confidence, Finding, Level, Problem, Review, Span
from reviewer.report import annotations
from tests.unit.report.samples import FINDING, NOTE, hidden, review, reviews


def test_a_finding_becomes_a_command_at_its_place() -> None:
    assert annotations.render(review(FINDING)) == (
        "::warning file=app/jobs.py,line=2,endLine=2,col=9,endColumn=15,title=function-too-long"
        "::`create` has 31 lines of code, so nobody reads it whole\n"
    )


def test_the_gravest_come_first_and_advice_and_notes_are_notices() -> None:
    findings = [replace(FINDING, level=level, message=level) for level in reversed(Level)]
    written = annotations.render(review(*findings))
    assert [line.partition(" ")[0] for line in written.splitlines()] == ["::error", "::warning", "::notice", "::notice"]
    assert [line.rpartition("::")[2] for line in written.splitlines()] == ["error", "warning", "advice", "note"]


def test_a_span_of_several_lines_has_no_columns() -> None:
    assert ",line=2,endLine=4,title=" in annotations.render(review(replace(FINDING, span=Span(2, 9, 4, 15))))


def test_a_finding_without_a_span_or_a_path_has_none_in_its_command() -> None:
    assert annotations.render(review(NOTE)) == "::notice title=layer-not-found::No folder holds repositories\n"
    assert "::warning file=app/jobs.py,title=" in annotations.render(review(replace(FINDING, span=None)))


def test_what_the_runner_reads_is_escaped() -> None:
    finding = replace(FINDING, path="a,b:c%\n::error::x.py", message="100%\r\n::stop-commands::x\x1b[31m", span=None)
    assert annotations.render(review(finding)) == (
        "::warning file=a%2Cb%3Ac%25\\n%3A%3Aerror%3A%3Ax.py,title=function-too-long"
        "::100%25\\r\\n::stop-commands::x\\x1b[31m\n"
    )


def test_problems_are_annotated_too() -> None:
    problems = (Problem("syntax", "a.py", "it does not parse"), Problem("ignored-configuration", None, "one root"))
    assert annotations.render(review(problems=problems)) == (
        "::error file=a.py,title=syntax::it does not parse\n::notice title=ignored-configuration::one root\n"
    )


def test_a_traceback_keeps_its_lines() -> None:
    problem = Problem("crash", "a.py", "x crashed:\nTraceback\n\x1b[0m\n")
    assert annotations.render(review(problems=(problem,))).endswith("::x crashed:%0ATraceback%0A\\x1b[0m\n")


def test_beyond_ten_of_a_kind_a_line_says_how_many_more_there_are() -> None:
    errors = [Finding("x", Level.ERROR, Confidence.HIGH, str(number)) for number in range(12)]
    lines = annotations.render(review(*errors, FINDING, NOTE)).splitlines()
    assert len(lines) == 13
    assert [line.partition(" ")[0] for line in lines[:12]] == ["::error"] * 10 + ["::warning", "::notice"]
    assert lines[-1] == "2 more of 14 annotations: see the summary."


def test_hidden_findings_are_not_annotated() -> None:
    assert annotations.render(review(hidden(FINDING))) == ""


@settings(max_examples=30, deadline=None)
@given(reviews)
def test_every_review_gives_whole_commands_of_one_line(any_review: Review) -> None:
    written = annotations.render(any_review)
    written.encode()
    lines = written.split("\n")
    assert lines.pop() == ""
    assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in lines)
