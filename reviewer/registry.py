"""Finds the checks behind the entry points, fills their settings from the configuration, and selects."""

import difflib
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from inspect import getmembers, isclass
from types import ModuleType
from typing import Any, NamedTuple

from pydantic import ValidationError

from reviewer.check import Check
from reviewer.config import Config, shape_error
from reviewer.config_sections import Selection, kebab
from reviewer.errors import ConfigError
from reviewer.model import Level
from reviewer.project_facts import ProjectFactChanged
from reviewer.suppress import UnusedSuppression
from reviewer.tools import rules as tools
from reviewer.tools.ruff import knows
from reviewer.tools.rules import RULES, SIGNATURES, ToolRule
from reviewer.unparsable import UnparsableFile

GROUP = "reviewer.checks"
# What the engine itself has to say.
OWN: tuple[type[Check], ...] = (ProjectFactChanged, UnparsableFile, UnusedSuppression)
ALL = "all"
# The rules of the project under review itself.
_PLUGGED: list[type[Check]] = []


def plug(checks: Sequence[type[Check]]) -> None:
    """Take these rules in, too, in place of those that were given before."""
    if [*checks] != _PLUGGED:
        _PLUGGED[:] = checks
        all_checks.cache_clear()
        _groups.cache_clear()


@cache
def all_checks() -> tuple[type[Check], ...]:
    """Every check that is installed or plugged in, by name; two of one name are an error."""
    found: dict[str, type[Check]] = {check.name: check for check in OWN}
    for check in (*_discovered(), *_PLUGGED):
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
    """The family of a check: the folder it lies in, in kebab-case; at the root of a project its module's name."""
    return check.__module__.split(".")[-2:][0].replace("_", "-")


def selected(config: Config, overrides: Sequence[str] = ()) -> tuple[Check, ...]:
    """The checks to run where these globs of `per-path` match, with their settings filled in.

    Raises ConfigError when the configuration names a rule or a setting that does not exist.
    """
    selection = config.selection(overrides)
    chosen = {check.name for check in all_checks() if _is_chosen(_named(check), selection)}
    needed = {name for check in all_checks() if check.name in chosen for name in check.requires}
    return tuple(
        _made(check, selection.rules.get(check.name, {}), config.where("rules", check.name))
        for check in all_checks()
        if check.name in chosen or (check.name in needed and not _is_ignored(_named(check), selection))
    )


def tool_filter(config: Config, overrides: Sequence[str] = ()) -> Callable[[ToolRule], bool]:
    """Whether a rule of a tool is selected where these globs of `per-path` match."""
    selection = config.selection(overrides)

    def wants(rule: ToolRule) -> bool:
        # Who does not want to hear of signatures from us does not want to hear of them at all.
        unwanted = rule.name in SIGNATURES and SIGNATURES[0] in selection.ignore
        return not unwanted and _is_chosen(Named(rule.name, rule.level, rule.family, rule.tool), selection)

    return cache(wants)


def wanted_tools(config: Config) -> frozenset[str]:
    """The tools of which a rule is selected, for some files at least."""
    filters = [tool_filter(config, overrides) for overrides in ((), *((glob,) for glob in config.per_path))]
    others = [tools.rule(tools.MYPY, ""), *(rule for name in words(config) if (rule := tools.named(name)))]
    return frozenset(rule.tool for rule in (*RULES.values(), *others) if any(wants(rule) for wants in filters))


def words(config: Config) -> Iterator[str]:
    """The words of `select`, wherever it stands."""
    yield from config.select
    for selection in config.per_path.values():
        yield from selection.select or ()


def validate(config: Config) -> None:
    """Raise ConfigError for the first name in the configuration that no rule bears, wherever it stands."""
    general = Selection(select=config.select, ignore=config.ignore, rules=config.rules)
    _validate(general, config, ())
    for glob, selection in config.per_path.items():
        _validate(selection, config, ("per-path", glob))


def _validate(selection: Selection, config: Config, keys: tuple[str, ...]) -> None:
    for key, names in (("select", selection.select or ()), ("ignore", selection.ignore)):
        for name in names:
            if name not in _groups() and not _is_of_a_tool(name):
                find(name, config.where(*keys, key))
    for name, values in selection.rules.items():
        _made(find(name, config.where(*keys, "rules")), values, config.where(*keys, "rules", name))


@cache
def _is_of_a_tool(name: str) -> bool:
    """Whether a name is a rule of a tool; of a code that the standard does not name, ruff is asked."""
    rule = tools.named(name)
    return rule is not None and (name in RULES or rule.tool != tools.RUFF or knows(rule.code))


@cache
def _groups() -> frozenset[str]:
    """The words of `select` and `ignore` that mean several rules."""
    return frozenset({ALL, *Level, *tools.TOOLS, *map(family, all_checks()), *(rule.family for rule in RULES.values())})


class Named(NamedTuple):
    """What the words of `select` and `ignore` can mean a rule by."""

    name: str
    level: Level
    family: str
    tool: str = ""

    def is_meant(self, word: str) -> bool:
        """Whether a word means this rule, alone or among others."""
        return word in (ALL, *self)


def _named(check: type[Check]) -> Named:
    return Named(check.name, check.level, family(check))


def _is_chosen(rule: Named, selection: Selection) -> bool:
    """Whether `select` turns a rule on, advice only by its own name or as `advice`, and `ignore` does not."""
    on = (
        rule.is_meant(word) and (rule.level is not Level.ADVICE or word in (Level.ADVICE, rule.name))
        for word in selection.select or ()
    )
    return any(on) and not _is_ignored(rule, selection)


def _is_ignored(rule: Named, selection: Selection) -> bool:
    return any(rule.is_meant(word) for word in selection.ignore)


def known_names(named: Iterable[str]) -> frozenset[str]:
    """All rules that can be listed, and those of these names that only a tool knows."""
    of_tools = filter(_is_of_a_tool, named)
    return frozenset({*(check.name for check in all_checks()), *RULES, *of_tools})


def find(name: str, where: str = "") -> type[Check]:
    """The check of this name; raises ConfigError that names the nearest one."""
    for check in all_checks():
        if check.name == name:
            return check
    listed = [rule.name for rule in tools.all_rules()] if ":" in name else RULES
    known = sorted({*(check.name for check in all_checks()), *_groups(), *listed} - {ALL})
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
