"""The reports for GitLab and for servers that read JUnit XML."""

import json
from dataclasses import replace
from xml.etree import ElementTree as ET

from hypothesis import HealthCheck, given, settings

from reviewer.fingerprint import digest
from reviewer.model import Problem, Review
from reviewer.report import gitlab, junit
from tests.unit.report.samples import FINDING, NOTE, hidden, review, reviews

UNREAD = Problem("unreadable", "app/a.py", "it can't be read")


def test_gitlab_gets_what_its_widget_shows() -> None:
    assert json.loads(gitlab.render(review(FINDING, hidden(FINDING), NOTE, problems=(UNREAD,)))) == [
        {
            "description": FINDING.message,
            "check_name": "function-too-long",
            "fingerprint": "ab12",
            "severity": "major",
            "location": {"path": "app/jobs.py", "lines": {"begin": 2, "end": 2}},
        },
        {
            "description": "it can't be read",
            "check_name": "unreadable",
            "fingerprint": digest("unreadable", "app/a.py", "it can't be read"),
            "severity": "blocker",
            "location": {"path": "app/a.py", "lines": {"begin": 1, "end": 1}},
        },
    ]


def test_a_finding_is_a_test_that_fails() -> None:
    other = replace(FINDING, path="app/a.py", span=None)
    root = ET.fromstring(junit.render(review(other, FINDING, NOTE, problems=(UNREAD,))))

    suites = {suite.get("name"): suite for suite in root}
    assert list(suites) == ["app/a.py", "app/jobs.py", "the project", "not reviewed"]
    (case,) = suites["app/jobs.py"]
    assert case.get("name") == "function-too-long:2"
    (failure,) = case
    assert (failure.tag, failure.get("message")) == ("failure", FINDING.message)
    assert (suites["not reviewed"].get("errors"), suites["app/a.py"].get("failures")) == ("1", "1")


def test_a_clean_review_is_a_test_that_passes() -> None:
    root = ET.fromstring(junit.render(review(hidden(FINDING))))

    (suite,) = root
    assert suite.get("failures") == "0"
    assert len(suite) == 1


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(reviews)
def test_every_review_can_be_written(any_review: Review) -> None:
    assert isinstance(json.loads(gitlab.render(any_review).encode()), list)
    assert ET.fromstring(junit.render(any_review).encode()).tag == "testsuites"
