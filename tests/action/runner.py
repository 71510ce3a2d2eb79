"""Runs the composite Action step by step, as GitHub's runner does."""

import json
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import PIPE, STDOUT, run
from typing import Any

import yaml

from tests.action.commands import Command, read
from tests.action.expressions import Expressions
from tests.action.prepare import ROOT

PYTHON = getattr(sys, "_base_executable", sys.executable)
VERSION = ".".join(map(str, sys.version_info[:3]))


@dataclass
class Ran:
    """What became of one step, or of the whole Action."""

    outcome: str = "success"
    outputs: dict[str, str] = field(default_factory=dict)
    log: str = ""
    summary: str = ""

    @property
    def commands(self) -> list[Command]:
        """What the runner would obey."""
        return list(read(self.log))

    @property
    def annotations(self) -> list[Command]:
        """What GitHub would show beside the code."""
        return [command for command in self.commands if command.name in {"error", "warning", "notice"}]


@dataclass
class Runner:
    """A machine with a checkout in `workspace`; `cache` is what actions/cache keeps, by key."""

    workspace: Path
    temp: Path
    cache: Path
    expressions: Expressions
    event_name: str
    event: Mapping[str, Any]
    github: Mapping[str, str]
    environment: Mapping[str, str] = field(default_factory=dict)
    action: Path = ROOT

    def run(self, inputs: Mapping[str, str] | None = None, *, start: str = "", end: str = "") -> Ran:
        """Run the steps from `start` up to `end`, both named and both included."""
        description = yaml.safe_load((self.action / "action.yml").read_text(encoding="utf-8"))
        unknown = set(inputs or {}) - set(description["inputs"])
        assert not unknown, f"the Action has no input {unknown}"
        defaults = {name: str(entry.get("default", "")) for name, entry in description["inputs"].items()}
        values = {**self._fill(defaults, {"github": self._github()}), **(inputs or {})}
        job = _Job(self, values)
        for step in _between(description["runs"]["steps"], start, end):
            job.step(step)
        outputs = {name: entry["value"] for name, entry in description["outputs"].items()}
        return Ran(job.outcome, self._fill(outputs, job.context), job.log, job.summary)

    def shell(self, script: str) -> Ran:
        """Run a script as a step of the job would."""
        return _Job(self, {}).script(script, {})

    def _fill(self, templates: Mapping[str, str], context: Mapping[str, Any]) -> dict[str, str]:
        return dict(self.expressions.evaluate(templates, "true", context, failed=False)["templates"])

    def _github(self) -> dict[str, Any]:
        return {"event": self.event, "event_name": self.event_name, **self.github}


class _Job:
    """The state that the steps of one run share."""

    def __init__(self, runner: Runner, inputs: Mapping[str, str]) -> None:
        self.runner = runner
        self.outcome = "success"
        self.log = ""
        self.summary = ""
        place = {"os": "Linux", "arch": "X64", "temp": str(runner.temp)}
        github = runner._github()
        self.context: dict[str, Any] = {"github": github, "inputs": inputs, "runner": place, "steps": {}}
        self.event = runner.temp / "event.json"
        self.event.write_text(json.dumps(runner.event), encoding="utf-8")

    def step(self, step: Mapping[str, Any]) -> None:
        part = {**step.get("env", {}), **step.get("with", {})}
        templates = {name: value if isinstance(value, str) else json.dumps(value) for name, value in part.items()}
        condition = str(step.get("if", "true"))
        assert step.get("shell", "bash") == "bash"
        answer = self.runner.expressions.evaluate(templates, condition, self.context, failed=self.outcome == "failure")
        if not answer["condition"]:
            return
        ran = (
            self.script(step["run"], answer["templates"]) if "run" in step else self._action(step, answer["templates"])
        )
        self.log += ran.log
        self.summary += ran.summary
        if ran.outcome == "failure":
            self.outcome = "failure"
        if "id" in step:
            self.context["steps"][step["id"]] = {"outputs": ran.outputs, "outcome": ran.outcome}

    def script(self, text: str, env: Mapping[str, str]) -> Ran:
        """Run a bash script, and read what it leaves in the files that the runner gives it."""
        script, output, summary = (self.runner.temp / name for name in ("step.sh", "step.output", "step.summary"))
        script.write_text(text, encoding="utf-8")
        output.write_text("", encoding="utf-8")
        summary.write_text("", encoding="utf-8")
        files = {"GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(summary)}
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
        environment = {**self._environment(), **files, **env}
        done = run(
            command, cwd=self.runner.workspace, env=environment, stdin=-3, stdout=PIPE, stderr=STDOUT, check=False
        )
        outputs = dict(line.split("=", 1) for line in output.read_text(encoding="utf-8").splitlines())
        log = done.stdout.decode(errors="replace")
        return Ran("failure" if done.returncode else "success", outputs, log, summary.read_text(encoding="utf-8"))

    def _environment(self) -> dict[str, str]:
        runner = self.runner
        names = {f"GITHUB_{name.upper()}": value for name, value in runner.github.items() if name != "token"}
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(runner.temp.parent),
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(runner.action),
            "GITHUB_WORKSPACE": str(runner.workspace),
            "GITHUB_EVENT_NAME": runner.event_name,
            "GITHUB_EVENT_PATH": str(self.event),
            "RUNNER_TEMP": str(runner.temp),
            "RUNNER_OS": "Linux",
            "NO_PROXY": "*",
            **names,
            **runner.environment,
        }

    def _action(self, step: Mapping[str, Any], inputs: Mapping[str, str]) -> Ran:
        """The three actions that we use, played."""
        name = step["uses"].partition("@")[0]
        if name == "actions/setup-python":
            assert inputs["update-environment"] == "false"
            return Ran(outputs={"python-path": PYTHON, "python-version": VERSION})
        kept, pattern = self.runner.cache / inputs["key"], Path(inputs["path"])
        home = next((part.parent for part in reversed([pattern, *pattern.parents]) if "*" in part.name), pattern)
        if name == "actions/cache/restore":
            prefixes = inputs.get("restore-keys", "").split()
            near = [each for prefix in prefixes for each in sorted(self.runner.cache.glob(f"{prefix}*"))]
            for found in [each for each in (kept, *near) if each.is_dir()][:1]:
                shutil.copytree(found, home, dirs_exist_ok=True)
            return Ran(outputs={"cache-hit": str(kept.is_dir()).lower(), "cache-primary-key": inputs["key"]})
        assert name == "actions/cache/save", f"the tests cannot play {name}"
        for found in home.glob(str(pattern.relative_to(home))) if home != pattern else [pattern]:
            shutil.copytree(found, kept / found.relative_to(home))
        return Ran()


def _between(steps: list[dict[str, Any]], start: str, end: str) -> list[dict[str, Any]]:
    names = [step["name"] for step in steps]
    return steps[names.index(start) if start else 0 : names.index(end) + 1 if end else len(steps)]
