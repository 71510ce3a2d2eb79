"""The Action reviews the head of a pull request and says so where the token allows."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.action.conftest import ready
from tests.action.hosting import HEADER, TOKEN, private
from tests.action.runner import Ran, Runner
from tests.action.scene import Scene, git
from tests.github.fake import NAME
from tests.github.server import Site

pytestmark = pytest.mark.xdist_group("action")
START = "Read the event"
NESTED_AT = ("app/orders.py", 15)
Machine = Callable[..., Runner]


@pytest.fixture
def machine(installed: tuple[Runner, Ran], scene: Scene, site: Site, tmp_path: Path) -> Iterator[Machine]:
    """Makes a machine with a checkout of a certain depth; at the end nothing of the checkout was imported."""

    def make(depth: int = 1) -> Runner:
        return ready(installed[0], scene, site, tmp_path / f"depth-{depth}", depth)

    yield make
    assert not scene.canary.exists(), scene.canary.read_text(encoding="utf-8")


def _report(ran: Ran) -> Any:  # noqa: ANN401  # a document of any shape
    return json.loads(Path(ran.outputs["report"]).read_text(encoding="utf-8"))


def _places(ran: Ran) -> list[tuple[str, int]]:
    placed = [command.properties for command in ran.annotations if "line" in command.properties]
    return [(properties["file"], int(properties["line"])) for properties in placed]


def test_the_head_is_reviewed_and_the_review_stands_on_it(machine: Machine, scene: Scene, site: Site) -> None:
    runner = machine()
    ran = runner.run(start=START)
    assert ran.outcome == "success", ran.log
    report = _report(ran)
    assert (report["base"], report["head"]) == (scene.fork_point, scene.head)
    (review,) = site.fake.reviews
    assert review.commit == scene.head
    assert NESTED_AT in [(comment.entry["path"], comment.entry["line"]) for comment in site.fake.inline]
    assert len(site.fake.issue) == 1
    assert "nested-too-deep" in ran.summary
    assert ran.outputs["findings"] == str(report["counts"]["shown"])
    assert ran.outputs["conclusion"] == "success"
    assert ran.annotations == []


def test_the_links_of_comments_lead_to_a_teams_own_pages(machine: Machine, site: Site) -> None:
    ran = machine().run({"docs-url": "https://rules.example.com/ours"}, start=START)
    assert ran.outcome == "success", ran.log
    bodies = [comment.entry["body"] for comment in site.fake.inline]
    assert any("(https://rules.example.com/ours/rules/nested-too-deep.html)" in body for body in bodies)


def test_no_line_of_the_reviewed_code_is_a_command_to_the_runner(machine: Machine) -> None:
    ran = machine().run({"comment": "false"}, start=START)
    before, _, after = ran.log.partition("::stop-commands::")
    token = after.splitlines()[0]
    inside, _, after = after.partition(f"\n::{token}::\n")
    assert "forged by the reviewed code" in inside
    assert "forged by the reviewed code" not in before + after
    # The change brings a configuration that would hide everything; a notice says so.
    assert [command.properties["title"] for command in ran.annotations] == ["nested-too-deep", "configuration-changed"]


def test_the_traps_work(machine: Machine, scene: Scene) -> None:
    runner = machine()
    script = 'cd "$GITHUB_WORKSPACE" && "$RUNNER_TEMP/reviewer/venv/bin/python" -m reviewer --version'
    runner.shell(script)
    assert "encodings" in scene.canary.read_text(encoding="utf-8")
    scene.canary.unlink()
    runner.environment = {}
    runner.shell(script)
    assert "reviewer" in scene.canary.read_text(encoding="utf-8")
    scene.canary.unlink()


def test_a_second_run_posts_nothing_again(machine: Machine, site: Site) -> None:
    runner = machine()
    runner.run(start=START)
    comments = len(site.fake.inline)
    assert comments > 0
    runner.run(start=START)
    assert (len(site.fake.reviews), len(site.fake.inline), len(site.fake.issue)) == (1, comments, 1)


@pytest.mark.parametrize("depth", [0, 2])
def test_the_depth_of_the_checkout_changes_nothing(machine: Machine, depth: int) -> None:
    shallow = _report(machine().run({"comment": "false"}, start=START))
    assert _report(machine(depth).run({"comment": "false"}, start=START)) == shallow
    assert shallow["findings"]


def test_without_the_api_the_history_itself_tells_the_merge_base(machine: Machine, scene: Scene) -> None:
    ran = machine().run({"token": "unknown", "comment": "false"}, start=START)
    assert ran.outcome == "success", ran.log
    assert _report(ran)["base"] == scene.fork_point


def test_a_whole_history_stays_whole(machine: Machine) -> None:
    runner = machine(0)
    before = git(runner.workspace, "rev-list", "--all", "--count")
    runner.run({"comment": "false"}, start=START)
    assert git(runner.workspace, "rev-parse", "--is-shallow-repository") == "false"
    assert git(runner.workspace, "rev-list", "--all", "--count") == before


def test_a_private_repository_is_fetched_with_the_token_in_memory_alone(machine: Machine, scene: Scene) -> None:
    runner = machine()
    with private(scene.hub.parent) as server:
        git(runner.workspace, "remote", "set-url", "origin", f"{server}/{scene.hub.name}")
        git(runner.workspace, "config", f"http.{server}/.extraheader", "AUTHORIZATION: basic c3RhbGU=")
        runner.github = {**runner.github, "server_url": server}
        ran = runner.run({"token": TOKEN, "comment": "false"}, start=START)
    assert ran.outcome == "success", ran.log
    assert _report(ran)["head"] == scene.head
    encoded = HEADER.split()[1]
    assert [command.message for command in ran.commands if command.name == "add-mask"] == [encoded]
    files = [
        path for folder in (runner.workspace / ".git", runner.temp) for path in folder.rglob("*") if path.is_file()
    ]
    assert runner.workspace / ".git" / "config" in files
    assert not [path for path in files for secret in (TOKEN, encoded) if secret.encode() in path.read_bytes()]


def test_a_token_that_may_not_write_leaves_annotations_and_the_summary(machine: Machine, site: Site) -> None:
    ran = machine().run({"token": "reader"}, start=START)
    assert ran.outcome == "success", ran.log
    assert (site.fake.reviews, site.fake.issue) == ([], [])
    assert NESTED_AT in _places(ran)
    assert "nested-too-deep" in ran.summary
    assert ran.log.count("pull-requests: write") == 1


@pytest.mark.parametrize("token", ["token", "reader"])
def test_a_finding_at_the_fail_level_fails_the_job_whatever_the_token(machine: Machine, token: str) -> None:
    ran = machine().run({"token": token, "fail-on": "warning"}, start=START)
    assert (ran.outcome, ran.outputs["conclusion"]) == ("failure", "failure")


def test_a_review_that_cannot_be_posted_is_no_success(machine: Machine) -> None:
    ran = machine().run({"token": "unknown"}, start=START)
    assert (ran.outcome, ran.outputs["conclusion"]) == ("failure", "error")
    assert NESTED_AT in _places(ran)


def test_a_merge_group_is_reviewed_without_comments(machine: Machine, scene: Scene, site: Site) -> None:
    runner = machine()
    repository = {"full_name": NAME, "default_branch": "main"}
    runner.event_name = "merge_group"
    runner.event = {"repository": repository, "merge_group": {"base_sha": scene.base, "head_sha": scene.merge}}
    ran = runner.run(start=START)
    assert ran.outcome == "success", ran.log
    assert NESTED_AT in _places(ran)
    assert site.writes == []


def test_a_wrong_configuration_is_an_error_that_the_summary_tells(machine: Machine) -> None:
    ran = machine().run({"config": "nowhere.toml"}, start=START)
    assert (ran.outcome, ran.outputs["conclusion"]) == ("failure", "error")
    assert "nowhere.toml" in ran.log
    assert ran.summary


def test_a_job_without_a_checkout_is_told_what_is_missing(machine: Machine, tmp_path: Path) -> None:
    runner = replace(machine(), workspace=tmp_path)
    ran = runner.run(start=START)
    assert (ran.outcome, ran.outputs["conclusion"]) == ("failure", "error")
    assert "actions/checkout" in ran.annotations[0].message
    assert ran.summary


def test_only_runs_on_the_default_branch_keep_what_reviews_found_out(machine: Machine, scene: Scene) -> None:
    runner = machine()
    runner.run(start=START)
    assert not [*runner.cache.glob("reviewer-results-*")]

    pushed = {"repository": {"full_name": NAME, "default_branch": "main"}, "before": scene.base, "after": scene.merge}
    runner.event_name, runner.event = "push", pushed
    for branch, kept in (("topic", 0), ("main", 1)):
        runner.github = {**runner.github, "ref": f"refs/heads/{branch}"}
        ran = runner.run(start=START)
        assert NESTED_AT in _places(ran), ran.log
        assert len([*runner.cache.glob("reviewer-results-*/results.sqlite")]) == kept

    again = runner.run(start=START)
    assert _places(again) == _places(ran)
