"""Serves the fake GitHub on loopback: checks both sides against GitHub's description, and breaks answers on demand."""

import json
import re
import socket
import struct
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.github.contract.description import DescriptionError, check_answer, check_request, filled
from tests.github.fake import FakeGitHub, Refusal, Request, Rights, User

Json = Any  # a document of any shape

ARCHIVE = re.compile(r"(?:(/repos/.*/actions/artifacts)|/storage)/(\d+)(?:/zip)?")
# Longer than a client waits that a test has made impatient, in seconds.
LATE = 0.3
NOBODY = User("", 0)
HTML = b"<!doctype html><title>Unicorn!</title>"


class How(Enum):
    """What becomes of an answer; ERRORS is what GraphQL reports with status 200, LATE comes when nobody waits."""

    STATUS = auto()
    RESET = auto()
    TRUNCATED = auto()
    HTML = auto()
    ERRORS = auto()
    LATE = auto()


@dataclass
class Fault:
    """What goes wrong at requests like `POST /reviews` or `POST /graphql#minimizeComment`, or at any when it is "".

    With `done` the work is done and only the answer lost; the first `skip` such requests are let through.
    """

    request: str
    how: How = How.STATUS
    status: int = 502
    message: str = "Server Error"
    headers: Mapping[str, str] = field(default_factory=dict)
    done: bool = False
    times: int = 1
    skip: int = 0
    kind: str = "RATE_LIMITED"

    def hits(self, verb: str, path: str) -> bool:
        """Whether this request is the one to break."""
        wanted, _, ending = self.request.partition(" ")
        if wanted not in ("", verb) or not path.endswith(ending) or self.times == 0:
            return False
        if self.skip:
            self.skip -= 1
            return False
        self.times -= 1
        return True


