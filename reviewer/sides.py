"""One side of a comparison: a state of the project, and what the review of some of its files brought."""

from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial

from reviewer import registry
from reviewer.check import Check
from reviewer.config import Config
from reviewer.fingerprint import digest, fingerprinted
from reviewer.index import Index
from reviewer.index.syntax import Syntax
from reviewer.model import Extent, Finding
from reviewer.results import Memory, Recall
from reviewer.results.shelf import Row
from reviewer.runner import WHOLE_PROJECT, Outcome, Outcomes, Plan, review_file, review_project
from reviewer.source import Overlay, Tree, UnreadableFile, lines_of
from reviewer.suppress import Judgement, UnusedSuppression
from reviewer.tools import rules as tool_rules
from reviewer.tools.heard import Heard
from reviewer.tools.rules import OF_A_FILE, SIGNATURES
from reviewer.unparsable import UnparsableFile
from reviewer.unplugged import Unplugged
from reviewer.workers import Job, Limits, Progress, reviewed


@dataclass(frozen=True, slots=True)
class Ran:
    """The rules that came through a file: those of tools are more than can be listed."""

    holds: Callable[[str], bool]

    def __contains__(self, name: object) -> bool:
        """Whether a rule came through it."""
        return isinstance(name, str) and self.holds(name)


@dataclass(frozen=True, slots=True)
class Former:
    """An index that was made before, and of which files it has read what stands there now."""

    index: Index | None = None
    holds: Callable[[str], bool] = lambda _: False


NOTHING_BEFORE = Former()


def limits(config: Config) -> Limits:
    """How many processes review, and how long one file may take."""
    return Limits(config.processes, config.file_timeout)


