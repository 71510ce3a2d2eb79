"""Calls to other systems that wait for ever when these do not answer."""

from collections.abc import Iterator, Mapping

import libcst as cst

from reviewer.api import (
    Bad,
    Check,
    Context,
    Finding,
    Fix,
    Good,
    Layer,
    Level,
    below,
    dotted,
    on,
    spelled,
    with_argument,
)

VERBS = frozenset({"delete", "get", "head", "options", "patch", "post", "put", "request"})
SESSIONS = frozenset({"requests.Session", "requests.sessions.Session"})
HTTPX = frozenset({"httpx.AsyncClient", "httpx.Client"})
# What has no timeout of its own, with the number of arguments before `timeout` where it can be given without its name.
WITHOUT: Mapping[str, int] = {
    "urllib.request.urlopen": 2,
    "smtplib.SMTP": 3,
    "smtplib.SMTP_SSL": 3,
    "imaplib.IMAP4": 2,
    "imaplib.IMAP4_SSL": 2,
    "http.client.HTTPConnection": 2,
    "http.client.HTTPSConnection": 2,
    "socket.create_connection": 1,
}
TIMEOUTS = frozenset({"aiohttp.ClientTimeout", "aiohttp.client.ClientTimeout"})
MAKERS = frozenset({"aiohttp.ClientSession", "aiohttp.client.ClientSession", *HTTPX})
LAST_NAMES = frozenset(name.rpartition(".")[2] for name in {*WITHOUT, *MAKERS})
# What a fix gives: long for an answer, and short for whoever waits.
SECONDS = "10"
ADAPTER = "requests.adapters.HTTPAdapter"

BAD = (
    Bad(
        code="""
            import smtplib, urllib.request
            import aiohttp, httpx, requests
            from urllib.request import urlopen

            async def fetch(url: str, client: httpx.AsyncClient) -> None:
                async with aiohttp.ClientSession(timeout=None) as session:  # <-
                    await session.get(url)
                session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None))  # <-
                session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout())  # <-
                await client.get(url, timeout=None)  # <-
                other = httpx.AsyncClient(timeout=httpx.Timeout(None))  # <-
                third = httpx.AsyncClient(timeout=httpx.Timeout(timeout=None))  # <-
            def read(url: str) -> None:
                urlopen(url)  # <-
                urllib.request.urlopen(url, timeout=None)  # <-
                with smtplib.SMTP("localhost", 25) as mail:  # <-
                    mail.noop()
            class Gateway:
                def __init__(self) -> None:
                    self._http = requests.Session()
                    self._http.mount("https://", requests.adapters.HTTPAdapter(max_retries=3))
                def post(self) -> None:
                    self._http.post("https://example.org")  # <-
                    self._http.get("https://example.org", timeout=None)  # <-
        """,
        fixed="""
            import smtplib, urllib.request
            import aiohttp, httpx, requests
            from urllib.request import urlopen

            async def fetch(url: str, client: httpx.AsyncClient) -> None:
                async with aiohttp.ClientSession(timeout=None) as session:  # <-
                    await session.get(url)
                session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10))
                session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout())  # <-
                await client.get(url, timeout=10)
                other = httpx.AsyncClient(timeout=httpx.Timeout(10))
                third = httpx.AsyncClient(timeout=httpx.Timeout(timeout=10))
            def read(url: str) -> None:
                urlopen(url, timeout=10)
                urllib.request.urlopen(url, timeout=10)
                with smtplib.SMTP("localhost", 25, timeout=10) as mail:
                    mail.noop()
            class Gateway:
                def __init__(self) -> None:
                    self._http = requests.Session()
                    self._http.mount("https://", requests.adapters.HTTPAdapter(max_retries=3))
                def post(self) -> None:
                    self._http.post("https://example.org", timeout=10)
                    self._http.get("https://example.org", timeout=10)
        """,
    ),
)
GOOD = (
    # A timeout, given or by default; what is given by another name is unknown.
    Good(
        code="""
            import smtplib
            import aiohttp, httpx, requests
            from urllib.request import urlopen

            async def fetch(url: str, client: httpx.AsyncClient, timeout: object, options: dict) -> None:
                async with aiohttp.ClientSession() as session:
                    await session.get(url)
                aiohttp.ClientSession(timeout=timeout)
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None, sock_read=60))
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(**options))
                aiohttp.ClientSession(**options)
                httpx.AsyncClient(timeout=httpx.Timeout(None, connect=5))
                httpx.AsyncClient(timeout=httpx.Timeout(10, read=None))
                httpx.AsyncClient()
                await client.get(url)
            def read(url: str, session: requests.Session, options: dict) -> None:
                urlopen(url, timeout=5)
                urlopen(url, None, 5)
                session.get(url, timeout=5)
                session.get(url, **options)
                session.request("GET", url, None, None, None, None, None, None, 5)
                smtplib.SMTP("localhost", 25, timeout=5)
                smtplib.SMTP()
                session.headers.get("a")
                options.get("timeout")
        """,
    ),
    # What ruff tells already.
    Good(
        code="""
            import httpx, requests
            def read(url: str) -> None:
                requests.get(url)
                httpx.get(url, timeout=None)
                httpx.Client(timeout=None)
        """,
    ),
    # A stream may last as long as it wants.
    Good(
        code="""
            import httpx
            async def listen(client: httpx.AsyncClient, url: str) -> None:
                async with client.stream("GET", url, timeout=None) as response:
                    await response.aread()
        """,
    ),
    # What is sent, or connected, has a timeout from elsewhere.
    Good(
        code="""
            import requests
            from app.adapters import TimeoutAdapter
            session = requests.Session()
            session.mount("https://", TimeoutAdapter(timeout=5))
            def read(url: str) -> None:
                session.get(url)
        """,
    ),
    Good(
        code="""
            import requests
            from requests.adapters import HTTPAdapter
            class PatientAdapter(HTTPAdapter): ...
            class Gateway:
                def __init__(self) -> None:
                    self._http = requests.Session()
                    self._http.mount("https://", HTTPAdapter(max_retries=3))
                    adapter = PatientAdapter()
                    self._http.mount("http://", adapter)
                def read(self) -> None:
                    self._http.get("http://localhost")
        """,
    ),
    Good(
        code="""
            import socket
            from urllib.request import urlopen
            socket.setdefaulttimeout(10)
            def read(url: str) -> None:
                urlopen(url)
        """,
    ),
    # Files and data are no other system.
    Good(
        code="""
            from urllib.request import urlopen
            def read() -> bytes:
                return urlopen("file:///etc/hosts").read() + urlopen(f"data:,{read}").read()
        """,
    ),
    # A test, wherever it lies.
    Good(code="from urllib.request import urlopen\ndef test_logo(url: str) -> None:\n    assert urlopen(url)\n"),
    Good(path="tests/test_web.py", code="from urllib.request import urlopen\nurlopen('http://localhost')\n"),
)


