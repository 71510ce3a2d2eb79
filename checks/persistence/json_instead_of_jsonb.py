"""JSON columns where PostgreSQL has JSONB."""

from collections.abc import Iterator
from itertools import product

import libcst as cst

from reviewer.api import Bad, Check, Context, Finding, Good, Layer, Level, dotted, on

APART = frozenset({Layer.TESTS, Layer.MIGRATIONS})
POSTGRESQL = ("postgresql",)
TYPE_MODULES = ("sqlmodel", *(f"sqlalchemy{part}" for part in ("", ".types", ".sql.sqltypes", ".dialects.postgresql")))
JSON = frozenset({*(f"{module}.JSON" for module in TYPE_MODULES), "sqlalchemy.dialects.postgresql.json.JSON"})
ARRAYS = frozenset(f"{module}.ARRAY" for module in TYPE_MODULES)
COLUMNS = frozenset(
    {
        *(f"{module}.Column" for module in ("sqlalchemy", "sqlalchemy.schema", "sqlmodel")),
        *(f"{module}.{name}" for module, name in product(("sqlalchemy.orm",), ("mapped_column", "MappedColumn"))),
        *(f"{module}.Field" for module in ("sqlmodel", "sqlmodel.main")),
    }
)
TYPE_ARGUMENTS = frozenset({"type_", "sa_type"})
MAP = "type_annotation_map"

ENGINE = "from sqlalchemy import create_engine\nengine = create_engine({!r})\n"
POSTGRES = ENGINE.format("postgresql+psycopg://localhost/jobs")
SQLITE = ENGINE.format("sqlite+aiosqlite://")
MODELS = """
from sqlalchemy import JSON, Column
from app.base import Base
class Job(Base):
    __tablename__ = "jobs"
    payload = Column(JSON, nullable=False){}
"""

BAD = (
    Bad(
        path="app/models.py",
        code="""
            import sqlalchemy as sa
            from sqlalchemy import Column, Table
            from sqlalchemy.dialects.postgresql import JSON
            from sqlalchemy.ext.mutable import MutableDict
            from sqlalchemy.orm import Mapped, declared_attr, mapped_column
            from sqlmodel import Field, SQLModel
            from app.base import Base

            class Job(Base):
                type_annotation_map = {
                    dict: sa.JSON,  # <-
                    str: sa.Text,
                }
                payload = Column(JSON)  # <-
                options: Mapped[dict] = mapped_column("opts", sa.JSON(none_as_null=True))  # <-
                labels: Mapped[dict] = mapped_column(MutableDict.as_mutable(JSON))  # <-
                parts: Mapped[list] = mapped_column(
                    sa.ARRAY(JSON()),  # <-
                    nullable=True,
                )
                @declared_attr
                def extra(cls): return Column(type_=JSON)  # <-
            class Run(SQLModel, table=True):
                result: dict = Field(sa_type=JSON)  # <-
                log: dict = Field(sa_column=Column(JSON))  # <-
            steps = Table("steps", Base.metadata, Column("body", JSON))  # <-
        """,
    ),
    Bad(path="app/models.py", code=MODELS.format("  # <-"), files={"app/db.py": POSTGRES}),
)
GOOD = (
    Good(
        path="app/models.py",
        code="""
            from sqlalchemy import JSON, Column, cast
            from sqlalchemy.dialects.postgresql import JSONB
            from app.base import Base
            from app.types import Json

            Flexible = JSON().with_variant(JSONB, "postgresql")
            class Job(Base):
                payload = Column(JSONB)
                options = Column(JSON().with_variant(JSONB(), "postgresql"))
                labels = Column(Flexible)
                parts = Column(Json)
            texts = cast(Job.payload, JSON)
        """,
        files={"app/types.py": "class Json: pass\n", "app/db.py": POSTGRES},
    ),
    # JSONB is not for every database; tests that run on SQLite need a type that it has.
    Good(path="app/models.py", code=MODELS.format(""), files={"app/db.py": POSTGRES, "app/local.py": SQLITE}),
    Good(path="app/models.py", code=MODELS.format(""), files={"app/db.py": POSTGRES, "tests/conftest.py": SQLITE}),
    Good(path="app/models.py", code=MODELS.format("")),
    # Another type of that name, and what was migrated once.
    Good(
        path="app/models.py",
        code=MODELS.format("").replace("from sqlalchemy import JSON, Column", "from sqlalchemy import Column"),
        files={"app/db.py": POSTGRES},
    ),
    Good(path="migrations/versions/one.py", code=MODELS.format(""), files={"app/db.py": POSTGRES}),
)


