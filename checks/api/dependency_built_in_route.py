"""Services, repositories and sessions that a route builds for itself."""

from collections.abc import Iterator, Mapping

import libcst as cst

from reviewer.api import (
    Bad,
    Check,
    Context,
    Definition,
    Finding,
    Good,
    Kind,
    Layer,
    Level,
    ParameterKind,
    Route,
    below,
    dotted,
    on,
    parts,
)

ACTING = frozenset({Kind.CLASS, Kind.ATTRS, Kind.DATACLASS})
ROLES = {
    "UseCase": "use case",
    "Interactor": "use case",
    "Usecase": "use case",
    "Repository": "repository",
    "UnitOfWork": "unit of work",
    "Service": "service",
}
ORMS = ("sqlalchemy.", "sqlmodel.")
# What FastAPI can give a dependency as well as the route.
GIVEN = frozenset({ParameterKind.DEPENDENCY, ParameterKind.REQUEST})
APART = (cst.FunctionDef, cst.ClassDef, cst.Lambda)
# What is worked out on the way, and no dependency can be told.
WORKED_OUT = (cst.Await, cst.Yield, cst.Lambda, cst.BaseComp, cst.NamedExpr)
STREAMS = ("StreamingResponse", "EventSourceResponse")
DEEPEST = 5

PROJECT = {
    "app/__init__.py": "",
    "app/db.py": """
from typing import Annotated
from fastapi import Depends
from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker
engine = create_engine("sqlite://")
SessionLocal = sessionmaker(engine)
def get_db():
    with SessionLocal() as session:
        yield session
def get_factory() -> sessionmaker[Session]:
    return SessionLocal
Db = Annotated[Session, Depends(get_db)]
""",
    "app/services.py": """
from dataclasses import dataclass
from typing import Self
from pydantic import BaseModel
class JobRepository:
    def __init__(self, session) -> None: ...
    @classmethod
    def from_session(cls, session) -> Self: ...
    @staticmethod
    def names() -> list[str]: ...
class JobService:
    def __init__(self, repository, mailer=None) -> None: ...
class CloseJobUseCase: ...
class TaskRepository(JobRepository): ...
class UnitOfWork:
    async def __aenter__(self): return self
    async def __aexit__(self, *error): await self.session.rollback()
class NewService(BaseModel): ...
@dataclass(frozen=True)
class CloseJob:
    job_id: int
class JobMissing(Exception): ...
def make_service(session) -> JobService: ...
""",
}
BAD = (
    Bad(
        path="app/api.py",
        code="""
            from fastapi import APIRouter, Depends, Request
            from sqlalchemy.orm import Session
            from app import services
            from app.db import Db, SessionLocal, engine, get_db
            from app.services import CloseJobUseCase, JobRepository, JobService, UnitOfWork
            router = APIRouter()

            @router.get("/jobs")
            def list_jobs(db: Session = Depends(get_db)) -> list[Job]:
                repository = JobRepository(db)  # <-
                service = JobService(repository, mailer=settings.mailer)  # <-
                return service.all() or JobService(repository).old()
            @router.get("/jobs/{job_id}")
            def get_job(job_id: int, db: Db) -> Job:
                tasks = services.TaskRepository.from_session(db).of(job_id)  # <-
                return services.JobRepository.from_session(db).get(job_id, tasks)  # <-
            @router.post("/jobs/{job_id}/close")
            async def close(job_id: int, request: Request) -> None:
                async with UnitOfWork() as uow:  # <-
                    await CloseJobUseCase(uow).run(job_id)  # <-
            @router.delete("/jobs/{job_id}")
            def remove(job_id: int) -> None:
                with SessionLocal() as session:  # <-
                    session.delete(session.get(Job, job_id))
            @router.delete("/jobs")
            def remove_all() -> None:
                with Session(engine) as session:  # <-
                    session.execute(delete(Job))
        """,
        files=PROJECT,
    ),
)
GOOD = (
    # What is injected, by the route's parameters or by factories that are.
    Good(
        path="app/api.py",
        code="""
            from typing import Annotated
            from fastapi import APIRouter, Depends, Request
            from sqlalchemy.orm import sessionmaker
            from app.db import Db, get_factory
            from app.services import JobRepository, JobService, make_service
            router = APIRouter()
            def get_repository(db: Db) -> JobRepository:
                return JobRepository(db)
            def get_service(repository: JobRepository = Depends(get_repository)) -> JobService:
                return JobService(repository)

            @router.get("/jobs")
            def list_jobs(service: Annotated[JobService, Depends(get_service)]) -> list[Job]:
                return service.all()
            @router.get("/jobs/old")
            def old_jobs(request: Request, opened: Annotated[sessionmaker, Depends(get_factory)], db: Db) -> list[Job]:
                with opened() as session, request.app.state.sessions() as other:
                    return make_service(session).old() + make_service(other).old()
        """,
        files=PROJECT,
    ),
    # Values: commands, schemas, errors; and what a class is asked without being built.
    Good(
        path="app/api.py",
        code="""
            from fastapi import APIRouter
            from app.services import CloseJob, JobMissing, JobRepository, NewService
            router = APIRouter()

            @router.post("/jobs/{job_id}/close")
            def close(job_id: int) -> None:
                handle(CloseJob(job_id), NewService(name="x"), JobRepository.names())
                raise JobMissing(job_id)
        """,
        files=PROJECT,
    ),
    # What hangs on the way through the route, and what lives longer than the request.
    Good(
        path="app/api.py",
        code="""
            from fastapi import APIRouter
            from fastapi.responses import StreamingResponse
            from app.db import Db, SessionLocal
            from app.services import JobRepository, JobService
            router = APIRouter()

            @router.post("/jobs")
            async def create(job: NewJob, db: Db) -> None:
                site = await db.get(Site, job.site)
                await JobService(site).create(job)
                for each in await db.scalars(sites()):
                    await JobService(each).create(job)
            @router.get("/jobs/stream")
            async def stream() -> StreamingResponse:
                with SessionLocal() as session:
                    allowed = session.get(Job, 1)
                def lines():
                    with SessionLocal() as session:
                        yield from JobRepository(session).lines()
                return StreamingResponse(lines())
        """,
        files=PROJECT,
    ),
    # No routes.
    Good(
        path="app/cli.py",
        code="""
            from app.db import SessionLocal
            from app.services import JobService
            @app.get("/jobs")
            def close_all() -> None:
                with SessionLocal() as session:
                    JobService(session).close_all()
        """,
        files=PROJECT,
    ),
    Good(
        path="tests/test_jobs.py",
        code="""
            from fastapi import FastAPI
            from app.services import JobService
            app = FastAPI()
            @app.get("/jobs")
            def list_jobs() -> None: JobService(None).all()
        """,
        files=PROJECT,
    ),
)


