"""Routes that say nothing of what they answer."""

import re
from collections.abc import Iterator

import libcst as cst

from reviewer.api import Bad, Check, Context, Finding, Good, Kind, Layer, Level, Returned, Route, dotted, on, spelled

UNSAID = frozenset({"WEBSOCKET", "HEAD", "OPTIONS", "TRACE"})
GIVEN = frozenset({"**", "response_class", "response_model"})
NO_BODY = frozenset({204, 205, 304})
# What makes an answer of what a handler returns, by the words in its name.
RENDERING = re.compile(r"html|htmx|hx|jinja|page|redirect|render|respon|stream|templat|view|xml", re.IGNORECASE)
SUCCESS = re.compile(r"\b2(\d\d|XX)\b|HTTP_2\d\d_|HTTPStatus\.(OK|CREATED)", re.IGNORECASE)
LITERAL = (cst.List, cst.Tuple, cst.Set, cst.BaseString, cst.BaseNumber, cst.BaseComp, cst.Comparison)
PLAIN = frozenset({"True", "False", "None"})
MAKING = frozenset({"bool", "dict", "int", "len", "list", "set", "sorted", "str", "sum"})
# Methods of models and of what a session answers that give data.
GIVING = frozenset(
    {
        *("model_construct", "model_dump", "model_validate", "parse_obj", "from_orm", "dict", "to_dict", "all"),
        *("fetchall", "first", "one", "one_or_none", "scalar_one", "scalar_one_or_none"),
    }
)
HOLDING = frozenset({Kind.DATACLASS, Kind.ENUM, Kind.NAMED_TUPLE, Kind.ORM_MODEL, Kind.PYDANTIC})
WRITTEN = (cst.DictElement, cst.Element)

