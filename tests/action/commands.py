"""Workflow commands, read from a step's log as the runner reads them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

FORM = re.compile(r"::(?P<name>[^ :]+)(?: (?P<properties>.*?))?::(?P<message>.*)")
ESCAPES = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}


@dataclass(frozen=True, slots=True)
class Command:
    """One `::name key=value::message`."""

    name: str
    properties: dict[str, str]
    message: str


def read(log: str) -> Iterator[Command]:
    """The commands that the runner obeys: those between `stop-commands` and its token are text."""
    silenced = ""
    for line in log.splitlines():
        match = FORM.match(line.lstrip())
        if match is None or (silenced and match["name"] != silenced):
            continue
        if silenced:
            silenced = ""
        elif match["name"] == "stop-commands":
            silenced = match["message"]
        else:
            yield Command(match["name"], _properties(match["properties"]), _plain(match["message"]))


def _properties(text: str | None) -> dict[str, str]:
    pairs = (part.partition("=") for part in (text or "").split(",") if part)
    return {key.strip(): _plain(value) for key, _, value in pairs}


def _plain(text: str) -> str:
    for escape, character in ESCAPES.items():
        text = text.replace(escape, character)
    return text
