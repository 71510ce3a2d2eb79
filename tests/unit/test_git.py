import os
import stat
import sys
from pathlib import Path

import pytest

from reviewer import changes
from reviewer.errors import GitError
from reviewer.git import Repository
from reviewer.model import ChangeKind
from tests.repositories import Builder

SPY = "#!/bin/sh\ntouch {trace}\ncat\n"


@pytest.fixture
def builder(tmp_path: Path) -> Builder:
    return Builder(tmp_path / "repository")


def opened(builder: Builder) -> Repository:
    return Repository.containing(builder.root)


def test_a_repository_is_found_from_a_folder_a_file_and_what_does_not_exist_yet(builder: Builder) -> None:
    builder.commit({"a/b.py": ""})
    for place in (builder.root, builder.root / "a", builder.root / "a/b.py", builder.root / "a/new/new.py"):
        assert opened(builder).root == Repository.containing(place).root == builder.root.resolve()


def test_a_folder_outside_of_git_has_no_repository(tmp_path: Path) -> None:
    assert Repository.discover(tmp_path) is None
    with pytest.raises(GitError, match=r"not inside a git repository.*reviewer check PATH"):
        Repository.containing(tmp_path)


def test_a_broken_git_folder_is_no_repository(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert Repository.discover(tmp_path) is None


def test_without_git_the_message_says_to_install_it(builder: Builder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(builder.root))
    with pytest.raises(GitError, match=r"git was not found. Install it"):
        Repository.discover(builder.root)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give a folder away")
def test_a_repository_that_another_user_owns_says_how_to_trust_it(
    builder: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    builder.commit({"a.py": ""})
    for place in (builder.root, builder.root / ".git"):
        os.chown(place, 12345, 12345)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    with pytest.raises(GitError, match=r"another user owns it.*safe\.directory"):
        Repository.discover(builder.root)


def test_the_default_branch_is_what_the_remote_says(builder: Builder, tmp_path: Path) -> None:
    builder.git("branch", "--move", "trunk")
    builder.commit({"a.py": ""})
    clone = Builder(tmp_path / "clone")
    clone.git("remote", "add", "origin", str(builder.root))
    clone.git("fetch", "--quiet", "origin")
    clone.git("remote", "set-head", "origin", "--auto")
    assert opened(clone).default_branch() == "origin/trunk"


@pytest.mark.parametrize("branch", ["main", "master", "develop"])
def test_a_usual_name_is_the_default_branch_without_a_remote(tmp_path: Path, branch: str) -> None:
    builder = Builder(tmp_path / "repository", branch=branch)
    builder.commit({"a.py": ""})
    builder.branch("feature")
    assert opened(builder).default_branch() == branch


def test_the_configured_name_of_first_branches_goes_first(tmp_path: Path) -> None:
    builder = Builder(tmp_path / "repository", branch="mainline")
    builder.commit({"a.py": ""})
    builder.branch("main")
    builder.git("config", "init.defaultBranch", "mainline")
    assert opened(builder).default_branch() == "mainline"


def test_without_a_default_branch_the_message_asks_for_a_base(tmp_path: Path) -> None:
    builder = Builder(tmp_path / "repository", branch="something")
    builder.commit({"a.py": ""})
    with pytest.raises(GitError, match=r"No default branch.*--base BRANCH"):
        opened(builder).default_branch()


def test_revisions_resolve_to_commits(builder: Builder) -> None:
    first = builder.commit({"a.py": ""})
    builder.git("tag", "--annotate", "--message=v1", "v1")
    second = builder.commit({"a.py": "1\n"})
    repository = opened(builder)
    assert [repository.resolve(rev) for rev in ("HEAD", "main", "v1", "HEAD~1", second[:10])] == [
        second,
        second,
        first,
        first,
        second,
    ]


def test_a_branch_that_only_the_remote_has_resolves(builder: Builder, tmp_path: Path) -> None:
    head = builder.commit({"a.py": ""})
    builder.branch("feature")
    clone = Builder(tmp_path / "clone")
    clone.commit({"b.py": ""})
    clone.git("remote", "add", "origin", str(builder.root))
    clone.git("fetch", "--quiet", "origin")
    assert opened(clone).resolve("feature") == head


@pytest.mark.parametrize("rev", ["nowhere", "0" * 40, "--output=x", "HEAD:a.py", "", "a b"])
def test_an_unknown_revision_is_named(builder: Builder, rev: str) -> None:
    builder.commit({"a.py": ""})
    with pytest.raises(GitError, match="is no commit of"):
        opened(builder).resolve(rev)


def test_a_repository_without_commits_says_so(builder: Builder) -> None:
    with pytest.raises(GitError, match=r"has no commits yet.*reviewer check PATH"):
        opened(builder).resolve("HEAD")


def test_a_detached_head_has_no_branch(builder: Builder) -> None:
    builder.commit({"a.py": ""})
    assert opened(builder).current_branch() == "main"
    builder.git("switch", "--quiet", "--detach")
    assert opened(builder).current_branch() is None


def test_the_merge_base_is_where_the_histories_part(builder: Builder) -> None:
    base = builder.commit({"a.py": ""})
    builder.branch("feature")
    feature = builder.commit({"b.py": ""})
    builder.switch("main")
    main = builder.commit({"c.py": ""})
    assert opened(builder).merge_base(main, feature) == base


def test_unrelated_histories_have_no_merge_base(builder: Builder) -> None:
    main = builder.commit({"a.py": ""})
    builder.git("switch", "--quiet", "--orphan", "other")
    other = builder.commit({"b.py": ""})
    with pytest.raises(GitError, match=r"no common history.*--base"):
        opened(builder).merge_base(main, other)


def test_a_shallow_clone_without_the_merge_base_asks_for_the_history(builder: Builder, tmp_path: Path) -> None:
    builder.commit({"a.py": ""})
    builder.branch("feature")
    feature = builder.commit({"b.py": ""})
    builder.switch("main")
    main = builder.commit({"c.py": ""})
    clone = Builder(tmp_path / "clone")
    clone.git("fetch", "--quiet", "--depth=1", builder.root.as_uri(), main, feature)
    with pytest.raises(GitError, match=r"shallow.*fetch-depth: 0.*--base"):
        opened(clone).merge_base(main, feature)
    clone.git("reset", "--quiet", "--hard", feature)
    with pytest.raises(GitError, match=r"shallow: fetch it with"):
        opened(clone).resolve("nowhere")


def test_tracked_and_untracked_files_count_and_ignored_or_deleted_ones_do_not(builder: Builder) -> None:
    builder.commit({".gitignore": "ignored/\n", "a.py": "", "gone.py": "", "b.txt": "", "c.pyi": ""})
    (builder.root / "gone.py").unlink()
    builder.write("new folder/n\new.py", "")
    builder.write("ignored/x.py", "")
    repository = opened(builder)
    assert repository.files() == ("a.py", "c.pyi", "new folder/n\new.py")
    assert repository.untracked() == ("new folder/n\new.py",)


def test_links_submodules_and_folders_named_like_modules_are_no_files(builder: Builder, tmp_path: Path) -> None:
    inner = Builder(tmp_path / "inner")
    inner.commit({"inside.py": ""})
    builder.write("folder.py/text.txt", "")
    (builder.root / "link.py").symlink_to("real.py")
    builder.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner.root), "sub.py")
    sha = builder.commit({"real.py": ""})
    repository = opened(builder)
    assert repository.files() == ("real.py",)
    modes = {entry.path: entry.regular for entry in repository.files_at(sha)}
    assert modes == {
        ".gitmodules": True,
        "folder.py/text.txt": True,
        "link.py": False,
        "real.py": True,
        "sub.py": False,
    }


