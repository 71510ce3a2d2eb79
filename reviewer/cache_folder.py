"""Where things are kept from one run to the next: the platform's folder for caches, or the one that is named."""

import os
import sys
from pathlib import Path

NAMED = "REVIEWER_CACHE_DIR"
HOME = "XDG_CACHE_HOME"
PRIVATE = 0o700


def cache_folder() -> Path:
    """The folder that is ours alone, whether it is there or not; raises RuntimeError where nobody has a home."""
    named, home = (Path(os.environ.get(name, "")) for name in (NAMED, HOME))
    if named.is_absolute():
        return named
    if home.is_absolute():
        return home / "reviewer"
    usual = "Library/Caches" if sys.platform == "darwin" else ".cache"
    return Path.home() / usual / "reviewer"


def private(folder: Path) -> Path:
    """The folder, made if need be, for nobody else to read or write; raises OSError where it is somebody else's."""
    folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    # Only its owner can do that.
    folder.chmod(PRIVATE)
    return folder
