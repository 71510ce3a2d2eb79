"""A fork's pull request in two stages: one without rights, and one that trusts nothing the first one left behind."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.action.conftest import ready
from tests.action.runner import Ran, Runner
from tests.action.scene import Scene
from tests.github.fake import BOT, NAME, Rights
from tests.github.server import Site

pytestmark = pytest.mark.xdist_group("forks")
START = "Read the event"
FORK = "stranger/shop"
RUN = 99
Json = Any  # a document of any shape
Stage = Callable[..., Ran]


def remark(path: str = "app/orders.py") -> Json:
    return {"path": path, "line": 14, "column": 9, "code": "operator", "message": "Unsupported `operand` <!-- x -->"}


def archive(scene: Scene, *remarks: Json, **changes: Json) -> bytes:
    """What stage one left behind."""
    said = {"tool": "mypy", "version": "1.18.2", "problem": None, "compared": True, "base": [], "head": list(remarks)}
    document = {"schema": 1, "base": scene.fork_point, "head": scene.head, "tools": [said], **changes}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        packed.writestr("tools.json", json.dumps(document))
    return stream.getvalue()


@pytest.fixture
def stage(installed: tuple[Runner, Ran], scene: Scene, site: Site, tmp_path: Path) -> Iterator[Stage]:
    """Runs a stage on `workflow_run`, on a machine without a checkout; nothing of the author's is run or imported."""
    site.fake.head_repository = FORK
    home = scene.hub.parent / NAME
    home.parent.mkdir(exist_ok=True)
    if not home.exists():
        home.symlink_to(scene.hub)
    runner = ready(installed[0], scene, site, tmp_path / "machine")
    workspace = tmp_path / "empty"
    workspace.mkdir()
    runner.workspace = workspace
    runner.event_name = "workflow_run"
    repository = {"full_name": NAME, "default_branch": "main"}
    fork = {"full_name": FORK, "default_branch": "main"}
    finished = {
        "id": RUN,
        "event": "pull_request",
        "head_sha": scene.head,
        "head_branch": "topic",
        "head_repository": fork,
    }
    runner.event = {"repository": repository, "workflow_run": {"pull_requests": [], **finished}}
    runner.github = {**runner.github, "server_url": scene.hub.parent.as_uri()}
    runner.environment = {"GIT_ALLOW_PROTOCOL": "file"}

    def run(name: str, token: str = "token", **inputs: str) -> Ran:  # noqa: S107  # of the fake
        return runner.run(
            {"stage": name, "token": token, **{key.replace("_", "-"): value for key, value in inputs.items()}},
            start=START,
        )

    yield run
    assert list(workspace.iterdir()) == []
    assert not scene.canary.exists()


def posted_after(stage: Stage, reviewed: Ran) -> Ran:
    """Posts what a review has found."""
    outputs = reviewed.outputs
    return stage("post", report=outputs["report"], pull_request=outputs["pull-request"], check_run="reviewer")


def report_of(ran: Ran) -> Json:
    """The report that a stage wrote."""
    return json.loads(Path(ran.outputs["report"]).read_text(encoding="utf-8"))


def test_stage_one_says_what_mypy_and_the_tests_say_and_needs_no_right(
    installed: tuple[Runner, Ran], scene: Scene, site: Site, tmp_path: Path
) -> None:
    site.fake.tokens["reader"] = (BOT, Rights.READ)
    runner = ready(installed[0], scene, site, tmp_path / "machine")

    runner.environment = {"PYTHONPATH": str(runner.workspace)}
    lines = {"executed_lines": [1, 4], "missing_lines": [6]}
    covered = json.dumps({"files": {"app/orders.py": lines}})
    (runner.workspace / "coverage.json").write_text(covered, encoding="utf-8")
    ran = runner.run({"stage": "tools", "token": "reader", "coverage": "coverage.json"}, start=START)

    assert ran.outcome == "success", ran.log
    said = json.loads(Path(ran.outputs["tool-report"]).read_text(encoding="utf-8"))
    assert (said["base"], said["head"]) == (scene.fork_point, scene.head)
    assert [(each["tool"], each["compared"], each["problem"]) for each in said["tools"]] == [("mypy", True, None)]
    assert said["coverage"] == [{"path": "app/orders.py", "ran": [1, 4], "missed": [6]}]
    assert site.writes == []
    # What mypy knows of the base is there for the next push.
    (kept,) = runner.cache.glob(f"reviewer-mypy-*-{scene.fork_point}")
    assert [path.name for path in kept.rglob("said.json")] == ["said.json"]
    assert not scene.canary.exists()


