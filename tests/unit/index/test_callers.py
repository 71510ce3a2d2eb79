"""Who calls a function with a truth written out, and so chooses by a flag."""

import pytest

from reviewer.index.answers import Definition
from tests.unit.index.project import index_of

FUNCTION = "def export(job, as_csv=False): ...\nclass Jobs:\n    def load(self, locked): ...\n"


def chosen(call: str, symbol: str = "export", parameter: str = "as_csv", path: str = "app/use.py") -> Definition | None:
    return index_of({"app/jobs.py": FUNCTION, path: call}).chosen("app/jobs.py", symbol, parameter)


@pytest.mark.parametrize(
    "call",
    [
        "export(job, as_csv=True)",
        "jobs.export(job, as_csv = True)",
        "of(job).export(as_csv=True)",
        "export(job, True)",
        "export(\n    job,\n    as_csv=True,\n)",
    ],
)
def test_a_truth_written_out_by_name_or_place_is_a_choice(call: str) -> None:
    found = chosen(f"def run(job):\n    return {call}\n")

    assert found
    assert (found.path, found.symbol) == ("app/use.py", "run")


@pytest.mark.parametrize(
    "call",
    [
        "export(job, as_csv=False)",
        "export(job, as_csv=csv)",
        "export(True)",
        "jobs.export(job, True)",
        "export(*jobs, True)",
        "render(job, as_csv=True)",
        "export(job); render(as_csv=True)",
        "export(job, **options)",
        "as_csv = True; export(job, as_csv)",
    ],
)
def test_the_default_another_parameter_and_what_is_handed_on_are_none(call: str) -> None:
    assert chosen(f"{call}\n") is None


@pytest.mark.parametrize("path", ["tests/test_jobs.py", "alembic/versions/1_jobs.py"])
def test_tests_and_migrations_choose_nothing(path: str) -> None:
    assert chosen("export(job, as_csv=True)\n", path=path) is None


def test_what_has_to_be_given_is_chosen_by_either_truth() -> None:
    for truth in ("True", "False"):
        found = chosen(f"jobs.load(locked={truth})\n", "Jobs.load", "locked")

        assert found
        assert (found.symbol, found.line) == ("", 1)


def test_a_file_that_does_not_parse_chooses_nothing() -> None:
    assert chosen("export(job, as_csv=True\n") is None
