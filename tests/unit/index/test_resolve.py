import pytest

from reviewer.config import Config
from reviewer.index.answers import Definition
from reviewer.index.modules import Modules
from tests.unit.index.project import index_of

SHOP = {
    "shop/__init__.py": "",
    "shop/db/__init__.py": "from .models import Job as JobTable\nfrom .base import *\n",
    "shop/db/base.py": """
        __all__ = ["Root", "_Hidden"]
        class Root:
            class Inner: ...
            Alias = Inner
        class _Hidden: ...
        class Unlisted: ...
    """,
    "shop/db/models.py": """
        from shop.db.base import Root
        Base = Root
        class Job(Base):
            status = 1
        def make():
            class Local: ...
    """,
}


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("from shop.db.models import Job", "Job", ("shop/db/models.py", "Job")),
        ("from shop.db.models import Job as J", "J", ("shop/db/models.py", "Job")),
        ("from .db.models import Job", "Job", ("shop/db/models.py", "Job")),
        ("from . import db", "db.models.Job", ("shop/db/models.py", "Job")),
        ("from .db import models as m", "m.Job", ("shop/db/models.py", "Job")),
        ("import shop.db.models", "shop.db.models.Job", ("shop/db/models.py", "Job")),
        ("import shop.db.models as m", "m.Job", ("shop/db/models.py", "Job")),
        ("import shop.db\nimport shop.db.models", "shop.db.models.Job", ("shop/db/models.py", "Job")),
        ("from shop import db", "db.JobTable", ("shop/db/models.py", "Job")),
        ("from shop.db import JobTable", "JobTable", ("shop/db/models.py", "Job")),
        ("from shop.db.models import Base", "Base", ("shop/db/base.py", "Root")),
        ("from shop.db.models import Base\nMine = Base", "Mine", ("shop/db/base.py", "Root")),
        ("from shop.db.models import *", "Job", ("shop/db/models.py", "Job")),
        ("from shop.db.models import *", "Root", ("shop/db/base.py", "Root")),
        ("from shop.db.base import *", "_Hidden", ("shop/db/base.py", "_Hidden")),
        ("from shop.db.base import *", "Unlisted", None),
        ("from shop.db import *", "Root", ("shop/db/base.py", "Root")),
        ("from shop.db.base import Root", "Root.Inner", ("shop/db/base.py", "Root.Inner")),
        ("from shop.db.base import Root", "Root.Alias", ("shop/db/base.py", "Root.Inner")),
        ("from shop.db.models import Job", "Job.status", None),
        ("from shop.db import models", "models", None),
        ("from shop.db import models", "models.Missing", None),
        ("from shop.db.models import make", "make", ("shop/db/models.py", "make")),
        ("from shop.db.models import make", "make.anything", None),
        ("try:\n    from fast import Job\nexcept ImportError:\n    from shop.db.models import Job", "Job", None),
        (
            "try:\n    from .missing import Job\nexcept ImportError:\n    from shop.db.models import Job",
            "Job",
            ("shop/db/models.py", "Job"),
        ),
        (
            "if TYPE_CHECKING:\n    from shop.db.models import Job\nelse:\n    from shop.db.base import Root as Job",
            "Job",
            ("shop/db/base.py", "Root"),
        ),
        ("if TYPE_CHECKING:\n    from shop.db.models import Job", "Job", ("shop/db/models.py", "Job")),
        ("def f():\n    from shop.db.models import Job", "Job", ("shop/db/models.py", "Job")),
        (
            "def f():\n    from shop.db.models import Job as X\ndef g():\n    from shop.db.base import Root as X",
            "X",
            None,
        ),
        ("from ..... import up", "up", None),
        ("from .nothing import Job", "Job", None),
        ("x = Job()", "x", ("shop/app.py", "x")),
        ("", "Job", None),
        ("", "call().Job", None),
    ],
)
def test_a_name_leads_to_its_definition(text: str, name: str, expected: tuple[str, str] | None) -> None:
    found = index_of({**SHOP, "shop/app.py": text}).definition("shop/app.py", name)

    assert (found and (found.path, found.symbol)) == expected


