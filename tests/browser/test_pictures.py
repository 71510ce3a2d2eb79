"""The pictures of the README: made from runs of today, small, and there."""

import re
import struct
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from reviewer import demo
from tests.browser import pictures
from tests.browser.chromium import Browser
from tests.browser.pictures import COMMENTS, DOCS, TERMINAL
from tests.browser.screen import ACROSS, DOWN, EDGE, drawn

SVG = "{http://www.w3.org/2000/svg}"
MOST_BYTES = 200_000
AGAIN = "look at it, and make it anew: `python -m tests.browser.pictures`"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """The demo's repository with its two commits."""
    folder = tmp_path_factory.mktemp("billing")
    return folder, *demo.build(folder)


def test_each_piece_of_a_screen_stands_at_its_column() -> None:
    image = ET.fromstring(drawn("a \x1b[1;31m<b>\x1b[0m\n  変 \x1b]8;;https://x\x1b\\c\x1b]8;;\x1b\\", 20, "t"))
    pieces = [(each.text, each.get("class"), each.get("x"), each.get("y")) for each in image.findall(f"{SVG}text")]
    top = EDGE + 14
    assert pieces == [
        ("a", None, f"{EDGE:.1f}", str(top)),
        ("<b>", "s1 s31", f"{EDGE + 2 * ACROSS:.1f}", str(top)),
        ("変 c", None, f"{EDGE + 2 * ACROSS:.1f}", str(top + DOWN)),
    ]
    assert image.get("height") == str(2 * DOWN + 2 * EDGE)


def test_the_picture_of_the_terminal_is_of_a_run_of_today(made: tuple[Path, str, str]) -> None:
    assert pictures.terminal(made[0]) == (DOCS / TERMINAL).read_text(encoding="utf-8"), AGAIN


def test_the_comment_stands_below_the_line_that_it_is_on(made: tuple[Path, str, str]) -> None:
    html = pictures.comment(*made)
    assert html.index("from</span> app.db.models") < html.index("A change of its table reaches this file")
    assert 'href="https://github.com/your-org/reviewer/blob/v0.1.0/checks/persistence/README.md#orm-model' in html
    assert re.findall(r'<tr class="(\w+)"><td>(\d*)', html)[-1] == ("added", "3")


@pytest.mark.xdist_group("browser")
def test_a_comment_is_photographed_on_light_and_on_dark(browser: Browser, made: tuple[Path, str, str]) -> None:
    html = pictures.comment(*made)
    light, dark = (pictures.photographed(browser, html, dark=dark) for dark in (False, True))
    assert light != dark
    for picture in (light, dark):
        assert picture.startswith(b"\x89PNG")
        width, height = struct.unpack(">II", picture[16:24])
        assert width == 2 * 760
        assert 400 < height < 1600


def test_the_readme_shows_each_picture_and_none_is_large() -> None:
    readme = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    files = {path.name: path.stat().st_size for path in DOCS.iterdir() if path.suffix != ".md"}
    assert set(files) == {TERMINAL, *COMMENTS}
    assert set(re.findall(r"docs/([\w-]+\.(?:png|svg))", readme)) == set(files)
    assert max(files.values()) < MOST_BYTES
