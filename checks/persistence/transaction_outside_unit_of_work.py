"""Transactions that are begun or ended outside of the units of work."""

from collections.abc import Iterator

import libcst as cst

from reviewer.api import Bad, Check, Context, Finding, Good, Layer, Level, below, on

AT_HOME = frozenset({Layer.UNIT_OF_WORK, Layer.MIGRATIONS, Layer.TESTS})

PROJECT = {
    "app/__init__.py": "",
    "app/db.py": """
from sqlalchemy.orm import Session, sessionmaker
SessionLocal = sessionmaker()
def open_session():
    return SessionLocal()
""",
    "app/repositories/job.py": "class JobRepository:\n    pass\n",
}
WITH_UNIT = {
    **PROJECT,
    "app/unit_of_work.py": """
from app.db import SessionLocal
class UnitOfWork:
    def __enter__(self):
        self.session = SessionLocal()
        return self
    def __exit__(self, *error): self.session.rollback()
    def commit(self): self.session.commit()
""",
}
REPOSITORY = """
    from sqlalchemy.orm import Session

    class JobRepository:
        def __init__(self, session: Session) -> None:
            self._session = session
        def save(self, job: object) -> None:
            self._session.add(job)
            self._session.commit()"""
BAD = (
    Bad(
        path="app/services/jobs.py",
        code="""
            from sqlalchemy.ext.asyncio import AsyncSession
            from app.db import SessionLocal, open_session

            async def close(db: AsyncSession, jobs: object) -> None:
                try:
                    await jobs.close()
                    await db.commit()  # <-
                except ValueError:
                    await db.rollback()  # <-
            def purge() -> None:
                with SessionLocal() as opened, opened.begin():  # <-
                    ...
            def again() -> None:
                session = open_session()
                session.begin_nested()  # <-
        """,
        files=PROJECT,
    ),
    # The session of a unit of work, past the unit of work.
    Bad(
        path="app/use_cases/close_job.py",
        code="""
            from app.unit_of_work import UnitOfWork
            def close(uow: UnitOfWork) -> None:
                with uow:
                    uow.session.commit()  # <-
        """,
        files=WITH_UNIT,
    ),
    # A repository, where the project has a unit of work.
    Bad(path="app/repositories/sql.py", code=f"{REPOSITORY}  # <-\n", files=WITH_UNIT),
    # A hook that only commits is no unit of work.
    Bad(
        path="app/api/hooks.py",
        code="""
            from sqlalchemy.orm import Session
            def after_request(db: Session, called: list[object]) -> None:
                db.commit()  # <-
        """,
        files=PROJECT,
    ),
)
GOOD = (
    # What use cases do.
    Good(
        path="app/use_cases/close_job.py",
        code="""
            from app.unit_of_work import UnitOfWork
            from app.repositories.job import JobRepository
            def close(uow: UnitOfWork, jobs: JobRepository) -> None:
                with uow:
                    jobs.commit()
                    uow.commit()
        """,
        files=WITH_UNIT,
    ),
    # Units of work, whatever they are called and wherever they lie.
    Good(
        path="app/services/jobs.py",
        code="""
            from contextlib import contextmanager
            from app.db import SessionLocal

            class Work:
                def __enter__(self):
                    self.db = SessionLocal()
                def __exit__(self, *error):
                    self.db.rollback()
                def done(self):
                    self.db.commit()
            @contextmanager
            def session_scope():
                session = SessionLocal()
                try:
                    yield session
                    session.commit()
                except Exception:
                    session.rollback()
                    raise
        """,
        files=PROJECT,
    ),
    # The other side of a port for transactions: it ends them because it was told to.
    Good(
        path="app/infrastructure/transactions.py",
        code="""
            from sqlalchemy.ext.asyncio import AsyncSession
            class TransactionManager:
                def __init__(self, session: AsyncSession) -> None:
                    self._session = session
                async def commit(self) -> None:
                    await self._session.commit()
                async def rollback(self) -> None:
                    await self._session.rollback()
        """,
        files=PROJECT,
    ),
    # What wraps the code that it ends the transaction of: a decorator, a middleware.
    Good(
        path="app/transactional.py",
        code="""
            from functools import wraps
            from app.db import SessionLocal
            def transactional(function):
                @wraps(function)
                async def wrapper(*args, **kwargs):
                    session = SessionLocal()
                    try:
                        result = await function(*args, **kwargs)
                        session.commit()
                    except Exception:
                        session.rollback()
                        raise
                    return result
                return wrapper
            async def middleware(request, call_next):
                session = SessionLocal()
                response = await call_next(request)
                session.commit()
                return response
        """,
        files=PROJECT,
    ),
    # What SQLAlchemy calls while it flushes, on a session that takes part in the same transaction.
    Good(
        path="app/listeners.py",
        code="""
            from sqlalchemy import event, orm
            from app.db import SessionLocal
            @event.listens_for(SessionLocal, "after_flush")
            def refresh(session: orm.Session, context: object) -> None:
                inner = orm.Session(bind=session.connection())
                inner.commit()
        """,
        files=PROJECT,
    ),
    # A repository that commits, where nothing else does.
    Good(
        path="app/repositories/sql.py",
        code=f"{REPOSITORY}\n",
        files={**PROJECT, "app/web.py": "from app.db import SessionLocal\ndef get_db():\n    yield SessionLocal()\n"},
    ),
    Good(path="app/repositories/sql.py", code=f"{REPOSITORY}\n", files=PROJECT),
    Good(path="tests/test_jobs.py", code="def test(session):\n    session.commit()\n", files=WITH_UNIT),
    Good(path="migrations/versions/1.py", code="def upgrade(session):\n    session.commit()\n", files=WITH_UNIT),
    # Other things are committed, too.
    Good(
        path="app/services/images.py",
        code="""
            import docker, git
            def release(container: docker.Container, repo: git.Repo, game: object) -> None:
                container.commit()
                repo.index.commit("release")
                game.begin()
        """,
        files=WITH_UNIT,
    ),
    # Without any repository in the project, another rule says once that the layer is missing.
    Good(
        path="app/services/jobs.py",
        code="from sqlalchemy.orm import Session\ndef close(db: Session) -> None:\n    db.commit()\n",
    ),
)


