import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviewer.changes import added, parse
from reviewer.git import Repository
from reviewer.model import Change, ChangeKind, Extent
from tests.repositories import Builder

HEADER = re.compile(rb"^@@ -\S+ \+(\d+)(?:,(\d+))? @@", re.MULTILINE)
NAMES = [
    "a.py",
    "b c.py",
    'q"uote.py',
    "new\nline.py",
    "ta\tb.py",
    "é.py",
    os.fsdecode(b"\xff.py"),
    "b/--- a.py",
    "\\.py",
]
LINES = [
    b"",
    b"x",
    b"y",
    b"def f():",
    b"    return 1",
    b"-- a/a.py",
    b"++ b/a.py",
    b"--- a/a.py",
    b"+++ b/a.py",
    b"@@ -1 +1 @@",
    b"diff --git a/a.py b/a.py",
    b"\\ No newline at end of file",
    b"\r",
    b"form\x0cfeed",
    b"\0",
    b"\xff",
    b"\xe2\x80\xa8",
]

Files = dict[str, bytes]
texts = st.builds(
    lambda lines, end: b"\n".join(lines) + end,
    st.lists(st.sampled_from(LINES), max_size=30),
    st.sampled_from([b"", b"\n"]),
)


@st.composite
def edited(draw: st.DrawFn, text: bytes) -> bytes:
    """A text with some of its lines removed, replaced or joined by others."""
    lines = text.split(b"\n")
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(lines)))
        stop = draw(st.integers(start, min(len(lines), start + 3)))
        lines[start:stop] = draw(st.lists(st.sampled_from(LINES), max_size=3))
    return b"\n".join(lines)


@st.composite
def histories(draw: st.DrawFn) -> tuple[Files, Files]:
    """The files of a base and of a head that came from it by edits, renames, deletions and additions."""
    base = draw(st.dictionaries(st.sampled_from(NAMES), texts, max_size=4))
    head: Files = {}
    for name, text in base.items():
        match draw(st.sampled_from(["edit", "rename", "delete", "keep"])):
            case "edit":
                head[name] = draw(edited(text))
            case "rename":
                head[draw(st.sampled_from(NAMES))] = draw(edited(text))
            case "keep":
                head[name] = text
            case _:
                pass
    return base, head | draw(st.dictionaries(st.sampled_from(NAMES), texts, max_size=2))


@pytest.fixture(scope="module")
def builder(tmp_path_factory: pytest.TempPathFactory) -> Builder:
    made = Builder(tmp_path_factory.mktemp("changes") / "repository")
    # git counts no lines of binary files otherwise, whatever it is told on the command line.
    made.write(".git/info/attributes", "* diff\n")
    return made


@pytest.fixture
def fresh(tmp_path: Path) -> Builder:
    return Builder(tmp_path / "repository")


def imported(builder: Builder, base: Files, head: Files) -> tuple[str, str]:
    """Two commits with exactly these files."""
    stream = b""
    for mark, files in ((1, base), (2, head)):
        stream += b"commit refs/heads/generated\nmark :%d\ncommitter A <a@b> %d +0000\ndata 0\ndeleteall\n" % (
            mark,
            mark,
        )
        for path, data in files.items():
            quoted = "".join(f"\\{byte:03o}" for byte in os.fsencode(path))
            stream += f'M 100644 inline "{quoted}"\n'.encode() + b"data %d\n%s\n" % (len(data), data)
    builder.git("fast-import", "--quiet", "--force", feed=stream)
    return builder.git("rev-parse", "generated^"), builder.git("rev-parse", "generated")


def lines_of(data: bytes) -> list[bytes]:
    return re.findall(rb"[^\n]*\n|[^\n]+", data)


def totals(output: bytes) -> Iterator[tuple[str, int, int]]:
    """The paths with their added and deleted lines from `git diff --numstat -z`."""
    fields = iter(output.split(b"\0"))
    for field in fields:
        if field:
            plus, minus, path = field.split(b"\t", 2)
            name = path or [next(fields), next(fields)][1]
            yield os.fsdecode(name), int(plus), int(minus)


