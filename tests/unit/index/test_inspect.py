"""Tests of the inspection and of how it reads."""

import json
from collections.abc import Mapping

from reviewer.index.inspect import inspect
from reviewer.report.inspect import render_json, render_text
from tests.unit.index.project import index_of

FILES = {
    "app/__init__.py": "",
    "app/domain/vo/money.py": "from attrs import frozen\n\n@frozen\nclass Money:\n    cents: int\n",
    "app/domain/job.py": "from app.models import Job as Row\n\nclass Job:\n    class Step: pass\n",
    "app/models.py": "from sqlalchemy.orm import declarative_base\nBase = declarative_base()\nclass Job(Base): pass",
    "app/store.py": "from sqlalchemy.orm import Session\nclass JobRepo:\n    def open(self): yield Session()\n",
    "app/odd.py": "from elsewhere import Thing\nclass Odd(Thing): pass\nclass Odd(Thing): pass\n",
}


def inspection(files: Mapping[str, str] = FILES) -> dict[str, object]:
    return inspect(index_of(files), sorted(files, reverse=True))


def rows(name: str) -> list[dict[str, object]]:
    found = json.loads(render_json(inspection()))[name]
    assert isinstance(found, list)
    return found


def test_every_file_has_a_row_sorted_by_path() -> None:
    assert [(row["path"], row["layer"]) for row in rows("files")] == [
        ("app/__init__.py", "orm"),
        ("app/domain/job.py", "domain"),
        ("app/domain/vo/money.py", "domain"),
        ("app/models.py", "orm"),
        ("app/odd.py", None),
        ("app/store.py", "unit-of-work"),
    ]
    assert all(row["because"] for row in rows("files"))


def test_the_document_has_the_keys_of_schema_one() -> None:
    document = inspection()
    assert list(document) == [
        "schema",
        "files",
        "orm_models",
        "classes",
        "value_objects",
        "repositories",
        "units_of_work",
        "sessions",
        "foreign_keys",
        "routes",
    ]
    assert document["schema"] == 1


def test_a_model_is_listed_where_it_is_defined_with_its_chain() -> None:
    assert rows("orm_models") == [
        {
            "path": "app/models.py",
            "line": 3,
            "symbol": "Job",
            "chain": ["Job", "Base", "sqlalchemy.orm.declarative_base()"],
        }
    ]


def test_every_class_says_what_it_is_at_the_line_of_its_keyword() -> None:
    found = [(row["path"], row["line"], row["symbol"], row["kind"], row["frozen"]) for row in rows("classes")]
    assert found == [
        ("app/domain/job.py", 3, "Job", "class", None),
        ("app/domain/job.py", 4, "Job.Step", "class", None),
        ("app/domain/vo/money.py", 4, "Money", "attrs", True),
        ("app/models.py", 3, "Job", "orm-model", None),
        ("app/odd.py", 3, "Odd", "class", None),
        ("app/store.py", 2, "JobRepo", "class", None),
    ]
    assert set(rows("classes")[0]) == {"path", "line", "symbol", "kind", "frozen", "because"}


def test_roles_are_listed_with_their_reasons() -> None:
    assert [row["symbol"] for row in rows("value_objects")] == ["Money"]
    assert [row["symbol"] for row in rows("repositories")] == ["JobRepo"]
    assert rows("units_of_work") == [
        {
            "path": "app/store.py",
            "line": 3,
            "symbol": "JobRepo.open",
            "because": "it yields the session `Session`",
            "missing": None,
        }
    ]


def test_a_unit_of_work_says_what_it_lacks() -> None:
    document = inspection({"app/uow.py": "class JobUoW:\n    def commit(self): ...\n"})
    assert document["units_of_work"] == [
        {
            "path": "app/uow.py",
            "line": 1,
            "symbol": "JobUoW",
            "because": "its name says so",
            "missing": "it is no context manager, so nothing ends its transaction when a use case fails",
        }
    ]
    assert "app/uow.py:1 JobUoW: its name says so; it is no context manager" in render_text(document)


