"""ruff, as it is installed: its findings on both sides, its fixes, and what is left out of what it says."""

import tomllib
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from reviewer.errors import ToolError
from reviewer.model import Edit, Fix, Level, Span, Status
from reviewer.tools import heard, ruff
from reviewer.tools.ruff import Order
from reviewer.tools.rules import standard_codes
from tests.changes import names, reviewed
from tests.repositories import Builder

BRANCHES = "".join(f"    if value == {number}:\n        return {number}\n" for number in range(9))
# One of 10 decisions, and two more of them.
SIMPLE = f"def chosen(value: int) -> int:\n{BRANCHES}    return value\n"
MORE = "    if value == 10:\n        return 10\n    if value == 11:\n        return 11\n"


def said(source: str | bytes, **order: object) -> heard.Heard:
    data = source if isinstance(source, bytes) else source.encode()
    return ruff.said(Order({"app/a.py": data}, None, **({"codes": standard_codes()} | order)))  # type: ignore[arg-type]  # named here


def told(source: str) -> list[tuple[str, int]]:
    """What ruff says, but for docstrings: every example would lack one."""
    return [(each.rule, each.span.line) for each in said(source).head if each.span and each.rule != "D103"]


def test_every_code_of_the_standard_is_one_that_ruff_knows() -> None:
    found = said("x = 1\n")
    assert found.problems == ()
    assert found.version == heard.installed("ruff")
    assert {f"ruff:{code}" for code in standard_codes()} <= (found.rules or set())


def test_a_finding_has_our_sentence_the_level_of_the_standard_and_what_ruff_says() -> None:
    (finding,) = said("def a(flag: bool) -> None:\n    ...\n", codes=["FBT001"]).head
    assert (finding.name, finding.level, finding.path) == ("ruff:FBT001", Level.WARNING, "app/a.py")
    assert finding.span == Span(1, 7, 1, 11)
    assert finding.message == (
        "At the call a bare `True` says nothing: make it an enum, or two functions. "
        "ruff: `Boolean-typed positional argument in function definition`"
    )


def test_the_codes_that_are_only_advice_are_off_until_they_are_named(repository: Builder) -> None:
    change = {"app/a.py": "def shown() -> None:\n    print('x')\n"}
    assert reviewed(repository, {}, change, "ruff").shown == ()
    named = reviewed(repository, {}, {"app/a.py": change["app/a.py"] + "\n"}, "ruff", flags={"select": "ruff:T201"})
    assert names(named.findings) == [("ruff:T201", "app/a.py", 2)]


def test_columns_count_characters() -> None:
    (finding,) = said("é = [1]; ü = lambda flag=[]: flag\ndef a(ü, flag: bool): ...\n", codes=["FBT001"]).head
    assert finding.span == Span(2, 10, 2, 14)


def test_a_fix_of_ruff_is_a_fix_of_ours(repository: Builder) -> None:
    route = (
        "@router.get('/{key}')\ndef load(key: str, jobs: Jobs = Depends(jobs)) -> str:\n"
        "    'Load it.'\n    return key\n"
    )
    start = "from typing import Annotated\nfrom fastapi import APIRouter, Depends\nrouter = APIRouter()\n"
    found = reviewed(repository, {"app/api.py": start}, {"app/api.py": f"{start}\n\n{route}"}, "ruff")
    (finding,) = found.shown
    assert finding.name == "ruff:FAST002"
    assert finding.fix is not None
    assert not finding.fix.safe
    assert finding.suggestion == "def load(key: str, jobs: Annotated[Jobs, Depends(jobs)]) -> str:\n"


def test_a_fix_that_is_only_shown_is_none_and_a_safe_one_is_safe() -> None:
    source = "import pytest\n@pytest.mark.parametrize('a,b', [(1, 2)])\ndef test_a(a, b): ...\n"
    (finding,) = said(source, codes=["PT006"]).head
    assert finding.fix == Fix(safe=False, edits=(Edit(Span(2, 26, 2, 31), "('a', 'b')"),))
    (unused,) = said("import os\n", codes=["F401"]).head
    assert unused.fix == Fix(safe=True, edits=(Edit(Span(1, 1, 2, 1), ""),))


