"""Tests of the parts that classes and functions play."""

from collections.abc import Mapping

import pytest

from reviewer.config import Config
from reviewer.config_sections import ValueObjects
from reviewer.index.answers import Definition, Role
from tests.unit.index.project import index_of

DATACLASS = "from dataclasses import dataclass\n@dataclass\n"
SESSIONMAKER = """
from sqlalchemy.orm import Session, sessionmaker
SessionLocal = sessionmaker()
"""


def is_value_object(
    path: str, code: str, symbol: str, config: Config | None = None, files: Mapping[str, str] | None = None
) -> bool:
    return index_of({path: code, **(files or {})}, config).value_object(path, symbol) is not None


def is_repository(code: str, symbol: str) -> bool:
    return index_of({"app/jobs.py": code}).repository("app/jobs.py", symbol) is not None


def is_unit_of_work(code: str, symbol: str) -> bool:
    return index_of({"app/jobs.py": code}).unit_of_work("app/jobs.py", symbol) is not None


@pytest.mark.parametrize("path", ["app/value_objects/a.py", "app/x/value_object/deep/a.py", "app/vo/a.py", "app/vo.py"])
def test_a_data_class_in_a_place_of_value_objects_is_one(path: str) -> None:
    assert is_value_object(path, DATACLASS + "class Weight: grams: int", "Weight")


def test_a_value_object_says_where_it_stands_and_why() -> None:
    role = index_of({"app/vo.py": DATACLASS + "class Weight: grams: int"}).value_object("app/vo.py", "Weight")
    assert role == Role(Definition("app/vo.py", "Weight", 3), "`vo` is a place of value objects")


@pytest.mark.parametrize(
    "code",
    [
        "class Weight(ValueError): grams: int",
        DATACLASS + "class Weight(Exception): grams: int",
        "import enum\nclass Weight(enum.Enum): LIGHT = 1",
        "from typing import Protocol\nclass Weight(Protocol): grams: int",
        "class Weight:\n    def __init__(self): self.grams = 1",
        DATACLASS + "class Weight: pass",
        DATACLASS + "class Weight:\n    from typing import ClassVar\n    unit: ClassVar[str] = 'g'",
        "def Weight(): ...",
    ],
)
def test_helpers_in_a_place_of_value_objects_are_none(code: str) -> None:
    assert not is_value_object("app/vo.py", code, "Weight")


@pytest.mark.parametrize("base", ["Command", "DomainEvent", "messages.Message", "Change"])
def test_what_is_sent_is_none_by_its_name(base: str) -> None:
    code = f"class Command: ...\nclass Change(Command): ...\n{DATACLASS}class SetQuantity({base}): number: int"
    assert not is_value_object("app/domain/commands.py", code, "SetQuantity")
    other = code.replace("(Command)", "").replace(base, "Other")
    assert is_value_object("app/domain/commands.py", other, "SetQuantity")


@pytest.mark.parametrize(
    "code",
    [
        "from typing import NamedTuple\nclass Weight(NamedTuple): grams: int",
        "from pydantic import BaseModel\nclass Weight(BaseModel): grams: int",
        "from pydantic import RootModel\nclass Weight(RootModel[int]): pass",
        "import attr\n@attr.s\nclass Weight: grams = attr.ib()",
        "class Weight(str): pass",
    ],
)
def test_every_kind_of_data_class_in_such_a_place_is_one(code: str) -> None:
    assert is_value_object("app/vo.py", code, "Weight")


@pytest.mark.parametrize("path", ["tests/vo/test_weight.py", "tests/value_objects/weight.py", "migrations/vo.py"])
def test_a_place_in_tests_or_migrations_is_none(path: str) -> None:
    assert not is_value_object(path, DATACLASS + "class Weight: grams: int", "Weight")


def test_a_place_above_the_source_root_is_none() -> None:
    assert not is_value_object("vo/src/app/weight.py", DATACLASS + "class Weight: grams: int", "Weight")


