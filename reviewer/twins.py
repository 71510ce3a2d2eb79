"""One finding for one fault: where several rules say the same of the same place, the first of them tells it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache

from reviewer.model import NEWLY_SUPPRESSED, SUPPRESSED, Extent, Finding, Status
from reviewer.tools.rules import OF_A_FILE, TWINS

BY_COMMENT = (SUPPRESSED, NEWLY_SUPPRESSED)


def told_once(findings: Sequence[Finding]) -> Iterator[Finding]:
    """The findings in their order; of twins one is shown, with the gravest level, and all share a suppression."""
    changed: dict[int, Finding] = {}
    for twins in _clusters(findings):
        changed |= _settled(twins)
    return (changed.get(id(finding), finding) for finding in findings)


def _clusters(findings: Iterable[Finding]) -> Iterator[list[Finding]]:
    """The findings that say the same of the same place, two or more, in the order in which they tell it."""
    grouped: defaultdict[tuple[str, int], list[Finding]] = defaultdict(list)
    for finding in findings:
        group = _places().get(finding.name)
        if group is not None and finding.status is not Status.FIXED:
            grouped[finding.path or "", group[0]].append(finding)
    for _, members in sorted(grouped.items()):
        left = sorted(members, key=lambda each: (_places()[each.name], each.order))
        while left:
            first = left[0]
            whole = first.name == OF_A_FILE[0]
            cluster = [each for each in left if whole or _same_place(first, each)]
            left = [each for each in left if each not in cluster]
            if len({each.name for each in cluster}) > 1:
                yield cluster


@cache
def _places() -> dict[str, tuple[int, int]]:
    """The group of each rule that has twins, and its place in it."""
    return {name: (group, place) for group, names in enumerate((*TWINS, OF_A_FILE)) for place, name in enumerate(names)}


def _same_place(one: Finding, other: Finding) -> bool:
    first, second = _lines(one), _lines(other)
    return one.symbol == other.symbol and first.first <= second.last and second.first <= first.last


def _lines(finding: Finding) -> Extent:
    span, extent = finding.span, finding.extent
    line = span.line if span else 0
    return Extent(min(line, extent.first), max(line, extent.last)) if extent else Extent(line, line)


def _settled(twins: Sequence[Finding]) -> dict[int, Finding]:
    """The twins that change, by what they were."""
    comment = next((each.hidden_because for each in twins if each.hidden_because in BY_COMMENT), None)
    shown = [each for each in twins if each.shown]
    if comment:
        return {id(each): replace(each, hidden_because=comment) for each in shown}
    if not shown:
        return {}
    teller, *others = shown
    level = min((each.level for each in twins), key=lambda level: level.rank)
    told = {id(each): replace(each, hidden_because=f"{each.name} told as {teller.name}") for each in others}
    return {id(teller): replace(teller, level=level), **told}
