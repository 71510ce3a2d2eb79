"""The files under review, looked at by our checks and by the tools side by side."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial

from reviewer import registry
from reviewer.aim import Aim, Before
from reviewer.comparison import Compared, Comparison, Work
from reviewer.index import Index
from reviewer.records import Record, Said
from reviewer.results import Memory, Results
from reviewer.shard import Shard
from reviewer.sides import NOTHING_BEFORE, Former, Side, limits, review
from reviewer.source import Tree, UnreadableFile, lines_of
from reviewer.tool_results import Coverage, Tools
from reviewer.tooling import Started, Tooling, coverage_lines, told_elsewhere
from reviewer.tools.heard import Heard
from reviewer.tools.radon import Measured
from reviewer.tools.rules import COVERAGE, RADON, SCRIPTED
from reviewer.untested import Changed, examine
from reviewer.workers import Progress


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found, and by which tools; what is told `elsewhere` comes from tools of another job."""

    compared: Compared
    tools: Tools
    elsewhere: frozenset[str] = frozenset()


def examined(aim: Aim, progress: Progress, record: Record, former: Former = NOTHING_BEFORE) -> Examined:
    """Both sides of a change, or whole files, with what the tools say; what the record knows is taken from there.

    What a former index has read of files that are reviewed whole need not be read again.
    """
    with closing(Tooling(aim)) as tooling, _results(aim) as results:
        run = _Run(aim, tooling, progress, record, results, former)
        return run.change(aim.before) if aim.before else run.whole()


def contribution(aim: Aim, shard: Shard, progress: Progress) -> Record:
    """What one of several machines finds out of a review: what its share of the files brings.

    The first one hears the tools too: mypy reads the whole project, and the others are done before it.
    """
    record = Record()
    with closing(Tooling(aim if shard.first else aim.without_tools())) as tooling, _results(aim) as results:
        run = _Run(aim, tooling, progress, record, results)
        if aim.before:
            run.share_of_change(aim.before, shard)
        else:
            run.share_of_files(shard)
    return record


@contextmanager
def _results(aim: Aim) -> Iterator[Results | None]:
    """What former runs found out, and, when all went well, what this one does."""
    results = Results.under(aim.config) if aim.request.cache else None
    yield results
    if results:
        results.keep()


@dataclass(frozen=True, slots=True)
class _Run:
    """A review, or a share of it, on its way: what is found out goes into the record."""

    aim: Aim
    tooling: Tooling
    progress: Progress
    record: Record
    results: Results | None
    former: Former = NOTHING_BEFORE

    def whole(self) -> Examined:
        """All that is said of whole files."""
        side, aim = self._side(), self.aim
        started = self._started()
        # Whoever types in one file is told of that file.
        self._review(side, aim.files, project=bool(aim.files) and aim.request.unsaved is None)
        said = self._heard(started)
        for each in said.heard:
            side.hear(each, each.head, proves=each.complete)
        problems = (*side.outcome.problems, *(problem for each in said.heard for problem in each.problems))
        return Examined(Compared(tuple(side.findings), problems, (), side, len(aim.files)), _tools(said))

    def share_of_files(self, shard: Shard) -> None:
        """Review some of the whole files."""
        aim = self.aim
        own = shard.share({path: _size(aim.tree, path) for path in aim.files})
        started = self._started()
        files = tuple(path for path in aim.files if path in own)
        self._review(self._side(), files, project=shard.last and bool(aim.files))
        if shard.first:
            self._heard(started)

    def change(self, before: Before) -> Examined:
        """All that is said of a change."""
        comparison = Comparison(self.aim.tree, before, self.aim.config, self.record, self.results)
        work = comparison.work(self.aim.files, self.aim.wanted)
        started = self._started(before, work)
        comparison.review(work, self.progress)
        said = self._told(before, comparison, started)
        for each in said.heard:
            comparison.hear(each, self.aim.wanted)
        compared = comparison.compared()
        functions, files = comparison.trend(said.measured)
        return Examined(
            replace(compared, problems=(*compared.problems, *said.measured.problems)),
            replace(_tools(said), complexity=functions, maintainability=files, coverage=said.coverage),
            frozenset(each.tool for each in said.heard if each.elsewhere),
        )

    def share_of_change(self, before: Before, shard: Shard) -> None:
        """Review some files of both sides, and the first machine also those that only a tool has news of."""
        aim = self.aim
        comparison = Comparison(aim.tree, before, aim.config, self.record, self.results)
        work = comparison.work(aim.files, aim.wanted)
        started = self._started(before, work)
        comparison.review(work.share(shard, _weights(aim.tree, before.tree, work)), self.progress)
        if shard.first:
            others = frozenset(work.head)
            for each in self._told(before, comparison, started).heard:
                comparison.follow(each, lambda path: path not in others and aim.wanted(path))

    def _side(self) -> Side:
        aim, known = self.aim, self.record.head
        archive = self.results.section(aim.tree) if self.results else None
        former = self.former
        index = Index(
            aim.tree.paths, aim.tree.read, aim.config, shared=former.index, twin=former.holds, archive=archive
        )
        memory = Memory(self.results, (aim.tree,), index, None) if self.results else None
        return Side(aim.tree, index, aim.config, alone=True, known=known, memory=memory)

    def _review(self, side: Side, files: Sequence[str], *, project: bool) -> None:
        if project:
            # What it asks of all files, the processes that follow need not ask again.
            side.review_project()
        review([(side, path, path) for path in files], limits(self.aim.config), self.progress)

    def _started(self, before: Before | None = None, work: Work | None = None) -> Started:
        """The tools at work on the files that are reviewed, on whichever machine."""
        if before is None or work is None:
            return self.tooling.start(partial(_sources, self.aim.tree, self.aim.files), None)
        then = [path for path, _ in work.base]
        return self.tooling.start(partial(_sources, self.aim.tree, work.head), partial(_sources, before.tree, then))

    def _heard(self, started: Started) -> Said:
        if self.record.said is None:
            self.record.said = Said(tuple(started.results()))
        return self.record.said

    def _told(self, before: Before, comparison: Comparison, started: Started) -> Said:
        """What tools say of a change, those that ran here, the tests, and those of another job."""
        if self.record.said is None:
            tested, coverage = _tested(self.aim, before, comparison)
            elsewhere = told_elsewhere(self.aim, partial(lines_in, self.aim.tree))
            heard = (*started.results(), *tested, *elsewhere)
            measured = started.measured.result() if started.measured else Measured()
            self.record.said = Said(heard, coverage, measured)
        return self.record.said


def _weights(head: Tree, base: Tree, work: Work) -> dict[str, int]:
    """The bytes to read for each path whose settings count, on both sides."""
    weights: Counter[str] = Counter({path: _size(head, path) for path in work.head})
    for path, named in work.base:
        weights[named] += _size(base, path)
    return weights


def _size(tree: Tree, path: str) -> int:
    return sum(map(len, _sources(tree, [path]).values()))


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


def _tools(said: Said) -> Tools:
    """The versions of the tools that said something, and which of them said all there is to say."""
    known = {each.tool: each.version for each in said.heard if each.version}
    complete = (each.tool for each in said.heard if each.complete and not each.elsewhere and not each.failed)
    measured = {RADON: said.measured.version} if said.measured.version else {}
    return Tools(known | measured, tuple(sorted(complete)))


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
