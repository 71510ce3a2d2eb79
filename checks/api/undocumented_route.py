"""Routes whose page of the documentation says no more than their function's name."""

import re
from collections.abc import Iterator

import libcst as cst

from reviewer.api import Bad, Check, Context, Finding, Good, Layer, Level, Route, below, dotted, on

# What a registration says of a route beside its address, or that nobody is to call it any more.
TELLING = frozenset({"**", "deprecated", "description", "openapi_extra", "summary"})
SILENT_METHODS = frozenset({"HEAD", "OPTIONS", "TRACE"})
# What browsers show, and what sends them elsewhere.
PAGES = ("HTMLResponse", "RedirectResponse", "TemplateResponse")
# What machines ask for: their names say it all.
PROBES = re.compile(
    r"(?:(?:get|read|check|server|app|api)[-_])?"
    r"(?:health|healthz|healthcheck|heartbeat|live|livez|liveness|alive|ping|ready|readyz|readiness|startup|up"
    r"|metrics|version|favicon\.ico|favicon|robots\.txt|sitemap\.xml|security\.txt)"
    r"(?:[-_](?:check|probe|ready|live))?"
)
ROOTS = frozenset({"", "/", "/status"})

BAD = (
    Bad(
        path="app/api/jobs.py",
        code="""
            from fastapi import APIRouter
            router = APIRouter(prefix="/jobs", tags=["jobs"])

            @router.get("", response_model=list[Job])
            async def list_jobs():  # <-
                return await jobs.all()

            @router.post("/{job_id}/close", name="close", response_description="The job", responses={404: {}})
            async def close(job_id: int) -> Job:  # <-
                # Closes it.
                return await jobs.close(job_id)

            @router.api_route("/{job_id}", methods=["PUT", "PATCH"], include_in_schema=True)
            async def change(job_id: int) -> Job: return await jobs.change(job_id)  # <-
        """,
    ),
    # Registered in another file, and by a class.
    Bad(
        path="app/api/jobs.py",
        code="""
            class Jobs:
                def __init__(self) -> None:
                    self.router = APIRouter()
                    self.router.add_api_route("/jobs", self.find, methods=["GET"])
                def find(self) -> list[Job]:  # <-
                    return []
            def remove(job_id: int) -> None:  # <-
                pass
            from fastapi import APIRouter
        """,
        files={
            "app/main.py": """
from fastapi import FastAPI
from app.api.jobs import remove
app = FastAPI()
app.add_api_route("/jobs/{job_id}", remove, methods=["DELETE"])
""",
        },
    ),
)
GOOD = (
    # Told by a docstring, in the decorator, where it is registered, or where that can't be read.
    Good(
        path="app/api/jobs.py",
        code="""
            from fastapi import APIRouter
            from app.texts import told
            router = APIRouter(prefix="/jobs")

            @router.get("")
            async def list_jobs() -> list[Job]:
                \"\"\"All jobs of the caller's team, newest first.\"\"\"
                return await jobs.all()
            @router.get("/{job_id}", summary="One job")
            async def get_job(job_id: int) -> Job: ...
            @router.post("/{job_id}/close", description="Closes a job for good.")
            async def close(job_id: int) -> Job: ...
            @router.post("/{job_id}/open", **told("open"))
            async def open(job_id: int) -> Job: ...
            async def remove(job_id: int) -> None: ...
            router.add_api_route("/{job_id}", remove, methods=["DELETE"], summary="Remove a job")
            def counted() -> int: ...
        """,
    ),
    # In no schema, or on its way out of it.
    Good(
        path="app/api/internal.py",
        code="""
            from fastapi import APIRouter
            from app.settings import settings
            router = APIRouter(include_in_schema=False)
            open = APIRouter()
            quiet = APIRouter()
            maybe = APIRouter(include_in_schema=settings.debug)
            inside = APIRouter()

            @router.get("/jobs")
            async def list_jobs() -> list[Job]: ...
            @open.get("/jobs/secret", include_in_schema=False)
            async def secret() -> Job: ...
            @open.get("/jobs/old", deprecated=True)
            async def old() -> Job: ...
            @quiet.get("/jobs")
            async def quiet_jobs() -> list[Job]: ...
            @maybe.get("/jobs")
            async def maybe_jobs() -> list[Job]: ...
            @open.websocket("/jobs")
            async def stream(websocket) -> None: ...
            @inside.get("/jobs")
            async def inside_jobs() -> list[Job]: ...
            @unknown.get("/jobs")
            async def unknown_jobs() -> None: ...
        """,
        files={
            "app/main.py": """
from fastapi import FastAPI
from app.api.internal import inside, quiet
app = FastAPI()
app.include_router(quiet, include_in_schema=False)
backoffice = FastAPI(openapi_url=None)
backoffice.include_router(inside, prefix="/inside")
""",
        },
    ),
    # Probes, pages and ways to other pages.
    Good(
        path="app/main.py",
        code="""
            from fastapi import FastAPI
            from fastapi.responses import HTMLResponse, RedirectResponse
            app = FastAPI()

            @app.get("/")
            async def root() -> dict[str, str]: ...
            @app.get("/api/v1/healthz")
            async def healthz() -> dict[str, str]: ...
            @app.get("/system/state")
            async def health_check() -> dict[str, str]: ...
            @app.head("/jobs")
            async def head() -> None: ...
            @app.get("/docs", response_class=RedirectResponse)
            async def documentation() -> str: ...
            @app.get("/login")
            async def login() -> RedirectResponse: ...
            @app.get("/callback")
            async def callback(code: str):
                if not code:
                    return {"error": "no code"}
                return RedirectResponse(next_page(code), 303)
            @app.get(path())
            async def server_version() -> str: ...
            @app.get("/jobs.html", response_class=HTMLResponse)
            async def page() -> str: ...
        """,
    ),
    Good(
        path="tests/test_jobs.py",
        code="from fastapi import FastAPI\napp = FastAPI()\n@app.get('/jobs')\ndef list_jobs() -> list[Job]: ...\n",
    ),
)


