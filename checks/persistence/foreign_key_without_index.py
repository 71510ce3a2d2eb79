"""Foreign keys that no index begins with."""

from collections.abc import Iterator

import libcst as cst
from pydantic import Field

from reviewer.api import (
    Bad,
    Check,
    Context,
    Finding,
    Fix,
    Good,
    Layer,
    Level,
    Settings,
    below,
    dotted,
    on,
    with_argument,
)

APART = frozenset({Layer.TESTS, Layer.MIGRATIONS})
# What makes a column and may be told to index it.
COLUMNS = frozenset({"Column", "Field", "mapped_column"})
REFERRING = frozenset({"ForeignKey"})
# The database that makes the index by itself.
INDEXING = ("mysql",)

BASE = "from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase): pass\n"
MIGRATION = """
import sqlalchemy as sa
from alembic import op
def upgrade():
    op.create_table("jobs", sa.Column("id"), sa.Column("site_id"), sa.Index("ix_jobs_site_id", "site_id"))
    op.create_index(op.f("ix_jobs_owner_id"), "jobs", ["owner_id"])
    with op.batch_alter_table("jobs") as batch_op:
        batch_op.create_index("ix_jobs_team_id", ["team_id", "id"])
    op.execute("CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_jobs_parent ON public.jobs USING btree (parent_id)")
def downgrade():
    op.drop_index("ix_jobs_owner_id")
"""
MIGRATED = """
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column
from app.base import Base

class Job(Base):
    __tablename__ = "jobs"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id")){mark}
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id")){mark}
    parent_id: Mapped[int] = mapped_column(ForeignKey("jobs.id")){mark}
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id")){mark}
"""
MYSQL = "from sqlalchemy import create_engine\nengine = create_engine('mysql+pymysql://localhost/jobs')\n"

