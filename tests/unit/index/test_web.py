"""What of a project speaks HTTP."""

import pytest

from tests.unit.index.project import index_of

ERRORS = """
    import fastapi
    from fastapi import HTTPException as Error
    from starlette.responses import JSONResponse
    import httpx
    from pydantic import BaseModel

    class NotFound(fastapi.HTTPException): ...
    class JobNotFound(NotFound): ...
    class Reply(JSONResponse): ...
    class JobResponse(BaseModel): ...
    class Failed(httpx.HTTPStatusError): ...
    GONE = JobNotFound(410)
    ALSO = GONE
    one = two()
    two = one()
"""


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("Error", "fastapi.HTTPException"),
        ("errors.Error", "fastapi.HTTPException"),
        ("NotFound", "fastapi.HTTPException"),
        ("JobNotFound", "fastapi.HTTPException"),
        ("GONE", "fastapi.HTTPException"),
        ("ALSO", "fastapi.HTTPException"),
        ("Reply", "starlette.responses.JSONResponse"),
        ("JobResponse", None),
        ("Failed", None),
        ("httpx.Response", None),
        ("one", None),
        ("Missing", None),
    ],
)
def test_an_answer_of_http_is_known_by_its_class(name: str, answer: str | None) -> None:
    code = "import httpx\nfrom app import errors\nfrom app.errors import *\n"
    index = index_of({"app/__init__.py": "", "app/errors.py": ERRORS, "app/jobs.py": code})
    assert index.http_answer("app/jobs.py", name) == answer


@pytest.mark.parametrize(
    ("code", "serves"),
    [
        ("@router.get('/')\ndef one(): ...\n", True),
        ("class Views:\n    @app.post('/')\n    async def one(self): ...\n", True),
        ("def make():\n    @router.websocket('/')\n    def one(): ...\n", True),
        ("@cache\ndef get(): ...\n", False),
        ("router.get('/')\n", False),
        ("def broken(:\n", False),
    ],
)
def test_a_file_serves_routes_when_a_function_of_it_is_one(code: str, *, serves: bool) -> None:
    assert index_of({"app/a.py": code}).serves_routes("app/a.py") is serves


USERS = """
    def current(): ...
    def unused():
        def inner(): ...
    def limit(times):
        def check(): ...
        return check
    class Permission:
        def __call__(self): ...
    class Users:
        def one(self): ...
        def two(self): ...
    bearer = Permission()
"""
ROUTES = """
    import fastapi as f
    from typing import Annotated
    from fastapi import APIRouter, Depends, Security
    from app import users
    from app.users import Permission, Users, bearer, limit
    User = Annotated[str, Depends(users.current)]
    router = APIRouter(dependencies=[Security(limit(3)), f.Depends(Users.one), Depends(dependency=bearer)])
    def make():
        def local(): ...
        return Depends(local), Depends(lambda: 1), Depends(), Depends(unknown.name)
"""


def test_what_is_given_to_depends_is_injected_with_all_that_stands_in_it() -> None:
    index = index_of({"app/__init__.py": "", "app/users.py": USERS, "app/routes.py": ROUTES})
    symbols = ["current", "unused", "unused.inner", "limit", "limit.check", "Permission.__call__", "Users.one"]
    injected = [symbol for symbol in [*symbols, "Users.two"] if index.injected("app/users.py", symbol)]
    assert injected == ["current", "limit", "limit.check", "Permission.__call__", "Users.one"]
    assert index.injected("app/routes.py", "make.local")
    assert not index.injected("app/routes.py", "make")


def test_what_only_tests_inject_is_not() -> None:
    index = index_of({"app/users.py": USERS, "tests/test_a.py": ROUTES})
    assert not index.injected("app/users.py", "current")