class TransactionOutsideUnitOfWork(Check):
    """Whoever commits halfway decides for everyone who called and for everyone who is called.

    A service that commits its own part leaves the rest of the use case to fail on its own: the invoice is there, the
    payment is not, and no rollback brings the two together again. A repository that commits makes every use case of
    it a series of transactions.

    Let the unit of work begin, commit and roll back; a use case asks it to, once, when all is done.

    Looked at are `commit`, `rollback`, `begin` and `begin_nested` of a session or a connection, known by its type, the
    sessionmaker it comes from or what the function does with it; what is only called `session` or `db` is of low
    confidence. A unit of work is a context manager that commits or rolls back, or a generator that yields the session;
    so is what wraps the code that it commits for (a decorator, a middleware), what listens to events of SQLAlchemy, and
    a method that is called `commit` itself, outside of repositories. Inside a repository a commit is only a finding
    where the project has a unit of work that commits or rolls back. `uow.commit()` is what use cases are for.
    """

    name = "transaction-outside-unit-of-work"
    level = Level.ERROR
    message = "No unit of work decides what `{symbol}` keeps and what it undoes: it calls `{call}` ({because})."
    requires = ("repository-layer-not-found",)
    examples = BAD + GOOD

    @on(cst.Call)
    def call(self, node: cst.Call, ctx: Context) -> Iterator[Finding]:
        """Report a call that begins or ends a transaction, where none is at home."""
        if ctx.layer in AT_HOME or not ctx.index.has_repositories():
            return
        use = ctx.session_use(node)
        if use is None or not use.is_transaction or _at_home(node, ctx, use.verb):
            return
        params = {"call": use.call, "because": use.because}
        yield self.finding(ctx, node, params=params, symbol=ctx.scope(node), key=use.call, confidence=use.confidence)


def _at_home(node: cst.Call, ctx: Context, verb: str) -> bool:
    scopes = ctx.scopes(node)
    if any(ctx.index.unit_of_work(ctx.path, scope) for scope in scopes) or _wraps(node, ctx) or _listens(node, ctx):
        return True
    if ctx.layer is Layer.REPOSITORIES or any(ctx.index.repository(ctx.path, scope) for scope in scopes):
        return not ctx.index.has_units_of_work()
    return ctx.scope(node).endswith(f".{verb}")


def _listens(node: cst.Call, ctx: Context) -> bool:
    """Whether SQLAlchemy calls a function around a call, within a transaction of its own."""
    functions = (outer for outer in ctx.ancestors(node) if isinstance(outer, cst.FunctionDef))
    return any((ctx.name_of(each) or "").endswith("listens_for") for outer in functions for each in outer.decorators)


def _wraps(node: cst.Call, ctx: Context) -> bool:
    """Whether a function around a call runs what it was given, so that it ends the transaction of other code."""
    functions = [outer for outer in ctx.ancestors(node) if isinstance(outer, cst.FunctionDef)]
    given = {parameter.name.value for outer in functions for parameter in outer.params.params}
    if not given:
        return False
    calls = (each.func for each in below(functions[0].body) if isinstance(each, cst.Call))
    run = {func.value for func in calls if isinstance(func, cst.Name)} & given
    return any(ctx.index.session(ctx.path, ctx.scope(node), f"{name}()") is None for name in run)
