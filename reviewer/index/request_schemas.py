"""The Pydantic models that routes take as the body of a request, and what shows how one is filled."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from reviewer.index import makers
from reviewer.index.annotations import Annotations, Instance, parsed
from reviewer.index.answers import Kind, Layer, ParameterKind, RequestSchema, Route
from reviewer.index.facts import Assignment, ClassFacts, FunctionFacts, ModuleFacts, Parameter, Value
from reviewer.index.lookup import Lookup
from reviewer.index.resolve import Defined, External, Resolver
from reviewer.index.roles import foreign_bases, is_field, lineage
from reviewer.index.routes import Routes
from reviewer.index.schema_fields import is_unclear, type_names
from reviewer.index.sessions import last
from reviewer.index.tables.sources import Sources
from reviewer.index.wiring import may_wire

DECORATED = re.compile(rb"\.(?:post|put|patch|delete|get|api_route)\(")
# What gives an example, or may do so, in an annotation, a default or a configuration.
SHOWING = re.compile(r"example|json_schema|schema_extra")
Places = frozenset[tuple[str, str]]
EXTRAS = frozenset({"json_schema_extra", "schema_extra"})
SCHEMA_METHODS = frozenset(
    {"__get_pydantic_json_schema__", "__modify_schema__", "__pydantic_init_subclass__", "model_json_schema", "schema"}
)
PLAIN_BASES = frozenset(
    {"abc.ABC", "object", "pydantic.BaseModel", "pydantic.main.BaseModel", "pydantic.v1.BaseModel"}
    | {"sqlmodel.SQLModel", "sqlmodel.main.SQLModel"}
)
FIELD_MAKERS = ("pydantic", "sqlmodel")
UNKNOWN = "what is said of its schema can't be read"


class RequestSchemas:
    """Answers for one repository."""

    def __init__(self, lookup: Lookup, resolver: Resolver, routes: Routes, sources: Sources) -> None:
        self._lookup = lookup
        self._resolver = resolver
        self._routes = routes
        self._sources = sources
        self._annotations = Annotations(resolver)

    def of(self, path: str, symbol: str) -> RequestSchema | None:
        """What is known of the class defined here as the body of a request; None for any other."""
        found = self._lookup.facts(path).class_(symbol)
        used = self._used.get((path, symbol))
        answer = self._lookup.class_answer(path, symbol) if used else None
        if found is None or used is None or answer is None or answer.kind is not Kind.PYDANTIC:
            return None
        fields = self._fields(path, found)
        unclear = [name for name, each in fields.items() if is_unclear(each)]
        shown = used[1] or self._example(path, found, frozenset())
        return RequestSchema(used[0], shown, tuple(fields), tuple(unclear))

    @cached_property
    def _used(self) -> Mapping[tuple[str, str], tuple[str, str | None]]:
        """The first route that takes a class, by its place, and what shows an example where one does so."""
        found: dict[tuple[str, str], tuple[str, str | None]] = {}
        for path, route in self._taking():
            for parameter in self._bodies(path, route):
                shown = _shown_by(route, parameter)
                for owner in self._classes(path, route.symbol, parameter.annotation or ""):
                    first, before = found.get((owner.path, owner.symbol), (_spelled(route), None))
                    found[owner.path, owner.symbol] = (first, before or shown)
        return found

    def _taking(self) -> Iterator[tuple[str, Route]]:
        """The routes in the schema that take a body, tests aside, each with the file of its handler."""
        for path in self._sources.paths:
            source = self._sources.read(path)
            if not (DECORATED.search(source) or may_wire(source)):
                continue
            if self._lookup.set_apart(path) is not Layer.TESTS:
                routes = self._routes.of(path)
                yield from ((path, each) for each in routes if each.include_in_schema)

    def _bodies(self, path: str, route: Route) -> list[Parameter]:
        """The parameters that make the body, as their function declares them."""
        names = {each.name for each in route.parameters_of(ParameterKind.BODY)}
        handler = _function(self._lookup.facts(path), route) if names else None
        return [each for each in handler.parameters if each.name in names] if handler else []

    def _classes(self, path: str, scope: str, annotation: str) -> Iterator[Defined]:
        """The classes of the project that an annotation names, by aliases too."""
        for name in self._named(annotation):
            match self._annotations.read(path, scope, name):
                case Instance(of=Defined(facts=ClassFacts()) as owner):
                    yield owner
                case _:
                    pass

    def _fields(self, path: str, found: ClassFacts) -> dict[str, Assignment]:
        """The fields of a model and its bases, nearest first."""
        fields: dict[str, Assignment] = {}
        for _, owner in lineage(self._lookup, path, found):
            for each in owner.attributes:
                if is_field(each) and not each.name.startswith("_") and each.name != "model_config":
                    fields.setdefault(each.name, each)
        return fields

    def _example(self, path: str, found: ClassFacts, above: Places) -> str | None:
        """What shows how a model is filled, or may do so: it, a base, or a model that it holds."""
        if (path, found.symbol) in above:
            return None
        return next(self._examples(path, found, above | {(path, found.symbol)}), None)

    def _examples(self, path: str, found: ClassFacts, above: Places) -> Iterator[str]:
        for home, owner in lineage(self._lookup, path, found):
            yield from self._said_by_class(home, owner)
            for each in filter(is_field, owner.attributes):
                if self._shows(home, each):
                    yield f"its field `{each.name}` has an example"
                yield from self._held(home, owner, each, above)

    def _held(self, path: str, owner: ClassFacts, field: Assignment, above: Places) -> Iterator[str]:
        """What a model that a field holds shows."""
        for name in self._named(field.annotation):
            match self._resolver.resolve(path, name, owner.symbol):
                case Defined(path=home, facts=ClassFacts() as held):
                    shown = self._example(home, held, above)
                    yield from [f"`{held.name}`, which it holds, has an example"] if shown else []
                case _:
                    pass

    def _said_by_class(self, path: str, owner: ClassFacts) -> Iterator[str]:
        """What a class says of its schema beside its fields."""
        keys = {key for key, _ in owner.keywords}
        is_open = owner.decorators or keys & {"metaclass", "**"} or any(base.subscript for base in owner.bases)
        if is_open or any(base not in PLAIN_BASES for base in foreign_bases(self._lookup, path, owner)):
            yield UNKNOWN
        if keys & EXTRAS or any(method.name in SCHEMA_METHODS for method in owner.methods):
            yield "its schema is its own"
        declared = owner.attribute("model_config")
        if declared and declared.value and self._is_open(path, declared.value):
            yield "its configuration has an example"
        config = self._lookup.facts(path).class_(f"{owner.symbol}.Config")
        if config and (config.bases or _names(config) & EXTRAS):
            yield "its configuration has an example"

    def _is_open(self, path: str, value: Value) -> bool:
        """Whether a configuration gives an example, or can't be read."""
        if value.called and last(value.name) in makers.CONFIGURATIONS:
            keys = {key for key, _ in value.keywords}
            return bool(value.positional or keys & {*EXTRAS, "**"})
        match self._resolver.resolve(path, value.name) if value.name and not value.called else None:
            case Defined(path=home, facts=Assignment(value=Value(called=True) as inner)):
                return self._is_open(home, inner)
            case _:
                return True

    def _shows(self, path: str, field: Assignment) -> bool:
        """Whether a field has an example, or is made by what may give it one."""
        if SHOWING.search(field.annotation or "") or (field.value and self._is_shown(path, field.value)):
            return True
        return any(self._is_telling_alias(path, name) for name in self._named(field.annotation))

    def _is_shown(self, path: str, value: Value) -> bool:
        if not value.called:
            return False
        if any(key == "**" or SHOWING.search(key) for key, _ in value.keywords):
            return True
        match self._resolver.resolve(path, value.name):
            case External(name=full):
                return not full.startswith(FIELD_MAKERS) and last(full) == "Field"
            case Defined(facts=FunctionFacts()):
                return True
            case _:
                return False

    def _is_telling_alias(self, path: str, name: str, above: Places = frozenset()) -> bool:
        """Whether a name stands for an annotation with an example."""
        match self._resolver.resolve(path, name):
            case Defined(path=home, symbol=symbol, facts=Assignment(value=Value() as value)) if (
                home,
                symbol,
            ) not in above:
                texts = (value.text, *value.subscript, *(text for _, text in value.keywords))
                inner = [value.name, *(each for text in value.subscript for each in self._named(text))]
                below = above | {(home, symbol)}
                return any(map(SHOWING.search, texts)) or any(
                    self._is_telling_alias(home, each, below) for each in inner
                )
            case _:
                return False

    def _named(self, annotation: str | None) -> Iterable[str]:
        tree = parsed(annotation or "")
        return dict.fromkeys(type_names(tree)) if tree else ()


def _function(facts: ModuleFacts, route: Route) -> FunctionFacts | None:
    """The handler of a route."""
    functions = (each for each in facts.definitions if isinstance(each, FunctionFacts))
    return next((each for each in functions if (each.symbol, each.line) == (route.symbol, route.line)), None)


def _shown_by(route: Route, parameter: Parameter) -> str | None:
    """What a route says of the example of its body: a long default is not known."""
    texts = (parameter.default, parameter.annotation)
    is_long = parameter.default == ""
    shows = (
        is_long
        or any(SHOWING.search(text) for text in texts if text)
        or not route.given.isdisjoint({"openapi_extra", "**"})
    )
    return f"the route `{route.symbol}` has an example" if shows else None


def _names(config: ClassFacts) -> set[str]:
    return {each.name for each in config.attributes} | {each.name for each in config.methods}


def _spelled(route: Route) -> str:
    return f"{'/'.join(route.methods)} {route.url}" if route.methods and route.url else route.symbol
