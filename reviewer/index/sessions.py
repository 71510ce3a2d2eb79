"""Which expressions are database sessions, and which functions hand one out."""

import re
from collections.abc import Iterator

from reviewer.index.facts import FunctionFacts, Value
from reviewer.index.lookup import Lookup
from reviewer.index.packages import imports_orm, is_orm_name

SESSION_CLASSES = frozenset({"Session", "AsyncSession", "scoped_session", "async_scoped_session"})
SESSION_FACTORIES = frozenset({"sessionmaker", "async_sessionmaker", "scoped_session", "async_scoped_session"})
ENGINE_MAKERS = frozenset({"create_engine", "create_async_engine", "async_engine_from_config", "engine_from_config"})
OPENERS = frozenset({"begin", "connect"})
SESSION_NAMES = frozenset({"session", "db", "db_session", "async_session", "database_session", "sess"})
DOTTED = re.compile(r"[A-Za-z_][\w.]*")


def last(name: str) -> str:
    """The last part of a dotted name."""
    return name.rpartition(".")[2]


def yielded_session(lookup: Lookup, path: str, function: FunctionFacts) -> str | None:
    """What a generator yields that is a session, as it is spelled there; None for any other function."""
    for value in function.yields:
        if _is_session(lookup, path, function, value):
            return value.name or value.text
    return None


def _is_session(lookup: Lookup, path: str, function: FunctionFacts, value: Value) -> bool:
    if not value.name:
        return False
    if value.called:
        return _opens(lookup, path, value.name)
    annotation = _annotation(function, value.name)
    if annotation is not None:
        return names_session(lookup, path, annotation)
    bound = [found.value for found in function.bound if found.name == value.name and found.value]
    if bound:
        return any(_opens(lookup, path, found.name) for found in bound)
    by_type = function.returns is not None and names_session(lookup, path, function.returns)
    return by_type or (last(value.name) in SESSION_NAMES and imports_orm(lookup.facts(path)) is not None)


def _annotation(function: FunctionFacts, name: str) -> str | None:
    own = (found.annotation for found in function.parameters if found.name == name)
    bound = (found.annotation for found in function.bound if found.name == name)
    return next((annotation for annotation in (*own, *bound) if annotation), None)


def names_session(lookup: Lookup, path: str, annotation: str) -> bool:
    """Whether a session class of an ORM is named anywhere in an annotation."""
    names = (name for name in DOTTED.findall(annotation) if last(name) in SESSION_CLASSES)
    return any(_from_orm(lookup, path, name) for name in names)


def _from_orm(lookup: Lookup, path: str, name: str) -> bool:
    """Whether a name is an ORM's, or the project's own for one: anything but another package's."""
    return is_orm_name(lookup.qualified(path, name)) or _is_own(lookup, path, name)


def _is_own(lookup: Lookup, path: str, name: str) -> bool:
    return lookup.definition(path, name.partition(".")[0]) is not None


def _opens(lookup: Lookup, path: str, callee: str) -> bool:
    """Whether calling this name, or entering what it gives, makes a session or a connection of an engine."""
    receiver, _, verb = callee.rpartition(".")
    if verb in OPENERS and receiver:
        return any(_made_by(lookup, path, receiver, (*SESSION_FACTORIES, *ENGINE_MAKERS, "session", "engine")))
    return any(_made_by(lookup, path, callee, (*SESSION_CLASSES, *SESSION_FACTORIES, "session")))


def _made_by(lookup: Lookup, path: str, name: str, makers: tuple[str, ...]) -> Iterator[bool]:
    """Signs that a name is one of these makers, is assigned from one, or at least speaks of one."""
    qualified = lookup.qualified(path, name)
    yield last(qualified) in makers and is_orm_name(qualified)
    home = lookup.definition(path, name)
    assigned = home and next(
        (found.value for found in lookup.facts(home.path).assignments if found.name == home.symbol), None
    )
    if home and assigned:
        origin = lookup.qualified(home.path, assigned.name)
        yield last(origin) in makers and is_orm_name(origin)
    speaks = any(maker in last(name).lower() for maker in makers if maker.islower())
    inside = imports_orm(lookup.facts(path)) is not None
    yield speaks and (home is not None or (inside and not _is_foreign(lookup, path, name)))


def _is_foreign(lookup: Lookup, path: str, name: str) -> bool:
    """Whether a name comes from an import that does not lead into this project."""
    root = name.partition(".")[0]
    imported = any(found.bound == root and not found.level for found in lookup.facts(path).imports)
    return imported and not is_orm_name(lookup.qualified(path, name)) and not _is_own(lookup, path, root)
