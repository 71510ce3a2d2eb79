import importlib
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from textwrap import dedent

import pytest
from sqlalchemy.orm import mapperlib

from reviewer.index import Index
from reviewer.index.answers import Definition, OrmModel
from reviewer.model import Confidence
from tests.unit.index.project import index_of


def models_of(index: Index) -> dict[str, OrmModel]:
    """All models of a project by module and symbol."""
    symbols = [(path, found.symbol) for path in index.module_paths() for found in index.facts(path).classes]
    found = {f"{index.module_name(path)}:{symbol}": index.orm_model(path, symbol) for path, symbol in symbols}
    return {name: model for name, model in found.items() if model}


def only(text: str) -> set[str]:
    return {name.partition(":")[2] for name in models_of(index_of({"app.py": text}))}


APPLICATIONS = {
    "bases in other files, through every kind of import": {
        "store/__init__.py": "from store.base import *\nfrom .models import Job as Work\n",
        "store/base.py": """
            from sqlalchemy import orm
            from sqlalchemy.orm import DeclarativeBase as Root
            class Loud: ...
            class Base(Loud, Root): ...
            class Identified(Base):
                __abstract__ = True
                id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
            class Stamped:
                created: orm.Mapped[int]
            JobBase = Identified
        """,
        "store/models.py": """
            import enum
            import typing
            import store.base as base
            from store import Identified as I
            T = typing.TypeVar("T")
            class Status(enum.Enum): OPEN = 1
            class Job(base.Stamped, base.JobBase): __tablename__ = "jobs"
            class Listed(I, typing.Generic[T]): __tablename__ = "lists"
            class Special(Job): ...
            class Plain: ...
        """,
        "store/late.py": """
            from __future__ import annotations
            from typing import TYPE_CHECKING
            import store
            if TYPE_CHECKING:
                from store.nowhere import Base
            else:
                Base = store.Identified
            class Late(Base): __tablename__ = "late"
            def make():
                class Inside(store.base.Identified): __tablename__ = "inside"
                return Inside
            KEPT = make()
            class Outer:
                class Nested(Base): __tablename__ = "nested"
        """,
    },
    "star imports from other distributions": {
        "store/__init__.py": "",
        "store/base.py": """
            from typing import *
            from sqlalchemy import *
            from sqlalchemy.orm import *
            class Base(DeclarativeBase): ...
            Old = declarative_base()
        """,
        "store/models.py": """
            from store.base import *
            class Job(Base):
                __tablename__ = "jobs"
                id: Mapped[int] = mapped_column(primary_key=True)
            class Work(Old):
                __tablename__ = "works"
                id = Column(Integer, primary_key=True)
            class Status(List[int]): ...
        """,
    },
    "definitions in branches": {
        "store/__init__.py": "",
        "store/base.py": """
            from typing import TYPE_CHECKING
            from sqlalchemy.orm import DeclarativeBase
            if TYPE_CHECKING:
                class Base: ...
                def Loud(): ...
            else:
                class Base(DeclarativeBase): ...
                class Loud(Base): __abstract__ = True
            if not TYPE_CHECKING:
                Negated = Base
            else:
                Negated = object
        """,
        "store/models.py": """
            from sqlalchemy import Column, Integer
            from store.base import Base, Loud, Negated
            if Base:
                class Job(Base):
                    __tablename__ = "jobs"
                    id = Column(Integer, primary_key=True)
            else:
                class Job: ...
            class Late(Loud):
                __tablename__ = "late"
                id = Column(Integer, primary_key=True)
            class Other(Negated):
                __tablename__ = "other"
                id = Column(Integer, primary_key=True)
        """,
    },
    "declarative_base, old and new": {
        "store/__init__.py": "",
        "store/old.py": """
            from typing import Any
            from sqlalchemy import Column, Integer, MetaData, orm
            class Common:
                id = Column(Integer, primary_key=True)
            Base: Any = orm.declarative_base(metadata=MetaData(), cls=Common)
            class First(Base): __tablename__ = "first"
            class Second(orm.declarative_base(cls=Common)): __tablename__ = "second"
        """,
        "store/registry.py": """
            from sqlalchemy import Column, Integer, Table, orm
            mapper_registry = orm.registry()
            Base = mapper_registry.generate_base()
            Other = orm.registry().generate_base()
            class First(Base):
                __tablename__ = "first"
                id = Column(Integer, primary_key=True)
            class Second(Other):
                __table__ = Table("second", Other.metadata, Column("id", Integer, primary_key=True))
            @mapper_registry.mapped
            class Third:
                __tablename__ = "third"
                id = Column(Integer, primary_key=True)
            class Child(Third): ...
            @Base.registry.mapped
            class Fourth:
                __tablename__ = "fourth"
                id = Column(Integer, primary_key=True)
            @mapper_registry.as_declarative_base()
            class Fifth:
                id = Column(Integer, primary_key=True)
            class Sixth(Fifth): __tablename__ = "sixth"
            @orm.as_declarative()
            class Seventh:
                id = Column(Integer, primary_key=True)
            class Eighth(Seventh): __tablename__ = "eighth"
            class Meta(metaclass=orm.DeclarativeMeta):
                __abstract__ = True
                registry = mapper_registry
                metadata = mapper_registry.metadata
            class Ninth(Meta):
                __tablename__ = "ninth"
                id = Column(Integer, primary_key=True)
        """,
    },
    "dataclasses": {
        "store/__init__.py": "",
        "store/data.py": """
            from sqlalchemy import orm
            from sqlalchemy.orm import DeclarativeBase, DeclarativeBaseNoMeta, MappedAsDataclass
            class Base(MappedAsDataclass, DeclarativeBase): ...
            class Mixin(MappedAsDataclass):
                note: orm.Mapped[str] = orm.mapped_column(init=False)
            class First(Mixin, Base):
                __tablename__ = "first"
                id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
            class NoMeta(DeclarativeBaseNoMeta): ...
            class Second(MappedAsDataclass, NoMeta):
                __tablename__ = "second"
                id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
            mapped = orm.registry()
            @mapped.mapped_as_dataclass
            class Third:
                __tablename__ = "third"
                id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
            @mapped.mapped_as_dataclass(kw_only=True)
            class Fourth:
                __tablename__ = "fourth"
                id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
        """,
    },
    "a generic base, a base of the same name, a class in a condition": {
        "store/__init__.py": "",
        "store/base.py": """
            from typing import Generic, TypeVar
            from sqlalchemy.orm import DeclarativeBase
            T = TypeVar("T")
            class Base(DeclarativeBase): ...
            class Owned(Base, Generic[T]): __abstract__ = True
        """,
        "store/models.py": """
            from sqlalchemy import orm
            from store.base import Base, Owned
            class Base(Base): __abstract__ = True
            if True:
                class Job(Owned[int]):
                    __tablename__ = "jobs"
                    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
            class User(Base):
                __tablename__ = "users"
                id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
        """,
    },
}


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.syspath_prepend(tmp_path)
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        if name.partition(".")[0] == "store":
            del sys.modules[name]


