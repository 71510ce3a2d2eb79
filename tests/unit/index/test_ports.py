"""Ports, and the repositories that need one and have none."""

import pytest

from tests.unit.index.project import index_of

DOMAIN = """
    from abc import ABC, ABCMeta, abstractmethod
    from typing import Protocol

    class JobRepository(ABC):
        def find(self): return 1
    class Meta(metaclass=ABCMeta):
        def find(self): return 1
    class Marked:
        def find(self): return 1
        @abstractmethod
        def save(self): return 1
    class Raising:
        def find(self):
            '''Find it.'''
            raise NotImplementedError("not here")
        async def save(self): ...
    class Store(Protocol):
        def find(self): return 1
    class LargeStore(Store, Protocol):
        def purge(self): ...
    class Empty(Protocol): ...
    class Doing:
        def find(self): return 1
        def save(self): ...
"""


def because(code: str, symbol: str = "BillRepository", **files: str) -> str | None:
    """Why a repository of the infrastructure needs no port, None where it lacks one."""
    others = {f"app/{name}.py": text for name, text in files.items()}
    found = index_of({"app/infra/bills.py": code, **others}).port("app/infra/bills.py", symbol)
    return found.because if found else None


@pytest.mark.parametrize("base", ["JobRepository", "Meta", "Marked", "Raising", "Store"])
def test_a_base_that_only_says_what_others_do_is_a_port(base: str) -> None:
    code = f"from app.ports import {base}\nclass Sql({base}):\n    get = 1\nclass BillRepository(Sql): ...\n"
    assert because(code, ports=DOMAIN) == f"{base} is abstract"


def test_a_base_that_does_things_is_none() -> None:
    code = "from app.ports import Doing\nclass BillRepository(Doing):\n    def get(self): return 1\n"
    assert because(code, ports=DOMAIN.replace("Store(Protocol)", "Store")) is None


def test_a_protocol_is_a_port_of_whatever_has_all_its_methods() -> None:
    has_all = "class BillRepository:\n    def find(self): return 1\n    def purge(self): return 1\n"
    assert because(has_all, ports=DOMAIN) == "it has all methods of the protocol Store"
    assert because(has_all.replace("find", "get"), ports=DOMAIN) is None
    large = DOMAIN.replace("class Store(Protocol)", "class Other(Protocol)").replace("(Store, ", "(Other, ")
    assert because(has_all.replace("purge", "clear"), ports=large) == "it has all methods of the protocol Other"


def test_what_others_are_made_of_and_what_nobody_sees_through_needs_none() -> None:
    code = """
        from typing import Generic, TypeVar
        from company import Repository
        class Typed(Generic[T]):
            def get(self): return 1
        class AnyRepository:
            def get(self): return 1
        class BillRepository(AnyRepository): ...
        class FarRepository(Repository): ...
    """
    assert because(code, "Typed") == because(code, "AnyRepository") == "other repositories are made of it"
    assert because(code, "FarRepository") == "its base Repository is not of this project"
    assert because(code) is None
    assert because(code, "Missing") is None


def test_circles_of_bases_come_to_an_end() -> None:
    assert because("class A(BillRepository): ...\nclass BillRepository(A): ...\n", "A") is not None


@pytest.mark.parametrize(
    ("name", "code", "expected"),
    [
        ("app/infra/jobs.py", "from app.ports import JobRepository\nclass Jobs(JobRepository): ...\n", True),
        # Named as one, whatever the class is called.
        (
            "app/infra/jobs.py",
            "from app.ports import JobRepository\nclass IJobRepoPort(JobRepository): ...\nclass X(IJobRepoPort): ...\n",
            True,
        ),
        ("app/infra/jobs.py", "class JobsRepository:\n    def find(self): return 1\n", False),
        ("tests/jobs.py", "from app.ports import JobRepository\nclass Jobs(JobRepository): ...\n", False),
        ("app/infra/jobs.py", "from app.ports import Raising\nclass Jobs(Raising): ...\n", False),
    ],
)
def test_a_project_has_ports_when_a_repository_implements_one(name: str, code: str, *, expected: bool) -> None:
    assert index_of({"app/ports.py": DOMAIN, name: code}).has_ports() is expected
