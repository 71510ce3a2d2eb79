"""The summary of a review in GitHub's markdown."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reviewer.model import Finding, Level, Problem, Review, Suppression
from reviewer.report.account import account, counted, grown, levels
from reviewer.report.comment import LONGEST_DETAIL, MOST_OF_A_SET, Voice, message, name
from reviewer.report.escaping import BREAK, code, fenced, link, shortened
from reviewer.report.fitting import Section, fitted
from reviewer.report.measures import change_of, covered, files, functions
from reviewer.report.printable import printable_lines
from reviewer.tool_results import Complexity, Maintainability

COMPLEXITY = "| function | complexity |\n| --- | ---: |"
MAINTAINABILITY = "| file | maintainability index, 0 to 100 |\n| --- | ---: |"
LONGEST_QUOTE = 2000
MOST_LINES = 20
# Below GitHub's limit for a comment, 65,536 characters, with room for the poster's markers.
ROOM = 65_000


@dataclass(frozen=True, slots=True)
class Discussed:
    """A finding with the address of the thread about it, and what people have to know of that thread."""

    finding: Finding
    address: str
    note: str
    ignored: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """Where the shown findings are told: those that are listed under a `heading`, and those that are talked about.

    `account` is a sentence about it.
    """

    alone: Sequence[Finding] = ()
    heading: str = "Findings"
    discussed: Sequence[Discussed] = ()
    account: str = ""


def summary(review: Review, listing: Listing, voice: Voice, max_length: int = ROOM) -> str:
    """The job summary and the sticky comment, without markers, in at most `max_length` bytes.

    What has no comment is listed, notes and problems always.
    """
    ignored = sum(each.ignored for each in listing.discussed)
    start = f"### {_verdict(review, ignored)}\n\n{message(review.comparison.title)}"
    end = " ".join(part for part in (message(account(review)), listing.account) if part)
    return fitted(start, _sections(review, listing, voice), f"<sub>{end}</sub>", max_length)


def _sections(review: Review, listing: Listing, voice: Voice) -> list[Section]:
    """The parts of the summary in the order of their weight."""
    listed = sorted((each for each in listing.alone if each.level is not Level.NOTE), key=lambda each: each.gravity)
    notes = [_entry(finding, voice) for finding in review.shown if finding.level is Level.NOTE]
    unreviewed = [_problem(problem, voice) for problem in review.problems if problem.blocking]
    notices = [_problem(problem, voice) for problem in review.problems if not problem.blocking]
    settled = [_discussed(each, voice) for each in listing.discussed]
    suppressed = [_suppression(each, voice) for each in review.suppressions]
    return [
        Section("#### Not reviewed\n", unreviewed, "problems"),
        Section("| rule | level | findings |\n| --- | --- | ---: |", list(_rows(review, voice)), "rules"),
        Section(f"#### {listing.heading}\n", [_entry(finding, voice) for finding in listed], "findings"),
        Section("#### Settled by people, or told before\n", settled, "findings"),
        Section("#### Notes\n", notes, "notes"),
        Section("#### Worse than before\n", [_worse(finding, voice) for finding in review.worse], "findings"),
        Section(
            "#### Coverage of the change\n", [f"- {covered(each)}" for each in (review.tools.coverage,) if each], ""
        ),
        Section(COMPLEXITY, [_complexity(each, voice) for each in functions(review.tools)], "functions"),
        Section(MAINTAINABILITY, [_maintainability(each, voice) for each in files(review.tools)], "files"),
        Section("#### Suppressed by this change\n", suppressed, "suppressions"),
        Section("#### Fixed by this change\n", list(_fixed(review, voice)), "rules"),
        Section("#### Notices\n", notices, "notices"),
    ]


def _verdict(review: Review, ignored: int = 0) -> str:
    blocking = sum(problem.blocking for problem in review.problems)
    unreviewed = f"{counted(blocking, 'problem')} kept code from being reviewed" if blocking else ""
    graver = _graver(review)
    found = levels(review) if graver else "Nothing found"
    without = f"{ignored} of them ignored by people" if ignored else ""
    return "; ".join(part for part in (unreviewed, found if graver or not blocking else "", without) if part)


def _graver(review: Review) -> list[Finding]:
    return [finding for finding in review.shown if finding.level is not Level.NOTE]


def _rows(review: Review, voice: Voice) -> Iterator[str]:
    ranked = ((each.level.rank, each.source != "own", each.level, each.name) for each in _graver(review))
    for (_, _, level, rule), count in sorted(Counter(ranked).items()):
        yield f"| {voice.rule(rule)} | {level} | {count} |"


def _entry(finding: Finding, voice: Voice) -> str:
    line = finding.span.line if finding.span else None
    place = f"{voice.place(finding.path, line)}: " if finding.path is not None else ""
    return f"- {place}{message(finding.message)} **{finding.level}** {voice.rule(finding.name)}"


def _discussed(discussed: Discussed, voice: Voice) -> str:
    return f"{_entry(discussed.finding, voice)}: {link(discussed.note, discussed.address)}"


def _worse(finding: Finding, voice: Voice) -> str:
    line = finding.span.line if finding.span else None
    numbers = [f"{name(fact)}: {then} → {now}" for fact, then, now in grown(finding)]
    symbol = f" {code(shortened(finding.symbol, LONGEST_DETAIL))}" if finding.symbol else ""
    return f"- {voice.place(finding.path or '', line)}:{symbol} {', '.join(numbers)} {voice.rule(finding.name)}"


def _complexity(measure: Complexity, voice: Voice) -> str:
    symbol = code(shortened(measure.symbol, LONGEST_DETAIL).replace("|", "¦"))
    return f"| {symbol} in {voice.place(measure.path, None)} | {change_of(measure)} |"


def _maintainability(measure: Maintainability, voice: Voice) -> str:
    return f"| {voice.place(measure.path, None)} | {change_of(measure)} |"


def _suppression(suppression: Suppression, voice: Voice) -> str:
    rules = ", ".join(code(shortened(rule, LONGEST_DETAIL)) for rule in suppression.rules[:MOST_OF_A_SET])
    reason = message(suppression.reason) if suppression.reason else "no reason given"
    return f"- {voice.place(suppression.path, suppression.line)}: {rules}: {reason}"


def _fixed(review: Review, voice: Voice) -> Iterator[str]:
    counts = Counter(finding.name for finding in review.fixed)
    for rule, count in sorted(counts.items()):
        yield f"- {voice.rule(rule)}" + (f": {count}" if count > 1 else "")


def _problem(problem: Problem, voice: Voice) -> str:
    place = f"{voice.place(problem.path, None)}: " if problem.path is not None else ""
    first, *others = printable_lines(problem.message)
    return "\n".join([f"- {place}{message(first)} {code(problem.kind)}", *_quoted(others)])


def _quoted(lines: Sequence[str]) -> Iterator[str]:
    """A block of code inside an entry: the end of a traceback says what went wrong."""
    if lines:
        block = "\n".join(lines[-MOST_LINES:])[-LONGEST_QUOTE:].replace("<!--", f"<!{BREAK}--")
        yield from (f"  {line}" for line in ["", *fenced(block, "text").split("\n")])
