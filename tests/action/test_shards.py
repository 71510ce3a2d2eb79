"""The README's workflow for large repositories: several jobs share a review, and one merges and posts it."""

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
import yaml

from tests.action.conftest import ready
from tests.action.prepare import ROOT
from tests.action.runner import Ran, Runner
from tests.action.scene import Scene
from tests.action.test_forks import RUN, Stage, archive, posted_after, remark
from tests.action.test_forks import stage as stage  # noqa: PLC0414  # a fixture
from tests.action.test_readme import BLOCKS
from tests.github.fake import BOT, Rights
from tests.github.server import Site

pytestmark = pytest.mark.xdist_group("forks")
START = "Read the event"
ACTION = "your-org/reviewer@"
Machine = Callable[[str], Runner]
Json = Any  # a document of any shape

(WORKFLOW,) = (yaml.safe_load(text) for text in BLOCKS if "reviewer-shard-" in text)
SHARDS = WORKFLOW["jobs"]["shard"]["strategy"]["matrix"]["shard"]


def given(job: str) -> dict[str, str]:
    """What a job of the workflow gives to the Action."""
    (step,) = (step for step in WORKFLOW["jobs"][job]["steps"] if step["uses"].startswith(ACTION))
    return dict(step.get("with", {}))


def artifact(job: str, action: str) -> dict[str, str]:
    """What a job of the workflow uploads or downloads."""
    (step,) = (step for step in WORKFLOW["jobs"][job]["steps"] if step["uses"].startswith(f"actions/{action}@"))
    return dict(step["with"])


@pytest.fixture
def machine(installed: tuple[Runner, Ran], scene: Scene, site: Site, tmp_path: Path) -> Machine:
    """A machine of its own for each job."""
    site.fake.tokens["reader"] = (BOT, Rights.READ)
    return lambda name: ready(installed[0], scene, site, tmp_path / name)


def sharded(machine: Machine, shards: Sequence[str] = SHARDS) -> dict[str, Ran]:
    """The jobs of the matrix, each with a token that may only read."""
    expected = {"shard": "${{ matrix.shard }}"}
    assert given("shard") == expected
    return {
        shard: machine(f"shard-{number}").run({"shard": shard, "token": "reader"}, start=START)
        for number, shard in enumerate(shards)
    }


def downloaded(runner: Runner, reports: list[str]) -> None:
    """What actions/download-artifact makes of several artifacts: a folder for each."""
    up, down = artifact("shard", "upload-artifact"), artifact("review", "download-artifact")
    assert up["path"] == "${{ steps.review.outputs.report }}"
    for number, report in enumerate(reports):
        name = up["name"].replace("${{ strategy.job-index }}", str(number))
        assert re.fullmatch(down["pattern"].replace("*", ".*"), name)
        folder = runner.workspace / down["path"] / name
        folder.mkdir(parents=True)
        copyfile(report, folder / Path(report).name)


def test_what_the_machines_find_is_posted_as_what_one_would_find(machine: Machine, site: Site, scene: Scene) -> None:
    alone = machine("alone").run({"comment": "false"}, start=START)
    shards = sharded(machine)
    assert {ran.outcome for ran in shards.values()} == {"success"}, [ran.log for ran in shards.values()]
    assert all(f"Shard {shard} is reviewed" in ran.summary for shard, ran in shards.items())
    assert site.writes == []
    last = machine("last")
    downloaded(last, [ran.outputs["report"] for ran in shards.values()])

    ran = last.run(given("review"), start=START)

    assert ran.outcome == "success", ran.log
    assert Path(ran.outputs["report"]).read_bytes() == Path(alone.outputs["report"]).read_bytes()
    assert (ran.summary, ran.outputs["findings"]) == (alone.summary, alone.outputs["findings"])
    (review,) = site.fake.reviews
    assert review.commit == scene.head
    assert json.loads(Path(ran.outputs["report"]).read_text(encoding="utf-8"))["counts"]["shown"] > 0
    assert not scene.canary.exists()


@pytest.mark.parametrize("left", [0, len(SHARDS) - 1])
def test_a_shard_that_left_no_report_is_never_green(machine: Machine, site: Site, left: int) -> None:
    # The last job runs although one that it needs has failed.
    assert WORKFLOW["jobs"]["review"]["if"] == "${{ !cancelled() }}"
    assert WORKFLOW["jobs"]["shard"]["strategy"]["fail-fast"] is False
    reports = [ran.outputs["report"] for ran in sharded(machine, SHARDS[:left]).values()]
    last = machine("last")
    downloaded(last, reports)

    ran = last.run(given("review"), start=START)

    assert (ran.outcome, ran.outputs["conclusion"]) == ("failure", "error")
    assert "no report of" in ran.log
    assert site.writes == []


def test_a_shard_fails_where_its_settings_can_not_be_used(machine: Machine) -> None:
    ran = machine("shard").run({"shard": "5/4", "token": "reader"}, start=START)
    assert (ran.outcome, ran.outputs["conclusion"], ran.outputs["report"]) == ("failure", "error", "")
    assert "write K/N" in ran.log


def test_reports_about_another_change_are_refused(machine: Machine, site: Site, scene: Scene) -> None:
    reports = [ran.outputs["report"] for ran in sharded(machine).values()]
    last = machine("last")
    downloaded(last, reports)
    sides = {name: {**side, "sha": scene.base} for name, side in scene.event["pull_request"].items() if name == "head"}
    last.event = {**scene.event, "pull_request": {**scene.event["pull_request"], **sides}}

    ran = last.run(given("review"), start=START)

    assert ran.outcome == "failure"
    assert "run all shards anew on these two commits" in ran.log
    assert site.writes == []


def test_a_fork_is_reviewed_by_several_machines_and_posted_by_another(
    stage: Stage, scene: Scene, site: Site, tmp_path: Path
) -> None:
    site.fake.artifacts[RUN] = {"reviewer-tools": archive(scene, remark())}
    alone = Path(stage("review", token="reader").outputs["report"]).read_bytes()
    folder = tmp_path / "reviewer-shards"
    for number in (1, 2):
        ran = stage("review", token="reader", shard=f"{number}/2")
        assert ran.outcome == "success", ran.log
        (folder / str(number)).mkdir(parents=True)
        copyfile(ran.outputs["report"], folder / str(number) / "report.json")
    # Only the first one asks for what the tools said.
    site.fake.artifacts.clear()

    merged = stage("review", token="reader", shards=str(folder))

    assert merged.outcome == "success", merged.log
    assert Path(merged.outputs["report"]).read_bytes() == alone
    assert site.writes == []
    posted = posted_after(stage, merged)
    assert posted.outcome == "success", posted.log
    assert any("mypy: <code>Unsupported" in comment.body for comment in site.fake.inline)


def test_the_workflow_for_forks_gives_what_the_action_takes() -> None:
    document = yaml.safe_load((ROOT / ".github/workflows/forks.yml").read_text(encoding="utf-8"))
    steps = [step for job in document["jobs"].values() for step in job["steps"] if step["uses"] == "$/"]
    inputs = set(yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["inputs"])
    assert all(set(step["with"]) <= inputs for step in steps)
    assert {"shard", "shards"} <= {name for step in steps for name in step["with"]}
