"""mypy on the whole of both sides: what it says of the head and not of the base, the change did, wherever it shows."""

import io
import re
import tokenize
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from reviewer.errors import ToolError
from reviewer.model import Finding, Level, Problem, Span
from reviewer.process import Completed
from reviewer.source import Tree, UnreadableFile
from reviewer.tools.heard import Heard, attempted, ended, failed, finding, python, run
from reviewer.tools.mypy_memory import Memory, digest, packages_of, version_of
from reviewer.tools.mypy_output import Checked, Remark, remarks
from reviewer.tools.mypy_settings import Settings
from reviewer.tools.rules import MYPY
from reviewer.tools.workplace import Workplace, copied, workplace

PACKAGES_UNKNOWN = "packages-unknown"
# So often mypy is asked again, without a file that does not parse: it says nothing of the others before.
MOST_ATTEMPTS = 20
# Where the packages that the project depends on are not seen, this follows from that alone.
FOLLOWS_FROM_ANY = frozenset({"untyped-decorator", "no-any-return", "no-any-unimported", "unused-ignore"})
IMPORTS = frozenset({"import", "import-not-found", "import-untyped"})
UNTYPED_FUNCTION = "no-untyped-def"
PACKAGE = "/__init__.py"
CACHE, HEAD_CACHE = "cache", "cache-head"
MOST_NAMED = 3
MISSING = re.compile(r'(?:module named|stubs not installed for) "([^".]+)')
OF_A_MODULE = re.compile(r'Module "([^"]+)" (?:has no attribute|does not explicitly export)')
SHADOWS = "This file shadows library module"
TWICE = ("Duplicate module named", "Source file found twice")
# In place of a file that does not parse: whatever others take from it is Any.
UNKNOWN = b"from typing import Any\n\n\ndef __getattr__(name: str) -> Any: ...\n"
LINE = re.compile(r"\bline \d+")


@dataclass(frozen=True, slots=True)
class Order:
    """What mypy is to look at: the head as a whole, and the base, if there is one, with its commit.

    `counts` are the files whose findings are wanted, `roots` the folders that module names start from, `python` an
    interpreter that has the packages which the project depends on.
    """

    head: Tree
    base: Tree | None
    commit: str | None
    counts: Callable[[str], bool]
    roots: Sequence[str] = ()
    settings: Settings = field(default_factory=Settings)
    python: Path | None = None
    target: str | None = None
    timeout: float = 300.0


def said(order: Order) -> Heard:
    """What mypy says of both sides; never raises, a failure is a problem."""
    return attempted(MYPY, partial(_said, order))


def _said(order: Order, version: str) -> Heard:
    with workplace(MYPY, str(order.head.root), str(order.python)) as place:
        before = None if order.base is None else _before(order, order.base, place, version)
        if order.base is None:
            place.hold(_shown(order.head), partial(_read, order.head))
        after = _checked(order, order.head, place, CACHE if order.base is None else HEAD_CACHE)
    return Heard(
        MYPY,
        version,
        head=tuple(_findings(after, order, order.head)),
        base=tuple(_findings(before, order, order.base)) if before and order.base else (),
        rules=None,
        compared=before is not None and before.problem is None,
        # Nobody can find fault with what is not shown.
        complete=not after.aside,
        plugged=bool(order.settings.plugins),
        problems=tuple(_problems(before, after, order)),
    )


def _before(order: Order, base: Tree, place: Workplace, version: str) -> Checked:
    """What mypy says of the base; then the place holds the head, and a cache to start from."""
    memory = Memory(place.folder / CACHE, _identity(order, base, version))
    known = memory.recalled()
    if known is None:
        place.hold(_shown(base), partial(_read, base))
        try:
            known = _checked(order, base, place, CACHE)
            memory.keep(known)
        except ToolError as error:
            known = Checked(problem=str(error))
    copied(place.folder / CACHE, place.folder / HEAD_CACHE)
    place.hold(_shown(order.head), partial(_read, order.head))
    return known


def _identity(order: Order, base: Tree, version: str) -> str | None:
    """All that decides what mypy says of the base, None where that can't be told: a plugin is a program."""
    packages = packages_of(order.python)
    if order.commit is None or order.settings.plugins or packages is None:
        return None
    settings = order.settings.written(packages=order.python is not None, search=order.roots, tree="")
    targets = (path for path in _shown(base) if _is_target(path, order))
    return digest(version, order.commit, settings, *_versions(order), packages, *targets)


def _shown(tree: Tree) -> list[str]:
    """The files that mypy gets to see: those whose names make modules, of a module and a package the package."""
    paths = frozenset(tree.paths)
    return [
        path
        for path in tree.paths
        if path.isprintable()
        and f"{path.removesuffix('i').removesuffix('.py')}/__init__.py" not in paths
        and not (path.endswith(PACKAGE) and not path.split("/")[-2].isidentifier())
    ]


def _read(tree: Tree, path: str) -> bytes:
    """A file as mypy gets to see it: one that is no text stops it, and says nothing to it."""
    try:
        data = tree.read(path)
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        data.decode(encoding)
    except (UnreadableFile, SyntaxError, ValueError, LookupError):
        return UNKNOWN
    return data


