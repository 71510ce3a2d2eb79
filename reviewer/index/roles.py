"""The parts that classes and functions play: value object, repository, unit of work."""

from collections.abc import Callable, Iterator

from reviewer.config_sections import ValueObjects
from reviewer.index.answers import Definition, Kind, Layer, Role
from reviewer.index.facts import Assignment, ClassFacts, FunctionFacts, Value
from reviewer.index.lookup import Lookup
from reviewer.index.sessions import WORD, Sessions, last, words

DATA = frozenset({Kind.DATACLASS, Kind.ATTRS, Kind.PYDANTIC, Kind.NAMED_TUPLE, Kind.IMMUTABLE})
NEVER_VALUES = frozenset({Kind.EXCEPTION, Kind.PROTOCOL, Kind.ORM_MODEL})
NEVER_REPOSITORIES = frozenset({Kind.EXCEPTION, Kind.ENUM, Kind.NAMED_TUPLE, Kind.ORM_MODEL})
REPOSITORY = ("Repository", "Repo")
RECORDS = frozenset({Kind.DATACLASS, Kind.ATTRS})
IDENTITIES = frozenset({"id", "uuid"})
SHORTEST_NAME = 3
# What a class can extend without becoming anything by it.
SILENT_BASES = frozenset({"ABC", "Generic", "Protocol", "object"})
ABSTRACT_BASES = frozenset({"ABC", "ABCMeta", "Protocol"})
ABSTRACT_METHODS = frozenset({"abstractmethod", "abstractproperty"})
IDENTIFIED = ("Entity", "Aggregate", "AggregateRoot", "EntityBase", "AggregateBase", "AggregateRootBase")
# What is sent, and described by what it is about: a `ChangeQuantity` is no quantity.
SENT = ("Command", "Event", "Message", "Query")
ENTERING = frozenset({"__enter__", "__aenter__"})
MANAGERS = frozenset({"AbstractContextManager", "AbstractAsyncContextManager", "ContextManager", "AsyncContextManager"})
ENDINGS = frozenset({"commit", "rollback"})
# What a transaction is ended on; other things have a `commit` too, a container image for one.
TRANSACTIONAL = frozenset(
    {"conn", "connection", "database", "db", "savepoint", "self", "session", "super", "transaction", "tx", "uow"}
)

# A class of the project together with the file it stands in.
Place = tuple[str, ClassFacts]


def lineage(lookup: Lookup, path: str, found: ClassFacts) -> Iterator[Place]:
    """A class and its bases in this project, nearest first, each once."""
    waiting: list[Place] = [(path, found)]
    seen: set[tuple[str, str]] = set()
    while waiting:
        home, current = waiting.pop(0)
        if (home, current.symbol) in seen:
            continue
        seen.add((home, current.symbol))
        yield home, current
        waiting.extend(base for value in current.bases if (base := _class_of(lookup, home, value)))


def _class_of(lookup: Lookup, path: str, base: Value) -> Place | None:
    home = lookup.definition(path, base.name) if base.name else None
    found = home and lookup.facts(home.path).class_(home.symbol)
    return (home.path, found) if home and found else None


def foreign_bases(lookup: Lookup, path: str, found: ClassFacts) -> Iterator[str]:
    """The full names of a class's own bases that are no classes of this project; "" for one that is worked out."""
    for base in found.bases:
        if base.called or not base.name:
            yield ""
        elif _class_of(lookup, path, base) is None:
            yield lookup.qualified(path, base.name).removeprefix("builtins.")


def is_abstract(found: ClassFacts) -> bool:
    """Whether a class says of itself that it only declares what others are to do."""
    bases = [last(base.name) for base in found.bases] + [
        last(text) for key, text in found.keywords if key == "metaclass"
    ]
    marks = {last(mark.name) for method in found.methods for mark in method.decorators}
    return not ABSTRACT_BASES.isdisjoint(bases) or not ABSTRACT_METHODS.isdisjoint(marks)


def base_named(lookup: Lookup, path: str, found: ClassFacts, endings: tuple[str, ...]) -> str | None:
    """The first base, near or far, whose name ends so."""
    names = (last(base.name) for _, current in lineage(lookup, path, found) for base in current.bases)
    return next((name for name in names if name.endswith(endings)), None)