BAD = (
    # Nowhere, in second place, in an expression, and said not to be there.
    Bad(
        path="app/models.py",
        code="""
            import sqlalchemy as sa
            from sqlalchemy import Column, ForeignKey, Index, UniqueConstraint
            from sqlalchemy.orm import Mapped, mapped_column
            from app.base import Base

            class Job(Base):
                __tablename__ = "jobs"
                __table_args__ = (
                    UniqueConstraint("name", "owner_id"),
                    Index("ix_jobs_team", sa.func.lower("team_id")),
                    {"schema": "work"},
                )
                id = Column(sa.Integer, primary_key=True)
                name: Mapped[str]
                owner_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))  # <-
                team_id: Mapped[int | None] = mapped_column(  # <-
                    "team", sa.ForeignKey("teams.id"), nullable=True
                )
                parent_id = Column(sa.Integer, sa.ForeignKey("jobs.id"), index=False)  # <-
        """,
        fixed="""
            import sqlalchemy as sa
            from sqlalchemy import Column, ForeignKey, Index, UniqueConstraint
            from sqlalchemy.orm import Mapped, mapped_column
            from app.base import Base

            class Job(Base):
                __tablename__ = "jobs"
                __table_args__ = (
                    UniqueConstraint("name", "owner_id"),
                    Index("ix_jobs_team", sa.func.lower("team_id")),
                    {"schema": "work"},
                )
                id = Column(sa.Integer, primary_key=True)
                name: Mapped[str]
                owner_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
                team_id: Mapped[int | None] = mapped_column(
                    "team", sa.ForeignKey("teams.id"), nullable=True, index=True
                )
                parent_id = Column(sa.Integer, sa.ForeignKey("jobs.id"), index=True)
        """,
        files={"app/base.py": BASE},
    ),
    # Both halves of an association table are looked up: the primary key serves its first column alone.
    Bad(
        path="app/tables.py",
        code="""
            from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, MetaData, PrimaryKeyConstraint, Table

            metadata = MetaData()
            job_tags = Table(
                "job_tags",
                metadata,
                Column("job_id", ForeignKey("jobs.id"), primary_key=True),
                Column("tag_id", ForeignKey("tags.id"), primary_key=True),  # <-
            )
            job_notes = Table(
                "job_notes", metadata,
                Column("note_id", ForeignKey("notes.id")), Column("job_id", ForeignKey("jobs.id")),  # <-
                PrimaryKeyConstraint("job_id", "note_id"),
            )
        """,
        fixed="""
            from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, MetaData, PrimaryKeyConstraint, Table

            metadata = MetaData()
            job_tags = Table(
                "job_tags",
                metadata,
                Column("job_id", ForeignKey("jobs.id"), primary_key=True),
                Column("tag_id", ForeignKey("tags.id"), primary_key=True, index=True),
            )
            job_notes = Table(
                "job_notes", metadata,
                Column("note_id", ForeignKey("notes.id"), index=True), Column("job_id", ForeignKey("jobs.id")),
                PrimaryKeyConstraint("job_id", "note_id"),
            )
        """,
    ),
    # A mixin's column is one declaration, whatever number of tables has it; two columns can be one key.
    Bad(
        path="app/mixins.py",
        code="""
            from sqlalchemy import Column, ForeignKey, Integer
            from sqlalchemy.orm import declared_attr

            class Owned:
                @declared_attr
                def owner_id(cls):
                    return Column(Integer, ForeignKey("users.id"))  # <-
        """,
        fixed="""
            from sqlalchemy import Column, ForeignKey, Integer
            from sqlalchemy.orm import declared_attr

            class Owned:
                @declared_attr
                def owner_id(cls):
                    return Column(Integer, ForeignKey("users.id"), index=True)
        """,
        files={
            "app/base.py": BASE,
            "app/models.py": """
                from sqlalchemy import Column, ForeignKeyConstraint, Integer
                from app.base import Base
                from app.mixins import Owned

                class Job(Owned, Base):
                    __tablename__ = "jobs"
                    __table_args__ = (
                        ForeignKeyConstraint(["room", "house"], ["rooms.number", "rooms.house"]),  # <-
                    )
                    id = Column(Integer, primary_key=True)
                    room = Column(Integer)
                    house = Column(Integer)
                class Run(Owned, Base):
                    __tablename__ = "runs"
                    id = Column(Integer, primary_key=True)
            """,
        },
    ),
    Bad(
        path="app/models.py",
        code="""
            from typing import Annotated
            from sqlalchemy import ForeignKey
            from sqlmodel import Field, SQLModel
            from sqlalchemy.orm import Mapped, mapped_column
            from app.base import Base

            user_key = Annotated[int, mapped_column(ForeignKey("users.id"))]
            class Note(Base):
                __tablename__ = "notes"
                id: Mapped[int] = mapped_column(primary_key=True)
                user_id: Mapped[user_key]  # <-
            class JobBase(SQLModel):
                team_id: int = Field(foreign_key="team.id")  # <-
            class Job(JobBase, table=True):
                id: int | None = Field(default=None, primary_key=True)
        """,
        fixed="""
            from typing import Annotated
            from sqlalchemy import ForeignKey
            from sqlmodel import Field, SQLModel
            from sqlalchemy.orm import Mapped, mapped_column
            from app.base import Base

            user_key = Annotated[int, mapped_column(ForeignKey("users.id"))]
            class Note(Base):
                __tablename__ = "notes"
                id: Mapped[int] = mapped_column(primary_key=True)
                user_id: Mapped[user_key]  # <-
            class JobBase(SQLModel):
                team_id: int = Field(foreign_key="team.id", index=True)
            class Job(JobBase, table=True):
                id: int | None = Field(default=None, primary_key=True)
        """,
        files={"app/base.py": BASE},
    ),
    Bad(
        path="app/models.py",
        code=MIGRATED.format(mark="  # <-"),
        fixed=MIGRATED.replace('.id")){mark}', '.id"), index=True)'),
        files={"app/base.py": BASE, "migrations/versions/one.py": MIGRATION},
        settings={"indexes-in-migrations": False},
    ),
)
GOOD = (
    # Every way to have an index in front.
    Good(
        path="app/models.py",
        code="""
            import sqlalchemy as sa
            from sqlalchemy import Column, ForeignKey, Index, UniqueConstraint
            from sqlalchemy.orm import Mapped, mapped_column
            from app.base import Base

            class Job(Base):
                __tablename__ = "jobs"
                id: Mapped[int] = mapped_column(ForeignKey("tasks.id"), primary_key=True)
                owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
                plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id"), unique=True)
                team_id: Mapped[int] = mapped_column("team", ForeignKey("teams.id"))
                site_id = Column(ForeignKey("sites.id"))
                room_id = Column(ForeignKey("rooms.id"))
                desk_id = Column(ForeignKey("desks.id"))
                house: Mapped[int]
                floor: Mapped[int]
                __table_args__ = (
                    UniqueConstraint("team", "id"),
                    Index("ix_jobs_site", site_id.desc(), "id", postgresql_where=sa.text("id > 0")),
                    sa.ForeignKeyConstraint(["house", "floor"], ["floors.house", "floors.number"]),
                    Index("ix_jobs_floor", "floor", "house").ddl_if(dialect="postgresql"),
                    Index("ix_jobs_desk", sa.text("desk_id DESC NULLS LAST")),
                    dict(schema="work"),
                )

            Index("ix_jobs_room", Job.room_id)
        """,
        files={"app/base.py": BASE},
    ),
    # In mixins, in other files, in Core tables, in the metadata of a type, by SQLModel.
    Good(
        path="app/models.py",
        code="""
            from typing import Annotated, Optional
            from sqlalchemy import Column, ForeignKey, Index, Integer, Table
            from sqlalchemy.orm import Mapped, declared_attr, mapped_column
            from sqlmodel import Field, SQLModel
            from app.base import Base

            user_key = Annotated[int, mapped_column(ForeignKey("users.id"), index=True)]
            class Owned:
                owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
                @declared_attr.directive
                def __table_args__(cls):
                    return (Index(f"ix_{cls.__name__}", cls.owner_id),)
            class Job(Owned, Base):
                __tablename__ = "jobs"
                id: Mapped[int] = mapped_column(primary_key=True)
                user_id: Mapped[Optional[user_key]]
                team_id = Column(Integer, ForeignKey("teams.id"))
            tags = Table(
                "tags", Base.metadata,
                Column("job_id", ForeignKey("jobs.id")), Column("id", Integer, primary_key=True),
                Index("ix_tags_job_id", "job_id"),
            )
            class Run(SQLModel, table=True):
                id: int = Field(foreign_key="job.id", primary_key=True)
                team_id: int = Field(foreign_key="team.id", index=True)
                user_id: int = Field(sa_column=Column(ForeignKey("users.id"), unique=True))
        """,
        files={
            "app/base.py": BASE,
            "app/indexes.py": "from sqlalchemy import Index\nfrom app import models\nIndex('ix', models.Job.team_id)\n",
        },
    ),
    Good(
        path="app/models.py",
        code=MIGRATED.format(mark=""),
        files={"app/base.py": BASE, "migrations/versions/one.py": MIGRATION},
    ),
    # What can't be read may hold the index: it is said by a variable, put together, or made by a function.
    Good(
        path="app/models.py",
        code="""
            from sqlalchemy import Column, ForeignKey, Index
            from sqlalchemy.orm import Mapped, mapped_column
            from app.base import COMMON, INDEXED, Base, indexes, key_to

            class Job(Base):
                __tablename__ = "jobs"
                __table_args__ = (*COMMON, Index("ix_jobs_name", "name"))
                owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
            class Run(Base):
                __tablename__ = "runs"
                __table_args__ = indexes("job_id")
                job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id"))
            class Step(Base):
                __tablename__ = "steps"
                run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), index=INDEXED)
                job_id: Mapped[int] = key_to("jobs")
                tag_id = Column(ForeignKey("tags.id"), **COMMON)
        """,
        files={"app/base.py": BASE},
    ),
    # An index for every foreign key, made as the metadata is filled, is nobody's to see.
    Good(
        path="app/models.py",
        code="""
            from sqlalchemy import ForeignKey
            from sqlalchemy.orm import Mapped, mapped_column
            from app.base import Base

            class Job(Base):
                __tablename__ = "jobs"
                owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
        """,
        files={
            "app/base.py": BASE
            + """
                from sqlalchemy import Index, event
                @event.listens_for(Base, "instrument_class", propagate=True)
                def index_keys(mapper, class_):
                    for column in mapper.local_table.columns:
                        if column.foreign_keys:
                            Index(f"ix_{column.name}", column)
            """.replace("                ", ""),
        },
    ),
    # MySQL makes the index by itself; a migration keeps its own copy of a model, and a test its own tables.
    Good(path="app/models.py", code=MIGRATED.format(mark=""), files={"app/base.py": BASE, "app/db.py": MYSQL}),
    Good(path="migrations/versions/two.py", code=MIGRATED.format(mark=""), files={"app/base.py": BASE}),
    Good(path="tests/models.py", code=MIGRATED.format(mark=""), files={"app/base.py": BASE}),
)


