import json as standard
from dataclasses import replace
from pathlib import Path

import jsonschema_rs
import pytest
from hypothesis import given, settings

from reviewer.errors import ReviewerError
from reviewer.model import (
    Anchor,
    Comparison,
    Edit,
    Extent,
    Fix,
    Level,
    Policy,
    Problem,
    Related,
    Review,
    Span,
    Status,
    Suppression,
)
from reviewer.report import json, shape
from reviewer.tool_results import Complexity, Coverage, Maintainability, Tools
from tests.unit.report.samples import FINDING, hidden, review, reviews

SCHEMA = Path(json.__file__).with_name("schema.json")
FULL = replace(
    FINDING,
    params={"symbol": "create", "lines": 31},
    facts={"lines": 31, "missing": ("a", "b")},
    related=(Related("app/base.py", 3, "here"),),
    fix=Fix(safe=True, edits=(Edit(Span(2, 1, 2, 4), "x"),)),
    key="k",
    code="cd34",
    suggestion="x\n",
    diff="@@ -1 +1 @@\n-y\n+x",
    before={"lines": 30},
    status=Status.INTRODUCED,
    anchor=Anchor("app/jobs.py", 2, 1),
)


def document(text: str) -> dict[str, object]:
    loaded: dict[str, object] = standard.loads(text)
    return loaded


def validator() -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(standard.loads(SCHEMA.read_text(encoding="utf-8")))


def changed(keys: tuple[str | int, ...], value: object) -> bytes:
    """A good report with one value changed, or taken away when the value is `...`."""
    whole: object = document(json.render(review(FULL, problems=(Problem("unreadable", "a.py", "denied"),)), "1.0"))
    place = whole
    for key in keys[:-1]:
        place = place[key]  # type: ignore[index]  # a path into JSON
    if value is ...:
        del place[keys[-1]]  # type: ignore[attr-defined]  # a path into JSON
    else:
        place[keys[-1]] = value  # type: ignore[index]  # a path into JSON
    return standard.dumps(whole).encode()


CHANGES: list[tuple[tuple[str | int, ...], object]] = [
    (("schema",), 2),
    (("extra",), 1),
    (("head",), ...),
    (("base",), "HEAD"),
    (("counts", "found"), "1"),
    (("fixes", "refused"), {"left the finding": -1}),
    (("findings", 0, "line"), 0),
    (("findings", 0, "line"), "2"),
    (("findings", 0, "rule"), "x --> @everyone"),
    (("findings", 0, "level"), "fatal"),
    (("findings", 0, "status"), "new"),
    (("findings", 0, "worse"), "no"),
    (("findings", 0, "before"), ...),
    (("suppressions",), ...),
    (("findings", 0, "symbol"), None),
    (("findings", 0, "shown"), False),
    (("findings", 0, "params"), {"a": None}),
    (("findings", 0, "facts"), {"a": "text"}),
    (("findings", 0, "fingerprint"), "-->"),
    (("findings", 0, "anchor", "start_line"), ...),
    (("findings", 0, "related", 0, "more"), ""),
    (("findings", 0, "fix", "edits", 0, "text"), 3),
    (("findings", 0, "fix", "safe"), "yes"),
    (("problems", 0, "kind"), 1),
]


@settings(max_examples=30, deadline=None)
@given(reviews)
def test_a_report_read_back_is_the_review_that_was_written(written: Review) -> None:
    back = json.read(json.render(written, "1.0").encode())
    assert back.findings == written.findings
    assert back.problems == written.problems
    assert back.suppressions == written.suppressions
    assert back.files == written.files
    assert (back.comparison.base, back.comparison.head) == (written.comparison.base, written.comparison.head)


@settings(max_examples=30, deadline=None)
@given(reviews)
def test_every_report_follows_the_schema_and_is_written_again_byte_by_byte(written: Review) -> None:
    text = json.render(written, "1.0")
    validator().validate(standard.loads(text))
    assert json.render(json.read(text.encode()), "1.0") == text


