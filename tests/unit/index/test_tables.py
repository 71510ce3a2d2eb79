"""Columns, foreign keys and the indexes that serve them, as far as the rules' examples do not tell."""

from collections.abc import Mapping

import pytest

from reviewer.index.answers import Databases
from tests.unit.index.project import index_of

BASE = """
from sqlalchemy.orm import DeclarativeBase
class Base(DeclarativeBase): pass
"""
HEAD = """
import sqlalchemy as sa
from sqlalchemy import *
from sqlalchemy.orm import *
from typing import Annotated, Optional
from base import Base
"""
Covered = bool | None


def covered(model: str, files: Mapping[str, str] = {}) -> dict[str, Covered]:  # never changed
    """The foreign keys that a module of models declares, and whether each is served."""
    index = index_of({"base.py": BASE, "models.py": HEAD + model, **files})
    return {key.symbol: key.covered for key in index.foreign_keys("models.py")}


def by(model: str, files: Mapping[str, str] = {}) -> str | None:  # never changed
    index = index_of({"base.py": BASE, "models.py": HEAD + model, **files})
    (found,) = index.foreign_keys("models.py")
    return found.by


def job(column: str, arguments: str = "()", *, name: str = '"jobs"') -> str:
    return f"""
class Job(Base):
    __tablename__ = {name}
    __table_args__ = {arguments}
    id = Column(Integer, primary_key=True)
    other: Mapped[int]
    owner_id = {column}
"""


KEY = 'Column(ForeignKey("users.id"))'


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (job('Column(ForeignKey("users.id"), index=True)'), "index=True"),
        (job('Column(ForeignKey("users.id"), unique=True)'), "unique=True"),
        (job(KEY, '(Index("ix_owner", "owner_id", "id"),)'), "the index ix_owner (owner_id, id)"),
        (job(KEY, '(Index("ix_owner", owner_id, unique=True),)'), "the unique index ix_owner (owner_id)"),
        (job(KEY, '(Index(None, desc("owner_id"), func.lower(id)),)'), "the index (owner_id, …)"),
        (job(KEY, '(UniqueConstraint("owner_id", name="one"),)'), "the unique constraint one (owner_id)"),
        (job(KEY, '(PrimaryKeyConstraint("owner_id", "id"),)'), "the primary key (owner_id, id)"),
        (
            'class Job(Base):\n    __tablename__ = "jobs"\n    id = Column(ForeignKey("users.id"), primary_key=True)',
            "the primary key",
        ),
        (
            job(KEY) + '\nIndex("ix", Job.__table__.c.owner_id.desc())',
            "the index ix (owner_id) in models.py",
        ),
    ],
)
def test_the_index_that_serves_a_key_is_told_in_words(model: str, words: str) -> None:
    assert by(model) == words


@pytest.mark.parametrize(
    "arguments",
    [
        '(Index("ix", "other", "owner_id"),)',
        '(Index("ix", func.lower("owner_id")),)',
        '(Index("ix", owner_id + 1),)',
        '(Index("ix", text("lower(owner_id)")),)',
        '(CheckConstraint("owner_id > 0"), {"schema": "work"})',
        'dict(schema="work")',
        "None",
    ],
)
def test_what_has_the_column_elsewhere_than_in_front_does_not_serve_it(arguments: str) -> None:
    assert covered(job(KEY, arguments)) == {"Job.owner_id": False}


@pytest.mark.parametrize(
    "arguments",
    [
        '(Index("ix", *COLUMNS),)',
        '(Index("ix", COLUMN),)',
        '(Index("ix", first()),)',
        '(make("owner_id"),)',
        "(*Base.__table_args__,)",
        'Base.__table_args__ + (Index("ix", "other"),)',
        "tuple(indexes())",
        '(ExcludeConstraint(("owner_id", "=")),)',
        "ARGUMENTS",
    ],
)
def test_what_cannot_be_read_may_serve_it(arguments: str) -> None:
    assert covered("from own import *\n" + job(KEY, arguments)) == {"Job.owner_id": None}


@pytest.mark.parametrize("flag", ["index=INDEXED", "unique=is_unique()", "**OPTIONS", "primary_key=KEY"])
def test_a_flag_that_cannot_be_read_may_be_set(flag: str) -> None:
    assert covered(job(f'Column(ForeignKey("users.id"), {flag})')) == {"Job.owner_id": None}


def test_a_primary_key_serves_its_first_column_alone() -> None:
    model = """
class Tag(Base):
    __tablename__ = "tags"
    job_id = Column(ForeignKey("jobs.id"), primary_key=True)
    name_id = Column(ForeignKey("names.id"), primary_key=True)
class Named:
    id = Column(Integer, primary_key=True)
class Note(Named, Base):
    __tablename__ = "notes"
    job_id = Column(ForeignKey("jobs.id"), primary_key=True)
    tag_id = Column(ForeignKey("tags.id"), primary_key=True)
"""
    # Which of a mixin's columns and the class's own goes first depends on the version of SQLAlchemy.
    assert covered(model) == {"Tag.job_id": True, "Tag.name_id": False, "Note.job_id": None, "Note.tag_id": False}


