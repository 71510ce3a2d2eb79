"""What one tool said of a change, as findings of its two sides, and how far that can be trusted."""

import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from packaging.version import InvalidVersion, Version

from reviewer import process
from reviewer.errors import ToolError
from reviewer.model import Confidence, Extent, Finding, Fix, Level, Problem, Span
from reviewer.tools.rules import rule
from reviewer.tools.workplace import below

FAILED = "tool-failed"
LONGEST = 400
LONGEST_TEXT = 2000
# The oldest versions whose output we understand.
OLDEST = {"ruff": "0.14", "mypy": "2.1", "radon": "6.0.1"}
NUMBER = re.compile(r"\d+")
# What the tools get to see of our environment: none of it is a secret, or steers what they run.
INHERITED = ("PATH", "LANG", "LC_ALL", "TMPDIR")
# A home folder would hold settings, and packages that a Python loads when it starts.
ISOLATED = {"HOME": "/nonexistent", "PYTHONNOUSERSITE": "1"}


@dataclass(frozen=True, slots=True)
class Heard:
    """What a tool said of the head and of the base, and which of its rules it looked for; None for all of them.

    `compared` says whether it came to an end on the base (and saw all of it: `base_complete`), `complete` whether it
    saw all of the head: only then its silence says that something is fixed. What was told `elsewhere`, in another job,
    proves nothing either. One that is not `plugged` lacks the plugins for the frameworks that the project uses. `paths`
    are the files that it was shown, None for all that there are.
    """

    tool: str
    version: str = ""
    head: tuple[Finding, ...] = ()
    base: tuple[Finding, ...] = ()
    rules: frozenset[str] | None = frozenset()
    compared: bool = True
    base_complete: bool = True
    complete: bool = True
    elsewhere: bool = False
    plugged: bool = True
    paths: frozenset[str] | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether it said nothing of the head."""
        return any(problem.kind == FAILED for problem in self.problems)

    def looked_for(self, name: str) -> bool:
        """Whether this rule is one that it looked for."""
        return name.startswith(f"{self.tool}:") if self.rules is None else name in self.rules


def attempted(name: str, work: Callable[[str], Heard]) -> Heard:
    """What a tool says, given its version; one that is missing, old, hangs or crashes is a problem, and no more."""
    try:
        found = installed(name)
    except ToolError as error:
        return Heard(name, problems=(failed(str(error)),))
    try:
        return work(found)
    except Exception as error:  # noqa: BLE001  # whatever goes wrong with a tool, the rest of the review stands
        told = str(error) if isinstance(error, ToolError) else f"{type(error).__name__}: {error}"
        return Heard(name, problems=(failed(f"{name} {found}: {told}"),))


def failed(message: str) -> Problem:
    """The problem that a tool did not do its work."""
    return Problem(FAILED, None, message)


def installed(name: str) -> str:
    """The version of a tool; raises ToolError that names the one that is needed."""
    needed = f"{name}>={OLDEST[name]}"
    try:
        found = version(name)
        old = Version(found) < Version(OLDEST[name])
    except PackageNotFoundError:
        raise ToolError(f"{name} is not installed; install it: pip install '{needed}', or ignore {name!r}") from None
    except InvalidVersion as error:
        raise ToolError(f"{name} has a version that can't be read, {error}; install it anew: '{needed}'") from error
    if old:
        raise ToolError(f"{name} {found} is too old; install a newer one: pip install '{needed}', or ignore {name!r}")
    return found


def python(*arguments: str, cwd: Path, timeout: float, feed: bytes = b"") -> process.Completed:
    """Run a module of our own Python, which sees nothing of the reviewed folder but its files."""
    return run([sys.executable, "-I", *arguments], cwd=cwd, timeout=timeout, feed=feed)


def run(command: list[str], *, cwd: Path, timeout: float, feed: bytes = b"") -> process.Completed:
    """Run a tool with next to nothing of our environment."""
    env = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return process.run(command, cwd=cwd, timeout=timeout, input=feed, env=env | ISOLATED)


def misunderstood(name: str, output: bytes, because: object) -> ToolError:
    """The error about output that is not understood, with the start of it."""
    excerpt = output[:LONGEST].decode(errors="replace")
    return ToolError(f"{name} said something that is not understood ({because}): {excerpt!r}")


def ended(name: str, completed: process.Completed) -> ToolError:
    """The error about a tool that ended with an exit code that means no result."""
    told = (completed.stderr.strip() or completed.stdout.decode(errors="replace").strip())[-LONGEST:]
    return ToolError(f"{name} ended with exit code {completed.code}: {told or 'without a word'}")


def finding(  # noqa: PLR0913  # what a tool can tell of a finding, each by its name
    tool: str,
    code: str,
    text: str,
    path: str,
    span: Span,
    *,
    level: Level | None = None,
    key: str | None = None,
    facts: Mapping[str, int] | None = None,
    fix: Fix | None = None,
) -> Finding:
    """A finding of a tool: the standard's sentence, then what the tool says, as code; numbers are not of its key."""
    known = rule(tool, code)
    said = f"{tool}: {quoted(text)}"
    return Finding(
        rule=code,
        source=tool,
        level=level or known.level,
        confidence=Confidence.HIGH,
        message=f"{known.sentence} {said}" if known.sentence else said,
        path=path,
        span=span,
        key=NUMBER.sub("#", text) if key is None else key,
        params={"text": text[:LONGEST_TEXT]},
        facts=dict(facts or {}),
        extent=Extent(span.line, span.line),
        fix=fix,
    )


def quoted(text: str) -> str:
    """A text of somebody as code, in one line, and short enough not to be cut in the middle of it."""
    line = " ".join(text.replace("`", "'").split())
    return f"`{line if len(line) <= LONGEST else line[:LONGEST] + '…'}`"


def write(files: Mapping[str, bytes], folder: Path) -> list[Path]:
    """Write files below a folder of ours that holds nothing else, and give their places."""
    places = [below(folder, path) for path in files]
    for place, data in zip(places, files.values(), strict=True):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    return places
