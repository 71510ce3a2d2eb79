"""Models of requests that show nobody what a request looks like."""

from collections.abc import Iterator

import libcst as cst

from reviewer.api import Bad, Check, Context, Finding, Good, Layer, Level, on

# A model of one field shows itself.
FEWEST = 2
NAMED = 3

ROUTES = {
    "app/__init__.py": "",
    "app/api.py": """
from typing import Annotated
from fastapi import APIRouter, Body, Depends
from app.schemas import *
router = APIRouter(prefix="/jobs")
hidden = APIRouter(include_in_schema=False)

@router.post("")
async def create(job: JobCreate) -> None: ...
@router.post("/many")
async def create_many(jobs: list[JobCreate], owner: Owner | None = None) -> None: ...
@router.put("/{job_id}")
async def replace(job_id: int, job: "Annotated[JobReplace, Body()]") -> None: ...
@router.post("/shown")
async def show(job: Annotated[Shown, Body(openapi_examples={"one": {}})]) -> None: ...
@router.post("/told", openapi_extra={"requestBody": {}})
async def tell(job: Told) -> None: ...
@router.get("")
async def find(query: Annotated[Filters, Depends()]) -> JobRead: ...
@hidden.post("")
async def hide(job: Hidden) -> None: ...
""",
}
BAD = (
    Bad(
        path="app/schemas.py",
        code="""
            from pydantic import BaseModel, ConfigDict, Field

            class JobCreate(BaseModel):  # <-
                model_config = ConfigDict(extra="forbid")
                name: str = Field(max_length=80, description="Its name")
                hours: int | None = None
                tags: list[str] = []
            class JobReplace(JobCreate):  # <-
                is_open: bool
            class JobRead(BaseModel):
                name: str
                hours: int
            class Owner(BaseModel):  # <-
                name: str
                address: Address
            class Address(BaseModel):
                street: str
                town: str
        """,
        files=ROUTES,
    ),
)
GOOD = (
    # Examples of fields, of the model, of a base, of what it holds; and what may have one.
    Good(
        path="app/schemas.py",
        code="""
            from typing import Annotated
            from elsewhere import Strict
            from pydantic import BaseModel, ConfigDict, Field

            Name = Annotated[str, Field(examples=["Close the books"])]
            class Named(BaseModel):
                model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Books", "hours": 3}]})
                name: str
            class JobCreate(Named):
                hours: int
            class JobReplace(BaseModel):
                name: Name
                hours: int
            class Owner(BaseModel):
                name: str
                address: "Address"
            class Address(BaseModel):
                street: str = Field(examples=["Long Lane"])
            class Shown(BaseModel):
                name: str
                hours: int
            class Told(BaseModel):
                name: str
                hours: int
        """,
        files=ROUTES,
    ),
    Good(
        path="app/schemas.py",
        code="""
            from elsewhere import Strict, documented
            from pydantic import BaseModel, Field
            class JobCreate(BaseModel):
                name: str
                hours: int
                class Config:
                    schema_extra = {"example": {"name": "Books", "hours": 3}}
            class JobReplace(Strict):
                name: str
                hours: int
            @documented
            class Owner(BaseModel):
                name: str
                town: str
        """,
        files=ROUTES,
    ),
    # What shows itself: one field, types that say what they hold, defaults; roots and generics.
    Good(
        path="app/schemas.py",
        code="""
            from enum import Enum
            from datetime import datetime
            from typing import Generic, Literal, TypeVar
            from uuid import UUID
            from pydantic import BaseModel, EmailStr, Field, RootModel
            Item = TypeVar("Item")
            class Order(Enum): UP = "up"
            class JobCreate(BaseModel):
                name: str
            class JobReplace(BaseModel):
                id: UUID
                order: Order
                kind: Literal["day", "night"]
                is_open: bool = False
                until: datetime | None = None
                name: str = "Books"
                hours: int = Field(3, ge=0)
                note: str | None = None
                access_token: str
            class Owner(RootModel[list[str]]): ...
            class Shown(BaseModel, Generic[Item]):
                name: str
                item: Item
        """,
        files=ROUTES,
    ),
    # What no route of the documentation takes: answers, queries, hidden routes.
    Good(
        path="app/schemas.py",
        code="""
            from pydantic import BaseModel
            class JobRead(BaseModel):
                name: str
                hours: int
            class Filters(BaseModel):
                name: str
                hours: int
            class Hidden(BaseModel):
                name: str
                hours: int
        """,
        files=ROUTES,
    ),
)


class SchemaWithoutExample(Check):
    """The documentation shows `"string"` and `0` for a request, and whoever tries it out sends just that.

    Is the phone number written with its country, is the amount in cents, what do tags look like: FastAPI makes the
    example of its page from the types where the model has none, and the page that is meant to answer such questions
    asks them.

    Give the fields `Field(examples=["+49 30 1234567"])`, or the model one whole request:

        model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Books", "hours": 3}]})

    Reported, once, is a Pydantic model that a route of the documentation takes as its body, in this file or another,
    when neither the route nor the model, a base of it, or a model that it holds has an example. Left alone are models
    of a single field and those whose types, defaults and names show what goes in: enums, literals, truth values,
    dates, UUIDs and the like, comments and other words of people, passwords and tokens. Generic models, root models,
    and those whose bases, decorators or configurations come from elsewhere are not judged.
    """

    name = "schema-without-example"
    level = Level.ADVICE
    message = "The documentation of `{route}` shows no real request: `{symbol}` has no example for {fields}."
    examples = BAD + GOOD

    @on(cst.ClassDef)
    def model(self, node: cst.ClassDef, ctx: Context) -> Iterator[Finding]:
        """Report the model of a request that has no example."""
        if not node.bases or ctx.layer is Layer.TESTS:
            return
        schema = ctx.index.request_schema(ctx.path, ctx.symbol(node))
        if schema and schema.example is None and schema.unclear and len(schema.fields) >= FEWEST:
            names = [f"`{name}`" for name in schema.unclear[:NAMED]]
            more = [f"{len(schema.unclear) - NAMED} more"] if len(schema.unclear) > NAMED else []
            yield self.finding(ctx, node, params={"route": schema.route, "fields": ", ".join([*names, *more])})
