"""Clients of other systems: which calls on them wait for an answer, and which functions do so by themselves."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import libcst as cst

from reviewer.index.questions import Questions
from reviewer.session_use import spelled

HTTP = re.compile(r"(?:delete|get|head|options|patch|post|put|request|send)$")
CONNECTION = re.compile(r"(?:commit|execute|executemany|executescript|ping|rollback)$")
CURSOR = re.compile(r"(?:callproc|copy_expert|copy_from|copy_to|execute|executemany|executescript)$")
REDIS = re.compile(
    r"(?:append|b[lr]pop|decr(?:by)?|delete|eval(?:sha)?|execute_command|exists|expire|flush(?:all|db)|get|getdel|getex"
    r"|h(?:del|exists|get|getall|incrby|keys|len|mget|mset|scan|set|vals)|incr(?:by)?|info|keys"
    r"|l(?:len|pop|push|range|rem|trim)|m(?:get|set)|persist|ping|publish|rename|r(?:pop|push)"
    r"|s(?:add|card|et|etex|etnx|ismember|members|rem|can)|ttl|x(?:ack|add|len|range|read|readgroup|trim)"
    r"|z(?:add|card|incrby|range|rangebyscore|rem|score))$"
)
CLOUD = re.compile(
    r"(?:batch_|converse|copy|create_|delete|describe_|download_|get_(?!paginator|waiter)|head_|invoke|list_|publish$"
    r"|put|query$|receive_|scan$|send_|start_|stop_|update_|upload_)"
)
DOCUMENTS = re.compile(
    r"(?:bulk_write|command|count_documents|create_index|delete_(?:many|one)|distinct|drop|estimated_document_count"
    r"|find_one|find_one_and_\w+|insert_(?:many|one)|list_collection_names|replace_one|update_(?:many|one))$"
)
MAIL = re.compile(r"(?:connect|login|quit|send_message|sendmail|starttls)$")

# The methods that wait, by the class that has them: its full name, and others that it is imported by.
WAITING: Mapping[str, re.Pattern[str]] = {
    **dict.fromkeys(("requests.Session", "requests.sessions.Session", "httpx.Client"), HTTP),
    **dict.fromkeys(
        ("psycopg.Connection", "psycopg2.extensions.connection", "pymysql.connections.Connection"), CONNECTION
    ),
    **dict.fromkeys(("sqlite3.Connection", "pymysql.Connection"), CONNECTION),
    **dict.fromkeys(
        ("psycopg.Cursor", "psycopg2.extensions.cursor", "pymysql.cursors.Cursor", "sqlite3.Cursor"), CURSOR
    ),
    **dict.fromkeys(("redis.Redis", "redis.StrictRedis", "redis.client.Redis", "redis.cluster.RedisCluster"), REDIS),
    **dict.fromkeys(("botocore.client.BaseClient", "boto3.resources"), CLOUD),
    **dict.fromkeys(("pymongo.MongoClient", "pymongo.collection.Collection", "pymongo.database.Database"), DOCUMENTS),
    **dict.fromkeys(("smtplib.SMTP", "smtplib.SMTP_SSL"), MAIL),
}
# What lies below these is theirs too: `client.shop.orders`, `dynamodb.Table("orders")`.
NESTED = ("pymongo.MongoClient", "boto3.resources")
# Functions that wait, in asynchronous ones without a word from ruff.
CONNECTING = frozenset({"psycopg.connect", "psycopg2.connect", "pymysql.connect", "MySQLdb.connect", "pyodbc.connect"})
# Those that ruff tells in asynchronous functions; behind a function of the project's own it does not.
TOLD_BY_RUFF = frozenset(
    {
        *(f"requests.{verb}" for verb in ("delete", "get", "head", "options", "patch", "post", "put", "request")),
        *(f"httpx.{verb}" for verb in ("delete", "get", "head", "options", "patch", "post", "put", "request")),
        *(f"subprocess.{verb}" for verb in ("call", "check_call", "check_output", "getoutput", "run")),
        *("os.system", "time.sleep", "urllib.request.urlopen"),
    }
)


@dataclass(frozen=True, slots=True)
class ClientUse:
    """A call that waits: what is called, as it is written, on what, and the class or function that says so.

    `receiver` is "" for a function. `told_by_ruff` says that ruff tells it where it stands in an asynchronous function.
    """

    call: str
    receiver: str
    kind: str
    told_by_ruff: bool = False


def client_use(index: Questions, path: str, scope: str, call: cst.Call) -> ClientUse | None:
    """The wait for another system that a call in the function `scope` of a file is."""
    name = spelled(call.func)
    if name is None:
        return None
    receiver, _, verb = name.rpartition(".")
    if receiver and _waits(verb):
        held = index.stands_for(path, scope, receiver)
        kind = _waiting(held, verb) if held else None
        if kind:
            return ClientUse(name, receiver, kind, told_by_ruff=kind == "httpx.Client" and "." not in receiver)
    full = index.stands_for(path, scope, name) if verb in _LAST_NAMES else None
    if full in CONNECTING or full in TOLD_BY_RUFF:
        return ClientUse(name, "", full, told_by_ruff=full in TOLD_BY_RUFF)
    return None


def may_wait(verb: str) -> bool:
    """Whether a method or function that is called so waits for another system, if it belongs to a client."""
    return verb in _LAST_NAMES or _waits(verb)


@lru_cache(maxsize=4096)
def _waits(verb: str) -> bool:
    return any(pattern.match(verb) for pattern in _PATTERNS)


_PATTERNS = frozenset(WAITING.values())
_LAST_NAMES = frozenset(name.rpartition(".")[2] for name in CONNECTING | TOLD_BY_RUFF)


def _waiting(held: str, verb: str) -> str | None:
    """The class whose waiting method this is."""
    within = (name for name in NESTED if held.startswith(f"{name}."))
    kind = next(within, held)
    return held if kind in WAITING and WAITING[kind].match(verb) else None
