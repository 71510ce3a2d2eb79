"""Which checks a configuration selects, and what is said about names that do not exist."""

import pytest

from reviewer import registry
from reviewer.config import Config, load
from reviewer.errors import ConfigError
from reviewer.model import Level


def config(toml: str) -> Config:
    return load({"reviewer.toml": toml.encode()}, {})


def names(toml: str, *overrides: str) -> set[str]:
    return {check.name for check in registry.selected(config(toml), overrides)}


def test_all_means_every_rule_but_advice() -> None:
    assert names("") == {check.name for check in registry.all_checks() if check.level is not Level.ADVICE}


def test_a_rule_a_family_and_a_level_can_be_selected() -> None:
    assert names('select = ["function-too-long"]') == {"function-too-long"}
    assert "class-too-long" in names('select = ["functions"]')
    assert "function-too-long" not in names('select = ["error"]')


def test_a_rule_brings_the_rules_it_requires_unless_they_are_ignored() -> None:
    only = 'select = ["orm-model-outside-repository"]\n'
    assert names(only) == {"orm-model-outside-repository", "repository-layer-not-found"}
    assert names(only + 'ignore = ["repository-layer-not-found"]') == {"orm-model-outside-repository"}


def test_ignore_wins_over_select() -> None:
    assert not names('select = ["functions"]\nignore = ["functions"]')


def test_a_path_can_have_rules_and_settings_of_its_own() -> None:
    toml = '[per-path."scripts/**"]\nselect = ["function-too-long"]\nrules.function-too-long.limit = 90'
    (check,) = registry.selected(config(toml), ["scripts/**"])
    assert check.settings.model_dump()["limit"] == 90
    assert len(names(toml)) > 1


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        (
            'select = ["functoin-too-long"]',
            "select in reviewer.toml: there is no rule 'functoin-too-long', did you mean 'function-too-long'?",
        ),
        ('ignore = ["persistense"]', "ignore in reviewer.toml: there is no rule 'persistense', did you mean 'persist"),
        ("[rules.nested-to-deep]", "rules in reviewer.toml: there is no rule 'nested-to-deep', did you mean 'nested-"),
        (
            "[rules.function-too-long]\nlimits = 3",
            "rules.function-too-long in reviewer.toml: 'limits' is no setting of this rule; did you mean 'limit'?",
        ),
        (
            '[rules.function-too-long]\nlimit = "x"',
            "rules.function-too-long in reviewer.toml: limit: Input should be a valid integer",
        ),
        ('[per-path."a/**"]\nignore = ["zzzz"]', "per-path.a/**.ignore in reviewer.toml: there is no rule 'zzzz';"),
    ],
)
def test_a_wrong_name_is_said_with_its_place_and_the_nearest_right_one(toml: str, message: str) -> None:
    with pytest.raises(ConfigError) as raised:
        registry.validate(config(toml))
    assert message in str(raised.value)


def test_a_sound_configuration_is_valid() -> None:
    registry.validate(config('select = ["all", "advice"]\n[rules.function-too-long]\nlimit = 30'))


def test_a_rule_is_found_by_its_name() -> None:
    assert registry.find("unparsable-file").level is Level.ERROR
    with pytest.raises(ConfigError, match="there is no rule 'nope'"):
        registry.find("nope")


def test_no_two_checks_share_a_name_and_all_are_sorted() -> None:
    found = [check.name for check in registry.all_checks()]
    assert found == sorted(set(found))
