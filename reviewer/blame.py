"""Which change is to blame for what mypy says of code that the change did not touch."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from reviewer.descent import WORD, Descent
from reviewer.index.reach import Cause
from reviewer.model import Change, ChangeKind, Finding
from reviewer.sides import Side
from reviewer.source import lines_of

QUOTED = re.compile('"([^"]*)"')
# How much more it means that a name stands in quotes in the message than that it stands on the line.
SPOKEN = 4


@dataclass(frozen=True)
class Blame:
    """The definitions and constants that a change edits, adds or takes away, and the files that it does so in."""

    base: Side
    head: Side
    changes: Mapping[str, Change]
    descent: Descent

    def cause(self, finding: Finding) -> Cause | None:
        """The changed definition that the message quotes or the line names, else the changed module that they name."""
        quoted = frozenset(WORD.findall(" ".join(QUOTED.findall(str(finding.params.get("text", ""))))))
        line = frozenset(WORD.findall(self._line(finding)))
        others = [cause for cause in self._changed if not _is_own(cause, finding)]
        scores = [(_score(cause, quoted) * SPOKEN or _score(cause, line), cause) for cause in others]
        best = max((score for score, _ in scores), default=0)
        named = [cause for score, cause in scores if score == best and score]
        return min(named, default=None) or self._module(finding)

    def _line(self, finding: Finding) -> str:
        lines = lines_of(self.head.read(finding.path or ""))
        row = finding.span.line - 1 if finding.span else len(lines)
        return lines[row] if row < len(lines) else ""

    def _module(self, finding: Finding) -> Cause | None:
        """The changed file whose module the message or the line names, or was named by, with the longest name."""
        text = f"{finding.params.get('text', '')} {self._line(finding)}"
        words = frozenset(re.findall(r"[\w.]+", text))
        found = [(_longest(path, words), path) for path in self._files if path != finding.path]
        # A file that has another path now was missed by the one it had.
        former = ((path, self.changes[path].old_path) for path in self._files)
        found += [(_longest(old, words), path) for path, old in former if old is not None]
        length, path = max(found, default=(0, ""))
        return Cause(path, _first(self.changes[path], 1, None), "", f"`{path}` was changed") if length else None

    @property
    def _files(self) -> list[str]:
        """The changed files that are there in the head."""
        return [path for path, each in self.changes.items() if each.kind is not ChangeKind.DELETED]

    @cached_property
    def _changed(self) -> tuple[Cause, ...]:
        known = [path for path in self._files if self.head.index.knows(path)]
        return tuple(
            cause for path in known for cause in (*self._edited(path), *self._assigned(path), *self._gone(path))
        )

    def _edited(self, path: str) -> Iterator[Cause]:
        for symbol, first, last in self.head.syntax(path).definitions:
            origin = self.descent.origin(path, symbol)
            now = self.head.syntax(path).definition(symbol)
            if origin is None or self.base.syntax(origin[0]).definition(origin[1]) != now:
                line = _first(self.changes[path], first, last)
                yield Cause(path, line, symbol, f"`{symbol}` was changed" if origin else f"`{symbol}` is new")

    def _assigned(self, path: str) -> Iterator[Cause]:
        old = self.descent.files.get(path)
        then = {text for _, _, text in self.base.syntax(old).assigned} if old else set()
        for name, line, text in self.head.syntax(path).assigned:
            if text not in then:
                yield Cause(path, _first(self.changes[path], line, line), name, f"`{name}` was changed")

    def _gone(self, path: str) -> Iterator[Cause]:
        old = self.descent.files.get(path)
        if old is not None:
            now, then = self.head.syntax(path), self.base.syntax(old)
            there = {symbol for symbol, *_ in (*now.definitions, *now.assigned)}
            for symbol in dict.fromkeys(symbol for symbol, *_ in (*then.definitions, *then.assigned)):
                if symbol not in there:
                    yield Cause(path, _first(self.changes[path], 1, None), symbol, f"`{symbol}` is gone from here")


def _score(cause: Cause, words: frozenset[str]) -> int:
    """How many parts of a symbol are among these words, none unless its own name is."""
    *scope, name = cause.symbol.split(".")
    return 1 + sum(part in words for part in scope) if name in words else 0


def _longest(path: str, words: frozenset[str]) -> int:
    """How many parts of a module's name there are in the longest one of these words that means it."""
    parts = path.removesuffix(".py").removesuffix("/__init__").split("/")
    ends = (".".join(parts[start:]) for start in range(len(parts)))
    return next((end.count(".") + 1 for end in ends if end in words or f".{end}" in words), 0)


def _is_own(cause: Cause, finding: Finding) -> bool:
    """Whether a definition is the one that the finding is in, or around it."""
    return cause.path == finding.path and f"{finding.symbol}.".startswith(f"{cause.symbol}.")


def _first(change: Change, first: int, last: int | None) -> int:
    """The first changed line between these, else the first one of them that the diff shows, else the first of all."""
    inside = [line for line in change.lines if first <= line and (last is None or line <= last)]
    shown = [
        max(hunk.first, first) for hunk in change.hunks if hunk.last >= first and (last is None or hunk.first <= last)
    ]
    return min(inside or shown, default=first)
