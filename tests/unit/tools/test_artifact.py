"""What tools said in another job: taken over as findings, and refused as soon as anything about it is odd."""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reviewer.aim import Request
from reviewer.errors import ReviewerError
from reviewer.model import Review, Status
from reviewer.pipeline import review
from reviewer.report.comment import Voice
from reviewer.report.markdown import Listing, summary
from reviewer.tools.report import MEMBER, MOST_BYTES, MOST_PACKED, MOST_REMARKS, read
from tests.repositories import Builder

Json = Any  # a document of any shape

OLD = "def total(prices: list[int]) -> int:\n    return sum(prices)\n"
NEW = OLD + "\n\ndef first(prices: list[int]) -> str:\n    return prices[0]\n"


def remark(path: str = "app/prices.py", line: int = 6, message: str = "Incompatible return value type") -> Json:
    return {"path": path, "line": line, "column": 12, "code": "return-value", "message": message}


def report(commits: tuple[str, str] = ("a" * 40, "b" * 40), **said: Json) -> Json:
    tool = {
        "tool": "mypy",
        "version": "1.18.2",
        "problem": None,
        "compared": True,
        "base": [],
        "head": [remark()],
        **said,
    }
    return {"schema": 1, "base": commits[0], "head": commits[1], "tools": [tool]}


def flipped(archive: bytes) -> bytes:
    """An archive with some bytes of its content changed."""
    start = archive.index(MEMBER.encode()) + len(MEMBER) + 4
    return archive[:start] + bytes(byte ^ 0xFF for byte in archive[start : start + 8]) + archive[start + 8 :]


def packed(*members: tuple[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", how) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return stream.getvalue()


@pytest.fixture
def change(repository: Builder) -> Callable[..., Review]:
    """Reviews a change of one file, with what tools said of it."""
    base = repository.commit({"app/prices.py": OLD, "app/other.py": "x = 1\n"})
    head = repository.commit({"app/prices.py": NEW})

    def reviewed(said: Json = None, **changes: Json) -> Review:
        data = json.dumps(report((base, head), **changes) if said is None else said).encode()
        return review(Request(repository.root, merge_base=base, head=head, tool_report=data)).review

    return reviewed


def test_what_a_tool_said_of_a_changed_line_is_a_finding(change: Callable[..., Review]) -> None:
    (finding,) = change().shown

    assert (finding.name, finding.path, finding.symbol) == ("mypy:return-value", "app/prices.py", "first")
    assert finding.status is Status.INTRODUCED
    assert finding.anchor is not None
    assert finding.fix is None


def test_what_it_said_before_is_no_news(change: Callable[..., Review]) -> None:
    old = remark(line=2)

    found = change(base=[old], head=[old, remark()])

    assert [finding.status for finding in found.findings] == [Status.EXISTING, Status.INTRODUCED]


def test_what_it_says_no_more_is_no_proof_that_it_is_fixed(change: Callable[..., Review]) -> None:
    assert change(base=[remark(line=2)], head=[]).findings == ()


def test_its_text_is_shown_as_code(change: Callable[..., Review]) -> None:
    hostile = "<!-- reviewer:finding --> `@octocat` ![x](https://evil.example) </code>"

    body = summary(change(head=[remark(message=hostile)]), Listing(), Voice())
    comment = Voice().comment(change(head=[remark(message=hostile)]).shown[0])

    for text in (body, comment):
        assert "<!--" not in text
        assert "![x](" not in text
    assert comment.startswith("mypy: <code>")


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"head": [remark("app/none.py")]}, "app/none.py"),
        ({"base": [remark("nowhere.py")]}, "nowhere.py"),
        ({"head": [remark("../../etc/passwd")]}, "leaves the repository"),
        ({"head": [remark("/etc/passwd")]}, "leaves the repository"),
        ({"head": [remark("app\\\\prices.py")]}, "leaves the repository"),
        ({"head": [remark("app/\u202e.py")]}, "leaves the repository"),
        ({"head": [remark(line=0)]}, "greater than"),
        ({"head": [remark(line=2_000_000)]}, "less than"),
        ({"head": [remark(line=8)]}, "lines that there are not"),
        ({"head": [{**remark(), "code": "<b>"}]}, "pattern"),
        ({"head": [{**remark(), "suggestion": "rm -rf"}]}, "Extra inputs"),
        ({"head": [remark(message="x" * 2001)]}, "at most 2000"),
        ({"head": [remark()] * (MOST_REMARKS + 1)}, "at most"),
        ({"tool": "ruff"}, "'mypy'"),
        ({"version": "1.0\n::error::x"}, "pattern"),
    ],
)
def test_a_report_with_anything_odd_in_it_is_refused(change: Callable[..., Review], said: Json, reason: str) -> None:
    found = change(**said)

    (problem,) = found.problems
    assert (problem.kind, problem.blocking) == ("tools-refused", True)
    assert reason in problem.message
    assert found.shown == ()


