"""Settings as text, and that text in a file that somebody keeps: nothing else of it changes."""

import json
import tomllib
from collections.abc import Iterator, Sequence
from itertools import groupby
from textwrap import wrap
from typing import Any

from reviewer.adoption.proposal import Setting
from reviewer.errors import ReviewerError

WIDTH = 100
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def block(settings: Sequence[Setting], prefix: tuple[str, ...]) -> str:
    """The settings as TOML below the table `prefix`, those without a table of their own first."""
    ordered = sorted(settings, key=lambda setting: setting.keys[:-1])
    tables = groupby(ordered, key=lambda setting: (*prefix, *setting.keys[:-1]))
    return "\n".join("".join(_table(keys, each)) for keys, each in tables)


def _table(keys: tuple[str, ...], settings: Iterator[Setting]) -> Iterator[str]:
    if keys:
        yield f"[{'.'.join(keys)}]\n"
    for setting in settings:
        for why in setting.whys:
            yield from (f"# {line}\n" for line in wrap(why, WIDTH - 2, break_long_words=False, break_on_hyphens=False))
        yield f"{setting.keys[-1]} = {_value(setting.value)}\n"


def _value(value: str | tuple[str, ...]) -> str:
    if isinstance(value, str):
        return _quoted(value)
    line = f"[{', '.join(map(_quoted, value))}]"
    return line if len(line) <= WIDTH else "[\n" + "".join(f"    {_quoted(each)},\n" for each in value) + "]"


def _quoted(text: str) -> str:
    """A basic string of TOML, whose escapes are those of JSON."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def appended(data: bytes, text: str, name: str) -> bytes:
    """The file with the text behind all that it holds, in its own line ends.

    Raises ReviewerError where what it holds would mean something else then.
    """
    end = b"\r\n" if data.count(b"\r\n") * 2 > data.count(b"\n") else b"\n"
    kept = data if not data.strip() or data.endswith(b"\n") else data + end
    gap = end if kept.removeprefix(BYTE_ORDER_MARK).strip() else b""
    made = kept + gap + text.encode().replace(b"\n", end)
    if not _only_adds(data, made):
        raise ReviewerError(f"{name} takes no table at its end; put these lines where they belong:\n{text}")
    return made


def _only_adds(before: bytes, after: bytes) -> bool:
    """Whether all that a file said is still said, and nothing more beside the table of ours."""
    known = _parsed(before)
    try:
        then = _parsed(after)
    except tomllib.TOMLDecodeError:
        return False
    del then["tool"]["reviewer"]
    return then in (known, {**known, "tool": {}})


def _parsed(data: bytes) -> dict[str, Any]:
    return tomllib.loads(data.removeprefix(BYTE_ORDER_MARK).decode())
