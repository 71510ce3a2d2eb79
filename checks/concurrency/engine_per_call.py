"""Engines and pools that are made again on each call."""

from collections.abc import Iterator

import libcst as cst

from reviewer.api import Bad, Check, Context, Finding, Good, Layer, Level, below, dotted, in_body, on

APART = frozenset({Layer.TESTS, Layer.MIGRATIONS})
ENGINES = frozenset({"create_async_engine", "create_engine"})
# What keeps connections for the next call, by full name; what only a request shows to be made too often, after it.
POOLS = frozenset(
    {
        *(f"{module}.{name}" for module in ("sqlalchemy", "sqlalchemy.ext.asyncio", "sqlmodel") for name in ENGINES),
        *("asyncpg.create_pool", "aiomysql.create_pool", "psycopg_pool.AsyncConnectionPool"),
        *("psycopg_pool.ConnectionPool", "psycopg2.pool.SimpleConnectionPool", "psycopg2.pool.ThreadedConnectionPool"),
        *("redis.ConnectionPool", "redis.asyncio.ConnectionPool", "redis.asyncio.connection.ConnectionPool"),
        *("pymongo.AsyncMongoClient", "pymongo.MongoClient", "motor.motor_asyncio.AsyncIOMotorClient"),
    }
)
CLIENTS = frozenset(
    {
        *("aiohttp.ClientSession", "aiohttp.client.ClientSession", "httpx.AsyncClient", "httpx.Client"),
        *("requests.Session", "requests.session", "requests.sessions.Session"),
    }
)
LAST_NAMES = frozenset(name.rpartition(".")[2] for name in POOLS | CLIENTS)
PLAIN = frozenset({"classmethod", "contextlib.asynccontextmanager", "contextlib.contextmanager", "staticmethod"})
SELF = frozenset({"cls", "self"})
VERBS = frozenset({"delete", "get", "head", "options", "patch", "post", "put", "request", "stream"})
SETTINGS = ("Config", "Settings")

BAD = (
    # A route and what it depends on.
    Bad(
        code="""
            from typing import Annotated
            import httpx
            from fastapi import APIRouter, Depends
            from sqlalchemy import create_engine
            from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
            from app.settings import Settings, get_settings, settings

            router = APIRouter()

            def engine(settings: Annotated[Settings, Depends(get_settings)]):
                return create_engine(settings.url)  # <-
            async def session():
                made = create_async_engine(settings.url)  # <-
                async with AsyncSession(made) as opened:
                    yield opened
            @router.get("/jobs")
            async def jobs(db: Annotated[AsyncSession, Depends(session)], by: object = Depends(engine)) -> list[str]:
                async with httpx.AsyncClient(timeout=5) as client:  # <-
                    return (await client.get("https://example.org/jobs")).json()
            @router.get("/users")
            async def users(id: int) -> None:
                url = f"{settings.url}/users/{id}"
                async with httpx.AsyncClient() as client:  # <-
                    await client.request("GET", url)
        """,
        files={"app/settings.py": "settings = None\n"},
    ),
    Bad(
        path="app/repositories/job.py",
        code="""
            import sqlalchemy as sa
            from app.settings import URL
            class JobRepository:
                def find(self, name: str) -> object:
                    engine = sa.create_engine(URL)  # <-
                    with engine.connect() as connection:
                        return connection.execute(sa.text("SELECT 1"))
        """,
        files={"app/settings.py": "URL = ''\n"},
    ),
    Bad(
        path="app/use_cases/load.py",
        code="""
            import asyncpg
            class LoadJobs:
                async def execute(self, name: str) -> object:
                    pool = await asyncpg.create_pool("postgresql://localhost/jobs")  # <-
                    return await pool.fetch("SELECT 1")
        """,
    ),
)
GOOD = (
    # Made once: at import, at the start, cached, or where nothing is there yet.
    Good(
        code="""
            from contextlib import asynccontextmanager
            from functools import lru_cache
            import httpx
            from fastapi import APIRouter, Depends, FastAPI, Request
            from sqlalchemy import create_engine
            from app.settings import settings

            engine = create_engine(settings.url)
            router = APIRouter()
            _lazy = None

            @asynccontextmanager
            async def lifespan(app: FastAPI):
                app.state.engine = create_engine(settings.url)
                async with httpx.AsyncClient() as client:
                    app.state.client = client
                    yield
            @lru_cache
            def cached():
                return create_engine(settings.url)
            def lazy():
                global _lazy
                if _lazy is None:
                    _lazy = create_engine(settings.url)
                return _lazy
            def kept(request: Request):
                if not hasattr(request.app.state, "engine"):
                    request.app.state.engine = create_engine(settings.url)
                return request.app.state.engine
            def put_in(request: Request):
                try:
                    return request.app.state.made
                except AttributeError:
                    request.app.state.made = create_engine(settings.url)
                    return request.app.state.made
            @router.get("/jobs")
            def jobs(a=Depends(cached), b=Depends(lazy), c=Depends(kept), d=Depends(put_in)) -> None: ...
        """,
        files={"app/settings.py": "settings = None\n"},
    ),
    # One that this call alone can know how to make, or that is not to keep anything.
    Good(
        code="""
            import httpx
            from fastapi import APIRouter
            from sqlalchemy import create_engine, pool
            from app.settings import settings

            router = APIRouter()

            @router.post("/connections/test")
            def test(url: str) -> None:
                create_engine(url).connect()
                address = "sqlite:///" + url
                create_engine(address).connect()
                create_engine(settings.url, poolclass=pool.NullPool).connect()
                once = create_engine(settings.url)
                once.connect()
                once.dispose()
            @router.post("/links")
            async def check(link: str) -> None:
                async with httpx.AsyncClient() as client:
                    await client.get(link)
                    await client.get(f"{link}/robots.txt")
                    for each in ("http://a", "http://b"):
                        await client.get(each)
            @router.get("/jobs")
            async def jobs(token: str) -> None:
                async with httpx.AsyncClient(headers={"Authorization": token}) as client:
                    await client.get("https://example.org")
        """,
        files={"app/settings.py": "settings = None\n"},
    ),
    # Functions that nothing says to be called again and again.
    Good(
        code="""
            from sqlalchemy import create_engine
            def engine():
                return create_engine("sqlite://")
            def main() -> None:
                create_engine("sqlite://").connect()
            class Database:
                def __init__(self) -> None:
                    self.engine = create_engine("sqlite://")
        """,
    ),
    Good(
        path="app/repositories/job.py",
        code="""
            import httpx
            from sqlalchemy import create_engine
            class JobRepository:
                def __init__(self) -> None:
                    self._engine = create_engine("sqlite://")
                def fetch(self) -> object:
                    with httpx.Client() as client:
                        return client.get("/")
        """,
    ),
)