def test_paths_that_are_no_text_survive(builder: Builder) -> None:
    name = os.fsdecode(b"caf\xe9.py")
    sha = builder.commit({name: "a\n", "déjà vu.py": "b\n"})
    repository = opened(builder)
    assert set(repository.files()) == {name, "déjà vu.py"}
    assert {entry.path for entry in repository.files_at(sha)} == {name, "déjà vu.py"}


def test_blobs_are_read_with_their_sizes_and_missing_ones_left_out(builder: Builder) -> None:
    contents = {"a.py": b"a\n", "empty.py": b"", "binary.py": b"\0\n\xff" * 1000, "same.py": b"a\n"}
    sha = builder.commit(dict(contents))
    repository = opened(builder)
    blobs = {entry.path: entry.blob for entry in repository.files_at(sha)}
    read = repository.read_blobs([*blobs.values(), "1" * 40])
    assert {path: read[blob] for path, blob in blobs.items()} == contents
    sizes = repository.sizes([*blobs.values(), "1" * 40])
    assert {path: sizes[blob] for path, blob in blobs.items()} == {path: len(data) for path, data in contents.items()}
    assert "1" * 40 not in read
    assert "1" * 40 not in sizes


def test_a_commit_that_is_not_there_is_an_error_with_gits_reason(builder: Builder) -> None:
    builder.commit({"a.py": ""})
    with pytest.raises(GitError, match=r"`git ls-tree` failed in .*[Nn]ot a valid object name|not a tree object"):
        opened(builder).files_at("1" * 40)


def test_committed_staged_and_unstaged_work_are_one_change(builder: Builder) -> None:
    base = builder.commit({"a.py": "1\n2\n3\n"})
    builder.commit({"a.py": "one\n2\n3\n"})
    builder.write("a.py", "one\ntwo\n3\n")
    builder.git("add", "a.py")
    builder.write("a.py", "one\ntwo\n3\nfour\n")
    (change,) = changes.parse(opened(builder).diff(base, None))
    assert change.lines == {1, 2, 4}


