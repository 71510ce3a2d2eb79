"""Cross-origin rules that let every website act as whoever is logged in."""

from collections.abc import Iterator

import libcst as cst

from reviewer.api import Bad, Check, Context, Finding, Good, Layer, Level, below, on

FRAMEWORKS = ("fastapi.", "starlette.")
# Patterns that every origin matches.
ANYTHING = frozenset({".*", "^.*$", "^.*", ".*$", ".+", "^.+$", r"https?://.*", r"^https?://.*$", r"https?://.+"})

BAD = (
    Bad(
        path="app/main.py",
        code="""
            from fastapi import FastAPI
            from fastapi.middleware.cors import CORSMiddleware

            app = FastAPI()
            app.add_middleware(
                CORSMiddleware,
                allow_origins=["*"],  # <-
                allow_credentials=True,
                allow_methods=["*"],
            )
        """,
    ),
    # The list under a name, the class under another, the middleware in a list.
    Bad(
        path="app/factory.py",
        code="""
            from fastapi import FastAPI
            from starlette.middleware import Middleware
            from starlette.middleware import cors

            ORIGINS = ["http://localhost:3000", "*"]

            def create_app() -> FastAPI:
                cookies = True
                return FastAPI(
                    middleware=[
                        Middleware(cors.CORSMiddleware, allow_origins=ORIGINS, allow_credentials=cookies)  # <-
                    ]
                )
        """,
    ),
    # Around the application; a pattern that every origin matches.
    Bad(
        path="app/asgi.py",
        code="""
            from starlette.middleware.cors import CORSMiddleware
            from app.main import app
            wrapped = CORSMiddleware(app, allow_origin_regex=".*", allow_credentials=True)  # <-
            other = CORSMiddleware(app, allow_origins="*", allow_credentials=True)  # <-
        """,
    ),
)
GOOD = (
    Good(
        path="app/main.py",
        code="""
            from fastapi import FastAPI
            from fastapi.middleware.cors import CORSMiddleware

            app = FastAPI()
            app.add_middleware(
                CORSMiddleware,
                allow_origins=["https://shop.example.com"],
                allow_credentials=True,
            )
        """,
    ),
    # A public interface without cookies.
    Good(
        path="app/main.py",
        code="""
            from fastapi import FastAPI
            from fastapi.middleware.cors import CORSMiddleware
            app = FastAPI()
            app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_headers=["*"])
            app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=False)
        """,
    ),
    # What settings say is not known here, and neither is a list that is made another way.
    Good(
        path="app/main.py",
        code="""
            from fastapi import FastAPI
            from fastapi.middleware.cors import CORSMiddleware
            from app.settings import settings
            origins = ["*"]
            if settings.origins:
                origins = settings.origins
            app = FastAPI()
            app.add_middleware(CORSMiddleware, allow_origins=settings.origins, allow_credentials=True)
            app.add_middleware(CORSMiddleware, allow_origins=origins, allow_credentials=True)
            app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=settings.cookies)
        """,
    ),
    # A name of the function, and one of the module that is called the same.
    Good(
        path="app/main.py",
        code="""
            from fastapi import FastAPI
            from fastapi.middleware.cors import CORSMiddleware
            origins = ["*"]
            def create_app(origins: list[str]) -> FastAPI:
                app = FastAPI()
                app.add_middleware(CORSMiddleware, allow_origins=origins, allow_credentials=True)
                return app
        """,
    ),
    # A list that says no more than where development runs.
    Good(
        path="app/main.py",
        code="""
            from fastapi import FastAPI
            from fastapi.middleware.cors import CORSMiddleware
            app = FastAPI()
            app.add_middleware(
                CORSMiddleware, allow_origin_regex=r"https?://localhost(:\\d+)?", allow_credentials=True
            )
        """,
    ),
    # Another class of the same name, which may answer otherwise.
    Good(
        path="app/main.py",
        code="""
            from fastapi import FastAPI
            from app.cors import CORSMiddleware
            app = FastAPI()
            app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)
        """,
        files={"app/__init__.py": "", "app/cors.py": "class CORSMiddleware: ...\n"},
    ),
    Good(
        path="tests/test_cors.py",
        code="""
            from starlette.middleware.cors import CORSMiddleware
            def test_credentials(app):
                CORSMiddleware(app, allow_origins=["*"], allow_credentials=True)
        """,
    ),
)


