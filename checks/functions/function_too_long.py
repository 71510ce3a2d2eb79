"""The rule `function-too-long`."""

from collections.abc import Iterator

import libcst as cst
from pydantic import Field

from reviewer.api import Bad, Check, Context, Finding, Good, Layer, Level, Settings, on


class Limits(Settings):
    """How many lines of code make a function too long."""

    limit: int = Field(default=25, ge=1, description="So many lines of code in the body are too many.")
    limit_in_tests: int = Field(default=50, ge=1, description="The same in tests.")


class FunctionTooLong(Check):
    """A function that fills the screen hides its mistakes.

    Its reviewer can't hold it in the head, its tests can't reach every path through it, and whoever mends it at
    night changes a variable that is read forty lines further down. Split it where a comment or a blank line
    already announces the next step, and let each part take what it needs as parameters.

    Counted are the lines of the body that hold code, and every line of a multi-line string: no decorators,
    signature, docstring, comments, blank lines, and no functions or classes inside, which are measured by
    themselves. Overloads, stubs and migrations are exempt.
    """

    name = "function-too-long"
    level = Level.WARNING
    message = (
        "Nobody sees all of `{symbol}` at once: its body has {lines} lines of code, and under {limit} are the rule."
    )
    settings: Limits = Limits()

    @on(cst.FunctionDef)
    def function(self, node: cst.FunctionDef, ctx: Context) -> Iterator[Finding]:
        """Report a body that is too long where the function is named."""
        lines = ctx.code_lines(node)
        if lines < min(self.settings.limit, self.settings.limit_in_tests):
            return
        limit = self.settings.limit_in_tests if ctx.layer is Layer.TESTS else self.settings.limit
        if (
            lines >= limit
            and ctx.layer is not Layer.MIGRATIONS
            and not _is_stub(node.body)
            and not ctx.is_overload(node)
        ):
            yield self.finding(ctx, node, params={"lines": lines, "limit": limit}, facts={"lines": lines})

    examples = (
        Bad(
            '''
            def report():  # <-
                query = """
                    select 1

                """
                return query
            ''',
            settings={"limit": 5},
        ),
        Good(
            '''
            @decorated(
                1,
            )
            def ids(
                first,
                second,
            ):
                """Text.

                More text.
                """
                # A comment.
                one()

                two()
            ''',
            settings={"limit": 3},
        ),
        Bad("def total():  # <-\n" + "    step()\n" * 25),
        Good("def total():\n" + "    step()\n" * 24),
        Bad("async def total():  # <-\n" + "    step()\n" * 50, path="tests/test_total.py"),
        Good("def test_total():\n" + "    step()\n" * 49, path="tests/test_total.py"),
        Good("def upgrade():\n" + "    step()\n" * 60, path="alembic/versions/1_total.py"),
        Bad(
            """
            def ids():  # <-
                return [
                    1,  # the first
                    # and

                    2,
                ]
            """,
            settings={"limit": 4},
        ),
        Good(
            """
            def outer():
                @decorated
                def inner(
                    first,
                ):
                    one()
                    two()

                class Inside:
                    first = 1
                    second = 2

                return inner
            """,
            settings={"limit": 3},
        ),
        Bad(
            """
            def outer():
                def inner():  # <-
                    one()
                    two()
                    three()

                return inner
            """,
            settings={"limit": 3},
        ),
        Bad(
            """
            def both(): one(); two(  # <-
                1,
            )
            """,
            settings={"limit": 3},
        ),
        Good(
            """
            from typing import overload as variant

            @variant
            def load(
                key: int,
            ) -> int:
                first = 1
                ...
            """,
            settings={"limit": 2},
        ),
        Good(
            '''
            class Port:
                def load(self):
                    """Load."""
                    ...

                def save(self): ...

                def drop(self):
                    pass
            ''',
            settings={"limit": 1},
        ),
    )


def _is_stub(node: cst.CSTNode) -> bool:
    """Whether a body, or a part of it, is only `...`, `pass` and text."""
    match node:
        case cst.IndentedBlock(body=parts) | cst.SimpleStatementSuite(body=parts) | cst.SimpleStatementLine(body=parts):
            return all(_is_stub(part) for part in parts)
        case cst.Pass() | cst.Expr(value=cst.Ellipsis() | cst.SimpleString() | cst.ConcatenatedString()):
            return True
        case _:
            return False