def is_subsequence(part: list[bytes], whole: list[bytes]) -> bool:
    rest = iter(whole)
    return all(line in rest for line in part)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories())
def test_changes_agree_with_git_on_generated_histories(builder: Builder, history: tuple[Files, Files]) -> None:
    base, head = history
    first, second = imported(builder, base, head)
    found = {change.path: change for change in parse(Repository(builder.root).diff(first, second))}
    renamed_away = {change.old_path for change in found.values() if change.kind is ChangeKind.RENAMED}
    differing = {path for path in base.keys() | head.keys() if base.get(path) != head.get(path)}
    assert set(found) == differing - (renamed_away - head.keys())
    counted = totals(builder.raw("diff", "--numstat", "-z", "-M", "--text", first, second))
    for path, plus, minus in counted:
        agrees(found[path], plus, minus, base, head)


def agrees(change: Change, plus: int, minus: int, base: Files, head: Files) -> None:
    """A change's lines are as many as git counts, and without them the head is the base without what was deleted."""
    if change.kind is ChangeKind.DELETED:
        assert (change.path in head, change.lines, change.hunks) == (False, frozenset(), ())
        return
    before = lines_of(base.get(change.old_path or change.path, b""))
    after = lines_of(head[change.path])
    kept = [line for number, line in enumerate(after, 1) if number not in change.lines]
    assert len(change.lines) == plus
    assert len(kept) == len(before) - minus
    assert is_subsequence(kept, before)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_lines_and_hunks_agree_with_the_hunk_headers_of_git(builder: Builder, data: st.DataObject) -> None:
    before = data.draw(texts)
    first, second = imported(builder, {"a.py": before}, {"a.py": data.draw(edited(before))})
    changes = parse(Repository(builder.root).diff(first, second))
    lines = {line for extent in headers(builder, "-U0", first, second) for line in range(extent.first, extent.last + 1)}
    assert lines == {line for change in changes for line in change.lines}
    assert headers(builder, "-U3", first, second) == [hunk for change in changes for hunk in change.hunks]


def headers(builder: Builder, *args: str) -> list[Extent]:
    """The head's ranges in the hunk headers: a line of a file never starts with `@@` in a patch."""
    matches = HEADER.findall(builder.raw("diff", "--text", *args))
    ranges = [(int(start), int(count or 1)) for start, count in matches]
    return [Extent(start, start + count - 1) for start, count in ranges if count]


def changed(builder: Builder, base: str, head: str | None = None) -> dict[str, Change]:
    return {change.path: change for change in parse(Repository(builder.root).diff(base, head))}


def test_nothing_changed_is_no_change() -> None:
    assert parse(b"") == ()


def test_a_renamed_file_keeps_its_old_path(fresh: Builder) -> None:
    text = "".join(f"{number}\n" for number in range(20))
    base = fresh.commit({"old name.py": text})
    fresh.git("mv", "old name.py", "new\tname.py")
    head = fresh.commit({"new\tname.py": text + "20\n"})
    assert changed(fresh, base, head) == {
        "new\tname.py": Change("new\tname.py", ChangeKind.RENAMED, "old name.py", frozenset({21}), (Extent(18, 21),))
    }


def test_a_file_that_only_moved_has_no_lines(fresh: Builder) -> None:
    base = fresh.commit({"a.py": "1\n2\n"})
    fresh.git("mv", "a.py", "b.py")
    assert changed(fresh, base, fresh.commit()) == {"b.py": Change("b.py", ChangeKind.RENAMED, "a.py")}


def test_a_deleted_file_has_the_path_of_the_base_and_no_lines(fresh: Builder) -> None:
    base = fresh.commit({"a.py": "1\n2\n"})
    fresh.git("rm", "--quiet", "a.py")
    assert changed(fresh, base, fresh.commit()) == {"a.py": Change("a.py", ChangeKind.DELETED)}


def test_a_file_that_was_emptied_is_modified_without_a_place_for_comments(fresh: Builder) -> None:
    base = fresh.commit({"a.py": "1\n2\n"})
    assert changed(fresh, base, fresh.commit({"a.py": ""})) == {"a.py": Change("a.py", ChangeKind.MODIFIED)}


