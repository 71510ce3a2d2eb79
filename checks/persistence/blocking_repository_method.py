"""Methods of repositories that do not wait for the database, or hold everyone else up while they do."""

from collections.abc import Iterator

import libcst as cst

from reviewer.api import Bad, Check, Context, Finding, Good, Layer, Level, SessionUse, look, on

APART = frozenset({Layer.TESTS, Layer.MIGRATIONS})
# What an asynchronous session does at once, without being awaited.
AT_ONCE = frozenset({"add", "add_all", "begin", "begin_nested"})
PROPERTIES = frozenset({"property", "functools.cached_property"})

OTHERS = {
    "app/repositories/user.py": """
from sqlalchemy.ext.asyncio import AsyncSession
class UserRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session
    async def count(self) -> int: ...
""",
}
BAD = (
    Bad(
        path="app/repositories/job.py",
        code="""
            from sqlalchemy import delete, select
            from sqlalchemy.ext.asyncio import AsyncSession

            class JobRepository:
                def __init__(self, session: AsyncSession) -> None:
                    self.session = session
                def find_all(self):  # <-
                    return self.session.execute(select(Job)).scalars()
                def purge(self) -> None:  # <-
                    self.session.execute(delete(Job))
                    self.session.commit()
        """,
    ),
    # The others wait, and this one blocks.
    Bad(
        path="app/repositories/job.py",
        code="""
            from sqlalchemy import select
            from sqlalchemy.orm import Session

            class JobRepository:
                def __init__(self, session: Session) -> None:
                    self.session = session
                def find_all(self) -> list[Job]:  # <-
                    return list(self.session.scalars(select(Job)))
        """,
        files=OTHERS,
    ),
)
GOOD = (
    Good(
        path="app/repositories/job.py",
        code="""
            from collections.abc import Awaitable
            from sqlalchemy import Select, select
            from sqlalchemy.ext.asyncio import AsyncSession

            class JobRepository:
                def __init__(self, session: AsyncSession) -> None:
                    self.session = session
                async def find_all(self) -> list[Job]:
                    return list(await self.session.scalars(select(Job)))
                # A session takes new rows at once, and who gets the awaitable can await it.
                def add(self, job: Job) -> None:
                    self.session.add(job)
                def find(self, id: int) -> Awaitable[Job]:
                    return self.session.get(Job, id)
                def later(self) -> None:
                    self.tasks.append(self.session.flush())
                def statement(self) -> Select[Job]:
                    return select(Job)
                @property
                def open(self):
                    return self.session.scalars(select(Job)).all()
                async def each(self) -> None:
                    def in_thread(session):
                        return session.execute(select(Job)).all()
                    await self.session.run_sync(in_thread)
        """,
    ),
    # Synchronous among synchronous ones, or among both.
    Good(
        path="app/repositories/job.py",
        code="""
            from sqlalchemy.orm import Session
            class JobRepository:
                def __init__(self, session: Session) -> None:
                    self.session = session
                def find(self, id: int) -> Job:
                    return self.session.get(Job, id)
        """,
        files={
            **OTHERS,
            "app/repositories/note.py": """
from sqlalchemy.orm import Session
class NoteRepository:
    def __init__(self, session: Session) -> None:
        self.session = session
""",
        },
    ),
    # No repository, or none that is known to have a session.
    Good(
        path="app/repositories/job.py",
        code="""
            from sqlalchemy.ext.asyncio import AsyncSession
            class Reader:
                def read(self, session: AsyncSession) -> None:
                    session.execute("SELECT 2")
            class JobRepository:
                def read(self) -> None:
                    self.session.execute("SELECT 2")
        """,
    ),
)


class BlockingRepositoryMethod(Check):
    """A repository that does not await its session loses the query, or stops the whole server for it.

    On an asynchronous session `execute` only makes a coroutine: nothing runs, and whoever calls gets an object that is
    no result. On a synchronous one every other request of the process waits until the database has answered.

    Make the method `async def`, and await what it asks of an `AsyncSession`.

    Looked at are the `def`s of repository classes that use the session: an asynchronous one whose awaitable is neither
    returned nor passed on, or a synchronous one in a project whose other repositories all have an asynchronous one.
    `add`, `add_all` and `begin` need no `await`. Properties are exempt, and so are methods that only build statements.
    """

    name = "blocking-repository-method"
    level = Level.WARNING
    message = "{consequence}: `{symbol}` is no `async def` and calls `{call}`."
    examples = BAD + GOOD

    @on(cst.FunctionDef)
    def method(self, node: cst.FunctionDef, ctx: Context) -> Iterator[Finding]:
        """Report a method of a repository that uses its session without waiting for it."""
        owner = ctx.enclosing_class(node)
        if (
            owner is None
            or node.asynchronous
            or ctx.layer in APART
            or ctx.index.repository(ctx.path, ctx.symbol(owner)) is None
        ):
            return
        if any(ctx.name_of(decorator) in PROPERTIES for decorator in node.decorators):
            return
        uses = _Uses(ctx)
        look(node.body, uses.visit)
        found = next((use for use in uses.found if self._blocks(use, owner, ctx)), None)
        if found:
            lost = "Nothing runs in the database" if found.is_async else "Every other request waits for the database"
            yield self.finding(ctx, node, params={"consequence": lost, "call": found.call})

    def _blocks(self, use: SessionUse, owner: cst.ClassDef, ctx: Context) -> bool:
        if use.is_async is None:
            return False
        return use.is_async or ctx.index.other_repositories_are_async(ctx.path, ctx.symbol(owner))


class _Uses:
    """The uses of a session in one function whose result goes no further as it is."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._handed_on: set[cst.CSTNode] = set()
        self.found: list[SessionUse] = []

    def visit(self, node: cst.CSTNode) -> bool:
        """Note a use and say whether to look below a node."""
        match node:
            case cst.Return(value=cst.Call() as value) | cst.Arg(value=cst.Call() as value):
                self._handed_on.add(value)
            case cst.Call():
                self._note(node)
            case _:
                pass
        return not isinstance(node, cst.FunctionDef | cst.ClassDef | cst.Lambda)

    def _note(self, call: cst.Call) -> None:
        use = self._ctx.session_use(call)
        passed = use is not None and use.is_async and (use.verb in AT_ONCE or call in self._handed_on)
        if use and not passed:
            self.found.append(use)
