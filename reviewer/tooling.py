"""Starts the tools beside our checks, each with what it is to look at, and gathers what they say."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path

from reviewer import registry
from reviewer.aim import Aim, content
from reviewer.errors import ReviewerError, ToolError
from reviewer.index.modules import Modules
from reviewer.interpreter import interpreter
from reviewer.model import Problem
from reviewer.source import Tree
from reviewer.tools import artifact, coverage, mypy, mypy_settings, radon, report, ruff, ruff_settings
from reviewer.tools.coverage import Lines
from reviewer.tools.heard import Heard, failed
from reviewer.tools.python_version import oldest_minor
from reviewer.tools.radon import Measured
from reviewer.tools.rules import MYPY, RADON, RUFF, RUFF_CODE, standard_codes

PLUGINS_LEFT_OUT = "plugins-left-out"
OLDEST_FOR_MYPY = 10

Files = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Started:
    """Tools at work; to ask one waits for its end."""

    heard: tuple[Future[Heard], ...] = ()
    measured: Future[Measured] | None = None

    def results(self) -> Iterator[Heard]:
        """What each tool says, in the same order at each time."""
        return (future.result() for future in self.heard)


class Tooling:
    """The tools of one run. mypy reads whole trees and takes longest, so it starts first."""

    def __init__(self, aim: Aim) -> None:
        self._aim = aim
        self._wanted = registry.wanted_tools(aim.config) & aim.request.tools
        self._ruling = _ruling(aim)
        self._pool = ThreadPoolExecutor(max_workers=3)
        self._mypy = self._typed() if MYPY in self._wanted and (aim.files or aim.before) else None

    def close(self) -> None:
        """Wait for what was started, and start nothing more."""
        self._pool.shutdown(cancel_futures=True)

    def typed(self) -> Heard | None:
        """What mypy says, waited for; None where it is not wanted."""
        return self._mypy.result() if self._mypy else None

    def start(self, head: Callable[[], Files], base: Callable[[], Files] | None) -> Started:
        """Start the tools that look at the reviewed files alone: these of the head, and of the base if there is one."""
        heard = [self._mypy] if self._mypy else []
        measured = None
        if {RUFF, RADON} & self._wanted:
            now, then = head(), base() if base else None
            if RUFF in self._wanted:
                heard.append(self._linted(now, then))
            if RADON in self._wanted and then is not None:
                measured = self._pool.submit(radon.measured, now, then)
        return Started(tuple(heard), measured)

    def _linted(self, head: Files, base: Files | None) -> Future[Heard]:
        """Ruff at work; settings that can't be used are told before anything is started."""
        try:
            order = _ruff(self._aim, head, base)
        except ReviewerError as error:
            return self._pool.submit(Heard, RUFF, problems=(failed(f"ruff does not run: {error}"),))
        return self._pool.submit(ruff.said, order)

    def _typed(self) -> Future[Heard]:
        """Mypy at work; a setting that can't be used is told before anything is started."""
        try:
            settings, notices = self._mypy_settings()
            found = interpreter(self._aim.config.mypy.python, self._aim.tree.root)
        except (ToolError, ValueError) as error:
            problem = failed(f"mypy does not run: {error}")
            return self._pool.submit(Heard, MYPY, problems=(problem,))
        return self._pool.submit(_with_notices, self._mypy_order(settings, found), notices)

    def _mypy_settings(self) -> tuple[mypy_settings.Settings, tuple[Problem, ...]]:
        wish = self._aim.config.mypy
        if wish.config == "standard":
            return mypy_settings.Settings(), ()
        files = {path: data for path in mypy_settings.CONFIGURATIONS if (data := content(self._ruling, path))}
        trusted = wish.trust_plugins and self._aim.request.trusted
        plugins = mypy_settings.Plugins.TRUSTED if trusted else mypy_settings.Plugins.LEFT_OUT
        settings = mypy_settings.of_project(files, plugins)
        told = f"The plugins of mypy are not loaded, for they are programs: {', '.join(settings.left_out)}"
        return settings, (Problem(PLUGINS_LEFT_OUT, None, told),) if settings.left_out else ()

    def _mypy_order(self, settings: mypy_settings.Settings, python: Path | None) -> mypy.Order:
        aim = self._aim
        minor = oldest_minor(content(aim.tree, "pyproject.toml"))
        return mypy.Order(
            head=aim.tree.apart(),
            base=aim.before.tree.apart() if aim.before else None,
            commit=aim.comparison.base,
            counts=aim.counts,
            roots=Modules(aim.tree.paths, aim.config.source_roots).roots,
            settings=settings,
            python=python,
            # An older one mypy does not know.
            target=f"3.{minor}" if minor is not None and minor >= OLDEST_FOR_MYPY else None,
            deadline=time.monotonic() + aim.config.mypy.timeout,
        )


