"""Which layer a file is in, and why.

What a file holds goes before what it is called, and what is called in the whole path before what is near:

1. tests, then migrations, anywhere in the path;
2. an ORM place: a file that defines a model, even in `domain/` or in a repository's file. A model there is no part of
   the domain, so whoever imports it from the domain is told; a class that is mapped imperatively is no model, and its
   file stays what its name says;
3. ports: a module of a repository name under the domain or the use cases belongs to them unless it imports an ORM;
4. roles, which hold in every folder: unit of work, repository, settings. Under `domain` the first needs an ORM import
   and the last a settings class or a read of the environment: without them they are the domain's own words;
5. `domain`, under which everything is domain; else the deepest folder that names a layer; else the module's own name;
6. a file that no name decides, or that lies in the infrastructure, is a unit of work where a third of its classes and
   functions are and none serves a route: one `get_db` among much else does not set all of it free.
"""

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from itertools import pairwise

from reviewer.config_sections import Layers
from reviewer.index.answers import Layer, Placement, Role
from reviewer.index.facts import ClassFacts
from reviewer.index.folders import OUTER, Folders, LayerNames, name_of, parents, stem_of
from reviewer.index.lookup import Lookup
from reviewer.index.packages import ORM_PACKAGES, imported_package
from reviewer.index.web import serves_routes

REVISIONS = frozenset({"versions", "revisions"})
BARE = frozenset({"Repository", "Repo"})
SETTINGS_ENDINGS = ("Settings", "Config", "Configuration")
# A file is a unit of work when one in so many of its classes and functions is.
LEAST_PART = 3
NOWHERE = Placement(None, "no folder or module name stands for a layer")


