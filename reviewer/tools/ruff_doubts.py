"""What ruff takes for a fault by its looks alone, and is none: what can't be told apart is no finding."""

import ast
import re
from collections.abc import Sequence

from reviewer.index.extract import UNREADABLE, parse
from reviewer.model import Finding
from reviewer.source import code_in

SECRETS = frozenset({"S105", "S106", "S107"})
TEXT = re.compile(r"""[rbuRBU]?("{3}|'{3}|"|')(?P<text>.*)\1\s*\Z""", re.DOTALL)
QUERY = re.compile(r"""[rbfuRBFU]*(?:"{3}|'{3}|"|')\s*(?P<verb>\w+)""")
VERBS = frozenset({"select", "insert", "update", "delete", "with", "replace", "merge"})
WORDS = re.compile(r"[^\W_]+")
# What people write: a word, a year or a port, `oauth2`, `V2`, `sha256`.
PLAIN = re.compile(r"[^\W\d_]*\d{0,4}")
FEWEST_CHARACTERS = 6
ROUTES = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "trace", "api_route", "websocket"})


def is_doubtful(finding: Finding, lines: Sequence[str]) -> bool:
    """Whether what ruff says of a file with these lines may be no fault."""
    if finding.rule in SECRETS:
        return not _is_secret(code_in(finding.span, lines))
    if finding.rule == "S608":
        return not _is_query(code_in(finding.span, lines))
    return finding.rule == "FBT001" and finding.span is not None and finding.span.line in _lines_of_routes(lines)


def _is_secret(code: str) -> bool:
    """Whether code ends with a text that nobody would think of: a sentence, a name or an address is none."""
    found = TEXT.search(code)
    text = found["text"] if found else ""
    if len(text) < FEWEST_CHARACTERS or re.search(r"\s|://|^/|[{}]", text):
        return False
    return any(not PLAIN.fullmatch(word) for word in WORDS.findall(text))


def _is_query(code: str) -> bool:
    """Whether a text starts as a query does; one that starts with a capital letter alone is a sentence."""
    found = QUERY.match(code)
    verb = found["verb"] if found else ""
    return verb.lower() in VERBS and (verb.isupper() or verb.islower())


def _lines_of_routes(lines: Sequence[str]) -> frozenset[int]:
    """The lines of the parameters of routes: nobody calls them but the framework, by their names."""
    try:
        found = ast.walk(parse("\n".join(lines).encode()))
    except UNREADABLE:
        return frozenset()
    functions = (node for node in found if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    routes = (node for node in functions if any(map(_makes_a_route, node.decorator_list)))
    return frozenset(line for node in routes for line in range(node.lineno, node.body[0].lineno + 1))


def _makes_a_route(decorator: ast.expr) -> bool:
    match decorator:
        case ast.Call(func=ast.Attribute(attr=name)):
            return name in ROUTES
        case _:
            return False
