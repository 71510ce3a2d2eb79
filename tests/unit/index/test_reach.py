"""How far a change reaches, and which change is to blame."""

from collections.abc import Mapping
from textwrap import dedent

from reviewer.index.reach import Cause, Reach
from reviewer.model import Change, ChangeKind
from tests.unit.index.project import index_of

Files = Mapping[str, str]
MODELS = "from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase): ...\n"
JOB = "class Job:\n    name = ''\n"


def reached(before: Files, after: Files) -> tuple[Mapping[str, Mapping[str, Cause]], list[str]]:
    """What the change from some files to others reaches, and the files that were looked through for it."""
    base, head = index_of(before), index_of(after)
    changes = {}
    for path in sorted({*before, *after}):
        if path not in after:
            changes[path] = Change(path, ChangeKind.DELETED)
        elif before.get(path) != after[path]:
            kind = ChangeKind.MODIFIED if path in before else ChangeKind.ADDED
            changes[path] = Change(path, kind, lines=frozenset(range(1, after[path].count("\n") + 2)))
    looked: list[str] = []

    def read(path: str) -> bytes:
        looked.append(path)
        return dedent(after[path]).encode()

    def origin(path: str, name: str) -> tuple[str, str] | None:
        return (path, name) if path in before else None

    return Reach(base, head, changes, origin, read).files, looked


def names(before: Files, after: Files) -> dict[str, list[str]]:
    return {path: sorted(found) for path, found in reached(before, after)[0].items()}


def test_where_every_definition_keeps_its_traits_no_file_is_looked_at() -> None:
    before = {"app/models.py": MODELS + JOB, "app/a.py": "from app.models import Job\n"}
    after = before | {"app/models.py": MODELS + JOB + "    def run(self): ...\n\ndef new(): ...\n"}
    assert reached(before, after) == ({}, [])


def test_it_follows_aliases_star_imports_packages_and_bases() -> None:
    before = {
        "app/__init__.py": "",
        "app/models/__init__.py": "from app.models.job import Job as Task\n",
        "app/models/base.py": MODELS,
        "app/models/job.py": JOB,
        "app/all.py": "from app.models.job import *\n",
        "app/alias.py": "from app.models import Task\n",
        "app/attribute.py": "from app import models\nx: models.Task\n",
        "app/whole.py": "import app.models.job\nx: app.models.job.Job\n",
        "app/sub.py": "from app.all import Job\nclass Night(Job): ...\n",
        "app/late.py": "from app.sub import Night\n",
        "app/other.py": "from app.late import nothing\nJobs = 1\n",
    }
    after = before | {"app/models/job.py": "from app.models.base import Base\nclass Job(Base):\n    name = ''\n"}
    found, _ = reached(before, after)
    assert {path: sorted(each) for path, each in found.items()} == {
        "app/alias.py": ["Task"],
        "app/all.py": ["Job"],
        "app/attribute.py": ["models.Task", "models.job"],
        "app/late.py": ["Night"],
        "app/models/__init__.py": ["Task"],
        "app/models/job.py": ["Job"],
        "app/sub.py": ["Job", "Night"],
        "app/whole.py": ["app.models.job.Job"],
    }
    assert set(found["app/late.py"].values()) == {Cause("app/models/job.py", 2, "Job", "`Job` is an ORM model now")}


def test_bases_that_lead_in_a_circle_come_to_an_end() -> None:
    before = {"a.py": "from b import B\nclass A(B): ...\n", "b.py": "from a import A\nclass B(A): ...\n"}
    after = before | {"b.py": MODELS + "from a import A\nclass B(A, Base): ...\n"}
    assert "B" in names(before, after)["a.py"]


def test_a_module_that_comes_to_another_layer_reaches_those_that_import_it() -> None:
    before = {
        "app/__init__.py": "",
        "app/store.py": "def load(): ...\n",
        "app/a.py": "from app import store\n",
        "app/b.py": "from app.store import load\n",
        "app/c.py": "x = 'load'\n",
    }
    after = before | {"app/store.py": MODELS + "class Row(Base): ...\ndef load(): ...\n"}
    found, _ = reached(before, after)
    assert {path: sorted(each) for path, each in found.items() if path != "app/store.py"} == {
        "app/a.py": ["store", "store.load"],
        "app/b.py": ["load"],
    }
    assert found["app/a.py"]["store"].path == "app/store.py"
    assert "is in the layer orm now" in found["app/b.py"]["load"].what


