"""Rows that are deleted although their model keeps deleted rows."""

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

import libcst as cst
from pydantic import Field

from reviewer.api import (
    Bad,
    Check,
    Confidence,
    Context,
    Finding,
    Good,
    Layer,
    Level,
    Settings,
    Table,
    below,
    dotted,
    look,
    on,
)

APART = frozenset({Layer.TESTS, Layer.MIGRATIONS})
DELETES = frozenset(f"{module}.delete" for module in ("sqlalchemy", "sqlalchemy.sql.expression", "sqlmodel"))
SELECTS = frozenset({name.replace("delete", "select") for name in DELETES})
# What the columns end in that say how old a row is.
AGED = ("_at", "_on", "_date", "_time")
ASKING = frozenset({"get", "get_one", "query"})

MODELS = {
    "app/models.py": """
from datetime import datetime
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
class Base(DeclarativeBase): pass
class Kept:
    deleted_at: Mapped[datetime | None]
class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
class Job(Kept, Base):
    __tablename__ = "jobs"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
class NightJob(Job): pass
class Token(Kept, Base):
    __tablename__ = "tokens"
    id: Mapped[int] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime]
class LoginCode(Kept, Base):
    __tablename__ = "login_codes"
    id: Mapped[int] = mapped_column(primary_key=True)
class JobUser(Kept, Base):
    __tablename__ = "job_users"
    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
""",
}
BAD = (
    Bad(
        path="app/repositories/jobs.py",
        code="""
            import sqlalchemy as sa
            from sqlalchemy import delete, select
            from sqlalchemy.ext.asyncio import AsyncSession
            from sqlalchemy.orm import Session
            from app.models import Job, NightJob

            class JobRepository:
                def __init__(self, session: AsyncSession) -> None:
                    self.session = session
                async def remove_all(self) -> None:
                    await self.session.execute(delete(Job).where(Job.name == ""))  # <-
                    await self.session.execute(sa.delete(NightJob))  # <-
                async def remove(self, job_id: int) -> None:
                    job = await self.session.get(Job, job_id)
                    await self.session.delete(job)  # <-
                async def remove_this(self, job: Job | None) -> None:
                    await self.session.delete(job)  # <-
                async def remove_named(self, name: str) -> None:
                    for job in await self.session.scalars(select(Job).where(Job.name == name)):
                        await self.session.delete(job)  # <-
            def remove(db: Session, name: str) -> None:
                db.query(Job).filter(Job.name == name).delete(synchronize_session=False)  # <-
        """,
        files=MODELS,
    ),
    Bad(
        path="app/jobs.py",
        code="""
            from sqlalchemy.orm import Session
            from app.models import Job
            def remove(job: Job, session: Session) -> None:
                session.delete(job)  # <-
        """,
        files={"app/models.py": MODELS["app/models.py"].replace("deleted_at", "hidden_since")},
        settings={"columns": ["hidden_since"]},
    ),
)
GOOD = (
    # Models that keep nothing, rows that expire, rows that join others, and what is no model or no session.
    Good(
        path="app/repositories/jobs.py",
        code="""
            from sqlalchemy import delete, select
            from sqlalchemy.orm import Session
            from app.models import Job, JobUser, LoginCode, Token, User

            def remove(session: Session, user: User, repository: JobRepository, cache: dict, unknown) -> None:
                session.delete(user)
                session.execute(delete(User))
                session.execute(delete(Token).where(Token.id == 1))
                session.execute(delete(LoginCode).where(LoginCode.id == 1))
                session.execute(delete(JobUser).where(JobUser.user_id == user.id))
                session.delete(unknown)
                job = session.get(Job, 1)
                job = session.get(User, 1)
                session.delete(job)
                repository.delete(session.get(Job, 1))
                cache.delete(Job)
        """,
        files=MODELS,
    ),
    # What was deleted softly goes for good some day, and so does what the law wants gone.
    Good(
        path="app/repositories/jobs.py",
        code="""
            from sqlalchemy import delete
            from sqlalchemy.orm import Session
            from app.models import Job

            def forget(session: Session, before) -> None:
                session.execute(delete(Job).where(Job.deleted_at < before))
                session.query(Job).filter(Job.deleted_at.is_not(None)).delete()
                session.execute(delete(Job).where(Job.name == "", Job.created_at <= before))
            def purge_jobs(session: Session) -> None:
                session.execute(delete(Job))
            class GdprService:
                def run(self, session: Session, job: Job) -> None:
                    session.delete(job)
        """,
        files=MODELS,
    ),
    Good(
        path="tests/test_jobs.py",
        code="from sqlalchemy import delete\nfrom app.models import Job\ndef clear(db): db.execute(delete(Job))\n",
        files=MODELS,
    ),
)


