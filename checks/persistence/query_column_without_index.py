"""Queries of repositories by columns that no index begins with."""

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

import libcst as cst
from pydantic import Field

from reviewer.api import Bad, Check, Context, Finding, Good, Layer, Level, Settings, dotted, look, on

APART = frozenset({Layer.TESTS, Layer.MIGRATIONS})
CONDITIONS = frozenset({"where", "filter", "having"})
LOOKUPS = cst.Equal | cst.LessThan | cst.LessThanEqual | cst.GreaterThan | cst.GreaterThanEqual
# Methods of a column that an index helps with, and those that no index of this kind does.
LOOKING = frozenset({"in_", "between"})
SCANNING = frozenset({"contains", "endswith", "ilike", "is_", "is_not", "like", "not_in", "startswith"})
# Many rows have the same value in what is called so.
SHARED = ("kind", "level", "role", "state", "status", "type")
CONSTANTS = cst.Integer | cst.Float | cst.SimpleString

MODELS = {
    "app/models.py": """
from datetime import datetime
from enum import StrEnum
from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
class Base(DeclarativeBase): pass
class Status(StrEnum):
    OPEN = "open"
class Job(Base):
    __tablename__ = "jobs"
    __table_args__ = (Index("ix_jobs_site", "site", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    site: Mapped[str]
    name: Mapped[str]
    status: Mapped[Status]
    is_late: Mapped[bool]
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    created_at: Mapped[datetime]
class Country(Base):
    __tablename__ = "countries"
    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
""",
}
BAD = (
    Bad(
        path="app/repositories/job.py",
        code="""
            from datetime import datetime
            from sqlalchemy import and_, select
            from sqlalchemy.ext.asyncio import AsyncSession
            from app.models import Job, Status

            class JobRepository:
                def __init__(self, session: AsyncSession) -> None:
                    self.session = session
                async def find_by_name(self, name: str) -> Job | None:
                    statement = select(Job).where(Job.name == name, Job.status == Status.OPEN)  # <-
                    return await self.session.scalar(statement)
                async def find_recent(self, since: datetime) -> list[Job]:
                    statement = select(Job).order_by(Job.created_at.desc())
                    statement = statement.where(
                        and_(
                            Job.created_at >= since,  # <-
                            Job.name.in_(self.names),
                        )
                    )
                    return list(await self.session.scalars(statement))
                async def find_latest(self) -> list[Job]:
                    return list(
                        await self.session.scalars(
                            select(Job)
                            .order_by(Job.created_at.desc())  # <-
                            .limit(20)
                        )
                    )
                def find_old(self, name: str) -> Job | None:
                    return self.session.query(Job).filter_by(name=name).first()  # <-
        """,
        files=MODELS,
    ),
)
GOOD = (
    # An index finds the rows, and whatever else is asked of them is asked of few.
    Good(
        path="app/repositories/job.py",
        code="""
            from sqlalchemy import select
            from app.models import Job

            class JobRepository:
                def find(self, key: str, name: str, owner_id: int, site: str) -> None:
                    self.session.scalar(select(Job).where(Job.key == key))
                def find_of(self, name: str, owner_id: int) -> None:
                    self.session.scalar(select(Job).where(Job.owner_id == owner_id, Job.name == name))
                def find_of_team(self, name: str, team: int) -> None:
                    self.session.scalars(select(Job).where(Job.team_id == team, Job.name == name))
                def find_here(self, name: str) -> None:
                    self.session.scalars(select(Job).where(Job.site == "here", Job.name == name))
                def find_at(self, site: str, name: str) -> None:
                    self.session.query(Job).filter_by(site=site, name=name).order_by(Job.created_at).limit(3)
                def find_by_id(self, name: str, job_id: int) -> None:
                    statement = select(Job).where(Job.name == name)
                    statement = statement.where(Job.id == job_id)
        """,
        files=MODELS,
    ),
    # What an index does not help with: few values, patterns, `or`, all rows in order; and what can't be read.
    Good(
        path="app/repositories/job.py",
        code="""
            from sqlalchemy import func, or_, select
            from app.models import Job, Status

            class JobRepository:
                def find_open(self, text: str, late: bool, wanted: Status, team: int) -> None:
                    self.session.scalars(select(Job).where(Job.is_late == late, Job.status == wanted))
                    self.session.query(Job).filter_by(is_late=True)
                    self.session.scalars(select(Job).where(Job.status == Status.OPEN, Job.name.is_(None)))
                    self.session.scalars(select(Job).where(Job.name.ilike(text), Job.name != text, Job.name == ""))
                def find_all(self) -> None:
                    self.session.scalars(select(Job).order_by(Job.name))
                def find_either(self, name: str) -> None:
                    self.session.scalars(select(Job).where(or_(Job.name == name, Job.id == 1)))
                def find_lower(self, name: str) -> None:
                    self.session.scalars(select(Job).where(func.lower(Job.name) == name, Job.name == name))
                def find_where(self, name: str, *conditions) -> None:
                    self.session.scalars(select(Job).where(Job.name == name, *conditions))
                def find_with(self, name: str, **options) -> None:
                    self.session.query(Job).filter_by(name=name, **options)
                def find_allowed(self, name: str) -> None:
                    statement = select(Job).where(Job.name == name)
                    statement = self.allowed(statement)
                def find_mine(self, name: str) -> None:
                    self.session.scalars(self.own().where(Job.name == name))
        """,
        files=MODELS,
    ),
    # Outside of repositories, models that nobody knows, and a table that is known to be small.
    Good(
        path="app/services/job.py",
        code="""
            from sqlalchemy import select
            from app.models import Job
            def find(session, name: str): return session.scalar(select(Job).where(Job.name == name))
        """,
        files=MODELS,
    ),
    Good(
        path="app/repositories/country.py",
        code="""
            from sqlalchemy import select
            from app.models import Country
            from elsewhere import Ship
            class CountryRepository:
                def find(self, session, name: str): return session.scalar(select(Country).where(Country.name == name))
                def ship(self, session, name: str): return session.scalar(select(Ship).where(Ship.name == name))
        """,
        files=MODELS,
        settings={"small": ["Country"]},
    ),
)


