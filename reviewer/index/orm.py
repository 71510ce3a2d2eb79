"""Which classes are ORM models, and the chain of bases or decorators that makes each one a model."""

import builtins
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto

from reviewer.index import orm_roots as roots
from reviewer.index.answers import Definition, OrmModel
from reviewer.index.facts import Assignment, ClassFacts, ModuleFacts, Value
from reviewer.index.resolve import Defined, External, Meaning, Resolver
from reviewer.model import Confidence


class Family(Enum):
    """What a class descends from, by what its subclasses need to be models."""

    DECLARATIVE = auto()
    SQLMODEL = auto()
    DOCUMENT = auto()
    PEEWEE = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class Lineage:
    """The way from a class to what it descends from; `is_base` when the class is a declarative base itself."""

    family: Family
    chain: tuple[str, ...]
    is_base: bool = False

    def below(self, name: str) -> "Lineage":
        """The lineage of a subclass."""
        return Lineage(self.family, (name, *self.chain))

    @property
    def is_known(self) -> bool:
        """Whether the way was found to its end."""
        return self.family is not Family.UNKNOWN


UNKNOWN = Lineage(Family.UNKNOWN, ())
# SQLModel is not among them: what extends it is as often a schema.
ROOTED = frozenset({Family.DECLARATIVE, Family.DOCUMENT, Family.PEEWEE})
DOTTED = re.compile(r"[A-Za-z_][\w.]*")
# A base from one of these, where it is no root, says that the class is no model by it.
HARMLESS = sys.stdlib_module_names | {"pydantic", "sqlalchemy", "typing_extensions"}


