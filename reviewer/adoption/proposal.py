"""What a project's configuration has to say, each setting with the reason."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from reviewer.adoption.naming import Guess, Named, named
from reviewer.adoption.roots import untold_roots
from reviewer.adoption.tool_settings import mypy_choice
from reviewer.config import Config
from reviewer.index import Index
from reviewer.index.answers import Layer
from reviewer.source import Tree

PROJECT = "project"
REPLACES = "A list here takes the place of the default names, so they follow too."


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting below `[tool.reviewer]`: `keys` lead to it, and `whys` are the lines that stand above it."""

    keys: tuple[str, ...]
    value: str | tuple[str, ...]
    whys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """The settings to write, and the names that were `doubted`: somebody of the project has to say what they are."""

    settings: tuple[Setting, ...]
    doubted: tuple[Guess, ...]
    index: Index


def proposed(tree: Tree, config: Config, confirm: Callable[[Guess], bool]) -> Proposal:
    """What differs from what is known without a word; `confirm` is asked of each name that seems to be a layer's."""
    index = Index(tree.paths, tree.read, config)
    roots = tuple(_changing_roots(index, tree, config))
    if roots:
        config = _with_roots(config, roots)
        index = Index(tree.paths, tree.read, config, shared=index, twin=lambda _: True)
    found = named(index, tree.read, config, confirm)
    settings = (*_roots(roots, config), *_layers(found), *_tools(tree, config))
    return Proposal(settings, found.doubted, found.index)


def _changing_roots(index: Index, tree: Tree, config: Config) -> Iterator[str]:
    """The untold roots that bring some files into other layers: the others need no word."""
    for root in untold_roots(index):
        if root in config.source_roots:
            continue
        other = Index(tree.paths, tree.read, _with_roots(config, (root,)), shared=index, twin=lambda _: True)
        if any(other.placement(path).layer is not index.placement(path).layer for path in index.module_paths()):
            yield root


def _with_roots(config: Config, roots: tuple[str, ...]) -> Config:
    return config.model_copy(update={"source_roots": (*config.source_roots, *roots)})


def _roots(roots: Sequence[str], config: Config) -> Iterator[Setting]:
    if roots:
        told = ", ".join(f"`{root}`" for root in roots)
        why = f"Imports start from {told}, so the names of folders above say nothing of layers."
        yield Setting(("source-roots",), config.source_roots, (why,))


def _layers(found: Named) -> Iterator[Setting]:
    for layer in dict.fromkeys(guess.layer for guess in found.taken):
        names = getattr(found.config.layers, layer.replace("-", "_"))
        whys = (guess.why for guess in found.taken if guess.layer is layer)
        yield Setting(("layers", layer), names, (*whys, REPLACES))


def _tools(tree: Tree, config: Config) -> Iterator[Setting]:
    """How strict mypy is, the project has settled; of ruff the standard asks what few projects select."""
    if config.mypy.config != PROJECT and (place := mypy_choice(tree)):
        why = f"{place} says how strict mypy is here; without this, it would be as strict as can be."
        yield Setting(("mypy", "config"), PROJECT, (why,))


def layers_of(index: Index) -> dict[Layer, list[str]]:
    """The files of each layer, the layers in their usual order."""
    placed: dict[Layer, list[str]] = {layer: [] for layer in Layer}
    for path in index.module_paths():
        if (layer := index.placement(path).layer) is not None:
            placed[layer].append(path)
    return {layer: paths for layer, paths in placed.items() if paths}
