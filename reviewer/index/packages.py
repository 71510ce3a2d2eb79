"""The packages that a layer is bound by, by the name they are imported under: mappers, web frameworks, clients."""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

from reviewer.index.facts import ModuleFacts


class PackageKind(StrEnum):
    """What a package of another distribution is for, by the name in the configuration."""

    ORM = "orm"
    WEB = "web"
    DATABASE = "database"
    HTTP = "http"
    QUEUE = "queue"
    CLOUD = "cloud"

    @property
    def in_words(self) -> str:
        """What such a package is called."""
        return {"orm": "ORM", "web": "web framework", "database": "database driver"}.get(self, f"{self} client")


ORM_PACKAGES = (
    "advanced_alchemy",
    "beanie",
    "django.db",
    "edgy",
    "flask_sqlalchemy",
    "gino",
    "mongoengine",
    "odmantic",
    "ormar",
    "peewee",
    "piccolo",
    "pony",
    "sqlalchemy",
    "sqlmodel",
    "tortoise",
)

# Beside the mappers themselves: what migrates their tables and what adds types to them.
ORM_COMPANIONS = (
    "alembic",
    "geoalchemy2",
    "pgvector.sqlalchemy",
    "pynamodb",
    "redis_om",
    "sqlalchemy_continuum",
    "sqlalchemy_utils",
    "umongo",
)

WEB_FRAMEWORKS = (
    "aiohttp.web",
    "ariadne",
    "blacksheep",
    "bottle",
    "connexion",
    "django",
    "falcon",
    "fastapi",
    "fastapi_cache",
    "fastapi_limiter",
    "fastapi_mail",
    "fastapi_pagination",
    "fastapi_users",
    "fastapi_utils",
    "flask",
    "flask_jwt_extended",
    "flask_login",
    "flask_restful",
    "graphene",
    "gunicorn",
    "hypercorn",
    "litestar",
    "pyramid",
    "quart",
    "rest_framework",
    "robyn",
    "sanic",
    "slowapi",
    "sse_starlette",
    "starlette",
    "strawberry",
    "tornado",
    "uvicorn",
    "werkzeug",
)

DATABASE_DRIVERS = (
    "MySQLdb",
    "aiomysql",
    "aioodbc",
    "aiopg",
    "aioredis",
    "aiosqlite",
    "asyncmy",
    "asyncpg",
    "bson",
    "cassandra",
    "chromadb",
    "clickhouse_connect",
    "clickhouse_driver",
    "couchbase",
    "cx_Oracle",
    "databases.Database",
    "databases.core",
    "duckdb",
    "elasticsearch",
    "elasticsearch_dsl",
    "gridfs",
    "influxdb_client",
    "meilisearch",
    "motor.motor_asyncio",
    "mysql",
    "neo4j",
    "opensearchpy",
    "oracledb",
    "pinecone",
    "psycopg",
    "psycopg2",
    "psycopg_pool",
    "pymemcache",
    "pymilvus",
    "pymongo",
    "pymssql",
    "pymysql",
    "pyodbc",
    "qdrant_client",
    "redis",
    "snowflake",
    "sqlite3",
    "tinydb",
    "valkey",
    "weaviate",
)

HTTP_CLIENTS = (
    "aiohttp",
    "curl_cffi",
    "grpc",
    "http.client",
    "httplib2",
    "httpx",
    "niquests",
    "pycurl",
    "requests",
    "urllib.request",
    "urllib3",
    "websocket",
    "websockets",
    "zeep",
)

QUEUE_CLIENTS = (
    "aio_pika",
    "aiokafka",
    "aiomqtt",
    "aiormq",
    "amqp",
    "arq",
    "celery",
    "confluent_kafka",
    "dramatiq",
    "faststream",
    "huey",
    "kafka",
    "kombu",
    "nats",
    "paho",
    "pika",
    "procrastinate",
    "rq",
    "saq",
    "stomp",
    "taskiq",
    "zmq",
)

CLOUD_CLIENTS = (
    "aioboto3",
    "aiobotocore",
    "anthropic",
    "azure",
    "boto3",
    "botocore",
    "cloudinary",
    "firebase_admin",
    "google.cloud",
    "googleapiclient",
    "hvac",
    "kubernetes",
    "minio",
    "openai",
    "sendgrid",
    "slack_sdk",
    "stripe",
    "supabase",
    "twilio",
)

# Whoever imports one of these is called from outside, or puts an application together: command lines, resolvers of
# GraphQL, containers of dependencies.
WIRING = (
    "argparse",
    "ariadne",
    "click",
    "cyclopts",
    "dependency_injector.containers",
    "dependency_injector.providers",
    "dishka",
    "fire",
    "graphene",
    "lagom",
    "punq",
    "strawberry",
    "typer",
)

# Of two names of which one lies within the other, the inner one goes first.
PACKAGES: Mapping[PackageKind, tuple[str, ...]] = {
    PackageKind.ORM: (*ORM_PACKAGES, *ORM_COMPANIONS),
    PackageKind.WEB: WEB_FRAMEWORKS,
    PackageKind.DATABASE: DATABASE_DRIVERS,
    PackageKind.HTTP: HTTP_CLIENTS,
    PackageKind.QUEUE: QUEUE_CLIENTS,
    PackageKind.CLOUD: CLOUD_CLIENTS,
}


def within(name: str, packages: Iterable[str]) -> str | None:
    """The package among these that a dotted name belongs to."""
    return next((package for package in packages if f"{name}.".startswith(f"{package}.")), None)


def known_package(name: str) -> tuple[str, PackageKind] | None:
    """The known package that a full dotted name belongs to, and what it is for."""
    found = ((within(name, packages), kind) for kind, packages in PACKAGES.items())
    return next(((package, kind) for package, kind in found if package), None)


def imported_kinds(facts: ModuleFacts) -> frozenset[PackageKind]:
    """What the known packages are for that a file imports, in any scope."""
    return frozenset(known[1] for name in _imported_names(facts) if (known := known_package(name)))


def is_orm_name(name: str) -> bool:
    """Whether a qualified name is an ORM's own."""
    return within(name, ORM_PACKAGES) is not None


def imported_package(facts: ModuleFacts, packages: Iterable[str]) -> str | None:
    """The first of these packages that a file imports, in any scope."""
    wanted = tuple(packages)
    return next((package for name in _imported_names(facts) if (package := within(name, wanted))), None)


def imports_orm(facts: ModuleFacts) -> str | None:
    """The ORM package that a file imports."""
    return imported_package(facts, ORM_PACKAGES)


def _imported_names(facts: ModuleFacts) -> Iterator[str]:
    """The full names of what a file imports from elsewhere or by an absolute path."""
    for found in facts.imports:
        if not found.level:
            yield f"{found.module}.{found.attribute}" if found.attribute else found.module
