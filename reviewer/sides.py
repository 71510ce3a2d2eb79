"""One side of a comparison: a state of the project, and what the review of some of its files brought."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, cached_property, partial

from reviewer import registry
from reviewer.check import Check
from reviewer.config import Config
from reviewer.fingerprint import fingerprinted
from reviewer.index import Index
from reviewer.index.syntax import Syntax
from reviewer.model import Extent, Finding
from reviewer.runner import Outcome, Plan, review_file, review_project
from reviewer.source import Tree, UnreadableFile
from reviewer.suppress import Judgement, UnusedSuppression
from reviewer.tools import rules as tool_rules
from reviewer.tools.heard import Heard
from reviewer.unparsable import UnparsableFile
from reviewer.unplugged import Unplugged


class Side:
    """A tree with its index; `project` answers what is asked of the project as a whole, else the same index."""

    def __init__(self, tree: Tree, index: Index, config: Config, project: Index | None = None) -> None:
        self.tree = tree
        self.index = index
        self.outcome = Outcome()
        self._project = project
        self._config = config
        self._plans: dict[tuple[str, ...], Plan] = {}
        self._plan_of: dict[str, Plan] = {}
        self._overrides: dict[str, tuple[str, ...]] = {}
        self._silent: set[str] = set()
        self._unplugged = Unplugged(index, self.read)
        self.syntax = cache(self._syntax)
        self._selects = cache(partial(registry.tool_filter, config))

    def review(self, path: str, named: str | None = None) -> None:
        """Review a file, under the settings of the path that it has on the other side, if that is named."""
        self._overrides[path] = self._config.overrides(named or path)
        plan = self._plan(self._overrides[path])
        self._plan_of[path] = plan
        self.outcome.add(review_file(path, self.tree.read, plan, self.index, self._project))

    def hear(self, heard: Heard, findings: Iterable[Finding], *, proves: bool) -> None:
        """Take over what a tool says of the files reviewed; `proves`: what it does not find is not there."""
        wanted = filter(self._is_wanted, findings)
        judged = (each for each in wanted if heard.plugged or not self._unplugged.excuses(each))
        self.outcome.findings += map(self._placed, judged)
        if not proves:
            self._silent.add(heard.tool)
            return
        known = heard.known | {rule for each in self.outcome.suppressions for rule in each.rules if heard.knows(rule)}
        for path, ran in self.outcome.ran.items():
            # Of a file that does not parse, a tool says nothing else.
            self.outcome.ran[path] = ran | (known if ran != {UnparsableFile.name} else set())

    def is_proof(self, source: str) -> bool:
        """Whether it means that there is nothing, when this tool, or our own checks, find nothing."""
        return source not in self._silent

    def _is_wanted(self, finding: Finding) -> bool:
        """Whether a finding of a tool is selected, in a file that was reviewed, of a layer that it is about."""
        path = finding.path or ""
        if path not in self.outcome.ran:
            return False
        rule = tool_rules.rule(finding.source, finding.rule)
        return self.layer(path) not in rule.not_in and self._selects(self._overrides[path])(rule)

    def _placed(self, finding: Finding) -> Finding:
        """The finding of a tool with the function or class around it, which is its extent if it has none."""
        line = finding.span.line if finding.span else 1
        syntax = self.syntax(finding.path or "")
        extent = finding.extent or Extent(*syntax.lines(line))
        return replace(finding, symbol=finding.symbol or syntax.symbol(line), extent=extent)

    def review_project(self) -> None:
        """Ask the checks that look at the project as a whole."""
        self.outcome.add(review_project(self._plan(()), self.index))

    def checks(self) -> tuple[Check, ...]:
        """The checks that are selected in general."""
        return self._plan(()).checks

    @property
    def ran(self) -> Mapping[str, frozenset[str]]:
        """The rules that came through each file."""
        return self.outcome.ran

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

    def _syntax(self, path: str) -> Syntax:
        return Syntax(self.read(path))

    def _plan(self, overrides: tuple[str, ...]) -> Plan:
        if overrides not in self._plans:
            self._plans[overrides] = Plan.of(registry.selected(self._config, overrides))
        return self._plans[overrides]

    def _unused(self) -> Iterator[Finding]:
        named = {rule for each in self.outcome.suppressions for rule in each.rules}
        known = registry.known_names(named) if named else frozenset()
        for path in sorted({each.path for each in self.outcome.suppressions}):
            check = next((each for each in self._plan_of[path].checks if isinstance(each, UnusedSuppression)), None)
            if check:
                own = [finding for finding in self.outcome.findings if finding.path == path]
                for unused in self.judgement.unused(path, own, self.ran[path], known):
                    yield check.at(*unused)
