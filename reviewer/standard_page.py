"""The page of the review standard: for each of its rows who finds it, with bad and good."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from reviewer.check import Bad, Check, Good
from reviewer.examples import MARK, code, grouped, short
from reviewer.report.escaping import fenced
from reviewer.standard import ROWS, STANDARD, Row
from reviewer.tools.rules import TOOLS, named

PAGE = "STANDARD.md"
OWN = "reviewer"
OPENING = (
    "Made from the rules by `reviewer docs`: each sentence of the standard, who finds what goes against it, and how"
    " grave that is. `error` blocks, `warning` is posted, `advice` is told where it is selected, a `note` is a line of"
    " the summary."
)
Checks = Mapping[str, type[Check]]


def is_complete(checks: Iterable[type[Check]]) -> bool:
    """Whether the rules of our own that the standard names are all there."""
    return {name for row in ROWS for name in row.rules if _is_own(name)} <= {check.name for check in checks}


def standard_page(checks: Iterable[type[Check]]) -> str:
    """The standard, row by row."""
    known = {check.name: check for check in checks}
    blocks = ["# The review standard", OPENING]
    for heading, rows in STANDARD.items():
        blocks.append(f"## {heading}")
        for row in rows:
            blocks += _row(row, known)
    return "\n\n".join(blocks) + "\n"


def _row(row: Row, known: Checks) -> Iterator[str]:
    yield f"### {row.number}. {row.sentence}"
    lines = [_finder(name, known) for name in row.rules]
    yield "\n".join(["| rule | found by | level |", "| --- | --- | --- |", *lines])
    bad, good = _examples(row, known)
    for heading, text in (("Bad", bad), ("Good", good)):
        if text:
            yield f"{heading}:"
            yield fenced(text, "python")


def _finder(name: str, known: Checks) -> str:
    """A rule with who finds it and its level, as a row of a table."""
    if _is_own(name):
        check = known[name]
        folder = check.__module__.split(".")[-2]
        return f"| [`{name}`]({folder}/README.md#{name}) | {OWN} | {check.level} |"
    rule, tool = named(name), name.partition(":")[0]
    return f"| `{name}` | {tool} | {rule.level if rule else 'error'} |"


def _examples(row: Row, known: Checks) -> Sequence[str]:
    """A bad and a good example of a row's own rules, else those of the row."""
    for check in (known[name] for name in row.rules if _is_own(name)):
        bad, good = map(_plainest, grouped(check))
        if bad:
            return bad, good
    return row.bad.strip("\n"), row.good.strip("\n")


def _plainest(examples: Sequence[Bad | Good]) -> str:
    """The first example that needs no settings and is short, else the first one."""
    plain = [example for example in examples if not example.settings]
    return (short(plain) or code((plain or examples)[0])).replace(MARK, "") if examples else ""


def _is_own(name: str) -> bool:
    return name.partition(":")[0] not in TOOLS
