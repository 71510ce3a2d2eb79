"""One finding for one fault, whichever rules see it."""

from dataclasses import replace

import pytest

from reviewer.model import (
    EXISTING,
    IN_BASELINE,
    NEWLY_SUPPRESSED,
    SUPPRESSED,
    Confidence,
    Extent,
    Finding,
    Level,
    Span,
    Status,
)
from reviewer.tools.rules import TWINS, named
from reviewer.twins import told_once
from tests.changes import names, reviewed
from tests.repositories import Builder

LOAD = "def load(key):\n    return key\n"


def found(name: str, line: int = 3, symbol: str = "load", **changes: object) -> Finding:
    """A finding of a rule, introduced and shown."""
    source, _, rule = name.rpartition(":")
    finding = Finding(
        rule,
        Level.WARNING,
        Confidence.HIGH,
        "m",
        "app/a.py",
        Span(line, 1, line, 2),
        symbol,
        source=source or "own",
        extent=Extent(line, line),
        status=Status.INTRODUCED,
    )
    return replace(finding, **changes)  # type: ignore[arg-type]  # fields of it


def fates(*findings: Finding) -> list[tuple[str, str | None]]:
    return [(each.name, each.hidden_because) for each in told_once(findings)]


def test_of_twins_the_first_in_the_table_tells() -> None:
    assert fates(found("mypy:no-untyped-def"), found("missing-type-hint")) == [
        ("mypy:no-untyped-def", "mypy:no-untyped-def told as missing-type-hint"),
        ("missing-type-hint", None),
    ]
    assert fates(found("ruff:S110"), found("ruff:BLE001"), found("ruff:E722")) == [
        ("ruff:S110", "ruff:S110 told as ruff:E722"),
        ("ruff:BLE001", "ruff:BLE001 told as ruff:E722"),
        ("ruff:E722", None),
    ]


def test_the_one_that_is_shown_has_the_gravest_level_of_them() -> None:
    first, second = told_once([found("ruff:BLE001", level=Level.ERROR), found("ruff:E722")])
    assert (first.shown, second.level) == (False, Level.ERROR)
    hidden = found("ruff:BLE001", level=Level.ERROR, hidden_because=EXISTING)
    assert [each.level for each in told_once([hidden, found("ruff:E722")])] == [Level.ERROR, Level.ERROR]


@pytest.mark.parametrize("reason", [SUPPRESSED, NEWLY_SUPPRESSED])
@pytest.mark.parametrize("hidden", [0, 1])
def test_a_comment_on_one_hides_all(reason: str, hidden: int) -> None:
    twins = [found("missing-type-hint"), found("mypy:no-untyped-def")]
    twins[hidden] = replace(twins[hidden], hidden_because=reason)
    assert [because for _, because in fates(*twins)] == [reason, reason]


def test_the_baseline_of_one_hides_the_others_that_were_there() -> None:
    old = found("missing-type-hint", status=None, hidden_because=IN_BASELINE)
    assert [because for _, because in fates(old, found("mypy:no-untyped-def", status=None))] == [IN_BASELINE] * 2


def test_what_a_change_introduces_is_not_hidden_by_the_baseline_of_its_twin() -> None:
    old = found("missing-type-hint", hidden_because=IN_BASELINE)
    new = found("mypy:no-untyped-def", status=Status.INTRODUCED)
    assert [because for _, because in fates(old, new)] == [IN_BASELINE, None]


def test_one_that_is_hidden_otherwise_does_not_hide_the_other() -> None:
    old = found("ruff:E722", hidden_because=EXISTING)
    assert fates(old, found("ruff:S110")) == [("ruff:E722", EXISTING), ("ruff:S110", None)]


@pytest.mark.parametrize(
    "other",
    [
        found("mypy:no-untyped-def", line=4),
        found("mypy:no-untyped-def", symbol="load.inner"),
        found("mypy:no-untyped-def", path="app/b.py"),
        found("mypy:no-untyped-def", status=Status.FIXED, hidden_because="fixed by this change"),
        found("mypy:arg-type"),
    ],
)
def test_what_is_of_another_place_or_another_fault_is_no_twin(other: Finding) -> None:
    assert fates(found("missing-type-hint"), other) == [("missing-type-hint", None), (other.name, other.hidden_because)]


def test_each_parameter_of_a_line_has_twins_of_its_own() -> None:
    spots = [replace(found("boolean-parameter"), span=Span(3, column, 3, column + 1)) for column in (10, 30)]
    of_ruff = [replace(found("ruff:FBT001"), span=Span(3, column, 3, column + 1)) for column in (10, 20)]
    assert fates(*spots, *of_ruff) == [
        ("boolean-parameter", None),
        ("boolean-parameter", None),
        ("ruff:FBT001", "ruff:FBT001 told as boolean-parameter"),
        ("ruff:FBT001", None),
    ]


