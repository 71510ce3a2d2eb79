"""The rule `class-too-long`."""

from collections.abc import Iterator

import libcst as cst
from pydantic import Field

from reviewer.api import Bad, Check, Context, Finding, Good, Layer, Level, Settings, on

EXEMPT = (Layer.TESTS, Layer.MIGRATIONS)


class Limits(Settings):
    """How many lines of code make a class too long."""

    limit: int = Field(default=200, ge=1, description="So many lines of code in the body are too many.")


class ClassTooLong(Check):
    """A class of many hundred lines has many reasons to change.

    Every feature edits it, so two pull requests in flight collide in it, and each method can read or break state
    that belongs to another concern. Look for attributes that only some of the methods use: they and those methods
    are a class of their own, which this one can hold.

    Counted are the lines of the body that hold code, the methods with their decorators, signatures and inner
    functions, and every line of a multi-line string: no docstrings, comments or blank lines, and no nested
    classes, which are measured by themselves. Tests and migrations are exempt.
    """

    name = "class-too-long"
    level = Level.WARNING
    message = "`{symbol}` changes for many reasons: its body has {lines} lines of code, and under {limit} are the rule."
    settings: Limits = Limits()

    @on(cst.ClassDef)
    def class_(self, node: cst.ClassDef, ctx: Context) -> Iterator[Finding]:
        """Report a body that is too long where the class is named."""
        lines = ctx.code_lines(node)
        if lines >= self.settings.limit and ctx.layer not in EXEMPT:
            params = {"lines": lines, "limit": self.settings.limit}
            yield self.finding(ctx, node, params=params, facts={"lines": lines})

    examples = (
        Bad(
            """
            class Orders:  # <-
                @decorated
                def load(
                    self,
                ):
                    def inner():
                        return 1

                    return inner
            """,
            settings={"limit": 7},
        ),
        Good(
            '''
            class Orders:
                """Text.

                More text.
                """

                # A comment.
                first = 1

                def load(self):
                    """Text.

                    More text.
                    """

                    def inner():
                        """More text."""
                        return 1

                def save(self): """Text
                    to the end."""
            ''',
            settings={"limit": 6},
        ),
        Bad("class Orders:  # <-\n" + "    def step(self):\n        ...\n" * 100),
        Good("class Orders:\n    name = 1\n" + "    def step(self):\n        ...\n" * 99),
        Good("class TestOrders:\n" + "    def step(self):\n        ...\n" * 200, path="tests/test_orders.py"),
        Good("class Old:\n" + "    def step(self):\n        ...\n" * 200, path="alembic/versions/1_old.py"),
        Good(
            """
            class Orders:
                @decorated
                class Meta:
                    first = 1
                    second = 2

                def load(self):
                    class Inside:
                        first = 1
                        second = 2

                    return Inside
            """,
            settings={"limit": 3},
        ),
        Bad(
            """
            class Orders:
                class Meta:  # <-
                    first = 1
                    second = 2
                    third = 3
            """,
            settings={"limit": 3},
        ),
        Bad(
            '''
            class Orders:  # <-
                query = """
                    select 1

                """
            ''',
            settings={"limit": 4},
        ),
    )