def test_stage_two_reviews_bare_commits_and_posts_with_a_check_run(stage: Stage, scene: Scene, site: Site) -> None:
    site.fake.artifacts[RUN] = {"reviewer-tools": archive(scene, remark())}

    reviewed = stage("review", token="reader")

    assert reviewed.outcome == "success", reviewed.log
    report = report_of(reviewed)
    assert (report["base"], report["head"]) == (scene.fork_point, scene.head)
    assert {finding["rule"] for finding in report["findings"] if finding["shown"]} >= {"nested-too-deep", "operator"}
    assert site.writes == []

    posted = posted_after(stage, reviewed)

    assert posted.outcome == "success", posted.log
    bodies = [comment.body for comment in site.fake.inline]
    assert any("mypy: <code>Unsupported" in body for body in bodies)
    assert all(body.count("<!--") == 1 for body in bodies)
    assert [check["conclusion"] for check in site.fake.checks] == ["success"]
    assert site.fake.checks[0]["head_sha"] == scene.head


@pytest.mark.parametrize(
    ("hostile", "reason"),
    [
        (lambda scene: archive(scene, pr=8), "Extra inputs"),
        (lambda scene: archive(scene, remark("README.md")), "README.md"),
        (lambda _: None, "there is none"),
    ],
    ids=["another number", "another file", "nothing"],
)
def test_a_hostile_report_is_refused_and_the_review_is_posted_without_it(
    stage: Stage, scene: Scene, site: Site, hostile: Callable[[Scene], bytes | None], reason: str
) -> None:
    left = hostile(scene)
    site.fake.artifacts[RUN] = {"reviewer-tools": left} if left is not None else {}

    reviewed = stage("review", token="reader")
    posted = posted_after(stage, reviewed)

    assert (reviewed.outcome, posted.outcome) == ("success", "success"), reviewed.log + posted.log
    assert reason in site.fake.issue[0].body
    assert any("nested-too-deep" in comment.body for comment in site.fake.inline)
    assert [check["conclusion"] for check in site.fake.checks] == ["failure"]


def test_a_pull_request_that_moved_on_is_left_to_its_newest_run(stage: Stage, scene: Scene, site: Site) -> None:
    site.fake.head = scene.base

    ran = stage("review", token="reader")

    assert ran.outcome == "success", ran.log
    assert "nothing to do" in ran.log
    assert "report" not in {name for name, value in ran.outputs.items() if value}


def test_findings_fail_the_check_run_and_not_the_workflow(stage: Stage, scene: Scene, site: Site) -> None:
    site.fake.artifacts[RUN] = {"reviewer-tools": archive(scene)}
    reviewed = stage("review", token="reader", fail_on="warning")

    posted = posted_after(stage, reviewed)

    assert (posted.outcome, posted.outputs["conclusion"]) == ("success", "failure")
    assert [check["conclusion"] for check in site.fake.checks] == ["failure"]


def test_what_could_not_be_posted_fails_the_workflow(stage: Stage, scene: Scene, site: Site) -> None:
    site.fake.artifacts[RUN] = {"reviewer-tools": archive(scene)}
    reviewed = stage("review", token="reader")

    posted = stage("post", token="unknown", report=reviewed.outputs["report"], pull_request="7")

    assert posted.outcome == "failure"
    assert "does not know the token" in posted.log


def test_a_report_is_posted_on_the_pull_request_and_the_base_that_it_is_about(
    stage: Stage, scene: Scene, site: Site
) -> None:
    site.fake.artifacts[RUN] = {"reviewer-tools": archive(scene)}
    reviewed = stage("review", token="reader")

    other = stage("post", report=reviewed.outputs["report"], pull_request="8", check_run="reviewer")
    site.fake.base = scene.head
    moved = posted_after(stage, reviewed)

    assert (other.outcome, moved.outcome) == ("failure", "failure")
    assert "not about this pull request" in other.log
    assert "compares with" in moved.log
    assert site.writes == []


def test_the_configuration_is_that_of_the_tip_of_the_base(stage: Stage, scene: Scene, site: Site) -> None:
    site.fake.artifacts[RUN] = {"reviewer-tools": archive(scene)}

    report = report_of(stage("review", token="reader"))

    assert scene.base != scene.fork_point
    assert report["policy"]["max_comments"] == 3
