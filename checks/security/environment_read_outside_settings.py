"""Environment variables that are read wherever they are needed."""

from collections.abc import Iterator
from fnmatch import fnmatchcase

import libcst as cst
from pydantic import Field

from reviewer.api import Bad, Check, Context, Finding, Good, Layer, Level, Settings, below, dotted, on

AT_HOME = frozenset({Layer.SETTINGS, Layer.MIGRATIONS, Layer.TESTS})
ENVIRON = frozenset({"os.environ", "os.environb"})
GETENV = frozenset({"os.getenv", "os.getenvb", "os.environ.get", "os.environb.get", "os.environ.__getitem__"})
# Calls that declare an option of a command line.
OPTIONS = frozenset({"add_argument", "option", "Option", "argument", "Argument"})
READING = frozenset({"get", "getenv", "getenvb", "__getitem__"})
SETTINGS_CLASSES = ("pydantic_settings.BaseSettings", "pydantic.BaseSettings", "pydantic.v1.BaseSettings")
# What hands the environment on to other processes, or copies it to do so.
HANDING_ON = frozenset(
    {"copy", "deepcopy", "dict", "execle", "execve", "execvpe", "len", "list", "setdefault", "sorted", "str", "update"}
)

BAD = (
    Bad(
        path="app/services/mail.py",
        code="""
            import os
            from os import environ, getenv as read

            SENDER = os.environ["MAIL_SENDER"]  # <-

            def send(text: str) -> None:
                host = os.getenv("MAIL_HOST", "localhost")  # <-
                port = int(environ.get("MAIL_PORT", "25"))  # <-
                if read("MAIL_DEBUG") or "MAIL_TRACE" in os.environ:  # <-
                    print(text, host, port)
        """,
    ),
    # The name of a variable in a constant; once for each variable of a function.
    Bad(
        path="app/client.py",
        code="""
            import os
            API_URL = "API_URL"
            def url() -> str:
                if os.environ.get(API_URL):  # <-
                    return os.environ[API_URL]
                return "http://localhost"
        """,
    ),
    # The whole mapping, handed on.
    Bad(
        path="app/factory.py",
        code="""
            import os
            from app.client import Client
            def make() -> Client:
                return Client.of(os.environ)  # <-
        """,
    ),
)
GOOD = (
    Good(
        path="app/settings.py",
        code="""
            import os
            from pydantic_settings import BaseSettings

            class Settings(BaseSettings):
                mail_host: str = os.getenv("MAIL_HOST", "localhost")
        """,
    ),
    # A settings class, whatever its file is called, and modules that are the project's view of the environment.
    Good(
        path="app/core/application.py",
        code="""
            import os
            from pydantic import Field
            from pydantic_settings import BaseSettings
            DEBUG = os.getenv("DEBUG")
            class Settings(BaseSettings):
                host: str = Field(default_factory=lambda: os.environ["HOST"])
        """,
    ),
    Good(path="app/env.py", code="import os\nHOST = os.environ['HOST']\n"),
    Good(path="app/core/constants.py", code="import os\nHOST = os.environ['HOST']\n"),
    # Writes, and what is put back after them.
    Good(
        path="app/start.py",
        code="""
            import os
            def prepare() -> None:
                before = os.environ.get("TZ_NAME")
                os.environ["TZ_NAME"] = "UTC"
                os.environ.setdefault("WORKERS", "2")
                del os.environ["CACHE_URL"]
                os.environ.update(MODE="fast")
        """,
    ),
    # What other processes inherit.
    Good(
        path="app/build.py",
        code="""
            import os, subprocess
            def build() -> None:
                env = os.environ.copy()
                more = {**os.environ, "MODE": "fast"}
                subprocess.run(["make"], env=dict(os.environ))
                subprocess.run(["make"], env=os.environ)
                env.update(os.environ)
        """,
    ),
    # What the system says of itself.
    Good(
        path="app/files.py",
        code="""
            import os
            def home() -> str:
                return os.environ.get("HOME") or os.environ["XDG_CONFIG_HOME"]
        """,
    ),
    # Any variable, by a name that is given.
    Good(
        path="app/variables.py",
        code="import os\ndef read(name: str) -> str | None:\n    return os.environ.get(name)\n",
    ),
    # Where a process starts.
    Good(
        path="app/serve.py",
        code="""
            import os
            import uvicorn
            if __name__ == "__main__":
                uvicorn.run("app.main:app", port=int(os.environ["PORT"]))
        """,
    ),
    Good(path="app/configs/app_configs.py", code="import os\nMAIL_HOST = os.environ.get('MAIL_HOST') or 'localhost'\n"),
    Good(
        path="app/context.py",
        code="""
            import argparse, os
            class Context:
                @classmethod
                def from_env(cls) -> "Context":
                    return cls(os.environ["APP_URL"])
            def parser() -> argparse.ArgumentParser:
                made = argparse.ArgumentParser()
                made.add_argument("--url", default=os.environ.get("APP_URL"))
                return made
        """,
    ),
    Good(path="app/cli/serve.py", code="import os\ndef serve(port: str = os.environ['APP_PORT']) -> None: ...\n"),
    Good(path="scripts/release.py", code="import os\nTOKEN = os.environ['RELEASE_TOKEN']\n"),
    Good(path="tests/test_mail.py", code="import os\nHOST = os.environ['MAIL_HOST']\n"),
    Good(path="alembic/env.py", code="import os\nfrom alembic import context\nURL = os.environ['DATABASE_URL']\n"),
    # Mappings of the same name.
    Good(
        path="app/wsgi.py",
        code="""
            def application(environ: dict[str, str]) -> str:
                return environ["PATH_INFO"] + environ.get("QUERY_STRING", "")
        """,
    ),
)


