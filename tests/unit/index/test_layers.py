"""Tests of the layers of files."""

import pytest

from reviewer.config import Config
from reviewer.config_sections import Layers
from reviewer.index.answers import Layer, Placement
from tests.unit.index.project import index_of

MODEL = """
    from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

    class Base(DeclarativeBase): pass

    class Job(Base):
        __tablename__ = "jobs"
        id: Mapped[int] = mapped_column(primary_key=True)
"""
SESSION = """
    from sqlalchemy import create_engine
    from sqlalchemy.orm import sessionmaker

    SessionLocal = sessionmaker(create_engine("sqlite://"))

    def get_db():
        with SessionLocal() as session:
            yield session
"""
USES_ORM = "from sqlalchemy import select\n"


def placement(path: str, code: str = "", *others: str, config: Config | None = None, **files: str) -> Placement:
    """Where `path` is among other files, which are empty unless `files` says otherwise."""
    return index_of({**dict.fromkeys(others, ""), path: code, **files}, config).placement(path)


def layer(path: str, code: str = "", *others: str, config: Config | None = None) -> Layer | None:
    return placement(path, code, *others, config=config).layer


@pytest.mark.parametrize(
    "path",
    [
        "tests/unit/domain/test_job.py",
        "app/test/factories.py",
        "tests-e2e/run.py",
        "tests_slow/run.py",
        "integration_tests/domain/job.py",
        "app/domain/conftest.py",
        "app/domain/test_job.py",
        "app/domain/job_test.py",
        "app/tests.py",
        "tests/migrations/versions/first.py",
        "src/app/domain/tests/deep/down/repository.py",
    ],
)
def test_tests_are_found_in_the_whole_path_and_go_before_everything(path: str) -> None:
    assert layer(path, MODEL) is Layer.TESTS


@pytest.mark.parametrize("path", ["alembic/versions/first.py", "migrations/first.py", "src/domain/migrations/job.py"])
def test_migrations_are_found_in_the_whole_path(path: str) -> None:
    assert layer(path, MODEL) is Layer.MIGRATIONS


@pytest.mark.parametrize("code", ["from alembic import context", "import alembic.context", "import alembic"])
def test_an_alembic_environment_makes_migrations_of_its_revisions(code: str) -> None:
    index = index_of(
        {
            "app/db/schema/env.py": code,
            "app/db/schema/versions/deep/first.py": "",
            "app/db/schema/revisions/first.py": "",
            "app/db/schema/seeds/first.py": "",
            "app/versions/first.py": "",
        }
    )
    layers = [index.placement(path).layer for path in index.module_paths()]
    assert layers == [Layer.MIGRATIONS, Layer.MIGRATIONS, Layer.INFRASTRUCTURE, Layer.MIGRATIONS, None]


def test_a_folder_with_another_env_is_no_alembic_environment() -> None:
    index = index_of({"app/core/env.py": "import os", "app/core/versions/first.py": ""})
    assert [index.placement(path).layer for path in index.module_paths()] == [None, None]


def test_an_alembic_environment_may_be_the_repository_itself() -> None:
    index = index_of({"env.py": "from alembic import context", "versions/first.py": ""})
    assert {index.placement(path).layer for path in index.module_paths()} == {Layer.MIGRATIONS}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("src/app/domain/job.py", Layer.DOMAIN),
        ("app/use_cases/create.py", Layer.USE_CASES),
        ("app/usecase/create.py", Layer.USE_CASES),
        ("app/application/create.py", Layer.USE_CASES),
        ("app/service_layer/create.py", Layer.USE_CASES),
        ("app/interactors/create.py", Layer.USE_CASES),
        ("app/repositories/job.py", Layer.REPOSITORIES),
        ("app/repos/job.py", Layer.REPOSITORIES),
        ("app/infra/mail.py", Layer.INFRASTRUCTURE),
        ("app/adapters/mail.py", Layer.INFRASTRUCTURE),
        ("app/mappings/job.py", Layer.INFRASTRUCTURE),
        ("app/routers/job.py", Layer.API),
        ("app/entrypoints/job.py", Layer.API),
        ("app/services/job.py", None),
        ("app/models/job.py", None),
        ("main.py", None),
    ],
)
def test_a_folder_names_the_layer(path: str, expected: Layer | None) -> None:
    assert layer(path) is expected


def test_names_above_the_innermost_src_do_not_count() -> None:
    assert layer("api/src/infrastructure/src/app/job.py") is None
    assert layer("api/src/domain/job.py") is Layer.DOMAIN