def test_of_a_key_over_several_columns_any_in_front_will_do() -> None:
    keys = 'ForeignKeyConstraint(["other", "owner_id"], ["users.a", "users.b"])'
    assert covered(job("Column(Integer)", f"({keys},)")) == {"Job.(other, owner_id)": False}
    assert covered(job("Column(Integer, index=True)", f"({keys},)")) == {"Job.(other, owner_id)": True}
    assert covered(job("Column(Integer)", "(ForeignKeyConstraint(COLUMNS, REFERRED),)")) == {"Job.?": None}


def test_what_a_nearer_class_says_of_a_column_counts() -> None:
    model = """
class Owned:
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    team_id = Column(ForeignKey("teams.id"))
    @declared_attr
    def site_id(cls) -> Mapped[int]:
        return mapped_column(ForeignKey("sites.id"), index=True)
class Job(Owned, Base):
    __tablename__ = "jobs"
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    team_id = None
class Night(Job):
    __tablename__ = "nights"
    id = Column(ForeignKey("jobs.id"), primary_key=True)
"""
    # The table of `Night` has none of the columns of `Job`.
    assert covered(model) == {"Job.owner_id": True, "Job.site_id": True, "Night.id": True}


def test_a_column_of_a_class_without_a_table_of_its_own_is_its_parents() -> None:
    model = """
class Job(Base):
    __tablename__ = "jobs"
    __table_args__ = (Index("ix", "owner_id"),)
class Night(Job):
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"), use_existing_column=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
"""
    assert covered(model) == {"Night.owner_id": True, "Night.team_id": False}


def test_a_mixins_key_belongs_to_each_table_that_has_it() -> None:
    mixin = HEAD + 'class Owned:\n    owner_id = Column(ForeignKey("users.id"))\n'
    files = {
        "base.py": BASE,
        "mixins.py": mixin,
        "middle.py": "from mixins import Owned as Mine\nclass Kept(Mine): pass\n",
        "jobs.py": HEAD + "from middle import Kept\nclass Job(Kept, Base):\n    __tablename__ = 'jobs'\n",
        "runs.py": HEAD
        + "from mixins import *\nclass Run(Owned, Base):\n    __tablename__ = 'runs'\n"
        + "    __table_args__ = (Index('ix', 'owner_id'),)\n",
    }
    found = index_of(files).foreign_keys("mixins.py")
    line = mixin.count("\n")
    assert [(key.path, key.line, key.declared, key.symbol, key.covered) for key in found] == [
        ("mixins.py", line, "Owned.owner_id", "Job.owner_id", False),
        ("mixins.py", line, "Owned.owner_id", "Run.owner_id", True),
    ]


@pytest.mark.parametrize(("bring", "bases"), [("from .gone import Mixin", "Mixin, Base"), ("from gone import X", "X")])
def test_a_base_that_leads_nowhere_may_bring_the_index(bring: str, bases: str) -> None:
    model = f'{bring}\nclass Job({bases}):\n    __tablename__ = "jobs"\n    owner_id = {KEY}'
    assert covered(model) == {"Job.owner_id": None}


def test_a_type_can_hold_the_column() -> None:
    types = HEAD + 'owner = Annotated[int, mapped_column(ForeignKey("users.id"), index=True)]\n'
    model = """
from types_ import owner
import types_ as kinds
class Job(Base):
    __tablename__ = "jobs"
    owner_id: Mapped[owner]
    maker_id: Mapped[Optional["owner"]] = mapped_column(name="maker")
    other_id: Mapped[kinds.owner] = mapped_column(index=False)
    here_id: Mapped[Annotated[int, mapped_column(ForeignKey("users.id"))]]
"""
    assert covered(model, {"types_.py": types}) == {
        "Job.owner_id": True,
        "Job.maker_id": True,
        "Job.other_id": False,
        "Job.here_id": False,
    }


def test_fields_of_sqlmodel_are_columns() -> None:
    model = """
from sqlmodel import Field, SQLModel
class Shared(SQLModel):
    owner_id: int = Field(foreign_key="users.id")
class Job(Shared, table=True):
    id: int | None = Field(default=None, primary_key=True)
    team_id: int = Field(sa_column=Column(ForeignKey("teams.id"), index=True))
    site_id: int = Field(sa_column_args=[ForeignKey("sites.id")], sa_column_kwargs={"index": True})
    room_id: int = Field(foreign_key="rooms.id", sa_column_kwargs=OPTIONS)
    plain: int = Field(foreign_key=None)
    whole: int = Field(sa_column=COLUMN)
class Schema(Shared): pass
"""
    assert covered(model) == {
        "Job.owner_id": False,
        "Job.team_id": True,
        "Job.site_id": True,
        "Job.room_id": None,
    }


