"""Boolean parameters that choose between two behaviours."""

import re
from collections.abc import Iterator

import libcst as cst

from reviewer.api import Bad, Check, Context, Finding, Good, Layer, Level, Related, below, choosing, dotted, on

EXEMPT = (Layer.TESTS, Layer.MIGRATIONS)
# Decorators under which a function is still called by whoever wrote the call.
TRANSPARENT = frozenset(
    {
        *("classmethod", "staticmethod", "abc.abstractmethod", "typing.final", "typing_extensions.final"),
        *("contextlib.contextmanager", "contextlib.asynccontextmanager", "functools.cache", "functools.lru_cache"),
    }
)
# What a framework fills in: parameters with these marks, and of the types of these packages.
MARKS = frozenset(
    {"Argument", "Body", "Cookie", "Depends", "File", "Form", "Header", "Option", "Path", "Query", "Security"}
)
FRAMEWORKS = ("fastapi.", "starlette.", "typer.", "click.")
DEPENDENCIES = frozenset({"dependencies", "dependency", "depends", "deps"})
SETTERS = ("set_", "toggle_", "switch_")
# Functions that write down what happened, and are told facts.
RECORDERS = ("log_", "record_", "report_", "track_")
# Who told ruff to be silent about a flag has decided about it.
SETTLED = re.compile(r"noqa(?:\s*$|:[^#]*\bFBT(?:001)?\b)")
# What hands a value on.
HANDING = (cst.Arg, cst.Element, cst.DictElement, cst.Assign)
HANDING_KINDS = frozenset(HANDING)

