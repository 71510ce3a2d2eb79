"""The repository index: facts across files, read on first need and kept for the run."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from reviewer.config import Config
from reviewer.index.answers import ClassAnswer, Definition, Immutability, Layer, OrmModel, Placement, Role
from reviewer.index.extract import extract
from reviewer.index.facts import NOTHING, Import, ModuleFacts
from reviewer.index.immutability import Classes
from reviewer.index.invariants import invariants
from reviewer.index.layers import Layout
from reviewer.index.modules import Modules
from reviewer.index.orm import OrmModels
from reviewer.index.resolve import Defined, External, Meaning, Package, Resolver
from reviewer.index.roles import Casting
from reviewer.source import UnreadableFile

__all__ = ["Index"]

APART = frozenset({Layer.TESTS, Layer.MIGRATIONS})


class Index:
    """Answers the questions about one repository; `paths` are all its `.py` and `.pyi` files, `read` their bytes.

    `twin` says of a path whether another index, `shared`, has the same file there: it is read once for both.
    """

    def __init__(
        self,
        paths: Iterable[str],
        read: Callable[[str], bytes],
        config: Config,
        *,
        shared: "Index | None" = None,
        twin: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._paths = tuple(sorted({path for path in paths if path.endswith((".py", ".pyi"))}))
        self._known = frozenset(self._paths)
        self._read = read
        self._shared = shared
        self._twin = twin
        self._facts: dict[str, ModuleFacts] = {}
        self._placements: dict[str, Placement] = {}
        self._qualified: dict[tuple[str, str], str] = {}
        self._modules = Modules(self._paths, config.source_roots)
        self._resolver = Resolver(self._modules, self.facts)
        self._models = OrmModels(self._resolver, self.facts)
        self._classes = Classes(self._resolver, self.facts, self._models)
        self._layout = Layout(self._paths, config.layers, self, source_roots=config.source_roots)
        self._casting = Casting(self, config.value_objects, self._layout.source_parts)
        self._has_orm_models: bool | None = None
        self._has_repositories: bool | None = None

    def facts(self, path: str) -> ModuleFacts:
        """What a file says by itself; `NOTHING` for one that is not there, unreadable or does not parse."""
        if path not in self._facts:
            self._facts[path] = self._extracted(path) if path in self._known else NOTHING
        return self._facts[path]

    def module_paths(self) -> tuple[str, ...]:
        """All files of the index, sorted."""
        return self._paths

    def knows(self, path: str) -> bool:
        """Whether the index has this file."""
        return path in self._known

    def module_name(self, path: str) -> str:
        """The dotted name of a file's module."""
        return self._modules.name(path)

    def placement(self, path: str) -> Placement:
        """The layer of a file."""
        if path not in self._placements:
            self._placements[path] = self._layout.place(path)
        return self._placements[path]

    def qualified(self, path: str, name: str) -> str:
        """The name with this file's aliases undone: `dc.dataclass` is `dataclasses.dataclass`."""
        key = (path, name)
        if key not in self._qualified:
            self._qualified[key] = self._spelled_out(path, name)
        return self._qualified[key]

    def definition(self, path: str, name: str) -> Definition | None:
        """Where a name of this file is defined in the repository, through imports and re-exports."""
        found = self._resolver.resolve(path, name)
        return Definition(found.path, found.symbol, found.facts.line) if isinstance(found, Defined) else None

    def orm_model(self, path: str, name: str) -> OrmModel | None:
        """The ORM model that a name of this file means, if it means one."""
        return self._model_of(self._resolver.resolve(path, name))

    def imported_model(self, path: str, module: str, name: str) -> OrmModel | None:
        """The ORM model that `from module import name` brings into this file; a relative module has its dots."""
        inside = module.lstrip(".")
        imported = Import(name, inside, name, level=len(module) - len(inside), line=0)
        return self._model_of(self._resolver.imported(path, imported))

    def class_answer(self, path: str, symbol: str) -> ClassAnswer | None:
        """What the class with this dotted symbol, defined in this file, is."""
        return self._classes.answer(path, symbol)

    def immutability(self, path: str, name: str) -> Immutability:
        """Whether the class that a name of this file means is immutable."""
        return self._classes.immutability(path, name)

    def value_object(self, path: str, symbol: str) -> Role | None:
        """Whether the class defined here is a value object."""
        return self._casting.value_object(path, symbol)

    def invariants(self, path: str, symbol: str) -> str | None:
        """What checks the values of the class defined here, or may do so."""
        return invariants(self, path, symbol)

    def repository(self, path: str, symbol: str) -> Role | None:
        """Whether the class defined here is a repository."""
        return self._casting.repository(path, symbol)

    def unit_of_work(self, path: str, symbol: str) -> Role | None:
        """Whether the class or function defined here is a unit of work."""
        return self._casting.unit_of_work(path, symbol)

    def declarative_root(self, path: str, name: str) -> bool:
        """Whether a name of this file means a declarative base (`Base`, `DeclarativeBase`)."""
        return self._models.is_declarative_root(path, name)

    def meaning(self, path: str, name: str) -> Meaning:
        """What a name of this file leads to: a definition, a module, or something of another distribution."""
        return self._resolver.resolve(path, name)

    def module_file(self, stem: str) -> str | None:
        """The file of the module with this stem."""
        return self._modules.file(stem)

    def imported_file(self, path: str, imported: Import) -> str | None:
        """The file of the module that an import of a file reads, None for one of another distribution."""
        stem = self._resolver.target(path, imported)
        return self._modules.file(stem) if stem else None

    def folder_layers(self) -> Mapping[str, Layer]:
        """The layers that folders stand for."""
        return self._layout.folders.layers

    def has_repositories(self) -> bool:
        """Whether the project has a repository class, folder or module below its source root."""
        if self._has_repositories is None:
            self._has_repositories = self._layout.has_repositories()
        return self._has_repositories

    def has_orm_models(self) -> bool:
        """Whether the project defines an ORM model outside tests."""
        if self._has_orm_models is None:
            self._has_orm_models = any(self.placement(path).layer not in APART for path in self._model_paths())
        return self._has_orm_models

    def _model_of(self, found: Meaning) -> OrmModel | None:
        return self._models.model(found.path, found.symbol) if isinstance(found, Defined) else None

    def _model_paths(self) -> Iterator[str]:
        for path in self._paths:
            if any(self._models.model(path, found.symbol) for found in self.facts(path).classes):
                yield path

    def _extracted(self, path: str) -> ModuleFacts:
        if self._shared and self._twin(path):
            return self._shared.facts(path)
        try:
            source = self._read(path)
        except (OSError, UnreadableFile):
            return NOTHING
        return extract(source)

    def _spelled_out(self, path: str, name: str) -> str:
        match self._resolver.resolve(path, name):
            case External(name=full):
                return full
            case Package(stem=stem):
                return self._modules.name(self._modules.file(stem) or f"{stem}/__init__.py")
            case Defined(path=home, symbol=symbol) if home != path:
                return f"{self._modules.name(home)}.{symbol}"
            case Defined(symbol=symbol):
                return symbol
            case _:
                return self._resolver.literal(path, name)
