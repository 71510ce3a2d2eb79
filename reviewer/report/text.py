"""The report for people at a terminal."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from reviewer.model import Finding, Level, Problem, Review, Suppression
from reviewer.report import Background
from reviewer.report.account import account, grown
from reviewer.report.excerpt import MOST_LINES, WIDEST, excerpts
from reviewer.report.look import Look, columns
from reviewer.report.measures import change_of, covered, files, functions
from reviewer.report.printable import printable, printable_lines
from reviewer.tool_results import Complexity, Maintainability

BOLD = "1"
FAINT = "2"
# Colours that can be read on light and on dark ground: neither white, black and yellow nor blue.
STYLES = {Level.ERROR: "1;31", Level.WARNING: "1;35", Level.ADVICE: "1;36", Level.NOTE: BOLD}
# The columns before what is said of a finding, and before its source.
INDENT = 4
GUTTER = 10


def render(review: Review, background: Background) -> str:
    """What is compared, then the findings shown by their files, the problems, and the account.

    Links lead to the files below the background's root, and to the pages of the rules that its catalogue knows.
    """
    return _Writer(background, background.look).text(review)


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes a report for one terminal."""

    background: Background
    look: Look

    def text(self, review: Review) -> str:
        tools = review.tools
        blocks = [
            self.look.wrapped(printable(review.comparison.title)),
            *self._files(review.shown),
            *map(self._problem, review.problems),
            *self._listed("Worse than before", map(_worse, review.worse)),
            *self._listed("Coverage of the change", (covered(each) for each in (tools.coverage,) if each)),
            *self._listed("Complexity", (_measure(each.path, each.symbol, each) for each in functions(tools))),
            *self._listed("Maintainability index, 0 to 100", (_measure(each.path, "", each) for each in files(tools))),
            *self._listed("Suppressed by this change", map(_suppression, review.suppressions)),
            *self._listed("Fixed by this change", (f"{_place(each)}: {printable(each.name)}" for each in review.fixed)),
            self._account(review),
            *self._next(review.shown),
        ]
        return "\n\n".join(blocks) + "\n"

    def _next(self, shown: Sequence[Finding]) -> Iterator[str]:
        """What somebody at a terminal can ask next."""
        if shown and self.look.width is not None:
            rule = printable(shown[0].name)
            more = (
                f"reviewer explain {rule} tells what to write instead; reviewer check --fix makes what is safe to fix."
            )
            yield self.look.styled(self.look.wrapped(more), FAINT)

    def _files(self, findings: Sequence[Finding]) -> Iterator[str]:
        """A block for each place, the first one of a file below its name."""
        for path, members in groupby(findings, key=lambda each: each.path):
            heading = f"{self._heading(path)}\n"
            for _, told in groupby(members, key=_start):
                yield heading + "\n".join(self._told(list(told)))
                heading = ""

    def _heading(self, path: str | None) -> str:
        name = "The project" if path is None else _path(path)
        return self.look.linked(self.look.styled(name, BOLD), self._address(path))

    def _address(self, path: str | None) -> str | None:
        root = self.background.root
        return (root / path).as_uri() if self.look.links and root is not None and path is not None else None

    def _told(self, findings: Sequence[Finding]) -> Iterator[str]:
        """What is said of one place, its source, and the other places that it has to do with."""
        yield from map(self._said, findings)
        yield from self._source(
            max(findings, key=_end), min((each.level for each in findings), key=lambda level: level.rank)
        )
        for finding in findings:
            if finding.news:
                yield self._beside(f"new: {printable(', '.join(finding.news))}")
            for related in finding.elsewhere:
                place = f"{printable(related.path)}:{related.line}"
                yield self._beside(f"{place}: {printable(related.message)}", place, related.path)

    def _said(self, finding: Finding) -> str:
        """Where it is in its file, what it is, and the message."""
        span = finding.span
        place = f"{span.line}:{span.column}: " if span else ""
        rule = printable(finding.name)
        taken = columns(f"  {place}{finding.level}[{rule}]: ")
        message = self.look.wrapped(printable(finding.message), taken=taken, indent=INDENT)
        return f"  {self.look.styled(place, BOLD)}{self._label(finding, rule)}:{_spaced(message)}"

    def _label(self, finding: Finding, rule: str) -> str:
        """`warning[rule]`, the rule linked to its page."""
        style, look = STYLES[finding.level], self.look
        explanation = self.background.catalogue(finding.name) if look.links else None
        if explanation is None or explanation.page is None:
            return look.styled(f"{finding.level}[{rule}]", style)
        return look.styled(f"{finding.level}[{look.linked(rule, explanation.page)}]", style)

    def _source(self, finding: Finding, level: Level) -> Iterator[str]:
        """The finding's lines and the carets below them; nothing when the source is not at hand."""
        span, look = finding.span, self.look
        source = self.background.lines(finding.path) if finding.path is not None and span is not None else ()
        if span is None or span.line > len(source):
            return
        widest = WIDEST if look.width is None else max(min(WIDEST, look.width - GUTTER), GUTTER)
        rest = f" to line {span.end_line}" if span.end_line - span.line >= MOST_LINES else ""
        for number, excerpt in excerpts(source, span, widest - len(rest)):
            yield f"{look.styled(f'{number:>7} |', FAINT)} {excerpt.text}".rstrip()
            yield f"{look.styled('        |', FAINT)} {look.styled(excerpt.underline + rest, STYLES[level])}"

    def _beside(self, text: str, place: str = "", path: str | None = None) -> str:
        """A line below the source; where it begins with a place, this is a link."""
        said = self.look.wrapped(text, taken=INDENT + 2, indent=INDENT + 2)
        if place and said.startswith(place):
            said = self.look.linked(place, self._address(path)) + said.removeprefix(place)
        return f"{' ' * INDENT}{self.look.styled('=', FAINT)} {said}"

    def _listed(self, title: str, lines: Iterable[str]) -> Iterator[str]:
        """A list below a title; no title without a list."""
        if rows := [f"  {self.look.wrapped(line, taken=2, indent=INDENT)}" for line in lines]:
            yield "\n".join([self.look.styled(f"{title}:", BOLD), *rows])

    def _problem(self, problem: Problem) -> str:
        place = f"{_path(problem.path)}: " if problem.path is not None else ""
        kind = "problem" if problem.blocking else "notice"
        ending = f"[{printable(problem.kind)}]:"
        first, *others = printable_lines(problem.message)
        said = self.look.wrapped(first, taken=columns(f"{place}{kind}{ending} "), indent=INDENT)
        label = self.look.styled(kind, STYLES[Level.ERROR if problem.blocking else Level.NOTE])
        return f"\n{' ' * INDENT}".join([f"{place}{label}{ending}{_spaced(said)}", *others])

    def _account(self, review: Review) -> str:
        """The account; for people at a terminal with the command that tells more of a rule."""
        more = "`reviewer explain RULE` tells what a rule is about, and what to write instead."
        hint = [self.look.wrapped(more)] if self.look.width is not None and review.shown else []
        return "\n\n".join([*hint, self.look.styled(self.look.wrapped(printable(account(review))), BOLD)])


