"""What the functions of a file prove, or leave to others to prove: read only of tests and of what they call."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reviewer.index.branches import below, parts
from reviewer.index.extract import SCOPES, UNREADABLE, tree_of
from reviewer.index.outline import dotted_name

Function = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
ASSERTION = "AssertionError"
# What is told to fail, and handed to the code under test: that it comes through proves something.
FAILING = "side_effect"
# What makes errors of warnings: `simplefilter("error")`.
ERRING = frozenset({"error", "raise"})


@dataclass(frozen=True, slots=True)
class Proof:
    """What a function does that can prove something, in functions inside of it, too.

    `named` are the dotted names that it reads, `called` those that it calls, the name alone of what has no dotted one
    (`.check` of `made().check()`). `asserts` says whether it holds an `assert`, in code that it has as a string, too;
    `raises` whether it raises, or has something else do it. `raised` are the names of what its own body raises,
    `marks` its decorators as they are written, `texts` those with arguments.
    """

    asserts: bool = False
    raises: bool = False
    named: frozenset[str] = frozenset()
    called: frozenset[str] = frozenset()
    raised: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()

    def joined(self, other: "Proof") -> "Proof":
        """Both in one: two definitions can have one name."""
        return Proof(
            asserts=self.asserts or other.asserts,
            raises=self.raises or other.raises,
            named=self.named | other.named,
            called=self.called | other.called,
            raised=self.raised + other.raised,
            parameters=self.parameters + other.parameters,
            marks=self.marks + other.marks,
            texts=self.texts + other.texts,
        )


# By the dotted symbol of the function; what stands at the file's own level is that of "".
Proofs = Mapping[str, Proof]


def proofs(source: bytes) -> Proofs:
    """The proofs of a file's functions; none of a file that cannot be read."""
    found: dict[str, Proof] = {}
    try:
        tree = tree_of(source)
    except UNREADABLE:
        tree = None
    for symbol, node in _functions(tree) if tree else ():
        proof = _proof(node)
        found[symbol] = found[symbol].joined(proof) if symbol in found else proof
    return found


def _functions(tree: ast.Module) -> Iterator[tuple[str, Function]]:
    waiting: list[tuple[str, ast.AST]] = [("", tree)]
    while waiting:
        scope, node = waiting.pop()
        if isinstance(node, SCOPES):
            scope = f"{scope}.{node.name}" if scope else node.name
        if isinstance(node, FUNCTIONS):
            yield scope, node
        if isinstance(node, ast.stmt | ast.Module | ast.excepthandler | ast.match_case):
            waiting.extend((scope, child) for child in reversed(parts(node)))


def _proof(function: Function) -> Proof:
    body = [node for statement in function.body for node in below(statement)]
    named = frozenset(name for node in body if (name := _name(node)))
    arguments = function.args
    raised = tuple(_raised(function))
    return Proof(
        asserts=ASSERTION in named or any(map(_asserts, body)),
        raises=any(isinstance(node, ast.Raise) or _fails(node) for node in body),
        named=named,
        called=frozenset(name for node in body if isinstance(node, ast.Call) and (name := _name(node.func))),
        raised=raised,
        parameters=tuple(each.arg for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)),
        marks=tuple(_written(each) for each in function.decorator_list),
        texts=tuple(ast.unparse(each) for each in function.decorator_list if isinstance(each, ast.Call)),
    )


def _asserts(node: ast.AST) -> bool:
    match node:
        case ast.Assert():
            return True
        case ast.Constant(value=str() as text):
            return "assert" in text or text in ERRING
        case ast.keyword(arg="check", value=ast.Constant(value=True)):
            return True
        case _:
            return False


def _fails(node: ast.AST) -> bool:
    match node:
        case ast.keyword(arg=name) | ast.Attribute(attr=name):
            return name == FAILING
        case _:
            return False


def _name(node: ast.AST) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(attr=attribute):
            name = dotted_name(node)
            return name if name and "(" not in name else f".{attribute}"
        case _:
            return ""


def _written(decorator: ast.expr) -> str:
    return dotted_name(decorator.func if isinstance(decorator, ast.Call) else decorator)


def _raised(function: Function) -> Iterator[str]:
    """What a function's own body raises; what it raises again, or makes elsewhere, has no name."""
    waiting: list[ast.AST] = list(reversed(function.body))
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Raise):
            yield _written(node.exc) if node.exc else ""
        if not isinstance(node, (*SCOPES, ast.Lambda)):
            waiting.extend(reversed(parts(node)))
