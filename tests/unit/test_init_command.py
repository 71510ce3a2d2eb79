"""`reviewer init`, as a user runs it."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from reviewer.adoption.naming import Guess
from reviewer.adoption.workflow import PLACE
from reviewer.cli import main
from reviewer.cli.init import ask
from reviewer.index.answers import Layer
from tests.repositories import Builder
from tests.unit.adoption.layouts import LAYOUTS, Layout

each_layout = pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
PYPROJECT = "# The shop.\n[project]\nname = 'shop'\n\n[tool.ruff.lint]\nselect = ['E']  # few\n"
UNUSUAL = LAYOUTS["views and crud"]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Builder:
    """A repository that was cloned from GitHub, with nothing in it; it is the working folder."""
    made = Builder(tmp_path / "shop")
    made.git("remote", "add", "origin", "git@github.com:acme/shop.git")
    monkeypatch.chdir(made.root)
    return made


def files_of(root: Path) -> dict[str, bytes]:
    """All files but git's own."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(root).parts
    }


@each_layout
@pytest.mark.parametrize("pyproject", [None, PYPROJECT], ids=["without pyproject", "with pyproject"])
def test_a_second_run_changes_nothing_and_says_so(
    layout: Layout, pyproject: str | None, project: Builder, capsys: pytest.CaptureFixture[str]
) -> None:
    project.commit({**layout.files, **({"pyproject.toml": pyproject} if pyproject else {})})
    assert main(["init"]) == 0
    first = files_of(project.root)
    capsys.readouterr()

    assert main(["init"]) == 0
    out = capsys.readouterr().out
    assert files_of(project.root) == first
    assert "lacks nothing" in out or "No setting is needed" in out
    assert "A workflow reviews pull requests already." in out
    assert "Wrote" not in out
    assert "Assumed" not in out


@each_layout
def test_a_review_works_with_what_was_written(layout: Layout, project: Builder) -> None:
    project.commit({**layout.files, "pyproject.toml": PYPROJECT})
    assert main(["init"]) == 0

    assert main(["check", ".", "--ignore", "mypy", "--fail-on", "never"]) == 0
    assert main(["check", "--ignore", "mypy", "--fail-on", "never"]) == 0


def test_all_of_pyproject_is_kept_and_the_rest_of_the_project_too(
    project: Builder, capsys: pytest.CaptureFixture[str]
) -> None:
    project.commit({**UNUSUAL.files, "pyproject.toml": PYPROJECT})
    before = files_of(project.root)
    assert main(["init"]) == 0

    after = files_of(project.root)
    assert {path for path in after if after[path] != before.get(path)} == {"pyproject.toml", PLACE}
    assert after["pyproject.toml"].startswith(PYPROJECT.encode())
    out = capsys.readouterr().out
    assert '+repositories = ["crud", ' in out
    assert "+# What is called `views` serves routes: app/views/jobs.py." in out
    assert "Wrote pyproject.toml and .github/workflows/review.yml." in out
    assert "Assumed, for want of somebody to ask: `views` stands for api.\nAssumed, for" in out
    assert "put the organisation that hosts your copy in place of `your-org`" in out
    assert out.splitlines()[-2:] == [
        "  reviewer check .     # what stands today",
        "  reviewer check       # what your branch changes, compared with main",
    ]


def test_a_dry_run_tells_the_same_and_writes_nothing(project: Builder, capsys: pytest.CaptureFixture[str]) -> None:
    project.commit({**UNUSUAL.files, "pyproject.toml": PYPROJECT})
    before = files_of(project.root)
    assert main(["init", "--dry-run", "--baseline"]) == 0
    dry = capsys.readouterr().out
    assert files_of(project.root) == before

    assert main(["init"]) == 0
    assert dry == capsys.readouterr().out.replace("Wrote", "Would write")


@pytest.mark.parametrize("name", ["pyproject.toml", "reviewer.toml"])
def test_a_configuration_that_is_there_stays_and_what_would_fit_is_shown(
    name: str, project: Builder, capsys: pytest.CaptureFixture[str]
) -> None:
    standing = '[tool.reviewer]\nfail-on = "warning"\n' if name == "pyproject.toml" else 'fail-on = "warning"\n'
    project.commit({**UNUSUAL.files, name: standing})
    assert main(["init"]) == 0

    assert (project.root / name).read_text() == standing
    out = capsys.readouterr().out
    assert f"{name} configures the reviewer already, and stays as it is. This would fit, too:" in out
    assert 'repositories = ["crud", ' in out


def test_a_workflow_of_somebody_else_stays(project: Builder, capsys: pytest.CaptureFixture[str]) -> None:
    project.commit({**UNUSUAL.files, PLACE: "on: push\n"})
    assert main(["init", "--workflow"]) == 0

    assert (project.root / PLACE).read_text() == "on: push\n"
    assert f"{PLACE} is another workflow and stays as it is" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("remote", "options", "written"),
    [
        ("git@github.com:acme/shop.git", (), True),
        ("git@github.com:acme/shop.git", ("--no-workflow",), False),
        ("git@gitlab.com:acme/shop.git", (), False),
        ("git@gitlab.com:acme/shop.git", ("--workflow",), True),
    ],
)
def test_a_project_on_github_gets_a_workflow(
    remote: str, options: tuple[str, ...], written: bool, project: Builder
) -> None:
    project.git("remote", "set-url", "origin", remote)
    project.commit({"app.py": "x = 1\n"})
    assert main(["init", *options]) == 0

    assert (project.root / PLACE).exists() is written


