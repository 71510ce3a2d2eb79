"""Which imports lead out of the domain and the use cases, and by which way."""

from collections.abc import Mapping

import pytest

from reviewer.config import Config
from reviewer.config_sections import Imports
from reviewer.index.answers import Crossing
from tests.unit.index.project import index_of

JOB = "app/domain/job.py"
FILES = {
    "app/__init__.py": "",
    "app/infra/session.py": "class Session: ...\nclass Engine: ...\n",
    "app/infra/clock.py": "def now(): return 1\n",
}


def crossings(
    code: str, files: Mapping[str, str] | None = None, *, path: str = JOB, config: Config | None = None
) -> tuple[Crossing, ...]:
    """The crossings of a file among those of FILES and others, which are named by their path in `app`."""
    others = {f"app/{name}.py": text for name, text in (files or {}).items()}
    return index_of({**FILES, **others, path: code}, config).crossings(path)


def led_to(
    code: str, files: Mapping[str, str] | None = None, *, path: str = JOB, config: Config | None = None
) -> list[tuple[str, str]]:
    return [(found.name, found.module) for found in crossings(code, files, path=path, config=config)]


def allowing(**settings: object) -> Config:
    return Config(imports=Imports(**settings))  # type: ignore[arg-type]  # settings of it


def test_a_crossing_says_what_is_imported_where_and_by_which_way() -> None:
    (found,) = crossings(
        "x = 1\nfrom ..shared import Session as Made\n",
        {
            "shared": "from app.handed import Session\n",
            "handed": "from app.infra import session\nSession = session.Session\n",
        },
    )
    assert found == Crossing(
        line=2,
        statement="..shared",
        name="Session",
        module="app.infra.session",
        belongs="infrastructure",
        way=("app/shared.py", "app/handed.py", "app/infra/session.py"),
    )
    assert found.params(JOB)["way"] == f"{JOB} → app/shared.py → app/handed.py → app/infra/session.py"


@pytest.mark.parametrize(
    ("code", "name", "module"),
    [
        ("from app.infra.session import Session\n", "Session", "app.infra.session"),
        ("from app.infra import session\n", "session", "app.infra.session"),
        ("from app import infra\n", "infra", "app.infra"),
        ("from ..infra.session import *\n", "", "app.infra.session"),
        ("import app.infra.session\n", "", "app.infra.session"),
        ("import app.infra.session as s\n", "", "app.infra.session"),
        ("import app\nx: app.infra.session.Session\n", "app.infra.session.Session", "app.infra.session"),
        ("import sqlalchemy.orm as orm\n", "", "sqlalchemy"),
        ("from sqlalchemy import orm\n", "orm", "sqlalchemy"),
        ("from google.cloud import storage\n", "storage", "google.cloud"),
        ("from aiohttp import web\n", "web", "aiohttp.web"),
        ("from django.db import models\n", "models", "django.db"),
        ("import urllib.request\n", "", "urllib.request"),
        ("if x:\n    try:\n        import httpx\n    except ImportError:\n        httpx = None\n", "", "httpx"),
        ("class A:\n    import httpx\n", "", "httpx"),
        ("async def f():\n    def g():\n        import httpx\n", "", "httpx"),
    ],
)
def test_it_does_not_matter_how_it_is_imported(code: str, name: str, module: str) -> None:
    assert led_to(code) == [(name, module)]


@pytest.mark.parametrize(
    "code",
    [
        "from http import HTTPStatus\nfrom queue import Queue\nimport urllib.parse\n",
        "from pydantic import BaseModel\n",
        "from app import unknown\nfrom app.nowhere import Session\nfrom ....above import Session\n",
        "from app.shared import *\nx: Session\n",
        "import app.shared\nx: app.other.Session\n",
        "def broken(:\n",
    ],
)
def test_what_is_allowed_or_leads_nowhere_is_no_crossing(code: str) -> None:
    assert led_to(code, {"shared": "from app.infra import session\n_Session = session.Session\n"}) == []


def test_a_folder_that_bears_the_name_of_a_package_is_not_that_package() -> None:
    files = {"redis/load.py": "", JOB: "from redis import Redis\nfrom redis import load\n"}
    assert [(found.name, found.module) for found in index_of(files).crossings(JOB)] == [("Redis", "redis")]


