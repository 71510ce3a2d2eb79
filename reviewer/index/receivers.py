"""What a call is made on: a session of the database, or a unit of work."""

from reviewer.index.annotations import Instance, Thing
from reviewer.index.answers import Definition, Role, Session
from reviewer.index.facts import ClassFacts
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


class Receivers:
    """Answers for one repository."""

    def __init__(self, instances: Instances, lookup: Lookup) -> None:
        self._instances = instances
        self._lookup = lookup

    def session(self, path: str, scope: str, name: str) -> Session | None:
        """The session that a dotted name stands for in the function `scope`; calls in it are marked by `()`."""
        thing = self._instances.evaluate(path, scope, name)
        holder, _, attribute = name.rpartition(".")
        return self._typed(thing) or (self._held(path, scope, holder, attribute) if holder and thing is None else None)

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