@pytest.mark.parametrize("base", ["ValueObject", "BaseValueObject", "shared.ValueObject", "ValueObject[int]", "Middle"])
def test_a_class_with_a_base_of_that_name_is_a_value_object_wherever_it_lies(base: str) -> None:
    code = (
        f"from app import shared\nclass Middle(shared.ValueObject): pass\n{DATACLASS}class Weight({base}): grams: int"
    )
    files = {"app/__init__.py": "", "app/shared.py": "class ValueObject: pass"}
    assert is_value_object("app/api/weight.py", code, "Weight", files=files)


def test_the_base_may_lie_behind_other_files() -> None:
    files = {"app/ids.py": "from app.shared import ValueObject\nclass Id(ValueObject): pass"}
    files |= {"app/shared.py": "class ValueObject: pass", "app/__init__.py": ""}
    assert is_value_object(
        "app/jobs.py", f"from app.ids import Id\n{DATACLASS}class JobId(Id): n: int", "JobId", files=files
    )


def test_bases_in_a_circle_end() -> None:
    assert not is_value_object("app/a.py", f"{DATACLASS}class A(B): n: int\n{DATACLASS}class B(A): m: int", "A")


def test_a_marker_without_fields_is_no_value_object() -> None:
    code = "class ValueObject: pass\nclass Marker(ValueObject): pass\n"
    assert not is_value_object("app/vo.py", code, "Marker")


@pytest.mark.parametrize(
    ("name", "fields", "expected"),
    [
        ("CustomerEmail", "text: str", True),
        ("Money", "cents: int; customer_id: int", True),
        ("Invoice", "cents: int", False),
        ("Address", "id: int; street: str", False),
        ("Address", "uuid: str", False),
        ("Address", "_id: str", False),
        ("PostalAddress", "postal_address_id: int", False),
        ("PostalAddress", "address_id: int", False),
        ("PostalAddress", "addr_uuid: str", False),
        ("PostalAddress", "postal_id: int", True),
        ("PostalAddress", "a_id: int", True),
        ("Prepaid", "cents: int", False),
    ],
)
def test_in_the_domain_a_name_makes_a_value_object(name: str, fields: str, expected: bool) -> None:
    code = f"{DATACLASS}class {name}: {fields}"
    assert is_value_object("app/domain/a.py", code, name) is expected
    assert not is_value_object("app/api/a.py", code, name)


def test_an_inherited_identity_makes_an_entity() -> None:
    code = f"{DATACLASS}class Row: id: int\n{DATACLASS}class Address(Row): street: str"
    assert not is_value_object("app/domain/a.py", code, "Address")


@pytest.mark.parametrize("kind", ["from pydantic import BaseModel\nclass Money(BaseModel)", "class Money"])
def test_only_dataclasses_and_attrs_classes_are_value_objects_by_name(kind: str) -> None:
    assert not is_value_object("app/domain/a.py", f"{kind}:\n    cents: int", "Money")


def test_an_attrs_class_is_a_value_object_by_name() -> None:
    assert is_value_object("app/domain/a.py", "import attrs\n@attrs.define\nclass Money: cents: int", "Money")


def test_the_configuration_names_value_objects() -> None:
    config = Config(value_objects=ValueObjects(names=("Weight",), suffixes=("Mass",), places=("shapes",)))
    assert is_value_object("app/a.py", DATACLASS + "class Weight: grams: int", "Weight", config)
    assert is_value_object("app/domain/a.py", DATACLASS + "class RestMass: grams: int", "RestMass", config)
    assert is_value_object("app/shapes/a.py", DATACLASS + "class Circle: r: int", "Circle", config)
    assert not is_value_object("app/domain/vo/a.py", DATACLASS + "class Money: cents: int", "Money", config)


@pytest.mark.parametrize("base", ["EntityBase", "Entity", "BaseEntity", "AggregateRoot", "OrderAggregate"])
def test_entities_and_aggregates_are_no_value_objects(base: str) -> None:
    code = f"class {base}: pass\n{DATACLASS}class Address({base}): street: str"
    assert not is_value_object("app/domain/vo/a.py", code, "Address")