class EnginePerCall(Check):
    """Each request pays for a new connection, and the pool that would save it is thrown away with the engine.

    An engine, a pool or an HTTP client keeps connections open for the next call. One that is made per request never
    has a next call: every request shakes hands with the database again, and what nobody disposes of holds its
    connections until the database has none left.

    Make it once: at import, in the lifespan of the application, or in a cached function, and inject it.

    Looked at are engines of SQLAlchemy and connection pools of drivers (PostgreSQL, MySQL, Redis, MongoDB) in routes,
    in dependencies, in the methods of repositories and in use cases; HTTP clients of httpx, aiohttp and requests only
    in routes themselves, and only where they ask a fixed address or one of the settings. Exempt are cached and guarded
    functions, what is kept outside the function, `NullPool`, an engine that the function disposes of, constructors,
    tests and migrations; and one whose arguments depend on what the function is given, settings aside, for that cannot
    be made before.
    """

    name = "engine-per-call"
    level = Level.WARNING
    message = "Each call of `{symbol}`, {because}, pays for a new connection: it makes its own `{engine}`."
    examples = BAD + GOOD

    @on(cst.Call)
    def call(self, node: cst.Call, ctx: Context) -> Iterator[Finding]:
        """Report an engine, a pool or a client that a function makes each time it is called."""
        if (dotted(node.func) or "").rpartition(".")[2] not in LAST_NAMES or ctx.layer in APART:
            return
        function, name = ctx.enclosing_function(node), ctx.name_of(node.func) or ""
        if function is None or name not in POOLS | CLIENTS:
            return
        because = _called_often(ctx.symbol(function), ctx, client=name in CLIENTS)
        if because is None or _is_made_once(node, function, ctx) or _is_its_own(node, function):
            return
        if name in POOLS or _asks_the_same(node, function):
            params = {"engine": name, "because": because}
            yield self.finding(ctx, node, symbol=ctx.symbol(function), key=name, params=params)


def _called_often(symbol: str, ctx: Context, *, client: bool) -> str | None:
    """Why a function is called again and again, in words."""
    if any(route.symbol == symbol for route in ctx.index.routes(ctx.path)):
        return "a route"
    if client:
        return None
    if ctx.index.injected(ctx.path, symbol):
        return "a dependency"
    owner, _, method = symbol.rpartition(".")
    if not owner or (method.startswith("__") and method != "__call__"):
        return None
    if ctx.index.repository(ctx.path, owner):
        return "a method of a repository"
    return "a use case" if ctx.layer is Layer.USE_CASES and method in {"__call__", "execute", "handle"} else None


