"""The variables of modules that addresses and types are put together of, found through imports."""

from reviewer.index.facts import Import
from reviewer.index.lookup import Lookup
from reviewer.index.resolve import Resolver

# Names lead to names; a chain of so many leads nowhere.
DEEPEST = 8


class Constants:
    """The constants of one repository."""

    def __init__(self, lookup: Lookup, resolver: Resolver) -> None:
        self._lookup = lookup
        self._resolver = resolver

    def text(self, path: str, name: str, depth: int = 0) -> tuple[str, str] | None:
        """The file in which a variable has its value, and the text of that; None where it has several."""
        own = list({text for constant, text in self._lookup.facts(path).constants if constant == name})
        if own or depth > DEEPEST:
            return (path, own[0]) if len(own) == 1 else None
        head, _, rest = name.partition(".")
        for imported in self._imports(path, head):
            home, inner = self._home(path, imported, rest)
            found = self.text(home, inner, depth + 1) if home and inner else None
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
