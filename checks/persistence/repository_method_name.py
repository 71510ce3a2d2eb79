"""Methods of repositories whose names do not say what they do with the rows."""

import re
from collections.abc import Iterator

import libcst as cst
from pydantic import Field

from reviewer.api import Bad, Check, Context, Finding, Good, Layer, Level, Settings, on

JUDGED = frozenset(
    {Layer.REPOSITORIES, Layer.DOMAIN, Layer.USE_CASES, Layer.INFRASTRUCTURE, Layer.UNIT_OF_WORK, Layer.ORM}
)
NO_METHODS = frozenset({"property", "cached_property", "classmethod", "staticmethod", "setter", "getter"})
# What says that a class keeps entities, rather than source code or images.
COLLECTION = re.compile(
    r"(?:add|count|create|delete|exists|find|insert|list|persist|remove|save|store|update|upsert)(?:_|[A-Z]|$)"
    r"|get(?:_?(?:[Aa]ll|[Bb]y|[Oo]ne|[Mm]any)|$)"
)
# A name with one of these asks something of the rows, wherever it stands: `job_has_owner`.
ASKING = frozenset({"count", "exist", "exists", "has", "is"})
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
VERBS = (
    *("acquire", "add", "all", "any", "append", "archive", "batch", "bulk", "by", "check", "clear", "collect"),
    *("contains", "count", "create", "delete", "discard", "drop", "each", "exist", "exists", "fetch", "filter"),
    *("find", "first", "flush", "for", "from", "get", "has", "increment", "insert", "is", "iter", "iterate", "last"),
    *("latest", "list", "load", "lock", "map", "mark", "merge", "new", "next", "of", "one", "page", "paginate"),
    *("patch", "persist", "purge", "put", "query", "read", "refresh", "release", "remove", "replace", "restore"),
    *("save", "search", "select", "set", "soft", "store", "stream", "sum", "to", "total", "unlock", "update"),
    *("upsert", "where", "with"),
)

BAD = (
    Bad(
        path="app/repositories/job.py",
        code="""
            class JobRepository:
                def find_by_id(self, id: int) -> "Job": ...
                def process_payment(self, job: "Job") -> None: ...  # <-
                async def handleTimeout(self) -> None: ...  # <-
        """,
    ),
    # Where a port declares it, and not again where it is implemented.
    Bad(
        path="app/domain/ports.py",
        code="""
            from typing import Protocol
            class JobRepository(Protocol):
                def get(self, id: int) -> "Job": ...
                def notify(self, job: "Job") -> None: ...  # <-
        """,
        files={
            "app/infrastructure/job.py": """
from app.domain.ports import JobRepository
class SqlJobRepository(JobRepository):
    def get(self, id: int) -> "Job": ...
    def notify(self, job: "Job") -> None: ...
""",
        },
    ),
    Bad(
        path="app/repositories/job.py",
        code="class JobRepository:\n    def list(self): ...\n    def find(self): ...  # <-\n",
        settings={"verbs": ["list"]},
    ),
)
GOOD = (
    Good(
        path="app/repositories/job.py",
        code="""
            from functools import cached_property
            from sqlalchemy import Select
            class JobRepository:
                def __init__(self) -> None: ...
                def find_by_id(self, id: int) -> "Job": ...
                def save(self, job: "Job") -> None: ...
                def delete(self, job: "Job") -> None: ...
                def getAll(self) -> "list[Job]": ...
                def of_owner(self, owner: int) -> "list[Job]": ...
                def next_identity(self) -> int: ...
                def slug_exists(self, slug: str) -> bool: ...
                def job_has_open_steps(self, id: int) -> bool: ...
                def select_by_owner(self, owner: int) -> "list[Job]": ...
                def apply_order(self, statement: Select[Job]) -> Select[Job]: ...
                def _decide(self) -> None: ...
                @property
                def session(self) -> "Session": ...
                @cached_property
                def table(self) -> "Table": ...
                @classmethod
                def build(cls) -> "JobRepository": ...
        """,
    ),
    # A repository of source code, and doubles in tests.
    Good(
        path="app/code_repository.py",
        code="""
            class CodeRepository:
                def get_url(self) -> str: ...
                def pull_code(self) -> None: ...
        """,
    ),
    Good(path="tests/fakes.py", code="class FakeJobRepository:\n    def explode(self) -> None: ...\n"),
    # No repositories, however they lie among them.
    Good(path="app/repositories/mapping.py", code="class JobMapper:\n    def translate(self) -> None: ...\n"),
)


class Verbs(Settings):
    """The words that the methods of repositories begin with."""

    verbs: tuple[str, ...] = Field(default=VERBS, description="The first words that a public method may have.")


class RepositoryMethodName(Check):
    """A repository with a method that is called after a process has a part of the use case in it.

    Whoever looks for what happens to a job reads the use cases and does not find it; whoever looks for a query reads
    the repository and finds decisions.

    Call the methods after what they do with the collection (`find_by_id`, `save`, `delete`, `list_open`), and leave
    the rest to the use case or the entity.

    Looked at are the public methods of repository classes that find or keep things, in the layers that have or declare
    them: the first or the last word of a name has to be among `verbs`, or the name has to ask something (`slug_exists`,
    `job_has_steps`). Properties, class methods and static methods are exempt, methods that build a statement, and those
    that a base of the project declares: the name is told there.
    """

    name = "repository-method-name"
    level = Level.ADVICE
    message = "A reader cannot tell what `{symbol}` does with the rows: `{verb}` is none of the verbs of a repository."
    settings: Verbs = Verbs()
    examples = BAD + GOOD

    @on(cst.FunctionDef)
    def method(self, node: cst.FunctionDef, ctx: Context) -> Iterator[Finding]:
        """Report a public method of a repository whose first word is none of the verbs."""
        owner, name = ctx.enclosing_class(node), node.name.value
        if owner is None or name.startswith("_") or ctx.layer not in JUDGED:
            return
        words = [word.lower() for word in WORD.findall(name)] or [name]
        if {words[0], words[-1]} & set(self.settings.verbs) or not ASKING.isdisjoint(words) or _is_exempt(node, ctx):
            return
        symbol = ctx.symbol(owner)
        inherited = ctx.index.inherited_methods(ctx.path, symbol) if ctx.index.repository(ctx.path, symbol) else (name,)
        if name not in inherited and any(COLLECTION.match(each) for each in (*inherited, *_methods(owner))):
            yield self.finding(ctx, node, params={"verb": words[0]})


def _is_exempt(node: cst.FunctionDef, ctx: Context) -> bool:
    """Whether a function is no method, or builds a statement for one."""
    names = [ctx.name_of(decorator) or "" for decorator in node.decorators]
    returned = ctx.names_in(node.returns.annotation) if node.returns else ()
    builds = any((ctx.index.qualified(ctx.path, name)).startswith("sqlalchemy.") for name in returned)
    return builds or any(name.rpartition(".")[2] in NO_METHODS for name in names)


def _methods(owner: cst.ClassDef) -> Iterator[str]:
    return (each.name.value for each in owner.body.body if isinstance(each, cst.FunctionDef))
