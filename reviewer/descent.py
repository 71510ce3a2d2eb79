"""Which functions and classes of the head are those of the base, in another file or under another name.

A definition that keeps its file and its symbol is the same one, whatever became of its body. One that is new is what
one of those that are gone has become where they have the name in common and half of their words, or nearly all of
their words. Code that still stands where it stood was not moved: what is like it is a copy, and new.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from reviewer.index.facts import ClassFacts, FunctionFacts, ModuleFacts
from reviewer.index.traits import Place

Key = tuple[object, ...]
Definition = ClassFacts | FunctionFacts

WORD = re.compile(r"\w+")
BOUND = frozenset({"self", "cls"})
# How much two texts must have in common, from 0 to 1, that agree in their symbol, in their name alone, in what is
# around them, in nothing but their words.
LEAST = (0.5, 0.8, 0.6, 1.0)
# How alike code must be that went along with other code.
FOLLOWING = 0.6
# How alike code is at least that left its name to other code, and how much less that is.
HANDED_OVER, MARGIN, NOTHING_KEPT = 0.7, 0.3, 0.2
# Texts with fewer words are alike by chance. In the same surroundings fewer will do, if they are more alike, or equal.
FEWEST_WORDS = 12
FEWEST_WORDS_NEARBY, LEAST_OF_SHORT = 8, 0.8
FEWEST_WORDS_OF_EQUALS = 6
# Long texts are hardly ever alike by chance.
MANY_WORDS, LEAST_OF_LONG = 60, 0.5
# More pairs than that are only compared for being equal.
MOST_PAIRS = 2_500
MOST_NEAR = 50


@dataclass(frozen=True, slots=True)
class Part:
    """One definition: its lines, from its keyword on, and its text with what stands right above it."""

    line: int
    end_line: int
    text: str


@dataclass(frozen=True)
class Piece:
    """The definitions of one symbol; there are several where it has a setter, or an `else`."""

    place: Place
    is_class: bool
    parts: tuple[Part, ...]

    @cached_property
    def text(self) -> str:
        """The text of all of them."""
        return "\n".join(part.text for part in self.parts)

    def number(self, line: int) -> int:
        """Which of the definitions a line stands in, 0 for none."""
        around = [number for number, part in enumerate(self.parts) if part.line <= line <= part.end_line]
        return around[-1] if around else 0

    @property
    def name(self) -> str:
        """The last part of the symbol."""
        return self.place[1].rpartition(".")[2]

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words of the text, its own name left out."""
        return tuple("" if word == self.name else word for word in WORD.findall(self.text))

    @cached_property
    def core(self) -> tuple[str, ...]:
        """The words but for those that make a method of a function."""
        return tuple(word for word in self.words if word not in BOUND)

    @cached_property
    def pairs(self) -> Counter[tuple[str, str]]:
        """The words that follow each other, which neither line breaks nor brackets change."""
        return Counter(pairwise(self.core))

    def likeness(self, other: "Piece") -> float:
        """How many of the words of two pieces follow each other in both, from 0 to 1."""
        if self.core == other.core:
            return 1.0
        total = self.pairs.total() + other.pairs.total()
        return 2 * (self.pairs & other.pairs).total() / total if total else 0.0


def pieces(path: str, facts: ModuleFacts, lines: Sequence[str]) -> dict[Place, Piece]:
    """The functions and classes of a file, methods among them, by their places.

    A function's text is without the definitions in it, which are pieces of their own; a class is made of its methods.
    """
    grouped: defaultdict[str, list[Definition]] = defaultdict(list)
    inside: defaultdict[str, list[Definition]] = defaultdict(list)
    for found in facts.definitions:
        grouped[found.symbol].append(found)
        inside[_scope(found.symbol)].append(found)
    return {
        (path, symbol): Piece(
            (path, symbol),
            isinstance(found[0], ClassFacts),
            tuple(_part(each, () if isinstance(each, ClassFacts) else inside[symbol], lines) for each in found),
        )
        for symbol, found in grouped.items()
    }


def _part(found: Definition, inside: Iterable[Definition], lines: Sequence[str]) -> Part:
    left_out = {row for each in inside for row in range(each.line, each.end_line + 1) if each.line > found.line}
    first = found.line
    while first > 1 and lines[first - 2].lstrip().startswith(("#", "@")):
        first -= 1
    rows = [lines[row - 1] for row in range(first, min(found.end_line, len(lines)) + 1) if row not in left_out]
    return Part(found.line, found.end_line, "\n".join(rows))


