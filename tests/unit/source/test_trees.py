import os
from pathlib import Path

import pytest

from reviewer.git import Repository
from reviewer.source import (
    CommitTree,
    FolderTree,
    Overlay,
    Tree,
    UnreadableFile,
    WorkingTree,
    review_root,
    tree_around,
)
from tests.repositories import Builder

OTHERS_CODE = (
    "node_modules/a.py",
    "lib/site-packages/a.py",
    ".venv/a.py",
    "venv/a.py",
    "vendor/a.py",
    "app/_vendor/a.py",
    "third_party/a.py",
    "__pycache__/a.py",
    ".tox/a.py",
    ".nox/a.py",
    ".eggs/a.py",
    "a_pb2.py",
    "a_pb2_grpc.py",
)


@pytest.fixture
def builder(tmp_path: Path) -> Builder:
    return Builder(tmp_path / "repository")


def working(builder: Builder) -> WorkingTree:
    return WorkingTree(Repository.containing(builder.root))


def committed(builder: Builder, rev: str = "HEAD") -> CommitTree:
    repository = Repository.containing(builder.root)
    return CommitTree(repository, repository.resolve(rev))


def trees(builder: Builder) -> list[Tree]:
    return [working(builder), committed(builder), FolderTree(builder.root)]


def test_python_files_count_sorted_and_with_slashes(builder: Builder) -> None:
    builder.commit({"b.py": "", "a/é è.py": "", "a/stub.pyi": "", "a/text.txt": "", "tool": "", "a.pyc": ""})
    for tree in trees(builder):
        assert tree.paths == ("a/stub.pyi", "a/é è.py", "b.py")
        assert tree.root == builder.root.resolve()


def test_code_of_others_and_of_generators_does_not_count(builder: Builder) -> None:
    builder.commit({"vendors.py": "", "my_venv/a.py": "", "pb2.py": ""} | dict.fromkeys(OTHERS_CODE, ""))
    for tree in trees(builder):
        assert tree.paths == ("my_venv/a.py", "pb2.py", "vendors.py")
        assert not any(path in tree for path in OTHERS_CODE)


def test_only_folders_below_the_root_are_looked_at(tmp_path: Path) -> None:
    builder = Builder(tmp_path / "vendor" / "build" / "repository")
    builder.commit({"a.py": ""})
    assert [tree.paths for tree in trees(builder)] == [("a.py",)] * 3


def test_what_was_built_counts_under_git_alone(builder: Builder) -> None:
    builder.commit({"build/a.py": "", "dist/b.py": "", "c.py": ""})
    assert working(builder).paths == committed(builder).paths == ("build/a.py", "c.py", "dist/b.py")
    assert FolderTree(builder.root).paths == ("c.py",)


def test_a_commit_is_read_without_a_checkout(builder: Builder) -> None:
    first = builder.commit({"a.py": "1\n", "gone.py": "x\n"})
    builder.git("rm", "--quiet", "gone.py")
    builder.commit({"a.py": "2\n"})
    builder.write("a.py", "3\n")
    old, new, now = committed(builder, first), committed(builder), working(builder)
    assert (old.read("a.py"), new.read("a.py"), now.read("a.py")) == (b"1\n", b"2\n", b"3\n")
    assert (old.paths, new.paths) == (("a.py", "gone.py"), ("a.py",))


def test_a_commit_of_many_files_is_read_in_any_order(builder: Builder) -> None:
    contents: dict[str, str | bytes] = {f"{number:03}.py": f"{number % 150}\n" for number in range(230)}
    builder.commit(contents | {"pyproject.toml": "[tool]\n"})
    tree = committed(builder)
    for path in [*reversed(contents), *contents]:
        assert tree.read(path).decode() == contents[path]
    assert tree.read("pyproject.toml") == b"[tool]\n"


def test_other_files_are_in_the_tree_when_they_exist(builder: Builder) -> None:
    builder.commit({"pyproject.toml": "", "a.py": ""})
    for tree in trees(builder):
        assert "pyproject.toml" in tree
        assert "reviewer.toml" not in tree
        assert "a.py" in tree
        assert "b.py" not in tree


def test_a_file_that_is_not_there_cannot_be_read(builder: Builder) -> None:
    builder.commit({"a.py": ""})
    for tree in trees(builder):
        with pytest.raises(UnreadableFile, match=r"it is not there|has no such file"):
            tree.read("b.py")


def test_a_file_that_vanishes_is_unreadable(builder: Builder) -> None:
    builder.commit({"a.py": ""})
    tree = working(builder)
    assert tree.paths == ("a.py",)
    (builder.root / "a.py").unlink()
    with pytest.raises(UnreadableFile, match="no longer"):
        tree.read("a.py")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_file_that_may_not_be_read_says_why(builder: Builder) -> None:
    builder.commit({"a.py": ""})
    (builder.root / "a.py").chmod(0)
    with pytest.raises(UnreadableFile, match="can't be read: Permission denied"):
        working(builder).read("a.py")


def test_a_path_that_the_system_refuses_is_unreadable(builder: Builder) -> None:
    for path in ("a\0.py", "a" * 5000 + ".py"):
        with pytest.raises(UnreadableFile, match="can't be read"):
            FolderTree(builder.root).read(path)


def test_an_enormous_file_is_not_read(builder: Builder) -> None:
    builder.commit({"a.py": b"#" * 5000, "b.py": ""})
    repository = Repository.containing(builder.root)
    limited = (
        WorkingTree(repository, 4096),
        CommitTree(repository, repository.resolve("HEAD"), 4096),
        FolderTree(builder.root, 4096),
    )
    for tree in limited:
        assert tree.read("b.py") == b""
        with pytest.raises(UnreadableFile, match="too large: 4 KiB"):
            tree.read("a.py")


