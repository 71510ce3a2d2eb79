"""Clients that a function makes for itself and leaves open."""

import re
from collections.abc import Iterator
from itertools import islice

import libcst as cst

from reviewer.api import Bad, Check, Context, Finding, Good, Layer, Level, below, dotted, look, on, spelled

# What has to be closed, by the full name of what makes it.
CLIENTS = frozenset(
    {
        *("aiohttp.ClientSession", "aiohttp.client.ClientSession", "httpx.AsyncClient", "httpx.Client"),
        *("requests.Session", "requests.session", "requests.sessions.Session"),
        *("smtplib.SMTP", "smtplib.SMTP_SSL", "ftplib.FTP", "ftplib.FTP_TLS"),
        *("asyncpg.connect", "psycopg.AsyncConnection.connect", "psycopg.Connection.connect", "psycopg.connect"),
        *("psycopg2.connect", "pymysql.connect", "sqlite3.connect"),
    }
)
APART = frozenset({Layer.TESTS, Layer.MIGRATIONS})
LAST_NAMES = frozenset(name.rpartition(".")[2] for name in CLIENTS)
CLOSING = frozenset({"aclose", "close", "quit", "terminate", "__aexit__", "__exit__"})
# How what makes a session of SQLAlchemy may be called, what it is, and what gives its connection back.
CALLED_SO = re.compile(r"(?:[Ff]actory|[Ll]ocal|[Mm]aker|[Ss]ession)\w*$")
SESSIONS = frozenset(
    {("sessionmaker",), ("async_sessionmaker",), ("Session", "Engine"), ("AsyncSession", "AsyncEngine")}
)
ENDING = CLOSING | {"begin", "begin_nested", "close_all", "commit", "connection", "invalidate", "remove", "rollback"}
# What gives an object that goes on reading from its client.
LASTING = frozenset(
    {"__aenter__", "__enter__", "connector", "cursor", "execute", "query", "scalars", "stream", "transaction"}
)

BAD = (
    Bad(
        code="""
            import sqlite3
            import aiohttp, requests, smtplib
            import httpx as http
            from aiohttp import ClientSession
            from sqlalchemy.ext.asyncio import AsyncSession
            from app.db import SessionLocal, engine

            async def fetch(url: str) -> bytes:
                client = http.AsyncClient()  # <-
                response = await client.get(url)
                return response.content
            async def post(url: str) -> None:
                session: ClientSession = ClientSession()  # <-
                session.headers.update({})
                await session.post(url)
            def send(message: str) -> None:
                mail = smtplib.SMTP("localhost")  # <-
                mail.sendmail("a", "b", message)
            def count() -> int:
                connection = sqlite3.connect("a.db")  # <-
                cursor = connection.cursor()
                cursor.execute("SELECT 1")
                rows = cursor.fetchall()
                return len(rows)
            def rows(id: int) -> list[object]:
                db = SessionLocal()  # <-
                query = db.query(Job).filter(Job.id == id)
                return query.all()
            async def job(id: int) -> object:
                session = AsyncSession(engine)  # <-
                return await session.get(Job, id)
            def load(url: str) -> bytes:
                return requests.Session().get(url).content  # <-
        """,
        files={
            "app/db.py": """
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import sessionmaker
SessionLocal = sessionmaker()
engine = create_async_engine('sqlite+aiosqlite://')
"""
        },
    ),
)
GOOD = (
    # Closed, at the end or by whoever manages it.
    Good(
        code="""
            import contextlib, smtplib, sqlite3
            import aiohttp, httpx, requests

            async def fetch(url: str, stack: contextlib.AsyncExitStack) -> None:
                async with httpx.AsyncClient() as client:
                    await client.get(url)
                other = httpx.AsyncClient()
                async with other:
                    await other.get(url)
                third = aiohttp.ClientSession()
                try:
                    await third.get(url)
                finally:
                    await third.close()
                fourth = await stack.enter_async_context(httpx.AsyncClient())
                await fourth.get(url)
                fifth = aiohttp.ClientSession()
                stack.push_async_callback(fifth.close)
                await fifth.get(url)
            def send() -> None:
                mail = smtplib.SMTP("localhost")
                mail.sendmail("a", "b", "c")
                mail.quit()
            def count() -> None:
                with contextlib.closing(sqlite3.connect("a.db")) as connection:
                    connection.execute("SELECT 1")
        """
    ),
    # Returned, yielded, kept or handed on: somebody else closes it.
    Good(
        code="""
            import sqlite3
            import aiohttp, httpx, requests
            from app.api import Api

            SESSION = requests.Session()
            class Gateway:
                def __init__(self) -> None:
                    self._client = httpx.Client()
                def connect(self) -> None:
                    client = httpx.Client()
                    client.get("/health")
                    self._other = client
            def made() -> httpx.Client:
                client = httpx.Client()
                client.headers["a"] = "b"
                return client
            def yielded():
                client = httpx.Client()
                yield client
            def handed_on() -> Api:
                client = httpx.Client()
                client.get("/health")
                return Api(client)
            def kept(clients: dict[str, object]) -> None:
                client = httpx.Client()
                client.get("/health")
                clients["a"] = client
            def captured():
                session = requests.Session()
                def get(url: str) -> object:
                    return session.get(url)
                return get
            def bound():
                session = requests.Session()
                return session.get
            def streamed(url: str):
                client = httpx.Client()
                return client.stream("GET", url)
            def read(url: str):
                session = requests.Session()
                return session.get(url, stream=True)
            def rows():
                connection = sqlite3.connect("a.db")
                return connection.execute("SELECT 1")
            def cursor():
                connection = sqlite3.connect("a.db")
                found = connection.cursor()
                return found
            def shared() -> None:
                global session
                session = requests.Session()
                session.get("http://localhost")
            def maybe(given: httpx.Client | None) -> None:
                client = given or httpx.Client()
                client.get("/")
            def optional(client: httpx.Client | None = None) -> None:
                if client is None:
                    client = httpx.Client()
                client.get("/")
            def chosen(given: httpx.Client | None) -> None:
                client = given
                if client is None:
                    client = httpx.Client()
                client.get("/")
        """
    ),
    # A session that gives its connection back with the transaction, is kept for the thread, or handed on.
    Good(
        code="""
            from sqlalchemy import Connection
            from sqlalchemy.orm import Session
            from app.db import Scoped, SessionLocal
            from app.repositories import Jobs

            def save(job: object) -> None:
                session = SessionLocal()
                session.add(job)
                session.commit()
            def kept(id: int) -> object:
                session = Scoped()
                return session.get(Job, id)
            def handed_on(id: int) -> object:
                session = SessionLocal()
                return Jobs(session).get(id)
            def lazy(id: int) -> object:
                session = SessionLocal()
                query = session.query(Job)
                return query
            def get_db():
                db = SessionLocal()
                yield db
            def on_its(connection: Connection, unknown: object) -> list[object]:
                session = Session(bind=connection)
                other = Session(unknown)
                third = SessionLocal(bind=connection)
                return [session.get(Job, 1), other.get(Job, 1), third.get(Job, 1)]
        """,
        files={
            "app/db.py": """
from sqlalchemy.orm import scoped_session, sessionmaker
SessionLocal = sessionmaker()
Scoped = scoped_session(SessionLocal)
"""
        },
    ),
    # In a migration, the connection is that of the migration.
    Good(
        path="migrations/versions/1.py",
        code="import httpx\ndef upgrade():\n    client = httpx.Client()\n    client.get('/')\n",
    ),
    # What is not used as a client at all, and tests.
    Good(
        code="import requests\ndef agent() -> str:\n    session = requests.Session()\n    return str(session.headers)\n"
    ),
    Good(
        path="tests/test_api.py",
        code="import httpx\ndef test():\n    client = httpx.Client()\n    assert client.get('/').is_success\n",
    ),
)


