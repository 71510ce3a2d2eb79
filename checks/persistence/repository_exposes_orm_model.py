"""Repositories whose methods take or return ORM models."""

from collections import ChainMap
from collections.abc import Iterator, Mapping, Sequence

import libcst as cst

from reviewer.api import Bad, Check, Confidence, Context, Finding, Good, Layer, Level, dotted, look, on, parts

APART = frozenset({Layer.TESTS, Layer.MIGRATIONS})
SELECTS = frozenset({"sqlalchemy.select", "sqlalchemy.future.select", "sqlalchemy.sql.select", "sqlmodel.select"})
# Methods of a session that run the statement they are given.
RUNNING = frozenset({"exec", "execute", "scalar", "scalars", "stream", "stream_scalars"})
# What these methods of a query, a statement or a result return still holds the models.
STATEMENT = frozenset(
    {
        "distinct",
        "execution_options",
        "filter",
        "filter_by",
        "from_statement",
        "group_by",
        "having",
        "join",
        "limit",
        "offset",
        "options",
        "order_by",
        "outerjoin",
        "populate_existing",
        "select_from",
        "slice",
        "union",
        "union_all",
        "where",
        "with_for_update",
        "yield_per",
    }
)
RESULT = frozenset(
    {
        "all",
        "fetchall",
        "fetchmany",
        "fetchone",
        "first",
        "first_or_404",
        "get",
        "get_or_404",
        "one",
        "one_or_404",
        "one_or_none",
        "partitions",
        "scalar",
        "scalar_one",
        "scalar_one_or_none",
        "scalars",
        "tuples",
        "unique",
    }
)
# Methods that are given the model they ask for.
GETTING = frozenset({"get", "get_one"})
PASSING = STATEMENT | RESULT
COPIES = frozenset({"frozenset", "iter", "list", "next", "reversed", "set", "sorted", "tuple"})
DISPLAYS = (cst.Await, cst.Tuple, cst.List, cst.Dict, cst.Element)

