"""Puts a report's sections together within a limit, cutting between entries and saying what was cut."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the entries below it, each a line of markdown; `noun` is what one entry is."""

    heading: str
    entries: Sequence[str]
    noun: str


def fitted(start: str, sections: Sequence[Section], end: str, limit: int) -> str:
    """The sections between start and end, in at most `limit` bytes; start and end are never cut."""
    blocks = [start]
    told = [section for section in sections if section.entries]
    # Each section has room at least for its heading and for how much of it is left out.
    least = {id(section): _size(section.heading) + _size(_rest(section, len(section.entries))) + 2 for section in told}
    room = limit - _size(start) - _size(end) - len("\n\n\n")
    if sum(least.values()) > room / 2:
        least = dict.fromkeys(least, 0)
    room -= sum(least.values())
    for section in told:
        room += least[id(section)]
        block = _cut(section, room - len("\n\n"))
        blocks += [block] if block else []
        room -= _size(block) + len("\n\n")
    return "\n\n".join([*blocks, end]) + "\n"


def _cut(section: Section, room: int) -> str:
    whole = "\n".join([section.heading, *section.entries])
    if _size(whole) <= room:
        return whole
    left = room - _size(section.heading) - _size(_rest(section, len(section.entries)))
    kept: list[str] = []
    for entry in section.entries:
        left -= _size(entry) + 1
        if left < 0:
            break
        kept.append(entry)
    cut = "\n".join([section.heading, *kept]) + _rest(section, len(section.entries) - len(kept))
    return cut if _size(cut) <= room else ""


def _rest(section: Section, count: int) -> str:
    return f"\n\n{count} more {section.noun} left out: no room for them here."


def _size(text: str) -> int:
    return len(text.encode())