def mapped_by_sqlalchemy(files: Mapping[str, str]) -> set[str]:
    """What SQLAlchemy maps once the application is imported."""
    others = set(mapperlib._all_registries())
    for path in files:
        importlib.import_module(path.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
    mappers = [mapper for registry in set(mapperlib._all_registries()) - others for mapper in registry.mappers]
    names = {f"{mapper.class_.__module__}:{mapper.class_.__qualname__}" for mapper in mappers}
    return {name.replace(".<locals>", "") for name in names}


@pytest.mark.parametrize("files", APPLICATIONS.values(), ids=APPLICATIONS.keys())
def test_models_are_those_that_sqlalchemy_maps(files: Mapping[str, str], on_path: Path) -> None:
    for path, text in files.items():
        (on_path / path).parent.mkdir(exist_ok=True)
        (on_path / path).write_text(dedent(text), encoding="utf-8")

    mapped = mapped_by_sqlalchemy(files)

    assert len(mapped) >= 2
    assert set(models_of(index_of(files))) == mapped


def test_a_chain_reads_from_the_class_to_the_root() -> None:
    index = index_of(
        {
            "base.py": "from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase): ...\n",
            "old.py": "from sqlalchemy.ext.declarative import declarative_base\nBase = declarative_base()\n",
            "models.py": "import base, old\nclass Job(base.Base): ...\nclass Old(old.Base): ...\nclass New(Job): ...\n",
        }
    )

    assert index.orm_model("models.py", "Job") == OrmModel(
        Definition("models.py", "Job", 2), ("Job", "Base", "sqlalchemy.orm.DeclarativeBase"), Confidence.HIGH
    )
    old, new = index.orm_model("models.py", "Old"), index.orm_model("models.py", "New")
    assert old
    assert old.chain == ("Old", "Base", "sqlalchemy.ext.declarative.declarative_base()")
    assert new
    assert new.chain == ("New", "Job", "Base", "sqlalchemy.orm.DeclarativeBase")


def test_the_model_of_flask_s_extension_is_a_root() -> None:
    text = """
        from flask_sqlalchemy import SQLAlchemy as Flasky
        from flask_sqlalchemy.model import Model
        class Database(Flasky): ...
        db = Flasky()
        own: Database = Database(model_class=object)
        Base = db.Model
        other = make()
        class A(db.Model): ...
        class B(own.Model): ...
        class C(Base): ...
        class D(Model): ...
        class E(other.Model): ...
        class F(db.Other): ...
        class G(db.Model):
            __abstract__ = True
        class H(G): ...
    """

    assert only(text) == {"A", "B", "C", "D", "H"}


def test_a_sqlmodel_is_a_model_with_a_table_of_its_own() -> None:
    text = """
        import sqlmodel as sm
        class HeroBase(sm.SQLModel): ...
        class Hero(HeroBase, table=True): ...
        class HeroRead(Hero): ...
        class HeroPlain(HeroBase, table=False): ...
    """

    assert only(text) == {"Hero"}


def test_other_mappers_are_known_too() -> None:
    text = """
        from advanced_alchemy.base import UUIDAuditBase, orm_registry
        from litestar.plugins.sqlalchemy import base
        import beanie, mongoengine, peewee
        from django.db import models
        from tortoise.models import Model as Tortoise

        class Author(UUIDAuditBase): ...
        class Book(base.BigIntBase): ...
        @orm_registry.mapped
        class Mapped: ...
        class Django(models.Model): ...
        class DjangoBase(models.Model):
            class Meta:
                abstract = True
        class DjangoChild(DjangoBase):
            class Meta(DjangoBase.Meta):
                ordering = ["id"]
        class Turtle(Tortoise): ...
        class Bean(beanie.Document): ...
        class Mongo(mongoengine.Document):
            meta = {"collection": "x"}
        class MongoBase(mongoengine.Document):
            meta = {"abstract": True}
        class Pee(peewee.Model):
            class Meta:
                database = db
        class Wee(Pee):
            name = peewee.CharField()
    """

    models = {"Author", "Book", "Mapped", "Django", "DjangoChild", "Turtle", "Bean", "Mongo", "Wee"}
    assert only(text) == models


def test_a_base_that_cannot_be_found_needs_a_table_and_a_column() -> None:
    text = """
        from company.db import Base, mixin
        from sqlalchemy import Column, Table
        from sqlalchemy.orm import Mapped, mapped_column, declared_attr
        import enum, typing
        class A(Base):
            __tablename__ = "a"
            id = Column(primary_key=True)
        class B(make()):
            __tablename__ = "b"
            id: Mapped[int]
        class C(Base):
            __table__ = Table("c", metadata, Column("id"))
        class D(Base):
            @declared_attr
            def __tablename__(cls): ...
            id = mapped_column()
        class Below(mixin.Thing, A):
            __tablename__ = "below"
            other = Column()
        class NoTable(Base):
            id = Column()
        class NoColumn(Base):
            __tablename__ = "x"
        class Mixin:
            __tablename__ = "y"
            id = Column()
        class Harmless(typing.Generic[T], object, enum.Enum):
            __tablename__ = "z"
            id = Column()
        class Abstract(Base):
            __abstract__ = True
            __tablename__ = "w"
            id = Column()
    """
    models = models_of(index_of({"app.py": text}))

    assert {name.partition(":")[2] for name in models} == {"A", "B", "C", "D", "Below"}
    assert {model.confidence for model in models.values()} == {Confidence.MEDIUM}
    assert models["app:A"].chain == ("A", "__tablename__ and the column id")


def test_a_class_that_is_mapped_imperatively_is_no_model() -> None:
    text = """
        from sqlalchemy.orm import registry
        class Entity: ...
        class Job(Entity):
            def __init__(self): ...
        registry().map_imperatively(Job, jobs)
    """

    assert only(text) == set()


def test_cyclic_bases_come_to_an_end() -> None:
    files = {"a.py": "from b import B\nclass A(B): ...\n", "b.py": "from a import A\nclass B(A): ...\n"}

    assert models_of(index_of(files)) == {}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Base", True),
        ("Abstract", True),
        ("DeclarativeBase", True),
        ("Old", True),
        ("documents.Document", True),
        ("ToBase", True),
        ("Quoted", True),
        ("ToModel", True),
        ("OneOf", True),
        ("Job", False),
        ("SQLModel", False),
        ("ToSchema", False),
        ("Free", False),
        ("ToItself", False),
        ("Mixin", False),
        ("int", False),
        ("Missing", False),
    ],
)
def test_declarative_bases_and_variables_bound_to_them_are_known(name: str, *, expected: bool) -> None:
    text = """
        from typing import TypeVar
        import beanie as documents
        from sqlalchemy.orm import DeclarativeBase, declarative_base
        from sqlmodel import SQLModel
        class Base(DeclarativeBase): ...
        class Abstract(Base): __abstract__ = True
        class Job(Base): ...
        class Mixin: ...
        Old = declarative_base()
        ToBase = TypeVar("ToBase", bound=Base)
        Quoted = TypeVar("Quoted", bound="Base | None")
        ToModel = TypeVar("ToModel", bound=Job)
        OneOf = TypeVar("OneOf", int, Job)
        ToSchema = TypeVar("ToSchema", bound=SQLModel)
        ToItself = TypeVar("ToItself", bound="ToItself")
        Free = TypeVar("Free")
    """

    assert index_of({"app.py": text}).declarative_root("app.py", name) is expected