def test_a_core_table_is_known_by_its_name() -> None:
    model = """
jobs = Table("work_jobs", Base.metadata, Column("owner_id", ForeignKey("users.id")), schema="work")
tags = Table("tags", Base.metadata, Column("job_id", sa.ForeignKey("jobs.id")), *COLUMNS)
class Job(Base):
    __table__ = Table("kept", Base.metadata, Column("owner_id", ForeignKey("users.id"), key="owner"))
class Run(Base):
    __table__ = jobs
Index("ix", jobs.c.owner_id)
"""
    assert covered(model) == {"work_jobs.owner_id": True, "tags.job_id": None, "kept.owner_id": False}


MIGRATION = "from alembic import op\nimport sqlalchemy as sa\ndef upgrade():\n    {}\ndef downgrade():\n    {}\n"


@pytest.mark.parametrize(
    ("operation", "known"),
    [
        ('op.create_index("ix", "jobs", ["owner_id", "id"])', True),
        ('op.create_index(op.f("ix"), table_name="jobs", columns=[sa.text("owner_id DESC")])', True),
        ('op.create_unique_constraint(None, "jobs", ["owner_id"])', True),
        ('with op.batch_alter_table("jobs") as batch: batch.create_index("ix", ["owner_id"])', True),
        ('op.create_table("jobs", sa.Column("id"), sa.Index("ix", "owner_id"))', True),
        ('op.create_table("jobs", sa.Column("owner_id", index=True))', True),
        ('op.add_column("jobs", sa.Column("owner_id", unique=True))', True),
        ('op.execute("create index if not exists ix on only public.jobs using btree (owner_id, id)")', True),
        ('op.execute(sa.text(\'CREATE UNIQUE INDEX CONCURRENTLY "ix" ON "jobs" ("owner_id")\'))', True),
        ('op.create_index("ix", "jobs", ["id", "owner_id"])', False),
        ('op.create_index("ix", "runs", ["owner_id"])', False),
        ('op.execute("CREATE INDEX ix ON jobs (lower(owner_id))")', False),
        ('op.create_index("ix", "jobs", COLUMNS)', False),
        ('for table in ("jobs", "runs"): op.create_index(f"ix_{table}", table, ["owner_id"])', None),
        ('for table in ("jobs", "runs"): op.execute(f"CREATE INDEX ix ON {table} (owner_id)")', None),
        ('op.create_index("ix", "jobs", ["owner_id"]); op.drop_index("ix")', None),
        ('op.create_index("ix", "jobs", ["owner_id"]); op.execute("DROP INDEX IF EXISTS ix")', None),
    ],
)
def test_migrations_make_indexes_too(operation: str, known: Covered) -> None:
    index = index_of(
        {
            "base.py": BASE,
            "models.py": HEAD + job(KEY),
            "migrations/versions/one.py": MIGRATION.format(operation, 'op.drop_index("ix")'),
            "migrations/versions/two.py": MIGRATION.format("pass", 'op.create_index("ix", "jobs", ["owner_id"])'),
        }
    )
    (key,) = index.foreign_keys("models.py")
    assert (key.covered, key.migrated) == (known, known is True)


def test_without_the_name_of_its_table_a_column_may_be_the_one_that_a_migration_indexes() -> None:
    files = {"migrations/one.py": MIGRATION.format('op.create_index("ix", "some", ["owner_id"])', "pass")}
    assert covered(job(KEY, name="prefixed('jobs')"), files) == {"Job.owner_id": None}


@pytest.mark.parametrize(
    ("table", "known"),
    [("night_job", None), ("app_night_jobs", None), ("job", None), ("runs", False), ("job_runs", False)],
)
def test_a_name_that_is_made_of_the_class_has_that_in_it(table: str, known: Covered) -> None:
    model = f"""
class Named:
    @declared_attr.directive
    def __tablename__(cls): return snake(cls.__name__)
class NightJobModel(Named, Base):
    id = Column(Integer, primary_key=True)
    owner_id = {KEY}
"""
    files = {"migrations/one.py": MIGRATION.format(f'op.create_index("ix", "{table}", ["owner_id"])', "pass")}
    assert covered(model, files) == {"NightJobModel.owner_id": known}


