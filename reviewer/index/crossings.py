"""The imports of the inner layers' files that lead out of them, each by its way."""

import ast
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

from reviewer.config_sections import Imports
from reviewer.index.answers import Crossing, Layer
from reviewer.index.extract import UNREADABLE, tree_of
from reviewer.index.facts import Import
from reviewer.index.folders import OUTER, matches, name_of
from reviewer.index.lookup import Lookup
from reviewer.index.outline import dotted_name
from reviewer.index.packages import WIRING, PackageKind, imported_kinds, imported_package, known_package, within
from reviewer.index.ports import Ports
from reviewer.index.ways import Step, Ways

# Whoever imports one of these puts an application, or its routes, together.
APPLICATIONS = frozenset({"APIRouter", "FastAPI", "Flask", "Litestar", "Quart", "Sanic", "Starlette"})
# The words of the configuration that are no names of modules: `queue` is not the module of the standard library.
WORDS = frozenset({*Layer, *PackageKind})
# What a file imports that is of a layer.
SIGNS = {Layer.API: {PackageKind.WEB}, Layer.INFRASTRUCTURE: {*PackageKind}}
IMPLEMENTING = frozenset({Layer.INFRASTRUCTURE, Layer.REPOSITORIES})
# What a way leads to, in words: a layer of the project or a kind of package.
IN_WORDS = {"orm": "ORM models", "api": "API"}


