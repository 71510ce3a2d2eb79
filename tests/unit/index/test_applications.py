"""The applications of a project and what it has around them, and the names and loggers that it has."""

import pytest

from tests.unit.index.project import index_of

APP = "from fastapi import FastAPI\napp = FastAPI()\n"


def test_an_application_is_made_in_a_variable_or_a_function() -> None:
    index = index_of(
        {
            "app/main.py": APP,
            "app/factory.py": "import fastapi\ndef create():\n    return fastapi.FastAPI(title='a')\n",
            "app/other.py": "from app.web import FastAPI\napp = FastAPI()\n",
            "app/web.py": "class FastAPI: ...\n",
            "tests/test_main.py": APP,
            "examples/main.py": APP,
        }
    )
    found = [(each.path, each.symbol, each.line) for each in index.applications()]
    assert found == [("app/factory.py", "create", 2), ("app/main.py", "app", 2)]


@pytest.mark.parametrize(
    ("code", "concerns"),
    [
        ("", ()),
        ("from fastapi.middleware.cors import CORSMiddleware\napp.add_middleware(CORSMiddleware)\n", ("CORS",)),
        ("class RateLimitMiddleware: ...\napp.add_middleware(RateLimitMiddleware)\n", ("rate limits",)),
        ("HEADER = 'X-Frame-Options'\n", ("security headers",)),
        ("def add(response):\n    response.headers['x-request-id'] = '1'\n", ("X-Request-Id",)),
    ],
)
def test_a_project_speaks_of_what_it_has(code: str, concerns: tuple[str, ...]) -> None:
    assert index_of({"app/main.py": APP + code, "tests/test_a.py": "CORS = 1"}).http_concerns() == concerns


@pytest.mark.parametrize(
    "code",
    [
        "from company import Wall\napp.add_middleware(Wall)\n",
        "app.add_middleware(unknown())\n",
        "from company import protect\nprotect(app)\n",
    ],
)
def test_what_others_add_may_be_everything(code: str) -> None:
    assert len(index_of({"app/main.py": APP + code}).http_concerns()) == 4


def test_a_name_is_looked_for_among_definitions_and_imports() -> None:
    index = index_of(
        {"app/a.py": "from lib import record_Audit\nclass Users: ...\n", "tests/a.py": "def hidden(): ...\n"}
    )
    assert index.has_name_like("*audit")
    assert index.has_name_like("users")
    assert not index.has_name_like("hidden")


@pytest.mark.parametrize(
    ("code", "logger"),
    [
        ("import logging\nlog = logging.getLogger('a')\n", "logging.Logger"),
        ("import logging\nlog = logging.getLogger('a').getChild('b')\n", "logging.Logger"),
        ("import structlog\nlog = structlog.get_logger()\n", "structlog.BoundLogger"),
        ("from loguru import logger as log\n", "loguru.logger"),
        ("from loguru import logger\nlog = logger.bind(a=1)\n", "loguru.logger"),
        ("from app.b import log\n", "logging.Logger"),
        ("import other\nlog = other.get_logger()\n", None),
    ],
)
def test_a_logger_is_known_by_what_makes_it(code: str, logger: str | None) -> None:
    other = "import logging\ndef make():\n    return logging.getLogger('a')\nlog = make()\n"
    index = index_of({"app/__init__.py": "", "app/a.py": code, "app/b.py": other})
    assert index.stands_for("app/a.py", "", "log") == logger
