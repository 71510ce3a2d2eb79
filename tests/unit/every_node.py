"""Code that holds every kind of node that libcst knows, trivia aside."""

import libcst as cst

# Syntax of later Pythons, by the node that a later libcst reads it as.
LATER = {
    "LazyImport": "lazy import first, second.third as third",
    "LazyImportFrom": "lazy from .first import second as other",
    "StarredDictComp": "merged = {**each for each in several}",
    "TemplatedString": 't"{value!r:>{width}} text"',
}
SOURCE = r'''
from __future__ import annotations
import os.path as path, sys
from . import (first, second as other,)
from .models import *

type Pair[T: int = str, *Ts = *tuple[int], **P = [int]] = tuple[T, T]

@decorated(1, *more, key=2, **rest)
class Order(Base, metaclass=Meta):
    """Text."""

    number: int = 1
    total: "int"
    @property
    async def load(self, a, /, b: int = 1, *args: int, c=2, **rest: str) -> list[int]:
        async with lock as held, other:
            await held
        async for each in stream():
            yield each
        return

def generic[T](only, *, named): ...

def nothing(): return lambda a, /, b=1, *c, d, **e: (a, b)

def work(value):
    global counter
    def inner():
        nonlocal value
        value = yield from source()
    try:
        assert value, "text"
        raise ValueError(value) from None
    except (KeyError, OSError) as error:
        pass
    except:
        pass
    else:
        del value
    finally:
        print(value, end="")
    try:
        pass
    except* OSError:
        pass
    for each in range(3):
        if each == 1:
            continue
        elif each != 2:
            break
        else:
            pass
    else:
        pass
    while not value:
        value += 1; value -= 1; value *= 1; value /= 1; value //= 1; value %= 1; value **= 1
        value @= 1; value &= 1; value |= 1; value ^= 1; value <<= 1; value >>= 1
    else:
        pass

numbers = 1 + 2 - 3 * 4 / 5 // 6 % 7 ** 8 @ 9 & 10 | 11 ^ 12 << 13 >> 14
signs = (+1, -1, ~1, not 1)
tests = a < b > c <= d >= e == f != g in h, i not in j, k is l, m is not n, a and b or c
literals = [1, 1.5, 2j, "text" "more", b"x", ..., {1, *s}, {"a": 1, **d}, (), [*l], None]
parts = matrix[1, 2:3, ::2, *rest]
formatted = f"{value!r:>{width}} text {value=}"
chosen = yes if test else no
named = (walrus := 1)
loops = [x for x in y if x async for z in x], {x for x in y}, {x: y for x in z}, (x for x in y)
(first), second = third = fourth

match command:
    case 1 | -2 | "text" | None | True: ...
    case [first, *rest] if rest: ...
    case (only,) | [*_]: ...
    case {"key": value, **others}: ...
    case Point(0, y=1) as point: ...
    case os.path: ...
    case _: ...
'''
SOURCE += "\n".join(code for name, code in LATER.items() if hasattr(cst, name)) + "\n"
