"""Projects in layouts that teams use, by their files, with what their configuration has to say of the layers."""

from collections.abc import Mapping
from typing import NamedTuple

MODELS = """\
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase): ...

class Job(Base):
    __tablename__ = "jobs"
    id: Mapped[int] = mapped_column(primary_key=True)
"""
ROUTES = """\
from fastapi import APIRouter

router = APIRouter()

@router.get("/jobs")
def jobs() -> list[int]:
    return []
"""
QUERIES = """\
from sqlalchemy import text
from sqlalchemy.orm import Session

def count(session: Session) -> int:
    return session.execute(text("select count(*) from jobs")).scalar_one()
"""
CLEAN_SERVICE = """\
from app.repositories.jobs import JobRepository

class CountJobs:
    def __init__(self, jobs: JobRepository) -> None:
        self.jobs = jobs

    def __call__(self) -> int:
        return self.jobs.count()
"""
REPOSITORY = """\
class JobRepository:
    def count(self) -> int:
        return 0
"""
QUERYING_SERVICE = """\
from sqlalchemy.orm import Session

from app.models import Job

def count(session: Session) -> int:
    return session.query(Job).count()
"""


class Layout(NamedTuple):
    """A project, the layer of some of its files as a person tells them, and the names that have to be told."""

    files: Mapping[str, str]
    layers: Mapping[str, str | None]
    told: Mapping[str, tuple[str, ...]]


def flat(files: Mapping[str, str]) -> Mapping[str, str]:
    """The files, each folder above them a package."""
    folders = {path.rpartition("/")[0] for path in files if "/" in path}
    return {**{f"{folder}/__init__.py": "" for folder in folders}, "app/__init__.py": "", **files}


LAYOUTS = {
    "names that are known": Layout(
        flat({"app/models.py": MODELS, "app/routers/jobs.py": ROUTES, "app/repositories/jobs.py": REPOSITORY}),
        {"app/models.py": "orm", "app/routers/jobs.py": "api", "app/repositories/jobs.py": "repositories"},
        {},
    ),
    "views and crud": Layout(
        flat({"app/models.py": MODELS, "app/views/jobs.py": ROUTES, "app/crud.py": QUERIES, "app/main.py": ROUTES}),
        {"app/views/jobs.py": "api", "app/crud.py": "repositories", "app/main.py": None},
        {"api": ("views",), "repositories": ("crud",)},
    ),
    "services that keep clear of the database": Layout(
        flat(
            {
                "app/models.py": MODELS,
                "app/repositories/jobs.py": REPOSITORY,
                "app/services/jobs.py": CLEAN_SERVICE,
                "app/api/jobs.py": ROUTES + "from app.services.jobs import CountJobs\n",
            }
        ),
        {"app/services/jobs.py": "use-cases"},
        {"use-cases": ("services",)},
    ),
    "services that query": Layout(
        flat(
            {
                "app/models.py": MODELS,
                "app/services/jobs.py": QUERYING_SERVICE,
                "app/services/users.py": QUERYING_SERVICE,
            }
        ),
        {"app/services/jobs.py": None},
        {},
    ),
    "a monorepo without packages": Layout(
        {
            "api/models.py": MODELS,
            "api/storage/jobs.py": "from models import Job\n\ndef key(job: Job) -> int:\n    return job.id\n",
            "api/rules.py": "from models import Job\n\ndef price(job: Job) -> int:\n    return job.id\n",
            "worker/main.py": "def run() -> None: ...\n",
        },
        {"api/rules.py": None, "api/models.py": "orm"},
        {"": ("api",)},
    ),
    "a folder for each feature": Layout(
        flat(
            {
                "app/models.py": MODELS,
                **{f"app/{name}/router.py": ROUTES for name in ("jobs", "users")},
                **{f"app/{name}/service.py": QUERYING_SERVICE for name in ("jobs", "users")},
                **{f"app/{name}/schemas.py": "class Shown: ...\n" for name in ("jobs", "users")},
            }
        ),
        {"app/jobs/router.py": "api", "app/jobs/service.py": None, "app/jobs/schemas.py": None},
        {"api": ("router",)},
    ),
    "a monorepo of services": Layout(
        {
            f"services/{name}/{path}": code
            for name in ("billing", "shipping")
            for path, code in {
                f"{name}/__init__.py": "",
                f"{name}/models.py": MODELS,
                f"{name}/repositories/jobs.py": REPOSITORY,
                f"{name}/views.py": ROUTES + f"from {name}.repositories.jobs import JobRepository\n",
                f"{name}/pricing.py": f"from {name}.repositories.jobs import JobRepository\n\ndef price(): ...\n",
            }.items()
        },
        {"services/billing/billing/views.py": "api", "services/billing/billing/pricing.py": None},
        {"api": ("views",)},
    ),
    "src": Layout(
        {"src/shop/__init__.py": "", "src/shop/resources/__init__.py": "", "src/shop/resources/jobs.py": ROUTES},
        {"src/shop/resources/jobs.py": "api"},
        {"api": ("resources",)},
    ),
    "a name of the team's own": Layout(
        flat({f"app/gates/{name}.py": ROUTES for name in ("jobs", "users", "orders")}),
        {"app/gates/jobs.py": "api"},
        {"api": ("gates",)},
    ),
    "a feature that serves routes": Layout(
        flat({"app/billing/web.py": ROUTES, "app/billing/prices.py": "def price() -> int: return 1\n"}),
        {"app/billing/web.py": "api", "app/billing/prices.py": None},
        {"api": ("web",)},
    ),
    "tests under another name": Layout(
        flat(
            {
                "app/models.py": MODELS,
                "specs/jobs.py": "import pytest\n\nclass TestJobs:\n    def test_it(self) -> None: assert True\n",
            }
        ),
        {"specs/jobs.py": "tests"},
        {"tests": ("specs",)},
    ),
    "a domain that no folder beside it tells": Layout(
        flat(
            {
                "app/entities/job.py": "class Job:\n    def price(self) -> int: return 1\n",
                "app/routers/jobs.py": ROUTES,
            }
        ),
        {"app/entities/job.py": "domain"},
        {"domain": ("entities",)},
    ),
    "entities that are schemas": Layout(
        flat({"app/entities/job.py": "from pydantic import BaseModel\n\nclass Job(BaseModel):\n    id: int\n"}),
        {"app/entities/job.py": None},
        {},
    ),
}