class SoftDeletion(Settings):
    """How a project marks rows as deleted, and who may delete them for good."""

    columns: tuple[str, ...] = Field(
        default=("deleted_at", "is_deleted", "deleted", "deleted_on", "date_deleted"),
        description="The attributes of a model that mark a row as deleted.",
    )
    passing: tuple[str, ...] = Field(
        default=("*challenge*", "*code*", "*lock*", "*nonce*", "*otp*", "*session*", "*token*", "*verification*"),
        description="The names of models, in small letters, whose rows come and go, such as secrets for one use.",
    )
    purges: tuple[str, ...] = Field(
        default=(
            "*purge*",
            "*prune*",
            "*clean*",
            "*expire*",
            "*erase*",
            "*gdpr*",
            "*anonym*",
            "*hard*delete*",
            "*permanent*",
        ),
        description="The names of modules, classes and functions that delete for good, in small letters.",
    )


class HardDelete(Check):
    """A row that is deleted for good takes what others know of it along, though its model can keep it.

    The invoice of a deleted customer loses its name, a click on the wrong row can't be undone, and the queries that
    look for `deleted_at IS NULL` say to everyone that rows of this table are never gone.

    Set the column that marks the row as deleted.

    Looked at are `delete(Model)`, `session.query(Model)….delete()` and `session.delete(row)`, where the row is a
    parameter that is annotated with the model, or what the same function asks a session for. Left alone are rows that
    expire by a column of theirs or are secrets for one use, rows that only join others, statements that ask for rows
    older than some time or for the mark itself, and functions, classes and modules whose names say that they purge.
    """

    name = "hard-delete"
    level = Level.ADVICE
    message = "What refers to this {model} loses it for good: the row goes, though `{column}` can mark it as deleted."
    examples = BAD + GOOD
    settings: SoftDeletion = SoftDeletion()

    @on(cst.Call)
    def call(self, node: cst.Call, ctx: Context) -> Iterator[Finding]:
        """Report a call that deletes rows of a model that can mark them."""
        model = _deleted(node, ctx)
        table = ctx.index.table(ctx.path, model) if model else None
        column = self._mark(table) if table and not _matches(model, self.settings.passing) else None
        if model and column and ctx.layer not in APART and not self._purges(node, ctx, column):
            params = {"model": model, "column": column}
            yield self.finding(ctx, node, symbol=ctx.scope(node), key=model, params=params)

    def _mark(self, table: Table) -> str | None:
        """The column that marks a row as deleted, of a table whose rows do not come and go by themselves."""
        names = [each.attribute for each in table.columns]
        if table.is_association or any("expire" in name for name in names):
            return None
        return next((name for name in names if name in self.settings.columns), None)

    def _purges(self, node: cst.Call, ctx: Context, column: str) -> bool:
        """Whether a call is meant to delete for good, by its place or because it asks for rows that are marked."""
        names = (*ctx.scope(node).split("."), ctx.path.rpartition("/")[2])
        statement = next((each for each in ctx.ancestors(node) if isinstance(each, cst.BaseSmallStatement)), node)
        asks = any(_is_mark(each, column) or _is_age(each) for each in below(statement))
        return asks or any(_matches(name, self.settings.purges) for name in names)


def _is_mark(node: cst.CSTNode, column: str) -> bool:
    return isinstance(node, cst.Name) and node.value == column