MODELS = {
    "app/db/base.py": "from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase): ...\n",
    "app/db/models.py": """
from app.db.base import Base

class Job(Base):
    __tablename__ = "jobs"

class User(Base):
    __tablename__ = "users"
""",
    "app/domain/job.py": "class JobEntity: ...\n",
}
BAD = (
    # At any depth, quoted or not, as a parameter or as what comes back; one finding a method.
    Bad(
        path="app/repositories/job.py",
        code="""
            from __future__ import annotations
            from collections.abc import AsyncIterator, Sequence
            from typing import Annotated, Optional
            from app.db import models
            from app.db.models import Job, User

            class JobRepository:
                def find(self, id: int) -> Job | None: ...  # <-
                async def find_all(self) -> list[Job]: ...  # <-
                def first(self) -> Optional["Job"]: ...  # <-
                def quoted(self) -> "Sequence[models.Job]": ...  # <-
                def result(self) -> Result[Job, Error]: ...  # <-
                async def stream(self, like: Json) -> AsyncIterator[Job]: ...  # <-
                def save(self, job: Job) -> None: ...  # <-
                def give(self, job: Job, user: Annotated[User, "owner"]) -> Job: ...  # <-
                def many(self, *jobs: Job, **named: "Job") -> None: ...  # <-
                def keyed(self) -> dict[int, tuple[Job, ...]]: ...  # <-
                @property
                def latest(self) -> Job: ...  # <-
                @classmethod
                def build(cls) -> type[Job]: ...  # <-
                def aliased(self) -> Jobs: ...  # <-

            Json = dict[str, "Json"]
            Jobs = list[Job]
        """,
        files=MODELS,
    ),
    # A repository by a short name, by its base, by a base in another file, as a protocol.
    Bad(
        path="app/storage/jobs.py",
        code="""
            from typing import Protocol
            from app.db.models import Job
            from app.storage.generic import BaseRepository

            class JobRepo:
                def find(self) -> Job: ...  # <-
            class Jobs(BaseRepository[Job]):
                def find(self) -> Job: ...  # <-
            class JobRepository(Protocol):
                def find(self) -> Job: ...  # <-
        """,
        files={**MODELS, "app/storage/generic.py": "class BaseRepository: ...\n"},
    ),
    # A type variable that is bound to a declarative base or to a model stands for models.
    Bad(
        path="app/repositories/generic.py",
        code="""
            from typing import Generic, TypeVar
            from app.db.base import Base
            from app.db.models import Job, User
            from app.repositories.kinds import Shared

            Model = TypeVar("Model", bound=Base)
            Quoted = TypeVar("Quoted", bound="Base")
            Either = TypeVar("Either", Job, User)

            class BaseRepository(Generic[Model]):
                def find(self) -> Model | None: ...  # <-
                def quoted(self) -> Quoted: ...  # <-
                def either(self) -> Either: ...  # <-
                def shared(self) -> list[Shared]: ...  # <-
                def root(self) -> Base: ...  # <-
        """,
        files={
            **MODELS,
            "app/repositories/kinds.py": """
from typing import TypeVar
from app.db.base import Base
Shared = TypeVar("Shared", bound=Base)
""",
        },
    ),
    Bad(
        path="app/repositories/generic.py",
        code="""
            from app.db.base import Base
            from app.db.models import Job

            class BaseRepository[Model: Base]:
                def find(self) -> Model | None: ...  # <-
                def other[Row: (Job, int)](self) -> Row: ...  # <-
                def plain[T](self, value: T) -> T: ...
        """,
        files=MODELS,
    ),
    # Without an annotation, what a query brings and nobody maps.
    Bad(
        path="app/repositories/job.py",
        code="""
            from sqlalchemy import select
            from sqlalchemy.future import select as choose
            from app.db.models import Job, User

            class JobRepository:
                def query(self):  # <-
                    return self.session.query(Job).filter(Job.id == 1).first()
                async def get(self, id):  # <-
                    return await self.session.get(Job, id)
                async def execute(self, id):  # <-
                    return (await self.session.execute(select(Job).where(Job.id == id))).scalar_one_or_none()
                async def steps(self):  # <-
                    statement = choose(Job)
                    result = await self.session.execute(statement)
                    return result.scalars().all()
                def copied(self):  # <-
                    rows = self.session.scalars(select(Job))
                    return list(rows)
                def listed(self):  # <-
                    return [row for row in self.session.query(Job, User)]
                def either(self, id):  # <-
                    return self.session.get(Job, id) if id else None
                def paged(self):  # <-
                    query = self.session.query(Job)
                    return query.count(), query.limit(10).all()
                def by_key(self, id):  # <-
                    return self.session.query(Job).get(id)
                async def filtered(self, state=None):  # <-
                    statement = select(Job)
                    if state is not None:
                        statement = statement.where(Job.state == state)
                    result = await self.session.execute(statement)
                    return {"items": result.scalars().all(), "state": state}
                def firsts(self):  # <-
                    return [row[0] for row in self.session.execute(select(Job))] or []
                def newest(self):  # <-
                    return self.session.scalars(select(Job)).all()[0]
                def made(self, data):  # <-
                    return self.session.scalar(insert(Job).values(**data).returning(Job))
                def known(self, id):  # <-
                    if (found := self.session.get(Job, id)) is None:
                        raise KeyError(id)
                    return found
                def by_class(self, id):  # <-
                    return Job.query.filter_by(id=id).first_or_404()
        """,
        files=MODELS,
    ),
)
GOOD = (
    Good(
        path="app/repositories/job.py",
        code="""
            from typing import Literal
            from sqlalchemy import func, select
            from app.db.models import Job
            from app.domain.job import JobEntity

            class JobRepository(BaseRepository[Job]):
                model: type[Job] = Job

                def __init__(self, model: type[Job]) -> None: ...
                def _row(self, id: int) -> Job: ...
                def find(self, id: int) -> JobEntity | None: ...
                def named(self, kind: Literal["Job"]) -> dict[str, JobEntity]: ...
                def mapped(self):
                    return to_entity(self.session.query(Job).first())
                def mapped_each(self):
                    return [to_entity(row) for row in self.session.scalars(select(Job))]
                def count(self):
                    return self.session.query(Job).count()
                def ids(self):
                    return self.session.scalars(select(Job.id)).all()
                def total(self):
                    return self.session.scalar(select(func.count()).select_from(Job))
                def unknown(self, id):
                    return self.session.get(self.model, id)
                def cached(self, key):
                    return self.cache.get(key)
                def inner(self):
                    def load():
                        return self.session.query(Job).all()
                    return [to_entity(row) for row in load()]
                def rebound(self):
                    rows = self.session.query(Job).all()
                    rows = [to_entity(row) for row in rows]
                    return rows
                def either(self, id):
                    found = self.session.get(Job, id)
                    if found:
                        found = to_entity(found)
                    return found
                def keyed(self):
                    return {row.id: to_entity(row) for row in self.session.query(Job)}
                def first_id(self):
                    return self.session.query(Job.id).all()[0]
                def statement(self):
                    return select(Job).where(Job.id == 1)
                def find_any(self) -> object:
                    return self.session.query(Job).first()
        """,
        files=MODELS,
    ),
    # What maps between rows and entities knows both; so may a function, and a class that is no repository.
    Good(
        path="app/repositories/job.py",
        code="""
            from app.db.models import Job

            class JobMapper:
                def to_entity(self, job: Job) -> JobEntity: ...
            def to_row(entity: JobEntity) -> Job: ...
            class JobRepository:
                class Mapper:
                    def to_row(self) -> Job: ...
        """,
        files=MODELS,
    ),
    # Entities that are mapped imperatively, schemas, and type variables of something else.
    Good(
        path="app/repositories/job.py",
        code="""
            from typing import TypeVar
            from sqlalchemy.orm import registry
            from app.domain.job import JobEntity
            from app.schemas import JobRead
            T = TypeVar("T", bound=JobEntity)

            registry().map_imperatively(JobEntity, table)
            class JobRepository:
                def find(self) -> JobEntity: ...
                def read(self) -> JobRead: ...
                def each(self) -> list[T]: ...
        """,
        files={**MODELS, "app/schemas.py": "from sqlmodel import SQLModel\nclass JobRead(SQLModel): ...\n"},
    ),
    Good(
        path="tests/fakes.py",
        code="""
            from app.db.models import Job
            class FakeJobRepository:
                def find(self) -> Job: ...
        """,
        files={**MODELS, "app/repositories/job.py": ""},
    ),
    # Overloads say what the implementation says.
    Good(
        path="app/repositories/job.py",
        code="""
            from typing import overload
            from app.db.models import Job
            class JobRepository:
                @overload
                def find(self, raw: bool) -> Job: ...
        """,
        files=MODELS,
    ),
)