def test_names_above_the_outermost_package_do_not_count() -> None:
    assert layer("api/service/job.py", "", "api/service/__init__.py") is None
    assert layer("service/api/job.py", "", "service/__init__.py", "service/api/__init__.py") is Layer.API


def test_the_outermost_package_itself_counts() -> None:
    assert layer("backend/api/job.py", "", "backend/api/__init__.py") is Layer.API


def test_a_configured_source_root_goes_before_src_and_packages() -> None:
    config = Config(source_roots=("services/api/",))
    assert layer("services/api/jobs/job.py", config=config) is None
    assert layer("services/api/src/domain/job.py", config=config) is Layer.DOMAIN
    assert layer("domain/src/app/job.py", config=Config(source_roots=(".",))) is Layer.DOMAIN


def test_a_folder_that_holds_a_whole_application_names_no_layer() -> None:
    found = placement("apps/api/main.py", "", "apps/api/domain/job.py", "apps/api/infrastructure/db/job.py")
    assert found == Placement(None, "`apps/api` holds a whole application, so its name stands for no layer")


def test_one_other_layer_below_a_folder_leaves_its_name() -> None:
    assert layer("apps/api/main.py", "", "apps/api/repositories/job.py") is Layer.API


def test_tests_and_migrations_make_no_whole_application() -> None:
    others = ("app/api/tests/domain/job.py", "app/api/migrations/first.py", "app/api/repositories/job.py")
    assert layer("app/api/main.py", "", *others) is Layer.API


def test_ports_below_the_domain_do_not_make_it_a_whole_application() -> None:
    others = ("app/domain/repositories/job.py", "app/domain/use_cases/create.py")
    assert layer("app/domain/job.py", "", *others) is Layer.DOMAIN


@pytest.mark.parametrize("outer", ["api", "services", "application", "infrastructure/db"])
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("uow.py", Layer.UNIT_OF_WORK),
        ("unit_of_work.py", Layer.UNIT_OF_WORK),
        ("unitofwork.py", Layer.UNIT_OF_WORK),
        ("settings.py", Layer.SETTINGS),
        ("config.py", Layer.SETTINGS),
        ("db_settings.py", Layer.SETTINGS),
        ("settings_local.py", Layer.SETTINGS),
    ],
)
def test_roles_hold_in_every_folder(outer: str, name: str, expected: Layer) -> None:
    assert layer(f"app/{outer}/{name}") is expected


@pytest.mark.parametrize("name", ["repository.py", "job_repository.py"])
def test_a_repository_s_file_is_one_in_every_folder(name: str) -> None:
    assert layer(f"app/api/{name}") is Layer.REPOSITORIES


def test_the_deepest_folder_wins() -> None:
    assert layer("app/infrastructure/db/repositories/job.py") is Layer.REPOSITORIES
    assert layer("app/repositories/db/job.py") is Layer.INFRASTRUCTURE


@pytest.mark.parametrize("folder", ["adapters", "api", "use_cases", "services/orm"])
def test_everything_under_the_domain_is_domain(folder: str) -> None:
    assert layer(f"app/domain/{folder}/job.py") is Layer.DOMAIN


def test_a_module_s_own_name_counts_where_no_folder_decides() -> None:
    assert layer("app/jobs/routes.py") is Layer.API
    assert layer("app/jobs/repositories.py") is Layer.REPOSITORIES
    assert layer("app/infrastructure/routes.py") is Layer.INFRASTRUCTURE


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("app/entities/job.py", Layer.DOMAIN),
        ("app/value_objects/money.py", Layer.DOMAIN),
        ("app/commands/create.py", Layer.USE_CASES),
        ("app/queries/find.py", Layer.USE_CASES),
        ("app/commands.py", Layer.USE_CASES),
    ],
)
def test_ordinary_words_name_a_layer_in_a_layer_tree_alone(path: str, expected: Layer) -> None:
    assert layer(path) is None
    assert layer(path, "", "app/infrastructure/mail.py") is expected


def test_an_ancestor_makes_a_layer_tree() -> None:
    assert layer("app/application/jobs/entities/job.py") is Layer.DOMAIN


def test_a_sibling_of_an_ancestor_makes_no_layer_tree() -> None:
    assert layer("app/cli/commands/run.py", "", "app/db/engine.py") is None