BAD = (
    Bad(
        """
        async def export(job: Job, *, as_csv: bool = False) -> bytes:  # <-
            if as_csv:
                return to_csv(job)
            return to_json(job)

        async def attach(job: Job) -> None:
            job.file = await export(job, as_csv=True)
        """
    ),
    # Each flag of each public function and method, however it says that it is one.
    Bad(
        """
        from contextlib import contextmanager
        from functools import lru_cache

        def export(
            job: Job,
            with_tags: bool,  # <-
            with_notes: "bool" = True,  # <-
            as_csv=False,  # <-
            /,
            deep: bool = False,  # <-
            *,
            strict: bool = True,  # <-
        ) -> bytes:
            tags = job.tags if with_tags else []
            if not with_notes:
                tags.clear()
            elif as_csv is True:
                return b""
            for tag in tags:
                with tag:
                    if deep: tag.load(deep=deep)
            if strict:
                raise ValueError(tags)
            return b"".join(tags)

        class Jobs:
            @classmethod
            def of(cls, *, closed: bool = False) -> "Jobs":  # <-
                return cls() if not closed else cls.closed()

            @contextmanager
            def lock(self, wait=True):  # <-
                if wait == False: return
                yield

        @lru_cache(maxsize=None)
        def count(exact: bool = False) -> int:  # <-
            if exact: return 1
            return 2
        """,
        files={
            "app/use.py": """
            def run(jobs: Jobs, job: Job) -> None:
                export(job, True, False, True, deep=True, strict=False)
                with Jobs.of(closed=True).lock(wait=False): count(True)
        """
        },
    ),
    # A base that says nothing of the flag, in another file, and libraries that have no such method.
    Bad(
        """
        from abc import ABC
        from typing import Generic, TypeVar
        from pydantic import BaseModel
        from app.base import Base
        T = TypeVar("T")

        class Jobs(Base, ABC, Generic[T]):
            def load(self, *, locked: bool = False) -> None:  # <-
                if locked: self.lock()

        class Job(BaseModel):
            def render(self, *, short: bool = False) -> str:  # <-
                return self.title if short else self.text
            def line(self) -> str:
                return self.render(short=True)
        """,
        files={
            "app/base.py": "class Base:\n    def load(self) -> None: ...\n",
            "scripts/lock.py": "from app.container import jobs\njobs.load(locked=True)\n",
        },
    ),
)
GOOD = (
    Good(
        """
        from enum import Enum

        class Format(Enum):
            CSV = "csv"
            JSON = "json"

        async def export(job: Job, format: Format = Format.JSON) -> bytes:
            match format:
                case Format.CSV: return to_csv(job)
                case Format.JSON: return to_json(job)
        """
    ),
    # A flag that nobody sets by hand: it is handed on from what a user said, or it was never needed but in a test.
    Good(
        """
        def log_in(user: User, remember_me: bool = False) -> Session:
            if remember_me: return Session.long(user)
            return Session.short(user)

        def handle(command: LogIn) -> Session:
            return log_in(command.user, remember_me=command.remember_me)

        def sign(user: User, again: bool = False) -> None:
            if again: user.forget()
            if user.locked: return sign(user, not again)

        def other(mail: Mail) -> None: mail.log_in(secret=True, remember_me=False)
        """,
        files={
            "tests/test_users.py": "from app.module import log_in\ndef test_log_in(): assert log_in(None, True)\n",
            "app/mail.py": "def send(remember_me): log(remember_me=True)\n",
        },
    ),
    # What a framework fills in: routes, their dependencies, commands, callbacks.
    Good(
        """
        from typing import Annotated
        import click, typer
        from fastapi import APIRouter, Depends, Query, Request
        router = APIRouter()
        app = typer.Typer()

        @router.get("/jobs")
        def list_jobs(open_only: bool = False):
            if open_only: return []

        def page(descending: Annotated[bool, Query()] = False):
            if descending: return -1

        def sorting(descending: bool = Query(False)):
            if descending: return -1

        def caller(request: Request, strict: bool = True):
            if strict: raise PermissionError

        def pagination(descending: bool = False):
            if descending: return -1

        Page = Annotated[int, Depends(pagination)]

        @app.command()
        def purge(force: bool = False):
            if force: drop()

        @click.command()
        @click.option("--force", is_flag=True)
        def clean(force: bool): drop() if force else None

        class Jobs:
            def __init__(self, *, locked: bool = False) -> None:
                if locked: self.lock()
            def connect(self, bus): bus.subscribe("closed", self.closed)
            def closed(self, again: bool = False):
                if again: self.stop()
        """,
        files={
            "app/use.py": """
            list_jobs(open_only=True)
            page(descending=True), sorting(descending=True), caller(request, strict=False), pagination(descending=True)
            purge(force=True), clean(force=True)
            Jobs(locked=True).closed(again=True)
        """
        },
    ),
    Good("def page(down: bool = False):\n    if down: return -1\nfirst = page(down=True)\n", path="app/api/deps.py"),
    # What a base lays down, or one that nobody sees may.
    Good(
        """
        from typing import overload, Literal
        from typing_extensions import override
        from elsewhere import Store
        from pydantic import BaseModel
        from app.base import Base, Loose

        class Jobs(Base):
            def load(self, locked: bool = False) -> None:
                if locked: self.lock()
            @override
            def save(self, locked: bool = False) -> None:
                if locked: self.lock()
        class Tags(Loose):
            def load(self, locked: bool = False) -> None:
                if locked: self.lock()
        class Notes(Store):
            def load(self, locked: bool = False) -> None:
                if locked: self.lock()
        class Note(BaseModel):
            def model_dump(self, short: bool = False) -> dict:
                if short: return {}

        @overload
        def load(raw: Literal[True]) -> bytes: ...
        @overload
        def load(raw: Literal[False] = False) -> str: ...
        def load(raw: bool = False) -> bytes | str:
            return b"" if raw else ""
        """,
        files={
            "app/base.py": "from app.far import Far\nclass Base(Far): ...\n"
            "class Loose:\n    def load(self, **kwargs): ...\n",
            "app/far.py": "class Far:\n    def load(self, locked: bool = False) -> None: ...\n",
            "app/use.py": "def run(jobs): jobs.load(locked=True), jobs.save(locked=True), jobs.model_dump(short=True)\n"
            "raw = load(raw=True)\n",
        },
    ),
    # A value: kept, compared, given back, handed on, written out; not the choice of a behaviour.
    Good(
        """
        def create(name: str, is_admin: bool = False) -> User:
            user = User(name, is_admin=is_admin)
            if is_admin: welcome(user)
            return user

        def update(user: User, active: bool = True) -> None:
            user.active = active
            if active: user.touch()

        def find(paid: bool = True) -> Query:
            query = select(Job).where(Job.paid == paid)
            return query if paid else query.limit(1)

        def row(paid: bool = True) -> dict:
            if paid: count()
            return {"paid": paid, "text": "yes" if paid else "no"}

        def text(paid: bool = True) -> str: return "paid" if paid else "open"
        def export(job: Job, strict: bool = True) -> bytes: return write(job, strict=strict)
        def is_open(closed: bool = False) -> bool:
            if closed: stop()
            return not closed
        def rights(managing: bool) -> dict[str, bool]:
            if managing: prepare()
            return {"delete": managing and allowed()}
        """,
        files={
            "app/use.py": """
            user = create("Ada", is_admin=True)
            update(user, active=False)
            jobs = [find(False), row(paid=False), text(paid=False), export(job, strict=False), is_open(closed=True)]
            rights(managing=True)
        """
        },
    ),
    # Talk, setters, answers, what is settled, and what may be neither true nor false.
    Good(
        """
        import logging
        logger = logging.getLogger()

        def export(
            as_csv: bool = False,  # noqa: FBT001
            as_pdf: bool = False,  # noqa: FBT
        ) -> None:
            if as_csv: to_csv()
            if as_pdf: to_pdf()
        def record_access(hit: bool) -> None:
            if hit: hits.append(1)
        def supports(model: str, streaming: bool) -> bool:
            if not streaming: return False
            return known(model)
        def find_with(id: int, with_owner: bool = False, with_tags: bool = False) -> Job:
            statement = select(Job)
            if with_owner: statement = statement.options(joinedload(Job.owner))
            if with_tags:
                tags = selectinload(Job.tags)
                if id: tags = tags.selectinload(Tag.jobs)
            return run(statement)
        def answer(text: str, notify: bool = NOTIFY_ALWAYS) -> None:
            if notify: send(text)
        def run(job: Job, verbose: bool = False) -> None:
            if verbose: print(job)
            done = job.run()
            if verbose: logger.info("ran %s", done)
            else: pass
        def set_locked(job: Job, locked: bool) -> None:
            if locked: job.lock()
        def find(paid: bool | None = None) -> Query:
            if paid: return select(Job)
        def call(method: Method, _once: bool = False) -> None:
            if _once: method.forget()
        """,
        files={
            "app/use.py": """
            export(as_csv=True, as_pdf=True)
            record_access(hit=True)
            supports("small", streaming=True)
            find_with(1, with_owner=True, with_tags=True)
            answer("hello", notify=True)
            run(job, verbose=True)
            set_locked(job, locked=True)
            find(paid=True)
            call(method, _once=True)
        """
        },
    ),
    # Nobody outside calls them, and in tests and migrations nobody minds.
    Good(
        """
        def _export(as_csv: bool = False):
            if as_csv: return 1
        class _Jobs:
            def export(self, as_csv: bool = False):
                if as_csv: return 1
        def export():
            def write(as_csv: bool = False):
                if as_csv: return 1
            return write(as_csv=True)
        jobs = _export(as_csv=True), _Jobs().export(as_csv=True)
        """
    ),
    Good("def build(paid: bool = False):\n    if paid: pay()\nbuild(paid=True)\n", path="tests/builders.py"),
    Good("def move(back: bool = False):\n    if back: pay()\nmove(back=True)\n", path="alembic/versions/1_jobs.py"),
)


