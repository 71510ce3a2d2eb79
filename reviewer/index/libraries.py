"""What calls into other distributions give, as far as the type of a receiver depends on it."""

from reviewer.index.packages import is_orm_name

SESSION = "sqlalchemy.orm.Session"
ASYNC_SESSION = "sqlalchemy.ext.asyncio.AsyncSession"
ENGINE, CONNECTION = "sqlalchemy.Engine", "sqlalchemy.Connection"
ASYNC_ENGINE, ASYNC_CONNECTION = "sqlalchemy.ext.asyncio.AsyncEngine", "sqlalchemy.ext.asyncio.AsyncConnection"
ORM_MODULES = ("sqlalchemy.orm", "sqlalchemy.orm.session", "sqlalchemy.orm.scoping", "sqlmodel")
ASYNC_MODULES = ("sqlalchemy.ext.asyncio", "sqlalchemy.ext.asyncio.session", "sqlalchemy.ext.asyncio.scoping")
# What makes sessions when it is called.
MAKERS = frozenset(
    {f"{module}.{name}" for module in ORM_MODULES for name in ("sessionmaker", "scoped_session")}
    | {f"{module}.{name}" for module in ASYNC_MODULES for name in ("async_sessionmaker", "async_scoped_session")}
)
ENGINES = {
    "create_engine": ENGINE,
    "engine_from_config": ENGINE,
    "create_async_engine": ASYNC_ENGINE,
    "async_engine_from_config": ASYNC_ENGINE,
}
OPENED = {"Engine": CONNECTION, "AsyncEngine": ASYNC_CONNECTION}
OPENERS = frozenset({"begin", "connect"})
_SQLITE, _PSYCOPG, _PSYCOPG2 = "sqlite3.Connection", "psycopg.Connection", "psycopg2.extensions.connection"
_PYMYSQL, _BOTO, _BOTO_RESOURCE = "pymysql.connections.Connection", "botocore.client.BaseClient", "boto3.resources"
# Functions of drivers and clients by the class of what they give; one class under one name, whatever else it is called.
GIVEN = {
    "asyncpg.connect": "asyncpg.Connection",
    "asyncpg.create_pool": "asyncpg.Pool",
    **{f"{maker}.client": _BOTO for maker in ("boto3", "boto3.Session", "boto3.session.Session")},
    **{f"{maker}.resource": _BOTO_RESOURCE for maker in ("boto3", "boto3.Session", "boto3.session.Session")},
    "psycopg.AsyncConnection.connect": "psycopg.AsyncConnection",
    "psycopg.Connection.connect": _PSYCOPG,
    "psycopg.connect": _PSYCOPG,
    f"{_PSYCOPG}.cursor": "psycopg.Cursor",
    f"{_PSYCOPG}.execute": "psycopg.Cursor",
    "psycopg2.connect": _PSYCOPG2,
    f"{_PSYCOPG2}.cursor": "psycopg2.extensions.cursor",
    "pymysql.connect": _PYMYSQL,
    f"{_PYMYSQL}.cursor": "pymysql.cursors.Cursor",
    "redis.Redis.from_url": "redis.Redis",
    "redis.from_url": "redis.Redis",
    "redis.asyncio.Redis.from_url": "redis.asyncio.Redis",
    "redis.asyncio.from_url": "redis.asyncio.Redis",
    "requests.session": "requests.Session",
    "sqlite3.connect": _SQLITE,
    f"{_SQLITE}.cursor": "sqlite3.Cursor",
    f"{_SQLITE}.execute": "sqlite3.Cursor",
}
# Generic types whose first argument is what the value is.
TRANSPARENT = frozenset({"Annotated", "ClassVar", "Final", "FromDishka", "NotRequired", "ReadOnly", "Required"})
UNIONS = frozenset({"Optional", "Union"})
CALLABLES = frozenset({"Callable"})
MANAGERS = frozenset({"AbstractContextManager", "AbstractAsyncContextManager", "ContextManager", "AsyncContextManager"})
YIELDING = frozenset({"AsyncGenerator", "AsyncIterable", "AsyncIterator", "Generator", "Iterable", "Iterator"})
# What gives a logger, and the class of it; a logger of loguru is known by its name alone.
LOGGERS = {
    "logging.getLogger": "logging.Logger",
    "structlog.get_logger": "structlog.BoundLogger",
    "structlog.getLogger": "structlog.BoundLogger",
    "structlog.stdlib.get_logger": "structlog.stdlib.BoundLogger",
}
BOUND = frozenset({"bind", "getChild", "new", "opt", "patch", "unbind", "try_unbind"})
LOGURU = "loguru.logger"


def made_by_maker(name: str) -> str:
    """The class of what a factory of sessions makes."""
    return ASYNC_SESSION if name.rpartition(".")[2].startswith("async_") else SESSION


def made_by_call(name: str) -> str | None:
    """The class of what calling this name of another distribution gives, None when that is not known."""
    if name in GIVEN:
        return GIVEN[name]
    outer, _, last = name.rpartition(".")
    if is_orm_name(name):
        opened = OPENED.get(outer.rpartition(".")[2]) if last in OPENERS else None
        if last in ENGINES or opened:
            return ENGINES.get(last) or opened
    if name in LOGGERS or (last in BOUND and outer in {LOGURU, *LOGGERS.values()}):
        return LOGGERS.get(name, outer)
    return name if last[:1].isupper() else None
