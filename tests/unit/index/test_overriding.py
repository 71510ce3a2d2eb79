"""Whether a base of a class lays down what a method is given."""

import pytest

from tests.unit.index.project import index_of

HEAD = """
import enum
from abc import ABC
from typing import Generic, Protocol, TypeVar
from pydantic import BaseModel
from sqlalchemy.orm import DeclarativeBase
from app.base import Base, Far, Loose, Other, Silent
T = TypeVar("T")
"""
BASES = """
class Far:
    def load(self, force): ...
class Base(Far): ...
class Loose:
    def load(self, **kwargs): ...
class Other:
    def save(self, force): ...
class Silent:
    def load(self): ...
"""


def is_laid_down(bases: str, method: str = "load") -> bool:
    code = f"{HEAD}class Jobs({bases}):\n    def {method}(self, force=False): ...\n"
    index = index_of({"app/a.py": code, "app/base.py": BASES})
    return index.is_laid_down("app/a.py", f"Jobs.{method}", "force")


@pytest.mark.parametrize("bases", ["Base", "Silent, Far", "Loose", "Elsewhere", "made()", "Silent, Elsewhere"])
def test_a_base_that_has_the_parameter_or_that_nobody_sees_lays_it_down(bases: str) -> None:
    assert is_laid_down(bases)


@pytest.mark.parametrize(
    "bases",
    [
        "",
        "Silent",
        "Other",
        "ABC, Generic[T]",
        "Protocol[T]",
        "object",
        "ValueError",
        "enum.StrEnum",
        "DeclarativeBase",
    ],
)
def test_a_base_without_the_parameter_does_not(bases: str) -> None:
    assert not is_laid_down(bases)


@pytest.mark.parametrize(("method", "expected"), [("load", False), ("model_dump", True), ("json", True)])
def test_of_a_model_its_own_methods_are_known(method: str, *, expected: bool) -> None:
    assert is_laid_down("BaseModel", method) is expected


def test_a_function_has_no_base() -> None:
    index = index_of({"app/a.py": "def load(force=False): ...\n"})
    assert not index.is_laid_down("app/a.py", "load", "force")
