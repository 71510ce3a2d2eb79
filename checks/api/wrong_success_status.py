"""Routes that create or delete, and answer 200."""

import re
from collections.abc import Iterator

import libcst as cst

from reviewer.api import (
    Bad,
    Check,
    Confidence,
    Context,
    Finding,
    Good,
    Layer,
    Level,
    ParameterKind,
    Returned,
    Route,
    below,
    dotted,
    on,
    parts,
    spelled,
    with_status,
)

GIVEN = frozenset({"**", "response_class", "status_code"})
CREATING = frozenset({"create", "insert"})
KEEPING = frozenset({"add", "create", "insert", "save"})
RUNNING = frozenset({"execute", "handle", "run"})
# What is made and not kept, or not for sure: `create_access_token`, `create_or_update`.
PASSING = frozenset(
    {
        *("checkout", "client", "completion", "completions", "config", "connection", "context", "cookie", "embedding"),
        *("embeddings", "engine", "exists", "hash", "if", "jwt", "link", "login", "missing", "or", "preview", "prompt"),
        *("query", "response", "session", "signature", "stream", "token", "tokens", "url", "verification"),
    }
)
# What routes do that are calls, by a word in the names of their handlers and at the end of their addresses.
CALLING = frozenset(
    {
        *("callback", "cancel", "check", "clear", "close", "complete", "confirm", "connect", "count", "delete"),
        *(
            "duplicate",
            "ensure",
            "evaluate",
            "execute",
            "export",
            "filter",
            "find",
            "generate",
            "get",
            "import",
            "link",
        ),
        *("list", "login", "logout", "merge", "move", "or", "parse", "ping", "predict", "preview", "process", "query"),
        *("read", "recover", "refresh", "reload", "remove", "render", "reset", "resend", "restore", "resume", "retry"),
        *("revoke", "rotate", "run", "search", "send", "set", "start", "stop", "submit", "switch", "sync", "test"),
        *("completions", "embeddings", "predictions", "stats", "suggestions"),
        *("toggle", "token", "trigger", "update", "upload", "upsert", "validate", "verify", "webhook"),
    }
)
KEEPERS = re.compile(r"(Repository|Repo|Service|UseCase|Store|Storage|Crud|CRUD|Dao|DAO|Table|Interactor|Command)$")
MAKERS = re.compile(r"(Client|Gateway|Api|API|Factory|Builder|Generator|Engine|Provider)$")
# What the names of routes say that create; an address that ends in a plural is a collection that gets one more.
NAMED = frozenset({"add", "create", "insert", "make", "new", "open", "post", "register", "save", "signup"})
# Calls that leave the work to others: 202, if anything.
LATER = frozenset({"add_task", "apply_async", "create_task", "delay", "enqueue", "enqueue_job", "kiq", "send_task"})
STRAIGHT = (cst.IndentedBlock, cst.With, cst.Try, cst.SimpleStatementLine, cst.Finally)
EMPTY = (cst.Pass, cst.Raise, cst.Ellipsis, cst.BaseString)

