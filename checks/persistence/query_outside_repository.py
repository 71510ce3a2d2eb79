"""Queries that run outside of the repositories."""

import re
from collections.abc import Iterator

import libcst as cst

from reviewer.api import Bad, Check, Context, Finding, Good, Layer, Level, on

AT_HOME = frozenset({Layer.REPOSITORIES, Layer.ORM, Layer.UNIT_OF_WORK, Layer.MIGRATIONS, Layer.TESTS})
# A statement that asks whether the database is there, or is about tables and settings, reads no rows.
NO_ROWS = re.compile(
    r"\s*(?:select\s+1\s*;?\s*$|(?:alter|analyze|comment|create|drop|grant|revoke|set|vacuum)\b)", re.IGNORECASE
)
DEFINITIONS = ("sqlalchemy.schema.", "sqlalchemy.sql.ddl.", "sqlalchemy.DDL")

PROJECT = {
    "app/__init__.py": "",
    "app/db.py": """
from collections.abc import AsyncIterator
from typing import Annotated
from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import Session, sessionmaker
SessionLocal = sessionmaker()
AsyncLocal = async_sessionmaker()
async def get_session() -> AsyncIterator[AsyncSession]:
    async with AsyncLocal() as session:
        yield session
SessionDep = Annotated[AsyncSession, Depends(get_session)]
""",
    "app/models.py": """
from sqlalchemy.orm import DeclarativeBase
class Base(DeclarativeBase): ...
class Job(Base):
    __tablename__ = "jobs"
""",
    "app/repositories/job.py": "class JobRepository:\n    pass\n",
}
BAD = (
    # Known by annotation, by an alias of one, by the dependency that provides it.
    Bad(
        path="app/api/jobs.py",
        code="""
            from fastapi import Depends
            from sqlalchemy import select
            from sqlalchemy.orm import Session
            from app.db import SessionDep, get_session
            from app.models import Job

            def closed(db: Session) -> None:
                db.query(Job).filter(Job.closed).order_by(Job.id).all()  # <-
                db.add(Job())  # <-
            async def read(id: int, db: SessionDep) -> None:
                return await db.get(Job, id)  # <-
            async def every(rows=Depends(get_session)) -> None:
                found = [row.id for row in await rows.scalars(select(Job))]  # <-
        """,
        files=PROJECT,
    ),
    # Opened here, or kept by the constructor, or by that of a base in another file.
    Bad(
        path="app/services/jobs.py",
        code="""
            from sqlalchemy import select
            from app.db import AsyncLocal, SessionLocal
            from app.models import Job
            from app.services.base import Service

            class Jobs(Service):
                async def every(self) -> list[Job]:
                    result = await self.session.execute(select(Job))  # <-
                    return result.scalars().all()

            def purge() -> None:
                with SessionLocal() as opened:
                    opened.execute(select(Job))  # <-
            async def count() -> int:
                async with AsyncLocal.begin() as opened:
                    return await opened.scalar(select(Job))  # <-
        """,
        files={
            **PROJECT,
            "app/services/base.py": """
from sqlalchemy.ext.asyncio import AsyncSession
class Service:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session
""",
        },
    ),
    # Proven by what the function asks of it.
    Bad(
        path="app/services/jobs.py",
        code="""
            from sqlalchemy import select
            from app.models import Job

            def load(context, id):
                context.db.get(Job, id)  # <-
                context.db.flush()  # <-
            def every(database):
                statement = select(Job).where(Job.id == 1)
                return database.scalars(statement).all()  # <-
        """,
        files=PROJECT,
    ),
    # The session of a unit of work, past its repositories.
    Bad(
        path="app/use_cases/close_job.py",
        code="""
            from app.unit_of_work import UnitOfWork
            from app.models import Job

            def close(uow: UnitOfWork, id: int) -> None:
                with uow:
                    uow.jobs.get(id).close()
                    uow.session.get(Job, id)  # <-
                    uow.commit()
        """,
        files={
            **PROJECT,
            "app/unit_of_work.py": """
class UnitOfWork:
    def __enter__(self): return self
    def __exit__(self, *error): self.session.rollback()
    def commit(self): self.session.commit()
""",
        },
    ),
)
GOOD = (
    # At home: a repository wherever it lies, a unit of work, a migration, a test, a file of models.
    Good(
        path="app/storage.py",
        code="""
            from sqlalchemy import select, text
            from sqlalchemy.orm import Session
            from app.db import SessionLocal
            from app.models import Job

            class JobRepository:
                def __init__(self, session: Session) -> None:
                    self.session = session
                def every(self) -> list[Job]:
                    return list(self.session.scalars(select(Job)))

            def get_db():
                with SessionLocal() as session:
                    session.execute(text("SET search_path TO app"))
                    yield session

            class UnitOfWork:
                def __enter__(self) -> "UnitOfWork":
                    self.session = SessionLocal()
                    self.session.execute(text("SET ROLE writer"))
                    return self
                def __exit__(self, *error: object) -> None:
                    self.session.rollback()
        """,
        files=PROJECT,
    ),
    Good(
        path="tests/test_jobs.py",
        code="""
            from sqlalchemy.orm import Session
            from app.models import Job
            def test_jobs(session: Session) -> None:
                session.add(Job())
        """,
        files=PROJECT,
    ),
    # What has the same methods and is no session.
    Good(
        path="app/services/jobs.py",
        code="""
            import httpx, redis
            from sqlalchemy.orm import Session
            from app.models import Job
            from app.repositories.job import JobRepository

            async def load(client: httpx.AsyncClient, jobs: JobRepository, cache: redis.Redis, crud, seen: set) -> None:
                await client.get("https://example.com")
                jobs.add(Job())
                jobs.get(Job, 1)
                cache.delete("job")
                crud.get(1)
                seen.add(1)
                with httpx.Client() as session:
                    session.get("https://example.com").execute()
            class Bus:
                def execute(self, command: object) -> None: ...
            def send(bus: Bus, session: Session) -> None:
                bus.execute(Job)
                handlers = [lambda session: session.execute(1), lambda bus: bus.execute(2)]
                [session.execute() for session in handlers]
                session.close()
        """,
        files=PROJECT,
    ),
    # Asking whether the database is there, and making and dropping what rows are kept in.
    Good(
        path="app/api/health.py",
        code="""
            from sqlalchemy import text
            from sqlalchemy.schema import DropTable
            from app.db import SessionDep
            async def ready(db: SessionDep) -> None:
                await db.execute(text("SELECT 1"))
            async def prepare(db: SessionDep) -> None:
                await db.execute(text("CREATE EXTENSION IF NOT EXISTS pg_trgm;"))
                await db.execute(DropTable(old))
                await db.execute(text(f"ANALYZE {old}"))
        """,
        files=PROJECT,
    ),
    # What stands behind a port of the project plays a repository's part, whatever it is called.
    Good(
        path="app/infrastructure/job_reader.py",
        code="""
            from sqlalchemy import select
            from sqlalchemy.orm import Session
            from app.application.ports import JobReader
            from app.models import Job

            class SqlJobReader(JobReader):
                def __init__(self, session: Session) -> None:
                    self.session = session
                def every(self) -> list[int]:
                    return list(self.session.scalars(select(Job.id)))
        """,
        files={
            **PROJECT,
            "app/application/ports.py": """
from typing import Protocol
class JobReader(Protocol):
    def every(self) -> list[int]: ...
""",
        },
    ),
    # Without any repository in the project, another rule says once that the layer is missing.
    Good(
        path="app/services/jobs.py",
        code="""
            from sqlalchemy.orm import Session
            from app.models import Job
            def load(db: Session) -> None:
                db.get(Job, 1)
        """,
        files={path: code for path, code in PROJECT.items() if "repositories" not in path},
    ),
)


