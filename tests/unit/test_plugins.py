"""A team's own rules in its repository: where they come from, and what becomes of those that are broken."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reviewer import registry
from reviewer.cli import main
from reviewer.results.installed import installed
from tests.repositories import Builder

Json = Any  # a document of any shape
RULE = """
from collections.abc import Iterator

import libcst as cst

from reviewer.api import Check, Context, Finding, Level, on
from review_rules.words import WORD


class NoWord(Check):
    \"\"\"A word that nobody wants. Take another one.\"\"\"

    name = "no-word"
    level = Level.ERROR
    message = "The word `{word}`."

    @on(cst.Name)
    def named(self, node: cst.Name, ctx: Context) -> Iterator[Finding]:
        if node.value == WORD:
            yield self.finding(ctx, node, params={"word": node.value})
"""
NAMED = "[tool.reviewer]\nplugins = ['review_rules.no_word:NoWord']\nselect = ['no-word']\n"
PROJECT = {
    "pyproject.toml": NAMED,
    "review_rules/no_word.py": RULE,
    "review_rules/words.py": "WORD = 'old'\n",
    "app.py": "x = 1\n",
}
# Whoever loads it, leaves a trace.
TRACE = "open('{}', 'w').close()\n"


@pytest.fixture(autouse=True)
def unplugged(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A person's machine; no test knows the rules of another one."""
    for name in ("CI", "GITHUB_ACTIONS", "GITHUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    yield
    registry.plug(())


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Builder:
    """A repository with a rule of its own; it is the working folder."""
    made = Builder(tmp_path / "shop")
    made.commit(PROJECT)
    monkeypatch.chdir(made.root)
    return made


class Report:
    """What a run of `reviewer check` came to."""

    def __init__(self, place: Path, *arguments: str) -> None:
        self.code = main(["check", *arguments, "--report", f"json={place}"])
        read: Json = json.loads(place.read_text()) if place.exists() else {"findings": [], "problems": []}
        self.found = sorted(each["path"] for each in read["findings"] if each["rule"] == "no-word" and each["shown"])
        self.notices = [each["message"] for each in read["problems"]]


def test_on_a_persons_machine_the_files_count_as_they_stand(project: Builder, tmp_path: Path) -> None:
    project.write("app.py", "new = 1\n")
    project.write("review_rules/words.py", "WORD = 'new'\n")

    assert Report(tmp_path / "report.json", ".").found == ["app.py"]
    project.write("review_rules/words.py", "WORD = 'other'\n")
    assert Report(tmp_path / "report.json", ".").found == []


def test_between_two_commits_the_code_of_the_base_runs_and_that_of_the_head_does_not(
    project: Builder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    trace = tmp_path / "trace"
    project.branch("change")
    project.commit(
        {
            "app.py": "old = 1\nnew = 1\n",
            "review_rules/words.py": TRACE.format(trace) + "WORD = 'new'\n",
            "review_rules/no_word.py": TRACE.format(trace) + RULE,
        }
    )

    report = Report(tmp_path / "report.json", "--base", "main", "--head", "change")
    assert (report.code, report.found) == (1, ["app.py"])
    assert not trace.exists()


def test_a_change_that_brings_a_plugin_is_told_and_its_code_does_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    project = Builder(tmp_path / "shop")
    project.commit({"app.py": "x = 1\n"})
    monkeypatch.chdir(project.root)
    project.branch("change")
    trace = tmp_path / "trace"
    settings = "[tool.reviewer.rules.no-word]\nlimit = 1\n"
    files = {**PROJECT, "app.py": "old = 1\n", "pyproject.toml": NAMED + settings}
    project.commit({**files, "review_rules/words.py": TRACE.format(trace) + "WORD = 'old'\n"})

    report = Report(tmp_path / "report.json", "--base", "main", "--head", "change", "--ignore", "mypy")
    assert report.found == []
    assert any("The change sets `plugins`, and is reviewed with the base's" in each for each in report.notices)
    assert not trace.exists()


def test_in_ci_a_working_tree_is_reviewed_with_the_plugins_of_the_base(
    project: Builder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    trace = tmp_path / "trace"
    project.branch("change")
    more = NAMED.replace("plugins = [", "plugins = ['evil:Evil', ")
    project.commit({"evil.py": TRACE.format(trace), "pyproject.toml": more, "app.py": "old = 1\n"})
    project.write("review_rules/words.py", TRACE.format(trace) + "WORD = 'x'\n")

    assert Report(tmp_path / "report.json", "--base", "main").found == ["app.py"]
    assert not trace.exists()


def test_in_ci_files_alone_bring_no_plugins_and_a_named_commit_does(
    project: Builder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CI", "true")
    project.write("app.py", "old = 1\n")
    trace = tmp_path / "trace"
    project.write("review_rules/words.py", TRACE.format(trace) + "WORD = 'x'\n")

    assert main(["check", "."]) == 2
    assert "name a commit to take them from with --policy, or compare with one with --base" in capsys.readouterr().err
    assert Report(tmp_path / "report.json", "app.py", "--policy", "main").found == ["app.py"]
    assert not trace.exists()


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"pyproject.toml": "[tool.reviewer]\nplugins = ['no_word']\n"}, "'no_word' names no plugin; write"),
        (
            {"pyproject.toml": "[tool.reviewer]\nplugins = ['review_rules.gone:Gone']\n"},
            "review_rules.gone:Gone is not there: the commit or folder that counts has no review_rules/gone.py; mend",
        ),
        ({"review_rules/words.py": "WORD = 1 / 0\n"}, "can't be loaded: ZeroDivisionError: division by zero; mend"),
        ({"review_rules/words.py": "raise SystemExit(0)\n"}, "can't be loaded: SystemExit: 0; mend review_rules/no"),
        ({"review_rules/words.py": "WORD = (\n"}, "can't be loaded: SyntaxError: '(' was never closed"),
        ({"review_rules/words.py": b"\xff\n"}, "can't be loaded: SyntaxError: "),
        (
            {"review_rules/words.py": "import app\nWORD = app.x\n"},
            "can't be loaded: ModuleNotFoundError: No module named",
        ),
        ({"review_rules/no_word.py": "class NoWord: ...\n"}, "is no check with a name; name a subclass of"),
        ({"review_rules/no_word.py": "x = 1\n"}, "is no check with a name; name a subclass of"),
        (
            {"pyproject.toml": "[tool.reviewer]\nplugins = ['checks.mine:Mine']\n", "checks/mine.py": "x = 1\n"},
            "another package is called 'checks', too; give yours a name of its own",
        ),
        (
            {"review_rules/no_word.py": RULE.replace('"no-word"', '"function-too-long"')},
            "two checks are named 'function-too-long'",
        ),
    ],
)
def test_a_plugin_that_cannot_be_loaded_is_an_error_with_the_next_step(
    files: dict[str, str | bytes], message: str, project: Builder, capsys: pytest.CaptureFixture[str]
) -> None:
    project.commit(files)

    assert main(["check", "."]) == 2
    assert message in capsys.readouterr().err


