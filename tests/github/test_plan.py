"""The plan: pure, and at rest once it is carried out."""

import json
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from reviewer.github.effects import after
from reviewer.github.operations import (
    Edit,
    EditSummary,
    Entry,
    Keep,
    Minimize,
    Operation,
    PostOnFile,
    PostReview,
    PostSummary,
    Reopen,
    Reply,
    Resolve,
    Unfold,
    Why,
    Withdraw,
    as_json,
    described,
)
from reviewer.github.plan import plan
from reviewer.github.situation import Limits, Place
from reviewer.github.standing import Standing
from reviewer.github.threads import Comment, Discussion
from reviewer.model import Anchor, Confidence, FileAnchor, Finding, Level, Review
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


def carried_out(subject: Review, standing: Standing, limits: Limits = Limits()) -> Standing:  # noqa: B008  # frozen
    """What stands once a plan is carried out."""
    for number, operation in enumerate(plan(subject, standing, TARGET, limits).operations, start=1):
        if not isinstance(operation, Keep):
            standing = after(standing, operation, number)
    return replace(standing, discussions=tuple(map(looked_at, enumerate(standing.discussions, start=500))))


def looked_at(numbered: tuple[int, Discussion]) -> Discussion:
    """A thread with a number of its own, as GitHub gives it."""
    number, discussion = numbered
    first, *others = discussion.comments
    return replace(discussion, comments=(replace(first, id=number, node=f"C{number}"), *others))


def bodies(standing: Standing) -> list[str]:
    """The comments on the diff."""
    return [comment.body for discussion in standing.discussions for comment in discussion.comments]


def begun(*bodies_of: str, path: str = NEW) -> Standing:
    """What stands where we began threads."""
    threads = (
        Discussion(f"T{number}", path, (Comment(number, "bot", bot=False, body=body, node=f"C{number}"),))
        for number, body in enumerate(bodies_of, start=5)
    )
    return replace(EMPTY, discussions=tuple(threads))


@settings(max_examples=40, deadline=None)
@given(ALL, ALL)
def test_a_plan_that_is_carried_out_leaves_nothing_to_write(first: list[Finding], second: list[Finding]) -> None:
    standing = EMPTY
    for findings in (first, second):
        subject = review(HEAD, *findings)
        standing = carried_out(subject, standing)
        assert plan(subject, standing, TARGET).write is None


@settings(max_examples=40, deadline=None)
@given(ALL, st.integers(0, 5))
def test_every_finding_is_told_once_or_more_and_no_comment_is_there_twice(
    findings: list[Finding], refused: int
) -> None:
    subject = review(HEAD, *findings)
    names = [each.fingerprint for each in findings[:refused]]
    limits = Limits(frozenset((place, name) for place in (Place.LINE, Place.FILE) for name in names))
    standing = carried_out(subject, EMPTY, limits)

    said = bodies(standing)
    assert len(set(said)) == len(said) <= subject.policy.max_comments
    told = "".join([*said, *(comment.body for comment in standing.issue)])
    assert all(each.symbol in told for each in findings)
    assert sum(plan(subject, standing, TARGET, limits).places.values()) == len(subject.shown)


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
    unsure = [finding(line, f"app/{line}.py", confidence=Confidence.MEDIUM) for line in range(1, 26)]
    sure = finding(60, NEW)

    entries = entries_of(review(HEAD, *unsure, sure), EMPTY)

    assert entries[0].anchor == sure.anchor
    assert len(entries) == 25


def entries_of(subject: Review, standing: Standing) -> tuple[Entry, ...]:
    """The comments of the review that a plan posts."""
    operations = plan(subject, standing, TARGET).operations
    return next((each.entries for each in operations if isinstance(each, PostReview)), ())