class DependencyBuiltInRoute(Check):
    """No test can give this route another service or session: it builds its own.

    `app.dependency_overrides` replaces what comes through `Depends()`, and nothing else, so a test of the route runs
    against the real thing or patches names in modules. Each route that repeats `JobService(JobRepository(db))` is one
    more place to change when the service needs a mailer, and a session that is opened here shares no transaction with
    the ones that other dependencies of the same request use.

    Say once how it is made, and let the route ask for it:

        def get_service(db: Db) -> JobService:
            return JobService(JobRepository(db))

        @router.get("/jobs")
        async def list_jobs(service: Annotated[JobService, Depends(get_service)]) -> list[Job]: ...

    Reported, once for each class in a route of FastAPI, are repositories, units of work, services and use cases of this
    project (by their names and their bases) and sessions of SQLAlchemy, when all that they are
    made of is what the route is given by dependencies or what its module holds; a class method that makes one,
    `JobRepository.from_session(db)`, counts too. Left alone is what is made of values that the route works out or
    reads from the request, what comes from functions such as `make_service(db)`, what functions in the route make
    later, sessions of routes that stream, and tests.
    """

    name = "dependency-built-in-route"
    level = Level.WARNING
    message = "No test can put in another `{built}`: `{symbol}` builds its {role} and asks for none by `Depends()`."
    examples = BAD + GOOD

    @on(cst.FunctionDef)
    def function(self, node: cst.FunctionDef, ctx: Context) -> Iterator[Finding]:
        """Report what a route builds, each class once."""
        route = None if ctx.layer is Layer.TESTS else _route(node, ctx)
        if route is None or ctx.index.injected(ctx.path, route.symbol):
            return
        body = _Body(node, route)
        told: set[str] = set()
        for call in body.calls:
            name = _plain(call.func)
            built, role = _built(name, route.symbol, ctx) if name else ("", None)
            is_apart = built in told or (role == "session" and body.streams)
            if role and not is_apart and body.builds(call):
                told.add(built)
                yield self.finding(ctx, call, symbol=route.symbol, key=built, params={"built": built, "role": role})


def _route(node: cst.FunctionDef, ctx: Context) -> Route | None:
    """The route that a function handles."""
    named = [route for route in ctx.index.routes(ctx.path) if route.symbol == ctx.symbol(node)]
    return next((route for route in named if route.line == ctx.span(node).line), None)


def _plain(node: cst.BaseExpression) -> str | None:
    """The dotted name that is called, None where another call is a part of it."""
    return None if any(isinstance(each, cst.Call) for each in below(node)) else dotted(node)


