"""mypy, as it is installed, on whole projects: what the change did, wherever it shows, and nothing of theirs runs."""

import re
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from reviewer.model import Anchor, FileAnchor, Level, Status
from reviewer.tools import heard, mypy
from tests.changes import Files, names, reviewed
from tests.repositories import Builder

SERVICE = "def total(prices: list[int]) -> int:\n    return sum(prices)\n"
CALLER = "from app.prices import total\n\n\ndef bill() -> int:\n    return total([1, 2])\n"
WRONG = "\n\ndef first(prices: list[int]) -> str:\n    return prices[0]\n"
ASKS_MORE = SERVICE.replace("prices: list[int]", "prices: list[int], currency: str")
# A program that would leave a trace, in the form of a plugin of mypy.
PLUGIN = "from pathlib import Path\nPath({trace!r}).write_text('it ran')\ndef plugin(version):\n    raise SystemExit\n"


def test_what_a_change_makes_wrong_is_told_and_what_was_wrong_is_not(repository: Builder) -> None:
    before = {"app/prices.py": SERVICE + WRONG}
    found = reviewed(repository, before, {"app/prices.py": SERVICE + WRONG + WRONG.replace("first", "last")}, "mypy")
    assert names(found.shown) == [("mypy:return-value", "app/prices.py", 10)]
    assert [each.status for each in found.findings] == [Status.EXISTING, Status.INTRODUCED]
    mended = reviewed(repository, {}, {"app/prices.py": SERVICE}, "mypy")
    assert [each.status for each in mended.findings] == [Status.FIXED] * 2
    assert mended.tools.versions == {"mypy": heard.installed("mypy")}
    assert mended.tools.complete == ("mypy",)


def test_a_caller_that_breaks_in_a_file_that_was_not_changed_is_told_at_the_change(repository: Builder) -> None:
    before = {"app/__init__.py": "", "app/prices.py": SERVICE, "app/bill.py": CALLER, "app/other.py": SERVICE + WRONG}
    found = reviewed(repository, before, {"app/prices.py": ASKS_MORE}, "mypy")
    (finding,) = found.shown
    assert (finding.name, finding.path) == ("mypy:call-arg", "app/bill.py")
    assert finding.status is Status.INTRODUCED
    assert finding.anchor == Anchor("app/prices.py", 1)
    assert [(each.path, each.line, each.message) for each in finding.related] == [
        ("app/bill.py", 5, "This place is affected."),
        ("app/prices.py", 1, "`total` was changed, by this change."),
    ]


def test_a_comment_in_the_file_that_was_not_changed_counts(repository: Builder) -> None:
    hidden = CALLER.replace("total([1, 2])", "total([1, 2])  # reviewer: ignore[mypy:call-arg] it is on its way")
    before = {"app/__init__.py": "", "app/prices.py": SERVICE, "app/bill.py": hidden}
    found = reviewed(repository, before, {"app/prices.py": ASKS_MORE}, "mypy")
    assert [(each.rule, each.hidden_because) for each in found.findings] == [
        ("call-arg", "suppressed"),
        ("unused-suppression", "fixed by this change"),
    ]


@pytest.mark.parametrize(
    ("after", "anchor"),
    [
        ({"app/prices.py": SERVICE.replace("total", "sum_of")}, Anchor("app/prices.py", 1)),
        ({"app/prices.py": "# Nothing is left of it.\n"}, Anchor("app/prices.py", 1)),
        ({"app/prices.py": None, "app/sums.py": SERVICE}, FileAnchor("app/sums.py")),
    ],
)
def test_what_is_gone_is_missed_where_it_was(repository: Builder, after: Files, anchor: Anchor | FileAnchor) -> None:
    before = {"app/__init__.py": "", "app/prices.py": SERVICE, "app/bill.py": CALLER}
    found = reviewed(repository, before, after, "mypy", flags={"mypy": {"python": sys.executable}})
    finding = found.shown[0]
    gone = isinstance(anchor, FileAnchor)
    assert (finding.path, finding.rule) == ("app/bill.py", "import-not-found" if gone else "attr-defined")
    assert finding.status is Status.INTRODUCED
    assert finding.anchor == anchor


def test_a_caller_on_a_line_that_was_not_changed_is_told_at_the_change(repository: Builder) -> None:
    before = SERVICE + "\n" * 30 + "def bill() -> int:\n    return total([1, 2])\n"
    found = reviewed(
        repository, {"app/prices.py": before}, {"app/prices.py": before.replace(SERVICE, ASKS_MORE)}, "mypy"
    )
    (finding,) = found.shown
    assert (finding.span and finding.span.line, finding.anchor) == (34, Anchor("app/prices.py", 1))


