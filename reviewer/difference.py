"""What a change introduced, left and fixed: the findings of the base and of the head, compared; pure.

A finding that the base has too is existing, unless a name is new among its facts, or a comment hid it before. One
that the base does not have is introduced, with one exception: code that is as it was and only came to another layer.
Where the base could not be reviewed, the changed lines decide.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from reviewer.anchors import anchored, ranged
from reviewer.blame import Blame
from reviewer.descent import WORD, translated
from reviewer.index.reach import Cause
from reviewer.model import WHOLE_FILE, ChangeKind, Extent, Fact, Finding, Related, Status
from reviewer.pairing import Kinship, Pairs
from reviewer.sides import Side
from reviewer.tools.rules import COVERAGE, MYPY, rule


def compare(base: Side, head: Side, kinship: Kinship) -> tuple[Finding, ...]:
    """The head's findings with status, anchor and what they were before; then those of the base that are fixed."""
    names = {old: new for new, old in kinship.descent.old_names().items()}
    pairs = Pairs(base.findings, head.findings, kinship)
    blame = Blame(base, head, kinship.changes, kinship.descent)
    standing = frozenset(_about(each) for each in base.findings if each.path is None)
    comparison = _Comparison(base, head, kinship, pairs, names, blame, standing)
    return (*map(comparison.judged, head.findings), *comparison.fixed())


def _about(finding: Finding) -> tuple[str, str]:
    """What makes a finding about the project as a whole the same."""
    return finding.name, finding.key


