"""The packages that are object-relational mappers, by the name they are imported under."""

from collections.abc import Iterable

from reviewer.index.facts import ModuleFacts

ORM_PACKAGES = (
    "advanced_alchemy",
    "beanie",
    "django.db",
    "edgy",
    "flask_sqlalchemy",
    "gino",
    "mongoengine",
    "odmantic",
    "ormar",
    "peewee",
    "piccolo",
    "pony",
    "sqlalchemy",
    "sqlmodel",
    "tortoise",
)


def within(name: str, packages: Iterable[str]) -> str | None:
    """The package among these that a dotted name belongs to."""
    return next((package for package in packages if f"{name}.".startswith(f"{package}.")), None)


def is_orm_name(name: str) -> bool:
    """Whether a qualified name is an ORM's own."""
    return within(name, ORM_PACKAGES) is not None


def imported_package(facts: ModuleFacts, packages: Iterable[str]) -> str | None:
    """The first of these packages that a file imports, in any scope."""
    wanted = tuple(packages)
    absolute = (found for found in facts.imports if not found.level)
    names = (f"{found.module}.{found.attribute}" if found.attribute else found.module for found in absolute)
    return next((package for name in names if (package := within(name, wanted))), None)


def imports_orm(facts: ModuleFacts) -> str | None:
    """The ORM package that a file imports."""
    return imported_package(facts, ORM_PACKAGES)