class ClientNotClosed(Check):
    """Each call leaves connections open, until the other side or the operating system allows no more.

    A client keeps its connections for the next request. Where the function ends and nobody closes it, they stay open
    until the garbage is collected: under load the process runs out of file descriptors, the database out of
    connections, and the error comes up in whatever asks for the next one.

    Open it in a `with` or an `async with`, or make one for the process and close that when the application stops.

    Looked at are HTTP clients and sessions (httpx, aiohttp, requests), `smtplib`, `ftplib`, connections of SQLite,
    PostgreSQL and MySQL, and sessions of SQLAlchemy that neither commit nor roll back, where a function makes one,
    binds it to a name and calls it; also a client that is made for a single call (`Session().get(url)`). One that is
    closed anywhere in the function, or returned, yielded, stored or handed to any other code, is somebody else's, and
    so is one whose cursor or stream leaves the function. Exempt are tests and
    migrations.
    """

    name = "client-not-closed"
    level = Level.WARNING
    message = "Every call of `{symbol}` leaves connections open: nothing closes the `{client}` that it makes."
    examples = BAD + GOOD

    @on(cst.Call)
    def call(self, node: cst.Call, ctx: Context) -> Iterator[Finding]:
        """Report a client that a function makes for itself and leaves open."""
        if ctx.layer in APART or not (_may_make(node) and (function := ctx.enclosing_function(node))):
            return
        client, symbol = ctx.name_of(node) or "", ctx.symbol(function)
        if client not in CLIENTS and not _makes_session(node, ctx, symbol):
            return
        name = _name(node, ctx)
        closing = CLOSING if client in CLIENTS else ENDING
        is_open = _is_used_at_once(node, ctx) if name is None else _is_left_open(name, function, closing)
        if is_open and (name or client in CLIENTS):
            yield self.finding(ctx, node, symbol=symbol, key=name or client, params={"client": client}, extent=function)


def _may_make(call: cst.Call) -> bool:
    name = dotted(call.func) or ""
    return name.rpartition(".")[2] in LAST_NAMES or CALLED_SO.search(name) is not None