class Layout:
    """The layers of a project's files; made once from all its paths."""

    def __init__(
        self, paths: Iterable[str], layers: Layers, lookup: Lookup, *, source_roots: tuple[str, ...] = ()
    ) -> None:
        self._paths = frozenset(paths)
        self._names = LayerNames(layers)
        self._lookup = lookup
        self._source_roots = source_roots

    def place(self, path: str) -> Placement:
        """The layer of a file and the reason."""
        steps = (self._set_apart, self._orm_place, self._port, self._role, self._by_folder, self._by_own_name)
        named = next((found for step in steps if (found := step(path))), NOWHERE)
        return self._unit_of_work(path, named) or named

    def is_test(self, path: str) -> bool:
        """Whether a file lies with the tests."""
        apart = self._names.set_apart(path)
        return apart is not None and apart[0] is Layer.TESTS

    def set_apart(self, path: str) -> Layer | None:
        """The layer of a test or a migration, None for any other file."""
        found = self._set_apart(path)
        return found.layer if found else None

    def lies_in(self, path: str, layer: Layer) -> bool:
        """Whether a folder around a file bears a layer's name, if only another one decides."""
        names = map(name_of, self.folders.below_root(path))
        return any(self._names.of_folder(name, in_tree=False) is layer for name in names)

    def has_repositories(self) -> bool:
        """Whether the project has a repository's folder, module or class outside tests and migrations."""
        own = [path for path in sorted(self._paths) if not self._set_apart(path)]
        parts = {path: self._repository_part(path) for path in own}
        if any(part != path for path, part in parts.items() if part):
            return True
        return any(self._may_keep_entities(path) for path in own if parts[path] or self._repository_class(path))

    def _repository_class(self, path: str) -> bool:
        return any(self._is_repository(path, found) for found in self._lookup.facts(path).classes)

    def _is_repository(self, path: str, found: ClassFacts) -> bool:
        """Whether a class is a repository; one called after nothing is about code, unless it keeps a session."""
        if not self._lookup.repository(path, found.symbol):
            return False
        if any(self._lookup.declarative_root(path, base.name) for base in found.bases):
            return False
        return found.name not in BARE or bool(found.bases or self._lookup.held_sessions(path, found.symbol))

    def _may_keep_entities(self, path: str) -> bool:
        """Whether a file with a repository's name can be one: a repository of source code imports much, but no table.

        A class that imports nothing of the project proves nothing, and counts.
        """
        imports = [found for found in self._lookup.facts(path).imports if not found.type_checking]
        foreign = [found for found in imports if found.top_level not in sys.stdlib_module_names]
        if self.place(path).layer in OUTER or (not foreign and not self._lookup.facts(path).functions):
            return True
        if self._imports(path, ORM_PACKAGES):
            return self._repository_class(path) or not self._lookup.facts(path).classes
        return any(
            self._leads_to_entities(module) for found in foreign for module in self._modules_of(path, found.bound)
        )

    def _leads_to_entities(self, path: str) -> bool:
        facts = self._lookup.facts(path)
        always = tuple(found for found in facts.imports if not found.scope and not found.type_checking)
        imports_orm = imported_package(replace(facts, imports=always), ORM_PACKAGES) is not None
        return imports_orm or self.place(path).layer in {Layer.DOMAIN, Layer.ORM}

    def _modules_of(self, path: str, name: str) -> Iterator[str]:
        """The files of this project that an imported name can mean, or can come from."""
        full = self._lookup.qualified(path, name).replace(".", "/")
        for stem in {full, full.rpartition("/")[0]} - {""}:
            yield from (each for each in self._by_stem.get(name_of(stem), ()) if f"/{_stem(each)}".endswith(f"/{stem}"))

    def source_parts(self, path: str) -> list[str]:
        """The names of the folders below the source root that a file lies in, and the module's own name."""
        return [*(name_of(folder) for folder in self.folders.below_root(path)), stem_of(path)]

    @cached_property
    def folders(self) -> Folders:
        """The project's folders, tests and migrations aside."""
        own = [path for path in self._paths if not self._set_apart(path)]
        return Folders(own, self._names, source_roots=self._source_roots, holds_ports=self._holds_ports)

    @cached_property
    def _environments(self) -> frozenset[str]:
        environments = (path for path in self._paths if name_of(path) == "env.py")
        return frozenset(path.rpartition("/")[0] for path in environments if self._imports(path, ("alembic",)))

    @cached_property
    def _by_stem(self) -> defaultdict[str, list[str]]:
        """The files by the last part of their modules' names."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for path in sorted(self._paths):
            if path.endswith(".py"):
                found[name_of(_stem(path))].append(path)
        return found

    @cached_property
    def _beside(self) -> defaultdict[str, list[str]]:
        beside: defaultdict[str, list[str]] = defaultdict(list)
        for path in sorted(self._paths):
            beside[path.rpartition("/")[0]].append(path)
        return beside

    def _imports(self, path: str, packages: Iterable[str]) -> str | None:
        return imported_package(self._lookup.facts(path), packages)

    def _holds_ports(self, folder: str) -> bool:
        inside = (path for path in self._paths if path.startswith(f"{folder}/"))
        return not any(self._imports(path, ORM_PACKAGES) for path in inside)

    def _set_apart(self, path: str) -> Placement | None:
        apart = self._names.set_apart(path)
        if apart and apart[0] is Layer.TESTS:
            return Placement(Layer.TESTS, f"`{apart[1]}` in its path stands for tests")
        folders = ["", *parents(path)]
        if name_of(path) == "env.py" and folders[-1] in self._environments:
            return Placement(Layer.MIGRATIONS, "it is the environment of Alembic")
        for outer, folder in pairwise(folders):
            if outer in self._environments and name_of(folder) in REVISIONS:
                return Placement(Layer.MIGRATIONS, f"`{folder}` lies beside an environment of Alembic")
        return Placement(Layer.MIGRATIONS, f"`{apart[1]}` in its path stands for migrations") if apart else None

    def _orm_place(self, path: str) -> Placement | None:
        model = self._model_in(path)
        if model:
            return Placement(Layer.ORM, f"it defines the ORM model {model}")
        if name_of(path) != "__init__.py":
            return None
        for other in self._beside[path.rpartition("/")[0]]:
            if self._model_in(other):
                return Placement(Layer.ORM, f"`{other}` of its package defines the ORM model {self._model_in(other)}")
        return None

    def _model_in(self, path: str) -> str | None:
        models = (self._lookup.orm_model(path, found.symbol) for found in self._lookup.facts(path).classes)
        return next((model.definition.symbol for model in models if model and model.definition.path == path), None)

    def _port(self, path: str) -> Placement | None:
        part = self._repository_part(path)
        around = [folder for folder in self.folders.below_root(path) if part and len(folder) < len(part)]
        outer = self._decisive([folder for folder in around if self.folders.layer(folder) is not Layer.REPOSITORIES])
        layer = self.folders.layer(outer) if outer else None
        if layer not in OUTER:
            return None
        package = self._imports(path, ORM_PACKAGES)
        if package:
            return Placement(Layer.REPOSITORIES, f"`{part}` bears a repository's name, and the file imports {package}")
        return Placement(layer, f"`{part}` holds ports of `{outer}`: the file imports no ORM")

    def _repository_part(self, path: str) -> str | None:
        """The file or the deepest folder around it that bears a repository's name."""
        own = self._names.of_file(name_of(path)) or self._names.of_folder(stem_of(path), in_tree=False)
        if own is Layer.REPOSITORIES:
            return path
        folders = reversed(self.folders.below_root(path))
        return next((folder for folder in folders if self.folders.layer(folder) is Layer.REPOSITORIES), None)

    def _decisive(self, folders: list[str]) -> str | None:
        named = [folder for folder in folders if self.folders.layer(folder)]
        return self._domain_of(folders) or (named[-1] if named else None)

    def _domain_of(self, folders: list[str]) -> str | None:
        domains = (folder for folder in folders if self._names.absorbs(name_of(folder)))
        return next((folder for folder in domains if self.folders.layer(folder)), None)

    def _role(self, path: str) -> Placement | None:
        layer = self._names.of_file(name_of(path))
        if layer is None:
            return None
        domain = self._domain_of(self.folders.below_root(path))
        if domain and not self._plays(path, layer):
            return Placement(Layer.DOMAIN, f"everything under `{domain}` is domain")
        return Placement(layer, f"`{name_of(path)}` names the role in every folder: {layer}")

    def _plays(self, path: str, layer: Layer) -> bool:
        """Whether a file in the domain does what its name says, rather than naming a notion of the domain."""
        match layer:
            case Layer.UNIT_OF_WORK:
                return self._imports(path, ORM_PACKAGES) is not None
            case Layer.SETTINGS:
                return self._settings_reason(path) is not None
            case _:
                return True

    def _settings_reason(self, path: str) -> str | None:
        facts = self._lookup.facts(path)
        for found in facts.classes:
            names = (found.name, *(base.name.rpartition(".")[2] for base in found.bases))
            if any(name.endswith(SETTINGS_ENDINGS) for name in names):
                return f"defines the settings class {found.symbol}"
        return "reads the environment" if facts.reads_environment else None

    def _by_folder(self, path: str) -> Placement | None:
        folders = self.folders.below_root(path)
        domain = self._domain_of(folders)
        if domain:
            return Placement(Layer.DOMAIN, f"everything under `{domain}` is domain")
        for folder in reversed(folders):
            layer = self.folders.layer(folder)
            if layer:
                return Placement(layer, f"the folder `{folder}` stands for {layer}")
            reason = self._settings_reason(path) if name_of(folder) in self._names.settings_folders else None
            if reason:
                return Placement(Layer.SETTINGS, f"in `{folder}`, it {reason}")
        return None

    def _by_own_name(self, path: str) -> Placement | None:
        stem = stem_of(path)
        layer = self._names.of_folder(stem, in_tree=self.folders.in_layer_tree(path))
        if layer:
            return Placement(layer, f"the module's own name `{stem}` stands for {layer}, and no folder decides")
        whole = [folder for folder in parents(path) if folder in self.folders.whole_applications]
        if whole:
            return Placement(None, f"`{whole[-1]}` holds a whole application, so its name stands for no layer")
        return None

    def _unit_of_work(self, path: str, named: Placement) -> Placement | None:
        if named.layer not in (None, Layer.INFRASTRUCTURE):
            return None
        facts = self._lookup.facts(path)
        if serves_routes(facts):
            return None
        symbols = [*(found.symbol for found in facts.classes), *(found.symbol for found in facts.functions)]
        definitions = [symbol for symbol in symbols if "." not in symbol]
        roles = [role for symbol in definitions if (role := self._works(path, symbol))]
        if not roles or len(roles) * LEAST_PART < len(definitions):
            return None
        return Placement(Layer.UNIT_OF_WORK, f"{roles[0].definition.symbol} is a unit of work: {roles[0].because}")

    def _works(self, path: str, symbol: str) -> Role | None:
        """The unit of work that a class or function is, or that one of its methods or inner functions is."""
        facts = self._lookup.facts(path)
        inner = [method.symbol for found in facts.classes for method in found.methods]
        inner += [found.symbol for found in facts.functions]
        symbols = [symbol, *(found for found in inner if found.startswith(f"{symbol}."))]
        return next((role for found in symbols if (role := self._lookup.unit_of_work(path, found))), None)


def _stem(path: str) -> str:
    """The path of a file without what says that it is a module."""
    return path.removesuffix(".py").removesuffix("/__init__")
