"""Awaits that wait one after the other although none needs what another brings."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import libcst as cst

from reviewer.api import (
    Bad,
    Check,
    Context,
    Extent,
    Finding,
    Good,
    Layer,
    Level,
    below,
    dotted,
    in_body,
    on,
    spelled,
    together,
)

READING = re.compile(r"(?:count|exists|fetch|find|get|head|list|load|lookup|read|retrieve|search)(?:_|[A-Z]|$)")
# Clients that any number of calls may use at the same time, and what only reads on them.
HTTPX = "httpx.AsyncClient"
REDIS = frozenset({"redis.asyncio.Redis", "redis.asyncio.client.Redis"})
REDIS_READING = re.compile(
    r"(?:exists|get|h(?:exists|get|getall|keys|len|mget|vals)|llen|lrange|mget|s(?:card|members)|ttl|z(?:card|range|score))$"
)
POOL = frozenset({"asyncpg.Pool", "asyncpg.pool.Pool"})
SELECTS = re.compile(r"\W*select\b", re.IGNORECASE)
# How classes of the project are called that speak to another system by HTTP.
REMOTE = re.compile(r"(?:Api|API|Client|Gateway)$")
HELD = (
    "session",
    "_session",
    "db",
    "_db",
    "connection",
    "_connection",
    "conn",
    "_conn",
    "uow",
    "_uow",
    "transaction",
    "_transaction",
)
SHARED = re.compile(r"(?:^|_)(?:conn|connection|cursor|db|lock|pipe|pipeline|session|transaction|tx|uow)$")
LONGEST = 160

BAD = (
    Bad(
        code="""
            import asyncpg, httpx
            from redis.asyncio import Redis
            from app.clients import JobClient, UserClient

            async def fetch(client: httpx.AsyncClient, cache: Redis, pool: asyncpg.Pool, id: int) -> object:
                jobs = await client.get("/jobs")  # <-
                users = await client.get("/users")
                print(jobs, users)
                if id:
                    first = await cache.get("a")  # <-
                    second = await cache.hgetall("b")
                    third = await pool.fetchval("SELECT 1")
                    print(first, second, third)
            class Dashboard:
                def __init__(self, jobs: JobClient, users: UserClient) -> None:
                    self._jobs = jobs
                    self._users = users
                async def show(self, id: int) -> object:
                    jobs = await self._jobs.list_jobs(id)  # <-
                    user = await self._users.find(id)
                    return jobs, user
                async def weather(self) -> object:
                    async with httpx.AsyncClient() as client:
                        return await client.get("/weather")
                async def load_news(self) -> object:
                    async with httpx.AsyncClient() as client:
                        return await client.get("/news")
                async def get_weather(self) -> object:
                    return await self.weather()
                async def page(self) -> object:
                    news = await self.load_news()
                    weather = await self.get_weather()
                    again = await self.load_news()  # <-
                    once_more = await self.load_news()
                    return news, weather, again, once_more
        """,
        fixed="""
            import asyncio
            import asyncpg, httpx
            from redis.asyncio import Redis
            from app.clients import JobClient, UserClient

            async def fetch(client: httpx.AsyncClient, cache: Redis, pool: asyncpg.Pool, id: int) -> object:
                jobs, users = await asyncio.gather(
                    client.get("/jobs"),
                    client.get("/users"),
                )
                print(jobs, users)
                if id:
                    first, second, third = await asyncio.gather(
                        cache.get("a"),
                        cache.hgetall("b"),
                        pool.fetchval("SELECT 1"),
                    )
                    print(first, second, third)
            class Dashboard:
                def __init__(self, jobs: JobClient, users: UserClient) -> None:
                    self._jobs = jobs
                    self._users = users
                async def show(self, id: int) -> object:
                    jobs, user = await asyncio.gather(
                        self._jobs.list_jobs(id),
                        self._users.find(id),
                    )
                    return jobs, user
                async def weather(self) -> object:
                    async with httpx.AsyncClient() as client:
                        return await client.get("/weather")
                async def load_news(self) -> object:
                    async with httpx.AsyncClient() as client:
                        return await client.get("/news")
                async def get_weather(self) -> object:
                    return await self.weather()
                async def page(self) -> object:
                    news = await self.load_news()
                    weather = await self.get_weather()
                    again, once_more = await asyncio.gather(
                        self.load_news(),
                        self.load_news(),
                    )
                    return news, weather, again, once_more
        """,
        files={
            "app/clients.py": """
import httpx
class JobClient:
    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
    async def list_jobs(self, id: int) -> object: ...
class UserClient:
    async def find(self, id: int) -> object: ...