class Sizes(Settings):
    """The tables that are read as a whole anyway."""

    small: tuple[str, ...] = Field(default=(), description="The names of models with few rows, `*` for any letters.")


class QueryColumnWithoutIndex(Check):
    """A repository that looks rows up by a column without an index reads the whole table for each of them.

    On the developer's machine that takes a millisecond; with a million rows the same request waits for seconds, and
    the database has nothing left for the others.

    Add an index that begins with the column, or begin with a column that has one.

    Looked at are the methods of repositories: `where`, `filter` and `filter_by` with `==`, `<`, `in_` and the like
    against a value, and `order_by` with `limit`, of models whose indexes are known. One column with an index in a
    method is enough for all, and of several without one the first is told; foreign keys have a rule of their own. No
    index helps where many rows have the same value (a constant, a member of an enum, `…_type`, `…_status`), nor
    `ilike`, `is_`, `!=`. Where a condition can't be read (`or_`, a function of a column, `*conditions`, a statement
    that another method begins), the method is left alone.
    """

    name = "query-column-without-index"
    level = Level.ADVICE
    message = "`{symbol}` reads the whole table to find its rows: no index begins with `{column}`."
    examples = BAD + GOOD
    settings: Sizes = Sizes()

    @on(cst.FunctionDef)
    def function(self, node: cst.FunctionDef, ctx: Context) -> Iterator[Finding]:
        """Report the columns that the queries of a repository's method look for."""
        around = ctx.enclosing_class(node)
        if ctx.layer in APART or around is None or ctx.index.repository(ctx.path, ctx.symbol(around)) is None:
            return
        asked = _Asked(ctx)
        look(node.body, asked.visit)
        for model, name, part in asked.unserved():
            if not any(fnmatchcase(model, pattern) for pattern in self.settings.small):
                params = {"column": f"{model}.{name}"}
                yield self.finding(ctx, part, extent=node, symbol=ctx.symbol(node), key=params["column"], params=params)


