"""The configuration: `pyproject.toml` or `reviewer.toml`, then `REVIEWER_*`, then flags, in rising order."""

import difflib
import json
import tomllib
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from reviewer.errors import ConfigError
from reviewer.model import Confidence, Level

Names = tuple[str, ...]


def kebab(name: str) -> str:
    """The spelling of a setting in a file: `per_path` is `per-path`."""
    return name.replace("_", "-")


class Section(BaseModel):
    """A table of the configuration: frozen, and closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=kebab, populate_by_name=True)


class Layers(Section):
    """The folder and module names of each layer; a list given here replaces the default one."""

    tests: Names = ("tests", "test", "tests-*", "tests_*", "integration_tests", "conftest.py", "test_*.py", "*_test.py")
    migrations: Names = ("alembic", "migrations")
    domain: Names = ("domain",)
    domain_in_tree: Names = ("entities", "entity", "value_objects", "value_object", "vo", "aggregates")
    use_cases: Names = (
        "use_cases",
        "use_case",
        "usecases",
        "usecase",
        "application",
        "service_layer",
        "interactors",
    )
    use_cases_in_tree: Names = ("command", "commands", "query", "queries")
    repositories: Names = ("repositories", "repository", "repos", "repository.py", "*_repository.py")
    infrastructure: Names = (
        "infrastructure",
        "infra",
        "adapters",
        "persistence",
        "outbound",
        "db",
        "orm",
        "mappings",
    )
    api: Names = (
        "api",
        "presentation",
        "routers",
        "routes",
        "endpoints",
        "controllers",
        "entrypoints",
        "inbound",
    )
    unit_of_work: Names = ("uow.py", "unit_of_work.py", "unitofwork.py")
    settings: Names = ("settings.py", "config.py", "*_settings.py", "settings_*.py")


class ValueObjects(Section):
    """What counts as a value object beside a base named `…ValueObject`."""

    places: Names = ("value_objects", "value_object", "vo")
    suffixes: Names = (
        "Id",
        "Email",
        "Money",
        "Amount",
        "Currency",
        "Address",
        "PhoneNumber",
        "DateRange",
        "Quantity",
        "Percentage",
        "Url",
        "Key",
        "Reference",
    )
    names: Names = ()


class PerPath(Section):
    """What differs for the files that a glob matches."""

    select: Names | None = None
    ignore: Names = ()
    rules: Mapping[str, Mapping[str, Any]] = Field(default_factory=dict)


class Config(BaseSettings):
    """All settings of a run."""

    model_config = SettingsConfigDict(
        env_prefix="REVIEWER_",
        frozen=True,
        extra="forbid",
        alias_generator=kebab,
        populate_by_name=True,
        env_ignore_empty=True,
    )
    lists: ClassVar[frozenset[str]] = frozenset({"select", "ignore", "exclude", "source_roots"})

    select: Annotated[Names, NoDecode] = ("all",)
    ignore: Annotated[Names, NoDecode] = ()
    exclude: Annotated[Names, NoDecode] = ()
    source_roots: Annotated[Names, NoDecode] = ()
    fail_on: Level | None = Level.ERROR
    min_confidence: Confidence = Confidence.MEDIUM
    max_file_kib: int = Field(default=2048, ge=1)
    layers: Layers = Layers()
    value_objects: ValueObjects = ValueObjects()
    per_path: Mapping[str, PerPath] = Field(default_factory=dict)
    rules: Mapping[str, Mapping[str, Any]] = Field(default_factory=dict)

    @field_validator("select", "ignore", "exclude", "source_roots", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(name.strip() for name in value.split(",") if name.strip()) if isinstance(value, str) else value

    @field_validator("fail_on", mode="before")
    @classmethod
    def _never(cls, value: object) -> object:
        return None if value == "never" else value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The file's values are passed to `__init__`; the environment goes before them."""
        return (env_settings, init_settings)
