"""Request bodies that no model describes."""

import re
from collections.abc import Iterator
from itertools import chain

import libcst as cst

from reviewer.api import (
    Bad,
    Check,
    Context,
    Finding,
    Good,
    Layer,
    Level,
    ParameterKind,
    Route,
    Use,
    below,
    dotted,
    on,
    uses_in,
)

SHAPELESS = frozenset({"dict", "Dict", "Mapping", "MutableMapping", "Any", "object", "JsonValue"})
# What a body without a model may be made of beside these.
PLAIN = frozenset({"list", "List", "Sequence", "Iterable", "str", "int", "float", "bool", "None", "Optional", "Union"})
# The words in the names of routes, handlers and files of which others define the body.
FOREIGN = re.compile(
    r"hook|callback|graphql|rpc|mcp|proxy|pass_?through|forward|slack|stripe|telegram|discord|whatsapp|twilio|pubsub",
    re.IGNORECASE,
)
# What tells, in the code of a handler, that it takes bodies of several kinds or checks that they are genuine.
GENUINE = re.compile(r"signature|hmac|content[-_]type", re.IGNORECASE)
PROTOCOL = "jsonrpc"
RAW = frozenset({"body", "form", "stream"})
SAID_BY_HAND = frozenset({"openapi_extra", "**"})

MODELS = {
    "app/schemas.py": "from pydantic import BaseModel\nclass Job(BaseModel):\n    name: str\n",
}
BAD = (
    Bad(
        path="app/api/jobs.py",
        code="""
            from typing import Annotated, Any, Mapping
            from fastapi import APIRouter, Body, Request
            from app.schemas import Job

            router = APIRouter()

            @router.post("/jobs")
            async def open_job(
                payload: dict[str, Any],  # <-
                urgent: bool = False,
            ):
                if not payload or "name" not in payload:
                    raise ValueError(f"no name in {payload}")
                return {"name": payload["name"], "size": payload.get("size", 1)}

            @router.put("/jobs/{id}")
            def change_job(
                id: int,
                changes: Annotated[dict | None, Body()] = None,  # <-
                why: Mapping[str, str] = Body(embed=True),  # <-
            ):
                changes = changes or {}
                if changes.get("name"):
                    rename(id, changes["name"], why["reason"])

            @router.post("/jobs/several")
            def open_jobs(jobs: list[dict]):  # <-
                return [job["name"] for job in jobs]

            @router.post("/jobs/anything")
            def open_anything(job=Body()):  # <-
                return Job(**job)
        """,
        files=MODELS,
    ),
    # Read by the handler itself.
    Bad(
        path="app/api/jobs.py",
        code="""
            import fastapi
            from fastapi import Request
            from app.schemas import Job

            router = fastapi.APIRouter()

            @router.post("/jobs")
            async def open_job(request: Request):
                try:
                    data = await request.json()  # <-
                except ValueError:
                    data = {}
                return {"name": data.get("name")}

            @router.post("/jobs/named")
            async def open_named(request: Request):
                return {"name": (await request.json())["name"]}  # <-

            @router.post("/jobs/modelled")
            async def open_modelled(request: fastapi.Request):
                data = await request.json()  # <-
                print(data)
                return Job.model_validate(data)
        """,
        files=MODELS,
    ),
)
GOOD = (
    # Described by a model, or values that are what their type says.
    Good(
        path="app/api/jobs.py",
        code="""
            from typing import Annotated, Any
            from uuid import UUID
            from fastapi import APIRouter, Body
            from app.schemas import Job

            router = APIRouter()

            @router.post("/jobs")
            def open_job(job: Job, why: Annotated[str, Body(embed=True)], ids: list[UUID], names: list[str]):
                return job.name
            @router.post("/jobs/several")
            def open_jobs(jobs: list[Job], by_name: dict[str, Job]):
                return by_name["first"]
            def name_of(job: dict):
                return job["name"]
        """,
        files=MODELS,
    ),
    # Handed on whole: what is in it is for others to say. Free by nature.
    Good(
        path="app/api/jobs.py",
        code="""
            from typing import Any
            from fastapi import APIRouter, Body, Request

            router = APIRouter()

            @router.post("/completions")
            async def complete(payload: dict):
                model = payload["model"]
                return await client.post(model, json=payload)
            @router.post("/copies")
            async def copy(payload: dict):
                return await client.post(payload.get("model"), json={**payload})
            @router.put("/labels")
            def label(labels: dict[str, Any] = Body()):
                store.label(labels)
            @router.put("/settings")
            def configure(settings: dict[str, Any]):
                theme = settings.get("theme")
                for key, value in settings.items():
                    store.put(key, value)
            @router.post("/mixed")
            async def mix(request: Request):
                data = await request.json()
                return await client.post(data["model"], json=data)
            @router.post("/whole")
            async def whole(request: Request):
                return await client.post("/", json=await request.json())
            @router.post("/other")
            async def other(request: Request):
                data = await request.json()
                data = translate(data)
                return data["name"]
        """,
    ),
    # Bodies that others define, or that come in several kinds.
    Good(
        path="app/api/payments.py",
        code="""
            from typing import Any
            from fastapi import APIRouter, Request
            from app.schemas import Job

            router = APIRouter()

            @router.post("/webhooks/payments")
            async def paid(payload: dict[str, Any]):
                return payload["id"]
            @router.post("/payments")
            async def verified(request: Request):
                verify(await request.body(), request.headers["X-Signature"])
                data = await request.json()
                return data["id"]
            @router.post("/either")
            async def either(request: Request):
                if request.headers["content-type"] == "application/json":
                    data = await request.json()
                else:
                    data = await request.form()
                return data["id"]
            @router.post("/described", openapi_extra={"requestBody": {}})
            async def described(request: Request):
                data = await request.json()
                return data["id"]
            @router.post("/calls")
            async def called(request: Request):
                data = await request.json()
                return {"jsonrpc": "2.0", "id": data["id"]}
            @router.post("/both")
            async def both(request: Request, job: Job):
                data = await request.json()
                return data["id"]
            @router.post("/answer")
            async def answer(url: str):
                response = await client.get(url)
                data = await response.json()
                return data["id"]
        """,
        files=MODELS,
    ),
    Good(
        path="tests/app.py",
        code="""
            from fastapi import FastAPI
            app = FastAPI()
            @app.post("/")
            def echo(payload: dict):
                return payload["x"]
        """,
    ),
)


