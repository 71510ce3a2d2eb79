"""What users read about the rules, made from the checks: `explain`, the table of all rules, and their pages."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from inspect import cleandoc
from itertools import chain
from pathlib import Path
from textwrap import indent

from reviewer.check import Bad, Check, Good
from reviewer.docs_url import page_at
from reviewer.examples import code, grouped, short, title
from reviewer.model import Confidence
from reviewer.registry import family
from reviewer.report.comment import Catalogue, Explanation
from reviewer.report.escaping import fenced
from reviewer.standard_page import PAGE as STANDARD_PAGE
from reviewer.standard_page import is_complete, standard_page
from reviewer.tools import rules as tools
from reviewer.tools.pages import brief
from reviewer.tools.rules import ToolRule

Checks = Sequence[type[Check]]

SCHEMA = 1
PAGE = "README.md"
OWN_PACKAGE = "checks."
MARKS = "`# <-` marks the lines with a finding."


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting of a rule, in the spelling of a configuration file."""

    name: str
    type: str
    default: object
    description: str

    @property
    def value(self) -> str:
        """The default as a configuration file spells it; numbers, texts and lists are the same in TOML and JSON."""
        return "none" if self.default is None else json.dumps(self.default, ensure_ascii=False)


def settings(check: type[Check]) -> list[Setting]:
    """The settings of a rule."""
    model = type(check.settings)
    properties = model.model_json_schema(by_alias=True).get("properties", {})
    defaults = check.settings.model_dump(mode="json", by_alias=True)
    return [
        Setting(name, _type(shape), defaults[name], shape.get("description", "")) for name, shape in properties.items()
    ]


def _type(shape: object) -> str:
    """A type in words, from its JSON schema."""
    match shape:
        case {"enum": [*values]}:
            return "one of " + ", ".join(map(json.dumps, values))
        case {"type": "array", "items": items}:
            return f"list of {_type(items)}"
        case {"anyOf": [*choices]}:
            return " or ".join(_type(choice) for choice in choices)
        case {"type": str(name)}:
            return {"string": "text", "object": "table", "null": "none"}.get(name, name)
        case _:
            return "any"


def text_of(check: type[Check]) -> str:
    """A rule's own text: what happens in production, then what to do instead."""
    return cleandoc(check.__doc__ or "")


def _label(check: type[Check]) -> str:
    """`warning · high confidence · functions`."""
    return f"{check.level} · {check.confidence} confidence · {family(check)}"


def explain(check: type[Check]) -> str:
    """What a rule means, as text: what and why, bad, good, settings."""
    blocks = [f"{check.name}\n{_label(check)}", text_of(check), f"Says:\n\n    {check.message}"]
    blocks += [f"{title(example)}:\n\n{indent(code(example), '    ')}" for example in _first(check)]
    listed = [f"    {each.name} = {each.value}  # {_about(each)}" for each in settings(check)]
    if listed:
        blocks.append("\n".join([f"Settings:\n\n    [tool.reviewer.rules.{check.name}]", *listed]))
    return "\n\n".join(filter(None, blocks)) + "\n"


def catalogue(checks: Iterable[type[Check]], pages: str = "", site: str = "") -> Catalogue:
    """What is known of each rule; `pages` is the address of the folder with the pages of our own families.

    `site` is the address of a team's own pages, those of `reviewer docs --site`; it goes before.
    """
    known = {check.name: check for check in checks}

    def explanation(rule: str) -> Explanation | None:
        check, tool_rule = known.get(rule), tools.named(rule)
        told = Explanation(brief(tool_rule)) if tool_rule else None
        if check:
            told = _explanation(check, pages)
        return replace(told, page=page_at(site, rule)) if told and site and (check or rule in tools.RULES) else told

    return cache(explanation)


def _explanation(check: type[Check], pages: str) -> Explanation:
    bad, good = grouped(check)
    first = bad[0].path if bad else ""
    alike = [example for example in good if example.path == first]
    paged = pages and check.__module__.startswith(OWN_PACKAGE)
    page = f"{pages.rstrip('/')}/{_folder(check)}/{PAGE}#{check.name}" if paged else None
    return Explanation(text_of(check), short(bad), short(alike) or short(good), page)


def _about(setting: Setting) -> str:
    return f"{setting.type}: {setting.description}" if setting.description else setting.type


def _first(check: type[Check]) -> list[Bad | Good]:
    """The first bad and the first good example."""
    return [group[0] for group in grouped(check) if group]


def rules_table(checks: Iterable[type[Check]], tool_rules: Iterable[ToolRule] = ()) -> str:
    """All rules as a table of text, a line each."""
    header = ("rule", "family", "level", "what it finds")
    rows = [header, *((check.name, family(check), check.level, _summary(check)) for check in checks)]
    rows += [(rule.name, rule.family, rule.level, rule.sentence) for rule in tool_rules]
    widths = [max(len(row[column]) for row in rows) for column in range(len(header))]
    padded = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "".join(f"{line.rstrip()}\n" for line in padded)


