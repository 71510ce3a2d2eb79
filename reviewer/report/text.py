"""The report for people at a terminal."""

from collections.abc import Iterable, Iterator

from reviewer.model import Finding, Level, Problem, Review, Suppression
from reviewer.report import Lines, no_lines
from reviewer.report.account import account, grown
from reviewer.report.excerpt import excerpt
from reviewer.report.measures import change_of, covered, files, functions
from reviewer.report.printable import printable, printable_lines
from reviewer.tool_results import Complexity, Maintainability

BOLD = "1"
FAINT = "2"
STYLES = {Level.ERROR: "1;31", Level.WARNING: "1;33", Level.ADVICE: "1;36", Level.NOTE: "1;34"}


def render(review: Review, *, lines: Lines = no_lines, colour: bool = False) -> str:
    """What is compared, then the findings shown, the problems, and the account."""
    blocks = [
        printable(review.comparison.title),
        *("\n".join(_finding(finding, lines, colour=colour)) for finding in review.shown),
        *(_problem(problem, colour=colour) for problem in review.problems),
        *_listed("Worse than before", map(_worse, review.worse)),
        *_listed("Coverage of the change", (covered(each) for each in (review.tools.coverage,) if each)),
        *_listed("Complexity", (_measure(each.path, each.symbol, each) for each in functions(review.tools))),
        *_listed("Maintainability index, 0 to 100", (_measure(each.path, "", each) for each in files(review.tools))),
        *_listed("Suppressed by this change", map(_suppression, review.suppressions)),
        *_listed("Fixed by this change", (f"{_place(each)}: {printable(each.name)}" for each in review.fixed)),
        printable(account(review)),
    ]
    return "\n\n".join(blocks) + "\n"


def _finding(finding: Finding, lines: Lines, *, colour: bool) -> Iterator[str]:
    place = _styled(_place(finding), BOLD, colour=colour)
    label = _styled(f"{finding.level}[{printable(finding.name)}]", STYLES[finding.level], colour=colour)
    yield f"{place}: {label}: {printable(finding.message)}"
    yield from _source(finding, lines, colour=colour)
    if finding.news:
        yield f"  = new: {printable(', '.join(finding.news))}"
    for related in finding.elsewhere:
        yield f"  = {printable(related.path)}:{related.line}: {printable(related.message)}"


def _place(finding: Finding) -> str:
    if finding.path is None:
        return "project"
    path = _path(finding.path)
    return f"{path}:{finding.span.line}:{finding.span.column}" if finding.span else path


def _path(path: str) -> str:
    """A path as text; a runner takes a line that starts with two colons for a command of its own."""
    return f"./{printable(path)}" if path.startswith(":") else printable(path)


def _source(finding: Finding, lines: Lines, *, colour: bool) -> Iterator[str]:
    """The finding's first line and the carets below it; nothing when the source is not at hand."""
    span = finding.span
    source = lines(finding.path) if finding.path is not None and span is not None else ()
    if span is None or span.line > len(source):
        return
    shown = excerpt(source[span.line - 1], span)
    number = f"{span.line:>5}"
    rest = f" to line {span.end_line}" if span.end_line > span.line else ""
    yield f"{_styled(f'{number} |', FAINT, colour=colour)} {shown.text}".rstrip()
    carets = _styled(shown.underline + rest, STYLES[finding.level], colour=colour)
    yield f"{_styled(' ' * len(number) + ' |', FAINT, colour=colour)} {carets}"


def _listed(title: str, lines: Iterable[str]) -> Iterator[str]:
    """A list below a title; no title without a list."""
    if rows := [f"  {line}" for line in lines]:
        yield "\n".join([f"{title}:", *rows])


def _worse(finding: Finding) -> str:
    numbers = ", ".join(f"{name} {then} → {now}" for name, then, now in grown(finding))
    return printable(f"{_place(finding)}: {finding.symbol or 'the file'} {finding.name}: {numbers}")


def _measure(path: str, symbol: str, measure: Complexity | Maintainability) -> str:
    return printable(" ".join(part for part in (f"{_path(path)}:", symbol, change_of(measure)) if part))


def _suppression(suppression: Suppression) -> str:
    told = f"{', '.join(suppression.rules)}: {suppression.reason or 'no reason given'}"
    return f"{_path(suppression.path)}:{suppression.line}: {printable(told)}"


def _problem(problem: Problem, *, colour: bool) -> str:
    label = _styled("problem" if problem.blocking else "notice", STYLES[Level.ERROR], colour=colour)
    place = f"{_path(problem.path)}: " if problem.path is not None else ""
    message = "\n    ".join(printable_lines(problem.message))
    return f"{place}{label}[{printable(problem.kind)}]: {message}"


def _styled(text: str, style: str, *, colour: bool) -> str:
    return f"\x1b[{style}m{text}\x1b[0m" if colour and text else text