class JsonInsteadOfJsonb(Check):
    """PostgreSQL keeps a `JSON` column as text, and parses it again for every row that a query looks into.

    No index helps such a query, `@>` and `?` do not exist for it, two values can't be compared, so that `DISTINCT`
    and `GROUP BY` fail. `JSONB` is parsed once, as it is written.

    Use `JSONB` of `sqlalchemy.dialects.postgresql`, or `JSON().with_variant(JSONB(), "postgresql")` where other
    databases are to work too. Text that must stay as it came, with its spaces and the order of its keys, is `Text`.

    Looked at are columns of models and tables and the `type_annotation_map`, in projects that name PostgreSQL and no
    other database, in drivers, URLs and dialects, tests included: what runs on SQLite has no JSONB. Migrations and
    tests themselves are left alone, and so is a type with a variant, or one of the project's own.
    """

    name = "json-instead-of-jsonb"
    level = Level.ADVICE
    message = "A query into `{column}` parses its text in every row, and no index helps: the column is JSON, not JSONB."
    examples = BAD + GOOD

    @on(cst.Call)
    def call(self, node: cst.Call, ctx: Context) -> Iterator[Finding]:
        """Report the JSON type among the arguments of a column."""
        if ctx.name_of(node) not in COLUMNS:
            return
        types = (each.value for each in node.args if each.keyword is None or each.keyword.value in TYPE_ARGUMENTS)
        found = next((each for each in types if _is_json(each, ctx)), None)
        if found:
            yield from self._found(ctx, found, _column(node, ctx))

    @on(cst.DictElement)
    def element(self, node: cst.DictElement, ctx: Context) -> Iterator[Finding]:
        """Report the JSON type that annotations of columns stand for."""
        around = next((each for each in ctx.ancestors(node) if isinstance(each, cst.Assign | cst.AnnAssign)), None)
        if around and MAP in _targets(around) and _is_json(node.value, ctx):
            yield from self._found(ctx, node.value, MAP)

    def _found(self, ctx: Context, node: cst.BaseExpression, column: str) -> Iterator[Finding]:
        databases = ctx.index.databases()
        if column and ctx.layer not in APART and databases.used == POSTGRESQL and databases.tested in ((), POSTGRESQL):
            yield self.finding(ctx, node, key=column, params={"column": column})


def _is_json(node: cst.BaseExpression, ctx: Context) -> bool:
    """Whether an expression is the type JSON, or one that keeps its values so."""
    if isinstance(node, cst.Call):
        holds = (dotted(node.func) or "").endswith(".as_mutable") or ctx.name_of(node.func) in ARRAYS
        inner = node.args[0].value if holds and node.args else node.func
        return _is_json(inner, ctx)
    return ctx.name_of(node) in JSON


def _column(node: cst.Call, ctx: Context) -> str:
    """What a column is called: its attribute, or in a Core table its name."""
    for outer in ctx.ancestors(node):
        match outer:
            case cst.Assign() | cst.AnnAssign() if ctx.enclosing_class(outer):
                return next(iter(_targets(outer)), "")
            case cst.FunctionDef(name=cst.Name(value=name)):
                return name
            case _:
                pass
    match node.args:
        case [cst.Arg(value=cst.SimpleString(evaluated_value=str() as name)), *_]:
            return name
        case _:
            return ""


def _targets(node: cst.Assign | cst.AnnAssign) -> list[str]:
    targets = [each.target for each in node.targets] if isinstance(node, cst.Assign) else [node.target]
    return [each.value for each in targets if isinstance(each, cst.Name)]
