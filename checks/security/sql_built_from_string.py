"""Queries that are put together of text and values."""

import re
from collections.abc import Iterator

import libcst as cst

from reviewer.api import (
    Bad,
    Check,
    Confidence,
    Context,
    Finding,
    Fix,
    Flow,
    Given,
    Good,
    Layer,
    Level,
    Related,
    bound,
    dotted,
    is_composed,
    on,
    pieces,
)

# What makes SQL of any text, by its full name.
TEXTS = frozenset(
    {
        *("sqlalchemy.text", "sqlalchemy.sql.text", "sqlalchemy.sql.expression.text", "sqlmodel.text"),
        *("sqlalchemy.literal_column", "sqlalchemy.sql.literal_column", "sqlalchemy.sql.expression.literal_column"),
    }
)
# Methods that run a text, where it reads like a query.
RUNNING = frozenset(
    {
        *("exec_driver_sql", "execute", "executemany", "executescript", "fetch", "fetchrow", "fetchval", "fetch_all"),
        *("fetch_one", "from_statement", "raw", "read_sql", "read_sql_query"),
    }
)
QUERY = re.compile(
    r"\s*\(?\s*(?:select|insert\s+into|update|delete\s+from|with|replace\s+into|merge|call)\s", re.IGNORECASE
)
# Statements that take no parameters.
DEFINING = re.compile(
    r"\s*(?:create|drop|alter|truncate|grant|revoke|comment|vacuum|analyze|pragma|set|copy|lock|use|reindex|refresh"
    r"|explain|attach|notify|listen|load|install|show|describe|begin|do|cluster)\b",
    re.IGNORECASE,
)
# What holds a part of a query rather than a value, by its name.
PARTS = re.compile(
    r"(?:^|_)(?:sql|query|stmt|statement|clause|clauses|where|condition|conditions|filter|filters|select|cte|fragment"
    r"|expr|expression|predicate|subquery|template|ddl|dialect)$",
    re.IGNORECASE,
)

# Names that come from those who ask for a list.
SORTING = re.compile(r"(?:^|_)(?:order|order_?by|sort|sort_?by|sort_order|sort_key|direction|ordering)$", re.IGNORECASE)

EFFECT = "the database gets a text for each value, and compares it with a column of another type only where it may"

