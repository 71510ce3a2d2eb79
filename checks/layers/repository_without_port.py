"""Repositories that implement no port, in projects that have ports."""

from collections.abc import Iterator

import libcst as cst

from reviewer.api import Bad, Check, Context, Finding, Good, Layer, Level, on

JUDGED = frozenset({Layer.REPOSITORIES, Layer.INFRASTRUCTURE, Layer.UNIT_OF_WORK, Layer.ORM})

PROJECT = {
    "app/__init__.py": "",
    "app/domain/users.py": """
from abc import ABC, abstractmethod
class UserRepository(ABC):
    @abstractmethod
    def find(self, id: int) -> object: ...
""",
    "app/domain/orders.py": """
from typing import Protocol
class Orders(Protocol):
    def find(self, id: int) -> object: ...
    def save(self, order: object) -> None: ...
""",
    "app/infrastructure/users.py": """
from app.domain.users import UserRepository
class SqlUserRepository(UserRepository):
    def find(self, id: int) -> object:
        return self.session.get(id)
""",
}
JOBS = """
class JobRepository:
    def find(self, id: int) -> object:
        return self.session.get(id)
"""
BAD = (
    Bad(
        path="app/infrastructure/jobs.py",
        code="""
            class JobRepository:  # <-
                def find(self, id: int) -> object:
                    return self.session.get(id)
        """,
        files=PROJECT,
    ),
    # A base that does things is no port.
    Bad(
        path="app/repositories/jobs.py",
        code="""
            from app.repositories.base import Base

            class JobRepository(Base):  # <-
                def find(self, id: int) -> object:
                    return self.get(id)
        """,
        files={
            **PROJECT,
            "app/repositories/base.py": "class Base:\n    def get(self, id):\n        return self.all[id]\n",
        },
    ),
)
GOOD = (
    # An abstract base near or far, one that only raises, a protocol whose methods it has.
    Good(
        path="app/infrastructure/orders.py",
        code="""
            from app.domain.bills import Bills
            from app.infrastructure.users import SqlUserRepository

            class CachedUserRepository(SqlUserRepository):
                def find(self, id: int) -> object:
                    return self.cache[id]
            class OrderRepository:
                def find(self, id: int) -> object:
                    return self.session.get(id)
                def save(self, order: object) -> None:
                    self.session.add(order)
            class BillRepository(Bills):
                def find(self, id: int) -> object:
                    return self.session.get(id)
        """,
        files={
            **PROJECT,
            "app/domain/bills.py": "class Bills:\n    def find(self, id): raise NotImplementedError\n",
        },
    ),
    # Bases of repositories, and what has a base that nobody sees.
    Good(
        path="app/infrastructure/base.py",
        code="""
            from typing import Generic, TypeVar
            from company.storage import Repository

            T = TypeVar("T")

            class SqlRepository(Generic[T]):
                def get(self, id: int) -> T:
                    return self.session.get(id)
            class NightRepository(Repository):
                def get(self, id: int) -> object:
                    return self.session.get(id)
        """,
        files=PROJECT,
    ),
    # Ports themselves, and test doubles.
    Good(path="app/domain/jobs.py", code=JOBS, files=PROJECT),
    Good(path="tests/jobs.py", code=JOBS, files=PROJECT),
    # Projects without any port: none at all, or only a base that no repository implements.
    Good(path="app/infrastructure/jobs.py", code=JOBS, files={"app/__init__.py": ""}),
    Good(
        path="app/infrastructure/jobs.py",
        code=JOBS,
        files={"app/domain/orders.py": PROJECT["app/domain/orders.py"]},
    ),
)


class RepositoryWithoutPort(Check):
    """A repository without a port ties whoever uses it to the database that is behind it.

    The use case is typed by the class with the SQL in it, so a test needs that class and its database, and a second
    store, a cache before it or a fake, has to imitate it by chance.

    Declare what the use cases need as an abstract class or a protocol beside the domain, and implement it here.

    Looked at are repository classes (named `…Repository` or `…Repo`, or with such a base) in the infrastructure, in
    projects where a repository extends a port of that name; where none does, nothing is said. A class has its port
    when a base of it, near or far, is abstract (`ABC`, an abstract method, methods that do nothing but raise
    `NotImplementedError`), or when it has all methods of a protocol of the project. Bases of other repositories,
    generic ones, and classes with a base from elsewhere are left out.
    """

    name = "repository-without-port"
    level = Level.ADVICE
    message = "Whoever uses `{symbol}` depends on its database: it implements no port, as other repositories here do."
    examples = BAD + GOOD

    @on(cst.ClassDef)
    def class_(self, node: cst.ClassDef, ctx: Context) -> Iterator[Finding]:
        """Report a repository that needs a port and has none."""
        symbol = ctx.symbol(node)
        if ctx.layer not in JUDGED or node.type_parameters or ctx.index.repository(ctx.path, symbol) is None:
            return
        if ctx.index.has_ports() and ctx.index.port(ctx.path, symbol) is None:
            yield self.finding(ctx, node)