def test_star_imports_bring_what_is_used_of_them() -> None:
    shared = "from app.infra.session import *\nfrom httpx import Client\n__all__ = ['Session', 'Client']\n"
    code = "from app.shared import *\n\ndef run(client: Client) -> 'Session': return Engine\n"
    assert led_to(code, {"shared": shared}) == [("Client", "httpx")]
    assert led_to(code + "Session()\n", {"shared": shared}) == [("Client", "httpx"), ("Session", "app.infra.session")]


def test_what_is_taken_out_of_a_module_is_told_at_the_import_that_binds_it() -> None:
    shared = "from app.infra.session import Session\n"
    code = "import app.other\nimport app.shared\nfrom app import shared as s\nx: app.shared.Session = s.Session\n"
    (found,) = crossings(code, {"shared": shared, "other": "Session = 1\n"})
    assert (found.line, found.name) == (2, "app.shared.Session")


def test_of_several_imports_that_lead_to_one_module_the_first_is_told() -> None:
    code = "from app.shared import Engine\nfrom app.infra.session import Session\nimport app.infra.clock\n"
    found = crossings(code, {"shared": "from app.infra.session import Engine\n"})
    assert [(each.line, each.module) for each in found] == [(1, "app.infra.session"), (3, "app.infra.clock")]


def test_what_other_files_of_the_inner_layers_import_is_told_there() -> None:
    code = "from app.domain.parts import Session\nfrom app.use_cases.run import Engine\n"
    files = {"domain/parts": "from app.infra.session import Session\n", "use_cases/run": "import app.infra.session\n"}
    assert led_to(code, files) == []


def test_circles_and_long_ways_come_to_an_end() -> None:
    circle = {
        "one": "from app import two\nb = two.c\n",
        "two": "from app import one\nc = one.b\nfrom app.two import c\n",
    }
    assert led_to("from app.one import b\nfrom app.two import *\nb, c\n", circle) == []
    chain = {f"m{number}": f"from app.m{number + 1} import Session\n" for number in range(1500)}
    chain["m1500"] = "from app.infra.session import Session\n"
    assert led_to("from app.m0 import Session\n", chain) in ([], [("Session", "app.infra.session")])


PORTS = """
from abc import ABC, abstractmethod
from enum import Enum
class Jobs(ABC):
    @abstractmethod
    def find(self): ...
class Order(Enum):
    UP = 1
class Missing(Exception): ...
"""


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("", []),
        ("def connect(): return 1\n", [("Jobs", "app.infra.ports")]),
        ("class SqlJobs(Jobs):\n    def find(self): return 1\n", [("Jobs", "app.infra.ports")]),
    ],
)
def test_a_file_of_ports_alone_is_no_infrastructure(more: str, told: list[tuple[str, str]]) -> None:
    assert led_to("from app.infra.ports import Jobs\n", {"infra/ports": PORTS + more}) == told


def test_a_way_that_ends_at_a_port_is_free_whatever_hands_it_on() -> None:
    files = {"infra/__init__": "from app.infra.ports import Jobs\n", "infra/ports": PORTS}
    assert led_to("from app.infra import Jobs\n", files) == []
    assert led_to("from app.infra import Jobs, clock\n", files) == [("clock", "app.infra.clock")]


def test_errors_and_enums_of_the_infrastructure_are_part_of_it() -> None:
    errors = "class Missing(Exception): ...\n"
    assert led_to("from app.infra.errors import Missing\n", {"infra/errors": errors}) == [
        ("Missing", "app.infra.errors")
    ]


@pytest.mark.parametrize(
    ("name", "code", "told"),
    [
        ("api", "def run(): return 1\n", False),
        ("api", "import httpx\n", False),
        ("api", "from fastapi import APIRouter\n", True),
        ("adapters", "def adapt(): return 1\n", False),
        ("adapters", "import httpx\n", True),
        ("db", "import sqlalchemy\n", True),
        ("api/schemas", "def run(): return 1\n", True),
        ("db/base", "def run(): return 1\n", True),
    ],
)
def test_a_module_that_is_only_called_so_has_to_show_a_sign_of_it(name: str, code: str, *, told: bool) -> None:
    module = name.replace("/", ".")
    found = led_to(f"import app.{module}\n", {name: code})
    assert found == ([("", f"app.{module}")] if told else [])


