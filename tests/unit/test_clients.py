"""Tests of which calls wait for another system, by the type of what they are made on."""

import libcst as cst
import pytest

from reviewer.clients import ClientUse
from reviewer.context import Context
from reviewer.walk import walk
from tests.unit.index.project import index_of

HEAD = """
import boto3, httpx, psycopg, psycopg2, pymongo, pymysql, redis, requests, smtplib, sqlite3, subprocess, time
from redis import asyncio as aioredis
"""


def uses(code: str) -> list[ClientUse]:
    """The calls of a file that wait, in the order of the walk."""
    source = HEAD + code
    index = index_of({"app/__init__.py": "", "app/use.py": source})
    ctx = Context("app/use.py", cst.parse_module(source), index)
    found: list[ClientUse] = []

    def visit(node: cst.CSTNode) -> None:
        assert isinstance(node, cst.Call)
        if use := ctx.client_use(node):
            found.append(use)

    walk(ctx.module, {cst.Call: [visit]}, ctx.path_to_node)
    return found


@pytest.mark.parametrize(
    ("made", "call", "kind"),
    [
        ("requests.Session()", "get('')", "requests.Session"),
        ("requests.session()", "post('')", "requests.Session"),
        ("redis.Redis.from_url('')", "hgetall('a')", "redis.Redis"),
        ("redis.from_url('')", "get('a')", "redis.Redis"),
        ("boto3.client('s3')", "upload_file('a')", "botocore.client.BaseClient"),
        ("boto3.Session().client('s3')", "get_object()", "botocore.client.BaseClient"),
        ("sqlite3.connect('a')", "execute('')", "sqlite3.Connection"),
        ("sqlite3.connect('a').cursor()", "execute('')", "sqlite3.Cursor"),
        ("pymongo.MongoClient()", "shop.orders.find_one()", "pymongo.MongoClient.shop.orders"),
        ("boto3.resource('dynamodb').Table('a')", "put_item()", "boto3.resources.Table"),
        ("smtplib.SMTP('a')", "sendmail('b')", "smtplib.SMTP"),
    ],
)
def test_a_client_is_known_by_what_makes_it(made: str, call: str, kind: str) -> None:
    receiver = ".".join(["x", *call.partition("(")[0].split(".")[:-1]])
    verb = call.partition("(")[0].rpartition(".")[2]
    found = [each for each in uses(f"def f():\n    x = {made}\n    x.{call}\n") if each.receiver]
    assert found == [ClientUse(f"{receiver}.{verb}", receiver, kind)]


@pytest.mark.parametrize(
    "code",
    [
        "def f(x: aioredis.Redis): x.get('a')",
        "def f(x: dict): x.get('a')",
        "def f(x): x.get('a')",
        "def f(x: redis.Redis): x.pipeline()",
        "def f(x: requests.Session): x.mount('https://', None)",
        "def f(): boto3.client('s3').get_paginator('a')",
        "def f(): boto3.client('s3').generate_presigned_url('a')",
        "def f(x: pymongo.MongoClient): x.shop.orders.find()",
        "def f(): redis.Redis()",
        "def f(get): get('a')",
    ],
)
def test_what_makes_a_client_or_prepares_a_call_waits_for_nothing(code: str) -> None:
    assert uses(code) == []


@pytest.mark.parametrize("name", ["psycopg.connect", "psycopg2.connect", "pymysql.connect"])
def test_what_opens_a_connection_waits_for_it(name: str) -> None:
    assert uses(f"def f(): {name}('')") == [ClientUse(name, "", name)]


@pytest.mark.parametrize("name", ["time.sleep", "requests.get", "subprocess.run"])
def test_what_ruff_tells_is_known_as_that(name: str) -> None:
    assert uses(f"def f(): {name}('')") == [ClientUse(name, "", name, told_by_ruff=True)]


def test_ruff_tells_a_client_of_httpx_by_a_plain_name_alone() -> None:
    code = """
def f(x: httpx.Client): x.get("")
class A:
    def __init__(self): self.x = httpx.Client()
    def f(self): self.x.get("")
"""
    assert [(each.call, each.told_by_ruff) for each in uses(code)] == [("x.get", True), ("self.x.get", False)]
