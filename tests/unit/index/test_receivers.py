"""Tests of what names stand for: sessions and units of work."""

import pytest

from reviewer.index.answers import Session
from tests.unit.index.project import index_of

PROJECT = {
    "app/__init__.py": "",
    "app/db.py": """
from collections.abc import AsyncIterator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import Annotated, Optional
from fastapi import Depends
from sqlalchemy import create_engine
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session, scoped_session, sessionmaker

engine = create_engine("sqlite://")
async_engine = create_async_engine("sqlite+aiosqlite://")
SessionLocal = sessionmaker(bind=engine)
AsyncLocal = async_sessionmaker(async_engine)
OldAsyncLocal = sessionmaker(async_engine, class_=AsyncSession)
Scoped = scoped_session(SessionLocal)

def get_db():
    db = SessionLocal()
    try:
        yield db
    finally:
        db.close()

async def get_async() -> AsyncIterator[AsyncSession]:
    async with AsyncLocal() as opened:
        yield opened

def make() -> Session: ...
def make_unannotated():
    return SessionLocal()

@contextmanager
def scope():
    with SessionLocal() as opened:
        yield opened

class AppSession(AsyncSession): ...
SessionDep = Annotated[Session, Depends(get_db)]
Alias = SessionDep
""",
    "app/base.py": """
from typing import Protocol
from sqlalchemy.ext.asyncio import AsyncSession
class Base:
    declared: AsyncSession
    def __init__(self, session: AsyncSession, other: "Other | None" = None) -> None:
        self.session = session
        self._other = other
    @property
    def current(self) -> AsyncSession: ...
    @property
    def unannotated(self):
        return self.session
class Other:
    pass
class UnitOfWork:
    async def __aenter__(self):
        self.opaque_session = object_of(self)
        return self
    async def __aexit__(self, *args): await self.rollback()
    async def rollback(self): ...
    async def commit(self): ...
class SyncUnit:
    def __enter__(self): return self
    def __exit__(self, *args): self.session.rollback()
class Port(Protocol):
    def commit(self) -> None: ...
""",
}
HEAD = "from app.db import *\nfrom app.base import *\n"


def session(body: str, name: str, scope: str = "f") -> Session | None:
    return index_of({**PROJECT, "app/use.py": HEAD + body}).session("app/use.py", scope, name)


SYNC = [
    ("def f(db: Session): ...", "db"),
    ("def f(db: 'Session'): ...", "db"),
    ("def f(db: Session | None = None): db = db or SessionLocal()", "db"),
    ("def f(db: Optional[Session]): ...", "db"),
    ("def f(db: Annotated[Session, Depends(get_db)]): ...", "db"),
    ("def f(db: SessionDep): ...", "db"),
    ("def f(db: Alias): ...", "db"),
    ("def f(db=Depends(get_db)): ...", "db"),
    ("def f(db: scoped_session): ...", "db"),
    ("def f(make: sessionmaker[Session]):\n    db = make()", "db"),
    ("def f(make: Callable[[], Session]):\n    db = make()", "db"),
    ("def f(make: sessionmaker):\n    with make() as db: ...", "db"),
    ("def f(make: sessionmaker):\n    with make.begin() as db: ...", "db"),
    ("def f():\n    with SessionLocal() as db: ...", "db"),
    ("def f():\n    with SessionLocal.begin() as db: ...", "db"),
    ("def f():\n    db = SessionLocal()", "db"),
    ("def f():\n    db = None\n    db = SessionLocal()", "db"),
    ("def f(given=None):\n    with Session(engine) as db: ...", "db"),
    ("def f():\n    with engine.begin() as c: ...", "c"),
    ("def f():\n    c = engine.connect()", "c"),
    ("def f():\n    with scope() as s: ...", "s"),
    ("def f():\n    s = make()", "s"),
    ("def f():\n    s = make_unannotated()", "s"),
    ("def f(): ...", "SessionLocal()"),
    ("def f(): ...", "Scoped"),
    ("def f(): ...", "Scoped()"),
    ("def f():\n    s = Scoped", "s"),
    ("db = SessionLocal()\ndef f(): ...", "db"),
    ("def f(db: Session):\n    def g(): ...", "db"),
    ("from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy()\ndef f(): ...", "db.session"),
    ("def f(uow: SyncUnit): ...", "uow.session"),
    ("def f():\n    with SyncUnit() as uow: ...", "uow.session"),
]
ASYNC = [
    ("async def f(db: AsyncSession): ...", "db"),
    ("async def f(db: AppSession): ...", "db"),
    ("async def f(db=Depends(get_async)): ...", "db"),
    ("async def f():\n    async with AsyncLocal() as db: ...", "db"),
    ("async def f():\n    async with OldAsyncLocal() as db: ...", "db"),
    ("async def f():\n    async with asynccontextmanager(get_async)() as db, get_async() as other: ...", "other"),
    ("async def f():\n    async with async_engine.begin() as c: ...", "c"),
    ("async def f(make: async_sessionmaker[AsyncSession]):\n    async with make() as db: ...", "db"),
    ("async def f(make: async_sessionmaker):\n    async with make.begin() as db: ...", "db"),
    ("class C(Base):\n    def f(self): ...", "self.session"),
    ("class C(Base):\n    def f(self): ...", "self.declared"),
    ("class C(Base):\n    def f(self): ...", "self.current"),
    ("class C(Base):\n    def f(self): ...", "self.unannotated"),
    ("class C:\n    def __init__(self, m: async_sessionmaker): self.m = m\n    def f(self): ...", "self.m()"),
    ("class C(AsyncSession):\n    def f(self): ...", "self"),
    ("class C:\n    def __init__(self, other: Base): self.other = other\n    def f(self): ...", "self.other.session"),
    ("class C:\n    session: AsyncSession\n    def f(self): ...", "self.session"),
    (
        "class C:\n    def __init__(self): self.s = None\n    def g(self): self.s = AsyncLocal()\n    def f(self): ...",
        "self.s",
    ),
    ("async def f(uow: UnitOfWork): ...", "uow.session"),
    ("async def f(uow: UnitOfWork): ...", "uow._session"),
    ("async def f(make: type[UnitOfWork]):\n    async with make() as uow: ...", "uow.session"),
    ("async def f(make: Callable[..., UnitOfWork]):\n    async with make() as uow: ...", "uow.session"),
]
NONE = [
    ("def f(db): ...", "db"),
    ("def f(db: Other): ...", "db"),
    ("def f(db: dict): ...", "db"),
    ("def f(db: list[Session]): ...", "db"),
    ("def f(db: Session | AsyncSession): ...", "db"),
    ("def f():\n    db = SessionLocal()\n    db = {}", "db"),
    ("def f():\n    for db in SessionLocal(): ...", "db"),
    ("def f():\n    db, other = SessionLocal()", "db"),
    ("db = SessionLocal()\ndef f(db): ...", "db"),
    ("db = SessionLocal()\ndef f():\n    db = open('x')", "db"),
    ("def f():\n    db = SessionLocal", "db"),
    ("def f():\n    db = get_db()", "db"),
    ("def f():\n    with engine.begin() as c: ...", "engine"),
    ("def f(uow: UnitOfWork): ...", "uow"),
    ("def f(uow: UnitOfWork): ...", "uow.jobs"),
    ("def f(port: Port): ...", "port"),
    ("def f(port: Port): ...", "port.session"),
    ("class C(Base):\n    def f(self): ...", "self._other"),
    ("class C(Base):\n    @staticmethod\n    def f(self): ...", "self.session"),
    ("import requests\ndef f():\n    s = requests.Session()", "s"),
    ("from aiohttp import ClientSession\ndef f(s: ClientSession): ...", "s"),
    ("class A:\n    def g(self): self.a = self.b; self.b = self.a\n    def f(self): ...", "self.a"),
    ("def f(): return f()", "f()"),
    ("def f():\n    a = b\n    b = a", "a"),
]


