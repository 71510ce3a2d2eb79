"""`tools`: what can run the code it checks, in a job of its own."""

import argparse
import tempfile
from pathlib import Path

from reviewer.aim import Request, take
from reviewer.cli import CLEAN
from reviewer.errors import ReviewerError
from reviewer.tools.mypy import said
from reviewer.tools.report import ToolReport, written


def tools(options: argparse.Namespace) -> int:
    """Write what mypy says of both sides of a change; that it finds something is no failure."""
    aim = take(Request(Path.cwd(), merge_base=options.merge_base, head=options.head))
    base, head = aim.comparison.base, aim.comparison.head
    if aim.before is None or base is None or head is None:
        raise ReviewerError("--merge-base and --head name the two commits to compare")
    old = sorted({*aim.before.paths.values(), *aim.before.deleted} & set(aim.before.tree.paths))
    with tempfile.TemporaryDirectory(prefix="reviewer-tools-") as folder:
        heard = said(aim.before.tree, aim.tree, (old, aim.files), Path(folder).resolve())
    report = ToolReport(schema=1, base=base, head=head, tools=(heard,))
    Path(options.output).write_text(written(report), encoding="utf-8")
    print(f"mypy {heard.version}: {len(heard.base)} before, {len(heard.head)} after the change")
    if heard.problem:
        print(f"mypy did not finish: {heard.problem}")
    return CLEAN
