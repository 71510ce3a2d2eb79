"""The workflow that is written, and where the Action comes from."""

import json
from importlib.metadata import Distribution
from pathlib import Path

import pytest

from reviewer.adoption.workflow import PLACE, PLACEHOLDER, TEXT, action_of, is_github, uses_us, workflow

ROOT = Path(__file__).parents[3]
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def installed(folder: Path, origin: object) -> Distribution:
    """A distribution that was installed from there."""
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: reviewer\nVersion: 1\n")
    if origin is not None:
        (folder / "direct_url.json").write_text(json.dumps(origin))
    return Distribution.at(folder)


def test_the_workflow_is_the_one_of_the_readme() -> None:
    assert f"```yaml\n{TEXT}```" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert TEXT.startswith(f"# {PLACE}\n")


def test_it_names_the_action_that_was_installed() -> None:
    made = workflow(f"acme/reviewer@{COMMIT}")

    assert f"{{ uses: acme/reviewer@{COMMIT} }}" in made
    assert "your-org" not in made
    assert uses_us([made.encode()])


@pytest.mark.parametrize(
    ("url", "action"),
    [
        ("https://github.com/acme/reviewer.git", f"acme/reviewer@{COMMIT}"),
        ("https://github.com/acme/code-review", f"acme/code-review@{COMMIT}"),
        ("ssh://git@github.acme.example/platform/reviewer", f"platform/reviewer@{COMMIT}"),
        ("https://gitlab.com/acme/reviewer.git", PLACEHOLDER),
        ("https://github.com/acme/group/reviewer", PLACEHOLDER),
    ],
)
def test_the_action_is_where_the_reviewer_was_installed_from(url: str, action: str, tmp_path: Path) -> None:
    assert action_of(installed(tmp_path, {"url": url, "vcs_info": {"vcs": "git", "commit_id": COMMIT}})) == action


@pytest.mark.parametrize("origin", [None, {}, {"url": "file:///home/ada/reviewer", "dir_info": {}}])
def test_what_was_installed_from_elsewhere_has_no_action(origin: object, tmp_path: Path) -> None:
    assert action_of(installed(tmp_path, origin)) == PLACEHOLDER


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("      - uses: acme/reviewer@v1\n", True),
        ("    uses: acme/reviewer/.github/workflows/forks.yml@v1\n", True),
        ("    steps: [{ uses: actions/checkout@v7 }, { uses: 'acme/reviewer@v1' }]\n", True),
        ("      # - uses: acme/reviewer@v1\n", False),
        ("      - uses: acme/pr-reviewer@v1\n", False),
    ],
)
def test_a_workflow_of_ours_is_known(text: str, ours: bool) -> None:
    assert uses_us([b"on: push\n", text.encode()]) is ours


@pytest.mark.parametrize(
    ("address", "github"),
    [
        ("git@github.com:acme/shop.git", True),
        ("https://github.acme.example/acme/shop.git", True),
        ("https://gitlab.com/acme/github-tools.git", False),
        ("git@gitlab.com:acme/github-tools.git", False),
        ("", False),
    ],
)
def test_github_is_told_by_its_host(address: str, github: bool) -> None:
    assert is_github(address) is github