class UntypedRequestBody(Check):
    """A handler that picks keys out of a body that has no model finds out in production what clients send.

    A key that is missing is a `KeyError` and an answer 500, a number in quotes is stored as it came, and the
    documentation shows a body that is any object at all, to readers and to those who generate clients from it.

    Declare the body as a model of Pydantic and take the values from its attributes: FastAPI answers 422 to the rest.

    Looked at are handlers of FastAPI with a parameter for the body that is a `dict`, a mapping, `Any`, or a list of
    these, and those that read `await request.json()` themselves, where the handler picks values out by keys that stand
    in its code, or makes a model or a dataclass of it by hand. A body that is handed on whole, too, is left alone:
    proxies, labels, what is stored as it came. So are handlers that check signatures, read the raw body, a form or
    several types of content, speak JSON-RPC, or describe the body by `openapi_extra`, webhooks and callbacks, and
    tests.
    """

    name = "untyped-request-body"
    level = Level.WARNING
    message = "Nothing checks or documents what `{symbol}` takes out of `{body}`: the body of the request has no model."
    examples = BAD + GOOD

    @on(cst.FunctionDef)
    def function(self, node: cst.FunctionDef, ctx: Context) -> Iterator[Finding]:
        """Report the bodies that a handler takes apart itself."""
        routes = () if ctx.layer is Layer.TESTS else ctx.routes(node)
        if not routes or any(_is_foreign(route, ctx) for route in routes):
            return
        for name, place in chain(_shapeless(routes[0], node, ctx), _read(routes[0], node, ctx)):
            is_read = isinstance(place, cst.Call)
            uses = uses_in(node.body, ctx, name="" if is_read else name, read=f"{name}.json" if is_read else "")
            is_taken_apart = Use.MODELLED in uses or (Use.PICKED in uses and Use.WHOLE not in uses)
            if is_taken_apart and PROTOCOL not in ctx.source(node):
                yield self.finding(ctx, place, symbol=ctx.symbol(node), extent=node, key=name, params={"body": name})


def _is_foreign(route: Route, ctx: Context) -> bool:
    """Whether others define the body, or it is described by hand."""
    names = (route.url or "", route.symbol, ctx.path.rpartition("/")[2])
    return not SAID_BY_HAND.isdisjoint(route.given) or any(map(FOREIGN.search, names))


def _shapeless(route: Route, node: cst.FunctionDef, ctx: Context) -> Iterator[tuple[str, cst.CSTNode]]:
    """The parameters for the body whose types say nothing of what is in it."""
    bodies = {each.name for each in route.parameters_of(ParameterKind.BODY)}
    for given in (*node.params.posonly_params, *node.params.params, *node.params.kwonly_params):
        if given.name.value in bodies:
            annotation = given.annotation.annotation if given.annotation else cst.Name("Any")
            names = {name.rpartition(".")[2] for name in ctx.names_in(annotation)} - {"Annotated"}
            if names & SHAPELESS and names <= SHAPELESS | PLAIN:
                yield given.name.value, given


def _read(route: Route, node: cst.FunctionDef, ctx: Context) -> Iterator[tuple[str, cst.CSTNode]]:
    """The first place where a handler reads a body of JSON itself, if it reads nothing else of the request's body."""
    if route.parameters_of(ParameterKind.BODY, ParameterKind.FORM, ParameterKind.FILE):
        return
    requests = route.parameters_of(ParameterKind.REQUEST)
    named = {each.name for each in requests if (each.annotation or "").rpartition(".")[2] == "Request"}
    calls = [(dotted(each) or "", each) for each in below(node.body) if isinstance(each, cst.Call)] if named else []
    read = [(name.partition("."), each) for name, each in calls if name.partition(".")[0] in named]
    verbs = {name[2] for name, _ in read}
    if "json" in verbs and RAW.isdisjoint(verbs) and not GENUINE.search(ctx.source(node)):
        yield next((name[0], each) for name, each in read if name[2] == "json")
