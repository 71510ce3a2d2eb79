"""The configuration: `pyproject.toml` or `reviewer.toml`, then `REVIEWER_*`, then flags, in rising order."""

import difflib
import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    SettingsConfigDict,
    SettingsError,
)

from reviewer.config_sections import (
    Coverage,
    GitHub,
    Imports,
    Layers,
    Mypy,
    Names,
    Ruff,
    Section,
    Selection,
    ValueObjects,
    kebab,
)
from reviewer.docs_url import checked
from reviewer.errors import ConfigError
from reviewer.model import Confidence, Level, Policy

FAILING = (Level.ERROR, Level.WARNING, Level.ADVICE)


class Config(BaseSettings):
    """All settings of a run."""

    model_config = SettingsConfigDict(
        env_prefix="REVIEWER_", env_nested_delimiter="__", env_ignore_empty=True, frozen=True, extra="forbid"
    )

    select: Annotated[Names, NoDecode] = ("all",)
    ignore: Annotated[Names, NoDecode] = ()
    exclude: Annotated[Names, NoDecode] = ()
    source_roots: Annotated[Names, NoDecode] = ()
    plugins: Annotated[Names, NoDecode] = ()
    fail_on: Level | None = Level.ERROR
    min_confidence: Confidence = Confidence.MEDIUM
    worse: Literal["summary", "comment"] = "summary"
    new_suppressions: Literal["allow", "count"] = "allow"
    require_reason: bool = False
    baseline: str = "reviewer-baseline.txt"
    docs_url: Annotated[str, AfterValidator(checked)] = ""
    processes: Annotated[int | None, Field(ge=1, le=256)] = None
    file_timeout: Annotated[float | None, Field(gt=0, le=86_400)] = None
    layers: Layers = Layers()
    imports: Imports = Imports()
    value_objects: ValueObjects = ValueObjects()
    github: GitHub = GitHub()
    ruff: Ruff = Ruff()
    mypy: Mypy = Mypy()
    coverage: Coverage = Coverage()
    per_path: Mapping[str, Selection] = Field(default_factory=dict)
    rules: Mapping[str, Mapping[str, Any]] = Field(default_factory=dict)
    origins: Mapping[str, str] = Field(default_factory=dict, repr=False)

    @field_validator("select", "ignore", "exclude", "source_roots", "plugins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return [name.strip() for name in value.split(",") if name.strip()] if isinstance(value, str) else value

    @field_validator("fail_on", mode="before")
    @classmethod
    def _never(cls, value: object) -> object:
        if value not in (*FAILING, "never", None):
            raise ValueError(f"it takes {', '.join(FAILING)} or never")
        return None if value == "never" else value

    @property
    def policy(self) -> Policy:
        """What decides the verdict and how it is told."""
        counted = self.new_suppressions == "count"
        return Policy(self.fail_on, counted, docs_url=self.docs_url, **self.github.model_dump())

    def where(self, *keys: str) -> str:
        """Where a setting stands, for messages: `rules.function-too-long in pyproject.toml`."""
        return _place(keys, self.origins.get(keys[0], "the defaults"))

    def overrides(self, path: str) -> tuple[str, ...]:
        """The globs of `per-path` that match a path, in the order of the file."""
        return tuple(glob for glob in self.per_path if matches(path, glob))

    def selection(self, overrides: Sequence[str] = ()) -> Selection:
        """What runs where these globs match: each is laid over the general selection."""
        parts = [self.per_path[glob] for glob in overrides]
        rules = dict(self.rules)
        for part in parts:
            rules = _laid_over(rules, part.rules)
        narrowed = [part.select for part in parts if part.select is not None]
        return Selection(
            select=narrowed[-1] if narrowed else self.select,
            ignore=(*self.ignore, *(name for part in parts for name in part.ignore)),
            rules=rules,
        )


def matches(path: str, glob: str) -> bool:
    """Whether a path lies under a glob: `**` spans folders, a folder's name covers all that is in it."""
    return bool(_pattern(glob).fullmatch(path))


@cache
def _pattern(glob: str) -> re.Pattern[str]:
    anchored = "/" in glob.rstrip("/")  # as in a .gitignore: a name alone is looked for in every folder
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", glob.removeprefix("./").strip("/"))
    wild = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    body = "".join(wild.get(part) or re.escape(part) for part in parts)
    return re.compile(("" if anchored else "(?:.*/)?") + body + "(?:/.*)?", re.DOTALL)


def load(files: Mapping[str, bytes], flags: Mapping[str, Any]) -> Config:
    """The configuration from the contents of the root's files, the environment, and the flags that were given.

    Raises ConfigError that says what is wrong, where it stands and what is nearest to it.
    """
    origin, table = _from_files(files)
    file_values = {key.replace("-", "_"): value for key, value in table.items()}
    _reject_unknown(table, origin)
    _reject_unknown_environment()
    given = {key: value for key, value in flags.items() if value is not None}

    origins = {kebab(key): origin for key in file_values} | _environment_origins()
    origins |= {kebab(key): f"the flag --{kebab(key)}" for key in given}
    try:
        values = _laid_over(_laid_over(file_values, EnvSettingsSource(Config)()), given)
        return Config(**{**values, "origins": origins})
    except SettingsError as error:
        raise ConfigError(f"the environment: {error}; tables and their lists are written as JSON") from error
    except ValidationError as error:
        raise ConfigError(_explain(error, origins)) from error


def _laid_over(lower: Mapping[str, Any], upper: Mapping[str, Any]) -> dict[str, Any]:
    """The upper table's values where it has some, tables merged key by key."""
    merged = dict(lower)
    for key, value in upper.items():
        below = lower.get(key)
        both = isinstance(below, Mapping) and isinstance(value, Mapping)
        merged[key] = _laid_over(lower[key], value) if both else value
    return merged


def _from_files(files: Mapping[str, bytes]) -> tuple[str, Mapping[str, Any]]:
    """The name of the file that counts and its table; `reviewer.toml` goes before `pyproject.toml`."""
    if "reviewer.toml" in files:
        return "reviewer.toml", _toml("reviewer.toml", files["reviewer.toml"])
    tool = _toml("pyproject.toml", files.get("pyproject.toml", b"")).get("tool", {})
    table = tool.get("reviewer", {}) if isinstance(tool, dict) else {}
    if not isinstance(table, dict):
        raise ConfigError("tool.reviewer in pyproject.toml is no table; write [tool.reviewer]")
    return "pyproject.toml", table


def _toml(name: str, data: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{name} can't be read as TOML: {error}; mend it and run again") from error


def _reject_unknown(table: Mapping[str, Any], origin: str) -> None:
    known = _known(())
    for key in table:
        if kebab(key) not in known:
            raise ConfigError(f"{_place((key,), origin)} is no setting; {closest(key, known)}")


def _reject_unknown_environment() -> None:
    """An unknown variable is an error only where it looks like a setting that is spelled wrong."""
    known = [f"REVIEWER_{name.replace('-', '_').upper()}" for name in _known(())]
    for variable in sorted(os.environ):
        setting = variable.partition("__")[0]
        if setting.startswith("REVIEWER_") and setting not in known:
            close = difflib.get_close_matches(setting, known, n=1, cutoff=0.85)
            if close:
                raise ConfigError(f"the variable {variable} is no setting; did you mean {close[0]!r}?")


def _environment_origins() -> dict[str, str]:
    variables = {name.partition("__")[0]: name for name in os.environ if name.startswith("REVIEWER_")}
    return {
        kebab(variable.removeprefix("REVIEWER_").lower()): f"the variable {name}"
        for variable, name in variables.items()
    }


def _place(keys: Sequence[str], origin: str) -> str:
    if origin.startswith("the "):
        return f"{'.'.join(keys)} of {origin}" if keys[1:] else origin
    table = "tool.reviewer." if origin == "pyproject.toml" else ""
    return f"{table}{'.'.join(keys)} in {origin}"


def closest(name: str, known: Sequence[str]) -> str:
    """The end of a message about an unknown name: the nearest right one, or all of them."""
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f"did you mean {close[0]!r}?" if close else f"there are {', '.join(known) or 'none'}"


def _explain(error: ValidationError, origins: Mapping[str, str]) -> str:
    first = error.errors()[0]
    keys = [kebab(str(part)) for part in first["loc"]]
    where = _place(keys, origins.get(keys[0], "the configuration"))
    if first["type"] == "extra_forbidden":
        return f"{where} is no setting; {closest(keys[-1], _known(keys))}"
    return f"{where}: {_said(first['msg'])}; it is {first['input']!r}"


def _said(message: str) -> str:
    """What pydantic says, without the name of an exception of ours."""
    return message.removeprefix("Value error, ")


def _known(keys: Sequence[str]) -> list[str]:
    """The settings that the table at `keys` takes."""
    tables: dict[str, type[Section]] = {
        "layers": Layers,
        "imports": Imports,
        "value-objects": ValueObjects,
        "github": GitHub,
        "ruff": Ruff,
        "mypy": Mypy,
        "coverage": Coverage,
        "per-path": Selection,
    }
    fields = tables[keys[0]].model_fields if keys and keys[0] in tables else Config.model_fields
    return [kebab(name) for name in fields if name != "origins"]


def shape_error(error: ValidationError, where: str, known: Sequence[str]) -> str:
    """One sentence about the first thing wrong in a rule's settings."""
    first = error.errors()[0]
    name = str(first["loc"][-1]) if first["loc"] else ""
    if first["type"] == "extra_forbidden":
        return f"{where}: {name!r} is no setting of this rule; {closest(name, known)}"
    return f"{where}: {name}: {_said(first['msg'])}; it is {first['input']!r}"
