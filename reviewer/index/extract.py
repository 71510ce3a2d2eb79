"""From the bytes of a file to its facts; nothing of it is imported or run."""

import ast
import bisect
import re
import tokenize
import warnings
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO

from reviewer.index.branches import below, parts
from reviewer.index.facts import NOTHING, Assignment, ClassFacts, FunctionFacts, Import, ModuleFacts, Value
from reviewer.index.outline import Outline, dotted_name
from reviewer.index.wiring import constant, may_wire, wirings

ENDINGS = frozenset({"begin", "begin_nested", "close", "aclose", "commit", "rollback"})
BODY_WORDS = re.compile(rb"\b(?:yield|begin|begin_nested|close|aclose|commit|rollback)\b")
ENVIRONMENT_WORDS = re.compile(rb"\b(?:environb?|getenv)\b")
INJECTING_WORDS = re.compile(rb"\b(?:Depends|Security)\s*\(")
MAPPING_WORDS = re.compile(rb"\b(?:map_imperatively|mapper)\s*\(")
INJECTING = frozenset({"Depends", "Security"})
ENVIRONMENT_NAMES = frozenset({"environ", "environb", "getenv"})
ENVIRONMENT_WRITES = frozenset({"setdefault", "update", "pop", "popitem", "clear"})
UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError, LookupError)
ATTEMPTS = 5
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
COMPOUND = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.Match)
Function = ast.FunctionDef | ast.AsyncFunctionDef


def extract(source: bytes) -> ModuleFacts:
    """The facts of a file; those of a file that cannot be read are empty."""
    try:
        return _read(source)
    except UNREADABLE:
        return NOTHING


def _read(source: bytes) -> ModuleFacts:
    read = tree_and_text(source)
    return _Reader(*read).facts() if read else NOTHING


def tree_of(source: bytes) -> ast.Module | None:
    """The tree of a source, of newer syntax too; None, or one of UNREADABLE raised, where there is none."""
    read = tree_and_text(source)
    return read and read[0]


def tree_and_text(source: bytes) -> tuple[ast.Module, bytes] | None:
    """The tree of a source and the text, in UTF-8, that it was made from."""
    try:
        return parse(source), _as_utf8(source)
    except SyntaxError:
        from reviewer.index.lower import lowered

        older = lowered(source)
        return None if older is None else (parse(older), older)