def test_sessions_are_listed_by_what_holds_them() -> None:
    code = """
        from sqlalchemy.orm import Session, sessionmaker
        from sqlalchemy.ext.asyncio import AsyncSession
        make = sessionmaker()
        class Jobs:
            def __init__(self, session: AsyncSession, other: int) -> None:
                self.session = session
        def load(id: int) -> None:
            with make() as opened:
                rows = opened.all()
    """
    document = inspection({"app/jobs.py": code})
    assert document["sessions"] == [
        {
            "path": "app/jobs.py",
            "line": line,
            "symbol": symbol,
            "is_async": is_async,
            "because": f"its type is `{kind}`",
        }
        for line, symbol, is_async, kind in [
            (5, "Jobs.session", True, "AsyncSession"),
            (8, "load.opened", False, "Session"),
            (6, "Jobs.__init__.session", True, "AsyncSession"),
        ]
    ]
    assert "app/jobs.py:5 Jobs.session: asynchronous, its type is `AsyncSession`" in render_text(document)


def test_foreign_keys_are_listed_with_the_index_that_serves_them() -> None:
    code = (
        "from sqlalchemy import Column, ForeignKey as F, Table\nTable('jobs', meta, Column('a', F('b.c'), index={}))\n"
    )
    document = inspection({"app/tables.py": code.format("True"), "app/more.py": code.format("False")})
    place = {"line": 2, "symbol": "jobs.a"}
    assert document["foreign_keys"] == [
        {"path": "app/more.py", **place, "covered": False, "by": None},
        {"path": "app/tables.py", **place, "covered": True, "by": "index=True"},
    ]
    text = render_text(document)
    assert (
        "Foreign keys (2)\n  app/more.py:2 jobs.a: not indexed\n  app/tables.py:2 jobs.a: indexed by index=True\n"
    ) in text


def test_routes_are_listed_with_what_they_declare() -> None:
    code = (
        "from fastapi import FastAPI\napp = FastAPI()\n@app.post('/jobs/{key}', response_model=Job, status_code=201)\n"
        "def add(key: int, x): ...\n@app.api_route(made(), methods=METHODS, status_code=made())\ndef any(): ...\n"
    )
    document = inspection({"app/api.py": code})
    assert document["routes"] == [
        {
            "path": "app/api.py",
            "line": 4,
            "symbol": "add",
            "methods": ["POST"],
            "url": "/jobs/{key}",
            "status": 201,
            "response_model": "Job",
            "returns": None,
            "parameters": {"key": "path", "x": "query"},
        },
        {
            "path": "app/api.py",
            "line": 6,
            "symbol": "any",
            "methods": [],
            "url": None,
            "status": None,
            "response_model": None,
            "returns": None,
            "parameters": {},
        },
    ]
    assert render_text(document).endswith(
        "Routes (2)\n  app/api.py:4 add: POST /jobs/{key} → Job\n"
        "  app/api.py:6 any: unknown method unknown url → no response model\n"
    )


def test_the_text_gives_every_reason() -> None:
    text = render_text(inspection())
    assert (
        "Files (6)\n  app/__init__.py: orm, because `app/models.py` of its package defines the ORM model Job\n" in text
    )
    assert "  app/odd.py: no layer, because no folder or module name stands for a layer\n" in text
    assert "ORM models (1)\n  app/models.py:3 Job: Job → Base → sqlalchemy.orm.declarative_base()\n" in text
    assert "Value objects (1)\n  app/domain/vo/money.py:4 Money: `vo` is a place of value objects\n" in text
    assert "  app/odd.py:3 Odd: class, immutability unknown: " in text
    assert "  app/domain/vo/money.py:4 Money: attrs, immutable: " in text
    assert text.endswith("\n")


def test_hostile_names_are_spelled_out() -> None:
    document = inspection({"app/\udce9\n.py": "class Élan: pass\n"})
    text, data = render_text(document), render_json(document)
    assert "app/\\xe9\\n.py" in text
    assert json.loads(data)["files"][0]["path"] == "app/\\xe9\n.py"
    assert "Élan" in data
    assert data.encode()


def test_an_empty_project_reads_as_such() -> None:
    text = render_text(inspect(index_of({}), []))
    assert text.startswith("Files (0)\n\nORM models (0)\n")
