"""The configuration: sources laid over each other, and messages that name place and nearest right word."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.config import Config, load, matches
from reviewer.errors import ConfigError
from reviewer.model import Confidence, Level


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("REVIEWER_"):
            monkeypatch.delenv(name)


def from_pyproject(table: str, **flags: object) -> Config:
    return load({"pyproject.toml": f"[tool.reviewer]\n{table}".encode()}, flags)


def test_without_any_file_the_defaults_count() -> None:
    config = load({}, {})
    assert config.select == ("all",)
    assert config.fail_on is Level.ERROR
    assert config.min_confidence is Confidence.MEDIUM


def test_the_environment_goes_before_the_file_and_a_flag_before_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REVIEWER_SELECT", "persistence, functions")
    monkeypatch.setenv("REVIEWER_FAIL_ON", "warning")
    config = from_pyproject('select = ["layers"]\nfail-on = "advice"\nexclude = ["old"]', fail_on="never")
    assert config.select == ("persistence", "functions")
    assert config.fail_on is None
    assert config.exclude == ("old",)


def test_reviewer_toml_needs_no_table_and_goes_before_pyproject() -> None:
    files = {"pyproject.toml": b'[tool.reviewer]\nselect = ["layers"]', "reviewer.toml": b'select = ["functions"]'}
    assert load(files, {}).select == ("functions",)


def test_a_list_of_layer_names_replaces_the_default_one_and_leaves_the_others() -> None:
    config = from_pyproject('[tool.reviewer.layers]\nuse-cases = ["flows"]')
    assert config.layers.use_cases == ("flows",)
    assert config.layers.domain == ("domain",)


def test_a_table_of_the_environment_is_laid_over_the_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REVIEWER_LAYERS__DOMAIN", '["core"]')
    config = from_pyproject('[tool.reviewer.layers]\nuse-cases = ["flows"]')
    assert (config.layers.domain, config.layers.use_cases) == (("core",), ("flows",))


def test_what_a_layer_may_not_import_is_a_list_that_replaces_the_default_one() -> None:
    config = from_pyproject('[tool.reviewer.imports]\nuse-cases = ["orm", "acme"]\ntype-checking = "allow"')
    assert (config.imports.use_cases, config.imports.type_checking) == (("orm", "acme"), "allow")
    assert "pydantic" not in config.imports.domain


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (
            "[tool.reviewer.imports]\ndomian = []",
            "imports.domian in pyproject.toml is no setting; did you mean 'domain'?",
        ),
        ("selct = []", "tool.reviewer.selct in pyproject.toml is no setting; did you mean 'select'?"),
        ("[tool.reviewer.layers]\ndomian = []", "tool.reviewer.layers.domian in pyproject.toml is no setting; "),
        ('fail-on = "errors"', "tool.reviewer.fail-on in pyproject.toml: it takes error, warning"),
        ("select = 3", "tool.reviewer.select in pyproject.toml: Input should be a valid tuple; it is 3"),
        ("a = [", "pyproject.toml can't be read as TOML"),
        (
            'docs-url = "http://example.com"',
            "tool.reviewer.docs-url in pyproject.toml: it takes the address of the folder that `reviewer docs --site`",
        ),
        ('[tool.reviewer.per-path."a"]\nignored = []', "did you mean 'ignore'?"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(table: str, message: str) -> None:
    with pytest.raises(ConfigError) as raised:
        from_pyproject(table)
    assert message in str(raised.value)


def test_a_table_that_is_none_and_a_file_that_is_no_text_are_refused() -> None:
    with pytest.raises(ConfigError, match="is no table"):
        load({"pyproject.toml": b"[tool]\nreviewer = 3"}, {})
    with pytest.raises(ConfigError, match="can't be read as TOML"):
        load({"reviewer.toml": b"\xff\xfe"}, {})


def test_a_variable_spelled_wrong_is_named_and_a_foreign_one_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REVIEWER_COMPANY", "x")
    load({}, {})
    monkeypatch.setenv("REVIEWER_SELET", "x")
    with pytest.raises(ConfigError, match="REVIEWER_SELET is no setting; did you mean 'REVIEWER_SELECT'"):
        load({}, {})


def test_a_broken_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REVIEWER_LAYERS", "{")
    with pytest.raises(ConfigError, match="the environment: "):
        load({}, {})
    monkeypatch.delenv("REVIEWER_LAYERS")
    monkeypatch.setenv("REVIEWER_MIN_CONFIDENCE", "sure")
    with pytest.raises(ConfigError, match="the variable REVIEWER_MIN_CONFIDENCE: Input should be 'high'"):
        load({}, {})


def test_a_path_adds_to_the_ignored_rules_and_narrows_the_selected_ones() -> None:
    config = from_pyproject(
        'ignore = ["class-too-long"]\n'
        "[tool.reviewer.rules.function-too-long]\nlimit = 30\n"
        '[tool.reviewer.per-path."scripts/**"]\nignore = ["missing-type-hint"]\nselect = ["functions"]\n'
        '[tool.reviewer.per-path."scripts/**".rules.function-too-long]\nlimit = 90\n'
    )
    assert config.selection(config.overrides("app/a.py")).rules == {"function-too-long": {"limit": 30}}
    script = config.selection(config.overrides("scripts/a.py"))
    assert script.select == ("functions",)
    assert script.ignore == ("class-too-long", "missing-type-hint")
    assert script.rules == {"function-too-long": {"limit": 90}}


@pytest.mark.parametrize(
    ("glob", "path", "expected"),
    [
        ("app", "app/a/b.py", True),
        ("app", "src/app/b.py", True),
        ("/app", "src/app/b.py", False),
        ("./app", "app/b.py", True),
        ("./app", "src/app/b.py", False),
        ("a/*.py", "a/b/c.py", False),
        ("a/**/c.py", "a/c.py", True),
        ("a/**/c.py", "a/b/b/c.py", True),
        ("*_pb2.py", "a/x_pb2.py", True),
        ("a?.py", "ab.py", True),
        ("a?.py", "a/.py", False),
        ("a.py", "axpy", False),
        ("generated/", "app/generated/x.py", True),
    ],
)
def test_globs_read_as_in_a_gitignore(glob: str, path: str, expected: bool) -> None:
    assert matches(path, glob) is expected


@given(st.lists(st.text(alphabet="ab.[]()+^$\\ ", min_size=1), min_size=1, max_size=4).map("/".join))
def test_a_path_without_wildcards_matches_itself(path: str) -> None:
    stripped = path.strip("/")
    assert matches(stripped, "/" + stripped)
