"""The life of a pull request: whatever people and pushes do, nothing is said twice or lost, nobody is argued with."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviewer.github.body import Kind, marker, unsealed
from reviewer.github.poster import post
from reviewer.github.posting import Outcome
from reviewer.model import Finding, Level, Review
from tests.github.fake import BOT, PERSON, Comment, FakeGitHub, User
from tests.github.repository import Repository
from tests.github.server import Site, serve
from tests.github.story import HEAD_FILES, NEW, SERVICE, TARGET, access, finding, review

READER = User("passer-by", 9)
# Six of one rule and three of another: the six are more than stand apart.
LINES = (2, 3, 4, 6, 8, 10, 12, 13, 15)
STEPS = st.one_of(
    st.tuples(st.just("toggle"), st.sampled_from(LINES)),
    st.tuples(st.just("change"), st.sampled_from(LINES)),
    st.tuples(st.just("resolve"), st.integers(0, 9)),
    st.tuples(st.just("reopen"), st.integers(0, 9)),
    st.tuples(st.just("reply"), st.integers(0, 9)),
    st.tuples(st.just("ignore"), st.integers(0, 9)),
    st.tuples(st.just("explain"), st.integers(0, 9)),
    st.tuples(st.just("delete"), st.integers(0, 9)),
    st.tuples(st.just("rename"), st.just(0)),
    st.tuples(st.just("rebase"), st.just(0)),
    st.tuples(st.just("other job"), st.just(0)),
    st.tuples(st.just("run"), st.just(0)),
)


class Life:
    """A pull request, the findings that are in it, and what people last heard from us."""

    def __init__(self, site: Site, heads: Sequence[tuple[str, str]]) -> None:
        self.site = site
        self.fake = site.fake
        self.heads = list(heads)
        self.fake.head, self.path = self.heads.pop(0)
        self.codes: dict[int, int] = {}

    @property
    def findings(self) -> list[Finding]:
        """The findings that there are."""
        return [self._finding(line, version) for line, version in sorted(self.codes.items())]

    def _finding(self, line: int, version: int) -> Finding:
        made = replace(
            finding(line, self.path, level=Level.ERROR if line == 3 else Level.WARNING), rule=f"rule-{line % 2}"
        )
        return replace(
            made, symbol=f"at_{line}", code=f"{line:06x}{version:06x}", message=f"`at_{line}` is at {version}"
        )

    def made(self) -> Review:
        """The review of it."""
        return replace(review(self.fake.head, *self.findings), paths=(self.path, SERVICE))

    def take(self, step: str, number: int) -> None:
        """Let something happen."""
        openings = self.fake.openings()
        if step == "toggle":
            self.codes.pop(number) if number in self.codes else self.codes.setdefault(number, 0)
        elif step == "change" and number in self.codes:
            self.codes[number] += 1
        elif step == "rename":
            self.fake.head, self.path = self.heads.pop(0) if self.heads else (self.fake.head, self.path)
        elif step == "rebase":
            self.fake.head = self.fake.repository.rewritten(self.fake.head, self.fake.base)
        elif step == "other job":
            post(self.made(), replace(TARGET, scope="other"), access(self.site))
        elif step == "run":
            self.run()
        elif openings:
            self._talk(step, openings[number % len(openings)])

    def _talk(self, step: str, opening: Comment) -> None:
        texts = {"reply": "Won't fix.", "ignore": "/reviewer ignore it is fine", "explain": "/reviewer explain"}
        if step in texts:
            self.fake.reply(opening, texts[step], READER if step == "reply" else PERSON)
        elif step == "resolve":
            opening.resolved_by = PERSON
        elif step == "reopen":
            opening.resolved_by = None
        elif step == "delete" and opening.user == BOT:
            self.fake.inline = [each for each in self.fake.inline if each not in self.fake.thread(opening)]

    def run(self) -> Outcome:
        """A run of ours, and everything that has to hold of it."""
        others = [replace(comment) for comment in self.fake.inline if not self._ours(comment)]
        quiet = {comment.id: unsealed(comment.body) for comment in self.fake.inline if self._settled(comment)}
        outcome = post(self.made(), TARGET, access(self.site))
        assert [comment for comment in self.fake.inline if not self._ours(comment)] == others
        assert sum(outcome.places.values()) == len(self.codes)
        self._check_threads(quiet)
        writes = len(self.site.writes)
        post(self.made(), TARGET, access(self.site))
        assert self.site.writes[writes:] == []
        return outcome

    def _ours(self, comment: Comment) -> bool:
        mark = marker(comment.body)
        return comment.user == BOT and mark is not None and mark.scope == "default"

    def _settled(self, comment: Comment) -> bool:
        """Whether a thread of ours has an objection after our newest statement, whose code is as it was."""
        if comment.reply_to is not None or not self._ours(comment):
            return False
        thread = self.fake.thread(comment)
        said = [place for place, each in enumerate(thread) if self._ours(each) and self._states(each)]
        objections = [each for each in thread[said[-1] :] if each.user == READER]
        mark = marker(thread[said[-1]].body)
        codes = {each.code for each in self.findings}
        return bool(objections) and mark is not None and {each.code for each in mark.claims} <= codes

    @staticmethod
    def _states(comment: Comment) -> bool:
        mark = marker(comment.body)
        return mark is not None and mark.kind in {Kind.FINDING, Kind.FOLD, Kind.AGAIN}

    def _check_threads(self, quiet: dict[int, str]) -> None:
        visible = [comment for comment in self.fake.inline if self._ours(comment) and comment.minimized is None]
        told = "".join(comment.body for comment in (*visible, *self.fake.issue))
        assert all(f"at_{line}` is at {version}" in told for line, version in self.codes.items())
        for number, body in quiet.items():
            comment = next(each for each in self.fake.inline if each.id == number)
            assert unsealed(comment.body) == body
        shown = [
            mark.about
            for comment in self.fake.openings()
            if self._ours(comment) and comment.minimized is None and (mark := marker(comment.body))
        ]
        assert len(shown) == len(set(shown))


@pytest.fixture(scope="module")
def heads(original: FakeGitHub) -> list[tuple[str, str]]:
    """Commits of which each renames the file with the findings, and the path that it has then."""
    folder = original.repository.folder.with_name("renamed")
    shutil.copytree(original.repository.folder, folder)
    repository = Repository(folder)
    paths = [NEW, "app/newer.py", "app/newest.py", NEW, "app/last.py"]
    renamed = ((then, now, repository.commit({then: None, now: HEAD_FILES[NEW]})) for then, now in pairwise(paths))
    return [(original.head, NEW), *((commit, now) for _, now, commit in renamed)]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=25))
def test_a_pull_request_is_never_argued_with(
    original: FakeGitHub, heads: list[tuple[str, str]], steps: list[tuple[str, int]]
) -> None:
    repository = Repository(original.repository.folder.with_name("renamed"))
    with serve(Site(FakeGitHub(repository, original.base, original.head))) as site:
        life = Life(site, heads)
        for step, number in steps:
            life.take(step, number)
        life.run()
