"""mypy on the two sides of a change. It can run the code it checks, so it belongs in a job without rights."""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from reviewer import process
from reviewer.errors import ToolError
from reviewer.source import Tree, UnreadableFile
from reviewer.tools.report import MOST_REMARKS, Remark, Said

TIMEOUT = 300.0
LONGEST = 2000
# Ours, whatever the repository says: its own could name plugins, which are programs. Without the dependencies of the
# reviewed code their types are Any, and what follows from that alone is no news.
CONFIGURATION = """\
[mypy]
strict = true
follow_imports = silent
namespace_packages = true
explicit_package_bases = true
ignore_missing_imports = true
disallow_subclassing_any = false
warn_unused_ignores = false
disable_error_code = untyped-decorator, no-any-return, no-any-unimported, import-untyped, import-not-found
"""


@dataclass(frozen=True, slots=True)
class Checked:
    """What mypy said of one side, or why it could not."""

    remarks: tuple[Remark, ...] = ()
    problem: str | None = None


def said(base: Tree, head: Tree, files: tuple[Sequence[str], Sequence[str]], folder: Path) -> Said:
    """What mypy says of these files of the base and of the head, which are written to a private folder."""
    before = _checked(base, files[0], folder / "base")
    after = _checked(head, files[1], folder / "head")
    problem = after.problem or (before.problem and f"of the base: {before.problem}")
    return Said(
        tool="mypy",
        version=version("mypy"),
        problem=problem,
        compared=before.problem is None,
        base=before.remarks,
        head=after.remarks,
    )


def _checked(tree: Tree, named: Sequence[str], folder: Path) -> Checked:
    # mypy reads what begins like this as a file of arguments.
    files = [path for path in named if not path.startswith("@")]
    if not files:
        return Checked()
    configuration = folder.with_suffix(".ini")
    write(tree, folder)
    configuration.write_text(CONFIGURATION, encoding="utf-8")
    options = ["--config-file", str(configuration), "--cache-dir", str(folder.with_suffix(".cache"))]
    command = [sys.executable, "-I", "-m", "mypy", *options, "--output", "json", "--no-error-summary", "--", *files]
    try:
        completed = process.run(command, cwd=folder, timeout=TIMEOUT)
        remarks = tuple(_remarks(completed.stdout, frozenset(files)))
    except ToolError as error:
        return Checked(problem=str(error)[:LONGEST])
    if completed.code in (0, 1):
        return Checked(remarks[:MOST_REMARKS])
    told = remarks[0].message if remarks else completed.stderr.strip().rpartition("\n")[2]
    return Checked(problem=f"mypy ended with exit code {completed.code}: {told}"[:LONGEST])


def write(tree: Tree, folder: Path) -> None:
    """Write the Python files of a tree: no links, no filters, no hooks, and nothing of a file that can't be read."""
    for path in tree.paths:
        place = folder / path
        try:
            data = tree.read(path)
        except UnreadableFile:
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)


def _remarks(output: bytes, files: frozenset[str]) -> Iterator[Remark]:
    """The errors in these files; raises ToolError for a line that is none of mypy's."""
    for line in output.splitlines():
        try:
            told = json.loads(line)
            remark = Remark(
                path=told["file"],
                line=max(told["line"], 1),
                column=max(told["column"] + 1, 1),
                code=told["code"] or "misc",
                message=told["message"][:LONGEST],
            )
        except (ValueError, TypeError, KeyError) as error:
            excerpt = line[:200].decode(errors="replace")
            raise ToolError(f"mypy said something that is not understood: {excerpt!r}") from error
        if told["severity"] == "error" and remark.path in files:
            yield remark