@pytest.mark.parametrize("path", ["repositories/job.py", "jobs/repository.py", "job_repository.py", "repos.py"])
@pytest.mark.parametrize(("outer", "expected"), [("domain", Layer.DOMAIN), ("application", Layer.USE_CASES)])
def test_ports_belong_to_the_layer_around_them(path: str, outer: str, expected: Layer) -> None:
    code = "from abc import ABC\nfrom app.sqlalchemy import Page\nfrom .sqlalchemy import Thing\n"
    assert layer(f"app/{outer}/{path}", code) is expected


@pytest.mark.parametrize(
    "code", ["import sqlalchemy as sa", USES_ORM, "from django.db import models", "from django import db"]
)
@pytest.mark.parametrize("outer", ["domain", "application"])
def test_a_repository_that_imports_an_orm_is_no_port(outer: str, code: str) -> None:
    assert layer(f"app/{outer}/jobs/repositories/job.py", code) is Layer.REPOSITORIES


def test_a_repository_of_the_infrastructure_below_the_application_is_no_port() -> None:
    assert layer("app/application/infrastructure/repositories/job.py") is Layer.REPOSITORIES


def test_the_domain_s_own_words_are_no_roles() -> None:
    assert layer("app/domain/settings.py", "class Theme: pass") is Layer.DOMAIN
    assert layer("app/domain/uow.py", "class UnitOfWork: pass") is Layer.DOMAIN


def test_an_implementation_under_the_domain_keeps_its_role() -> None:
    assert layer("app/domain/settings.py", "import os\nURL = os.environ['URL']") is Layer.SETTINGS
    assert layer("app/domain/uow.py", USES_ORM) is Layer.UNIT_OF_WORK


def test_a_custom_file_name_holds_under_the_domain() -> None:
    config = Config(layers=Layers(api=("handlers.py",)))
    assert layer("app/domain/handlers.py", config=config) is Layer.API


@pytest.mark.parametrize(
    "path",
    ["app/models/job.py", "app/domain/job.py", "app/job_repository.py", "app/api/job.py", "app/domain/models.py"],
)
def test_a_file_that_defines_a_model_is_an_orm_place(path: str) -> None:
    assert placement(path, MODEL) == Placement(Layer.ORM, "it defines the ORM model Job")


def test_a_package_is_an_orm_place_when_one_of_its_files_defines_a_model() -> None:
    index = index_of(
        {"app/models/__init__.py": "from .job import Job", "app/models/job.py": MODEL, "app/__init__.py": ""}
    )
    assert index.placement("app/models/__init__.py").layer is Layer.ORM
    assert index.placement("app/__init__.py").layer is None


def test_a_file_that_only_imports_a_model_is_no_orm_place() -> None:
    index = index_of({"app/models/job.py": MODEL, "app/jobs/service.py": "from app.models.job import Job"})
    assert index.placement("app/jobs/service.py").layer is None


def test_a_declarative_base_alone_makes_no_orm_place() -> None:
    assert (
        layer("app/models/base.py", "from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase): pass")
        is None
    )


def test_an_entity_that_is_mapped_imperatively_stays_in_the_domain() -> None:
    mapping = "from app.domain.job import Job\nregistry.map_imperatively(Job, table)"
    index = index_of({"app/domain/job.py": "class Job: pass", "app/db/mapping.py": mapping})
    assert index.placement("app/domain/job.py").layer is Layer.DOMAIN
    assert index.placement("app/db/mapping.py").layer is Layer.INFRASTRUCTURE


@pytest.mark.parametrize(
    "code",
    [
        "from pydantic_settings import BaseSettings\nclass Database(BaseSettings): url: str",
        "class DatabaseConfig: url: str",
        "import os\nURL = os.environ['URL']",
        "from os import getenv\nURL = getenv('URL')",
    ],
)
@pytest.mark.parametrize("folder", ["app/settings", "app/infrastructure/config"])
def test_settings_folders_hold_settings_where_a_module_says_so(folder: str, code: str) -> None:
    assert layer(f"{folder}/database.py", code) is Layer.SETTINGS


def test_other_modules_of_a_settings_folder_are_of_the_layer_around_it() -> None:
    assert layer("app/config/logging.py", "LEVEL = 1") is None
    assert layer("app/infrastructure/config/logging.py", "LEVEL = 1") is Layer.INFRASTRUCTURE


