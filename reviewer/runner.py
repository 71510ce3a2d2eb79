"""Reviews one file: one walk for all checks, and no check's crash takes the others with it."""

import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import libcst as cst

from reviewer.check import Check
from reviewer.context import Context, ProjectContext
from reviewer.index.asked import Asked
from reviewer.index.questions import Questions
from reviewer.model import Finding, Problem, Suppression
from reviewer.source import Source, Unparsable, UnreadableFile, Unsupported
from reviewer.suppress import MARK, suppressions, suppressions_of_unparsable
from reviewer.unparsable import UnparsableFile
from reviewer.walk import walk

# A check may be anybody's; its crash becomes a problem with its traceback.
CRASHES = (Exception, SystemExit)
Ask = Callable[..., Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Handler:
    """A method of a check and the node types it wants; for the project it wants none."""

    check: Check
    method: Ask
    types: tuple[type[cst.CSTNode], ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The checks of a run with their handlers, made once."""

    checks: tuple[Check, ...]
    handlers: tuple[Handler, ...]
    # What the nodes of each type are shown to: the names of checks, and their methods.
    by_type: Mapping[type[cst.CSTNode], tuple[tuple[str, Ask], ...]]

    @classmethod
    def of(cls, checks: Iterable[Check]) -> "Plan":
        """Look the handlers up once."""
        chosen = tuple(checks)
        handlers = tuple(handler for check in chosen for handler in _handlers(check))
        by_type: dict[type[cst.CSTNode], tuple[tuple[str, Ask], ...]] = {}
        for each in handlers:
            for kind in each.types:
                by_type[kind] = (*by_type.get(kind, ()), (each.check.name, each.method))
        return cls(chosen, handlers, by_type)


def _handlers(check: Check) -> Iterator[Handler]:
    for name in dir(type(check)):
        method = getattr(check, name)
        if types := getattr(method, "handles", None):
            yield Handler(check, method, types)
        elif getattr(method, "handles_project", False):
            yield Handler(check, method, ())


@dataclass(slots=True)
class Outcome:
    """What the review of files, or of the project, brought; `ran` are the rules that came through each file.

    `kept` is what whoever keeps the results of reviews has to say of this one.
    """

    findings: list[Finding] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    suppressions: list[Suppression] = field(default_factory=list)
    ran: dict[str, frozenset[str]] = field(default_factory=dict)
    kept: object = field(default=None, compare=False, repr=False)

    def add(self, other: "Outcome") -> None:
        """Take over what another outcome holds."""
        self.findings += other.findings
        self.problems += other.problems
        self.suppressions += other.suppressions
        self.ran |= other.ran

    def run(self, name: str, path: str | None, work: Callable[..., Iterable[Finding]], *arguments: object) -> None:
        """Collect the findings of some work."""
        try:
            self.findings.extend(work(*arguments))
        except CRASHES:
            self.note_crash(name, path)

    def note_crash(self, name: str, path: str | None) -> None:
        """Make a problem of the exception at hand."""
        message = f"{name} crashed; please report it with this:\n{traceback.format_exc()}"
        self.problems.append(Problem("crash", path, message))


# What the review of each file brought, by its path and the path whose settings count; of the project by none.
Outcomes = dict[tuple[str, str], Outcome]
WHOLE_PROJECT = ("", "")


def review_project(plan: Plan, index: Questions) -> Outcome:
    """Ask the checks that look at the project as a whole."""
    outcome = Outcome()
    ctx = ProjectContext(Asked(index))
    for handler in plan.handlers:
        if not handler.types:
            outcome.run(handler.check.name, None, handler.method, ctx)
    return outcome


def review_file(
    path: str, read: Callable[[str], bytes], plan: Plan, index: Questions, project: Questions | None = None
) -> Outcome:
    """Review one file; what can't be read or parsed is a finding or a problem, and so is a crash of ours.

    A file that is not read has no entry in `ran`; of one that does not parse only that is known. What is asked of the
    project as a whole is answered by the index `project`, if one is given.
    """
    outcome = Outcome()
    asked = Asked(index, project)
    outcome.run("the review of this file", path, _read_and_walk, path, read, plan, asked, outcome)
    return outcome


def _read_and_walk(
    path: str, read: Callable[[str], bytes], plan: Plan, asked: Asked, outcome: Outcome
) -> Iterator[Finding]:
    try:
        data = read(path)
        module = Source(path, data).module
    except UnreadableFile as error:
        outcome.problems.append(Problem("unreadable", path, str(error)))
    except Unsupported as error:
        outcome.problems.append(Problem("unsupported", path, str(error)))
    except Unparsable as error:
        outcome.suppressions += suppressions_of_unparsable(path, data.decode(errors="replace"))
        outcome.ran[path] = frozenset({UnparsableFile.name})
        for check in plan.checks:
            if isinstance(check, UnparsableFile):
                yield check.at(path, error.line, error.column, error.message)
    else:
        text = data.decode(module.encoding)
        ctx = Context(path, module, asked, text=text)
        crashed = _walk(ctx, plan, outcome)
        outcome.ran[path] = frozenset(check.name for check in plan.checks) - crashed
        if MARK.search(text):
            outcome.suppressions += suppressions(ctx)
        ctx.let_go()


def _walk(ctx: Context, plan: Plan, outcome: Outcome) -> set[str]:
    """Call every handler, and give the names of the checks that crashed."""
    crashed: set[str] = set()
    # All of this runs for every node and every check that wants it.
    handlers, collect = plan.by_type, outcome.findings.extend

    def visit(node: cst.CSTNode) -> None:
        for name, ask in handlers[type(node)]:
            if name not in crashed:
                try:
                    collect(ask(node, ctx))
                except CRASHES:
                    crashed.add(name)
                    outcome.note_crash(name, ctx.path)

    walk(ctx.module, dict.fromkeys(handlers, (visit,)), ctx.path_to_node)
    return crashed