def _is_made_once(call: cst.Call, function: cst.FunctionDef, ctx: Context) -> bool:
    """Whether a call runs once, or its result is kept for the next call."""
    if "lifespan" in function.name.value or any(not _is_plain(each, ctx) for each in function.decorators):
        return True
    for outer in ctx.ancestors(call):
        match outer:
            case cst.FunctionDef():
                return False
            case cst.If() | cst.IfExp() | cst.BooleanOperation() | cst.ExceptHandler() | cst.Lambda():
                return True
            case cst.Assign(targets=targets) if any(not isinstance(each.target, cst.Name) for each in targets):
                return True
            case cst.NamedExpr():
                return True
            case _:
                pass
    return False


def _is_plain(decorator: cst.Decorator, ctx: Context) -> bool:
    """Whether a decorator lets each call of its function run it: routes and context managers do."""
    name = ctx.name_of(decorator) or ""
    registers = isinstance(decorator.decorator, cst.Call) and "." in name and "cache" not in name
    return name in PLAIN or registers


def _is_its_own(call: cst.Call, function: cst.FunctionDef) -> bool:
    """Whether this call alone can know what to make, or gives back all that it took."""
    for node in in_body(function):
        match node:
            case cst.Global() | cst.Nonlocal() | cst.Attribute(attr=cst.Name(value="dispose")):
                return True
            case _:
                pass
    used = {each.value for arg in call.args for each in below(arg.value) if isinstance(each, cst.Name)}
    own = {*_given(function), *_bound(function)}
    return not used.isdisjoint(own) or "NullPool" in used or any(arg.star for arg in call.args)


def _given(function: cst.FunctionDef) -> set[str]:
    """The parameters that differ from call to call."""
    params = (each for each in below(function.params) if isinstance(each, cst.Param))
    return {each.name.value for each in params if not _are_settings(each)} - SELF


def _are_settings(parameter: cst.Param) -> bool:
    """Whether a parameter is annotated as the settings, which are the same for each call."""
    names = (each for each in below(parameter) if isinstance(each, cst.Name))
    return parameter.annotation is not None and any(each.value.endswith(SETTINGS) for each in names)


def _bound(function: cst.FunctionDef) -> dict[str, cst.BaseExpression | None]:
    """What a function binds to names; None for a name that it binds several times, or otherwise than by `=`."""
    found: dict[str, cst.BaseExpression | None] = {}
    for node in in_body(function):
        match node:
            case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))], value=value):
                found[name] = None if name in found else value
            case (
                cst.AssignTarget(target=target)
                | cst.AnnAssign(target=target)
                | cst.For(target=target)
                | cst.AsName(name=target)
            ):
                names = (each.value for each in below(target) if isinstance(each, cst.Name))
                found |= {name: None for name in names if name not in found}
            case _:
                pass
    return found


def _asks_the_same(call: cst.Call, function: cst.FunctionDef) -> bool:
    """Whether a client of HTTP is made for a system that is the same for each call."""
    if any(arg.keyword and arg.keyword.value == "base_url" for arg in call.args):
        return True
    bound = _bound(function)
    own = {*_given(function), *bound}
    for node in below(function.body):
        match node:
            case cst.Call(func=cst.Attribute(attr=cst.Name(value=verb)), args=[cst.Arg(value=url), *rest]) if (
                verb in VERBS
            ):
                asked = rest[0].value if verb in {"request", "stream"} and rest else url
                known = bound.get(asked.value) if isinstance(asked, cst.Name) else None
                if _is_fixed(known or asked, own):
                    return True
            case _:
                pass
    return False


def _is_fixed(url: cst.CSTNode, own: set[str]) -> bool:
    """Whether an address begins with the same text, or the same setting, each time."""
    match url:
        case cst.SimpleString(evaluated_value=str() as text) | cst.FormattedStringText(value=text):
            return text.startswith("http")
        case cst.FormattedString(parts=[first, *_]):
            return _is_fixed(first, own)
        case cst.FormattedStringExpression(expression=inner):
            return _is_fixed(inner, own)
        case cst.BinaryOperation(left=inner):
            return _is_fixed(inner, own)
        case cst.Name() | cst.Attribute():
            root = (dotted(url) or "").partition(".")[0]
            return bool(root) and root not in own | SELF
        case _:
            return False