def test_without_the_packages_of_the_project_what_follows_from_that_is_no_news(repository: Builder) -> None:
    code = (
        "import fastapi\nfrom sqlalchemy.orm import DeclarativeBase\nfrom alembic import op\n"
        "class Base(DeclarativeBase): ...\n"
        "@fastapi.get('/')\ndef load(key: str) -> str:\n    return fastapi.load(key)\n"
        "def wrong() -> int:\n    return 'x'\n"
    )
    found = reviewed(repository, {"alembic/env.py": ""}, {"app/a.py": code}, "mypy")
    (finding,) = found.shown
    assert (finding.rule, finding.level) == ("return-value", Level.WARNING)
    (notice,) = found.problems
    assert (notice.kind, notice.blocking, notice.quiet) == ("packages-unknown", False, True)
    assert "fastapi, sqlalchemy" in notice.message


def test_with_the_packages_of_the_project_a_finding_is_an_error(repository: Builder) -> None:
    code = "import libcst\n\n\ndef module() -> libcst.Module:\n    return libcst.Name('x')\n"
    found = reviewed(repository, {}, {"app/a.py": code}, "mypy", flags={"mypy": {"python": sys.executable}})
    (finding,) = found.shown
    assert (finding.rule, finding.level, found.problems) == ("return-value", Level.ERROR, ())


def test_what_only_a_plugin_would_know_is_no_finding(repository: Builder) -> None:
    models = (
        "from pydantic import BaseModel, Field, field_validator\n\n\n"
        "class Recipe(BaseModel):\n    org_url: str = Field(alias='orgURL')\n    slug: str\n\n"
        "    @field_validator('slug')\n    def lower(slug: str) -> str:\n        return slug.lower()\n\n\n"
        "class Plain:\n    def __init__(self, slug: str) -> None: ...\n"
    )
    use = (
        "from app.models import Plain, Recipe\n\n\ndef make() -> list[object]:\n"
        "    return [Recipe(org_url='x', slug=1), Recipe(slug=['a', 1]), Plain(1), Plain(other=1)]\n"
    )
    files = {"app/__init__.py": "", "app/models.py": models, "app/use.py": use}
    found = reviewed(repository, {}, files, "mypy", flags={"mypy": {"python": sys.executable}})
    assert [(each.path, each.params["text"]) for each in found.shown] == [
        ("app/use.py", 'Argument 1 to "Plain" has incompatible type "int"; expected "str"'),
        ("app/use.py", 'Unexpected keyword argument "other" for "Plain"'),
    ]


def test_tests_and_migrations_need_no_types_but_right_ones(repository: Builder) -> None:
    code = "def load(key):\n    return key\n\n\ndef test_a():\n    wrong: int = 'x'\n    assert load(wrong)\n"
    found = reviewed(repository, {}, {"tests/test_a.py": code, "alembic/versions/a.py": code}, "mypy")
    assert {each.rule for each in found.findings} == {"assignment"}


