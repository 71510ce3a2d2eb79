"""What mypy says only since it does not see all that a project consists of, or depends on."""

import re
from collections.abc import Collection, Iterable
from functools import cached_property

from reviewer.source import Tree
from reviewer.tools.mypy_output import Remark
from reviewer.tools.mypy_sight import PACKAGE, seen, shown

# Where the packages that the project depends on are not seen, this follows from that alone.
FOLLOWS_FROM_ANY = frozenset({"untyped-decorator", "no-any-return", "no-any-unimported", "unused-ignore"})
# A type that is Any in part, or an alias of one, says little, and what is narrowed from it says something else.
UNCERTAIN = re.compile(r'\bAny\b|is not valid as a type|\w\? has no attribute|^"type" has no attribute')
# What a new type is made of is not seen either, and mypy takes it for nothing at all.
NO_ATTRIBUTE = re.compile(r'(?:Item )?"(\w+)"(?: of "[^"]*")? has no attribute')
NEW_TYPE = re.compile(rb"^(\w+)\s*=\s*(?:\w+\.)?NewType\(", re.MULTILINE)
IMPORTS = frozenset({"import", "import-not-found", "import-untyped"})
MISSING = re.compile(r'(?:module named|stubs not installed for) "([^"]+)"')
OF_A_MODULE = re.compile(r'Module "([^"]+)" (?:has no attribute|does not explicitly export attribute) "([^"]+)"')


class Doubts:
    """Tells what may come of what mypy does not see: `packages` says whether it sees those that are installed.

    `there` is what it sees, `before` are the files of the base.
    """

    def __init__(self, there: Tree, before: Iterable[str], roots: Collection[str], *, packages: bool) -> None:
        self._there = there
        self._shown = frozenset(shown(there))
        self._before = frozenset(before)
        self._roots = ("", *roots)
        self._packages = packages
        self._tops = tops(self._shown, roots)

    def about(self, remark: Remark) -> bool:
        """Whether a remark may be no fault."""
        member, missing = OF_A_MODULE.search(remark.message), MISSING.search(remark.message)
        if missing and remark.code in IMPORTS:
            # A module of the project that was there is missed; one that never was may be made by a program.
            own = missing[1].partition(".")[0] in self._tops
            return not self._is_gone(missing[1]) and (own or not self._packages)
        if member and not self._packages:
            # A folder of the project may have the name of a package, `alembic`.
            return not self._is_gone(f"{member[1]}.{member[2]}") and not self._is_module(member[1], self._shown)
        return not self._packages and self._is_uncertain(remark)

    def _is_uncertain(self, remark: Remark) -> bool:
        unknown = NO_ATTRIBUTE.match(remark.message)
        return (
            remark.code in FOLLOWS_FROM_ANY
            or UNCERTAIN.search(remark.message) is not None
            or (unknown is not None and unknown[1] in self._new_types)
        )

    @cached_property
    def _new_types(self) -> frozenset[str]:
        """The names of the project that are new types."""
        found = (name for path in self._shown for name in NEW_TYPE.findall(seen(self._there, path)))
        return frozenset(name.decode(errors="replace") for name in found)

    def _is_gone(self, name: str) -> bool:
        """Whether the project had this module before, and has it no more."""
        return self._is_module(name, self._before) and not self._is_module(name, self._shown)

    def _is_module(self, name: str, paths: Collection[str]) -> bool:
        """Whether one of these files is this module."""
        stem = name.replace(".", "/")
        stems = [f"{root}/{stem}" if root else stem for root in self._roots]
        return any(f"{each}{end}" in paths for each in stems for end in (".py", ".pyi", PACKAGE, f"{PACKAGE}i"))


def tops(paths: Iterable[str], roots: Iterable[str]) -> frozenset[str]:
    """The names that modules of a project can start with."""
    depths = {root.count("/") + 1 if root else 0 for root in ("", *roots)}
    parts = [path.removesuffix(".py").split("/") for path in paths]
    return frozenset(each[depth] for each in parts for depth in depths if depth < len(each))


def missing_packages(remarks: Iterable[Remark], paths: Iterable[str], roots: Iterable[str]) -> frozenset[str]:
    """The packages that mypy did not find, and that are none of the project's own folders and modules."""
    named = (MISSING.search(remark.message) for remark in remarks)
    return frozenset(found[1].partition(".")[0] for found in named if found) - tops(paths, roots)