def test_a_package_that_comes_to_another_layer_by_its_neighbours_reaches_its_importers() -> None:
    before = {
        "app/__init__.py": "",
        "app/entities/job.py": "class Job: ...\n",
        "app/api/jobs.py": "from app.entities.job import Job\n",
    }
    found, _ = reached(before, before | {"app/infrastructure/store.py": "x = 1\n"})
    cause = found["app/api/jobs.py"]["Job"]
    assert (cause.path, cause.symbol) == ("app/infrastructure/store.py", "")
    assert "`app/entities/job.py` is in another place of the layout now" in cause.what


def test_an_import_that_leads_elsewhere_is_to_blame_itself() -> None:
    before = {
        "app/models.py": MODELS + "class Job(Base): ...\n",
        "app/plain.py": "class Job: ...\n",
        "app/deps.py": "from app.plain import Job\n",
        "app/a.py": "from app.deps import Job\n",
    }
    found, _ = reached(before, before | {"app/deps.py": "from app.models import Job\n"})
    assert (found["app/a.py"]["Job"].path, found["app/a.py"]["Job"].line) == ("app/deps.py", 1)


KINDS = {
    "app/__init__.py": "",
    "app/models.py": MODELS,
    "app/kinds/schema.py": "class Report: ...\n",
    "app/kinds/orm.py": "from app.models import Base\nclass Report(Base): ...\n",
    "app/a.py": "from app.kinds import Report as R\n",
}


def test_an_alias_of_what_leads_elsewhere_is_reached_too() -> None:
    before = KINDS | {"app/kinds/__init__.py": "from .schema import Report\n"}
    found, _ = reached(before, before | {"app/kinds/__init__.py": "from .orm import Report\n"})
    assert found["app/a.py"]["R"].path == "app/kinds/__init__.py"
    before = KINDS | {"app/kinds/__init__.py": "from .schema import *\n"}
    found, _ = reached(before, before | {"app/kinds/__init__.py": "from .orm import *\n"})
    assert found["app/a.py"]["R"].path == "app/kinds/__init__.py"


def test_a_module_that_becomes_a_package_is_the_same_module() -> None:
    before = {"app/models.py": MODELS, "app/kinds.py": "class Report: ...\n", "app/a.py": KINDS["app/a.py"]}
    after = {path: text for path, text in KINDS.items() if "schema" not in path}
    found, _ = reached(before, after | {"app/kinds/__init__.py": "from .orm import Report\n"})
    assert "is an ORM model now" in found["app/a.py"]["R"].what


def test_another_session_in_a_base_reaches_those_that_use_it() -> None:
    base = "from sqlalchemy.orm import Session\nclass Service:\n    def __init__(self, s):\n        self.s = s\n"
    before = {
        "app/__init__.py": "",
        "app/base.py": base,
        "app/jobs.py": "from app.base import Service\nclass Jobs(Service):\n    def run(self): self.s.get(1)\n",
    }
    assert names(before, before | {"app/base.py": base.replace("(self, s)", "(self, s: Session)")}) == {
        "app/base.py": ["Service"],
        "app/jobs.py": ["Jobs", "Service"],
    }


def test_another_factory_of_sessions_reaches_those_that_call_it() -> None:
    make = "from sqlalchemy.orm import sessionmaker\nmake = sessionmaker()\n"
    before = {"app/__init__.py": "", "app/db.py": make, "app/jobs.py": "from app.db import make\n"}
    after = before | {"app/db.py": make.replace("sessionmaker()", "object()")}
    assert names(before, after) == {"app/jobs.py": ["make"]}


def test_what_a_base_does_when_it_is_left_reaches_the_units_of_work() -> None:
    base = "class Base:\n    def __enter__(self): ...\n    def __exit__(self, *error): self.rollback()\n"
    before = {
        "app/__init__.py": "",
        "app/base.py": base,
        "app/uow.py": "from app.base import Base\nclass JobUoW(Base):\n    def commit(self): ...\n",
    }
    after = before | {"app/base.py": base.replace("self.rollback()", "self.commit()")}
    assert "JobUoW" in names(before, after)["app/uow.py"]