def test_a_comment_that_stands_takes_the_place_of_a_new_one_and_is_not_told_again() -> None:
    warnings = [finding(line, f"app/{line}.py") for line in range(1, 30)]
    subject = review(HEAD, *warnings, finding(60, NEW))
    standing = begun(marked(finding(60)), marked(finding(60, NEW)))

    assert len(entries_of(subject, begun(marked(finding(60, NEW))))) == 24
    operations = plan(subject, standing, TARGET).operations
    assert [each.comment for each in operations if isinstance(each, Edit)] == [6]
    summary = next(each for each in operations if isinstance(each, PostSummary))
    assert f"{NEW}:60" not in summary.body


def test_no_more_than_25_are_open_however_grave_the_next_one_is() -> None:
    errors = [finding(line, f"app/{line}.py", level=Level.ERROR) for line in range(1, 30)]
    subject = review(HEAD, *errors, finding(60, NEW))

    standing = begun(marked(finding(60, NEW)))

    told = {entry.anchor.path for entry in entries_of(subject, standing)}
    assert len(told) == 24
    summary = next(each for each in plan(subject, standing, TARGET).operations if isinstance(each, PostSummary))
    assert all(f"{each.path}:" in summary.body for each in errors if each.path not in told)


def test_a_comment_whose_finding_is_gone_is_folded_away() -> None:
    standing = begun(marked(finding(60)))

    assert plan(review(HEAD), standing, TARGET).operations == (Minimize("C5", Why.RESOLVED),)


def test_a_summary_that_says_the_same_is_not_edited() -> None:
    subject = review(HEAD, unplaced())
    standing = carried_out(subject, EMPTY)
    stored = replace(standing.issue[0], body=standing.issue[0].body.replace("\n", "\r\n") + "  ")

    assert plan(subject, replace(standing, issue=(stored,)), TARGET).operations == ()


def test_the_same_commit_is_never_superseded() -> None:
    subject = review(HEAD, unplaced())

    assert plan(subject, carried_out(subject, EMPTY), TARGET).skipped is None


def test_a_page_says_what_becomes_of_each_comment() -> None:
    entry = Entry("x", Anchor("a.py", 3, 1), "the text")
    on_file = PostOnFile(HEAD, Entry("y", FileAnchor("b.py"), "of the file"))
    operations: list[Operation] = [
        Keep(5, "abc"),
        PostReview(HEAD, "1 new", (entry,), demands=True),
        on_file,
        Reply(5, "again"),
        Edit(6, "better"),
        PostSummary("sum"),
        EditSummary(7, "new"),
        Minimize("C1", Why.RESOLVED),
        Unfold("C2"),
        Resolve("T1"),
        Reopen("T2"),
        Withdraw(8, "done"),
    ]

    assert described(operations) == PAGE
    document = json.loads(as_json(operations))
    assert [each["operation"] for each in document] == [type(each).__name__ for each in operations]
    assert document[1]["entries"][0]["anchor"] == {"path": "a.py", "line": 3, "start_line": 1}


PAGE = f"""\
── Comment 5 stays: it is about abc

── Review of {HEAD}, asking for changes
│ 1 new

── Comment at a.py:1-3
│ the text

── Comment on the file b.py
│ of the file

── Reply to comment 5
│ again

── Comment 6, edited in place
│ better

── New summary comment
│ sum

── Summary comment 7, edited in place
│ new

── Comment C1 is folded away as resolved

── Comment C2 is shown again

── Thread T1 is resolved

── Thread T2 is opened again

── Review 8 asks for changes no more: done"""


def test_a_path_that_cannot_be_said_in_json_is_told_in_the_summary() -> None:
    subject = review(HEAD, finding(10, "app/\udcff.py"))

    (operation,) = plan(subject, EMPTY, TARGET).operations

    assert isinstance(operation, PostSummary)
    assert "at_10" in operation.body


def test_a_review_of_a_commit_that_takes_no_comments_is_a_summary() -> None:
    (operation,) = plan(review(HEAD, finding(10)), replace(EMPTY, commit=None), TARGET).operations

    assert isinstance(operation, PostSummary)


def test_a_plan_for_an_older_commit_than_the_reviewed_one_is_empty() -> None:
    newer = carried_out(review(HEAD, unplaced()), EMPTY)

    assert plan(review("3" * 40, finding(10)), replace(newer, newer=True), TARGET).operations == ()