class _Asked:
    """Reads the conditions and orders of all statements in a function."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._lookups: dict[str, tuple[str, cst.CSTNode]] = {}
        self._orders: dict[str, tuple[str, cst.CSTNode]] = {}
        self._limited = False
        self._clear = True

    def unserved(self) -> Iterator[tuple[str, str, cst.CSTNode]]:
        """The first column of each model that no index serves, where nothing else finds the rows."""
        found = self._lookups or (self._orders if self._limited else {})
        yield from ((model, *column) for model, column in found.items() if self._clear)

    def visit(self, node: cst.CSTNode) -> bool:
        """Read what a call asks for."""
        match node:
            case cst.Call(func=cst.Attribute(value=receiver, attr=cst.Name(value=verb)), args=args):
                self._read(verb, receiver, args)
            case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))], value=cst.Call(args=args)):
                # Whoever gets a statement and gives it back may have added to it.
                self._clear &= not any(isinstance(each.value, cst.Name) and each.value.value == name for each in args)
            case _:
                pass
        return True

    def _read(self, verb: str, receiver: cst.BaseExpression, args: Sequence[cst.Arg]) -> None:
        self._limited |= verb in ("limit", "first")
        if verb in CONDITIONS:
            self._clear &= _is_begun_here(receiver)
            for each in args:
                self._condition(each)
        elif verb == "filter_by":
            model = _queried(receiver) or ""
            for each in args:
                name = each.keyword.value if each.keyword else ""
                self._note(model, name, each, into=None if _is_constant(each.value) else self._lookups)
        elif verb == "order_by" and args:
            self._note(*_parts(args[0].value), args[0].value, into=self._orders)

    def _condition(self, condition: cst.Arg | cst.BaseExpression) -> None:
        """Read a condition; one that can't be read may be any."""
        match condition:
            case cst.Arg(star="", value=value):
                self._condition(value)
            case cst.Comparison(left=left, comparisons=[cst.ComparisonTarget(operator=operator, comparator=value)]):
                looks = isinstance(operator, LOOKUPS) and not _is_constant(value)
                self._note(*_parts(left), condition, into=self._lookups if looks else None)
            case cst.Call(func=cst.Attribute(value=column, attr=cst.Name(value=verb))) if verb in LOOKING | SCANNING:
                self._note(*_parts(column), condition, into=self._lookups if verb in LOOKING else None)
            case cst.Call(func=cst.Name(value="and_") | cst.Attribute(attr=cst.Name(value="and_")), args=args):
                for each in args:
                    self._condition(each)
            case cst.BinaryOperation(operator=cst.BitAnd(), left=left, right=right):
                self._condition(left)
                self._condition(right)
            case _:
                self._clear = False

    def _note(
        self, model: str, name: str, node: cst.CSTNode, *, into: dict[str, tuple[str, cst.CSTNode]] | None
    ) -> None:
        """Note a column that is asked for; an index on it finds the rows, and a foreign key is told elsewhere."""
        table = self._ctx.index.table(self._ctx.path, model) if model else None
        column = table.column(name) if table else None
        if column is None or column.covered is not False or column.is_foreign_key:
            self._clear = False
        elif into is not None and not column.has_few_values and not name.endswith(SHARED):
            into.setdefault(model, (name, node))


def _parts(node: cst.BaseExpression) -> tuple[str, str]:
    """The model and the attribute that `Job.name` and `Job.name.desc()` name."""
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and not node.args:
        node = node.func.value
    model, _, attribute = (dotted(node) or "").rpartition(".")
    return model, attribute


def _is_constant(node: cst.BaseExpression) -> bool:
    """Whether a value is one of few: spelled out, or a member of an enum."""
    if isinstance(node, cst.Call):
        return (dotted(node.func) or "").rpartition(".")[2] in {"true", "false", "null"}
    name = dotted(node) or ""
    of_class = name.rpartition(".")[0].rpartition(".")[2][:1].isupper()
    return of_class or isinstance(node, CONSTANTS) or name in {"None", "True", "False"}


def _is_begun_here(node: cst.BaseExpression) -> bool:
    """Whether a statement is begun in the function itself, not by a method that may have conditions of its own."""
    while isinstance(node, cst.Call):
        if not isinstance(node.func, cst.Attribute):
            return True
        node = node.func.value
        if dotted(node) in {"self", "cls"}:
            return False
    return True


def _queried(node: cst.BaseExpression) -> str | None:
    """The model of `session.query(Job)` or `select(Job)` that a chain of calls begins with."""
    while isinstance(node, cst.Call):
        name = node.func.attr.value if isinstance(node.func, cst.Attribute) else dotted(node.func)
        if name in ("query", "select") and len(node.args) == 1:
            return dotted(node.args[0].value)
        node = node.func.value if isinstance(node.func, cst.Attribute) else node.func
    return None
