"""Which names a project gives to its layers, where they are none that are known without being told."""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from reviewer.adoption.evidence import BECAUSE, LAYERS, USUAL, Evidence
from reviewer.config import Config
from reviewer.index import Index
from reviewer.index.answers import Layer
from reviewer.index.folders import OUTER, Folders, LayerNames, name_of, stem_of
from reviewer.index.modules import Modules

# Of so many of the files under a name what they do has to agree.
ENOUGH = 2 / 3
# A name that no other team gives to a layer says nothing by itself; so many files do, where nearly all of them do what
# one layer alone is for.
FILES_OF_ANY_NAME = 3
NEARLY_ALL = 0.8
PLAIN = frozenset({Layer.TESTS, Layer.MIGRATIONS, Layer.API})
# What says where a program starts or which version it is, and nothing of a layer.
EMPTY = re.compile(r"__\w+__|v\d\w*|main|app|asgi|wsgi|server|src|scripts?|utils?|common|core|helpers?|lib")


@dataclass(frozen=True, slots=True)
class Guess:
    """A name with the layer that it seems to stand for; `files` bear it, and those of `agreeing` do what it is for."""

    name: str
    layer: Layer
    files: tuple[str, ...]
    agreeing: tuple[str, ...]

    @property
    def sure(self) -> bool:
        """Whether what the files do agrees with the name."""
        return len(self.agreeing) >= ENOUGH * len(self.files)

    @property
    def why(self) -> str:
        """The reason, as a sentence."""
        agreeing, files = len(self.agreeing), len(self.files)
        some = (self.agreeing or self.files)[0]
        held = some if files == 1 else f"{agreeing} of {files} files, {some} for one"
        return f"What is called `{self.name}` {BECAUSE[self.layer]}: {held}."


@dataclass(frozen=True, slots=True)
class Named:
    """The configuration with the names that were `taken` up; those that were `doubted` are left out of it."""

    config: Config
    index: Index
    taken: tuple[Guess, ...] = ()
    doubted: tuple[Guess, ...] = ()


def named(index: Index, read: Callable[[str], bytes], config: Config, confirm: Callable[[Guess], bool]) -> Named:
    """Go through the names of a project until none is left; `confirm` is asked of each guess whether it holds."""
    sight = Sight(index, read, config)
    taken: list[Guess] = []
    doubted: list[Guess] = []
    # Each that is taken up can change what the next one is judged by.
    while guess := _confirmed(sight, doubted, confirm):
        taken.append(guess)
        sight = sight.with_name(guess.name, guess.layer)
    return Named(sight.config, sight.index, tuple(taken), tuple(doubted))


def _confirmed(sight: "Sight", doubted: list[Guess], confirm: Callable[[Guess], bool]) -> Guess | None:
    """The first guess that holds; those before it join the `doubted`, and are not asked of again."""
    for layer, name in ((each, name) for each in LAYERS for name in sight.likely(each)):
        known = any((each.name, each.layer) == (name, layer) for each in doubted)
        guess = None if known else sight.tried(name, layer)
        if guess is not None and confirm(guess):
            return guess
        if guess is not None:
            doubted.append(guess)
    return None


class Sight:
    """A project under the names that are told so far."""

    def __init__(self, index: Index, read: Callable[[str], bytes], config: Config) -> None:
        self.index = index
        self.config = config
        self._read = read
        self._paths = index.module_paths()
        self.evidence = Evidence(index, Modules(self._paths, config.source_roots))

    def with_name(self, name: str, layer: Layer) -> "Sight":
        """The same project with a name more for a layer; what its files say is not read again."""
        key = layer.replace("-", "_")
        layers = self.config.layers.model_copy(update={key: (name, *getattr(self.config.layers, key))})
        config = self.config.model_copy(update={"layers": layers})
        return Sight(Index(self._paths, self._read, config, shared=self.index, twin=lambda _: True), self._read, config)

    def likely(self, layer: Layer) -> list[str]:
        """The names that may stand for a layer, those of most files first."""
        # Whether a file is infrastructure matters to those alone that may not reach it.
        if layer is Layer.INFRASTRUCTURE and not any(self.layer(path) in OUTER for path in self._paths):
            return []
        names = [name for name, paths in self._names.items() if self._may_be(layer, name, paths)]
        return sorted(names, key=lambda name: (-len(self._names[name]), name))

    def tried(self, name: str, layer: Layer) -> Guess | None:
        """What would become of the name's files; None where others would change, or too little speaks for it."""
        then = self.with_name(name, layer)
        changed = [path for path in self._paths if then.layer(path) is not self.layer(path)]
        if any(self.layer(path) is not None or then.layer(path) is not layer for path in changed):
            return None
        files = tuple(filter(self.evidence.speaks, changed))
        guess = Guess(name, layer, files, tuple(path for path in files if then.evidence.agrees(path, layer)))
        # That routes are served, or are not, is no matter of taste; that use cases stay clean is.
        return guess if files and (guess.sure or (layer is Layer.USE_CASES and len(files) > 1)) else None

    @cached_property
    def _names(self) -> Mapping[str, list[str]]:
        """The names of folders and modules that lie in no layer, with the files under them that say something."""
        folders = Folders(self._paths, LayerNames(self.config.layers), source_roots=self.config.source_roots)
        found: defaultdict[str, list[str]] = defaultdict(list)
        for path in self._paths:
            if self.layer(path) is None and self.evidence.speaks(path):
                for name in {*map(name_of, folders.below_root(path)), stem_of(path)}:
                    found[name].append(path)
        return {name: paths for name, paths in found.items() if not EMPTY.fullmatch(name)}

    def _may_be(self, layer: Layer, name: str, paths: list[str]) -> bool:
        """Whether a name may stand for a layer: by what teams call it and what is in it, or by the latter alone."""
        usual = name in USUAL[layer]
        if layer is Layer.USE_CASES:
            return usual and sum(map(self.evidence.is_joined, paths)) >= ENOUGH * len(paths)
        if layer in OUTER or layer is Layer.INFRASTRUCTURE:
            return usual
        if not usual and (layer not in PLAIN or len(paths) < FILES_OF_ANY_NAME):
            return False
        least = ENOUGH if usual else NEARLY_ALL
        return sum(self.evidence.agrees(path, layer) for path in paths) >= least * len(paths)

    def layer(self, path: str) -> Layer | None:
        """The layer of a file."""
        return self.index.placement(path).layer
