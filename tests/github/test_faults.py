"""What goes wrong between us and GitHub, and what stands on the pull request afterwards."""

import time
from dataclasses import replace

import pytest

from reviewer.errors import GitHubError
from reviewer.github.body import Kind, Marker, sealed
from reviewer.github.event import Target
from reviewer.github.fault import ATTEMPTS, PATIENCE
from reviewer.github.poster import Access, merge_base, post
from reviewer.github.posting import Outcome
from reviewer.model import FileAnchor
from tests.github.fake import BOT, FORBIDDEN, NAME, PERSON, Review, Rights
from tests.github.server import Fault, How, Site
from tests.github.story import (
    HEAD_FILES,
    NEW,
    SERVICE,
    TARGET,
    access,
    alone,
    finding,
    inline,
    posted,
    review,
    ruled,
    unplaced,
)

REVIEW = "POST /reviews"
SUMMARY = "POST /issues/7/comments"
EDIT = "PATCH /1002"
LOST = [
    Fault("", How.STATUS, 502, done=True),
    Fault("", How.RESET, done=True),
    Fault("", How.TRUNCATED, done=True),
    Fault("", How.HTML, done=True),
    Fault("", How.STATUS, 307, done=True),
    Fault("", How.STATUS, 502),
    Fault("", How.RESET),
    Fault("", How.HTML),
]
READS = ["POST /graphql", "GET /pulls/7", "GET /issues/7/comments"]


def refused(site: Site) -> Outcome:
    """The outcome where one comment in the diff and one outside are to be posted."""
    return posted(site, finding(10), unplaced())


@pytest.mark.parametrize("request_line", [REVIEW, SUMMARY, *READS])
@pytest.mark.parametrize("fault", LOST, ids=lambda fault: f"{fault.how.name}-{fault.status}-{fault.done}")
def test_a_lost_answer_leads_to_the_same_end(site: Site, request_line: str, fault: Fault) -> None:
    site.faults.append(Fault(request_line, fault.how, fault.status, done=fault.done))

    outcome = posted(site, finding(10), unplaced())

    assert site.faults[0].times == 0
    assert len(site.fake.reviews) == 1
    assert inline(site.fake) == [(SERVICE, 10)]
    assert len(site.fake.issue) == 1
    assert (outcome.posted, outcome.stood, alone(outcome)) == (1, 0, 1)


@pytest.mark.parametrize("done", [True, False])
def test_an_edit_whose_answer_is_lost_is_there_once(site: Site, *, done: bool) -> None:
    posted(site, finding(10))
    site.faults.append(Fault(f"PATCH /{site.fake.issue[0].id}", done=done))

    posted(site, finding(10), unplaced())

    assert len(site.fake.issue) == 1
    assert "at_90" in site.fake.issue[0].body


def test_a_run_that_was_killed_is_finished_by_the_next(site: Site) -> None:
    site.faults.append(Fault(SUMMARY, status=401, message="Bad credentials"))
    with pytest.raises(GitHubError):
        posted(site, finding(10), unplaced())

    outcome = posted(site, finding(10), unplaced())

    assert inline(site.fake) == [(SERVICE, 10)]
    assert len(site.fake.issue) == 1
    assert (outcome.posted, outcome.stood) == (0, 1)


def test_a_server_that_stays_down_ends_the_run_with_a_message(site: Site) -> None:
    site.faults.append(Fault("GET /pulls/7", status=503, message="Unavailable", times=-1))
    waits: list[float] = []

    with pytest.raises(GitHubError, match=r"503 \(Unavailable\), at attempt 5; run the job again later"):
        post(review(site.fake.head), TARGET, access(site, waits=waits))

    assert waits == [1, 2, 4, 8]
    assert len(waits) == ATTEMPTS - 1


def test_a_write_that_stays_in_doubt_ends_the_run_with_a_message(site: Site) -> None:
    site.faults.append(Fault(REVIEW, How.RESET, times=-1))

    with pytest.raises(GitHubError, match="could not be reached"):
        refused(site)

    assert site.writes == [f"POST /repos/{NAME}/pulls/7/reviews"] * ATTEMPTS


def test_a_limit_is_waited_for_as_long_as_github_says(site: Site) -> None:
    message = "You have exceeded a secondary rate limit"
    site.faults.append(Fault(REVIEW, status=403, message=message, headers={"Retry-After": "17"}))
    waits: list[float] = []

    post(review(site.fake.head, finding(10)), TARGET, access(site, waits=waits))

    assert 17 in waits
    assert len(site.fake.reviews) == 1


