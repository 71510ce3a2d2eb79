"""The site of the rules: every link leads somewhere, and nothing comes from anywhere else."""

import posixpath
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

from reviewer import __version__, docs, registry
from reviewer.api import Bad, Check, Good, Level
from reviewer.cli import main
from reviewer.docs_url import page_at
from reviewer.site import site, write
from reviewer.tools.rules import RULES
from tests.unit.test_docs import LongNight, Untold

ALL = registry.all_checks()
WEB = re.compile(r"(?i)https?://|url\(|@import|\bfetch\b|XMLHttpRequest")


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return site(ALL, "1.0")


class Page(HTMLParser):
    """What a page links to, what it loads, the names that one can link to, and its text by headings."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.ids: list[str] = []
        self.open: list[str] = []
        self.headings: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        self.ids += [known["id"]] if "id" in known else []
        self.links += [known["href"]] if tag == "a" else []
        self.loaded += [known[name] for name in ("src", "href", "srcset", "action") if name in known and tag != "a"]
        if tag not in ("meta", "link", "input", "br", "hr", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        if self.open and self.open[-1] in ("h1", "h2"):
            self.headings.append(data)


def pages_of(files: dict[str, str]) -> dict[str, Page]:
    return {path: Page(text) for path, text in files.items() if path.endswith(".html")}


def test_every_rule_has_a_page_that_the_index_links_to(files: dict[str, str]) -> None:
    names = [*(check.name for check in ALL), *RULES]
    rules = {f"rules/{name.replace(':', '-')}.html" for name in names}
    assert set(files) == {"index.html", "site.css", "site.js", *rules}
    assert rules <= set(Page(files["index.html"]).links)


def test_every_link_leads_to_a_page_and_to_a_place_on_it(files: dict[str, str]) -> None:
    pages = pages_of(files)
    local = [(path, link) for path, page in pages.items() for link in page.links if not link.startswith("https://")]
    for path, link in local:
        place, _, fragment = link.partition("#")
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(place))) if place else path
        assert target in pages, (path, link)
        assert not fragment or fragment in pages[target].ids, (path, link)
    assert len(local) > 4 * len(pages)


def test_no_page_loads_anything_from_elsewhere(files: dict[str, str]) -> None:
    for path, page in pages_of(files).items():
        root = "" if path == "index.html" else "../"
        assert set(page.loaded) <= {f"{root}site.css", f"{root}site.js", "data:,"}
    assert not WEB.search(files["site.css"] + files["site.js"])


def test_every_page_closes_what_it_opens_and_names_a_place_once(files: dict[str, str]) -> None:
    for page in pages_of(files).values():
        assert page.open == []
        assert len(set(page.ids)) == len(page.ids)
        assert page.headings


@pytest.mark.parametrize("check", [check for check in ALL if check.examples], ids=lambda check: str(check.name))
def test_a_rules_page_tells_what_happens_what_to_write_and_how_it_is_known(
    check: type[Check], files: dict[str, str]
) -> None:
    page = Page(files[f"rules/{check.name}.html"])
    headings = page.headings[1:]
    assert page.headings[0] == check.name
    assert {"Examples", "What it says", "Where it is not meant"} <= set(headings)
    assert ("Settings" in headings) == bool(docs.settings(check))
    assert f"{check.level} · {check.confidence} confidence · found by reviewer" in page.text
    if check.__module__.startswith("checks."):
        assert headings[0].startswith("What happens")
        assert "How it knows" in headings


def test_a_page_of_ruff_shows_ruffs_own_words_and_leads_to_its_page(files: dict[str, str]) -> None:
    page = Page(files["rules/ruff-C901.html"])
    assert "https://docs.astral.sh/ruff/rules/complex-structure/" in page.links
    assert "What ruff says of it" in page.headings
    assert "found by ruff · standard 6. Complexity at most 10" in page.text


def test_examples_come_first_bad_then_good_and_the_others_are_folded() -> None:
    page = site([Untold, LongNight], "1.0")["rules/long-night.html"]
    shown, folded = page.split("<details><summary>2 more</summary>")
    assert shown.index("<figcaption>Bad</figcaption>") < shown.index("<figcaption>Good</figcaption>")
    assert '<mark><span class="k">def</span> night():</mark>' in shown
    assert "<figcaption>Fixed</figcaption>" in shown
    assert "Bad, with {&quot;limit&quot;: 3}" in folded
    assert "allowed-names = [&quot;id&quot;, &quot;größe&quot;]" in folded


def test_nothing_that_a_rule_says_is_taken_for_html() -> None:
    class Hostile(Check):
        name = '"><script>a</script>'
        level = Level.ERROR
        message = "<img src=x> {symbol} [x](javascript:alert)"
        examples = (Bad("x = '</code><script>'  # <-\n"), Good("y = '<b>'\n"))

    Hostile.__doc__ = "<script>a</script>\n\n<b>b</b>\n\n[c](javascript:alert)"
    made = site([Hostile], "<i>")
    page = made["rules/---script-a--script-.html"]
    for text in (page, made["index.html"]):
        assert Page(text).loaded == Page(made["rules/ruff-C901.html" if text is page else "index.html"]).loaded
        assert "<script>a" not in text
        assert "<i>" not in text
        assert 'href="javascript' not in text
    assert not {"<img", "<b>", "</code><script>"} & set(re.findall(r"<img|<b>|</code><script>", page))


def test_every_page_of_the_catalogue_is_one_of_the_site(files: dict[str, str]) -> None:
    catalogue = docs.catalogue(ALL, "https://github.com/o/r/blob/v1/checks", "https://rules.example.com/x/")
    for name in (*(check.name for check in ALL), *RULES):
        explanation = catalogue(name)
        assert explanation is not None
        assert explanation.page == page_at("https://rules.example.com/x", name)
        assert explanation.page.removeprefix("https://rules.example.com/x/") in files
    other = catalogue("ruff:E501")
    assert other is not None
    assert other.page is None


def test_a_site_is_written_and_what_is_there_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "CNAME").write_text("rules.example.com")
    assert main(["docs", "--site", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    written = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert said == f"{len(written) - 1} files in {tmp_path}; open {tmp_path / 'index.html'}\n"
    assert written == {"CNAME", *site(ALL, "1.0")}
    before = {path: (tmp_path / path).read_bytes() for path in written}
    write(ALL, tmp_path, __version__)
    assert {path: (tmp_path / path).read_bytes() for path in written} == before


def test_docs_takes_a_folder_or_a_site(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ([], [str(tmp_path), "--site", str(tmp_path)]):
        with pytest.raises(SystemExit) as stopped:
            main(["docs", *arguments])
        assert stopped.value.code == 2
    assert "not allowed with argument" in capsys.readouterr().err