@pytest.mark.parametrize(
    "parameter", ["a: list[int] = []", "a: list[int] | None = [1]", "a: dict[\n    int, int\n] = {}"]
)
def test_none_for_a_default_is_no_fix_where_it_would_be_of_another_type(parameter: str) -> None:
    (finding,) = said(f"def load({parameter}):\n    print(a)\n", codes=["B006"]).head
    assert finding.fix is None


def test_none_for_the_default_of_a_parameter_without_a_type_is_a_fix() -> None:
    (finding,) = said("def load(b: int, a=[]):\n    print(a)\n", codes=["B006"]).head
    assert finding.fix is not None
    assert finding.fix.edits[0].text == "None"


def test_complexity_that_grows_is_existing_and_worse_and_one_that_passes_the_limit_is_introduced(
    repository: Builder,
) -> None:
    passed = reviewed(
        repository, {"app/a.py": SIMPLE}, {"app/a.py": SIMPLE.replace("    return value\n", MORE)}, "ruff"
    )
    (finding,) = passed.shown
    assert (finding.name, finding.status, finding.facts) == ("ruff:C901", Status.INTRODUCED, {"complexity": 12})
    # The head of the function is not in the diff; a changed line is.
    assert finding.anchor is not None
    assert getattr(finding.anchor, "line", 0) > finding.span.line  # type: ignore[union-attr]  # it has one
    grown = reviewed(repository, {}, {"app/a.py": SIMPLE.replace("    return value\n", MORE * 2)}, "ruff")
    (worse,) = grown.worse
    assert (worse.facts, worse.before) == ({"complexity": 14}, {"complexity": 12})


def test_what_was_there_before_is_existing_wherever_it_goes(repository: Builder) -> None:
    before = "def load(key: str) -> str:\n    try:\n        return key\n    except Exception:\n        return ''\n"
    moved = reviewed(repository, {"app/a.py": before}, {"app/a.py": None, "app/b/c.py": "\n\n" + before}, "ruff")
    assert [(each.name, each.status) for each in moved.findings] == [("ruff:BLE001", Status.EXISTING)]
    gone = reviewed(repository, {}, {"app/b/c.py": before.replace("Exception", "KeyError")}, "ruff")
    assert [(each.name, each.status) for each in gone.findings] == [("ruff:BLE001", Status.FIXED)]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("password = 'hunter2hunter2'", True),
        ("api_token = 'sk-live-9f8a7b6c5d4e3f2a1b0c'", True),
        ("PASSWORD_TOO_SHORT = 'A password has 12 characters at least.'", False),
        ("TOKEN_URL = 'https://example.com/oauth2/token'", False),
        ("token_path = '/v2/token/refresh2'", False),
        ("PASSWORD_FIELD = 'password'", False),
        ("SECRET_KEY_NAME = 'app_secret_key_2'", False),
        ("TOKEN_AUDIENCE = 'fastapi-users:auth'", False),
        ("token_type = 'oauth2'", False),
    ],
)
def test_a_secret_is_what_nobody_would_think_of(line: str, found: bool) -> None:
    assert told(f"{line}\n") == ([("S105", 1)] if found else [])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('f"SELECT * FROM jobs WHERE id = {key}"', True),
        ('f"""\n    select name from jobs where id = {key}"""', True),
        ('f"Delete from {key}?"', False),
        ('f"Could not delete from {key} where it stood"', False),
    ],
)
def test_a_query_starts_like_one(text: str, found: bool) -> None:
    assert [rule for rule, _ in told(f"def a(key: str) -> str:\n    return {text}\n")] == (["S608"] if found else [])


def test_the_parameters_of_a_route_are_no_arguments_of_anybody() -> None:
    function = "async def jobs(open: bool = False) -> None: ...\n"
    assert told(function) == [("FBT001", 1)]
    assert told(f"@router.get('/jobs')\n{function}") == []
    assert told(f"@cached()\n{function}") == [("FBT001", 2)]


def test_in_tests_nobody_is_attacked_and_nobody_waits(repository: Builder) -> None:
    code = "async def test_a() -> None:\n    password = 'hunter2hunter2'\n    open('a')\n    raise Exception('a')\n"
    assert reviewed(repository, {}, {"tests/test_a.py": code}, "ruff").findings == ()
    found = reviewed(repository, {}, {"app/a.py": code}, "ruff")
    assert [each.rule for each in found.shown] == ["S105", "ASYNC230", "TRY002"]