def parse(source: bytes) -> ast.Module:
    """The tree of a source; the warnings that its author would see are none of ours."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(ATTEMPTS):
            # Python before 3.12 takes another thread that parses for a fault of its own (its issue 106905).
            with suppress(SystemError):
                return ast.parse(source)
        return ast.parse(source)


def _as_utf8(source: bytes) -> bytes:
    encoding, _ = tokenize.detect_encoding(BytesIO(source).readline)
    if encoding == "utf-8":
        return source
    return source.decode(encoding).encode()


def statements(body: list[ast.stmt], *, type_checking: bool = False) -> Iterator[tuple[ast.stmt, bool]]:
    """All statements of a block and of the blocks in it, and whether each is for type checkers alone.

    Those of nested functions and classes are left out.
    """
    for statement in body:
        yield statement, type_checking
        if not isinstance(statement, COMPOUND):
            continue
        guarded, otherwise = _guards(statement)
        guarded, otherwise = guarded or type_checking, otherwise or type_checking
        yield from statements(statement.body, type_checking=guarded) if not isinstance(statement, ast.Match) else ()
        for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
            yield from statements(part.body, type_checking=type_checking)
        for name in ("orelse", "finalbody"):
            yield from statements(getattr(statement, name, []), type_checking=otherwise)


def _guards(statement: ast.stmt) -> tuple[bool, bool]:
    """Whether only type checkers see the body of a statement, and whether only they see its `else`."""
    match statement:
        case ast.If(test=ast.UnaryOp(op=ast.Not(), operand=test)):
            return False, _is_guard(test)
        case ast.If(test=test):
            return _is_guard(test), False
        case _:
            return False, False


def _is_guard(test: ast.expr) -> bool:
    return dotted_name(test).rpartition(".")[2] == "TYPE_CHECKING"


class _Reader:
    """Goes through the statements of one module once."""

    def __init__(self, tree: ast.Module, source: bytes) -> None:
        self._tree = tree
        self._source = source
        self._outline = Outline(source.removeprefix(b"\xef\xbb\xbf"))
        self._imports: list[Import] = []
        self._classes: list[ClassFacts] = []
        self._functions: list[FunctionFacts] = []
        self._assignments: list[Assignment] = []
        self._constants: list[tuple[str, str]] = []
        self._exported: list[str] | None = None
        self._telling_lines = self._outline.lines_with(BODY_WORDS) if BODY_WORDS.search(source) else []

    def facts(self) -> ModuleFacts:
        """Everything at once."""
        self._module()
        return ModuleFacts(
            imports=tuple(self._imports),
            classes=tuple(self._classes),
            functions=tuple(self._functions),
            assignments=tuple(self._assignments),
            exported=None if self._exported is None else tuple(self._exported),
            mapped_imperatively=mapped_imperatively(self._tree) if MAPPING_WORDS.search(self._source) else (),
            injected=injected(self._tree) if INJECTING_WORDS.search(self._source) else (),
            wirings=wirings(self._tree, self._outline) if may_wire(self._source) else (),
            constants=tuple(self._constants),
            reads_environment=bool(ENVIRONMENT_WORDS.search(self._source))
            and reads_environment(self._tree, self._imports),
        )

    def _module(self) -> None:
        for statement, type_checking in statements(self._tree.body):
            self._nested(statement, "", type_checking=type_checking)
            if isinstance(statement, SCOPES):
                continue
            self._exports(statement)
            self._constants.extend(constant(statement, self._outline))
            for found in self._outline.assignments(statement, type_checking=type_checking):
                if found.annotation or (found.value and found.value.name):
                    self._assignments.append(found)

    def _nested(self, statement: ast.stmt, scope: str, *, type_checking: bool = False) -> None:
        match statement:
            case ast.Import() | ast.ImportFrom():
                self._imports.extend(_imported(statement, scope, type_checking=type_checking))
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._functions.append(self._function(statement, scope, type_checking=type_checking))
            case ast.ClassDef():
                self._class(statement, scope, type_checking=type_checking)
            case _:
                pass

    def _class(self, node: ast.ClassDef, scope: str, *, type_checking: bool) -> None:
        symbol = f"{scope}.{node.name}" if scope else node.name
        place = len(self._classes)
        attributes: list[Assignment] = []
        methods: list[FunctionFacts] = []
        for statement, guarded in statements(node.body):
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
                methods.append(self._function(statement, symbol, type_checking=guarded))
            else:
                self._nested(statement, symbol, type_checking=guarded)
                attributes.extend(self._outline.assignments(statement))
        found = ClassFacts(
            symbol=symbol,
            line=node.lineno,
            end_line=node.end_lineno or node.lineno,
            bases=tuple(self._outline.value(base) for base in node.bases),
            keywords=self._outline.keywords(node.keywords),
            decorators=tuple(self._outline.value(decorator) for decorator in node.decorator_list),
            attributes=tuple(attributes),
            methods=tuple(methods),
            type_checking=type_checking,
        )
        self._classes.insert(place, found)

    def _function(self, node: Function, scope: str, *, type_checking: bool) -> FunctionFacts:
        symbol = f"{scope}.{node.name}" if scope else node.name
        end_line = node.end_lineno or node.lineno
        for inner, guarded in statements(node.body):
            self._nested(inner, symbol, type_checking=guarded)
        first = bisect.bisect_left(self._telling_lines, node.lineno)
        tells = first < len(self._telling_lines) and self._telling_lines[first] <= end_line
        body = _Body(node, self._outline) if tells else None
        return FunctionFacts(
            symbol=symbol,
            line=node.lineno,
            end_line=end_line,
            is_async=isinstance(node, ast.AsyncFunctionDef),
            decorators=tuple(self._outline.value(decorator) for decorator in node.decorator_list),
            parameters=self._outline.parameters(node.args),
            returns=self._outline.optional_text(node.returns),
            is_generator=body is not None and body.is_generator,
            yields=tuple(body.yields) if body else (),
            calls=tuple(body.calls) if body else (),
            bound=tuple(body.bound) if body else (),
            type_checking=type_checking,
            stub=all(map(_does_nothing, node.body)),
        )

    def _exports(self, statement: ast.stmt) -> None:
        """`__all__` as it is spelled out; anything that cannot be read makes it unknown."""
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id="__all__")], value=value)
                | ast.AnnAssign(target=ast.Name(id="__all__"), value=ast.expr() as value)
            ):
                self._exported = _strings(value)
            case (
                ast.AugAssign(target=ast.Name(id="__all__"), value=value)
                | ast.Expr(
                    value=ast.Call(func=ast.Attribute(value=ast.Name(id="__all__"), attr="extend"), args=[value])
                )
            ):
                more = _strings(value)
                self._exported = None if more is None or self._exported is None else self._exported + more
            case _:
                pass


def _does_nothing(statement: ast.stmt) -> bool:
    match statement:
        case ast.Pass() | ast.Expr(value=ast.Constant()):
            return True
        case ast.Raise(exc=ast.Name(id="NotImplementedError") | ast.Call(func=ast.Name(id="NotImplementedError"))):
            return True
        case _:
            return False


def _strings(node: ast.expr) -> list[str] | None:
    if not isinstance(node, ast.List | ast.Tuple):
        return None
    items = [item.value for item in node.elts if isinstance(item, ast.Constant) and isinstance(item.value, str)]
    return items if len(items) == len(node.elts) else None


def _imported(node: ast.Import | ast.ImportFrom, scope: str, *, type_checking: bool) -> Iterator[Import]:
    for name in node.names:
        renamed = name.asname is not None
        if isinstance(node, ast.Import):
            bound = name.asname or name.name.partition(".")[0]
            yield Import(bound, name.name, None, 0, node.lineno, renamed, type_checking, scope)
        else:
            bound = name.asname or name.name
            module, level = node.module or "", node.level
            yield Import(bound, module, name.name, level, node.lineno, renamed, type_checking, scope)


class _Body:
    """What a function's own body yields, ends and binds."""

    def __init__(self, function: Function, outline: Outline) -> None:
        self.is_generator = False
        self.yields: list[Value] = []
        self.calls: list[str] = []
        self.bound: list[Assignment] = []
        self._outline = outline
        waiting: list[ast.AST] = list(reversed(function.body))
        while waiting:
            node = waiting.pop()
            self._note(node)
            if not isinstance(node, (*SCOPES, ast.Lambda)):
                waiting.extend(reversed(parts(node)))

    def _note(self, node: ast.AST) -> None:
        match node:
            case ast.Yield(value=value):
                self.is_generator = True
                if value is not None:
                    self.yields.append(self._outline.value(value))
            case ast.YieldFrom():
                self.is_generator = True
            case ast.Call(func=ast.Attribute(attr=name) as function) if name in ENDINGS and dotted_name(function):
                self.calls.append(dotted_name(function))
            case ast.withitem(context_expr=value, optional_vars=ast.Name() | ast.Attribute() as target):
                self._bind(target, value)
            case ast.Assign(targets=[ast.Name() | ast.Attribute() as target], value=value):
                self._bind(target, value)
            case ast.AnnAssign(target=ast.Name() | ast.Attribute() as target, value=ast.expr() as value):
                self._bind(target, value, self._outline.text(node.annotation))
            case _:
                pass

    def _bind(self, target: ast.expr, value: ast.expr, annotation: str | None = None) -> None:
        name, outline = dotted_name(target), self._outline.value(value)
        if name and outline.name:
            self.bound.append(Assignment(name, target.lineno, annotation, outline))


