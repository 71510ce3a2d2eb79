"""What the change has to do with what tools find: the same code is the same finding, wherever it goes."""

import pytest

from reviewer.model import Anchor, Status
from tests.changes import Files, reviewed
from tests.repositories import Builder

SETTING = 'API_TOKEN = "a8f5f167f44f4964e6c998dee827110c"\n'
LOAD = "import requests\n\n\ndef load(url: str) -> object:\n    return requests.get(url)\n"
BRANCHES = "".join(f"    if a == {number}:\n        return {number}\n" for number in range(12))
CREATE = f"def create(a: int) -> int:\n{BRANCHES}    return a\n"
CALLS = "\n\ndef create(a: int) -> int:\n    return _create(a)\n"
QUERY = 'import sys\n\nQUERY = f"SELECT * FROM t WHERE a = {sys.argv[1]}"\n'
FIND = 'class Users:\n    def find(self, name: str) -> str:\n        return f"DELETE FROM users WHERE name = {name}"\n'


def fates(repository: Builder, before: Files, after: Files, tools: str) -> list[tuple[str, str, Status | None]]:
    """The findings of tools with what the change has to do with each."""
    found = reviewed(repository, before, after, tools).findings
    return [(each.name, each.path or "", each.status) for each in found if each.source != "own"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"a.py": f"import os\n\n{SETTING}"}, {"a.py": "import os\n", "settings.py": SETTING}),
        ({"a.py": f"import os\n\n{SETTING}"}, {"a.py": f"import os\n\n\nclass Settings:\n    {SETTING}"}),
        ({"a.py": LOAD}, {"a.py": LOAD.replace("requests.get(url)", "_do(url)") + LOAD.replace("load", "_do")}),
        ({"a.py": CREATE}, {"a.py": CREATE.replace("create", "_create") + CALLS}),
        ({"a.py": LOAD}, {"a.py": None, "b/c.py": "\n" + LOAD.replace("def load(", "def fetch(")}),
    ],
)  # fmt: skip
def test_code_that_goes_elsewhere_takes_its_finding_along(repository: Builder, before: Files, after: Files) -> None:
    assert {status for _, _, status in fates(repository, before, after, "ruff")} == {Status.EXISTING}


def test_a_finding_of_other_code_elsewhere_is_a_new_one(repository: Builder) -> None:
    assert sorted(fates(repository, {"a.py": QUERY}, {"a.py": FIND}, "ruff")) == [
        ("ruff:S608", "a.py", Status.FIXED),
        ("ruff:S608", "a.py", Status.INTRODUCED),
    ]


def test_of_equal_findings_the_one_with_new_code_is_new(repository: Builder) -> None:
    get = "requests.get(url)"
    before = LOAD.replace(f"    return {get}", f"    a = {get}\n    b = {get}\n    return a, b")
    after = LOAD.replace(
        f"    return {get}",
        f"    c = requests.get(url + 'new')\n    if url:\n        a = {get}\n        b = {get}\n    return a, b, c",
    )
    (finding,) = reviewed(repository, {"a.py": before}, {"a.py": after}, "ruff").shown
    assert finding.span is not None
    assert finding.span.line == 5


def test_a_message_that_changes_for_the_same_line_is_no_new_finding(repository: Builder) -> None:
    model = "class A:\n    pass\n\n\nclass B:\n    pass\n\n\ndef find(key: int) -> A | None:\n    return None\n"
    before = {"m.py": model, "u.py": "from m import find\n\n\ndef name() -> object:\n    return find(1).name\n"}
    after = {"m.py": model.replace("A | None", "B | None")}
    assert [status for _, _, status in fates(repository, before, after, "mypy")] == [Status.EXISTING] * 2


@pytest.mark.parametrize("time", range(3))
def test_an_edit_that_keeps_the_length_is_seen(repository: Builder, time: int) -> None:
    before = {
        "m.py": "def f(a: int) -> int:\n    return 1\n",
        "u.py": "from m import f\n\n\ndef g() -> int:\n    return f(1)\n",
    }
    broken = reviewed(repository, before, {"m.py": "def f(a: str) -> int:\n    return 1\n"}, "mypy")
    assert [(each.path, each.rule) for each in broken.shown] == [("u.py", "arg-type")], time
    right = {"u.py": 'from m import f\n\n\ndef g() -> int:\n    return f("one")\n'}
    assert reviewed(repository, {}, right, "mypy").shown == ()


@pytest.mark.parametrize("after", [{"app/util.py": None}, {"app/util.py": None, "app/tools.py": "X = 1\n"}])
@pytest.mark.parametrize("line", ["from app.util import f", "from .util import f", "from app import util"])
def test_a_module_that_is_gone_is_missed_without_any_package(repository: Builder, after: Files, line: str) -> None:
    before = {"app/__init__.py": "", "app/util.py": "def f() -> int:\n    return 1\n", "app/main.py": f"{line}\n"}
    (finding,) = reviewed(repository, before, after, "mypy").shown
    assert (finding.path, finding.status) == ("app/main.py", Status.INTRODUCED)


