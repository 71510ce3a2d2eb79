"""ORM models that are known outside the layers that keep them."""

from collections.abc import Iterator

import libcst as cst

from reviewer.api import Bad, Check, Context, Finding, Good, Layer, Level, OrmModel, Related, dotted, look, on, parts

AT_HOME = frozenset({Layer.REPOSITORIES, Layer.ORM, Layer.UNIT_OF_WORK, Layer.MIGRATIONS, Layer.TESTS})

MODELS = """
from enum import Enum
from sqlalchemy import Column, Integer
from app.db.base import Base, Mixin

class JobStatus(Enum):
    OPEN = "open"

class Job(Mixin, Base):
    __tablename__ = "jobs"
    id = Column(Integer, primary_key=True)

class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
"""
PROJECT = {
    "app/__init__.py": "",
    "app/db/__init__.py": "from app.db.base import Base\n",
    "app/db/base.py": """
from sqlalchemy.orm import DeclarativeBase
class Mixin: ...
class Base(DeclarativeBase): ...
""",
    "app/db/models.py": MODELS,
    "app/repositories/job.py": "class JobRepository:\n    pass\n",
}
SQLMODEL = {
    "app/models.py": """
from sqlmodel import Field, SQLModel

class JobBase(SQLModel):
    name: str

class Job(JobBase, table=True):
    id: int = Field(primary_key=True)

class JobRead(JobBase):
    id: int
""",
    "app/repositories/job.py": "class JobRepository:\n    pass\n",
}
BAD = (
    Bad(
        path="app/services/jobs.py",
        code="""
            from app.db.models import Job  # <-

            def close(job: Job) -> None:
                job.status = "closed"
        """,
        files=PROJECT,
    ),
    # Every name by itself, under its alias, also when it is only for annotations or imported in a function.
    Bad(
        path="app/services/jobs.py",
        code="""
            from typing import TYPE_CHECKING
            from app.db.models import (
                Job as JobRow,  # <-
                JobStatus,
                User,  # <-
            )
            if TYPE_CHECKING:
                from ..db.models import Job  # <-

            def load() -> None:
                from app.db.models import User as Person  # <-
        """,
        files=PROJECT,
    ),
    # A module may be imported; a model that is taken out of it is reported where it is first used.
    Bad(
        path="app/services/jobs.py",
        code="""
            import app.db.models
            import app.db.models as tables
            from app.db import models

            def load(status: models.JobStatus) -> None:
                first = models.Job(status=status)  # <-
                second = models.Job(status=status)
                third = tables.User.id  # <-
                return app.db.models.Job  # <-
        """,
        files=PROJECT,
    ),
    # Quoted or not.
    Bad(
        path="app/services/jobs.py",
        code="""
            from __future__ import annotations
            from typing import TYPE_CHECKING
            if TYPE_CHECKING:
                from app.db import models

            def load(status: "models.JobStatus") -> "list[models.Job]":  # <-
                first: models.Job | None
                second: list["models.User"]  # <-
        """,
        files=PROJECT,
    ),
    # A star import brings what is used of it.
    Bad(
        path="app/api/jobs.py",
        code="""
            from app.db.models import *  # <-

            def load(status: JobStatus) -> Job:
                return Job(status=status)
        """,
        files=PROJECT,
    ),
    # Each import by itself, where a file gives one name to several things.
    Bad(
        path="app/services/jobs.py",
        code="""
            from app.domain.job import Job

            def load(id: int) -> Job:
                from app.db.models import Job  # <-
            def load_entity(id: int) -> Job:
                from app.domain.job import Job
        """,
        files={**PROJECT, "app/domain/job.py": "class Job:\n    pass\n"},
    ),
    # Re-exports, aliases, abstract bases in other files.
    Bad(
        path="app/services/orders.py",
        code="from app.shop import Order  # <-\n",
        files={
            **PROJECT,
            "app/shop/__init__.py": "from .tables import OrderTable as Order\n",
            "app/shop/tables.py": """
from typing import Generic, TypeVar
from app.db import Base as Root
T = TypeVar("T")
ShopBase = Root
class Table(ShopBase, Generic[T]):
    __abstract__ = True
class OrderTable(Table[int]):
    __tablename__ = "orders"
""",
        },
    ),
    Bad(path="app/services/jobs.py", code="from app.models import Job, JobRead  # <-\n", files=SQLMODEL),
    # Its base cannot be found, yet it has a table and a column.
    Bad(
        path="app/services/jobs.py",
        code="from app.models import Job  # <-\n",
        files={
            "app/models.py": """
from sqlalchemy import Column, Integer
from company.database import Base
class Job(Base):
    __tablename__ = "jobs"
    id = Column(Integer, primary_key=True)
""",
            "app/repositories/job.py": "class JobRepository:\n    pass\n",
        },
    ),
    # Mapped by a registry's decorator.
    Bad(
        path="app/services/jobs.py",
        code="from app.models import Job, Note  # <-\n",
        files={
            "app/models.py": """
from sqlalchemy.orm import registry
mapper_registry = registry()
@mapper_registry.mapped_as_dataclass
class Job:
    __tablename__ = "jobs"
class Note:
    pass
""",
            "app/repositories/job.py": "class JobRepository:\n    pass\n",
        },
    ),
)
GOOD = (
    # What stands beside a model is none, nor is its base or its module.
    Good(
        path="app/services/jobs.py",
        code="""
            from app.db.models import JobStatus
            from app.db import Base, models
            from app.domain.job import Job

            def load(job: Job) -> models.JobStatus:
                return JobStatus.OPEN
        """,
        files={**PROJECT, "app/domain/job.py": "class Job:\n    pass\n"},
    ),
    # At home: repositories wherever they lie, units of work, migrations, tests, other models.
    Good(path="app/repositories/user.py", code="from app.db.models import User\n", files=PROJECT),
    Good(
        path="app/storage/sql.py",
        code="""
            from app.db.models import User

            class UserRepository:
                def find(self) -> None: ...
        """,
        files=PROJECT,
    ),
    Good(path="app/unit_of_work.py", code="from app.db.models import User\n", files=PROJECT),
    Good(path="migrations/env.py", code="from app.db.models import User\n", files=PROJECT),
    Good(path="tests/test_jobs.py", code="from app.db.models import User\n", files=PROJECT),
    Good(
        path="app/db/notes.py",
        code="""
            from app.db.base import Base
            from app.db.models import User

            class Note(Base):
                __tablename__ = "notes"
        """,
        files=PROJECT,
    ),
    # The package of the models gathers them.
    Good(path="app/db/__init__.py", code="from app.db.models import Job, User\n", files=PROJECT),
    # Classes that are mapped imperatively are the domain's own.
    Good(
        path="app/services/jobs.py",
        code="from app.domain.job import Job\n",
        files={
            "app/domain/job.py": "class Job:\n    pass\n",
            "app/db/mappings.py": """
from sqlalchemy.orm import registry
from app.domain.job import Job
registry().map_imperatively(Job, table)
""",
            "app/repositories/job.py": "class JobRepository:\n    pass\n",
        },
    ),
    # Schemas, abstract bases, mixins, and what only a cycle of imports would define.
    Good(path="app/services/jobs.py", code="from app.models import JobBase, JobRead\n", files=SQLMODEL),
    Good(
        path="app/services/jobs.py",
        code="from app.a import Abstract, Loop, Timestamps\n",
        files={
            "app/a.py": """
from sqlalchemy import Column, DateTime
from sqlalchemy.orm import DeclarativeBase
from app.b import Loop
class Timestamps:
    created = Column(DateTime)
class Base(DeclarativeBase): ...
class Abstract(Timestamps, Base):
    __abstract__ = True
class Job(Abstract):
    __tablename__ = "jobs"
""",
            "app/b.py": "from app.a import Loop\n",
            "app/repositories/job.py": "class JobRepository:\n    pass\n",
        },
    ),
    # Without any repository in the project, another rule says once that the layer is missing.
    Good(
        path="app/services/jobs.py",
        code="from app.db.models import Job\n",
        files={path: code for path, code in PROJECT.items() if "repositories" not in path},
    ),
)


