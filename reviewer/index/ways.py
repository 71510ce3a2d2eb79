"""The way from an import to what it leads to: the files that hand a name on, or a package of another distribution."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import takewhile

from reviewer.index.facts import Assignment, Import, ModuleFacts, Value
from reviewer.index.modules import Modules, joined
from reviewer.index.resolve import Binding, External, Package, Resolver

# The names that one way has come by, each with its file, so that cycles end.
Seen = set[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Step:
    """A file of the project, a folder of it that is no package, or a package of another distribution without a path."""

    module: str
    path: str = ""


class Ways:
    """Follows imports from file to file."""

    def __init__(self, modules: Modules, resolver: Resolver, facts: Callable[[str], ModuleFacts]) -> None:
        self._modules = modules
        self._resolver = resolver
        self._facts = facts

    def imported(self, path: str, imported: Import) -> list[Step]:
        """The steps from an import of a file to where what it imports is defined."""
        return _walked(self._imported(path, imported, set()))

    def taken(self, path: str, name: str) -> list[Step]:
        """The steps to what `module.name` is, from the innermost module on that this file names."""
        return _walked(self._taken(path, name, set()))

    def starred(self, path: str, imported: Import, name: str) -> list[Step]:
        """The steps from a star import of a file to where one of the names is defined that it brings."""
        source = self._source(path, imported)
        given = source is not None and self._gives(source, name)
        return _walked(self._imported(path, replace(imported, attribute=name), set())) if given else []

    def named(self, path: str, name: str) -> list[Step]:
        """The steps from a name of a file, dotted or not, to where it is defined; none where that is the same file."""
        steps = _walked(self._member(self._modules.stem(path), name.partition(".")[0], set()))
        return [*steps, *self.taken(path, name)]

    def is_module(self, path: str, name: str) -> bool:
        """Whether a name of a file means a module of the project."""
        return isinstance(self._resolver.resolve(path, name), Package)

    def _imported(self, path: str, imported: Import, seen: Seen) -> Iterator[Step]:
        stem = self._resolver.target(path, imported)
        inside = stem is not None and self._modules.exists(stem)
        if stem is not None and inside and imported.attribute is None:
            yield self._module(stem)
        elif stem is not None and inside and imported.attribute:
            file = self._modules.file(stem)
            if file and not self._is_submodule(stem, imported.attribute):
                yield self._module(stem)
            below = list(self._member(stem, imported.attribute, seen))
            yield from below
            # A folder that only bears the name of a package from elsewhere.
            inside = bool(file or below)
        if not inside and not imported.level:
            yield Step(".".join(filter(None, (imported.module, imported.attribute))))

    def _is_submodule(self, stem: str, name: str) -> bool:
        """Whether a name of a package is a module in its folder rather than what its `__init__` binds."""
        path = self._modules.file(stem)
        bound = path is not None and name in self._resolver.names(path).own
        return not bound and self._modules.exists(joined(stem, name))

    def _module(self, stem: str) -> Step:
        path = self._modules.file(stem)
        return Step(self._modules.name(path or f"{stem}/__init__.py"), path or stem)

    def _member(self, stem: str, name: str, seen: Seen) -> Iterator[Step]:
        """The steps from a module to where a name of it is defined."""
        path = self._modules.file(stem)
        if (stem, name) in seen or name == "*":
            return
        seen.add((stem, name))
        binding = self._binding(path, name) if path else None
        if path and binding:
            yield from self._bound(path, binding, seen)
        elif path and (stars := self._stars(path, name)):
            yield from self._imported(path, replace(stars[0], attribute=name), seen)
        elif path and isinstance(foreign := self._resolver.resolve(path, name), External):
            yield Step(foreign.name)
        elif self._modules.exists(below := joined(stem, name)):
            yield self._module(below)

    def _taken(self, path: str, name: str, seen: Seen) -> Iterator[Step]:
        parts = name.split(".")
        prefixes = [".".join(parts[:depth]) for depth in range(1, len(parts) + 1)]
        meanings = [self._resolver.resolve(path, prefix) for prefix in prefixes]
        modules = list(takewhile(lambda meaning: isinstance(meaning, Package), meanings))
        if modules and isinstance(module := modules[-1], Package):
            yield self._module(module.stem)
            for member in parts[len(modules) : len(modules) + 1]:
                yield from self._member(module.stem, member, seen)

    def _binding(self, path: str, name: str) -> Binding | None:
        """What binds a name at a module's own level; of several what code that runs sees first."""
        bindings = self._resolver.names(path).own.get(name, [])
        return next(iter(sorted(bindings, key=lambda each: each.type_checking)), None)

    def _bound(self, path: str, binding: Binding, seen: Seen) -> Iterator[Step]:
        match binding:
            case Import():
                yield from self._imported(path, binding, seen)
            case Assignment(value=Value(name=aliased, called=False)) if aliased:
                yield from self._member(self._modules.stem(path), aliased.partition(".")[0], seen)
                yield from self._taken(path, aliased, seen)
            case _:
                pass

    def _stars(self, path: str, name: str) -> list[Import]:
        """The star imports of a file that bring a name."""
        stars = self._resolver.names(path).stars
        return [star for star in stars if (source := self._source(path, star)) and self._gives(source, name)]

    def _source(self, path: str, imported: Import) -> str | None:
        stem = self._resolver.target(path, imported)
        return self._modules.file(stem) if stem else None

    def _gives(self, path: str, name: str) -> bool:
        """Whether a star import of a file brings a name."""
        exported = self._facts(path).exported
        public = name in exported if exported is not None else not name.startswith("_")
        return public and self._resolver.resolve(path, name) is not None


def _walked(steps: Iterator[Step]) -> list[Step]:
    """The steps of a way; of one so long that nobody could follow it, the first."""
    walked: list[Step] = []
    with suppress(RecursionError):
        walked.extend(steps)
    return walked
