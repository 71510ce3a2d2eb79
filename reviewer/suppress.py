"""Comments that hide findings, `# reviewer: ignore[rule, …] reason`, and what they do not hide."""

import difflib
import re
from collections import Counter
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from typing import ClassVar

from reviewer.check import Check
from reviewer.context import Context
from reviewer.model import WHOLE_FILE, Change, Edit, Extent, Finding, Fix, Level, Span, Suppression

# What a file holds that suppresses anything: most hold no such thing, and are not looked through.
MARK = re.compile(r"#\s*reviewer\s*:")
COMMENT = re.compile(r"#\s*reviewer\s*:\s*(?P<how>ignore-file|ignore)\b\s*(?:\[(?P<rules>[^\]]*)\])?(?P<reason>[^#]*)")
# A file that does not parse has no statements, so only a line by itself, for the whole file, can be told for sure.
FOR_FILE = re.compile(r"^[ \t]*(?P<comment>#\s*reviewer\s*:\s*ignore-file\b.*)$", re.MULTILINE)
NOWHERE = Extent(0, 0)
# Why a comment can be taken away: it is not that it is written wrong.
NAMELESS = "it names no rule, as in `# reviewer: ignore[rule] reason`"
NOTHING = "`{}` finds nothing there"


class UnusedSuppression(Check):
    """A comment that hides nothing hides the next finding there, which nobody has looked at.

    It was left behind when the code was mended, names a rule that does not exist, names none, or gives no reason
    where the configuration asks for one (`require-reason`). Take it away, or write it right:

        # reviewer: ignore[function-too-long] it is a table, and reads as one

    Behind code it is about that line; in the head of a function or class about all of it; on a line by itself about
    the statement that follows; as `ignore-file` about the file. A rule that is not run is not judged.
    """

    name: ClassVar[str] = "unused-suppression"
    level: ClassVar[Level] = Level.WARNING
    message: ClassVar[str] = "The next problem here would go unseen, while this comment hides nothing: {because}."

    def at(self, suppression: Suppression, about: str, because: str, lines: Sequence[str] = ()) -> Finding:
        """The finding about one rule that a comment of these lines names, or about the comment as a whole."""
        line, column = suppression.line, suppression.column
        return Finding(
            rule=self.name,
            level=self.level,
            confidence=self.confidence,
            message=self.message.format(because=because),
            path=suppression.path,
            span=Span(line, column, line, column + 1),
            key=about,
            params={"because": because},
            extent=Extent(line, line),
            fix=_taken_away(suppression, lines) if because in (NAMELESS, NOTHING.format(about)) else None,
        )


def _taken_away(suppression: Suppression, lines: Sequence[str]) -> Fix | None:
    """The end of a comment that names one rule at most: of its line, or of what stands there behind code."""
    line, column = suppression.line, suppression.column
    text = lines[line - 1] if line <= len(lines) else ""
    found = COMMENT.match(text, column - 1)
    if found is None or suppression.rules[1:]:
        return None
    before, rest = text[: column - 1].rstrip(), text[found.end() :]
    if not before and not rest and line < len(lines):
        return Fix(safe=True, edits=(Edit(Span(line, 1, line + 1, 1), ""),))
    return Fix(safe=True, edits=(Edit(Span(line, len(before) + 1, line, found.end() + 1), "  " if rest else ""),))


def suppressions(ctx: Context) -> Iterator[Suppression]:
    """What the comments of a file say to us."""
    for comment, extent in ctx.comments():
        yield from _read(ctx.path, comment.row + 1, comment.column, comment.text, extent or NOWHERE)


def suppressions_of_unparsable(path: str, text: str) -> Iterator[Suppression]:
    """What can be told of a file that does not parse: the comments that are about the whole of it."""
    for found in FOR_FILE.finditer(text):
        row = text.count("\n", 0, found.start())
        yield from _read(path, row + 1, found.start("comment") - found.start(), found["comment"], NOWHERE)


def _read(path: str, line: int, column: int, text: str, extent: Extent) -> Iterator[Suppression]:
    for found in COMMENT.finditer(text):
        rules = tuple(dict.fromkeys(name for part in (found["rules"] or "").split(",") if (name := part.strip())))
        about = WHOLE_FILE if found["how"] == "ignore-file" else extent
        yield Suppression(path, line, column + found.start() + 1, rules, found["reason"].strip(), about)


class Judgement:
    """What the suppressions of some files hide, and which of them hide nothing."""

    def __init__(self, suppressions: Iterable[Suppression], *, require_reason: bool) -> None:
        self._by_path: dict[str, list[Suppression]] = {}
        self._require_reason = require_reason
        for suppression in suppressions:
            self._by_path.setdefault(suppression.path, []).append(suppression)

    def hiding(self, finding: Finding) -> Suppression | None:
        """The narrowest suppression that hides a finding."""
        around = [each for each in self._by_path.get(finding.path or "", ()) if self._hides(each, finding)]
        return min(around, key=lambda each: (each.extent.last - each.extent.first, each), default=None)

    def _hides(self, suppression: Suppression, finding: Finding) -> bool:
        if finding.name not in suppression.rules or finding.span is None or self._lacks_reason(suppression):
            return False
        return suppression.extent.first <= finding.span.line <= suppression.extent.last

    def _lacks_reason(self, suppression: Suppression) -> bool:
        return self._require_reason and not suppression.reason

    def unused(
        self, path: str, findings: Sequence[Finding], ran: Container[str], known: Collection[str]
    ) -> Iterator[tuple[Suppression, str, str]]:
        """The suppressions of a file that hide nothing, each with the rule that does so and why.

        `ran` are the rules that came through the file, `known` are all that there are.
        """
        for suppression in self._by_path.get(path, ()):
            if not suppression.rules:
                yield suppression, "", NAMELESS
            elif self._lacks_reason(suppression):
                yield (
                    suppression,
                    ", ".join(suppression.rules),
                    "it gives no reason, and the configuration asks for one",
                )
            else:
                found = {each.name for each in findings if self._hides(suppression, each)}
                for rule in sorted({*suppression.rules} - found):
                    yield from ((suppression, rule, because) for because in _because(rule, ran, known))


def added(
    head: Iterable[Suppression],
    base: Iterable[Suppression],
    changes: Mapping[str, Change],
    homes: Callable[[str], Iterable[str]],
) -> tuple[Suppression, ...]:
    """The suppressions of the head that the change adds, sorted; `homes` are the files of the base that a file was.

    One that says the same as one that is gone there was moved.
    """
    then = Counter((each.path, each.rules, each.reason) for each in base)
    touched: list[Suppression] = []
    for suppression in sorted(head):
        change = changes.get(suppression.path)
        if change and suppression.line in change.lines:
            touched.append(suppression)
        else:
            _taken(suppression, then, homes)
    return tuple(each for each in touched if not _taken(each, then, homes))


def _taken(
    suppression: Suppression,
    then: Counter[tuple[str, tuple[str, ...], str]],
    homes: Callable[[str], Iterable[str]],
) -> bool:
    for home in homes(suppression.path):
        about = (home, suppression.rules, suppression.reason)
        if then[about]:
            then[about] -= 1
            return True
    return False


def _because(rule: str, ran: Container[str], known: Collection[str]) -> Iterator[str]:
    """Why a rule hides nothing, if that can be told."""
    if rule not in known:
        yield f"there is no rule `{rule}`{_nearest(rule, known)}"
    elif rule in ran:
        yield NOTHING.format(rule)


def _nearest(rule: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(rule, sorted(known), n=1, cutoff=0.5)
    return f", the nearest is `{close[0]}`" if close else ""