def test_the_change_to_blame_is_the_one_that_the_broken_line_names(repository: Builder) -> None:
    before = {
        "m.py": "LIMIT: int = 3\n",
        "o.py": "def value() -> int:\n    return 1\n",
        "u.py": "from m import LIMIT\n\n\ndef rapid() -> int:\n    return LIMIT\n",
    }
    after = {"m.py": 'LIMIT: str = "3"\n', "o.py": "def value() -> int:\n    return 2\n"}
    (finding,) = reviewed(repository, before, after, "mypy").shown
    assert (finding.path, finding.anchor) == ("u.py", Anchor("m.py", 1))


def test_the_change_to_blame_is_far_down_where_it_is(repository: Builder) -> None:
    model = 'VERSION = "1"\n' + "\n" * 20 + "def f() -> int:\n    return g()\n\n\ndef g() -> int:\n    return 1\n"
    before = {"m.py": model, "u.py": "import m\n\n\ndef use() -> int:\n    return m.f()\n"}
    after = {
        "m.py": model.replace('"1"', '"2"').replace(
            "def f() -> int:\n    return g()", "def f() -> str:\n    return str(g())"
        )
    }
    (finding,) = reviewed(repository, before, after, "mypy").shown
    assert finding.anchor == Anchor("m.py", 22)


def test_what_is_fixed_in_a_file_that_did_not_change_is_told(repository: Builder) -> None:
    before = {
        "m.py": "def f(a: str) -> int:\n    return 1\n",
        "u.py": "from m import f\n\n\ndef g() -> int:\n    return f(1)\n",
    }
    found = fates(repository, before, {"m.py": "def f(a: int | str) -> int:\n    return 1\n"}, "mypy")
    assert found == [("mypy:arg-type", "u.py", Status.FIXED)]


def test_a_file_that_did_not_parse_before_breaks_nobody_when_it_is_mended(repository: Builder) -> None:
    before = {"m.py": "def f(a: str) -> int:\n    return (\n", "u.py": "from m import f\n\nX: int = f(1)\n"}
    assert fates(repository, before, {"m.py": "def f(a: str) -> int:\n    return 1\n"}, "mypy") == []


def test_the_head_never_chooses_what_is_started(repository: Builder) -> None:
    trace = repository.root.parent / "trace"
    program = repository.root.parent / "evil"
    program.write_text(f"#!/bin/sh\ntouch {trace}\n")
    program.chmod(0o755)
    own = f'[mypy]\npython = "{program}"\n[ruff]\nconfig = "project"\n'
    found = reviewed(
        repository, {"a.py": "x = 1\n"}, {"a.py": "x: int = 'a'\n", "reviewer.toml": own}, "ruff mypy radon"
    )
    assert [each.kind for each in found.problems if each.kind == "configuration-changed"] == ["configuration-changed"]
    assert not trace.exists()


def test_no_name_of_a_folder_is_a_setting_of_mypy(repository: Builder) -> None:
    trace = repository.root.parent / "trace"
    folder = "x\nplugins = tree/evil.py\n"
    files = {f"{folder}/pkg/__init__.py": "", "evil.py": f"open({str(trace)!r}, 'w')\n", "a.py": ""}
    reviewed(repository, files, {"a.py": "x = 1\n"}, "mypy")
    assert not trace.exists()


def test_a_comment_for_a_rule_that_did_not_look_there_is_not_judged(repository: Builder) -> None:
    lines = [
        f"X{number} = {number}  # reviewer: ignore[{rule}] why\n"
        for number, rule in enumerate(("ruff:F401", "ruff:T201"))
    ]
    found = reviewed(
        repository,
        {"a.py": "", "tests/test_a.py": ""},
        {"a.py": "".join(lines), "tests/test_a.py": "X = 1  # reviewer: ignore[ruff:S105] why\n"},
        "ruff mypy",
    )
    assert found.shown == ()


def test_our_rule_for_signatures_knows_the_exceptions(repository: Builder) -> None:
    code = (
        "from typing import overload\n\n\n@overload\ndef f(a: int) -> int: ...\n@overload\ndef f(a: str) -> str: ...\n"
        "def f(a):\n    return a\n"
    )
    assert reviewed(repository, {"a.py": ""}, {"a.py": code}, "mypy").shown == ()


def test_one_file_that_stops_mypy_does_not_silence_it(repository: Builder) -> None:
    found = reviewed(repository, {"old.py": "yield 3\n", "b.py": "x: int = 1\n"}, {"b.py": "x: int = 's'\n"}, "mypy")
    assert [(each.path, each.rule) for each in found.shown] == [("b.py", "assignment")]
    assert [each for each in found.problems if each.blocking] == []


def test_several_projects_with_one_package_name_are_all_looked_at(repository: Builder) -> None:
    homes = ("services/user-service/app", "services/order-service/app")
    before = {f"{home}/{name}.py": "" for home in homes for name in ("__init__", "a")}
    wrong = {f"{home}/a.py": "x: int = 's'\n" for home in homes}
    found = reviewed(repository, before, wrong, "mypy")
    assert sorted(each.path or "" for each in found.shown) == sorted(wrong)
    assert [each for each in found.problems if each.blocking] == []
