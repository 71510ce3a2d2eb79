"""The rule `missing-type-hint`."""

from collections.abc import Iterator

import libcst as cst
from pydantic import Field

from reviewer.api import Bad, Check, Context, Finding, Good, Layer, Level, Settings, dotted, on

EXEMPT = (Layer.TESTS, Layer.MIGRATIONS)
NAMED = (cst.FunctionDef, cst.ClassDef)
STATIC = ("staticmethod", "builtins.staticmethod")
RETURN = "return"


class Choices(Settings):
    """Which parameters need no type hint."""

    ignore_underscore_parameters: bool = Field(
        default=False, description="Whether parameters whose name begins with `_` need no type hint."
    )


class MissingTypeHint(Check):
    """A function without type hints is not checked, and neither are its callers.

    A None that was never expected or two arguments in the wrong order pass mypy, and fail in production with the
    first request that takes that path. Annotate every parameter and the return, `-> None` too.

    `self` and `cls` need no hint, nor does the return of an `__init__` with an annotated parameter. The function
    behind `@overload` signatures, lambdas, tests and migrations are exempt.

    It agrees with ruff's ANN001, ANN002, ANN003, ANN201, ANN202, ANN204, ANN205 and ANN206 under
    `mypy-init-return`, with these differences: one finding names all that is missing in a function; tests and
    migrations are exempt; DIFFERENCES.
    """

    name = "missing-type-hint"
    level = Level.WARNING
    message = "A wrong argument or result of `{symbol}` goes unnoticed until it runs: no type hint for {missing}."
    settings: Choices = Choices()

    @on(cst.FunctionDef)
    def function(self, node: cst.FunctionDef, ctx: Context) -> Iterator[Finding]:
        """Report all that is missing where the function is named."""
        missing = (*self._parameters(node, ctx), *_return(node, ctx))
        if missing and ctx.layer not in EXEMPT and not _is_behind_overload(node, ctx):
            names = [f"`{name}`" if name != RETURN else "the return" for name in missing]
            yield self.finding(
                ctx,
                node,
                params={"missing": ", ".join(names)},
                facts={"missing": missing},
                extent=ctx.signature(node),
            )

    def _parameters(self, node: cst.FunctionDef, ctx: Context) -> Iterator[str]:
        for prefix, parameter in _judged(node, ctx):
            ignored = self.settings.ignore_underscore_parameters and parameter.name.value.startswith("_")
            if parameter.annotation is None and not ignored:
                yield prefix + parameter.name.value

    examples = (
        Bad("def load(key: int, *, limit): ...  # <-\n"),
        Bad(
            """
            def both(first, /, second=1, *more, third, **rest) -> None: ...  # <-

            async def result(key: int): ...  # <-

            def outer() -> None:
                def inner(key: int): ...  # <-
            """
        ),
        Good(
            """
            def load(key: int, /, *more: int, limit: int = 1, **rest: int) -> int:
                return sorted(more, key=lambda one: one)
            """
        ),
        # The first parameter of a method that is not static, whatever its name.
        Good(
            """
            class Orders:
                def __init__(self, key: int): ...

                def load(self, key: int) -> int: ...

                def __new__(cls) -> "Orders": ...

                @classmethod
                def make(klass, /) -> "Orders": ...

                if True:
                    def late(this) -> None: ...

                @staticmethod
                def total(orders: "Orders") -> int: ...
            """
        ),
        Bad(
            """
            class Orders:
                @staticmethod
                def total(orders) -> int: ...  # <-

                @property
                def name(self): ...  # <-

                def __str__(self): ...  # <-

                def load(self) -> None:
                    def inner(self) -> None: ...  # <-

            def load(self) -> None: ...  # <-
            """
        ),
        # An `__init__` goes without a return as soon as one parameter has a hint, its self aside.
        Good(
            """
            class Orders:
                def __init__(self, *more: int): ...

            class Items:
                def __init__(self, **rest: int): ...
            """
        ),
        Bad(
            """
            class Orders:
                def __init__(self): ...  # <-

            class Items:
                def __init__(self: "Items", key): ...  # <-

            def __init__(key: int): ...  # <-
            """
        ),
        Good(
            """
            import typing as t
            from typing_extensions import overload as variant

            @t.overload
            def load(key: int) -> int: ...
            @t.overload
            def load(key: str) -> str: ...
            def load(key): return key

            class Orders:
                @variant
                def load(self, key: int) -> int: ...

                fallback = None

                def load(self, key): return key
            """
        ),
        Bad(
            """
            from typing import overload

            @overload
            def load(key) -> int: ...  # <-
            def save(key) -> int: ...  # <-
            def load(key): ...  # <-
            """
        ),
        Bad("def load(_, _key: int) -> None: ...  # <-\n"),
        Good("def load(_, _key, *_more) -> None: ...\n", settings={"ignore-underscore-parameters": True}),
        Good("def test_load(orders): ...\n", path="tests/test_load.py"),
        Good("def upgrade(): ...\n", path="alembic/versions/1_load.py"),
    )


def _judged(node: cst.FunctionDef, ctx: Context) -> Iterator[tuple[str, cst.Param]]:
    """The parameters that need a hint, each with its stars."""
    parameters = node.params
    named = [*parameters.posonly_params, *parameters.params]
    yield from (("", parameter) for parameter in named[_is_bound(node, ctx) :])
    if isinstance(parameters.star_arg, cst.Param):
        yield "*", parameters.star_arg
    yield from (("", parameter) for parameter in parameters.kwonly_params)
    if parameters.star_kwarg:
        yield "**", parameters.star_kwarg


def _is_bound(node: cst.FunctionDef, ctx: Context) -> bool:
    """Whether the first parameter is the instance or the class."""
    is_static = any(dotted(decorator) in STATIC for decorator in node.decorators)
    return not is_static and ctx.enclosing_class(node) is not None


def _return(node: cst.FunctionDef, ctx: Context) -> tuple[str, ...]:
    if node.returns or (
        node.name.value == "__init__"
        and ctx.enclosing_class(node)
        and any(parameter.annotation for _, parameter in _judged(node, ctx))
    ):
        return ()
    return (RETURN,)


def _is_behind_overload(node: cst.FunctionDef, ctx: Context) -> bool:
    """Whether the definition before this one, in the same block, declares an overload of it."""
    block = next(ctx.ancestors(node))
    before: cst.CSTNode | None = None
    for statement in getattr(block, "body", ()):
        if statement is node:
            break
        before = statement if isinstance(statement, NAMED) else before
    return isinstance(before, cst.FunctionDef) and before.name.value == node.name.value and ctx.is_overload(before)