class UndocumentedRoute(Check):
    """Whoever calls this route learns from its documentation no more than the name of its function.

    FastAPI makes "Close Job" of `close_job` and leaves the rest of the page empty: whether a closed job can be opened
    again, who may close it, and what happens to one that is closed already is found out by trying, or by asking you.

    Write a docstring, which FastAPI shows as the description of the route, or a `summary` or `description` in its
    decorator. Where callers are not meant to see it, say `include_in_schema=False`.

    Looked at are the routes of FastAPI that are in the schema, wherever they are registered. Left alone are routes that
    are deprecated, probes (`/health`, `/metrics` and the like), the root, pages and redirects, websockets, tests, and
    routes whose registration is given a `**mapping` or `openapi_extra`.
    """

    name = "undocumented-route"
    level = Level.WARNING
    message = (
        "Callers of {route} read nothing but its name in the documentation: `{symbol}` has no docstring or summary."
    )
    examples = BAD + GOOD

    @on(cst.FunctionDef)
    def function(self, node: cst.FunctionDef, ctx: Context) -> Iterator[Finding]:
        """Report a route that says nothing of itself."""
        if not node.decorators and not ctx.index.routes(ctx.path):
            return
        if ctx.layer is Layer.TESTS or node.get_docstring():
            return
        routes = _routes(node, ctx)
        if routes and all(map(_needs_text, routes)) and not _returns_page(node):
            yield self.finding(ctx, node, params={"route": _spelled(routes[0])})


def _routes(node: cst.FunctionDef, ctx: Context) -> list[Route]:
    """The routes that a function handles."""
    symbol = ctx.symbol(node)
    named = [route for route in ctx.index.routes(ctx.path) if route.symbol == symbol]
    is_shared = any(route.line != named[0].line for route in named)
    return [route for route in named if route.line == ctx.span(node).line] if is_shared else named


def _needs_text(route: Route) -> bool:
    """Whether a route is one that people look up, and its registration says nothing of it."""
    if not route.include_in_schema or not TELLING.isdisjoint(route.given):
        return False
    answers = (route.response_class or "", route.returns or "")
    if any(each.endswith(PAGES) for each in answers) or SILENT_METHODS.issuperset(route.methods):
        return False
    return not _is_probe(route)


def _returns_page(node: cst.FunctionDef) -> bool:
    """Whether a function returns what browsers show or follow, whatever it promises."""
    returned = (each.value for each in below(node.body) if isinstance(each, cst.Return))
    return any(isinstance(value, cst.Call) and (dotted(value) or "").endswith(PAGES) for value in returned)


def _is_probe(route: Route) -> bool:
    last = (route.url or "/unknown").rstrip("/").rpartition("/")[2]
    names = (last.lower(), route.symbol.rpartition(".")[2].lower())
    return route.url in ROOTS or any(map(PROBES.fullmatch, names))


def _spelled(route: Route) -> str:
    methods = "/".join(route.methods)
    return f"`{methods} {route.url}`" if methods and route.url else f"`{route.url}`" if route.url else "this route"
