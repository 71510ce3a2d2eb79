"""What the terminal behind standard output can show, and what its user wants to see of it."""

import shutil
import sys
from collections.abc import Mapping

from reviewer.report.look import Look

# Terminals that open links of OSC 8, by the variables they set; https://github.com/Alhadis/OSC8-Adoption lists them.
LINKING = frozenset({"WT_SESSION", "KONSOLE_VERSION", "KITTY_WINDOW_ID", "DOMTERM"})
LINKING_PROGRAMS = frozenset({"iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "Tabby", "rio"})
LINKING_TERMS = frozenset({"xterm-kitty", "xterm-ghostty", "alacritty", "foot", "wezterm"})
LINKING_VTE = 5000


def look(wish: str, environment: Mapping[str, str]) -> Look:
    """How to write to standard output; `wish` is auto, always or never, and goes before the environment's variables."""
    shown = sys.stdout.isatty()
    coloured = wish == "always" or (wish == "auto" and _coloured(environment, shown=shown))
    linked = shown and coloured and links(environment)
    return Look(coloured, linked, shutil.get_terminal_size().columns if shown else None)


def _coloured(environment: Mapping[str, str], *, shown: bool) -> bool:
    """Whether to use colours: https://no-color.org goes before https://force-color.org."""
    if environment.get("NO_COLOR"):
        return False
    if forced := environment.get("FORCE_COLOR"):
        return forced != "0"
    return shown and environment.get("TERM") != "dumb"


def links(environment: Mapping[str, str]) -> bool:
    """Whether the terminal is known to open links; one that does not know them may print them."""
    if forced := environment.get("FORCE_HYPERLINK"):
        return forced != "0"
    version = environment.get("VTE_VERSION", "")
    return (
        not LINKING.isdisjoint(environment)
        or environment.get("TERM_PROGRAM") in LINKING_PROGRAMS
        or environment.get("TERM") in LINKING_TERMS
        or (version.isascii() and version.isdigit() and int(version) >= LINKING_VTE)
    )
