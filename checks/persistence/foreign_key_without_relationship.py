"""Foreign keys between models that no relationship follows."""

from collections.abc import Iterator

import libcst as cst

from reviewer.api import Bad, Check, Context, Finding, Good, Layer, Level, on

APART = frozenset({Layer.TESTS, Layer.MIGRATIONS})

BASE = "from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase): pass\n"
USER = """
from sqlalchemy.orm import Mapped, mapped_column, relationship
from app.base import Base
class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
"""

BAD = (
    Bad(
        path="app/models/job.py",
        code="""
            from sqlalchemy import ForeignKey, ForeignKeyConstraint
            from sqlalchemy.orm import Mapped, mapped_column, relationship
            from app.base import Base
            from app.models.user import User

            class Job(Base):
                __tablename__ = "jobs"
                id: Mapped[int] = mapped_column(primary_key=True)
                owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))  # <-
                parent_id: Mapped[int | None] = mapped_column(ForeignKey("jobs.id"))
                parent: Mapped["Job | None"] = relationship(remote_side=[id])
            class Run(Base):
                __tablename__ = "runs"
                __table_args__ = (ForeignKeyConstraint(["owner_id"], [User.id]),)  # <-
                id: Mapped[int] = mapped_column(primary_key=True)
                owner_id: Mapped[int]
                job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id"))
                job: Mapped[Job] = relationship()
        """,
        files={"app/base.py": BASE, "app/models/user.py": USER},
    ),
    Bad(
        path="app/models.py",
        code="""
            from sqlmodel import Field, Relationship, SQLModel

            class Team(SQLModel, table=True):
                id: int = Field(primary_key=True)
            class Hero(SQLModel, table=True):
                id: int = Field(primary_key=True)
                team_id: int = Field(foreign_key="team.id")  # <-
        """,
    ),
)
GOOD = (
    # On the other side, in a mixin, by `backref`, over a table between, and where nobody can say where it leads.
    Good(
        path="app/models/job.py",
        code="""
            from sqlalchemy import Column, ForeignKey, Integer
            from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship
            from app.base import Base

            class Owned:
                owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
                @declared_attr
                def owner(cls): return relationship("app.models.user.User")
            class Job(Owned, Base):
                __tablename__ = "jobs"
                id: Mapped[int] = mapped_column(primary_key=True)
            class Run(Base):
                __tablename__ = "runs"
                id = Column(Integer, primary_key=True)
                user_id = Column(ForeignKey("users.id"))
            class Step(Base):
                __tablename__ = "steps"
                id = Column(Integer, primary_key=True)
                run_id = Column(ForeignKey("runs.id"))
                run = relationship(lambda: Run, backref="steps")
            class Note(Base):
                __tablename__ = "notes"
                id = Column(Integer, primary_key=True)
                run_id = Column(ForeignKey("runs.id"))
                target = relationship(pick_target())
        """,
        files={
            "app/base.py": BASE,
            "app/models/user.py": USER + '    runs: Mapped[list["Run"]] = relationship(back_populates="user")\n',
        },
    ),
    # What joins two models belongs to the relationship between them; the key of a subclass to its base.
    Good(
        path="app/models.py",
        code="""
            from sqlalchemy import Column, ForeignKey, Integer, Table
            from sqlalchemy.orm import relationship
            from app.base import Base

            class Job(Base):
                __tablename__ = "jobs"
                id = Column(Integer, primary_key=True)
                tags = relationship("Tag", secondary="job_tags")
            class Tag(Base):
                __tablename__ = "tags"
                id = Column(Integer, primary_key=True)
            class JobTag(Base):
                __tablename__ = "job_tags"
                id = Column(Integer, primary_key=True)
                job_id = Column(ForeignKey("jobs.id"))
                tag_id = Column(ForeignKey("tags.id"))
            class JobNote(Base):
                __tablename__ = "job_notes"
                job_id = Column(ForeignKey("jobs.id"), primary_key=True)
                note_id = Column(ForeignKey("jobs.id"), primary_key=True)
            links = Table("links", Base.metadata, Column("job_id", ForeignKey("jobs.id")))
            class NightJob(Job):
                __tablename__ = "night_jobs"
                id = Column(ForeignKey("jobs.id"), primary_key=True)
        """,
        files={"app/base.py": BASE},
    ),
    # No model of this project is known to have that table.
    Good(
        path="app/models.py",
        code="""
            from sqlalchemy import Column, ForeignKey, Integer
            from app.base import Base

            class Job(Base):
                __tablename__ = "jobs"
                id = Column(Integer, primary_key=True)
                owner_id = Column(ForeignKey("auth.users.id"))
        """,
        files={"app/base.py": BASE},
    ),
)


class ForeignKeyWithoutRelationship(Check):
    """A foreign key without a relationship leaves every join to be written by hand.

    Each place that needs the owner of a job spells the join out again, loads the owner in a query of its own in a
    loop, and nothing tells the session to save the owner before the job.

    Declare a `relationship` on one side at least, `Relationship` with SQLModel.

    A key counts where both models are known. A relationship on either side counts, one of a mixin, a base or a
    subclass too, and one whose target can't be read. Core tables, models that are the table between two others
    (`secondary`, or with a primary key made of foreign keys), and the key of a subclass to its base are left alone.
    """

    name = "foreign-key-without-relationship"
    level = Level.ADVICE
    message = (
        "Whoever needs what `{column}` refers to writes the join by hand: neither side of this foreign key has a"
        " relationship."
    )
    examples = BAD + GOOD

    @on(cst.SimpleStatementLine, cst.SimpleStatementSuite)
    def statement(self, node: cst.SimpleStatementLine | cst.SimpleStatementSuite, ctx: Context) -> Iterator[Finding]:
        """Report the foreign keys that a statement declares and no relationship follows."""
        lone = {key.declared: part for key, part in ctx.standing_in(node, ctx.index.lone_keys(ctx.path))}
        if not lone or ctx.layer in APART:
            return
        for column, part in lone.items():
            key = column.rpartition(".")[2]
            yield self.finding(ctx, part, key=key, params={"column": column})
