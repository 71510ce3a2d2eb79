"""A review that several machines share is, byte for byte, that of one machine."""

import json
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviewer import merging, part, pipeline, runner, sides
from reviewer.aim import Request
from reviewer.errors import ReviewerError
from reviewer.model import (
    WHOLE_FILE,
    Anchor,
    Confidence,
    Edit,
    Finding,
    Fix,
    Level,
    Problem,
    Related,
    Span,
    Status,
)
from reviewer.part import Part
from reviewer.pipeline import Reviewed
from reviewer.records import Said
from reviewer.report import FORMATS, Background, render
from reviewer.runner import Outcome
from reviewer.shard import Shard
from reviewer.tool_results import Coverage
from reviewer.tools.heard import Heard
from reviewer.tools.radon import Measure, Measured
from reviewer.tools.rules import TOOLS
from tests.changes import Files, commit
from tests.repositories import Builder
from tests.test_cases import CASES, COMMITS, Case
from tests.test_histories import Project, committed

# Beside git these start no program but ruff's, which is quick.
QUICK = frozenset({"ruff"})
SETTINGS = (
    "",
    'worse = "comment"\nselect = ["all", "advice"]',
    'require-reason = true\n[per-path."app/**"]\nignore = ["function-too-long"]',
    'exclude = ["app/part_1.py"]\nmin-confidence = "low"\n[rules.function-too-long]\nlimit = 20',
)
COMMENTS = (
    "",
    "",
    "  # reviewer: ignore[function-too-long] it is a table",
    "  # reviewer: ignore[missing-type-hint, nested-too-deep]",
    "  # reviewer: ignore[function-to-long] not a rule",
    "  # noqa: D103",
)


def told(reviewed: Reviewed) -> dict[str, str]:
    """All reports of a review."""
    background = Background("1", reviewed.lines())
    return {name: render(name, reviewed.review, background) for name in FORMATS}


def parts_of(request: Request, total: int, other: Request | None = None) -> dict[str, Part]:
    """What so many machines find out, in files that are read back, the last one first.

    Only the first one is asked as one machine would be where the `other` ones are asked otherwise.
    """
    made = {}
    for number in range(total, 0, -1):
        asked = other if other and number > 1 else request
        made[f"{number}.json"] = part.written(merging.part(asked, Shard(number, total))).encode()
    return {name: part.read(data, name) for name, data in made.items()}


@contextmanager
def reviews() -> Iterator[list[str]]:
    """The files that are reviewed meanwhile."""
    found: list[str] = []

    def review_file(path: str, *others: object) -> Outcome:
        found.append(path)
        return runner.review_file(path, *others)  # type: ignore[arg-type]  # as it was asked

    with patch.object(sides, "review_file", review_file):
        yield found


def shared(request: Request, total: int, other: Request | None = None) -> Reviewed:
    """The review as so many machines do it; who merges them reviews a file again to prove fixes alone."""
    parts = parts_of(request, total, other)
    with reviews() as again:
        reviewed = merging.merged(parts, request.folder)
    assert again == [] or reviewed.review.offered or reviewed.review.refused
    return reviewed