def test_a_forgotten_task_of_a_route_is_told_as_that_and_another_by_ruff() -> None:
    route = found("unawaited-task-in-route", line=4)
    of_ruff = [found("ruff:RUF006", line=line) for line in (4, 5)]
    assert fates(route, *of_ruff) == [
        ("unawaited-task-in-route", None),
        ("ruff:RUF006", "ruff:RUF006 told as unawaited-task-in-route"),
        ("ruff:RUF006", None),
    ]


def test_a_parameter_is_told_once(repository: Builder) -> None:
    code = (
        "def load(a: bool, b: bool, *, c: bool = False) -> int:\n    return one(b) if a else two() if c else three()\n"
        "\n\nLOADED = load(True, False, c=True)\n"
    )
    review = reviewed(repository, {"app/a.py": ""}, {"app/a.py": code}, "ruff")
    assert [(each.name, each.span and each.span.column) for each in review.shown] == [
        ("boolean-parameter", 10),
        ("ruff:FBT001", 19),
        ("boolean-parameter", 31),
    ]


def test_a_query_is_told_once(repository: Builder) -> None:
    code = (
        "def load(cursor: Cursor, name: str) -> None:\n"
        "    query = f\"SELECT * FROM users WHERE name = '{name}'\"\n"
        "    cursor.execute(query)\n"
        '    cursor.execute(f"SELECT * FROM {name}")\n'
    )
    review = reviewed(repository, {"app/a.py": ""}, {"app/a.py": code}, "ruff")
    assert names(tuple(each for each in review.shown if "S608" in each.name or "sql" in each.name)) == [
        ("sql-built-from-string", "app/a.py", 2),
        ("ruff:S608", "app/a.py", 4),
    ]


def test_of_a_file_that_does_not_parse_one_word_is_enough() -> None:
    several = [found("ruff:invalid-syntax", line=line, symbol="") for line in (2, 9)]
    told = fates(found("unparsable-file", line=1, symbol=""), *several, found("mypy:syntax", line=4, symbol=""))
    assert [because is None for _, because in told] == [True, False, False, False]


def test_every_twin_is_a_rule() -> None:
    tools = [name for twins in TWINS for name in twins if ":" in name]
    assert [name for name in tools if named(name) is None] == []


def test_the_account_names_what_is_told_as_another(repository: Builder) -> None:
    review = reviewed(repository, {"app/a.py": ""}, {"app/a.py": LOAD}, "ruff mypy")
    assert names(review.shown) == [("missing-type-hint", "app/a.py", 1)]
    assert review.counts["hidden: mypy:no-untyped-def told as missing-type-hint"] == 1
    assert review.counts["found"] == 2


@pytest.mark.parametrize("name", ["missing-type-hint", "mypy:no-untyped-def"])
def test_a_comment_that_names_either_hides_both(repository: Builder, name: str) -> None:
    code = LOAD.replace(":\n", f":  # reviewer: ignore[{name}] it is on its way\n", 1)
    review = reviewed(repository, {"app/a.py": ""}, {"app/a.py": code}, "mypy")
    assert {each.hidden_because for each in review.findings} == {NEWLY_SUPPRESSED}
    assert len(review.findings) == 2


def test_who_does_not_want_the_rule_does_not_want_its_twins(repository: Builder) -> None:
    review = reviewed(repository, {"app/a.py": ""}, {"app/a.py": LOAD}, "mypy", flags={"ignore": "missing-type-hint"})
    assert review.findings == ()


ROWS = "from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase): ...\nclass Kind: ...\n" + "".join(
    f"class {name}(Base):\n    __tablename__ = '{name}'\n" for name in ("Job", "User")
)
LAYERED = {"app/__init__.py": "", "app/rows.py": ROWS, "app/use_cases/__init__.py": ""}
HOME = {"app/repositories/jobs.py": "class JobRepository:\n    def find(self) -> int:\n        return 1\n"}
IMPORTED = "from app.rows import (\n    Job,\n    User,\n)\n"


def test_the_import_of_a_model_is_told_as_that_where_repositories_may_know_it(repository: Builder) -> None:
    review = reviewed(repository, LAYERED | HOME, {"app/use_cases/a.py": IMPORTED}, "radon")
    assert names(review.shown) == [
        ("orm-model-outside-repository", "app/use_cases/a.py", 2),
        ("orm-model-outside-repository", "app/use_cases/a.py", 3),
    ]
    assert review.counts["hidden: use-case-imports-infrastructure told as orm-model-outside-repository"] == 1


def test_where_nobody_knows_who_may_know_models_the_layer_tells(repository: Builder) -> None:
    review = reviewed(repository, LAYERED, {"app/use_cases/a.py": IMPORTED}, "radon")
    assert {each.rule for each in review.shown if each.path} == {"use-case-imports-infrastructure"}


def test_what_is_no_model_is_told_by_the_layer(repository: Builder) -> None:
    after = {"app/use_cases/a.py": "from app.rows import Kind\n", "app/domain/b.py": "from app.rows import Job\n"}
    review = reviewed(repository, LAYERED | HOME, after, "radon")
    assert names(review.shown) == [
        ("orm-model-outside-repository", "app/domain/b.py", 1),
        ("use-case-imports-infrastructure", "app/use_cases/a.py", 1),
    ]