def test_a_limit_with_a_reset_is_waited_for(site: Site) -> None:
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(time.time()) + 40)}
    site.faults.append(Fault("GET /pulls/7", status=403, message="API rate limit exceeded", headers=headers))
    waits: list[float] = []

    post(review(site.fake.head), TARGET, access(site, waits=waits))

    assert 30 < waits[0] < 45


def test_a_limit_without_a_time_is_waited_for_longer_each_time(site: Site) -> None:
    site.faults.append(Fault("GET /pulls/7", status=429, message="Too many requests", times=2))
    waits: list[float] = []

    post(review(site.fake.head), TARGET, access(site, waits=waits))

    assert waits == [60, 120]


def test_a_wait_beyond_all_patience_is_not_begun(site: Site) -> None:
    wait = str(int(PATIENCE) + 1)
    site.faults.append(Fault(REVIEW, status=429, message="Slow down", headers={"Retry-After": wait}))
    waits: list[float] = []

    with pytest.raises(GitHubError, match="run the job again later"):
        post(review(site.fake.head, finding(10)), TARGET, access(site, waits=waits))

    assert waits == []


def test_writes_are_a_second_apart(site: Site) -> None:
    waits: list[float] = []

    post(review(site.fake.head, finding(10)), TARGET, access(site, waits=waits))

    assert waits == [1, 1]


def test_a_token_that_may_not_write_is_told_once(site: Site) -> None:
    site.fake.tokens["token"] = (BOT, Rights.READ)

    outcome = refused(site)

    assert outcome.refused is not None
    assert FORBIDDEN in outcome.refused
    assert len(site.writes) == 1
    assert (outcome.posted, outcome.operations) == (0, ())


def test_a_token_that_may_not_even_read_is_told_once(site: Site) -> None:
    site.fake.tokens["token"] = (BOT, Rights.NONE)

    outcome = refused(site)

    assert outcome.refused == FORBIDDEN
    assert site.writes == []


def test_a_locked_conversation_is_told_once(site: Site) -> None:
    site.fake.locked = True

    assert refused(site).refused == "Unable to create comment because issue is locked."


def test_what_was_posted_before_a_refusal_is_counted(site: Site) -> None:
    site.faults.append(Fault(SUMMARY, status=403, message=FORBIDDEN, times=-1))

    outcome = refused(site)

    assert (outcome.posted, outcome.refused) == (1, FORBIDDEN)


def test_a_line_that_github_does_not_take_moves_to_the_summary(site: Site) -> None:
    outcome = posted(site, finding(10), finding(30), finding(52, start=50))

    assert inline(site.fake) == [(SERVICE, 10), (SERVICE, 52), (SERVICE, None)]
    assert outcome.places == {"on a line": 2, "on a file": 1}
    assert "did not take 1 comment (Unprocessable Entity: Line could not be resolved)" in outcome.notes[0]


def test_a_path_that_github_does_not_know_moves_to_the_summary(site: Site) -> None:
    posted(site, finding(10), finding(3, "app/unknown.py"))

    assert inline(site.fake) == [(SERVICE, 10)]
    assert "app/unknown.py:3" in site.fake.issue[0].body


def test_a_start_in_another_hunk_moves_to_the_summary(site: Site) -> None:
    posted(site, finding(10), finding(52, start=9))

    assert inline(site.fake) == [(SERVICE, 10), (SERVICE, None)]


def test_what_the_diff_does_not_explain_is_found_by_halving(site: Site) -> None:
    site.fake.refused_lines.update({(NEW, 3), (SERVICE, 51)})

    outcome = posted(site, ruled(3), *map(ruled, range(10, 30)), ruled(51, SERVICE))

    told = inline(site.fake)
    assert {line for path, line in told if path == NEW} == {None, *range(10, 30)}
    assert (SERVICE, None) in told
    assert len(told) == len(set(told)) == 22
    assert outcome.places == {"on a line": 20, "on a file": 2}


def test_a_commit_that_cannot_be_looked_up_ends_the_run_with_a_message(site: Site) -> None:
    site.faults.append(Fault(f"GET {site.fake.base}...{site.fake.head}", status=401, message="Bad credentials"))

    with pytest.raises(GitHubError, match="does not know the token"):
        post(review(site.fake.base, finding(10)), TARGET, access(site))


def test_refusals_of_everything_end_the_tries(site: Site) -> None:
    site.fake.refused_lines.update((NEW, line) for line in range(1, 61))

    outcome = posted(site, *map(ruled, range(1, 61)))

    assert site.writes.count(f"POST /repos/{NAME}/pulls/7/reviews") < 60
    assert sum(outcome.places.values()) == 60
    assert f"{NEW}:60" in site.fake.issue[0].body