class ClientWithoutTimeout(Check):
    """When the other side hangs, this one hangs with it, one worker after the other.

    A server that takes the connection and never answers is the ordinary way in which systems fail. A call without a
    timeout waits for it for ever: the threads, connections and requests that wait with it are gone until somebody
    restarts the process, and the failure of one system has become that of two.

    Give every call a timeout, or the client that makes it.

    Looked at are calls of a `requests.Session`, known by its type, `urlopen`, `smtplib`, `imaplib`, `http.client` and
    `socket.create_connection` that name no timeout, for they have none by default; and clients of aiohttp and httpx,
    which have one, where it is switched off (`timeout=None`, `ClientTimeout(total=None)`, `Timeout(None)`). Calls of
    `requests` and `httpx` themselves and `httpx.Client(timeout=None)` are told by ruff's S113. Exempt are streams,
    tests, files where `socket.setdefaulttimeout` is called or an adapter is mounted on a session, and arguments that
    are passed on (`**options`).
    """

    name = "client-without-timeout"
    level = Level.WARNING
    message = "When the other side hangs, `{symbol}` hangs with it: `{call}` {lacks}."
    examples = BAD + GOOD

    @on(cst.Call)
    def call(self, node: cst.Call, ctx: Context) -> Iterator[Finding]:
        """Report a call that waits for ever."""
        lacks = self._lacks(node, ctx)
        if lacks is None or ctx.layer is Layer.TESTS or _is_set_for_all(ctx):
            return
        call, symbol = spelled(node.func) or "", ctx.scope(node)
        if not symbol.rpartition(".")[2].startswith("test_"):
            params = {"symbol": symbol or ctx.path, "call": call, "lacks": lacks}
            yield self.finding(ctx, node, symbol=symbol, key=call, params=params, fix=_fix(node, ctx))

    def _lacks(self, node: cst.Call, ctx: Context) -> str | None:
        """What a call lacks, in words."""
        called = (dotted(node.func) or "").rpartition(".")[2]
        given = _given(node)
        if called in LAST_NAMES:
            name = ctx.name_of(node.func) or ""
            if name in WITHOUT and node.args:
                return None if _may_have(node, WITHOUT[name]) or _is_local(node) else "has no timeout"
            return "switches its timeout off" if name in MAKERS and given and _is_off(given, name, ctx) else None
        receiver = spelled(node.func.value) if isinstance(node.func, cst.Attribute) and called in VERBS else None
        if receiver is None or not node.args or _streams(node):
            return None
        unknown = _may_have(node, 8 if called == "request" else 7)
        if unknown and not (given and _is_none(given)):
            return None
        held = ctx.index.stands_for(ctx.path, ctx.scope(node), receiver)
        if held in HTTPX and held != ctx.name_of(node.func):
            return "switches its timeout off" if given and _is_none(given) else None
        return "has no timeout" if held in SESSIONS else None


