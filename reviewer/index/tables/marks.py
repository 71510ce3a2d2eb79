"""What the bytes of a file tell before it is parsed: what it may say of tables, and which databases it names."""

import re
from dataclasses import dataclass

MARKS = {
    "key": (b"ForeignKey", b"foreign_key"),
    "alias": (b"Annotated",),
    "index": (b"Index(",),
    "migrated": (b"create_index", b"create_unique_constraint", b"drop_index"),
    "relation": (b"elationship(", b"dynamic_loader("),
    "named": (b"__tablename__", b"table=True", b"Table("),
}
# A table or a column that a migration makes, and what can bring an index with it.
CHANGES = (b"create_table", b"add_column")
INDEXED = (b"Index(", b"UniqueConstraint(", b"index=True", b"unique=True")
STATEMENT = re.compile(rb"\b(?:create|create\s+unique|drop)\s+index\b", re.IGNORECASE)
# The names of databases, of their drivers, and of what Pydantic and SQLAlchemy have for them.
DATABASES = {
    "postgresql": ("postgresql", "postgres", "psycopg", "psycopg2", "asyncpg", "pg8000", "aiopg", "PostgresDsn"),
    "mysql": ("mysql", "mariadb", "pymysql", "aiomysql", "asyncmy", "MySQLdb", "MySQLDsn", "MariaDBDsn"),
    "sqlite": ("sqlite", "sqlite3", "aiosqlite"),
    "oracle": ("oracle", "oracledb", "cx_Oracle"),
    "mssql": ("mssql", "pymssql", "pyodbc", "aioodbc"),
    "cockroachdb": ("cockroachdb",),
}
KNOWN = {name.encode(): database for database, names in DATABASES.items() for name in names}
LONGEST_FIRST: list[bytes] = sorted(KNOWN, key=len, reverse=True)
NAME = re.compile(rb"(?<![\w-])(?:" + b"|".join(LONGEST_FIRST) + rb")(?!-)")
IMPORTS = re.compile(rb"(?:^|\n)[ \t]*(?:from|import)[ \t]+$")
DIALECT = re.compile(rb"\bdialects(?:\.|[ \t]+import[ \t]+(?:\w+,[ \t]*)*)$")
URL_OR_NAME = re.compile(rb"(?:\+\w+)?(?:[\"']|:/)")
OPTION = re.compile(rb"_\w+[ \t]*=[^=]")
# As far as one looks back from a name for what makes it evidence.
BACK = 80


@dataclass(frozen=True, slots=True)
class Marks:
    """The kinds of things that a file may hold, and the databases that it names."""

    kinds: frozenset[str] = frozenset()
    databases: frozenset[str] = frozenset()


def marks_of(data: bytes) -> Marks:
    """What the bytes of a file tell."""
    kinds = {kind for kind, words in MARKS.items() if any(word in data for word in words)}
    if any(word in data for word in CHANGES) and any(word in data for word in INDEXED):
        kinds.add("migrated")
    if (b"INDEX" in data or b" index " in data) and STATEMENT.search(data):
        kinds.add("migrated")
    return Marks(frozenset(kinds), databases_in(data))


def databases_in(data: bytes) -> frozenset[str]:
    """The databases that a file names where that is no mere mention: in imports, in URLs and options, as a text."""
    if not any(name in data for name in KNOWN):
        return frozenset()
    return frozenset(KNOWN[found[0]] for found in NAME.finditer(data) if _tells(data, found))


def _tells(data: bytes, found: re.Match[bytes]) -> bool:
    name, before = found[0], data[max(0, found.start() - BACK) : found.start()]
    if name.endswith(b"Dsn"):
        return True
    quoted = before.endswith((b'"', b"'")) and URL_OR_NAME.match(data, found.end())
    return bool(quoted or OPTION.match(data, found.end()) or IMPORTS.search(before) or DIALECT.search(before))
