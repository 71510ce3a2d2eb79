"""Where FastAPI takes the parameters of a route from, told as FastAPI tells it (`analyze_param`)."""

import ast
import builtins
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reviewer.index.annotations import parsed
from reviewer.index.answers import ParameterKind, RouteParameter
from reviewer.index.facts import Assignment, ClassFacts, FunctionFacts, Parameter, Value
from reviewer.index.instances import Instances
from reviewer.index.lookup import Lookup
from reviewer.index.parameter_types import ParameterTypes
from reviewer.index.resolve import Defined, External, Resolver
from reviewer.index.sessions import last

IN_PATH = re.compile(r"\{([^}:]*)(?::[^}]*)?\}")
MARKERS = {
    "Depends": ParameterKind.DEPENDENCY,
    "Security": ParameterKind.DEPENDENCY,
    "Path": ParameterKind.PATH,
    "Query": ParameterKind.QUERY,
    "Header": ParameterKind.HEADER,
    "Cookie": ParameterKind.COOKIE,
    "Form": ParameterKind.FORM,
    "File": ParameterKind.FILE,
    "Body": ParameterKind.BODY,
}
DISHKA = "FromDishka"
# What stands in `Annotated[…]` for others than FastAPI.
SAYING_NOTHING = ("annotated_types.", "pydantic.", "pydantic_core.", "typing.", "typing_extensions.")
DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Address:
    """As much of a route's address as is known, and whether that is all of it."""

    text: str
    is_whole: bool

    @property
    def names(self) -> list[str]:
        """The parameters that stand in it."""
        return IN_PATH.findall(self.text)


class RouteParameters:
    """Answers for one repository."""

    def __init__(self, lookup: Lookup, resolver: Resolver, instances: Instances) -> None:
        self._lookup = lookup
        self._resolver = resolver
        self._types = ParameterTypes(lookup, resolver, instances)

    def of(self, path: str, function: FunctionFacts, address: Address, *, is_bound: bool) -> tuple[RouteParameter, ...]:
        """The parameters of a handler; the first one of a method that is called on an object is none of them."""
        found = function.parameters[1:] if is_bound else function.parameters
        return tuple(
            RouteParameter(each.name, self._kind(path, function, each, address), each.annotation) for each in found
        )

    def _kind(self, path: str, function: FunctionFacts, given: Parameter, address: Address) -> ParameterKind:
        if given.starred:
            return ParameterKind.UNKNOWN
        tree = parsed(given.annotation) if given.annotation else None
        marked = self._default(path, function.symbol, given) or (tree and self._marker(path, function.symbol, tree, 0))
        if marked:
            return marked
        if given.name in address.names:
            return ParameterKind.PATH
        if tree is None and given.annotation:
            return ParameterKind.UNKNOWN
        kind = self._types.kind(path, function.symbol, tree) if tree else ParameterKind.QUERY
        # What has no default may stand in the part of the address that is not known.
        is_open = not address.is_whole and given.default is None and kind is ParameterKind.QUERY
        return ParameterKind.UNKNOWN if is_open else kind

    def _default(self, path: str, scope: str, given: Parameter) -> ParameterKind | None:
        """What a default makes of a parameter: `= Query(1)`; None for a value."""
        if given.maker:
            return self._made(path, scope, given.maker, 0)
        return self._variable(path, scope, given.default) if given.default else None

    def _made(self, path: str, scope: str, maker: str, depth: int) -> ParameterKind | None:
        """What a call makes of the parameter: one of a class is a value, one that leads nowhere may be anything."""
        if depth > DEEPEST:
            return ParameterKind.UNKNOWN
        match self._resolver.resolve(path, maker, scope):
            case External(name=full) if full.startswith("fastapi.") and last(full) in MARKERS:
                return MARKERS[last(full)]
            case Defined(path=home, facts=FunctionFacts(symbol=symbol)):
                body = self._lookup.bodies(home).get(symbol)
                kinds = {self._made(home, symbol, each.name, depth + 1) for each in (body.returned if body else ())}
                return kinds.pop() if len(kinds) == 1 else ParameterKind.UNKNOWN
            case Defined(facts=ClassFacts()):
                return None
            case None if hasattr(builtins, maker):
                return None
            case _:
                return ParameterKind.UNKNOWN

    def _marker(self, path: str, scope: str, tree: ast.expr, depth: int) -> ParameterKind | None:
        """What the last marker in `Annotated[…]` makes of a parameter, through aliases."""
        if depth > DEEPEST:
            return None
        match tree:
            case ast.Constant(value=str() as text):
                inner = parsed(text)
                return self._marker(path, scope, inner, depth + 1) if inner else None
            case ast.Name() | ast.Attribute():
                alias = self._types.alias(path, scope, ast.unparse(tree))
                return self._marker(alias[0], "", alias[1], depth + 1) if alias else None
            case ast.Subscript(value=value, slice=ast.Tuple(elts=[inner, *markers])) if (
                last(self._types.full_name(path, scope, value)) == "Annotated"
            ):
                found = [kind for each in markers if (kind := self._marked(path, scope, each))]
                known = [kind for kind in found if kind is not ParameterKind.UNKNOWN]
                return (known or found or [self._marker(path, scope, inner, depth + 1)])[-1]
            case ast.Subscript(value=value) if last(ast.unparse(value)) == DISHKA:
                return ParameterKind.DEPENDENCY
            case _:
                return None

    def _marked(self, path: str, scope: str, marker: ast.expr) -> ParameterKind | None:
        match marker:
            case ast.Call(func=ast.Name() | ast.Attribute() as maker):
                known = self._resolver.external(path, ast.unparse(maker), scope) or ""
                return None if known.startswith(SAYING_NOTHING) else self._made(path, scope, ast.unparse(maker), 0)
            case ast.Name() | ast.Attribute():
                return self._variable(path, scope, ast.unparse(marker))
            case _:
                return None

    def _variable(self, path: str, scope: str, name: str) -> ParameterKind | None:
        """What a marker makes of a parameter that a variable of a module holds."""
        match self._resolver.resolve(path, name, scope):
            case Defined(path=home, facts=Assignment(value=Value(name=made, called=True))):
                return self._made(home, "", made, 1)
            case External(name=full) if not _is_constant(full) and not full.startswith(SAYING_NOTHING):
                return ParameterKind.UNKNOWN
            case _:
                return None


def marked_names(trees: Iterable[ast.expr]) -> Iterator[str]:
    """What `Depends` and `Security` are given in a list of dependencies."""
    for tree in trees:
        match tree:
            case ast.Call(args=[ast.Name() | ast.Attribute() as given, *_]):
                yield ast.unparse(given)
            case ast.Call(args=[ast.Call(func=ast.Name() | ast.Attribute() as given), *_]):
                yield ast.unparse(given)
            case _:
                pass


def _is_constant(full: str) -> bool:
    return last(full).isupper()
