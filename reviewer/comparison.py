"""The review of a change: the files that it touches or reaches, reviewed as they were and as they are."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain

from reviewer import trend
from reviewer.aim import Before
from reviewer.config import Config
from reviewer.descent import Descent, Piece, pieces
from reviewer.difference import compare
from reviewer.foreign_comments import silenced
from reviewer.index import Index
from reviewer.index.reach import Cause, Reach
from reviewer.index.traits import Place
from reviewer.model import Finding, Problem, Status, Suppression
from reviewer.pairing import Kinship
from reviewer.project_facts import ProjectFactChanged
from reviewer.records import Record
from reviewer.results import Memory, Results
from reviewer.shard import Shard
from reviewer.sides import Side, limits, review
from reviewer.source import Tree, lines_of
from reviewer.suppress import added
from reviewer.tool_results import Complexity, Maintainability
from reviewer.tools.heard import Heard
from reviewer.tools.radon import Measured
from reviewer.tools.rules import SCRIPTED
from reviewer.workers import Progress


@dataclass(frozen=True, slots=True)
class Work:
    """The files to review, of the head, and of the base each with the path whose settings count.

    With `project` the project as a whole is looked at, too.
    """

    head: tuple[str, ...]
    base: tuple[tuple[str, str], ...]
    project: bool

    def share(self, shard: Shard, weights: Mapping[str, int]) -> "Work":
        """What of it one of several machines does; a file's two sides stay together."""
        own = shard.share(weights)
        base = tuple(pair for pair in self.base if pair[1] in own)
        return Work(tuple(path for path in self.head if path in own), base, self.project and shard.last)


@dataclass(frozen=True, slots=True)
class Compared:
    """The findings of a change with their status, what could not be compared, and the suppressions that it adds."""

    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    suppressions: tuple[Suppression, ...]
    head: Side
    files: int


