"""Tests that talk to servers that are not theirs."""

import re
from collections.abc import Iterator

import libcst as cst

from reviewer.api import Bad, Check, Context, Finding, Good, Layer, Level, below, dotted, on

VERBS = frozenset({"delete", "get", "head", "options", "patch", "post", "put", "request", "stream"})
FUNCTIONS = frozenset(f"{package}.{verb}" for package in ("requests", "httpx") for verb in VERBS)
OPENING = frozenset({"urllib.request.urlopen", "urllib.request.urlretrieve"})
CLIENTS = frozenset(
    {"requests.Session", "requests.session", "httpx.Client", "httpx.AsyncClient", "aiohttp.ClientSession"}
)
# What a call is named by that can be one of them.
NAMES = frozenset(name.rpartition(".")[2] for name in FUNCTIONS | OPENING | CLIENTS)
PATCHES = re.compile(r"patch|mock|stub|fake|monkeypatch|setattr|side_effect", re.IGNORECASE)
APART = re.compile(
    r"(?:^|[/_.])(?:integration|e2e|live|external|acceptance|functional|system|smoke|contract|network)", re.IGNORECASE
)
MARKS = re.compile(
    r"integration|e2e|live|network|external|online|remote|internet|skip|slow|acceptance|smoke|vcr|flaky|contract"
)
# Where a foreign server is.
ADDRESS = re.compile(r"^(?:https?|wss?|ftp)://(?P<host>[^/:?#{}]+)")
AT_HOME = re.compile(
    r"^(?:localhost|127\.|0\.0\.0\.0|\[|10\.|192\.168\.|172\.|test|base|mock|fake|dummy|[^.]+$)"
    r"|(?:^|\.)(?:example\.(?:com|org|net)|[^.]+\.(?:test|local|localhost|invalid|example|internal))$"
)

BAD = (
    Bad(
        path="tests/test_rates.py",
        code="""
            import aiohttp
            import requests
            import httpx
            from urllib.request import urlopen

            def test_rates():
                response = requests.get("https://api.rates.io/latest")  # <-
                assert response.ok
            async def test_news():
                async with httpx.AsyncClient() as client:
                    response = await client.get("https://news.acme.io/feed")  # <-
                assert response.json()
            async def test_weather():
                async with aiohttp.ClientSession() as session:
                    assert (await session.get(f"https://api.weather.io/{CITY}")).status == 200  # <-
            def test_session():
                session = requests.Session()
                assert session.get("https://api.rates.io/latest").ok  # <-
            def test_page():
                assert urlopen("https://www.acme.io").read()  # <-
            def test_constant():
                url = "https://api.rates.io/latest"
                assert httpx.post(url, json={}).status_code == 201  # <-
        """,
    ),
)
GOOD = (
    # A stand-in for the network, here, in a fixture or in a `conftest.py`.
    Good(
        path="tests/test_rates.py",
        code="""
            import requests
            import responses
            @responses.activate
            def test_rates():
                assert requests.get("https://api.rates.io/latest").ok
        """,
    ),
    Good(
        path="tests/unit/test_rates.py",
        code="""
            import requests
            def test_rates():
                assert requests.get("https://api.rates.io/latest").ok
        """,
        files={"tests/conftest.py": "import pytest, respx\n@pytest.fixture(autouse=True)\ndef net():\n    ...\n"},
    ),
    Good(
        path="tests/test_rates.py",
        code="""
            import httpx
            from unittest.mock import patch
            def test_rates(monkeypatch):
                monkeypatch.setattr(httpx, "get", lambda url: {})
                assert httpx.get("https://api.rates.io/latest") == {}
            @patch("httpx.get")
            def test_more(get):
                assert httpx.get("https://api.rates.io/latest")
        """,
    ),
    # Servers of the test's own, and addresses that nobody knows from here.
    Good(
        path="tests/test_api.py",
        code="""
            import httpx, requests
            from app.main import app
            def test_local(base_url, server):
                assert requests.get("http://localhost:8000/orders").ok
                assert requests.get("http://127.0.0.1/orders").ok
                assert requests.get(f"{base_url}/orders").ok
                assert requests.get(server.url).ok
                assert requests.get("http://api:8000/orders").ok
            async def test_app():
                async with httpx.AsyncClient(app=app, base_url="https://shop.acme.io") as client:
                    assert await client.get("https://shop.acme.io/orders")
            def test_client(client):
                assert client.get("https://shop.acme.io/orders")
        """,
        files={"app/__init__.py": "", "app/main.py": "app = object()\n"},
    ),
    # What says of itself that it goes there.
    Good(
        path="tests/integration/test_rates.py",
        code="import requests\ndef test_rates():\n    assert requests.get('https://api.rates.io/latest').ok\n",
    ),
    Good(
        path="tests/test_rates.py",
        code="""
            import pytest, requests
            @pytest.mark.network
            def test_rates():
                assert requests.get("https://api.rates.io/latest").ok
        """,
    ),
    Good(path="app/rates.py", code="import requests\ndef test_it():\n    requests.get('https://api.rates.io')\n"),
)


