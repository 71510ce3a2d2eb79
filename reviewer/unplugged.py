"""What mypy says for want of a plugin: types that a framework makes at run time, which it knows nothing of."""

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache

from reviewer.index import Index
from reviewer.index.answers import Kind
from reviewer.index.extract import UNREADABLE, parse
from reviewer.model import Finding

# A model of pydantic takes its fields by other names, and makes of values what it needs.
OF_ARGUMENTS = frozenset({"arg-type", "call-arg", "dict-item", "list-item"})
# A column that is declared in the old way is another thing on an instance than on the class.
COLUMN = re.compile(r"\bColumn\[")
# A validator is a class method, whether it says so or not.
OF_VALIDATORS = frozenset({"misc", "override"})
VALIDATORS = re.compile(r"pydantic\.(?:\w+\.)*(?:field_|model_|root_)?(?:validator|serializer)")

Call = tuple[tuple[int, int], tuple[int, int], str]


class Unplugged:
    """Tells what of a file mypy would not say, had it the plugins of the frameworks."""

    def __init__(self, index: Index, read: Callable[[str], bytes]) -> None:
        self._index = index
        self._read = read
        self._calls = cache(lambda path: tuple(_calls(self._parsed(path))))
        self._validators = cache(lambda path: frozenset(self._heads_of_validators(path)))

    def excuses(self, finding: Finding) -> bool:
        """Whether a finding of mypy may come of a plugin that is missing."""
        path, line = finding.path or "", finding.span.line if finding.span else 0
        return (
            (COLUMN.search(finding.message) is not None and self._index.definition(path, "Column") is None)
            or (finding.rule in OF_ARGUMENTS and self._is_pydantic(path, self._called(finding)))
            or (finding.rule in OF_VALIDATORS and line in self._validators(path))
        )

    def _is_pydantic(self, path: str, name: str) -> bool:
        found = self._index.definition(path, name) if name else None
        answer = self._index.class_answer(found.path, found.symbol) if found else None
        return answer is not None and answer.kind is Kind.PYDANTIC

    def _called(self, finding: Finding) -> str:
        """The dotted name of what is called with an argument, or of what lacks one: of the innermost call around."""
        line, column = (finding.span.line, finding.span.column - 1) if finding.span else (0, 0)
        # What is wrong with a call as a whole stands at its start.
        place = (line, column + (finding.rule == "call-arg"))
        around = [call for call in self._calls(finding.path or "") if call[0] < place < call[1]]
        return max(around, default=((0, 0), (0, 0), ""))[2]

    def _heads_of_validators(self, path: str) -> Iterator[int]:
        """The lines from the first decorator of a validator to its signature."""
        for node in ast.walk(self._parsed(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                decorators = node.decorator_list
                if any(self._is_validator(each, path) for each in decorators):
                    yield from range(min(each.lineno for each in decorators), node.body[0].lineno + 1)

    def _is_validator(self, decorator: ast.expr, path: str) -> bool:
        named = decorator.func if isinstance(decorator, ast.Call) else decorator
        return VALIDATORS.fullmatch(self._index.qualified(path, ast.unparse(named))) is not None

    def _parsed(self, path: str) -> ast.Module:
        try:
            return parse(self._read(path))
        except UNREADABLE:
            return ast.Module(body=[], type_ignores=[])


def _calls(tree: ast.Module) -> Iterator[Call]:
    """The calls of a file by their names, with where each starts and ends."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name() | ast.Attribute() as called, end_lineno=int(row), end_col_offset=int(column)):
                yield (node.lineno, node.col_offset), (row, column), ast.unparse(called)
