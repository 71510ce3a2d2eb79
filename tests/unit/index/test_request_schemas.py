"""The models that routes take as the body of a request."""

import pytest

from reviewer.index.answers import RequestSchema
from tests.unit.index.project import index_of

API = """
from typing import Annotated, Optional, Union
from fastapi import APIRouter, Body, Depends, FastAPI
from app.schemas import *
app = FastAPI()
Given = Annotated[Job, Body()]
"""
HEAD = """
from typing import Annotated, Any, Literal, Optional
import dataclasses, datetime, uuid
from pydantic import BaseModel, ConfigDict, Field, RootModel
Name = Annotated[str, Field(examples=["Books"])]
Short = Annotated[str, Field(max_length=3)]
SHOWN = ConfigDict(json_schema_extra={"examples": []})
def documented(default): return Field(default, examples=["x"])
"""
JOB = "class Job(BaseModel):\n    name: str\n    hours: int\n"
TAKING = "@app.post('/jobs')\ndef add(job: Job) -> None: ...\n"


def schema(code: str = JOB, route: str = TAKING) -> RequestSchema | None:
    """What is known of the class `Job` of this code, which this route takes."""
    files = {"app/__init__.py": "", "app/schemas.py": HEAD + code, "app/api.py": API + route}
    return index_of(files).request_schema("app/schemas.py", "Job")


def test_a_body_tells_its_route_and_its_fields() -> None:
    assert schema() == RequestSchema("POST /jobs", None, ("name", "hours"), ("name", "hours"))


@pytest.mark.parametrize(
    "parameter",
    [
        "job: Job | None = None",
        "job: 'Job'",
        "job: Optional[Job] = None",
        "jobs: list[Job]",
        "job: Annotated[Job, Body(embed=True)]",
        "job: Given",
        "job: Job = Body(...)",
        "jobs: dict[str, Job]",
    ],
)
def test_a_body_is_found_in_what_an_annotation_names(parameter: str) -> None:
    assert schema(route=f"@app.post('/jobs')\ndef add({parameter}) -> None: ...\n") is not None


@pytest.mark.parametrize(
    "route",
    [
        "@app.get('/jobs')\ndef find() -> Job: ...\n",
        "@app.get('/jobs')\ndef find(job: Job = Depends()) -> None: ...\n",
        "@app.post('/jobs', include_in_schema=False)\ndef add(job: Job) -> None: ...\n",
        "def add(job: Job) -> None: ...\n",
    ],
)
def test_what_no_route_of_the_schema_takes_is_no_body(route: str) -> None:
    assert schema(route=route) is None


def test_only_pydantic_models_are_known() -> None:
    assert schema("@dataclasses.dataclass\nclass Job:\n    name: str\n    hours: int\n") is None


@pytest.mark.parametrize(
    "code",
    [
        "class Job(BaseModel):\n    name: Name\n    hours: int\n",
        "class Job(BaseModel):\n    name: str = Field(examples=['Books'])\n",
        "class Job(BaseModel):\n    name: str = Field(json_schema_extra={'example': 'Books'})\n",
        "class Job(BaseModel):\n    name: str = Field(**given)\n",
        "class Job(BaseModel):\n    name: str = documented('')\n",
        "class Job(BaseModel):\n    name: Annotated[str, Field(examples=['Books'])]\n",
        "class Job(BaseModel):\n    model_config = ConfigDict(json_schema_extra={'examples': []})\n    name: str\n",
        "class Job(BaseModel):\n    model_config = {'json_schema_extra': {}}\n    name: str\n",
        "class Job(BaseModel):\n    model_config = SHOWN\n    name: str\n",
        "class Job(BaseModel):\n    model_config = made()\n    name: str\n",
        "class Job(BaseModel):\n    name: str\n    class Config:\n        schema_extra = {'example': {}}\n",
        "class Job(BaseModel):\n    name: str\n    class Config(Shared):\n        pass\n",
        "class Job(BaseModel):\n    name: str\n    def __get_pydantic_json_schema__(self): ...\n",
        "class Base(BaseModel):\n    name: Name\nclass Job(Base):\n    hours: int\n",
        "class Part(BaseModel):\n    name: Name\nclass Job(BaseModel):\n    parts: list['Part']\n    hours: int\n",
        "from elsewhere import Base\nclass Job(Base, BaseModel):\n    name: str\n",
        "@given\nclass Job(BaseModel):\n    name: str\n",
        "class Job(RootModel[list[str]]): ...\n",
    ],
)
def test_a_model_has_an_example_or_may_have_one(code: str) -> None:
    found = schema(code)

    assert found is not None
    assert found.example


@pytest.mark.parametrize(
    "route",
    [
        "@app.post('/jobs')\ndef add(job: Annotated[Job, Body(openapi_examples={})]) -> None: ...\n",
        "@app.post('/jobs')\ndef add(job: Job = Body(examples=[{}])) -> None: ...\n",
        "@app.post('/jobs', openapi_extra={})\ndef add(job: Job) -> None: ...\n",
        f"{TAKING}@app.put('/jobs')\ndef put(job: Job = Body(examples=[{{}}])) -> None: ...\n",
    ],
)
def test_a_route_can_give_the_example(route: str) -> None:
    found = schema(route=route)

    assert found is not None
    assert found.example == f"the route `{'put' if 'def put' in route else 'add'}` has an example"


@pytest.mark.parametrize(
    ("field", "is_unclear"),
    [
        ("each: str", True),
        ("each: str | None = None", True),
        ("each: Short", False),
        ("each: list[int]", True),
        ("each: dict[str, Any] = Field(..., description='What')", True),
        ("each: Optional[float] = Field(None)", True),
        ("each: int = 3", False),
        ("each: int = Field(3, ge=0)", False),
        ("each: list[str] = Field(default_factory=list)", False),
        ("each: bool", False),
        ("each: Literal['a', 'b']", False),
        ("each: uuid.UUID | None", False),
        ("each: datetime.date", False),
        ("description: str", False),
        ("access_token: str", False),
    ],
)
def test_a_field_is_unclear_that_shows_no_more_than_a_plain_type(field: str, *, is_unclear: bool) -> None:
    found = schema(f"class Job(BaseModel):\n    {field}\n")

    assert found is not None
    assert bool(found.unclear) is is_unclear


def test_models_that_hold_each_other_end() -> None:
    code = "class Part(BaseModel):\n    job: 'Job'\nclass Job(BaseModel):\n    part: Part\n    name: str\n"

    assert schema(code) == RequestSchema("POST /jobs", None, ("part", "name"), ("name",))


def test_aliases_that_name_each_other_end() -> None:
    aliases = "Rows = list['Row']\nRow = dict[str, 'Rows']\n"
    found = schema(f"{aliases}class Job(BaseModel):\n    rows: Rows\n    name: str\n")

    assert found is not None
    assert found.example is None


def test_bases_that_need_no_reading_are_no_question() -> None:
    code = (
        "from abc import ABC\nclass Job(BaseModel, ABC):\n    model_config = ConfigDict(frozen=True)\n    name: str\n"
    )
    found = schema(code)

    assert found is not None
    assert found.example is None