def _checked(order: Order, tree: Tree, place: Workplace, cache: str) -> Checked:
    """What mypy says of what the place holds; raises ToolError when it can't be had."""
    targets = [path for path in _shown(tree) if _is_target(path, order)]
    aside: set[str] = set()
    roots = tuple(order.roots)
    for _ in range(MOST_ATTEMPTS):
        completed = _run(order, targets, place, cache, roots)
        found = tuple(remarks(completed.stdout))
        # With errors it ends with 1, and names them.
        if completed.code == (1 if found else 0):
            return Checked(found, frozenset(aside))
        stopping = {remark.file for remark in found if _stops(remark)}.intersection(_shown(tree)) - aside
        ambiguous = bool(roots) and any(remark.message.startswith(TWICE) for remark in found)
        if not stopping and not ambiguous:
            raise ended(MYPY, completed)
        # One file by two names: by that from the top alone it is one again.
        roots = () if ambiguous else roots
        for remark in found:
            if remark.file in stopping:
                _put_aside(remark, place)
        targets = [path for path in targets if path not in stopping]
        aside |= stopping
    raise ToolError(f"more than {len(aside)} files do not parse, and it says nothing of the others")


def _put_aside(remark: Remark, place: Workplace) -> None:
    """Let others take what they want of a file that does not parse; one in a library's place makes room for that."""
    if remark.message.startswith(SHADOWS):
        place.drop(remark.file)
    else:
        place.put(remark.file, UNKNOWN)


def _stops(remark: Remark) -> bool:
    """Whether it is for this file that mypy says nothing of the others."""
    return remark.code == "syntax" or remark.message.startswith(SHADOWS)


def _is_target(path: str, order: Order) -> bool:
    # What begins like this is a file of arguments.
    return path.endswith(".py") and not path.startswith("@") and order.counts(path)


def _run(order: Order, paths: Sequence[str], place: Workplace, cache: str, roots: Sequence[str]) -> Completed:
    """Run mypy on these files in the place's tree."""
    if not paths:
        return Completed(b"", "", 0)
    settings, names = place.folder / "mypy.ini", place.folder / "files.txt"
    folders = [str(place.tree / root) for root in roots if root and not re.search("[:,;$~%]", root)]
    text = order.settings.written(packages=order.python is not None, search=folders, tree=str(place.tree))
    settings.write_text(text, encoding="utf-8")
    names.write_text("".join(f"{path}\n" for path in ("--", *paths)), encoding="utf-8")
    options = [f"--config-file={settings}", f"--cache-dir={place.folder / cache}", *_versions(order)]
    options += ["--output=json", "--no-error-summary", f"@{names}"]
    if order.settings.plugins and order.python:
        # Only there the plugins are installed.
        return run([str(order.python), "-I", "-m", "mypy", *options], cwd=place.tree, timeout=order.timeout)
    return python("-m", "mypy", *options, cwd=place.tree, timeout=order.timeout)


def _versions(order: Order) -> list[str]:
    """Where the packages are, and which Python all of it is for: theirs, for they were installed for that one."""
    target = (order.python and version_of(order.python)) or order.target
    version = [f"--python-version={target}"] if target and not order.settings.python_version else []
    return [f"--python-executable={order.python}" if order.python else "--no-site-packages", *version]


def _findings(checked: Checked, order: Order, tree: Tree) -> Iterator[Finding]:
    shown = frozenset(_shown(tree))
    for remark in checked.remarks:
        if remark.file in shown and order.counts(remark.file) and not _follows_from_any(remark, order, shown):
            line, column = max(remark.line, 1), max(remark.column, 0) + 1
            yield finding(
                MYPY,
                remark.code or "misc",
                remark.message,
                remark.file,
                Span(line, column, line, column + 1),
                level=None if order.python else Level.WARNING,
                key="" if remark.code == UNTYPED_FUNCTION else LINE.sub("line #", remark.message),
            )


def _follows_from_any(remark: Remark, order: Order, paths: Collection[str]) -> bool:
    """Whether mypy says something only since it does not see the packages that the project depends on."""
    if order.python:
        return False
    # A folder of the project that has the name of a package: `alembic`.
    module = OF_A_MODULE.search(remark.message)
    if module and not _is_module(module[1].replace(".", "/"), order.roots, paths):
        return True
    return remark.code in FOLLOWS_FROM_ANY | IMPORTS


def _is_module(stem: str, roots: Iterable[str], paths: Collection[str]) -> bool:
    """Whether a file of the project is this module."""
    stems = [f"{root}/{stem}" if root else stem for root in ("", *roots)]
    return any(f"{each}{end}" in paths for each in stems for end in (".py", ".pyi", PACKAGE, f"{PACKAGE}i"))


def _problems(before: Checked | None, after: Checked, order: Order) -> Iterator[Problem]:
    if before and before.problem:
        yield failed(f"mypy says nothing of the base, so the changed lines decide: {before.problem}")
    named = {found[1] for remark in after.remarks if (found := MISSING.search(remark.message))}
    own = {part for path in order.head.paths for part in path.removesuffix(".py").split("/")}
    missing = named - own
    if missing and not order.python:
        first = ", ".join(sorted(missing)[:MOST_NAMED])
        more = f" and {len(missing) - MOST_NAMED} more" if len(missing) > MOST_NAMED else ""
        yield Problem(
            PACKAGES_UNKNOWN,
            None,
            f"mypy does not see {first}{more}: what comes from there is Any, and what mypy says is a warning at most. "
            "Name the Python that has them: `mypy.python`",
        )