def spiced(project: Project, chance: random.Random) -> dict[str, str]:
    """The files of a project, with comments behind some of its lines."""
    return {
        path: "".join(f"{line}{chance.choice(COMMENTS) if line else ''}\n" for line in text.splitlines())
        for path, text in project.written().items()
    }


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32), steps=st.integers(1, 8), total=st.integers(1, 4))
def test_a_shared_review_of_a_change_is_that_of_one_machine(
    tmp_path_factory: pytest.TempPathFactory, seed: int, steps: int, total: int
) -> None:
    repository = Builder(tmp_path_factory.mktemp("history") / "repository")
    chance = random.Random(seed)  # noqa: S311  # chance that can be repeated
    project = Project(chance)
    base = committed(repository, {**spiced(project, chance), "reviewer.toml": chance.choice(SETTINGS)})
    for _ in range(steps):
        project.step()
    # At times the change comes with settings of its own, under which its own review is told, too.
    head = committed(repository, {**spiced(project, chance), "reviewer.toml": chance.choice(SETTINGS)})
    request = Request(repository.root, merge_base=base, head=head, tools=QUICK)
    alone = told(pipeline.review(request))
    assert told(shared(request, total)) == alone
    standing = Request(repository.root, merge_base=base, tools=QUICK)
    assert told(shared(standing, total)) == told(pipeline.review(standing))


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32), total=st.integers(1, 4))
def test_a_shared_review_of_whole_files_is_that_of_one_machine(
    tmp_path_factory: pytest.TempPathFactory, seed: int, total: int
) -> None:
    repository = Builder(tmp_path_factory.mktemp("whole") / "repository")
    chance = random.Random(seed)  # noqa: S311  # chance that can be repeated
    repository.commit({**spiced(Project(chance), chance), "reviewer.toml": chance.choice(SETTINGS)})
    request = Request(repository.root, (Path(),), tools=QUICK)
    known = pipeline.review(request)
    entries = [f"{each.fingerprint}\t{each.name}\t{each.path}\n" for each in known.review.findings if each.path]
    repository.write("reviewer-baseline.txt", "".join(chance.sample(entries, len(entries) // 2)))
    assert told(shared(request, total)) == told(pipeline.review(request))


@pytest.mark.parametrize("name", sorted(folder.name for folder in CASES.iterdir()))
def test_a_shared_review_of_a_whole_repository_is_that_of_one_machine(name: str, repository: Builder) -> None:
    Case.read(CASES / name).build(repository)
    _, base, _, head = COMMITS
    for request in (Request(repository.root), Request(repository.root, base=base, head=head)):
        quick = replace(request, tools=QUICK)
        assert told(shared(quick, 3)) == told(pipeline.review(quick))


BRANCHES = "".join(f"    if a == {number}:\n        return {number}\n" for number in range(12))
LONG = "".join(f"    print({number})\n" for number in range(30))
BEFORE: Files = {
    "app/__init__.py": "",
    "app/old.py": f"def long() -> None:\n{LONG}",
    "app/rates.py": f"def rate(a: int) -> int:\n{BRANCHES}    return a\n",
    "app/user.py": "from app.rates import rate\n\n\ndef use() -> int:\n    return rate(1)\n",
    "app/gone.py": f"def leaves() -> None:\n{LONG}",
    "app/stays.py": "X = 1\n",
}
AFTER: Files = {
    "app/old.py": "X = 1\n",
    "app/new.py": f"def long() -> None:\n{LONG}    print(30)\n",
    "app/rates.py": f"def rate(a: str) -> int:\n{BRANCHES.replace('a ==', 'a and 1 ==')}    return int(a)\n",
    "app/gone.py": None,
}


@pytest.mark.parametrize("total", [1, 2, 4])
def test_what_the_tools_say_goes_with_the_first_machine(repository: Builder, total: int) -> None:
    """With mypy, radon and coverage, of a change that breaks a file that it does not touch."""
    base, head = commit(repository, BEFORE), commit(repository, AFTER)
    ran = {"executed_lines": [1, 2], "missing_lines": [3, 4, 5]}
    covered = json.dumps({"files": {"app/rates.py": ran}}).encode()
    request = Request(
        repository.root, merge_base=base, head=head, tools=frozenset(TOOLS), coverage=covered, coverage_commit=head
    )
    alone = pipeline.review(request)
    # No other one needs what only the tools do.
    made = shared(request, total, Request(repository.root, merge_base=base, head=head))
    assert told(made) == told(alone)
    found = {(each.source, each.path, each.status) for each in alone.review.findings}
    assert ("mypy", "app/user.py", Status.INTRODUCED) in found
    assert ("coverage", "app/rates.py", Status.INTRODUCED) in found
    assert ("own", "app/new.py", Status.EXISTING) in found
    assert alone.review.tools.complexity


@pytest.mark.parametrize("total", [2, 3])
def test_each_file_is_reviewed_on_one_machine_only(change: Request, total: int) -> None:
    request = change
    with reviews() as alone:
        pipeline.review(request)
    with reviews() as together:
        parts_of(request, total)
    assert sorted(together) == sorted(alone)


def test_a_part_is_written_the_same_each_time(repository: Builder) -> None:
    base, head = commit(repository, BEFORE), commit(repository, AFTER)
    request = Request(repository.root, merge_base=base, head=head, tools=QUICK)
    first, second = (part.written(merging.part(request, Shard(1, 2))) for _ in range(2))
    assert first == second
    assert part.written(part.read(first.encode(), "a.json")) == first


def told_in_full(text: str) -> Finding:
    """A finding of which no field has its default."""
    finding = Finding(
        rule=text,
        level=Level.NOTE,
        confidence=Confidence.LOW,
        message=text,
        path=text,
        span=Span(1, 2, 3, 4),
        symbol=text,
        key=text,
        source="ruff",
        params={"text": text, "number": 3},
        facts={text: (text, text), "number": 3},
        before={text: (text,), "number": 2},
        extent=WHOLE_FILE,
        related=(Related(text, 1, text),),
        fix=Fix(safe=True, edits=(Edit(Span(1, 1, 1, 2), text),), effect=text),
        status=Status.FIXED,
        fingerprint=text,
        code=text,
        content=text,
        suggestion=text,
        diff=text,
        anchor=Anchor(text, 3, 1),
        hidden_because=text,
    )
    defaults = {each.name: each.default for each in fields(Finding)}
    assert all(getattr(finding, name) != default for name, default in defaults.items())
    return finding


@pytest.mark.parametrize("text", ["plain", "ü", "\udc80", "\ud83d\ude00", "😀", "\0", "\0\\u0041", "\\n\n"])
def test_any_text_comes_through(repository: Builder, text: str) -> None:
    base, head = commit(repository, BEFORE), commit(repository, AFTER)
    made = merging.part(Request(repository.root, merge_base=base, head=head), Shard(1, 1))
    finding = told_in_full(text)
    made.records.counting.head["app/new.py", "app/new.py"].findings.append(finding)
    heard = Heard(
        *("mypy", "1.0", (finding,), (finding,), None),
        compared=False,
        base_complete=False,
        complete=False,
        elsewhere=True,
        plugged=False,
        paths=frozenset({"a.py", text}),
        problems=(Problem("tool-failed", None, text),),
    )
    measure = Measure(functions=((text, 1, 2),), index=100.0 / 3)
    measured = Measured("6.0", {text: measure}, {"b.py": measure}, (Problem("tool-failed", text, ""),))
    made.records.proposed.said = Said((heard,), Coverage(1, 3, 80.5, 2), measured)
    again = part.read(part.written(made).encode(), "a.json")
    assert again == made


@pytest.fixture
def change(repository: Builder) -> Request:
    """A change to review."""
    base, head = commit(repository, BEFORE), commit(repository, AFTER)
    return Request(repository.root, merge_base=base, head=head)


Spoil = Callable[[dict[str, Part]], dict[str, Part]]


def about(**changes: str) -> Spoil:
    """Makes one part one of another review."""
    return lambda parts: {
        name: replace(each, about=replace(each.about, **changes)) if name == "2.json" else each
        for name, each in parts.items()
    }


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda parts: {"1.json": parts["1.json"]}, "no report of shard 2/3, 3/3, so not all .*--shard 2/3"),
        (lambda parts: {**parts, "again.json": parts["2.json"]}, "several reports of shard 2/3; give each"),
        (lambda parts: {**parts, "4.json": replace(parts["1.json"], shard=Shard(1, 4))}, "of 3 and 4 shards; merge"),
        (about(head="0" * 40), "2.json and 3.json are not parts of one review, but of another head"),
        (about(base="0" * 40), "another base"),
        (about(policy="0" * 40), "another commit for the configuration"),
        (about(reviewer="0.0.1"), "another version of reviewer; run all shards and the merge with one version"),
        (about(python="3.1"), "another version of Python"),
        (about(rules="x"), "another set of rules"),
        (about(settings="x"), "another configuration; run all shards and the merge with the same options"),
        (about(files="x"), "other files"),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_told_with_the_next_step(change: Request, spoil: Spoil, message: str) -> None:
    parts = parts_of(change, 3)
    with pytest.raises(ReviewerError, match=message):
        merging.merged(spoil(parts), change.folder)


def test_parts_are_merged_in_the_repository_that_they_are_about(change: Request, tmp_path: Path) -> None:
    parts = parts_of(change, 2)
    with pytest.raises(ReviewerError):
        merging.merged(parts, Builder(tmp_path / "other").root)


def test_files_that_change_between_the_machines_and_the_merge_are_told(repository: Builder) -> None:
    repository.commit({"app/old.py": f"def long() -> None:\n{LONG}"})
    parts = parts_of(Request(repository.root, (Path("app"),)), 2)
    repository.write("app/old.py", "X = 1\n")
    with pytest.raises(ReviewerError, match="other files; run all shards and the merge on the same checkout"):
        merging.merged(parts, repository.root)


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"[]", b"\xff", b'{"kind":"shard","schema":2}', b'{"schema": 1, "reviewer": "0.1.0", "findings": []}'],
)  # fmt: skip
def test_what_is_no_part_is_told_with_the_next_step(data: bytes) -> None:
    with pytest.raises(ReviewerError, match=r"a\.json is no part of a review: .* `reviewer check --shard K/N"):
        part.read(data, "a.json")


def test_a_part_with_a_field_of_another_type_is_none(change: Request) -> None:
    text = part.written(merging.part(change, Shard(1, 2)))
    assert '"total":2' in text
    with pytest.raises(ReviewerError, match=r"shard\.total"):
        part.read(text.replace('"total":2', '"total":"2"').encode(), "a.json")
