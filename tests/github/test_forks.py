"""The second stage: which pull request a run was about, and what it left behind."""

import pytest

from reviewer.errors import GitHubError
from reviewer.github.event import Run
from reviewer.github.poster import download, pull_of
from tests.github.server import Fault, How, Site
from tests.github.story import TARGET, access

FORK = "stranger/shop"


def run(repository: str = FORK, branch: str = "feature") -> Run:
    return Run(9, repository, branch)


def test_the_pull_request_is_the_one_whose_newest_commit_the_run_was_about(site: Site) -> None:
    site.fake.head_repository = FORK

    pull = pull_of(run(), site.fake.head, TARGET, access(site))

    assert pull is not None
    assert (pull.number, pull.head.sha) == (7, site.fake.head)


def test_a_run_on_an_older_commit_is_about_no_pull_request(site: Site) -> None:
    site.fake.head_repository = FORK

    assert pull_of(run(), site.fake.base, TARGET, access(site)) is None


def test_another_repository_with_the_same_branch_and_commit_is_not_taken_for_it(site: Site) -> None:
    site.fake.head_repository = "other/shop"

    assert pull_of(run(), site.fake.head, TARGET, access(site)) is None


def test_of_two_pull_requests_of_one_commit_neither_is_taken(site: Site) -> None:
    site.fake.head_repository = FORK
    site.fake.other_pulls = [{**site.fake.pull_document(), "number": 8}]

    with pytest.raises(GitHubError, match="#7, #8 are of the same commit"):
        pull_of(run(), site.fake.head, TARGET, access(site))


def test_a_closed_pull_request_is_none(site: Site) -> None:
    site.fake.head_repository = FORK
    site.fake.state = "closed"

    assert pull_of(run(), site.fake.head, TARGET, access(site)) is None


def test_an_archive_is_fetched_without_showing_the_token_to_its_server(site: Site) -> None:
    site.fake.artifacts[9] = {"other": b"no", "reviewer-tools": b"PK archive"}

    assert download(9, "reviewer-tools", TARGET, access(site), 100) == b"PK archive"


def test_a_run_that_left_nothing_behind(site: Site) -> None:
    site.fake.artifacts[9] = {"other": b"no"}

    assert download(9, "reviewer-tools", TARGET, access(site), 100) is None


def test_an_archive_that_is_too_large_is_not_fetched(site: Site) -> None:
    site.fake.artifacts[9] = {"reviewer-tools": b"x" * 101}

    with pytest.raises(GitHubError, match="101 bytes, more than 100"):
        download(9, "reviewer-tools", TARGET, access(site), 100)
    assert len(site.log) == 1


def test_github_down_is_said(site: Site) -> None:
    site.faults.append(Fault("GET /artifacts", How.STATUS, 503, times=-1))

    with pytest.raises(GitHubError, match="run the job again later"):
        download(9, "reviewer-tools", TARGET, access(site), 100)