class Where(Settings):
    """Where an index may be made."""

    indexes_in_migrations: bool = Field(
        default=True, description="Whether an index that only a migration makes counts: the models do not tell of it."
    )


class ForeignKeyWithoutIndex(Check):
    """Without an index a foreign key is looked up by reading its whole table.

    Deleting one user then reads every job to see whose it was, under a lock on the user, and takes longer with each
    row that the jobs gain; so does every join and every `WHERE owner_id = …`. PostgreSQL, SQLite, Oracle and SQL
    Server do not make the index by themselves.

    Say `index=True`, or add an `Index` that begins with the column to `__table_args__`.

    A column counts as indexed by `index=True`, `unique=True`, the primary key, an `Index` or `UniqueConstraint` that
    has it in front, in the model, a mixin or another file, and by what migrations make: `op.create_index` and
    `CREATE INDEX`. In second place it does not. Of a key over several columns one in front is enough. Where anything
    that can bring an index can't be read, there is no finding; nor is there one in tests and migrations, or in a
    project that names no database but MySQL, which indexes foreign keys by itself. A column of a mixin is one finding,
    where it is declared, as soon as one table that has it lacks the index.
    """

    name = "foreign-key-without-index"
    level = Level.WARNING
    message = (
        "Deleting a row that `{column}` refers to, or joining on it, reads the whole table: no index begins with this"
        " foreign key."
    )
    examples = BAD + GOOD
    settings: Where = Where()

    @on(cst.SimpleStatementLine, cst.SimpleStatementSuite)
    def statement(self, node: cst.SimpleStatementLine | cst.SimpleStatementSuite, ctx: Context) -> Iterator[Finding]:
        """Report the foreign keys that a statement declares and no index serves."""
        lacking = {
            key.declared: part
            for key, part in ctx.standing_in(node, ctx.index.foreign_keys(ctx.path))
            if key.covered is False or (key.migrated and not self.settings.indexes_in_migrations)
        }
        if not lacking or ctx.layer in APART or ctx.index.databases().used == INDEXING:
            return
        for column, part in lacking.items():
            key = column.rpartition(".")[2]
            yield self.finding(ctx, part, key=key, params={"column": column}, fix=_fix(part, ctx))


def _fix(part: cst.CSTNode, ctx: Context) -> Fix | None:
    """`index=True` at the one column that is made there and refers to another."""
    columns = [each for each in below(part) if isinstance(each, cst.Call) and _refers(each)]
    edit = with_argument(ctx, columns[0], "index", "True") if len(columns) == 1 else None
    effect = "the models ask for an index that a migration has yet to make"
    return Fix(safe=False, edits=(edit,), effect=effect) if edit else None


def _refers(call: cst.Call) -> bool:
    """Whether a call makes a column that is given a foreign key, and no index of another kind."""
    keywords = {arg.keyword.value for arg in call.args if arg.keyword}
    given = {_last(arg.value) for arg in call.args}
    refers = not REFERRING.isdisjoint(given) or "foreign_key" in keywords
    return _last(call.func) in COLUMNS and refers and keywords.isdisjoint({"unique", "sa_column"})


def _last(node: cst.BaseExpression) -> str:
    return (dotted(node) or "").rpartition(".")[2]
