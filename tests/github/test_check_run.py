"""The check run of a review: made once, filled fifty annotations at a time, ended with the verdict."""

from dataclasses import replace

import pytest

from reviewer.errors import GitHubError
from reviewer.github.check_run import MOST
from reviewer.github.poster import conclude
from reviewer.github.posting import Outcome
from reviewer.model import Level, Problem, Review
from tests.github.fake import BOT, FORBIDDEN, Rights
from tests.github.server import Fault, How, Site
from tests.github.story import NEW, TARGET, access, finding, review, unplaced

CREATE, UPDATE = "POST /check-runs", "PATCH "
FAULTS = [
    Fault("", How.STATUS, 502, done=True),
    Fault("", How.RESET, done=True),
    Fault("", How.HTML, done=True),
    Fault("", How.STATUS, 502),
    Fault("", How.STATUS, 429, message="Slow down"),
]


def concluded(site: Site, made: Review, *, fails: bool = False) -> str | None:
    """What GitHub says to a check run."""
    return conclude(made, Outcome(fails=fails), "reviewer", TARGET, access(site))


def many(site: Site, count: int) -> Review:
    """A review with so many findings."""
    return review(site.fake.head, *(replace(finding(1, NEW), symbol=f"f{number}") for number in range(count)))


def test_a_check_run_tells_the_verdict_and_each_finding_that_has_a_place(site: Site) -> None:
    concluded(site, review(site.fake.head, finding(10, level=Level.ERROR), unplaced()), fails=True)

    (check,) = site.fake.checks
    assert (check["name"], check["status"], check["conclusion"]) == ("reviewer", "completed", "failure")
    assert check["head_sha"] == site.fake.head
    assert [each["annotation_level"] for each in check["annotations"]] == ["failure", "warning"]
    assert check["output"]["title"] == "1 error, 1 warning"


def test_what_people_ignored_is_no_part_of_the_verdict(site: Site) -> None:
    one, other = finding(10, level=Level.ERROR), finding(50)

    conclude(review(site.fake.head, one, other), Outcome(ignored=(one,)), "reviewer", TARGET, access(site))

    (check,) = site.fake.checks
    assert (check["conclusion"], check["output"]["title"]) == ("success", "1 warning; 1 more ignored by people")
    assert len(check["annotations"]) == 1


def test_a_clean_review_is_a_success(site: Site) -> None:
    concluded(site, review(site.fake.head))

    assert site.fake.checks[0]["conclusion"] == "success"
    assert site.fake.checks[0]["output"]["title"] == "Nothing found"


def test_what_went_unreviewed_is_no_success(site: Site) -> None:
    concluded(site, review(site.fake.head, problems=[Problem("crash", NEW, "it crashed")]))

    assert site.fake.checks[0]["conclusion"] == "failure"


def test_annotations_come_fifty_at_a_time(site: Site) -> None:
    concluded(site, many(site, 120))

    assert len(site.fake.checks[0]["annotations"]) == 120
    assert [line.partition(" ")[0] for line in site.writes] == ["POST", "PATCH", "PATCH", "PATCH"]


def test_there_is_a_limit_to_annotations(site: Site) -> None:
    concluded(site, many(site, MOST + 10))

    assert len(site.fake.checks[0]["annotations"]) == MOST


def test_the_same_review_makes_no_second_check_run(site: Site) -> None:
    concluded(site, many(site, 3))
    concluded(site, many(site, 3))
    assert len(site.fake.checks) == 1

    concluded(site, many(site, 4))

    assert len(site.fake.checks) == 2


def test_a_verdict_that_returns_is_the_newest_again(site: Site) -> None:
    for count in (3, 0, 3):
        concluded(site, many(site, count), fails=count > 0)

    assert [check["conclusion"] for check in site.fake.checks] == ["failure", "success", "failure"]


def test_the_verdict_for_another_branch_has_another_name(site: Site) -> None:
    site.fake.base_name = "release/1.0"

    concluded(site, many(site, 3))

    assert site.fake.checks[0]["name"] == "reviewer (release/1.0)"


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.how.name}-{fault.status}-{fault.done}")
def test_a_fault_at_any_request_leads_to_the_same_end(site: Site, fault: Fault) -> None:
    made = many(site, 60)
    concluded(site, made)
    requests, undisturbed = len(site.log), _contents(site)

    for place in range(requests):
        site.fake.checks.clear()
        site.faults[:] = [replace(fault, skip=place)]
        concluded(site, made)
        assert _contents(site) == undisturbed


def _contents(site: Site) -> object:
    return [(check["status"], check["conclusion"], check["annotations"]) for check in site.fake.checks]


def test_a_token_that_may_not_make_one_is_told(site: Site) -> None:
    site.fake.tokens["token"] = (BOT, Rights.READ)

    assert concluded(site, many(site, 3)) == FORBIDDEN


def test_files_in_no_commit_have_no_check_run(site: Site) -> None:
    with pytest.raises(GitHubError, match="belongs to a commit"):
        concluded(site, review(None))


def test_a_server_that_stays_down_is_said(site: Site) -> None:
    site.faults.append(Fault("", How.STATUS, 503, times=-1))

    with pytest.raises(GitHubError, match="run the job again later"):
        concluded(site, many(site, 3))