def _is_age(node: cst.CSTNode) -> bool:
    """Whether a condition asks for what is older than something."""
    match node:
        case cst.Comparison(
            left=cst.Attribute(attr=cst.Name(value=name)),
            comparisons=[cst.ComparisonTarget(operator=cst.LessThan() | cst.LessThanEqual())],
        ):
            return name.endswith(AGED)
        case _:
            return False


def _matches(name: str | None, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase((name or "").lower(), pattern) for pattern in patterns)


def _deleted(node: cst.Call, ctx: Context) -> str | None:
    """The model whose rows a call deletes, as the file writes it."""
    if ctx.name_of(node) in DELETES:
        return _model(node, ctx)
    match node.func:
        case cst.Attribute(value=receiver, attr=cst.Name(value="delete")):
            use = ctx.session_use(node)
            if use and use.confidence is Confidence.HIGH and node.args:
                return _model_of(node.args[0].value, node, ctx)
            return _queried(receiver, ctx)
        case _:
            return None


def _model(call: cst.Call, ctx: Context) -> str | None:
    """The model that is the first argument of a call."""
    name = dotted(call.args[0].value) if call.args and not isinstance(call.args[0].value, cst.Call) else None
    return name if name and ctx.index.orm_model(ctx.path, name) else None


def _queried(node: cst.BaseExpression, ctx: Context) -> str | None:
    """The model that a chain of calls begins to ask a session for."""
    while isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
        if node.func.attr.value == "query" and ctx.session_use(node):
            return _model(node, ctx)
        node = node.func.value
    return None


def _model_of(row: cst.BaseExpression, node: cst.Call, ctx: Context) -> str | None:
    """The model that a variable holds a row of, where all that the function binds to it says the same."""
    function = ctx.enclosing_function(node)
    if not isinstance(row, cst.Name) or function is None:
        return None
    bound = _Bound(row.value, ctx)
    look(function, bound.visit)
    return next(iter(bound.models)) if len(bound.models) == 1 else None


class _Bound:
    """The models that a function binds rows of to a name; None among them for anything else."""

    def __init__(self, name: str, ctx: Context) -> None:
        self.models: set[str | None] = set()
        self._name = name
        self._ctx = ctx

    def visit(self, node: cst.CSTNode) -> bool:
        """Note what a parameter, an assignment or a loop binds."""
        match node:
            case cst.Param(name=cst.Name(value=name), annotation=annotation) if name == self._name:
                self.models.add(self._annotated(annotation))
            case cst.Assign(targets=targets, value=value) if any(self._is_it(each.target) for each in targets):
                self.models.add(self._asked(value))
            case cst.AnnAssign(target=target, annotation=annotation) if self._is_it(target):
                self.models.add(self._annotated(annotation))
            case cst.NamedExpr(target=target, value=value) if self._is_it(target):
                self.models.add(self._asked(value))
            case cst.For(target=target, iter=value) if self._is_it(target):
                self.models.add(self._asked(value))
            case _:
                pass
        return True

    def _is_it(self, target: cst.CSTNode) -> bool:
        return isinstance(target, cst.Name) and target.value == self._name

    def _annotated(self, annotation: cst.Annotation | None) -> str | None:
        names = self._ctx.names_in(annotation.annotation) if annotation else ()
        return self._only({name for name in names if self._ctx.index.orm_model(self._ctx.path, name)})

    def _asked(self, value: cst.CSTNode) -> str | None:
        """The one model that a value asks a session for."""
        calls = [each for each in below(value) if isinstance(each, cst.Call)]
        return self._only({model for each in calls if self._asks(each) and (model := _model(each, self._ctx))})

    def _asks(self, call: cst.Call) -> bool:
        by_method = isinstance(call.func, cst.Attribute) and call.func.attr.value in ASKING
        return by_method or self._ctx.name_of(call) in SELECTS

    @staticmethod
    def _only(models: set[str]) -> str | None:
        return next(iter(models)) if len(models) == 1 else None
