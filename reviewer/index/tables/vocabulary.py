"""What the names of a file mean to SQLAlchemy and SQLModel."""

import ast

from reviewer.index.facts import Assignment, Import
from reviewer.index.outline import dotted_name
from reviewer.index.packages import within
from reviewer.index.resolve import External, Resolver

PACKAGES = ("advanced_alchemy", "alembic", "flask_sqlalchemy", "sqlalchemy", "sqlmodel", "typing", "typing_extensions")
# What is called on an index, a constraint or a type and gives the same thing back.
PASSED_ON = frozenset({"ddl_if"})


class Vocabulary:
    """The words of one file; a name that leads nowhere (`db.Column`) is believed."""

    def __init__(self, resolver: Resolver, path: str) -> None:
        self._resolver = resolver
        self.path = path

    def word(self, node: ast.expr, scope: str = "") -> str:
        """The name that SQLAlchemy has for what an expression names or calls; "" for anything else."""
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Call() as inner, attr=attr)) if attr in PASSED_ON:
                return self.word(inner, scope)
            case ast.Call(func=function):
                return self.word(function, scope)
            case ast.Subscript(value=value):
                return self.word(value, scope)
        name = dotted_name(node)
        meaning = self._resolver.resolve(self.path, name, scope) if name else None
        if isinstance(meaning, External):
            return _last(meaning.name) if within(meaning.name, PACKAGES) else ""
        return _last(name) if meaning is None and _may_be_held(name) else ""

    def full(self, node: ast.expr, scope: str = "") -> str:
        """The full name of something of another distribution; what leads nowhere as it is written."""
        name = dotted_name(node)
        meaning = self._resolver.resolve(self.path, name, scope) if name else None
        return meaning.name if isinstance(meaning, External) else name if meaning is None else ""

    def assigned(self, name: str) -> tuple[str, str] | None:
        """The file and the name of the variable that a name of this file leads to, whatever that stands for."""
        return self._assigned(self.path, name, set())

    def _assigned(self, path: str, name: str, seen: set[tuple[str, str]]) -> tuple[str, str] | None:
        if (path, name) in seen:
            return None
        seen.add((path, name))
        head, _, rest = name.partition(".")
        names = self._resolver.names(path)
        for binding in names.own.get(head, ()):
            if isinstance(binding, Assignment) and not rest:
                return path, head
            if isinstance(binding, Import) and (found := self._imported(path, binding, rest, seen)):
                return found
        starred = (self._imported(path, each, name, seen) for each in names.stars if head not in names.own)
        return next((found for found in starred if found), None)

    def _imported(self, path: str, imported: Import, rest: str, seen: set[tuple[str, str]]) -> tuple[str, str] | None:
        """Where an import leads, through a module (`types.owner`) or as the name itself."""
        whole = imported.attribute in (None, "*")
        module, name = self._resolver.file(path, imported), rest if whole else imported.attribute or ""
        if module and name and (whole or not rest):
            return self._assigned(module, name, seen)
        below = self._resolver.submodule(path, imported) if not whole else None
        return self._assigned(below, rest, seen) if below and rest else None


def _may_be_held(name: str) -> bool:
    """Whether a name that leads nowhere can be SQLAlchemy's, by itself or as an attribute of what holds its names."""
    head, _, rest = name.partition(".")
    return "." not in rest and head not in {"self", "cls"}


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def called(node: ast.expr) -> ast.Call | None:
    """The call that makes something, what is called on it taken off: `Index("ix", "a").ddl_if(…)`."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Call() as inner, attr=attr)) if attr in PASSED_ON:
            return called(inner)
        case ast.Call():
            return node
        case _:
            return None


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """A keyword argument."""
    return next((each.value for each in call.keywords if each.arg == name), None)


def unpacks(call: ast.Call) -> bool:
    """Whether a call gets arguments that its text does not show."""
    return any(each.arg is None for each in call.keywords) or any(isinstance(each, ast.Starred) for each in call.args)


def text_of(node: ast.expr | None) -> str | None:
    """A string that is spelled out."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
