"""The tables of the configuration: their settings, and what each is without a word from anybody."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

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


class Imports(Section):
    """What the inner layers may not import: layers, kinds of packages, and packages or modules by their names."""

    domain: Names = (
        "infrastructure",
        "api",
        "repositories",
        "orm",
        "web",
        "database",
        "http",
        "queue",
        "cloud",
    )
    use_cases: Names = ("infrastructure", "api", "orm", "web", "database")
    allowed: Names = ()
    type_checking: Literal["allow", "count"] = "count"
    composition_roots: Names = (
        "bootstrap.py",
        "container.py",
        "containers.py",
        "dependencies.py",
        "di.py",
        "ioc.py",
        "providers.py",
    )


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


class GitHub(Section):
    """What a review does on a pull request."""

    max_comments: Annotated[int, Field(ge=0, le=100)] = 25
    request_changes: bool = False
    resolve_threads: bool = False
    skip: tuple[Literal["drafts", "bots"], ...] = ("drafts", "bots")
    skip_labels: Names = ()


class Ruff(Section):
    """Whose settings ruff runs with: the standard's, or the project's own."""

    config: Literal["standard", "project"] = "standard"


class Mypy(Section):
    """Whose settings mypy runs with, and where the packages are that the project depends on.

    `python` is the interpreter of an environment that holds them; a relative one starts from the root.
    """

    config: Literal["standard", "project"] = "standard"
    python: str | None = None
    trust_plugins: bool = False
    timeout: Annotated[float, Field(gt=0, le=86_400)] = 300.0


class Coverage(Section):
    """How much of a change tests have to run, in percent."""

    threshold: Annotated[float, Field(ge=0, le=100)] = 80.0


class Selection(Section):
    """Which rules run, and with which settings."""

    select: Names | None = None
    ignore: Names = ()
    rules: Mapping[str, Mapping[str, Any]] = Field(default_factory=dict)
