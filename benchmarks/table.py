"""Writes what was measured as a page of tables."""

from collections.abc import Iterable, Sequence

from measure import Result, Spread

UNITS = {"wall": "s", "cpu": "s CPU", "memory": "MiB"}
GOALS = "| work | against | ours | theirs | ratio | goal | reached |\n|---|---|---|---|---|---|---|"
GROWTH = "| work | against | ours | theirs | ratio | peak MiB |\n|---|---|---|---|---|---|"


HOW = """
Written by `python benchmarks/run.py`. Each figure is a median, with the least and the most in brackets. A ratio is the
median of the pairs' ratios: ours and theirs take turns, so a busy minute of the machine falls on both. Seconds without
a ratio hold for a machine as busy as this one was.
"""
GROWING = """
In one process. Of more rules than there are, the first take their turn again.
"""


def page(facts: Sequence[str], goals: Sequence[Result], growth: Sequence[Result]) -> str:
    """The page: how it was measured, the table of goals, and how costs grow."""
    return "\n\n".join(
        (
            "# What a review costs",
            HOW.strip(),
            "\n".join(f"- {fact}" for fact in facts),
            f"## Goals\n\n{verdict(goals)}",
            "\n".join((GOALS, *map(_goal, goals))),
            "## How costs grow",
            GROWING.strip(),
            "\n".join((GROWTH, *map(_grown, growth))) + "\n",
        )
    )


def verdict(goals: Iterable[Result]) -> str:
    """How many goals are reached, in a sentence."""
    known = [result.reached for result in goals]
    missed, unknown = known.count(False), known.count(None)
    there = f" {unknown} could not be measured." if unknown else ""
    return f"{known.count(True)} of {len(known)} goals are reached, {missed} are not.{there}"


def figure(number: float) -> str:
    """A number with three digits that count."""
    digits = 0 if number >= 100 else 1 if number >= 10 else 2 if number >= 1 else 3  # noqa: PLR2004
    return f"{number:.{digits}f}"


def spread(values: Spread | None, unit: str = "") -> str:
    """The median, and how far the others lie from it."""
    if values is None:
        return ""
    median, least, most = map(figure, (values.median, values.least, values.most))
    return f"{median}{unit and ' ' + unit} ({least} to {most})"


def goal_of(result: Result) -> str:
    """What a row is to keep to."""
    row = result.row
    unit = "" if row.theirs else " " + UNITS[row.figure]
    return f"≤ {figure(row.goal or 0)}{unit}"


def _goal(result: Result) -> str:
    reached = {True: "yes", False: "**no**", None: result.failure.replace("|", "/")}[result.reached]
    return _line(*_measured(result), goal_of(result), reached)


def _grown(result: Result) -> str:
    return _line(*_measured(result), result.failure.replace("|", "/") or figure(result.memory))


def _measured(result: Result) -> tuple[str, ...]:
    unit = UNITS[result.row.figure]
    costs = (spread(result.ours, unit), spread(result.theirs, unit), spread(result.ratio))
    return (result.row.work, result.row.against, *costs)


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
