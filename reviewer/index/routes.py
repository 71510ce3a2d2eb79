"""The routes of FastAPI: what is registered on an application or a router, by decorator or by call."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from reviewer.index.addresses import Addresses
from reviewer.index.annotations import parsed
from reviewer.index.answers import Route
from reviewer.index.facts import ClassFacts, FunctionFacts, Value, Wiring
from reviewer.index.instances import Instances
from reviewer.index.lookup import Lookup
from reviewer.index.resolve import Defined, Resolver
from reviewer.index.route_parameters import RouteParameters, marked_names
from reviewer.index.routers import Router, Routers
from reviewer.index.sessions import last
from reviewer.index.tables.sources import Sources
from reviewer.index.wiring import VERBS, WIRING_WORDS

ADDING = "add_api_route"
SEVERAL = frozenset({"api_route", ADDING})
STATUS = re.compile(r"(?:^|\.)HTTP_(\d{3})_\w+$")
TRUTH = {None: True, "True": True, "False": False}


@dataclass(frozen=True, slots=True)
class Registration:
    """A call that registers a handler: where it stands, its arguments, and the handler's file and facts."""

    path: str
    scope: str
    call: Value
    home: str
    handler: FunctionFacts
    is_bound: bool


class Routes:
    """The routes of one repository."""

    def __init__(self, lookup: Lookup, resolver: Resolver, instances: Instances, sources: Sources) -> None:
        self._lookup = lookup
        self._resolver = resolver
        self._instances = instances
        self._sources = sources
        self._parameters = RouteParameters(lookup, resolver, instances)
        self._addresses = Addresses(lookup, resolver, instances)
        self._known: dict[str, tuple[Route, ...]] = {}

    def of(self, path: str) -> tuple[Route, ...]:
        """The routes whose handlers are defined in a file, by their lines."""
        if path not in self._known:
            registered = [*self._decorated(path), *self._called.get(path, ())]
            found = [route for each in registered if (route := self._route(each))]
            self._known[path] = tuple(sorted(found, key=lambda route: route.line))
        return self._known[path]

    @cached_property
    def _wired(self) -> list[str]:
        sources = self._sources
        return [path for path in sources.paths if WIRING_WORDS.search(sources.read(path))]

    @cached_property
    def _routers(self) -> Routers:
        return Routers(self._lookup, self._resolver, self._instances, self._addresses, self._wired)

    def _decorated(self, path: str) -> Iterator[Registration]:
        for function in self._lookup.facts(path).definitions:
            if not isinstance(function, FunctionFacts):
                continue
            scope = function.symbol.rpartition(".")[0]
            is_bound = self._is_method(path, function)
            for each in function.decorators:
                if each.called and last(each.name) in VERBS:
                    yield Registration(path, scope, each, path, function, is_bound)

    def _is_method(self, path: str, function: FunctionFacts) -> bool:
        is_static = any(each.name == "staticmethod" for each in function.decorators)
        return not is_static and self._lookup.facts(path).class_(function.symbol.rpartition(".")[0]) is not None

    @cached_property
    def _called(self) -> Mapping[str, list[Registration]]:
        """What calls register, by the file of the handler."""
        found: dict[str, list[Registration]] = {}
        for path in self._wired:
            for wiring in self._lookup.facts(path).wirings:
                registered = self._registered(path, wiring)
                if registered:
                    found.setdefault(registered.home, []).append(registered)
        return found

    def _registered(self, path: str, wiring: Wiring) -> Registration | None:
        call = wiring.first or wiring.call
        name = wiring.given.name if wiring.given and not wiring.given.called else ""
        if not name or (wiring.first is None and last(call.name) != ADDING):
            return None
        match self._resolver.resolve(path, name, wiring.scope) or self._instances.evaluate(path, wiring.scope, name):
            case Defined(path=home, facts=FunctionFacts() as handler):
                is_bound = "." in name and self._is_method(home, handler) and not self._is_class(path, wiring, name)
                return Registration(path, wiring.scope, call, home, handler, is_bound)
            case _:
                return None

    def _is_class(self, path: str, wiring: Wiring, name: str) -> bool:
        holder = self._resolver.resolve(path, name.rpartition(".")[0], wiring.scope)
        return isinstance(holder, Defined) and isinstance(holder.facts, ClassFacts)

    def _route(self, found: Registration) -> Route | None:
        receiver, _, verb = found.call.name.rpartition(".")
        router = self._routers.router(found.path, found.scope, receiver) if receiver else None
        if router is None:
            return None
        call, url = found.call, self._url(found, router)
        spelled = url if url is not None else self._spelled(found, router)
        model, shown = call.keyword("response_model"), self._shown(call, router)
        return Route(
            line=found.handler.line,
            symbol=found.handler.symbol,
            methods=_methods(call, verb),
            url=url,
            status=self._status(found),
            status_given=call.keyword("status_code") is not None,
            response_model=model,
            declares_response=model is not None,
            response_class=self._qualified(found, call.keyword("response_class")),
            returns=found.handler.returns,
            include_in_schema=shown,
            given=frozenset(name for name, _ in call.keywords),
            dependencies=tuple(self._dependencies(found)),
            parameters=self._parameters.of(
                found.home, found.handler, spelled, is_whole=url is not None, is_bound=found.is_bound
            ),
        )

    def _url(self, found: Registration, router: Router) -> str | None:
        text = _address(found.call)
        own = self._addresses.read(found.path, found.scope, text) if text else None
        front = self._routers.address(router)
        return None if own is None or front is None else f"{front}{own}"

    def _spelled(self, found: Registration, router: Router) -> str:
        """As much of the address as is known."""
        own = self._addresses.known_parts(found.path, found.scope, _address(found.call) or "")
        return f"{self._routers.prefix(router) or ''}{own}"

    def _shown(self, call: Value, router: Router) -> bool | None:
        given = call.keyword("include_in_schema")
        said = (TRUTH.get(given), self._routers.shown(router))
        return False if False in said else None if None in said else True

    def _status(self, found: Registration) -> int | None:
        text = found.call.keyword("status_code")
        if text is None:
            return None
        if text.isdigit():
            return int(text)
        full = self._lookup.qualified(found.path, text.removesuffix(".value"))
        spelled = STATUS.search(full)
        if spelled:
            return int(spelled[1])
        is_status = full.startswith("http.HTTPStatus.")
        from http import HTTPStatus

        return next((each.value for each in HTTPStatus if is_status and each.name == last(full)), None)

    def _qualified(self, found: Registration, name: str | None) -> str | None:
        return None if name is None else self._lookup.qualified(found.path, name)

    def _dependencies(self, found: Registration) -> Iterator[str]:
        match parsed(found.call.keyword("dependencies") or ""):
            case ast.List(elts=given) | ast.Tuple(elts=given):
                yield from (self._lookup.qualified(found.path, name) for name in marked_names(given))
            case _:
                return


def _address(call: Value) -> str | None:
    return call.positional[0] if call.positional else call.keyword("path")


def _methods(call: Value, verb: str) -> tuple[str, ...]:
    if verb not in SEVERAL:
        return (verb.upper(),)
    given = call.keyword("methods")
    match parsed(given or "") if given is not None else None:
        case ast.List(elts=listed) | ast.Tuple(elts=listed) | ast.Set(elts=listed):
            names = [each.value for each in listed if isinstance(each, ast.Constant) and isinstance(each.value, str)]
            return tuple(sorted({name.upper() for name in names})) if len(names) == len(listed) else ()
        case _:
            return ("GET",) if given is None else ()
