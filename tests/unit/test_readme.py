"""What the README says is there."""

import re
from pathlib import Path

from reviewer.registry import all_checks

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
LINKS = re.findall(r"\]\(([^)\s]+)\)", README)
# As GitHub makes an anchor of a heading: in small letters, without punctuation, spaces made hyphens.
ANCHORS = {
    re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in re.findall(r"^#+ (.+)$", README, re.MULTILINE)
}


def test_every_link_leads_somewhere() -> None:
    own = [link for link in LINKS if not link.startswith("https://")]
    files = {path for link in own if (path := link.partition("#")[0])}
    anchors = {link.partition("#")[2] for link in own if link.startswith("#")}
    assert sorted(path for path in files if not (ROOT / path).exists()) == []
    assert anchors - ANCHORS == set()
    assert len(own) > 20


def test_the_rules_that_it_names_stand_in_their_families() -> None:
    rows = re.findall(r"^\| (\[[^|]+) \| (`[^|]+) \|$", README, re.MULTILINE)
    families = {
        check.name: check.__module__.split(".")[1] for check in all_checks() if check.__module__.startswith("checks.")
    }
    for title, rules in rows:
        named = set(re.findall(r"checks/(\w+)/README", title))
        assert {families[rule] for rule in re.findall(r"`([^`]+)`", rules)} == named
    assert {name for title, _ in rows for name in re.findall(r"checks/(\w+)/README", title)} == set(families.values())