PROJECT = {
    "app/models.py": """
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
class Base(DeclarativeBase): ...
class Job(Base):
    __tablename__ = "jobs"
    id: Mapped[int] = mapped_column(primary_key=True)
""",
    "app/schemas.py": "from pydantic import BaseModel\nclass JobOut(BaseModel):\n    id: int\n",
    "app/services.py": """
from sqlalchemy.orm import Session
from app.models import Job
class JobService:
    def create(self, name: str) -> Job: ...
    def create_or_update(self, name: str) -> Job: ...
    def find(self, name: str) -> Job: ...
    def delete(self, id: int) -> bool: ...
class JobRepository:
    def save(self, job: Job) -> None: ...
class JobFactory:
    def create(self, name: str) -> Job: ...
class CreateJob:
    def execute(self, name: str) -> Job: ...
def create_job(session: Session, name: str) -> Job: ...
async def create_access_token(name: str) -> str: ...
""",
}
HEAD = """
from fastapi import APIRouter, BackgroundTasks, HTTPException, Response
from sqlalchemy.orm import Session
from app import services
from app.models import Job
from app.schemas import JobOut
from app.services import CreateJob, JobFactory, JobRepository, JobService, create_access_token, create_job
router = APIRouter(prefix="/jobs")
"""
BAD = (
    Bad(
        path="app/api/jobs.py",
        code=f"""{HEAD}
@router.post("", response_model=JobOut)
def open_job(name: str, session: Session):  # <-
    if not name:
        raise HTTPException(422)
    job = Job(name=name)
    session.add(job)
    session.commit()
    return job

@router.post("/new")
def open_with_id(name: str, repository: JobRepository) -> dict[str, int]:  # <-
    job = Job(name=name)
    repository.save(job)
    return {{"id": job.id}}

@router.post("/by-service")
async def open_by_service(name: str, jobs: JobService) -> JobOut:  # <-
    try:
        job = await jobs.create(name)
    except ValueError as error:
        raise HTTPException(409) from error
    answer = JobOut.model_validate(job)
    return answer

@router.post("/by-function")
@traced
def open_by_function(name: str, session: Session):  # <-
    return services.create_job(session=session, name=name)

@router.post("/by-use-case")
def open_by_use_case(name: str, create: CreateJob) -> JobOut:  # <-
    return JobOut.model_validate(create.execute(name))
""",
        files=PROJECT,
        fixed=f"""{HEAD}
@router.post("", response_model=JobOut, status_code=201)
def open_job(name: str, session: Session):
    if not name:
        raise HTTPException(422)
    job = Job(name=name)
    session.add(job)
    session.commit()
    return job

@router.post("/new", status_code=201)
def open_with_id(name: str, repository: JobRepository) -> dict[str, int]:
    job = Job(name=name)
    repository.save(job)
    return {{"id": job.id}}

@router.post("/by-service", status_code=201)
async def open_by_service(name: str, jobs: JobService) -> JobOut:
    try:
        job = await jobs.create(name)
    except ValueError as error:
        raise HTTPException(409) from error
    answer = JobOut.model_validate(job)
    return answer

@router.post("/by-function", status_code=201)
@traced
def open_by_function(name: str, session: Session):
    return services.create_job(session=session, name=name)

@router.post("/by-use-case", status_code=201)
def open_by_use_case(name: str, create: CreateJob) -> JobOut:
    return JobOut.model_validate(create.execute(name))
""",
    ),
    Bad(
        path="app/api/jobs.py",
        code=f"""{HEAD}
@router.delete("/{{id}}")
def delete(id: int, jobs: JobService) -> None:  # <-
    if not id:
        return
    jobs.delete(id)

@router.delete("")
async def delete_all(jobs: JobService):  # <-
    for each in range(9):
        jobs.delete(each)
""",
        files=PROJECT,
        fixed=f"""{HEAD}
@router.delete("/{{id}}", status_code=204)
def delete(id: int, jobs: JobService) -> None:
    if not id:
        return
    jobs.delete(id)

@router.delete("", status_code=204)
async def delete_all(jobs: JobService):
    for each in range(9):
        jobs.delete(each)
""",
    ),
)
GOOD = (
    # The status is said, by the decorator or by the handler.
    Good(
        path="app/api/jobs.py",
        code=f"""{HEAD}
@router.post("", status_code=201)
def open_job(name: str, jobs: JobService) -> JobOut:
    return jobs.create(name)
@router.delete("/{{id}}")
def close_job(id: int, jobs: JobService):
    'Close a job, and answer 200 for the old clients.'
    jobs.delete(id)
@router.post("/ok", status_code=200)
def open_ok(name: str, jobs: JobService) -> JobOut:
    return jobs.create(name)
@router.post("/later", status_code=202)
def open_later(name: str, jobs: JobService) -> JobOut:
    return jobs.create(name)
@router.post("/said")
def open_said(name: str, jobs: JobService, response: Response) -> JobOut:
    response.status_code = 201
    return jobs.create(name)
OPTIONS = {{"status_code": 201}}
@router.post("/options", **OPTIONS)
def open_options(name: str, jobs: JobService) -> JobOut:
    return jobs.create(name)
@router.delete("/{{id}}", status_code=204)
def delete(id: int, jobs: JobService) -> None:
    jobs.delete(id)
""",
        files=PROJECT,
    ),
    # What creates nothing for sure, does not return it, or is a call.
    Good(
        path="app/api/jobs.py",
        code=f"""{HEAD}
@router.post("/either")
def open_either(name: str, jobs: JobService) -> JobOut:
    found = jobs.find(name)
    if found:
        return found
    return jobs.create(name)
@router.post("/once")
def open_once(name: str, jobs: JobService) -> JobOut:
    job = jobs.find(name)
    if not job:
        job = jobs.create(name)
    return job
@router.post("/rarely")
def open_rarely(name: str, jobs: JobService):
    if name:
        job = jobs.create(name)
        return job
    return None
@router.post("/upsert")
def upsert_job(name: str, jobs: JobService) -> JobOut:
    return jobs.create_or_update(name)
@router.post("/done")
def open_silently(name: str, jobs: JobService):
    jobs.create(name)
    return {{"message": "done"}}
@router.post("/found")
def found(name: str, session: Session) -> JobOut:
    job = session.get(Job, name)
    job.name = name
    session.add(job)
    return job
@router.post("/login")
async def enter(name: str) -> str:
    return await create_access_token(name)
@router.post("/kept-or-found")
def create_or_find(name: str, jobs: JobService) -> JobOut:
    return jobs.create(name)
@router.post("/built")
def build(name: str, factory: JobFactory) -> JobOut:
    return factory.create(name)
@router.post("/remote")
async def remote(name: str, client) -> JobOut:
    return await client.create(name)
@router.post("/chat/completions")
def complete_chat(name: str, jobs: JobService) -> JobOut:
    return jobs.create(name)
@router.post("/{{id}}/run")
def work(id: int, jobs: JobService) -> JobOut:
    return jobs.create(id)
@router.post("/kept")
def sync_jobs(name: str, jobs: JobService) -> JobOut:
    return jobs.create(name)
@router.post("/{{name}}")
def put_job(name: str, jobs: JobService) -> JobOut:
    return jobs.create(name)
@router.post("/answers")
async def add_answer(text: str, session: Session) -> JobOut:
    job = Job(name=text)
    session.add(job)
    answer = await ask(job.id)
    return answer
@router.post("/materialize")
def materialize(name: str, jobs: JobService) -> JobOut:
    return jobs.create(name)
@router.put("/{{id}}/twin")
def replace(name: str, jobs: JobService) -> JobOut:
    return jobs.create(name)
""",
        files=PROJECT,
    ),
    # Deletions that say something, that are none, or that are not written yet.
    Good(
        path="app/api/jobs.py",
        code=f"""{HEAD}
@router.delete("/1")
def with_message(jobs: JobService):
    jobs.delete(1)
    return {{"message": "gone"}}
@router.delete("/2")
def with_answer(jobs: JobService) -> bool:
    return jobs.delete(1)
@router.delete("/3")
def with_response(jobs: JobService) -> Response:
    jobs.delete(1)
    return Response(status_code=204)
@router.delete("/4", response_model=JobOut)
def with_model(jobs: JobService):
    jobs.delete(1)
@router.delete("/5")
def refused(jobs: JobService) -> None:
    jobs.find(1)
    raise HTTPException(405)
@router.delete("/6")
def unwritten() -> None:
    raise NotImplementedError
@router.delete("/8")
def later(tasks: BackgroundTasks, jobs: JobService) -> None:
    tasks.add_task(jobs.delete, 1)
@router.get("/7")
def read(jobs: JobService) -> None:
    jobs.find(1)
""",
        files=PROJECT,
    ),
    Good(
        path="tests/app.py",
        code="from fastapi import FastAPI\napp = FastAPI()\n@app.delete('/')\ndef delete() -> None:\n    print()\n",
    ),
)


