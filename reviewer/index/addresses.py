"""The texts that addresses are made of: constants of a module, fields of settings, and what is put together of them."""

import ast
from collections.abc import Iterator

from reviewer.index.annotations import Instance, parsed
from reviewer.index.constants import Constants
from reviewer.index.facts import ClassFacts
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
        self._constants = Constants(lookup, resolver)
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
        given = self._constants.text(path, name)
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


def _joined(parts: Iterator[str | None]) -> str | None:
    known = list(parts)
    return None if None in known else "".join(each for each in known if each is not None)
