"""The words of `select` and `ignore` for the rules of tools."""

import pytest

from reviewer import registry
from reviewer.config import load
from reviewer.errors import ConfigError
from reviewer.tools.rules import all_rules, rule
from tests.changes import names, reviewed
from tests.repositories import Builder

CODE = "import os\n\n\ndef load(flag: bool) -> int:\n    print('x')\n    return 'x'\n"


def selected(toml: str) -> set[str]:
    config = load({"reviewer.toml": toml.encode()}, {})
    registry.validate(config)
    wants = registry.tool_filter(config)
    return {each.name for each in (*all_rules(), rule("mypy", "some-code")) if wants(each)}


def test_by_default_all_run_but_what_is_advice() -> None:
    chosen = selected("")
    assert {"ruff:C901", "mypy:arg-type", "coverage:uncovered", "radon:complexity", "mypy:some-code"} <= chosen
    assert {"ruff:D103", "ruff:T201", "ruff:PT006"}.isdisjoint(chosen)


@pytest.mark.parametrize(
    ("select", "inside", "outside"),
    [
        ('["ruff"]', {"ruff:C901", "ruff:S105"}, {"mypy:arg-type", "ruff:D103", "coverage:uncovered"}),
        ('["mypy"]', {"mypy:arg-type", "mypy:some-code"}, {"ruff:C901"}),
        ('["mypy:arg-type"]', {"mypy:arg-type"}, {"mypy:return-value", "ruff:C901"}),
        ('["security"]', {"ruff:S105", "ruff:S608"}, {"ruff:C901", "mypy:arg-type"}),
        ('["advice"]', {"ruff:D103"}, {"ruff:C901"}),
        ('["ruff:D103"]', {"ruff:D103"}, {"ruff:D102"}),
        ('["error"]', {"ruff:S105", "mypy:arg-type"}, {"ruff:C901", "mypy:no-untyped-def"}),
        ('["persistence"]', set(), {"ruff:C901", "mypy:arg-type"}),
        ('["coverage"]', {"coverage:uncovered"}, {"radon:complexity"}),
    ],
)
def test_a_word_means_a_rule_a_tool_a_family_or_a_level(select: str, inside: set[str], outside: set[str]) -> None:
    chosen = selected(f"select = {select}")
    assert inside <= chosen
    assert outside.isdisjoint(chosen)


def test_ignore_takes_out_what_select_puts_in() -> None:
    assert {"mypy:arg-type", "mypy:some-code"}.isdisjoint(selected('ignore = ["mypy"]'))
    assert selected('ignore = ["ruff:C901"]') & {"ruff:C901", "ruff:S105"} == {"ruff:S105"}


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ('select = ["mypy:arg-typ"]', "there is no rule 'mypy:arg-typ'"),
        ('ignore = ["ruf"]', "did you mean 'ruff'"),
        ('select = ["ruff:c901"]', "did you mean 'ruff:C901'"),
        ('mypy.config = "mine"', "mypy.config in reviewer.toml: Input should be 'standard' or 'project'"),
        ("mypy.timeout = 0", "mypy.timeout in reviewer.toml: Input should be greater than 0"),
        ("coverage.threshold = 101", "coverage.threshold in reviewer.toml: Input should be less than or equal to 100"),
        ("mypy.trust-plugin = true", "did you mean 'trust-plugins'"),
    ],
)
def test_a_word_that_means_nothing_is_an_error_with_the_nearest_one(toml: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message.replace(".", r"\.")):
        selected(toml)


def test_a_tool_of_which_nothing_is_selected_does_not_run() -> None:
    assert registry.wanted_tools(load({}, {"select": "persistence"})) == frozenset()
    assert registry.wanted_tools(load({}, {"select": "mypy:arg-type,ruff:UP006"})) == {"mypy", "ruff"}
    config = load({"reviewer.toml": b'select = ["persistence"]\n[per-path."a.py"]\nselect = ["coverage"]\n'}, {})
    assert registry.wanted_tools(config) == {"coverage"}


def test_another_selection_can_hold_for_some_files(repository: Builder) -> None:
    own = (
        'select = ["ruff"]\n[per-path."app/old/**"]\nignore = ["ruff:FBT001"]\n'
        '[per-path."app/new.py"]\nselect = ["mypy"]\n'
    )
    files = {"app/a.py": CODE, "app/old/a.py": CODE, "app/new.py": CODE}
    review = reviewed(repository, {"reviewer.toml": own}, files, "ruff mypy")
    assert names(review.findings) == [("ruff:FBT001", "app/a.py", 4), ("mypy:return-value", "app/new.py", 6)]


@pytest.mark.parametrize(
    ("rule", "about"),
    [
        ("ruff:C901", "`ruff:C901` finds nothing there"),
        ("mypy:arg-type", "`mypy:arg-type` finds nothing there"),
        ("ruff:c901", "there is no rule `ruff:c901`, the nearest is `ruff:C901`"),
        ("coverage:uncovered", None),
    ],
)
def test_a_comment_that_hides_nothing_of_a_tool_is_told(repository: Builder, rule: str, about: str | None) -> None:
    code = f"def load() -> int:  # reviewer: ignore[{rule}] a reason\n    return 1\n"
    review = reviewed(repository, {"app/a.py": ""}, {"app/a.py": code}, "ruff mypy")
    assert [each.params["because"] for each in review.shown] == ([about] if about else [])
