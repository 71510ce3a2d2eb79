"""Which change is to blame for what a tool says of code that the change did not touch."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from reviewer.descent import WORD, Descent
from reviewer.index.reach import Cause
from reviewer.model import Change, ChangeKind, Finding
from reviewer.sides import Side


@dataclass(frozen=True)
class Blame:
    """The definitions that a change edits, adds or takes away, and the files that it does so in."""

    base: Side
    head: Side
    changes: Mapping[str, Change]
    descent: Descent

    def cause(self, finding: Finding) -> Cause | None:
        """The changed definition that a message names most of, else the changed module that it or the file names."""
        spoken = frozenset(WORD.findall(finding.message))
        scored = [(self._named(cause, spoken), cause) for cause in self._definitions if not _is_own(cause, finding)]
        best = max((score for score, _ in scored), default=0)
        named = [cause for score, cause in scored if score == best and score]
        return min(named, default=None) or self._module(finding)

    def _named(self, cause: Cause, spoken: frozenset[str]) -> int:
        """How many parts of a symbol are named, none unless its own name is."""
        *scope, name = cause.symbol.split(".")
        return 1 + sum(part in spoken for part in scope) if name in spoken else 0

    def _module(self, finding: Finding) -> Cause | None:
        """The changed file whose module the finding's file speaks of, with the longest name."""
        text = " ".join((finding.message, self.head.read(finding.path or "").decode(errors="replace")))
        stems = {path: path.removesuffix(".py").removesuffix("/__init__").split("/") for path in self._files}
        spoken = {
            path: next((len(stem) - start for start in range(len(stem)) if ".".join(stem[start:]) in text), 0)
            for path, stem in stems.items()
            if path != finding.path
        }
        path = max(sorted(spoken), key=lambda each: spoken[each], default=None)
        if path is None or not spoken[path]:
            return None
        return Cause(path, _first(self.changes[path], 1), "", f"`{path}` was changed")

    @property
    def _files(self) -> Iterator[str]:
        """The changed files that are there in the head."""
        return (path for path, each in self.changes.items() if each.kind is not ChangeKind.DELETED)

    @cached_property
    def _definitions(self) -> tuple[Cause, ...]:
        return (*self._edited(), *self._gone())

    def _edited(self) -> Iterator[Cause]:
        for path in self._files:
            for symbol, first, last in self.head.syntax(path).definitions if self.head.index.knows(path) else ():
                origin = self.descent.origin(path, symbol)
                now = self.head.syntax(path).definition(symbol)
                if origin is None or self.base.syntax(origin[0]).definition(origin[1]) != now:
                    line = _first(self.changes[path], first, last)
                    yield Cause(path, line, symbol, f"`{symbol}` was changed" if origin else f"`{symbol}` is new")

    def _gone(self) -> Iterator[Cause]:
        for path, old in self.descent.files.items():
            there = {symbol for symbol, _, _ in self.head.syntax(path).definitions}
            for symbol, _, _ in self.base.syntax(old).definitions:
                if symbol not in there and path in self.changes:
                    yield Cause(path, _first(self.changes[path], 1), symbol, f"`{symbol}` is gone from here")


def _is_own(cause: Cause, finding: Finding) -> bool:
    """Whether a definition is the one that the finding is in, or around it."""
    return cause.path == finding.path and f"{finding.symbol}.".startswith(f"{cause.symbol}.")


def _first(change: Change, first: int, last: int | None = None) -> int:
    """The first changed line between these, else a line that the diff shows, else the first one."""
    inside = [line for line in change.lines if first <= line and (last is None or line <= last)]
    shown = [hunk.first for hunk in change.hunks if last is None]
    return min(inside or shown, default=first)
