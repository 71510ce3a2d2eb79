"""Which finding of the head is which one of the base: the same rule and key in code that is the same code."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reviewer.descent import Descent, translated
from reviewer.index.reach import Cause
from reviewer.index.traits import Place
from reviewer.model import Change, ChangeKind, Finding
from reviewer.tools.rules import MYPY

NO_CHANGE = Change("", ChangeKind.DELETED)
# Tool and rule, file and symbol, the rule's own key, and which of several definitions of the symbol it is.
Identity = tuple[str, str, str, str, str, int]


@dataclass(frozen=True, slots=True)
class Kinship:
    """How the head's code is related to the base's: what changed, what became of what, and how far that reaches.

    `modules` gives the dotted names that renamed modules had before.
    """

    changes: Mapping[str, Change]
    descent: Descent
    reach: Mapping[str, Mapping[str, Cause]]
    modules: Mapping[str, str]

    def change(self, finding: Finding) -> Change:
        """What the change does to a finding's file."""
        return self.changes.get(finding.path or "", NO_CHANGE)

    def origin(self, finding: Finding) -> Place | None:
        """The place of the base that a finding's code descends from."""
        path = finding.path or ""
        return self.descent.origin(path, finding.symbol) if path in self.changes else (path, finding.symbol)

    def old_path(self, path: str) -> str | None:
        """The base's path of a file of the head."""
        return self.descent.files.get(path) if path in self.changes else path


class Pairs:
    """The findings of the base by those of the head that they are; `left` are the base's that are none of them."""

    def __init__(self, base: Iterable[Finding], head: Sequence[Finding], kinship: Kinship) -> None:
        self._kinship = kinship
        self._old_names = kinship.descent.old_names()
        self._base: defaultdict[Identity, list[Finding]] = defaultdict(list)
        for finding in base:
            self._base[self._identity(finding)].append(finding)
        self._free = {identity: list(found) for identity, found in self._base.items()}
        self._by_code = self._of_tools()
        self._found: dict[int, Finding] = {}
        # Where there are more equals than before, those on changed lines are the new ones.
        placed = sorted((each for each in head if each.path is not None), key=self._is_touched)
        for finding in placed:
            self._take(finding, self._same(finding), like=finding)
        for search in (self._same, self._renamed, self._inherited, self._rescoped):
            for finding in placed:
                self._take(finding, search(finding))
        for finding in placed:
            self._take_code(finding)
        for finding in placed:
            self._share(finding, self._moved_along(finding))

    def partner(self, finding: Finding) -> Finding | None:
        """The finding of the base that a finding of the head is."""
        return self._found.get(id(finding))

    def left(self) -> list[Finding]:
        """The findings of the base that the head does not have."""
        taken = {id(finding) for finding in self._found.values()}
        return [each for found in self._base.values() for each in found if id(each) not in taken]

    def _identity(self, finding: Finding) -> Identity:
        path, line = finding.path or "", finding.span.line if finding.span else 0
        number = self._kinship.descent.base_number(path, finding.symbol, line)
        return (finding.source, finding.rule, path, finding.symbol, finding.key, number)

    def _number(self, finding: Finding) -> int | None:
        line = finding.span.line if finding.span else 0
        return self._kinship.descent.number(finding.path or "", finding.symbol, line)

    def _take(self, finding: Finding, identities: Iterable[Identity], like: Finding | None = None) -> None:
        """Pair a finding with the first free one of these identities, of the same code if it has to be `like` one."""
        if id(finding) in self._found:
            return
        for identity in identities:
            for each in self._free.get(identity, ()):
                if like is None or each.code == like.code:
                    self._pair(finding, each, identity)
                    return

    def _pair(self, finding: Finding, partner: Finding, identity: Identity) -> None:
        self._found[id(finding)] = partner
        self._free[identity].remove(partner)

    def _of_tools(self) -> Mapping[tuple[str, str, str], list[tuple[Identity, Finding]]]:
        """The findings of tools by their rule and the code of their line, which say more than the tools' sentences."""
        found: defaultdict[tuple[str, str, str], list[tuple[Identity, Finding]]] = defaultdict(list)
        for identity, members in self._base.items():
            for each in members if identity[0] != "own" else ():
                found[each.source, each.rule, each.code].append((identity, each))
        return found

    def _take_code(self, finding: Finding) -> None:
        """Pair a finding of a tool with one of the same line of code, that went elsewhere or is worded otherwise."""
        if id(finding) in self._found or finding.source == "own":
            return
        path = self._kinship.old_path(finding.path or "")
        for identity, each in self._by_code.get((finding.source, finding.rule, finding.code), ()):
            known = each.key == finding.key or (each.path == path and finding.source == MYPY)
            if known and any(each is free for free in self._free[identity]):
                self._pair(finding, each, identity)
                return

    def _share(self, finding: Finding, identities: Iterable[Identity]) -> None:
        """A finding of one file can go on in several that it was split into."""
        known = (self._base[identity][0] for identity in identities if identity in self._base)
        found = None if id(finding) in self._found else next(known, None)
        if found:
            self._found[id(finding)] = found

    def _is_touched(self, finding: Finding) -> bool:
        return finding.span is not None and finding.span.line in self._kinship.change(finding).lines

    def _same(self, finding: Finding) -> Iterator[Identity]:
        place, number = self._kinship.origin(finding), self._number(finding)
        if place and number is not None:
            yield (finding.source, finding.rule, *place, finding.key, number)

    def _renamed(self, finding: Finding) -> Iterator[Identity]:
        """With the names in the key that modules, functions and classes had before."""
        old = self._kinship.modules.get(finding.key)
        place, key = self._kinship.origin(finding), old or translated(finding.key, self._old_names)
        number = self._number(finding)
        if place and number is not None and key != finding.key:
            yield (finding.source, finding.rule, *place, key, number)

    def _inherited(self, finding: Finding) -> Iterator[Identity]:
        """Of the function that left its code, but not its name, to this one."""
        place = self._kinship.descent.inherited.get((finding.path or "", finding.symbol))
        if place:
            yield (finding.source, finding.rule, *place, finding.key, 0)

    def _rescoped(self, finding: Finding) -> Iterator[Identity]:
        """With the same name in the key in the same file, further in or further out.

        An import was moved into a function, or `Job` is taken out of its module now: `models.Job`.
        """
        path = self._kinship.old_path(finding.path or "")
        about = (finding.source, finding.rule, path, _last(finding.key))
        for identity, free in self._free.items():
            source, rule, home, symbol, key, _ = identity
            if (
                free
                and key
                and finding.source == "own"
                and (source, rule, home, _last(key)) == about
                and _enclose(symbol, finding.symbol)
            ):
                yield identity

    def _moved_along(self, finding: Finding) -> Iterator[Identity]:
        """At the level of a file that code which names the key was moved from."""
        for source, text in self._kinship.descent.sources(finding.path or "") if not finding.symbol else ():
            if _last(finding.key) in text:
                yield (finding.source, finding.rule, source, "", finding.key, 0)


def _last(key: str) -> str:
    return key.rpartition(".")[2]


def _enclose(one: str, other: str) -> bool:
    """Whether one of two symbols is around the other."""
    inner, outer = max(one, other, key=len), min(one, other, key=len)
    return not outer or inner == outer or inner.startswith(f"{outer}.")
