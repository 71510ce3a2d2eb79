"""Where FastAPI takes a parameter from that nothing but its type tells of: a plain one is asked of the query."""

import ast
import builtins
from collections.abc import Iterable

from reviewer.index.annotations import parsed
from reviewer.index.answers import Kind, ParameterKind
from reviewer.index.constants import Constants
from reviewer.index.facts import Assignment, ClassFacts, Value
from reviewer.index.instances import Instances
from reviewer.index.lookup import Lookup
from reviewer.index.resolve import Defined, External, Resolver
from reviewer.index.sessions import last

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
DEEPEST = 12


class ParameterTypes:
    """Reads the types of one repository."""

    def __init__(self, lookup: Lookup, resolver: Resolver, instances: Instances) -> None:
        self._lookup = lookup
        self._resolver = resolver
        self._instances = instances
        self._constants = Constants(lookup, resolver)

    def kind(self, path: str, scope: str, tree: ast.expr) -> ParameterKind:
        """Where a value of this type comes from; unknown for a type that leads nowhere."""
        return self._typed(path, scope, tree, 0)

    def full_name(self, path: str, scope: str, tree: ast.expr) -> str:
        """The name of a type with the aliases of its file undone."""
        spelled = ast.unparse(tree)
        return self._resolver.external(path, spelled, scope) or self._resolver.literal(path, spelled)

    def alias(self, path: str, scope: str, name: str) -> tuple[str, ast.expr] | None:
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
            case None if union := self._constants.text(path, name):
                tree = parsed(union[1])
                return (union[0], tree) if isinstance(tree, ast.BinOp) else None
            case _:
                return None

    def _typed(self, path: str, scope: str, tree: ast.expr | None, depth: int) -> ParameterKind:
        match tree if depth < DEEPEST else None:
            case ast.Constant(value=None):
                return ParameterKind.QUERY
            case ast.Constant(value=str() as text):
                return self._typed(path, scope, parsed(text), depth + 1)
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                return self._either(path, scope, (left, right), depth)
            case ast.Name() | ast.Attribute() as named:
                return self._named(path, scope, ast.unparse(named), depth)
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
        kind = last(self.full_name(path, scope, value))
        if kind == "Annotated":
            return self._typed(path, scope, arguments[0], depth + 1)
        if kind in UNIONS:
            return self._either(path, scope, arguments, depth)
        outer = self._named(path, scope, ast.unparse(value), depth)
        is_files = kind in SEQUENCES and self._typed(path, scope, arguments[0], depth + 1) is ParameterKind.FILE
        return ParameterKind.FILE if is_files else outer

    def _named(self, path: str, scope: str, name: str, depth: int) -> ParameterKind:
        match self._resolver.resolve(path, name, scope):
            case External(name=full):
                return _foreign(full)
            case Defined(facts=ClassFacts()) as owner:
                return self._class(owner)
            case Defined(facts=Assignment()) | None:
                alias = self.alias(path, scope, name)
                return self._typed(alias[0], "", alias[1], depth + 1) if alias else _builtin(name)
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