class WrongSuccessStatus(Check):
    """A route that creates something and answers 200 tells its clients that nothing new is there.

    Clients that go by the status, caches, retries, dashboards and generated code, take the creation for a read, and a
    deletion that answers 200 has a body that is `null`, which clients try to parse.

    Declare it: `status_code=201` for what creates, `status_code=204` for what deletes and returns nothing.

    A `POST` creates where its handler makes an object of a model and adds it to a session or saves it in a repository,
    or calls what is named so (`create`, `create_user`, a use case `CreateUser`) and leads to this project; and where
    every value that it returns is the thing, its id, or made of it. What may find one that is there already, a handler
    or an address that is named for a call (`login`, `search`, `run`, `upload`), an address that ends in a parameter,
    and what makes tokens, links or sessions is none. A `DELETE` is reported where it never returns a value and leaves
    no work to a task. A status that is declared or set on the response is taken for what it says, and who speaks of
    200 in the docstring has decided.
    """

    name = "wrong-success-status"
    level = Level.WARNING
    message = "Clients of `{symbol}` are told 200, and not what happened: it {what}, which {status} says."
    examples = BAD + GOOD

    @on(cst.FunctionDef)
    def function(self, node: cst.FunctionDef, ctx: Context) -> Iterator[Finding]:
        """Report a handler that creates or deletes, and whose routes say nothing of it."""
        routes = () if ctx.layer is Layer.TESTS else ctx.routes(node)
        methods = {each.methods for each in routes if _is_silent(each) and "200" not in (node.get_docstring() or "")}
        if methods == {("DELETE",)} and _says_nothing(node, routes):
            yield self._told(ctx, node, 204, "deletes and returns nothing")
        if methods == {("POST",)} and all(map(_is_named, routes)) and _Creation(ctx, node).is_returned():
            yield self._told(ctx, node, 201, "creates what it returns")

    def _told(self, ctx: Context, node: cst.FunctionDef, status: int, what: str) -> Finding:
        return self.finding(
            ctx,
            node,
            extent=node,
            key=str(status),
            params={"status": status, "what": what},
            fix=with_status(ctx, node, status),
        )


