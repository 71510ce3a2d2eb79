"""Calls in asynchronous code that stop the whole process until another system has answered."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from reviewer.api import (
    Bad,
    Check,
    Confidence,
    Context,
    Extent,
    Finding,
    Good,
    Layer,
    Level,
    Related,
    below,
    dotted,
    in_body,
    may_wait,
    on,
    spelled,
)

APART = frozenset({Layer.TESTS, Layer.MIGRATIONS})
# What a session sends to the database at once; `add` and `begin` wait for the next of these.
SENT = frozenset(
    {
        *("bulk_insert_mappings", "bulk_save_objects", "bulk_update_mappings", "commit", "exec", "execute", "flush"),
        *("get", "get_one", "merge", "refresh", "scalar", "scalars"),
    }
)
# What sends a query that a session has begun to build.
SENDING = frozenset({"all", "count", "delete", "first", "get", "one", "one_or_none", "scalar", "update"})
PLAIN = frozenset({"classmethod", "staticmethod"})
STARTING = frozenset({"asyncio.run", "anyio.run", "trio.run", "uvloop.run"})

# How functions are called that run before an application serves requests, or that are no part of one.
AT_START = re.compile(
    r"lifespan|shutdown|startup|^_?(?:main$|seed|(?:create|init|setup)_(?:database|db|models|tables))"
)

BAD = (
    Bad(
        code="""
            import boto3, httpx, psycopg2, redis, requests, smtplib, sqlite3
            from fastapi import APIRouter, Depends
            from sqlalchemy.orm import Session
            from app.db import SessionLocal, get_db

            router = APIRouter()
            cache = redis.Redis()
            s3 = boto3.client("s3")

            @router.get("/jobs")
            async def jobs(db: Session = Depends(get_db)):
                found = db.query(Job).filter(Job.name == "").all()  # <-
                db.commit()
                return found
            async def save(job: object) -> None:
                with SessionLocal() as session:
                    session.add(job)
                    session.commit()  # <-
            async def charge(url: str) -> str:
                with requests.Session() as http:
                    http.post(url)  # <-
                if cache.get("known"):  # <-
                    s3.upload_file("a", "b", "c")  # <-
                connection = psycopg2.connect("")  # <-
                cursor = connection.cursor()
                cursor.execute("SELECT 1")  # <-
                with sqlite3.connect("a.db") as file:
                    file.execute("SELECT 1")  # <-
                with smtplib.SMTP("localhost") as mail:
                    mail.send_message(None)  # <-
            class Gateway:
                def __init__(self) -> None:
                    self._http = httpx.Client()
                async def fetch(self) -> object:
                    return self._http.get("/")  # <-
        """,
        files={
            "app/db.py": """
from sqlalchemy.orm import sessionmaker
SessionLocal = sessionmaker()
def get_db():
    db = SessionLocal()
    try:
        yield db
    finally:
        db.close()