def test_a_class_that_is_not_there_plays_no_part() -> None:
    index = index_of({"app/vo.py": ""})
    assert index.value_object("app/vo.py", "Weight") is None
    assert index.repository("app/vo.py", "Weight") is None
    assert index.unit_of_work("app/vo.py", "Weight") is None
    assert index.unit_of_work("app/vo.py", "Weight.commit") is None


@pytest.mark.parametrize(
    "code",
    [
        "class {}: pass",
        "class {}(Protocol):\n    def find(self): ...",
        DATACLASS + "class {}:\n    session: object\n    def find(self): ...",
    ],
)
@pytest.mark.parametrize("name", ["JobRepository", "JobRepo", "Repository"])
def test_a_class_is_a_repository_by_its_name(name: str, code: str) -> None:
    assert is_repository(code.format(name), name)


@pytest.mark.parametrize("base", ["JobRepository", "ports.JobRepo", "BaseRepository[Job]", "Middle"])
def test_a_class_is_a_repository_by_its_base(base: str) -> None:
    assert is_repository(f"class Middle(BaseRepository): pass\nclass Jobs({base}): pass", "Jobs")


@pytest.mark.parametrize(
    "code",
    [
        "class JobMapper: pass",
        "class RepositoryFactory: pass",
        "class Jobs(Generic[JobRepository]): pass",
        "class GitRepository(Exception): pass",
        "from pydantic import BaseModel\nclass GitRepository(BaseModel):\n    url: str\n    def name(self): ...",
        DATACLASS + "class GitRepository: url: str",
        "import enum\nclass GitRepository(enum.Enum): MAIN = 1",
        "import sqlmodel\nclass GitRepository(sqlmodel.SQLModel, table=True): id: int",
    ],
)
def test_data_and_helpers_are_no_repositories(code: str) -> None:
    names = [
        line.split("class ")[1].partition("(")[0].partition(":")[0] for line in code.split("\n") if "class " in line
    ]
    assert not is_repository(code, names[-1])


@pytest.mark.parametrize(
    "code",
    [
        """
        class Work:
            async def __aenter__(self): return self
            async def __aexit__(self, *error): await self.session.rollback()
        """,
        """
        from contextlib import AbstractContextManager
        class Work(AbstractContextManager["Work"]):
            def __exit__(self, *error): self._conn.commit()
        """,
        """
        class Abstract:
            def __enter__(self): return self
            def __exit__(self, *error): self.rollback()
        class Work(Abstract):
            def commit(self): self.session.commit()
        """,
        """
        from typing import Protocol
        class Work(Protocol):
            async def __aenter__(self): ...
            async def commit(self): ...
        """,
    ],
)
def test_a_context_manager_that_ends_transactions_is_a_unit_of_work(code: str) -> None:
    assert is_unit_of_work(code, "Work")


@pytest.mark.parametrize(
    "code",
    [
        "class Work:\n    def commit(self): self.session.commit()",
        "class Work:\n    def __enter__(self): ...\n    def __exit__(self, *error): self.session.close()",
        "class Work:\n    def __enter__(self): ...\n    def save(self): self.container.commit()",
    ],
)
def test_a_hook_that_only_commits_and_other_context_managers_are_no_units_of_work(code: str) -> None:
    assert not is_unit_of_work(code, "Work")


@pytest.mark.parametrize(
    "body",
    [
        "with SessionLocal() as session: yield session",
        "session = SessionLocal()\n    yield session",
        "yield SessionLocal()",
        "with SessionLocal.begin() as session: yield session",
        "with Session(engine) as session: yield session",
        "with engine.begin() as connection: yield connection",
        "with engine.connect() as connection: yield connection",
        "with request.app.state.session_factory() as db: yield db",
        "yield request.state.db",
        "db: Session = make()\n    yield db",
        "with other() as found: yield found",
        "with typed() as found: yield found",
        "with Own() as found: yield found",
        "with Later() as found: yield found",
    ],
)
def test_a_function_that_yields_the_session_is_a_unit_of_work(body: str) -> None:
    helpers = """
def other():
    with SessionLocal() as session: yield session
def typed() -> Session: ...
class Own(Session): pass
Later: sessionmaker[Session] | None = None
"""
    assert is_unit_of_work(f"{SESSIONMAKER}{helpers}def get(request):\n    {body}\n", "get")