def test_a_refusal_on_an_older_commit_leads_to_a_comment_on_the_file(site: Site) -> None:
    reviewed = site.fake.head
    site.fake.head = site.fake.repository.commit({NEW: HEAD_FILES[NEW] + "more = 1\n"})

    post(review(reviewed, finding(30)), TARGET, access(site))

    assert inline(site.fake) == [(SERVICE, None)]
    assert not any("files" in line for line in site.log)


def test_a_head_that_is_pushed_away_meanwhile_loses_no_finding(site: Site) -> None:
    reviewed, on_file = site.fake.head, replace(finding(90), anchor=FileAnchor(NEW))
    rewritten = site.fake.repository.rewritten(reviewed, site.fake.base)

    def push(_: float) -> None:
        site.fake.head = rewritten

    outcome = post(review(reviewed, finding(10), on_file), TARGET, Access("token", site.url, push))

    assert inline(site.fake) == [(SERVICE, 10)]
    assert "at_90" in site.fake.issue[0].body
    assert outcome.places == {"on a line": 1, "in the summary alone": 1}


def test_our_own_pending_review_is_cleared_away(site: Site) -> None:
    seal = sealed("1 new finding in this change.", Marker(Kind.REVIEW, "default", site.fake.head))
    site.fake.reviews.append(Review(5, BOT, "PENDING", seal, site.fake.head))

    outcome = refused(site)

    assert [each.state for each in site.fake.reviews] == ["COMMENTED"]
    assert outcome.posted == 1


def test_a_persons_draft_stays_and_the_findings_go_to_the_summary(site: Site) -> None:
    site.fake.tokens["token"] = (PERSON, Rights.WRITE)
    site.fake.reviews.append(Review(5, PERSON, "PENDING", "my draft", site.fake.head))

    outcome = refused(site)

    assert [each.body for each in site.fake.reviews] == ["my draft"]
    assert f"{SERVICE}:10" in site.fake.issue[0].body
    assert "pending review" in outcome.notes[0]


def test_a_summary_that_is_deleted_meanwhile_is_posted_again(site: Site) -> None:
    refused(site)
    site.fake.vanishing.add(site.fake.issue[0].id)

    posted(site, finding(10))

    assert len(site.fake.issue) == 1
    assert site.fake.issue[0].id not in site.fake.vanishing


def test_a_summary_that_github_does_not_take_ends_the_run_with_a_message(site: Site) -> None:
    site.faults.append(Fault(SUMMARY, status=422, message="Validation Failed"))

    with pytest.raises(GitHubError, match="422"):
        refused(site)


@pytest.mark.parametrize(
    ("way", "number", "message"),
    [
        (("wrong", ""), 7, "does not know the token"),
        (("", ""), 7, "no token"),
        (("token", ""), 8, "finds no such pull request"),
        (("token", "ftp://example.com"), 7, "GITHUB_API_URL"),
        (("token", "nonsense"), 7, "GITHUB_API_URL"),
        (("token", "http://[broken"), 7, "GITHUB_API_URL"),
        (("token", "https://host:port/"), 7, "GITHUB_API_URL"),
    ],
)
def test_what_is_set_up_wrong_is_said(site: Site, way: tuple[str, str], number: int, message: str) -> None:
    token, address = way
    with pytest.raises(GitHubError, match=message):
        post(review(site.fake.head), Target(NAME, number), Access(token, address or site.url, lambda _: None))


def test_a_server_that_is_not_there_is_said() -> None:
    with pytest.raises(GitHubError, match="could not be reached"):
        post(review(None), TARGET, Access("token", "http://127.0.0.1:9", lambda _: None))


def test_comments_without_end_are_not_read_without_end(site: Site) -> None:
    site.largest_page = 1
    for _ in range(51):
        site.fake.say("remark")

    with pytest.raises(GitHubError, match="more than"):
        refused(site)

    assert site.writes == []


def test_the_merge_base_is_what_git_says(site: Site) -> None:
    fake = site.fake
    fake.repository.git("checkout", "--quiet", "main")
    tip = fake.repository.commit({"README.md": "Moved on.\n"})

    assert merge_base(tip, fake.head, TARGET, access(site)) == fake.base


def test_the_merge_base_of_a_branch_is_found_whatever_it_is_called(site: Site) -> None:
    fake = site.fake
    fake.repository.git("branch", "release/1.0#a", fake.base)

    assert merge_base("release/1.0#a", fake.head, TARGET, access(site)) == fake.base


def test_a_merge_base_of_unknown_commits_is_an_error(site: Site) -> None:
    with pytest.raises(GitHubError, match="Not Found"):
        merge_base("1" * 40, site.fake.head, TARGET, access(site))
