"""What a review brought, as a text that is strict to read and exact: nothing else is ever taken for it."""

from dataclasses import dataclass

from pydantic import TypeAdapter

from reviewer.exact import escaped, unescaped
from reviewer.model import Finding, Suppression
from reviewer.runner import Outcome


@dataclass(frozen=True, slots=True)
class _Told:
    findings: tuple[Finding, ...]
    suppressions: tuple[Suppression, ...]
    ran: tuple[str, ...] | None


_TOLD = TypeAdapter(_Told)


def written(path: str, outcome: Outcome) -> bytes | None:
    """The outcome of a file's review without problems; None for what would not be read again as it is."""
    ran = tuple(sorted(outcome.ran[path])) if path in outcome.ran else None
    told = _Told(tuple(outcome.findings), tuple(outcome.suppressions), ran)
    try:
        text = _TOLD.dump_json(escaped(told), exclude_defaults=True)
        # A check may be anybody's, and put anything into a finding.
        return text if repr(_read(text)) == repr(told) else None
    except (ValueError, TypeError, RecursionError):
        return None


def read(path: str, text: bytes) -> Outcome:
    """The outcome that was written; raises ValueError."""
    told = _read(text)
    ran = {} if told.ran is None else {path: frozenset(told.ran)}
    return Outcome(list(told.findings), [], list(told.suppressions), ran)


def _read(text: bytes) -> _Told:
    found = _TOLD.validate_json(text, strict=True)
    return unescaped(found) if b"\\u0000" in text else found