class RepositoryExposesOrmModel(Check):
    """A repository that hands out ORM models hands out the database with them.

    Its callers read columns, follow relationships that send queries far from any repository, and change rows that the
    next commit writes. Once the session is closed the same attributes raise `DetachedInstanceError`. A table cannot
    be changed any more without all of them.

    Take and return entities of the domain; map them to models in the repository or in a mapper in its file.

    Looked at are the public methods of classes that are named `…Repository` or `…Repo` or have such a base: a model
    anywhere in an annotation of a parameter or of what is returned, quoted or not; a type variable bound to a
    declarative base; and, where nothing is annotated, the result of a query on a known model that is returned as it
    is. The argument of a generic base (`BaseRepository[Job]`) is no finding by itself.
    """

    name = "repository-exposes-orm-model"
    level = Level.ERROR
    message = "Callers of `{symbol}` depend on tables and on an open session: it {how} {models}."
    requires = ("repository-layer-not-found",)
    examples = BAD + GOOD

    @on(cst.FunctionDef)
    def method(self, node: cst.FunctionDef, ctx: Context) -> Iterator[Finding]:
        """Report a public method of a repository that takes or returns models."""
        owner = ctx.enclosing_class(node)
        if owner is None or node.name.value.startswith("_") or not _is_judged(ctx, node, owner):
            return
        bounds = {**_bounds(owner.type_parameters), **_bounds(node.type_parameters)}
        taken = _named(ctx, [parameter.annotation for parameter in _parameters(node.params)], bounds)
        given = _named(ctx, [node.returns], bounds) if node.returns else _Returned(ctx, node).models
        if models := taken | given:
            how = "returns" if not taken else "takes and returns" if given else "takes"
            names = tuple(sorted(models))
            yield self.finding(
                ctx,
                node,
                params={"how": how, "models": ", ".join(f"`{name}`" for name in names)},
                # What the models call themselves, however they are imported.
                facts={
                    "names": tuple(
                        sorted(
                            model.definition.symbol if (model := ctx.index.orm_model(ctx.path, name)) else name
                            for name in names
                        )
                    )
                },
                confidence=max(models.values(), key=lambda each: each.rank),
            )


Found = dict[str, Confidence]
Bounds = Mapping[str, cst.BaseExpression]


def _bounds(parameters: cst.TypeParameters | None) -> Bounds:
    """The type parameters of a class or function that have a bound."""
    variables = [each.param for each in parameters.params] if parameters else []
    return {each.name.value: each.bound for each in variables if isinstance(each, cst.TypeVar) and each.bound}


def _is_judged(ctx: Context, node: cst.FunctionDef, owner: cst.ClassDef) -> bool:
    apart = ctx.layer in APART or ctx.is_overload(node)
    return not apart and ctx.index.repository(ctx.path, ctx.symbol(owner)) is not None


def _parameters(parameters: cst.Parameters) -> list[cst.Param]:
    every = (*parameters.posonly_params, *parameters.params, parameters.star_arg, *parameters.kwonly_params)
    return [each for each in (*every, parameters.star_kwarg) if isinstance(each, cst.Param)]


