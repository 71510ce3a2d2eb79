"""The routes of FastAPI, and what only looks like one."""

from collections.abc import Mapping

import pytest

from reviewer.index.answers import ParameterKind, Route
from tests.unit.index.project import index_of

HEAD = """
from typing import Annotated, Any, Literal, Optional, TypedDict, Union
import dataclasses, enum, uuid
from fastapi import APIRouter, BackgroundTasks, Body, Cookie, Depends, FastAPI, File, Form, Header, Path, Query
from fastapi import Request, Response, Security, UploadFile, status
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, EmailStr, Field
from elsewhere import Thing, made
app = FastAPI()
router = APIRouter(prefix="/jobs")
class Job(BaseModel): ...
class Note(Job): ...
class Page(TypedDict): ...
@dataclasses.dataclass
class Filter: ...
class Order(enum.Enum): UP = 1
class Name(str): ...
class Odd: ...
def get_db(): ...
def pagination() -> Any: return Depends(get_db)
class Pages: ...
Db = Annotated[Odd, Depends(get_db)]
Limit = Annotated[int, Query(ge=1)]
Short = Annotated[str, Field(max_length=3)]
Id = uuid.UUID
SHARED = Depends(get_db)
Either = Job | Note
Plain = int | str
"""


def routes(code: str, **others: str) -> tuple[Route, ...]:
    """The routes of a file with this code, among other modules of its package."""
    files = {f"app/{name}.py": text for name, text in others.items()}
    return index_of({"app/__init__.py": "", "app/api.py": code, **files}).routes("app/api.py")


def only(code: str, **others: str) -> Route:
    found = routes(code, **others)
    assert len(found) == 1
    return found[0]


def kind(parameter: str) -> ParameterKind:
    more = "from pydantic import BaseModel\nclass A(BaseModel): ...\nMoreUnion = (\n    A\n    | int\n)\n"
    imports = "from app import more\nfrom app.more import MoreUnion\n"
    route = only(f"{imports}{HEAD}\n@app.post('/{{key}}')\ndef add({parameter}): ...\n", more=more)
    return route.parameters[-1].kind


def test_a_route_tells_what_its_decorator_says() -> None:
    code = """
@router.post("/{job_id}", status_code=status.HTTP_201_CREATED, response_model=Job, response_class=StreamingResponse,
             dependencies=[Depends(get_db), Security(Pages())], include_in_schema=False, summary="Add")
async def add(job_id: int) -> Job | None: ...
"""
    found = only(HEAD + code)
    assert (found.symbol, found.methods, found.url) == ("add", ("POST",), "/jobs/{job_id}")
    assert (found.status, found.status_given) == (201, True)
    assert (found.response_model, found.declares_response, found.returns) == ("Job", True, "Job | None")
    assert found.response_class == "fastapi.responses.StreamingResponse"
    assert found.dependencies == ("get_db", "Pages")
    assert found.include_in_schema is False
    assert found.given == {
        "status_code",
        "response_model",
        "response_class",
        "dependencies",
        "include_in_schema",
        "summary",
    }


def test_a_route_that_says_nothing_has_the_defaults() -> None:
    found = only(HEAD + "@app.get('/')\ndef home(): ...\n")
    assert found == Route(
        line=found.line,
        symbol="home",
        methods=("GET",),
        url="/",
    )


def test_no_response_model_is_told_from_none_declared() -> None:
    declared = only(HEAD + "@app.get('/', response_model=None)\ndef home(): ...\n")
    assert (declared.declares_response, declared.response_model) == (True, "None")


@pytest.mark.parametrize(
    ("given", "status", "is_given"),
    [
        ("status_code=204", 204, True),
        ("status_code=status.HTTP_404_NOT_FOUND", 404, True),
        ("status_code=http.HTTPStatus.CREATED", 201, True),
        ("status_code=http.HTTPStatus.CREATED.value", 201, True),
        ("status_code=code()", None, True),
        ("status_code=CREATED", None, True),
        ("", None, False),
    ],
)
def test_the_status_is_read_where_it_can_be(given: str, status: int | None, is_given: bool) -> None:
    found = only(f"import http\n{HEAD}\n@app.get('/', {given})\ndef home(): ...\n")
    assert (found.status, found.status_given) == (status, is_given)


@pytest.mark.parametrize(
    ("decorator", "methods"),
    [
        ("app.put('/')", ("PUT",)),
        ("app.api_route('/')", ("GET",)),
        ("app.api_route('/', methods=['post', 'GET'])", ("GET", "POST")),
        ("app.api_route('/', methods=METHODS)", ()),
        ("app.router.get('/')", ("GET",)),
    ],
)
def test_the_methods_are_in_capitals(decorator: str, methods: tuple[str, ...]) -> None:
    assert only(f"{HEAD}\n@{decorator}\ndef home(): ...\n").methods == methods


