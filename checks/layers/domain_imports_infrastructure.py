"""Domain files that import infrastructure, a framework, a driver or a client."""

from collections.abc import Iterator

import libcst as cst

from reviewer.api import Bad, Check, Context, Finding, Good, Layer, Level, on

PROJECT = {
    "app/__init__.py": "",
    "app/infrastructure/__init__.py": "",
    "app/infrastructure/session.py": "class Session: ...\nclass Engine: ...\n",
    "app/infrastructure/clock.py": "from datetime import datetime as now\n",
    "app/api/schemas.py": "class JobRead: ...\n",
    "app/repositories/jobs.py": "class JobRepository:\n    def find(self) -> None:\n        return print()\n",
    "app/shared/__init__.py": "from app.infrastructure.session import Engine, Session\nfrom httpx import Client\n",
    "app/shared/all.py": "from app.infrastructure.session import *\nSessions = Session\n",
    "app/shared/text.py": "def shorten(text: str) -> str:\n    return text[:10]\n",
    "app/models.py": """
from sqlalchemy.orm import DeclarativeBase
class Base(DeclarativeBase): ...
class JobRow(Base):
    __tablename__ = "jobs"
class Status: ...
""",
}
BAD = (
    Bad(
        path="app/domain/job.py",
        code="""
            from dataclasses import dataclass
            from app.infrastructure.session import Session  # <-

            @dataclass
            class Job:
                session: Session
        """,
        files=PROJECT,
    ),
    # All that is no domain: infrastructure, API, repositories, places of ORM models, packages of their kinds.
    Bad(
        path="app/domain/job.py",
        code="""
            import boto3  # <-
            import celery.app  # <-
            import psycopg2  # <-
            import requests  # <-
            from fastapi.encoders import jsonable_encoder  # <-
            from sqlalchemy.orm import Mapped  # <-
            from ..api.schemas import JobRead  # <-
            from ..infrastructure import clock  # <-
            from ..models import Status  # <-
            from ..repositories.jobs import JobRepository  # <-
        """,
        files=PROJECT,
    ),
    # One finding for each module, at the first statement that brings it in, wherever it stands.
    Bad(
        path="app/domain/job.py",
        code="""
            from typing import TYPE_CHECKING
            if TYPE_CHECKING:
                from app.infrastructure.session import Engine  # <-

            def close() -> None:
                from app.infrastructure.session import Session, Engine
                import sqlalchemy as sa  # <-
                from sqlalchemy.orm import Session as OrmSession
        """,
        files=PROJECT,
    ),
    # Through a file that hands it on, under another name, by a star, or taken out of the module.
    Bad(
        path="app/domain/job.py",
        code="from app.shared import Client as Http, Engine, Session  # <-\n",
        files=PROJECT,
    ),
    Bad(path="app/domain/job.py", code="from app.shared.all import Sessions  # <-\n", files=PROJECT),
    Bad(
        path="app/domain/job.py",
        code="""
            from app.shared.all import *  # <-

            def close(session: Session) -> None: ...
        """,
        files=PROJECT,
    ),
    Bad(
        path="app/domain/job.py",
        code="""
            from app import shared  # <-

            def close(session: shared.Session) -> None: ...
        """,
        files=PROJECT,
    ),
    Bad(
        path="app/domain/job.py",
        code="""
            import app.shared.text
            import app.shared.all  # <-
            import app.infrastructure.clock  # <-

            def close(job: str) -> app.shared.all.Session:
                return app.shared.text.shorten(job)
        """,
        files=PROJECT,
    ),
    # A table among entities is no entity.
    Bad(
        path="app/domain/service.py",
        code="from app.domain.rows import JobRow  # <-\n",
        files={"app/__init__.py": "", "app/domain/rows.py": PROJECT["app/models.py"]},
    ),
)
GOOD = (
    # What maps the classes of other files to tables keeps the tables out of them, wherever it lies.
    Good(
        path="app/domain/jobs/orm.py",
        code="""
            from sqlalchemy import Column, Integer, Table
            from sqlalchemy.orm import registry
            from app.domain.jobs.job import Job
            mapper_registry = registry()
            jobs = Table("jobs", mapper_registry.metadata, Column("id", Integer, primary_key=True))
            mapper_registry.map_imperatively(Job, jobs)
        """,
        files={"app/domain/jobs/job.py": "class Job:\n    pass\n"},
    ),
    Good(
        path="app/domain/job.py",
        code="""
            from http import HTTPStatus
            from urllib.parse import urlsplit
            import numpy
            from pydantic import BaseModel
            from app.config import Settings
            from app.domain.errors import JobNotFound
            from app.shared.text import shorten
        """,
        files={
            **PROJECT,
            "app/config.py": "class Settings: ...\n",
            "app/domain/errors.py": "class JobNotFound(Exception): ...\n",
        },
    ),
    # What another file of the domain, or of the use cases, imports is told there.
    Good(
        path="app/domain/bill.py",
        code="from app.domain.job import Job\nfrom app.use_cases.jobs import Engine\n",
        files={
            **PROJECT,
            "app/domain/job.py": "class Job: ...\n",
            "app/use_cases/jobs.py": "from app.infrastructure.session import Engine\n",
        },
    ),
    # A file beside the infrastructure that uses it inside hands nothing on.
    Good(
        path="app/domain/job.py",
        code="from app.shared.jobs import describe\nfrom app import shared\nprint(shared.text)\n",
        files={**PROJECT, "app/shared/jobs.py": "from app.infrastructure import session\ndef describe() -> str: ...\n"},
    ),
    # Folders of the domain are domain whatever their name, and so are ports, wherever they lie.
    Good(
        path="app/domain/job.py",
        code="""
            from app.domain.db.tables import Table
            from app.domain.repositories.jobs import JobRepository
            from app.repositories import AbstractRepository
            from app.infrastructure.ports import Clock
        """,
        files={
            **PROJECT,
            "app/domain/db/tables.py": "class Table: ...\n",
            "app/domain/repositories/jobs.py": "class JobRepository: ...\n",
            "app/repositories/__init__.py": "from app.repositories.base import AbstractRepository\n",
            "app/repositories/base.py": """
from abc import ABC, abstractmethod
class AbstractRepository(ABC):
    @abstractmethod
    def find(self) -> None: ...
""",
            "app/infrastructure/ports.py": """
from typing import Protocol
class Clock(Protocol):
    def now(self) -> int: ...
""",
        },
    ),
    # A class that is mapped to a table from outside is an entity.
    Good(
        path="app/domain/service.py",
        code="from app.domain.job import Job\n",
        files={
            "app/__init__.py": "",
            "app/domain/job.py": "class Job: ...\n",
            "app/adapters/orm.py": "from sqlalchemy.orm import registry\nfrom app.domain.job import Job\n"
            "registry().map_imperatively(Job, table)\n",
        },
    ),
    # Other layers, tests, projects without a domain.
    Good(path="app/services/job.py", code="from app.infrastructure.session import Session\n", files=PROJECT),
    Good(path="tests/domain/test_job.py", code="from app.infrastructure.session import Session\n", files=PROJECT),
)


