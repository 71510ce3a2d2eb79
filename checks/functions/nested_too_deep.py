"""The rule `nested-too-deep`."""

from collections.abc import Iterator, Sequence

import libcst as cst
from pydantic import Field

from reviewer.api import Bad, Check, Context, Extent, Finding, Good, Layer, Level, Settings, on

NAMED = (cst.FunctionDef, cst.ClassDef)
Around = tuple[cst.CSTNode, ...]

WORDS: dict[type[cst.CSTNode], str] = {
    cst.If: "if",
    cst.For: "for",
    cst.While: "while",
    cst.Try: "try",
    cst.TryStar: "try",
    cst.Match: "match",
    cst.With: "with",
}


class Limits(Settings):
    """How many levels of blocks are deep enough."""

    limit: int = Field(default=3, ge=0, description="The levels that a statement may stand below its function.")
    limit_in_use_cases: int = Field(default=1, ge=0, description="The same in use cases.")
    limit_in_tests: int = Field(default=3, ge=0, description="The same in tests.")
    count_with: bool = Field(default=False, description="Whether `with` is a level.")


class NestedTooDeep(Check):
    """What stands below four conditions runs in a state that nobody has in mind.

    Each block doubles the cases to think through: the innermost line is the one that no test reaches and that
    is wrong in the one case nobody listed. Return or continue early for what is out of the question, and give
    the inner loop a function and a name. A use case reads as a list of steps: one level is enough for it.

    `if`, `for`, `while`, `try` and `match` are levels; `elif`, `else`, `except`, `finally` and `case` share
    their statement's, and an `else` that holds an `if` is no `elif`. A nested function or class starts again.
    """

    name = "nested-too-deep"
    level = Level.WARNING
    message = (
        "The innermost case of `{symbol}` is hard to reach by a test: it stands {depth} levels deep ({around}), "
        "and {limit} are the rule."
    )
    settings: Limits = Limits()

    @on(cst.FunctionDef)
    def function(self, node: cst.FunctionDef, ctx: Context) -> Iterator[Finding]:
        """Report the first of the deepest statements."""
        deepest, around = max(self._statements(node.body, ()), key=lambda place: len(place[1]))
        depth, settings = len(around), self.settings
        if depth <= min(settings.limit, settings.limit_in_use_cases, settings.limit_in_tests):
            return
        limit = self._limit(ctx.layer)
        if depth > limit:
            yield self.finding(
                ctx,
                deepest,
                symbol=ctx.symbol(node),
                params={"depth": depth, "limit": limit, "around": " → ".join(WORDS[type(block)] for block in around)},
                facts={"depth": depth},
                extent=Extent(ctx.extent(around[0]).first, ctx.extent(deepest).last),
            )

    def _limit(self, layer: Layer | None) -> int:
        match layer:
            case Layer.USE_CASES:
                return self.settings.limit_in_use_cases
            case Layer.TESTS:
                return self.settings.limit_in_tests
            case _:
                return self.settings.limit

    def _statements(self, block: cst.BaseSuite, around: Around) -> Iterator[tuple[cst.CSTNode, Around]]:
        """The statements of a block and of the blocks in it, each with the statements around it that count."""
        for statement in block.body:
            yield statement, around
            if isinstance(statement, cst.BaseCompoundStatement) and not isinstance(statement, NAMED):
                within = (*around, statement) if self._counts(statement) else around
                for inner in _blocks(statement):
                    yield from self._statements(inner, within)

    def _counts(self, statement: cst.BaseCompoundStatement) -> bool:
        return self.settings.count_with or not isinstance(statement, cst.With)

    examples = (
        Bad(
            """
            def save(orders):
                for order in orders:
                    if order.paid:
                        try:
                            while order.waits:
                                order.send()  # <-
                        except OSError:
                            raise
            """
        ),
        Good(
            """
            def save(orders):
                for order in orders:
                    if order.paid:
                        while order.waits:
                            order.send()
            """
        ),
        # elif, else, except, finally and case stand at the level of their statement.
        Good(
            """
            def save(order):
                if order.paid:
                    pass
                elif order.sent:
                    try:
                        pass
                    except OSError:
                        for item in order:
                            item.send()
                    else:
                        for item in order:
                            item.send()
                    finally:
                        while order.waits:
                            order.send()
                else:
                    match order:
                        case 1:
                            for item in order:
                                item.send()
            """
        ),
        Bad(
            """
            async def save(orders):
                async for order in orders:
                    match order:
                        case 1:
                            try:
                                order.send()
                            except* OSError:
                                if order.waits: order.send()  # <-
            """
        ),
        # An else that holds an if is no elif; nor is one with a further statement.
        Bad(
            """
            def save(order):
                if order.paid:
                    order.send()
                else:
                    if order.waits:
                        order.send()  # <-
                    elif order.sent:
                        order.send()
            """,
            settings={"limit": 1},
        ),
        # The first of the deepest is reported, once a function; what a nested function holds is its own.
        Bad(
            """
            def save(order):
                for item in order:
                    if item:
                        @decorated
                        def send():  # <-
                            if item.paid:
                                item.send()

                        send()
            """,
            settings={"limit": 1},
        ),
        Good(
            """
            def save(order):
                def send(item):
                    for part in item:
                        if part:
                            part.send()

                class Sender:
                    if order:
                        for item in order:
                            send = item

                for item in order:
                    if item:
                        send(lambda: [part for part in item if part if part.paid] if item else ())
            """,
            settings={"limit": 2},
        ),
        Good(
            """
            async def save(unit, orders):
                async with unit, unit.lock:
                    with orders:
                        for order in orders:
                            order.send()
            """,
            path="app/use_cases/save.py",
        ),
        Bad(
            """
            async def save(unit, orders):
                async with unit:
                    for order in orders:
                        order.send()  # <-
            """,
            path="app/use_cases/save.py",
            settings={"count-with": True},
        ),
        Bad(
            """
            def save(unit, orders):
                with unit:
                    for order in orders:
                        if order.paid:
                            order.send()  # <-
            """,
            path="app/use_cases/save.py",
        ),
        Good(
            """
            def test_save(orders):
                for order in orders:
                    if order.paid:
                        while order.waits:
                            order.send()
            """,
            path="tests/use_cases/test_save.py",
        ),
        Bad(
            """
            def test_save(orders):
                for order in orders:
                    if order.paid:
                        order.send()  # <-
            """,
            path="tests/test_save.py",
            settings={"limit-in-tests": 1},
        ),
    )


def _blocks(node: cst.CSTNode) -> Iterator[cst.BaseSuite]:
    """The blocks of a statement that stand at one level: `elif`, `except` and `case` open no further one."""
    for name in ("body", "handlers", "cases", "orelse", "finalbody"):
        below = getattr(node, name, None)
        for part in below if isinstance(below, Sequence) else [below]:
            if isinstance(part, cst.BaseSuite):
                yield part
            elif part is not None:
                yield from _blocks(part)
