"""One process of the benchmark: parses the files of a folder, or reviews them with some rules and no report."""

import sys
import zlib
from itertools import cycle, islice
from pathlib import Path


def main() -> None:
    """Take `parse FOLDER`, or `engine FOLDER RULES` with how many rules."""
    mode, folder, *rules = sys.argv[1:]
    root = Path(folder)
    files = {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*.py"))}
    if mode == "parse":
        parse(files)
    else:
        engine(files, int(*rules))


def parse(files: dict[str, bytes]) -> None:
    """What nobody who uses libcst can do without."""
    import libcst as cst

    for data in files.values():
        cst.parse_module(data)


def engine(files: dict[str, bytes], count: int) -> None:
    """The index and the walk with so many rules of all families; where there are fewer, they take their turn again."""
    from reviewer.config import Config
    from reviewer.index import Index
    from reviewer.registry import selected
    from reviewer.runner import Plan, review_file, review_project

    config = Config(select=("all", "advice"))
    index = Index(files, files.__getitem__, config)
    mixed = sorted(selected(config), key=lambda check: zlib.crc32(check.name.encode()))
    plan = Plan.of(islice(cycle(mixed), count))
    review_project(plan, index)
    for path in files:
        review_file(path, files.__getitem__, plan, index)


if __name__ == "__main__":
    main()