class OrmModels:
    """Answers for one repository, kept for the run."""

    def __init__(self, resolver: Resolver, facts: Callable[[str], ModuleFacts]) -> None:
        self._resolver = resolver
        self._facts = facts
        self._lineages: dict[tuple[str, str, int], Lineage | None] = {}

    def model(self, path: str, symbol: str) -> OrmModel | None:
        """The model that the class with this dotted symbol, defined in this file, is, in one branch at least."""
        models = (self._model(path, owner) for owner in self._facts(path).classes_called(symbol))
        return next((model for model in models if model), None)

    def _model(self, path: str, owner: ClassFacts) -> OrmModel | None:
        definition = Definition(path, owner.symbol, owner.line)
        decorated = self._mapped_by_decorator(path, owner)
        if decorated:
            return OrmModel(definition, (owner.symbol, decorated), Confidence.HIGH)
        lineage = self.lineage(path, owner)
        if lineage is None or lineage.is_base or _is_abstract(self._facts(path), owner):
            return None
        if not _makes_model(lineage.family, owner):
            return None
        if lineage.family is Family.UNKNOWN:
            return OrmModel(definition, (owner.symbol, _evidence(owner)), Confidence.MEDIUM)
        return OrmModel(definition, lineage.chain, Confidence.HIGH)

    def is_declarative_root(self, path: str, name: str) -> bool:
        """Whether a name means a base whose subclasses are models, and no model itself, or a `TypeVar` bound to one.

        A `TypeVar` that is bound to a model, or has one among its constraints, stands for models, too.
        """
        found = self._resolver.resolve(path, name)
        match found:
            case Defined(path=home, facts=Assignment(value=Value(called=True) as value)) if self._spells(
                home, value.name, "", roots.TYPE_VARIABLES
            ):
                return any(self._is_root(home, bound) or self._is_model(home, bound) for bound in _bounds(value))
            case _:
                return self._is_root(path, name)

    def _is_root(self, path: str, name: str) -> bool:
        lineage = self._of_value(path, Value(name), "")
        return lineage is not None and lineage.family in ROOTED and not self._is_model(path, name)

    def _is_model(self, path: str, name: str) -> bool:
        found = self._resolver.resolve(path, name)
        return isinstance(found, Defined) and self.model(found.path, found.symbol) is not None

    def lineage(self, path: str, owner: ClassFacts) -> Lineage | None:
        """What a class descends from, None when all its bases are known and none of them makes models."""
        key = (path, owner.symbol, owner.line)
        if key not in self._lineages:
            # What stands while the bases are followed: they may lead back here, or on without an end.
            self._lineages[key] = None
            with suppress(RecursionError):
                self._lineages[key] = self._lineage(path, owner)
        return self._lineages[key]

    def _lineage(self, path: str, owner: ClassFacts) -> Lineage | None:
        made = self._base_made_here(path, owner)
        if made:
            return Lineage(Family.DECLARATIVE, (owner.symbol, made), is_base=True)
        found = [self._of_base(path, owner, base) for base in owner.bases]
        known = next((lineage for lineage in found if lineage and lineage.is_known), None)
        if known:
            return known.below(owner.symbol)
        return next((UNKNOWN for lineage in found if lineage), None)

    def _base_made_here(self, path: str, owner: ClassFacts) -> str | None:
        """What makes the class a declarative base itself."""
        scope = owner.symbol.rpartition(".")[0]
        for base in owner.bases:
            meaning = self._resolver.base(path, owner, base.name)
            if isinstance(meaning, External) and meaning.name in roots.BASE_CLASSES:
                return meaning.name
        for decorator in owner.decorators:
            if self._spells(path, decorator.name, scope, roots.BASE_DECORATORS):
                return self._resolver.external(path, decorator.name, scope)
            if self._is_registry_method(path, decorator.name, scope, roots.BASE_DECORATOR_METHODS):
                return "sqlalchemy.orm.registry.as_declarative_base"
        metaclass = dict(owner.keywords).get("metaclass", "")
        is_mapped = any(owner.attribute(name) for name in roots.TABLE_NAMES)
        if not is_mapped and self._spells(path, metaclass, scope, roots.METACLASSES):
            return self._resolver.external(path, metaclass, scope)
        return None

    def _mapped_by_decorator(self, path: str, owner: ClassFacts) -> str | None:
        scope = owner.symbol.rpartition(".")[0]
        for decorator in owner.decorators:
            if self._spells(path, decorator.name, scope, roots.MODEL_DECORATORS):
                return self._resolver.external(path, decorator.name, scope)
            if self._is_registry_method(path, decorator.name, scope, roots.MODEL_DECORATOR_METHODS):
                return f"sqlalchemy.orm.registry.{decorator.name.rpartition('.')[2]}"
        return None

    def _of_base(self, path: str, owner: ClassFacts, base: Value) -> Lineage | None:
        scope = owner.symbol.rpartition(".")[0]
        if base.called or base.name.partition(".")[0] != owner.name:
            return self._of_value(path, base, scope)
        return self._of_meaning(self._resolver.base(path, owner, base.name))

    def _of_value(self, path: str, value: Value, scope: str) -> Lineage | None:
        """What a class descends from that has this expression as a base."""
        if value.called:
            return self._of_call(path, value, scope)
        meaning = self._resolver.resolve(path, value.name, scope)
        if meaning is not None:
            return self._of_meaning(meaning)
        if value.name in vars(builtins):
            return None
        return self._of_held(path, value.name, scope)

    def _of_meaning(self, meaning: Meaning) -> Lineage | None:
        match meaning:
            case External(name=name):
                return _of_external(name)
            case Defined(path=path, facts=ClassFacts() as owner):
                return self.lineage(path, owner)
            case Defined(path=path, symbol=symbol, facts=Assignment(value=Value() as value)):
                made = self._of_assigned(path, value)
                return made.below(symbol) if made else None
            case _:
                return UNKNOWN

    def _of_assigned(self, path: str, value: Value) -> Lineage | None:
        return self._of_call(path, value, "") if value.called else self._of_held(path, value.name, "")

    def _of_call(self, path: str, value: Value, scope: str) -> Lineage:
        if self._spells(path, value.name, scope, roots.FACTORIES):
            return Lineage(Family.DECLARATIVE, (f"{self._resolver.external(path, value.name, scope)}()",))
        if self._is_registry_method(path, value.name, scope, roots.BASE_METHODS):
            return Lineage(Family.DECLARATIVE, ("sqlalchemy.orm.registry.generate_base()",))
        return UNKNOWN

    def _of_held(self, path: str, name: str, scope: str) -> Lineage:
        """`db.Model`, where `db` is an instance of a class that holds a declarative base."""
        holder, _, attribute = name.rpartition(".")
        made = self._made_by(path, holder, scope) if attribute == "Model" else None
        return Lineage(Family.DECLARATIVE, (f"{made}.Model",)) if made in roots.MODEL_HOLDERS else UNKNOWN

    def _made_by(self, path: str, name: str, scope: str) -> str | None:
        """The class of another distribution that a variable is an instance of, the project's subclasses undone."""
        found = self._resolver.resolve(path, name, scope)
        if not isinstance(found, Defined) or not isinstance(found.facts, Assignment):
            return None
        value = found.facts.value
        made = self._resolver.resolve(found.path, value.name) if value and value.called else None
        if isinstance(made, Defined) and isinstance(made.facts, ClassFacts):
            bases = (self._resolver.base(made.path, made.facts, base.name) for base in made.facts.bases)
            made = next((base for base in bases if isinstance(base, External)), None)
        return made.name if isinstance(made, External) else None

    def _is_registry_method(self, path: str, name: str, scope: str, methods: frozenset[str]) -> bool:
        receiver, _, method = name.rpartition(".")
        if method not in methods or not receiver:
            return False
        if receiver.endswith("()"):
            return self._spells(path, receiver.removesuffix("()"), scope, roots.REGISTRIES)
        if self._made_by(path, receiver, scope) in roots.REGISTRIES:
            return True
        if self._spells(path, receiver, scope, roots.REGISTRY_OBJECTS):
            return True
        base, _, attribute = receiver.rpartition(".")
        return attribute == "registry" and self.is_declarative_root(path, base)

    def _spells(self, path: str, name: str, scope: str, names: frozenset[str]) -> bool:
        return self._resolver.external(path, name, scope) in names


