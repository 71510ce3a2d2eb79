"""Use cases that import infrastructure, the API, an ORM, a web framework or a driver."""

from collections.abc import Iterator

import libcst as cst

from reviewer.api import Bad, Check, Context, Finding, Good, Layer, Level, on

PORTS = """
from abc import ABC, abstractmethod
class JobRepository(ABC):
    @abstractmethod
    def find(self) -> None: ...
class JobNotFound(Exception): ...
"""
PROJECT = {
    "app/__init__.py": "",
    "app/domain/job.py": "class Job: ...\n",
    "app/infrastructure/jobs/repository.py": "class SqlJobRepository:\n    def find(self) -> None:\n        print()\n",
    "app/infrastructure/mail.py": "def send() -> None:\n    print()\n",
    "app/api/schemas.py": "class JobRead: ...\n",
    "app/repositories/jobs.py": "class JobRepository:\n    def find(self) -> None:\n        print()\n",
    "app/shared/__init__.py": "from app.infrastructure.mail import send\n",
    "app/models.py": """
from sqlalchemy.orm import DeclarativeBase
class Base(DeclarativeBase): ...
class JobRow(Base):
    __tablename__ = "jobs"
""",
}
BAD = (
    # Infrastructure, also a repository in its folder, API, places of ORM models, packages of three kinds.
    Bad(
        path="app/use_cases/close_job.py",
        code="""
            import asyncpg  # <-
            from fastapi import HTTPException  # <-
            from sqlalchemy import select  # <-
            from sqlalchemy.orm import Session
            from app.api.schemas import JobRead  # <-
            from app.infrastructure.jobs.repository import SqlJobRepository  # <-
            from app.infrastructure.mail import send  # <-
            from app.models import JobRow  # <-
        """,
        files=PROJECT,
    ),
    # Through another file, in a function, for annotations alone.
    Bad(
        path="app/application/close_job.py",
        code="""
            from typing import TYPE_CHECKING
            if TYPE_CHECKING:
                from sqlalchemy.orm import Session  # <-

            def close(session: "Session") -> None:
                from app.shared import send  # <-
                send()
        """,
        files=PROJECT,
    ),
    # Queries beside the use cases are use cases too.
    Bad(
        path="app/application/queries/jobs.py",
        code="""
            from sqlalchemy.ext.asyncio import AsyncSession  # <-

            class JobReader:
                def __init__(self, session: AsyncSession) -> None: ...
        """,
        files=PROJECT,
    ),
)
GOOD = (
    Good(
        path="app/use_cases/close_job.py",
        code="""
            import httpx
            from app.domain.job import Job
            from app.repositories.jobs import JobRepository
            from app.settings import Settings
            from app.use_cases.ports import Mailer
        """,
        files={
            **PROJECT,
            "app/settings.py": "class Settings: ...\n",
            "app/use_cases/ports.py": "class Mailer: ...\n",
        },
    ),
    # Ports, wherever they lie and whatever hands them on.
    Good(
        path="app/application/close_job.py",
        code="""
            from app.application.repositories.jobs import JobRepository
            from app.application.ports.persistence.jobs import JobNotFound
            from app.infrastructure import JobRepository as Port
        """,
        files={
            **PROJECT,
            "app/application/repositories/jobs.py": "class JobRepository: ...\n",
            "app/application/ports/persistence/jobs.py": PORTS,
            "app/infrastructure/__init__.py": "from app.infrastructure.ports import JobRepository\n",
            "app/infrastructure/ports.py": PORTS,
        },
    ),
    # A unit of work is what use cases are written with, in whatever file it is.
    Good(
        path="app/use_cases/close_job.py",
        code="from app.infrastructure.unit_of_work import UnitOfWork\nfrom app.infrastructure.storage import Work\n",
        files={
            **PROJECT,
            "app/infrastructure/unit_of_work.py": "class UnitOfWork: ...\n",
            "app/infrastructure/storage.py": """
class Work:
    def __enter__(self): return self
    def __exit__(self, *args): self.session.rollback()
    def commit(self): self.session.commit()
""",
        },
    ),
    # Whoever puts the application together knows all of it; so does whoever serves it.
    Good(path="app/application/container.py", code="from app.infrastructure.mail import send\n", files=PROJECT),
    Good(
        path="app/application/main.py",
        code="""
            from fastapi import FastAPI
            from app.infrastructure.mail import send

            app = FastAPI()
        """,
        files=PROJECT,
    ),
    Good(
        path="app/application/jobs/views.py",
        code="""
            from fastapi import Depends
            from app.application.routing import router

            @router.get("/jobs")
            def jobs() -> None: ...
        """,
        files=PROJECT,
    ),
    # Queries in the infrastructure are infrastructure.
    Good(path="app/infrastructure/queries/jobs.py", code="from sqlalchemy import select\n", files=PROJECT),
    # Other layers, tests, and services, which are use cases only where the configuration says so.
    Good(path="app/services/close_job.py", code="from app.infrastructure.mail import send\n", files=PROJECT),
    Good(path="tests/use_cases/test_close.py", code="from app.infrastructure.mail import send\n", files=PROJECT),
)


class UseCaseImportsInfrastructure(Check):
    """A use case that imports infrastructure is bound to one database, one framework, one way to be called.

    To test the steps of an order, a database has to run; to call them from a worker, an `HTTPException` has to be
    translated back; and a query that a use case writes itself is found by nobody who changes the table.

    Let the use case take what it needs as a parameter, typed by a port of the domain or of the use cases, and let a
    container or FastAPI's dependencies pass the implementation in. Errors of the web belong to the API, which
    translates those of the domain.

    A file of the use cases may import neither this project's infrastructure, API and files that define ORM models, nor
    ORMs, web frameworks and database drivers. It does not matter where the import stands, nor whether another file
    hands the name on. Reported once for each module, at the first import that leads to it. Units of work, settings,
    and files that hold ports alone, protocols and abstract classes, are no infrastructure; a repository is one in the
    infrastructure's folder alone. Nothing is said of files that put the application together (`container.py`,
    `bootstrap.py`, `dependencies.py`, whoever imports `FastAPI`, `APIRouter` or a container of dependencies), that
    serve routes or a command line, or that lie in the infrastructure's folder themselves. A folder `services` is one of
    use cases only if the configuration says so:

        [tool.reviewer.layers]
        use-cases = ["services", "use_cases"]

        [tool.reviewer.imports]
        use-cases = ["infrastructure", "api", "repositories", "orm", "web", "database", "http"]
        composition-roots = ["container.py", "wiring.py"]
        allowed = ["sqlalchemy.exc"]
        type-checking = "allow"
    """

    name = "use-case-imports-infrastructure"
    level = Level.ERROR
    message = "A change of `{name}` reaches the use case: {way} ({belongs}), imported at line {line}."
    examples = BAD + GOOD

    @on(cst.Import, cst.ImportFrom)
    def imported(self, node: cst.Import | cst.ImportFrom, ctx: Context) -> Iterator[Finding]:
        """Report each module that an import is the first one to lead to."""
        for found in ctx.crossings(node) if ctx.layer is Layer.USE_CASES else ():
            yield self.finding(ctx, node, params=found.params(ctx.path), key=found.module)