PROMISED = {
    "schema": 1,
    "reviewer": "1.0",
    "base": "a" * 40,
    "head": "b" * 40,
    "paths": ["app/jobs.py"],
    "renames": {"app/old.py": "app/jobs.py"},
    "policy": {
        "fail_on": "warning",
        "count_suppressed": True,
        "max_comments": 10,
        "request_changes": True,
        "resolve_threads": False,
        "skip": ["drafts"],
        "skip_labels": ["wip"],
        "docs_url": "https://rules.example.com",
    },
    "findings": [
        {
            "rule": "function-too-long",
            "source": "own",
            "level": "warning",
            "confidence": "high",
            "status": "introduced",
            "path": "app/jobs.py",
            "line": 2,
            "column": 9,
            "end_line": 2,
            "end_column": 15,
            "symbol": "create",
            "key": "k",
            "message": FINDING.message,
            "params": {"symbol": "create", "lines": 31},
            "facts": {"lines": 31, "missing": ["a", "b"]},
            "before": {"lines": 30},
            "worse": True,
            "fingerprint": "ab12",
            "code": "cd34",
            "anchor": {"path": "app/jobs.py", "line": 2, "start_line": 1},
            "shown": True,
            "hidden_because": None,
            "related": [{"path": "app/base.py", "line": 3, "message": "here"}],
            "fix": {
                "safe": True,
                "effect": "",
                "edits": [{"line": 2, "column": 1, "end_line": 2, "end_column": 4, "text": "x"}],
            },
            "suggestion": "x\n",
            "diff": "@@ -1 +1 @@\n-y\n+x",
        }
    ],
    "suppressions": [{"path": "app/jobs.py", "line": 7, "column": 3, "rules": ["class-too-long"], "reason": "a table"}],
    "problems": [],
    "tools": {
        "versions": {"ruff": "0.17.6"},
        "complete": ["ruff"],
        "complexity": [{"path": "app/jobs.py", "symbol": "create", "before": 7, "after": 14}],
        "maintainability": [{"path": "app/jobs.py", "before": None, "after": 62.5}],
        "coverage": {"ran": 3, "statements": 4, "threshold": 80.0, "unreported": 0},
    },
    "fixes": {"offered": 1, "refused": {"left the finding": 2}},
    "counts": {
        "files": 3,
        "found": 1,
        "shown": 1,
        "introduced": 1,
        "fixed": 0,
        "worse": 0,
        "error": 0,
        "warning": 1,
        "advice": 0,
        "note": 0,
        "suppressions": 1,
        "problems": 0,
    },
}


def test_a_report_has_the_shape_that_is_promised() -> None:
    comment = Suppression("app/jobs.py", 7, 3, ("class-too-long",), "a table", Extent(7, 7))
    policy = Policy(Level.WARNING, True, 10, True, False, ("drafts",), ("wip",), "https://rules.example.com")  # noqa: FBT003  # in order
    compared = replace(
        review(FULL),
        comparison=Comparison("t", "a" * 40, "b" * 40),
        suppressions=(comment,),
        paths=("app/jobs.py",),
        renames={"app/old.py": "app/jobs.py"},
        policy=policy,
        tools=Tools(
            {"ruff": "0.17.6"},
            ("ruff",),
            (Complexity("app/jobs.py", "create", 7, 14),),
            (Maintainability("app/jobs.py", None, 62.5),),
            Coverage(3, 4, 80.0),
        ),
        refused={"left the finding": 2},
    )
    text = json.render(compared, "1.0")
    assert text.endswith("}\n")
    assert document(text) == PROMISED


def test_the_order_of_arguments_and_findings_does_not_show() -> None:
    other = replace(FINDING, path="app/a.py")
    one = replace(FINDING, params={"a": 1, "b": 2}, facts={"x": 1, "y": 2})
    two = replace(FINDING, params={"b": 2, "a": 1}, facts={"y": 2, "x": 1})
    assert json.render(review(one, other), "1") == json.render(review(other, two), "1")


