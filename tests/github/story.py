"""The change that the tests review, and findings in it."""

from collections.abc import Sequence
from dataclasses import replace

from reviewer.github.body import sealed
from reviewer.github.event import Target
from reviewer.github.poster import Access, post
from reviewer.github.posting import Outcome
from reviewer.github.topics import Topic
from reviewer.model import Anchor, Comparison, Confidence, Finding, Level, Problem, Review, Span
from tests.github.fake import NAME, NUMBER, FakeGitHub
from tests.github.server import Site

SERVICE = "app/service.py"
NEW = "app/new.py"
TARGET = Target(NAME, NUMBER)


def numbered(count: int, *, edited: Sequence[int] = ()) -> str:
    """A module of so many lines, some of them edited."""
    return "".join(f"line_{number} = {'edited' if number in edited else number}\n" for number in range(1, count + 1))


BASE_FILES = {SERVICE: numbered(100), "README.md": "A shop.\n"}
# Hunks of the service: lines 7 to 13, and 47 to 55.
HEAD_FILES = {SERVICE: numbered(100, edited=[10, 50, 51, 52]), NEW: numbered(60)}


def finding(
    line: int = 10,
    path: str = SERVICE,
    *,
    start: int | None = None,
    level: Level = Level.WARNING,
    confidence: Confidence = Confidence.HIGH,
) -> Finding:
    """A finding with a place in the diff; its fingerprint tells it from others."""
    symbol = f"at_{line}"
    return Finding(
        rule="function-too-long",
        level=level,
        confidence=confidence,
        message=f"`{symbol}` has 40 lines",
        path=path,
        span=Span(line, 1, line, 5),
        symbol=symbol,
        fingerprint=f"{path}-{line}".encode(errors="surrogateescape").hex()[-32:],
        code=f"{line:012x}",
        anchor=Anchor(path, line, start),
    )


def ruled(line: int, path: str = NEW) -> Finding:
    """A finding of a rule of its own."""
    return replace(finding(line, path), rule=f"rule-{line}")


def unplaced(line: int = 90) -> Finding:
    """A finding outside the lines that take comments."""
    return replace(finding(line), anchor=None)


def review(head: str | None, *findings: Finding, problems: Sequence[Problem] = ()) -> Review:
    """A review of a commit."""
    paths = tuple(sorted({SERVICE, NEW} | {each.path for each in findings if each.path}))
    return Review(Comparison("feature against main", head=head), findings, tuple(problems), files=2, paths=paths)


def access(site: Site, token: str = "token", waits: list[float] | None = None) -> Access:  # noqa: S107  # of the fake
    """A way to the fake that waits for nothing."""
    return Access(token, site.url, ([] if waits is None else waits).append)


def posted(site: Site, *findings: Finding, scope: str = "default") -> Outcome:
    """The outcome of posting a review of the pull request's head."""
    return post(review(site.fake.head, *findings), Target(NAME, NUMBER, scope), access(site))


def inline(fake: FakeGitHub) -> list[tuple[str, int | None]]:
    """The places of all comments on the diff; one on a file has no line."""
    return [(comment.entry["path"], comment.entry.get("line")) for comment in fake.inline]


def marked(about: Finding, scope: str = "default") -> str:
    """A body that bears the marker of a finding."""
    return sealed("text", Topic((about,)).mark(scope))


def alone(outcome: Outcome) -> int:
    """How many findings are told in the summary alone."""
    return outcome.places.get("in the summary alone", 0)