def test_an_empty_file_is_added_without_lines(fresh: Builder) -> None:
    base = fresh.commit()
    assert changed(fresh, base, fresh.commit({"a.py": ""})) == {"a.py": Change("a.py", ChangeKind.ADDED)}


def test_a_new_mode_alone_changes_no_line(fresh: Builder) -> None:
    base = fresh.commit({"a.py": "1\n"})
    (fresh.root / "a.py").chmod(0o755)
    assert changed(fresh, base, fresh.commit()) == {"a.py": Change("a.py", ChangeKind.MODIFIED)}


def test_a_last_line_that_gains_its_line_break_is_changed(fresh: Builder) -> None:
    base = fresh.commit({"a.py": "1\n2"})
    assert changed(fresh, base, fresh.commit({"a.py": "1\n2\n"}))["a.py"].lines == {2}


def test_lines_end_at_line_feeds_alone(fresh: Builder) -> None:
    base = fresh.commit({"a.py": "1\r2\x0c3\u20284\n5\r\n"})
    head = fresh.commit({"a.py": "1\r2\x0c3\u20284\nfive\r\n"})
    assert changed(fresh, base, head)["a.py"].lines == {2}


def test_binary_content_is_counted_in_lines_too(fresh: Builder) -> None:
    base = fresh.commit({"a.py": b"\0\n\0\n"})
    assert changed(fresh, base, fresh.commit({"a.py": b"\0\n\1\n"}))["a.py"].lines == {2}


def test_a_file_that_became_a_link_is_gone(fresh: Builder) -> None:
    base = fresh.commit({"a.py": "1\n", "b.py": ""})
    (fresh.root / "a.py").unlink()
    (fresh.root / "a.py").symlink_to("b.py")
    assert changed(fresh, base, fresh.commit()) == {"a.py": Change("a.py", ChangeKind.DELETED)}


def test_a_link_that_became_a_file_is_new(fresh: Builder) -> None:
    fresh.write("b.py", "")
    (fresh.root / "a.py").symlink_to("b.py")
    base = fresh.commit()
    (fresh.root / "a.py").unlink()
    head = fresh.commit({"a.py": "1\n2\n"})
    lines = frozenset({1, 2})
    assert changed(fresh, base, head) == {"a.py": Change("a.py", ChangeKind.ADDED, lines=lines, hunks=(Extent(1, 2),))}


def test_links_and_submodules_that_change_are_no_changes(fresh: Builder, tmp_path: Path) -> None:
    inner = Builder(tmp_path / "inner")
    inner.commit({"a.txt": ""})
    fresh.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner.root), "sub.py")
    (fresh.root / "link.py").symlink_to("one.py")
    base = fresh.commit({"one.py": "", "two.py": ""})
    (fresh.root / "link.py").unlink()
    (fresh.root / "link.py").symlink_to("two.py")
    (fresh.root / "sub.py/new.py").write_text("x\n")
    Builder(fresh.root / "sub.py").commit()
    assert changed(fresh, base) == {}
    assert changed(fresh, base, fresh.commit()) == {}


def test_a_file_in_conflict_is_read_as_it_stands(fresh: Builder) -> None:
    base = fresh.commit({"a.py": "1\n"})
    fresh.branch("other")
    fresh.commit({"a.py": "2\n"})
    fresh.switch("main")
    fresh.commit({"a.py": "3\n"})
    with pytest.raises(Exception, match="returned non-zero"):
        fresh.git("merge", "--quiet", "other")
    lines = changed(fresh, base)["a.py"].lines
    assert lines == set(range(1, (fresh.root / "a.py").read_text().count("\n") + 1))


@pytest.mark.parametrize(("data", "lines"), [(b"", 0), (b"\n", 1), (b"1", 1), (b"1\n2", 2), (b"1\r\n2\r\n", 2)])
def test_a_file_that_git_does_not_follow_is_new_from_end_to_end(data: bytes, lines: int) -> None:
    change = added("a.py", data)
    assert change.lines == set(range(1, lines + 1))
    assert change.hunks == ((Extent(1, lines),) if lines else ())