class BooleanParameter(Check):
    """A function that a flag turns into another one is two functions under one name.

    At the call `export(job, True)` says nothing, and `as_csv=True` leaves no room for the third format: the next one
    comes as a second flag, and of the four combinations two mean nothing.

    Give each behaviour a name: an enum (`Format.CSV`), or a function each (`export_csv`, `export_json`).

    Looked at are the parameters, keyword-only ones too, that are annotated `bool`, or have `True` or `False` for a
    default and no annotation, of public functions and methods. One is told of when the function's own body branches
    on it alone, `if flag:`, `if not flag:`, `a if flag else b`, and a caller outside tests chooses by it: it writes
    `True` or `False` out, and not the default. A flag that is only handed on, from what a user or a setting said, is
    no such choice (Martin Fowler, "Refactoring", 2nd edition: "Remove Flag Argument"). Left alone is a flag that is a
    value: one that is also stored, compared, given back, alone or in an `and`, or passed to a class, or that only picks
    one of two literals; one whose default has a name; one whose branches only log, give back `True` or `False`, or say
    how a query loads its rows; one that is called `_…`; and `bool | None`.

    Left alone are functions whose parameters somebody else lays down: routes, dependencies, commands and all that
    have decorators of a framework or of the project; functions that their file hands on as values; overloads, and
    overrides of a method that has the flag in a base, or may have it in a base that is not of the project; special
    methods, setters (`set_…`) and what writes down that something happened (`log_…`, `record_…`); tests and migrations.

    ruff's `FBT001` tells of the same parameter where it is positional; it is told once, and `# noqa: FBT001` holds for
    both.
    """

    name = "boolean-parameter"
    level = Level.WARNING
    message = "Two functions go by the name of `{symbol}`, and whether `{parameter}` is true decides which one runs."
    examples = BAD + GOOD

    @on(cst.FunctionDef)
    def function(self, node: cst.FunctionDef, ctx: Context) -> Iterator[Finding]:
        """Report each flag on which a public function branches."""
        if ctx.layer in EXEMPT or not _is_public(node, ctx):
            return
        symbol = ctx.symbol(node)
        flags = ((each.name, ctx.index.chosen(ctx.path, symbol, each.name.value)) for each in choosing(node))
        found = [(name, call) for name, call in flags if call]
        if not found or not _is_called_by_its_callers(node, ctx):
            return
        for name, call in found:
            flag = name.value
            if ctx.span(name).line not in ctx.once(_settled) and not ctx.index.is_laid_down(ctx.path, symbol, flag):
                place = Related(call.path, call.line, f"The call here chooses by `{flag}`.")
                params = {"parameter": flag}
                yield self.finding(ctx, name, extent=node, symbol=symbol, key=flag, params=params, related=(place,))