@dataclass(frozen=True, slots=True)
class _Comparison:
    base: Side
    head: Side
    kinship: Kinship
    pairs: Pairs
    new_names: Mapping[str, str]
    blame: Blame
    standing: frozenset[tuple[str, str]]

    def judged(self, finding: Finding) -> Finding:
        """A finding of the head with its status; one about the project as a whole has none while it is news."""
        if finding.path is None:
            return replace(finding, status=Status.EXISTING) if _about(finding) in self.standing else finding
        partner = self.pairs.partner(finding)
        return self._known(finding, partner) if partner else self._unknown(finding)

    def fixed(self) -> Iterator[Finding]:
        """The findings of the base that are gone, where the head was looked through for them."""
        paths = {old: path for path in self.head.outcome.ran if (old := self.kinship.old_path(path))}
        for finding in sorted(self.pairs.left(), key=lambda each: each.order):
            path = finding.path or ""
            change = self.kinship.changes.get(path)
            deleted = path not in paths and change is not None and change.kind is ChangeKind.DELETED
            looked = path in paths and self.head.came_through(paths[path], finding.name)
            gone = looked or (deleted and self.head.is_proof(finding.source))
            if gone and not self.base.hides(finding):
                yield replace(finding, status=Status.FIXED, fix=None)

    def _known(self, finding: Finding, partner: Finding) -> Finding:
        # A key that is spelled otherwise now is still the same in the facts.
        names = {**self.new_names, partner.key: finding.key}
        before = {name: _renamed(fact, names) for name, fact in partner.facts.items()}
        known = replace(finding, status=Status.EXISTING, before=before)
        changed = translated(partner.content, names) != finding.content
        unhidden = self.base.hides(partner) and not self.head.hides(finding)
        return self._introduced(known) if unhidden or changed or known.news else known

    def _unknown(self, finding: Finding) -> Finding:
        if finding.source == COVERAGE:
            return self._introduced(finding)
        if not self._base_was_read(finding):
            touched = _extent(finding) == WHOLE_FILE or _extent(finding).meets(self.kinship.change(finding).lines)
            return self._introduced(finding) if touched else replace(finding, status=Status.EXISTING)
        if not self._is_old_code(finding):
            return self._introduced(finding, self._blamed(finding))
        if finding.source == MYPY and not self._came_to_be_judged(finding):
            return self._introduced(finding, self._blamed(finding))
        cause = self._cause(finding)
        elsewhere = cause is not None and cause.symbol and cause.path != finding.path
        if self._moved(finding) and not elsewhere:
            return replace(finding, status=Status.EXISTING)
        return self._introduced(finding, cause)

    def _introduced(self, finding: Finding, cause: Cause | None = None) -> Finding:
        anchor = anchored(finding.path or "", finding.span, _extent(finding), self.kinship.changes, cause)
        # Only there all lines of a finding are its place; elsewhere the first one says where it is.
        if finding.source == COVERAGE and finding.span:
            anchor = ranged(anchor, finding.span, self.kinship.change(finding))
        told = replace(finding, status=Status.INTRODUCED, anchor=anchor)
        return _with_cause(told, cause) if cause else told

    def _blamed(self, finding: Finding) -> Cause | None:
        """The change elsewhere that makes mypy find fault with a line that is as it was."""
        touched = finding.span is not None and finding.span.line in self.kinship.change(finding).lines
        return None if touched or finding.source != MYPY else self.blame.cause(finding)

    def _came_to_be_judged(self, finding: Finding) -> bool:
        """Whether a rule of a tool is not about the layer that the code was in before."""
        old = self.kinship.old_path(finding.path or "")
        if finding.source == "own" or old is None:
            return False
        return self.base.layer(old) in rule(finding.source, finding.rule).not_in

    def _base_was_read(self, finding: Finding) -> bool:
        """Whether the rule came through the file of the base, if there is one."""
        path = self.kinship.old_path(finding.path or "")
        return path is None or self.base.came_through(path, finding.name) or self._came_to_be_judged(finding)

    def _is_old_code(self, finding: Finding) -> bool:
        """Whether the code that a finding is about is the base's, in the same or a renamed file."""
        path = finding.path or ""
        old = self.kinship.old_path(path)
        if path not in self.kinship.changes:
            return True
        if old is None:
            return False
        now, then = self.head.syntax(path), self.base.syntax(old)
        line = finding.span.line if finding.span else 0
        symbol = finding.symbol or now.symbol(line)
        if symbol:
            place = self.kinship.descent.origin(path, symbol)
            if place is None or place[0] != old:
                return False
            return now.definition(symbol) == then.definition(place[1]) != ()
        statement = now.statement(line, finding.key.rpartition(".")[2])
        return statement is not None and then.holds(statement)

    def _moved(self, finding: Finding) -> bool:
        """Whether a finding's file has another path than before, or another layer."""
        path = finding.path or ""
        old = self.kinship.old_path(path)
        return old != path or self.base.layer(old) != self.head.layer(path)

    def _cause(self, finding: Finding) -> Cause | None:
        """The change elsewhere that makes old code a finding: of a name that the finding speaks of."""
        reached = self.kinship.reach.get(finding.path or "", {})
        members = (member for fact in finding.facts.values() if isinstance(fact, tuple) for member in fact)
        spoken = {word for text in (finding.key, finding.symbol, *members) for word in WORD.findall(text)}
        others = {
            name: cause
            for name, cause in reached.items()
            if (cause.path, cause.symbol) != (finding.path, finding.symbol)
        }
        named = [cause for name, cause in others.items() if not spoken.isdisjoint(WORD.findall(name))]
        elsewhere = others.values() if finding.path not in self.kinship.changes else ()
        return next(iter([*named, *elsewhere]), None)


def _extent(finding: Finding) -> Extent:
    span = finding.span
    return finding.extent or (Extent(span.line, span.end_line) if span else WHOLE_FILE)


def _renamed(fact: Fact, names: Mapping[str, str]) -> Fact:
    return fact if isinstance(fact, int) else tuple(names.get(each) or translated(each, names) for each in fact)


def _with_cause(finding: Finding, cause: Cause) -> Finding:
    """A finding that tells which place is affected, for whoever reads it at its cause, and what caused it."""
    line = finding.span.line if finding.span else 1
    affected = Related(finding.path or "", line, "This place is affected.")
    return replace(
        finding, related=(affected, Related(cause.path, cause.line, f"{cause.what}, by this change."), *finding.related)
    )