def _summary(check: type[Check]) -> str:
    return text_of(check).partition("\n")[0]


def rules_json(checks: Iterable[type[Check]], tool_rules: Iterable[ToolRule] = ()) -> str:
    """All rules for machines."""
    rules = [*map(_rule, checks), *map(_tool_rule, tool_rules)]
    return json.dumps({"schema": SCHEMA, "rules": rules}, ensure_ascii=False, indent=2) + "\n"


def _tool_rule(rule: ToolRule) -> dict[str, object]:
    return {
        "name": rule.name,
        "family": rule.family,
        "level": rule.level,
        "confidence": Confidence.HIGH,
        "message": rule.sentence,
        "text": brief(rule),
        "requires": [],
        "settings": [],
    }


def _rule(check: type[Check]) -> dict[str, object]:
    return {
        "name": check.name,
        "family": family(check),
        "level": check.level,
        "confidence": check.confidence,
        "message": check.message,
        "text": text_of(check),
        "requires": list(check.requires),
        "settings": [
            {"name": each.name, "type": each.type, "default": each.default, "description": each.description}
            for each in settings(check)
        ],
    }


def write(checks: Iterable[type[Check]], folder: Path) -> list[Path]:
    """Write the pages of the checks that lie in this folder; gives the files that differed."""
    changed = []
    for name, text in pages(_inside(checks, folder.resolve().name)).items():
        path = folder / name
        if not path.is_file() or path.read_bytes() != text.encode():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
            changed.append(path)
    return changed


def _inside(checks: Iterable[type[Check]], package: str) -> list[type[Check]]:
    return [check for check in checks if check.__module__.split(".")[-3:-2] == [package]]


def pages(checks: Iterable[type[Check]]) -> dict[str, str]:
    """The rules' pages by their path below the folder of the families: one a family, and one that lists them all.

    Where the rules of the whole standard are among them there is one more, row by row.
    """
    families: dict[str, list[type[Check]]] = {}
    given = sorted(checks, key=lambda check: check.name)
    for check in given:
        families.setdefault(_folder(check), []).append(check)
    below = {f"{name}/{PAGE}": _page(name, members) for name, members in sorted(families.items())}
    standard = {STANDARD_PAGE: standard_page(given)} if is_complete(given) else {}
    return {PAGE: _contents(families), **standard, **below}


def _folder(check: type[Check]) -> str:
    return check.__module__.split(".")[-2]


def _contents(families: Mapping[str, Checks]) -> str:
    blocks = ["# Rules", "Made from the checks by `reviewer docs`; `reviewer explain RULE` tells the same of one rule."]
    for name, members in sorted(families.items()):
        blocks += [f"## [{_heading(name)}]({name}/{PAGE})", _table(members, f"{name}/{PAGE}")]
    return "\n\n".join(blocks) + "\n"


def _page(name: str, members: Checks) -> str:
    blocks = [f"# {_heading(name)}", _table(members), MARKS]
    return "\n\n".join([*blocks, *chain.from_iterable(map(_section, members))]) + "\n"


def _heading(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _table(members: Checks, page: str = "") -> str:
    rows = [f"| [`{each.name}`]({page}#{each.name}) | {each.level} | {_cell(_summary(each))} |" for each in members]
    return "\n".join(["| rule | level | what it finds |", "| --- | --- | --- |", *rows])


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _section(check: type[Check]) -> Iterator[str]:
    """A rule's part of its family's page."""
    yield f"## {check.name}"
    yield f"**{check.level}** · {check.confidence} confidence"
    yield text_of(check)
    yield "It says:"
    yield fenced(check.message, "text")
    bad, good = grouped(check)
    for example in (*bad[:1], *good[:1]):
        yield from _example(example)
    if len(bad) > 1 or len(good) > 1:
        yield f"<details><summary>{_more(len(bad[1:]), len(good[1:]))}</summary>"
        yield from chain.from_iterable(map(_example, (*bad[1:], *good[1:])))
        yield "</details>"
    yield from _settings_table(check)


def _more(bad: int, good: int) -> str:
    return f"More: {bad} bad, {good} good"


def _example(example: Bad | Good) -> Iterator[str]:
    chosen = f", with {json.dumps(dict(example.settings), ensure_ascii=False)}" if example.settings else ""
    yield f"{title(example)}{chosen}:"
    yield fenced(code(example), "python")
    if isinstance(example, Bad) and example.fixed is not None:
        yield "Fixed:"
        yield fenced(example.fixed.strip("\n"), "python")


def _settings_table(check: type[Check]) -> Iterator[str]:
    rows = [
        f"| `{each.name}` | {each.type} | `{_cell(each.value)}` | {_cell(each.description)} |"
        for each in settings(check)
    ]
    if rows:
        yield f"Settings, under `[tool.reviewer.rules.{check.name}]`:"
        yield "\n".join(["| setting | type | default | what it is |", "| --- | --- | --- | --- |", *rows])
