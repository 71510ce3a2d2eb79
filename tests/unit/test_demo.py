"""The demo's repository: the same on every machine, and problems of each family of rules."""

from pathlib import Path

import pytest

from reviewer import demo, pipeline, registry
from reviewer.aim import Request
from reviewer.errors import GitError
from reviewer.model import Level


def test_the_commits_are_the_same_whatever_git_is_set_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = tmp_path / "first"
    first.mkdir()
    commits = demo.build(first)
    settings = tmp_path / "gitconfig"
    settings.write_text(
        "[user]\nname = Eve\n[commit]\ngpgSign = true\n[core]\nautocrlf = true\n[init]\ndefaultBranch = x\n"
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    second = tmp_path / "second"
    second.mkdir()
    assert demo.build(second) == commits


def test_the_pull_request_brings_different_problems_of_each_family_beside_old_ones(tmp_path: Path) -> None:
    base, head = demo.build(tmp_path)
    review = pipeline.review(Request(tmp_path, merge_base=base, head=head)).review
    families = {check.name: registry.family(check) for check in registry.all_checks() if check.level is not Level.NOTE}
    shown = [finding.rule for finding in review.shown]
    assert len(shown) == len(set(shown))
    assert {families[rule] for rule in shown} == set(families.values())
    assert all(finding.anchor for finding in review.shown)
    assert [finding.hidden_because for finding in review.findings if not finding.shown] == ["existing"]
    assert review.problems == ()


def test_a_folder_that_git_cannot_use_is_named(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("nonsense")
    with pytest.raises(GitError, match="can't be made in"):
        demo.build(tmp_path)