def _around(call: cst.Call, ctx: Context) -> list[cst.CSTNode]:
    """The two nodes around a call, innermost first, the await of it left out."""
    return [each for each in islice(ctx.ancestors(call), 3) if not isinstance(each, cst.Await)][:2]


def _name(call: cst.Call, ctx: Context) -> str | None:
    """The name that a call is bound to."""
    match _around(call, ctx):
        case [
            cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))])
            | cst.AnnAssign(target=cst.Name(value=name)),
            *_,
        ]:
            return name
        case _:
            return None


def _is_used_at_once(call: cst.Call, ctx: Context) -> bool:
    """Whether a client is made for a single call, of which nothing goes on reading."""
    match _around(call, ctx):
        case [cst.Attribute(attr=cst.Name(value=verb)), cst.Call() as outer]:
            return verb not in CLOSING | LASTING and not _streams(outer)
        case _:
            return False


def _makes_session(call: cst.Call, ctx: Context, scope: str) -> bool:
    """Whether a call makes a session of SQLAlchemy with a connection of its own, and none that a thread keeps."""
    names = [spelled(call.func), *(spelled(arg.value) for arg in call.args[:1])]
    known = [name and ctx.index.stands_for(ctx.path, scope, name) for name in names]
    parts = [(each or "").split(".") for each in known]
    of_orm = all(each[0] in {"sqlalchemy", "sqlmodel"} for each in parts)
    return of_orm and tuple(each[-1] for each in parts) in SESSIONS


def _streams(call: cst.Call) -> bool:
    return any(arg.keyword and arg.keyword.value == "stream" for arg in call.args)


def _is_left_open(name: str, function: cst.FunctionDef, closing: frozenset[str]) -> bool:
    """Whether a function calls what it binds to a name, does nothing else with it, and never closes it."""
    if any(isinstance(each, cst.Param) and each.name.value == name for each in below(function.params)):
        return False
    uses = _Uses(name, closing)
    look(function.body, uses.visit)
    kept = (_Uses(each, closing) for each in uses.derived)
    return uses.is_called and uses.stays and uses.bound == 1 and all(_stays(each, function) for each in kept)


def _stays(uses: "_Uses", function: cst.FunctionDef) -> bool:
    look(function.body, uses.visit)
    return uses.stays and not uses.derived


class _Uses:
    """What a function does with a name; `derived` are names for what goes on reading from it."""

    def __init__(self, name: str, closing: frozenset[str]) -> None:
        self._closing = closing
        self.bound = 0
        self.is_called = False
        self.stays = True
        self.derived: list[str] = []
        self._name = name
        self._ended: set[cst.CSTNode] = set()

    def visit(self, node: cst.CSTNode) -> bool:
        """Note a use, and say whether to look for more below."""
        match node:
            case cst.FunctionDef() | cst.Lambda() | cst.ClassDef():
                self.stays &= not any(isinstance(each, cst.Name) and each.value == self._name for each in below(node))
                return False
            case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))], value=value):
                self._bind(name, value)
            case cst.AnnAssign(target=cst.Name(value=name), value=cst.BaseExpression() as value):
                self._bind(name, value)
            case cst.Attribute(value=inner) | cst.Expr(value=inner) | cst.WithItem(item=inner) | cst.For(iter=inner):
                self._ended.add(_awaited(inner))
            case _:
                pass
        if isinstance(node, cst.Name) and node.value == self._name:
            self.stays = False
        return self._is_looked_below(node)

    def _bind(self, name: str, value: cst.BaseExpression) -> None:
        self.bound += name == self._name
        made = _awaited(value)
        if isinstance(made, cst.Call) and _verb(made, self._name) in LASTING:
            self._ended.add(made)
            self.derived.append(name)

    def _is_looked_below(self, node: cst.CSTNode) -> bool:
        match node:
            case cst.Call(args=args) if verb := _verb(node, self._name):
                self._note(node, verb)
                for each in args:
                    look(each, self.visit)
            case (
                cst.AssignTarget(target=cst.Name() | cst.Attribute(value=cst.Name(value=self._name)))
                | cst.Attribute(value=cst.Attribute(value=cst.Name(value=self._name)))
                | cst.Subscript(value=cst.Attribute(value=cst.Name(value=self._name)))
            ):
                pass
            case (
                cst.AnnAssign(target=cst.Name(), value=cst.BaseExpression() as inner)
                | cst.Attribute(value=inner)
                | cst.Arg(value=inner)
            ):
                look(inner, self.visit)
            case _:
                return True
        return False

    def _note(self, call: cst.Call, verb: str) -> None:
        self.is_called = True
        goes_on = (verb in LASTING and call not in self._ended) or _streams(call)
        self.stays &= not (goes_on or verb in self._closing)


def _awaited(value: cst.BaseExpression) -> cst.BaseExpression:
    return value.expression if isinstance(value, cst.Await) else value


def _verb(call: cst.Call, name: str) -> str:
    """The method that a call is of what a name stands for, "" for any other call."""
    match call.func:
        case cst.Attribute(value=cst.Name(value=holder), attr=cst.Name(value=verb)) if holder == name:
            return verb
        case _:
            return ""
