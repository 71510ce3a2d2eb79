"""The review of a change: the files that it touches or reaches, reviewed as they were and as they are."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from reviewer.aim import Before
from reviewer.config import Config
from reviewer.descent import Descent, Piece, pieces
from reviewer.difference import compare
from reviewer.index import Index
from reviewer.index.reach import Cause, Place, Reach
from reviewer.model import Finding, Problem, Suppression
from reviewer.pairing import Kinship
from reviewer.project_facts import ProjectFactChanged
from reviewer.sides import Side
from reviewer.source import Tree, lines_of
from reviewer.suppress import added
from reviewer.tools import Heard

Progress = Callable[[Sequence[str]], Iterable[str]]


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

    def __init__(self, tree: Tree, before: Before, config: Config) -> None:
        self._before = before
        self._touched = {path for each in before.changes.values() for path in (each.path, each.old_path)}
        head = Index(tree.paths, tree.read, config)
        base = Index(before.tree.paths, before.tree.read, config, shared=head, twin=self._is_untouched)
        # Whoever brings the first repository did not write what stands around it. Where there was no code at all,
        # nothing stands around.
        project = base if before.tree.paths else head
        self._head = Side(tree, head, config, project)
        self._base = Side(before.tree, base, config, project)
        self._descent = self._related()
        self._kinship = Kinship(before.changes, self._descent, self._reach())

    def review(
        self,
        files: Sequence[str],
        wanted: Callable[[str], bool],
        progress: Progress,
        heard: Heard = Heard(),  # noqa: B008  # frozen
    ) -> Compared:
        """Review the changed `files`, and those that the change reaches where they are `wanted`.

        `heard` is what tools said of both sides in another job: it adds findings, and is no proof that one is fixed.
        """
        head, base = self._head, self._base
        reached = [path for path in self._kinship.reach if path not in self._before.changes and wanted(path)]
        every = [*files, *reached]
        work = [(head, path, path) for path in every] + [(base, *pair) for pair in self._counterparts(every, wanted)]
        for _, (side, path, named) in zip(progress([path for _, path, _ in work]), work, strict=True):
            side.review(path, named)
        if every:
            head.review_project()
        head.hear(heard.findings(lambda path, line: head.syntax(path).symbol(line)))
        base.hear(heard.findings(lambda path, line: base.syntax(path).symbol(line), base=True), heard.rules)
        return Compared(
            findings=(*compare(base, head, self._kinship), *self._turned_over()),
            problems=(*head.outcome.problems, *heard.problems, *map(_unread, base.outcome.problems)),
            suppressions=self._added(),
            head=head,
            files=len(every),
        )

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
        return tuple(each for each in added(now, then, self._before.changes, self._homes) if each in used)

    def _homes(self, path: str) -> Iterator[str]:
        """The files of the base that a file of the head was."""
        if old := self._before.paths.get(path):
            yield old
        yield from (source for source, _ in self._descent.sources(path))

    def _turned_over(self) -> Iterator[Finding]:
        """What the change makes of facts about the project, which this review leaves as they were."""
        for check in self._head.checks() if self._before.tree.paths else ():
            if isinstance(check, ProjectFactChanged):
                yield from check.changed(self._base.index, self._head.index)


def _pieces(side: Side, paths: Iterable[str]) -> dict[Place, Piece]:
    found = (pieces(path, side.index.facts(path), lines_of(side.read(path))) for path in paths)
    return dict(chain.from_iterable(each.items() for each in found))


def _unread(problem: Problem) -> Problem:
    """A problem with the base is no reason to fail: there the lines that changed decide."""
    message = f"As it was before the change it could not be reviewed, so its changed lines decide: {problem.message}"
    return Problem("base-unread", problem.path, message)