def test_a_method_that_a_port_declares_reaches_what_implements_it() -> None:
    port = "from typing import Protocol\nclass JobRepository(Protocol):\n    def find(self): ...\n"
    before = {
        "app/__init__.py": "",
        "app/port.py": port,
        "app/sql.py": "from app.port import JobRepository\nclass Sql(JobRepository):\n    def notify(self): ...\n",
    }
    after = before | {"app/port.py": port + "    def notify(self): ...\n"}
    assert names(before, after) == {"app/port.py": ["JobRepository"], "app/sql.py": ["JobRepository"]}


def test_a_base_that_checks_its_values_reaches_its_subclasses() -> None:
    before = {"app/base.py": "class Base: ...\n", "app/vo.py": "from app.base import Base\nclass Email(Base): ...\n"}
    after = before | {"app/base.py": "class Base:\n    def __post_init__(self): ...\n"}
    found, _ = reached(before, after)
    cause = Cause("app/base.py", 1, "Base", "`Base` is one that checks its values now")
    assert found == {"app/base.py": {"Base": cause}, "app/vo.py": {"Base": cause, "Email": cause}}


def test_a_base_whose_methods_take_other_flags_reaches_its_subclasses() -> None:
    method = "    def load(self{}): ...\n"
    before = {"app/base.py": f"class Base:\n{method.format('')}", "app/a.py": "from app.base import Base\n"}
    after = before | {"app/base.py": f"class Base:\n{method.format(', force: bool')}"}
    found, _ = reached(before, after)
    assert found["app/a.py"] == {"Base": Cause("app/base.py", 1, "Base", "`Base` has methods with other flags now")}
    other = before | {"app/base.py": f"class Base:\n{method.format(', force: int')}"}
    assert reached(before, other) == ({}, [])


SHARED = {
    "app/__init__.py": "",
    "app/infra/session.py": "class Session: ...\n",
    "app/plain.py": "class Session: ...\n",
    "app/shared.py": "from app.plain import Session\n",
    "app/a.py": "from app import shared\nx: shared.Session\n",
    "app/b.py": "from app.shared import Session as S\n",
    "app/c.py": "from app.plain import Session\n",
}


def test_a_name_that_leads_through_another_layer_or_kind_of_package_means_something_else() -> None:
    found, _ = reached(SHARED, SHARED | {"app/shared.py": "from app.infra.session import Session\n"})
    assert {path: sorted(each) for path, each in found.items()} == {
        "app/a.py": ["shared.Session"],
        "app/b.py": ["S"],
        "app/shared.py": ["Session"],
    }
    assert found["app/b.py"]["S"].what == "`Session` is in the layer infrastructure now"
    before = SHARED | {"app/shared.py": "from httpx import Client as Session\n"}
    found, _ = reached(before, before | {"app/shared.py": "from sqlalchemy import Engine as Session\n"})
    assert found["app/b.py"]["S"] == Cause("app/shared.py", 1, "Session", "`Session` leads through orm now")


def test_an_error_of_http_and_a_port_mean_something_to_others() -> None:
    before = {"app/e.py": "class Gone(Exception): ...\n", "app/a.py": "from app.e import Gone\n"}
    found, _ = reached(before, before | {"app/e.py": "import fastapi\nclass Gone(fastapi.HTTPException): ...\n"})
    assert found["app/a.py"]["Gone"].what == "`Gone` is an answer of HTTP now"
    port = "from abc import ABC\nclass JobRepository(ABC):\n    def find(self): return 1\n"
    before = {"app/p.py": port, "app/a.py": "from app.p import JobRepository\n"}
    found, _ = reached(before, before | {"app/p.py": port.replace("(ABC)", "")})
    assert found["app/a.py"]["JobRepository"].what == "`JobRepository` is abstract no more"


TABLES = """
from sqlalchemy import *
from sqlalchemy.orm import *
from app.base import Base
"""
OWNED = (
    TABLES
    + """class Job(Base):
    __tablename__ = "jobs"
    id = Column(Integer, primary_key=True)
    owner_id = Column(ForeignKey("users.id"))
"""
)
USERS = TABLES + 'class User(Base):\n    __tablename__ = "users"\n    id = Column(Integer, primary_key=True)\n'
SCHEMA = {"app/base.py": MODELS, "app/job.py": OWNED, "app/user.py": USERS}
INDEX = TABLES + 'from app.job import Job\nIndex("ix_jobs_owner", Job.owner_id)\n'
MIGRATION = 'from alembic import op\ndef upgrade():\n    op.{}("ix", "jobs", ["owner_id"])\n'


