"""How far a change reaches: the names, in any file, that mean something else by it, and the change to blame for each.

A change of a definition matters to others by its traits: whether it is an ORM model, immutable, a repository, in which
layer. Where the definitions that changed keep their traits, no other file can be judged otherwise than before, and
none is looked at. Else the files that hold one of their names are, and those that hold a name found there, and so on.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from reviewer.index import Index
from reviewer.index.facts import NOTHING, ClassFacts, Import, ModuleFacts
from reviewer.index.resolve import Defined, Package
from reviewer.index.tables.turned import turned, turned_columns
from reviewer.index.traits import Place, Traits, traits
from reviewer.model import Change, ChangeKind

WORD = re.compile(rb"\w+")
# So many words are looked for one by one.
FEW = 30
MOVED = frozenset({ChangeKind.ADDED, ChangeKind.RENAMED, ChangeKind.DELETED})


@dataclass(frozen=True, slots=True, order=True)
class Cause:
    """The change of a definition that other code is judged by: where it is in the head, and `what` became of it.

    Without a symbol it is the change of the files themselves.
    """

    path: str
    line: int
    symbol: str
    what: str


class Reach:
    """What a change reaches; `origin` gives the place of the base that a place of the head descends from."""

    def __init__(
        self,
        base: Index,
        head: Index,
        changes: Mapping[str, Change],
        origin: Callable[[str, str], Place | None],
        read: Callable[[str], bytes],
    ) -> None:
        self._base = base
        self._head = head
        self._changes = changes
        self._origin = origin
        self._read = read
        self._causes: dict[Place, Cause | None] = {}
        # By the names that the change itself gives other traits.
        self._sown: dict[str, Cause] = {}

    @cached_property
    def files(self) -> Mapping[str, Mapping[str, Cause]]:
        """The names that mean something else than before, by the files of the head that hold them, each with why."""
        reached: dict[str, dict[str, Cause]] = {}
        known: set[str] = set()
        words = {_last(name) for name in self._seeds()}
        while words - known:
            known |= words
            for path in self._holding(words):
                found = {name: cause for name in self._names(path, known) if (cause := self.cause(path, name))}
                reached.setdefault(path, {}).update(found)
            words = {_last(name) for names in reached.values() for name in names} - known
        for path, name, cause in (*self._keys_turned_over(), *self._columns_turned_over()):
            reached.setdefault(path, {}).setdefault(name, cause)
        return {path: names for path, names in sorted(reached.items()) if names}

    def _keys_turned_over(self) -> Iterator[tuple[str, str, Cause]]:
        """The foreign keys of unchanged files that an index, a migration or a relationship elsewhere decides about."""
        for each in turned(self._base.tables, self._head.tables, self._pairs()):
            line = min(self._changes[each.by].lines, default=1)
            owner, _, column = each.key.declared.rpartition(".")
            yield each.key.path, owner, Cause(each.by, line, column, each.what)

    def _columns_turned_over(self) -> Iterator[tuple[str, str, Cause]]:
        """The models in unchanged files that name a column which has an index now, or has none any more."""
        for each in turned_columns(self._base.tables, self._head.tables, self._pairs()):
            what = f"`{each.symbol}.{each.column}` has {'an index now' if each.indexed else 'no index any more'}"
            cause = Cause(each.path, self._line(each.path, each.symbol), each.symbol, what)
            found = self._meaning_model(each.path, each.symbol, self._head.tables.holding({each.column}))
            yield from ((other, _last(each.symbol), cause) for other in found)

    def _meaning_model(self, path: str, symbol: str, paths: Iterable[str]) -> Iterator[str]:
        """Those of some unchanged files where a model goes by its own name."""
        for other in paths:
            model = self._head.orm_model(other, _last(symbol)) if other not in self._changes else None
            if model and (model.definition.path, model.definition.symbol) == (path, symbol):
                yield other

    def _pairs(self) -> list[tuple[str, str]]:
        """The paths of the changed files before and now."""
        deleted = {path for path, change in self._changes.items() if change.kind is ChangeKind.DELETED}
        return [((None if path in deleted else self._old(path)) or path, path) for path in self._changes]

    def cause(self, path: str, name: str) -> Cause | None:
        """The change that gives a name of a file other traits than it had; None when it has the same."""
        place = (path, name)
        if place not in self._causes:
            # Nothing while it is followed: bases may lead back here.
            self._causes[place] = None
            self._causes[place] = self._caused(path, name)
        return self._causes[place]

    def _caused(self, path: str, name: str) -> Cause | None:
        then, now = self._then(path, name), traits(self._head, path, name)
        if then is None or now is None or then == now:
            return None
        here = self._here(path, name, now.since(then))
        # Whoever comes back here by way of a base finds it to blame.
        self._causes[path, name] = here
        match self._head.meaning(path, name):
            case Defined(path=home, symbol=symbol) if (home, symbol) != (path, name):
                return self.cause(home, symbol) or here
            case Package(stem=stem) if file := self._head.module_file(stem):
                return self._here(file, _module(file), now.since(then))
            case Defined(facts=ClassFacts() as owner):
                above = (self.cause(path, used) for used in _used(owner))
                return next((cause for cause in above if cause), None) or here
            case _:
                return here

    def _then(self, path: str, name: str) -> Traits | None:
        place = self._origin(path, name) if path in self._changes else (path, name)
        if place is None and (old := self._old(path)):
            place = (old, name)
        return traits(self._base, *place) if place else None

    def _old(self, path: str) -> str | None:
        """The file of the base that a changed file was, or that its module was: `a.py` can become `a/__init__.py`."""
        old = self._changes[path].old_path or path
        stem = path.removesuffix(".py").removesuffix("/__init__")
        return old if self._base.knows(old) else self._base.module_file(stem)

    def _here(self, path: str, name: str, what: str) -> Cause | None:
        """The change to blame: in this file, of this name in another one, or the files that came, went or moved."""
        if path in self._changes:
            return Cause(path, self._line(path, name), name, f"`{name}` {what}")
        known = (self._sown.get(word) for word in self._words_of(path, name))
        if cause := next((cause for cause in known if cause), None):
            return cause
        moved = [change.path for change in self._changes.values() if change.kind in MOVED]
        nearest = max(moved, key=lambda other: (_common(path, other), other), default=None)
        if nearest:
            return Cause(nearest, 1, "", f"`{path}` is in another place of the layout now")
        return next(iter(self._sown.values()), None)

    def _words_of(self, path: str, name: str) -> Iterator[str]:
        """The names that may lead on from a name: its own, and that of what it is imported as."""
        yield _last(name)
        for each in self._head.facts(path).imports:
            if each.bound == name.partition(".")[0] and each.attribute:
                yield each.attribute

    def _line(self, path: str, name: str) -> int:
        """The changed line of a definition that is nearest to its own; its decorators stand above it."""
        facts = self._head.facts(path)
        bound = [each.line for each in facts.imports if each.bound == name]
        bound += [each.line for each in facts.assignments if each.name == name]
        found = next((each for each in reversed(facts.definitions) if each.symbol == name), None)
        first, last = (found.line, found.end_line) if found else (bound[-1], bound[-1]) if bound else (1, 1)
        above = max((each.end_line for each in facts.definitions if each.end_line < first), default=0)
        changed = [line for line in self._changes[path].lines if above < line <= last]
        return min(changed, key=lambda line: (abs(line - first), line), default=first)

    def _seeds(self) -> Iterator[str]:
        """The names of the definitions whose traits the change itself turns over."""
        for path, change in self._changes.items():
            old = None if change.kind is ChangeKind.DELETED else self._old(path)
            then = self._base.facts(old) if old else NOTHING
            for name in (*_own(self._head.facts(path), then), *self._starred(path, then)):
                if cause := self.cause(path, name):
                    self._sown.setdefault(_last(name), cause)
                    yield name
            if old and self._base.placement(old).layer != self._head.placement(path).layer:
                yield _module(path)
        for path in self._laid_out_anew():
            yield _module(path)
            yield from _own(self._head.facts(path), self._head.facts(path))

    def _starred(self, path: str, then: ModuleFacts) -> Iterator[str]:
        """The names that star imports bring which were not there before."""
        before = {(each.module, each.level) for each in then.imports if each.attribute == "*"}
        for each in self._head.facts(path).imports:
            if each.attribute == "*" and (each.module, each.level) not in before:
                source = self._head.imported_file(path, each)
                yield from _own(self._head.facts(source), NOTHING) if source else ()

    def _laid_out_anew(self) -> Iterator[str]:
        """Unchanged files in folders that stand for another layer than before, because files came or went."""
        if all(change.kind not in MOVED for change in self._changes.values()):
            return
        then, now = self._base.folder_layers(), self._head.folder_layers()
        folders = [folder for folder in {*then, *now} if then.get(folder) != now.get(folder)]
        for path in self._unchanged:
            inside = any(path.startswith(f"{folder}/") for folder in folders)
            if inside and self._base.placement(path).layer != self._head.placement(path).layer:
                yield path

    @cached_property
    def _unchanged(self) -> list[str]:
        return [path for path in self._head.module_paths() if path not in self._changes and self._base.knows(path)]

    def _holding(self, words: set[str]) -> Iterator[str]:
        """The files of the head that hold one of these words, maybe inside of another."""
        wanted = {word.encode() for word in words}
        changed = [path for path, change in self._changes.items() if self._head.knows(path)]
        for path in (*changed, *self._unchanged):
            data = self._read(path)
            if (
                any(word in data for word in wanted)
                if len(wanted) <= FEW
                else not wanted.isdisjoint(WORD.findall(data))
            ):
                yield path

    def _names(self, path: str, words: set[str]) -> Iterator[str]:
        """The names of a file that can lead to a definition with one of these names."""
        facts = self._head.facts(path)
        yield from (owner.symbol for owner in facts.classes)
        yield from (each.name for each in facts.assignments if each.value and _last(each.value.name) in words)
        for imported in facts.imports:
            yield from _leading(imported, words)


def _leading(imported: Import, words: set[str]) -> Iterator[str]:
    if imported.attribute == "*":
        yield from words
    elif imported.attribute is None and not imported.alias:
        yield from (f"{imported.module}.{word}" for word in words)
    else:
        yield from (f"{imported.bound}.{word}" for word in words)
        if {imported.attribute, imported.bound, _last(imported.module)} & words:
            yield imported.bound


def _own(facts: ModuleFacts, then: ModuleFacts) -> Iterator[str]:
    """The names that a file defines, or imports from elsewhere than before."""
    yield from (found.symbol for found in facts.definitions if "." not in found.symbol)
    yield from (found.name for found in facts.assignments)
    before = {(each.bound, each.module, each.attribute, each.level) for each in then.imports}
    for each in facts.imports:
        if (each.bound, each.module, each.attribute, each.level) not in before and each.attribute != "*":
            yield each.bound


def _used(owner: ClassFacts) -> Iterable[str]:
    """The names that make a class what it is."""
    named = (*(base.name for base in owner.bases), *(decorator.name for decorator in owner.decorators))
    return (name for name in (*named, *(text for key, text in owner.keywords if key == "metaclass")) if name)


def _module(path: str) -> str:
    """The word that a file's module is imported by."""
    *folders, name = path.split("/")
    return folders[-1] if name == "__init__.py" and folders else name.partition(".")[0]


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _common(path: str, other: str) -> int:
    """How many folders two paths have in common."""
    pairs = zip(path.split("/"), other.split("/"), strict=False)
    return next((depth for depth, (one, two) in enumerate(pairs) if one != two), 0)
