"""The index as one file under review sees it: every question is written down with its answer."""

from collections.abc import Callable
from typing import TypeVar

from reviewer.index.answers import (
    ClassAnswer,
    Crossing,
    Databases,
    Definition,
    ForeignKey,
    Immutability,
    OrmModel,
    Placement,
    RequestSchema,
    Role,
    Route,
    Session,
    Table,
)
from reviewer.index.questions import Questions

Answer = (
    Placement
    | tuple[str, ...]
    | tuple[Crossing, ...]
    | tuple[ForeignKey, ...]
    | tuple[Route, ...]
    | tuple[Definition, ...]
    | Definition
    | OrmModel
    | ClassAnswer
    | RequestSchema
    | Immutability
    | Role
    | Session
    | Table
    | Databases
    | str
    | bool
    | None
)
Question = tuple[str, ...]
Given = TypeVar("Given", bound=Answer)


class Asked:
    """Passes each question on once; `record` maps its name and arguments to the answer, negative ones included.

    What is asked about the project as a whole is answered by `project`, the index of the base of a change.
    """

    def __init__(self, index: Questions, project: Questions | None = None) -> None:
        self._index = index
        self._project = project or index
        self.record: dict[Question, Answer] = {}

    def placement(self, path: str) -> Placement:
        """The layer of a file."""
        return self._ask(self._index.placement, path)

    def qualified(self, path: str, name: str) -> str:
        """The name with this file's aliases undone."""
        return self._ask(self._index.qualified, path, name)

    def definition(self, path: str, name: str) -> Definition | None:
        """Where a name of this file is defined in the repository."""
        return self._ask(self._index.definition, path, name)

    def orm_model(self, path: str, name: str) -> OrmModel | None:
        """The ORM model that a name of this file means."""
        return self._ask(self._index.orm_model, path, name)

    def imported_model(self, path: str, module: str, name: str) -> OrmModel | None:
        """The ORM model that `from module import name` brings into this file."""
        return self._ask(self._index.imported_model, path, module, name)

    def class_answer(self, path: str, symbol: str) -> ClassAnswer | None:
        """What the class defined here is."""
        return self._ask(self._index.class_answer, path, symbol)

    def immutability(self, path: str, name: str) -> Immutability:
        """Whether the class that a name of this file means is immutable."""
        return self._ask(self._index.immutability, path, name)

    def value_object(self, path: str, symbol: str) -> Role | None:
        """Whether the class defined here is a value object."""
        return self._ask(self._index.value_object, path, symbol)

    def freezing_hindrance(self, path: str, symbol: str) -> str | None:
        """Why the class defined here can't be frozen as it stands."""
        return self._ask(self._index.freezing_hindrance, path, symbol)

    def invariants(self, path: str, symbol: str) -> str | None:
        """What checks the values of the class defined here, or may do so."""
        return self._ask(self._index.invariants, path, symbol)

    def is_laid_down(self, path: str, symbol: str, parameter: str) -> bool:
        """Whether a base of its class gives the method defined here this parameter, or may do so."""
        return self._ask(self._index.is_laid_down, path, symbol, parameter)

    def chosen(self, path: str, symbol: str, parameter: str) -> Definition | None:
        """The first call that writes a truth out for a parameter of the function defined here."""
        return self._ask(self._index.chosen, path, symbol, parameter)

    def repository(self, path: str, symbol: str) -> Role | None:
        """Whether the class defined here is a repository."""
        return self._ask(self._index.repository, path, symbol)

    def unit_of_work(self, path: str, symbol: str) -> Role | None:
        """Whether the class or function defined here is a unit of work."""
        return self._ask(self._index.unit_of_work, path, symbol)

    def session(self, path: str, scope: str, name: str) -> Session | None:
        """The session that a dotted name stands for in a function."""
        return self._ask(self._index.session, path, scope, name)

    def held_unit_of_work(self, path: str, scope: str, name: str) -> Role | None:
        """The unit of work that a dotted name stands for in a function."""
        return self._ask(self._index.held_unit_of_work, path, scope, name)

    def inherited_methods(self, path: str, symbol: str) -> tuple[str, ...]:
        """The names of the methods that bases give to the class defined here."""
        return self._ask(self._index.inherited_methods, path, symbol)

    def missing_cleanup(self, path: str, symbol: str) -> str | None:
        """What the unit of work defined here lacks to roll back when it is left."""
        return self._ask(self._index.missing_cleanup, path, symbol)

    def other_repositories_are_async(self, path: str, symbol: str) -> bool:
        """Whether all repositories of the project but this one have an asynchronous session."""
        return self._ask(self._project.other_repositories_are_async, path, symbol)

    def held_class(self, path: str, scope: str, name: str) -> Definition | None:
        """The class of the project that a dotted name is an instance of in the function `scope`."""
        return self._ask(self._index.held_class, path, scope, name)

    def stands_for(self, path: str, scope: str, name: str) -> str | None:
        """The class that a dotted name is an instance of, or what else it means."""
        return self._ask(self._index.stands_for, path, scope, name)

    def declarative_root(self, path: str, name: str) -> bool:
        """Whether a name of this file means a declarative base."""
        return self._ask(self._index.declarative_root, path, name)

    def foreign_keys(self, path: str) -> tuple[ForeignKey, ...]:
        """The foreign keys declared in this file."""
        return self._ask(self._index.foreign_keys, path)

    def lone_keys(self, path: str) -> tuple[ForeignKey, ...]:
        """The foreign keys declared in this file that have no relationship beside them."""
        return self._ask(self._index.lone_keys, path)

    def table(self, path: str, name: str) -> Table | None:
        """The table of the ORM model that a name of this file means."""
        return self._ask(self._index.table, path, name)

    def databases(self) -> Databases:
        """The databases that the project's files name."""
        return self._ask(self._project.databases)

    def crossings(self, path: str) -> tuple[Crossing, ...]:
        """The imports of a file that bring what its layer may not know."""
        return self._ask(self._index.crossings, path)

    def port(self, path: str, symbol: str) -> Role | None:
        """Why the repository defined here needs no port."""
        return self._ask(self._index.port, path, symbol)

    def serves_routes(self, path: str) -> bool:
        """Whether a function or method of a file is a route."""
        return self._ask(self._index.serves_routes, path)

    def routes(self, path: str) -> tuple[Route, ...]:
        """The routes of FastAPI whose handlers are defined in this file."""
        return self._ask(self._index.routes, path)

    def request_schema(self, path: str, symbol: str) -> RequestSchema | None:
        """What is known of the Pydantic model defined here as the body of requests."""
        return self._ask(self._index.request_schema, path, symbol)

    def http_answer(self, path: str, name: str) -> str | None:
        """The error or response of a web framework that a name of this file means."""
        return self._ask(self._index.http_answer, path, name)

    def injected(self, path: str, symbol: str) -> bool:
        """Whether FastAPI is told to call the function or class defined here."""
        return self._ask(self._index.injected, path, symbol)

    def is_test(self, path: str, symbol: str) -> bool:
        """Whether the function defined here is run as a test."""
        return self._ask(self._index.is_test, path, symbol)

    def asserts(self, path: str, symbol: str) -> bool:
        """Whether the function defined here proves something, or may."""
        return self._ask(self._index.asserts, path, symbol)

    def raised(self, path: str, symbol: str) -> tuple[str, ...]:
        """What the own body of the function defined here raises, as it is written, sorted."""
        return self._ask(self._index.raised, path, symbol)

    def naming_tests(self, path: str, symbol: str) -> tuple[str, ...]:
        """The test files that name the function defined here: a name of one word beside its class or module alone."""
        return self._ask(self._index.naming_tests, path, symbol)

    def is_reached_by_tests(self, path: str, symbol: str) -> bool:
        """Whether a test names the function defined here, or what calls it, or a route that leads there."""
        return self._ask(self._index.is_reached_by_tests, path, symbol)

    def tests_look_at_error(self, path: str, symbol: str, error: str) -> bool:
        """Whether a test file that names this function, or this error, looks at how something goes wrong."""
        return self._ask(self._index.tests_look_at_error, path, symbol, error)

    def replaces_network(self, path: str) -> bool:
        """Whether something in a test's file, or in a `conftest.py` above, may stand in for the network."""
        return self._ask(self._index.replaces_network, path)

    def has_tests(self) -> bool:
        """Whether a test of the project imports its own code."""
        return self._ask(self._project.has_tests)

    def has_repositories(self) -> bool:
        """Whether the project has a repository layer."""
        return self._ask(self._project.has_repositories)

    def has_units_of_work(self) -> bool:
        """Whether the project has a unit of work."""
        return self._ask(self._project.has_units_of_work)

    def has_orm_models(self) -> bool:
        """Whether the project defines an ORM model outside tests."""
        return self._ask(self._project.has_orm_models)

    def has_ports(self) -> bool:
        """Whether a repository of the project implements a port."""
        return self._ask(self._project.has_ports)

    def applications(self) -> tuple[Definition, ...]:
        """Where the project makes applications of FastAPI."""
        return self._ask(self._project.applications)

    def http_concerns(self) -> tuple[str, ...]:
        """What of CORS, rate limits, security headers and X-Request-Id the project speaks of."""
        return self._ask(self._project.http_concerns)

    def has_name_like(self, pattern: str) -> bool:
        """Whether something outside tests is defined or imported by a name of this pattern."""
        return self._ask(self._project.has_name_like, pattern)

    def _ask(self, ask: Callable[..., Given], *arguments: str) -> Given:
        question = (ask.__name__, *arguments)
        if question not in self.record:
            self.record[question] = ask(*arguments)
        return self.record[question]  # type: ignore[return-value]  # the same question has an answer of the same type
