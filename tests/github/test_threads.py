"""One finding, one thread for life: what is fixed, settled, asked for, renamed, and what belongs to others."""

from dataclasses import replace

import pytest

from reviewer.github.poster import post
from reviewer.github.posting import Outcome
from reviewer.model import Anchor, FileAnchor, Finding, Level, Policy, Problem, Review
from tests.github.fake import BOT, PERSON, Comment, Rights, User
from tests.github.server import Fault, How, Site
from tests.github.story import NEW, SERVICE, TARGET, access, alone, finding, inline, marked, numbered, posted, review

READER = User("passer-by", 9)


def folded(site: Site) -> list[str | None]:
    """Why each comment on the diff is folded away."""
    return [comment.minimized for comment in site.fake.inline]


def resolvers(site: Site) -> list[User | None]:
    """Who resolved each thread."""
    return [opening.resolved_by for opening in site.fake.openings()]


def changed(old: Finding) -> Finding:
    """The finding after its code was changed."""
    return replace(old, code="c0de", message="`at_10` has 60 lines")


def settled(site: Site, *, by: str = "resolve", user: User = PERSON) -> Comment:
    """The thread of a finding on line 10 that somebody settled."""
    posted(site, finding(10))
    opening = site.fake.inline[0]
    if by == "resolve":
        opening.resolved_by = user
    else:
        site.fake.reply(opening, by, user)
    return opening


def test_a_fixed_finding_is_folded_away_and_shown_again_when_it_comes_back(site: Site) -> None:
    posted(site, finding(10))
    posted(site)
    assert folded(site) == ["RESOLVED"]

    outcome = posted(site, finding(10))

    assert folded(site) == [None]
    assert (outcome.posted, outcome.places) == (0, {"on a line": 1})


def test_a_finding_that_could_not_be_looked_for_is_not_called_fixed(site: Site) -> None:
    posted(site, finding(10), finding(3, NEW))
    unread = Problem("unreadable", SERVICE, "it cannot be read")

    post(review(site.fake.head, problems=[unread]), TARGET, access(site))

    assert {comment.entry["path"]: comment.minimized for comment in site.fake.inline} == {
        SERVICE: None,
        NEW: "RESOLVED",
    }


def test_what_a_tool_of_another_job_says_no_more_is_not_called_fixed(site: Site) -> None:
    posted(site, replace(finding(10), source="mypy", rule="arg-type"))

    posted(site)

    assert folded(site) == [None]


def test_a_review_of_an_older_commit_calls_nothing_fixed(site: Site) -> None:
    reviewed = site.fake.head
    posted(site, finding(10))
    site.fake.head = site.fake.repository.commit({"README.md": "More.\n"})
    site.fake.issue.clear()

    post(review(reviewed), TARGET, access(site))

    assert site.fake.inline[0].minimized is None


def test_threads_are_resolved_where_that_is_wished_and_allowed(site: Site) -> None:
    site.fake.tokens["token"] = (BOT, Rights.FULL)
    wish = Policy(resolve_threads=True)
    posted(site, finding(10))
    post(replace(review(site.fake.head), policy=wish), TARGET, access(site))
    assert resolvers(site) == [BOT]

    post(replace(review(site.fake.head, finding(10)), policy=wish), TARGET, access(site))

    assert (resolvers(site), folded(site)) == ([None], [None])


def test_without_the_right_a_thread_is_not_resolved(site: Site) -> None:
    posted(site, finding(10))

    post(replace(review(site.fake.head), policy=Policy(resolve_threads=True)), TARGET, access(site))

    assert resolvers(site) == [None]
    assert folded(site) == ["RESOLVED"]


@pytest.mark.parametrize("by", ["resolve", "Won't fix.", "What does that mean?"])
def test_what_people_settled_stays_in_the_summary_alone(site: Site, by: str) -> None:
    opening = settled(site, by=by)
    body, writes = opening.body, len(site.writes)

    outcome = posted(site, finding(10))

    assert (opening.body, len(site.writes)) == (body, writes + 1)
    assert outcome.places == {"settled by people": 1}
    address = f"pull/7#discussion_r{opening.id}"
    assert f"{'resolved' if by == 'resolve' else 'answered'} by `octocat`" in site.fake.issue[0].body
    assert address in site.fake.issue[0].body


