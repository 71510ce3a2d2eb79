"""`reviewer check` as a user runs it: what it reviews, what it says, and how it exits."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from reviewer.cli import main
from tests.repositories import Builder

LONG = "def {name}() -> None:\n" + "".join(f"    print({number})\n" for number in range(30))
SHORT = "def {name}() -> None:\n    print(1)\n"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Run:
    for name in [name for name in os.environ if name.startswith("REVIEWER_")]:
        monkeypatch.delenv(name)

    def run_in(folder: Path, *arguments: str, feed: bytes = b"") -> tuple[int, str, str]:
        monkeypatch.chdir(folder)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(feed)))
        code = main(["check", *arguments])
        out, err = capfdbinary.readouterr()
        return code, out.decode(), err.decode()

    return run_in


def report(run: Run, folder: Path, *arguments: str, feed: bytes = b"") -> dict[str, Any]:
    _, out, err = run(folder, "--format", "json", *arguments, feed=feed)
    assert err == ""
    return cast("dict[str, Any]", json.loads(out))


def shown(document: dict[str, Any]) -> list[tuple[str, str]]:
    return [(finding["path"], finding["symbol"]) for finding in document["findings"] if finding["shown"]]


def test_a_branch_is_reviewed_against_its_merge_base(run: Run, repository: Builder) -> None:
    base = repository.commit({"app/old.py": LONG.format(name="old")})
    repository.branch("feature")
    repository.commit({"app/new.py": LONG.format(name="new")})
    repository.switch("main")
    repository.commit({"app/later.py": LONG.format(name="later")})
    repository.switch("feature")
    document = report(run, repository.root)
    assert shown(document) == [("app/new.py", "new")]
    assert (document["base"], document["head"]) == (base, None)
    code, out, _ = run(repository.root)
    assert out.startswith(f"Comparing the working tree of feature with its merge base with main, {base[:10]}")
    assert code == 0


def test_uncommitted_and_untracked_work_counts_and_ignored_files_do_not(run: Run, repository: Builder) -> None:
    repository.commit({"app/a.py": SHORT.format(name="a"), ".gitignore": "secret.py\n"})
    repository.write("app/a.py", LONG.format(name="a"))
    repository.write("app/b c.py", LONG.format(name="b"))
    repository.write("secret.py", LONG.format(name="secret"))
    assert shown(report(run, repository.root)) == [("app/a.py", "a"), ("app/b c.py", "b")]


def test_code_that_the_change_does_not_touch_is_hidden_and_counted(run: Run, repository: Builder) -> None:
    repository.commit({"app/a.py": LONG.format(name="old") + "\n\n" + SHORT.format(name="young")})
    repository.write("app/a.py", LONG.format(name="old") + "\n\n" + SHORT.format(name="renamed"))
    document = report(run, repository.root)
    assert shown(document) == []
    (finding,) = document["findings"]
    assert (finding["status"], finding["hidden_because"]) == ("existing", "existing")
    assert document["counts"]["hidden: existing"] == 1


def test_two_commits_are_compared_without_a_checkout(run: Run, repository: Builder) -> None:
    base = repository.commit({"app/a.py": SHORT.format(name="a")})
    head = repository.commit({"app/a.py": LONG.format(name="a")})
    repository.write("app/a.py", "nonsense(")
    document = report(run, repository.root, "--base", base, "--head", head)
    assert shown(document) == [("app/a.py", "a")]
    assert document["findings"][0]["anchor"] == {"path": "app/a.py", "line": 1, "start_line": None}
    exact = report(run, repository.root, "--merge-base", base, "--head", head)
    assert exact["findings"] == document["findings"]


def test_the_configuration_of_the_base_reviews_a_commit(run: Run, repository: Builder) -> None:
    base = repository.commit({"app/a.py": SHORT.format(name="a")})
    head = repository.commit({"app/a.py": LONG.format(name="a"), "reviewer.toml": 'ignore = ["all"]'})
    assert shown(report(run, repository.root, "--base", base, "--head", head)) == [("app/a.py", "a")]
    assert shown(report(run, repository.root, "--base", head, "--head", head)) == []


def test_a_configuration_named_inside_the_repository_is_the_bases_too(run: Run, repository: Builder) -> None:
    base = repository.commit({"app/a.py": SHORT.format(name="a"), "ci/strict.toml": ""})
    head = repository.commit({"app/a.py": LONG.format(name="a"), "ci/strict.toml": 'ignore = ["all"]'})
    arguments = ("--base", base, "--head", head, "--config", "ci/strict.toml")
    assert shown(report(run, repository.root, *arguments)) == [("app/a.py", "a")]


def test_paths_are_reviewed_whole_and_from_any_folder(run: Run, repository: Builder) -> None:
    repository.commit({"app/a.py": LONG.format(name="a"), "app/in/b.py": LONG.format(name="b"), "c.py": "x = 1\n"})
    everything = report(run, repository.root, ".")
    assert (shown(everything), everything["counts"]["files"]) == ([("app/a.py", "a"), ("app/in/b.py", "b")], 3)
    assert everything["findings"][0]["status"] is None
    assert shown(report(run, repository.root / "app", "in")) == [("app/in/b.py", "b")]
    assert shown(report(run, repository.root / "app", "a.py", "in/b.py")) == shown(everything)


def test_a_folder_without_git_is_reviewed_from_its_own_root(run: Run, tmp_path: Path) -> None:
    (tmp_path / "project" / "app").mkdir(parents=True)
    (tmp_path / "project" / "pyproject.toml").write_text("[project]\n")
    (tmp_path / "project" / "app" / "a.py").write_text(LONG.format(name="a"))
    assert shown(report(run, tmp_path, "project/app/a.py")) == [("app/a.py", "a")]


def test_an_excluded_file_that_is_named_is_left_out_with_a_word(run: Run, repository: Builder) -> None:
    repository.commit({"app/a.py": LONG.format(name="a"), "reviewer.toml": 'exclude = ["app"]'})
    document = report(run, repository.root, "app/a.py")
    assert document["findings"] == []
    assert [problem["kind"] for problem in document["problems"]] == ["left-out"]
    assert run(repository.root, "app/a.py")[0] == 0


def test_standard_input_is_reviewed_as_the_file_named(run: Run, repository: Builder) -> None:
    repository.commit({"app/a.py": SHORT.format(name="a")})
    feed = LONG.format(name="edited").encode()
    document = report(run, repository.root, "--stdin-filename", "app/a.py", feed=feed)
    assert shown(document) == [("app/a.py", "edited")]
    document = report(run, repository.root, "--stdin-filename", "app/unborn.py", feed=feed)
    assert shown(document) == [("app/unborn.py", "edited")]


def test_the_exit_code_follows_the_fail_level(run: Run, repository: Builder) -> None:
    repository.commit({"app/a.py": LONG.format(name="a")})
    assert run(repository.root, ".")[0] == 0
    assert run(repository.root, ".", "--fail-on", "warning")[0] == 1
    assert run(repository.root, ".", "--fail-on", "never")[0] == 0
    assert run(repository.root, ".", "--fail-on", "warning", "--ignore", "function-too-long")[0] == 0
    assert (
        run(repository.root, ".", "--fail-on", "warning", "--ignore", "function-too-long", "--ignore", "ruff")[0] == 0
    )


def test_one_run_can_write_several_reports(run: Run, repository: Builder, tmp_path: Path) -> None:
    repository.commit({"app/a.py": LONG.format(name="a")})
    places = {name: tmp_path / name for name in ("json", "github", "markdown")}
    _, out, _ = run(repository.root, ".", *(f"--report={name}={place}" for name, place in places.items()))
    assert "function-too-long" in out
    assert json.loads(places["json"].read_text())["schema"] == 1
    assert places["github"].read_text().startswith("::warning file=app/a.py,line=1")
    assert "function-too-long" in places["markdown"].read_text()
    _, out, _ = run(repository.root, ".", "--output", str(tmp_path / "text"))
    assert (out, "function-too-long" in (tmp_path / "text").read_text()) == ("", True)


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"def f(:\n", (1, 7)),
        (b"x = 1\n\0\n", (2, 1)),
        (b"# coding: klingon\n", (1, 1)),
        (b"x = '\xff'\n", (1, 6)),
    ],
)
def test_a_file_that_does_not_parse_is_an_error_and_the_others_are_reviewed(
    run: Run, repository: Builder, content: bytes, place: tuple[int, int]
) -> None:
    repository.commit()
    repository.write("app/a.py", content)
    repository.write("app/b.py", LONG.format(name="b"))
    document = report(run, repository.root)
    told = [finding for finding in document["findings"] if finding["shown"]]
    assert [finding["rule"] for finding in told] == ["unparsable-file", "function-too-long"]
    assert (told[0]["line"], told[0]["column"]) == place
    assert run(repository.root)[0] == 1


def test_a_change_that_only_deletes_can_make_a_file_unparsable(run: Run, repository: Builder) -> None:
    repository.commit({"app/a.py": "x = [\n    1,\n]\n"})
    repository.write("app/a.py", "x = [\n    1,\n")
    assert shown(report(run, repository.root)) == [("app/a.py", "")]


def test_a_file_that_cannot_be_read_is_never_green(run: Run, repository: Builder) -> None:
    repository.commit({"app/big.py": "x = 1\n" * 400_000, "app/a.py": LONG.format(name="a")})
    code, out, _ = run(repository.root, ".", "--format", "json")
    document = json.loads(out)
    assert (code, shown(document)) == (2, [("app/a.py", "a")])
    assert [(problem["kind"], problem["path"]) for problem in document["problems"]] == [("unreadable", "app/big.py")]


def test_nested_configurations_are_named_as_ignored(run: Run, repository: Builder) -> None:
    repository.commit(
        {
            "a.py": "x = 1\n",
            "svc/pyproject.toml": "[tool.reviewer]\n",
            "lib/pyproject.toml": "[project]\n",
            "svc/reviewer.toml": "",
        }
    )
    problems = report(run, repository.root, ".")["problems"]
    assert [(problem["kind"], problem["path"]) for problem in problems] == [
        ("ignored-configuration", "svc/pyproject.toml"),
        ("ignored-configuration", "svc/reviewer.toml"),
    ]


def test_renames_deletions_and_strange_names_are_followed(run: Run, repository: Builder) -> None:
    strange = ["app/sp ace.py", 'app/quo"te.py', "app/new\nline.py", "app/größe.py", "app/tab\t.py"]
    body = LONG.format(name="a")
    repository.commit({"app/moved.py": body, "app/gone.py": body, **dict.fromkeys(strange, SHORT.format(name="s"))})
    repository.branch("feature")
    repository.git("mv", "app/moved.py", "app/elsewhere.py")
    (repository.root / "app/gone.py").unlink()
    for name in strange:
        repository.write(name, LONG.format(name="s"))
    (repository.root / "app/link.py").symlink_to("moved.py")
    repository.commit()
    assert shown(report(run, repository.root)) == [(name, "s") for name in sorted(strange)]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--base", "nope"], "'nope' is no commit of"),
        (["missing.py"], "does not exist; name a file or a folder"),
        (["missing.py", "--base", "HEAD"], "does not exist; name a file or a folder"),
        (["missing.py", "--base", "HEAD", "--head", "HEAD"], "does not exist; name a file or a folder"),
        (["a" * 300], "can't be looked at: File name too long; name a file or a folder"),
        (["--base", "", "--stdin-filename", "a.py"], "--stdin-filename"),
        (["--select", "functoin-too-long"], "the flag --select: there is no rule 'functoin-too-long', did you mean"),
        (["--config", "absent.toml"], "can't be read"),
        ([".", "--report", "xml=a"], "--report xml=a: write FORMAT=FILE"),
        ([".", "--output", "no/such/folder/file"], "can't be written"),
        (["a.py", "/"], "the paths have only / in common"),
        (["a.py", "--base", "HEAD", "--stdin-filename", "/elsewhere/b.py"], "--stdin-filename"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line_and_exits_2(
    run: Run, repository: Builder, arguments: list[str], message: str
) -> None:
    repository.commit({"a.py": "x = 1\n"})
    code, out, err = run(repository.root, *arguments)
    assert (code, out) == (2, "")
    assert message in err
    assert err.startswith("reviewer: ")
    assert "Traceback" not in err


def test_without_a_repository_or_a_commit_the_next_step_is_named(run: Run, repository: Builder, tmp_path: Path) -> None:
    code, _, err = run(tmp_path)
    assert (code, "is not inside a git repository" in err) == (2, True)
    code, _, err = run(repository.root)
    assert (code, "reviewer check" in err) == (2, True)


def test_a_broken_configuration_names_its_place(run: Run, repository: Builder) -> None:
    repository.commit({"a.py": "x = 1\n", "pyproject.toml": "[tool.reviewer]\nselct = []\n"})
    code, _, err = run(repository.root, ".")
    assert (code, err) == (2, "reviewer: tool.reviewer.selct in pyproject.toml is no setting; did you mean 'select'?\n")


def test_a_detached_head_is_reviewed(run: Run, repository: Builder) -> None:
    repository.commit({"app/a.py": SHORT.format(name="a")})
    head = repository.commit({"app/a.py": SHORT.format(name="b")})
    repository.git("checkout", "--quiet", "--detach", head)
    code, out, _ = run(repository.root)
    assert (code, f"the detached head {head[:10]}" in out) == (0, True)


def test_nothing_of_the_reviewed_code_is_imported(run: Run, repository: Builder, tmp_path: Path) -> None:
    trap = f"open({str(tmp_path / 'sprung')!r}, 'w')\n"
    names = ["reviewer/__init__.py", "checks/__init__.py", "github/__init__.py", "sitecustomize.py", "app/a.py"]
    repository.commit(dict.fromkeys(names, trap))
    run(repository.root, ".")
    assert not (tmp_path / "sprung").exists()


def test_a_branch_without_commits_is_said_to_have_none(run: Run, repository: Builder) -> None:
    assert "The branch checked out in" in run(repository.root)[2]
    repository.commit({"a.py": "x = 1\n"})
    repository.git("switch", "--quiet", "--orphan", "fresh")
    code, _, err = run(repository.root)
    assert (code, "has no commits yet" in err) == (2, True)


def test_a_bare_repository_has_commits_to_review_and_no_working_tree(
    run: Run, tmp_path: Path, repository: Builder
) -> None:
    base = repository.commit({"app.py": SHORT.format(name="a")})
    head = repository.commit({"app.py": LONG.format(name="a")})
    bare = tmp_path / "bare.git"
    repository.git("clone", "--quiet", "--bare", str(repository.root), str(bare))

    code, _, err = run(bare)
    assert (code, "no working tree to review; name a commit" in err) == (2, True)
    code, out, _ = run(bare, "--merge-base", base, "--head", head)
    assert (code, "function-too-long" in out) == (0, True)


def test_a_bare_repository_inside_of_a_working_tree_is_none(run: Run, repository: Builder) -> None:
    repository.commit({"app.py": SHORT.format(name="a")})
    repository.git("init", "--quiet", "--bare", str(repository.root / "trap"))
    code, _, err = run(repository.root / "trap", "--head", "HEAD")
    assert (code, "must be run in a work tree" in err) == (2, True)


def test_a_changed_file_that_a_sparse_checkout_leaves_out_is_never_green(run: Run, repository: Builder) -> None:
    base = repository.commit({"app/a.py": SHORT.format(name="a"), "b.py": SHORT.format(name="b")})
    repository.commit({"app/a.py": LONG.format(name="a")})
    repository.git("update-index", "--skip-worktree", "app/a.py")
    (repository.root / "app/a.py").unlink()
    code, out, _ = run(repository.root, "--base", base, "--format", "json")
    problems = json.loads(out)["problems"]
    assert (code, [(problem["kind"], problem["path"]) for problem in problems]) == (2, [("unreadable", "app/a.py")])


def test_generated_and_vendored_folders_do_not_count(run: Run, repository: Builder) -> None:
    repository.commit()
    for folder in ("generated", "app/_generated", "vendor", "third_party", "app"):
        repository.write(f"{folder}/a.py", LONG.format(name="a"))
    assert shown(report(run, repository.root)) == [("app/a.py", "a")]
    assert shown(report(run, repository.root, ".")) == [("app/a.py", "a")]


def test_an_editor_can_hold_a_file_of_a_folder_that_does_not_exist_yet(run: Run, repository: Builder) -> None:
    code = LONG.format(name="a").encode()
    document = report(run, repository.root, "--stdin-filename", "new/folder/a.py", feed=code)
    assert shown(document) == [("new/folder/a.py", "a")]


def test_an_editor_does_not_make_an_ignored_file_count(run: Run, repository: Builder) -> None:
    code = LONG.format(name="a")
    repository.commit({"ignored.py": code, ".gitignore": "built.py\n", "reviewer.toml": 'exclude = ["ignored.py"]'})
    repository.write("built.py", code)
    for name in ("ignored.py", "built.py"):
        document = report(run, repository.root, "--stdin-filename", name, feed=code.encode())
        assert (shown(document), document["counts"]["files"]) == ([], 0)


def test_an_enormous_file_of_an_editor_is_not_read(run: Run, repository: Builder) -> None:
    code, out, _ = run(repository.root, "--stdin-filename", "a.py", feed=b"x = 1\n" * 400_000)
    assert (code, "a.py: problem[unreadable]: it is too large" in out) == (2, True)


def test_a_number_without_end_and_a_variable_of_ours_are_no_crash(
    run: Run, repository: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit({"a.py": "x = 1\n", "reviewer.toml": "fail-on = " + "9" * 5000})
    code, _, err = run(repository.root, ".")
    assert (code, err.startswith("reviewer: reviewer.toml can't be read as TOML: Exceeds the limit")) == (2, True)
    repository.write("reviewer.toml", 'fail-on = "sometimes"')
    assert "fail-on in reviewer.toml: it takes error, warning, advice or never" in run(repository.root, ".")[2]
    repository.write("reviewer.toml", "")
    monkeypatch.setenv("REVIEWER_ORIGINS", "{}")
    assert run(repository.root, ".")[0] == 0


def test_what_is_staged_is_reviewed_as_it_will_be_committed(run: Run, repository: Builder) -> None:
    repository.commit({"app/a.py": SHORT.format(name="a"), "app/b.py": SHORT.format(name="b")})
    repository.write("app/a.py", LONG.format(name="a"))
    repository.git("add", "app/a.py")
    repository.write("app/a.py", SHORT.format(name="a"))
    repository.write("app/b.py", LONG.format(name="b"))
    document = report(run, repository.root, "--staged")
    assert shown(document) == [("app/a.py", "a")]
    assert run(repository.root, "--staged")[1].startswith("Comparing what is staged on main with its last commit, ")
    repository.branch("feature")
    repository.commit()
    repository.git("add", "app/b.py")
    assert shown(report(run, repository.root, "--staged")) == []
    repository.write("app/a.py", LONG.format(name="a"))
    repository.git("add", "app/a.py")
    assert shown(report(run, repository.root, "--staged", "--base", "main")) == [("app/a.py", "a"), ("app/b.py", "b")]


def test_a_merge_that_is_not_settled_is_told(run: Run, repository: Builder) -> None:
    repository.commit({"app/a.py": "x = 1\n"})
    repository.branch("other")
    repository.commit({"app/a.py": "x = 2\n"})
    repository.switch("main")
    repository.commit({"app/a.py": "x = 3\n"})
    with pytest.raises(subprocess.CalledProcessError):
        repository.git("merge", "other")
    code, _, err = run(repository.root, "--staged")
    assert (code, "app/a.py has conflicts" in err) == (2, True)
    assert run(repository.root, "--staged", "--head", "other")[0] == 2


def test_a_file_moved_in_the_working_tree_alone_is_the_same_file(run: Run, repository: Builder) -> None:
    code = "import os\n\n" + LONG.format(name="a")
    repository.commit({"app/a.py": code, "tests/b.py": "def load(key): ...\n" * 3 + code})
    (repository.root / "app/a.py").rename(repository.root / "app/z.py")
    (repository.root / "tests/b.py").rename(repository.root / "app/b.py")
    document = report(run, repository.root)
    assert shown(document) == []
    assert {finding["status"] for finding in document["findings"]} == {"existing"}


def test_a_change_of_the_configuration_is_told_with_what_it_would_do(run: Run, repository: Builder) -> None:
    base = repository.commit({"app/a.py": SHORT.format(name="a")})
    files = {"app/a.py": LONG.format(name="a") + "\n\n" + "def load(key): ...\n"}
    head = repository.commit(files | {"reviewer.toml": 'ignore = ["function-too-long"]'})
    document = report(run, repository.root, "--base", base, "--head", head)
    assert shown(document) == [("app/a.py", "a"), ("app/a.py", "load")]
    (notice,) = document["problems"]
    assert (notice["kind"], notice["path"]) == ("configuration-changed", "reviewer.toml")
    assert notice["message"] == (
        "The change sets `ignore`, and is reviewed by the base's: by its own 1 fewer would be shown "
        "(`function-too-long`)."
    )
    assert run(repository.root, "--base", base, "--head", head)[0] == 0
    head = repository.commit({"reviewer.toml": "ignore = 3"})
    document = report(run, repository.root, "--base", base, "--head", head)
    assert "can't be used: ignore in reviewer.toml" in document["problems"][0]["message"]
    same = repository.commit({"reviewer.toml": "# nothing\n"})
    assert report(run, repository.root, "--base", base, "--head", same)["problems"] == []


def test_the_configuration_of_another_commit_can_count(run: Run, repository: Builder) -> None:
    base = repository.commit({"app.py": SHORT.format(name="a"), "reviewer.toml": 'exclude = ["**"]\n'})
    tip = repository.commit({"reviewer.toml": ""})
    repository.git("checkout", "--quiet", "-b", "topic", base)
    head = repository.commit({"app.py": LONG.format(name="a")})

    _, out, _ = run(repository.root, "--merge-base", base, "--head", head, "--format", "json")
    assert json.loads(out)["counts"]["shown"] == 0
    _, out, _ = run(repository.root, "--merge-base", base, "--head", head, "--policy", tip, "--format", "json")
    assert json.loads(out)["counts"]["shown"] == 1
    # That others have changed the configuration since is nothing that this change does.
    assert json.loads(out)["problems"] == []


def test_where_the_rules_pages_are_is_the_bases_to_say_and_a_flags(run: Run, repository: Builder) -> None:
    base = repository.commit({"app.py": "", "reviewer.toml": 'docs-url = "https://rules.example.com/ours"\n'})
    head = repository.commit({"app.py": SHORT, "reviewer.toml": 'docs-url = "https://evil.example"\n'})
    document = report(run, repository.root, "--merge-base", base, "--head", head)
    assert document["policy"]["docs_url"] == "https://rules.example.com/ours"
    asked = ("--merge-base", base, "--head", head, "--docs-url", "https://example.com/x")
    assert report(run, repository.root, *asked)["policy"]["docs_url"] == "https://example.com/x"
    code, _, err = run(repository.root, "--docs-url", "http://example.com")
    assert code == 2
    assert "the flag --docs-url: it takes the address of the folder" in err


def test_suppressions_of_the_change_work_are_listed_and_can_count(run: Run, repository: Builder) -> None:
    old = "def old(key): ...  # reviewer: ignore[missing-type-hint] legacy\n"
    base = repository.commit({"app/a.py": old})
    new = LONG.format(name="a").replace("None:", "None:  # reviewer: ignore[function-too-long] a table")
    repository.commit({"app/a.py": old + "\n\n" + new})
    arguments = ("--base", base, "--fail-on", "warning")
    document = report(run, repository.root, *arguments)
    assert shown(document) == []
    assert document["suppressions"] == [
        {"path": "app/a.py", "line": 4, "column": 19, "rules": ["function-too-long"], "reason": "a table"}
    ]
    counts = document["counts"]
    assert (counts["hidden: suppressed"], counts["hidden: suppressed by this change"]) == (1, 1)
    assert run(repository.root, *arguments)[0] == 0
    repository.write("reviewer.toml", 'new-suppressions = "count"')
    assert run(repository.root, *arguments)[0] == 1
    assert run(repository.root, "--base", "HEAD", "--fail-on", "warning")[0] == 0


def test_a_finding_whose_comment_is_taken_away_is_introduced(run: Run, repository: Builder) -> None:
    base = repository.commit({"app/a.py": "def old(key): ...  # reviewer: ignore[missing-type-hint] legacy\n"})
    repository.commit({"app/a.py": "def old(key): ...\n"})
    assert shown(report(run, repository.root, "--base", base)) == [("app/a.py", "old")]


def test_what_got_worse_can_be_shown(run: Run, repository: Builder) -> None:
    long = LONG.format(name="a")
    repository.commit({"app/a.py": long})
    repository.write("app/a.py", long + "    print(30)\n")
    document = report(run, repository.root)
    assert (shown(document), document["counts"]["worse"]) == ([], 1)
    assert document["findings"][0]["worse"]
    repository.write("reviewer.toml", 'worse = "comment"')
    document = report(run, repository.root)
    assert (shown(document), document["counts"]["worse"]) == ([("app/a.py", "a")], 0)
    assert "1 found: 1 worse than before." in run(repository.root)[1]


def test_paths_narrow_a_comparison_and_still_know_where_code_came_from(run: Run, repository: Builder) -> None:
    base = repository.commit({"app/a.py": LONG.format(name="a"), "app/b.py": "x = 1\n", "app/c.py": "x = 1\n"})
    repository.commit({"app/a.py": "y = 1\n", "app/b.py": LONG.format(name="a"), "app/c.py": LONG.format(name="c")})
    document = report(run, repository.root, "--base", base, "app/b.py")
    assert [(each["path"], each["status"]) for each in document["findings"]] == [("app/b.py", "existing")]
