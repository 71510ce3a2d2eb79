"""radon, as it is installed: what a change makes of the complexity of functions."""

import re
import sys
from pathlib import Path

import pytest

from reviewer.report.measures import change_of, files, functions
from reviewer.tool_results import Complexity, Maintainability, Tools
from reviewer.tools import heard, radon
from reviewer.tools.radon import measured
from tests.changes import reviewed
from tests.repositories import Builder

ONE = "    def create(self, key: int) -> int:\n        return key\n"
TWO = ONE.replace("        return key\n", "        if key:\n            return 1\n        return key\n")
NESTED = "def a():\n    def b(c):\n        return c or 1\n    return b\n"
SERVICE = f"class Jobs:\n{ONE}"


def told(repository: Builder, before: str, after: dict[str, str | None]) -> list[tuple[str, str, str]]:
    review = reviewed(repository, {"app/jobs.py": before}, after, "radon")
    assert review.problems == ()
    return [(each.path, each.symbol, change_of(each)) for each in review.tools.complexity]


def test_a_function_that_changed_is_told_with_its_complexity_before_and_after(repository: Builder) -> None:
    assert told(
        repository, SERVICE + "\n" + ONE.replace("create", "other"), {"app/jobs.py": f"class Jobs:\n{TWO}"}
    ) == [("app/jobs.py", "Jobs.create", "1 → 2")]


@pytest.mark.parametrize(
    ("after", "path", "symbol", "change"),
    [
        ({"app/jobs.py": f"class Orders:\n{TWO}"}, "app/jobs.py", "Orders.create", "1 → 2"),
        ({"app/jobs.py": None, "app/b.py": f"class Jobs:\n{TWO}"}, "app/b.py", "Jobs.create", "1 → 2"),
        ({"app/jobs.py": SERVICE + TWO.replace("create", "more")}, "app/jobs.py", "Jobs.more", "new → 2"),
        ({"app/jobs.py": f"{SERVICE}\n\n{NESTED}"}, "app/jobs.py", "a.b", "new → 2"),
    ],
)  # fmt: skip
def test_it_is_known_by_another_name_and_in_another_file(
    repository: Builder, after: dict[str, str | None], path: str, symbol: str, change: str
) -> None:
    assert (path, symbol, change) in told(repository, SERVICE, after)


def test_what_only_moved_did_not_change(repository: Builder) -> None:
    assert told(repository, SERVICE, {"app/jobs.py": f"import os\n\n\n{SERVICE}"}) == []
    assert told(repository, SERVICE + "\n", {"app/jobs.py": None, "app/b.py": SERVICE}) == []


def test_of_a_property_and_its_setter_the_harder_one_counts(repository: Builder) -> None:
    both = (
        "class Jobs:\n    @property\n    def key(self) -> int:\n        return 1\n\n"
        "    @key.setter\n    def key(self, to: int) -> None:\n        pass\n"
    )
    after = both.replace("        pass\n", "        if to:\n            pass\n")
    assert told(repository, both, {"app/jobs.py": after}) == [("app/jobs.py", "Jobs.key", "1 → 2")]


def test_nobody_maintains_tests_and_migrations(repository: Builder) -> None:
    review = reviewed(repository, {}, {"tests/test_a.py": SERVICE, "alembic/versions/a.py": SERVICE}, "radon")
    assert review.tools == Tools(versions={"radon": heard.installed("radon")})


def test_what_does_not_parse_has_no_complexity_and_the_others_have_theirs() -> None:
    found = measured({"a.py": b"def (:\n", "b.py": SERVICE.encode(), "c.py": "# é\n".encode("latin-1")}, {})
    assert list(found.head) == ["b.py"]
    assert found.head["b.py"].functions == (("Jobs.create", 2, 1),)
    assert (found.version, found.base, found.problems) == (heard.installed("radon"), {}, ())


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("import sys; sys.exit('radon is broken')", "exit code 1: radon is broken"),
        ("print('hello')", "not understood .*hello"),
        ("print('[{\"functions\": 1}]')", "not understood"),
        ("import time; time.sleep(60)", "did not end within 1 seconds"),
    ],
)
def test_a_radon_that_does_not_work_is_a_problem(monkeypatch: pytest.MonkeyPatch, script: str, reason: str) -> None:
    monkeypatch.setattr(radon, "TIMEOUT", 1)
    monkeypatch.setattr(radon, "python", lambda *_, **options: heard.run([sys.executable, "-c", script], **options))
    (problem,) = measured({"a.py": b"x = 1\n"}, {}).problems
    assert (problem.kind, problem.blocking) == ("tool-failed", True)
    assert re.search(reason, problem.message)
    assert problem.message.startswith(f"radon {heard.installed('radon')}: ")


def test_what_grew_most_is_told_first_and_what_is_simple_and_new_is_not() -> None:
    changes = (
        Complexity("a.py", "small", None, 5),
        Complexity("a.py", "new", None, 6),
        Complexity("a.py", "same", 9, 9),
        Complexity("a.py", "less", 9, 2),
        Complexity("a.py", "more", 7, 14),
    )
    assert [each.symbol for each in functions(Tools(complexity=changes))] == ["more", "new", "less"]


def test_an_index_that_hardly_moved_is_not_told() -> None:
    moved = (
        Maintainability("a.py", 60.0, 59.5),
        Maintainability("b.py", None, 50.0),
        Maintainability("c.py", 60.0, 50.0),
    )
    assert [(each.path, change_of(each)) for each in files(Tools(maintainability=moved))] == [("c.py", "60.0 → 50.0")]


def test_no_settings_of_anybody_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "radon.cfg").write_text("[radon]\nexclude = *\n")
    monkeypatch.setenv("RADONCFG", str(tmp_path / "radon.cfg"))
    assert list(measured({"a.py": SERVICE.encode()}, {}).head) == ["a.py"]
