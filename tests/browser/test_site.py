"""The site of the rules as people meet it, opened from a folder: search, links, light and dark, a phone."""

import re
from pathlib import Path

import pytest

from tests.browser.chromium import Browser, Page, page

pytestmark = pytest.mark.xdist_group("browser")
PHONE = 360
# What WCAG asks of text on its ground, level AA.
CONTRAST = 4.5
SHOWN = """[...document.querySelectorAll('[data-words]')]
  .filter(each => each.offsetParent).map(each => each.querySelector('a').innerText)"""
FAMILIES = "[...document.querySelectorAll('main section')].filter(e => e.offsetParent).map(e => e.id)"
WIDE = """[...document.querySelectorAll('body *')].filter(each => {
  const box = each.getBoundingClientRect();
  return box.right > innerWidth + 0.5 && !each.closest('pre');
}).map(each => each.outerHTML.slice(0, 80))"""
COLOURS = """[...document.querySelectorAll('body *')].filter(each =>
  each.offsetParent && [...each.childNodes].some(node => node.nodeType === 3 && node.textContent.trim())
).map(each => {
  let ground = each;
  while (ground && getComputedStyle(ground).backgroundColor === 'rgba(0, 0, 0, 0)') ground = ground.parentElement;
  return [getComputedStyle(each).color, getComputedStyle(ground ?? document.body).backgroundColor, each.tagName];
})"""


def index(browser: Browser, folder: Path, fragment: str = "", *, width: int = 1000, dark: bool = False) -> Page:
    made = page(browser, width=width, dark=dark)
    made.open((folder / "index.html").as_uri() + fragment)
    return made


def searched(made: Page, text: str) -> list[str]:
    """The rules that are shown when somebody looks for a text."""
    made.run("document.getElementById('search').focus(); document.getElementById('search').select()")
    made.type(text)
    found: list[str] = made.run(SHOWN)
    return found


def test_a_search_shows_the_rules_that_speak_of_all_its_words(browser: Browser, folder: Path) -> None:
    made = index(browser, folder)
    everything = made.run(SHOWN)
    assert len(everything) > 90
    found = searched(made, "Foreign KEY")
    assert "foreign-key-without-index" in found
    assert 0 < len(found) < 10
    assert "persistence" in made.run(FAMILIES)
    assert len(made.run(FAMILIES)) < 4
    assert made.run("document.getElementById('told').innerText") == f"{len(found)} of {len(everything)}"
    assert searched(made, "nothing speaks of xylophones") == []
    assert made.run("document.getElementById('nothing').innerText") == "No rule speaks of that."
    assert searched(made, " ") == everything
    assert made.complaints() == []


def test_a_search_can_be_sent_as_an_address(browser: Browser, folder: Path) -> None:
    made = index(browser, folder)
    found = searched(made, "ruff:C901 complex")
    address = made.run("location.href")
    assert address.endswith("#q=ruff%3AC901%20complex")
    other = index(browser, folder, "#" + address.partition("#")[2])
    assert other.run(SHOWN) == found == ["ruff:C901"]
    assert other.run("document.getElementById('search').value") == "ruff:C901 complex"


def test_the_keyboard_leads_to_the_search_and_on_to_the_first_rule(browser: Browser, folder: Path) -> None:
    made = index(browser, folder)
    made.press("/", "/")
    assert made.run("document.activeElement.id") == "search"
    made.type("hard-delete")
    made.browser.events.clear()
    made.press("Enter", "\r")
    made.browser.wait("Page.loadEventFired", made.session)
    assert made.run("document.querySelector('h1').innerText") == "hard-delete"


def test_a_link_to_a_family_shows_it_though_a_search_had_hidden_it(browser: Browser, folder: Path) -> None:
    made = index(browser, folder)
    searched(made, "hard-delete")
    made.run("document.querySelector('.families a[href=\"#security\"]').click()")
    assert made.run("new Promise(done => setTimeout(() => done(" + FAMILIES + ".includes('security')), 50))")
    assert made.run("document.getElementById('search').value") == ""


def test_every_link_of_the_index_opens_the_page_of_its_rule(browser: Browser, folder: Path) -> None:
    made = index(browser, folder)
    links = made.run("[...document.querySelectorAll('.rules a')].map(each => [each.href, each.innerText])")
    for address, name in links[::9]:
        made.open(address)
        assert made.run("document.querySelector('h1').innerText") == name
        assert made.run("getComputedStyle(document.querySelector('footer')).borderTopStyle") == "solid"


def test_nothing_is_asked_of_anybody(browser: Browser, folder: Path) -> None:
    made = index(browser, folder)
    made.open((folder / "rules" / "hard-delete.html").as_uri())
    names = {address.rpartition("/")[2] for address in made.requests() if not address.startswith("data:")}
    assert names == {"index.html", "site.css", "site.js", "hard-delete.html"}
    assert all(address.startswith(("file:", "data:")) for address in made.requests())


@pytest.mark.parametrize("place", ["index.html", "rules/function-too-long.html", "rules/ruff-FAST002.html"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_text_can_be_read_on_light_and_on_dark(browser: Browser, folder: Path, place: str, dark: bool) -> None:
    made = page(browser, dark=dark)
    made.open((folder / place).as_uri())
    made.run("document.querySelectorAll('details').forEach(each => { each.open = true })")
    shown = made.run(COLOURS)
    assert (luminance(made.run("getComputedStyle(document.body).backgroundColor")) < 0.2) is dark
    faint = {(text, ground, tag) for text, ground, tag in shown if contrast(text, ground) < CONTRAST}
    assert len(shown) > 20
    assert faint == set()


def luminance(colour: str) -> float:
    """How bright a colour is, as WCAG reckons it, from 0 to 1."""
    parts = [int(number) / 255 for number in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, brighter = sorted((luminance(one), luminance(other)))
    return (brighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(
    "place", ["index.html", "rules/sensitive-operation-without-audit.html", "rules/ruff-ASYNC210.html"]
)
def test_nothing_is_wider_than_a_phone(browser: Browser, folder: Path, place: str) -> None:
    made = page(browser, width=PHONE, height=640)
    made.open((folder / place).as_uri())
    made.run("document.querySelectorAll('details').forEach(each => { each.open = true })")
    assert made.run("innerWidth") == PHONE
    assert made.run(WIDE) == []
    assert made.run("document.documentElement.scrollWidth") <= PHONE


def test_every_rule_is_listed_where_scripts_do_not_run(browser: Browser, folder: Path) -> None:
    made = page(browser)
    made.call("Emulation.setScriptExecutionDisabled", value=True)
    made.open((folder / "index.html").as_uri())
    made.call("Emulation.setScriptExecutionDisabled", value=False)
    assert len(made.run(SHOWN)) > 90
    assert made.run("document.querySelector('form').hidden")