class OrmModelOutsideRepository(Check):
    """An ORM model in a service or a route ties it to the table and to the session that loaded the row.

    A renamed column breaks the route, an attribute that is not loaded yet sends a query from a template or raises
    `DetachedInstanceError` once the session is closed, and every test of the service needs a database.

    Let repositories take and return entities of the domain, and map models to them inside.

    Reported once for each model that a file imports, or takes out of an imported module. Repositories, units of work,
    migrations, tests and files that define models may know models; so may a file with a repository class in it.
    What lies beside a model, an enum or a schema, is none, and neither is a class that is mapped imperatively.
    `reviewer inspect` lists the models with the chain that makes each of them one.
    """

    name = "orm-model-outside-repository"
    level = Level.ERROR
    message = "A change of its table reaches this file: `{model}` is an ORM model ({chain}), defined in {place}."
    requires = ("repository-layer-not-found",)
    examples = BAD + GOOD

    @on(cst.ImportFrom)
    def imported(self, node: cst.ImportFrom, ctx: Context) -> Iterator[Finding]:
        """Report each model that an import names, or that is used of a star import."""
        if isinstance(node.names, cst.ImportStar):
            yield from self._starred(node, ctx)
            return
        module = "." * len(node.relative) + (dotted(node.module) or "" if node.module else "")
        for alias in node.names:
            model = ctx.index.imported_model(ctx.path, module, alias.evaluated_name)
            if model and not _at_home(ctx):
                yield self._found(ctx, alias, model, alias.evaluated_name)

    @on(cst.Attribute)
    def taken(self, node: cst.Attribute, ctx: Context) -> Iterator[Finding]:
        """Report a model that is taken out of a module, where it is first."""
        if node.attr.value[:1].isupper():
            yield from self._taken(ctx, node, dotted(node) or "")

    @on(cst.Annotation)
    def quoted(self, node: cst.Annotation, ctx: Context) -> Iterator[Finding]:
        """Report a model that is taken out of a module in quotes."""
        for text in _quoted(node.annotation):
            for name in ctx.names_in(text):
                yield from self._taken(ctx, text, name)

    def _taken(self, ctx: Context, node: cst.CSTNode, name: str) -> Iterator[Finding]:
        model = ctx.index.orm_model(ctx.path, name) if "." in name else None
        if not model or _at_home(ctx) or model.definition.path == ctx.path:
            return
        seen = ctx.once(_Seen)
        if name.partition(".")[0] not in seen.models() and seen.taken[name] is node:
            # The first place is the file's, whichever function it stands in.
            yield self._found(ctx, node, model, name, symbol="")

    def _starred(self, node: cst.ImportFrom, ctx: Context) -> Iterator[Finding]:
        seen = ctx.once(_Seen)
        if seen.stars[0] is not node or _at_home(ctx):
            return
        for name in sorted(seen.names - seen.imported):
            model = ctx.index.orm_model(ctx.path, name)
            if model and model.definition.path != ctx.path:
                yield self._found(ctx, node, model, name)

    def _found(
        self, ctx: Context, node: cst.CSTNode, model: OrmModel, name: str, *, symbol: str | None = None
    ) -> Finding:
        place = model.definition
        related = Related(place.path, place.line, f"`{place.symbol}` is defined here.")
        params = {"model": name, "chain": " → ".join(model.chain), "place": place.path}
        return self.finding(
            ctx,
            node,
            params=params,
            symbol=symbol,
            key=name,
            facts={"names": (name,)},
            confidence=model.confidence,
            related=(related,),
        )


