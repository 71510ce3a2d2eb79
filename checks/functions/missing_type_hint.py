"""The rule `missing-type-hint`."""

from collections.abc import Iterator

import libcst as cst
from pydantic import Field

from reviewer.api import (
    Bad,
    Check,
    Context,
    Finding,
    Fix,
    Good,
    Layer,
    Level,
    Settings,
    dotted,
    on,
    result_of,
    with_return,
)

EXEMPT = (Layer.TESTS, Layer.MIGRATIONS)
STATIC = ("staticmethod", "builtins.staticmethod")
CLASS_BOUND = ("classmethod", "builtins.classmethod")
RETURN = "return"


RETURNS = (
    # What is certain can be written at a click: nothing, a literal, a class that is known there.
    Bad(
        """
        from app.sizes import Size

        class Money: ...

        class Orders:
            def __init__(self):  # <-
                self.keys: list[int] = []

            def add(self, key: int):  # <-
                if key:
                    return
                self.keys.append(key)

            def is_known(self, key: int):  # <-
                return key in self.keys

            @property
            def name(self):  # <-
                if self.keys:
                    return f"{len(self.keys)} orders"
                return "none"

            async def total(  # <-
                self,
            ):
                return Money()

            def size(self, key: int):  # <-
                return Size(key)
        """,
        files={"app/sizes.py": "class Size: ...\n"},
        fixed="""
        from app.sizes import Size

        class Money: ...

        class Orders:
            def __init__(self) -> None:
                self.keys: list[int] = []

            def add(self, key: int) -> None:
                if key:
                    return
                self.keys.append(key)

            def is_known(self, key: int) -> bool:
                return key in self.keys

            @property
            def name(self) -> str:
                if self.keys:
                    return f"{len(self.keys)} orders"
                return "none"

            async def total(
                self,
            ) -> Money:
                return Money()

            def size(self, key: int) -> Size:
                return Size(key)
        """,
    ),
    # What may be otherwise is left to who knows.
    Bad(
        """
        import abc
        from fastapi import APIRouter
        router = APIRouter()

        class Base(abc.ABC):
            @abc.abstractmethod
            def load(self): ...  # <-

            def save(self):  # <-
                raise NotImplementedError

            def copy(self):  # <-
                return Base()

            def later(self):  # <-
                return Later()

            def find(self, key: int):  # <-
                if key:
                    return "key"

            def mixed(self, key: int):  # <-
                return key == 1

            def each(self):  # <-
                yield 1

            def clear(self):  # <-
                # type: () -> None
                self.all = []

        class Orders(Base):
            def save(self):  # <-
                print("saved")

        class Later: ...

        @router.post("/")
        def create():  # <-
            print("created")
        """
    ),
)


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
    `mypy-init-return`, but for three things: one finding names all that a function misses; tests and migrations are
    exempt; and in a method without positional parameters (`def load(*args, key)`) ruff takes the first keyword for
    `self`. Where `_…` parameters are ignored, every name that begins with `_` is meant.
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
                fix=_fix(node, missing, ctx),
            )

    def _parameters(self, node: cst.FunctionDef, ctx: Context) -> Iterator[str]:
        for prefix, parameter in _judged(node, ctx):
            ignored = self.settings.ignore_underscore_parameters and parameter.name.value.startswith("_")
            if parameter.annotation is None and not ignored:
                yield prefix + parameter.name.value

    examples = (
        Bad("def load(key: int, *, limit): ...  # <-\n"),
        *RETURNS,
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

            class Sums:
                @staticmethod
                def __init__(key: int): ...  # <-

                @classmethod
                def __init__(cls, key: int): ...  # <-

                def total(*orders: int, key) -> int: ...  # <-
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

                if t.TYPE_CHECKING:
                    @variant
                    def save(self, key: int) -> int: ...
                else:
                    def save(self, key): return key
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


def _fix(node: cst.FunctionDef, missing: tuple[str, ...], ctx: Context) -> Fix | None:
    """The hint of the return, where it is all that is missing and can be told; no program looks at it as it runs."""
    hint = result_of(node, ctx) if missing == (RETURN,) else None
    edit = with_return(ctx, node, hint) if hint else None
    return Fix(safe=True, edits=(edit,)) if edit else None


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
    return ctx.enclosing_class(node) is not None and not _decorated(node, STATIC)


def _decorated(node: cst.FunctionDef, names: tuple[str, ...]) -> bool:
    return any(dotted(decorator) in names for decorator in node.decorators)


def _return(node: cst.FunctionDef, ctx: Context) -> tuple[str, ...]:
    if node.returns or (_is_constructor(node, ctx) and any(each.annotation for _, each in _judged(node, ctx))):
        return ()
    return (RETURN,)


def _is_constructor(node: cst.FunctionDef, ctx: Context) -> bool:
    return node.name.value == "__init__" and _is_bound(node, ctx) and not _decorated(node, CLASS_BOUND)


def _is_behind_overload(node: cst.FunctionDef, ctx: Context) -> bool:
    """Whether the definition before this one declares an overload of it."""
    before = ctx.definition_before(node)
    return isinstance(before, cst.FunctionDef) and before.name.value == node.name.value and ctx.is_overload(before)
