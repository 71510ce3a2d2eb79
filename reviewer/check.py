"""What a rule is: a check with its text, its level, its settings, its examples and its handlers."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from textwrap import dedent
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, overload

import libcst as cst
from pydantic import BaseModel, ConfigDict

from reviewer.model import Confidence, Extent, Fact, Finding, Fix, Level, Param, Related

if TYPE_CHECKING:
    from reviewer.context import Context, ProjectContext

SelfCheck = TypeVar("SelfCheck", bound="Check")
First = TypeVar("First", bound=cst.CSTNode)
Second = TypeVar("Second", bound=cst.CSTNode)

# A handler is a method; its node's type is checked at `on` and differs from one handler to the next.
Handler = Callable[[Any, Any, "Context"], Iterator[Finding]]
ProjectHandler = Callable[[Any, "ProjectContext"], Iterator[Finding]]


class Settings(BaseModel):
    """A rule's settings: a frozen model whose defaults are the standard's."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=lambda name: name.replace("_", "-"),
        populate_by_name=True,
    )


@dataclass(frozen=True, slots=True)
class Good:
    """Code without findings of the rule, in files by path; a common indentation and a first newline are dropped."""

    code: str
    path: str = "app/module.py"
    files: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Drop the indentation of the code around the example."""
        object.__setattr__(self, "code", _flush(self.code))
        object.__setattr__(self, "files", {path: _flush(code) for path, code in self.files.items()})


@dataclass(frozen=True, slots=True)
class Bad:
    """Code with findings: each flagged line ends in `# <-`, in `files`, others of the same project, too.

    `fixed` is what the fixes make of the code; what has none keeps its mark.
    """

    code: str
    path: str = "app/module.py"
    files: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, object] = field(default_factory=dict)
    fixed: str | None = None

    def __post_init__(self) -> None:
        """Drop the indentation of the code around the example."""
        object.__setattr__(self, "code", _flush(self.code))
        object.__setattr__(self, "files", {path: _flush(code) for path, code in self.files.items()})
        object.__setattr__(self, "fixed", None if self.fixed is None else _flush(self.fixed))


def _flush(code: str) -> str:
    return dedent(code).removeprefix("\n")


class Check:
    """A rule. The docstring says what happens in production, then what to do instead.

    `message` is a template over the finding's params; `requires` names rules that are selected with this one. A rule
    `of_changes` is about what a change does, and says nothing of whole files.
    """

    name: ClassVar[str]
    level: ClassVar[Level]
    message: ClassVar[str]
    confidence: ClassVar[Confidence] = Confidence.HIGH
    requires: ClassVar[tuple[str, ...]] = ()
    of_changes: ClassVar[bool] = False
    examples: ClassVar[tuple[Bad | Good, ...]] = ()
    settings: Settings = Settings()

    def __init__(self, settings: Settings | None = None) -> None:
        if settings is not None:
            self.settings = settings

    def finding(  # noqa: PLR0913  # what a finding can carry, each by its name
        self,
        ctx: "Context",
        node: cst.CSTNode,
        *,
        extent: cst.CSTNode | Extent | None = None,
        params: Mapping[str, Param] | None = None,
        symbol: str | None = None,
        key: str = "",
        facts: Mapping[str, Fact] | None = None,
        content: str = "",
        confidence: Confidence | None = None,
        related: tuple[Related, ...] = (),
        fix: Fix | None = None,
    ) -> Finding:
        """A finding at `node` (a function or class at its name); a change within `extent` can cause it."""
        name = ctx.symbol(node) if symbol is None else symbol
        arguments = {"symbol": name, **_plain(params or {})}
        return Finding(
            rule=self.name,
            level=self.level,
            confidence=confidence or self.confidence,
            message=self.message.format(**arguments),
            path=ctx.path,
            span=ctx.span(node),
            symbol=name,
            key=key,
            params=arguments,
            facts=facts or {},
            content=content,
            extent=extent if isinstance(extent, Extent) else ctx.extent(extent or node),
            related=related,
            fix=fix,
        )

    def project_finding(self, **params: Param) -> Finding:
        """A finding about the whole project."""
        return Finding(
            rule=self.name,
            level=self.level,
            confidence=self.confidence,
            message=self.message.format(**params),
            params=_plain(params),
        )


def _plain(params: Mapping[str, Param]) -> dict[str, Param]:
    """The params as they are written down: of a word out of a list of words only the word."""
    return {name: value.value if isinstance(value, StrEnum) else value for name, value in params.items()}


@overload
def on(
    first: type[First], /
) -> Callable[
    [Callable[[SelfCheck, First, "Context"], Iterator[Finding]]],
    Callable[[SelfCheck, First, "Context"], Iterator[Finding]],
]: ...
@overload
def on(
    first: type[First], second: type[Second], /
) -> Callable[
    [Callable[[SelfCheck, First | Second, "Context"], Iterator[Finding]]],
    Callable[[SelfCheck, First | Second, "Context"], Iterator[Finding]],
]: ...
def on(*types: type[cst.CSTNode]) -> Callable[[Callable[..., Iterator[Finding]]], Callable[..., Iterator[Finding]]]:
    """Mark a method as the handler of nodes of exactly these types."""

    def mark(method: Callable[..., Iterator[Finding]]) -> Callable[..., Iterator[Finding]]:
        method.handles = types  # type: ignore[attr-defined]  # a function takes attributes; its type does not say so
        return method

    return mark


def on_project(
    method: Callable[[SelfCheck, "ProjectContext"], Iterator[Finding]],
) -> Callable[[SelfCheck, "ProjectContext"], Iterator[Finding]]:
    """Mark a method that is asked once a run, about the whole project."""
    method.handles_project = True  # type: ignore[attr-defined]  # a function takes attributes; its type does not say so
    return method
