"""What the site shows of a rule, one of our own or a tool's."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from reviewer.check import Bad, Check, Good
from reviewer.docs import Setting, settings, text_of
from reviewer.examples import code, grouped, title
from reviewer.registry import family
from reviewer.standard import ROWS
from reviewer.tools.pages import own_text
from reviewer.tools.rules import RUFF, RUFF_CODE, RULES, ToolRule

OWN = "reviewer"
RUFF_PAGE = "https://docs.astral.sh/ruff/rules/{name}/"
# A link of ruff's texts that leads nowhere but on its own site.
OWN_LINK = re.compile(r"\[(`[^`]+`)\](?![\[(:])")


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page below a heading, in markdown."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Example:
    """Code with a caption, and what a fix makes of it."""

    caption: str
    code: str
    fixed: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as its page tells it.

    `finder` is who looks for it, `page` what the tool itself says of it on the web, `scope` what it looks at and what
    it leaves alone.
    """

    name: str
    family: str
    level: str
    summary: str
    confidence: str = ""
    finder: str = OWN
    sections: tuple[Section, ...] = ()
    scope: str = ""
    message: str = ""
    examples: tuple[Example, ...] = ()
    settings: tuple[Setting, ...] = ()
    page: str = ""

    @property
    def standard(self) -> tuple[str, ...]:
        """The sentences of the standard that it holds code to, with their numbers."""
        return tuple(f"{row.number}. {row.sentence}" for row in ROWS if self.name in row.rules)


def all_of(checks: Iterable[type[Check]]) -> list[Rule]:
    """The rules of these checks and those of the tools that the standard names, by family and name."""
    rules = [*map(_own, checks), *map(_of_a_tool, RULES.values())]
    return sorted(rules, key=lambda rule: (rule.family, rule.finder != OWN, rule.name))


def _own(check: type[Check]) -> Rule:
    claim, *units = _units(text_of(check))
    sections, scope = _sections(units)
    bad, good = grouped(check)
    return Rule(
        check.name,
        family(check),
        check.level,
        claim,
        confidence=check.confidence,
        sections=sections,
        scope=scope,
        message=check.message,
        examples=tuple(map(_example, (*bad[:1], *good[:1], *bad[1:], *good[1:]))),
        settings=tuple(settings(check)),
    )


def _sections(units: Sequence[str]) -> tuple[tuple[Section, ...], str]:
    """What follows the claim of a rule's text: what happens, what to write instead, and how it knows.

    A text of two paragraphs fewer has no headings; where there is one fewer, the first two are one.
    """
    match units:
        case [happens, instead, *scope] if scope:
            told = (Section("What happens in production", happens), Section("What to write instead", instead))
            return told, "\n\n".join(scope)
        case [both, scope]:
            return (Section("What happens, and what to write instead", both),), scope
        case _:
            return tuple(Section("", unit) for unit in units), ""


def _units(text: str) -> list[str]:
    """The paragraphs of a text, each with the code that follows it."""
    units: list[str] = []
    for block in text.split("\n\n"):
        if units and block.startswith(" "):
            units[-1] += f"\n\n{block}"
        else:
            units.append(block)
    return units


def _example(example: Bad | Good) -> Example:
    chosen = f", with {json.dumps(dict(example.settings), ensure_ascii=False)}" if example.settings else ""
    fixed = example.fixed.strip("\n") if isinstance(example, Bad) and example.fixed is not None else ""
    return Example(title(example) + chosen, code(example), fixed)


def _of_a_tool(rule: ToolRule) -> Rule:
    heading, text = _of_ruff(rule) if rule.tool == RUFF and RUFF_CODE.fullmatch(rule.code) else ("", "")
    left_out = f"It is not looked for in {' and '.join(sorted(rule.not_in))}." if rule.not_in else ""
    page = RUFF_PAGE.format(name=heading.removeprefix("# ").partition(" ")[0]) if heading else ""
    told = (Section("", left_out), Section(f"What {rule.tool} says of it", text))
    sections = tuple(section for section in told if section.text)
    return Rule(rule.name, rule.family, rule.level, rule.sentence, finder=rule.tool, sections=sections, page=page)


def _of_ruff(rule: ToolRule) -> tuple[str, str]:
    """The heading that names the rule, and what follows it, its own headings one level lower; raises ToolError."""
    heading, _, text = own_text(rule).partition("\n")
    return heading, OWN_LINK.sub(r"\1", "\n".join(_lowered(text.strip())))


def _lowered(text: str) -> Iterator[str]:
    fenced = False
    for line in text.split("\n"):
        fenced ^= line.startswith("```")
        yield f"#{line}" if line.startswith("#") and not fenced else line
