"""A team's own rules that lie in its repository, named in `plugins`.

They are programs, so in CI they come from the base alone: what a change makes of them counts once it is merged. They
are read from the tree that counts, never from the disk, and nothing else of the project is imported with them.
"""

import re
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from hashlib import sha256
from importlib import import_module
from importlib.abc import InspectLoader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import decode_source, spec_from_loader
from pathlib import Path
from types import CodeType, ModuleType

from reviewer import registry
from reviewer.aim import CONFIG_FILES, Aim, content
from reviewer.check import Check
from reviewer.config import Config, load
from reviewer.errors import ConfigError
from reviewer.interpreter import on_a_persons_machine
from reviewer.results.installed import PLUGGED
from reviewer.source import Tree, UnreadableFile, tree_around

SPELLED = re.compile(r"(?P<module>(?:[^\W\d]\w*\.)*[^\W\d]\w*):(?P<check>[^\W\d]\w*)")
TAKEN = frozenset({"checks", "reviewer"}) | sys.stdlib_module_names
# A plugin may be anybody's, and fail in any way.
FAILURES = (Exception, SystemExit)


def plug(aim: Aim) -> None:
    """Let the registry know the rules that are named in the configuration that counts; raises ConfigError."""
    config, tree = _ruling(aim)
    registry.plug(loaded(config.plugins, tree, config.where("plugins")) if config.plugins else ())


def plug_project(folder: Path) -> None:
    """Let the registry know the rules of the project around a folder, as its files stand; raises ConfigError.

    It is for whoever works on that project: in CI nothing is loaded.
    """
    if on_a_persons_machine():
        tree = tree_around([folder])
        config = load({name: data for name in CONFIG_FILES if (data := content(tree, name)) is not None}, {})
        registry.plug(loaded(config.plugins, tree, config.where("plugins")) if config.plugins else ())


def _ruling(aim: Aim) -> tuple[Config, Tree]:
    """The configuration whose plugins count, and the tree that they come from."""
    if aim.comparison.head is not None and aim.policy is not None:
        return aim.config, aim.policy
    if aim.request.trusted or not aim.config.plugins:
        return aim.config, aim.tree
    if aim.policy is None or aim.agreed is None:
        raise ConfigError(
            f"{aim.config.where('plugins')}: plugins are programs, and in CI none is taken from the files under "
            "review; name a commit to take them from with --policy, or compare with one with --base"
        )
    return aim.agreed(), aim.policy


def loaded(names: Sequence[str], tree: Tree, where: str) -> tuple[type[Check], ...]:
    """The checks of these names, `module:Check`, of the files of a tree; `where` they are named is told on an error."""
    places = [SPELLED.fullmatch(name) for name in names]
    for name, place in zip(names, places, strict=True):
        if place is None:
            raise ConfigError(f"{where}: {name!r} names no plugin; write `package.module:Check`")
    spelled = [(place["module"], place["check"]) for place in places if place]
    tops = frozenset(module.partition(".")[0] for module, _ in spelled)
    _mount(Files(tree, tops), where)
    return tuple(_check(module, name, tree, where) for module, name in spelled)


def _mount(files: "Files", where: str) -> None:
    """Put these files in the place of those that were loaded before, unless they hold the same."""
    standing = next((finder for finder in sys.meta_path if isinstance(finder, Files)), None)
    if standing is not None:
        sys.meta_path.remove(standing)
    if standing is None or (standing.tops, standing.digest) != (files.tops, files.digest):
        for name in [name for name, module in sys.modules.items() if PLUGGED in getattr(module, "__dict__", ())]:
            del sys.modules[name]
    taken = sorted(top for top in files.tops if top in TAKEN or _is_anothers(top))
    if taken:
        raise ConfigError(f"{where}: another package is called {taken[0]!r}, too; give yours a name of its own")
    sys.meta_path.insert(0, files)


def _is_anothers(name: str) -> bool:
    module = sys.modules.get(name)
    return module is not None and PLUGGED not in vars(module)


def _check(module: str, name: str, tree: Tree, where: str) -> type[Check]:
    plugin = f"{where}: the plugin {module}:{name}"
    path = module.replace(".", "/")
    if not any(each in tree for each in (f"{path}.py", f"{path}/__init__.py")):
        raise ConfigError(
            f"{plugin} is not there: the commit or folder that counts has no {path}.py; mend the name, or merge the "
            "file before it is named"
        )
    try:
        found = getattr(import_module(module), name, None)
    except FAILURES as error:
        raise ConfigError(
            f"{plugin} can't be loaded: {type(error).__name__}: {error}; mend {path}.py, or take its name out"
        ) from error
    if not (isinstance(found, type) and issubclass(found, Check) and isinstance(getattr(found, "name", None), str)):
        raise ConfigError(f"{plugin} is no check with a name; name a subclass of reviewer.api.Check in {path}.py")
    return found


class Files(MetaPathFinder, InspectLoader):
    """Imports the packages `tops` from the files of a tree, and no others."""

    def __init__(self, tree: Tree, tops: frozenset[str]) -> None:
        self.tops = tops
        self.digest = _digest(tree, tops)
        self._tree = tree

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> ModuleSpec | None:  # noqa: ARG002
        """Where a module is, if it is one of these packages'."""
        if fullname.partition(".")[0] not in self.tops:
            return None
        folder = f"{fullname.replace('.', '/')}/"
        known = self._path(fullname) in self._tree or any(each.startswith(folder) for each in self._tree.paths)
        return spec_from_loader(fullname, self) if known else None

    def is_package(self, fullname: str) -> bool:
        """Whether a module has others in it; a folder without `__init__.py` has, too."""
        return not self._path(fullname).endswith(f"{fullname.rpartition('.')[2]}.py")

    def get_code(self, fullname: str) -> CodeType:
        """The code of a module, by the name of its file for those who read a traceback."""
        return self.source_to_code(self.get_source(fullname), self._path(fullname))

    def get_source(self, fullname: str) -> str:
        """The text of a module, none of a folder without `__init__.py`."""
        path = self._path(fullname)
        try:
            return decode_source(self._tree.read(path)) if path in self._tree else ""
        except UnreadableFile as error:
            raise ImportError(f"{path} can't be read: {error}") from error

    def exec_module(self, module: ModuleType) -> None:
        """Run a module, marked by what all of the packages hold."""
        setattr(module, PLUGGED, self.digest)
        super().exec_module(module)

    def _path(self, fullname: str) -> str:
        stem = fullname.replace(".", "/")
        return f"{stem}.py" if f"{stem}.py" in self._tree else f"{stem}/__init__.py"


def _digest(tree: Tree, tops: Iterable[str]) -> str:
    """What is known of all files of these packages by one word: results of other rules than these are not taken."""
    ours = [path for path in tree.paths if path.partition("/")[0].removesuffix(".py") in tops]
    found = sha256()
    for path in ours:
        with suppress(UnreadableFile):
            for part in (path.encode(errors="surrogateescape"), tree.read(path)):
                found.update(len(part).to_bytes(8, "big") + part)
    return found.hexdigest()
