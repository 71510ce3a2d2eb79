"""Coverage reports: what they say of a change, and when they are refused."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from reviewer.errors import ToolError
from reviewer.model import Anchor, Level, Review, Status
from reviewer.report.measures import covered
from reviewer.tool_results import Coverage
from reviewer.tools.coverage import Reported, carried, of_files, read, statements
from tests.changes import Files, commit, names, reviewed
from tests.repositories import Builder

OLD = "def ready(key: int) -> bool:\n    return key > 0\n"
NEW = OLD + (
    "\n\n"
    "def total(keys: list[int]) -> int:\n"  # 5
    "    found = 0\n"
    "    for key in keys:\n"
    "        if key > 10:\n"
    "            found += max(\n"
    "                key,\n"  # 10
    "                11,\n"
    "            )\n"
    "            found += 1\n"
    "        else:\n"
    "            found += 2\n"  # 15
    "    return found\n"
)
LINES = {1: 1, 2: 1, 5: 1, 6: 1, 7: 1, 8: 1, 9: 0, 13: 0, 15: 1, 16: 1}
XML = (
    '<?xml version="1.0" ?>\n<coverage version="7"><sources><source>/home/ci/work/shop</source></sources><packages>'
    "<package><classes><class filename={name!r}><lines>{lines}</lines></class></classes></package></packages>"
    "</coverage>"
)


def xml(lines: dict[int, int] = LINES, name: str = "app/jobs.py") -> bytes:
    entries = "".join(f'<line number="{number}" hits="{hits}"/>' for number, hits in lines.items())
    return XML.format(name=name, lines=entries).encode()


def as_json(lines: dict[int, int] = LINES, name: str = "app/jobs.py") -> bytes:
    file = {
        "executed_lines": [number for number, hits in lines.items() if hits],
        "missing_lines": [number for number, hits in lines.items() if not hits],
    }
    return json.dumps({"meta": {"format": 3}, "files": {name: file}}).encode()


def lcov(lines: dict[int, int] = LINES, name: str = "app/jobs.py") -> bytes:
    entries = "".join(f"DA:{number},{hits}\n" for number, hits in lines.items())
    return f"TN:\nSF:{name}\n{entries}LF:9\nend_of_record\n".encode()


def with_report(repository: Builder, data: bytes, after: Files | None = None, **options: object) -> Review:
    """The review of a change that adds a function, with a report about it."""
    change = {"app/jobs.py": NEW} if after is None else after
    return reviewed(repository, {"app/jobs.py": OLD}, change, "coverage", coverage=data, **options)


@pytest.mark.parametrize("form", [xml, as_json, lcov])
def test_what_no_test_runs_of_the_change_is_told_as_ranges(repository: Builder, form: Callable[[], bytes]) -> None:
    found = with_report(repository, form())
    (finding,) = found.shown
    assert (finding.name, finding.level, finding.status) == ("coverage:uncovered", Level.WARNING, Status.INTRODUCED)
    assert finding.message == "No test runs lines 9 to 13 of `total`, which this change brings."
    assert finding.anchor == Anchor("app/jobs.py", 13, 9)
    assert found.tools.coverage == Coverage(6, 8, 80.0)
    assert found.tools.complete == ("coverage",)
    assert covered(found.tools.coverage) == "Tests run 6 of 8 changed statements: 75 %, and 80 % are asked for."


def test_where_as_much_runs_as_is_asked_for_the_rest_is_hidden(repository: Builder) -> None:
    found = with_report(repository, xml(), flags={"coverage": {"threshold": 75}})
    assert [each.hidden_because for each in found.findings] == ["within the coverage asked for"]
    assert found.tools.coverage == Coverage(6, 8, 75.0)


def test_a_statement_that_was_there_is_none_of_the_change(repository: Builder) -> None:
    lines = LINES | {2: 0, 9: 1, 13: 1}
    assert with_report(repository, xml(lines)).findings == ()


def test_a_function_that_only_moved_is_none_of_the_change(repository: Builder) -> None:
    other = "\n\nclass Jobs:\n    def later(self) -> int:\n        return 1\n"
    moved = {"app/jobs.py": other.strip() + "\n\n\n" + OLD}
    found = with_report(repository, xml({1: 1, 2: 1, 3: 0, 6: 1, 7: 0}), moved)
    assert names(found.shown) == [("coverage:uncovered", "app/jobs.py", 3)]


def test_lines_of_another_commit_are_carried_to_the_head(repository: Builder) -> None:
    commit(repository, {"app/jobs.py": OLD})
    ran_on = commit(repository, {"app/jobs.py": NEW})
    shifted = "# A word.\n\n" + NEW.replace("            found += 1\n", "            found += 3\n")
    found = reviewed(
        repository,
        {"app/jobs.py": OLD},
        {"app/jobs.py": shifted},
        "coverage",
        coverage=xml(),
        coverage_commit=ran_on,
    )
    # What was edited since is unknown, and so is no fault.
    assert names(found.shown or found.findings) == [("coverage:uncovered", "app/jobs.py", 11)]
    assert found.tools.coverage == Coverage(6, 7, 80.0)


@pytest.mark.parametrize(
    ("data", "options", "reason"),
    [
        (xml(LINES | {4: 1}), {}, "line 4 of app/jobs.py, where no statement stands"),
        (xml(LINES | {99: 0}), {}, "line 99 of app/jobs.py, where no statement stands"),
        (xml(), {"coverage_commit": "f" * 40}, "is no commit of"),
        (b"", {}, "names no file"),
        (b"hello", {}, "names no file"),
        (b"<html>", {}, "no coverage.xml"),
        (b"<coverage/>", {}, "names no file"),
        (b'{"files": 3}', {}, "no coverage.xml, coverage.json or lcov.info"),
        (b'{"files": {"a.py": {"executed_lines": ["x"], "missing_lines": []}}}', {}, "no coverage.xml"),
        (b"[" * 100_000, {}, "names no file"),
        (b'{"files":' + b"[" * 100_000, {}, "no coverage.xml"),
        (b'<!DOCTYPE c [<!ENTITY a "b">]><coverage/>', {}, "it defines entities"),
        (b"SF:app/jobs.py\nDA:x,y\n", {}, "no coverage.xml"),
        (b"\xff\xfe\x00", {}, "no coverage.xml"),
    ],
)
def test_a_report_that_cannot_be_right_is_refused(
    repository: Builder, data: bytes, options: dict[str, object], reason: str
) -> None:
    found = with_report(repository, data, None, **options)
    (problem,) = found.problems
    assert (problem.kind, problem.blocking) == ("coverage-refused", True)
    assert reason in problem.message
    assert found.findings == ()
    assert found.tools.coverage is None


def test_files_that_the_report_does_not_name_are_counted(repository: Builder) -> None:
    found = with_report(
        repository, xml(), {"app/jobs.py": NEW, "app/other.py": "x = 1\n", "tests/test_a.py": "x = 1\n"}
    )
    assert found.tools.coverage == Coverage(6, 8, 80.0, 1)
    assert covered(Coverage(0, 0, 80.0, 2)) == (
        "The change has no statement that the coverage report knows. 2 changed files are not in the report."
    )


def test_a_comment_hides_what_no_test_runs(repository: Builder) -> None:
    hidden = NEW.replace("found += max(", "found += max(  # reviewer: ignore[coverage:uncovered] by hand")
    found = with_report(repository, xml(), {"app/jobs.py": hidden})
    assert [each.hidden_because for each in found.findings] == ["suppressed by this change"]


@pytest.mark.parametrize(
    ("name", "sources", "home"),
    [
        ("app/jobs.py", (), "app/jobs.py"),
        ("jobs.py", ("/home/ci/work/shop/app",), "app/jobs.py"),
        ("/home/ci/work/shop/app/jobs.py", (), "app/jobs.py"),
        ("app\\jobs.py", ("C:\\work",), "app/jobs.py"),
        ("jobs.py", (), "jobs.py"),
        ("./app/jobs.py", (), "app/jobs.py"),
    ],
)
def test_a_name_means_a_file_of_the_project(name: str, sources: tuple[str, ...], home: str) -> None:
    known = ("app/jobs.py", "jobs.py", "app/x.py")
    assert list(of_files(Reported({name: {1: True}}, sources), known, known)) == [home]


@pytest.mark.parametrize(
    ("name", "sources"),
    [("other.py", ("/home",)), ("../../etc/passwd", ()), ("vendor/foo/jobs.py", ()), ("/usr/lib/other.py", ())],
)
def test_a_name_that_means_none_is_told(name: str, sources: tuple[str, ...]) -> None:
    with pytest.raises(ToolError, match="names no file of this project"):
        of_files(Reported({name: {1: True}}, sources), ["jobs.py"], ["jobs.py"])


def test_names_that_start_elsewhere_are_none_of_the_project() -> None:
    names = ("/ci/shop/app/jobs.py", "/ci/shop/jobs.py", "/usr/lib/site-packages/foo/jobs.py", "/usr/lib/app/jobs.py")
    files = {name: {number: True} for number, name in enumerate(names)}
    known = ("app/jobs.py", "jobs.py")
    assert of_files(Reported(files), known, known) == {"app/jobs.py": {0: True}, "jobs.py": {1: True}}


def test_a_report_made_in_a_folder_below_the_root_counts_from_there() -> None:
    files = {"app/jobs.py": {1: True}, "app/a.py": {2: False}}
    known = ("backend/app/jobs.py", "backend/app/a.py", "other/app/jobs.py")
    assert of_files(Reported(files), known, known) == {"backend/app/jobs.py": {1: True}, "backend/app/a.py": {2: False}}


def test_a_line_that_ran_once_ran() -> None:
    assert read(lcov({1: 0}) + lcov({1: 2, 2: 0})).files == {"app/jobs.py": {1: True, 2: False}}


def test_what_changed_since_is_unknown() -> None:
    assert carried({1: True, 2: False}, b"a = 1\nb = 2\n", b"# x\na = 1\nb = 3\n") == {2: True}


@pytest.mark.parametrize(
    ("line", "start"),
    [(1, 1), (2, 1), (3, 3), (4, 3), (5, 5), (6, 5), (7, 7), (8, 8), (9, 9), (10, 10)],
)
def test_a_statement_starts_on_one_line(line: int, start: int) -> None:
    source = (
        "x = (1,\n     2)\ndef a(b,\n      c):\n    if (b and\n            c):\n        return 1\n    else:\n"
        "        return 2\nimport os\n"
    )
    assert statements(source.encode())(line) == start


def test_the_real_coverage_is_understood_in_all_three_forms(repository: Builder, tmp_path: Path) -> None:
    test = "from app.jobs import total\n\n\ndef test_total() -> None:\n    assert total([1]) == 2\n"
    files = {"app/__init__.py": "", "app/jobs.py": NEW, "test_jobs.py": test}
    commit(repository, files)
    coverage = [sys.executable, "-m", "coverage"]
    run = [*coverage, "run", "--include=app/*", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    environment = {"COVERAGE_FILE": str(tmp_path / "data"), "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}
    for command in (run, *([*coverage, form, "-o", str(tmp_path / form)] for form in ("xml", "json", "lcov"))):
        subprocess.run(command, cwd=repository.root, env=environment, check=True, capture_output=True)
    told = [
        names(with_report(repository, (tmp_path / form).read_bytes(), files).shown) for form in ("xml", "json", "lcov")
    ]
    assert told == [[("coverage:uncovered", "app/jobs.py", 9)]] * 3


def test_an_error_of_reading_is_one_of_ours() -> None:
    with pytest.raises(ToolError, match="more than"):
        read(b"x" * (64 * 1024 * 1024 + 1))