class QueryOutsideRepository(Check):
    """A query in a route or a service cannot be found, tuned or tested where queries are.

    The same rows are read in five places with five notions of what is deleted or whose they are; an index is missing
    for the one that nobody knew of; and whoever tests the service needs a database.

    Give the query a name and a method in a repository, and call that.

    Looked at are calls of a session's or a connection's methods that read or write rows (`execute`, `scalars`, `get`,
    `query`, `add`, `delete`, `flush` …), once each, where the receiver is known: by an annotation, a dependency, the
    sessionmaker or engine that it comes from, an attribute that a constructor sets, a unit of work that holds it, or
    because the function asks it for a known model or has it run a `select(…)`. What is only called `session` or `db`
    is of low confidence. Repositories, units of work, files that define models, migrations and tests may query; so may
    a class of the infrastructure that implements a port of the project. `SELECT 1` asks for no rows, and neither do
    statements that define tables or set something.
    """

    name = "query-outside-repository"
    level = Level.ERROR
    message = "No repository knows of this query, and `{symbol}` needs a database to be tested: `{call}` ({because})."
    requires = ("repository-layer-not-found",)
    examples = BAD + GOOD

    @on(cst.Call)
    def call(self, node: cst.Call, ctx: Context) -> Iterator[Finding]:
        """Report a call that runs a query, where none is at home."""
        if ctx.layer in AT_HOME or not ctx.index.has_repositories():
            return
        use = ctx.session_use(node)
        if use is None or not use.is_query or _reads_no_rows(node, ctx) or _at_home(node, ctx):
            return
        params = {"call": use.call, "because": use.because}
        yield self.finding(ctx, node, params=params, symbol=ctx.scope(node), key=use.call, confidence=use.confidence)


def _at_home(node: cst.Call, ctx: Context) -> bool:
    return any(_plays_part(scope, ctx) for scope in ctx.scopes(node))


def _plays_part(scope: str, ctx: Context) -> bool:
    """Whether a function or class is one that may query."""
    if ctx.index.repository(ctx.path, scope) or ctx.index.unit_of_work(ctx.path, scope):
        return True
    return ctx.layer is Layer.INFRASTRUCTURE and ctx.index.port(ctx.path, scope) is not None


def _reads_no_rows(node: cst.Call, ctx: Context) -> bool:
    match node.args:
        case [cst.Arg(value=cst.Call(args=[cst.Arg(value=text), *_]) as made), *_]:
            return (ctx.name_of(made) or "").startswith(DEFINITIONS) or _is_about_tables(text)
        case [cst.Arg(value=text), *_]:
            return _is_about_tables(text)
        case _:
            return False


def _is_about_tables(text: cst.BaseExpression) -> bool:
    match text:
        case cst.SimpleString(evaluated_value=str() as found) | cst.ConcatenatedString(evaluated_value=str() as found):
            return NO_ROWS.match(found) is not None
        case cst.FormattedString(parts=[cst.FormattedStringText(value=found), *_]):
            return NO_ROWS.match(found) is not None
        case _:
            return False
