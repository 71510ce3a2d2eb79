"""Where FastAPI takes the parameters of a route from, told as FastAPI tells it (`analyze_param`)."""

import ast
import builtins
import re
from collections.abc import Iterable, Iterator

from reviewer.index.annotations import parsed
from reviewer.index.answers import Kind, ParameterKind, RouteParameter
from reviewer.index.facts import Assignment, ClassFacts, FunctionFacts, Parameter, Value
from reviewer.index.instances import Instances
from reviewer.index.lookup import Lookup
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
WEB = ("fastapi.", "starlette.")
REQUESTS = frozenset({"Request", "WebSocket", "HTTPConnection", "BackgroundTasks", "SecurityScopes"})
UPLOAD = "UploadFile"
SEQUENCES = frozenset(
    {"list", "tuple", "set", "frozenset", "List", "Tuple", "Set", "FrozenSet", "Sequence", "MutableSequence"}
    | {"deque", "Deque", "AbstractSet", "MutableSet"}
)
MAPPINGS = frozenset(
    {"dict", "Dict", "Mapping", "MutableMapping", "OrderedDict", "DefaultDict", "defaultdict", "Counter"}
)
COLLECTIONS = ("typing.", "typing_extensions.", "collections.")
UNIONS = frozenset({"Optional", "Union"})
SCALAR_MODULES = ("datetime.", "uuid.", "decimal.", "enum.", "ipaddress.", "pathlib.", "annotated_types.", "fractions.")
SCALAR_TYPES = frozenset({"Any", "Literal", "LiteralString", "AnyStr", "Text", "Hashable", "Pattern"})
SCALARS = frozenset({"str", "int", "float", "bool", "bytes", "complex", "object", "None"})
MODELS = frozenset({"BaseModel", "RootModel", "GenericModel", "SQLModel", "BaseSettings"})
COMPLEX = (ParameterKind.FILE, ParameterKind.BODY)
DISHKA = "FromDishka"
DEEPEST = 12


