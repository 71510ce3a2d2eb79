"""Serves a private repository over http on loopback, as GitHub does: with one Authorization header, or not at all."""

import os
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from subprocess import run
from threading import Thread

TOKEN = "reads-private-code"  # noqa: S105  # of the server below
HEADER = f"basic {b64encode(f'x-access-token:{TOKEN}'.encode()).decode()}"


class _Handler(BaseHTTPRequestHandler):
    """Hands a request to git's own server program."""

    root: Path

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's own name
        pass

    def do_GET(self) -> None:
        self._serve(b"")

    def do_POST(self) -> None:
        self._serve(self.rfile.read(int(self.headers["Content-Length"])))

    def _serve(self, body: bytes) -> None:
        given = self.headers.get_all("Authorization") or []
        if given != [HEADER]:
            self.send_response(400 if len(given) > 1 else 401)
            self.send_header("WWW-Authenticate", 'Basic realm="private"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        head, _, content = self._answer(body).partition(b"\r\n\r\n")
        self.send_response(200)
        for line in head.decode().splitlines():
            self.send_header(*line.split(": ", 1))
        self.end_headers()
        self.wfile.write(content)

    def _answer(self, body: bytes) -> bytes:
        path, _, query = self.path.partition("?")
        request = {
            "REQUEST_METHOD": self.command,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
        }
        served = {"GIT_PROJECT_ROOT": str(self.root), "GIT_HTTP_EXPORT_ALL": "1", "REMOTE_USER": "reader"}
        environment = {**os.environ, **request, **served}
        return run(["git", "http-backend"], input=body, capture_output=True, env=environment, check=True).stdout


@contextmanager
def private(root: Path) -> Iterator[str]:
    """The address under which the repositories of a folder are served."""

    class Handler(_Handler):
        pass

    Handler.root = root
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
