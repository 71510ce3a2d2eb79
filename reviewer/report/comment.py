"""The comments on a pull request in GitHub's markdown: on one finding, on several of one rule, and an explanation."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from reviewer.model import Fact, Finding, Related
from reviewer.report import no_catalogue
from reviewer.report.escaping import code, escape, fenced, link, shortened

# A page's address, from a path and a line.
Link = Callable[[str, int], str]

# Longer texts are a stranger's; escaped, each character can take fourteen.
LONGEST_MESSAGE = 500
LONGEST_PATH = 200
LONGEST_DETAIL = 80
MOST_RELATED = 5
MOST_FACTS = 5
MOST_OF_A_SET = 10
# The paragraphs of a rule's text that a comment holds.
BRIEF = 3
LONGEST_ADDRESS = 400
# Of as many findings one comment tells at most; the others stand in the summary. Each takes a limited room.
MOST_FOLDED = 50
LONGEST_BRIEF = 500
# No code of anybody has such a row of backticks.
TICKS = "`" * 40


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a rule is about, with code that breaks it and code that does not; `page` is its address on the web."""

    text: str
    bad: str = ""
    good: str = ""
    page: str | None = None

    @property
    def brief(self) -> str:
        """What happens, why, and what to do instead: the rest is about how the rule knows."""
        return "\n\n".join(self.text.split("\n\n")[:BRIEF])


# What a rule means, by its name; None of a rule that is not known here.
Catalogue = Callable[[str], Explanation | None]


@dataclass(frozen=True, slots=True)
class Voice:
    """How findings are told: with links to places, and with what is known of their rules."""

    link_to: Link | None = None
    catalogue: Catalogue = no_catalogue

    def comment(self, finding: Finding) -> str:
        """The body of a comment on one finding, without markers."""
        return _joined([self._elsewhere(finding) + message(finding.message), *self._about(finding)])

    def folded(self, findings: Sequence[Finding]) -> str:
        """The body of a comment on several findings of one rule in one file."""
        first = findings[0]
        here = all(finding.anchor is None or finding.anchor.path == finding.path for finding in findings)
        where = self._line if here else self._whole_place
        entries = [f"- {where(finding)}: {_brief(finding.message)}" for finding in findings]
        named = [f"**{first.level}**", self.rule(first.name)]
        same = "places in this file have the same problem" if here else "places are affected by this change"
        start = f"{len(findings)} {same}:"
        return _joined([start, "\n".join(entries), " · ".join(named), *self._why(first)])

    def explained(self, finding: Finding) -> str:
        """The answer to one who asks what a finding means."""
        explanation = self.catalogue(finding.name)
        if explanation is None:
            return f"{self.rule(finding.name)} is not one of the rules that are explained here."
        return _joined([f"**{self.rule(finding.name)}**", *_explained(explanation, explanation.text)])

    def rule(self, rule: str) -> str:
        """A rule's name, linked to its page where there is one."""
        explanation = self.catalogue(rule)
        return link(code(rule), explanation.page) if explanation and explanation.page else code(rule)

    def place(self, path: str, line: int | None) -> str:
        """A path with its line, linked where there is somewhere to link to."""
        text = code(shortened(path, LONGEST_PATH) + (f":{line}" if line is not None else ""))
        return link(text, self.link_to(path, line or 1)) if self.link_to and len(path) <= LONGEST_PATH else text

    def _about(self, finding: Finding) -> Iterator[str]:
        yield from _fix(finding)
        yield self._measured(finding)
        yield from self._related(finding)
        yield from self._why(finding)

    def _elsewhere(self, finding: Finding) -> str:
        """Where a finding is that is told at its cause, in another file."""
        if finding.anchor is None or finding.path is None or finding.anchor.path == finding.path:
            return ""
        return f"In {self.place(finding.path, finding.span.line if finding.span else None)}: "

    def _measured(self, finding: Finding) -> str:
        confidence = [] if finding.confidence == "high" else [f"{finding.confidence} confidence"]
        facts = [_fact(name, finding.facts[name]) for name in sorted(finding.facts)[:MOST_FACTS]]
        news = [_fact("new", finding.news)] if finding.news else []
        return " · ".join([f"**{finding.level}**", self.rule(finding.name), *confidence, *facts, *news])

    def _related(self, finding: Finding) -> Iterator[str]:
        places = finding.elsewhere
        entries = [self._related_place(place) for place in places[:MOST_RELATED]]
        if len(places) > MOST_RELATED:
            entries.append(f"- and {len(places) - MOST_RELATED} more")
        if entries:
            yield "\n".join(entries)

    def _related_place(self, related: Related) -> str:
        said = escape(shortened(related.message, LONGEST_PATH))
        return f"- {self.place(related.path, related.line)}: {said}"

    def _line(self, finding: Finding) -> str:
        line = finding.span.line if finding.span else 1
        address = self.link_to(finding.path or "", line) if self.link_to else ""
        return link(f"line {line}", address) if 0 < len(address) <= LONGEST_ADDRESS else f"line {line}"

    def _whole_place(self, finding: Finding) -> str:
        return self.place(finding.path or "", finding.span.line if finding.span else None)

    def _why(self, finding: Finding) -> Iterator[str]:
        explanation = self.catalogue(finding.name)
        if explanation is None:
            return
        yield "<details><summary>Why, and what to write instead</summary>"
        yield from _explained(explanation, explanation.brief)
        mark = code(f"# reviewer: ignore[{finding.name}] why")
        yield f"To hide it: {mark} behind the code, or answer here with {code('/reviewer ignore why')}."
        yield "</details>"


def _fix(finding: Finding) -> Iterator[str]:
    """The fix of a finding, to be taken at a click or as a diff, and what it changes of what the code does."""
    if finding.suggestion is not None and TICKS not in finding.suggestion:
        yield fenced(finding.suggestion, "suggestion")
    elif finding.diff is not None and TICKS not in finding.diff:
        yield fenced(finding.diff, "diff")
    else:
        return
    if finding.fix and not finding.fix.safe:
        effect = finding.fix.effect
        yield f"This changes behaviour: {message(effect)}." if effect else "This can change behaviour."


def _explained(explanation: Explanation, text: str) -> Iterator[str]:
    yield text
    for title, example in (("Bad", explanation.bad), ("Good", explanation.good)):
        if example:
            yield f"{title}:"
            yield fenced(example, "python")


def message(text: str) -> str:
    """A message as one line of markdown, of no more than a message's length."""
    return escape(shortened(text, LONGEST_MESSAGE))


def _brief(text: str) -> str:
    """A message as one line of markdown, of so little that fifty of them have room in a comment."""
    lengths = (LONGEST_MESSAGE, 150, 60, 20)
    return next((line for each in lengths if len(line := escape(shortened(text, each))) <= LONGEST_BRIEF), "…")


def name(text: str) -> str:
    """The name of a fact, in words."""
    return escape(shortened(text, LONGEST_DETAIL).replace("_", " "))


def _fact(title: str, fact: Fact) -> str:
    if isinstance(fact, int):
        return f"{name(title)}: {fact}"
    members = [code(shortened(member, LONGEST_DETAIL)) for member in fact[:MOST_OF_A_SET]]
    return f"{name(title)}: {', '.join(members)}" + (" …" if len(fact) > MOST_OF_A_SET else "")


def _joined(parts: Sequence[str]) -> str:
    return "\n\n".join(parts) + "\n"