def test_a_check_that_crashes_on_a_file_is_a_problem_of_that_file(project: Builder, tmp_path: Path) -> None:
    project.commit({"review_rules/no_word.py": RULE.replace("if node.value == WORD:", "if 1 / 0:")})

    report = Report(tmp_path / "report.json", "app.py")
    assert report.code == 2
    assert any("no-word crashed" in each and "ZeroDivisionError" in each for each in report.notices)


def test_a_plugin_at_the_root_has_a_family_and_settings(project: Builder, tmp_path: Path) -> None:
    project.commit(
        {
            "words.py": RULE.replace("from review_rules.words import WORD", "WORD = 'old'"),
            "pyproject.toml": "[tool.reviewer]\nplugins = ['words:NoWord']\nselect = ['words']\n",
            "app.py": "old = 1\n",
        }
    )

    assert Report(tmp_path / "report.json", "app.py").found == ["app.py"]


def test_its_rules_have_pages_in_the_site_of_the_team(project: Builder, tmp_path: Path) -> None:
    assert project.root == Path.cwd()
    assert main(["docs", "--site", str(tmp_path / "site")]) == 0

    assert "A word that nobody wants." in (tmp_path / "site" / "rules" / "no-word.html").read_text(encoding="utf-8")


def test_its_rules_are_listed_and_explained(project: Builder, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules"]) == 0
    assert "no-word" in capsys.readouterr().out
    registry.plug(())
    assert main(["explain", "no-word"]) == 0
    assert "A word that nobody wants." in capsys.readouterr().out

    project.commit({"pyproject.toml": ""})
    assert main(["rules"]) == 0
    assert "no-word" not in capsys.readouterr().out


def test_what_is_kept_of_former_runs_is_not_taken_when_a_plugin_changed(project: Builder, tmp_path: Path) -> None:
    project.write("app.py", "new = 1\n")
    assert Report(tmp_path / "report.json", "app.py").found == []
    first = installed(registry.all_checks())
    project.write("review_rules/words.py", "WORD = 'new'\n")

    assert Report(tmp_path / "report.json", "app.py").found == ["app.py"]
    assert first is not None
    assert installed(registry.all_checks()) not in (None, first)


def test_the_same_code_is_loaded_once(project: Builder, tmp_path: Path) -> None:
    Report(tmp_path / "report.json", "app.py")
    first = registry.find("no-word")
    project.write("app.py", "old = 1\n")
    Report(tmp_path / "report.json", "app.py")
    assert registry.find("no-word") is first

    project.write("review_rules/words.py", "WORD = 'new'\n")
    Report(tmp_path / "report.json", "app.py")
    assert registry.find("no-word") is not first


def test_shards_and_their_merge_know_it(
    project: Builder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CI", "true")
    project.branch("change")
    project.commit({"app.py": "old = 1\n", "other.py": "old = 2\n"})
    change = ("--base", "main", "--head", "change")
    parts = [tmp_path / f"{number}.json" for number in (1, 2)]
    for number, place in enumerate(parts, start=1):
        assert main(["check", *change, "--shard", f"{number}/2", "--report", f"json={place}"]) == 0
        registry.plug(())
    capsys.readouterr()

    assert main(["merge", *map(str, parts)]) == 1
    assert capsys.readouterr().out.count("The word `old`.") == 2