def _is_silent(route: Route) -> bool:
    """Whether neither the registration of a route nor its handler says a status."""
    own = (each.annotation or "" for each in route.parameters_of(ParameterKind.REQUEST))
    return not route.status_given and GIVEN.isdisjoint(route.given) and not any("Response" in each for each in own)


def _is_named(route: Route) -> bool:
    """Whether the name of a route or its address says that it creates, and no name that it does something else."""
    end = (route.url or "").rstrip("/").rpartition("/")[2]
    said, name = {*re.split(r"[_\W]+", end)}, route.symbol.rpartition(".")[2].strip("_").split("_")
    is_named = bool(re.search(r"[^isu]s$", end) or NAMED & {*said, *name}) and not end.startswith("{")
    return is_named and not (
        CALLING & {*said, name[0]} or "or" in name or {"bool", "None"} & {route.response_model, route.returns}
    )


def _says_nothing(node: cst.FunctionDef, routes: tuple[Route, ...]) -> bool:
    """Whether a handler is written, comes to an end, and never returns a value."""
    said = {word for route in routes for word in (route.response_model, route.returns)} - {None, "None"}
    last = (each for line in node.body.body[-1:] for part in parts(line) for each in (line, part, *parts(part)))
    called = {(dotted(each) or "").rpartition(".")[2] for each in below(node.body) if isinstance(each, cst.Call)}
    returned = Returned(node)
    return not (
        said or called & LATER or returned.given or returned.yields or any(isinstance(each, EMPTY) for each in last)
    )


