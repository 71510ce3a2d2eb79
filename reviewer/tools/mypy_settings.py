"""The settings that mypy runs with: strict, or a project's own, as far as they start nothing and write nothing."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from configparser import Error as IniError
from configparser import RawConfigParser
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path, PurePosixPath

CONFIGURATIONS = ("mypy.ini", ".mypy.ini", "pyproject.toml", "setup.cfg")
MAIN = "mypy"
STRICT = {"strict": "true"}
# What the project itself has no say in.
FIXED = {
    "follow_imports": "silent",
    "namespace_packages": "true",
    "explicit_package_bases": "true",
    "show_column_numbers": "true",
}
# Where the packages that the project depends on are not seen their types are Any, which is no news.
WITHOUT_PACKAGES = {
    "disallow_subclassing_any": "false",
    "disallow_any_unimported": "false",
    "warn_unused_ignores": "false",
    "warn_return_any": "false",
    "warn_unused_configs": "false",
}
# What a project may set of mypy: what is reported, and nothing that names a program, a file or a folder.
ALLOWED = re.compile(
    r"(?:allow|disallow|warn|strict|check|extra|local|implicit|no_implicit|disable|enable|ignore|always)_[a-z_]+"
    r"|strict|platform|python_version|follow_imports|follow_untyped_imports|follow_imports_for_stubs"
)
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
LISTED = re.compile(f",|{CONTROL.pattern}")
SECTION = re.compile(r"mypy(?:-[\w.*, -]+)?")
PLUGIN_FILE = re.compile(r"(?P<path>[\w./-]+\.py)(?P<entry>:\w+)?")

Sections = Mapping[str, Mapping[str, str]]


class Plugins(Enum):
    """What becomes of the plugins that a project names: they are programs."""

    TRUSTED = auto()
    LEFT_OUT = auto()


@dataclass(frozen=True, slots=True)
class Settings:
    """Sections with their settings as mypy.ini has them; `plugins` are those to load, `left_out` those that are not."""

    sections: Sections = field(default_factory=lambda: {MAIN: STRICT})
    plugins: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def python_version(self) -> str | None:
        """The version of Python that they are about, if they say so."""
        return self.sections.get(MAIN, {}).get("python_version")

    def written(self, *, python: Path | None, search: Sequence[str], tree: str) -> str:
        """The text of a mypy.ini; `python` is the interpreter that has the packages that the project depends on.

        `search` are the folders that module names start from, as seen from `tree`, in which the project's files stand.
        """
        paths = {"mypy_path": ":".join(search)} if search else {}
        # One that is named twice is an error, whatever finds its way in here.
        plugins = {"plugins": ", ".join(_placed(each, tree) for each in self.plugins)}
        main = {**self.sections.get(MAIN, {}), **({} if python else WITHOUT_PACKAGES), **FIXED, **paths, **plugins}
        return "".join(_section(name, values) for name, values in {**self.sections, MAIN: main}.items())


def _placed(plugin: str, tree: str) -> str:
    """A plugin that is a file of the project, where the file stands for mypy."""
    found = PLUGIN_FILE.fullmatch(plugin)
    return f"{tree}/{found['path']}{found['entry'] or ''}" if found else plugin


def _section(name: str, values: Mapping[str, str]) -> str:
    """A section, without whatever could end a line, and begin another one."""
    kept = {key: value for key, value in values.items() if not CONTROL.search(key + value)}
    return f"[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in kept.items()) + "\n"


def of_project(files: Mapping[str, bytes], plugins: Plugins) -> Settings:
    """The settings of the first of a project's files that has some; raises ValueError when that can't be read."""
    for name in CONFIGURATIONS:
        found = _sections(name, files[name].decode()) if name in files else {}
        if MAIN in found:
            named = _listed(found[MAIN].get("plugins", ""))
            loaded = tuple(filter(_is_inside, named)) if plugins is Plugins.TRUSTED else ()
            kept = {name: dict(_allowed(values)) for name, values in found.items() if SECTION.fullmatch(name)}
            return Settings(kept, loaded, tuple(each for each in named if each not in loaded))
    return Settings({MAIN: {}})


def _sections(name: str, text: str) -> Sections:
    if name.endswith(".toml"):
        return dict(_from_toml(text))
    parser = RawConfigParser()
    try:
        parser.read_string(text)
    except IniError as error:
        raise ValueError(str(error)) from error
    return {name: dict(parser.items(name)) for name in parser.sections() if name == MAIN or name.startswith("mypy-")}


def _from_toml(text: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    tool = tomllib.loads(text).get("tool")
    table = tool.get("mypy") if isinstance(tool, dict) else None
    if not isinstance(table, dict):
        return
    overrides = table.pop("overrides", [])
    yield MAIN, _spelled(table)
    for override in overrides if isinstance(overrides, list) else []:
        modules = override.pop("module", []) if isinstance(override, dict) else []
        for module in modules if isinstance(modules, list) else [modules]:
            yield f"mypy-{module}", _spelled(override)


def _spelled(values: Mapping[str, object]) -> dict[str, str]:
    """The values of a TOML file as an INI file has them."""
    return {key: ", ".join(map(str, value)) if isinstance(value, list) else str(value) for key, value in values.items()}


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in LISTED.split(text) if part.strip())


def _allowed(values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for key, value in values.items():
        if ALLOWED.fullmatch(key):
            yield key, " ".join(_listed(value)) if key == "platform" else ", ".join(_listed(value))


def _is_inside(plugin: str) -> bool:
    """Whether a plugin is a module, or a file of the project itself."""
    place = PurePosixPath(plugin.partition(":")[0])
    return not place.is_absolute() and ".." not in place.parts
