"""What users read about the rules of the tools: the standard's sentence, and the tool's own text."""

from pathlib import Path

from reviewer.errors import ToolError
from reviewer.tools.heard import ended, run
from reviewer.tools.ruff import program
from reviewer.tools.rules import MYPY, RUFF, RUFF_CODE, ToolRule

TIMEOUT = 10.0
MYPY_PAGE = "https://mypy.readthedocs.io/en/stable/_refs.html#code-{code}"


def explained(rule: ToolRule) -> str:
    """What a rule of a tool means, as text; raises ToolError when the tool can't be asked."""
    layers = f"\n\nIt is not looked for in {' and '.join(sorted(rule.not_in))}." if rule.not_in else ""
    blocks = [f"{rule.name}\n{rule.level} · {rule.family}", f"{rule.sentence}{layers}".strip(), own_text(rule)]
    return "\n\n".join(filter(None, blocks)) + "\n"


def own_text(rule: ToolRule) -> str:
    """What the tool itself says of its rule."""
    if rule.tool == MYPY:
        return MYPY_PAGE.format(code=rule.code)
    if rule.tool != RUFF or not RUFF_CODE.fullmatch(rule.code):
        return ""
    completed = run([program(), "rule", rule.code], cwd=Path("/"), timeout=TIMEOUT)
    if completed.code:
        raise ToolError(f"there is no rule {rule.name}: {ended(RUFF, completed)}")
    return completed.stdout.decode().strip()


def brief(rule: ToolRule) -> str:
    """What a comment tells of a rule, and where more is told."""
    more = f"\n\n`reviewer explain {rule.name}` tells what {rule.tool} says of it." if rule.tool in (RUFF, MYPY) else ""
    return f"{rule.sentence}{more}".strip()
