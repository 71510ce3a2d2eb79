"""SARIF for code scanning; the objects are closed to other keys, as the standard's own schema has them."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hypothesis import given, settings

from reviewer.model import Edit, Fix, Level, Problem, Related, Review, Span
from reviewer.report import no_catalogue, sarif
from reviewer.report.comment import Explanation
from tests.unit.report.samples import FINDING, NOTE, hidden, review, reviews

Json = Any  # a document of any shape

# The keys that the standard gives each object that we write, those it requires first.
OBJECTS: Mapping[str, tuple[set[str], set[str]]] = {
    "log": ({"version", "runs"}, {"$schema"}),
    "run": ({"tool"}, {"automationDetails", "columnKind", "invocations", "results"}),
    "driver": ({"name"}, {"version", "rules"}),
    "rule": (
        {"id"},
        {"shortDescription", "fullDescription", "help", "helpUri", "defaultConfiguration"},
    ),
    "result": (
        {"message"},
        {
            "ruleId",
            "ruleIndex",
            "level",
            "locations",
            "partialFingerprints",
            "relatedLocations",
            "fixes",
            "properties",
        },
    ),
    "region": (set(), {"startLine", "startColumn", "endLine", "endColumn"}),
}


def run_of(subject: Review, explained: Explanation | None = None) -> Json:
    """The one run of a log."""
    log = json.loads(sarif.render(subject, "1.0", (lambda _: explained) if explained else no_catalogue))
    _closed("log", log)
    (run,) = log["runs"]
    _closed("run", run)
    _closed("driver", run["tool"]["driver"])
    for rule in run["tool"]["driver"]["rules"]:
        _closed("rule", rule)
    for result in run["results"]:
        _closed("result", result)
    return run


def _closed(kind: str, document: Json) -> None:
    required, optional = OBJECTS[kind]
    assert required <= set(document) <= required | optional, kind


def test_a_finding_is_a_result_with_its_place_and_its_lasting_name() -> None:
    related = replace(FINDING, related=(Related("app/base.py", 3, "here"),))
    (result,) = run_of(review(related))["results"]

    assert (result["ruleId"], result["ruleIndex"], result["level"]) == ("function-too-long", 0, "warning")
    assert result["partialFingerprints"] == {"primaryLocationLineHash": "ab12", "reviewer/v1": "ab12"}
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "app/jobs.py", "uriBaseId": "%SRCROOT%"}
    assert place["region"] == {"startLine": 2, "startColumn": 9, "endLine": 2, "endColumn": 15}
    assert result["relatedLocations"][0]["physicalLocation"]["region"] == {"startLine": 3}


def test_a_fix_is_told_as_replacements() -> None:
    fixed = replace(FINDING, fix=Fix(safe=True, edits=(Edit(Span(2, 1, 2, 3), "x"),)))
    (result,) = run_of(review(fixed))["results"]

    (change,) = result["fixes"][0]["artifactChanges"]
    assert change["replacements"][0]["insertedContent"] == {"text": "x"}


def test_a_rule_is_described_with_its_page() -> None:
    run = run_of(review(FINDING), Explanation("It is long.\n\nSplit it.", page="https://example.com/x"))

    (rule,) = run["tool"]["driver"]["rules"]
    assert rule["shortDescription"] == {"text": "It is long."}
    assert rule["helpUri"] == "https://example.com/x"


def test_what_is_hidden_or_has_no_place_is_no_result() -> None:
    run = run_of(review(hidden(FINDING), NOTE))

    assert run["results"] == []
    assert [each["message"]["text"] for each in run["invocations"][0]["toolExecutionNotifications"]] == [NOTE.message]


def test_what_went_unreviewed_is_no_success() -> None:
    notice = Problem("left-out", "b.py", "excluded")
    assert run_of(review(problems=(notice,)))["invocations"][0]["executionSuccessful"]

    failed = run_of(review(problems=(Problem("crash", "a.py", "it crashed"),)))["invocations"][0]
    assert not failed["executionSuccessful"]
    assert failed["toolExecutionNotifications"][0]["level"] == "error"


def test_there_is_a_limit_and_the_gravest_are_kept() -> None:
    many = [replace(FINDING, span=Span(line, 1, line, 2)) for line in range(1, sarif.MOST_RESULTS + 5)]
    grave = replace(FINDING, path="app/z.py", level=Level.ERROR)
    run = run_of(review(*many, grave))

    assert len(run["results"]) == sarif.MOST_RESULTS
    assert run["results"][-1]["level"] == "error"
    assert "5 more" in run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]


@settings(max_examples=50)
@given(reviews)
def test_every_review_can_be_written(any_review: Review) -> None:
    run = run_of(any_review)

    rules = run["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
