"""One finding for one fault: where several rules say the same of the same place, the first of them tells it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache

from reviewer.model import IN_BASELINE, NEWLY_SUPPRESSED, SUPPRESSED, Extent, Finding, Status
from reviewer.tools.rules import OF_A_FILE, TOLD_BY_SPOT, TWINS

# What hides all twins that are shown where it hides one; the baseline none that a change introduced.
FOR_ALL = (SUPPRESSED, NEWLY_SUPPRESSED, IN_BASELINE)


def told_once(findings: Sequence[Finding]) -> Iterator[Finding]:
    """The findings in their order; of twins one rule tells, with the gravest level, and all share what hides one."""
    changed: dict[int, Finding] = {}
    for twins in _clusters(findings):
        changed |= _settled(twins)
    return (changed.get(id(finding), finding) for finding in findings)


def _clusters(findings: Iterable[Finding]) -> Iterator[list[Finding]]:
    """The findings that say the same of the same place, two or more, in the order in which they tell it."""
    grouped: defaultdict[tuple[str, int, str], list[Finding]] = defaultdict(list)
    told = [each for each in findings if each.name in _places() and each.status is not Status.FIXED]
    broken = {each.path for each in told if each.name == OF_A_FILE[0]}
    for finding in told:
        group, _ = _places()[finding.name]
        # A file that does not parse is one place.
        whole = group == len(TWINS) and finding.path in broken
        grouped[finding.path or "", group, "" if whole else finding.symbol].append(finding)
    for (path, group, _), members in sorted(grouped.items()):
        if group == len(TWINS) and path in broken:
            places: Iterable[list[Finding]] = [members]
        else:
            places = _at_one_spot(members) if TOLD_BY_SPOT & {each.name for each in members} else _at_one_place(members)
        for place in places:
            if len({each.name for each in place}) > 1:
                yield sorted(place, key=lambda each: (_places()[each.name], each.order))


def _at_one_place(findings: Iterable[Finding]) -> Iterator[list[Finding]]:
    """The findings of one function or class, those together whose lines meet."""
    place: list[Finding] = []
    end = 0
    for finding in sorted(findings, key=lambda each: (_lines(each), each.order)):
        lines = _lines(finding)
        if place and lines.first > end:
            yield place
            place = []
        place.append(finding)
        end = max(lines.last, end if place[1:] else 0)
    yield place


def _at_one_spot(findings: Iterable[Finding]) -> Iterator[list[Finding]]:
    """The findings of one function, those together that begin with the same character."""
    spots: defaultdict[tuple[int, int], list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.span:
            spots[finding.span.line, finding.span.column].append(finding)
    return iter(spots.values())


@cache
def _places() -> dict[str, tuple[int, int]]:
    """The group of each rule that has twins, and its place in it."""
    return {name: (group, place) for group, names in enumerate((*TWINS, OF_A_FILE)) for place, name in enumerate(names)}


def _lines(finding: Finding) -> Extent:
    span, extent = finding.span, finding.extent
    line = span.line if span else 0
    return Extent(min(line, extent.first), max(line, extent.last)) if extent else Extent(line, line)


def _settled(twins: Sequence[Finding]) -> dict[int, Finding]:
    """The twins that change, by what they were."""
    known = next((each.hidden_because for each in twins if each.hidden_because in FOR_ALL), None)
    shown = [each for each in twins if each.shown]
    if known and not any(each.status is Status.INTRODUCED for each in shown if known == IN_BASELINE):
        return {id(each): replace(each, hidden_because=known) for each in shown}
    if not shown:
        return {}
    teller, *others = shown
    level = min((each.level for each in twins), key=lambda level: level.rank)
    told = {
        id(each): replace(each, hidden_because=f"{each.name} told as {teller.name}")
        for each in others
        if each.name != teller.name or each.source != "own"
    }
    return {id(teller): replace(teller, level=level), **told}
