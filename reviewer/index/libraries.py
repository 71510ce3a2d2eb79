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
    outer, _, last = name.rpartition(".")
    if is_orm_name(name):
        opened = OPENED.get(outer.rpartition(".")[2]) if last in OPENERS else None
        if last in ENGINES or opened:
            return ENGINES.get(last) or opened
    if name in LOGGERS or (last in BOUND and outer in {LOGURU, *LOGGERS.values()}):
        return LOGGERS.get(name, outer)
    return name if last[:1].isupper() else None
