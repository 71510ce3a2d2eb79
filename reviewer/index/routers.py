"""The routers and applications of FastAPI: which names lead to one, and at which address it stands."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from reviewer.index.addresses import Addresses
from reviewer.index.annotations import Instance
from reviewer.index.answers import Layer
from reviewer.index.bodies import EMPTY
from reviewer.index.facts import Assignment, ClassFacts, FunctionFacts, Value, Wiring
from reviewer.index.instances import Instances
from reviewer.index.lookup import Lookup
from reviewer.index.resolve import Defined, External, Resolver
from reviewer.index.roles import lineage
from reviewer.index.sessions import last

CLASSES = frozenset({"FastAPI", "APIRouter"})
APPLICATIONS = frozenset({"FastAPI", "Cadwyn"})
# Routers of other distributions that are made as an `APIRouter` is.
FOREIGN = frozenset(
    {
        "cadwyn.Cadwyn",
        "cadwyn.VersionedAPIRouter",
        "cadwyn.routing.VersionedAPIRouter",
        "fastapi_utils.inferring_router.InferringRouter",
        "fastapi_utils.InferringRouter",
    }
)
DEEPEST = 8
TRUTH = {None: True, "True": True, "False": False}


@dataclass(frozen=True, slots=True)
class Router:
    """A router by the file and the name that hold it; `made` is what it is assigned from, in the scope `scope`."""

    path: str
    symbol: str
    scope: str = ""
    made: Value | None = None
    is_application: bool = False

    @property
    def place(self) -> tuple[str, str]:
        """What tells it from others."""
        return self.path, self.symbol


@dataclass(frozen=True, slots=True)
class Inclusion:
    """A call of `include_router` in a file."""

    path: str
    wiring: Wiring
    parent: Router | None


class Routers:
    """The routers of one repository; `wired` are the files that may include some."""

    def __init__(
        self, lookup: Lookup, resolver: Resolver, instances: Instances, addresses: Addresses, wired: Iterable[str]
    ) -> None:
        self._lookup = lookup
        self._resolver = resolver
        self._instances = instances
        self._addresses = addresses
        self._wired = wired
        self._known: dict[tuple[str, str, str], Router | None] = {}

    def router(self, path: str, scope: str, name: str) -> Router | None:
        """The router that a dotted name leads to, None where it leads to anything else or nowhere."""
        key = (path, scope, name)
        if key not in self._known:
            self._known[key] = self._router(path, scope, name)
        return self._known[key]

    def address(self, router: Router) -> str | None:
        """The address in front of a router's routes, None where a part of it is not known."""
        return self._address(router, frozenset())

    def prefix(self, router: Router) -> str | None:
        """A router's own prefix, None where that is not known."""
        return self._prefix(router, 0)

    def shown(self, router: Router) -> bool | None:
        """Whether the routes of a router are in the schema, None where that is not known."""
        return agreed_truth(self._said(router, frozenset()))

    def _said(self, router: Router, below: frozenset[tuple[str, str]]) -> Iterator[bool | None]:
        """What is said of a router's routes being in the schema where it is made, by who includes it, and above."""
        if router.made:
            yield said_of_schema(router.made)
            yield _has_schema(router.made) if router.is_application else True
        for each in self._inclusions(router):
            yield said_of_schema(each.wiring.call)
            if each.parent and each.parent.place not in below:
                yield from self._said(each.parent, below | {router.place})

    def _router(self, path: str, scope: str, name: str) -> Router | None:
        if not self._is_router(path, scope, name):
            return None
        held = name.removesuffix(".router")
        if held != name and self._is_router(path, scope, held):
            name = held
        found = self._placed(path, scope, name, 0) or Router(path, f"{scope}:{name}", scope)
        return replace(found, is_application=self._is_application(path, scope, name))

    def _is_router(self, path: str, scope: str, name: str) -> bool:
        match self._instances.evaluate(path, scope, name):
            case External(name=full):
                return full.startswith("fastapi.") and full.endswith("FastAPI.router")
            case Instance(of=of):
                return any(map(_is_class, self._instances.foreign_classes(of)))
            case _:
                return False

    def _placed(self, path: str, scope: str, name: str, depth: int) -> Router | None:
        """Where the router is held that a name leads to."""
        if depth > DEEPEST:
            return None
        if name.endswith("()"):
            return self._made(path, scope, name.removesuffix("()"), depth)
        return (
            self._local(path, scope, name, depth)
            or self._attribute(path, scope, name)
            or self._variable(path, scope, name)
        )

    def _made(self, path: str, scope: str, maker: str, depth: int) -> Router | None:
        """The router that a function of the project returns."""
        match self._resolver.resolve(path, maker, scope):
            case Defined(path=home, facts=FunctionFacts(symbol=symbol)):
                returned = set(self._lookup.bodies(home).get(symbol, EMPTY).returned)
                value = returned.pop() if len(returned) == 1 else None
                if value and value.called:
                    return Router(home, f"{symbol}()", symbol, value)
                return self._placed(home, symbol, value.name, depth + 1) if value and value.name else None
            case _:
                return None

    def _local(self, path: str, scope: str, name: str, depth: int) -> Router | None:
        """A name that a function around binds: a variable or a parameter."""
        for outer in _outwards(scope) if "." not in name else ():
            function = self._lookup.facts(path).function_or_method(outer)
            body = self._lookup.bodies(path).get(outer, EMPTY)
            bound = [each.value for each in body.binds(name) if each.value]
            if bound and not bound[0].called and bound[0].name and bound[0].name != name:
                return self._placed(path, outer, bound[0].name, depth + 1)
            if bound or (function and any(each.name == name for each in function.parameters)):
                return Router(path, f"{outer}.{name}", outer, bound[0] if bound else None)
        return None

    def _attribute(self, path: str, scope: str, name: str) -> Router | None:
        """An attribute of a class or of its objects: `self.router`."""
        outer, _, attribute = name.rpartition(".")
        thing = self._instances.evaluate(path, scope, outer) if outer else None
        match thing.of if isinstance(thing, Instance) else thing:
            case Defined(path=home, facts=ClassFacts() as owner):
                return next(self._held(home, owner, attribute), None)
            case _:
                return None

    def _held(self, path: str, owner: ClassFacts, attribute: str) -> Iterator[Router]:
        for home, current in lineage(self._lookup, path, owner):
            symbol = f"{current.symbol}.{attribute}"
            for method in current.methods:
                body = self._lookup.bodies(home).get(method.symbol, EMPTY)
                first = method.parameters[0].name if method.parameters else ""
                for bound in body.binds(f"{first}.{attribute}"):
                    yield Router(home, symbol, method.symbol, bound.value)
            declared = current.attribute(attribute)
            if declared:
                yield Router(home, symbol, current.symbol, declared.value)

    def _variable(self, path: str, scope: str, name: str) -> Router | None:
        match self._resolver.resolve(path, name, scope):
            case Defined(path=home, symbol=symbol, facts=Assignment(value=value)):
                return Router(home, symbol, "", value)
            case _:
                return None

    def _address(self, router: Router, below: frozenset[tuple[str, str]]) -> str | None:
        """The prefix of the first that includes it and its own; that of one which nothing includes is all there is."""
        if router.place in below:
            return None
        own = self._prefix(router, 0)
        including = self._inclusions(router)
        if own is None or not including:
            return own
        fronts = (self._above(each, below | {router.place}) for each in including)
        return next((f"{front}{own}" for front in fronts if front is not None), None)

    def _above(self, found: Inclusion, below: frozenset[tuple[str, str]]) -> str | None:
        """The address at which a router is included."""
        call = found.wiring.call
        above = self._address(found.parent, below) if found.parent and call.keyword("**") is None else None
        given = call.keyword("prefix")
        between = "" if given is None else self._addresses.read(found.path, found.wiring.scope, given)
        return None if above is None or between is None else f"{above}{between}"

    def _prefix(self, router: Router, depth: int) -> str | None:
        made = router.made
        if router.is_application:
            return ""
        if made is None or not made.called or depth > DEEPEST:
            return None
        match self._resolver.resolve(router.path, made.name, router.scope):
            case Defined(facts=FunctionFacts()):
                returned = self._made(router.path, router.scope, made.name, depth)
                return self._prefix(returned, depth + 1) if returned else None
            case _ if made.keyword("**") is not None:
                return None
            case _:
                given = made.keyword("prefix")
                return "" if given is None else self._addresses.read(router.path, router.scope, given)

    def _is_application(self, path: str, scope: str, name: str) -> bool:
        """Whether it is an application, which has no prefix."""
        thing = self._instances.evaluate(path, scope, name)
        classes = self._instances.foreign_classes(thing.of) if isinstance(thing, Instance) else ()
        return any(last(each) in APPLICATIONS for each in classes)

    def _inclusions(self, router: Router) -> list[Inclusion]:
        return self._included.get(router.place, [])

    @cached_property
    def _included(self) -> Mapping[tuple[str, str], list[Inclusion]]:
        """Who includes a router, by its place; a test includes none that is not its own."""
        found: dict[tuple[str, str], list[Inclusion]] = {}
        for path in self._wired:
            is_test = self._lookup.set_apart(path) is Layer.TESTS
            for wiring in self._lookup.facts(path).wirings:
                child = self._child(path, wiring)
                if child and (not is_test or child.path == path):
                    parent = self.router(path, wiring.scope, wiring.call.name.rpartition(".")[0])
                    found.setdefault(child.place, []).append(Inclusion(path, wiring, parent))
        return found

    def _child(self, path: str, wiring: Wiring) -> Router | None:
        if last(wiring.call.name) != "include_router" or wiring.given is None or not wiring.given.name:
            return None
        name = f"{wiring.given.name}()" if wiring.given.called else wiring.given.name
        return self.router(path, wiring.scope, name)


def said_of_schema(call: Value) -> bool | None:
    """What the call that makes, includes or registers something says of its being in the schema."""
    return TRUTH.get(call.keyword("include_in_schema"))


def _has_schema(made: Value) -> bool | None:
    """Whether an application has a schema: none without an address, and a name for one may be anything."""
    given = made.keyword("openapi_url") or ""
    return False if given == "None" else None if given.replace(".", "").isidentifier() else True


def agreed_truth(said: Iterable[bool | None]) -> bool | None:
    """Whether nothing says no; None where something may."""
    answers = set(said)
    return False if False in answers else None if None in answers else True


def _is_class(full: str) -> bool:
    return full in FOREIGN or (full.startswith("fastapi.") and last(full) in CLASSES)


def _outwards(scope: str) -> Iterator[str]:
    while scope:
        yield scope
        scope = scope.rpartition(".")[0]