def _named(ctx: Context, annotations: Sequence[cst.Annotation | None], bounds: Bounds) -> Found:
    """The models that annotations name, as they are spelled."""
    found: Found = {}
    for name in (name for each in annotations if each for name in ctx.names_in(each.annotation)):
        for meant in ctx.names_in(bounds[name]) if name in bounds else [name]:
            model = ctx.index.orm_model(ctx.path, meant)
            if model or ctx.index.declarative_root(ctx.path, meant):
                found[name] = model.confidence if model else Confidence.HIGH
    return found


class _Returned:
    """What a function returns, followed back through the names that it assigns."""

    def __init__(self, ctx: Context, function: cst.FunctionDef) -> None:
        self._ctx = ctx
        self._assigned: dict[str, list[cst.BaseExpression]] = {}
        self._known: dict[tuple[str, bool], Found] = {}
        self._returned: list[cst.BaseExpression] = []
        look(function.body, self.visit)
        self.models = dict(ChainMap(*(self._carried(value, ran=False) for value in self._returned)))

    def visit(self, node: cst.CSTNode) -> bool:
        """Note an assignment or a return and say whether to look below it."""
        match node:
            case cst.Return(value=cst.BaseExpression() as value):
                self._returned.append(value)
            case (
                cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))], value=value)
                | cst.AnnAssign(target=cst.Name(value=name), value=cst.BaseExpression() as value)
                | cst.NamedExpr(target=cst.Name(value=name), value=value)
            ):
                self._assigned.setdefault(name, []).append(value)
        return not isinstance(node, cst.FunctionDef | cst.ClassDef | cst.Lambda)

    def _carried(self, node: cst.CSTNode, *, ran: bool) -> Found:
        """The models that an expression holds; a statement that nobody `ran` holds none."""
        match node:
            case cst.Name(value=name):
                return self._held(name, ran=ran)
            case cst.Attribute(value=model, attr=cst.Name(value="query")):
                return self._entities([model])
            case cst.Call():
                ran = ran or _verb(node) in RUNNING
        parts = [self._carried(part, ran=ran) for part in _passed(node)]
        return {**(self._selected(node, ran=ran) if isinstance(node, cst.Call) else {}), **dict(ChainMap(*parts))}

    def _held(self, name: str, *, ran: bool) -> Found:
        """The models that a name holds, whichever of its assignments was the last; none where one of them maps."""
        if (name, ran) not in self._known:
            # Nothing while it is followed, so that a name assigned from itself comes to an end.
            self._known[name, ran] = {}
            values = [value for value in self._assigned.get(name, []) if not _continues(value, name)]
            found = [self._carried(value, ran=ran) for value in values]
            self._known[name, ran] = dict(ChainMap(*found)) if all(found) else {}
        return self._known[name, ran]

    def _selected(self, call: cst.Call, *, ran: bool) -> Found:
        """The models that a call asks the database for: `query(Job)`, `get(Job, id)`, `select(Job)`."""
        values = [argument.value for argument in call.args]
        states = _verb(call) == "returning" or self._ctx.name_of(call.func) in SELECTS
        if _verb(call) == "query" or (states and ran):
            return self._entities(values)
        return self._entities(values[:1]) if _verb(call) in GETTING else {}

    def _entities(self, values: Sequence[cst.BaseExpression]) -> Found:
        """The known models among the arguments; a column of a model is none."""
        names = [name for value in values if (name := dotted(value)) and not isinstance(value, cst.Call)]
        models = {name: self._ctx.index.orm_model(self._ctx.path, name) for name in names}
        return {name: model.confidence for name, model in models.items() if model}


def _passed(node: cst.CSTNode) -> Sequence[cst.CSTNode]:
    """The parts of an expression whose models are its own."""
    match node:
        case cst.Call(args=[cst.Arg(value=first), *_]) if _verb(node) in RUNNING | COPIES:
            return [first]
        case cst.Call(func=cst.Attribute(value=receiver)) if _verb(node) in PASSING:
            return [receiver]
        case cst.IfExp(body=left, orelse=right) | cst.BooleanOperation(left=left, right=right):
            return [left, right]
        case cst.BaseSimpleComp(elt=element, for_in=cst.CompFor(target=cst.Name(value=target), iter=source)):
            return [source] if _continues(element, target) else []
        case cst.Subscript(value=value) | cst.DictElement(value=value):
            return [value]
    return parts(node) if isinstance(node, DISPLAYS) else []


def _continues(node: cst.CSTNode, name: str) -> bool:
    """Whether an expression is a name itself, or what the methods of a query and its result make of it."""
    if isinstance(node, cst.Name):
        return node.value == name
    return any(_continues(part, name) for part in _passed(node))


def _verb(call: cst.Call) -> str:
    """The last part of what is called."""
    match call.func:
        case cst.Attribute(attr=cst.Name(value=name)) | cst.Name(value=name):
            return name
    return ""
