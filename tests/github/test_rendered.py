"""What people see: the comments on the pull request of the demo, kept in `rendered` to be looked at.

`REWRITE_CASES=1 pytest tests/github/test_rendered.py` writes them anew: look at what changed before it is committed.
"""

import os
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from reviewer import demo, docs, pipeline, registry
from reviewer.aim import Request
from reviewer.github.body import unsealed
from reviewer.github.operations import EditSummary, Entry, PostReview, PostSummary, Reply
from reviewer.github.plan import Plan, plan
from reviewer.github.standing import Standing
from reviewer.github.threads import Comment, Discussion
from reviewer.model import Anchor, Finding, Review, Status
from tests.github.story import TARGET
from tests.unit.report.rendered import Page

FOLDER = Path(__file__).with_name("rendered")
HEAD = "5ea" + "0" * 37
PAGES = "https://github.com/octo/reviewer/blob/v0.1.0/checks"
NAMES = ("caused-elsewhere", "many-of-one-rule", "one-finding", "review", "said-again", "summary", "turned-clean")


@cache
def reviewed() -> Review:
    """The review of the demo, as one of a commit whose name does not change."""
    with TemporaryDirectory() as folder:
        base, head = demo.build(Path(folder).resolve())
        review = pipeline.review(Request(Path(folder), merge_base=base, head=head)).review
    title = review.comparison.title.replace(head[:10], HEAD[:10]).replace(base[:10], "ba5e000000")
    return replace(review, comparison=replace(review.comparison, title=title, base="ba5e" + "0" * 36, head=HEAD))


def planned(review: Review, standing: Standing) -> Plan:
    """What is done on a pull request."""
    catalogue = docs.catalogue(registry.all_checks(), PAGES)
    return plan(review, standing, TARGET, catalogue=catalogue)


def rendered() -> Mapping[str, str]:
    """Each kind of comment, without its marker."""
    review = reviewed()
    empty = Standing("bot", "https://github.com/octo/shop", HEAD, HEAD)
    posted = next(each for each in planned(review, empty).operations if isinstance(each, PostReview))
    found = {entry.fingerprint: entry for entry in posted.entries}
    one = found[next(each for each in review.shown if each.rule == "value-object-not-frozen").fingerprint]
    caused = next(each for each in planned(told_at_its_cause(review), empty).operations if isinstance(each, PostReview))
    settled = replace(empty, discussions=(answered(one),))
    summary = next(each for each in planned(review, settled).operations if isinstance(each, PostSummary))
    changed = replace(review, findings=tuple(replace(each, code="changed") for each in review.findings))
    again = next(each for each in planned(changed, settled).operations if isinstance(each, Reply))
    stands = replace(empty, issue=(Comment(1, "bot", bot=False, body=summary.body),))
    fixed = replace(
        review, findings=tuple(replace(each, status=Status.FIXED, hidden_because="x") for each in review.shown)
    )
    clean = next(each for each in planned(fixed, stands).operations if isinstance(each, EditSummary))
    many = next(each for each in planned(repeated(review), empty).operations if isinstance(each, PostReview))
    bodies = {
        "one-finding": one.body,
        "caused-elsewhere": caused.entries[0].body,
        "many-of-one-rule": many.entries[0].body,
        "said-again": again.body,
        "review": posted.body,
        "summary": summary.body,
        "turned-clean": clean.body,
    }
    return {name: unsealed(body) + "\n" for name, body in bodies.items()}


def told_at_its_cause(review: Review) -> Review:
    """A review with a finding in a file that the change does not touch, told where the change has caused it."""
    finding = next(each for each in review.shown if each.related)
    cause = finding.related[0]
    return replace(review, findings=(replace(finding, anchor=Anchor(cause.path, cause.line)),))


def answered(entry: Entry) -> Discussion:
    """A thread that somebody answered."""
    opening = Comment(11, "bot", bot=False, body=entry.body, node="C11")
    return Discussion("T1", entry.anchor.path, (opening, Comment(12, "octocat", bot=False, body="Not in this one.")))


def repeated(review: Review) -> Review:
    """A review with one finding seven times."""
    first: Finding = next(each for each in review.shown if each.span is not None)
    copies = tuple(
        replace(
            first,
            fingerprint=f"f{number}",
            code=f"c{number}",
            span=first.span
            and replace(first.span, line=first.span.line + number, end_line=first.span.end_line + number),
        )
        for number in range(7)
    )
    return replace(review, findings=copies)


def test_the_names_are_those_of_what_is_kept() -> None:
    assert sorted(rendered()) == sorted(NAMES) == sorted(path.stem for path in FOLDER.iterdir())


@pytest.mark.parametrize("name", NAMES)
def test_what_people_see_is_what_was_looked_at(name: str) -> None:
    text, kept = rendered()[name], FOLDER / f"{name}.md"
    if os.environ.get("REWRITE_CASES"):
        kept.write_text(text, encoding="utf-8")

    assert text == kept.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_every_link_leads_to_a_commit_or_to_a_page(name: str) -> None:
    links = Page(rendered()[name]).links

    assert all(
        link.startswith((f"https://github.com/octo/shop/blob/{HEAD}/", PAGES, "https://github.com/octo/shop/pull/"))
        for link in links
    )
    assert links or name in {"review", "turned-clean"}
