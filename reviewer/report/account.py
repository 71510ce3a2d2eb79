"""What a report says of the whole: how many findings there are, how many are hidden, and why."""

from collections import Counter

from reviewer.model import Level, Review

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
    """One sentence: 3 found in 9 files: 1 shown (1 error), 2 hidden (2 not in the change); 1 problem."""
    shown = f"{len(review.shown)} shown" + (f" ({levels(review)})" if review.shown else "")
    found = f"{len(review.findings)} found in {counted(review.files, 'file')}: {shown}"
    problems = f"; {counted(len(review.problems), 'problem')}" if review.problems else ""
    return f"{found}{_hidden(review)}{problems}."


def _hidden(review: Review) -> str:
    reasons = Counter(finding.hidden_because for finding in review.findings if finding.hidden_because is not None)
    if not reasons:
        return ""
    listed = ", ".join(f"{reasons[reason]} {reason}" for reason in sorted(reasons))
    return f", {reasons.total()} hidden ({listed})"
