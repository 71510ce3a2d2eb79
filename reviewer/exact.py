"""Values whose texts JSON can't hold as they are, and back, exact to the last character."""

import re
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from functools import partial
from typing import Any

from pydantic import BaseModel

# What JSON can't hold is written as Python's escapes, behind a character that stands at the start of no other text.
ESCAPED = "\0"
SURROGATE = re.compile("[\ud800-\udfff]")


def _escaped(text: str) -> str:
    if text.isascii() and not text.startswith(ESCAPED):
        return text
    held = not text.startswith(ESCAPED) and SURROGATE.search(text) is None
    return text if held else ESCAPED + text.encode("unicode_escape").decode("ascii")


def _unescaped(text: str) -> str:
    held = not text.startswith(ESCAPED)
    return text if held else text[len(ESCAPED) :].encode("ascii", "replace").decode("unicode_escape")


def _mapped(value: Any, change: Callable[[str], str]) -> Any:  # noqa: ANN401  # a value of any type
    """The value with every text in it changed."""
    found = value
    match value:
        case Enum():
            pass
        case str():
            found = change(value)
        case tuple() | list() | frozenset():
            found = type(value)(_mapped(each, change) for each in value)
        case Mapping():
            found = {change(key): _mapped(each, change) for key, each in value.items()}
        case BaseModel():
            found = type(value).model_validate(_mapped(value.model_dump(), change))
        case _ if is_dataclass(value) and not isinstance(value, type):
            found = replace(value, **{each.name: _mapped(getattr(value, each.name), change) for each in fields(value)})
    return found


escaped = partial(_mapped, change=_escaped)
unescaped = partial(_mapped, change=_unescaped)
