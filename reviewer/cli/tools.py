"""`tools`: what can run the code it checks, in a job of its own."""

import argparse
from pathlib import Path

from reviewer.aim import Request, take
from reviewer.cli import CLEAN
from reviewer.cli.review import bytes_of, mypy_table
from reviewer.first_stage import said
from reviewer.tools.report import written
from reviewer.tools.rules import MYPY


def tools(options: argparse.Namespace) -> int:
    """Write what mypy and the tests say of a change; that they find something is no failure."""
    request = Request(
        Path.cwd(),
        merge_base=options.merge_base,
        head=options.head,
        policy=options.policy,
        config=Path(options.config) if options.config else None,
        flags={"mypy": mypy_table(options.mypy_python)},
        tools=frozenset({MYPY}),
        coverage=bytes_of(options.coverage, "the coverage report", "--coverage"),
        coverage_commit=options.coverage_commit,
        # This job has no rights that a plugin could use.
        trusted=True,
    )
    report, notices = said(take(request))
    Path(options.output).write_text(written(report), encoding="utf-8")
    for tool in report.tools:
        print(f"{tool.tool} {tool.version}: {len(tool.base)} before, {len(tool.head)} after the change")
    print("\n".join(notices))
    return CLEAN