@pytest.mark.parametrize("place", ["build/a.py", "dist/b.py", "app/[x].py", "app/*.py", "app/sp ace.py", "-x.py"])
def test_no_place_is_left_out(repository: Builder, place: str) -> None:
    found = reviewed(repository, {"a.py": ""}, {place: "def a(flag: bool) -> None: ...\n"}, "ruff")
    assert names(found.shown) == [("ruff:FBT001", place, 1)]


def test_a_path_that_is_no_utf8_is_found_again() -> None:
    path = b"app/caf\xe9.py".decode(errors="surrogateescape")
    found = ruff.said(Order({path: b"def a(flag: bool) -> None: ...\n"}, None, ["FBT001"]))
    assert [each.path for each in found.head] == [path]


def test_newer_syntax_than_the_project_supports_is_a_finding(repository: Builder) -> None:
    project = '[project]\nname = "a"\nrequires-python = ">=3.11"\n'
    code = "type Key = int\n"
    found = reviewed(repository, {"pyproject.toml": project, "a.py": ""}, {"app/a.py": code}, "ruff")
    assert [each.name for each in found.shown] == ["ruff:invalid-syntax"]


def test_the_settings_of_the_project_count_where_it_says_so_and_those_of_the_base_alone(repository: Builder) -> None:
    own = '[tool.ruff]\nlint.select = ["F401"]\n[tool.reviewer.ruff]\nconfig = "project"\n'
    before = {"pyproject.toml": own, "app/a.py": "x = 1\n"}
    after = {"app/a.py": "import os\n\n\ndef a(flag: bool) -> None: ...\n", "ruff.toml": 'lint.select = ["FBT"]'}
    found = reviewed(repository, before, after, "ruff")
    assert names(found.shown) == [("ruff:F401", "app/a.py", 1)]


def test_a_setting_that_reads_another_file_tells_nothing_of_it(
    repository: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "ghs_secret")
    own = 'extend = "${GITHUB_TOKEN}.toml"\n'
    before = {"ruff.toml": own, "reviewer.toml": 'ruff.config = "project"\n', "app/a.py": "x = 1\n"}
    found = reviewed(repository, before, {"app/a.py": "y = 1\n"}, "ruff")
    (problem,) = found.problems
    assert problem.kind == "tool-failed"
    assert problem.blocking
    assert "ghs_secret" not in problem.message


def test_output_that_is_not_understood_is_a_problem_with_an_excerpt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ruff, "program", lambda: "/bin/echo")
    found = said("x = 1\n")
    assert found.head == ()
    (problem,) = found.problems
    assert "not understood" in problem.message
    assert "check --no-cache" in problem.message


def test_a_ruff_that_hangs_is_stopped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    slow = tmp_path / "slow"
    slow.write_text("#!/bin/sh\nsleep 60\n")
    slow.chmod(0o755)
    monkeypatch.setattr(ruff, "program", lambda: str(slow))
    monkeypatch.setattr(ruff, "TIMEOUT", 0.5)
    (problem,) = said("x = 1\n").problems
    assert "did not end within 0.5 seconds" in problem.message


def test_a_ruff_that_is_missing_or_old_is_told_with_the_version_that_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heard, "version", lambda _: "0.4.0")
    (problem,) = said("x = 1\n").problems
    assert "ruff 0.4.0 is too old" in problem.message
    assert "ruff>=0.14" in problem.message

    def missing(_: str) -> str:
        raise PackageNotFoundError

    monkeypatch.setattr(heard, "version", missing)
    (problem,) = said("x = 1\n").problems
    assert "ruff is not installed" in problem.message


def test_a_ruff_that_fails_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ruff, "OURS", "no-such-setting = 1\n")
    (problem,) = said("x = 1\n").problems
    assert "no-such-setting" in problem.message


def test_its_program_is_found_in_the_environment() -> None:
    assert Path(ruff.program()).is_file()
    with pytest.raises(ToolError, match="exit code 2"):
        raise heard.ended("ruff", heard.run([ruff.program(), "rule", "XYZ"], cwd=Path("/"), timeout=10))


def test_the_oldest_versions_are_those_that_the_project_asks_for() -> None:
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {f"{name}>={version}" for name, version in heard.OLDEST.items()} <= set(project["dependencies"])
