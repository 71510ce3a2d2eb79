"""What a function is said to do with a value without a type."""

import libcst as cst
import pytest

from reviewer.config import Config
from reviewer.context import Context
from reviewer.index import Index
from reviewer.picking import Use, uses_in

MODELS = "from pydantic import BaseModel\nclass Job(BaseModel):\n    name: str\n"


def uses(lines: str, *, read: str = "") -> set[Use]:
    text = f"from models import Job\nasync def handle(data):\n    {lines}\n"
    files = {"app.py": text, "models.py": MODELS}
    index = Index(files, lambda path: files[path].encode(), Config())
    module = cst.parse_module(text)
    handler = module.body[1]
    assert isinstance(handler, cst.FunctionDef)
    name = "" if read else "data"
    return {*uses_in(handler.body, Context("app.py", module, index, text=text), name=name, read=read)}


@pytest.mark.parametrize(
    "line",
    [
        "data['name']",
        "data.get('name', 1)",
        "log.info('%s', data['name'], data)",
        "x = data['a']['b'] if 'a' in data else None",
        "x = data and data.pop('name')",
        "data = data or {}; data['name']",
        "x = [each['name'] for each in data]",
        "for each in data: each.get('name')",
        "data: dict = {}; other.data(data=data['name'])",
        "while not data: data['name']",
    ],
)
def test_keys_that_stand_in_the_code_are_picked(line: str) -> None:
    assert uses(line) == {Use.PICKED}


@pytest.mark.parametrize("line", ["Job(**data)", "x = Job.model_validate(data)", "x = Job(extra=1, **data)"])
def test_a_model_is_made_of_it(line: str) -> None:
    assert Use.MODELLED in uses(line)


@pytest.mark.parametrize(
    "line",
    [
        "store(data)",
        "return data",
        "data[key]",
        "data.get(key)",
        "data.items()",
        "x = {**data}",
        "x = data",
        "Unknown(**data)",
        "data = translate()",
        "for key, value in data: pass",
        "x = data or {}",
        "f = lambda: data",
    ],
)
def test_it_goes_on_whole(line: str) -> None:
    assert Use.WHOLE in uses(line)
    assert Use.MODELLED not in uses(line)


@pytest.mark.parametrize("line", ["print(data, len(data))", "if data: pass", "x = f'{data}'", "x.data(data=1)", "pass"])
def test_to_look_at_it_is_no_use(line: str) -> None:
    assert not uses(line)


def test_what_is_read_is_followed_into_variables() -> None:
    assert uses("body = await request.json(); body['name']", read="request.json") == {Use.PICKED}
    assert uses("body: dict = await request.json(); body['name']", read="request.json") == {Use.PICKED}
    assert uses("(await request.json())['name']", read="request.json") == {Use.PICKED}
    assert uses("store(await request.json())", read="request.json") == {Use.WHOLE}
    assert uses("body = await other.json(); body['name']", read="request.json") == set()
