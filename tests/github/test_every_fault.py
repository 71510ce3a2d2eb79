"""Every fault at every request of a run, and then another run: what stands is what an undisturbed run leaves."""

import copy
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from requests.adapters import HTTPAdapter

from reviewer.errors import GitHubError
from reviewer.github.poster import post
from reviewer.model import FileAnchor, Level, Policy, Review
from tests.github.fake import BOT, FakeGitHub, Rights
from tests.github.server import LATE, Fault, How, Site, serve
from tests.github.story import NEW, TARGET, access, finding, review, unplaced

# A tracer would double the time of some thousand requests, whose code the other tests of faults go through.
pytestmark = pytest.mark.no_cover

FAULTS = {
    "502, done": Fault("", How.STATUS, 502, done=True),
    "reset, done": Fault("", How.RESET, done=True),
    "truncated, done": Fault("", How.TRUNCATED, done=True),
    "html, done": Fault("", How.HTML, done=True),
    "redirected, done": Fault("", How.STATUS, 307, done=True),
    "502": Fault("", How.STATUS, 502),
    "500 twice": Fault("", How.STATUS, 500, times=2),
    "reset": Fault("", How.RESET),
    "html": Fault("", How.HTML),
    "late": Fault("", How.LATE),
    "late, done": Fault("", How.LATE, done=True),
    "GraphQL limit": Fault("", How.ERRORS, kind="RATE_LIMITED", message="API rate limit exceeded"),
    "GraphQL error": Fault("", How.ERRORS, kind="", message="Something went wrong"),
    "secondary limit": Fault(
        "", How.STATUS, 403, message="You have exceeded a secondary rate limit", headers={"Retry-After": "3"}
    ),
    "too many requests": Fault("", How.STATUS, 429, message="Slow down"),
    "unauthorized": Fault("", How.STATUS, 401, message="Bad credentials", times=-1),
    "forbidden": Fault("", How.STATUS, 403, message="Resource not accessible by integration", times=-1),
    "down for good": Fault("", How.RESET, times=-1),
}
ERROR = finding(10, level=Level.ERROR)
WISH = Policy(request_changes=True, resolve_threads=True)


def told(fake: FakeGitHub, *findings: Any) -> Review:  # noqa: ANN401  # findings
    """A review that may ask for changes and resolve threads."""
    return replace(review(fake.head, *findings), policy=WISH)


def last(fake: FakeGitHub) -> Review:
    """The review that has something of everything to do."""
    fresh = replace(finding(51), code="changed", message="`at_51` has 60 lines")
    edited = replace(finding(52), code="edited", message="`at_52` has 70 lines")
    on_file = replace(finding(90), anchor=FileAnchor(NEW))
    return told(fake, finding(3, NEW), on_file, fresh, edited, finding(7, NEW), finding(12), unplaced(95))


@pytest.fixture(scope="module")
def begun(original: FakeGitHub) -> FakeGitHub:
    """A pull request with threads that are settled, asked about, to be folded away, shown again, and edited."""
    fake = replace(original, tokens={"token": (BOT, Rights.FULL)})
    with serve(Site(fake)) as site:
        comeback = finding(7, NEW)
        post(told(fake, ERROR, finding(51), finding(52), comeback, finding(12)), TARGET, access(site))
        post(told(fake, ERROR, finding(51), finding(52), finding(12)), TARGET, access(site))
        places = {opening.entry["line"]: opening for opening in fake.openings()}
        fake.reply(places[51], "Won't fix.")
        fake.reply(places[12], "/reviewer explain")
    return fake


@pytest.fixture(scope="module")
def site(begun: FakeGitHub) -> Iterator[Site]:
    """An address whose state each run replaces."""
    with serve(Site(begun)) as served:
        yield served


def run(site: Site, begun: FakeGitHub, fault: Fault | None = None) -> list[str]:
    """What a run asks for, one that a fault disturbs and that is then done again."""
    site.fake = FakeGitHub(**{**begun.__dict__, **copy.deepcopy(_changing(begun))})
    site.faults[:] = [fault] if fault else []
    site.log.clear()
    with suppress(GitHubError):
        post(last(site.fake), TARGET, access(site))
    log = list(site.log)
    site.faults.clear()
    post(last(site.fake), TARGET, access(site))
    return log


def _changing(fake: FakeGitHub) -> dict[str, Any]:
    return {name: getattr(fake, name) for name in ("reviews", "inline", "issue", "last_id")}


def state(fake: FakeGitHub) -> object:
    """What stands, without the numbers that GitHub gives."""
    threads = sorted(
        (
            opening.entry["path"],
            opening.entry.get("line") or 0,
            opening.resolved_by.login if opening.resolved_by else "",
            [(comment.user.login, comment.body, comment.minimized) for comment in fake.thread(opening)],
        )
        for opening in fake.openings()
    )
    demands = sorted(review.state for review in fake.reviews if review.state != "COMMENTED")
    return threads, [_unnumbered(comment.body) for comment in fake.issue], demands


@cache
def _unnumbered(body: str) -> str:
    return "".join(part for part in body.split("#discussion_r"))


def test_the_run_has_something_of_everything_to_do(site: Site, begun: FakeGitHub) -> None:
    log = run(site, begun)

    endings = {line.rpartition("/")[2].rstrip("0123456789") for line in log}
    mutations = {line.rpartition("#")[2] for line in log if "#" in line}
    assert {"permission", "reviews", "comments", "replies", "dismissals"} <= endings
    assert mutations == {"minimizeComment", "unminimizeComment", "resolveReviewThread", "unresolveReviewThread"}
    assert "PATCH" in {line.partition(" ")[0] for line in log}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_at_any_request_leads_to_the_same_end(
    site: Site, begun: FakeGitHub, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "late" in name:
        # PyGithub takes whole seconds alone.
        send = HTTPAdapter.send
        monkeypatch.setattr(HTTPAdapter, "send", lambda *given, **named: send(*given, **named | {"timeout": LATE / 3}))
    requests = len(run(site, begun))
    undisturbed = state(site.fake)

    for place in range(requests):
        fault = replace(FAULTS[name], skip=place)
        run(site, begun, fault)
        assert state(site.fake) == undisturbed, f"{name} at request {place}"