@pytest.mark.parametrize("by", ["resolve", "Won't fix."])
def test_changed_code_reopens_a_settled_thread_with_one_reply(site: Site, by: str) -> None:
    opening = settled(site, by=by)
    posted(site, changed(finding(10)))
    thread = site.fake.thread(opening)
    assert "has changed since" in thread[-1].body
    assert "60 lines" in thread[-1].body
    count = len(thread)

    again = posted(site, changed(finding(10)))
    posted(site, replace(changed(finding(10)), code="other", message="`at_10` has 70 lines"))

    thread = site.fake.thread(opening)
    assert len(thread) == count
    assert "70 lines" in thread[-1].body
    assert again.posted == 0


def test_a_second_answer_settles_it_again(site: Site) -> None:
    opening = settled(site, by="Won't fix.")
    posted(site, changed(finding(10)))
    site.fake.reply(opening, "Still not.")

    outcome = posted(site, changed(finding(10)))

    assert outcome.places == {"settled by people": 1}
    assert len(site.fake.thread(opening)) == 4


def test_another_bot_settles_nothing(site: Site) -> None:
    settled(site, by="I am a bot.", user=User("coverage[bot]", 4, "Bot"))

    assert posted(site, finding(10)).places == {"on a line": 1}


def test_our_own_answer_settles_nothing(site: Site) -> None:
    site.fake.tokens["token"] = (PERSON, Rights.WRITE)
    opening = settled(site, by="/reviewer explain")
    posted(site, finding(10))
    assert len(site.fake.thread(opening)) == 3

    assert posted(site, finding(10)).places == {"on a line": 1}


def test_a_comment_says_what_is_true_now(site: Site) -> None:
    posted(site, finding(10))

    outcome = posted(site, changed(finding(10)))

    assert "60 lines" in site.fake.inline[0].body
    assert (len(site.fake.inline), outcome.posted, outcome.stood) == (1, 0, 1)


def test_a_comment_that_says_the_same_is_left_alone_when_links_lead_to_another_commit(site: Site) -> None:
    caused = replace(finding(10), path="app/old.py", fingerprint="ab", code="cd")
    posted(site, caused)
    site.fake.head = site.fake.repository.commit({"README.md": "More.\n"})
    writes = len(site.writes)

    posted(site, caused)

    assert site.writes[writes:] == [f"PATCH /repos/octo/shop/issues/comments/{site.fake.issue[0].id}"]


def test_a_renamed_file_keeps_its_threads(site: Site) -> None:
    posted(site, finding(3, NEW))
    site.fake.head = site.fake.repository.commit({NEW: None, "app/newer.py": numbered(60)})
    moved = replace(finding(3, "app/newer.py"), symbol="at_3")
    renamed = replace(review(site.fake.head, moved), paths=("app/newer.py", SERVICE))

    outcome = post(renamed, TARGET, access(site))

    assert len(site.fake.inline) == 1
    assert outcome.places == {"on a line": 1}
    assert "told on a line that has changed since" in site.fake.issue[0].body


def test_a_renamed_file_keeps_its_threads_when_its_code_changes_too(site: Site) -> None:
    posted(site, finding(3, NEW))
    site.fake.head = site.fake.repository.commit({NEW: None, "app/newer.py": numbered(60)})
    moved = replace(finding(3, "app/newer.py"), symbol="at_3", code="other")

    post(replace(review(site.fake.head, moved), paths=("app/newer.py",)), TARGET, access(site))
    post(replace(review(site.fake.head, moved), paths=("app/newer.py",)), TARGET, access(site))

    assert len(site.fake.inline) == 1


def test_a_renamed_function_keeps_its_thread(site: Site) -> None:
    posted(site, finding(10))
    renamed = replace(finding(10), symbol="other", fingerprint="other")

    posted(site, renamed)

    assert inline(site.fake) == [(SERVICE, 10)]
    assert site.fake.inline[0].minimized is None


def test_a_function_that_moves_to_another_file_takes_its_thread_with_it(site: Site) -> None:
    posted(site, finding(10))

    posted(site, replace(finding(10, NEW), code=finding(10).code))

    assert inline(site.fake) == [(SERVICE, 10)]
    assert folded(site) == [None]


def test_the_same_line_in_another_file_is_another_finding(site: Site) -> None:
    line = replace(finding(10), symbol="", key="User")
    posted(site, line)
    copy = replace(line, path=NEW, anchor=Anchor(NEW, 10), fingerprint="copy")

    posted(site, copy)

    assert inline(site.fake) == [(SERVICE, 10), (NEW, 10)]
    assert folded(site) == ["RESOLVED", None]


