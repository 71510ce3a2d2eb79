"""Which functions hand out a database session."""

import re

from reviewer.index.answers import Definition
from reviewer.index.facts import NOTHING, Assignment, FunctionFacts, Value
from reviewer.index.lookup import Lookup
from reviewer.index.packages import imports_orm, is_orm_name

SESSION_CLASSES = frozenset({"Session", "AsyncSession", "scoped_session", "async_scoped_session"})
FACTORIES = frozenset({"sessionmaker", "async_sessionmaker", "scoped_session", "async_scoped_session"})
ENGINE_MAKERS = frozenset({"create_engine", "create_async_engine", "async_engine_from_config", "engine_from_config"})
OPENERS = frozenset({"begin", "connect"})
# A name speaks of a session, or of what makes one, when it has one of the first words and none but these.
SESSION_WORDS = frozenset({"session", "sessionmaker", "sessions"})
FACTORY_WORDS = frozenset({"engine", "factory", "local", "maker", "sessionmaker"})
OTHER_WORDS = frozenset(
    {
        *("async", "context", "create", "ctx", "database", "db", "get", "make", "manager", "new", "open", "orm"),
        *("scope", "scoped", "sql", "sqlalchemy", "sync"),
    }
)
RECEIVER_NAMES = frozenset({"db", "database", "sess"})
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
YIELD_TYPE = re.compile(r"\w*(?:Iterator|Generator|Iterable)\[\s*[\"']?([A-Za-z_][\w.]*)")
NAME = re.compile(r"[A-Za-z_][\w.]*")
# Functions that are being asked already; a function that yields what it yields itself hands out nothing.
Asked = frozenset[Definition]


def last(name: str) -> str:
    """The last part of a dotted name."""
    return name.rpartition(".")[2]


def words(name: str) -> frozenset[str]:
    """The words of a name's last part, in small letters."""
    return frozenset(word.lower() for word in WORD.findall(last(name)))


def speaks_of_session(name: str) -> bool:
    """Whether a name is one that sessions, or what makes them, usually have: `db_session`, `SessionLocal`."""
    found = words(name)
    usual = found <= SESSION_WORDS | FACTORY_WORDS | OTHER_WORDS
    return last(name) in RECEIVER_NAMES or (usual and bool(found & SESSION_WORDS))


class Sessions:
    """Finds the functions of a project that hand out a session."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup

    def yielded(self, path: str, function: FunctionFacts, asked: Asked = frozenset()) -> str | None:
        """What a generator yields that is a session, as it is spelled there; None for any other function."""
        here = Definition(path, function.symbol, function.line)
        if here in asked:
            return None
        sessions = (value for value in function.yields if self._is_session(path, function, value, asked | {here}))
        return next((value.name for value in sessions), None)

    def _is_session(self, path: str, function: FunctionFacts, value: Value, asked: Asked) -> bool:
        if not value.name:
            return False
        if value.called:
            return self._makes(path, value.name, asked)
        own = [found.annotation for found in function.parameters if found.name == value.name and found.annotation]
        if own:
            return self._names_class(path, own[0])
        if self._yields_class(path, function):
            return True
        bound = [found for found in function.bound if found.name == value.name]
        if bound:
            factories = self._factories(path, function)
            return any(self._is_bound_to_session(path, found, asked, factories) for found in bound)
        return function.returns is None and self._named_so(path, value.name)

    def _yields_class(self, path: str, function: FunctionFacts) -> bool:
        found = YIELD_TYPE.match(without_module(function.returns or ""))
        return found is not None and self._is_class(path, found[1])

    def _factories(self, path: str, function: FunctionFacts) -> frozenset[str]:
        """The calls that make a session by a parameter that is annotated as a maker of them."""
        annotated = ((found.name, NAME.findall(found.annotation or "")) for found in function.parameters)
        makers = [name for name, types in annotated if any(self._is_factory(path, found) for found in types)]
        return frozenset(makers) | {f"{maker}.{opener}" for maker in makers for opener in OPENERS}

    def _is_factory(self, path: str, name: str) -> bool:
        qualified = self._lookup.qualified(path, name)
        return last(qualified) in FACTORIES and is_orm_name(qualified)

    def _is_bound_to_session(self, path: str, bound: Assignment, asked: Asked, factories: frozenset[str]) -> bool:
        by_type = bound.annotation is not None and self._names_class(path, bound.annotation)
        by_factory = bound.value is not None and bound.value.called and bound.value.name in factories
        return by_type or by_factory or (bound.value is not None and self._opens(path, bound.value, asked))

    def _names_class(self, path: str, annotation: str) -> bool:
        return any(self._is_class(path, name) for name in NAME.findall(annotation))

    def _is_class(self, path: str, name: str) -> bool:
        qualified = self._lookup.qualified(path, name)
        own = self._lookup.definition(path, name) is not None
        return last(qualified) in SESSION_CLASSES and (own or is_orm_name(qualified))

    def _opens(self, path: str, value: Value, asked: Asked) -> bool:
        """Whether a call makes a session, or a connection or a transaction that stands for one."""
        receiver, _, verb = value.name.rpartition(".")
        if verb in OPENERS and receiver:
            return self._made_from(path, receiver, FACTORIES | ENGINE_MAKERS) or bool(words(receiver) & FACTORY_WORDS)
        return self._makes(path, value.name, asked) if value.called else self._named_so(path, value.name)

    def _makes(self, path: str, callee: str, asked: Asked) -> bool:
        """Whether calling this name makes a session."""
        qualified = self._lookup.qualified(path, callee)
        if is_orm_name(qualified):
            return last(qualified) in SESSION_CLASSES
        home = self._lookup.definition(path, callee)
        facts = self._lookup.facts(home.path) if home else NOTHING
        owner, function = facts.class_(home.symbol if home else ""), facts.function(home.symbol if home else "")
        if owner:
            return any(last(base.name) in SESSION_CLASSES for base in owner.bases)
        if home and function:
            returned = self._names_class(home.path, function.returns or "")
            return returned or self.yielded(home.path, function, asked) is not None
        return self._made_from(path, callee, FACTORIES) or self._named_so(path, callee)

    def _made_from(self, path: str, name: str, makers: frozenset[str]) -> bool:
        """Whether a variable of the project is assigned from a call of one of these makers, or annotated as one."""
        home = self._lookup.definition(path, name)
        if home is None:
            return False
        assigned = [found for found in self._lookup.facts(home.path).assignments if found.name == home.symbol]
        texts = [
            text for found in assigned for text in (found.value.name if found.value else "", found.annotation or "")
        ]
        origins = [self._lookup.qualified(home.path, text) for each in texts for text in NAME.findall(each)]
        return any(last(origin) in makers and is_orm_name(origin) for origin in origins)

    def _named_so(self, path: str, name: str) -> bool:
        """Whether a name speaks of a session, and is the project's own or stands in a file that uses an ORM."""
        root = name.partition(".")[0]
        imported = any(found.bound == root and not found.level for found in self._lookup.facts(path).imports)
        at_home = self._lookup.definition(path, root) is not None
        uses_orm = imports_orm(self._lookup.facts(path)) is not None and not imported
        return speaks_of_session(name) and (at_home or uses_orm)


def without_module(annotation: str) -> str:
    """An annotation without its quotes and without the module that its outermost name comes from."""
    head, bracket, rest = annotation.strip("\"'").partition("[")
    return f"{last(head)}{bracket}{rest}"