class Side:
    """A tree with its index; `project` answers what is asked of the project as a whole, else the same index.

    One that stands `alone` is compared with no other, and rules about changes are not asked. What is `known` of files
    is taken as it is, and what is found out is added there. With a `memory` what former runs found out is looked up.
    """

    def __init__(  # noqa: PLR0913  # the last ones by their names
        self,
        tree: Tree,
        index: Index,
        config: Config,
        project: Index | None = None,
        *,
        alone: bool = False,
        known: Outcomes | None = None,
        memory: Memory | None = None,
    ) -> None:
        self.tree = tree
        self.index = index
        self.outcome = Outcome()
        self._project = project
        self._config = config
        self._alone = alone
        self._known = {} if known is None else known
        self._memory = memory
        self._recalls: dict[tuple[str, str], Recall] = {}
        self._plans: dict[tuple[str, ...], Plan] = {}
        self._plan_of: dict[str, Plan] = {}
        self._overrides: dict[str, tuple[str, ...]] = {}
        self._rules: dict[frozenset[str], frozenset[str]] = {}
        # What the tools said, and whether it proves that there is nothing where they say nothing.
        self._heard: list[tuple[Heard, bool]] = []
        self._lines = cache(lambda path: lines_of(self.read(path)))
        self._unplugged = Unplugged(index, self.read)
        self.syntax = cache(self._syntax)
        self._selects = cache(partial(registry.tool_filter, config))

    def edited(self, path: str, data: bytes) -> "Side":
        """The same side, with other content of one file and nothing reviewed yet."""
        tree = Overlay(self.tree, {path: data})
        index = Index(tree.paths, tree.read, self._config, shared=self.index, twin=lambda each: each != path)
        return Side(tree, index, self._config, self._project or self.index, alone=self._alone)

    def recall(self, works: Iterable[tuple[str, str]]) -> None:
        """Look up what former runs know of files, each with the path whose settings count."""
        wanted = {(path, named): self._planned(path, named) for path, named in works}
        self._look_up({about: plan for about, plan in wanted.items() if about not in self._known})

    def _look_up(self, wanted: Mapping[tuple[str, str], Plan]) -> None:
        if self._memory is None:
            return
        recalled = self._memory.recalled([(path, plan) for (path, _), plan in wanted.items()])
        for about, found in zip(wanted, recalled, strict=True):
            if isinstance(found, Outcome):
                self._known[about] = found
            else:
                self._recalls[about] = found

    def _planned(self, path: str, named: str) -> Plan:
        self._overrides[path] = self._config.overrides(named)
        self._plan_of[path] = self._plan(self._overrides[path])
        return self._plan_of[path]

    def job(self, path: str, named: str) -> Job | None:
        """The review of a file under the settings of the path `named`; None where what comes of it is known."""
        plan = self._planned(path, named)
        if (path, named) in self._known:
            return None
        recall = self._recalls.pop((path, named), None)
        own = partial(review_file, path, self.tree.read, plan, self.index, self._project)
        return Job(path, partial(self._size, path), partial(recall.review, self.tree.read) if recall else own)

    def take(self, path: str, named: str, outcome: Outcome | None) -> None:
        """Take over what came of the review of a file, or what is known of it."""
        self._take((path, named), outcome)

    def hear(self, heard: Heard, findings: Iterable[Finding], *, proves: bool) -> None:
        """Take over what a tool says of the files reviewed; `proves`: what it does not find is not there."""
        wanted = filter(self._is_wanted, findings)
        judged = (each for each in wanted if heard.plugged or not self._unplugged.excuses(each))
        own = {(each.path, each.symbol) for each in self.outcome.findings if each.rule == SIGNATURES[0]}
        placed = map(self._placed, judged)
        self.outcome.findings += [each for each in placed if not self._is_exempt(each, own)]
        self._heard.append((heard, proves))

    def is_proof(self, source: str) -> bool:
        """Whether it means that there is nothing, when this tool, or our own checks, find nothing."""
        return all(proves for heard, proves in self._heard if heard.tool == source)

    def _is_wanted(self, finding: Finding) -> bool:
        """Whether a finding of a tool is selected, in a file that was reviewed."""
        return self._applies(finding.name, finding.path or "")

    def _applies(self, name: str, path: str) -> bool:
        """Whether a rule of a tool is selected for a file, and about its layer; few are about one that is broken."""
        if path not in self.outcome.ran:
            return False
        rule = tool_rules.rule(*name.split(":", 1))
        parses = self.outcome.ran[path] != {UnparsableFile.name}
        about = self.layer(path) not in rule.not_in and (parses or name in OF_A_FILE)
        return about and self._selects(self._overrides[path])(rule)

    def _is_exempt(self, finding: Finding, own: Collection[tuple[str | None, str]]) -> bool:
        """Whether our own rule for signatures, which knows exceptions, says nothing of what a tool finds fault with."""
        path = finding.path or ""
        asked = finding.name in SIGNATURES and SIGNATURES[0] in self.outcome.ran[path]
        return asked and (path, finding.symbol) not in own

    def _placed(self, finding: Finding) -> Finding:
        """The finding of a tool with the function or class around it, which is its extent if it has none."""
        line, path = finding.span.line if finding.span else 1, finding.path or ""
        syntax, lines = self.syntax(path), self._lines(path)
        text = lines[line - 1].strip() if line <= len(lines) else ""
        return replace(
            finding,
            symbol=finding.symbol or syntax.symbol(line),
            extent=finding.extent or Extent(*syntax.lines(line)),
            code=digest(text),
        )

    def review_project(self) -> None:
        """Ask the checks that look at the project as a whole."""
        if WHOLE_PROJECT not in self._known:
            self._look_up({WHOLE_PROJECT: self._plan(())})
        known = WHOLE_PROJECT in self._known
        self._take(WHOLE_PROJECT, None if known else self._look_at_project())

    def _look_at_project(self) -> Outcome:
        recall = self._recalls.pop(WHOLE_PROJECT, None)
        return recall.review(self.tree.read) if recall else review_project(self._plan(()), self.index)

    def _take(self, about: tuple[str, str], outcome: Outcome | None) -> None:
        found = self._known[about] = self._known[about] if outcome is None else outcome
        if self._memory and isinstance(found.kept, Row):
            self._memory.results.add(found.kept)
        found.kept = None
        # Nearly all files have the same rules behind them: they are kept once.
        found.ran = {path: self._rules.setdefault(rules, rules) for path, rules in found.ran.items()}
        self.outcome.add(found)

    def checks(self) -> tuple[Check, ...]:
        """The checks that are selected in general."""
        return self._plan(()).checks

    @property
    def ran(self) -> Mapping[str, Container[str]]:
        """The rules that came through each file."""
        return {path: Ran(partial(self.came_through, path)) for path in self.outcome.ran}

    def came_through(self, path: str, name: str) -> bool:
        """Whether a rule came through a file."""
        return name in self.outcome.ran.get(path, ()) or (":" in name and self._was_looked_for(path, name))

    def _was_looked_for(self, path: str, name: str) -> bool:
        """Whether a tool looked for its rule in a file, and its silence means something."""
        seen = (each for each, proves in self._heard if proves and (each.paths is None or path in each.paths))
        return any(each.looked_for(name) for each in seen) and self._applies(name, path)

    @cached_property
    def findings(self) -> Sequence[Finding]:
        """All findings in order, those about suppressions among them; to be asked when all files are reviewed."""
        return fingerprinted([*self.outcome.findings, *self._unused()])

    @cached_property
    def judgement(self) -> Judgement:
        """What the comments hide; to be asked when all files are reviewed."""
        return Judgement(self.outcome.suppressions, require_reason=self._config.require_reason)

    def hides(self, finding: Finding) -> bool:
        """Whether a comment hides a finding."""
        return self.judgement.hiding(finding) is not None

    def layer(self, path: str) -> str | None:
        """The layer of a file."""
        return self.index.placement(path).layer

    def read(self, path: str) -> bytes:
        """The bytes of a file, none of one that can't be read: its review says so."""
        try:
            return self.tree.read(path)
        except UnreadableFile:
            return b""

    def _size(self, path: str) -> int:
        return len(self.read(path))

    def _syntax(self, path: str) -> Syntax:
        return Syntax(self.read(path))

    def _plan(self, overrides: tuple[str, ...]) -> Plan:
        if overrides not in self._plans:
            chosen = registry.selected(self._config, overrides)
            self._plans[overrides] = Plan.of(each for each in chosen if not (self._alone and each.of_changes))
        return self._plans[overrides]

    def _unused(self) -> Iterator[Finding]:
        named = {rule for each in self.outcome.suppressions for rule in each.rules}
        known = registry.known_names(named) if named else frozenset()
        for path in sorted({each.path for each in self.outcome.suppressions}):
            check = next((each for each in self._plan_of[path].checks if isinstance(each, UnusedSuppression)), None)
            if check:
                own = [finding for finding in self.outcome.findings if finding.path == path]
                for unused in self.judgement.unused(path, own, self.ran[path], known):
                    yield check.at(*unused, self._lines(path))


# A file of a side, with the path whose settings count for it.
Work = tuple[Side, str, str]


def review(works: Sequence[Work], limits: Limits, progress: Progress = iter) -> None:
    """Review files, in as many processes as are allowed, but for those of which it is known what comes of it."""
    for side in dict.fromkeys(side for side, _, _ in works):
        side.recall((path, named) for each, path, named in works if each is side)
    jobs = [side.job(path, named) for side, path, named in works]
    outcomes = iter(reviewed([job for job in jobs if job], limits, progress))
    for job, (side, path, named) in zip(jobs, works, strict=True):
        side.take(path, named, next(outcomes) if job else None)
