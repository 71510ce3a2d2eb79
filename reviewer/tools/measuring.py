"""What radon measures of files in a folder, printed as JSON: a program of its own, so that it can be stopped."""

import ast
import json
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

from radon.complexity import cc_visit_ast  # type: ignore[import-untyped]  # radon has no type hints
from radon.metrics import mi_visit  # type: ignore[import-untyped]  # radon has no type hints
from radon.visitors import Class, Function  # type: ignore[import-untyped]  # radon has no type hints

# What radon and Python's parser say of code that they can't read.
UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)


def measured(place: Path) -> dict[str, object] | None:
    """The complexity of each function by its dotted symbol and line, and the index of the file; None of unread code."""
    try:
        with tokenize.open(place) as file:
            source = file.read()
        blocks = cc_visit_ast(ast.parse(source))
        return {
            # It names methods twice: by themselves, and as parts of their classes.
            "functions": [*_functions([each for each in blocks if not getattr(each, "is_method", False)], "")],
            "index": round(mi_visit(source, multi=True), 1),
        }
    except UNREADABLE:
        return None


def _functions(blocks: list[Function | Class], scope: str) -> Iterator[tuple[str, int, int]]:
    for block in blocks:
        symbol = f"{scope}.{block.name}" if scope else block.name
        if isinstance(block, Class):
            yield from _functions([*block.methods, *block.inner_classes], symbol)
        else:
            yield symbol, block.lineno, block.complexity
            yield from _functions(block.closures, symbol)


def main() -> None:
    """Measure the files that standard input names, a JSON list of paths, and print what came of each, in that order."""
    json.dump([measured(Path(name)) for name in json.load(sys.stdin)], sys.stdout)


if __name__ == "__main__":
    main()
