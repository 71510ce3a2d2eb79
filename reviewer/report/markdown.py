"""The report in GitHub's markdown: a comment on a finding, and the summary of a review."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from reviewer.model import Fact, Finding, Level, Problem, Related, Review, Suppression
from reviewer.report import Lines, no_lines
from reviewer.report.account import account, counted, grown, levels
from reviewer.report.escaping import BREAK, code, escape, fenced, link, shortened
from reviewer.report.fitting import Section, fitted
from reviewer.report.printable import printable_lines
from reviewer.report.suggestion import suggestion

# A page's address, from a path and a line.
Link = Callable[[str, int], str]

# Longer texts are a stranger's; escaped, each character can take fourteen.
LONGEST_MESSAGE = 500
LONGEST_PATH = 200
LONGEST_DETAIL = 80
LONGEST_QUOTE = 2000
MOST_LINES = 20
MOST_RELATED = 5
MOST_FACTS = 5
MOST_OF_A_SET = 10
# Below GitHub's limit for a comment, 65,536 characters, with room for the poster's markers.
ROOM = 65_000


def comment(finding: Finding, *, lines: Lines = no_lines, link_to: Link | None = None) -> str:
    """The body of an inline comment, without markers; `lines` gives the source that a suggestion needs."""
    parts = [_elsewhere(finding, link_to) + _message(finding.message), *_fix(finding, lines), _measured(finding)]
    places = finding.elsewhere
    related = [_related(place, link_to) for place in places[:MOST_RELATED]]
    if len(places) > MOST_RELATED:
        related.append(f"- and {len(places) - MOST_RELATED} more")
    return "\n\n".join([*parts, *(["\n".join(related)] if related else [])]) + "\n"


def _elsewhere(finding: Finding, link_to: Link | None) -> str:
    """Where a finding is that is told at its cause, in another file."""
    if finding.anchor is None or finding.path is None or finding.anchor.path == finding.path:
        return ""
    return f"In {_place(finding.path, finding.span.line if finding.span else None, link_to)}: "


def _message(text: str) -> str:
    return escape(shortened(text, LONGEST_MESSAGE))


def _fix(finding: Finding, lines: Lines) -> Iterator[str]:
    block = suggestion(finding, lines(finding.path)) if finding.fix and finding.path is not None else None
    if block and finding.fix:
        yield block
        if not finding.fix.safe:
            yield "The suggestion can change behaviour."


def _measured(finding: Finding) -> str:
    confidence = [] if finding.confidence == "high" else [f"{finding.confidence} confidence"]
    facts = [_fact(name, finding.facts[name]) for name in sorted(finding.facts)[:MOST_FACTS]]
    news = [_fact("new", finding.news)] if finding.news else []
    return " · ".join([f"**{finding.level}**", code(finding.rule), *confidence, *facts, *news])


def _fact(name: str, fact: Fact) -> str:
    if isinstance(fact, int):
        return f"{_name(name)}: {fact}"
    members = [code(shortened(member, LONGEST_DETAIL)) for member in fact[:MOST_OF_A_SET]]
    return f"{_name(name)}: {', '.join(members)}" + (" …" if len(fact) > MOST_OF_A_SET else "")


def _name(name: str) -> str:
    return escape(shortened(name, LONGEST_DETAIL).replace("_", " "))


def _related(related: Related, link_to: Link | None) -> str:
    return f"- {_place(related.path, related.line, link_to)}: {escape(shortened(related.message, LONGEST_PATH))}"


def _place(path: str, line: int | None, link_to: Link | None) -> str:
    text = code(shortened(path, LONGEST_PATH) + (f":{line}" if line is not None else ""))
    return link(text, link_to(path, line or 1)) if link_to and len(path) <= LONGEST_PATH else text


def summary(
    review: Review, *, hidden_inline: Sequence[Finding] = (), link_to: Link | None = None, max_length: int = ROOM
) -> str:
    """The job summary and the sticky comment, without markers, in at most `max_length` bytes.

    `hidden_inline` are the findings without an inline comment; they are listed, notes and problems always.
    """
    listed = sorted((finding for finding in hidden_inline if finding.level is not Level.NOTE), key=_gravity)
    notes = [finding for finding in review.shown if finding.level is Level.NOTE]
    sections = [
        Section(
            "#### Not reviewed\n", [_problem(each, link_to) for each in review.problems if each.blocking], "problems"
        ),
        Section("| rule | level | findings |\n| --- | --- | ---: |", list(_rows(review)), "rules"),
        Section("#### Without a comment of their own\n", [_entry(each, link_to) for each in listed], "findings"),
        Section("#### Notes\n", [_entry(each, link_to) for each in notes], "notes"),
        Section("#### Worse than before\n", [_worse(each, link_to) for each in review.worse], "findings"),
        Section(
            "#### Suppressed by this change\n",
            [_suppression(each, link_to) for each in review.suppressions],
            "suppressions",
        ),
        Section("#### Fixed by this change\n", list(_fixed(review)), "rules"),
        Section(
            "#### Notices\n", [_problem(each, link_to) for each in review.problems if not each.blocking], "notices"
        ),
    ]
    start = f"### {_verdict(review)}\n\n{_message(review.comparison.title)}"
    return fitted(start, sections, f"<sub>{_message(account(review))}</sub>", max_length)


def _gravity(finding: Finding) -> tuple[int, object]:
    return (finding.level.rank, finding.order)


def _verdict(review: Review) -> str:
    blocking = sum(problem.blocking for problem in review.problems)
    unreviewed = f"{counted(blocking, 'problem')} kept code from being reviewed" if blocking else ""
    graver = _graver(review)
    found = levels(review) if graver else "Nothing found"
    return "; ".join(part for part in (unreviewed, found if graver or not blocking else "") if part)


def _graver(review: Review) -> list[Finding]:
    return [finding for finding in review.shown if finding.level is not Level.NOTE]


def _rows(review: Review) -> Iterator[str]:
    counts = Counter((finding.level.rank, finding.level, finding.rule) for finding in _graver(review))
    for (_, level, rule), count in sorted(counts.items()):
        yield f"| {code(rule)} | {level} | {count} |"


def _entry(finding: Finding, link_to: Link | None) -> str:
    line = finding.span.line if finding.span else None
    place = f"{_place(finding.path, line, link_to)}: " if finding.path is not None else ""
    return f"- {place}{_message(finding.message)} **{finding.level}** {code(finding.rule)}"


def _worse(finding: Finding, link_to: Link | None) -> str:
    line = finding.span.line if finding.span else None
    numbers = [f"{_name(name)}: {then} → {now}" for name, then, now in grown(finding)]
    symbol = f" {code(shortened(finding.symbol, LONGEST_DETAIL))}" if finding.symbol else ""
    return f"- {_place(finding.path or '', line, link_to)}:{symbol} {', '.join(numbers)} {code(finding.rule)}"


def _suppression(suppression: Suppression, link_to: Link | None) -> str:
    rules = ", ".join(code(shortened(rule, LONGEST_DETAIL)) for rule in suppression.rules[:MOST_OF_A_SET])
    reason = _message(suppression.reason) if suppression.reason else "no reason given"
    return f"- {_place(suppression.path, suppression.line, link_to)}: {rules}: {reason}"


def _fixed(review: Review) -> Iterator[str]:
    counts = Counter(finding.rule for finding in review.fixed)
    for rule, count in sorted(counts.items()):
        yield f"- {code(rule)}" + (f": {count}" if count > 1 else "")


def _problem(problem: Problem, link_to: Link | None) -> str:
    place = f"{_place(problem.path, None, link_to)}: " if problem.path is not None else ""
    first, *others = printable_lines(problem.message)
    return "\n".join([f"- {place}{_message(first)} {code(problem.kind)}", *_quoted(others)])


def _quoted(lines: Sequence[str]) -> Iterator[str]:
    """A block of code inside an entry: the end of a traceback says what went wrong."""
    if lines:
        block = "\n".join(lines[-MOST_LINES:])[-LONGEST_QUOTE:].replace("<!--", f"<!{BREAK}--")
        yield from (f"  {line}" for line in ["", *fenced(block, "text").split("\n")])