@pytest.mark.parametrize(
    "code",
    [
        "from flask import Flask\napp = Flask(__name__)\n@app.get('/')\ndef home(): ...",
        "from starlette.applications import Starlette\napp = Starlette()\n@app.route('/')\ndef home(): ...",
        "from litestar import Router, get\n@get('/')\ndef home(): ...",
        "from slack_bolt import App\napp = App()\n@app.options('menu')\ndef menu(): ...",
        "import typer\napp = typer.Typer()\n@app.options('x')\ndef menu(): ...",
        "import httpx\nrouter = httpx.Client()\n@router.get('/')\ndef home(): ...",
        "from elsewhere import router\n@router.get('/')\ndef home(): ...",
        "@app.get('/')\ndef home(): ...",
        "def wire(app):\n    @app.get('/')\n    def home(): ...",
        "class FastAPI: ...\napp = FastAPI()\n@app.get('/')\ndef home(): ...",
        "from fastapi import FastAPI\napp = FastAPI()\n@app.get\ndef home(): ...",
        "from fastapi import FastAPI\napp = FastAPI()\n@app.websocket('/')\ndef home(): ...",
        "from fastapi import FastAPI\napp = FastAPI()\n@app.middleware('http')\ndef home(): ...",
        "from unittest import mock\n@mock.patch('app.api')\ndef home(): ...",
        "broken(",
    ],
)
def test_look_alikes_are_no_routes(code: str) -> None:
    assert routes(code) == ()


RECEIVERS = {
    "alias": "import fastapi as web\nrouter = web.APIRouter()\n@router.get('/')\ndef home(): ...",
    "module": "from fastapi.routing import APIRouter\nrouter = APIRouter()\n@router.get('/')\ndef home(): ...",
    "another name": "from fastapi import FastAPI\napp = FastAPI()\nweb = app\n@web.get('/')\ndef home(): ...",
    "another file": "from app.web import router\n@router.get('/')\ndef home(): ...",
    "module of another file": "from app import web\n@web.router.get('/')\ndef home(): ...",
    "subclass": "from app.web import OurRouter\nrouter = OurRouter()\n@router.get('/')\ndef home(): ...",
    "annotated factory": "from app.web import make\nrouter = make()\n@router.get('/')\ndef home(): ...",
    "factory": "from app.web import build\nrouter = build()\n@router.get('/')\ndef home(): ...",
    "local": "from fastapi import FastAPI\ndef make():\n    app = FastAPI()\n    @app.get('/')\n    def home(): ...",
    "parameter": "from fastapi import FastAPI\ndef wire(app: FastAPI):\n    @app.get('/')\n    def home(): ...",
    "attribute": (
        "from fastapi import APIRouter\nclass Web:\n    def __init__(self):\n        self.router = APIRouter()\n"
        "    def wire(self):\n        @self.router.get('/')\n        def home(): ...\n"
    ),
    "inherited attribute": (
        "from app.web import Base\nclass Web(Base):\n    def wire(self):\n        @self.router.get('/')\n"
        "        def home(): ...\n"
    ),
    "class attribute": "from app.web import Holder\n@Holder.router.get('/')\ndef home(): ...",
    "class-based view": (
        "from fastapi import APIRouter\nfrom fastapi_utils.cbv import cbv\nrouter = APIRouter()\n@cbv(router)\n"
        "class Jobs:\n    @router.get('/')\n    def home(self): ...\n"
    ),
    "added": "from fastapi import FastAPI\napp = FastAPI()\ndef home(): ...\napp.add_api_route('/', home)",
    "added by name": (
        "from fastapi import FastAPI\napp = FastAPI()\ndef home(): ...\napp.add_api_route(path='/', endpoint=home)"
    ),
    "called": "from fastapi import FastAPI\napp = FastAPI()\ndef home(): ...\napp.get('/')(home)",
    "called over lines": "import fastapi\napp = fastapi.FastAPI()\ndef home(): ...\napp.get(\n    '/'\n)(\n    home\n)",
    "method": (
        "from fastapi import APIRouter\nclass Web:\n    def __init__(self):\n        self.router = APIRouter()\n"
        "        self.router.add_api_route('/', self.home)\n    def home(self): ...\n"
    ),
}
WEB = """
from fastapi import APIRouter
router = APIRouter()
class OurRouter(APIRouter): ...
def make(x=1) -> APIRouter: return APIRouter()
def build():
    made = APIRouter()
    return made
class Base:
    def __init__(self):
        self.router = APIRouter()
class Holder:
    router = APIRouter()
"""


