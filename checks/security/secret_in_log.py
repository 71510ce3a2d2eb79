"""Passwords, tokens and keys that are written into logs."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

import libcst as cst
from pydantic import Field

from reviewer.api import Bad, Check, Context, Finding, Good, Layer, Level, Settings, dotted, on, pieces, spelled

METHODS = frozenset(
    {
        *("critical", "debug", "error", "exception", "fatal", "info", "log", "success", "trace", "warn", "warning"),
        *("adebug", "ainfo", "awarning", "aerror", "acritical", "aexception", "bind", "contextualize"),
    }
)
LOGGERS = re.compile(
    r"logging|(?:logging|structlog)\.(?:\w+\.)*\w*Logger(?:Adapter)?|loguru\.logger|loguru\._logger\.Logger"
)
REQUESTS = frozenset({"fastapi.Request", "fastapi.requests.Request", "starlette.requests.Request", "starlette.Request"})
WHOLE = frozenset({"headers", "cookies", "body()", "json()", "form()"})
SHAPING = frozenset({"decode", "dict", "strip"})
# First words of names that say something about a secret, or of one that nobody can use.
ABOUT = frozenset(
    {
        *("allow", "can", "change", "disable", "enable", "encrypted", "expose", "fake", "forgot", "has", "hash"),
        *("hashed", "hide", "include", "invalid", "is", "mask", "masked", "max", "min", "missing", "need", "needs"),
        *("no", "num", "obfuscated", "public", "redacted", "require", "requires", "reset", "safe", "scrubbed", "send"),
        *("set", "should", "show", "skip", "supports", "update", "use", "uses", "validate", "verify", "with", "wrong"),
    }
)

SETUP = """
            import logging
            logger = logging.getLogger(__name__)