def test_a_force_push_keeps_the_threads(site: Site) -> None:
    posted(site, finding(10))
    fake = site.fake
    fake.repository.git("checkout", "--quiet", "-B", "feature", fake.base)
    fake.head = fake.repository.commit({SERVICE: numbered(100, edited=[10, 60])})

    posted(site, finding(10), finding(60))

    assert inline(fake) == [(SERVICE, 10), (SERVICE, 60)]


def test_two_threads_about_one_finding_become_one(site: Site) -> None:
    posted(site, finding(10))
    site.fake.say_at(SERVICE, 10, site.fake.inline[0].body, BOT)

    posted(site, finding(10))
    posted(site, finding(10))

    assert folded(site) == [None, "DUPLICATE"]


def test_a_finding_on_a_file_is_a_comment_on_the_file(site: Site) -> None:
    whole = replace(finding(90), anchor=FileAnchor(SERVICE))

    outcome = posted(site, whole)
    again = posted(site, whole)

    assert inline(site.fake) == [(SERVICE, None)]
    assert outcome.places == again.places == {"on a file": 1}
    assert (outcome.posted, again.posted) == (1, 0)


def test_long_threads_are_read_to_the_end(site: Site) -> None:
    site.fake.largest_page = 2
    opening = settled(site, by="Why?")
    for number in range(6):
        site.fake.reply(opening, f"Because {number}.", READER)

    posted(site, finding(10))

    assert "answered by `passer-by`" in site.fake.issue[0].body


def test_what_is_not_ours_is_never_touched(site: Site) -> None:
    site.fake.say_at(SERVICE, 10, marked(finding(10)), PERSON)
    site.fake.say_at(SERVICE, 50, "I wonder.", PERSON)
    site.fake.say_at(NEW, 3, marked(finding(3, NEW), scope="other"), BOT)
    site.fake.say_at(NEW, 5, "A comment of another job of this bot.", BOT)
    before = [replace(comment) for comment in site.fake.inline]

    posted(site, finding(10))
    posted(site)

    assert site.fake.inline[: len(before)] == before


def command(site: Site, text: str, user: User = PERSON) -> Outcome:
    """What becomes of an error on which somebody gives a command."""
    error = finding(10, level=Level.ERROR)
    if not site.fake.inline:
        posted(site, error)
    site.fake.reply(site.fake.inline[0], text, user)
    return posted(site, error)


def test_a_finding_is_ignored_by_one_who_may_write(site: Site) -> None:
    outcome = command(site, "/reviewer ignore it is a table")

    assert not outcome.fails
    assert "Out of the verdict as long as this code stands: it is a table" in site.fake.inline[-1].body
    assert "ignored by `octocat`: it is a table" in site.fake.issue[0].body
    assert "1 of them ignored by people" in site.fake.issue[0].body
    count = len(site.fake.inline)
    assert not posted(site, finding(10, level=Level.ERROR)).fails
    assert len(site.fake.inline) == count


def test_what_is_ignored_counts_again_when_its_code_changes(site: Site) -> None:
    command(site, "/reviewer ignore it is a table")

    outcome = posted(site, replace(changed(finding(10)), level=Level.ERROR))

    assert outcome.fails
    assert "has changed since" in site.fake.inline[-1].body


def test_one_who_may_not_write_silences_and_changes_no_verdict(site: Site) -> None:
    outcome = command(site, "/reviewer ignore please", READER)

    assert outcome.fails
    assert outcome.places == {"settled by people": 1}
    assert len(site.fake.inline) == 2


def test_to_ignore_needs_a_reason(site: Site) -> None:
    outcome = command(site, "/reviewer ignore")

    assert outcome.fails
    assert "Say why" in site.fake.inline[-1].body


def test_an_explanation_is_given_once_and_settles_nothing(site: Site) -> None:
    outcome = command(site, "/reviewer explain")
    assert outcome.places == {"on a line": 1}
    count = len(site.fake.inline)

    outcome = posted(site, finding(10, level=Level.ERROR))

    assert len(site.fake.inline) == count == 3
    assert outcome.places == {"on a line": 1}


def test_an_unknown_command_is_answered_with_those_there_are(site: Site) -> None:
    command(site, "/reviewer dismiss")

    assert "/reviewer explain" in site.fake.inline[-1].body