@pytest.mark.parametrize(("body", "name"), SYNC)
def test_a_session_is_known(body: str, name: str) -> None:
    found = session(body, name, scope_of(body))
    assert found
    assert found.is_async is False


@pytest.mark.parametrize(("body", "name"), ASYNC)
def test_an_asynchronous_session_is_known(body: str, name: str) -> None:
    found = session(body, name, scope_of(body))
    assert found
    assert found.is_async is True


@pytest.mark.parametrize(("body", "name"), NONE)
def test_what_is_no_session_or_may_be_none_is_none(body: str, name: str) -> None:
    assert session(body, name, scope_of(body)) is None


def scope_of(body: str) -> str:
    """The last function, in its class."""
    inner = "f.g" if "    def g(): ..." in body else "f"
    heads = [line for line in body.splitlines() if line.startswith("class ")]
    return f"{heads[-1].split()[1].partition('(')[0].strip(':')}.{inner}" if heads else inner


@pytest.mark.parametrize(
    ("signature", "lines"),
    [
        ("money: Money", ()),
        ("*, money: 'Money | None'", ()),
        ("money: Optional[Annotated['Money', 1]]", ()),
        ("", ("money = Money(1)",)),
        ("", ("money: Money = make()", "money = Money(2)")),
    ],
)
def test_a_type_or_a_call_says_of_which_class_an_object_is(signature: str, lines: tuple[str, ...]) -> None:
    assert held(signature, *lines) == "Money"


@pytest.mark.parametrize(
    ("signature", "lines"),
    [
        ("", ()),
        ("money", ()),
        ("*money: Money", ()),
        ("**money: Money", ()),
        ("money: list[Money]", ()),
        ("money: Money | Price", ()),
        ("money: 'not a type'", ()),
        ("money: Money", ("money = Price(1)",)),
        ("money: Money", ("for money in (): ...",)),
        ("money: Money", ("money, other = Money(1), 2",)),
        ("", ("money = Money",)),
        ("", ("money.price = Money(1)", "def inner(): money = Money(1)")),
    ],
)
def test_where_two_say_different_things_no_class_is_known(signature: str, lines: tuple[str, ...]) -> None:
    assert held(signature, *lines) is None


def held(signature: str, *lines: str) -> str | None:
    """The class of the object that `money` is, in a function with this signature and these statements."""
    body = "".join(f"    {line}\n" for line in (*lines, "pass"))
    head = "from typing import Annotated, Optional\nclass Money: ...\nclass Price: ...\n"
    found = index_of({"app/a.py": f"{head}def load({signature}):\n{body}"}).held_class("app/a.py", "load", "money")
    return found.symbol if found else None
