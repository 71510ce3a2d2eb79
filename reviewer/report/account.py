"""What a report says of the whole: how many findings there are, how many are hidden, and why."""

from collections import Counter
from collections.abc import Iterator

from reviewer.model import (
    EXISTING,
    FIXED,
    IN_BASELINE,
    LOW_CONFIDENCE,
    NEWLY_SUPPRESSED,
    SUPPRESSED,
    Finding,
    Level,
    Review,
    Status,
)

SHOWN, NOTE, WORSE = "shown", "note", "worse than before"
# In the order in which they are told.
FATES = (
    Status.INTRODUCED,
    SHOWN,
    WORSE,
    NOTE,
    EXISTING,
    SUPPRESSED,
    NEWLY_SUPPRESSED,
    IN_BASELINE,
    LOW_CONFIDENCE,
)

PLURALS = {Level.ERROR: "errors", Level.WARNING: "warnings", Level.ADVICE: "advice", Level.NOTE: "notes"}


def counted(number: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def levels(review: Review) -> str:
    """`2 errors, 1 note`, of what is shown; empty when nothing is."""
    counts = Counter(finding.level for finding in review.shown)
    return ", ".join(
        f"{counts[level]} {level if counts[level] == 1 else PLURALS[level]}" for level in Level if counts[level]
    )


def account(review: Review) -> str:
    """What became of every finding: `31 found: 12 introduced, 14 existing, 5 suppressed; 4 fixed by this change`."""
    found = Counter(_fate(finding) for finding in review.findings if finding.status is not Status.FIXED)
    blocking = sum(problem.blocking for problem in review.problems)
    notices = len(review.problems) - blocking
    known = [fate for fate in FATES if found[fate]]
    parts = [_told(fate, found[fate]) for fate in (*known, *sorted(set(found) - set(FATES)))]
    ends = [
        f"{found.total()} found" + (f": {', '.join(parts)}" if parts else ""),
        *([f"{len(review.worse)} of the existing got worse"] if review.worse else []),
        *([f"{len(review.fixed)} {FIXED}"] if review.fixed else []),
        *_fixes(review),
        *([counted(blocking, "problem")] if blocking else []),
        *([counted(notices, "notice")] if notices else []),
    ]
    return f"{'; '.join(ends)}. In {counted(review.files, 'file')}: {levels(review) or 'nothing'} shown."


def _fixes(review: Review) -> Iterator[str]:
    """`2 fixes offered, 3 refused: 1 left the finding, 2 made a new one`; nothing where there was none."""
    refused = ", ".join(f"{number} {reason}" for reason, number in sorted(review.refused.items()))
    if review.offered or refused:
        offered = "1 fix" if review.offered == 1 else f"{review.offered} fixes"
        yield f"{offered} offered" + (f", {sum(review.refused.values())} refused: {refused}" if refused else "")


def _fate(finding: Finding) -> str:
    """What became of a finding: why it is hidden, or as what it is shown."""
    if finding.hidden_because is not None:
        return finding.hidden_because
    if finding.status is None:
        return NOTE if finding.level is Level.NOTE else SHOWN
    return WORSE if finding.status is Status.EXISTING else finding.status


def _told(fate: str, number: int) -> str:
    return counted(number, fate) if fate == NOTE else f"{number} {fate}"


def grown(finding: Finding) -> list[tuple[str, int, int]]:
    """The numbers of a finding that got worse: what was measured, before and now."""
    before = finding.before or {}
    facts = ((name, before.get(name), now) for name, now in sorted(finding.facts.items()))
    return [
        (name, then, now) for name, then, now in facts if isinstance(then, int) and isinstance(now, int) and now > then
    ]
