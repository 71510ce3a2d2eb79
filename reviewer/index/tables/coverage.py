"""Whether a lookup of a column can use an index, and which."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from reviewer.index.tables.facts import PRIMARY_KEY, Lead
from reviewer.index.tables.joined import Joined, Placed


@dataclass(frozen=True, slots=True, order=True)
class Coverage:
    """Whether there is such an index, None where that can't be known; `by` tells it in words.

    `migrated` when only a migration makes it.
    """

    covered: bool | None
    by: str | None = None
    migrated: bool = False


UNKNOWN = Coverage(None)
# What is said of a table's column elsewhere: a known index, or one that may be there.
Elsewhere = Callable[[Joined, Placed], Coverage | None]


def of_columns(table: Joined, columns: Iterable[Placed], elsewhere: Iterable[Elsewhere]) -> Coverage:
    """The coverage of a key: an index is of use to it when one of its columns is in front."""
    chosen, found = tuple(columns), []
    for ask in (_own, *elsewhere):
        found += [coverage for each in chosen if (coverage := ask(table, each))]
        if known := next((each for each in found if each.covered), None):
            return known
    return UNKNOWN if found or not table.complete else Coverage(covered=False)


def _own(table: Joined, column: Placed) -> Coverage | None:
    """What the table itself says."""
    facts = column.facts
    for flag in ("index", "unique"):
        if getattr(facts, flag):
            return Coverage(covered=True, by=f"{flag}=True")
    lead = next((each for each in table.leads if _leads(each, column)), None)
    if lead:
        return Coverage(covered=True, by=str(lead))
    if not any(each.kind == PRIMARY_KEY for each in table.leads) and facts.primary_key:
        return _by_primary_key(table, column)
    return UNKNOWN if None in (facts.index, facts.unique, facts.primary_key) else None


def _leads(lead: Lead, column: Placed) -> bool:
    return lead.first in column.facts.words


def _by_primary_key(table: Joined, column: Placed) -> Coverage | None:
    """Whether a column that is marked as part of the primary key is in front of it.

    The order of columns that different classes declare depends on the version of SQLAlchemy.
    """
    others = [each for each in table.columns if each is not column and each.facts.primary_key is not False]
    if not others:
        return Coverage(covered=True, by=f"the {PRIMARY_KEY}")
    beside = [each for each in others if (each.path, each.owner) == (column.path, column.owner)]
    before = [each for each in beside if _place(each) < _place(column)]
    if any(each.facts.primary_key for each in before):
        return None
    in_front = not before and len(beside) == len(others)
    return Coverage(covered=True, by=f"the {PRIMARY_KEY}, in front of it") if in_front else UNKNOWN


def _place(column: Placed) -> tuple[int, int]:
    return column.facts.line, column.facts.offset
