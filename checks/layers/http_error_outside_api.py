"""Errors and responses of HTTP that are raised or returned below the API."""

from collections.abc import Iterator

import libcst as cst

from reviewer.api import Bad, Check, Context, Finding, Good, Layer, Level, below, dotted, in_body, on

JUDGED = frozenset(
    {
        Layer.DOMAIN,
        Layer.USE_CASES,
        Layer.REPOSITORIES,
        Layer.UNIT_OF_WORK,
        Layer.INFRASTRUCTURE,
        Layer.ORM,
    }
)
# Folders and modules of the infrastructure that stand at its edge, where HTTP is spoken.
EDGE = frozenset(
    {
        *("exception_handler", "exception_handlers", "fastapi", "graphql", "http", "middleware", "middlewares"),
        *("rest", "web", "websocket", "websockets"),
    }
)
FRAMEWORKS = frozenset({"fastapi", "starlette"})
INJECTING = frozenset({"Depends", "Security"})
ERROR_NAMES = ("Exception", "Error")
# What a framework hands to middleware and handlers that say no types.
HANDED = frozenset({"call_next", "receive", "request", "scope", "websocket"})

RAISING = "from fastapi import HTTPException\ndef find():\n    raise HTTPException(404)\n"
ERRORS = {
    "app/errors.py": """
from fastapi import HTTPException
class NotFound(HTTPException): ...
class JobNotFound(NotFound): ...
class JobClosed(Exception): ...
GONE = HTTPException(410)
""",
    "app/shared.py": "from starlette.exceptions import HTTPException as HttpError\n",
}
BAD = (
    # Once for each class in a function, at the first place.
    Bad(
        path="app/use_cases/close_job.py",
        code="""
            import fastapi
            from fastapi import HTTPException, status

            def close(job: Job) -> None:
                if job.closed:
                    raise HTTPException(status.HTTP_409_CONFLICT)  # <-
                if job.missing:
                    raise HTTPException(404)

            async def reopen(job: Job) -> None:
                try:
                    job.reopen()
                except ValueError as error:
                    raise fastapi.HTTPException(400) from error  # <-
        """,
    ),
    # Under another name, extended in another file, made in another file.
    Bad(
        path="app/repositories/jobs.py",
        code="""
            from app.errors import GONE, JobClosed, JobNotFound
            from app.shared import HttpError

            class JobRepository:
                def find(self, id: int) -> Job:
                    if not id:
                        raise JobNotFound  # <-
                    if id < 0:
                        raise HttpError(status_code=400)  # <-
                    if id > 9:
                        raise JobClosed
                    raise GONE  # <-
        """,
        files=ERRORS,
    ),
    # Responses.
    Bad(
        path="app/domain/job.py",
        code="""
            from fastapi.responses import JSONResponse

            def describe(job: Job) -> JSONResponse:
                return JSONResponse({"name": job.name})  # <-
        """,
    ),
    # What only looks like a dependency.
    Bad(
        path="app/application/close_job.py",
        code="""
            from fastapi import HTTPException

            class CloseJob:
                def __call__(self, request: CloseJobRequest) -> None:
                    raise HTTPException(404)  # <-
        """,
    ),
)
GOOD = (
    # Errors of the domain; what a schema or a client calls a response; handling is not raising.
    Good(
        path="app/use_cases/close_job.py",
        code="""
            import httpx
            from fastapi import HTTPException
            from fastapi.responses import JSONResponse
            from pydantic import BaseModel
            from app.errors import JobClosed

            class JobResponse(BaseModel): ...

            def close(job: Job, kind: type[JSONResponse]) -> JobResponse:
                if job.closed:
                    raise JobClosed
                try:
                    job.close()
                except HTTPException as error:
                    raise error
                except ValueError:
                    raise
                return JobResponse()
            def answer() -> httpx.Response:
                return httpx.Response(200)
        """,
        files=ERRORS,
    ),
    # The API, what no layer is known of, tests.
    Good(path="app/api/jobs.py", code=RAISING),
    Good(path="app/services/jobs.py", code=RAISING),
    Good(path="tests/db/fakes.py", code=RAISING),
    # Dependencies: by their use in this project, by what they take, and what stands in them.
    Good(
        path="app/infrastructure/users.py",
        code="""
            from typing import Annotated
            from fastapi import Depends, HTTPException, Request
            from fastapi.security import HTTPAuthorizationCredentials, OAuth2PasswordBearer

            def current_user(token: str) -> str:
                raise HTTPException(401)
            class Permission:
                def __call__(self) -> None:
                    raise HTTPException(403)
            class Users:
                def one(self) -> None:
                    raise HTTPException(404)
            def limited(times: int):
                def check() -> None:
                    raise HTTPException(429)
                return check
            def by_request(request: Request) -> str:
                raise HTTPException(401)
            def by_scheme(credentials: HTTPAuthorizationCredentials | None) -> str:
                raise HTTPException(401)
            def by_default(token: str = Depends(OAuth2PasswordBearer("/token"))) -> str:
                raise HTTPException(401)
            def by_annotation(token: Annotated[str, Depends(OAuth2PasswordBearer("/token"))]) -> str:
                raise HTTPException(401)
        """,
        files={
            "app/api/jobs.py": """
from typing import Annotated
from fastapi import APIRouter, Depends, Security
from app.infrastructure import users
from app.infrastructure.users import Permission, Users, current_user
User = Annotated[str, Security(current_user)]
router = APIRouter(dependencies=[Depends(Permission("read")), Depends(Users.one), Depends(users.limited(3))])
""",
        },
    ),
    # Middleware, handlers of errors, routes in whatever folder.
    Good(
        path="app/infrastructure/timing.py",
        code="""
            from fastapi import HTTPException
            from starlette.responses import JSONResponse
            from starlette.middleware.base import BaseHTTPMiddleware

            class Timing(BaseHTTPMiddleware):
                async def dispatch(self, request, call_next):
                    return JSONResponse({})
            async def on_error(request, error) -> JSONResponse:
                return JSONResponse({}, 500)
            def translate(error: ValueError) -> None:
                raise HTTPException(400, str(error))
        """,
    ),
    Good(
        path="app/infrastructure/web/responses.py",
        code="from fastapi import Response\ndef empty() -> Response:\n    return Response(status_code=204)\n",
    ),
    Good(
        path="app/application/jobs.py",
        code="""
            from fastapi import APIRouter, HTTPException

            router = APIRouter()

            @router.get("/jobs/{id}")
            def job(id: int) -> None:
                return find(id)
            def find(id: int) -> None:
                raise HTTPException(404)
        """,
    ),
)


