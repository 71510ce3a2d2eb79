"""Units of work that leave a transaction open when a use case fails."""

from collections.abc import Iterator

import libcst as cst

from reviewer.api import Bad, Check, Context, Finding, Good, Layer, Level, on

APART = frozenset({Layer.TESTS, Layer.MIGRATIONS})

BAD = (
    # No context manager at all.
    Bad(
        path="app/uow.py",
        code="""
            class SqlUnitOfWork:  # <-
                def __init__(self, session) -> None:
                    self.session = session
                def commit(self) -> None:
                    self.session.commit()
                def rollback(self) -> None:
                    self.session.rollback()
        """,
    ),
    # Left without a rollback: nothing done, only committed, only told.
    Bad(
        path="app/uow.py",
        code="""
            class UnitOfWork:  # <-
                async def __aenter__(self) -> "UnitOfWork":
                    return self
                async def __aexit__(self, *error: object) -> None:
                    pass
                async def commit(self) -> None: ...
            class Work:  # <-
                def __enter__(self) -> "Work":
                    return self
                def __exit__(self, *error: object) -> None:
                    if error[0] is None:
                        self.finish()
                    logger.info("left")
                def finish(self) -> None:
                    self.session.commit()
        """,
    ),
    # Inherited from a base in another file.
    Bad(
        path="app/sql.py",
        code="""
            from app.ports import UnitOfWork
            class SqlUow(UnitOfWork):  # <-
                def __exit__(self, *error: object) -> None:
                    self.commit()
                def commit(self) -> None:
                    self.session.commit()
        """,
        files={
            "app/ports.py": """
from abc import ABC, abstractmethod
class UnitOfWork(ABC):
    def __enter__(self) -> "UnitOfWork":
        return self
    @abstractmethod
    def commit(self) -> None: ...
"""
        },
    ),
)
GOOD = (
    Good(
        path="app/uow.py",
        code="""
            class UnitOfWork:
                def __enter__(self) -> "UnitOfWork":
                    self.session = self.factory()
                    return self
                def __exit__(self, *error: object) -> None:
                    self.rollback()
                def commit(self) -> None:
                    self.session.commit()
                def rollback(self) -> None:
                    self.session.rollback()
        """,
    ),
    # Closing a session rolls back, and so does whatever it is handed over to, as far as anybody can tell.
    Good(
        path="app/uow.py",
        code="""
            class Base:
                def __enter__(self): return self
                def __exit__(self, *error): self.rollback()
                def rollback(self): raise NotImplementedError
            class SqlUnitOfWork(Base):
                def __exit__(self, *error):
                    super().__exit__(*error)
                def rollback(self):
                    self.session.rollback()
            class ClosingUow:
                def __enter__(self): return self
                def __exit__(self, *error): self.session.close()
            class StackedUow:
                async def __aenter__(self): return self
                async def __aexit__(self, *error):
                    await self.stack.aclose()
            class LeavingUow:
                async def __aenter__(self): return self
                async def __aexit__(self, *error):
                    return await self.transaction.__aexit__(*error)
            class HandingUow:
                def __enter__(self): return self
                def __exit__(self, *error):
                    finish_transaction(self.session, error)
        """,
    ),
    # What only declares, what extends something unknown, what is a fake.
    Good(
        path="app/ports.py",
        code="""
            from abc import ABC, abstractmethod
            from typing import Protocol
            from elsewhere import BaseUnitOfWork
            class UnitOfWork(Protocol):
                def commit(self) -> None: ...
            class AbstractUnitOfWork(ABC):
                def commit(self) -> None: ...
            class OwnUnitOfWork(BaseUnitOfWork):
                def commit(self) -> None: ...
            class UoW:
                jobs: object
            class CheckOfUnitOfWork:
                def run(self) -> None: ...
            class InvalidUow(ValueError):
                def text(self) -> str: ...
        """,
    ),
    Good(path="tests/fakes.py", code="class FakeUnitOfWork:\n    def commit(self): self.committed = True\n"),
    # Not every context manager with a commit of its own is about a database.
    Good(
        path="app/images.py",
        code="""
            class Build:
                def __enter__(self): return self
                def __exit__(self, *error): self.container.commit()
        """,
    ),
)


class UnitOfWorkWithoutCleanup(Check):
    """A use case that fails inside of this unit of work leaves its half behind.

    The exception leaves the block, nobody rolls back, and the session goes on with what was flushed: to the next use
    case, which commits it, or back to the pool with its locks held.

    Make the unit of work a context manager, and roll back in `__exit__` or `__aexit__`, always: after a commit there
    is nothing left to undo.

    Looked at are classes named `…UnitOfWork` or `…UoW` that have a `commit` or a `rollback`, and context managers that
    commit or roll back themselves. Closing a session rolls back, and so does leaving a transaction or an exit stack;
    what is handed over to something unknown is no finding, nor is what an unknown base does. Abstract classes,
    protocols and tests are exempt.
    """

    name = "unit-of-work-without-cleanup"
    level = Level.ERROR
    message = "What a failing use case leaves half done in `{symbol}` stays there: {missing}."
    examples = BAD + GOOD

    @on(cst.ClassDef)
    def class_(self, node: cst.ClassDef, ctx: Context) -> Iterator[Finding]:
        """Report a unit of work that does not roll back."""
        missing = None if ctx.layer in APART else ctx.index.missing_cleanup(ctx.path, ctx.symbol(node))
        if missing:
            yield self.finding(ctx, node, params={"missing": missing})
