"""What makes a finding the same finding on another day: never a line number, never the message's text."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from hashlib import sha256

from reviewer.model import Finding

LENGTH = 20


def fingerprinted(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings in order, each with a digest of rule, path, symbol, key and its ordinal among equals."""
    seen: Counter[tuple[str, ...]] = Counter()
    marked = []
    for finding in sorted(findings, key=lambda finding: finding.order):
        identity = (finding.source, finding.rule, finding.path or "", finding.symbol, finding.key)
        marked.append(replace(finding, fingerprint=_digest(*identity, str(seen[identity]))))
        seen[identity] += 1
    return tuple(marked)


def _digest(*parts: str) -> str:
    joined = "\0".join(parts)
    return sha256(joined.encode(errors="surrogateescape")).hexdigest()[:LENGTH]