class HttpErrorOutsideApi(Check):
    """Code below the API that raises HTTP errors can only be called by a route.

    A worker that closes jobs at night gets an `HTTPException` and has nobody to answer; the route cannot tell a missing
    job from a missing customer, both are 404 by now; and whoever reuses the code in a message handler has to take
    status codes apart again.

    Raise an error of the domain, `JobNotFound`, and let a handler of the API, or the route, translate it.

    Reported are functions that raise `HTTPException` or `WebSocketException` of FastAPI, Starlette and other web
    frameworks, or a class of this project that extends one, and that return a response of such a framework; once for
    each class in a function. Only files are looked at that are known to be domain, use cases, repositories, units of
    work or infrastructure, or to define ORM models. Exempt are files that serve routes, dependencies of FastAPI (a
    function or class that is given to `Depends` anywhere in the project, or that takes `Depends` or something of the
    framework itself), middleware and handlers of errors (what takes a request, or an error to translate), and in the
    infrastructure folders and modules that speak HTTP: `web`, `http`, `rest`, `middleware` and the like.

    A folder `services` is in no layer by default; where it is one of use cases, say so:

        [tool.reviewer.layers]
        use-cases = ["services", "use_cases"]
    """

    name = "http-error-outside-api"
    level = Level.ERROR
    message = "Nothing but a route can call `{symbol}`: it {verb} `{answer}`, and belongs to the layer {layer}."
    examples = BAD + GOOD

    @on(cst.FunctionDef)
    def function(self, node: cst.FunctionDef, ctx: Context) -> Iterator[Finding]:
        """Report the first place of each error or response that a function gives."""
        if ctx.layer not in JUDGED or not (answers := _answers(ctx, node)) or _is_exempt(ctx, node):
            return
        for name, (place, verb) in answers.items():
            params = {"answer": name, "verb": verb, "layer": ctx.layer}
            yield self.finding(ctx, place, params=params, symbol=ctx.symbol(node), key=name.rpartition(".")[2])


def _answers(ctx: Context, function: cst.FunctionDef) -> dict[str, tuple[cst.CSTNode, str]]:
    """The errors and responses that a function's own body gives, each with its first place and what is done with it."""
    found: dict[str, tuple[cst.CSTNode, str]] = {}
    for node, given, verb in _given(function):
        name = dotted(given)
        if name and name not in found and ctx.index.http_answer(ctx.path, name):
            found[name] = (node, verb)
    return found


def _given(function: cst.FunctionDef) -> Iterator[tuple[cst.CSTNode, cst.BaseExpression, str]]:
    """What a body raises, and what calls it returns, in the order of the text."""
    for node in in_body(function):
        if isinstance(node, cst.Raise) and node.exc:
            yield node, node.exc, "raises"
        elif isinstance(node, cst.Return) and isinstance(node.value, cst.Call):
            yield node, node.value, "returns"


def _is_exempt(ctx: Context, node: cst.FunctionDef) -> bool:
    """Whether a function is called by the web framework, or stands where HTTP is spoken."""
    parts = {part.removesuffix(".py") for part in ctx.path.split("/")}
    at_edge = ctx.layer is Layer.INFRASTRUCTURE and not EDGE.isdisjoint(parts)
    if at_edge or ctx.index.serves_routes(ctx.path) or ctx.index.injected(ctx.path, ctx.symbol(node)):
        return True
    around = [outer for outer in (node, *ctx.ancestors(node)) if isinstance(outer, cst.FunctionDef)]
    return any(_is_called_by_framework(ctx, param) for outer in around for param in _parameters(outer))


def _parameters(node: cst.FunctionDef) -> list[cst.Param]:
    return [*node.params.posonly_params, *node.params.params, *node.params.kwonly_params]


def _is_called_by_framework(ctx: Context, param: cst.Param) -> bool:
    """Whether a parameter shows that a web framework gives it, or is an error to be told by HTTP."""
    if param.annotation is None:
        return param.name.value in HANDED or _injects(param.default)
    names = (ctx.index.qualified(ctx.path, name) for name in ctx.names_in(param.annotation.annotation))
    given = any(name.partition(".")[0] in FRAMEWORKS or name.endswith(ERROR_NAMES) for name in names)
    return given or _injects(param.default) or _injects(param.annotation)


def _injects(node: cst.CSTNode | None) -> bool:
    calls = (each for each in below(node) if isinstance(each, cst.Call)) if node else ()
    return any((dotted(each) or "").rpartition(".")[2] in INJECTING for each in calls)