def _fix(call: cst.Call, ctx: Context) -> Fix | None:
    """A timeout for a call, or in the object that is given for one."""
    given, edit = _given(call), None
    if isinstance(given, cst.Call):
        edit = ctx.replace(given.args[0].value, SECONDS) if len(given.args) == 1 else None
    elif ctx.name_of(call.func) not in MAKERS - HTTPX:
        edit = with_argument(ctx, call, "timeout", SECONDS)
    effect = f"a call that is not answered within {SECONDS} seconds fails"
    return Fix(safe=False, edits=(edit,), effect=effect) if edit else None


def _given(call: cst.Call) -> cst.BaseExpression | None:
    return next((arg.value for arg in call.args if arg.keyword and arg.keyword.value == "timeout"), None)


def _may_have(call: cst.Call, before: int) -> bool:
    """Whether a call has a timeout, by its name, by its place, or among the arguments that it passes on."""
    given = _given(call)
    positional = [arg for arg in call.args if arg.keyword is None]
    passed_on = any(arg.star for arg in call.args) or len(positional) > before
    return passed_on or (given is not None and not _is_none(given))


def _is_none(value: cst.BaseExpression) -> bool:
    return isinstance(value, cst.Name) and value.value == "None"


def _is_off(value: cst.BaseExpression, client: str, ctx: Context) -> bool:
    """Whether a timeout is none. A bare `None` for a client of httpx is told by ruff."""
    if _is_none(value):
        return client not in HTTPX
    if not isinstance(value, cst.Call) or any(arg.star for arg in value.args):
        return False
    if client not in HTTPX:
        return ctx.name_of(value.func) in TIMEOUTS and all(_is_none(arg.value) for arg in value.args)
    alone = len(value.args) == 1 and (value.args[0].keyword is None or value.args[0].keyword.value == "timeout")
    return ctx.name_of(value.func) == "httpx.Timeout" and alone and _is_none(value.args[0].value)


def _is_local(call: cst.Call) -> bool:
    """Whether a call opens what is here already: a file, or the data themselves."""
    start: cst.CSTNode = call.args[0].value
    if isinstance(start, cst.FormattedString):
        start = next(iter(start.parts), start)
    match start:
        case cst.SimpleString(evaluated_value=str() as text) | cst.FormattedStringText(value=text):
            return text.startswith(("file:", "data:"))
        case _:
            return False


def _streams(call: cst.Call) -> bool:
    return any(arg.keyword and arg.keyword.value == "stream" for arg in call.args)


def _is_set_for_all(ctx: Context) -> bool:
    """Whether the file gives all its calls a timeout, or may do so."""
    calls = (each for each in below(ctx.module) if isinstance(each, cst.Call) and isinstance(each.func, cst.Attribute))
    return any(spelled(each.func) == "socket.setdefaulttimeout" or _mounts(each, ctx) for each in calls)


def _mounts(call: cst.Call, ctx: Context) -> bool:
    """Whether a call gives a session an adapter that may have a timeout; that of requests itself has none."""
    if not isinstance(call.func, cst.Attribute) or call.func.attr.value != "mount" or not call.args:
        return False
    adapter = spelled(call.args[-1].value)
    return adapter is None or ctx.index.stands_for(ctx.path, ctx.scope(call), adapter) != ADAPTER