BAD = (
    Bad(
        path="app/repositories/users.py",
        code="""
            from sqlalchemy import text
            from sqlalchemy.orm import Session

            class UserRepository:
                def __init__(self, session: Session) -> None:
                    self._session = session

                def find(self, name: str) -> object:
                    return self._session.execute(text(f"SELECT * FROM users WHERE name = '{name}'")).first()  # <-
        """,
        fixed="""
            from sqlalchemy import text
            from sqlalchemy.orm import Session

            class UserRepository:
                def __init__(self, session: Session) -> None:
                    self._session = session

                def find(self, name: str) -> object:
                    return self._session.execute(text("SELECT * FROM users WHERE name = :name"), {"name": name}).first()
        """,
    ),
    # Where no parameter can stand, or the type is told beside it, is no fix.
    Bad(
        path="app/repositories/logins.py",
        code="""
            from sqlalchemy import text

            def last(session, span: str, user: str, ids: object) -> None:
                session.execute(text(f"SELECT 1 FROM logins WHERE at > now() - INTERVAL '{span}'"))  # <-
                session.execute(text(f"SELECT 1 FROM logins WHERE user_id = '{user}'::uuid"))  # <-
                session.execute(text(f"SELECT 1 FROM logins WHERE name LIKE '%{user}%'"))  # <-
                session.execute(text(f"SELECT 1 FROM logins WHERE name LIKE '{user}' AND id IN ({ids})"))  # <-
        """,
    ),
    # By a name, in steps, with an operator, with `format`.
    Bad(
        path="app/reports.py",
        code="""
            import sqlalchemy as sa

            def search(session: sa.orm.Session, name: str, city: str | None, order) -> object:
                query = "SELECT * FROM users WHERE name LIKE '%%%s%%'" % name  # <-
                if city:
                    query += f" AND city = '{city}'"  # <-
                query = query + " ORDER BY {}".format(order)  # <-
                return session.execute(sa.text(query))
        """,
    ),
    # Drivers: what reads like a query is one.
    Bad(
        path="app/legacy.py",
        code="""
            def close(cursor, conn, job_id: str, kind: str, payload: object) -> None:
                cursor.execute("UPDATE jobs SET closed = true WHERE id = " + job_id)  # <-
                conditions = [f"kind = '{kind}'"]
                conn.execute(f"DELETE FROM jobs WHERE {' AND '.join(conditions)}")  # <-
                conn.exec_driver_sql(f"INSERT INTO log (text) VALUES ('{payload.text}')")  # <-
        """,
    ),
    # A part of a query.
    Bad(
        path="app/repositories/jobs.py",
        code="""
            from sqlalchemy import select, text
            def newest(column: str, direction: str) -> object:
                return select(text("1")).order_by(text(f"{column} {direction}"))  # <-
        """,
    ),
    # A private function that is given what others choose.
    Bad(
        path="app/counts.py",
        code="""
            def _count(conn, table: str) -> int:
                return conn.execute(f"SELECT count(*) FROM {table}").scalar()  # <-
            def count(conn, table: str) -> int:
                return _count(conn, table) + _count(conn, "jobs")
        """,
    ),
)
GOOD = (
    Good(
        path="app/repositories/users.py",
        code="""
            from sqlalchemy import text
            from sqlalchemy.orm import Session

            def find(session: Session, name: str) -> object:
                return session.execute(text("SELECT * FROM users WHERE name = :name"), {"name": name}).first()
        """,
    ),
    # Literals and constants, whatever they are put together with.
    Good(
        path="app/reports.py",
        code="""
            from sqlalchemy import text
            from app.models import User
            TABLE = "users"
            COLUMNS = ("id", "name")
            def everything(session, active: bool, ids: list[str]) -> object:
                where = " WHERE active" if active else ""
                query = f"SELECT {', '.join(COLUMNS)} FROM {TABLE}" + where
                query += " ORDER BY id"
                marks = ", ".join("?" for _ in ids)
                numbered = ", ".join(f":id{number}" for number, _ in enumerate(ids))
                session.execute(f"SELECT * FROM {User.__tablename__} WHERE id IN ({marks})", ids)
                session.execute(text(f"SELECT 1 FROM users WHERE id IN ({numbered})"))
                return session.execute(text(query))
        """,
    ),
    # Numbers, members of an enum, and what is one of a few.
    Good(
        path="app/pages.py",
        code="""
            from enum import Enum
            from typing import Literal
            from sqlalchemy import text
            class Column(str, Enum):
                NAME = "name"
            ALLOWED = {"id", "name"}
            ORDERS = {"up": "ASC", "down": "DESC"}
            def page(
                session, limit: int, column: Column, way: Literal["ASC", "DESC"], table: str, order: str,
                start="0", skip=0,
            ):
                if table not in ALLOWED:
                    raise ValueError(table)
                order = ORDERS[order]
                offset = int(start)
                query = f"SELECT * FROM {table} ORDER BY {column.value} {way} {order} LIMIT {limit} OFFSET {offset}"
                session.execute(text("SELECT 1 LIMIT %d" % start))
                session.execute(text(f"SELECT 1 OFFSET {skip}"))
                return session.execute(text(query))
        """,
    ),
    # Names of parameters.
    Good(
        path="app/marks.py",
        code="""
            from sqlalchemy import text
            def match(key: str, field: str):
                return text("(" + " OR ".join(f"{each} LIKE :{key}" for each in ("title", "text")) + ")")
        """,
    ),
    # What is quoted or checked for its place.
    Good(
        path="app/tables.py",
        code="""
            from sqlalchemy import text
            def count(session, preparer, table: str, schema: str, column: str):
                _validate_identifier(schema)
                name = preparer.quote(table)
                if not column.isidentifier():
                    raise ValueError(column)
                return session.execute(text(f"SELECT count({column}) FROM {schema}.{name}"))
        """,
    ),
    # What is given is a query, or a part of one, that others have put together.
    Good(
        path="app/explain.py",
        code="""
            from sqlalchemy import text
            def run(session, query: str, where_clause: str):
                session.execute(text(query))
                session.execute(text(f"SELECT count(*) FROM ({query}) AS counted WHERE {where_clause}"))
        """,
    ),
    # A private function that is given nothing but names of tables.
    Good(
        path="app/counts.py",
        code="""
            JOBS = "jobs"
            def _count(conn, table: str) -> int:
                return conn.execute(f"SELECT count(*) FROM {table}").scalar()
            def count(conn) -> int:
                return _count(conn, "users") + _count(conn, table=JOBS)
        """,
    ),
    # Definitions take no parameters.
    Good(
        path="app/setup.py",
        code="""
            from sqlalchemy import text
            def create(connection, name: str):
                connection.execute(text(f'CREATE DATABASE "{name}"'))
        """,
    ),
    # Other things are executed, and other things are called `text`.
    Good(
        path="app/tasks.py",
        code="""
            from app.messages import text
            def run(executor, client, name: str):
                executor.execute(f"job:{name}")
                client.execute("with-" + name)
                return text(f"select {name}")
        """,
    ),
    # What objects hold themselves, and where it comes from cannot be told.
    Good(
        path="app/stores.py",
        code="""
            class Store:
                def all(self, job: object):
                    self.cursor.execute(f"SELECT * FROM {self.table} WHERE id = {job.id} AND at > '{job.created_at}'")
                    self.cursor.execute(f"SELECT * FROM {job.table}")
        """,
    ),
    Good(
        path="migrations/versions/1.py",
        code="""
            from alembic import op
            TABLES = ("jobs", "users")
            def upgrade() -> None:
                for table in TABLES:
                    op.execute(f"UPDATE {table} SET active = true")
                rename("jobs", ["name"])
            def rename(table: str, columns: list[str]) -> None:
                op.execute(f"UPDATE {table} SET x = 1 WHERE a IN (SELECT {', '.join(columns)} FROM {table})")
        """,
    ),
    Good(path="tests/test_jobs.py", code="def test(session, name):\n    session.execute(f'SELECT * FROM {name}')\n"),
)