LAYOUTS: dict[str, Files] = {
    "broken": {"app/broken.py": "def (:\n"},
    "two broken": {"app/broken.py": "def (:\n", "app/more.py": "x = [\n"},
    "folder that is no name": {"my-tool/__init__.py": "", "my-tool/a.py": "x: int = 1\n"},
    "module and package": {"app/double.py": "x = 1\n", "app/double/__init__.py": "y = 1\n"},
    "odd names": {"@args.py": "x = 1\n", "-v.py": "x = 1\n", "a b.py": "x = 1\n"},
    "two names": {
        "src/lib/__init__.py": "",
        "src/lib/a.py": "x = 1\n",
        "b.py": "from src.lib import a\nfrom lib import a as c\n",
    },
    "two roots": {"one/src/app/__init__.py": "", "two/src/app/__init__.py": ""},
    "names of libraries": {"json.py": "def loads(x: str) -> int: ...\n", "typing.py": "x = 1\n"},
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_layout_and_no_broken_file_silences_it(repository: Builder, layout: str) -> None:
    before = {"app/__init__.py": "", "app/prices.py": SERVICE, **LAYOUTS[layout]}
    found = reviewed(repository, before, {"app/prices.py": SERVICE + WRONG}, "mypy")
    assert names(found.shown) == [("mypy:return-value", "app/prices.py", 6)]
    assert [each for each in found.problems if each.blocking] == []


def test_a_broken_file_fixes_nothing_elsewhere(repository: Builder) -> None:
    before = {"app/__init__.py": "", "app/prices.py": ASKS_MORE, "app/bill.py": CALLER}
    found = reviewed(repository, before, {"app/prices.py": "def (:\n", "app/bill.py": CALLER + "\n"}, "mypy")
    assert [each.status for each in found.findings if each.path == "app/bill.py"] == []
    assert "mypy" not in found.tools.complete


@pytest.mark.parametrize(
    "files",
    [
        {"mypy.ini": "[mypy]\nplugins = ./evil.py\n"},
        {"setup.cfg": "[mypy]\nplugins = evil\n"},
        {"pyproject.toml": '[tool.mypy]\nplugins = ["evil.py"]\n'},
        {".mypy.ini": "[mypy]\nplugins = evil\npython_executable = ./evil.sh\nhtml_report = .\n"},
        {"a.py": "# mypy: plugins=evil.py\n"},
    ],
)
@pytest.mark.parametrize(
    "own", ["", '[mypy]\nconfig = "project"\n', '[mypy]\nconfig = "project"\ntrust-plugins = true\n']
)
def test_no_plugin_of_the_project_runs(repository: Builder, tmp_path: Path, files: Files, own: str) -> None:
    trace = tmp_path / "trace"
    hostile = {
        "evil.py": PLUGIN.format(trace=str(trace)),
        "evil.sh": f"#!/bin/sh\ntouch {trace}\n",
        "reviewer.toml": own,
    }
    (repository.root / "evil.sh").touch(mode=0o755)
    found = reviewed(repository, {**hostile, **files}, {"a.py": "# mypy: plugins=evil.py\n\nx: int = 'a'\n"}, "mypy")
    assert not trace.exists()
    assert [each.rule for each in found.shown] == ["assignment"]
    left_out = {each.message.rpartition(": ")[2] for each in found.problems if each.kind == "plugins-left-out"}
    named = "project" in own and "a.py" not in files
    assert left_out == ({"./evil.py", "evil", "evil.py"} & left_out if named else set())
    assert bool(left_out) is named


def test_a_trusted_plugin_runs_where_there_is_nothing_to_take(repository: Builder, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    own = '[mypy]\nconfig = "project"\ntrust-plugins = true\n'
    before = {
        "mypy.ini": "[mypy]\nplugins = good.py\n",
        "good.py": "from mypy.plugin import Plugin\n"
        f"open({str(trace)!r}, 'w')\ndef plugin(version):\n    return Plugin\n",
        "reviewer.toml": own,
    }
    reviewed(repository, before, {"a.py": "x = 1\n"}, "mypy", trusted=True)
    assert trace.exists()


def test_the_settings_of_the_project_count_where_it_says_so_and_those_of_the_base_alone(repository: Builder) -> None:
    before = {
        "pyproject.toml": '[tool.mypy]\nwarn_unreachable = true\n[[tool.mypy.overrides]]\nmodule = "app.old"\n'
        'ignore_errors = true\n[tool.reviewer.mypy]\nconfig = "project"\n',
        "app/__init__.py": "",
    }
    code = "def a(b: list) -> int:\n    return 1\n\n\ndef c() -> int:\n    return 'x'\n"
    found = reviewed(
        repository, before, {"app/a.py": code, "app/old.py": code, "mypy.ini": "[mypy]\nignore_errors = true\n"}, "mypy"
    )
    assert names(found.shown) == [("mypy:return-value", "app/a.py", 6)]


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], None]:
    """Puts a script in the place of mypy."""

    def put(script: str) -> None:
        place = tmp_path / "mypy_instead.py"
        place.write_text(script)
        monkeypatch.setattr(
            mypy, "python", lambda *args, **options: heard.run([sys.executable, str(place), *args], **options)
        )

    return put


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("import time\ntime.sleep(60)\n", "did not end within"),
        ("import sys\nsys.exit(3)\n", "exit code 3: without a word"),
        ("raise KeyError('inside')\n", "not understood|KeyError: 'inside'"),
        ("print('Success: no issues found')\n", "not understood .*Success: no issues"),
        ("print('{\"file\": 1}')\n", "not understood"),
    ],
)
def test_a_mypy_that_does_not_work_is_a_problem_and_the_rest_stands(
    repository: Builder, slow: Callable[[str], None], script: str, told: str
) -> None:
    slow(script)
    long = "def a() -> None:\n" + "    print('x')\n" * 30
    found = reviewed(repository, {"app/a.py": ""}, {"app/a.py": long}, "mypy", flags={"mypy": {"timeout": 1}})
    assert [each.rule for each in found.shown] == ["function-too-long"]
    blocking = [each for each in found.problems if each.blocking]
    assert {each.kind for each in blocking} == {"tool-failed"}
    assert all(re.search(told, each.message) for each in blocking)
    assert found.tools.complete == ()