class Environment(Settings):
    """What may read the environment, and what of it is no configuration of the project."""

    places: tuple[str, ...] = Field(
        default=(
            *("env.py", "environ.py", "environment.py", "*_env.py", "env_*.py", "*environment_variables.py", "conf.py"),
            *("*config.py", "*configs.py", "*conf.py", "config_*.py", "configs", "configuration.py", "constants.py"),
            *("*settings*.py", "cli", "cli.py"),
            *("__main__.py", "setup.py", "noxfile.py", "benchmarks", "bin", "dev", "docs", "docs_src", "examples"),
            *("load_tests", "scripts", "tools"),
        ),
        description="Patterns of the names of modules and folders that may read environment variables.",
    )
    system: tuple[str, ...] = Field(
        default=(
            *(
                "APPDATA",
                "BITBUCKET_*",
                "BUILD_*",
                "CI",
                "CI_*",
                "DO_NOT_TRACK",
                "DYNO",
                "FLY_*",
                "GITLAB_*",
                "K_SERVICE",
            ),
            *("KUBECONFIG", "RAILWAY_*", "RENDER", "RENDER_*", "VERCEL", "VERCEL_*", "WEBSITE_*", "OTEL_*"),
            *("COLUMNS", "COMP_*", "DISPLAY", "EDITOR", "GITHUB_*", "HOME", "HOSTNAME", "LANG"),
            *("LC_*", "LD_LIBRARY_PATH", "LINES", "LOCALAPPDATA", "NO_COLOR", "PAGER", "PATH", "PWD", "PYTEST_*"),
            *("PYTHON*", "SHELL", "SSH_*", "SYSTEMROOT", "TEMP", "TERM", "TMP", "TMPDIR", "TZ", "USER", "USERNAME"),
            *("USERPROFILE", "VIRTUAL_ENV", "VISUAL", "WINDIR", "XDG_*", "CONDA_*", "KUBERNETES_*", "AWS_*"),
        ),
        description="Patterns of variables that the system or the platform sets, and that say nothing of the project.",
    )


class EnvironmentReadOutsideSettings(Check):
    """A variable that is misspelt or missing is noticed by the first request that needs it, not at the start.

    Nobody can list what the service needs, the default that one file gives a variable differs from that of another,
    a number arrives as text, and a test has to change the process to change a value.

    Declare the variable in the settings class, with its type and its default, and pass the settings to what needs them.

    Looked at are reads of `os.environ` and `os.getenv` by the name of a variable, and the whole mapping handed to a
    call. Not looked at are writes and what a function puts back after them, copies for other processes, variables of
    the system (`HOME`, `PATH`), names that are given at run time, `if __name__ == "__main__"`, defaults of options of a
    command line, functions that are called `…from_env…`, tests, migrations, the settings layer, files that define a
    settings class, and modules and folders named in the configuration (`env.py`, `constants.py`, `cli`, `scripts`).
    """

    name = "environment-read-outside-settings"
    level = Level.WARNING
    message = (
        "No list of what the service needs to run has it, no start checks it: `{symbol}` reads {variable} by itself."
    )
    examples = BAD + GOOD
    settings: Environment = Environment()

    @on(cst.Call)
    def call(self, node: cst.Call, ctx: Context) -> Iterator[Finding]:
        """Report `os.getenv("NAME")`, `os.environ.get("NAME")` and a call that is given the whole mapping."""
        if _called(node) in READING:
            yield from self._read(node, ctx)
        elif any(_is_mapping(each, ctx) for each in node.args) and _called(node) not in HANDING_ON:
            yield from self._found(node, "the whole environment", ctx)

    @on(cst.Subscript, cst.Comparison)
    def read(self, node: cst.Subscript | cst.Comparison, ctx: Context) -> Iterator[Finding]:
        """Report `os.environ["NAME"]` and `"NAME" in os.environ`."""
        yield from self._read(node, ctx)

    def _read(self, node: cst.CSTNode, ctx: Context) -> Iterator[Finding]:
        variable = _variable(node, ctx)
        if variable and not _matches(variable, self.settings.system):
            yield from self._found(node, f"`{variable}`", ctx)

    def _found(self, node: cst.CSTNode, variable: str, ctx: Context) -> Iterator[Finding]:
        if ctx.layer in AT_HOME or any(_matches(part, self.settings.places) for part in ctx.path.split("/")):
            return
        if (
            _is_written(node, ctx)
            or _defines_settings(ctx)
            or _is_meant_to(node, ctx)
            or not _is_first(node, variable, ctx)
        ):
            return
        scope = ctx.scope(node)
        named = {"variable": variable, "symbol": scope or ctx.path.rpartition("/")[2]}
        yield self.finding(ctx, node, symbol=scope, key=variable.strip("`"), params=named)