@pytest.mark.parametrize("name", sorted(RECEIVERS))
def test_a_receiver_is_followed_to_its_router(name: str) -> None:
    found = only(RECEIVERS[name], web=WEB)
    assert found.symbol.endswith("home")
    assert (found.methods, found.url, found.parameters) == (("GET",), "/", ())


def test_a_handler_that_another_file_registers_is_a_route_where_it_is_defined() -> None:
    main = "import fastapi\nfrom app import api\nfastapi.FastAPI().add_api_route('/', api.home, methods=['POST'])"
    assert only("def home(): ...", main=main).methods == ("POST",)


def test_each_registration_is_a_route_in_the_order_of_the_lines() -> None:
    code = "@app.get('/b')\n@app.post('/a')\ndef both(): ...\n@app.get('/')\ndef home(): ...\n"
    assert [(each.symbol, each.methods) for each in routes(HEAD + code)] == [
        ("both", ("GET",)),
        ("both", ("POST",)),
        ("home", ("GET",)),
    ]


MAIN = "from fastapi import FastAPI\nfrom app.api import router\nfrom app.paths import V1\napp = FastAPI()\n"
PATHS = "API = '/api'\nV1 = f'{API}/v1'\nclass Settings:\n    PREFIX: str = '/s'\nsettings = Settings()\n"
OUTER = "from fastapi import APIRouter\nouter = APIRouter(prefix='/o')\n"
GET = "from fastapi import APIRouter\nrouter = APIRouter(prefix='/jobs')\n@router.get('/{job_id:int}')\ndef get(): ..."


@pytest.mark.parametrize(
    ("including", "url"),
    [
        ("", "/jobs/{job_id:int}"),
        ("app.include_router(router)", "/jobs/{job_id:int}"),
        ("app.include_router(router, prefix='/v1')", "/v1/jobs/{job_id:int}"),
        ("app.include_router(router, prefix=V1)", "/api/v1/jobs/{job_id:int}"),
        ("app.include_router(router, prefix=f'{V1}/x')", "/api/v1/x/jobs/{job_id:int}"),
        ("from app.paths import settings\napp.include_router(router, prefix=settings.PREFIX)", "/s/jobs/{job_id:int}"),
        ("app.include_router(router, prefix=made())", None),
        ("app.include_router(router, prefix=V2)", None),
        ("app.include_router(router, **options)", None),
        ("app.include_router(router, prefix=made())\napp.include_router(router, prefix='/b')", "/b/jobs/{job_id:int}"),
        (
            f"{OUTER}outer.include_router(router)\napp.include_router(outer, prefix='/a')",
            "/a/o/jobs/{job_id:int}",
        ),
        (
            f"{OUTER}outer.include_router(router)\napp.include_router(router, prefix=X)\napp.include_router(outer)",
            "/o/jobs/{job_id:int}",
        ),
    ],
)
def test_the_url_has_the_prefixes_of_what_includes_the_router(including: str, url: str | None) -> None:
    assert only(GET, main=MAIN + including, paths=PATHS).url == url


def test_a_test_that_includes_a_router_says_nothing_of_its_url() -> None:
    files = {"app/api.py": GET, "tests/test_api.py": MAIN + "app.include_router(router, prefix='/test')"}
    assert index_of({"app/__init__.py": "", **files}).routes("app/api.py")[0].url == "/jobs/{job_id:int}"


def test_a_router_that_a_factory_makes_is_included_by_its_call() -> None:
    code = (
        "from fastapi import APIRouter\ndef make(prefix='/a'):\n    router = APIRouter(prefix='/f')\n"
        "    @router.get('/x')\n    def get(): ...\n    return router\n"
    )
    main = "import fastapi\nfrom app.api import make\nfastapi.FastAPI().include_router(make(), prefix='/v1')"
    assert only(code, main=main).url == "/v1/f/x"


def test_routers_that_include_each_other_end_somewhere() -> None:
    code = (
        GET + "\nrouter.include_router(router)\nother = APIRouter()"
        "\nrouter.include_router(other)\nother.include_router(router)"
    )
    assert only(code).url is None


@pytest.mark.parametrize(
    ("making", "including", "shown"),
    [
        ("", "", True),
        ("include_in_schema=False", "", False),
        ("", "include_in_schema=False", False),
        ("include_in_schema=DEBUG", "", None),
        ("include_in_schema=DEBUG", "include_in_schema=False", False),
    ],
)
def test_a_route_is_out_of_the_schema_as_its_router_is(making: str, including: str, shown: bool | None) -> None:
    code = f"from fastapi import APIRouter\nrouter = APIRouter({making})\n@router.get('/')\ndef get(): ...\n"
    main = f"import fastapi\nfrom app.api import router\nfastapi.FastAPI().include_router(router, {including})"
    assert only(code, main=main).include_in_schema is shown


