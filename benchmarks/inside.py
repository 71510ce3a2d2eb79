"""One process of the benchmark: parses the files of a folder, or reviews them with all checks and no report."""

import sys
from pathlib import Path


def main() -> None:
    """Take a mode, `parse` or `engine`, and a folder."""
    mode, folder = sys.argv[1:]
    root = Path(folder)
    files = {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*.py"))}
    {"parse": parse, "engine": engine}[mode](files)


def parse(files: dict[str, bytes]) -> None:
    """What nobody who uses libcst can do without."""
    import libcst as cst

    for data in files.values():
        cst.parse_module(data)


def engine(files: dict[str, bytes]) -> None:
    """The index and the walk with all checks."""
    from reviewer.config import Config
    from reviewer.index import Index
    from reviewer.registry import selected
    from reviewer.runner import Plan, review_file, review_project

    config = Config(select=("all", "advice"))
    index = Index(files, files.__getitem__, config)
    plan = Plan.of(selected(config))
    review_project(plan, index)
    for path in files:
        review_file(path, files.__getitem__, plan, index)


if __name__ == "__main__":
    main()
