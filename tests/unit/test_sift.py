"""What is shown, and why the rest is hidden."""

from dataclasses import replace

import pytest

from reviewer.model import (
    EXISTING,
    FIXED,
    IN_BASELINE,
    LOW_CONFIDENCE,
    NEWLY_SUPPRESSED,
    SUPPRESSED,
    Confidence,
    Extent,
    Finding,
    Level,
    Policy,
    Span,
    Status,
    Suppression,
)
from reviewer.sift import Sieve, fails

FINDING = Finding(
    rule="function-too-long",
    level=Level.WARNING,
    confidence=Confidence.HIGH,
    message="long",
    path="app/a.py",
    span=Span(10, 5, 10, 9),
    symbol="f",
    facts={"lines": 60},
)
COMMENT = Suppression("app/a.py", 10, 20, ("function-too-long",), "a table", Extent(10, 40))
NEW = replace(FINDING, status=Status.INTRODUCED)
OLD = replace(FINDING, status=Status.EXISTING, before={"lines": 40})
EVERYTHING = Sieve(hiding=lambda _: COMMENT, in_baseline=lambda _: True)


@pytest.mark.parametrize(
    ("finding", "sieve", "expected"),
    [
        (FINDING, Sieve(), None),
        (NEW, Sieve(), None),
        (OLD, Sieve(), EXISTING),
        (OLD, Sieve(show_worse=True), None),
        (replace(OLD, facts={"lines": 40}), Sieve(show_worse=True), EXISTING),
        (replace(OLD, status=Status.FIXED), EVERYTHING, FIXED),
        (NEW, EVERYTHING, SUPPRESSED),
        (NEW, replace(EVERYTHING, adds=lambda each: each is COMMENT), NEWLY_SUPPRESSED),
        (OLD, replace(EVERYTHING, adds=lambda each: each is COMMENT), SUPPRESSED),
        (OLD, Sieve(in_baseline=lambda _: True), IN_BASELINE),
        (FINDING, Sieve(in_baseline=lambda _: True), IN_BASELINE),
        # A baseline says what stood; what the change introduced did not stand.
        (NEW, Sieve(in_baseline=lambda _: True), None),
        (replace(NEW, confidence=Confidence.LOW), Sieve(), LOW_CONFIDENCE),
        (replace(NEW, confidence=Confidence.LOW), Sieve(min_confidence=Confidence.LOW), None),
    ],
)
def test_a_finding_is_hidden_for_the_first_reason_that_holds(
    finding: Finding, sieve: Sieve, expected: str | None
) -> None:
    (sifted,) = sieve.sifted([finding])
    assert (sifted.hidden_because, sifted.shown) == (expected, expected is None)


@pytest.mark.parametrize(
    ("level", "fail_on", "expected"),
    [
        (Level.ERROR, Level.ERROR, True),
        (Level.WARNING, Level.ERROR, False),
        (Level.WARNING, Level.WARNING, True),
        (Level.ERROR, Level.ADVICE, True),
        (Level.ERROR, None, False),
        (Level.NOTE, Level.ADVICE, False),
    ],
)
def test_a_run_fails_from_its_level_upwards_and_never_for_a_note(
    level: Level, fail_on: Level | None, expected: bool
) -> None:
    assert fails([replace(FINDING, level=level)], Policy(fail_on)) is expected


def test_a_hidden_finding_fails_no_run_unless_new_suppressions_count() -> None:
    assert not fails([replace(FINDING, hidden_because=EXISTING)], Policy(Level.ADVICE))
    new = replace(FINDING, hidden_because=NEWLY_SUPPRESSED)
    counting = Policy(Level.ADVICE, count_suppressed=True)
    assert [fails([new], Policy(Level.ADVICE)), fails([new], counting)] == [False, True]
    assert not fails([replace(FINDING, hidden_because=SUPPRESSED)], counting)