class Descent:
    """The places that the head's definitions had in the base; `files` maps the head's changed files to the base's."""

    def __init__(self, files: Mapping[str, str], base: Mapping[Place, Piece], head: Mapping[Place, Piece]) -> None:
        self.files = files
        self._base = base
        self._head = head
        self._origins: dict[Place, Place] = {}
        self._gone = dict(base)
        for path, symbol in head:
            if path in files:
                self._join((path, symbol), (files[path], symbol))
        for depth in sorted({symbol.count(".") for _, symbol in head}):
            places = [place for place in head if place[1].count(".") == depth]
            # Under the names that what they use had before, more of them are known again.
            names = None
            while names != (names := self.old_names()):
                self._join_new(places, names)
        self.inherited = self._handed_over()

    def origin(self, path: str, symbol: str) -> Place | None:
        """Where the code at this place of the head stood in the base; None for code that is new."""
        if (path, symbol) in self._head:
            return self._origins.get((path, symbol))
        return (self.files[path], symbol) if path in self.files else None

    def number(self, path: str, symbol: str, line: int) -> int | None:
        """Which of the base's definitions of one symbol the head's one on a line is; None for one that is new."""
        new, old = self._head.get((path, symbol)), self._origins.get((path, symbol))
        if new is None or old is None or len(new.parts) == len(self._base[old].parts) == 1:
            return 0
        return _aligned(new.parts, self._base[old].parts).get(new.number(line))

    def base_number(self, path: str, symbol: str, line: int) -> int:
        """Which of the base's definitions of one symbol a line of it stands in."""
        piece = self._base.get((path, symbol))
        return piece.number(line) if piece else 0

    def sources(self, path: str) -> Iterator[tuple[str, str]]:
        """The files of the base that code of this file was moved from, each with the text that was moved."""
        for (moved, _), (source, symbol) in self._origins.items():
            if moved == path and source != self.files.get(path):
                yield source, self._base[source, symbol].text

    def old_names(self) -> dict[str, str]:
        """What functions and classes were called in the base, by the names that they have now."""
        names = ((self._head[new].name, self._base[old].name) for new, old in self._origins.items())
        return {new: old for new, old in names if new != old}

    def _join(self, new: Place, old: Place) -> bool:
        if old in self._gone and new not in self._origins and self._gone[old].is_class == self._head[new].is_class:
            self._origins[new] = old
            del self._gone[old]
            return True
        return False

    def _join_new(self, places: Iterable[Place], names: Mapping[str, str]) -> None:
        """Find what the new definitions of one depth were; what is around them is known already."""
        new: dict[Piece, tuple[Key, ...]] = {}
        for path, symbol in places:
            scope, _, name = symbol.rpartition(".")
            around = self._origins.get((path, scope))
            if (path, symbol) in self._origins or (
                around and self._join((path, symbol), (around[0], f"{around[1]}.{name}"))
            ):
                continue
            piece = self._head[path, symbol]
            renamed = replace(piece, parts=(Part(0, 0, translated(piece.text, names)),))
            new[renamed] = _keys(renamed, around or (self.files.get(path, ""), scope))
        if not new:
            return
        for stage, least in enumerate(LEAST):
            self._join_likely(new, stage, least)
        self._join_followers([piece for piece in new if piece.place not in self._origins])

    def _join_likely(self, new: Mapping[Piece, tuple[Key, ...]], stage: int, least: float) -> None:
        """Join the pairs that agree in one key and are alike enough, those that are most alike first."""
        groups: defaultdict[Key, tuple[list[Piece], list[Piece]]] = defaultdict(lambda: ([], []))
        for piece, keys in new.items():
            if piece.place not in self._origins:
                groups[keys[stage]][0].append(piece)
        for piece in self._gone.values():
            key = _keys(piece, (piece.place[0], _scope(piece.place[1])))[stage]
            if key in groups:
                groups[key][1].append(piece)
        for ours, theirs in groups.values():
            for one, other in _alike(ours, theirs, least):
                self._join(one, other)

    def _join_followers(self, new: Iterable[Piece]) -> None:
        """Where code went from one file to another, what is like some that is gone there went along, edited."""
        came, gone = _by_level(new), _by_level(self._gone.values())
        homes: defaultdict[str, set[str]] = defaultdict(set)
        for (path, _), (source, _) in self._origins.items():
            homes[path].add(source)
        for (path, depth, is_class), ours in came.items():
            near = [each for home in sorted(homes[path]) for each in gone.get((home, depth, is_class), ())]
            for one, other in _alike(ours, near, FOLLOWING):
                self._join(one, other)

    def _handed_over(self) -> dict[Place, Place]:
        """Where the code was whose name stayed: `create` became `_create_one`, and a new `create` calls it.

        By its name the base's `create` is the new one still, but what it held is in the other function now.
        """
        stayed: defaultdict[Place, list[tuple[Piece, Piece]]] = defaultdict(list)
        for new, old in self._origins.items():
            if not self._head[new].is_class and self._head[new].words != self._base[old].words:
                stayed[old[0], _scope(old[1])].append((self._head[new], self._base[old]))
        found: dict[Place, Place] = {}
        for place, piece in self._head.items():
            near = stayed.get((self.files.get(place[0], ""), _scope(place[1])), ())
            if place in self._origins or len(piece.words) < FEWEST_WORDS or not 0 < len(near) <= MOST_NEAR:
                continue
            likeness, now, then = max((piece.likeness(old), now.place, old.place) for now, old in near)
            kept = self._head[now].likeness(self._base[then])
            if likeness < HANDED_OVER or kept > likeness - MARGIN:
                continue
            if kept <= NOTHING_KEPT and 2 * len(self._head[now].words) > len(self._base[then].words):
                # Not one that calls it, but another function that took the name.
                self._origins[place] = then
                self._origins.pop(now, None)
            else:
                found[place] = then
        return found


