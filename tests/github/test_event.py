"""What a GitHub Actions event asks to be reviewed, and where the review goes."""

import json
from pathlib import Path

import pytest

from reviewer.errors import GitHubError
from reviewer.github.event import PAYLOAD_LIMIT, Assignment, Run, Target, parse, read, target

BASE = "1" * 40
HEAD = "2" * 40
NOTHING = "0" * 40
REPOSITORY = {"full_name": "octo/shop", "default_branch": "main", "private": True}
FORK = {"full_name": "stranger/shop", "default_branch": "main"}


def side(sha: str, repository: object = REPOSITORY) -> dict[str, object]:
    return {"sha": sha, "ref": "feature", "repo": repository}


def pull_request(**changes: object) -> dict[str, object]:
    pull = {"number": 7, "base": side(BASE), "head": side(HEAD), "merge_commit_sha": "3" * 40, **changes}
    return {"action": "synchronize", "number": 7, "repository": REPOSITORY, "pull_request": pull}


def parsed(name: str, payload: object) -> Assignment:
    return parse(name, json.dumps(payload).encode(), "octo/shop")


def test_a_pull_request_is_reviewed_at_its_head_not_at_the_merge() -> None:
    assert parsed("pull_request", pull_request()) == Assignment(
        "pull_request", BASE, HEAD, "main", Target("octo/shop", 7), fork=False
    )


@pytest.mark.parametrize("repository", [FORK, None])
def test_a_pull_request_of_a_fork_or_of_a_deleted_one_is_known(repository: object) -> None:
    assert parsed("pull_request", pull_request(head=side(HEAD, repository))).fork


def test_a_merge_group_is_reviewed_and_not_commented_on() -> None:
    group = {"base_sha": BASE, "head_sha": HEAD, "head_ref": "refs/heads/gh-readonly-queue/main/pr-7"}

    assert parsed("merge_group", {"repository": REPOSITORY, "merge_group": group}) == Assignment(
        "merge_group", BASE, HEAD, "main"
    )


def test_a_push_is_reviewed_and_not_commented_on() -> None:
    payload = {"repository": REPOSITORY, "before": BASE, "after": HEAD, "ref": "refs/heads/feature"}

    assert parsed("push", payload) == Assignment("push", BASE, HEAD, "main")


def test_a_push_of_a_new_branch_has_no_commit_before_it() -> None:
    assert parsed("push", {"repository": REPOSITORY, "before": NOTHING, "after": HEAD}).base is None


def test_a_push_that_deletes_a_branch_leaves_nothing_to_review() -> None:
    with pytest.raises(GitHubError, match="deleted a branch"):
        parsed("push", {"repository": REPOSITORY, "before": BASE, "after": NOTHING})


def test_a_dispatch_says_only_which_branch_is_the_default_one() -> None:
    assert parsed("workflow_dispatch", {"repository": REPOSITORY}) == Assignment(
        "workflow_dispatch", None, None, "main"
    )


def finished(**changes: object) -> dict[str, object]:
    run = {
        "id": 9,
        "event": "pull_request",
        "head_sha": HEAD,
        "head_branch": "topic",
        "head_repository": FORK,
        **changes,
    }
    return {"action": "completed", "repository": REPOSITORY, "workflow_run": {"pull_requests": [], **run}}


def test_a_run_of_another_workflow_names_its_commit_and_branch_and_no_pull_request() -> None:
    run = Run(9, "stranger/shop", "topic")

    assert parsed("workflow_run", finished()) == Assignment("workflow_run", None, HEAD, "main", run=run)


def test_a_run_on_another_event_has_no_review_to_post() -> None:
    with pytest.raises(GitHubError, match="only one on 'pull_request'"):
        parsed("workflow_run", finished(event="push"))


def test_a_command_in_a_thread_has_the_pull_request_reviewed() -> None:
    assert parsed("pull_request_review_comment", pull_request()).target == Target("octo/shop", 7)


def test_pull_request_target_is_refused() -> None:
    with pytest.raises(GitHubError, match="run the Action on pull_request instead"):
        parsed("pull_request_target", pull_request())


def test_an_unknown_event_names_the_known_ones() -> None:
    with pytest.raises(GitHubError, match=r"'release'; it is one of pull_request, pull_request_review_comment, merge"):
        parsed("release", {})