"""
BAD = (
    Bad(
        path="app/services/login.py",
        code="""
            import logging

            logger = logging.getLogger(__name__)

            def login(name: str, password: str) -> None:
                logger.info("login of %s with %s", name, password)  # <-
                logger.debug(f"login of {name} with {password!r}")  # <-
                logger.debug("password: %s" % password)  # <-
                logger.warning("failed", extra={"user": name, "pass": password})  # <-
                logging.info("password: " + password)  # <-
        """,
    ),
    # structlog and loguru: keyword arguments, `bind`, a logger that the class keeps.
    Bad(
        path="app/clients.py",
        code="""
            import structlog
            from loguru import logger

            class Client:
                def __init__(self, settings: object) -> None:
                    self.log = structlog.get_logger()
                    self._settings = settings

                def call(self, data: dict[str, str]) -> None:
                    self.log.info("called", api_key=self._settings.stripe_api_key)  # <-
                    self.log.bind(token=data["access_token"]).info("called")  # <-
                    logger.bind(user=1).debug("with {}", data.get("client_secret"))  # <-
                    logger.info("secret {s}", s=self._settings.secret_key.get_secret_value())  # <-
        """,
    ),
    # What a request brings, as a whole; a logger of another file.
    Bad(
        path="app/api/hooks.py",
        code="""
            from fastapi import Request
            from app.log import logger
            async def hook(request: Request) -> None:
                logger.info("headers: %s", dict(request.headers))  # <-
                logger.debug(f"body: {await request.body()}")  # <-
                logger.info("as %s", request.headers["authorization"])  # <-
        """,
        files={"app/__init__.py": "", "app/log.py": "import logging\nlogger = logging.getLogger('app')\n"},
    ),
    Bad(
        path="app/auth.py",
        code=f"""{SETUP}
            def verify_session(token: str) -> None:
                logger.info("token %s", token)  # <-
        """,
    ),
)
GOOD = (
    Good(
        path="app/services/login.py",
        code="""
            import logging

            logger = logging.getLogger(__name__)

            def login(name: str, password: str) -> None:
                logger.info("login of %s", name)
        """,
    ),
    # What is hidden, measured or asked, and what only says something about a secret.
    Good(
        path="app/tokens.py",
        code=f"""{SETUP}
            def report(api_key: str, access_token: str | None, password: str, mask: object) -> None:
                logger.info("key %s", mask(api_key))
                logger.info("key %s…", api_key[:4])
                logger.info(f"key {{api_key:.4}}")
                logger.info("token given: %s", access_token is not None)
                logger.info("token given: %s", bool(access_token))
                logger.info("of %d characters", len(password))
                logger.info("password: %s", "***" if password else "none")
                logger.info("the password is wrong", extra={{"password": "***"}})
        """,
    ),
    # Tokens of language models, of pages, of parsers; names and kinds of secrets.
    Good(
        path="app/models.py",
        code=f"""{SETUP}
            def report(usage: object, token: str, max_tokens: int, next_page_token: str, secret_name: str) -> None:
                logger.info("%s of %s tokens", usage.total_tokens, max_tokens)
                logger.info(f"{{usage.prompt_tokens}} {{next_page_token}} {{token}} {{secret_name}}")
                logger.info("used", token_count=1, token_type="bearer", api_key_id=usage.api_key_id)
                logger.info("%s %s %s", usage.password_hash, usage.show_password, usage.password_reset_url)
                logger.info("%s", usage.eos_token)
        """,
    ),
    # Types that hide what they hold, and objects that are called like what they hold.
    Good(
        path="app/settings_report.py",
        code=f"""{SETUP}
            from pydantic import SecretStr
            from app.models import ApiKey
            def report(password: SecretStr, api_key: ApiKey, key: ApiKey) -> None:
                logger.info("password %s", password)
                logger.info("deleted %s, %s", api_key, key.api_key.name)
        """,
        files={"app/__init__.py": "", "app/models.py": "class ApiKey:\n    name: str\n"},
    ),
    # Members of an enum and constants: kinds and names of secrets.
    Good(
        path="app/kinds.py",
        code=f"""{SETUP}
            from app.kinds import TokenKind
            API_KEY = "X-Api-Key"
            def report(headers: dict[str, str]) -> None:
                logger.info("%s in %s", TokenKind.access_token, API_KEY)
                logger.info("no %s", TokenKind.PASSWORD)
        """,
    ),
    # Other things have methods of these names; other files have headers.
    Good(
        path="app/other.py",
        code="""
            from app.screens import screen
            import httpx
            import logging
            def show(password: str, response: httpx.Response, table: object) -> None:
                screen.error(password)
                table.log(password)
                logging.info("headers: %s", response.headers)
                logging.getLogger("x").info("%s", response.status_code)
        """,
    ),
    Good(
        path="tests/test_login.py",
        code=f"{SETUP}\ndef test(password):\n    logger.info(password)\n".replace(" " * 12, ""),
    ),
)


class Secrets(Settings):
    """Which names are those of secrets."""

    names: tuple[str, ...] = Field(
        default=(
            *("password", "*_password", "passwd", "*_passwd", "passphrase", "*_passphrase", "api_key", "*_api_key"),
            *("apikey", "api_secret", "*_api_secret", "secret_key", "*_secret_key", "client_secret", "*_client_secret"),
            *("secret_value", "*_secret_value", "secret_access_key", "*_secret_access_key", "private_key"),
            *("*_private_key", "signing_secret", "*_signing_secret", "webhook_secret", "*_webhook_secret"),
            *("shared_secret", "jwt_secret", "*_jwt_secret", "access_token", "*_access_token", "refresh_token"),
            *("*_refresh_token", "auth_token", "*_auth_token", "bearer_token", "*_bearer_token", "id_token"),
            *("api_token", "*_api_token", "session_token", "reset_token", "*_reset_token", "jwt_token", "csrf_token"),
            *("invitation_token", "invite_token", "verification_token", "confirmation_token", "magic_link_token"),
            *("oauth_token", "*_oauth_token", "bot_token", "*_bot_token", "personal_token"),
            *("authorization_header", "auth_header", "session_cookie", "credit_card_number", "card_number", "cvv"),
        ),
        description="Patterns of the names, in small letters, whose values are secrets.",
    )
    items: tuple[str, ...] = Field(
        default=("authorization", "cookie", "set-cookie", "x-api-key", "proxy-authorization"),
        description="Keys of a mapping, in small letters, whose values are secrets as well.",
    )
    doubtful: tuple[str, ...] = Field(
        default=("token", "jwt", "otp", "authorization"),
        description="Names whose values are secrets where the function or its module is about logging in.",
    )
    about_logins: tuple[str, ...] = Field(
        default=(
            "auth",
            "oauth",
            "oauth2",
            "login",
            "logout",
            "jwt",
            "signin",
            "signup",
            "credentials",
            "authenticate",
        ),
        description="The words of modules, classes and functions that are about logging in.",
    )


class SecretInLog(Check):
    """A secret in a log is known to everyone who reads logs, and to every system that they are sent to.

    Logs are kept for longer, copied further and guarded less than the database whose passwords they then hold; to take
    one back means to change the secret and to search all copies.

    Log who did what: the id of the user, the name of the key, `bool(token)`. Where a part helps, log a hash or the
    first characters, and type secrets as `SecretStr`, which hides itself.

    Looked at are calls of loggers of `logging`, structlog and loguru, also those that a class keeps or another file
    makes: their arguments, f-strings, `%`, `extra={…}`, keyword arguments and `bind`. Secrets are names, attributes and
    keys that end in one of the configured names, `.get_secret_value()`, and the headers, cookies and body of a request
    of FastAPI as a whole; a mere `token` is one where the function or its module is about logging in. Slices, results
    of functions, comparisons, `SecretStr`, enums and constants are no finding, and tests are exempt.
    """

    name = "secret-in-log"
    level = Level.ERROR
    message = "Everyone who reads the logs gets to know {secret}: `{symbol}` writes it there."
    examples = BAD + GOOD
    settings: Secrets = Secrets()

    @on(cst.Call)
    def call(self, node: cst.Call, ctx: Context) -> Iterator[Finding]:
        """Report each secret that a call of a logger is given."""
        if not isinstance(node.func, cst.Attribute) or node.func.attr.value not in METHODS or ctx.layer is Layer.TESTS:
            return
        values = [value for argument in node.args for value in _values(argument.value)]
        secrets = [(value, secret) for value in values if (secret := self._secret(value, ctx))]
        if not secrets or not _is_logger(node.func.value, ctx):
            return
        scope = ctx.scope(node)
        for value, secret in {secret: (value, secret) for value, secret in secrets}.values():
            named = {"secret": secret, "symbol": scope or ctx.path.rpartition("/")[2]}
            yield self.finding(ctx, node, extent=node, symbol=scope, key=ctx.source(value), params=named)

    def _secret(self, node: cst.BaseExpression, ctx: Context) -> str | None:
        """What a value gives away, in words."""
        if _is_request(node, ctx):
            return f"all of `{ctx.source(node)}`"
        opened = isinstance(node, cst.Call) and (dotted(node.func) or "").endswith(".get_secret_value")
        if opened or self._is_secret(node, ctx):
            return f"`{ctx.source(node)}`"
        return None

    def _is_secret(self, node: cst.BaseExpression, ctx: Context) -> bool:
        key = _key(node)
        if key is not None:
            return key.lower() in self.settings.items or self._is_named(key, ctx, node)
        name = dotted(node)
        if name is None or isinstance(node, cst.Call) or _is_constant(name):
            return False
        return self._is_named(name.rpartition(".")[2], ctx, node) and not _is_object(node, ctx)

    def _is_named(self, name: str, ctx: Context, node: cst.CSTNode) -> bool:
        name = name.strip("_").lower()
        if name.partition("_")[0] in ABOUT:
            return False
        if any(fnmatchcase(name, pattern) for pattern in self.settings.names):
            return True
        around = set(re.split(r"\W|_", f"{ctx.path.removesuffix('.py')}.{ctx.scope(node)}".lower()))
        return name in self.settings.doubtful and not around.isdisjoint(self.settings.about_logins)


def _values(node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """The values that an argument of a logger writes as they are."""
    match node:
        case cst.Dict(elements=elements):
            inner = [each.value for each in elements]
        case cst.Tuple(elements=elements) | cst.List(elements=elements):
            inner = [each.value for each in elements]
        case cst.IfExp(body=left, orelse=right) | cst.BooleanOperation(left=left, right=right):
            inner = [left, right]
        case (
            cst.Await(expression=value)
            | cst.Call(func=cst.Name(value="str" | "repr" | "dict"), args=[cst.Arg(value=value)])
        ):
            inner = [value]
        case cst.Call(func=cst.Attribute(value=value, attr=cst.Name(value=name)), args=[]) if name in SHAPING:
            inner = [value]
        case cst.FormattedString(parts=parts):
            told = [each for each in parts if isinstance(each, cst.FormattedStringExpression) and not each.format_spec]
            inner = [each.expression for each in told]
        case _:
            inner = [each for each in pieces(node) if not isinstance(each, str) and each is not node]
            if not inner:
                yield node
    for each in inner:
        yield from _values(each)


def _key(node: cst.BaseExpression) -> str | None:
    """The key of an item that a value is: `data["key"]`, `data.get("key")`."""
    match node:
        case cst.Subscript(slice=[cst.SubscriptElement(slice=cst.Index(value=cst.SimpleString() as key))]):
            return str(key.raw_value)
        case cst.Call(
            func=cst.Attribute(attr=cst.Name(value="get" | "pop")), args=[cst.Arg(value=cst.SimpleString() as key), *_]
        ):
            return str(key.raw_value)
        case _:
            return None


def _is_constant(name: str) -> bool:
    """Whether a name is a constant or a member of a class, which name a secret more often than hold one."""
    outer, _, last = name.rpartition(".")
    return last.isupper() or outer.rpartition(".")[2][:1].isupper()


def _is_object(node: cst.BaseExpression, ctx: Context) -> bool:
    """Whether a value is known to be something else than a text, such as one that hides itself."""
    known = ctx.index.stands_for(ctx.path, ctx.scope(node), spelled(node) or "")
    return known is not None


def _is_request(node: cst.BaseExpression, ctx: Context) -> bool:
    """Whether a value is all that a request brings of something."""
    holder, _, last = (spelled(node) or "").rpartition(".")
    return last in WHOLE and bool(holder) and ctx.index.stands_for(ctx.path, ctx.scope(node), holder) in REQUESTS


def _is_logger(node: cst.BaseExpression, ctx: Context) -> bool:
    name = spelled(node)
    known = ctx.index.stands_for(ctx.path, ctx.scope(node), name) if name else None
    return known is not None and LOGGERS.fullmatch(known) is not None
