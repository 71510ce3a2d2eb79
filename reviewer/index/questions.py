"""The questions that the index answers, as a protocol; the context asks them and records each one."""

from typing import Protocol

from reviewer.index.answers import ClassAnswer, Definition, Immutability, OrmModel, Placement, Role


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

    def invariants(self, path: str, symbol: str) -> str | None:
        """What checks the values that objects of the class defined here are made of, or may do so, in words.

        None when nothing does: neither a constructor or validator of its own, nor one of a base.
        """
        ...

    def repository(self, path: str, symbol: str) -> Role | None:
        """Whether the class defined here is a repository."""
        ...

    def unit_of_work(self, path: str, symbol: str) -> Role | None:
        """Whether the class or function defined here is a unit of work."""
        ...

    def declarative_root(self, path: str, name: str) -> bool:
        """Whether a name of this file means a declarative base (`Base`, `DeclarativeBase`)."""
        ...

    def has_repositories(self) -> bool:
        """Whether the project has a repository class, folder or module below its source root."""
        ...

    def has_orm_models(self) -> bool:
        """Whether the project defines an ORM model outside tests."""
        ...