class TestReachesNetwork(Check):
    """A test that calls a foreign server fails when that one is slow, down or changed, with nothing wrong here.

    It also passes or fails by who runs it: without a network, behind a proxy, past a rate limit. Some day it books,
    mails or pays for real.

    Put something in the place of the server: `respx` or `pytest_httpx` for httpx, `responses` for requests, a client
    with `transport=httpx.MockTransport(…)`, or a fake of your own gateway. What is meant to reach it belongs into
    `tests/integration/` or behind a mark (`@pytest.mark.integration`), which the daily run leaves out.

    Looked at are calls of requests, httpx and urllib, and of their clients and aiohttp's that the same test opens, in
    functions that pytest or unittest runs, whose address is written down and lies elsewhere: not on this
    machine, no name without a dot, no `example.com`. Where anything in the file or in a `conftest.py` above stands in
    for the network, or the test patches anything, nothing is said.
    """

    name = "test-reaches-network"
    level = Level.ADVICE
    message = "When `{host}` is slow, down or changed, `{symbol}` fails with nothing wrong here."
    examples = BAD + GOOD

    @on(cst.Call)
    def call(self, node: cst.Call, ctx: Context) -> Iterator[Finding]:
        """Report a request to a server that is not the test's own."""
        if ctx.layer is not Layer.TESTS or not _may_reach(node) or APART.search(ctx.path):
            return
        test = ctx.enclosing_function(node)
        host = _host(node, test, ctx) if test and ctx.index.is_test(ctx.path, ctx.scope(node)) else None
        if test and host and not _is_apart(node, ctx) and not _is_replaced(test, ctx):
            yield self.finding(ctx, node, symbol=ctx.scope(node), key=host, params={"host": host})


def _may_reach(node: cst.Call) -> bool:
    name = node.func.attr if isinstance(node.func, cst.Attribute) else node.func
    return isinstance(name, cst.Name) and name.value in NAMES and bool(node.args)


def _host(node: cst.Call, test: cst.FunctionDef, ctx: Context) -> str | None:
    """The foreign server that a call asks, None where it asks none, or nobody knows which."""
    if not _is_request(node, test, ctx):
        return None
    addresses = (_text(arg.value, test) for arg in node.args if arg.keyword is None or arg.keyword.value == "url")
    found = next((match for each in addresses if each and (match := ADDRESS.match(each))), None)
    return found["host"] if found and not AT_HOME.search(found["host"]) else None


def _is_request(node: cst.Call, test: cst.FunctionDef, ctx: Context) -> bool:
    if ctx.name_of(node.func) in FUNCTIONS | OPENING:
        return True
    match node.func:
        case cst.Attribute(value=cst.Name(value=client), attr=cst.Name(value=verb)) if verb in VERBS:
            return any(_opens(each, client, ctx) for each in below(test.body))
        case _:
            return False


def _opens(node: cst.CSTNode, client: str, ctx: Context) -> bool:
    """Whether a statement gives this name to a new client that goes to the network."""
    match node:
        case (
            cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))], value=cst.Call() as made)
            | cst.WithItem(item=cst.Call() as made, asname=cst.AsName(name=cst.Name(value=name)))
        ):
            told = {arg.keyword.value for arg in made.args if arg.keyword}
            return name == client and ctx.name_of(made.func) in CLIENTS and told.isdisjoint({"app", "transport"})
        case _:
            return False


def _text(node: cst.BaseExpression, test: cst.FunctionDef) -> str | None:
    """The text that an expression begins with, if that is written down in the test."""
    match node:
        case cst.SimpleString(evaluated_value=str() as text):
            return text
        case cst.FormattedString(parts=[cst.FormattedStringText(value=text), *_]):
            return text
        case cst.Name(value=name):
            values = [each.value for each in below(test.body) if isinstance(each, cst.Assign) and _gives(each, name)]
            return _text(values[0], test) if len(values) == 1 and not isinstance(values[0], cst.Name) else None
        case _:
            return None


def _gives(node: cst.Assign, name: str) -> bool:
    return any(isinstance(each.target, cst.Name) and each.target.value == name for each in node.targets)


def _is_apart(node: cst.Call, ctx: Context) -> bool:
    """Whether a mark of the test, its class or its file says that it reaches out."""
    named = [each for each in ctx.ancestors(node) if isinstance(each, cst.FunctionDef | cst.ClassDef)]
    marks = [dotted(mark) or "" for each in named for mark in each.decorators]
    return any(map(MARKS.search, marks)) or any(APART.search(f"_{each.name.value}") for each in named)


def _is_replaced(test: cst.FunctionDef, ctx: Context) -> bool:
    """Whether something stands in for the network, here or in a `conftest.py` above, or the test patches anything."""
    return bool(PATCHES.search(ctx.source(test))) or ctx.index.replaces_network(ctx.path)