def _spaced(said: str) -> str:
    """What is said behind a colon, after a space, or else on the next line."""
    return said if said.startswith("\n") else f" {said}"


def _start(finding: Finding) -> tuple[int, int] | None:
    return (finding.span.line, finding.span.column) if finding.span else None


def _end(finding: Finding) -> tuple[int, int]:
    return (finding.span.end_line, finding.span.end_column) if finding.span else (0, 0)


def _place(finding: Finding) -> str:
    if finding.path is None:
        return "project"
    path = _path(finding.path)
    return f"{path}:{finding.span.line}:{finding.span.column}" if finding.span else path


def _path(path: str) -> str:
    """A path as text; a runner takes a line that starts with two colons for a command of its own."""
    return f"./{printable(path)}" if path.startswith(":") else printable(path)


def _worse(finding: Finding) -> str:
    numbers = ", ".join(f"{name} {then} → {now}" for name, then, now in grown(finding))
    return printable(f"{_place(finding)}: {finding.symbol or 'the file'} {finding.name}: {numbers}")


def _measure(path: str, symbol: str, measure: Complexity | Maintainability) -> str:
    return printable(" ".join(part for part in (f"{_path(path)}:", symbol, change_of(measure)) if part))


def _suppression(suppression: Suppression) -> str:
    told = f"{', '.join(suppression.rules)}: {suppression.reason or 'no reason given'}"
    return f"{_path(suppression.path)}:{suppression.line}: {printable(told)}"
