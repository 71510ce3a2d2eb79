"""The FastAPI applications of a project, and what it has of the things that each of them needs around it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from reviewer.index.answers import Definition, Layer
from reviewer.index.lookup import Lookup
from reviewer.index.resolve import Defined, External, Package, Resolver

MAKERS = frozenset({"fastapi.FastAPI", "fastapi.applications.FastAPI"})
MAKING = re.compile(rb"\bFastAPI\s*\(|\bimport\s+FastAPI\b")
# What is no service, but shows or tries one.
APART = frozenset({"benchmarks", "dev", "docs", "docs_src", "example", "examples", "scripts", "tools"})
# The names, headers and packages by which a project speaks of each; what it only may mean counts, too.
TRACES = {
    "CORS": re.compile(rb"cors|access-control-allow", re.IGNORECASE),
    "rate limits": re.compile(rb"slowapi|rate_?-?limit|limiter|throttl|too_many_requests|\b429\b", re.IGNORECASE),
    "security headers": re.compile(
        rb"strict-transport-security|x-content-type-options|x-frame-options|content-security-policy|referrer-policy"
        rb"|secure_?headers|security_?headers|\bsecweb\b|\bimport secure\b|\bfrom secure\b|hsts",
        re.IGNORECASE,
    ),
    "X-Request-Id": re.compile(
        rb"x-request-id|request-id|x-correlation|correlation-id|correlation_?id|requestid|request_id_?(?:middleware|ctx|var)"
        rb"|traceparent|x-trace-id|starlette_context",
        re.IGNORECASE,
    ),
}
ADDING = re.compile(rb"(?:add_middleware|\bMiddleware)\(\s*(?P<name>\w[\w.]*)")
HANDING = re.compile(rb"(?<![\w.])(?P<name>\w[\w.]*)\(\s*(?:app=)?(?:app|_app|app_|application|fastapi_app)\s*[,)]")
# Distributions whose middleware is known to be about something else, or to leave the traces above.
KNOWN = frozenset(
    {
        *(
            "a2wsgi",
            "asgi_correlation_id",
            "asgiref",
            "authlib",
            "brotli_asgi",
            "ddtrace",
            "debug_toolbar",
            "elasticapm",
        ),
        *("fastapi", "fastapi_async_sqlalchemy", "fastapi_cache", "fastapi_mcp", "fastapi_pagination", "gunicorn"),
        *("fastapi_sqlalchemy", "logfire", "mangum", "newrelic", "opentelemetry", "prometheus_client", "sqladmin"),
        *("prometheus_fastapi_instrumentator", "sentry_sdk", "slowapi", "socketio", "starlette", "starlette_admin"),
        *("starlette_compress", "starlette_context", "starlette_exporter", "starsessions", "strawberry", "uvicorn"),
        *("uvloop", "asyncio", "anyio", "httpx", "typing", "functools", "contextlib", "logging", "inspect"),
    }
)


@dataclass(frozen=True, slots=True)
class Applications:
    """Answers for one repository; `paths` are all its files, `read` their bytes."""

    lookup: Lookup
    resolver: Resolver
    paths: tuple[str, ...]
    read: Callable[[str], bytes | None]

    def made(self) -> tuple[Definition, ...]:
        """Where the applications are made: in a variable of a module, or in a function."""
        paths = (path for path, text in self._sources() if MAKING.search(text))
        return tuple(found for path in paths for found in self._made_in(path))

    def concerns(self) -> tuple[str, ...]:
        """What the project speaks of, and all where it adds something of which nobody knows what it does."""
        own = [*self._sources()]
        if any(self._adds_unknown(path, text) for path, text in own):
            return tuple(TRACES)
        return tuple(name for name, trace in TRACES.items() if any(trace.search(text) for _, text in own))

    def _sources(self) -> Iterator[tuple[str, bytes]]:
        for path in self.paths:
            if APART.isdisjoint(path.split("/")) and self.lookup.set_apart(path) is not Layer.TESTS:
                yield path, self.read(path) or b""

    def _made_in(self, path: str) -> Iterator[Definition]:
        facts = self.lookup.facts(path)
        for found in facts.assignments:
            if found.value and found.value.called and self._is_maker(path, found.value.name):
                yield Definition(path, found.name, found.line)
        for symbol, body in self.lookup.bodies(path).items():
            function = facts.function_or_method(symbol)
            if function and any(name and self._is_maker(path, name, symbol) for name in body.called):
                yield Definition(path, symbol, function.line)

    def _is_maker(self, path: str, name: str, scope: str = "") -> bool:
        return name.endswith("FastAPI") and self.resolver.external(path, name, scope) in MAKERS

    def _adds_unknown(self, path: str, text: bytes) -> bool:
        added = (mark["name"].decode(errors="replace") for mark in ADDING.finditer(text))
        handed = (mark["name"].decode(errors="replace") for mark in HANDING.finditer(text))
        return any(not self._is_known(path, name) for name in added) or any(map(self._is_foreign(path), handed))

    def _is_known(self, path: str, name: str) -> bool:
        """Whether the code of a middleware is in the project, or is known without it."""
        match self.resolver.resolve(path, name):
            case External(name=full):
                return full.partition(".")[0] in KNOWN
            case Defined() | Package():
                return True
            case _:
                return name in {"self", "cls"}

    def _is_foreign(self, path: str) -> Callable[[str], bool]:
        def is_foreign(name: str) -> bool:
            found = self.resolver.resolve(path, name)
            return isinstance(found, External) and found.name.partition(".")[0] not in KNOWN

        return is_foreign