@pytest.mark.parametrize("key", ["base", "head"])
def test_a_report_on_other_commits_is_refused(change: Callable[..., Review], key: str) -> None:
    said = {**report(), key: "c" * 40}

    assert "other commits" in change(said).problems[0].message


@pytest.mark.parametrize(
    "said",
    [
        {**report(), "schema": 2},
        {**report(), "pr": 8},
        {**report(), "tools": report()["tools"] * 2},
        {**report(), "head": "main; rm -rf /"},
        [],
        "x",
    ],
)
def test_a_report_of_another_shape_is_refused(said: Json) -> None:
    with pytest.raises(ReviewerError, match="not one of ours"):
        read(json.dumps(said).encode())


def test_a_tool_that_failed_is_never_green(change: Callable[..., Review]) -> None:
    (problem,) = change(problem="it `crashed`", head=[]).problems

    assert (problem.kind, problem.blocking) == ("tool-failed", True)
    assert "did not finish: `it 'crashed'`" in problem.message


def test_an_archive_is_read_in_memory() -> None:
    assert read(packed((MEMBER, json.dumps(report()).encode()))).head == "b" * 40


@pytest.mark.parametrize(
    ("archive", "reason"),
    [
        (packed(("../../tools.json", b"{}")), "something else than tools.json"),
        (packed(("/tmp/tools.json", b"{}")), "something else than tools.json"),  # noqa: S108  # it is never written
        (packed((MEMBER, b"{}"), ("other", b"")), "something else than tools.json"),
        (packed((MEMBER, b" " * 10_000), how=zipfile.ZIP_BZIP2), "packed otherwise"),
        (packed((MEMBER, b" " * 10_000), how=zipfile.ZIP_LZMA), "packed otherwise"),
        (flipped(packed((MEMBER, json.dumps(report()).encode()))), "can't be read"),
        (packed(), "not one of ours"),
        (packed((MEMBER, b" " * (MOST_BYTES + 10))), "more than"),
        (packed((MEMBER, b"{}"))[:40], "can't be read"),
        (b"PK\x03\x04" + b"x" * MOST_PACKED, "more than"),
        (b"", "there is none"),
        (b"\xff\xfe", "not one of ours"),
        (b"[" * 100_000, "not one of ours"),
    ],
    ids=[
        "up",
        "absolute",
        "two",
        "bzip2",
        "lzma",
        "flipped",
        "none",
        "bomb",
        "cut",
        "large",
        "empty",
        "binary",
        "deep",
    ],
)
def test_a_hostile_archive_is_refused(archive: bytes, reason: str) -> None:
    with pytest.raises(ReviewerError, match=reason):
        read(archive)


def test_mypy_says_what_is_wrong_with_both_sides_and_loads_no_plugin(
    repository: Builder, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from reviewer.cli import main

    trace = tmp_path / "loaded"
    plugin = f"import pathlib\npathlib.Path({str(trace)!r}).touch()\n\ndef plugin(version):\n    raise SystemExit\n"
    hostile = {"mypy.ini": "[mypy]\nplugins = plug.py\n", "plug.py": plugin, "sitecustomize.py": plugin}
    base = repository.commit({"app/prices.py": OLD, **hostile})
    head = repository.commit({"app/prices.py": NEW})
    monkeypatch.chdir(repository.root)
    output = tmp_path / "tools.json"

    assert main(["tools", "--merge-base", base, "--head", head, "--output", str(output)]) == 0

    said = read(output.read_bytes())
    assert [each.code for each in said.tools[0].head] == ["return-value"]
    assert said.tools[0].base == ()
    assert "0 before, 1 after" in capsys.readouterr().out
    assert not trace.exists()


def test_a_tool_cannot_say_our_own_rules(change: Callable[..., Review]) -> None:
    forged = {**remark(line=2), "code": "function-too-long"}

    found = change(base=[forged], head=[{**remark(line=2), "code": "unused-suppression"}])

    assert found.fixed == ()
    assert {finding.name for finding in found.findings} == {"mypy:unused-suppression"}


def test_a_tool_cannot_crowd_out_what_we_say(change: Callable[..., Review]) -> None:
    many = [{**remark(line=6), "code": f"code-{number}"} for number in range(80)]

    found = change(head=many)

    assert len(found.shown) == 50
    assert {finding.hidden_because for finding in found.findings if not finding.shown} == {"more than one tool may say"}
    assert replace(found.shown[0], source="own").gravity < found.shown[1].gravity


def test_a_base_that_could_not_be_looked_through_leaves_it_to_the_changed_lines(change: Callable[..., Review]) -> None:
    found = change(compared=False, problem="of the base: it crashed", head=[remark(line=2), remark(line=6)])

    assert [finding.span.line for finding in found.shown if finding.span] == [6]
