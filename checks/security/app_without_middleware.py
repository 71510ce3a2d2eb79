"""Applications without the things that each of them needs around it."""

from collections.abc import Iterator

from pydantic import Field

from reviewer.api import Bad, Check, Finding, Good, Level, ProjectContext, Settings, on_project

APP = """
from fastapi import FastAPI

app = FastAPI()
"""
FACTORY = """
import fastapi
from fastapi.middleware.cors import CORSMiddleware

def create_app():
    app = fastapi.FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://shop.example.com"])
    return app
"""
ALL = """
from asgi_correlation_id import CorrelationIdMiddleware
from fastapi.middleware.cors import CORSMiddleware
from slowapi.middleware import SlowAPIMiddleware

async def send_headers(request, call_next):
    response = await call_next(request)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response

def protect(app):
    app.add_middleware(CORSMiddleware, allow_origins=["https://shop.example.com"])
    app.add_middleware(SlowAPIMiddleware)
    app.add_middleware(CorrelationIdMiddleware)
    app.middleware("http")(send_headers)
"""


class Protection(Settings):
    """What an application is expected to have."""

    expected: tuple[str, ...] = Field(
        default=("CORS", "rate limits", "security headers", "X-Request-Id"),
        description="What is looked for; leave out what a gateway in front of the service does.",
    )


class AppWithoutMiddleware(Check):
    """An application answers everyone, as often as they ask, and nobody can tell one request from another in the logs.

    Rules for other origins, rate limits, security headers (`Strict-Transport-Security`, `X-Content-Type-Options`) and
    an `X-Request-Id` belong to every response, so that one place has to add them: a middleware, or a gateway in front.

    Add what is missing, `CORSMiddleware` of FastAPI, slowapi or fastapi-limiter, a few headers in
    `@app.middleware("http")`, asgi-correlation-id, or tell the configuration what the gateway does:

        [tool.reviewer.rules.app-without-middleware]
        expected = ["CORS", "X-Request-Id"]

    This note is about the project and told once. It names what the project, tests, scripts and examples aside, says
    nothing of: no name, header or package speaks of it in any file. Where it adds a middleware of another distribution
    that is not known, or hands the application to such a one, everything may be there, and there is no note.
    """

    name = "app-without-middleware"
    level = Level.NOTE
    message = (
        "Nothing in the project speaks of {missing}, though {applications} serves requests: not found in any file."
    )
    examples = (
        Bad(path="app/main.py", code=APP),
        Bad(path="app/main.py", code=FACTORY),
        # What tests say of it is not there.
        Bad(path="app/main.py", code=APP, files={"tests/test_main.py": ALL}),
        Good(path="app/main.py", code=f"{APP}\nprotect(app)\n", files={"app/protection.py": ALL}),
        # Middleware of the project's own, known by the headers that it sets or reads.
        Good(
            path="app/main.py",
            code=FACTORY,
            files={
                "app/middleware.py": """
                    class Limiter: ...
                    class Headers:
                        names = ("X-Request-ID", "Strict-Transport-Security")
                """
            },
        ),
        # What others have made may do everything.
        Good(
            path="app/main.py",
            code=f"from company.web import Platform\n{APP}\napp.add_middleware(Platform)\n",
        ),
        Good(path="app/main.py", code=f"from company.web import protect\n{APP}\nprotect(app)\n"),
        # What a gateway does.
        Good(path="app/main.py", code=FACTORY, settings={"expected": ["CORS"]}),
        # No service.
        Good(path="app/main.py", code="from fastapi import APIRouter\n\nrouter = APIRouter()\n"),
        Good(path="tests/test_router.py", code=APP),
        Good(path="examples/main.py", code=APP, files={"library/__init__.py": ""}),
    )
    settings: Protection = Protection()

    @on_project
    def project(self, ctx: ProjectContext) -> Iterator[Finding]:
        """Report once what is not there."""
        found = ctx.index.applications()
        if not found:
            return
        seen = ctx.index.http_concerns()
        missing = [name for name in self.settings.expected if name not in seen]
        if missing:
            first = f"`{found[0].symbol}` in {found[0].path}"
            others = f" (and {len(found) - 1} more)" if found[1:] else ""
            yield self.project_finding(missing=" or ".join(missing), applications=first + others)
