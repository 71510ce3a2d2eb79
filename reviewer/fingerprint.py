"""What makes a finding the same finding on another day: never a line number, never the message's text."""

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from hashlib import sha256
from textwrap import dedent

from reviewer.index.extract import UNREADABLE, parse
from reviewer.model import WHOLE_FILE, Finding

LENGTH = 20
CODE_LENGTH = 12


def fingerprinted(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings in order, each with a digest of rule, path, symbol, key and its ordinal among equals."""
    seen: Counter[tuple[str, ...]] = Counter()
    marked = []
    for finding in sorted(findings, key=lambda finding: finding.order):
        identity = (finding.source, finding.rule, finding.path or "", finding.symbol, finding.key)
        marked.append(replace(finding, fingerprint=digest(*identity, str(seen[identity]))))
        seen[identity] += 1
    return tuple(marked)


def with_code(finding: Finding, lines: Callable[[str], Sequence[str]]) -> Finding:
    """The finding with a digest of its code: layout, comments and the symbol's own name make no difference.

    What is about no lines is known by what was measured.
    """
    if finding.path is None or finding.span is None:
        return replace(
            finding, code=digest(finding.rule, finding.key, str(sorted(finding.facts.items())))[:CODE_LENGTH]
        )
    extent = finding.extent if finding.extent not in (None, WHOLE_FILE) else None
    first, last = (extent.first, extent.last) if extent else (finding.span.line, finding.span.end_line)
    text = _syntax("\n".join(lines(finding.path)[first - 1 : last]))
    name = finding.symbol.rpartition(".")[2]
    nameless = re.sub(rf"\b{re.escape(name)}\b", "", text) if name else text
    return replace(finding, code=digest(finding.rule, finding.key, nameless)[:CODE_LENGTH])


def _syntax(code: str) -> str:
    """Code as its syntax tree; what is no whole statement, as its words."""
    try:
        return _spelled(parse(dedent(code).encode(errors="surrogatepass")))
    except UNREADABLE:
        return " ".join(code.split())


def _spelled(node: object) -> str:
    """A syntax tree as text that is the same in every version of Python: `ast.dump` tells more of nothing in some."""
    if isinstance(node, list):
        return f"[{','.join(map(_spelled, node))}]"
    if not isinstance(node, ast.AST):
        return repr(node)
    fields = [f"{name}={_spelled(value)}" for name, value in ast.iter_fields(node) if value not in (None, [])]
    return f"{type(node).__name__}({','.join(fields)})"


def kin(finding: Finding) -> str:
    """A digest of what stays the same of a finding when its file is renamed."""
    return digest(finding.source, finding.rule, finding.symbol, finding.key)[:CODE_LENGTH]


def digest(*parts: str) -> str:
    """A digest of texts, each apart from its neighbours."""
    joined = "\0".join(parts)
    return sha256(joined.encode(errors="surrogateescape")).hexdigest()[:LENGTH]
