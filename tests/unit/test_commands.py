"""The commands beside `check`, as a user runs them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from reviewer import __version__
from reviewer.cli import main
from reviewer.cli.progress import bar
from tests.repositories import Builder


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        main(["--version"])
    assert (raised.value.code, capsys.readouterr().out) == (0, f"reviewer {__version__}\n")


def test_a_command_that_does_not_exist_exits_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        main(["chekc"])
    assert raised.value.code == 2
    assert "invalid choice: 'chekc'" in capsys.readouterr().err


def test_a_rule_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "value-object-not-frozen"]) == 0
    out = capsys.readouterr().out
    assert "value-object-not-frozen" in out
    assert "frozen=True" in out


def test_an_unknown_rule_names_the_nearest_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "function-to-long"]) == 2
    assert "did you mean 'function-too-long'?" in capsys.readouterr().err


def test_the_rules_are_listed_as_a_table_and_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules"]) == 0
    assert "missing-type-hint" in capsys.readouterr().out
    assert main(["rules", "--format", "json"]) == 0
    names = [rule["name"] for rule in json.loads(capsys.readouterr().out)["rules"]]
    own = [name for name in names if ":" not in name]
    of_tools = [name for name in names if ":" in name]
    assert names == [*sorted(own), *sorted(of_tools)]
    assert "orm-model-outside-repository" in own
    assert {"ruff:C901", "mypy:arg-type", "coverage:uncovered", "radon:complexity"} <= set(of_tools)


def test_the_pages_of_the_rules_are_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["docs", str(tmp_path / "checks")]) == 0
    written = capsys.readouterr().out.split()
    assert str(tmp_path / "checks" / "functions" / "README.md") in written
    assert all(Path(path).is_file() for path in written)


def test_inspect_gives_the_layer_of_each_file_and_the_reason(
    repository: Builder, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit({"app/__init__.py": "", "app/domain/money.py": "class Money: ...\n"})
    monkeypatch.chdir(repository.root)
    assert main(["inspect", "--format", "json"]) == 0
    document = json.loads(capfdbinary.readouterr().out)
    assert document["schema"] == 1
    assert {entry["path"]: entry["layer"] for entry in document["files"]}["app/domain/money.py"] == "domain"
    assert main(["inspect", "app/domain"]) == 0
    assert b"app/domain/money.py" in capfdbinary.readouterr().out


def test_the_demo_prints_a_review_as_it_would_be_posted(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["demo"]) == 0
    out = capsys.readouterr().out
    for rule in ("function-too-long", "value-object-not-frozen", "orm-model-outside-repository"):
        assert rule in out
    assert out.count("│ ▸ Why, and what to write instead\n") > 10
    assert "details>" not in out
    kept = tmp_path / "kept"
    assert main(["demo", "--keep", str(kept)]) == 0
    assert (kept / ".git").is_dir()
    assert main(["demo", "--keep", str(kept)]) == 2


def test_a_report_that_cannot_be_read_or_is_none_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--repo", "owner/name", "--pr", "1", "--dry-run"]
    assert main(["post", str(tmp_path / "absent.json"), *arguments]) == 2
    assert "can't be read" in capsys.readouterr().err
    (tmp_path / "report.json").write_text('{"schema": 1, "findings": "<script>"}')
    assert main(["post", str(tmp_path / "report.json"), *arguments]) == 2
    assert "reviewer: " in capsys.readouterr().err


def test_an_event_is_printed_for_the_job(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GITHUB_TOKEN", "REVIEWER_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    payload = tmp_path / "event.json"
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(payload))
    monkeypatch.setenv("GITHUB_EVENT_NAME", "workflow_dispatch")
    monkeypatch.setenv("GITHUB_REPOSITORY", "owner/name")
    monkeypatch.setenv("GITHUB_SHA", "f" * 40)
    payload.write_text(json.dumps({"repository": {"full_name": "owner/name", "default_branch": "trunk"}}))
    assert main(["event"]) == 0
    assert capsys.readouterr().out.splitlines() == ["base=trunk", f"head={'f' * 40}", "merge_base=", "pr="]
    monkeypatch.setenv("GITHUB_EVENT_NAME", "issues")
    assert main(["event"]) == 2


def test_in_a_pipe_no_bar_is_drawn(capfd: pytest.CaptureFixture[str]) -> None:
    with bar() as progress:
        assert list(progress(["a.py", "b.py"])) == ["a.py", "b.py"]
    assert capfd.readouterr() == ("", "")


def test_a_reader_that_closes_the_pipe_ends_the_run_quietly(repository: Builder) -> None:
    body = "def a(b, c, d):\n    return b\n\n\n" * 800
    repository.commit({"app/a.py": body})
    command = f"{sys.executable} -m reviewer check . | head -1"
    ended = subprocess.run(["bash", "-c", command], cwd=repository.root, capture_output=True, text=True, check=True)
    assert ended.stderr == ""
    assert ended.stdout.count("\n") == 1


@pytest.mark.parametrize("command", [["--version"], ["explain", "missing-type-hint"], ["check", "."]])
def test_no_command_imports_what_only_another_needs(repository: Builder, command: list[str]) -> None:
    repository.commit({"app/a.py": "x = 1\n"})
    code = (
        "import sys\nfrom reviewer.cli import main\n"
        f"try:\n    main({command!r})\nexcept SystemExit:\n    pass\n"
        "heavy = {'github', 'mypy', 'radon', 'rich', 'requests', 'libcst.matchers'} & set(sys.modules)\n"
        "heavy |= {'libcst', 'pydantic'} & set(sys.modules) if sys.argv[1:] else set()\n"
        "sys.exit(f'imported: {heavy}' if heavy else 0)"
    )
    light = ["light"] if command == ["--version"] else []
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COV_")}
    ended = subprocess.run(
        [sys.executable, "-c", code, *light],
        cwd=repository.root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