@pytest.mark.parametrize(
    "returns",
    [
        "Iterator[Session]",
        "Generator[Session, None, None]",
        "'AsyncIterator[Session]'",
        "collections.abc.Iterator[Session]",
        "Iterator[sqlalchemy.orm.Session]",
    ],
)
def test_the_annotation_tells_a_session(returns: str) -> None:
    code = f"import sqlalchemy.orm\n{SESSIONMAKER}def get() -> {returns}:\n    yield whatever.it.is_\n"
    assert is_unit_of_work(code, "get")


@pytest.mark.parametrize("opening", ["make()", "make.begin()"])
def test_a_parameter_that_makes_sessions_is_known_by_its_annotation(opening: str) -> None:
    code = f"""
from sqlalchemy.orm import Session, sessionmaker
def given(make: "sessionmaker[Session]", other):
    with {opening} as found: yield found
def unknown(make: "sessionmaker[Session]", other):
    with other() as found: yield found
"""
    assert is_unit_of_work(code, "given")
    assert not is_unit_of_work(code, "unknown")


def test_a_parameter_that_is_handed_on_is_the_session() -> None:
    assert is_unit_of_work(f"{SESSIONMAKER}def get(s: Session):\n    yield s\n", "get")
    assert not is_unit_of_work(f"{SESSIONMAKER}def get(session: int):\n    yield session\n", "get")


@pytest.mark.parametrize(
    "code",
    [
        "from aiohttp import ClientSession\nasync def get():\n    async with ClientSession() as session: yield session",
        "import requests\ndef get():\n    with requests.Session() as session: yield session",
        f"{SESSIONMAKER}import requests\ndef get():\n    with requests.Session() as session: yield session",
        f"{SESSIONMAKER}class Session2: pass\ndef get():\n    with Session2() as session: yield session",
        f"{SESSIONMAKER}def get():\n    with session.begin() as transaction: yield transaction",
        f"{SESSIONMAKER}def get() -> Iterator[Job]:\n    yield session",
        f"{SESSIONMAKER}def get() -> Session:\n    return SessionLocal()",
        f"{SESSIONMAKER}def get():\n    yield session.id",
        f"{SESSIONMAKER}def get():\n    yield 1",
        f"{SESSIONMAKER}def get():\n    yield ChatSession()",
        f"{SESSIONMAKER}def get():\n    yield get()",
        f"{SESSIONMAKER}class ChatSession: pass\ndef get():\n    yield ChatSession()",
        "def get(session):\n    yield session",
    ],
)
def test_other_generators_are_no_units_of_work(code: str) -> None:
    assert not is_unit_of_work(code, "get")


def test_a_method_that_yields_the_session_is_a_unit_of_work() -> None:
    code = f"{SESSIONMAKER}class Database:\n    def session(self):\n        with self.factory() as s: yield s\n"
    assert not is_unit_of_work(code, "Database.session")
    assert is_unit_of_work(code.replace("self.factory", "self.session_factory"), "Database.session")


def test_the_sessionmaker_may_lie_in_another_file() -> None:
    files = {
        "app/__init__.py": "",
        "app/db.py": "from sqlalchemy.ext.asyncio import async_sessionmaker\nopen_one = async_sessionmaker()\n",
        "app/web.py": "from app.db import open_one\nasync def get():\n    async with open_one() as s: yield s\n",
    }
    role = index_of(files).unit_of_work("app/web.py", "get")
    assert role == Role(Definition("app/web.py", "get", 2), "it yields the session `s`")