class RouteParameters:
    """Answers for one repository."""

    def __init__(self, lookup: Lookup, resolver: Resolver, instances: Instances) -> None:
        self._lookup = lookup
        self._resolver = resolver
        self._instances = instances

    def of(
        self, path: str, function: FunctionFacts, url: str, *, is_whole: bool, is_bound: bool
    ) -> tuple[RouteParameter, ...]:
        """The parameters of a handler; the first one of a method that is called on an object is none of them.

        `url` is the part of the address that is known, all of it where it `is_whole`.
        """
        names = frozenset(IN_PATH.findall(url))
        found = function.parameters[1:] if is_bound else function.parameters
        return tuple(
            RouteParameter(each.name, self._kind(path, function, each, names, is_whole), each.annotation)
            for each in found
        )

    def _kind(
        self, path: str, function: FunctionFacts, given: Parameter, names: frozenset[str], is_whole: bool
    ) -> ParameterKind:
        if given.starred:
            return ParameterKind.UNKNOWN
        tree = parsed(given.annotation) if given.annotation else None
        marked = self._default(path, function.symbol, given) or (tree and self._marker(path, function.symbol, tree, 0))
        if marked:
            return marked
        if given.name in names:
            return ParameterKind.PATH
        if tree is None and given.annotation:
            return ParameterKind.UNKNOWN
        kind = self._typed(path, function.symbol, tree, 0) if tree else ParameterKind.QUERY
        # What has no default may stand in the part of the address that is not known.
        is_open = not is_whole and given.default is None and kind is ParameterKind.QUERY
        return ParameterKind.UNKNOWN if is_open else kind

    def _default(self, path: str, scope: str, given: Parameter) -> ParameterKind | None:
        """What a default makes of a parameter: `= Query(1)`; None for a value."""
        if given.maker:
            return self._made(path, scope, given.maker, 0)
        found = self._resolver.resolve(path, given.default, scope) if given.default else None
        match found:
            case Defined(path=home, facts=Assignment(value=Value(name=made, called=True))):
                return self._made(home, "", made, 1)
            case External(name=full) if not _is_constant(full):
                return ParameterKind.UNKNOWN
            case _:
                return None

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
                alias = self._alias(path, scope, ast.unparse(tree))
                return self._marker(alias[0], "", alias[1], depth + 1) if alias else None
            case ast.Subscript(value=value, slice=ast.Tuple(elts=[inner, *markers])) if self._is(
                path, scope, value, "Annotated"
            ):
                found = [kind for each in markers if (kind := self._marked(path, scope, each))]
                return found[-1] if found else self._marker(path, scope, inner, depth + 1)
            case ast.Subscript(value=value) if last(ast.unparse(value)) == DISHKA:
                return ParameterKind.DEPENDENCY
            case _:
                return None

    def _marked(self, path: str, scope: str, marker: ast.expr) -> ParameterKind | None:
        match marker:
            case ast.Call(func=ast.Name() | ast.Attribute() as maker):
                known = self._resolver.external(path, ast.unparse(maker), scope)
                foreign = known is not None and not known.startswith("fastapi.")
                return None if foreign else self._made(path, scope, ast.unparse(maker), 0)
            case ast.Name() | ast.Attribute():
                found = self._resolver.resolve(path, ast.unparse(marker), scope)
                value = (
                    found.facts.value if isinstance(found, Defined) and isinstance(found.facts, Assignment) else None
                )
                return self._made(found.path, "", value.name, 1) if isinstance(found, Defined) and value else None
            case _:
                return None

    def _alias(self, path: str, scope: str, name: str) -> tuple[str, ast.expr] | None:
        """What a name is another name for."""
        match self._resolver.resolve(path, name, scope):
            case Defined(path=home, facts=Assignment(value=Value(called=False) as value)) if value.name:
                text = f"{value.name}[{', '.join(value.subscript)}]" if value.subscript else value.text
                tree = parsed(text)
                return (home, tree) if tree and ast.unparse(tree) != name else None
            case Defined(path=home, facts=Assignment(value=Value(name=maker, called=True, positional=given))) if (
                last(maker) == "NewType" and len(given) > 1
            ):
                tree = parsed(given[1])
                return (home, tree) if tree else None
            case _:
                return None

    def _is(self, path: str, scope: str, tree: ast.expr, name: str) -> bool:
        spelled = ast.unparse(tree)
        return last(self._resolver.external(path, spelled, scope) or self._resolver.literal(path, spelled)) == name

    def _typed(self, path: str, scope: str, tree: ast.expr, depth: int) -> ParameterKind:
        """Where a value of a type comes from that nothing else is said of."""
        if depth > DEEPEST:
            return ParameterKind.UNKNOWN
        match tree:
            case ast.Constant(value=None):
                return ParameterKind.QUERY
            case ast.Constant(value=str() as text):
                inner = parsed(text)
                return self._typed(path, scope, inner, depth + 1) if inner else ParameterKind.UNKNOWN
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                return self._either(path, scope, (left, right), depth)
            case ast.Name() | ast.Attribute():
                return self._named(path, scope, ast.unparse(tree), depth)
            case ast.Subscript(value=value, slice=index):
                arguments = index.elts if isinstance(index, ast.Tuple) else [index]
                return self._generic(path, scope, value, arguments, depth)
            case _:
                return ParameterKind.UNKNOWN

    def _either(self, path: str, scope: str, options: Iterable[ast.expr], depth: int) -> ParameterKind:
        kinds = {self._typed(path, scope, each, depth + 1) for each in options}
        order = (ParameterKind.REQUEST, *COMPLEX, ParameterKind.UNKNOWN)
        return next((kind for kind in order if kind in kinds), ParameterKind.QUERY)

    def _generic(self, path: str, scope: str, value: ast.expr, arguments: list[ast.expr], depth: int) -> ParameterKind:
        spelled = ast.unparse(value)
        kind = last(self._resolver.external(path, spelled, scope) or self._resolver.literal(path, spelled))
        if kind == "Annotated":
            return self._typed(path, scope, arguments[0], depth + 1)
        if kind in UNIONS:
            return self._either(path, scope, arguments, depth)
        outer = self._named(path, scope, spelled, depth)
        is_files = kind in SEQUENCES and self._typed(path, scope, arguments[0], depth + 1) is ParameterKind.FILE
        return ParameterKind.FILE if is_files else outer

    def _named(self, path: str, scope: str, name: str, depth: int) -> ParameterKind:
        match self._resolver.resolve(path, name, scope):
            case External(name=full):
                return _foreign(full)
            case Defined(facts=ClassFacts()) as owner:
                return self._class(owner)
            case Defined(facts=Assignment()):
                alias = self._alias(path, scope, name)
                return self._typed(alias[0], "", alias[1], depth + 1) if alias else ParameterKind.UNKNOWN
            case None:
                return _builtin(name)
            case _:
                return ParameterKind.UNKNOWN

    def _class(self, owner: Defined) -> ParameterKind:
        """A class of the project by its bases, and by what it is made as."""
        foreign = [_foreign(each) for each in self._instances.foreign_classes(owner)]
        known = [kind for kind in (ParameterKind.REQUEST, *COMPLEX) if kind in foreign]
        answer = self._lookup.class_answer(owner.path, owner.symbol)
        if known:
            return known[0]
        match answer.kind if answer else None:
            case Kind.DATACLASS | Kind.PYDANTIC | Kind.NAMED_TUPLE:
                return ParameterKind.BODY
            case Kind.ENUM:
                return ParameterKind.QUERY
            case _:
                return self._plain(owner)

    def _plain(self, owner: Defined) -> ParameterKind:
        """A class that extends a plain type is one; FastAPI takes no other."""
        bases = owner.facts.bases if isinstance(owner.facts, ClassFacts) else ()
        kinds = {_builtin(base.name) for base in bases}
        return next(
            (kind for kind in (ParameterKind.BODY, ParameterKind.QUERY) if kind in kinds), ParameterKind.UNKNOWN
        )


def _builtin(name: str) -> ParameterKind:
    if name in SEQUENCES | MAPPINGS and hasattr(builtins, name):
        return ParameterKind.BODY
    return ParameterKind.QUERY if name in SCALARS else ParameterKind.UNKNOWN


def _foreign(full: str) -> ParameterKind:
    """What a type of another distribution makes of a parameter."""
    name = last(full)
    if full.startswith(WEB):
        return _of_web(name)
    if full.startswith(COLLECTIONS):
        return _of_typing(name)
    if name in MODELS and full.startswith(("pydantic", "sqlmodel")):
        return ParameterKind.BODY
    plain = full.startswith((*SCALAR_MODULES, "pydantic.", "pydantic_extra_types."))
    return ParameterKind.QUERY if plain else ParameterKind.UNKNOWN


def _of_web(name: str) -> ParameterKind:
    if name == UPLOAD:
        return ParameterKind.FILE
    return ParameterKind.REQUEST if name in REQUESTS or name.endswith("Response") else ParameterKind.UNKNOWN


def _of_typing(name: str) -> ParameterKind:
    if name in SEQUENCES | MAPPINGS | {"TypedDict", "NamedTuple"}:
        return ParameterKind.BODY
    return ParameterKind.QUERY if name in SCALAR_TYPES else ParameterKind.UNKNOWN


def _is_constant(full: str) -> bool:
    return last(full).isupper()


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