def mapped_imperatively(tree: ast.Module) -> tuple[str, ...]:
    """The names of the classes that calls in this module map to tables."""
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    mapped = [
        dotted_name(call.args[0])
        for call in calls
        if call.args and dotted_name(call.func).rpartition(".")[2] in {"map_imperatively", "mapper"}
    ]
    return tuple(name for name in mapped if name)


def injected(tree: ast.Module) -> tuple[str, ...]:
    """The names of what FastAPI is told to call: `Depends(get_user)`, `Depends(Permission("read"))`."""
    found: set[str] = set()
    for node in below(tree):
        match node:
            case (
                ast.Call(func=function, args=[given, *_])
                | ast.Call(func=function, keywords=[ast.keyword(arg="dependency", value=given), *_])
            ) if dotted_name(function).rpartition(".")[2] in INJECTING:
                name = dotted_name(given.func if isinstance(given, ast.Call) else given)
                found |= {name} - {""}
            case _:
                pass
    return tuple(sorted(found))


def reads_environment(tree: ast.Module, imports: list[Import]) -> bool:
    """Whether the module reads an environment variable or the whole mapping; writing is not reading."""
    modules = {found.bound for found in imports if found.module == "os" and found.attribute is None}
    names = {found.bound for found in imports if found.module == "os" and found.attribute in ENVIRONMENT_NAMES}
    spelled = names | {f"{module}.{name}" for module in modules for name in ENVIRONMENT_NAMES}
    written: set[int] = set()
    for node in below(tree):
        match node:
            case ast.Subscript(value=value, ctx=ast.Store() | ast.Del()):
                written.add(id(value))
            case ast.Attribute(value=value, attr=name) if name in ENVIRONMENT_WRITES:
                written.add(id(value))
            case ast.Name() | ast.Attribute() if dotted_name(node) in spelled and id(node) not in written:
                return True
            case _:
                pass
    return False