class Crossings:
    """Judges the imports of files; `read` gives their bytes, `lies_in` says whether a folder around names a layer."""

    def __init__(  # noqa: PLR0913  # what the index is made of, each by its name
        self,
        lookup: Lookup,
        imports: Imports,
        ways: Ways,
        ports: Ports,
        *,
        read: Callable[[str], bytes],
        lies_in: Callable[[str, Layer], bool],
    ) -> None:
        self._lookup = lookup
        self._imports = imports
        self._ways = ways
        self._ports = ports
        self._read = read
        self._lies_in = lies_in

    def of(self, path: str) -> tuple[Crossing, ...]:
        """The imports of a file that bring what its layer may not know; of several that lead to one, the first."""
        layer = self._lookup.placement(path).layer
        if layer not in OUTER or (self._is_free(path) if layer is Layer.USE_CASES else self._maps_others(path)):
            return ()
        forbidden = self._imports.domain if layer is Layer.DOMAIN else self._imports.use_cases
        uses = _Uses(path, self._read)
        found: dict[str, Crossing] = {}
        for imported in self._lookup.facts(path).imports:
            if imported.type_checking and self._imports.type_checking == "allow":
                continue
            for name, steps in self._leading(path, imported, uses):
                crossing = self._crossing(imported, name, steps, forbidden)
                if crossing:
                    found.setdefault(crossing.module, crossing)
        return tuple(sorted(found.values()))

    def passed(self, path: str, name: str) -> tuple[str, ...]:
        """The layers and the kinds of packages that the way of a name of a file leads through."""
        steps = self._ways.named(path, name)
        return tuple(word for step in steps for word in self._words(step))

    def _words(self, step: Step) -> Iterator[str]:
        """The words of the configuration that mean a step, but for its own name."""
        if step.path:
            yield from self._layers(_file(step.path))
        elif known := known_package(step.module):
            yield known[1]

    def _maps_others(self, path: str) -> bool:
        """Whether a file maps classes of other files to tables, which keeps the tables out of those."""
        homes = [self._lookup.definition(path, name) for name in self._lookup.facts(path).mapped_imperatively]
        return any(homes) and all(home is None or home.path != path for home in homes)

    def _is_free(self, path: str) -> bool:
        """Whether a file of the use cases lies in infrastructure, serves routes or puts the application together."""
        root = matches(name_of(path), self._imports.composition_roots)
        if root or self._lies_in(path, Layer.INFRASTRUCTURE) or self._lookup.serves_routes(path):
            return True
        facts = self._lookup.facts(path)
        made = any(each.attribute in APPLICATIONS and not each.type_checking for each in facts.imports)
        return made or imported_package(facts, WIRING) is not None

    def _leading(self, path: str, imported: Import, uses: "_Uses") -> Iterator[tuple[str, list[Step]]]:
        """What an import brings, by name, with the way to each; a module also brings what is taken out of it."""
        steps = self._ways.imported(path, imported)
        if imported.attribute == "*":
            yield "", steps
            for name in sorted(uses.names):
                yield name, self._ways.starred(path, imported, name)
            return
        yield imported.attribute or "", steps
        module = imported.bound if imported.attribute or imported.alias else imported.module
        if steps and self._ways.is_module(path, module):
            for name in sorted(uses.taken.get(module, ())):
                yield name, list(dict.fromkeys((*steps, *self._ways.taken(path, name))))

    def _crossing(
        self, imported: Import, name: str, steps: Sequence[Step], forbidden: tuple[str, ...]
    ) -> Crossing | None:
        """The crossing that a way is; none where it ends at a port, or leads through a file that is told of itself."""
        if steps and self._is_port(steps[-1].path):
            return None
        way: list[str] = []
        for step in steps:
            module, belongs = self._belonging(step, forbidden)
            way.append(step.path or module)
            if belongs and not within(step.module, self._imports.allowed):
                statement = "." * imported.level + imported.module
                return Crossing(imported.line, statement, name, module, belongs, tuple(way))
            if step.path and self._layer(_file(step.path)) in OUTER:
                return None
        return None

    def _belonging(self, step: Step, forbidden: tuple[str, ...]) -> tuple[str, str]:
        """The name that a step is known by, and what it belongs to, in words, if that is forbidden."""
        word = next((word for word in self._words(step) if word in forbidden), None)
        if word:
            known = None if step.path else known_package(step.module)
            return (known[0], known[1].in_words) if known else (step.module, IN_WORDS.get(word, word))
        named = within(step.module, (word for word in forbidden if word not in WORDS))
        return named or step.module, "named in the configuration" if named else ""

    def _layers(self, path: str) -> Iterator[Layer]:
        """The layers that a file belongs to: a repository in the infrastructure's folder is infrastructure too.

        A module whose own name alone says so (`api.py`, `adapters.py`) is none of a layer that it shows no sign of.
        """
        layer = self._layer(path)
        signs = SIGNS.get(layer) if layer and not self._lies_in(path, layer) else None
        if layer and (signs is None or not signs.isdisjoint(imported_kinds(self._lookup.facts(path)))):
            yield layer
        if layer is Layer.REPOSITORIES and self._lies_in(path, Layer.INFRASTRUCTURE):
            yield Layer.INFRASTRUCTURE

    def _is_port(self, path: str) -> bool:
        """Whether a file is of implementations by its name, and holds ports alone."""
        return bool(path) and self._layer(path) in IMPLEMENTING and self._ports.are_all_of(path)

    def _layer(self, path: str) -> Layer | None:
        return self._lookup.placement(path).layer


class _Uses:
    """The names that a file uses, read only where it has to be known."""

    def __init__(self, path: str, read: Callable[[str], bytes]) -> None:
        self._path = path
        self._read = read

    @cached_property
    def names(self) -> frozenset[str]:
        """The plain names."""
        return frozenset(node.id for node in self._nodes if isinstance(node, ast.Name))

    @cached_property
    def taken(self) -> dict[str, set[str]]:
        """The dotted names by what they are taken out of: `a.b.c` by `a.b` and by `a`."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        attributes = [node for node in self._nodes if isinstance(node, ast.Attribute)]
        inner = {id(node.value) for node in attributes}
        for name in {dotted_name(node) for node in attributes if id(node) not in inner}:
            parts = name.split(".")
            for depth in range(1, len(parts)):
                found[".".join(parts[:depth])].add(name)
        return found

    @cached_property
    def _nodes(self) -> list[ast.AST]:
        try:
            tree = tree_of(self._read(self._path))
        except UNREADABLE:
            return []
        return list(ast.walk(tree)) if tree else []


def _file(path: str) -> str:
    """A file, or the one that a folder without it would be a package by."""
    return path if path.endswith((".py", ".pyi")) else f"{path}/__init__.py"