def _called(node: cst.Call) -> str:
    func = node.func
    name = func.attr if isinstance(func, cst.Attribute) else func
    if not isinstance(name, cst.Name):
        return ""
    return name.value


def _is_mapping(argument: cst.Arg, ctx: Context) -> bool:
    """Whether an argument is the environment as a whole, and not the one of another process."""
    keyword = argument.keyword.value if argument.keyword else ""
    return not argument.star and "env" not in keyword and _is_environ(argument.value, ctx)


def _is_environ(node: cst.CSTNode, ctx: Context) -> bool:
    last = node.attr if isinstance(node, cst.Attribute) else node
    return isinstance(last, cst.Name) and "env" in last.value and ctx.name_of(node) in ENVIRON


def _variable(node: cst.CSTNode, ctx: Context) -> str | None:
    """The variable that an expression asks the environment for, by its name or that of a constant."""
    match node:
        case cst.Subscript(value=value, slice=[cst.SubscriptElement(slice=cst.Index(value=key))]):
            return _name(key) if _is_environ(value, ctx) else None
        case cst.Comparison(
            left=key, comparisons=[cst.ComparisonTarget(operator=cst.In() | cst.NotIn(), comparator=value)]
        ):
            return _name(key) if _is_environ(value, ctx) else None
        case cst.Call(args=[cst.Arg(value=key), *_]):
            return _name(key) if ctx.name_of(node.func) in GETENV else None
        case _:
            return None


def _name(key: cst.BaseExpression) -> str | None:
    """The name that a key is: a text, or a constant by its own name."""
    if isinstance(key, cst.SimpleString):
        return str(key.raw_value)
    name = (dotted(key) or "").rpartition(".")[2]
    return name if name.isupper() else None


def _is_written(node: cst.CSTNode, ctx: Context) -> bool:
    """Whether the statement or the function around a read sets or deletes that variable as well."""
    variable = _variable(node, ctx)
    function = ctx.enclosing_function(node)
    statement = next((each for each in ctx.ancestors(node) if isinstance(each, cst.BaseSmallStatement)), node)
    return variable is not None and any(
        isinstance(target, cst.Subscript) and _variable(target, ctx) == variable
        for each in below(function or statement)
        for target in _targets(each)
    )


def _targets(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    match node:
        case cst.AssignTarget(target=target) | cst.AugAssign(target=target) | cst.AnnAssign(target=target):
            yield target
        case cst.Del(target=target):
            yield from below(target)
        case _:
            pass


def _defines_settings(ctx: Context) -> bool:
    """Whether a class of this file's own level is one of settings."""
    classes = (each for each in ctx.module.body if isinstance(each, cst.ClassDef))
    return any(ctx.name_of(base.value) in SETTINGS_CLASSES for each in classes for base in each.bases)


def _is_meant_to(node: cst.CSTNode, ctx: Context) -> bool:
    """Whether code runs a module as a program, is the default of an option, or says by its name where it reads."""
    return any(_reads_by_right(each) for each in ctx.ancestors(node))


def _reads_by_right(node: cst.CSTNode) -> bool:
    match node:
        case cst.If(test=cst.Comparison(left=left)):
            return dotted(left) == "__name__"
        case cst.Call():
            return _called(node) in OPTIONS
        case cst.FunctionDef(name=cst.Name(value=name)):
            return "from_env" in name
        case _:
            return False


def _is_first(node: cst.CSTNode, variable: str, ctx: Context) -> bool:
    """Whether no other read of the same function, or of the module, tells of the variable already."""
    function = ctx.enclosing_function(node)
    if function is None:
        return True
    same = (each for each in below(function.body) if f"`{_variable(each, ctx)}`" == variable)
    return next(same, node) is node


def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)