APP = "from fastapi import APIRouter\nrouter = APIRouter()\n"
JOBS = {
    "app/schemas.py": "from pydantic import BaseModel\nclass Job(BaseModel):\n    id: int\n",
    "app/service.py": """
from fastapi.responses import RedirectResponse, Response
from app.schemas import Job
class Jobs:
    def find(self, id: int) -> Job: ...
    def download(self, id: int) -> Response: ...
    def unknown(self, id): ...
def leave() -> RedirectResponse: ...
""",
}
BAD = (
    Bad(
        path="app/api/jobs.py",
        code="""
            from fastapi import APIRouter
            from app.schemas import Job
            from app.service import Jobs

            router = APIRouter()

            @router.get("/jobs")
            async def jobs():  # <-
                return [{"id": each} for each in range(9)]

            @router.get("/jobs/{id}")
            @router.get("/job/{id}")
            def job(id: int):  # <-
                if not id:
                    return None
                found = Job(id=id)
                return found

            @router.get("/jobs/{id}/held")
            def held(id: int, jobs: Jobs):  # <-
                return jobs.find(id)

            @router.get("/jobs/open")
            def open_jobs(db):  # <-
                return db.query(Row).filter(Row.open).all()

            @router.get("/jobs/first")
            def first_job(db):  # <-
                row = db.query(Row).first()
                if row is None:
                    raise HTTPException(404)
                return Job.model_validate(row)

            @router.get("/jobs/{id}/name", tags=["jobs"])
            def name(id: int):  # <-
                try:
                    result = {"name": id}
                finally:
                    print(id)
                return result
        """,
        files=JOBS,
    ),
)
GOOD = (
    # Said by a model, by an annotation, or said to be none.
    Good(
        path="app/api/jobs.py",
        code="""
            from typing import Any
            from fastapi import APIRouter
            from fastapi.responses import HTMLResponse, Response
            from app.schemas import Job

            router = APIRouter()

            @router.get("/1", response_model=Job)
            def by_model():
                return {"id": id(router)}
            @router.get("/2")
            def by_annotation() -> Job:
                return Job(id=1)
            @router.get("/3")
            def said_to_be_anything() -> Any:
                return {"id": id(router)}
            @router.get("/4", response_model=None)
            def said_to_be_none():
                return {"id": id(router)}
            @router.get("/5", response_class=HTMLResponse)
            def page():
                return "<p>"
            @router.get("/6")
            def bare() -> Response:
                return Response()
            @router.get("/7", include_in_schema=False)
            def hidden():
                return {"id": id(router)}
            @router.get("/7b", responses={200: {"model": Job}})
            def described():
                return {"id": id(router)}
            @router.get("/8", status_code=204)
            def nothing():
                return {"id": id(router)}
            OPTIONS = {"response_model": Job}
            @router.get("/9", **OPTIONS)
            def by_options():
                return {"id": id(router)}
        """,
        files=JOBS,
    ),
    # What is an answer already, or may be one, on one way at least; what returns nothing; what streams.
    Good(
        path="app/api/jobs.py",
        code="""
            from fastapi import APIRouter
            from fastapi.responses import JSONResponse, RedirectResponse, StreamingResponse
            from fastapi.templating import Jinja2Templates
            from app.service import Jobs, leave
            from elsewhere import answer_of, proxied

            router = APIRouter()
            templates = Jinja2Templates("templates")

            class Problem(JSONResponse): ...

            @router.get("/1")
            def redirect():
                return RedirectResponse("/")
            @router.get("/2")
            def page(request):
                return templates.TemplateResponse("page.html", {"request": request})
            @router.get("/3")
            def either(stream: bool):
                if stream:
                    return StreamingResponse([])
                return {"text": stream}
            @router.get("/4")
            def held(jobs: Jobs):
                return jobs.download(1)
            @router.get("/5")
            def left():
                answer = leave()
                return answer
            @router.get("/6")
            async def passed():
                return await proxied("/jobs")
            @router.get("/7")
            def problem():
                return Problem({})
            @router.get("/8")
            def mixed(id: int):
                if id:
                    return {"id": id}
                return answer_of(id)
            @router.get("/9")
            def touched(id: int):
                print(id)
            @router.get("/10")
            def touched_early(id: int):
                if id:
                    return
                print(id)
            @router.get("/11")
            async def events():
                yield {"id": 1}
            @router.get("/12")
            def changed(id: int):
                answer = {"id": id}
                if id:
                    answer = proxied(id)
                return answer
            @router.get("/13")
            def unknown(jobs: Jobs):
                return jobs.unknown(1)
            @router.websocket("/14")
            async def socket(websocket):
                return {"id": id(websocket)}
        """,
        files=JOBS,
    ),
    # Written out whole, or handed on from elsewhere.
    Good(
        path="app/api/health.py",
        code=f"""{APP}
@router.get("/health")
def health(verbose: bool):
    if verbose:
        return {{"status": "ok", "parts": ["database", 1], "up": True}}
    return True
@router.delete("/jobs/{{id}}")
def delete(id: int):
    return {{"message": f"Job {{id}} is gone"}}
@router.get("/remote")
async def remote():
    data = await fetch()
    return {{**data}}
""",
    ),
    # Made an answer of by a decorator.
    Good(
        path="app/api/pages.py",
        code=f"""{APP}
from app.pages import jinja
@router.get("/")
@jinja.hx("index.html")
def index():
    return {{"name": id(router)}}
""",
    ),
    Good(path="tests/test_app.py", code=f"{APP}@router.get('/')\ndef index():\n    return {{'id': id(router)}}\n"),
)


