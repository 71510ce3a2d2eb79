"""One side of a comparison: a state of the project, and what the review of some of its files brought."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property

from reviewer import registry
from reviewer.check import Check
from reviewer.config import Config
from reviewer.fingerprint import fingerprinted
from reviewer.index import Index
from reviewer.index.syntax import Syntax
from reviewer.model import Finding
from reviewer.runner import Outcome, Plan, review_file, review_project
from reviewer.source import Tree, UnreadableFile
from reviewer.suppress import Judgement, UnusedSuppression


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
        self.syntax = cache(self._syntax)

    def review(self, path: str, named: str | None = None) -> None:
        """Review a file, under the settings of the path that it has on the other side, if that is named."""
        plan = self._plan(self._config.overrides(named or path))
        self._plan_of[path] = plan
        self.outcome.add(review_file(path, self.tree.read, plan, self.index, self._project))

    def hear(self, findings: Iterable[Finding], rules: Collection[str] = ()) -> None:
        """Take over what tools said of the files reviewed; they are known to have come through for `rules`."""
        self.outcome.findings += [finding for finding in findings if finding.path in self.outcome.ran]
        self.outcome.ran = {path: ran.union(rules) for path, ran in self.outcome.ran.items()}

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
        known = {check.name for check in registry.all_checks()} if self.outcome.suppressions else set()
        for path in sorted({each.path for each in self.outcome.suppressions}):
            check = next((each for each in self._plan_of[path].checks if isinstance(each, UnusedSuppression)), None)
            if check:
                own = [finding for finding in self.outcome.findings if finding.path == path]
                for unused in self.judgement.unused(path, own, self.ran[path], known):
                    yield check.at(*unused)