def test_a_command_in_a_strangers_thread_is_none(site: Site) -> None:
    opening = site.fake.say_at(SERVICE, 10, "I wonder.")
    site.fake.reply(opening, "/reviewer ignore this")

    posted(site, finding(50))

    assert len(site.fake.thread(opening)) == 2


def test_commands_without_end_get_no_answers_without_end(site: Site) -> None:
    posted(site, finding(10))
    for _ in range(15):
        site.fake.reply(site.fake.inline[0], "/reviewer explain")

    posted(site, finding(10))
    assert len(site.fake.inline) == 1 + 15 + 10

    posted(site, finding(10))
    assert len(site.fake.inline) == 1 + 15 + 15


def demanding(site: Site, *findings: Finding, problems: tuple[Problem, ...] = ()) -> Outcome:
    """The outcome where a failing review asks for changes."""
    made: Review = replace(review(site.fake.head, *findings, problems=problems), policy=Policy(request_changes=True))
    return post(made, TARGET, access(site))


def test_changes_are_asked_for_once_and_the_demand_is_taken_back(site: Site) -> None:
    error = finding(10, level=Level.ERROR)
    demanding(site, error)
    demanding(site, error)
    assert [each.state for each in site.fake.reviews] == ["CHANGES_REQUESTED"]

    demanding(site)

    assert [each.state for each in site.fake.reviews] == ["DISMISSED"]


def test_a_demand_stands_while_something_is_unreviewed(site: Site) -> None:
    demanding(site, finding(10, level=Level.ERROR))

    demanding(site, problems=(Problem("crash", SERVICE, "it crashed"),))

    assert [each.state for each in site.fake.reviews] == ["CHANGES_REQUESTED"]


def test_a_demand_comes_without_new_comments_too(site: Site) -> None:
    error = finding(10, level=Level.ERROR)
    posted(site, error)

    demanding(site, error)

    assert [each.state for each in site.fake.reviews] == ["COMMENTED", "CHANGES_REQUESTED"]
    assert len(site.fake.inline) == 1


def test_warnings_ask_for_no_changes(site: Site) -> None:
    demanding(site, finding(10))

    assert [each.state for each in site.fake.reviews] == ["COMMENTED"]


def test_a_demand_on_ones_own_pull_request_is_a_comment(site: Site) -> None:
    site.fake.author = BOT

    made = replace(review(site.fake.head, finding(10, level=Level.ERROR)), policy=Policy(request_changes=True, skip=()))
    outcome = post(made, TARGET, access(site))

    assert [each.state for each in site.fake.reviews] == ["COMMENTED"]
    assert "no demand" in outcome.notes[0]


def test_what_only_tidies_up_may_fail(site: Site) -> None:
    posted(site, finding(10))
    site.faults.append(Fault("POST /graphql#minimizeComment", How.ERRORS, kind="FORBIDDEN", message="no", times=-1))

    outcome = posted(site)

    assert outcome.refused is None
    assert "left as it is" in outcome.notes[0]
    assert "Nothing found" in site.fake.issue[0].body


@pytest.mark.parametrize(
    ("state", "note"),
    [
        ({"draft": True}, "draft"),
        ({"state": "closed"}, "closed"),
        ({"labels": ["wip", "no-review"]}, "label no-review"),
        ({"author": User("dependabot[bot]", 1, "Bot")}, "A bot"),
    ],
)
def test_some_pull_requests_get_no_comments_but_a_verdict(site: Site, state: dict[str, object], note: str) -> None:
    for name, value in state.items():
        setattr(site.fake, name, value)
    error = finding(10, level=Level.ERROR)
    made = replace(review(site.fake.head, error), policy=Policy(skip_labels=("no-review",)))

    outcome = post(made, TARGET, access(site))

    assert site.writes == []
    assert note in outcome.notes[0]
    assert outcome.fails
    assert alone(outcome) == 0


def test_a_limit_on_comments_counts_those_that_stand_open(site: Site) -> None:
    few = Policy(max_comments=2)
    three = [finding(10), finding(50), finding(3, NEW)]
    post(replace(review(site.fake.head, *three), policy=few), TARGET, access(site))
    assert len(site.fake.inline) == 2
    site.fake.reply(site.fake.inline[0], "Won't fix.")

    post(replace(review(site.fake.head, *three), policy=few), TARGET, access(site))

    assert len(site.fake.openings()) == 3