@pytest.mark.parametrize(
    "setting",
    [
        "diff.noprefix=true",
        "diff.mnemonicPrefix=true",
        "diff.renames=false",
        "diff.renames=copies",
        "diff.algorithm=patience",
        "diff.context=0",
        "diff.interHunkContext=20",
        "diff.suppressBlankEmpty=true",
        "diff.relative=true",
        "diff.wordRegex=.",
        "diff.submodule=log",
        "diff.indentHeuristic=false",
        "color.ui=always",
        "core.quotePath=true",
        "core.pager=false",
        "core.abbrev=4",
    ],
)
def test_no_setting_of_the_user_changes_the_diff(builder: Builder, setting: str) -> None:
    text = "".join(f"line {number}\n\n" for number in range(30))
    base = builder.commit({"a.py": text, "old.py": text + "x\n", "é.py": "1\n"})
    builder.git("mv", "old.py", "new.py")
    head = builder.commit({"a.py": text.replace("line 3\n", "3\n").replace("line 9\n", "9\n"), "é.py": "1\n2\n"})
    repository = opened(builder)
    before = repository.diff(base, head)
    builder.git("config", *setting.split("=", 1))
    assert opened(builder).diff(base, head) == before


def test_an_order_file_of_the_user_is_left_out(builder: Builder) -> None:
    base = builder.commit({"a.py": "", "b.py": ""})
    head = builder.commit({"a.py": "1\n", "b.py": "2\n"})
    builder.write("order", "b.py\na.py\n")
    before = opened(builder).diff(base, head)
    builder.git("config", "diff.orderFile", str(builder.root / "order"))
    assert opened(builder).diff(base, head) == before


def test_attributes_of_the_change_cannot_hide_its_lines(builder: Builder) -> None:
    base = builder.commit({"a.py": "1\n"})
    head = builder.commit({"a.py": "1\n2\n", ".gitattributes": "*.py binary -diff\n"})
    (change,) = changes.parse(opened(builder).diff(base, head))
    assert change.lines == {2}


def test_a_replaced_commit_is_seen_as_it_is(builder: Builder) -> None:
    base = builder.commit({"a.py": "1\n"})
    head = builder.commit({"a.py": "1\n2\n"})
    builder.git("replace", head, base)
    (change,) = changes.parse(opened(builder).diff(base, head))
    assert change.kind is ChangeKind.MODIFIED


@pytest.mark.skipif(sys.platform == "win32", reason="the planted programs are shell scripts")
def test_a_hostile_configuration_of_the_repository_runs_nothing(builder: Builder, tmp_path: Path) -> None:
    base = builder.commit({"a.py": "1\n", ".gitattributes": "*.py diff=spy filter=spy.py\n"})
    trace = tmp_path / "trace"
    spy = tmp_path / "spy"
    spy.write_text(SPY.format(trace=trace))
    spy.chmod(spy.stat().st_mode | stat.S_IXUSR)
    for name in ("post-index-change", "post-checkout"):
        hook = builder.write(f".git/hooks/{name}", SPY.format(trace=trace))
        hook.chmod(0o755)
    for key in (
        "core.fsmonitor",
        "core.pager",
        "core.askPass",
        "credential.helper",
        "diff.external",
        "diff.spy.command",
        "diff.spy.textconv",
        "filter.spy.py.clean",
        "filter.spy.py.smudge",
        "filter.spy.py.process",
        "pager.diff",
    ):
        builder.git("config", key, str(spy))
    builder.git("config", "filter.spy.py.required", "true")
    builder.write("a.py", "1\n2\n")
    repository = opened(builder)
    (change,) = changes.parse(repository.diff(base, None))
    repository.files()
    repository.read_blobs(repository.sizes(entry.blob for entry in repository.files_at(base)))
    repository.merge_base(base, repository.resolve(repository.default_branch()))
    assert change.lines == {2}
    assert not trace.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="the planted program is a shell script")
def test_the_spy_of_the_test_above_would_be_seen(builder: Builder, tmp_path: Path) -> None:
    builder.commit({"a.py": "1\n", ".gitattributes": "*.py filter=spy\n"})
    trace = tmp_path / "trace"
    spy = tmp_path / "spy"
    spy.write_text(SPY.format(trace=trace))
    spy.chmod(0o755)
    builder.git("config", "filter.spy.clean", str(spy))
    builder.write("a.py", "1\n2\n")
    builder.git("diff")
    assert trace.exists()


def test_a_filter_that_cannot_be_switched_off_is_refused(builder: Builder) -> None:
    builder.commit({"a.py": ""})
    builder.git("config", "filter.a=b.clean", "cat")
    with pytest.raises(GitError, match="names a filter with `=`"):
        opened(builder)


def test_variables_that_point_git_elsewhere_are_left_out(
    builder: Builder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    builder.commit({"a.py": ""})
    other = Builder(tmp_path / "other")
    other.commit({"b.py": ""})
    monkeypatch.setenv("GIT_DIR", str(other.root / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.root))
    monkeypatch.setenv("GIT_LITERAL_PATHSPECS", "1")
    assert opened(builder).files() == ("a.py",)
