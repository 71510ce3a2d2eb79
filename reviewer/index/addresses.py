"""The texts that addresses are made of: constants of a module, fields of settings, and what is put together of them."""

import ast
from collections.abc import Iterator

from reviewer.index.annotations import Instance, parsed
from reviewer.index.facts import ClassFacts, Import
from reviewer.index.instances import Instances
from reviewer.index.lookup import Lookup
from reviewer.index.resolve import Defined, Resolver
from reviewer.index.roles import lineage

# Names lead to names; a chain of so many leads nowhere.
DEEPEST = 8


class Addresses:
    """Reads the texts of one repository."""

    def __init__(self, lookup: Lookup, resolver: Resolver, instances: Instances) -> None:
        self._lookup = lookup
        self._resolver = resolver
        self._instances = instances

    def read(self, path: str, scope: str, text: str, depth: int = 0) -> str | None:
        """What an expression says, None where that is not known before the program runs."""
        tree = parsed(text) if depth < DEEPEST else None
        return self._of(path, scope, tree, depth) if tree else None

    def known_parts(self, path: str, scope: str, text: str) -> str:
        """What is known of what an expression says, with nothing in the place of what is not."""
        match parsed(text):
            case ast.JoinedStr(values=values):
                parts: list[ast.expr] = values
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return "".join(self.known_parts(path, scope, ast.unparse(each)) for each in (left, right))
            case tree:
                parts = [tree] if tree else []
        return "".join(self._of(path, scope, each, 0) or "" for each in parts)

    def _of(self, path: str, scope: str, tree: ast.expr, depth: int) -> str | None:
        match tree:
            case ast.Constant(value=str() as text):
                return text
            case ast.JoinedStr(values=values):
                return _joined(self._of(path, scope, each, depth) for each in values)
            case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
                return self._of(path, scope, value, depth)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return _joined(self._of(path, scope, each, depth) for each in (left, right))
            case ast.Name() | ast.Attribute():
                return self._named(path, scope, ast.unparse(tree), depth + 1)
            case _:
                return None

    def _named(self, path: str, scope: str, name: str, depth: int) -> str | None:
        given = self._given(path, name)
        if given:
            return self.read(given[0], "", given[1], depth)
        outer, _, attribute = name.rpartition(".")
        thing = self._instances.evaluate(path, scope, outer) if outer else None
        owner = thing.of if isinstance(thing, Instance) else thing
        if not isinstance(owner, Defined) or not isinstance(owner.facts, ClassFacts):
            return None
        for home, current in lineage(self._lookup, owner.path, owner.facts):
            declared = current.attribute(attribute)
            if declared:
                return self.read(home, current.symbol, declared.value.text, depth) if declared.value else None
        return None

    def _given(self, path: str, name: str, depth: int = 0) -> tuple[str, str] | None:
        """The file in which a module's variable has a text, and the text, through imports."""
        own = list({text for prefix, text in self._lookup.facts(path).prefixes if prefix == name})
        if own or depth > DEEPEST:
            return (path, own[0]) if len(own) == 1 else None
        head, _, rest = name.partition(".")
        for imported in self._imports(path, head):
            home, inner = self._home(path, imported, rest)
            found = self._given(home, inner, depth + 1) if home and inner else None
            if found:
                return found
        return None

    def _imports(self, path: str, head: str) -> list[Import]:
        names = self._resolver.names(path)
        return [each for each in names.own.get(head, names.local.get(head, ())) if isinstance(each, Import)]

    def _home(self, path: str, imported: Import, rest: str) -> tuple[str | None, str]:
        if imported.attribute is None:
            return self._resolver.file(path, imported) if imported.alias else None, rest
        module = self._resolver.submodule(path, imported)
        return (module, rest) if module else (self._resolver.file(path, imported), imported.attribute)


def _joined(parts: Iterator[str | None]) -> str | None:
    known = list(parts)
    return None if None in known else "".join(each for each in known if each is not None)