@pytest.mark.parametrize(
    ("outer", "application", "shown"),
    [
        ("", "openapi_url='/schema.json'", True),
        ("", "openapi_url=URL if DEBUG else None", True),
        ("", "openapi_url=settings.openapi", None),
        ("", "openapi_url=None", False),
        ("include_in_schema=False", "", False),
    ],
)
def test_a_route_is_out_of_the_schema_with_what_is_around_its_router(
    outer: str, application: str, shown: bool | None
) -> None:
    code = "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get('/')\ndef get(): ...\n"
    main = (
        f"import fastapi\nfrom app.api import router\nouter = fastapi.APIRouter({outer})\n"
        f"app = fastapi.FastAPI({application})\nouter.include_router(router)\napp.include_router(outer)"
    )
    assert only(code, main=main).include_in_schema is shown


KINDS: Mapping[str, tuple[str, ...]] = {
    "path": ("key", "key: str", "key: Id", "other: int = Path(alias='key')"),
    "query": (
        "x",
        "x=1",
        "x: int",
        "x: int | None = None",
        "x: Optional[str] = None",
        "x: Union[int, 'str']",
        "x: Literal['a']",
        "x: Any",
        "x: Order",
        "x: Name",
        "x: EmailStr",
        "x: Id = None",
        "x: Limit",
        "x: Plain",
        "x: Short",
        "x: Annotated[Job, Query()]",
        "x: list[int] = Query([])",
        "x: Name = Name('a')",
        "x: str = str()",
    ),
    "body": (
        "x: Job",
        "x: Note",
        "x: 'Job'",
        "x: Job | None = None",
        "x: Optional['Note']",
        "x: list[Job]",
        "x: list",
        "x: dict[str, int]",
        "x: Page",
        "x: Filter",
        "x: Annotated[Job, Field()]",
        "x: int = Body(...)",
        "x: Annotated[int, Body(embed=True)]",
        "x: Thing = Body()",
        "x: Either",
        "x: MoreUnion",
        "x: more.MoreUnion | None = None",
    ),
    "form": ("x: str = Form()", "x: Annotated[Job, Form()]"),
    "file": ("x: UploadFile", "x: UploadFile | None = None", "x: list[UploadFile]", "x: bytes = File()"),
    "header": ("x: str = Header()",),
    "cookie": ("x: Annotated[str | None, Cookie()] = None",),
    "dependency": (
        "x: Db",
        "x = Depends(get_db)",
        "x: Odd = Depends()",
        "x: Annotated[Thing, Security(get_db)]",
        "x=SHARED",
        "x: Any = pagination()",
    ),
    "request": ("x: Request", "x: Response", "x: BackgroundTasks", "x: StreamingResponse"),
    "unknown": (
        "x: Thing",
        "x: list_of(1)",
        "x: Odd",
        "x: int = made()",
        "*x",
        "**x: Any",
        "x: Annotated[int, made()]",
    ),
}


@pytest.mark.parametrize(("expected", "parameter"), [(name, each) for name, all_ in KINDS.items() for each in all_])
def test_a_parameter_is_taken_from_where_fastapi_takes_it(expected: str, parameter: str) -> None:
    assert kind(parameter) == expected


def test_a_parameter_may_stand_in_the_part_of_the_url_that_is_not_known() -> None:
    code = "@router.get(made() + '/{key}')\ndef get(key: int, org: int, page: int = 1, db=Depends(get_db)): ..."
    assert [each.kind for each in only(HEAD + code).parameters] == ["path", "unknown", "query", "dependency"]


def test_a_parameter_of_the_prefix_comes_from_the_path() -> None:
    code = "orgs = APIRouter(prefix='/{org}')\n@orgs.get('/')\ndef get(org: str): ...\napp.include_router(orgs)"
    found = only(HEAD + code)
    assert found.parameters_of(ParameterKind.PATH) == found.parameters
    assert found.parameters_of(ParameterKind.QUERY, ParameterKind.BODY) == ()


def test_the_object_of_a_method_is_no_parameter() -> None:
    code = """
class Jobs:
    @router.get("/a")
    def a(self, x: int): ...
    @staticmethod
    @router.get("/b")
    def b(x: int): ...
"""
    assert [[each.name for each in route.parameters] for route in routes(HEAD + code)] == [["x"], ["x"]]
