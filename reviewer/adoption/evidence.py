"""What the files under one name do, as far as it tells the layer that the name stands for."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache, cached_property, partial

from reviewer.index import Index
from reviewer.index.answers import Kind, Layer
from reviewer.index.facts import FunctionFacts, ModuleFacts
from reviewer.index.folders import stem_of
from reviewer.index.modules import Modules
from reviewer.index.packages import ORM_PACKAGES, imported_kinds, imported_package

# Names that some teams give to a layer, and others to something else: what is in them decides.
USUAL: Mapping[Layer, frozenset[str]] = {
    Layer.TESTS: frozenset({"e2e", "spec", "specs", "testing", "unit"}),
    Layer.MIGRATIONS: frozenset({"migration", "revisions", "versions"}),
    Layer.API: frozenset(
        {
            *("apis", "blueprints", "controller", "endpoint", "handler", "handlers", "http", "resources", "rest"),
            *("route", "router", "rpc", "view", "views", "web", "web_api", "webapi"),
        }
    ),
    Layer.REPOSITORIES: frozenset(
        {"crud", "cruds", "dal", "dao", "daos", "data_access", "gateways", "models", "queries", "repo", "selectors"}
        | {"store", "stores"}
    ),
    Layer.DOMAIN: frozenset({"aggregates", "domain_model", "domains", "entities", "entity", "value_objects"}),
    Layer.USE_CASES: frozenset(
        {"actions", "business", "business_logic", "handler", "handlers", "interactor", "logic", "operations"}
        | {"service", "services", "workflows"}
    ),
    Layer.INFRASTRUCTURE: frozenset(
        {"adapter", "client", "clients", "database", "external", "gateway", "gateways", "integrations", "storage"}
    ),
}
# In the order in which they are told: what a use case may not reach is known by then.
LAYERS = tuple(USUAL)
# Where what is kept lies, as a use case sees it.
BEHIND = frozenset({Layer.DOMAIN, Layer.ORM, Layer.REPOSITORIES, Layer.UNIT_OF_WORK})
BECAUSE: Mapping[Layer, str] = {
    Layer.TESTS: "holds tests",
    Layer.MIGRATIONS: "migrates tables with Alembic",
    Layer.API: "serves routes",
    Layer.REPOSITORIES: "queries through a session, and serves no route",
    Layer.DOMAIN: "holds classes that reach no framework",
    Layer.USE_CASES: "serves no route and keeps clear of what use cases may not import",
    Layer.INFRASTRUCTURE: "reaches databases, queues or other services",
}


class Evidence:
    """What the files of a project do; `index` knows them under the layers that are told so far."""

    def __init__(self, index: Index, modules: Modules) -> None:
        self._index = index
        self._modules = modules
        self.agrees = cache(self._agrees)

    def speaks(self, path: str) -> bool:
        """Whether there is something in a file to judge it by."""
        facts = self._index.facts(path)
        return stem_of(path) != "__init__" and bool(facts.definitions or facts.wirings)

    def _agrees(self, path: str, layer: Layer) -> bool:
        """Whether a file does what this layer is for; of the inner ones, whether it does nothing that they may not."""
        return self._signs[layer](path)

    def is_joined(self, path: str) -> bool:
        """Whether a file stands between the routes and what is kept: use cases do so on one side at least."""
        return path in self._used_by_routes or any(
            self._index.placement(other).layer in BEHIND for other in self._reached(path)
        )

    @cached_property
    def _used_by_routes(self) -> frozenset[str]:
        serving = (path for path in self._index.module_paths() if self._index.serves_routes(path))
        return frozenset(other for path in serving for other in self._reached(path))

    def _reached(self, path: str) -> Iterator[str]:
        """The files of the project that a file imports."""
        for found in self._index.facts(path).imports:
            relative = found.level and self._modules.relative(path, found.level, found.module)
            stem = relative or (None if found.level else self._modules.absolute(found.module, path))
            inner = stem and found.attribute and self._modules.file(f"{stem}/{found.attribute}")
            if other := inner or (stem and self._modules.file(stem)):
                yield other

    @cached_property
    def _signs(self) -> Mapping[Layer, Callable[[str], bool]]:
        return {
            Layer.TESTS: self._tests,
            Layer.MIGRATIONS: partial(self._imports, packages=("alembic.op",)),
            Layer.API: self._index.serves_routes,
            Layer.REPOSITORIES: self._queries,
            Layer.DOMAIN: self._is_pure,
            Layer.USE_CASES: self._is_inside,
            Layer.INFRASTRUCTURE: lambda path: bool(imported_kinds(self._index.facts(path))),
        }

    def _imports(self, path: str, packages: tuple[str, ...]) -> bool:
        return imported_package(self._index.facts(path), packages) is not None

    def _tests(self, path: str) -> bool:
        named = (each.name for each in self._index.facts(path).definitions)
        return self._imports(path, ("pytest", "unittest")) and any(name.lower().startswith("test") for name in named)

    def _queries(self, path: str) -> bool:
        facts = self._index.facts(path)
        if self._index.serves_routes(path):
            return False
        if any(self._index.repository(path, each.symbol) for each in facts.classes):
            return True
        return self._imports(path, ORM_PACKAGES) and self._has_session(path, facts)

    def _has_session(self, path: str, facts: ModuleFacts) -> bool:
        functions = (each for each in facts.definitions if isinstance(each, FunctionFacts))
        held = any(self._index.held_sessions(path, each.symbol) for each in facts.classes)
        return held or any(self._takes_session(path, each) for each in functions)

    def _takes_session(self, path: str, function: FunctionFacts) -> bool:
        return any(self._index.session(path, function.symbol, each.name) for each in function.parameters)

    def _is_pure(self, path: str) -> bool:
        facts = self._index.facts(path)
        answers = [self._index.class_answer(path, each.symbol) for each in facts.classes]
        schemas = any(answer and answer.kind in {Kind.PYDANTIC, Kind.ORM_MODEL} for answer in answers)
        return bool(answers) and not schemas and self._is_inside(path)

    def _is_inside(self, path: str) -> bool:
        return not self._index.serves_routes(path) and not self._index.crossings(path)