@pytest.mark.parametrize(
    ("payload", "place"),
    [
        ({}, "repository"),
        ([], "the document"),
        (None, "the document"),
        (pull_request(number="7"), "pull_request.number"),
        (pull_request(number=True), "pull_request.number"),
        (pull_request(number=0), "pull_request.number"),
        (pull_request(head=side("main")), "pull_request.head.sha"),
        (pull_request(head=side("--upload-pack=x")), "pull_request.head.sha"),
        (pull_request(head=side(HEAD + "\n")), "pull_request.head.sha"),
        (pull_request(head={"sha": HEAD}), "pull_request.head.repo"),
        (pull_request(head=side(HEAD, {"full_name": "../.."})), "pull_request.head.repo.full_name"),
        (pull_request(head=side(HEAD, {"full_name": "a/.."})), "pull_request.head.repo.full_name"),
        (pull_request(head=side(HEAD, {"full_name": "a/b c"})), "pull_request.head.repo.full_name"),
        ({**pull_request(), "repository": {**REPOSITORY, "default_branch": "-x"}}, "repository.default_branch"),
        ({**pull_request(), "repository": {**REPOSITORY, "default_branch": "a..b"}}, "repository.default_branch"),
        ({**pull_request(), "repository": {**REPOSITORY, "default_branch": "a\nb"}}, "repository.default_branch"),
    ],
)
def test_a_payload_of_another_shape_is_refused_with_the_place(payload: object, place: str) -> None:
    with pytest.raises(GitHubError, match=rf"the payload of pull_request is not as GitHub describes it: {place}: "):
        parsed("pull_request", payload)


@pytest.mark.parametrize("payload", [b"", b"{", b"\xff", b"[" * 100_000])
def test_a_payload_that_is_no_json_is_refused(payload: bytes) -> None:
    with pytest.raises(GitHubError, match="not as GitHub describes it"):
        parse("push", payload, "octo/shop")


def test_a_payload_about_another_repository_is_refused() -> None:
    with pytest.raises(GitHubError, match="about octo/shop, the job runs in octo/other"):
        parse("pull_request", json.dumps(pull_request()).encode(), "octo/other")


def test_a_repositorys_name_counts_whatever_its_case() -> None:
    assert parse("pull_request", json.dumps(pull_request()).encode(), "Octo/Shop").target == Target("octo/shop", 7)


def test_a_payload_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "event.json"
    with path.open("wb") as file:
        file.truncate(PAYLOAD_LIMIT + 2)

    with pytest.raises(GitHubError, match="larger"):
        read({"GITHUB_EVENT_PATH": str(path), "GITHUB_EVENT_NAME": "push", "GITHUB_REPOSITORY": "octo/shop"})


def test_the_environment_names_the_event(tmp_path: Path) -> None:
    path = tmp_path / "event.json"
    path.write_text(json.dumps(pull_request()))
    environment = {
        "GITHUB_EVENT_PATH": str(path),
        "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_REPOSITORY": "octo/shop",
    }

    assert read(environment).head == HEAD


@pytest.mark.parametrize("missing", ["GITHUB_EVENT_PATH", "GITHUB_EVENT_NAME", "GITHUB_REPOSITORY"])
def test_a_variable_that_is_missing_is_named(tmp_path: Path, missing: str) -> None:
    path = tmp_path / "event.json"
    path.write_text("{}")
    environment = {"GITHUB_EVENT_PATH": str(path), "GITHUB_EVENT_NAME": "push", "GITHUB_REPOSITORY": "octo/shop"}

    with pytest.raises(GitHubError, match=f"{missing} is not set"):
        read(environment | {missing: ""})


def test_a_payload_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(GitHubError, match="No such file"):
        read({"GITHUB_EVENT_PATH": str(tmp_path / "none"), "GITHUB_EVENT_NAME": "push", "GITHUB_REPOSITORY": "a/b"})


def test_a_target_that_somebody_names_is_checked() -> None:
    assert target("octo/shop", 7, "apps/api") == Target("octo/shop", 7, "apps/api")


@pytest.mark.parametrize(
    ("repository", "number", "scope", "place"),
    [("shop", 7, "x", "repository"), ("octo/shop", 0, "x", "number"), ("octo/shop", 7, "", "scope")],
)
def test_a_target_that_cannot_be_one_is_refused(repository: str, number: int, scope: str, place: str) -> None:
    with pytest.raises(GitHubError, match=f"{place}: "):
        target(repository, number, scope)