def _built(name: str, scope: str, ctx: Context) -> tuple[str, str | None]:
    """The name of what a call of this name builds, and the part it plays, None for anything that is not injected."""
    outer, _, own = name.rpartition(".")
    owner, maker = _class(name, ctx), _class(outer, ctx)
    if maker and not owner:
        return outer.rpartition(".")[2], _role(maker, ctx) if _makes_its_own(maker, name, scope, ctx) else None
    if owner:
        return own, _role(owner, ctx)
    is_of_orm = (ctx.index.stands_for(ctx.path, scope, name) or "").startswith(ORMS)
    return own, "session" if is_of_orm and ctx.index.session(ctx.path, scope, f"{name}()") else None


def _class(name: str, ctx: Context) -> Definition | None:
    """The class of the project that a name means."""
    found = ctx.index.definition(ctx.path, name) if name else None
    return found if found and ctx.index.class_answer(found.path, found.symbol) else None


def _makes_its_own(maker: Definition, name: str, scope: str, ctx: Context) -> bool:
    """Whether a class method gives an object of its class; one that is inherited says so by its name."""
    method = name.rpartition(".")[2]
    is_told = method.startswith("from_") and method in ctx.index.inherited_methods(maker.path, maker.symbol)
    return is_told or ctx.index.held_class(ctx.path, scope, f"{name}()") == maker


def _role(owner: Definition, ctx: Context) -> str | None:
    answer = ctx.index.class_answer(owner.path, owner.symbol)
    if answer is None or answer.kind not in ACTING:
        return None
    by_name = next((role for suffix, role in ROLES.items() if owner.symbol.endswith(suffix)), None)
    by_use = "unit of work" if ctx.index.unit_of_work(owner.path, owner.symbol) else by_name
    return "repository" if ctx.index.repository(owner.path, owner.symbol) else by_use


class _Body:
    """What a route calls, and what its names are made of."""

    def __init__(self, node: cst.FunctionDef, route: Route) -> None:
        self.calls: list[cst.Call] = []
        self._given: Mapping[str, bool] = {each.name: each.kind in GIVEN for each in route.parameters}
        self._bound: dict[str, list[cst.BaseExpression | None]] = {}
        self._read(node.body)
        named = (route.response_class, route.returns, *(dotted(call.func) for call in self.calls))
        self.streams = any((name or "").endswith(STREAMS) for name in named)

    def _read(self, body: cst.CSTNode) -> None:
        """Note the calls and the bindings of a body, without the functions in it."""
        waiting = [body]
        while waiting:
            node = waiting.pop()
            if isinstance(node, APART):
                continue
            if isinstance(node, cst.Call):
                self.calls.append(node)
            for name, value in _bindings(node):
                self._bound.setdefault(name, []).append(value)
            waiting.extend(reversed(parts(node)))

    def builds(self, call: cst.Call) -> bool:
        """Whether a call makes something new out of what any dependency can have; what it calls is not injected."""
        head = (dotted(call.func) or "").partition(".")[0]
        return head not in {*self._given, *self._bound} and self.is_given(call)

    def is_given(self, node: cst.CSTNode, depth: int = 0) -> bool:
        """Whether all that an expression is made of is injected, or stands in the module."""
        match node:
            case cst.Name(value=name):
                return self._is_given(name, depth)
            case cst.Attribute(value=inner) | cst.Arg(value=inner):
                return self.is_given(inner, depth)
            case _ if isinstance(node, WORKED_OUT):
                return False
            case _:
                return all(self.is_given(child, depth) for child in parts(node))

    def _is_given(self, name: str, depth: int) -> bool:
        values = self._bound.get(name, [])
        if not values:
            return self._given.get(name, True)
        value = None if len(values) > 1 or name in self._given or depth > DEEPEST else values[0]
        return value is not None and self.is_given(value, depth + 1)


def _bindings(node: cst.CSTNode) -> Iterator[tuple[str, cst.BaseExpression | None]]:
    """The names that a node binds, each with its value where it alone has it."""
    for target, value in _targets(node):
        names = (each for each in below(target) if isinstance(each, cst.Name))
        yield from ((each.value, value if each is target else None) for each in names)


def _targets(node: cst.CSTNode) -> Iterator[tuple[cst.CSTNode, cst.BaseExpression | None]]:
    """The targets that a node binds, each with its value where it is one."""
    match node:
        case cst.Assign(targets=targets, value=value):
            yield from ((each.target, value) for each in targets)
        case cst.AnnAssign(target=target, value=value):
            yield target, value
        case cst.WithItem(item=value, asname=cst.AsName(name=target)):
            yield target, value
        case cst.ExceptHandler(name=cst.AsName(name=target)) | cst.AugAssign(target=target):
            yield target, None
        case cst.NamedExpr(target=target) | cst.For(target=target) | cst.CompFor(target=target):
            yield target, None
        case _:
            pass
