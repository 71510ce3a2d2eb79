"""Finds the checks behind the entry points, fills their settings from the configuration, and selects."""

import difflib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from inspect import getmembers, isclass
from types import ModuleType
from typing import Any

from pydantic import ValidationError

from reviewer.check import Check
from reviewer.config import Config, Selection, kebab, shape_error
from reviewer.errors import ConfigError
from reviewer.model import Level
from reviewer.project_facts import ProjectFactChanged
from reviewer.suppress import UnusedSuppression
from reviewer.unparsable import UnparsableFile

GROUP = "reviewer.checks"
# What the engine itself has to say.
OWN: tuple[type[Check], ...] = (ProjectFactChanged, UnparsableFile, UnusedSuppression)
ALL = "all"


@cache
def all_checks() -> tuple[type[Check], ...]:
    """Every installed check, by name; two of one name are an error."""
    found: dict[str, type[Check]] = {check.name: check for check in OWN}
    for check in _discovered():
        other = found.setdefault(check.name, check)
        if other is not check:
            raise ConfigError(
                f"two checks are named {check.name!r}: {_origin(other)} and {_origin(check)}; rename one of them"
            )
    return tuple(found[name] for name in sorted(found))


def _discovered() -> Iterator[type[Check]]:
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: (entry.name, entry.value)):
        try:
            modules = [*_modules(entry.value)]
        except Exception as error:  # a package of checks may be anybody's, and fail in any way
            raise ConfigError(
                f"the checks of the entry point {entry.name!r}, the package {entry.value!r}, can't be loaded: "
                f"{type(error).__name__}: {error}; mend or uninstall that package"
            ) from error
        for module in modules:
            yield from _checks_in(module)


def _modules(name: str) -> Iterator[ModuleType]:
    package = import_module(name)
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield import_module(module.name)


def _checks_in(module: ModuleType) -> Iterator[type[Check]]:
    for _, member in getmembers(module, isclass):
        # One without a name is what checks share, and no rule.
        if issubclass(member, Check) and hasattr(member, "name") and member.__module__ == module.__name__:
            yield member


def _origin(check: type[Check]) -> str:
    return f"{check.__module__}.{check.__qualname__}"


def family(check: type[Check]) -> str:
    """The family of a check: the folder it lies in, in kebab-case."""
    return check.__module__.split(".")[-2].replace("_", "-")


def selected(config: Config, overrides: Sequence[str] = ()) -> tuple[Check, ...]:
    """The checks to run where these globs of `per-path` match, with their settings filled in.

    Raises ConfigError when the configuration names a rule or a setting that does not exist.
    """
    selection = config.selection(overrides)
    ignored = {check.name for name in selection.ignore for check in _members(name)}
    chosen = _chosen(selection.select or ())
    needed = {name for check in all_checks() if check.name in chosen - ignored for name in check.requires}
    return tuple(
        _made(check, selection.rules.get(check.name, {}), config.where("rules", check.name))
        for check in all_checks()
        if check.name in (chosen | needed) - ignored
    )


def validate(config: Config) -> None:
    """Raise ConfigError for the first name in the configuration that no rule bears, wherever it stands."""
    general = Selection(select=config.select, ignore=config.ignore, rules=config.rules)
    _validate(general, config, ())
    for glob, selection in config.per_path.items():
        _validate(selection, config, ("per-path", glob))


def _validate(selection: Selection, config: Config, keys: tuple[str, ...]) -> None:
    for key, names in (("select", selection.select or ()), ("ignore", selection.ignore)):
        for name in names:
            _members(name, config.where(*keys, key))
    for name, values in selection.rules.items():
        _made(find(name, config.where(*keys, "rules")), values, config.where(*keys, "rules", name))


def _members(name: str, where: str = "") -> tuple[type[Check], ...]:
    """The checks that a word of `select` or `ignore` means: a rule, a family, a level or `all`."""
    members = [check for check in all_checks() if name in (ALL, check.level, family(check))]
    if name not in (ALL, *Level) and not members:
        return (find(name, where),)
    return tuple(all_checks()) if name == ALL else tuple(members)


def _chosen(names: Iterable[str]) -> frozenset[str]:
    """The rules that `select` turns on: advice only by its own name or as `advice`."""
    return frozenset(
        check.name
        for name in names
        for check in _members(name)
        if check.level is not Level.ADVICE or name in (Level.ADVICE, check.name)
    )


def find(name: str, where: str = "") -> type[Check]:
    """The check of this name; raises ConfigError that names the nearest one."""
    for check in all_checks():
        if check.name == name:
            return check
    known = sorted({*(check.name for check in all_checks()), *(family(check) for check in all_checks())})
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
    hint = f", did you mean {close[0]!r}?" if close else ";"
    raise ConfigError(f"{where + ': ' if where else ''}there is no rule {name!r}{hint} `reviewer rules` lists them")


def _made(check: type[Check], values: Mapping[str, Any], where: str) -> Check:
    """A check with its settings; unknown or ill-typed ones are errors with the place where they stand."""
    model = type(check.settings)
    try:
        return check(model.model_validate({kebab(key): value for key, value in values.items()}))
    except ValidationError as error:
        raise ConfigError(shape_error(error, where, [kebab(name) for name in model.model_fields])) from error
