"""What is installed, as far as it has a say in what a review finds: a digest of the code of checks and engine."""

import os
import platform
import sys
from collections.abc import Iterable, Iterator
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

from reviewer.check import Check

OWN = Path(__file__).parent.parent
# The package of the checks that come along.
STANDARD = "checks"
# Modules that lie in the reviewed repository are marked by this, with a digest of all that is loaded with them.
PLUGGED = "__reviewer_plugged__"
# Not part of the code: what Python makes of it.
MADE = "__pycache__"


def installed(checks: Iterable[type[Check]]) -> str | None:
    """A digest of all that decides what these checks find in a file; None where some of it can't be found.

    Checks of others may import anything, so for them all counts that is imported beside Python itself.
    """
    try:
        packages = {check.__module__.partition(".")[0] for check in checks}
        plugged = {name: str(digest) for name in packages if (digest := vars(sys.modules[name]).get(PLUGGED))}
        folders = {folder for name in packages - plugged.keys() for folder in _folders(sys.modules[name])}
        own = packages <= {OWN.name, STANDARD} and all(folder.parent == OWN.parent for folder in folders)
        others = () if own else _imported()
        files = {file for folder in (OWN, *folders) for file in _files(folder)} | set(others)
        return _digest(sorted(files), sorted(plugged.values()))
    except (AttributeError, KeyError, OSError, TypeError, ValueError):
        return None


def _folders(package: ModuleType) -> Iterator[Path]:
    places = [Path(place) for place in package.__path__]
    if not places or not all(place.is_dir() for place in places):
        raise ValueError(f"the files of {package.__name__} can't be found")
    yield from places


def _files(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder, onerror=_refuse):
        folders[:] = [name for name in folders if name != MADE]
        yield from (Path(place, name) for name in names)


def _refuse(error: OSError) -> None:
    raise error


def _imported() -> Iterator[Path]:
    for name, module in list(sys.modules.items()):
        place = getattr(module, "__file__", None)
        if place and name.partition(".")[0] not in sys.stdlib_module_names:
            yield Path(place)


def _digest(files: Iterable[Path], plugged: Iterable[str]) -> str:
    found = sha256()
    about = (sys.version, platform.system(), platform.machine(), version("libcst"), version("pydantic"), *plugged)
    for part in (*map(str.encode, about), *(part for file in files for part in (bytes(file), file.read_bytes()))):
        found.update(len(part).to_bytes(8, "big") + part)
    return found.hexdigest()
