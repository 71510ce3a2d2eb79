"""What folder and module names alone say of a file's layer: the source root, layer trees, whole applications."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from fnmatch import translate
from functools import cache, cached_property

from reviewer.config_sections import Layers
from reviewer.index.answers import Layer

OUTER = frozenset({Layer.DOMAIN, Layer.USE_CASES})
# Modules that serve a feature: what lies around them is about repositories (of code, of documents), and is none.
SERVING = frozenset({"api", "controller", "controllers", "endpoints", "router", "routers", "routes", "views"})


def parents(path: str) -> list[str]:
    """The folders that a path lies in, outermost first, the repository's root left out."""
    parts = path.split("/")
    return ["/".join(parts[:depth]) for depth in range(1, len(parts))]


def name_of(path: str) -> str:
    """The last part of a path."""
    return path.rpartition("/")[2]


def stem_of(path: str) -> str:
    """A module's own name."""
    return name_of(path).rpartition(".")[0]


def matches(name: str, patterns: Iterable[str]) -> bool:
    """Whether one of these globs matches a name, letter by letter."""
    return _pattern(tuple(patterns)).match(name) is not None


@cache
def _pattern(globs: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(translate, globs)) or r"(?!)")


class LayerNames:
    """The configured names: those that end in `.py` are of files, the others of folders and modules."""

    def __init__(self, layers: Layers) -> None:
        self._layers = layers
        self._names = {
            Layer.DOMAIN: layers.domain,
            Layer.USE_CASES: layers.use_cases,
            Layer.REPOSITORIES: layers.repositories,
            Layer.INFRASTRUCTURE: layers.infrastructure,
            Layer.API: layers.api,
            Layer.UNIT_OF_WORK: layers.unit_of_work,
            Layer.SETTINGS: layers.settings,
        }
        self._in_tree = {Layer.DOMAIN: layers.domain_in_tree, Layer.USE_CASES: layers.use_cases_in_tree}
        self.settings_folders = frozenset(
            name.removesuffix(".py") for name in layers.settings if name.endswith(".py") and "*" not in name
        )

    def of_folder(self, name: str, *, in_tree: bool) -> Layer | None:
        """The layer that a folder's or a module's own name stands for."""
        found = (layer for layer, names in self._names.items() if matches(name, names))
        ordinary = (layer for layer, names in self._in_tree.items() if in_tree and matches(name, names))
        return next(found, None) or next(ordinary, None)

    def of_file(self, name: str) -> Layer | None:
        """The layer whose role a file's name states in any folder."""
        roles = (Layer.UNIT_OF_WORK, Layer.REPOSITORIES, Layer.SETTINGS, *self._names)
        return next((layer for layer in roles if matches(name, self._files_of(layer))), None)

    def _files_of(self, layer: Layer) -> list[str]:
        return [name for name in self._names[layer] if name.endswith(".py")]

    def absorbs(self, name: str) -> bool:
        """Whether everything under a folder of this name is domain."""
        return matches(name, self._layers.domain)

    def grows_tree(self, name: str) -> bool:
        """Whether a folder of this name makes a layer tree of what is beside and below it."""
        layers = self._layers
        return matches(name, (*layers.domain, *layers.use_cases, *layers.infrastructure))

    def set_apart(self, path: str) -> tuple[Layer, str] | None:
        """Tests or migrations, and the part of the path that says so, however deep it lies."""
        parts = [*path.split("/"), stem_of(path)]
        for layer, names in ((Layer.TESTS, self._layers.tests), (Layer.MIGRATIONS, self._layers.migrations)):
            part = next((part for part in parts if matches(part, names)), None)
            if part is not None:
                return layer, part
        return None


class Folders:
    """The folders of a project and the layers that their names stand for.

    `paths` are the files that are neither tests nor migrations; `holds_ports` says of a folder of repositories
    whether none of its files reaches a database.
    """

    def __init__(
        self,
        paths: Iterable[str],
        names: LayerNames,
        *,
        source_roots: tuple[str, ...] = (),
        holds_ports: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._paths = frozenset(paths)
        self._names = names
        self._source_roots = frozenset(root.removeprefix("./").strip("/").removesuffix(".") for root in source_roots)
        self._holds_ports = holds_ports

    def source_root(self, path: str) -> str:
        """The folder below which names count: configured, else `src`, else above the outermost package."""
        above = parents(path)
        configured = [folder for folder in ("", *above) if folder in self._source_roots]
        sources = [folder for folder in above if name_of(folder) == "src"]
        if configured or sources:
            return (configured or sources)[-1]
        package = next((folder for folder in above if f"{folder}/__init__.py" in self._paths), "")
        return package.rpartition("/")[0]

    def below_root(self, path: str) -> list[str]:
        """The folders of a path whose names count, outermost first."""
        root = self.source_root(path)
        return [folder for folder in parents(path) if len(folder) > len(root)]

    def layer(self, folder: str) -> Layer | None:
        """The layer that a folder stands for, None too for one that holds a whole application."""
        return self.layers.get(folder)

    def in_layer_tree(self, path: str) -> bool:
        """Whether a folder beside or above this file or folder bears a name of domain, use cases or infrastructure."""
        beside = self._children[path.rpartition("/")[0]] - {path}
        return any(self._names.grows_tree(name_of(folder)) for folder in (*self.below_root(path), *beside))

    @cached_property
    def whole_applications(self) -> frozenset[str]:
        """The folders with a layer's name that hold folders of two or more other layers."""
        named = (folder for folder in self._all if self._named(folder))
        return frozenset(folder for folder in named if folder not in self.layers)

    @cached_property
    def _all(self) -> frozenset[str]:
        return frozenset(folder for path in self._paths for folder in parents(path))

    @cached_property
    def _children(self) -> defaultdict[str, set[str]]:
        children: defaultdict[str, set[str]] = defaultdict(set)
        for folder in self._all:
            children[folder.rpartition("/")[0]].add(folder)
        return children

    @cached_property
    def layers(self) -> dict[str, Layer]:
        """The folders that stand for a layer."""
        below: defaultdict[str, set[Layer]] = defaultdict(set)
        found: dict[str, Layer] = {}
        for folder in sorted(self._all, key=lambda folder: (-folder.count("/"), folder)):
            layer = self._named(folder)
            if layer is None or len(below[folder] - {layer}) > 1 or self._is_feature(folder, layer):
                continue
            found[folder] = layer
            for outer in self._told(folder, layer):
                below[outer].add(layer)
        return found

    def _named(self, folder: str) -> Layer | None:
        return self._names.of_folder(name_of(folder), in_tree=self.in_layer_tree(folder))

    def _is_feature(self, folder: str, layer: Layer) -> bool:
        """Whether a folder with a repository's name has routes in it, and so is a feature that is called so."""
        return layer is Layer.REPOSITORIES and any(f"{folder}/{stem}.py" in self._paths for stem in SERVING)

    def _told(self, folder: str, layer: Layer) -> Iterator[str]:
        """The folders above that `folder` is part of another layer for; ports belong to the layer around them."""
        ports = layer is Layer.REPOSITORIES and self._holds_ports(folder)
        for outer in parents(folder):
            if not (ports and self._named(outer) in OUTER):
                yield outer