class Comparison:
    """Both sides of a change, and how they are related."""

    def __init__(
        self, tree: Tree, before: Before, config: Config, record: Record, results: Results | None = None
    ) -> None:
        self._before = before
        self._limits = limits(config)
        self._problems: tuple[Problem, ...] = ()
        self._tools: set[str] = set()
        self._touched = {path for each in before.changes.values() for path in (each.path, each.old_path)}
        now, then = (results.section(each) if results else None for each in (tree, before.tree))
        head = Index(tree.paths, tree.read, config, archive=now)
        base = Index(before.tree.paths, self._read_before, config, shared=head, twin=self._is_untouched, archive=then)
        # Whoever brings the first repository did not write what stands around it. Where there was no code at all,
        # nothing stands around.
        project, whole = (base, before.tree) if before.tree.paths else (head, tree)
        memories = [
            Memory(results, (each, whole), index, project) if results else None
            for each, index in ((tree, head), (before.tree, base))
        ]
        self._head = Side(tree, head, config, project, known=record.head, memory=memories[0])
        self._base = Side(before.tree, base, config, project, known=record.base, memory=memories[1])
        self._descent = self._related()
        self._kinship = Kinship(before.changes, self._descent, self._reach(), self._old_modules())

    def work(self, files: Sequence[str], wanted: Callable[[str], bool]) -> Work:
        """What is to review: the changed `files` and those that the change reaches, where they are `wanted`."""
        reached = [path for path in self._kinship.reach if path not in self._before.changes and wanted(path)]
        every = (*files, *reached)
        return Work(every, tuple(self._counterparts(every, wanted)), bool(every))

    def review(self, work: Work, progress: Progress) -> None:
        """Review the files of both sides."""
        if work.project:
            # What it asks of all files, the processes that follow need not ask again.
            self._head.review_project()
            if self._before.tree.paths:
                self._base.review_project()
        sides = [(self._head, path, path) for path in work.head] + [(self._base, *pair) for pair in work.base]
        review(sides, self._limits, progress)

    def hear(self, heard: Heard, wanted: Callable[[str], bool]) -> None:
        """Take over what a tool says of both sides; where it is news of a file that was not reviewed, review that."""
        self.follow(heard, wanted)
        self._head.hear(heard, heard.head, proves=heard.complete and not heard.elsewhere)
        self._base.hear(heard, heard.base, proves=heard.compared)
        self._problems += heard.problems
        self._tools.add(heard.tool)

    def follow(self, heard: Heard, wanted: Callable[[str], bool]) -> None:
        """Review the files, as far as they are `wanted` and were not, of which a tool has news."""
        news = [path for path in self._news(heard) if wanted(path) and path not in self._head.outcome.ran]
        review([(side, path, path) for path in news for side in (self._head, self._base)], self._limits)

    def compared(self) -> Compared:
        """What the change made of the findings."""
        head, base = self._head, self._base
        return Compared(
            findings=(*self._told(compare(base, head, self._kinship)), *self._turned_over()),
            problems=(*head.outcome.problems, *self._problems, *map(_unread, base.outcome.problems)),
            suppressions=self._added(),
            head=head,
            files=len(head.outcome.ran),
        )

    def _told(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """The findings, without those that are not fixed but silenced: nobody can tell."""
        silent = {(each.path, rule) for each in self._silenced for rule in each.rules}
        for finding in findings:
            home = self._renamed.get(finding.path or "", finding.path)
            hidden = not silent.isdisjoint({(home, finding.name), (home, finding.source)})
            if finding.status is not Status.FIXED or not hidden:
                yield finding

    @cached_property
    def _renamed(self) -> Mapping[str, str]:
        """The head's path of each file of the base."""
        return {old: path for path, old in self._before.paths.items()}

    def trend(self, measured: Measured) -> tuple[tuple[Complexity, ...], tuple[Maintainability, ...]]:
        """What became of the complexity of the changed functions, and of the index of the changed files."""
        # A test is a list of what holds, and nobody has to maintain a migration.
        changed = (path for path in measured.head if path in self._before.changes)
        head = {path: measured.head[path] for path in changed if self.layer(path) not in SCRIPTED}
        told = replace(measured, head=head)
        functions = trend.complexity(told, self._base, self._head, self._descent)
        return functions, trend.maintainability(told, self._before.paths)

    def own_lines(self, path: str) -> frozenset[int]:
        """The lines of a changed file that the change wrote: what it only moved is left out."""
        syntax, lines = self._head.syntax(path), self._before.changes[path].lines
        moved = (
            range(first, last + 1)
            for symbol, first, last in syntax.definitions
            if (origin := self._descent.origin(path, symbol))
            and self._base.syntax(origin[0]).definition(origin[1]) == syntax.definition(symbol)
        )
        return lines.difference(*moved)

    def symbol(self, path: str, line: int) -> str:
        """The function or class around a line of the head."""
        return self._head.syntax(path).symbol(line)

    def layer(self, path: str) -> str | None:
        """The layer of a file of the head."""
        return self._head.layer(path)

    def _news(self, heard: Heard) -> list[str]:
        """The files that the change does not touch, of which a tool says something else than before."""
        if not heard.compared or not heard.base_complete or not heard.complete:
            return []
        then, now = Counter(map(_said, heard.base)), Counter(map(_said, heard.head))
        moved = {path for path, *_ in (now - then) + (then - now)}
        return sorted(path for path in moved if path not in self._touched)

    def _read_before(self, path: str) -> bytes:
        """The bytes of a file of the base; what the change leaves alone is read where the head has it."""
        return (self._head if self._is_untouched(path) else self._base).tree.read(path)

    def _is_untouched(self, path: str) -> bool:
        return path not in self._touched and self._head.index.knows(path)

    def _related(self) -> Descent:
        """What became of the functions and classes of the files that were there before."""
        then, now = self._before.paths, [path for path in self._before.changes if self._head.index.knows(path)]
        old = {*then.values(), *self._before.deleted}
        return Descent(then, _pieces(self._base, sorted(old)), _pieces(self._head, now))

    def _reach(self) -> Mapping[str, Mapping[str, Cause]]:
        base, head = self._base, self._head
        return Reach(base.index, head.index, self._before.changes, self._descent.origin, head.read).files

    def _old_modules(self) -> Mapping[str, str]:
        """The dotted names that modules had in the base, by those that they have now."""
        pairs = ((path, old) for path, old in self._before.paths.items() if path != old and path.endswith(".py"))
        return {self._head.index.module_name(path): self._base.index.module_name(old) for path, old in pairs}

    def _counterparts(self, files: Sequence[str], wanted: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
        """The files of the base to compare these with, each with the path whose settings count."""
        now = {old: path for path, old in self._before.paths.items()}
        same = {self._before.paths.get(path, path): path for path in files}
        moved = {source for path in files for source, _ in self._descent.sources(path)}
        deleted = set(filter(wanted, self._before.deleted))
        found = same | {source: now.get(source, source) for source in sorted(moved | deleted) if source not in same}
        return (
            (old, path) for old, path in sorted(found.items()) if self._base.index.knows(old) and old.endswith(".py")
        )

    def _added(self) -> tuple[Suppression, ...]:
        """The suppressions that the change adds and that hide something; the others are findings themselves."""
        then, now = self._base.outcome.suppressions, self._head.outcome.suppressions
        used = {self._head.judgement.hiding(finding) for finding in self._head.findings} if now else set()
        own = (each for each in added(now, then, self._before.changes, self._homes) if each in used)
        return tuple(sorted((*own, *self._silenced)))

    @cached_property
    def _silenced(self) -> tuple[Suppression, ...]:
        """The comments that the change adds in the words of a tool that runs, which does not tell what they hide."""
        changes = self._before.changes
        files = (path for path in self._head.outcome.ran if path in changes)
        found = (each for path in files for each in silenced(path, self._head.read(path), changes[path].lines))
        return tuple(each for each in found if each.rules[0].partition(":")[0] in self._tools)

    def _homes(self, path: str) -> Iterator[str]:
        """The files of the base that a file of the head was."""
        if old := self._before.paths.get(path):
            yield old
        yield from (source for source, _ in self._descent.sources(path))

    def _turned_over(self) -> Iterator[Finding]:
        """What the change makes of facts about the project, which this review leaves as they were."""
        checks = self._head.checks() if self._before.tree.paths else ()
        selected = frozenset(check.name for check in checks)
        for check in checks:
            if isinstance(check, ProjectFactChanged):
                yield from check.changed(self._base.index, self._head.index, selected)


def _pieces(side: Side, paths: Iterable[str]) -> dict[Place, Piece]:
    found = (pieces(path, side.index.facts(path), lines_of(side.read(path))) for path in paths)
    return dict(chain.from_iterable(each.items() for each in found))


def _said(finding: Finding) -> tuple[str, int, str, str]:
    return (finding.path or "", finding.span.line if finding.span else 0, finding.name, finding.key)


def _unread(problem: Problem) -> Problem:
    """A problem with the base is no reason to fail: there the lines that changed decide."""
    message = f"As it was before the change it could not be reviewed, so its changed lines decide: {problem.message}"
    return Problem("base-unread", problem.path, message)