class SqlBuiltFromString(Check):
    """Whoever chooses the value chooses the query: a quote in a name is enough to read or delete what is not theirs.

    A text that holds values is another query for each of them, so that the database plans each anew, and the first
    name with an apostrophe is a syntax error.

    Write `:name` in the text and pass `{"name": name}` beside it, or build the query with `select()`. Names of tables
    and columns can't be parameters: take them from an enum or a mapping of those that are allowed.

    Looked at are texts that reach `text()` and `literal_column()` of SQLAlchemy, and those that read like a query and
    reach `execute` and its kin, directly or by a name of the function. There is a finding where a parameter of the
    function is put into one (f-string, `%`, `format`, `+`, `join`) that takes any text, or, between quotes, something
    that a parameter holds. Left alone are literals, constants, numbers and enums by their type, what a function
    compares with what is allowed, checks or quotes, parts of queries that are called so (`where_clause`), statements
    that define something (`CREATE`, `SET`), private functions that this file gives only constants, and tests. Where a
    query has a name rather than a value (`FROM {table}`), the finding is of low confidence: callers may give constants.
    """

    name = "sql-built-from-string"
    level = Level.ERROR
    message = "Whoever chooses `{values}` writes the query: `{symbol}` puts it into the text that `{sink}` runs."
    examples = BAD + GOOD

    @on(cst.Call)
    def call(self, node: cst.Call, ctx: Context) -> Iterator[Finding]:
        """Report texts with values that a call runs, each where it is put together."""
        given = _text_of(node, ctx)
        if given is None or ctx.layer is Layer.TESTS:
            return
        flow = Flow(ctx, node)
        found = [given, *(flow.values(given.value) if isinstance(given, cst.Name) else ())]
        texts = [each for each in found if is_composed(each)]
        if not texts or not _is_query(node, found):
            return
        for text in texts:
            values = {each for each in flow.given(text) if not PARTS.search(each.name)}
            if values:
                yield self._told(node, text, ctx, values)

    def _told(self, node: cst.Call, text: cst.BaseExpression, ctx: Context, values: set[Given]) -> Finding:
        names = ", ".join(sorted({each.name for each in values}))
        is_sure = any(each.is_value or SORTING.search(each.name) for each in values)
        line, there = ctx.span(text).line, ctx.span(node).line
        edits = bound(text, node, ctx) if ctx.name_of(node.func) in TEXTS else None
        return self.finding(
            ctx,
            text,
            symbol=ctx.scope(node),
            key=names,
            params={"values": names, "sink": dotted(node.func) or "execute"},
            confidence=Confidence.HIGH if is_sure else Confidence.LOW,
            related=(Related(ctx.path, there, "It is run here."),) if line != there else (),
            fix=Fix(safe=False, edits=edits, effect=EFFECT) if edits else None,
        )


def _text_of(node: cst.Call, ctx: Context) -> cst.BaseExpression | None:
    """The text that a call makes SQL of, or runs."""
    func = node.func.attr if isinstance(node.func, cst.Attribute) else node.func
    last = func.value if isinstance(func, cst.Name) and node.args and not node.args[0].star else ""
    if last in RUNNING and isinstance(node.func, cst.Attribute):
        return node.args[0].value
    # `text` can have another name here.
    is_text = last.endswith(("text", "column")) and ctx.name_of(node.func) in TEXTS
    return node.args[0].value if is_text else None


def _is_query(node: cst.Call, found: list[cst.BaseExpression]) -> bool:
    """Whether what a call is given is SQL that takes parameters."""
    heads = [next(pieces(each), None) for each in found]
    texts = [str(each) for each in heads if isinstance(each, str)]
    if any(DEFINING.match(each) for each in texts):
        return False
    runs = isinstance(node.func, cst.Attribute) and node.func.attr.value in RUNNING
    return not runs or any(QUERY.match(each) for each in texts)
