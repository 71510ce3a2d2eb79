"""One crash, of a check or of ours, takes nothing else with it."""

import gc
from collections.abc import Iterator
from typing import ClassVar
from weakref import ref

import libcst as cst

from reviewer.api import Check, Context, Finding, Level, ProjectContext, on, on_project
from reviewer.config import Config
from reviewer.index import Index
from reviewer.runner import Outcome, Plan, review_file, review_project


class Sound(Check):
    """Flags every function."""

    name: ClassVar[str] = "sound"
    level: ClassVar[Level] = Level.WARNING
    message: ClassVar[str] = "`{symbol}`"

    @on(cst.FunctionDef)
    def function(self, node: cst.FunctionDef, ctx: Context) -> Iterator[Finding]:
        """Flag it."""
        yield self.finding(ctx, node)


class Broken(Check):
    """Crashes on the second function and on the project."""

    name: ClassVar[str] = "broken"
    level: ClassVar[Level] = Level.WARNING
    message: ClassVar[str] = "it is broken"

    @on(cst.FunctionDef)
    def function(self, node: cst.FunctionDef, ctx: Context) -> Iterator[Finding]:
        """Flag the first one."""
        yield self.finding(ctx, node)
        raise ZeroDivisionError

    @on_project
    def project(self, ctx: ProjectContext) -> Iterator[Finding]:
        """Crash."""
        yield self.project_finding(count=int(ctx.index.has_orm_models()))
        raise ZeroDivisionError


class Keeping(Check):
    """Makes something that holds the file, and notes its context without holding it."""

    name: ClassVar[str] = "keeping"
    level: ClassVar[Level] = Level.WARNING
    message: ClassVar[str] = "`{symbol}`"
    seen: ClassVar[list["ref[Context]"]] = []

    @on(cst.Module)
    def module(self, _: cst.Module, ctx: Context) -> Iterator[Finding]:
        """Flag nothing."""
        assert ctx.once(_holding) is ctx.once(_holding)
        self.seen.append(ref(ctx))
        yield from ()


def _holding(ctx: Context) -> list[Context]:
    return [ctx]


def review(code: bytes) -> Outcome:
    index = Index(["a.py"], lambda _: code, Config())
    return review_file("a.py", lambda _: code, Plan.of([Broken(), Sound()]), index)


def test_a_crash_is_a_problem_with_its_traceback_and_the_other_checks_go_on() -> None:
    outcome = review(b"def f(): ...\ndef g(): ...\n")
    assert [(found.rule, found.symbol) for found in outcome.findings] == [
        ("broken", "f"),
        ("sound", "f"),
        ("sound", "g"),
    ]
    (problem,) = outcome.problems
    assert (problem.kind, problem.path, problem.blocking) == ("crash", "a.py", True)
    assert problem.message.startswith("broken crashed; please report it")
    assert "ZeroDivisionError" in problem.message


def test_a_crash_outside_of_any_check_is_a_problem_of_its_file() -> None:
    def read(_path: str) -> bytes:
        raise MemoryError

    outcome = review_file("a.py", read, Plan.of([Sound()]), Index([], read, Config()))
    assert [problem.kind for problem in outcome.problems] == ["crash"]


def test_a_crash_about_the_project_has_no_path() -> None:
    outcome = review_project(Plan.of([Broken()]), Index([], lambda _: b"", Config()))
    assert [(found.rule, found.path, found.params) for found in outcome.findings] == [("broken", None, {"count": 0})]
    assert [(problem.kind, problem.path) for problem in outcome.problems] == [("crash", None)]


def test_a_tree_goes_with_its_file_without_the_collector() -> None:
    index = Index([], lambda _: b"", Config())
    gc.disable()
    try:
        review_file("a.py", lambda _: b"def f(): ...", Plan.of([Keeping(), Sound()]), index)
        assert [each() for each in Keeping.seen] == [None]
    finally:
        gc.enable()
