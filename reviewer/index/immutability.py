"""What a class is made as, and whether its instances are immutable, bases in other files included."""

from collections.abc import Callable
from contextlib import suppress

from reviewer.index import makers
from reviewer.index.answers import ClassAnswer, Definition, Immutability, Kind
from reviewer.index.decorated import Decorators
from reviewer.index.facts import Assignment, ClassFacts, ModuleFacts, Value
from reviewer.index.makers import Made
from reviewer.index.orm import OrmModels
from reviewer.index.pydantic_models import PydanticModels
from reviewer.index.resolve import Defined, External, Resolver

ALWAYS_INHERITED = frozenset({Kind.EXCEPTION, Kind.ENUM})
PLAIN = Made(Kind.CLASS, None, "it is no data class")
PROTOCOL = Made(Kind.PROTOCOL, None, "it is a protocol")
SILENT_BASES = frozenset({"object", "Generic", "ABC"})


class Classes:
    """Answers about classes for one repository, kept for the run."""

    def __init__(self, resolver: Resolver, facts: Callable[[str], ModuleFacts], models: OrmModels) -> None:
        self._resolver = resolver
        self._facts = facts
        self._models = models
        self._decorators = Decorators(resolver)
        self._pydantic = PydanticModels(resolver, facts)
        self._made: dict[tuple[str, str, int], Made] = {}

    def answer(self, path: str, symbol: str) -> ClassAnswer | None:
        """What the class with this dotted symbol, defined in this file, is."""
        owner = self._facts(path).class_(symbol)
        if owner is None:
            return None
        made = self.made(path, owner)
        kind = Kind.ORM_MODEL if self._models.model(path, symbol) else made.kind
        return ClassAnswer(Definition(path, symbol, owner.line), kind, Immutability(made.frozen, made.because))

    def immutability(self, path: str, name: str) -> Immutability:
        """Whether the class or type that a name means is immutable."""
        match self._resolver.resolve(path, name):
            case Defined(path=home, facts=ClassFacts() as owner):
                made = self.made(home, owner)
                return Immutability(made.frozen, made.because)
            case Defined(path=home, facts=Assignment(value=Value(called=True) as value)):
                return self._of_call(home, value)
            case External(name=full):
                return _of_external(full)
            case None if name in makers.IMMUTABLE_BUILTINS:
                return Immutability(frozen=True, because=f"`{name}` is immutable")
            case None if name in makers.MUTABLE_BUILTINS:
                return Immutability(frozen=False, because=f"`{name}` is mutable")
            case _:
                return Immutability(frozen=None, because=f"`{name}` cannot be resolved")

    def made(self, path: str, owner: ClassFacts) -> Made:
        """What the class is made as."""
        key = (path, owner.symbol, owner.line)
        if key not in self._made:
            # What stands while the bases are followed: they may lead back here, or on without an end.
            self._made[key] = PLAIN
            with suppress(RecursionError):
                self._made[key] = self._make(path, owner)
        return self._made[key]

    def _make(self, path: str, owner: ClassFacts) -> Made:
        bases = [made for base in owner.bases if (made := self._of_base(path, owner, base))]
        first = next((made for made in bases if made.kind in ALWAYS_INHERITED), None)
        if first:
            return first
        if any(self._external(path, owner, base) in makers.PROTOCOLS for base in owner.bases):
            return PROTOCOL
        inherited = next((made for made in bases if made.kind is not Kind.CLASS), None)
        found = self._decorators.made(path, owner, inherited) or self._transformed(path, owner)
        if found is None and (inherited is None or inherited.kind is Kind.PYDANTIC):
            found = self._pydantic.made(path, owner, bases)
        found = found or inherited
        if found is None:
            return self._unjudged(path, owner)
        if not found.frozen and self._guards(path, owner, set()):
            return Made(found.kind, None, "it decides in `__setattr__` what may be set")
        return found

    def _of_base(self, path: str, owner: ClassFacts, base: Value) -> Made | None:
        """What a subclass of this base is by that; None when nothing is known of the base."""
        if base.called:
            return makers.of_factory(self._external(path, owner, base))
        match self._resolver.base(path, owner, base.name):
            case Defined(path=home, symbol=symbol, facts=ClassFacts() as parent):
                made = self.made(home, parent)
                return PLAIN if made.kind is Kind.PROTOCOL else made.inherited_from(symbol)
            case Defined(path=home, facts=Assignment(value=Value(called=True) as value)):
                return makers.of_factory(self._resolver.external(home, value.name) or "")
            case External(name=name):
                return makers.of_external(name)
            case meaning:
                return makers.of_builtin(base.name) if meaning is None else None

    def _transformed(self, path: str, owner: ClassFacts) -> Made | None:
        """A class whose base or metaclass is marked with `dataclass_transform`."""
        own = dict(owner.keywords)
        for name in _parents(owner):
            mark = self._mark(path, owner, name, set())
            if mark is not None:
                text = own.get("frozen", mark.keyword("frozen_default") or "False")
                return Made(Kind.DATACLASS, makers.truth(text), f"`{name}` makes data classes, here with frozen={text}")
        return None

    def _mark(self, path: str, owner: ClassFacts, name: str, seen: set[str]) -> Value | None:
        """The `dataclass_transform` on a base, or on one above it."""
        parent = self._resolver.base(path, owner, name)
        if not isinstance(parent, Defined) or not isinstance(parent.facts, ClassFacts):
            return None
        place = f"{parent.path}:{parent.symbol}"
        if place in seen:
            return None
        seen.add(place)
        for decorator in parent.facts.decorators:
            if self._resolver.external(parent.path, decorator.name) in makers.TRANSFORMS:
                return decorator
        marks = (self._mark(parent.path, parent.facts, above, seen) for above in _parents(parent.facts))
        return next((mark for mark in marks if mark), None)

    def _guards(self, path: str, owner: ClassFacts, seen: set[str]) -> bool:
        """Whether the class or a base of it in this project decides itself what may be set."""
        place = f"{path}:{owner.symbol}"
        if place in seen:
            return False
        seen.add(place)
        if owner.method("__setattr__"):
            return True
        parents = (self._resolver.base(path, owner, base.name) for base in owner.bases)
        return any(
            self._guards(parent.path, parent.facts, seen)
            for parent in parents
            if isinstance(parent, Defined) and isinstance(parent.facts, ClassFacts)
        )

    def _external(self, path: str, owner: ClassFacts, base: Value) -> str:
        meaning = self._resolver.base(path, owner, base.name)
        return meaning.name if isinstance(meaning, External) else ""

    def _unjudged(self, path: str, owner: ClassFacts) -> Made:
        for decorator in owner.decorators:
            if isinstance(self._resolver.base(path, owner, decorator.name), Defined):
                return Made(Kind.CLASS, None, f"what `@{decorator.name}` makes of it is unknown")
        for base in owner.bases:
            known = base.name.rpartition(".")[2] in SILENT_BASES
            if not known and not isinstance(self._resolver.base(path, owner, base.name), Defined):
                return Made(Kind.CLASS, None, f"its base `{base.name or base.text}` is not of this project")
        return PLAIN

    def _of_call(self, path: str, value: Value) -> Immutability:
        name = self._resolver.external(path, value.name) or ""
        if name in makers.NEW_TYPES:
            return Immutability(frozen=True, because="it is a NewType")
        made = makers.of_factory(name)
        if made is not None:
            return Immutability(made.frozen, made.because)
        return Immutability(None, f"what `{value.name}()` returns is unknown")


def _parents(owner: ClassFacts) -> list[str]:
    """The names of the bases and of the metaclass."""
    metaclass = dict(owner.keywords).get("metaclass")
    return [base.name for base in owner.bases if base.name] + ([metaclass] if metaclass else [])


def _of_external(name: str) -> Immutability:
    made = makers.of_external(name)
    if made is None or made.kind is Kind.PYDANTIC:
        return Immutability(None, f"`{name}` is not of this project")
    return Immutability(made.frozen, made.because)