"""
        },
    ),
    # One step into the synchronous functions and methods of the same file.
    Bad(
        code="""
            import subprocess, time
            import requests
            from sqlalchemy.orm import Session

            def convert(path: str) -> None:
                subprocess.run(["convert", path])
            class Jobs:
                def __init__(self, session: Session) -> None:
                    self._session = session
                def _load(self) -> object:
                    return self._session.execute("SELECT 1")
                @staticmethod
                def _fetch() -> object:
                    return requests.get("http://localhost", timeout=5)
                async def run(self) -> None:
                    self._load()  # <-
                    self._fetch()  # <-
                    convert("a")  # <-
                    def inner() -> None:
                        time.sleep(1)
                    inner()  # <-
        """,
    ),
)
GOOD = (
    # Handed to a thread, awaited, or not asynchronous.
    Good(
        code="""
            import asyncio
            from anyio import to_thread
            from fastapi.concurrency import run_in_threadpool
            from redis import Redis
            from redis import asyncio as aioredis
            from sqlalchemy.ext.asyncio import AsyncSession
            from sqlalchemy.orm import Session

            async def read(session: Session, redis: Redis) -> None:
                await asyncio.to_thread(session.execute, "SELECT 1")
                await to_thread.run_sync(lambda: session.execute("SELECT 1"))
                await run_in_threadpool(redis.get, "a")
                def work() -> None:
                    session.execute("SELECT 1")
                await asyncio.get_running_loop().run_in_executor(None, work)
                await run_in_threadpool(load, session)
            def load(session: Session) -> None:
                session.execute("SELECT 1")
            async def wait(session: AsyncSession, redis: aioredis.Redis) -> None:
                await session.execute("SELECT 1")
                await redis.get("a")
                await session.run_sync(load)
            async def wrong_hint(session: Session) -> None:
                await session.execute("SELECT 1")
            def route(session: Session) -> None:
                session.execute("SELECT 1")
        """,
    ),
    # What only makes a client, or prepares what is sent later.
    Good(
        code="""
            import boto3, redis, requests
            from sqlalchemy.orm import Session
            async def prepare(session: Session, job: object) -> object:
                session.add(job)
                http = requests.Session()
                http.headers.update({})
                cache = redis.Redis()
                pipeline = cache.pipeline()
                client = boto3.client("s3")
                client.generate_presigned_url("get_object")
                client.get_paginator("list_objects")
                return session.query(Job)
        """,
    ),
    # What ruff tells already.
    Good(
        code="""
            import httpx, requests, subprocess, time
            async def fetch(client: httpx.Client) -> None:
                requests.get("http://localhost", timeout=5)
                time.sleep(1)
                subprocess.run(["true"])
                client.get("http://localhost")
        """,
    ),
    # Further than one step nothing is followed, and neither is what may not run here, or not at once.
    Good(
        code="""
            import functools, time
            from app.threads import in_thread
            def outer() -> None:
                inner()
            def inner() -> None:
                time.sleep(1)
            @in_thread
            def apart() -> None:
                time.sleep(1)
            @functools.cache
            def once() -> None:
                time.sleep(1)
            def each():
                time.sleep(1)
                yield 1
            async def run(given) -> None:
                outer()
                apart()
                once()
                each()
                inner = given
                inner()
        """,
    ),
    # Nothing else runs yet, or ever.
    Good(
        code="""
            import asyncio
            from contextlib import asynccontextmanager
            from fastapi import FastAPI
            from app.db import engine

            @asynccontextmanager
            async def lifespan(app: FastAPI):
                with engine.connect() as connection:
                    connection.execute("SELECT 1")
                yield
            app = FastAPI(lifespan=lifespan)
            @app.on_event("startup")
            async def startup() -> None:
                with engine.connect() as connection:
                    connection.execute("SELECT 1")
            async def init_db() -> None:
                with engine.connect() as connection:
                    connection.execute("SELECT 1")
            async def load() -> None:
                with engine.connect() as connection:
                    connection.execute("SELECT 1")
            if __name__ == "__main__":
                asyncio.run(load())
        """,
        files={"app/db.py": 'from sqlalchemy import create_engine\nengine = create_engine("sqlite://")\n'},
    ),
    Good(
        path="tests/test_jobs.py",
        code="""
            from sqlalchemy.orm import Session
            async def test(session: Session) -> None:
                session.execute("SELECT 1")
        """,
    ),
)


@dataclass(frozen=True, slots=True)
class _Wait:
    """A call that waits, on what, and why that is known."""

    call: str
    receiver: str
    because: str
    told_by_ruff: bool = False


class BlockingCallInAsync(Check):
    """While one request waits for the database, every other request of the process waits with it.

    All `async def`s of a process share one thread. A synchronous query in one of them does not give it back before the
    answer is there: under load the service answers one request after the other, its health check among them, and a slow
    database makes it look dead.

    Await an asynchronous client (`AsyncSession`, `httpx.AsyncClient`, `redis.asyncio`), hand the call to a thread
    (`asyncio.to_thread`, `run_in_threadpool`), or make the route a plain `def`: FastAPI runs those in threads.

    Looked at are what sends something on a synchronous session or connection of SQLAlchemy, `requests.Session`,
    `httpx.Client`, the synchronous clients of Redis, PostgreSQL, MySQL, SQLite, MongoDB and AWS, and `smtplib`, by the
    type of the object, never by its name; each object once a function. Calls of synchronous functions and methods of
    the same file are followed once, no further; there `requests.get`, `subprocess.run` and `time.sleep` count too. What
    ruff's ASYNC rules tell (those functions in the `async def` itself, `open`, `os.path`, `input`, a local
    `httpx.Client`) is left to them. Exempt are tests, migrations, what runs at the start of an application
    (`lifespan`, `init_db`), `main`, and the function that `asyncio.run` is given in the same file.
    """

    name = "blocking-call-in-async"
    level = Level.ERROR
    message = "Every other request of the process waits while `{symbol}` does: it calls `{call}`, {because}."
    examples = BAD + GOOD

    @on(cst.FunctionDef)
    def function(self, node: cst.FunctionDef, ctx: Context) -> Iterator[Finding]:
        """Report what an asynchronous function waits for without giving the thread back."""
        if node.asynchronous is None or ctx.layer in APART:
            return
        told: set[str] = set()
        symbol = ctx.symbol(node)
        for call in ctx.calls_in(node):
            key, params, related = self._told(call, symbol, ctx) or ("", {}, ())
            if key and key not in told and not _runs_alone(node, ctx):
                told.add(key)
                extent = Extent(ctx.extent(node).first, ctx.extent(call).last)
                yield self.finding(ctx, call, symbol=symbol, key=key, params=params, related=related, extent=extent)

    def _told(self, call: cst.Call, scope: str, ctx: Context) -> tuple[str, dict[str, str], tuple[Related, ...]] | None:
        """What identifies a call that waits, here or one step on, and what is said of it."""
        wait = _wait(call, ctx, scope)
        if wait:
            key = wait.receiver or wait.call
            return None if wait.told_by_ruff else (key, {"call": wait.call, "because": wait.because}, ())
        symbol = _next(call, ctx, scope)
        function = ctx.functions.get(symbol) if symbol else None
        if symbol is None or function is None:
            return None
        for inner in ctx.once(_waiting).get(symbol, ()):
            wait = _wait(inner, ctx, symbol)
            if wait and _is_plain(function, ctx):
                because = f"and `{symbol}` calls `{wait.call}`, {wait.because}"
                related = Related(ctx.path, ctx.span(inner).line, f"`{wait.call}` waits here.")
                return symbol, {"call": spelled(call.func) or symbol, "because": because}, (related,)
        return None


def _wait(call: cst.Call, ctx: Context, scope: str) -> _Wait | None:
    verb = call.func.attr.value if isinstance(call.func, cst.Attribute) else ""
    sent = _begun(call) if verb in SENDING else None
    use = ctx.session_use(sent or call, scope) if sent or verb in SENT else None
    if use and use.is_async is False and use.confidence is Confidence.HIGH:
        return _Wait(use.call, use.receiver, f"on a synchronous session ({use.because})")
    client = ctx.client_use(call, scope)
    if client is None:
        return None
    because = f"on a synchronous `{client.kind}`" if client.receiver else f"which is `{client.kind}`"
    return _Wait(client.call, client.receiver, because, client.told_by_ruff)


def _begun(call: cst.BaseExpression) -> cst.Call | None:
    """The call of `query` that a chain of calls begins with."""
    while isinstance(call, cst.Call) and isinstance(call.func, cst.Attribute):
        if call.func.attr.value == "query":
            return call
        call = call.func.value
    return None


def _next(call: cst.Call, ctx: Context, scope: str) -> str | None:
    """The function or method of this file that a call leads to."""
    name = spelled(call.func)
    receiver, _, method = (name or "").rpartition(".")
    if not ctx.once(_waiting) or (receiver and method not in ctx.once(_waiting_names)):
        return None
    if receiver:
        owner = ctx.index.held_class(ctx.path, scope, receiver)
        return f"{owner.symbol}.{method}" if owner and owner.path == ctx.path else None
    if not name or f"{scope}.{name}" in ctx.functions:
        return f"{scope}.{name}" if name else None
    found = ctx.index.definition(ctx.path, name)
    meant = ctx.index.stands_for(ctx.path, scope, name) or ""
    return found.symbol if found and found.path == ctx.path and meant.endswith(f".{found.symbol}") else None


def _waiting(ctx: Context) -> dict[str, list[cst.Call]]:
    """The calls that may wait, by the synchronous functions of this file that make some."""
    plain = {symbol: each for symbol, each in ctx.functions.items() if each and not each.asynchronous}
    calls = {symbol: [call for call in ctx.calls_in(each) if _may_wait(call)] for symbol, each in plain.items()}
    return {symbol: made for symbol, made in calls.items() if made}


def _waiting_names(ctx: Context) -> frozenset[str]:
    return frozenset(symbol.rpartition(".")[2] for symbol in ctx.once(_waiting))


def _may_wait(call: cst.Call) -> bool:
    func = call.func
    verb = func.attr.value if isinstance(func, cst.Attribute) else func.value if isinstance(func, cst.Name) else ""
    return verb in SENT or verb in SENDING or may_wait(verb)


def _is_plain(function: cst.FunctionDef, ctx: Context) -> bool:
    """Whether a call of a function runs its body, all of it, here and now."""
    if any(ctx.name_of(each) not in PLAIN for each in function.decorators):
        return False
    return not any(isinstance(node, cst.Yield) for node in in_body(function))


def _runs_alone(function: cst.FunctionDef, ctx: Context) -> bool:
    """Whether a function runs before an application serves requests, or has an event loop of its own."""
    name = function.name.value
    if AT_START.search(name) or any((ctx.name_of(each) or "").endswith(".on_event") for each in function.decorators):
        return True
    starts = (each for each in below(ctx.module) if isinstance(each, cst.Call) and ctx.name_of(each) in STARTING)
    given = (dotted(each.args[0].value) for each in starts if each.args and isinstance(each.args[0].value, cst.Call))
    return any((each or "").rpartition(".")[2] == name for each in given)