def test_a_baseline_is_written_under_the_settings_that_were_and_kept(
    project: Builder, capsys: pytest.CaptureFixture[str]
) -> None:
    project.commit({**UNUSUAL.files, "app/views/jobs.py": UNUSUAL.files["app/views/jobs.py"] + "def f(a): return a\n"})
    assert main(["init", "--baseline"]) == 0
    written = (project.root / "reviewer-baseline.txt").read_text()
    assert "missing-type-hint" in written
    capsys.readouterr()

    assert main(["init", "--baseline"]) == 0
    assert (project.root / "reviewer-baseline.txt").read_text() == written
    assert "reviewer-baseline.txt is there already" in capsys.readouterr().out


def test_it_looks_at_the_whole_project_from_any_folder_of_it(project: Builder, monkeypatch: pytest.MonkeyPatch) -> None:
    project.commit(UNUSUAL.files)
    monkeypatch.chdir(project.root / "app" / "views")
    assert main(["init"]) == 0

    assert (project.root / "reviewer.toml").is_file()
    assert not (project.root / "app" / "views" / "reviewer.toml").exists()


def test_a_pyproject_that_is_no_toml_is_told_and_left(project: Builder, capsys: pytest.CaptureFixture[str]) -> None:
    project.commit({"app.py": "x = 1\n", "pyproject.toml": "[project\n"})
    before = files_of(project.root)

    assert main(["init"]) == 2
    assert "pyproject.toml can't be read as TOML" in capsys.readouterr().err
    assert files_of(project.root) == before


def test_a_folder_without_python_is_told(project: Builder, capsys: pytest.CaptureFixture[str]) -> None:
    project.commit({"notes.txt": ""})

    assert main(["init"]) == 2
    assert "holds no Python file; run `reviewer init` in the folder of your project" in capsys.readouterr().err


def test_without_git_it_says_what_git_is_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "jobs.py").write_text("x = 1\n")
    monkeypatch.chdir(tmp_path)

    assert main(["init"]) == 0
    out = capsys.readouterr().out
    assert "git init             # then `reviewer check` reviews what you change" in out
    assert "`reviewer init --workflow` writes it" in out
    assert [path.name for path in tmp_path.iterdir()] == ["app"]


def test_the_branch_that_changes_are_compared_with_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project = Builder(tmp_path / "shop", branch="trunk")
    project.commit({"app.py": "x = 1\n"})
    monkeypatch.chdir(project.root)
    assert main(["init"]) == 0
    assert "compared with trunk" in capsys.readouterr().out

    project.git("branch", "--move", "odd")
    assert main(["init"]) == 0
    assert "reviewer check --base BRANCH" in capsys.readouterr().out


def test_a_file_that_cannot_be_written_is_told(project: Builder, capsys: pytest.CaptureFixture[str]) -> None:
    project.commit({"app.py": "x = 1\n", ".github": "no folder\n"})

    assert main(["init", "--workflow"]) == 2
    err = capsys.readouterr().err
    assert f"{PLACE} can't be written: " in err
    assert err.endswith("; mend that and run again\n")


def test_a_link_to_a_file_kept_elsewhere_stays_a_link(project: Builder, tmp_path: Path) -> None:
    kept = tmp_path / "kept.toml"
    kept.write_text("[project]\n")
    kept.chmod(0o600)
    project.commit(UNUSUAL.files)
    (project.root / "pyproject.toml").symlink_to(kept)
    code = main(["init"])

    assert (project.root / "pyproject.toml").is_symlink()
    assert (code == 0) == ("tool.reviewer" in kept.read_text())
    assert kept.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("answers", "sure", "taken"),
    [
        (["y"], False, True),
        (["NO "], True, False),
        ([""], True, True),
        ([""], False, False),
        (["what", "n"], True, False),
    ],
)
def test_an_answer_decides_and_none_takes_what_is_likelier(answers: list[str], sure: bool, taken: bool) -> None:
    guess = Guess("views", Layer.API, ("a.py",), ("a.py",) if sure else ())
    asked: list[str] = []

    def read(question: str) -> str:
        asked.append(question)
        return answers[len(asked) - 1]

    assert ask(guess, read) is taken
    assert asked[0].endswith(f"Does `views` stand for api? [{'Y/n' if sure else 'y/N'}] ")


def test_the_end_of_input_is_no_answer() -> None:
    def read(_question: str) -> str:
        raise EOFError

    assert ask(Guess("views", Layer.API, ("a.py",), ("a.py",)), read)


def test_on_a_terminal_it_asks(project: Builder) -> None:
    project.commit(UNUSUAL.files)
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "reviewer", "init", "--no-workflow"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment) as process:
        os.close(theirs)
        os.write(ours, b"n\ny\n")
        said = b""
        while block := _read(ours):
            said += block
        assert process.wait() == 0
    os.close(ours)

    assert b"Does `views` stand for api? [Y/n]" in said
    assert b"Assumed" not in said
    written = (project.root / "reviewer.toml").read_text()
    assert 'repositories = ["crud", ' in written
    assert "views" not in written


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # Linux says so where the other end is closed
        return b""
