"""mypy on the whole of both sides: what it says of the head and not of the base, the change did, wherever it shows."""

import math
import re
import shutil
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from reviewer.errors import ToolError
from reviewer.fingerprint import digest
from reviewer.model import Finding, Level, Problem, Span
from reviewer.process import Completed
from reviewer.source import Tree
from reviewer.tools.heard import Heard, attempted, ended, failed, finding, python, run
from reviewer.tools.mypy_doubts import Doubts, missing_packages
from reviewer.tools.mypy_memory import Memory
from reviewer.tools.mypy_output import Checked, Remark, remarks
from reviewer.tools.mypy_settings import Settings
from reviewer.tools.mypy_sight import UNKNOWN, seen, shown
from reviewer.tools.packages import stand_in, state_of, version_of
from reviewer.tools.rules import MYPY
from reviewer.tools.workplace import Workplace, copied, workplace

PACKAGES_UNKNOWN = "packages-unknown"
# So often mypy is asked again, without a file that does not parse: it says nothing of the others before.
MOST_ATTEMPTS = 20
# So long it may take at least, in seconds, when the time is up: then it says so.
LEAST = 0.01
# It stopped before its end, for the files that it names.
FATAL = 2
# Where nobody says which Python a project is for, none of its syntax is too new.
NEWEST = "3.13"
PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_. /-]*")
UNTYPED_FUNCTION = "no-untyped-def"
CACHE, HEAD_CACHE = "cache", "cache-head"
MOST_NAMED = 3
SHADOWS = "This file shadows library module"
TWICE = ("Duplicate module named", "Source file found twice")
# Files, and the folders that their module names start from.
Part = tuple[list[str], tuple[str, ...]]
LINE = re.compile(r"\bline \d+")


@dataclass(frozen=True, slots=True)
class Order:
    """What mypy is to look at: the head as a whole, and the base, if there is one, with its commit.

    `counts` are the files whose findings are wanted, `roots` the folders that module names start from, `python` an
    interpreter that has the packages which the project depends on, `deadline` when it has to be done, in seconds of
    the monotonic clock.
    """

    head: Tree
    base: Tree | None
    commit: str | None
    counts: Callable[[str], bool]
    deadline: float
    roots: Sequence[str] = ()
    settings: Settings = field(default_factory=Settings)
    python: Path | None = None
    target: str | None = None


def said(order: Order) -> Heard:
    """What mypy says of both sides; never raises, a failure is a problem."""
    return attempted(MYPY, partial(_said, order))


