"""The pages of the rules as a static site: a page for each, an index, and nothing from anywhere else."""

from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

from reviewer.check import Check
from reviewer.docs_url import page
from reviewer.site.html import INDEX, SCRIPT, STYLE, index, rule_page
from reviewer.site.rule import all_of


def site(checks: Iterable[type[Check]], version: str) -> dict[str, str]:
    """The files of the site by their paths below its folder."""
    rules = all_of(checks)
    neighbours = zip(rules, [None, *rules], [*rules[1:], None], strict=False)
    pages = {page(rule.name): rule_page(rule, before, after, version) for rule, before, after in neighbours}
    assets = {name: (files("reviewer") / "site" / name).read_text(encoding="utf-8") for name in (STYLE, SCRIPT)}
    return {INDEX: index(rules, version), **assets, **pages}


def write(checks: Iterable[type[Check]], folder: Path, version: str) -> int:
    """Write the site to a folder, and tell of how many files it is made; what else is there stays."""
    made = site(checks, version)
    for name, text in made.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.encode())
    return len(made)
