import json
from pathlib import Path
from typing import Literal

import pytest
from pydantic import Field

import checks
from reviewer import docs, registry
from reviewer.api import Bad, Check, Confidence, Good, Level, Settings
from tests.unit.report.rendered import Page


class Limits(Settings):
    limit: int = Field(default=25, description="So many lines are too many | more or less.")
    allowed_names: tuple[str, ...] = ("id", "größe")
    style: Literal["plain", "loud"] = "plain"
    share: float | None = None
    layers: dict[str, str] = Field(default_factory=dict)
    anything: object = 1


class LongNight(Check):
    """A night that lasts too long | breaks the next day.

    Go to bed.
    """

    name = "long-night"
    level = Level.WARNING
    message = "`{symbol}` lasts {hours} hours."
    settings: Limits = Limits()
    examples = (
        Good(
            """
            def night():
                sleep()
            """
        ),
        Bad("def night():  # <-\n    pass\n", fixed="def night():\n    sleep()\n"),
        Bad("import day  # <-\n", files={"app/day.py": "late = True\n", "app/__init__.py": ""}, settings={"limit": 3}),
        Good('TEXT = """\n```\n"""\n', path="tests/test_night.py"),
    )


class Untold(Check):
    name = "untold"
    level = Level.ADVICE
    confidence = Confidence.LOW
    message = "x"
    requires = ("long-night",)


def sample_page() -> str:
    return docs.pages([Untold, LongNight])["unit/README.md"]


def test_a_rule_is_explained_from_its_text_to_its_settings() -> None:
    assert docs.explain(LongNight) == (
        "long-night\n"
        "warning · high confidence · unit\n"
        "\n"
        "A night that lasts too long | breaks the next day.\n"
        "\n"
        "Go to bed.\n"
        "\n"
        "Says:\n"
        "\n"
        "    `{symbol}` lasts {hours} hours.\n"
        "\n"
        "Bad:\n"
        "\n"
        "    def night():  # <-\n"
        "        pass\n"
        "\n"
        "Good:\n"
        "\n"
        "    def night():\n"
        "        sleep()\n"
        "\n"
        "Settings:\n"
        "\n"
        "    [tool.reviewer.rules.long-night]\n"
        "    limit = 25  # integer: So many lines are too many | more or less.\n"
        '    allowed-names = ["id", "größe"]  # list of text\n'
        '    style = "plain"  # one of "plain", "loud"\n'
        "    share = none  # number or none\n"
        "    layers = {}  # table\n"
        "    anything = 1  # any\n"
    )


def test_a_rule_without_examples_and_settings_is_explained_without_them() -> None:
    assert docs.explain(Untold) == "untold\nadvice · low confidence · unit\n\nSays:\n\n    x\n"


def test_the_table_of_rules_has_a_line_for_each() -> None:
    assert docs.rules_table([LongNight, Untold]) == (
        "rule        family  level    what it finds\n"
        "long-night  unit    warning  A night that lasts too long | breaks the next day.\n"
        "untold      unit    advice\n"
    )


def test_the_rules_as_json_tell_everything_but_the_examples() -> None:
    listed = json.loads(docs.rules_json([LongNight, Untold]))
    assert listed["schema"] == 1
    night, untold = listed["rules"]
    assert night.pop("settings")[0] == {
        "name": "limit",
        "type": "integer",
        "default": 25,
        "description": "So many lines are too many | more or less.",
    }
    assert night == {
        "name": "long-night",
        "family": "unit",
        "level": "warning",
        "confidence": "high",
        "message": "`{symbol}` lasts {hours} hours.",
        "text": "A night that lasts too long | breaks the next day.\n\nGo to bed.",
        "requires": [],
    }
    assert untold["requires"] == ["long-night"]
    assert untold["settings"] == []


def test_a_page_shows_the_first_bad_and_good_and_folds_the_others() -> None:
    page = sample_page()
    shown, folded = page.split("<details><summary>More: 1 bad, 1 good</summary>")
    assert (
        "Bad:\n\n```python\ndef night():  # <-\n    pass\n```\n\nFixed:\n\n```python\ndef night():\n    sleep()\n```\n"
        in shown
    )
    assert "Good:\n\n```python\ndef night():\n    sleep()\n```\n" in shown
    assert (
        'Bad, with {"limit": 3}:\n\n```python\n# app/module.py\nimport day  # <-\n\n# app/day.py\nlate = True\n```'
        in folded
    )
    assert 'Good:\n\n````python\n# tests/test_night.py\nTEXT = """\n```\n"""\n````' in folded


def test_code_that_repeats_itself_is_abridged() -> None:
    class Repeated(Untold):
        examples = (
            Bad("def a():  # <-\n" + "    b()\n" * 25),
            Good("def a():\n" + "    b()\n    c()\n" * 6 + "    d()\n"),
        )

    text = docs.explain(Repeated)
    assert "    def a():  # <-\n        b()\n        # … the same, 25 times in all\n\nGood" in text
    assert "        b()\n        c()\n        # … the same, 6 times in all\n        d()\n" in text


def test_a_page_reads_as_headings_tables_and_code() -> None:
    page = Page(sample_page())
    assert page.tags.count("h1") == 1
    assert page.tags.count("h2") == 2
    assert page.tags.count("table") == 2
    assert page.tags.count("pre") == 7
    assert page.tags.count("td") == 2 * 3 + 6 * 4
    assert page.links == ["#long-night", "#untold"]


def test_the_contents_link_to_every_rule() -> None:
    contents = docs.pages([Untold, LongNight])["README.md"]
    assert Page(contents).links == ["unit/README.md", "unit/README.md#long-night", "unit/README.md#untold"]


def test_pages_are_written_once(tmp_path: Path) -> None:
    folder = tmp_path / "tests"
    assert docs.write([LongNight], folder) == [folder / "README.md", folder / "unit/README.md"]
    assert docs.write([LongNight], folder) == []
    (folder / "unit/README.md").write_text("edited", encoding="utf-8")
    assert docs.write([LongNight], folder) == [folder / "unit/README.md"]


def test_checks_of_another_package_get_no_page(tmp_path: Path) -> None:
    assert docs.write([LongNight], tmp_path) == [tmp_path / "README.md"]
    assert "long-night" not in (tmp_path / "README.md").read_text(encoding="utf-8")


OURS = [check for check in registry.all_checks() if check.__module__.startswith("checks.")]


@pytest.mark.parametrize("check", OURS, ids=lambda check: str(check.name))
def test_every_rule_is_explained_with_bad_and_good(check: type[Check]) -> None:
    text = docs.explain(check)
    assert text.startswith(f"{check.name}\n{check.level} · ")
    assert "\nBad:\n" in text
    assert "\nGood:\n" in text


def test_the_committed_pages_are_those_of_the_checks() -> None:
    folder = Path(checks.__file__).parent
    committed = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in folder.rglob("*.md")}
    assert committed == docs.pages(OURS), "run `python -m reviewer docs checks`"
