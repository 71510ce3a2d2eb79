"""The baseline: a file of the findings that stood when it was written, one on a line, which hides them from then on.

A line holds a fingerprint and, for whoever reads it, rule, path, symbol and key, parted by tabs. The lines are sorted
and stand for themselves, so that git merges two baselines as it merges any text.
"""

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass

from reviewer.errors import ConfigError
from reviewer.model import Finding, Problem, Status
from reviewer.report.printable import printable

HEADER = (
    "# Findings that stood when this was written, and are hidden: fingerprint, rule, path, symbol, key.\n"
    "# `reviewer baseline --prune` takes out what is gone; `--allow-growth` takes in what is new.\n"
)
# Of rule, path, symbol and key the last two can be missing.
FEWEST, MOST = 2, 4
FINGERPRINT = re.compile(r"[0-9a-f]{20}")


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One finding that stood: what people read of it first, so that entries of a file stand together."""

    path: str
    symbol: str
    rule: str
    key: str
    fingerprint: str

    @classmethod
    def of(cls, finding: Finding) -> "Entry":
        """The entry of a finding."""
        path, symbol, key = (printable(text) for text in (finding.path or "", finding.symbol, finding.key))
        return cls(path, symbol, finding.name, key, finding.fingerprint)

    @property
    def line(self) -> str:
        """The entry as it stands in the file, without its end."""
        return f"{self.fingerprint}\t{self.rule}\t{self.path}\t{self.symbol}\t{self.key}".rstrip("\t")


def read(data: bytes, name: str) -> tuple[Entry, ...]:
    """The entries of a baseline; raises ConfigError that says which line is none."""
    entries = []
    for number, line in enumerate(data.decode(errors="replace").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        fingerprint, *told = line.split("\t")
        if not FINGERPRINT.fullmatch(fingerprint) or not FEWEST <= len(told) <= MOST:
            raise ConfigError(
                f"line {number} of the baseline {name} is no entry: {line[:60]!r}; "
                "settle the merge, or write it anew: reviewer baseline --allow-growth --prune"
            )
        rule, path, symbol, key = (*told, "", "")[:MOST]
        entries.append(Entry(path, symbol, rule, key, fingerprint))
    return tuple(sorted(set(entries)))


def written(entries: Iterable[Entry]) -> str:
    """The text of a baseline."""
    return HEADER + "".join(f"{entry.line}\n" for entry in sorted(set(entries)))


class Baseline:
    """The baseline of a run: which findings are in it, and which of its entries are about none.

    `data` is the file's content, None where there is none; `ran` are the rules that came through each reviewed file,
    `paths` all files of the project. An entry whose file is gone goes with a like finding of another file: it was
    renamed.
    """

    def __init__(
        self,
        data: bytes | None,
        name: str,
        findings: Iterable[Finding],
        ran: Mapping[str, Container[str]],
        paths: Iterable[str],
    ) -> None:
        self.exists = data is not None
        self.name = name
        self._ran = {printable(path): rules for path, rules in ran.items()}
        self._present = frozenset(map(printable, paths))
        self._held: dict[int, Entry] = {}
        self._left = {entry.fingerprint: entry for entry in read(data or b"", name)}
        placed = [each for each in findings if each.path is not None and each.status is not Status.FIXED]
        self._match_exactly(placed)
        self._match_renamed(placed)

    def holds(self, finding: Finding) -> bool:
        """Whether a finding, one of those given, is in the baseline."""
        return id(finding) in self._held

    @property
    def standing(self) -> tuple[Entry, ...]:
        """The entries that are about a finding, as it is now, and those that this run says nothing about."""
        stale = set(self.stale)
        return (*self._held.values(), *(entry for entry in self._left.values() if entry not in stale))

    @property
    def stale(self) -> tuple[Entry, ...]:
        """The entries that no longer occur: their rule found nothing in their file, or the file is gone."""
        left = sorted(self._left.values())
        return tuple(
            each for each in left if each.rule in self._ran.get(each.path, ()) or each.path not in self._present
        )

    def notices(self) -> Iterator[Problem]:
        """A word about the entries that no longer occur."""
        stale = self.stale
        if stale:
            more = f" and {len(stale) - 1} more" if stale[1:] else ""
            first = f"`{stale[0].rule}` in {stale[0].path} {stale[0].symbol}".rstrip()
            told = f"{len(stale)} of its entries no longer occur, {first}{more}: run `reviewer baseline --prune`"
            yield Problem("stale-baseline", self.name, told)

    def _match_exactly(self, findings: Iterable[Finding]) -> None:
        for finding in findings:
            if self._left.pop(finding.fingerprint, None):
                self._held[id(finding)] = Entry.of(finding)

    def _match_renamed(self, findings: Iterable[Finding]) -> None:
        homeless: defaultdict[tuple[str, str, str], list[Entry]] = defaultdict(list)
        for entry in sorted(self._left.values()):
            if entry.path not in self._present:
                homeless[entry.rule, entry.symbol, entry.key].append(entry)
        for finding in findings if homeless else ():
            own = Entry.of(finding)
            like = homeless.get((own.rule, own.symbol, own.key))
            if like and not self.holds(finding):
                self._held[id(finding)] = own
                del self._left[like.pop(0).fingerprint]