@dataclass
class Site:
    """The fake at an address; `prefix` and `graphql` are those of github.com or of an Enterprise server."""

    fake: FakeGitHub
    prefix: str = ""
    graphql: str = "/graphql"
    largest_page: int = 100
    faults: list[Fault] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    url: str = ""
    lock: Lock = field(default_factory=Lock)
    open: set[socket.socket] = field(default_factory=set)

    @property
    def writes(self) -> list[str]:
        """The requests that were to change something, without their numbers."""
        return [line for line in self.log if not line.startswith("GET") and not line.endswith("/graphql")]

    def hang_up(self) -> None:
        """End the connections that clients left open: urllib3 closes some when its garbage is collected, no sooner."""
        for connection in list(self.open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def serve(site: Site) -> Iterator[Site]:
    """The site while it is served; what did not follow GitHub's description fails at the end."""

    class Handler(_Handler):
        pass

    Handler.site = site
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    site.url = f"http://127.0.0.1:{server.server_address[1]}{site.prefix}"
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        site.hang_up()
        server.server_close()
    assert not site.violations, site.violations


class _Handler(BaseHTTPRequestHandler):
    site: Site
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def setup(self) -> None:
        super().setup()
        self.site.open.add(self.connection)

    def finish(self) -> None:
        super().finish()
        self.site.open.discard(self.connection)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's own name
        pass

    def do_GET(self) -> None:
        self._serve(None)

    def do_POST(self) -> None:
        self._serve(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def do_PATCH(self) -> None:
        self.do_POST()

    def do_PUT(self) -> None:
        self.do_POST()

    def do_DELETE(self) -> None:
        self._serve(None)

    def _serve(self, body: Json) -> None:
        with self.site.lock:
            address = urlsplit(self.path)
            path = "/graphql" if address.path == self.site.graphql else address.path.removeprefix(self.site.prefix)
            if self._archive(path):
                return
            name = _named(path, body)
            self.site.log.append(f"{self.command} {name}")
            fault = next((fault for fault in self.site.faults if fault.hits(self.command, name)), None)
            if fault and not fault.done:
                self._break(fault, b"{}")
                return
            status, headers, document = self._answer(path, dict(parse_qsl(address.query)), body)
            encoded = json.dumps(document).encode()
            if fault:
                self._break(fault, encoded)
            else:
                self._send(status, encoded, headers)

    def _archive(self, path: str) -> bool:
        """Serve an archive as GitHub does: a link to another server, which refuses whoever shows the token."""
        found = ARCHIVE.fullmatch(path)
        if found and found[1]:
            self._send(302, b"", {"Location": f"{self.site.url}/storage/{found[2]}"})
        elif found:
            archives = [data for kept in self.site.fake.artifacts.values() for data in kept.values()]
            refused = "Authorization" in self.headers
            self._send(
                403 if refused else 200, b"" if refused else archives[int(found[2]) - 1], {}, kind="application/zip"
            )
        return found is not None

    def _answer(self, path: str, query: Mapping[str, str], body: Json) -> tuple[int, Mapping[str, str], Json]:
        try:
            document: Json
            request = self._request(path, body)
            if path != "/graphql":
                check_request(self.command, path, query, body)
            status, document = self.site.fake.answer(request)
            headers, document = self._page(path, query, document)
            if path != "/graphql":
                document = filled(self.command, path, status, document)
        except Refusal as refusal:
            status, headers, document = refusal.status, {}, refusal.document
        except DescriptionError as error:
            self.site.violations.append(str(error))
            return 500, {}, {"message": str(error)}
        self._check(path, status, document)
        return status, headers, document

    def _check(self, path: str, status: int, document: Json) -> None:
        try:
            if path != "/graphql":
                check_answer(self.command, path, status, document)
        except DescriptionError as error:
            self.site.violations.append(str(error))

    def _request(self, path: str, body: Json) -> Request:
        token = self.headers.get("Authorization", "").removeprefix("token ").removeprefix("Bearer ")
        if token and token not in self.site.fake.tokens:
            raise Refusal(401, "Bad credentials")
        user, rights = self.site.fake.tokens.get(token, (NOBODY, Rights.READ))
        if path == "/graphql" and not token:
            raise Refusal(401, "This endpoint requires you to be authenticated.")
        return Request(self.command, unquote(path), body, user, rights)

    def _page(self, path: str, query: Mapping[str, str], document: Json) -> tuple[Mapping[str, str], Json]:
        if not isinstance(document, list):
            return {}, document
        size = min(int(query.get("per_page", "30")), self.site.largest_page)
        number = int(query.get("page", "1"))
        end = number * size
        following = f"{self.site.url}{path}?per_page={size}&page={number + 1}"
        headers = {"Link": f'<{following}>; rel="next"'} if end < len(document) else {}
        return headers, document[end - size : end]

    def _break(self, fault: Fault, encoded: bytes) -> None:
        match fault.how:
            case How.STATUS:
                self._send(fault.status, json.dumps({"message": fault.message}).encode(), fault.headers)
            case How.HTML:
                self._send(200, HTML, {}, kind="text/html")
            case How.ERRORS:
                errors = [{"type": fault.kind, "message": fault.message}]
                self._send(200, json.dumps({"data": None, "errors": errors}).encode(), {})
            case How.LATE:
                time.sleep(LATE)
                self._hang_up()
            case How.TRUNCATED:
                self._send(200, encoded, {}, missing=1000)
            case How.RESET:
                self._hang_up()

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def _send(
        self,
        status: int,
        encoded: bytes,
        headers: Mapping[str, str],
        *,
        kind: str = "application/json",
        missing: int = 0,
    ) -> None:
        self.close_connection = missing > 0
        self.send_response(status)
        for name, value in {**headers, "Content-Type": kind, "Content-Length": str(len(encoded) + missing)}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(encoded)


def _named(path: str, body: Json) -> str:
    """The path of a request, of a mutation with its name."""
    mutation = Request("", path, body, NOBODY, Rights.NONE).mutation if path == "/graphql" else None
    return f"{path}#{mutation}" if mutation else path