def _settled(ctx: Context) -> frozenset[int]:
    """The lines about which ruff is told to be silent."""
    # Most files hold none, and reading comments takes as long as a tenth of parsing.
    if "noqa" not in (ctx.text or "noqa"):
        return frozenset()
    return frozenset(comment.row + 1 for comment, _ in ctx.comments() if SETTLED.search(comment.text))


def _is_public(node: cst.FunctionDef, ctx: Context) -> bool:
    around = [outer for outer in ctx.ancestors(node) if isinstance(outer, cst.FunctionDef | cst.ClassDef)]
    names = [node.name.value, *(outer.name.value for outer in around)]
    nested = any(isinstance(outer, cst.FunctionDef) for outer in around)
    return (
        not nested
        and not any(name.startswith("_") for name in names)
        and not node.name.value.startswith((*SETTERS, *RECORDERS))
    )


def _is_called_by_its_callers(node: cst.FunctionDef, ctx: Context) -> bool:
    """Whether it is not a framework, an overload or who it is handed on to that gives a function its parameters."""
    if any(ctx.name_of(each.decorator) not in TRANSPARENT for each in node.decorators):
        return False
    before = ctx.definition_before(node)
    if isinstance(before, cst.FunctionDef) and ctx.is_overload(before) and before.name.value == node.name.value:
        return False
    stem = ctx.path.rpartition("/")[2].removesuffix(".py")
    if stem in DEPENDENCIES or any(_is_filled_in(each, ctx) for each in _parameters(node)):
        return False
    return node.name.value not in ctx.once(_handed_on)


def _parameters(node: cst.FunctionDef) -> Iterator[cst.Param]:
    parameters = node.params
    yield from (*parameters.posonly_params, *parameters.params, *parameters.kwonly_params)


def _is_filled_in(parameter: cst.Param, ctx: Context) -> bool:
    """Whether a framework gives a parameter its value."""
    parts = [part for part in (parameter.default, parameter.annotation) if part]
    if any((dotted(call) or "").rpartition(".")[2] in MARKS for part in parts for call in _calls(part)):
        return True
    names = ctx.names_in(parameter.annotation.annotation) if parameter.annotation else ()
    return any(ctx.index.qualified(ctx.path, name).startswith(FRAMEWORKS) for name in names)


def _calls(node: cst.CSTNode) -> Iterator[cst.Call]:
    yield from (each for each in below(node) if isinstance(each, cst.Call))


def _handed_on(ctx: Context) -> frozenset[str]:
    """The last parts of the names that a file hands on without calling them."""
    return frozenset(_values(ctx.module))


def _values(module: cst.Module) -> Iterator[str]:
    for node in below(module):
        if type(node) in HANDING_KINDS and isinstance(node, HANDING):
            name = not isinstance(node.value, cst.Call) and dotted(node.value)
            if name:
                yield name.rpartition(".")[2]