def _said(order: Order, version: str) -> Heard:
    with workplace(MYPY, str(order.head.root), str(order.python)) as place:
        before = None if order.base is None else _before(order, order.base, place, version)
        if order.base is None:
            place.hold(shown(order.head), partial(seen, order.head), order.head.name)
        after = _checked(order, order.head, place, CACHE if order.base is None else HEAD_CACHE)
    return Heard(
        MYPY,
        version,
        head=tuple(_findings(after, order, order.head)),
        base=tuple(_findings(before, order, order.base)) if before and order.base else (),
        # What was not seen before may have been there.
        base_complete=before is None or not before.aside,
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
        place.hold(shown(base), partial(seen, base), base.name)
        try:
            known = _checked(order, base, place, CACHE)
            memory.keep(known)
        except ToolError as error:
            known = Checked(problem=str(error))
    copied(place.folder / CACHE, place.folder / HEAD_CACHE)
    place.hold(shown(order.head), partial(seen, order.head), order.head.name)
    return known


def _identity(order: Order, base: Tree, version: str) -> str | None:
    """All that decides what mypy says of the base, None where that can't be told: a plugin is a program."""
    packages = state_of(order.python) if order.python else ""
    if order.commit is None or order.settings.plugins or packages is None:
        return None
    settings = order.settings.written(python=order.python, search=order.roots, tree="")
    targets = (path for path in shown(base) if _is_target(path, order))
    return digest(version, order.commit, settings, str(order.python), *_versions(order), packages, *targets)


def _checked(order: Order, tree: Tree, place: Workplace, cache: str) -> Checked:
    """What mypy says of what the place holds; raises ToolError when it can't be had."""
    targets = [path for path in shown(tree) if _is_target(path, order)]
    # Of two files by one name each has its turn; one file by two names is one again by that from the top alone.
    ways: tuple[Iterable[Part], ...] = (
        [(targets, tuple(order.roots))],
        _by_root(targets, order.roots),
        [(targets, ())],
    )
    aside: set[str] = set()
    for way in ways:
        found: list[Remark] = []
        for number, part in enumerate(way):
            said = _asked(order, part, place, f"{cache}/{number}", aside)
            if said is None:
                break
            found += said
        else:
            return Checked(tuple(dict.fromkeys(found)), frozenset(aside))
    raise ToolError("several of its files have one module name, and none tells them apart; name `source-roots`")


def _by_root(paths: Iterable[str], roots: Iterable[str]) -> Iterator[Part]:
    """The files below each root, with that root alone; a file counts to the nearest one."""
    nearest = sorted(roots, key=len, reverse=True)
    homes: defaultdict[str, list[str]] = defaultdict(list)
    for path in paths:
        homes[next((root for root in nearest if not root or path.startswith(f"{root}/")), "")].append(path)
    return ((members, (root,)) for root, members in sorted(homes.items()))


def _asked(order: Order, part: Part, place: Workplace, cache: str, aside: set[str]) -> Sequence[Remark] | None:
    """What mypy says of files, None where it can't tell them apart; those that it stops at are put `aside`."""
    targets, roots = part
    for _ in range(MOST_ATTEMPTS):
        completed = _run(order, [path for path in targets if path not in aside], place, cache, roots)
        if "INTERNAL ERROR" in completed.stderr and (place.folder / cache).is_dir():
            # It may have broken over what it kept itself; if not, it says so again.
            shutil.rmtree(place.folder / cache)
            completed = _run(order, [path for path in targets if path not in aside], place, cache, roots)
        found = tuple(remarks(completed.stdout))
        # With errors it ends with 1, and names them.
        if completed.code == (1 if found else 0):
            return found
        if any(remark.message.startswith(TWICE) for remark in found):
            return None
        stopping = {remark.file for remark in found if completed.code == FATAL} & {*order.head.paths, *targets} - aside
        if not stopping:
            raise ended(MYPY, completed)
        for remark in found:
            if remark.file in stopping:
                _put_aside(remark, place)
        aside |= stopping
    raise ToolError(f"more than {len(aside)} files do not parse, and it says nothing of the others")


def _put_aside(remark: Remark, place: Workplace) -> None:
    """Let others take what they want of a file that does not parse; one in a library's place makes room for that."""
    if remark.message.startswith(SHADOWS):
        place.replace(remark.file, None)
    else:
        place.replace(remark.file, UNKNOWN)


def _is_target(path: str, order: Order) -> bool:
    # What begins like this is a file of arguments.
    return path.endswith(".py") and not path.startswith("@") and order.counts(path) and f"{path}i" not in order.head


def _run(order: Order, paths: Sequence[str], place: Workplace, cache: str, roots: Sequence[str]) -> Completed:
    """Run mypy on these files in the place's tree."""
    if not paths:
        return Completed(b"", "", 0)
    settings, names = place.folder / "mypy.ini", place.folder / "files.txt"
    # What else a name holds could mean something in a file of settings.
    folders = [root for root in roots if PLAIN.fullmatch(root)]
    text = order.settings.written(python=order.python, search=folders, tree=str(place.tree))
    settings.write_text(text, encoding="utf-8")
    names.write_text("".join(f"{path}\n" for path in ("--", *paths)), encoding="utf-8")
    options = [f"--config-file={settings}", f"--cache-dir={place.folder / cache}", *_versions(order)]
    options += ["--output=json", "--no-error-summary"]
    left = max(math.ceil(order.deadline - time.monotonic()), LEAST)
    if order.settings.plugins and order.python:
        # Only there the plugins are installed.
        command = [str(order.python), "-I", "-m", "mypy", *options, f"@{names}"]
        return run(command, cwd=place.tree, timeout=left)
    packages = "--no-site-packages"
    if order.python:
        packages = f"--python-executable={stand_in(order.python, place.folder, order.head.root)}"
    return python("-m", "mypy", packages, *options, f"@{names}", cwd=place.tree, timeout=left)


def _versions(order: Order) -> list[str]:
    """Which Python the code is for: that of the packages, for they were installed for that one."""
    target = (order.python and version_of(order.python)) or order.target or NEWEST
    return [] if order.settings.python_version else [f"--python-version={target}"]


def _findings(checked: Checked, order: Order, tree: Tree) -> Iterator[Finding]:
    there = frozenset(shown(tree))
    before = order.base.paths if order.base else ()
    doubts = Doubts(tree, before, order.roots, packages=order.python is not None)
    for remark in checked.remarks:
        if remark.file in there and order.counts(remark.file) and not doubts.about(remark):
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


def _problems(before: Checked | None, after: Checked, order: Order) -> Iterator[Problem]:
    if before and before.problem:
        yield failed(f"mypy says nothing of the base, so the changed lines decide: {before.problem}")
    missing = missing_packages(after.remarks, order.head.paths, order.roots)
    if missing and not order.python:
        first = ", ".join(sorted(missing)[:MOST_NAMED])
        more = f" and {len(missing) - MOST_NAMED} more" if len(missing) > MOST_NAMED else ""
        yield Problem(
            PACKAGES_UNKNOWN,
            None,
            f"mypy does not see {first}{more}: what comes from there is Any, and what mypy says is a warning at most. "
            "Name the Python that has them: `mypy.python`",
        )
