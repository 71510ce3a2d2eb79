"""What checks the values that an object is made of."""

import pytest

from tests.unit.index.project import index_of

HEAD = """
import abc, attr, enum, functools
from abc import ABC
from dataclasses import dataclass
from typing import Generic, NamedTuple, Protocol, TypeVar
from pydantic import BaseModel, Field, computed_field, field_validator
from app.shared import Checked, Checking, Plain, checked
T = TypeVar("T")
"""
SHARED = """
from app.far import Far
class Plain: ...
class Checking:
    def __post_init__(self): ...
class Checked(Far): ...
def checked(each): return each
"""
FILES = {"app/shared.py": SHARED, "app/far.py": "class Far:\n    def __new__(cls): ...\n"}


def reason(code: str) -> str | None:
    return index_of({"app/a.py": HEAD + code, **FILES}).invariants("app/a.py", "Email")


@pytest.mark.parametrize(
    ("code", "because"),
    [
        ("class Email:\n    def __new__(cls): ...", "it has `__new__`"),
        ("class Email(Plain, Checking): ...", "it has `__post_init__`"),
        ("class Email(Checked): ...", "it has `__new__`"),
        ("@dataclass\nclass Email:\n    def __init__(self): ...", "it has `__init__`"),
        ("class Email(BaseModel):\n    a: str = Field(max_length=3)", "its field `a` is held to something"),
        ("class Email(BaseModel):\n    @field_validator('a')\n    def check(cls, a): ...", "`check` is a validator"),
        ("class Email:\n    a = attr.ib()\n    @a.validator\n    def check(self, *_): ...", "`check` is a validator"),
        ("class Email(Elsewhere): ...", "what its base `Elsewhere` checks is unknown"),
        ("class Email(made(1)): ...", "its base is worked out"),
        ("@checked\nclass Email: ...", "what `@checked` does is unknown"),
        ("class Email(metaclass=Checking): ...", "what its metaclass `Checking` does is unknown"),
    ],
)
def test_what_checks_or_may_is_named(code: str, because: str) -> None:
    assert reason(code) == because


@pytest.mark.parametrize(
    "code",
    [
        "class Email: ...",
        "@functools.total_ordering\n@dataclass(frozen=True)\nclass Email(Plain, ABC): ...",
        "@attr.s\nclass Email(Generic[T], Protocol[T]): ...",
        "class Email(BaseModel):\n    a: str = Field(title='A')\n    @computed_field\n    def b(self): ...",
        "class Email(metaclass=abc.ABCMeta): ...",
        "class Email(str): ...",
        "class Email(Email): ...",
        "class Base:\n    def __init__(self): ...\n@dataclass\nclass Email(Base): ...",
        "",
    ],
)
def test_what_takes_anything_has_no_reason(code: str) -> None:
    assert reason(code) is None