def what_became(before: dict[str, str], after: dict[str, str]) -> dict[str, str]:
    """What is said to have become of the foreign keys in `app/job.py`, by the file that caused it."""
    found = reached(SCHEMA | before, SCHEMA | after)[0].get("app/job.py", {})
    return {cause.path: cause.what for cause in found.values()}


def test_an_index_in_another_file_is_looked_for_where_its_key_is() -> None:
    gone, there = {"app/indexes.py": TABLES}, {"app/indexes.py": INDEX}
    assert what_became(there, gone) == {"app/indexes.py": "`Job.owner_id` has no index any more"}
    assert what_became(gone, there) == {"app/indexes.py": "`Job.owner_id` has an index now"}
    assert what_became(there, {}) == {"app/indexes.py": "`Job.owner_id` has no index any more"}
    assert what_became(there, {"app/indexes.py": INDEX + "# more\n"}) == {}


def test_an_index_that_a_migration_makes_or_drops_is_looked_for_where_its_key_is() -> None:
    made, dropped = MIGRATION.format("create_index"), MIGRATION.format("drop_index")
    first = {"migrations/one.py": made}
    assert what_became({}, first) == {"migrations/one.py": "`Job.owner_id` has an index now"}
    assert what_became(first, first | {"migrations/two.py": dropped}) == {
        "migrations/two.py": "`Job.owner_id` may have an index now"
    }
    assert what_became(first, first | {"migrations/two.py": made.replace("jobs", "runs")}) == {}


def test_a_relationship_of_the_other_side_is_looked_for_where_the_key_is() -> None:
    related = {"app/user.py": USERS + '    jobs = relationship("Job")\n'}
    assert what_became(related, {}) == {"app/user.py": "`Job.owner_id` has no relationship now"}
    assert what_became({}, related) == {"app/user.py": "`Job.owner_id` has a relationship now"}


def test_a_mixin_a_type_and_a_model_reach_the_keys_that_they_are_about() -> None:
    mixin = TABLES + "class Owned:\n    owner_id = Column(ForeignKey('users.id'))\n"
    model = TABLES + "from app.owned import Owned\nclass Job(Owned, Base):\n    __tablename__ = 'jobs'\n{}"
    arguments = "    __table_args__ = (Index('ix', 'owner_id'),)\n"
    before = SCHEMA | {"app/owned.py": mixin, "app/job.py": model.format(arguments)}
    found = names(before, before | {"app/job.py": model.format("    pass\n")})
    assert found["app/owned.py"] == ["Owned"]
    found = names(before, before | {"app/owned.py": mixin.replace("'))", "'), index=True)")})
    assert "Owned" in found["app/job.py"]

    alias = TABLES + "from typing import Annotated\nowner = Annotated[int, mapped_column(ForeignKey('users.id'){})]\n"
    user = TABLES + "from app.types import owner\nclass Job(Base):\n    __tablename__ = 'jobs'\n    a: Mapped[owner]\n"
    before = SCHEMA | {"app/types.py": alias.format(", index=True"), "app/job.py": user}
    assert names(before, before | {"app/types.py": alias.format("")})["app/job.py"] == ["Job"]


def test_an_index_that_a_column_gets_reaches_the_files_that_name_it() -> None:
    named = OWNED + "    name = Column(String)\n"
    before = SCHEMA | {
        "app/job.py": named,
        "app/jobs.py": "from app.job import Job\nJob.name\n",
        "app/other.py": "from app.job import Job\n",
    }
    found, _ = reached(before, before | {"app/job.py": named.replace("String", "String, index=True")})
    assert found == {
        "app/jobs.py": {"Job": Cause("app/job.py", 5, "Job", "`Job.name` has an index now")},
    }
    assert names(before, before | {"app/job.py": named + "    key = Column(String, unique=True)\n"}) == {}


def test_a_model_that_keeps_deleted_rows_now_reaches_the_files_that_name_it() -> None:
    before = SCHEMA | {"app/jobs.py": "from app.job import Job\n"}
    found = names(before, before | {"app/job.py": OWNED + "    deleted_at = Column(DateTime)\n"})
    assert found["app/jobs.py"] == ["Job"]
