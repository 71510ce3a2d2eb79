"""The workflows that the README tells to copy."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.action.prepare import ROOT

Json = Any  # a document of any shape
BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)

CALLERS = [text for text in BLOCKS if re.search(r"^    uses:", text, re.MULTILINE)]


def jobs(text: str) -> Json:
    """The jobs of a workflow."""
    return yaml.safe_load(text)["jobs"].values()


@pytest.mark.parametrize("text", BLOCKS, ids=lambda text: text.partition("\n")[0])
def test_a_workflow_uses_what_there_is(text: str) -> None:
    used = [job["uses"] for job in jobs(text) if "uses" in job]
    used += [step["uses"] for job in jobs(text) for step in job.get("steps", ()) if "uses" in step]
    ours = [name.partition("@")[0].removeprefix("your-org/reviewer") for name in used if name.startswith("your-org/")]

    inputs = set(yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["inputs"])
    given = {name for job in jobs(text) for step in job.get("steps", ()) for name in step.get("with", ())}

    assert ours
    assert given - {"name", "path", "pattern", "persist-credentials"} <= inputs
    assert all((ROOT / name.lstrip("/")).is_file() if name else (ROOT / "action.yml").is_file() for name in ours)


@pytest.mark.parametrize("text", CALLERS, ids=lambda text: text.partition("\n")[0])
def test_a_caller_grants_what_the_called_jobs_need(text: str) -> None:
    (caller,) = jobs(text)
    called = Path(caller["uses"].partition("@")[0].removeprefix("your-org/reviewer/"))

    needed = {
        right for job in jobs((ROOT / called).read_text(encoding="utf-8")) for right in job["permissions"].items()
    }
    granted = caller["permissions"]
    assert all(granted.get(name) in {level, "write"} for name, level in needed)