"""
        },
    ),
)
GOOD = (
    # The second needs the first, comes later, writes, or is waited for already.
    Good(
        code="""
            import asyncio
            import httpx
            async def fetch(client: httpx.AsyncClient) -> object:
                token = await client.get("/token")
                jobs = await client.get("/jobs", params={"token": token})
                if not jobs:
                    return None
                users = await client.get("/users")
                print(users)
                names = await client.get("/names")
                made = await client.post("/names")
                await client.get("/names")
                a, b = await asyncio.gather(client.get("/a"), client.get("/b"))
                names = await client.get("/names")
                names = await client.get(names)
                return made, names, a, b
        """,
    ),
    # What brings nothing is called for what it does: here, cookies.
    Good(
        code="""
            import httpx
            async def log_in(client: httpx.AsyncClient) -> object:
                page = await client.get("/login")
                home = await client.get("/home")
                return home
        """,
    ),
    # One session, one connection, one unit of work, one lock: only one may use it at a time.
    Good(
        code="""
            from sqlalchemy.ext.asyncio import AsyncSession
            import asyncpg
            from app.clients import Api, Client

            async def fetch(session: AsyncSession, connection: asyncpg.Connection, uow, jobs, client: Client) -> object:
                a = await session.get(Job, 1)
                b = await session.get(User, 1)
                c = await connection.fetch("SELECT 1")
                d = await connection.fetch("SELECT 2")
                e = await uow.jobs.get(1)
                f = await uow.users.get(1)
                g = await jobs.get_all()
                h = await jobs.count_all()
                i = await get_job(session, 1)
                j = await get_user(session, 1)
                k = await client.get_job(1)
                l = await client.get_job(2)
                return a, b, c, d, e, f, g, h, i, j, k, l
            async def get_job(session: AsyncSession, id: int) -> object:
                return await session.get(Job, id)
            async def call(api: Api, db: AsyncSession) -> object:
                a = await api.get_job(db)
                b = await api.get_user(db)
                return a, b
        """,
        files={
            "app/clients.py": """
from sqlalchemy.ext.asyncio import AsyncSession
class Client:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session
    async def get_job(self, id: int) -> object: ...
class Api:
    async def get_job(self, db: AsyncSession) -> object: ...
    async def get_user(self, db: AsyncSession) -> object: ...