@pytest.mark.parametrize(
    ("code", "known"),
    [
        ("for table in Base.metadata.tables.values():\n    Index('ix', table.c.owner_id)", None),
        ("def add(column):\n    Index('ix', column)", None),
        ("def add(column):\n    return Index('ix', column)", False),
        ("def add(column):\n    Index('ix', column, postgresql_using='gin')", False),
        ("Table('t', Base.metadata, Index('ix', 'owner_id'))", False),
        ("client = object()\nclass Store:\n    def get(self, name): return self.client.Index(name)", False),
    ],
)
def test_an_index_of_nobody_knows_which_table_may_be_of_any(code: str, known: Covered) -> None:
    assert covered(job(KEY), {"indexes.py": HEAD + code}) == {"Job.owner_id": known}
    assert covered(job(KEY), {"tests/test_indexes.py": HEAD + code}) == {"Job.owner_id": False}


def test_a_table_tells_its_columns() -> None:
    files = {"base.py": BASE, "models.py": HEAD + job('Column("owner", ForeignKey("users.id"), index=True)')}
    table = index_of(files).table("models.py", "Job")
    assert table is not None
    assert table.name == "jobs"
    assert [(each.attribute, each.name, each.covered, each.is_foreign_key) for each in table.columns] == [
        ("id", "id", True, False),
        ("other", "other", False, False),
        ("owner_id", "owner", True, True),
    ]
    assert index_of(files).table("models.py", "Base") is None
    assert table.column("none") is None


def test_a_column_of_a_truth_value_or_an_enum_has_few_values() -> None:
    model = """
from enum import Enum as E
class Status(E): OPEN = 1
class Job(Base):
    __tablename__ = "jobs"
    a: Mapped[Optional["Status"]]
    b: Mapped[bool]
    c = Column(Boolean())
    d = Column(Enum(Status))
    e = Column(String)
    f: Mapped[int]
class Night(Job):
    g = Column(type_=Boolean)
"""
    table = index_of({"base.py": BASE, "models.py": HEAD + model}).table("models.py", "Night")
    assert table is not None
    assert {each.attribute for each in table.columns if each.has_few_values} == {"a", "b", "c", "d", "g"}
    assert len(table.columns) == len("abcdefg")


def test_a_key_is_lone_where_no_relationship_follows_it() -> None:
    model = """
class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
class Job(Base):
    __tablename__ = "jobs"
    owner_id = Column(ForeignKey("users.id"))
    other_id = Column(ForeignKey(User.id))
    gone_id = Column(ForeignKey("gone.id"))
class Night(Job):
    boss_id = Column(ForeignKey("users.id"))
"""
    index = index_of({"base.py": BASE, "models.py": HEAD + model})
    assert [key.symbol for key in index.lone_keys("models.py")] == ["Job.owner_id", "Job.other_id", "Night.boss_id"]
    more = "from models import Job\nclass Late(Job):\n    owner = relationship('User')\n"
    index = index_of({"base.py": BASE, "models.py": HEAD + model, "late.py": HEAD + more})
    assert [key.symbol for key in index.lone_keys("models.py")] == ["Night.boss_id"]


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("import psycopg2", ("postgresql",)),
        ("from asyncpg import connect", ("postgresql",)),
        ("from sqlalchemy.dialects.mysql import JSON", ("mysql",)),
        ("from sqlalchemy.dialects import sqlite, postgresql", ("postgresql", "sqlite")),
        ("URL = 'mysql+aiomysql://localhost'", ("mysql",)),
        ("if dialect.name == 'mssql': pass", ("mssql",)),
        ("Index('ix', 'a', sqlite_where=text('a'))", ("sqlite",)),
        ("url: PostgresDsn", ("postgresql",)),
        ("# faster than sqlite or mysql\nimport json\nname = 'not-sqlite'", ()),
    ],
)
def test_the_databases_of_a_project_are_told_by_imports_urls_and_options(code: str, names: tuple[str, ...]) -> None:
    assert index_of({"app/db.py": code}).databases() == Databases(names, ())
    assert index_of({"tests/db.py": code}).databases() == Databases((), names)


@pytest.mark.parametrize(
    "model",
    [
        "class Job(Base, Job): owner_id = Column(ForeignKey('users.id'))",
        "class A(B): owner_id = Column(ForeignKey('users.id'))\nclass B(A): pass",
        "Index()\nTable()\nForeignKey()\nclass Job(Base):\n    a = Column(ForeignKey())\n    b = mapped_column()",
        "class Job(Base):\n    __table_args__ = (Index(), UniqueConstraint(), ForeignKeyConstraint())",
        "class Job(Base):\n    a: Mapped['x[']",
        "owner = Annotated[int, owner]\nclass Job(Base):\n    a: Mapped[owner] = Column(ForeignKey(users[0]))",
        "def broken(:",
    ],
)
def test_odd_code_breaks_nothing(model: str) -> None:
    index = index_of(
        {"base.py": BASE, "models.py": HEAD + model, "users.py": "from models import Job\nIndex('a', Job.b)"}
    )
    assert set(index.lone_keys("models.py")) <= set(index.foreign_keys("models.py"))
    index.table("models.py", "Job")
