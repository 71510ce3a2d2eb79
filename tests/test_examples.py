"""Every check against its own examples, and the form that all checks share."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewer.check import Bad, Check, Good
from reviewer.registry import all_checks
from reviewer.testing import complaints

CHECKS = all_checks()
FORBIDDEN = re.compile(r"\bshould\b|\bplease\b|!", re.IGNORECASE)


def examples() -> Iterator[object]:
    for check in CHECKS:
        for number, example in enumerate(check.examples, start=1):
            kind = type(example).__name__.lower()
            yield pytest.param(check, example, id=f"{check.name}-{number}-{kind}")


each_check = pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
own_check = pytest.mark.parametrize(
    "check", [check for check in CHECKS if check.__module__.startswith("checks.")], ids=lambda check: check.name
)


@pytest.mark.parametrize(("check", "example"), [*examples()])
def test_a_check_says_what_its_example_says(check: type[Check], example: Bad | Good) -> None:
    assert not complaints(check, example)


@own_check
def test_a_check_has_a_bad_example_and_two_good_ones(check: type[Check]) -> None:
    kinds = [type(example) for example in check.examples]

    assert kinds.count(Bad) >= 1
    assert kinds.count(Good) >= 2


@each_check
def test_a_check_has_a_text_that_says_what_happens_and_what_to_do(check: type[Check]) -> None:
    summary, _, rest = inspect.cleandoc(check.__doc__ or "").partition("\n\n")

    assert check.__doc__ != Check.__doc__
    assert summary.endswith(".")
    assert "\n" not in summary
    assert len(rest) > 100


@own_check
def test_file_class_and_rule_bear_one_name(check: type[Check]) -> None:
    module = check.__module__.rpartition(".")[2]

    assert module.replace("_", "-") == check.name
    assert "".join(word.capitalize() for word in module.split("_")) == check.__name__


@own_check
def test_a_message_is_one_sentence_that_blames_nobody(check: type[Check]) -> None:
    assert check.message.endswith(".")
    assert ". " not in check.message
    assert not FORBIDDEN.search(check.message)


@own_check
def test_a_rule_is_short_beside_its_examples(check: type[Check]) -> None:
    tree = ast.parse(Path(inspect.getfile(check)).read_text(encoding="utf-8"))
    rows = {row for node in ast.walk(tree) if isinstance(node, ast.stmt) for row in (node.lineno,)}

    assert len(rows) <= 120