def _of_external(name: str) -> Lineage | None:
    families = (
        (Family.DECLARATIVE, roots.DECLARATIVE | roots.BASE_CLASSES),
        (Family.SQLMODEL, roots.SQLMODEL),
        (Family.DOCUMENT, roots.DOCUMENTS),
        (Family.PEEWEE, roots.PEEWEE),
    )
    family = next((family for family, names in families if name in names), None)
    top, last = name.partition(".")[0], name.rpartition(".")[2]
    if family is None and top == "flask_sqlalchemy" and last == "Model":
        family = Family.DECLARATIVE
    if family is not None:
        return Lineage(family, (name,))
    return None if top in HARMLESS else UNKNOWN


def _is_abstract(facts: ModuleFacts, owner: ClassFacts) -> bool:
    own = owner.attribute("__abstract__")
    if own is not None and own.value is not None and own.value.text == "True":
        return True
    meta = facts.class_(f"{owner.symbol}.Meta")
    abstract = meta.attribute("abstract") if meta else None
    options = owner.attribute("meta")
    texts = (
        abstract.value.text if abstract and abstract.value else None,
        options.value.keyword("abstract") if options and options.value else None,
    )
    return "True" in texts


def _makes_model(family: Family, owner: ClassFacts) -> bool:
    match family:
        case Family.DECLARATIVE | Family.DOCUMENT:
            return True
        case Family.SQLMODEL:
            return dict(owner.keywords).get("table") == "True"
        case Family.PEEWEE:
            values = (attribute.value for attribute in owner.attributes)
            return any(value.called and value.name.endswith("Field") for value in values if value)
        case Family.UNKNOWN:
            return bool(_evidence(owner))


def _evidence(owner: ClassFacts) -> str:
    """What makes a class look like a model whose base cannot be found; "" when it does not look so."""
    named = [attribute.name for attribute in owner.attributes] + [method.name for method in owner.methods]
    table = next((name for name in named if name in roots.TABLE_NAMES), None)
    column = next((attribute.name for attribute in owner.attributes if _is_column(attribute)), None)
    return f"{table} and the column {column}" if table and column else ""


def _is_column(attribute: Assignment) -> bool:
    annotation = (attribute.annotation or "").partition("[")[0].rpartition(".")[2]
    value = attribute.value
    called = value.name.rpartition(".")[2] if value and value.called else ""
    tabled = value is not None and called == "Table" and any("Column(" in text for text in value.positional)
    return annotation == "Mapped" or called in roots.COLUMN_NAMES or tabled


def _bounds(variable: Value) -> list[str]:
    """The names in the bound and the constraints of a `TypeVar`."""
    texts = [*variable.positional[1:], variable.keyword("bound") or ""]
    return [name for text in texts for name in DOTTED.findall(text)]
