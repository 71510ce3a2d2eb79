"""Newer syntax made older: a file that the running `ast` cannot read, rewritten with its line numbers kept."""

from functools import lru_cache

import libcst as cst

from reviewer.nodes import parts
from reviewer.source.nesting import deep, too_deep


def _known(*names: str) -> tuple[type[cst.CSTNode], ...]:
    """The node types with these names; the newest of them are not in every libcst."""
    return tuple(kind for name in names if (kind := getattr(cst, name, None)))


FILLED = _known("FormattedString", "TemplatedString", "StarredDictComp")
COMPREHENSIONS = (cst.ListComp, cst.SetComp, cst.GeneratorExp)
LAZY_IMPORT = _known("LazyImport")
LAZY_IMPORT_FROM = _known("LazyImportFrom")
# What is, or may have, newer syntax.
NEWER = frozenset(
    {
        *(cst.TypeParameters, cst.TypeAlias, cst.ExceptHandler, cst.ExceptStarHandler),
        *(*FILLED, *COMPREHENSIONS, *LAZY_IMPORT, *LAZY_IMPORT_FROM),
    }
)


@lru_cache(maxsize=128)  # a file is read for its facts, its bodies and its tables
def lowered(source: bytes) -> bytes | None:
    """The source without syntax that came after Python 3.11, as UTF-8; None when libcst cannot read it either."""
    if too_deep(source):
        return None
    try:
        return deep(_lowered, source)
    except (cst.ParserSyntaxError, cst.CSTValidationError, UnicodeError, LookupError, ValueError, RecursionError):
        return None


def _lowered(source: bytes) -> bytes:
    module = cst.parse_module(source)
    return module.visit(_Lowering(module, _leading(module))).code.encode()


def _leading(module: cst.Module) -> frozenset[int]:
    """The numbers of the nodes that are of newer syntax, and of those around them: to visit all takes far longer."""
    found: set[int] = set()
    path: list[cst.CSTNode] = []
    waiting: list[cst.CSTNode | None] = [module]
    while waiting:
        node = waiting.pop()
        if node is None:
            path.pop()
            continue
        path.append(node)
        waiting.append(None)
        if type(node) in NEWER:
            found.update(map(id, path))
        waiting += parts(node)
    return frozenset(found)


class _Lowering(cst.CSTTransformer):
    """Leaves out type parameters, and makes plain strings, aliases and tuples of what is new."""

    def __init__(self, module: cst.Module, leading: frozenset[int]) -> None:
        super().__init__()
        self._module = module
        self._leading = leading

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Whether something below a node is to be lowered."""
        return id(node) in self._leading

    def on_leave(  # type: ignore[override]  # a node is replaced by one of another class, which libcst allows
        self, original_node: cst.CSTNode, updated_node: cst.CSTNode
    ) -> cst.CSTNode:
        """The node in its older form."""
        match updated_node:
            case (
                cst.ClassDef(type_parameters=cst.TypeParameters())
                | cst.FunctionDef(type_parameters=cst.TypeParameters())
            ):
                return self._without_parameters(original_node, updated_node)
            case cst.TypeAlias():
                return self._alias(original_node, updated_node)
            case (
                cst.ExceptHandler(type=cst.Tuple(lpar=()) as types)
                | cst.ExceptStarHandler(type=cst.Tuple(lpar=()) as types)
            ):
                bracketed = types.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
                return updated_node.with_changes(type=bracketed)
            case _ if isinstance(updated_node, LAZY_IMPORT + LAZY_IMPORT_FROM):
                return self._eager(updated_node)
            case _ if isinstance(updated_node, FILLED) or self._unpacks(updated_node):
                return cst.SimpleString('"""' + "\n" * self._breaks(original_node) + '"""')
            case _:
                return updated_node

    def _without_parameters(self, original: cst.CSTNode, updated: cst.CSTNode) -> cst.CSTNode:
        parameters = cst.ensure_type(getattr(original, "type_parameters"), cst.TypeParameters)  # noqa: B009
        return updated.with_changes(
            type_parameters=None,
            whitespace_after_type_parameters=cst.SimpleWhitespace(""),
            whitespace_after_name=cst.SimpleWhitespace("\\\n" * self._breaks(parameters)),
        )

    def _alias(self, original: cst.CSTNode, updated: cst.TypeAlias) -> cst.Assign:
        alias = cst.Assign(targets=[cst.AssignTarget(updated.name)], value=updated.value)
        lost = self._breaks(original) - self._breaks(alias)
        gap = cst.SimpleWhitespace(" " + "\\\n" * lost)
        return alias.with_changes(targets=[cst.AssignTarget(updated.name, whitespace_after_equal=gap)])

    @staticmethod
    def _eager(node: cst.CSTNode) -> cst.CSTNode:
        kept = ("names",) if isinstance(node, LAZY_IMPORT) else ("names", "module", "relative", "lpar", "rpar")
        kind = cst.Import if isinstance(node, LAZY_IMPORT) else cst.ImportFrom
        return kind(**{name: getattr(node, name) for name in kept})

    @staticmethod
    def _unpacks(node: cst.CSTNode) -> bool:
        return isinstance(node, COMPREHENSIONS) and isinstance(node.elt, cst.StarredElement)

    def _breaks(self, node: cst.CSTNode) -> int:
        code = self._module.code_for_node(node)
        return code.count("\n") + code.count("\r") - code.count("\r\n")