def relinted(aim: Aim, files: Files) -> Heard:
    """What ruff says of other contents of some files of the head; raises ReviewerError."""
    return ruff.said(_ruff(aim, files, None))


def _ruling(aim: Aim) -> Tree:
    """Whose settings of tools count: between two commits the base's, else those that stand beside the code."""
    return aim.policy if aim.policy and aim.comparison.head else aim.tree


def _ruff(aim: Aim, head: Files, base: Files | None) -> ruff.Order:
    project, ruling = None, _ruling(aim)
    if aim.config.ruff.config == "project":
        named_so = ruling.named(ruff_settings.CONFIGURATIONS)
        project = ruff_settings.configurations(named_so, partial(content, ruling))
    named = {word.removeprefix(f"{RUFF}:") for word in registry.words(aim.config)}
    codes = {*standard_codes(), *filter(RUFF_CODE.fullmatch, named)}
    minor = oldest_minor(content(aim.tree, "pyproject.toml"))
    target = None if minor is None else f"py3{minor}"
    return ruff.Order(head, base, sorted(codes), target, project, aim.tree.paths)


def _with_notices(order: mypy.Order, notices: Sequence[Problem]) -> Heard:
    heard = mypy.said(order)
    return replace(heard, problems=(*heard.problems, *notices))


# It is asked twice of the same report: what mypy said, and which lines ran.
_read = lru_cache(maxsize=1)(report.read)


def told_elsewhere(aim: Aim, lines: Callable[[str], Sequence[str]]) -> tuple[Heard, ...]:
    """What tools said of the change in another job, as far as it can be taken over."""
    data, before = aim.request.tool_report, aim.before
    if data is None or before is None:
        return ()
    try:
        said = _read(data)
    except ReviewerError as error:
        return artifact.refused(str(error))
    commits = (aim.comparison.base, aim.comparison.head)
    told = artifact.heard(said, commits, (frozenset(before.tree.paths), frozenset(aim.tree.paths)))
    found = [finding for heard in told for finding in heard.head]
    lengths = {path: len(lines(path)) for path in {finding.path or "" for finding in found}}
    if any(finding.span is None or finding.span.line > lengths[finding.path or ""] for finding in found):
        return artifact.refused("it is about lines that there are not")
    return told


def coverage_lines(aim: Aim) -> Callable[[Iterable[str]], dict[str, Lines]] | None:
    """What finds out, of some files of the head, which lines ran in tests; None where there is no report about it."""
    if (data := aim.request.coverage) is not None:
        return partial(_lines_of_tests, aim, data)
    with suppress(ReviewerError):
        told = _read(aim.request.tool_report) if aim.request.tool_report is not None else None
        if told and (told.base, told.head) == (aim.comparison.base, aim.comparison.head):
            return partial(_lines_told, aim, told) if told.coverage is not None or told.coverage_refused else None
    return None


def _lines_of_tests(aim: Aim, data: bytes, paths: Iterable[str]) -> dict[str, Lines]:
    return coverage.of_head(data, aim.tested() if aim.tested else aim.tree, aim.tree, paths)


def _lines_told(aim: Aim, told: report.ToolReport, paths: Iterable[str]) -> dict[str, Lines]:
    if told.coverage_refused:
        raise ToolError(told.coverage_refused)
    wanted = frozenset(paths)
    lines = {
        each.path: dict.fromkeys(each.missed, False) | dict.fromkeys(each.ran, True)
        for each in told.coverage or ()
        if each.path in wanted
    }
    coverage.checked(lines, aim.tree)
    return lines