"""
        },
    ),
    # Nothing says what these do.
    Good(
        code="""
            import asyncpg
            async def fetch(request, pool: asyncpg.Pool) -> object:
                body = await request.json()
                form = await request.form()
                a = await get_user(1)
                b = await get_job(1)
                c = await pool.fetch("INSERT INTO jobs DEFAULT VALUES RETURNING id")
                d = await pool.fetch("SELECT 1")
                return body, form, a, b, c, d
        """,
    ),
    Good(
        path="tests/test_client.py",
        code="""
            import httpx
            async def test(client: httpx.AsyncClient) -> None:
                a = await client.get("/a")
                b = await client.get("/b")
                assert a == b
        """,
    ),
)


@dataclass(frozen=True, slots=True)
class _Read:
    """A statement that binds to a name what a reading call brings."""

    line: cst.SimpleStatementLine
    name: str
    call: cst.Call


class SequentialAwaits(Check):
    """The request takes as long as all its calls together, where it could take as long as the slowest.

    Each `await` waits for its answer before the next call is sent. Where no call needs what another brings, three
    answers of 100 ms each make a request of 300 ms for nothing.

    Send them together: `jobs, users = await asyncio.gather(fetch_jobs(), fetch_users())`, or in an
    `asyncio.TaskGroup`. Never so on one database session or connection: those take one call at a time.

    Looked at are two or more statements, one right after the other, that bind to names what calls bring that only read
    (`get`, `list_jobs`, `find`), none with the result of another: on an `httpx.AsyncClient`, a `redis.asyncio.Redis`, a
    pool of asyncpg, an object of the project whose class is called a client, a gateway or an API and holds no session,
    or functions and methods of the same file that wait for nothing but these. What takes a session, a connection, a
    cursor or a lock is left alone, and so is what nothing is known of. Exempt are tests.
    """

    name = "sequential-awaits"
    level = Level.ADVICE
    message = "`{symbol}` takes as long as {count} calls one after the other: `{gather}` waits for all of them at once."
    examples = BAD + GOOD

    @on(cst.IndentedBlock)
    def block(self, node: cst.IndentedBlock, ctx: Context) -> Iterator[Finding]:
        """Report the reads of a block that could be sent together."""
        statements = [_read(each) if isinstance(each, cst.SimpleStatementLine) else None for each in node.body]
        if ctx.layer is Layer.TESTS or not any(first and second for first, second in pairwise(statements)):
            return
        function, symbol = ctx.enclosing_function(node), ctx.scope(node)
        for reads in _runs(statements, ctx, symbol) if function else ():
            if function and all(_is_used(each.name, function) for each in reads):
                names = ", ".join(each.name for each in reads)
                params: dict[str, str | int] = {"count": len(reads), "gather": _gathered(names, reads, ctx)}
                extent = Extent(ctx.extent(reads[0].line).first, ctx.extent(reads[-1].line).last)
                fix = together(names, [each.line for each in reads], ctx)
                yield self.finding(ctx, reads[0].line, symbol=symbol, key=names, params=params, extent=extent, fix=fix)


def _is_used(name: str, function: cst.FunctionDef) -> bool:
    """Whether a function does more with a name than bind it; what brings nothing is called for what it does."""
    return sum(isinstance(each, cst.Name) and each.value == name for each in below(function.body)) > 1


def _gathered(names: str, reads: Sequence[_Read], ctx: Context) -> str:
    calls = [" ".join(ctx.source(each.call).split()) for each in reads]
    if sum(map(len, calls)) > LONGEST:
        calls = [f"{spelled(each.call.func)}(…)" for each in reads]
    return f"{names} = await asyncio.gather({', '.join(calls)})"


def _runs(statements: Sequence[_Read | None], ctx: Context, scope: str) -> Iterator[list[_Read]]:
    """The longest rows of statements of a block that could be sent together."""
    run: list[_Read] = []
    for statement in (*statements, None):
        read = statement if statement and _may_run_beside_others(statement.call, ctx, scope) else None
        if read is None or _needs(read, run):
            if len(run) > 1:
                yield run
            run = []
        if read:
            run.append(read)


def _read(line: cst.SimpleStatementLine) -> _Read | None:
    match line.body:
        case [
            cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))], value=cst.Await(expression=call))
            | cst.AnnAssign(target=cst.Name(value=name), value=cst.Await(expression=call))
        ] if isinstance(call, cst.Call):
            return _Read(line, name, call)
        case _:
            return None


def _needs(read: _Read, before: Sequence[_Read]) -> bool:
    """Whether a call uses what one before it brings, or takes the place of it."""
    bound = {each.name for each in before}
    used = {each.value for each in below(read.call) if isinstance(each, cst.Name)}
    return not bound.isdisjoint({*used, read.name})


def _may_run_beside_others(call: cst.Call, ctx: Context, scope: str) -> bool:
    """Whether a call only reads, on something that takes several calls at a time."""
    if any(isinstance(each, cst.Await | cst.NamedExpr | cst.Yield) for arg in call.args for each in below(arg)):
        return False
    if any(SHARED.search((dotted(arg.value) or "").rpartition(".")[2]) for arg in call.args):
        return False
    return _is_known(call, ctx, scope) or _waits_for_known(call, ctx, scope)


def _is_known(call: cst.Call, ctx: Context, scope: str) -> bool:
    name = spelled(call.func)
    receiver, _, verb = (name or "").rpartition(".")
    if not receiver:
        return False
    held = ctx.index.stands_for(ctx.path, scope, receiver)
    if held in REDIS:
        return REDIS_READING.match(verb) is not None
    if held in POOL:
        text = call.args[0].value if call.args else None
        return isinstance(text, cst.SimpleString) and SELECTS.match(text.raw_value) is not None
    return READING.match(verb) is not None and (held == HTTPX or _is_remote(receiver, ctx, scope))


def _is_remote(receiver: str, ctx: Context, scope: str) -> bool:
    """Whether an object of the project speaks to another system and holds nothing that only one call may use."""
    owner = ctx.index.held_class(ctx.path, scope, receiver)
    if owner is None or not REMOTE.search(owner.symbol) or ctx.index.repository(owner.path, owner.symbol):
        return False
    return not any(ctx.index.session(ctx.path, scope, f"{receiver}.{name}") for name in HELD)


def _waits_for_known(call: cst.Call, ctx: Context, scope: str) -> bool:
    """Whether a call is of a function of this file that waits for nothing but what takes several calls at a time."""
    name = spelled(call.func)
    receiver, _, verb = (name or "").rpartition(".")
    if not READING.match(verb):
        return False
    owner = ctx.index.held_class(ctx.path, scope, receiver) if receiver else ctx.index.definition(ctx.path, verb)
    if owner is None or owner.path != ctx.path:
        return False
    symbol = f"{owner.symbol}.{verb}" if receiver else owner.symbol
    function = ctx.functions.get(symbol)
    if function is None or function.asynchronous is None or function.decorators:
        return False
    awaited = [each.expression for each in in_body(function) if isinstance(each, cst.Await)]
    return bool(awaited) and all(isinstance(each, cst.Call) and _is_known(each, ctx, symbol) for each in awaited)
