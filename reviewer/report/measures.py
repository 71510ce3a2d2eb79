"""What the tools measured, as sentences and numbers: the trend of the complexity, and the coverage of the change."""

from reviewer.tool_results import Complexity, Coverage, Maintainability, Tools

# A new function is worth a word where it is not simple any more.
SIMPLE = 5
# An index that moves by less did not move.
NOTICEABLE = 1.0
NEW = "new"


def functions(tools: Tools) -> list[Complexity]:
    """The functions whose complexity changed, and new ones that are not simple; what grew most comes first."""
    told = [each for each in tools.complexity if each.after != each.before]
    worth = [each for each in told if each.before is not None or each.after > SIMPLE]
    return sorted(worth, key=lambda each: ((each.before or 0) - each.after, each))


def files(tools: Tools) -> list[Maintainability]:
    """The files whose maintainability index changed; what lost most comes first."""
    moved = [
        each
        for each in tools.maintainability
        if each.before is not None and abs(each.before - each.after) >= NOTICEABLE
    ]
    return sorted(moved, key=lambda each: (each.after - (each.before or 0.0), each))


def change_of(measure: Complexity | Maintainability) -> str:
    """`7 → 14`, or `new → 14`."""
    return f"{NEW if measure.before is None else measure.before} → {measure.after}"


def covered(coverage: Coverage) -> str:
    """How much of the change ran in tests, as a sentence."""
    files_ = "1 changed file is" if coverage.unreported == 1 else f"{coverage.unreported} changed files are"
    unknown = f" {files_} not in the report." if coverage.unreported else ""
    if not coverage.statements:
        return f"The change has no statement that the coverage report knows.{unknown}"
    part = f"{coverage.ran} of {coverage.statements} changed statements"
    return f"Tests run {part}: {int(coverage.percent)} %, and {coverage.threshold:g} % are asked for.{unknown}"
