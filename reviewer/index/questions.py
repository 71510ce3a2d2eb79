"""The questions that the index answers, as a protocol; the context asks them and records each one."""

from typing import Protocol

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


class Questions(Protocol):
    """Facts across files. A name is dotted and written as in the file at `path`, aliases and all."""

    def placement(self, path: str) -> Placement:
        """The layer of a file."""
        ...

    def qualified(self, path: str, name: str) -> str:
        """The name with this file's aliases undone: `dc.dataclass` is `dataclasses.dataclass`."""
        ...

    def definition(self, path: str, name: str) -> Definition | None:
        """Where a name of this file is defined in the repository, through imports and re-exports."""
        ...

    def orm_model(self, path: str, name: str) -> OrmModel | None:
        """The ORM model that a name of this file means, if it means one."""
        ...

    def imported_model(self, path: str, module: str, name: str) -> OrmModel | None:
        """The ORM model that `from module import name` brings into this file; a relative module has its dots."""
        ...

    def class_answer(self, path: str, symbol: str) -> ClassAnswer | None:
        """What the class with this dotted symbol, defined in this file, is."""
        ...

    def immutability(self, path: str, name: str) -> Immutability:
        """Whether the class that a name of this file means is immutable."""
        ...

    def value_object(self, path: str, symbol: str) -> Role | None:
        """Whether the class defined here is a value object."""
        ...

    def freezing_hindrance(self, path: str, symbol: str) -> str | None:
        """Why the class defined here can't be frozen as it stands, in words; None where nothing is known to hinder."""
        ...

    def invariants(self, path: str, symbol: str) -> str | None:
        """What checks the values that objects of the class defined here are made of, or may do so, in words.

        None when nothing does: neither a constructor or validator of its own, nor one of a base.
        """
        ...

    def is_laid_down(self, path: str, symbol: str, parameter: str) -> bool:
        """Whether a base, near or far, gives the method defined here this parameter, or may do so.

        A base that is none of this project may, unless it is known. False for a function that is no method.
        """
        ...

    def chosen(self, path: str, symbol: str, parameter: str) -> Definition | None:
        """The first call outside tests that writes `True` or `False` out for a parameter of the function defined here.

        One that only repeats the default chooses nothing. The symbol is that of what the call stands in, "" outside
        of all functions and classes.
        """
        ...

    def repository(self, path: str, symbol: str) -> Role | None:
        """Whether the class defined here is a repository."""
        ...

    def unit_of_work(self, path: str, symbol: str) -> Role | None:
        """Whether the class or function defined here is a unit of work."""
        ...

    def session(self, path: str, scope: str, name: str) -> Session | None:
        """The session that a dotted name stands for in the function `scope`; calls in it are marked by `()`."""
        ...

    def held_unit_of_work(self, path: str, scope: str, name: str) -> Role | None:
        """The unit of work that a dotted name stands for in the function `scope`."""
        ...

    def inherited_methods(self, path: str, symbol: str) -> tuple[str, ...]:
        """The names of the methods that bases in the project give to the class defined here, sorted."""
        ...

    def missing_cleanup(self, path: str, symbol: str) -> str | None:
        """What the unit of work defined here lacks to roll back when it is left, None for anything else."""
        ...

    def other_repositories_are_async(self, path: str, symbol: str) -> bool:
        """Whether all repositories but this class whose session is known, one at least, have an asynchronous one."""
        ...

    def held_class(self, path: str, scope: str, name: str) -> Definition | None:
        """The class of the project that a dotted name is an instance of in the function `scope`."""
        ...

    def stands_for(self, path: str, scope: str, name: str) -> str | None:
        """The class that a dotted name is an instance of, or what else it means; None where that is not known."""
        ...

    def has_units_of_work(self) -> bool:
        """Whether the project has a unit of work outside tests and migrations that ends transactions itself."""
        ...

    def declarative_root(self, path: str, name: str) -> bool:
        """Whether a name of this file means a declarative base (`Base`, `DeclarativeBase`)."""
        ...

    def foreign_keys(self, path: str) -> tuple[ForeignKey, ...]:
        """The foreign keys declared in this file, once for each table that has them, in the order of the lines."""
        ...

    def lone_keys(self, path: str) -> tuple[ForeignKey, ...]:
        """Those of them that lead from one ORM model to another without a relationship beside them."""
        ...

    def table(self, path: str, name: str) -> Table | None:
        """The table of the ORM model that a name of this file means, with its columns."""
        ...

    def databases(self) -> Databases:
        """The databases that the project's files name."""
        ...

    def crossings(self, path: str) -> tuple[Crossing, ...]:
        """The imports of a file of the domain or the use cases that bring what its layer may not know."""
        ...

    def port(self, path: str, symbol: str) -> Role | None:
        """Why the repository defined here needs no port: it has or is one; None where it lacks one."""
        ...

    def serves_routes(self, path: str) -> bool:
        """Whether a function or method of a file is a route."""
        ...

    def routes(self, path: str) -> tuple[Route, ...]:
        """The routes of FastAPI whose handlers are defined in this file, wherever they are registered, by their lines.

        A receiver that does not lead to a `FastAPI` or an `APIRouter` gives none.
        """
        ...

    def request_schema(self, path: str, symbol: str) -> RequestSchema | None:
        """What is known of the Pydantic model defined here as the body of requests; None where no route takes it."""
        ...

    def http_answer(self, path: str, name: str) -> str | None:
        """The error or response of a web framework that a name of this file means, is made of, or extends."""
        ...

    def injected(self, path: str, symbol: str) -> bool:
        """Whether FastAPI is told to call the function or class defined here."""
        ...

    def is_test(self, path: str, symbol: str) -> bool:
        """Whether pytest or unittest runs the function defined here as a test."""
        ...

    def asserts(self, path: str, symbol: str) -> bool:
        """Whether the function defined here proves something, or may: by itself, in what it calls, in its fixtures."""
        ...

    def raised(self, path: str, symbol: str) -> tuple[str, ...]:
        """What the own body of the function defined here raises, as it is written, sorted."""
        ...

    def naming_tests(self, path: str, symbol: str) -> tuple[str, ...]:
        """The test files that name the function defined here: a name of one word beside its class or module alone."""
        ...

    def is_reached_by_tests(self, path: str, symbol: str) -> bool:
        """Whether a test names the function defined here, or what calls it, or a route that leads there."""
        ...

    def tests_look_at_error(self, path: str, symbol: str, error: str) -> bool:
        """Whether a test file that names this function, or this error, looks at how something goes wrong."""
        ...

    def replaces_network(self, path: str) -> bool:
        """Whether something in a test's file, or in a `conftest.py` above, may stand in for the network."""
        ...

    def has_tests(self) -> bool:
        """Whether a test of the project imports its own code."""
        ...

    def has_repositories(self) -> bool:
        """Whether the project has a repository class, folder or module below its source root."""
        ...

    def has_orm_models(self) -> bool:
        """Whether the project defines an ORM model outside tests."""
        ...

    def has_ports(self) -> bool:
        """Whether a repository of the project implements a port."""
        ...

    def applications(self) -> tuple[Definition, ...]:
        """Where the project makes applications of FastAPI, tests and examples aside: by variable or function."""
        ...

    def http_concerns(self) -> tuple[str, ...]:
        """What of CORS, rate limits, security headers and X-Request-Id the project speaks of, or may do."""
        ...

    def has_name_like(self, pattern: str) -> bool:
        """Whether something outside tests is defined or imported by a name, in small letters, of this pattern."""
        ...