RUN = "app/use_cases/run.py"


def test_use_cases_may_know_repositories_outside_of_the_infrastructure_and_units_of_work() -> None:
    repository = "class Jobs:\n    def find(self): return 1\n"
    code = "from app.repositories.jobs import Jobs\nfrom app.infra.repositories.jobs import Jobs as J\nimport app.uow\n"
    files = {"repositories/jobs": repository, "infra/repositories/jobs": repository, "uow": "class Work: ...\n"}
    assert led_to(code, files, path=RUN) == [("Jobs", "app.infra.repositories.jobs")]
    assert led_to(code, files) == [("Jobs", "app.repositories.jobs"), ("Jobs", "app.infra.repositories.jobs")]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("app/use_cases/container.py", ""),
        ("app/use_cases/run.py", "from fastapi import FastAPI\n"),
        ("app/use_cases/run.py", "from fastapi import APIRouter\n"),
        ("app/use_cases/run.py", "import typer\n"),
        ("app/use_cases/run.py", "from dependency_injector import containers\n"),
        ("app/use_cases/run.py", "@router.get('/')\ndef run(): ...\n"),
        ("app/use_cases/run.py", "class Views:\n    @router.get('/')\n    def run(self): ...\n"),
        ("app/infra/queries/run.py", ""),
    ],
)
def test_what_assembles_serves_or_is_infrastructure_itself_may_know_it(path: str, code: str) -> None:
    assert led_to(code + "import sqlalchemy\n", path=path) == []
    assert led_to("import sqlalchemy\n", path="app/use_cases/other.py") == [("", "sqlalchemy")]


def test_a_domain_that_assembles_is_told_all_the_same() -> None:
    assert led_to("import sqlalchemy\n", path="app/domain/container.py") == [("", "sqlalchemy")]


def test_what_is_forbidden_is_configurable() -> None:
    code = "import pydantic, httpx, app.infra.clock\nfrom app.infra.session import Session\n"
    strict = allowing(domain=("pydantic", "http", "app.infra.clock"))
    assert led_to(code, config=strict) == [("", "app.infra.clock"), ("", "httpx"), ("", "pydantic")]
    assert crossings("import pydantic.v1\n", config=strict)[0].belongs == "named in the configuration"
    free = allowing(allowed=("httpx", "app.infra.session"))
    assert led_to(code, config=free) == [("", "app.infra.clock")]
    assert led_to("import sqlalchemy.exc, sqlalchemy\n", config=allowing(allowed=("sqlalchemy.exc",))) == [
        ("", "sqlalchemy")
    ]


def test_imports_for_type_checkers_are_free_only_by_configuration() -> None:
    code = "if typing.TYPE_CHECKING:\n    import httpx\nelse:\n    import requests\nimport httpx\n"
    assert [found.line for found in crossings(code)] == [2, 4]
    assert [found.line for found in crossings(code, config=allowing(type_checking="allow"))] == [4, 5]


def test_composition_roots_are_configurable() -> None:
    config = allowing(composition_roots=("wiring*.py",))
    assert led_to("import sqlalchemy\n", path="app/use_cases/wiring_jobs.py", config=config) == []
    assert led_to("import sqlalchemy\n", path="app/use_cases/container.py", config=config) == [("", "sqlalchemy")]


def passed(name: str, files: Mapping[str, str]) -> tuple[str, ...]:
    return index_of({**FILES, **files}).passed("app/a.py", name)


def test_a_name_passes_layers_and_kinds_of_packages() -> None:
    files = {
        "app/a.py": "from app.b import Session, Client\nfrom app import b\nimport app.b\nclass Own: ...\n",
        "app/b.py": "from app.infra.session import Session\nfrom httpx import Client\n",
    }
    assert passed("Session", files) == ("infrastructure",)
    assert passed("Client", files) == ("http",)
    assert passed("b.Client", files) == passed("app.b.Client", files) == ("http",)
    assert passed("Own", files) == passed("nothing", files) == ()