class Casting:
    """Who plays which part; `parts` gives the folder names below the source root and the module's own."""

    def __init__(self, lookup: Lookup, values: ValueObjects, parts: Callable[[str], list[str]]) -> None:
        self._lookup = lookup
        self._values = values
        self._parts = parts
        self._sessions = Sessions(lookup)

    def value_object(self, path: str, symbol: str) -> Role | None:
        """Whether a class is a value object: by configuration, base, place, or name in the domain."""
        found = self._lookup.facts(path).class_(symbol)
        answer = self._lookup.class_answer(path, symbol)
        if found is None or answer is None or answer.kind in NEVER_VALUES:
            return None
        if self._is_entity(path, found) or self._is_marker(path, found, answer.kind):
            return None
        reasons = (
            self._configured(found),
            self._by_base(path, found),
            self._by_place(path, answer.kind),
            self._by_name(path, found, answer.kind),
        )
        because = next((reason for reason in reasons if reason), None)
        return Role(answer.definition, because) if because else None

    def repository(self, path: str, symbol: str) -> Role | None:
        """Whether a class is a repository: it or a base of it is called one."""
        found = self._lookup.facts(path).class_(symbol)
        base = found and base_named(self._lookup, path, found, REPOSITORY)
        # Few classes are called so, and it costs more to tell what a class is.
        answer = (
            self._lookup.class_answer(path, symbol) if found and (base or found.name.endswith(REPOSITORY)) else None
        )
        if found is None or answer is None or answer.kind in NEVER_REPOSITORIES:
            return None
        if base:
            return Role(answer.definition, f"its base {base} is a repository by name")
        named = answer.kind is not Kind.PYDANTIC
        acts = any(not method.name.startswith("_") for method in found.methods)
        if named and (acts or answer.kind not in RECORDS):
            return Role(answer.definition, "its name says so")
        return None

    def unit_of_work(self, path: str, symbol: str) -> Role | None:
        """Whether a class or function is a unit of work: it ends transactions, or hands out the session."""
        facts = self._lookup.facts(path)
        found, function = facts.class_(symbol), facts.function_or_method(symbol)
        if found:
            because = self._works(path, found)
            return Role(Definition(path, symbol, found.line), because) if because else None
        session = function and self._sessions.yielded(path, function)
        if function and session:
            return Role(Definition(path, symbol, function.line), f"it yields the session `{session}`")
        return None

    def _works(self, path: str, found: ClassFacts) -> str | None:
        classes = [current for _, current in lineage(self._lookup, path, found)]
        methods = [method for current in classes for method in current.methods]
        managers = [last(base.name) for current in classes for base in current.bases if last(base.name) in MANAGERS]
        enters = next((method.name for method in methods if method.name in ENTERING), None)
        ends = next((call for method in methods for call in method.calls if _ends_transaction(call)), None)
        declares = next((method.name for method in methods if method.name in ENDINGS), None)
        entered = enters or next(iter(managers), None)
        ended = ends or declares
        return f"it is a context manager by `{entered}` and has `{ended}`" if entered and ended else None

    def _is_entity(self, path: str, found: ClassFacts) -> bool:
        return found.name.endswith(IDENTIFIED) or base_named(self._lookup, path, found, IDENTIFIED) is not None

    def _is_marker(self, path: str, found: ClassFacts, kind: Kind) -> bool:
        """Whether a class has nothing to hold: a base without fields, its own or inherited."""
        if kind in {Kind.IMMUTABLE, Kind.ENUM, Kind.NAMED_TUPLE}:
            return False
        classes = [current for _, current in lineage(self._lookup, path, found)]
        if kind is Kind.CLASS:
            return not any(current.attributes or current.methods for current in classes)
        rooted = any(last(base.name) == "RootModel" for current in classes for base in current.bases)
        return not rooted and not any(self._fields(path, found))

    def _fields(self, path: str, found: ClassFacts) -> Iterator[str]:
        for _, current in lineage(self._lookup, path, found):
            yield from (attribute.name for attribute in current.attributes if is_field(attribute))

    def _configured(self, found: ClassFacts) -> str | None:
        return "the configuration names it" if found.name in self._values.names else None

    def _by_base(self, path: str, found: ClassFacts) -> str | None:
        base = base_named(self._lookup, path, found, ("ValueObject",))
        return f"its base {base} is a value object by name" if base else None

    def _by_place(self, path: str, kind: Kind) -> str | None:
        place = next((part for part in self._parts(path) if part in self._values.places), None)
        apart = self._lookup.set_apart(path) is not None
        return f"`{place}` is a place of value objects" if place and kind in DATA and not apart else None

    def _by_name(self, path: str, found: ClassFacts, kind: Kind) -> str | None:
        suffix = next((suffix for suffix in self._values.suffixes if found.name.endswith(suffix)), None)
        if suffix is None or kind not in {Kind.DATACLASS, Kind.ATTRS}:
            return None
        if self._lookup.placement(path).layer is not Layer.DOMAIN or base_named(self._lookup, path, found, SENT):
            return None
        if any(is_identity(field, found.name) for field in self._fields(path, found)):
            return None
        return f"a {kind} of the domain whose name ends in {suffix}, without an identity of its own"


def ends_transactions(found: ClassFacts | FunctionFacts) -> bool:
    """Whether a unit of work does more than hand out the session; a class that is one ends its transactions."""
    calls = () if isinstance(found, ClassFacts) else found.calls
    return isinstance(found, ClassFacts) or any(last(call) in {*ENDINGS, "begin"} for call in calls)


def _ends_transaction(call: str) -> bool:
    receiver, _, verb = call.rpartition(".")
    return verb in ENDINGS and bool(words(receiver) & TRANSACTIONAL)


def is_field(attribute: Assignment) -> bool:
    """Whether a class attribute is a field of a data class."""
    if attribute.annotation:
        return last(attribute.annotation.partition("[")[0]) != "ClassVar"
    called = attribute.value is not None and attribute.value.called
    return called and last(attribute.value.name if attribute.value else "") in {"ib", "attrib", "field"}


def is_identity(field: str, owner: str) -> bool:
    """Whether a field is the class's own identity: `address_id` and `addr_id` are a `PostalAddress`'s."""
    if field.strip("_") in IDENTITIES:
        return True
    own = [word.lower() for word in WORD.findall(owner)]
    name, _, kind = field.rpartition("_")
    shortened = len(name) >= SHORTEST_NAME and own[-1].startswith(name)
    return kind in IDENTITIES and (shortened or any(name == "_".join(own[start:]) for start in range(len(own))))