def _aligned(new: Sequence[Part], old: Sequence[Part]) -> dict[int, int]:
    """Which definitions of one symbol are which: equals, then those of the same decorators, then in their order."""
    found: dict[int, int] = {}
    for trait in (lambda part: part.text.split(), _decorators, lambda _: ""):
        for number, part in enumerate(new):
            same = (
                each for each, other in enumerate(old) if each not in found.values() and trait(part) == trait(other)
            )
            match = None if number in found else next(same, None)
            if match is not None:
                found[number] = match
    return found


def _decorators(part: Part) -> list[str]:
    return [line.strip() for line in part.text.split("\n") if line.lstrip().startswith("@")]


def _by_level(found: Iterable[Piece]) -> Mapping[tuple[str, int, bool], list[Piece]]:
    """The pieces that are long enough to be told apart, by file, depth and kind."""
    levels: defaultdict[tuple[str, int, bool], list[Piece]] = defaultdict(list)
    for piece in found:
        if len(piece.words) >= FEWEST_WORDS:
            levels[piece.place[0], piece.place[1].count("."), piece.is_class].append(piece)
    return levels


def _scope(symbol: str) -> str:
    return symbol.rpartition(".")[0]


def translated(text: str, names: Mapping[str, str]) -> str:
    """A text with other names in the place of some."""
    return WORD.sub(lambda match: names.get(match[0], match[0]), text) if names else text


def _keys(piece: Piece, around: Place) -> tuple[Key, ...]:
    """What two pieces can have in common, in the order of `LEAST`: symbol, name, surroundings, words.

    Of a short text, nothing but its symbol or its surroundings, or every word beside its name.
    """
    count, kind, alone = len(piece.words), piece.is_class, (piece.place,)
    symbol = (kind, piece.place[1])
    if count >= FEWEST_WORDS:
        return symbol, (kind, piece.name), (kind, around), (kind, piece.core)
    equal = (kind, piece.core) if count >= FEWEST_WORDS_OF_EQUALS else alone
    named = alone if piece.name.startswith("__") else (piece.name, equal)
    return symbol, named, (kind, around) if count >= FEWEST_WORDS_NEARBY else (around, equal), alone


def _alike(ours: Sequence[Piece], theirs: Sequence[Piece], least: float) -> list[tuple[Place, Place]]:
    """The pairs that are alike enough, those that are most alike first, then in the order of their places."""
    many = len(ours) * len(theirs) > MOST_PAIRS
    equals: defaultdict[tuple[str, ...], list[Piece]] = defaultdict(list)
    for piece in theirs if many else ():
        equals[piece.core].append(piece)
    pairs = ((one, other) for one in ours for other in (equals.get(one.core, ()) if many else theirs))
    alike = ((one.likeness(other), one, other) for one, other in pairs)
    found = [
        (-likeness, one.place, other.place)
        for likeness, one, other in alike
        if likeness >= (least if one.name == other.name else _least_of(one, least))
    ]
    return [(one, other) for _, one, other in sorted(found)]


def _least_of(piece: Piece, least: float) -> float:
    """How alike a piece must be to one of another name: the shorter it is, the more."""
    if len(piece.words) < FEWEST_WORDS:
        return LEAST_OF_SHORT
    return LEAST_OF_LONG if len(piece.words) >= MANY_WORDS else least