def test_a_blob_that_a_partial_clone_lacks_is_unreadable(builder: Builder) -> None:
    builder.commit({"a.py": "1\n"})
    blob = builder.git("rev-parse", "HEAD:a.py")
    (builder.root / ".git/objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(UnreadableFile, match=f"lacks its content, blob {blob[:12]}"):
        committed(builder).read("a.py")


def test_links_are_neither_counted_nor_followed(builder: Builder, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.py").write_text("secret\n")
    builder.write("a.py", "")
    (builder.root / "link.py").symlink_to(outside / "secret.py")
    (builder.root / "inner.py").symlink_to("a.py")
    (builder.root / "folder").symlink_to(outside)
    builder.commit()
    for tree in trees(builder):
        assert tree.paths == ("a.py",)
        for path in ("link.py", "inner.py", "folder/secret.py", "../outside/secret.py"):
            assert path not in tree
            with pytest.raises(UnreadableFile):
                tree.read(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes in folders")
def test_a_pipe_is_no_file(builder: Builder) -> None:
    builder.commit({"a.py": ""})
    os.mkfifo(builder.root / "pipe.py")
    for tree in (working(builder), FolderTree(builder.root)):
        assert tree.paths == ("a.py",)
        with pytest.raises(UnreadableFile, match="no file"):
            tree.read("pipe.py")


def test_a_submodule_does_not_count(builder: Builder, tmp_path: Path) -> None:
    inner = Builder(tmp_path / "inner")
    inner.commit({"inside.py": ""})
    builder.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner.root), "sub")
    builder.commit({"a.py": ""})
    assert working(builder).paths == committed(builder).paths == ("a.py",)


def test_nested_configurations_are_those_that_speak_of_us(builder: Builder) -> None:
    builder.commit(
        {
            "pyproject.toml": "[tool.reviewer]\n",
            "reviewer.toml": "",
            "a/reviewer.toml": "",
            "b/pyproject.toml": '[project]\nname = "b"\n\n[tool.reviewer.layers]\n',
            "c/pyproject.toml": "[tool.other]\n",
            "vendor/d/reviewer.toml": "",
            "e/my-reviewer.toml": "",
        }
    )
    for tree in trees(builder):
        assert tree.nested_configurations() == ("a/reviewer.toml", "b/pyproject.toml")


def test_a_configuration_that_cannot_be_read_is_none(builder: Builder) -> None:
    builder.commit({"a/pyproject.toml": "[tool.reviewer]\n"})
    assert WorkingTree(Repository.containing(builder.root), most_bytes=3).nested_configurations() == ()


def test_an_overlay_puts_what_is_not_saved_in_place_of_a_file(builder: Builder) -> None:
    builder.commit({"a.py": "1\n", "b/reviewer.toml": ""})
    tree = working(builder)
    edited, new = Overlay(tree, {"a.py": b"2\n"}), Overlay(tree, {"c/new.py": b"3\n"})
    assert (edited.read("a.py"), edited.paths) == (b"2\n", ("a.py",))
    assert (new.read("c/new.py"), new.read("a.py"), new.paths) == (b"3\n", b"1\n", ("a.py", "c/new.py"))
    assert "c/new.py" in new
    assert "c/new.py" not in edited
    assert "a.py" in new
    assert (new.root, new.nested_configurations()) == (tree.root, ("b/reviewer.toml",))


@pytest.mark.parametrize("path", ["vendor/a.py", "a.txt"])
def test_an_overlay_counts_only_what_counts_anyway(builder: Builder, path: str) -> None:
    builder.commit({"a.py": ""})
    overlay = Overlay(working(builder), {path: b"x"})
    assert path not in overlay
    assert overlay.paths == ("a.py",)


def test_inside_git_the_root_is_that_of_the_repository(builder: Builder) -> None:
    builder.commit({"a/b.py": "", "c/pyproject.toml": "", "c/d.py": "", ".gitignore": "ignored.py"})
    builder.write("ignored.py", "")
    places = [builder.root / "a/b.py", builder.root / "c"]
    assert review_root(places) == builder.root.resolve()
    assert tree_around(places).paths == ("a/b.py", "c/d.py")


def test_outside_of_git_the_root_is_the_nearest_project(tmp_path: Path) -> None:
    (tmp_path / "project/package/inner").mkdir(parents=True)
    (tmp_path / "project/pyproject.toml").touch()
    (tmp_path / "project/package/inner/a.py").touch()
    place = tmp_path / "project/package/inner/a.py"
    assert review_root([place]) == (tmp_path / "project").resolve()
    assert tree_around([place]).paths == ("package/inner/a.py",)


def test_without_a_project_the_root_is_the_folder_that_the_places_share(tmp_path: Path) -> None:
    for name in ("one/deep/a.py", "one/b.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert review_root([tmp_path / "one/deep/a.py", tmp_path / "one/b.py"]) == (tmp_path / "one").resolve()
    assert review_root([tmp_path / "one/deep"]) == (tmp_path / "one/deep").resolve()
    assert review_root([tmp_path / "one/not/yet.py"]) == (tmp_path / "one").resolve()


def test_without_places_the_root_is_where_we_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert review_root([]) == tmp_path.resolve()


def test_a_link_to_the_repository_leads_to_its_root(builder: Builder, tmp_path: Path) -> None:
    builder.commit({"a/b.py": ""})
    (tmp_path / "link").symlink_to(builder.root)
    assert review_root([tmp_path / "link/a/b.py"]) == builder.root.resolve()