class UnsafeCors(Check):
    """Any website that a logged-in user opens can call the service as that user, and read what it answers.

    Browsers refuse `Access-Control-Allow-Origin: *` together with credentials. Starlette's middleware, told to allow
    both, gets around that: it sends back whatever origin has asked, and the browser hands cookies over and the answer
    out.

    Name the origins that may send credentials, or leave `allow_credentials` out: a token that the client puts into the
    `Authorization` header itself needs none.

    Looked at is `CORSMiddleware` of FastAPI and Starlette, added, listed or put around an application, with
    `allow_credentials=True` and `"*"` among `allow_origins`, or a pattern that every origin matches; a name that is
    bound once, to such a literal, counts as the literal. Values from settings are not known, and tests are exempt.
    """

    name = "unsafe-cors"
    level = Level.ERROR
    message = (
        "Every website can act as whoever is logged in: `{symbol}` allows credentials from any origin ({because})."
    )
    examples = BAD + GOOD

    @on(cst.Call)
    def call(self, node: cst.Call, ctx: Context) -> Iterator[Finding]:
        """Report a middleware that allows credentials from everywhere."""
        given = {each.keyword.value: each for each in node.args if each.keyword}
        if "allow_credentials" not in given or ctx.layer is Layer.TESTS or not _is_cors(node, ctx):
            return
        opening = next(
            (given[name] for name in ("allow_origins", "allow_origin_regex") if _opens(name, given, ctx)), None
        )
        if opening and _is_true(_literal(given["allow_credentials"].value, ctx)):
            symbol = ctx.scope(node) or "CORSMiddleware"
            params = {"because": ctx.source(opening).strip().rstrip(",")}
            yield self.finding(ctx, opening, extent=node, symbol=symbol, params=params)


def _is_cors(node: cst.Call, ctx: Context) -> bool:
    """Whether a call makes the middleware, or is given its class to make it."""
    named = [ctx.name_of(node.func), *(ctx.name_of(each.value) for each in node.args if not each.keyword)]
    return any(name and name.startswith(FRAMEWORKS) and name.endswith(".CORSMiddleware") for name in named)


def _opens(name: str, given: dict[str, cst.Arg], ctx: Context) -> bool:
    value = _literal(given[name].value, ctx) if name in given else None
    match value:
        case cst.List(elements=elements) | cst.Tuple(elements=elements) | cst.Set(elements=elements):
            return name == "allow_origins" and any(_text(each.value) == "*" for each in elements)
        case _:
            return _text(value) in ({"*"} if name == "allow_origins" else ANYTHING)


def _text(node: cst.CSTNode | None) -> str | None:
    value = node.evaluated_value if isinstance(node, cst.SimpleString) else None
    return value if isinstance(value, str) else None


def _is_true(node: cst.CSTNode | None) -> bool:
    return isinstance(node, cst.Name) and node.value == "True"


def _literal(node: cst.BaseExpression, ctx: Context) -> cst.BaseExpression | None:
    """A value as it is written, or what the one binding of its name in this file gives it."""
    if not isinstance(node, cst.Name) or _is_true(node):
        return node
    bound = [value for each in below(ctx.module) for value in _bound(each, node.value)]
    return bound[0] if len(bound) == 1 else None


def _bound(node: cst.CSTNode, name: str) -> Iterator[cst.BaseExpression | None]:
    """What a statement or a parameter binds to a name; None for what has no value here."""
    match node:
        case cst.Param(name=cst.Name(value=found)) | cst.AugAssign(target=cst.Name(value=found)) if found == name:
            yield None
        case cst.Assign(targets=targets, value=value) if any(_names(each.target, name) for each in targets):
            yield value
        case cst.AnnAssign(target=cst.Name(value=found), value=value) if found == name:
            yield value
        case cst.For(target=target) if _names(target, name):
            yield None
        case _:
            pass


def _names(target: cst.CSTNode, name: str) -> bool:
    return any(isinstance(each, cst.Name) and each.value == name for each in below(target))
