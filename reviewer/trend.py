"""How the complexity of what a change touches has developed."""

from collections.abc import Iterator, Mapping

from reviewer.descent import Descent
from reviewer.sides import Side
from reviewer.tool_results import Complexity, Maintainability
from reviewer.tools.radon import Measure, Measured


def complexity(measured: Measured, base: Side, head: Side, descent: Descent) -> tuple[Complexity, ...]:
    """The functions that changed, each with its complexity before and after; one that only moved did not change."""
    then = {path: _by_symbol(measure) for path, measure in measured.base.items()}
    return tuple(sorted(_changed(measured.head, then, (base, head), descent)))


def _changed(
    measures: Mapping[str, Measure],
    then: Mapping[str, Mapping[str, int]],
    sides: tuple[Side, Side],
    descent: Descent,
) -> Iterator[Complexity]:
    base, head = sides
    for path, measure in measures.items():
        for symbol, after in _by_symbol(measure).items():
            # Code that left its name to another function is still what it was.
            place = descent.inherited.get((path, symbol)) or descent.origin(path, symbol)
            old, former = place or ("", "")
            now = head.syntax(path).definition(symbol)
            if not old or base.syntax(old).definition(former) != now:
                yield Complexity(path, symbol, then.get(old, {}).get(former), after)


def _by_symbol(measure: Measure) -> dict[str, int]:
    """The complexity of each function; of several with one symbol the greatest."""
    found: dict[str, int] = {}
    for symbol, _, number in measure.functions:
        found[symbol] = max(number, found.get(symbol, 0))
    return found


def maintainability(measured: Measured, before: Mapping[str, str]) -> tuple[Maintainability, ...]:
    """The index of each file; `before` gives the base's path of a file that was there."""
    then = {path: measured.base[old].index for path, old in before.items() if old in measured.base}
    return tuple(
        Maintainability(path, then.get(path), measure.index) for path, measure in sorted(measured.head.items())
    )