def test_a_definition_stands_at_its_keyword() -> None:
    index = index_of({"a.py": "@first\n@second\nclass Job: ...\n@third\ndef run(): ...\nBase = make()\n"})

    assert index.definition("a.py", "Job") == Definition("a.py", "Job", 3)
    assert index.definition("a.py", "run") == Definition("a.py", "run", 5)
    assert index.definition("a.py", "Base") == Definition("a.py", "Base", 6)


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("import dataclasses as dc", "dc.dataclass", "dataclasses.dataclass"),
        ("from dataclasses import dataclass as data", "data", "dataclasses.dataclass"),
        ("import sqlalchemy.orm", "sqlalchemy.orm.Session", "sqlalchemy.orm.Session"),
        ("import dataclasses\ndata = dataclasses.dataclass", "data", "dataclasses.dataclass"),
        ("def f():\n    from typing import overload as o", "o", "typing.overload"),
        ("from shop.compat import data", "data", "dataclasses.dataclass"),
        ("from shop.db.models import Job", "Job", "shop.db.models.Job"),
        ("from .db import JobTable", "JobTable", "shop.db.models.Job"),
        ("from . import db", "db", "shop.db"),
        ("import shop.db as d", "d.models", "shop.db.models"),
        ("class Job: ...", "Job", "Job"),
        ("", "print", "print"),
        ("from shop.db.models import missing as m", "m.x", "shop.db.models.missing.x"),
        ("from .db.models import missing", "missing", "db.models.missing"),
        ("import shop.db.models", "shop.missing", "shop.missing"),
    ],
)
def test_aliases_are_undone(text: str, name: str, expected: str) -> None:
    files = {**SHOP, "shop/compat.py": "from dataclasses import dataclass as data\n", "shop/app.py": text}

    assert index_of(files).qualified("shop/app.py", name) == expected


def test_cyclic_imports_come_to_an_end() -> None:
    index = index_of(
        {
            "a.py": "from b import X\nfrom b import *\nY = Z\nZ = Y\nimport a\n",
            "b.py": "from a import X\nfrom a import *\n",
            "c.py": "from c import X\n",
        }
    )

    assert index.definition("a.py", "X") is None
    assert index.definition("a.py", "Missing") is None
    assert index.definition("c.py", "X") is None
    assert index.definition("a.py", "a.a.a.b") is None
    assert index.definition("a.py", "Y") == Definition("a.py", "Z", 4)


def test_many_star_imports_of_one_another_are_each_followed_once() -> None:
    names = [f"m{number}" for number in range(30)]
    stars = "".join(f"from {name} import *\n" for name in names)
    index = index_of({**{f"{name}.py": stars for name in names}, "m30.py": f"{stars}class Job: ...\n"})

    assert index.definition("m0.py", "Missing") is None
    assert index.definition("m30.py", "Job") == Definition("m30.py", "Job", 31)


def test_an_endless_chain_of_re_exports_leads_nowhere() -> None:
    files = {f"m{number}.py": f"from m{number + 1} import Job\n" for number in range(3000)}

    assert index_of({**files, "m3000.py": "class Job: ...\n"}).definition("m0.py", "Job") is None


def test_a_class_that_extends_its_own_name_hides_the_imported_one() -> None:
    files = {
        "a.py": "class Base: ...\n",
        "b.py": "from a import Base\nclass Base(Base): ...\n",
        "c.py": "from b import Base\n",
    }

    assert index_of(files).definition("c.py", "Base") == Definition("b.py", "Base", 2)


