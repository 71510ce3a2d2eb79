"""The plan: pure, and at rest once it is carried out."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from reviewer.github.operations import EditSummary, Entry, Keep, PostReview, PostSummary, described
from reviewer.github.plan import INLINE_LIMIT, plan, superseded
from reviewer.github.standing import Comment, Standing, after
from reviewer.model import Anchor, Confidence, Finding, Level, Review
from tests.github.story import NEW, TARGET, finding, marked, review, unplaced

HEAD = "2" * 40
EMPTY = Standing("bot", "https://github.com/octo/shop", HEAD, HEAD)

FINDINGS = st.builds(
    finding,
    st.integers(1, 60),
    st.just(NEW),
    level=st.sampled_from(Level),
    confidence=st.sampled_from(Confidence),
)
ALL = st.lists(st.one_of(FINDINGS, FINDINGS.map(lambda each: replace(each, anchor=None))), max_size=40)


def carried_out(subject: Review, standing: Standing, refused: frozenset[str] = frozenset()) -> Standing:
    """What stands once a plan is carried out."""
    for number, operation in enumerate(plan(subject, standing, TARGET, refused), start=1):
        if not isinstance(operation, Keep):
            standing = after(standing, operation, number)
    return standing


@settings(max_examples=40, deadline=None)
@given(ALL, ALL)
def test_a_plan_that_is_carried_out_leaves_nothing_to_write(first: list[Finding], second: list[Finding]) -> None:
    standing = EMPTY
    for findings in (first, second):
        subject = review(HEAD, *findings)
        standing = carried_out(subject, standing)
        assert all(isinstance(operation, Keep) for operation in plan(subject, standing, TARGET))


@settings(max_examples=40, deadline=None)
@given(ALL, st.integers(0, 5))
def test_every_finding_is_told_once_or_more_and_no_comment_is_there_twice(
    findings: list[Finding], refused: int
) -> None:
    subject = review(HEAD, *findings)
    standing = carried_out(subject, EMPTY, frozenset(each.fingerprint for each in findings[:refused]))

    bodies = [comment.body for comment in standing.inline]
    assert len(set(bodies)) == len(bodies) <= INLINE_LIMIT
    told = "".join([*bodies, *(comment.body for comment in standing.issue)])
    assert all(each.symbol in told for each in findings)


def test_a_start_is_given_only_before_the_end() -> None:
    assert "start_line" not in Entry("x", Anchor("a.py", 3, 3), "text").payload
    assert Entry("x", Anchor("a.py", 3, 1), "text").payload == {
        "path": "a.py",
        "body": "text",
        "line": 3,
        "side": "RIGHT",
        "start_line": 1,
        "start_side": "RIGHT",
    }


def test_the_surest_of_equally_grave_findings_go_first() -> None:
    unsure = [finding(line, NEW, confidence=Confidence.MEDIUM) for line in range(1, 26)]
    sure = finding(60, NEW)

    _, entries = posted_entries(review(HEAD, *unsure, sure))

    assert entries[0].anchor.line == 60
    assert len(entries) == INLINE_LIMIT


def posted_entries(subject: Review) -> tuple[str, tuple[Entry, ...]]:
    """The review that a plan posts."""
    operation = next(each for each in plan(subject, EMPTY, TARGET) if isinstance(each, PostReview))
    return operation.body, operation.entries


def test_a_comment_that_stands_outside_of_the_25_is_kept_and_not_told_again() -> None:
    errors = [finding(line, NEW, level=Level.ERROR) for line in range(1, 26)]
    old = finding(60, NEW)
    standing = replace(EMPTY, inline=(Comment(5, "bot", bot=False, body=marked(old)),))

    operations = plan(review(HEAD, *errors, old), standing, TARGET)

    assert operations[0] == Keep(5, old.fingerprint)
    summary = next(each for each in operations if isinstance(each, PostSummary))
    assert f"{NEW}:60" not in summary.body


def test_a_comment_whose_finding_is_gone_is_left_alone() -> None:
    standing = replace(EMPTY, inline=(Comment(5, "bot", bot=False, body=marked(finding(60))),))

    assert plan(review(HEAD), standing, TARGET) == ()


def test_a_summary_that_says_the_same_is_not_edited() -> None:
    subject = review(HEAD, unplaced())
    standing = carried_out(subject, EMPTY)
    stored = replace(standing.issue[0], body=standing.issue[0].body.replace("\n", "\r\n") + "  ")

    assert plan(subject, replace(standing, issue=(stored,)), TARGET) == ()


def test_the_same_commit_is_never_superseded() -> None:
    subject = review(HEAD, unplaced())

    assert not superseded(subject, carried_out(subject, EMPTY), TARGET)


def test_a_page_says_what_becomes_of_each_comment() -> None:
    entry = Entry("x", Anchor("a.py", 3, 1), "the text")
    page = described([Keep(5, "abc"), PostReview(HEAD, "1 new", (entry,)), PostSummary("sum"), EditSummary(6, "new")])

    assert all(part in page for part in ("Comment 5 stays", "a.py:1-3", "the text", "New summary", "comment 6, edited"))


def test_a_path_that_cannot_be_said_in_json_is_told_in_the_summary() -> None:
    subject = review(HEAD, finding(10, "app/\udcff.py"))

    (operation,) = plan(subject, EMPTY, TARGET)

    assert isinstance(operation, PostSummary)
    assert "at_10" in operation.body


def test_a_review_of_a_commit_that_takes_no_comments_is_a_summary() -> None:
    (operation,) = plan(review(HEAD, finding(10)), replace(EMPTY, commit=None), TARGET)

    assert isinstance(operation, PostSummary)


def test_a_plan_for_an_older_commit_than_the_reviewed_one_is_empty() -> None:
    newer = carried_out(review(HEAD, unplaced()), EMPTY)

    assert plan(review("3" * 40, finding(10)), newer, TARGET) == ()
