"""The workflow that reviews a project's pull requests on GitHub."""

import json
import re
from collections.abc import Iterable
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from urllib.parse import urlsplit

PLACE = ".github/workflows/review.yml"
FOLDER = ".github/workflows"
# Who hosts a copy of the reviewer is known to nobody but its users.
PLACEHOLDER = "your-org/reviewer@v0.1.0"
TEXT = f"""\
# {PLACE}
on: {{ pull_request: {{ types: [opened, synchronize, reopened, ready_for_review] }} }}
permissions: {{ contents: read, pull-requests: write }}
jobs:
  review:
    runs-on: ubuntu-latest
    steps: [{{ uses: actions/checkout@v7 }}, {{ uses: {PLACEHOLDER} }}]
"""
USES_US = re.compile(rb"^[^#\n]*\buses:\s*[\"']?[\w.-]+/reviewer(?:/[\w./-]+)?@", re.MULTILINE)
HOST = re.compile(r"(?:[\w+]+://)?(?:[^@/]*@)?([\w.-]+)[:/]")
HOSTED = re.compile(r"/?([\w.-]+/[\w.-]+?)(?:\.git)?/?")


def workflow(action: str) -> str:
    """The text of the workflow with this action, `OWNER/NAME@COMMIT`."""
    return TEXT.replace(PLACEHOLDER, action)


def installed_action() -> str:
    """The repository and commit on GitHub that this reviewer was installed from; else a placeholder."""
    try:
        return action_of(distribution("reviewer"))
    except PackageNotFoundError:
        return PLACEHOLDER


def action_of(installed: Distribution) -> str:
    """The same of any distribution, by what its installer wrote down of where it comes from (PEP 610)."""
    origin = json.loads(installed.read_text("direct_url.json") or "{}")
    commit = origin.get("vcs_info", {}).get("commit_id")
    address = origin.get("url", "")
    repository = HOSTED.fullmatch(urlsplit(address).path)
    if commit and repository and is_github(address):
        return f"{repository[1]}@{commit}"
    return PLACEHOLDER


def is_github(address: str) -> bool:
    """Whether the address of a repository is on a host of GitHub's, as far as its name tells."""
    host = HOST.match(address)
    return host is not None and "github" in host[1]


def uses_us(workflows: Iterable[bytes]) -> bool:
    """Whether one of a project's workflows has the reviewer in it."""
    return any(USES_US.search(text) for text in workflows)