def test_a_path_that_is_no_utf8_is_spelled_out_and_takes_no_comment() -> None:
    raw = b"caf\xe9.py".decode(errors="surrogateescape")
    text = json.render(review(replace(FULL, path=raw, anchor=Anchor(raw, 2)), replace(FULL, path="cafx.py")), "1.0")
    validator().validate(standard.loads(text.encode().decode()))
    back = json.read(text.encode())
    assert [finding.path for finding in back.findings] == ["caf\\xe9.py", "cafx.py"]
    assert back.findings[0].anchor is None
    assert json.render(back, "1.0") == text


@pytest.mark.parametrize(("keys", "value"), CHANGES)
def test_a_changed_shape_fails_the_schema_and_the_reader(keys: tuple[str | int, ...], value: object) -> None:
    data = changed(keys, value)
    assert not validator().is_valid(standard.loads(data))
    with pytest.raises(ReviewerError, match="the report is not one of schema 1"):
        json.read(data)


def test_an_error_names_the_field_and_how_many_more_there_are() -> None:
    with pytest.raises(ReviewerError, match=r"schema 1: findings\.0\.line: Input should be .* 1; make it anew$"):
        json.read(changed(("findings", 0, "line"), 0))
    with pytest.raises(ReviewerError, match=r"Field required \(and 12 more\)"):
        json.read(b"{}")


@pytest.mark.parametrize("path", ["/etc/passwd", "../a.py", "a/../../b", "a\0b", "", "x" * 4097])
def test_a_path_that_leaves_the_repository_is_refused(path: str) -> None:
    with pytest.raises(ReviewerError, match=r"findings\.0\.path"):
        json.read(changed(("findings", 0, "path"), path))


def test_an_address_that_no_comment_may_hold_is_refused() -> None:
    with pytest.raises(ReviewerError, match=r"policy\.docs_url"):
        json.read(changed(("policy", "docs_url"), "https://rules.example.com/)[x](https://evil.example"))


def test_half_a_span_is_refused() -> None:
    with pytest.raises(ReviewerError, match="together or not at all"):
        json.read(changed(("findings", 0, "end_line"), None))


def test_counts_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(ReviewerError, match="counts disagrees"):
        json.read(changed(("counts", "shown"), 0))


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b"null", b"\xff\xfe", b'{"schema": 1e999}', b"[" * 100_000])
def test_what_is_no_report_is_a_clear_error(data: bytes) -> None:
    with pytest.raises(ReviewerError, match="not one of schema 1"):
        json.read(data)


def test_a_report_that_is_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json, "SIZE_LIMIT", 10)
    with pytest.raises(ReviewerError, match="has 11 bytes, more than the 10"):
        json.read(b" " * 11)


@pytest.mark.parametrize(
    ("base", "head", "title"),
    [
        ("a" * 40, "b" * 40, "bbbbbbbbbbbb compared with aaaaaaaaaaaa"),
        ("a" * 40, None, "the working tree compared with aaaaaaaaaaaa"),
        (None, None, "Whole files of the working tree"),
    ],
)
def test_the_title_of_a_report_read_back_tells_the_commits(base: str | None, head: str | None, title: str) -> None:
    written = replace(review(), comparison=Comparison("t", base, head))
    assert json.read(json.render(written, "1").encode()).comparison.title == title


def test_the_offered_fixes_are_those_of_the_findings() -> None:
    with pytest.raises(ReviewerError, match=r"fixes\.offered disagrees with the findings"):
        json.read(changed(("fixes", "offered"), 2))


def test_a_hidden_finding_keeps_its_reason() -> None:
    back = json.read(json.render(review(hidden(FINDING)), "1").encode())
    assert back.findings[0].hidden_because == "existing"
    assert back.counts["hidden: existing"] == 1


def test_the_schema_asks_for_every_field_that_the_reader_knows() -> None:
    schema = standard.loads(SCHEMA.read_text(encoding="utf-8"))
    shapes = {
        name: getattr(shape, f"{name.title()}Shape")
        for name in schema["$defs"]
        if hasattr(shape, f"{name.title()}Shape")
    }
    assert set(shapes) == {"finding", "anchor", "related", "fix", "edit", "policy", "problem", "suppression", "tools"}
    for name, model in shapes.items():
        assert schema["$defs"][name]["required"] == list(model.model_fields)
