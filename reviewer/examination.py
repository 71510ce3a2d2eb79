"""The files under review, looked at by our checks and by the tools side by side."""

from collections.abc import Iterable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from functools import partial

from reviewer import registry
from reviewer.aim import Aim, Before
from reviewer.comparison import Compared, Comparison
from reviewer.index import Index
from reviewer.sides import Side, limits
from reviewer.source import Tree, UnreadableFile, lines_of
from reviewer.tool_results import Coverage, Tools
from reviewer.tooling import Tooling, coverage_lines, told_elsewhere
from reviewer.tools.heard import Heard
from reviewer.tools.radon import Measured
from reviewer.tools.rules import COVERAGE, RADON, SCRIPTED
from reviewer.untested import Changed, examine
from reviewer.workers import Progress, reviewed


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found, and by which tools; what is told `elsewhere` comes from tools of another job."""

    compared: Compared
    tools: Tools
    elsewhere: frozenset[str] = frozenset()


def examined(aim: Aim, progress: Progress) -> Examined:
    """Both sides of a change, or whole files, with what the tools say beside our checks."""
    with closing(Tooling(aim)) as tooling:
        return _change(aim, aim.before, tooling, progress) if aim.before else _whole(aim, tooling, progress)


def _whole(aim: Aim, tooling: Tooling, progress: Progress) -> Examined:
    side = Side(aim.tree, Index(aim.tree.paths, aim.tree.read, aim.config), aim.config, alone=True)
    started = tooling.start(partial(_sources, aim.tree, aim.files), None)
    if aim.files:
        # What it asks of all files, the processes that follow need not ask again.
        side.review_project()
    for outcome in reviewed([side.job(path) for path in aim.files], limits(aim.config), progress):
        side.take(outcome)
    heard = tuple(started.results())
    for each in heard:
        side.hear(each, each.head, proves=each.complete)
    problems = (*side.outcome.problems, *(problem for each in heard for problem in each.problems))
    return Examined(Compared(tuple(side.findings), problems, (), side, len(aim.files)), _tools(heard))


def _change(aim: Aim, before: Before, tooling: Tooling, progress: Progress) -> Examined:
    comparison = Comparison(aim.tree, before, aim.config)
    work = comparison.work(aim.files, aim.wanted)
    then = [path for path, _ in work.base]
    started = tooling.start(partial(_sources, aim.tree, work.head), partial(_sources, before.tree, then))
    comparison.review(work, progress)
    tested, coverage = _tested(aim, before, comparison)
    heard = (*started.results(), *tested, *told_elsewhere(aim, partial(lines_in, aim.tree)))
    for each in heard:
        comparison.hear(each, aim.wanted)
    measured = started.measured.result() if started.measured else Measured()
    compared = comparison.compared()
    functions, files = comparison.trend(measured)
    return Examined(
        replace(compared, problems=(*compared.problems, *measured.problems)),
        replace(_tools(heard, measured), complexity=functions, maintainability=files, coverage=coverage),
        frozenset(each.tool for each in heard if each.elsewhere),
    )


def _tested(aim: Aim, before: Before, comparison: Comparison) -> tuple[tuple[Heard, ...], Coverage | None]:
    """What tests did not run of the change, where there is a report about them."""
    reported = coverage_lines(aim)
    if reported is None or COVERAGE not in registry.wanted_tools(aim.config):
        return (), None
    changed = (path for path in aim.files if path in before.changes and comparison.layer(path) not in SCRIPTED)
    own = {path: comparison.own_lines(path) for path in changed}
    threshold = aim.config.coverage.threshold
    change = Changed(own, aim.tree.read, comparison.symbol)
    heard, found = examine(partial(reported, own), change, threshold)
    return (heard,), found


def _tools(heard: Iterable[Heard], measured: Measured = Measured()) -> Tools:  # noqa: B008  # frozen
    """The versions of the tools that said something, and which of them said all there is to say."""
    known = {each.tool: each.version for each in heard if each.version}
    complete = (each.tool for each in heard if each.complete and not each.elsewhere and not each.failed)
    return Tools(known | ({RADON: measured.version} if measured.version else {}), tuple(sorted(complete)))


def _sources(tree: Tree, paths: Sequence[str]) -> dict[str, bytes]:
    """The contents of files; one that can't be read is left out, for its review says so."""
    found = {}
    for path in paths:
        with suppress(UnreadableFile):
            found[path] = tree.read(path)
    return found


def lines_in(tree: Tree, path: str) -> Sequence[str]:
    """The lines of a file; one that can't be read has none."""
    try:
        return lines_of(tree.read(path))
    except UnreadableFile:
        return ()
