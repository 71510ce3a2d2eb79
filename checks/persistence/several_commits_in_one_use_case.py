"""Use cases that end more than one transaction."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import libcst as cst

from reviewer.api import Bad, Check, Context, Finding, Good, Layer, Level, look, on, spelled

UNIT_NAMES = ("UnitOfWork", "UoW", "Uow", "UOW")
# What a comment says over a loop that commits on purpose.
BATCH_WORDS = ("batch", "chunk", "page by page", "one by one", "per item", "each on its own")
SEVERAL = 2

UNIT = {
    "app/unit_of_work.py": """
class UnitOfWork:
    def __enter__(self): return self
    def __exit__(self, *error): self.session.rollback()
    def commit(self): self.session.commit()
""",
}
BAD = (
    Bad(
        path="app/use_cases/close.py",
        code="""
            from app.unit_of_work import UnitOfWork

            def close(uow: UnitOfWork) -> None:
                with uow:
                    uow.jobs.close()
                    uow.commit()
                    uow.invoices.write()
                    uow.commit()  # <-

            def in_two(first: UnitOfWork, second: UnitOfWork) -> None:
                with first:
                    jobs = first.jobs.all()
                with second:  # <-
                    second.jobs.close(jobs)
        """,
        files=UNIT,
    ),
    # In a loop, and after a branch that goes on.
    Bad(
        path="app/use_cases/close.py",
        code="""
            from sqlalchemy.orm import Session

            class CloseJobs:
                def __init__(self, session: Session) -> None:
                    self.session = session
                def __call__(self, ids: list[int]) -> None:
                    for id in ids:
                        self.jobs.close(id)
                        self.session.commit()  # <-
                def either(self, urgent: bool) -> None:
                    if urgent:
                        self.session.commit()
                    self.session.commit()  # <-
        """,
    ),
)
GOOD = (
    # Once on every way through.
    Good(
        path="app/use_cases/close.py",
        code="""
            from app.unit_of_work import UnitOfWork

            def close(uow: UnitOfWork, urgent: bool) -> None:
                with uow:
                    if urgent:
                        uow.commit()
                        return
                    if not uow.jobs:
                        uow.commit()
                    else:
                        uow.jobs.close()
                        uow.commit()

            def tried(uow: UnitOfWork) -> None:
                with uow:
                    try:
                        uow.jobs.close()
                    except ValueError:
                        uow.jobs.fail()
                        uow.commit()
                        raise
                    uow.commit()

            def handled(uow: UnitOfWork) -> None:
                try:
                    uow.jobs.close()
                    uow.commit()
                except ValueError:
                    uow.jobs.fail()
                    uow.commit()

            def read_then_write(uow: UnitOfWork) -> None:
                with uow:
                    job = uow.jobs.get()
                    def inner() -> None:
                        uow.commit()
                    uow.commit()
        """,
        files=UNIT,
    ),
    # In batches, on purpose.
    Good(
        path="app/use_cases/close.py",
        code="""
            from app.unit_of_work import UnitOfWork

            def purge(uow: UnitOfWork) -> None:
                # In batches, so that no lock is held for long.
                while jobs := uow.jobs.next_batch():
                    uow.jobs.delete(jobs)
                    uow.commit()
        """,
        files=UNIT,
    ),
    # Elsewhere than in use cases, and on what is no transaction.
    Good(
        path="app/api/jobs.py",
        code="""
            from app.unit_of_work import UnitOfWork
            def close(uow: UnitOfWork) -> None:
                uow.commit()
                uow.commit()
        """,
        files=UNIT,
    ),
    Good(
        path="app/use_cases/publish.py",
        code="""
            def publish(repo: object, image: "docker.Container") -> None:
                repo.index.commit("one")
                image.commit()
        """,
    ),
)


@dataclass(frozen=True, slots=True)
class _Ways:
    """The most ends of transactions on a way through some statements, for the ways that go on and that leave.

    Each is in the order of its way; `on` is None where every way leaves.
    """

    on: tuple[cst.CSTNode, ...] | None = ()
    left: tuple[cst.CSTNode, ...] = ()

    @property
    def longest(self) -> tuple[cst.CSTNode, ...]:
        """The one with the most."""
        return max(self.on or (), self.left, key=len)


class SeveralCommitsInOneUseCase(Check):
    """A use case that commits twice can fail between the two.

    The job is closed and the invoice is not written; a retry closes it a second time. What was meant to happen
    together happened half, and no rollback undoes the first half.

    Do all the work, in as many repositories as it takes, then commit once: one unit of work for one use case.

    Counted are, on the way through a function of the use cases that has the most of them, the commits of a unit of work
    or a session, and the blocks that enter a unit of work: two of either are one too many, and so is one in a loop.
    Branches that exclude each other are counted apart. A loop that commits in batches on purpose says so in a comment
    above it or in it: a word like `batch` or `chunk`.
    """

    name = "several-commits-in-one-use-case"
    level = Level.WARNING
    message = "A failure in between leaves `{symbol}` half done: {what} on one way through it."
    examples = BAD + GOOD

    @on(cst.FunctionDef)
    def function(self, node: cst.FunctionDef, ctx: Context) -> Iterator[Finding]:
        """Report the second end of a transaction on one way through a use case."""
        if ctx.layer is not Layer.USE_CASES:
            return
        for commits, what in ((True, "it commits"), (False, "it enters a unit of work")):
            found = _Counted(ctx, commits=commits).through(node.body).longest
            if len(found) >= SEVERAL:
                times = "in every round of a loop" if found[0] is found[1] else f"{len(set(found))} times"
                params = {"what": f"{what} {times}"}
                yield self.finding(ctx, found[1], params=params, symbol=ctx.symbol(node), extent=node)
                return


class _Counted:
    """Counts either the commits or the entered units of work on the ways through statements."""

    def __init__(self, ctx: Context, *, commits: bool) -> None:
        self._ctx = ctx
        self._commits = commits

    def through(self, body: cst.BaseSuite) -> _Ways:
        """The ways through a block."""
        ways = _Ways()
        for statement in body.body:
            ways = _joined(ways, self._statement(statement))
        return ways

    def _statement(self, node: cst.CSTNode) -> _Ways:
        match node:
            case cst.FunctionDef() | cst.ClassDef():
                return _Ways()
            case cst.If() | cst.Match():
                return self._branches(node)
            case cst.For() | cst.While():
                return self._loop(node)
            case cst.Try() | cst.TryStar():
                return self._tried(node)
            case cst.With(items=items, body=body):
                entered = tuple(item for item in items if not self._commits and self._is_unit(item.item))
                return _joined(_Ways(entered), self.through(body))
        return self._simple(node)

    def _branches(self, node: cst.If | cst.Match) -> _Ways:
        if isinstance(node, cst.Match):
            return _either([*(self.through(case.body) for case in node.cases), _Ways()])
        return _either([self.through(node.body), self._otherwise(node.orelse)])

    def _otherwise(self, node: cst.If | cst.Else | None) -> _Ways:
        match node:
            case cst.If():
                return self._statement(node)
            case cst.Else(body=body):
                return self.through(body)
            case _:
                return _Ways()

    def _loop(self, node: cst.For | cst.While) -> _Ways:
        ways = self.through(node.body)
        # Two rounds: what goes on in the first goes on into the second.
        again = () if ways.on is None or self._is_batch(node) else ways.on
        after = self._otherwise(node.orelse)
        on = (ways.on or ()) + again
        return _Ways(None if after.on is None else on + after.on, ways.left and on + ways.left)

    def _is_batch(self, node: cst.For | cst.While) -> bool:
        comments = (line.partition("#")[2].lower() for line in self._ctx.source(node).splitlines())
        return any(word in comment for comment in comments for word in BATCH_WORDS)

    def _tried(self, node: cst.Try | cst.TryStar) -> _Ways:
        body = self.through(node.body)
        after = self._otherwise(node.orelse)
        whole = _joined(body, after)
        ways = _either([whole, *(self.through(handler.body) for handler in node.handlers)])
        return _joined(ways, self.through(node.finalbody.body)) if node.finalbody else ways

    def _simple(self, node: cst.CSTNode) -> _Ways:
        found: tuple[cst.CSTNode, ...] = ()
        if self._commits:
            calls = _Calls()
            look(node, calls.visit)
            found = tuple(call for call in calls.found if self._is_commit(call))
        leaves = isinstance(node, cst.SimpleStatementLine) and any(
            isinstance(part, cst.Return | cst.Raise | cst.Break | cst.Continue) for part in node.body
        )
        return _Ways(None, found) if leaves else _Ways(found)

    def _is_commit(self, call: cst.Call) -> bool:
        match call.func:
            case cst.Attribute(value=receiver, attr=cst.Name(value="commit")):
                use = self._ctx.session_use(call)
                return use is not None or self._is_unit(receiver)
            case _:
                return False

    def _is_unit(self, node: cst.BaseExpression) -> bool:
        name, scope = spelled(node), self._ctx.scope(node)
        if name is None:
            return False
        if self._ctx.index.held_unit_of_work(self._ctx.path, scope, name):
            return True
        return (self._ctx.index.stands_for(self._ctx.path, scope, name) or "").endswith(UNIT_NAMES)


def _joined(first: _Ways, second: _Ways) -> _Ways:
    """The ways through one thing and then another."""
    if first.on is None:
        return first
    left = max(first.left, first.on + second.left if second.left else (), key=len)
    return _Ways(None if second.on is None else first.on + second.on, left)


def _either(ways: Sequence[_Ways]) -> _Ways:
    """The ways through one of several things."""
    going = [each.on for each in ways if each.on is not None]
    return _Ways(max(going, key=len) if going else None, max((each.left for each in ways), key=len))


class _Calls:
    """The calls in a statement, outside of lambdas."""

    def __init__(self) -> None:
        self.found: list[cst.Call] = []

    def visit(self, node: cst.CSTNode) -> bool:
        """Note a call and say whether to look below a node."""
        if isinstance(node, cst.Call):
            self.found.append(node)
        return not isinstance(node, cst.Lambda)