class RouteWithoutResponseModel(Check):
    """A route that says nothing of its answer sends whatever its handler returns.

    A column that is added to a model, `password_hash`, goes out with the next deploy; a key that is renamed breaks
    clients and no test; the documentation shows the answer as `{}`, and clients that are generated from it have `any`.

    Annotate what the handler returns with a model of Pydantic, or give the decorator `response_model`; one that means
    to answer freely says so, `response_model=None`.

    Looked at are handlers of FastAPI that have neither, and of which it is known that what they return is no
    `Response`: literals, models, and what a function or method of the project returns whose annotation says so. One
    `return` of something else, such as a redirect, a stream or a call that leads nowhere, leaves the whole handler
    alone. Exempt are answers that are written out in full, `{"status": "ok"}`, routes outside of the schema, with a
    `response_class`, with a status that has no body, or a success that `responses` describes, handlers that return
    nothing, generators, and tests. Annotations such as `dict` and `Any` are taken for what they say.
    """

    name = "route-without-response-model"
    level = Level.WARNING
    message = "Whatever `{symbol}` returns goes out unfiltered and undocumented: it has no response model."
    examples = BAD + GOOD

    @on(cst.FunctionDef)
    def function(self, node: cst.FunctionDef, ctx: Context) -> Iterator[Finding]:
        """Report a handler once, however many routes it has."""
        if node.returns or ctx.layer is Layer.TESTS or not any(map(_is_silent, ctx.routes(node))):
            return
        if any(RENDERING.search(dotted(each) or "") or _says_of_success(each, ctx) for each in node.decorators):
            return
        returned = Returned(node)
        data = _Data(ctx, node, returned)
        if returned.yields or all(map(_is_fixed, returned.given)):
            return
        if all(map(data.knows, returned.given)):
            yield self.finding(ctx, node, extent=node)


def _is_silent(route: Route) -> bool:
    """Whether a route says nothing of its answer, though it has one and shows it."""
    shown = route.include_in_schema is True and UNSAID.isdisjoint(route.methods)
    return shown and not route.returns and GIVEN.isdisjoint(route.given) and route.status not in NO_BODY


class _Data:
    """Tells whether what a handler returns is known to be data, and no answer that is made already."""

    def __init__(self, ctx: Context, function: cst.FunctionDef, returned: Returned) -> None:
        self._ctx = ctx
        self._scope = ctx.symbol(function)
        self._bound = returned.bound

    def knows(self, node: cst.BaseExpression | None, seen: frozenset[str] = frozenset()) -> bool:
        """Whether a value is data; `seen` are the names that led to it."""
        match node:
            case cst.Name(value=name) if name in self._bound:
                return name not in seen and all(self.knows(each, seen | {name}) for each in self._bound[name])
            case cst.Name(value=name) if name in PLAIN:
                return True
            case cst.Dict(elements=elements):
                # What holds nothing but another thing hands it on.
                return any(isinstance(each, cst.DictElement) for each in elements) or not elements
            case cst.IfExp(body=body, orelse=orelse):
                return self.knows(body, seen) and self.knows(orelse, seen)
            case cst.Await(expression=inner):
                return self.knows(inner, seen)
            case _:
                return isinstance(node, LITERAL) or self._is_made(node)

    def _is_made(self, node: cst.BaseExpression | None) -> bool:
        """Whether a name or a call gives data."""
        match node:
            case cst.Call(func=cst.Name(value=name)) if name in MAKING:
                return True
            case cst.Call(func=cst.Attribute(attr=cst.Name(value=name))) if name in GIVING:
                return True
            case cst.Name() | cst.Call():
                return self._is_object(spelled(node) or "")
            case _:
                return False

    def _is_object(self, name: str) -> bool:
        """Whether a name, or a call, stands for an object of a class of the project that holds data."""
        held = self._ctx.index.held_class(self._ctx.path, self._scope, name) if name else None
        answer = self._ctx.index.class_answer(held.path, held.symbol) if held else None
        return answer is not None and answer.kind in HOLDING


def _says_of_success(node: cst.Decorator, ctx: Context) -> bool:
    """Whether a decorator describes the answers of success by hand: `responses={200: {"model": Job}}`."""
    given = node.decorator.args if isinstance(node.decorator, cst.Call) else ()
    said = [each for each in given if each.keyword and each.keyword.value == "responses"]
    return any(SUCCESS.search(ctx.source(each)) for each in said)


def _is_fixed(node: cst.BaseExpression) -> bool:
    """Whether an answer is written out where it stands: `{"status": "ok"}`."""
    match node:
        case cst.Dict(elements=elements) | cst.List(elements=elements) | cst.Tuple(elements=elements):
            return all(isinstance(each, WRITTEN) and _is_fixed(each.value) for each in elements)
        case cst.Name(value=name):
            return name in PLAIN
        case _:
            return isinstance(node, cst.BaseString | cst.BaseNumber)
