"""What a call is made on: a session of the database, or a unit of work."""

from reviewer.index.annotations import Instance, Thing
from reviewer.index.answers import Definition, Role, Session
from reviewer.index.bodies import EMPTY, GETTING, Body
from reviewer.index.facts import ClassFacts, Value
from reviewer.index.instances import Instances
from reviewer.index.lookup import Lookup
from reviewer.index.packages import is_orm_name, within
from reviewer.index.resolve import Defined, External, Package
from reviewer.index.roles import ENTERING
from reviewer.index.sessions import SESSION_CLASSES, last, speaks_of_session

CONNECTIONS = frozenset({"Connection", "AsyncConnection"})
ASYNC = ("Async", "async_")
# Libraries that hold the session of a request under this name.
HOLDERS = ("flask_sqlalchemy", "fastapi_sqlalchemy", "fastapi_async_sqlalchemy")


STATEMENTS = frozenset({"delete", "insert", "select", "text", "update"})
PROVEN = Session(is_async=None, because="what is asked of it here says that it is a session")


class Receivers:
    """Answers for one repository."""

    def __init__(self, instances: Instances, lookup: Lookup) -> None:
        self._instances = instances
        self._lookup = lookup
        self._proven: dict[tuple[str, str], frozenset[str]] = {}

    def session(self, path: str, scope: str, name: str) -> Session | None:
        """The session that a dotted name stands for in the function `scope`; calls in it are marked by `()`."""
        thing = self._instances.evaluate(path, scope, name)
        if thing is not None:
            return self._typed(thing)
        holder, _, attribute = name.rpartition(".")
        held = self._held(path, scope, holder, attribute) if holder else None
        return held or (PROVEN if name in self._proven_by_use(path, scope) else None)

    def _proven_by_use(self, path: str, scope: str) -> frozenset[str]:
        """What a function asks for a known ORM model, or has run a statement."""
        if (path, scope) not in self._proven:
            body = self._lookup.bodies(path).get(scope, EMPTY)
            asked = ((*name.rpartition("."), value) for name, value in body.asked)
            proven = (holder for holder, _, verb, value in asked if self._proves(path, body, verb, value))
            self._proven[path, scope] = frozenset(proven)
        return self._proven[path, scope]

    def _proves(self, path: str, body: Body, verb: str, given: Value) -> bool:
        if verb in GETTING:
            return not given.called and self._lookup.orm_model(path, given.name) is not None
        bound = (each.value for each in body.binds(given.name) if each.value) if not given.called else ()
        return any(each.called and self._states(path, each.name) for each in (given, *bound))

    def _states(self, path: str, name: str) -> bool:
        """Whether a call is a statement of the ORM: `select().where`."""
        full = self._lookup.qualified(path, name.partition("()")[0])
        return last(full) in STATEMENTS and is_orm_name(full)

    def held_sessions(self, path: str, symbol: str) -> dict[str, Session]:
        """The sessions that a class keeps, by the names of its attributes, those of its bases in the project too."""
        found = self._lookup.facts(path).class_(symbol)
        names = self._instances.attributes(path, found) if found else ()
        sessions = {name: self._typed(self._instances.attribute(path, symbol, name)) for name in names}
        return {name: session for name, session in sorted(sessions.items()) if session}

    def held_unit_of_work(self, path: str, scope: str, name: str) -> Role | None:
        """The unit of work that a dotted name stands for in the function `scope`."""
        match self._instances.evaluate(path, scope, name):
            case Instance(of=Defined(path=home, symbol=symbol)):
                return self._lookup.unit_of_work(home, symbol)
            case _:
                return None

    def held_class(self, path: str, scope: str, name: str) -> Definition | None:
        """The class of the project that a dotted name is an instance of in the function `scope`."""
        match self._instances.evaluate(path, scope, name):
            case Instance(of=Defined(path=home, symbol=symbol, facts=facts)):
                return Definition(home, symbol, facts.line)
            case _:
                return None

    def stands_for(self, path: str, scope: str, name: str) -> str | None:
        """The class that a dotted name is an instance of, or what else it means; None where that is not known."""
        match self._instances.evaluate(path, scope, name):
            case Instance(of=External(name=full)) | External(name=full):
                return full
            case Instance(of=Defined(path=home, symbol=symbol)) | Defined(path=home, symbol=symbol):
                return f"{self._lookup.module_name(home)}.{symbol}"
            case Package(stem=stem):
                return stem.replace("/", ".")
            case _:
                return None

    def _typed(self, thing: Thing) -> Session | None:
        if isinstance(thing, External) and within(thing.name, HOLDERS) and last(thing.name) == "session":
            return Session(is_async="async" in thing.name, because=f"it is `{thing.name}`")
        if not isinstance(thing, Instance):
            return None
        names = self._instances.foreign_classes(thing.of)
        found = next(
            (each for each in names if is_orm_name(each) and last(each) in SESSION_CLASSES | CONNECTIONS), None
        )
        return Session(last(found).startswith(ASYNC), f"its type is `{last(found)}`") if found else None

    def _held(self, path: str, scope: str, holder: str, attribute: str) -> Session | None:
        """The session of a unit of work, whatever its type."""
        role = self.held_unit_of_work(path, scope, holder) if speaks_of_session(attribute) else None
        if role is None:
            return None
        owner = self._lookup.facts(role.definition.path).class_(role.definition.symbol)
        return Session(_enters_async(owner), f"`{role.definition.symbol}`, which holds it, is a unit of work")


def _enters_async(owner: ClassFacts | None) -> bool | None:
    entering = [each.name for each in owner.methods if each.name in ENTERING] if owner else []
    return "__aenter__" in entering if entering else None