def test_each_project_of_a_repository_resolves_its_own_names_first() -> None:
    files = {
        "api/app/__init__.py": "",
        "api/app/models.py": "class Job: ...\n",
        "api/app/main.py": "from app.models import Job\nfrom shared.kinds import Kind\n",
        "worker/app/__init__.py": "",
        "worker/app/models.py": "\nclass Job: ...\n",
        "worker/app/main.py": "from app.models import Job\n",
        "libs/shared/__init__.py": "",
        "libs/shared/kinds.py": "class Kind: ...\n",
        "scripts/run.py": "from app.models import Job\nfrom shared.kinds import Kind\n",
    }
    index = index_of(files)

    assert index.definition("api/app/main.py", "Job") == Definition("api/app/models.py", "Job", 1)
    assert index.definition("worker/app/main.py", "Job") == Definition("worker/app/models.py", "Job", 2)
    assert index.definition("api/app/main.py", "Kind") == Definition("libs/shared/kinds.py", "Kind", 1)
    assert index.definition("scripts/run.py", "Kind") == Definition("libs/shared/kinds.py", "Kind", 1)
    assert index.definition("scripts/run.py", "Job") is None


def test_namespace_packages_and_folders_without_init_resolve() -> None:
    files = {
        "backend/app/db/models.py": "class Job: ...\n",
        "backend/app/main.py": "from app.db import models\nfrom app.db.models import Job\nfrom helpers import Tool\n",
        "backend/app/helpers.py": "class Tool: ...\n",
        "alembic/env.py": "from alembic import op, context\n",
    }
    index = index_of(files)

    assert index.definition("backend/app/main.py", "models.Job") == Definition("backend/app/db/models.py", "Job", 1)
    assert index.definition("backend/app/main.py", "Job") == Definition("backend/app/db/models.py", "Job", 1)
    assert index.definition("backend/app/main.py", "Tool") == Definition("backend/app/helpers.py", "Tool", 1)
    assert index.qualified("alembic/env.py", "op.add_column") == "alembic.op.add_column"


def test_a_module_named_like_one_of_the_standard_library_does_not_hide_it() -> None:
    files = {
        "app/logging.py": "class Logger: ...\n",
        "app/main.py": "import logging\nfrom redis import Redis\n",
        "app/redis.py": "from redis import Redis\n",
    }
    index = index_of(files)

    assert index.qualified("app/main.py", "logging.Logger") == "logging.Logger"
    assert index.qualified("app/redis.py", "Redis") == "redis.Redis"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("src/shop/db/models.py", "shop.db.models"),
        ("src/shop/__init__.py", "shop"),
        ("services/api/app/main.py", "app.main"),
        ("manage.py", "manage"),
        ("lib/python/tools/run.pyi", "tools.run"),
        ("flat/src/settings.py", "settings"),
    ],
)
def test_a_module_is_named_from_its_own_root(path: str, expected: str) -> None:
    paths = ["src/shop/__init__.py", "services/api/app/__init__.py", path]

    assert Modules(paths, ["./lib/python/"]).name(path) == expected


def test_an_init_in_src_makes_src_a_package() -> None:
    files = {"src/__init__.py": "", "src/db.py": "class Job: ...\n", "src/main.py": "from src.db import Job\n"}

    assert index_of(files).definition("src/main.py", "Job") == Definition("src/db.py", "Job", 1)


def test_a_configured_root_is_searched() -> None:
    files = {"vendor/lib/kinds.py": "class Kind: ...\n", "app/main.py": "from kinds import Kind\n"}

    assert index_of(files).definition("app/main.py", "Kind") is None
    configured = index_of(files, Config(source_roots=("vendor/lib",)))
    assert configured.definition("app/main.py", "Kind") == Definition("vendor/lib/kinds.py", "Kind", 1)


def test_a_stub_is_read_unless_its_source_is_there() -> None:
    files = {
        "a.pyi": "class Job: ...\n",
        "b.pyi": "class Stub: ...\n",
        "b.py": "class Source: ...\n",
        "c.py": "from a import Job\nfrom b import Source, Stub\n",
    }
    index = index_of(files)

    assert index.definition("c.py", "Job") == Definition("a.pyi", "Job", 1)
    assert index.definition("c.py", "Source") == Definition("b.py", "Source", 1)
    assert index.definition("c.py", "Stub") is None
