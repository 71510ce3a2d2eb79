"""What annotations promise: the class of the object, through aliases, unions, `Annotated[…]` and factories."""

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Optional

from reviewer.index.facts import Assignment, ClassFacts, Value
from reviewer.index.libraries import CALLABLES, MAKERS, MANAGERS, TRANSPARENT, UNIONS, made_by_maker
from reviewer.index.resolve import Defined, External, Meaning, Resolver
from reviewer.index.sessions import last

CLASS_TYPES = frozenset({"type", "typing.Type"})


@dataclass(frozen=True, slots=True)
class Instance:
    """An object of a class; `gives` is what it makes where it is a factory or a context manager."""

    of: Defined | External
    gives: Optional["Instance"] = None


# What a name means: an object, or a class, a function, a variable or a module.
Thing = Instance | Meaning


class Annotations:
    """Reads the annotations of one repository."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver

    def read(self, path: str, scope: str, text: str) -> Thing:
        """The object that an annotation promises; for `type[Job]` the class itself."""
        tree = parsed(text)
        return self._typed(path, scope, tree) if tree else None

    def _typed(self, path: str, scope: str, tree: ast.expr) -> Thing:
        match tree:
            case ast.Constant(value=str() as text):
                return self.read(path, scope, text)
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                return self._either(path, scope, [left, right])
            case ast.Name() | ast.Attribute():
                return self._type_named(path, scope, ast.unparse(tree))
            case ast.Subscript(value=value, slice=index):
                arguments = index.elts if isinstance(index, ast.Tuple) else [index]
                return self._generic(path, scope, ast.unparse(value), arguments)
            case _:
                return None

    def _either(self, path: str, scope: str, options: Iterable[ast.expr]) -> Thing:
        kept = [each for each in options if not (isinstance(each, ast.Constant) and each.value is None)]
        return agreed([self._typed(path, scope, each) for each in kept])

    def _type_named(self, path: str, scope: str, name: str) -> Thing:
        match self._resolver.resolve(path, name, scope):
            case Defined(facts=ClassFacts()) as owner:
                return Instance(owner)
            case External(name=full) as foreign:
                made = Instance(External(made_by_maker(full))) if full in MAKERS else None
                return Instance(foreign, made)
            case Defined(path=home, facts=Assignment(value=Value(called=False, text=text))) if text:
                return self.read(home, "", text)
            case Defined(path=home, facts=Assignment(value=Value(name=maker, called=True) as variable)):
                bound = variable.keyword("bound") if last(maker) == "TypeVar" else None
                return self.read(home, "", bound) if bound else None
            case _:
                return None

    def _generic(self, path: str, scope: str, name: str, arguments: list[ast.expr]) -> Thing:
        full = self._resolver.external(path, name, scope) or self._resolver.literal(path, name)
        kind = last(full)
        if kind in TRANSPARENT:
            return self._typed(path, scope, arguments[0])
        if kind in UNIONS:
            return self._either(path, scope, arguments)
        if full in CLASS_TYPES:
            made = self._typed(path, scope, arguments[0])
            return made.of if isinstance(made, Instance) else None
        if kind in CALLABLES or kind in MANAGERS or full in MAKERS:
            given = self._typed(path, scope, arguments[-1] if kind in CALLABLES else arguments[0])
            return Instance(External(full), given if isinstance(given, Instance) else None)
        return self._type_named(path, scope, name)


def agreed(things: list[Thing]) -> Thing:
    """The one answer that all give."""
    return things[0] if things and all(each == things[0] for each in things) else None


@lru_cache(maxsize=4096)
def parsed(text: str) -> ast.expr | None:
    """The tree of an expression, None for what is none."""
    try:
        return ast.parse(text.strip(), mode="eval").body if text else None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