class DomainImportsInfrastructure(Check):
    """A domain that imports infrastructure changes with it, and is never tested without it.

    A new version of the database driver breaks the rule for discounts; whoever tests that rule has to start a
    database first, or patch an import; and the next client of the payment service is called from an entity, in the
    middle of a transaction.

    Let the domain say what it needs, as a port: a protocol or an abstract class beside the entities. The infrastructure
    implements it, and whoever puts the application together passes it in.

    A file of the domain may import neither this project's infrastructure, API, repositories and files that define ORM
    models, nor web frameworks, ORMs, database drivers, and clients for HTTP, queues and clouds; pydantic is none of
    them. It does not matter where the import stands, in a function or under `TYPE_CHECKING`, nor whether another file
    hands the name on: `from app.shared import Session` leads to where `Session` is. What another file of the domain or
    of the use cases imports is told there. A file that holds ports alone, protocols and abstract classes, is no
    infrastructure wherever it lies, and neither are units of work and settings. A file that maps classes of other files
    to tables imperatively is free. Reported once for each module, at the first import that leads to it.

    What is forbidden is configurable, and so are exceptions, by the names of modules or packages:

        [tool.reviewer.imports]
        domain = ["infrastructure", "api", "repositories", "orm", "web", "database", "http", "pydantic"]
        allowed = ["sqlalchemy.exc", "app.infrastructure.clock"]
        type-checking = "allow"
    """

    name = "domain-imports-infrastructure"
    level = Level.ERROR
    message = "A change of `{name}` reaches the domain: {way} ({belongs}), imported at line {line}."
    examples = BAD + GOOD

    @on(cst.Import, cst.ImportFrom)
    def imported(self, node: cst.Import | cst.ImportFrom, ctx: Context) -> Iterator[Finding]:
        """Report each module that an import is the first one to lead to."""
        for found in ctx.crossings(node) if ctx.layer is Layer.DOMAIN else ():
            yield self.finding(ctx, node, params=found.params(ctx.path), key=found.module)