def test_a_mypy_that_is_missing_is_a_problem(repository: Builder, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: str) -> str:
        raise PackageNotFoundError

    monkeypatch.setattr(heard, "version", missing)
    found = reviewed(repository, {}, {"app/a.py": "x = 1\n"}, "mypy")
    assert [each.message for each in found.problems] == [
        "mypy is not installed; install it: pip install 'mypy>=2.1', or ignore 'mypy'"
    ]


@pytest.mark.parametrize("python", ["no/such/python", ".venv/bin/python"])
def test_an_interpreter_that_cannot_be_used_is_told(repository: Builder, python: str) -> None:
    files = {"app/a.py": "x = 1\n", ".venv/bin/python": "#!/bin/sh\n", "reviewer.toml": f'mypy.python = "{python}"\n'}
    base = {path: content for path, content in files.items() if path != "app/a.py"}
    repository.write(".venv/bin/python", "#!/bin/sh\n").chmod(0o755)
    found = reviewed(repository, base, {"app/a.py": "x = 1\n"}, "mypy")
    (problem,) = found.problems
    assert problem.message.startswith(f"mypy does not run: the Python {python} ")
    assert problem.message.endswith("mend `mypy.python`")


def test_a_second_run_starts_from_what_the_first_one_knew(repository: Builder, cache: Path) -> None:
    before = {"app/__init__.py": "", "app/prices.py": SERVICE}
    trees = set(cache.glob("reviewer/mypy/*/tree"))
    reviewed(repository, before, {"app/prices.py": SERVICE + WRONG}, "mypy")
    (place,) = (tree.parent for tree in set(cache.glob("reviewer/mypy/*/tree")) - trees)
    written = (place / "tree/app/__init__.py").stat().st_mtime_ns
    found = reviewed(repository, {}, {"app/prices.py": SERVICE}, "mypy")
    assert [each.status for each in found.findings] == [Status.FIXED]
    assert (place / "tree/app/__init__.py").stat().st_mtime_ns == written
    assert (place / "tree/app/prices.py").read_text() == SERVICE
    assert (place.stat().st_mode & 0o777) == 0o700


@pytest.mark.parametrize(("asked", "found"), [(">=3.9", []), (">=3.11", ["syntax"]), (">=3.12", [])])
def test_the_code_is_read_as_the_python_that_the_project_is_for(
    repository: Builder, asked: str, found: list[str]
) -> None:
    project = f'[project]\nname = "a"\nrequires-python = "{asked}"\n'
    review = reviewed(repository, {"pyproject.toml": project, "a.py": ""}, {"a.py": "type Key = int\n"}, "mypy")
    assert [each.rule for each in review.shown] == found


def test_what_was_put_aside_stays_so_however_often_mypy_is_asked(repository: Builder) -> None:
    homes = ("one-app/app", "two-app/app")
    before = {f"{home}/{name}.py": "" for home in homes for name in ("__init__", "a")}
    before |= {"one-app/app/wrong.py": "x: int = 's'\n"}
    after = {"one-app/app/wrong.py": "def (:\n", "two-app/app/a.py": "y: str = 1\n"}
    review = reviewed(repository, before, after, "mypy")
    assert [(each.path, each.rule) for each in review.shown if each.source == "mypy"] == [
        ("two-app/app/a.py", "assignment")
    ]
    assert [each for each in review.fixed if each.source == "mypy"] == []
    assert "mypy" not in review.tools.complete


def test_a_cache_that_mypy_breaks_over_is_thrown_away_once(
    repository: Builder, slow: Callable[[str], None], tmp_path: Path
) -> None:
    count = tmp_path / "count"
    slow(
        "import pathlib, sys\n"
        f"with open({str(count)!r}, 'a') as file: file.write('.')\n"
        "cache = next(each for each in sys.argv if each.startswith('--cache-dir=')).partition('=')[2]\n"
        "pathlib.Path(cache).mkdir(parents=True, exist_ok=True)\n"
        "sys.exit('INTERNAL ERROR')\n"
    )
    review = reviewed(repository, {}, {"a.py": "x = 1\n"}, "mypy")
    assert "INTERNAL ERROR" in review.problems[0].message
    assert count.read_text() == ".."


def test_what_a_name_made_by_a_call_has_may_not_be_known(repository: Builder) -> None:
    made = (
        "from typing import NewType\nfrom sqlalchemy import Session\n"
        "Read = NewType('Read', Session)\nWrite = NewType('Write', Read)\n"
    )
    use = (
        "from app.db import Read, Write\n\n\ndef run(session: Write, either: Read | Write) -> object:\n"
        "    return session.execute('x') or either.get('x')\n"
    )
    review = reviewed(repository, {"app/__init__.py": ""}, {"app/db.py": made, "app/use.py": use}, "mypy")
    assert review.shown == ()