class _Seen:
    """The names of a file: used, imported, and taken out of modules with the first place of each."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self.names: set[str] = set()
        self.imported: set[str] = set()
        self.stars: list[cst.ImportFrom] = []
        self.taken: dict[str, cst.CSTNode] = {}
        look(ctx.module, self.visit)

    def visit(self, node: cst.CSTNode) -> bool:
        """Note a node and say whether to look below it."""
        match node:
            case cst.ImportFrom(names=cst.ImportStar()):
                self.stars.append(node)
            case cst.ImportFrom(names=(list() | tuple()) as names):
                self.imported |= {alias.evaluated_alias or alias.evaluated_name for alias in names}
            case cst.Name(value=name):
                self.names.add(name)
            case cst.Attribute():
                self.taken.setdefault(dotted(node) or "", node)
            case cst.Annotation(annotation=annotation):
                self._note_quoted(annotation)
            case _:
                pass
        return not isinstance(node, cst.ImportFrom)

    def _note_quoted(self, annotation: cst.BaseExpression) -> None:
        for text in _quoted(annotation):
            for name in self._ctx.names_in(text):
                self.names.add(name)
                self.taken.setdefault(name, text)

    def models(self) -> set[str]:
        """The imported names that are models themselves: what is taken out of them belongs to them."""
        return {name for name in self.imported if self._ctx.index.orm_model(self._ctx.path, name)}


def _quoted(annotation: cst.CSTNode) -> Iterator[cst.SimpleString]:
    """The strings in an annotation."""
    if isinstance(annotation, cst.SimpleString):
        yield annotation
    elif not isinstance(annotation, cst.Name | cst.Attribute):
        for child in parts(annotation):
            yield from _quoted(child)


def _at_home(ctx: Context) -> bool:
    """Whether models may be known in this file, or the project has no layer where they are."""
    if ctx.layer in AT_HOME or not ctx.index.has_repositories():
        return True
    classes = (found.name.value for found in ctx.module.body if isinstance(found, cst.ClassDef))
    return any(ctx.index.repository(ctx.path, name) for name in classes)