@pytest.mark.parametrize("path", ["app/database.py", "app/db/session.py"])
def test_a_file_that_defines_a_unit_of_work_is_one(path: str) -> None:
    found = placement(path, SESSION)
    assert found == Placement(Layer.UNIT_OF_WORK, "get_db is a unit of work: it yields the session `session`")


def test_a_unit_of_work_does_not_take_its_file_out_of_a_named_layer() -> None:
    assert layer("app/api/dependencies.py", SESSION) is Layer.API
    assert layer("app/database.py", SESSION + "\n    @app.get('/')\n    def root(): ...\n") is None


def test_a_unit_of_work_among_much_else_does_not_make_its_file_one() -> None:
    others = "".join(f"    def function_{number}(): ...\n" for number in range(3))
    assert layer("app/users.py", SESSION + "\n" + others) is None


def test_a_class_that_hands_out_the_session_makes_its_file_a_unit_of_work() -> None:
    code = "class Database:\n    def session(self):\n        with self.session_factory() as s: yield s\n"
    assert layer("app/database.py", USES_ORM + code) is Layer.UNIT_OF_WORK


def test_a_function_inside_a_function_may_hand_out_the_session() -> None:
    code = "def provider():\n    def get():\n        with make_session() as s: yield s\n    return get\n"
    assert layer("app/database.py", USES_ORM + code) is Layer.UNIT_OF_WORK


def test_the_names_are_configured() -> None:
    config = Config(layers=Layers(use_cases=("services", "flow_*"), domain=("core",)))
    assert layer("app/services/job.py", config=config) is Layer.USE_CASES
    assert layer("app/flow_jobs/job.py", config=config) is Layer.USE_CASES
    assert layer("app/core/api/job.py", config=config) is Layer.DOMAIN
    assert layer("app/domain/job.py", config=config) is None


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("app/jobs/store.py", "class JobRepository:\n    def find(self): ...\n"),
        ("app/repositories/job.py", ""),
        ("app/repositories.py", ""),
        ("app/domain/repositories/job.py", ""),
    ],
)
def test_a_project_has_repositories_by_class_folder_or_module(path: str, code: str) -> None:
    assert index_of({path: code}).has_repositories()


CODE = "from app.clone import clone\n\nclass CodeRepository:\n    def fetch(self): return clone()\n"


def test_a_repository_of_source_code_is_no_repository_layer() -> None:
    clone = {"app/clone.py": "import git\n\ndef clone():\n    import sqlalchemy\n"}
    assert not index_of({"app/code.py": CODE, **clone}).has_repositories()
    assert not index_of({"app/code_repository.py": CODE, **clone}).has_repositories()
    assert index_of({"app/repositories/code.py": CODE, **clone}).has_repositories()


@pytest.mark.parametrize(
    "files",
    [
        {"app/repositories/router.py": "", "app/repositories/service.py": "from sqlalchemy.orm import Session\n"},
        {"app/registry/repository.py": "from sqlalchemy import text\nclass Repository:\n    def get(self): ...\n"},
        {"app/bench/repository.py": "from pathlib import Path\ndef root(): return Path()\n"},
        {
            "app/repository.py": "from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase): ...\n"
            "class SourceRepository(Base):\n    __abstract__ = True\n"
        },
    ],
)
def test_a_feature_or_a_thing_called_repository_is_no_repository_layer(files: dict[str, str]) -> None:
    assert not index_of(files).has_repositories()


@pytest.mark.parametrize(
    "source",
    [
        "from sqlalchemy.orm import Session\n",
        "from app.models import Job\n",
        "from app import models\n",
        "from app.database import session\n",
        "from app.domain.job import JobEntity\n",
        "import logging\n",
    ],
)
def test_what_a_repository_imports_can_lead_to_entities(source: str) -> None:
    orm = "from sqlalchemy.orm import DeclarativeBase\n\nclass Base(DeclarativeBase): ...\n\n"
    files = {
        "app/models.py": orm + 'class Job(Base):\n    __tablename__ = "jobs"\n',
        "app/database.py": "from sqlalchemy.orm import Session\n\nsession = Session()\n",
        "app/domain/job.py": "class JobEntity: ...\n",
        "app/store.py": source + "\nclass JobRepository:\n    def find(self): ...\n",
    }
    assert index_of(files).has_repositories()


@pytest.mark.parametrize("path", ["tests/repositories/job.py", "repositories/src/app/job.py", "app/jobs.py"])
def test_a_project_has_no_repositories_in_tests_or_above_its_root(path: str) -> None:
    assert not index_of({path: ""}).has_repositories()
