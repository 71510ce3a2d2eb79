"""What a name of a file means: through imports, aliases, re-exports, star imports and nested classes."""

import builtins
import typing
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from reviewer.index import makers, orm_roots
from reviewer.index.facts import Assignment, ClassFacts, FunctionFacts, Import, ModuleFacts, Value
from reviewer.index.modules import Modules, joined

Binding = ClassFacts | FunctionFacts | Assignment | Import
# What star imports may bring that decides what a class is.
KNOWN = makers.KNOWN | orm_roots.KNOWN | {f"typing.{name}" for name in typing.__all__}
# The names that one question has come by; each is looked up once, so that cycles end.
Seen = set[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Defined:
    """A class, a function or a variable of the repository; `symbol` is dotted inside its module."""

    path: str
    symbol: str
    facts: ClassFacts | FunctionFacts | Assignment


@dataclass(frozen=True, slots=True)
class External:
    """Something of another distribution, by its full dotted name."""

    name: str


@dataclass(frozen=True, slots=True)
class Package:
    """A module or a package of the repository."""

    stem: str


Meaning = Defined | External | Package | None
# What names with these in front of their brackets stand for is in the brackets.
SPECIAL_FORMS = frozenset(
    External(f"{module}.{name}")
    for module in ("typing", "typing_extensions")
    for name in ("Annotated", "Optional", "Union")
)


@dataclass(slots=True)
class Names:
    """The names that a module binds, in the order of its source."""

    own: dict[str, list[Binding]] = field(default_factory=dict)
    local: dict[str, list[Import]] = field(default_factory=dict)
    stars: list[Import] = field(default_factory=list)
    symbols: dict[str, ClassFacts | FunctionFacts] = field(default_factory=dict)


def names_of(facts: ModuleFacts) -> Names:
    """The names of a module by what binds them."""
    names = Names()
    found: list[Binding] = [*facts.imports, *facts.classes, *facts.functions, *facts.assignments]
    for binding in sorted(found, key=lambda each: each.line):
        match binding:
            case Import(attribute="*"):
                names.stars.append(binding)
            case Import(scope="", bound=bound):
                names.own.setdefault(bound, []).append(binding)
            case Import(bound=bound):
                names.local.setdefault(bound, []).append(binding)
            case Assignment(name=name):
                names.own.setdefault(name, []).append(binding)
            case ClassFacts(symbol=symbol) | FunctionFacts(symbol=symbol):
                if symbol not in names.symbols or not binding.type_checking:
                    names.symbols[symbol] = binding
                if "." not in symbol:
                    names.own.setdefault(symbol, []).append(binding)
    return names


class Resolver:
    """Follows names from file to file; what it has found it keeps, and cycles end."""

    def __init__(self, modules: Modules, facts: Callable[[str], ModuleFacts]) -> None:
        self._modules = modules
        self._facts = facts
        self._names: dict[str, Names] = {}
        self._kept: dict[tuple[str, str, str], Meaning] = {}

    def resolve(self, path: str, name: str, scope: str = "") -> Meaning:
        """What a dotted name means in a file, seen from the class or function `scope` of it."""
        key = (path, name, scope)
        if key not in self._kept:
            try:
                self._kept[key] = self._dotted(path, name, scope, set()) or self._only_star(path, name)
            except RecursionError:
                # A chain of hundreds of re-exports leads nowhere that a reader could follow either.
                self._kept[key] = None
        return self._kept[key]

    def base(self, path: str, owner: ClassFacts, name: str) -> Meaning:
        """What a name in the bases or decorators of a class means; `class Base(Base)` means an earlier `Base`."""
        scope = owner.symbol.rpartition(".")[0]
        if name.partition(".")[0] != owner.name:
            return self.resolve(path, name, scope)
        head, _, rest = name.partition(".")
        earlier = [binding for binding in self._own(path, head) if binding.line < owner.line]
        return self._members(self._first(path, earlier, set()), rest, set())

    def external(self, path: str, name: str, scope: str = "") -> str | None:
        """The full name of what another distribution gives under this name, None for anything else."""
        meaning = self.resolve(path, name, scope)
        return meaning.name if isinstance(meaning, External) else None

    def literal(self, path: str, name: str) -> str:
        """A name that leads nowhere, with the first import of its head put in as it is written."""
        head, dot, rest = name.partition(".")
        names = self.names(path)
        bound = [each for each in names.own.get(head, names.local.get(head, [])) if isinstance(each, Import)]
        if not bound or (bound[0].attribute is None and not bound[0].alias):
            return name
        first = bound[0]
        return ".".join(filter(None, (first.module, first.attribute))) + dot + rest

    def names(self, path: str) -> Names:
        """The names that the file at `path` binds."""
        if path not in self._names:
            self._names[path] = names_of(self._facts(path))
        return self._names[path]

    def target(self, path: str, imported: Import) -> str | None:
        """The stem of the module that an import reads, None when it is not of this repository."""
        if imported.level:
            return self._modules.relative(path, imported.level, imported.module)
        return self._modules.absolute(imported.module, path)

    def file(self, path: str, imported: Import) -> str | None:
        """The file of the module that an import reads, None when it is not of this repository."""
        stem = self.target(path, imported)
        return self._modules.file(stem) if stem else None

    def submodule(self, path: str, imported: Import) -> str | None:
        """The file of the module that an import takes out of a package."""
        stem = self.target(path, imported)
        return self._modules.file(joined(stem, imported.attribute)) if stem and imported.attribute else None

    def imported(self, path: str, imported: Import) -> Meaning:
        """What an import statement's name means."""
        return self._imported(path, imported, set())

    def member(self, meaning: Meaning, name: str) -> Meaning:
        """What a name of a module, or a nested name of a class, means."""
        return self._member(meaning, name, set())

    def _dotted(self, path: str, name: str, scope: str, seen: Seen) -> Meaning:
        if not name or "(" in name:
            return None
        symbol = self.names(path).symbols.get(name)
        if symbol is not None and "." in name:
            return Defined(path, name, symbol)
        head, _, rest = name.partition(".")
        return self._members(self._head(path, head, scope, seen), rest, seen)

    def _members(self, meaning: Meaning, rest: str, seen: Seen) -> Meaning:
        for part in rest.split(".") if rest else ():
            meaning = self._member(meaning, part, seen)
        return meaning

    def _head(self, path: str, name: str, scope: str, seen: Seen) -> Meaning:
        if (path, name) in seen:
            return None
        seen.add((path, name))
        names = self.names(path)
        for outer in _outwards(scope):
            found = names.symbols.get(f"{outer}.{name}")
            if found is not None:
                return Defined(path, found.symbol, found)
            nearby = [each for each in names.local.get(name, ()) if each.scope == outer]
            if nearby:
                return self._first(path, nearby, seen)
        if name in names.own:
            return self._first(path, self._own(path, name), seen)
        starred = self._starred(path, name, seen)
        return starred or self._agreed(path, names.local.get(name, ()), seen) or self._well_known(path, name)

    def _own(self, path: str, name: str) -> list[Binding]:
        """The bindings of a name in the order in which they count.

        A class that extends its own name goes first, for it hides what it extends; what only type checkers see is last.
        """
        return sorted(self.names(path).own.get(name, []), key=_precedence)

    def _first(self, path: str, bindings: Sequence[Binding], seen: Seen) -> Meaning:
        """The first binding that leads somewhere: of a `try` and its `except`, the one that holds here."""
        meanings = (self._bound(path, binding, seen) for binding in bindings)
        return next((meaning for meaning in meanings if meaning is not None), None)

    def _bound(self, path: str, binding: Binding, seen: Seen) -> Meaning:
        match binding:
            case Import():
                return self._imported(path, binding, seen)
            case Assignment(name=name, value=Value(name=aliased, called=False)) if aliased:
                meaning = self._dotted(path, aliased, "", seen)
                is_class = meaning is not None and meaning not in SPECIAL_FORMS
                return meaning if is_class else Defined(path, name, binding)
            case Assignment(name=name):
                return Defined(path, name, binding)
            case ClassFacts(symbol=symbol) | FunctionFacts(symbol=symbol):
                return Defined(path, symbol, binding)

    def _imported(self, path: str, imported: Import, seen: Seen) -> Meaning:
        stem = self.target(path, imported)
        if imported.attribute is None:
            return self._module(imported, stem)
        if stem is None or not self._modules.exists(stem):
            return None if imported.level else External(f"{imported.module}.{imported.attribute}")
        found = self._member(Package(stem), imported.attribute, seen)
        if found is None and not imported.level and self._modules.file(stem) is None:
            return External(f"{imported.module}.{imported.attribute}")
        return found

    def _module(self, imported: Import, stem: str | None) -> Meaning:
        if stem is None:
            return External(imported.module if imported.alias else imported.bound)
        below = 0 if imported.alias else imported.module.count(".")
        return Package("/".join(stem.split("/")[: len(stem.split("/")) - below]))

    def _member(self, meaning: Meaning, name: str, seen: Seen) -> Meaning:
        match meaning:
            case External(name=outer):
                return External(f"{outer}.{name}")
            case Package(stem=stem):
                return self._of_module(stem, name, seen)
            case Defined(path=path, symbol=symbol, facts=ClassFacts() as owner):
                return self._of_class(path, symbol, owner, name, seen)
            case _:
                return None

    def _of_module(self, stem: str, name: str, seen: Seen) -> Meaning:
        path = self._modules.file(stem)
        found = self._head(path, name, "", seen) if path else None
        if found is not None:
            return found
        below = joined(stem, name)
        return Package(below) if self._modules.exists(below) else None

    def _of_class(self, path: str, symbol: str, owner: ClassFacts, name: str, seen: Seen) -> Meaning:
        """A nested class, or another name for a class; other attributes mean nothing here."""
        nested = self.names(path).symbols.get(f"{symbol}.{name}")
        if nested is not None:
            return Defined(path, nested.symbol, nested)
        attribute = owner.attribute(name)
        if attribute is None or attribute.value is None or attribute.value.called:
            return None
        return self._dotted(path, attribute.value.name, symbol, seen)

    def _starred(self, path: str, name: str, seen: Seen) -> Meaning:
        for imported in self.names(path).stars:
            stem = self.target(path, imported)
            source = stem and self._modules.file(stem)
            if source and self._exports(source, name):
                found = self._head(source, name, "", seen)
                if found is not None:
                    return found
        return None

    def _well_known(self, path: str, name: str) -> Meaning:
        """What star imports from other distributions are known to give."""
        given = (f"{found.module}.{name}" for found in self.names(path).stars if not self.target(path, found))
        return next((External(full) for full in given if full in KNOWN), None)

    def _only_star(self, path: str, name: str) -> Meaning:
        """What nothing else gives a name than the one star import of a file."""
        names, head = self.names(path), name.partition(".")[0]
        bound = head in names.own or head in names.local or head in vars(builtins)
        if bound or not head.isidentifier() or len(names.stars) != 1 or self.target(path, names.stars[0]):
            return None
        return External(f"{names.stars[0].module}.{name}")

    def _exports(self, path: str, name: str) -> bool:
        exported = self._facts(path).exported
        return name in exported if exported is not None else not name.startswith("_")

    def _agreed(self, path: str, imports: Sequence[Import], seen: Seen) -> Meaning:
        """What imports inside functions give a name, where all of them say the same."""
        if len({(each.module, each.attribute, each.level) for each in imports}) != 1:
            return None
        return self._imported(path, imports[0], seen)


def _outwards(scope: str) -> Iterator[str]:
    while scope:
        yield scope
        scope = scope.rpartition(".")[0]


def _precedence(binding: Binding) -> int:
    match binding:
        case _ if binding.type_checking:
            return 2
        case ClassFacts(bases=bases):
            return 0 if any(base.name == binding.name for base in bases) else 1
        case _:
            return 1
