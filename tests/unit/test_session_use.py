"""Tests of what counts as a use of a session, and how certain that is."""

import libcst as cst
import pytest

from reviewer.context import Context
from reviewer.model import Confidence
from reviewer.session_use import SessionUse
from reviewer.walk import walk
from tests.unit.index.project import index_of

MODELS = "from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase): ...\nclass Job(Base): ...\n"
HEAD = "from sqlalchemy import select\nfrom app.models import Job\n"


def uses(code: str) -> list[SessionUse]:
    """The uses of sessions in a file, in the order of the walk."""
    source = HEAD + code
    index = index_of({"app/__init__.py": "", "app/models.py": MODELS, "app/use.py": source})
    ctx = Context("app/use.py", cst.parse_module(source), index)
    found: list[SessionUse] = []

    def visit(node: cst.CSTNode) -> None:
        assert isinstance(node, cst.Call)
        if use := ctx.session_use(node):
            found.append(use)

    walk(ctx.module, {cst.Call: [visit]}, ctx.path_to_node)
    return found


def shown(code: str) -> list[tuple[str, Confidence]]:
    return [(f"{use.receiver}.{use.verb}", use.confidence) for use in uses(code)]


@pytest.mark.parametrize(
    "code",
    [
        "def f(x): x.query(Job)",
        "def f(x): x.get(Job, 1)",
        "def f(x): x.execute(select(Job))",
        "def f(x): x.execute(select(Job).where(Job.id == 1).limit(2))",
        "async def f(x): await x.execute(select(Job))",
    ],
)
def test_what_a_function_asks_of_it_makes_a_session(code: str) -> None:
    assert [confidence for _, confidence in shown(code)] == [Confidence.HIGH]


def test_other_calls_on_what_was_asked_count_too() -> None:
    code = "def f(x, y):\n    x.add(1)\n    x.scalars(select(Job))\n    y.add(1)\n"
    assert shown(code) == [("x.add", Confidence.HIGH), ("x.scalars", Confidence.HIGH)]


@pytest.mark.parametrize("name", ["session", "db", "db_session", "self.session", "self._db"])
def test_a_name_alone_is_of_low_confidence(name: str) -> None:
    assert shown(f"def f({name.partition('.')[0]}): {name}.commit()") == [(f"{name}.commit", Confidence.LOW)]


@pytest.mark.parametrize(
    "code",
    [
        # By name alone, `add`, `get` and `delete` prove nothing.
        "def f(session): session.add(1); session.get(1); session.delete(1)",
        "def f(connection): connection.commit()",
        # Another thing than a model, a statement of something else.
        "def f(x): x.query('Job'); x.get(1); x.execute('select')",
        "def select_one(): ...\ndef f(x): x.execute(select_one())",
        # What is known to be something else.
        "class Session:\n    def commit(self): ...\ndef f(session: Session): session.commit()",
        "class Jobs:\n    def get(self, kind, id): ...\ndef f(jobs: Jobs): jobs.get(Job, 1)",
        "import httpx\ndef f():\n    with httpx.Client() as session: session.get(Job).execute()",
        # Another meaning of the name, nearer by.
        "from sqlalchemy.orm import Session\ndef f(s: Session): return lambda s: s.execute(1)",
        "from sqlalchemy.orm import Session\ndef f(s: Session, t): return [s.execute(1) for s in t]",
        "from sqlalchemy.orm import Session\ndef f(s: Session, t): return {s.execute(1) for a, s in t}",
        "def f(x): x['session'].commit(); (x or 1).commit()",
    ],
)
def test_what_is_no_session_or_may_be_none_is_no_use(code: str) -> None:
    assert shown(code) == []


def test_evidence_holds_in_its_function_alone() -> None:
    assert shown("def f(x):\n    def g(x): x.get(Job, 1)\n    x.add(1)\n") == [("x.get", Confidence.HIGH)]


def test_a_use_says_whether_it_is_awaited_and_what_it_does() -> None:
    head = "from sqlalchemy.ext.asyncio import AsyncSession\n"
    code = f"{head}async def f(s: AsyncSession):\n    await s.get(Job, 1)\n    await s.commit()\n"
    get, commit = uses(code)
    assert (get.is_async, get.is_query, get.is_transaction) == (True, True, False)
    assert (commit.is_query, commit.is_transaction) == (False, True)