class _Creation:
    """Whether a handler creates something and returns it."""

    def __init__(self, ctx: Context, function: cst.FunctionDef) -> None:
        self._ctx = ctx
        self._scope = ctx.symbol(function)
        self._returned = Returned(function)
        self._calls = [call for part in _straight(function.body) for call in below(part) if isinstance(call, cst.Call)]

    def is_returned(self) -> bool:
        """Whether all that is returned is what is created, its id, or made of it."""
        given, empty = self._returned.given, self._returned.empty
        return bool(given) and not empty and all(self._is_new(each, frozenset()) for each in given)

    def _is_new(self, node: cst.CSTNode, seen: frozenset[str]) -> bool:
        spoken = [*_spoken(node)]
        names = sorted({each.value for each in spoken if isinstance(each, cst.Name)} - seen)
        is_made_here = any(isinstance(each, cst.Call) and self._creates(each) for each in spoken)
        return is_made_here or any(self._holds_new(name, seen) for name in names)

    def _holds_new(self, name: str, seen: frozenset[str]) -> bool:
        """Whether a variable is bound once, to what is created or is made of it."""
        match self._returned.bound.get(name):
            case [cst.BaseExpression() as value]:
                if self._is_made(value):
                    return any(self._keeps(call, name) for call in self._calls)
                calls = [each for each in _spoken(value) if isinstance(each, cst.Call)]
                return all(each in self._calls for each in calls) and self._is_new(value, seen | {name})
            case _:
                return False

    def _is_made(self, value: cst.BaseExpression) -> bool:
        """Whether a value is a new object of an ORM model."""
        name = (dotted(value) or "").removesuffix(".model_validate") if isinstance(value, cst.Call) else ""
        return bool(name) and self._ctx.index.orm_model(self._ctx.path, name) is not None

    def _keeps(self, call: cst.Call, name: str) -> bool:
        """Whether a call adds a variable to a session, or saves it in what holds things of its kind."""
        match call.func:
            case cst.Attribute(value=receiver, attr=cst.Name(value=verb)) if verb in KEEPING:
                given, use = call.args[0].value if call.args else None, self._ctx.session_use(call)
                is_kept = bool(use and use.confidence is Confidence.HIGH) or KEEPERS.search(self._held(receiver))
                return bool(is_kept) and isinstance(given, cst.Name) and given.value == name
            case _:
                return False

    def _held(self, receiver: cst.BaseExpression) -> str:
        """The class of the project that a receiver is an object of."""
        held = self._ctx.index.held_class(self._ctx.path, self._scope, spelled(receiver) or "")
        return held.symbol if held else ""

    def _creates(self, call: cst.Call) -> bool:
        """Whether a call is named for creating something that is kept, and leads to this project."""
        name = dotted(call) or ""
        verb = name.rpartition(".")[2]
        words = verb.strip("_").split("_")
        held = self._held(call.func.value) if isinstance(call.func, cst.Attribute) else ""
        if held and verb in RUNNING:
            return held.startswith("Create") and "Token" not in held
        if words[0] not in CREATING or not PASSING.isdisjoint(words) or MAKERS.search(held):
            return False
        # A function has to be given a session to create something in.
        given = [spoken for each in call.args if (spoken := dotted(each.value))]
        is_told = any(self._ctx.index.session(self._ctx.path, self._scope, each) for each in given)
        return bool(held or (is_told and self._ctx.index.definition(self._ctx.path, name)))


def _straight(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The small statements of a block that every way through it runs."""
    for part in parts(node):
        if isinstance(part, STRAIGHT):
            yield from _straight(part)
        elif isinstance(part, cst.BaseSmallStatement):
            yield part


def _spoken(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The names and calls in an expression: none of attributes and arguments, nor of what an awaited call is given."""
    if not isinstance(node, cst.Comparison | cst.Lambda):
        yield node
        inside = [node.value] if isinstance(node, cst.Attribute | cst.Arg) else parts(node)
        for child in inside:
            yield from [child] if isinstance(node, cst.Await) else _spoken(child)
