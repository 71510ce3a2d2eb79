"""The repository index: facts across files, read on first need and kept for the run."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cached_property

from reviewer.config import Config
from reviewer.index.answers import (
    ClassAnswer,
    Crossing,
    Databases,
    Definition,
    ForeignKey,
    Immutability,
    Layer,
    OrmModel,
    Placement,
    RequestSchema,
    Role,
    Route,
    Session,
    Table,
)
from reviewer.index.applications import Applications
from reviewer.index.assertions import Assertions
from reviewer.index.bodies import Bodies
from reviewer.index.callers import Callers
from reviewer.index.cleanup import Cleanup
from reviewer.index.crossings import Crossings
from reviewer.index.facts import Import, ModuleFacts
from reviewer.index.freezing import Freezing
from reviewer.index.immutability import Classes
from reviewer.index.instances import Instances
from reviewer.index.invariants import invariants
from reviewer.index.layers import Layout
from reviewer.index.mentions import Mentions
from reviewer.index.modules import Modules
from reviewer.index.orm import OrmModels
from reviewer.index.overriding import is_laid_down
from reviewer.index.ports import Ports
from reviewer.index.proofs import Proofs
from reviewer.index.reading import Archive, Reading
from reviewer.index.receivers import Receivers
from reviewer.index.request_schemas import RequestSchemas
from reviewer.index.resolve import Defined, External, Meaning, Package, Resolver
from reviewer.index.roles import Casting, lineage
from reviewer.index.routes import Routes
from reviewer.index.tables import Sources, Tables
from reviewer.index.ways import Ways
from reviewer.index.web import Web, serves_routes
from reviewer.index.whole import Whole

__all__ = ["Index"]


class Index:  # reviewer: ignore[class-too-long] it answers every question, most of them in one line
    """Answers the questions about one repository; `paths` are all its `.py` and `.pyi` files, `read` their bytes.

    `twin` says of a path whether another index, `shared`, has the same file there: it is read once for both.
    What the `archive` knows of files is not read at all.
    """

    def __init__(  # noqa: PLR0913  # the last ones by their names
        self,
        paths: Iterable[str],
        read: Callable[[str], bytes],
        config: Config,
        *,
        shared: "Index | None" = None,
        twin: Callable[[str], bool] = lambda _: False,
        archive: Archive | None = None,
    ) -> None:
        self._paths = tuple(sorted({path for path in paths if path.endswith((".py", ".pyi"))}))
        self._read = read
        self._shared = shared
        self._twin = twin
        theirs = (shared._reading, shared._sources, shared._callers) if shared else (None, None, None)  # noqa: SLF001
        self._reading: Reading = Reading(self._paths, read, shared=theirs[0], twin=twin, archive=archive)
        self._placements: dict[str, Placement] = {}
        self._apart: dict[str, Layer | None] = {}
        self._qualified: dict[tuple[str, str], str] = {}
        self._modules = Modules(self._paths, config.source_roots)
        self._resolver = Resolver(self._modules, self.facts)
        self._ways = Ways(self._modules, self._resolver, self.facts)
        self._models = OrmModels(self._resolver, self.facts)
        self._classes = Classes(self._resolver, self.facts, self._models)
        self._layout = Layout(self._paths, config.layers, self, source_roots=config.source_roots)
        self._casting = Casting(self, config.value_objects, self._layout.source_parts)
        self._cleanup = Cleanup(self, self._resolver, self.bodies)
        instances = Instances(self._resolver, self, self.bodies)
        self._receivers = Receivers(instances, self)
        self._sources: Sources = Sources(self._paths, read, shared=theirs[1], twin=twin)
        self._callers: Callers = Callers(self, self._sources, shared=theirs[2], twin=twin)
        self._tables = Tables(self, self._resolver, self._sources)
        self._routes = Routes(self, self._resolver, instances, self._sources)
        self._imports = config.imports

    def facts(self, path: str) -> ModuleFacts:
        """What a file says by itself; `NOTHING` for one that is not there, unreadable or does not parse."""
        return self._reading.facts(path)

    def bodies(self, path: str) -> Bodies:
        """What the functions of a file bind and return; none for a file that is not there or does not parse."""
        return self._reading.bodies(path)

    def proofs(self, path: str) -> Proofs:
        """What the functions of a file prove; nothing of a file that is not there or does not parse."""
        return self._reading.proofs(path)

    def module_paths(self) -> tuple[str, ...]:
        """All files of the index, sorted."""
        return self._paths

    def knows(self, path: str) -> bool:
        """Whether the index has this file."""
        return path in self._reading.known

    def module_name(self, path: str) -> str:
        """The dotted name of a file's module."""
        return self._modules.name(path)

    def placement(self, path: str) -> Placement:
        """The layer of a file."""
        if path not in self._placements:
            self._placements[path] = self._layout.place(path)
        return self._placements[path]

    def set_apart(self, path: str) -> Layer | None:
        """The layer of a test or a migration, None for any other file: its path alone says so."""
        if path not in self._apart:
            self._apart[path] = self._layout.set_apart(path)
        return self._apart[path]

    def qualified(self, path: str, name: str) -> str:
        """The name with this file's aliases undone: `dc.dataclass` is `dataclasses.dataclass`."""
        key = (path, name)
        if key not in self._qualified:
            self._qualified[key] = self._spelled_out(path, name)
        return self._qualified[key]

    def definition(self, path: str, name: str) -> Definition | None:
        """Where a name of this file is defined in the repository, through imports and re-exports."""
        found = self._resolver.resolve(path, name)
        return Definition(found.path, found.symbol, found.facts.line) if isinstance(found, Defined) else None

    def orm_model(self, path: str, name: str) -> OrmModel | None:
        """The ORM model that a name of this file means, if it means one."""
        return self._model_of(self._resolver.resolve(path, name))

    def imported_model(self, path: str, module: str, name: str) -> OrmModel | None:
        """The ORM model that `from module import name` brings into this file; a relative module has its dots."""
        inside = module.lstrip(".")
        imported = Import(name, inside, name, level=len(module) - len(inside), line=0)
        return self._model_of(self._resolver.imported(path, imported))

    def class_answer(self, path: str, symbol: str) -> ClassAnswer | None:
        """What the class with this dotted symbol, defined in this file, is."""
        return self._classes.answer(path, symbol)

    def immutability(self, path: str, name: str) -> Immutability:
        """Whether the class that a name of this file means is immutable."""
        return self._classes.immutability(path, name)

    def value_object(self, path: str, symbol: str) -> Role | None:
        """Whether the class defined here is a value object."""
        return self._casting.value_object(path, symbol)

    def invariants(self, path: str, symbol: str) -> str | None:
        """What checks the values of the class defined here, or may do so."""
        return invariants(self, path, symbol)

    def freezing_hindrance(self, path: str, symbol: str) -> str | None:
        """Why the class defined here can't be frozen as it stands, in words; None where nothing is known to hinder."""
        return Freezing(self, self._resolver, self._classes, self._paths, self._mentions.source).hindrance(path, symbol)

    def is_laid_down(self, path: str, symbol: str, parameter: str) -> bool:
        """Whether a base of its class gives the method defined here this parameter, or may do so."""
        return is_laid_down(self, path, symbol, parameter)

    def chosen(self, path: str, symbol: str, parameter: str) -> Definition | None:
        """The first call outside tests that writes a truth out for a parameter of the function defined here."""
        return self._callers.chosen(path, symbol, parameter)

    def repository(self, path: str, symbol: str) -> Role | None:
        """Whether the class defined here is a repository."""
        return self._casting.repository(path, symbol)

    def unit_of_work(self, path: str, symbol: str) -> Role | None:
        """Whether the class or function defined here is a unit of work."""
        return self._casting.unit_of_work(path, symbol)

    def session(self, path: str, scope: str, name: str) -> Session | None:
        """The session that a dotted name stands for in the function `scope`; calls in it are marked by `()`."""
        return self._receivers.session(path, scope, name)

    def held_unit_of_work(self, path: str, scope: str, name: str) -> Role | None:
        """The unit of work that a dotted name stands for in the function `scope`."""
        return self._receivers.held_unit_of_work(path, scope, name)

    def inherited_methods(self, path: str, symbol: str) -> tuple[str, ...]:
        """The names of the methods that bases in the project give to the class defined here, sorted."""
        found = self.facts(path).class_(symbol)
        above = [owner for home, owner in lineage(self, path, found) if owner is not found] if found else []
        return tuple(sorted({method.name for owner in above for method in owner.methods}))

    def missing_cleanup(self, path: str, symbol: str) -> str | None:
        """What the unit of work defined here lacks to roll back when it is left, None for anything else."""
        return self._cleanup.missing(path, symbol)

    def held_sessions(self, path: str, symbol: str) -> dict[str, Session]:
        """The sessions that the class defined here keeps, by the names of its attributes, inherited ones too."""
        return self._receivers.held_sessions(path, symbol)

    def other_repositories_are_async(self, path: str, symbol: str) -> bool:
        """Whether all repositories but this class whose session is known, one at least, have an asynchronous one."""
        return {known for place, known in self._whole.repository_sessions.items() if place != (path, symbol)} == {True}

    def held_class(self, path: str, scope: str, name: str) -> Definition | None:
        """The class of the project that a dotted name is an instance of in the function `scope`."""
        return self._receivers.held_class(path, scope, name)

    def stands_for(self, path: str, scope: str, name: str) -> str | None:
        """The class that a dotted name is an instance of, or what else it means; None where that is not known."""
        return self._receivers.stands_for(path, scope, name)

    def declarative_root(self, path: str, name: str) -> bool:
        """Whether a name of this file means a declarative base (`Base`, `DeclarativeBase`)."""
        return self._models.is_declarative_root(path, name)

    def foreign_keys(self, path: str) -> tuple[ForeignKey, ...]:
        """The foreign keys declared in this file, once for each table that has them, in the order of the lines."""
        return self._tables.foreign_keys(path)

    def lone_keys(self, path: str) -> tuple[ForeignKey, ...]:
        """Those of them that lead from one ORM model to another without a relationship beside them."""
        return self._tables.lone_keys(path)

    def table(self, path: str, name: str) -> Table | None:
        """The table of the ORM model that a name of this file means, with its columns."""
        found = self._resolver.resolve(path, name)
        return self._tables.table(found.path, found.symbol) if isinstance(found, Defined) else None

    def databases(self) -> Databases:
        """The databases that the project's files name."""
        return self._tables.databases()

    def crossings(self, path: str) -> tuple[Crossing, ...]:
        """The imports of a file of the domain or the use cases that bring what its layer may not know."""
        return self._crossings.of(path)

    def passed(self, path: str, name: str) -> tuple[str, ...]:
        """The layers and the kinds of packages that lie between a name of this file and what it means."""
        return self._crossings.passed(path, name)

    def port(self, path: str, symbol: str) -> Role | None:
        """Why the repository defined here needs no port: it has or is one; None where it lacks one."""
        return self._ports.port(path, symbol)

    def serves_routes(self, path: str) -> bool:
        """Whether a function or method of a file is a route."""
        return serves_routes(self.facts(path))

    def routes(self, path: str) -> tuple[Route, ...]:
        """The routes of FastAPI whose handlers are defined in this file."""
        return self._routes.of(path)

    def request_schema(self, path: str, symbol: str) -> RequestSchema | None:
        """What is known of the Pydantic model defined here as the body of requests; None where no route takes it."""
        return self._request_schemas.of(path, symbol)

    def http_answer(self, path: str, name: str) -> str | None:
        """The error or response of a web framework that a name of this file means, is made of, or extends."""
        return self._web.answer(path, name)

    def injected(self, path: str, symbol: str) -> bool:
        """Whether FastAPI is told to call the function or class defined here."""
        return self._web.is_injected(path, symbol)

    def is_test(self, path: str, symbol: str) -> bool:
        """Whether pytest or unittest runs the function defined here as a test."""
        return self._assertions.is_test(path, symbol)

    def asserts(self, path: str, symbol: str) -> bool:
        """Whether the function defined here proves something, or may: by itself or by what it calls."""
        return self._assertions.asserts(path, symbol)

    def raised(self, path: str, symbol: str) -> tuple[str, ...]:
        """What the own body of the function defined here raises, as it is written, sorted."""
        proof = self.proofs(path).get(symbol)
        return tuple(sorted({name for name in proof.raised if name})) if proof else ()

    def naming_tests(self, path: str, symbol: str) -> tuple[str, ...]:
        """The test files that name the function defined here."""
        return self._mentions.naming(path, symbol)

    def is_reached_by_tests(self, path: str, symbol: str) -> bool:
        """Whether a test names the function defined here, or what calls it, or a route that leads there."""
        return self._mentions.reached(path, symbol)

    def tests_look_at_error(self, path: str, symbol: str, error: str) -> bool:
        """Whether a test file that names the function defined here, or its error, looks at how something goes wrong."""
        return self._mentions.goes_wrong(path, symbol, error)

    def replaces_network(self, path: str) -> bool:
        """Whether something in a test's file, or in a `conftest.py` above, may stand in for the network."""
        return self._mentions.replaces_network(path)

    def has_tests(self) -> bool:
        """Whether a test of the project imports its own code."""
        return self._mentions.any_of_own

    @property
    def tables(self) -> Tables:
        """What is known of tables."""
        return self._tables

    def meaning(self, path: str, name: str) -> Meaning:
        """What a name of this file leads to: a definition, a module, or something of another distribution."""
        return self._resolver.resolve(path, name)

    def module_file(self, stem: str) -> str | None:
        """The file of the module with this stem."""
        return self._modules.file(stem)

    def imported_file(self, path: str, imported: Import) -> str | None:
        """The file of the module that an import of a file reads, None for one of another distribution."""
        return self._resolver.file(path, imported)

    def folder_layers(self) -> Mapping[str, Layer]:
        """The layers that folders stand for."""
        return self._layout.folders.layers

    def has_repositories(self) -> bool:
        """Whether the project has a repository class, folder or module below its source root."""
        return self._has_repositories

    def has_units_of_work(self) -> bool:
        """Whether the project has a unit of work outside tests and migrations that ends transactions itself."""
        return self._whole.ends_transactions

    def has_ports(self) -> bool:
        """Whether a repository of the project implements a port."""
        return self._ports.in_use

    def has_orm_models(self) -> bool:
        """Whether the project defines an ORM model outside tests."""
        return self._has_orm_models

    def applications(self) -> tuple[Definition, ...]:
        """Where the project makes applications of FastAPI, tests and examples aside: by variable or function."""
        return self._applications.made()

    def http_concerns(self) -> tuple[str, ...]:
        """What of CORS, rate limits, security headers and X-Request-Id the project speaks of, or may do."""
        return self._applications.concerns()

    def has_name_like(self, pattern: str) -> bool:
        """Whether something outside tests is defined or imported by a name, in small letters, of this pattern."""
        return any(fnmatchcase(name, pattern) for name in self._whole.names)

    @cached_property
    def _whole(self) -> Whole:
        return Whole(self, self._paths)

    @cached_property
    def _applications(self) -> Applications:
        return Applications(self, self._resolver, self._paths, self._reading.source)

    @cached_property
    def _has_repositories(self) -> bool:
        return self._layout.has_repositories()

    @cached_property
    def _has_orm_models(self) -> bool:
        return any(self.set_apart(path) is None for path in self._model_paths())

    @cached_property
    def _assertions(self) -> Assertions:
        return Assertions(self, self.meaning, self.proofs, self._layout.is_test)

    @cached_property
    def _mentions(self) -> Mentions:
        theirs = self._shared._mentions if self._shared else None  # noqa: SLF001  # another index's
        twin = self._twin
        return Mentions(
            self,
            self._paths,
            self._sources.read,
            self._layout.is_test,
            lambda path: theirs if twin(path) else None,
        )

    @cached_property
    def _web(self) -> Web:
        return Web(self, self._resolver, self._paths)

    @cached_property
    def _request_schemas(self) -> RequestSchemas:
        return RequestSchemas(self, self._resolver, self._routes, self._sources)

    @cached_property
    def _ports(self) -> Ports:
        return Ports(self, self._paths)

    @cached_property
    def _crossings(self) -> Crossings:
        return Crossings(self, self._imports, self._ways, self._ports, read=self._read, lies_in=self._layout.lies_in)

    def _model_of(self, found: Meaning) -> OrmModel | None:
        return self._models.model(found.path, found.symbol) if isinstance(found, Defined) else None

    def _model_paths(self) -> Iterator[str]:
        for path in self._paths:
            if any(self._models.model(path, found.symbol) for found in self.facts(path).classes):
                yield path

    def _spelled_out(self, path: str, name: str) -> str:
        match self._resolver.resolve(path, name):
            case External(name=full):
                return full
            case Package(stem=stem):
                return self._modules.name(self._modules.file(stem) or f"{stem}/__init__.py")
            case Defined(path=home, symbol=symbol):
                return symbol if home == path else f"{self._modules.name(home)}.{symbol}"
            case _:
                return self._resolver.literal(path, name)
