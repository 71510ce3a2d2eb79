"""Fixes put to the proof: one is offered only where the review of what it leaves finds its finding gone and no other.

The safe fixes of a file are tried together, so are the others, and in halves where that fails; all files that are tried
at a time share one run of ruff. So what is offered was tried alone, or beside others that are offered too; it leaves
valid code without them.
"""

import ast
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from reviewer.aim import Aim
from reviewer.errors import ReviewerError
from reviewer.fix import applied, overlap
from reviewer.model import Edit, Finding, Fix
from reviewer.sides import Side, limits, review
from reviewer.source import Unparsable, Unsupported, lines_of, parse
from reviewer.tooling import relinted
from reviewer.tools.heard import Heard, failed
from reviewer.tools.rules import RUFF

# Why a fix is refused.
LEFT = "left the finding"
NEW = "made a new one"
BROKEN = "left no valid file"
UNREVIEWED = "could not be reviewed"
OVERLAPPING = "overlapped another"
# Mypy is not asked again: it reads the whole project.
SOURCES = ("own", RUFF)
NONE = Fix(safe=True, edits=())
UNCOMPILABLE = (SyntaxError, ValueError, RecursionError, MemoryError)

# What makes findings the same, counted: nothing of where they stand.
Identity = tuple[str, str, str, str]
# The findings, and how many fixes are refused, by the reason.
Proven = tuple[tuple[Finding, ...], Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Trial:
    """Some fixes of one file that are tried together, by their places among all findings."""

    path: str
    members: tuple[int, ...]

    def halves(self) -> Iterator["Trial"]:
        """Both halves of it."""
        middle = len(self.members) // 2
        yield Trial(self.path, self.members[:middle])
        yield Trial(self.path, self.members[middle:])


def proven(findings: Sequence[Finding], head: Side, aim: Aim, *, linted: bool) -> Proven:
    """The findings, with the fixes that are proven alone, and how many are refused; `linted`: whether ruff took part.

    `head` is the reviewed side that the findings are from.
    """
    proof = _Proof(findings, head, aim, linted=linted)
    if aim.request.fixes:
        proof.run()
    kept = (each if n in proof.accepted else replace(each, fix=None) for n, each in enumerate(findings))
    return tuple(kept), Counter(proof.refused.values())


def fixed(data: bytes, edits: Iterable[Edit]) -> bytes | None:
    """A file with some edits, in its encoding; None where that is none, or none that can be read."""
    try:
        encoding = parse(data).encoding
        text = applied(data.decode(encoding), edits)
        made = text.encode(encoding)
        # Formatting comes through as it is, so nothing but the edits is another.
        whole = parse(made).code == text and made.decode(encoding) == text
    except (ValueError, Unparsable, Unsupported):
        return None
    return made if whole and (_compiles(made) or not _compiles(data)) else None


def _compiles(data: bytes) -> bool:
    """Whether Python takes some code; nothing of it is run."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(data, "<fix>", "exec", dont_inherit=True)
    except UNCOMPILABLE:
        return False
    return True


def _is_code(text: str, edits: Iterable[Edit]) -> bool:
    """Whether some edits leave something that Python can read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(applied(text, edits))
    except UNCOMPILABLE:
        return False
    return True


class _Proof:
    """The proof on its way; fixes go by the places of their findings."""

    def __init__(self, findings: Sequence[Finding], head: Side, aim: Aim, *, linted: bool) -> None:
        self.accepted: set[int] = set()
        self.refused: dict[int, str] = {}
        self._findings = findings
        self._head = head
        self._aim = aim
        self._linted = linted
        self._before = _identities(head)

    def run(self) -> None:
        """Try all fixes, one trial of each file at a time."""
        waiting = self._trials()
        while waiting := {path: trials for path, trials in waiting.items() if trials}:
            for trial, reason in self._tried([trials.pop() for trials in waiting.values()]):
                if reason is None:
                    self.accepted.update(trial.members)
                elif trial.members[1:]:
                    waiting[trial.path] += trial.halves()
                else:
                    self.refused[trial.members[0]] = reason

    def _trials(self) -> dict[str, list[Trial]]:
        """The first trial of each file, without the fixes that are not tried."""
        chosen: defaultdict[str, list[int]] = defaultdict(list)
        for number in self._wanted():
            members = chosen[self._findings[number].path or ""]
            if any(overlap(self._fix(number), self._fix(other)) for other in members):
                self.refused[number] = OVERLAPPING
            else:
                members.append(number)
        return {path: [*self._first(path, members)] for path, members in sorted(chosen.items())}

    def _first(self, path: str, members: Sequence[int]) -> Iterator[Trial]:
        """All safe fixes of a file, and all others: who makes the first leaves these."""
        for safe in (True, False):
            same = sorted(number for number in members if self._fix(number).safe is safe)
            if fit := tuple(self._valid(path, same) if same[1:] else same):
                yield Trial(path, fit)

    def _valid(self, path: str, members: Sequence[int]) -> Iterator[int]:
        """The fixes that leave code without the others, too: whoever makes one need not make all."""
        data = self._head.read(path)
        text = "\n".join(lines_of(data))
        # This Python is quicker than our parser; it may be older than the code, though.
        known = _is_code(text, ())
        for number in members:
            edits = self._fix(number).edits
            if _is_code(text, edits) if known else fixed(data, edits) is not None:
                yield number
            else:
                self.refused[number] = BROKEN

    def _wanted(self) -> list[int]:
        """What is shown and has a fix: the safe ones first, then the gravest, as many as are tried."""
        shown = [n for n, each in enumerate(self._findings) if each.shown and each.fix and each.source in SOURCES]
        shown.sort(key=lambda n: (not self._fix(n).safe, self._findings[n].gravity))
        most = self._aim.request.fixes
        self.refused |= dict.fromkeys(shown[most:], f"went untried, for {most} are tried at most")
        return shown[:most]

    def _fix(self, number: int) -> Fix:
        return self._findings[number].fix or NONE

    def _tried(self, trials: Sequence[Trial]) -> Iterator[tuple[Trial, str | None]]:
        """Each trial with the reason why it failed, None for one that did not."""
        texts = {each.path: fixed(self._head.read(each.path), self._edits(each)) for each in trials}
        sides = self._reviewed({path: text for path, text in texts.items() if text is not None})
        for trial in trials:
            side = sides.get(trial.path)
            fault = UNREVIEWED if side is None else self._fault(trial, side)
            yield trial, BROKEN if texts[trial.path] is None else fault

    def _edits(self, trial: Trial) -> Iterator[Edit]:
        return (edit for number in trial.members for edit in self._fix(number).edits)

    def _reviewed(self, texts: Mapping[str, bytes]) -> dict[str, Side]:
        """For each file a side on which it alone has this text, reviewed; none where that failed."""
        sides = {path: self._head.edited(path, text) for path, text in texts.items()}
        review([(side, path, path) for path, side in sides.items()], limits(self._aim.config))
        heard = self._heard(texts)
        for path, side in sides.items():
            if heard:
                own = [each for each in heard.head if each.path == path]
                side.hear(heard, own, proves=heard.complete)
        return {} if heard and heard.failed else {path: each for path, each in sides.items() if _is_read(path, each)}

    def _heard(self, texts: Mapping[str, bytes]) -> Heard | None:
        """What ruff says of these texts; None where it took no part."""
        try:
            return relinted(self._aim, texts) if self._linted and texts else None
        except ReviewerError as error:
            return Heard(RUFF, problems=(failed(str(error)),))

    def _fault(self, trial: Trial, side: Side) -> str | None:
        """What is wrong with what a trial left: its findings are to be gone, and no others there."""
        before, after = self._before[trial.path], _identities(side)[trial.path]
        gone = Counter(_identity(self._findings[number]) for number in trial.members)
        if any(after[each] > before[each] - times for each, times in gone.items()):
            return LEFT
        return NEW if any(times > before[each] for each, times in after.items()) else None


def _identities(side: Side) -> defaultdict[str, Counter[Identity]]:
    """How often each finding is there that a fix can be asked about, and each thing that one names, by files."""
    found: defaultdict[str, Counter[Identity]] = defaultdict(Counter)
    for finding in side.findings:
        if finding.source in SOURCES:
            found[finding.path or ""].update([_identity(finding), *_named(finding)])
    return found


def _named(finding: Finding) -> Iterator[Identity]:
    """What a finding names, such as the parameters without a type hint: one more of them is news."""
    source, rule, symbol, key = _identity(finding)
    for name, fact in finding.facts.items():
        if isinstance(fact, tuple):
            yield from ((source, rule, symbol, f"{key}\0{name}\0{each}") for each in fact)


def _identity(finding: Finding) -> Identity:
    return finding.source, finding.rule, finding.symbol, finding.key


def _is_read(path: str, side: Side) -> bool:
    """Whether a file was reviewed, without any trouble."""
    return path in side.outcome.ran and not side.outcome.problems
