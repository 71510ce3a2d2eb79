"""What people settled is settled finding by finding, for the code that they saw, by whatever name it goes."""

from dataclasses import replace

import pytest

from reviewer.github.poster import post
from reviewer.github.posting import Outcome
from reviewer.model import Anchor, FileAnchor, Finding, Level, Policy, Problem, Span
from tests.github.fake import BOT, PERSON, Comment, Review, Rights
from tests.github.server import Site
from tests.github.story import HEAD_FILES, NEW, SERVICE, TARGET, access, finding, inline, numbered, posted, review

WISH = Policy(request_changes=True)


def error(line: int = 10, **changes: object) -> Finding:
    """An error with a name and code of its own."""
    return replace(finding(line, level=Level.ERROR), **changes)  # type: ignore[arg-type]  # fields of a finding


def many(*lines: int) -> list[Finding]:
    """Errors of one rule in one file."""
    return [replace(finding(line, NEW), level=Level.ERROR) for line in lines]


def objection(site: Site, text: str = "/reviewer ignore it is a table", place: int = 0) -> Comment:
    """What somebody who may write says in a thread."""
    return site.fake.reply(site.fake.openings()[place], text)


def minimized(site: Site) -> list[str | None]:
    """Why the first comments of the threads are folded away."""
    return [opening.minimized for opening in site.fake.openings()]


def test_a_file_that_does_not_parse_any_more_has_nothing_fixed(site: Site) -> None:
    posted(site, finding(10))

    posted(site, replace(finding(52), rule="unparsable-file"))

    assert minimized(site)[0] is None


@pytest.mark.parametrize("path", ["app/old.py", SERVICE])
def test_nothing_is_fixed_in_a_file_that_could_not_be_read(site: Site, path: str) -> None:
    posted(site, replace(finding(10), path="app/old.py"))

    unread = Problem("unreadable", path, "it cannot be read")
    post(review(site.fake.head, problems=[unread]), TARGET, access(site))

    assert minimized(site) == [None]


def test_a_copy_of_what_is_ignored_is_not_ignored(site: Site) -> None:
    six = many(*range(11, 17))
    posted(site, *six)
    objection(site)
    assert not posted(site, *six).fails

    outcome = posted(site, *six, replace(many(40)[0], code=six[0].code))

    assert outcome.fails
    assert outcome.places == {"settled by people": 6, "on a line": 1}
    assert "New since this was settled" in site.fake.inline[-1].body


def test_a_newcomer_leaves_the_others_settled(site: Site) -> None:
    six, warning = many(*range(11, 17)), replace(finding(40, NEW), level=Level.WARNING)
    posted(site, *six)
    objection(site)

    assert not posted(site, *six, warning).fails
    more = next(comment.body for comment in site.fake.inline if "New since this was settled" in comment.body)
    assert "at_40" in more
    assert "at_11" not in more

    outcome = posted(site, *six)
    assert not outcome.fails
    assert outcome.places == {"settled by people": 6}


def test_a_finding_stays_in_its_thread_when_its_line_leaves_the_diff(site: Site) -> None:
    six = many(*range(11, 17))
    posted(site, *six)
    objection(site)

    outcome = posted(site, *six[:5], replace(six[5], anchor=FileAnchor(NEW)))

    assert len(site.fake.openings()) == 1
    assert not outcome.fails


def test_many_findings_on_one_file_are_one_comment(site: Site) -> None:
    posted(site, *(replace(each, anchor=FileAnchor(NEW)) for each in many(*range(11, 21))))

    assert inline(site.fake) == [(NEW, None)]


def test_a_hundred_findings_of_one_rule_are_told_in_two_comments(site: Site) -> None:
    hundred = [
        replace(finding(1 + number % 60, NEW), fingerprint=f"f{number}", code=f"c{number}") for number in range(100)
    ]

    outcome = posted(site, *hundred)
    again = posted(site, *hundred)

    assert outcome.places == again.places == {"on a line": 100}
    assert len(site.fake.inline) == 2
    assert all(len(comment.body) < 65_536 for comment in site.fake.inline)


def test_the_thread_goes_with_the_code_when_equals_are_counted_anew(site: Site) -> None:
    posted(site, error(fingerprint="f0", code="aaaa"))
    objection(site)

    outcome = posted(site, error(8, fingerprint="f0", code="bbbb"), error(10, fingerprint="f1", code="aaaa"))

    assert outcome.places == {"settled by people": 1, "on a line": 1}
    assert len(site.fake.openings()) == 2
    assert not any("has changed" in comment.body for comment in site.fake.inline)


def test_functions_that_swap_their_names_keep_their_threads(site: Site) -> None:
    posted(site, error(10, fingerprint="a", code="aaaa"), error(50, fingerprint="b", code="bbbb"))
    objection(site)

    outcome = posted(site, error(10, fingerprint="b", code="aaaa"), error(50, fingerprint="a", code="bbbb"))

    assert outcome.places == {"settled by people": 1, "on a line": 1}
    assert len(site.fake.openings()) == 2


def test_a_new_function_does_not_inherit_a_name_with_its_thread(site: Site) -> None:
    posted(site, error(fingerprint="a", code="aaaa"))
    objection(site)
    posted(site, error(fingerprint="b", code="aaaa"))

    outcome = posted(site, error(fingerprint="b", code="aaaa"), error(50, fingerprint="a", code="new"))

    assert outcome.places == {"settled by people": 1, "on a line": 1}
    assert not any("has changed" in comment.body for comment in site.fake.inline)


def test_a_settled_thread_learns_the_name_that_its_finding_has_now(site: Site) -> None:
    posted(site, finding(10))
    objection(site, "Won't fix.")
    renamed = replace(finding(10), fingerprint="other", symbol="other")
    posted(site, renamed)

    posted(site, replace(renamed, code="changed"))

    assert len(site.fake.openings()) == 1
    assert "has changed since" in site.fake.inline[-1].body


def test_a_finding_of_another_file_takes_no_thread_for_a_likeness(site: Site) -> None:
    whole = replace(finding(10), rule="file-too-long", symbol="")
    posted(site, whole)

    other = replace(finding(3, NEW), rule="file-too-long", symbol="", code="other")
    post(replace(review(site.fake.head, other), paths=(NEW,)), TARGET, access(site))

    assert inline(site.fake) == [(SERVICE, 10), (NEW, 3)]
    assert minimized(site) == ["RESOLVED", None]


def test_an_ignored_line_lends_nothing_to_the_same_line_in_an_unrelated_file(site: Site) -> None:
    line = error(symbol="", key="User", fingerprint="a", code="same")
    posted(site, line)
    objection(site)
    assert not posted(site, line).fails

    other = replace(line, path=NEW, anchor=Anchor(NEW, 3), fingerprint="b")
    outcome = post(replace(review(site.fake.head, other), paths=(NEW,)), TARGET, access(site))

    assert outcome.fails
    assert inline(site.fake) == [(SERVICE, 10), (SERVICE, 10), (SERVICE, 10), (NEW, 3)]


def test_what_is_new_is_not_told_in_a_thread_that_nobody_sees(site: Site) -> None:
    posted(site, *many(*range(11, 17)))
    site.fake.head = site.fake.repository.commit({NEW: HEAD_FILES[NEW].replace("line_11 = 11", "line_11 = 'x'")})

    outcome = posted(site, *many(*range(11, 17)), *many(40))

    assert [line for _, line in inline(site.fake)] == [11, 40]
    assert outcome.posted == 1


def test_what_was_ignored_in_a_crowd_and_has_changed_is_said_once(site: Site) -> None:
    six = many(*range(11, 17))
    posted(site, *six)
    objection(site)
    posted(site, *six, *many(40))

    changed = [*six[:5], replace(six[5], code="changed"), *many(40)]
    outcome = posted(site, *changed)

    assert outcome.posted == 1
    assert "at_16" in site.fake.inline[-1].body
    assert posted(site, *changed).posted == 0


def test_a_command_about_code_that_has_changed_since_is_told_to_be_late(site: Site) -> None:
    posted(site, error())
    objection(site)

    outcome = posted(site, error(code="changed"))

    assert outcome.fails
    bodies = [comment.body for comment in site.fake.inline]
    assert any("has changed since you wrote that" in body for body in bodies)
    assert not any("Out of the verdict" in body for body in bodies)


def test_of_two_threads_about_one_finding_the_answered_one_counts(site: Site) -> None:
    posted(site, error())
    site.fake.say_at(SERVICE, 10, site.fake.inline[0].body, BOT)
    objection(site, place=1)

    outcome = posted(site, error())

    assert not outcome.fails
    assert minimized(site) == ["DUPLICATE", None]


def test_code_that_returns_to_what_was_settled_is_settled(site: Site) -> None:
    posted(site, error())
    objection(site)
    posted(site, error())
    assert posted(site, error(code="changed")).fails
    again = site.fake.inline[-1]

    outcome = posted(site, error())

    assert not outcome.fails
    assert outcome.places == {"settled by people": 1}
    assert again.minimized == "RESOLVED"


def test_an_unanswered_thread_is_taken_before_an_answered_one(site: Site) -> None:
    posted(site, error(10, fingerprint="a", code="same"), error(50, fingerprint="b", code="same"))
    objection(site)

    assert posted(site, error(50, fingerprint="c", code="same")).fails


def test_code_without_a_digest_is_known_by_its_facts(site: Site) -> None:
    posted(site, error(code="", facts={"lines": 40}))
    objection(site)
    assert not posted(site, error(code="", facts={"lines": 40})).fails

    assert posted(site, error(code="", facts={"lines": 4000})).fails


def test_to_resolve_after_we_said_it_again_settles_it(site: Site) -> None:
    posted(site, finding(10))
    objection(site, "Won't fix.")
    changed = replace(finding(10), code="changed")
    posted(site, changed)
    site.fake.openings()[0].resolved_by = PERSON

    assert posted(site, changed).places == {"settled by people": 1}


def test_what_is_resolved_by_the_person_whose_token_it_is_stays_resolved(site: Site) -> None:
    site.fake.tokens["token"] = (PERSON, Rights.FULL)
    posted(site, finding(10))
    site.fake.openings()[0].resolved_by = PERSON

    assert posted(site, finding(10)).places == {"settled by people": 1}
    assert site.fake.openings()[0].resolved_by == PERSON


def test_what_a_maintainer_hides_stays_hidden(site: Site) -> None:
    posted(site, finding(10))
    site.fake.inline[0].minimized = "OFF_TOPIC"

    assert posted(site, finding(10)).places == {"settled by people": 1}
    assert minimized(site) == ["OFF_TOPIC"]


def test_a_thread_that_people_talk_in_is_not_resolved_for_them(site: Site) -> None:
    site.fake.tokens["token"] = (BOT, Rights.FULL)
    posted(site, finding(10))
    objection(site, "I wonder.")

    post(replace(review(site.fake.head), policy=Policy(resolve_threads=True)), TARGET, access(site))

    assert site.fake.openings()[0].resolved_by is None


def test_a_word_that_begins_like_a_command_is_none(site: Site) -> None:
    posted(site, finding(10))
    objection(site, "/reviewer-bot is wrong here, we keep it")

    assert posted(site, finding(10)).places == {"settled by people": 1}
    assert len(site.fake.inline) == 2


@pytest.mark.parametrize("text", ["/reviewer ignore: a table", "/Reviewer Ignore a table"])
def test_a_command_may_be_written_in_some_ways(site: Site, text: str) -> None:
    posted(site, error())
    objection(site, text)

    assert not posted(site, error()).fails


@pytest.mark.parametrize("text", ["/reviewer explian", "/reviewer", "/reviewer ignore"])
def test_a_slip_of_the_pen_is_no_objection(site: Site, text: str) -> None:
    posted(site, finding(10))
    objection(site, text)

    assert posted(site, finding(10)).places == {"on a line": 1}


def test_a_question_with_an_objection_behind_it_is_one(site: Site) -> None:
    posted(site, finding(10))
    objection(site, "/reviewer explain\n\nWon't fix.")

    assert posted(site, finding(10)).places == {"settled by people": 1}


def test_a_thread_whose_first_comment_is_deleted_is_ours_still(site: Site) -> None:
    posted(site, finding(10))
    objection(site, "Won't fix.")
    changed = replace(finding(10), code="changed")
    posted(site, changed)
    opening, reply, again = site.fake.inline
    site.fake.inline = [replace(reply, reply_to=None), replace(again, reply_to=reply.id)]

    posted(site, changed)

    assert len(site.fake.openings()) == 1
    assert opening.body not in [comment.body for comment in site.fake.inline]


def demanding(site: Site, *findings: Finding, head: str | None = None) -> Outcome:
    """The outcome of a review that may ask for changes."""
    return post(replace(review(head or site.fake.head, *findings), policy=WISH), TARGET, access(site))


def test_a_demand_that_somebody_dismissed_is_not_made_again_on_the_same_commit(site: Site) -> None:
    demanding(site, error())
    site.fake.reviews[0].state = "DISMISSED"

    demanding(site, error())

    assert [each.state for each in site.fake.reviews] == ["DISMISSED"]


def test_a_demand_beside_a_persons_draft_loses_nothing(site: Site) -> None:
    site.fake.tokens["token"] = (PERSON, Rights.WRITE)
    site.fake.reviews.append(Review(5, PERSON, "PENDING", "my draft", site.fake.head))

    outcome = demanding(site, error())

    assert "at_10" in site.fake.issue[0].body
    assert outcome.places == {"in the summary alone": 1}


def test_a_review_of_an_older_commit_takes_back_no_demand(site: Site) -> None:
    old = site.fake.head
    site.fake.head = site.fake.repository.commit({"README.md": "More.\n"})
    demanding(site, error())
    site.fake.issue.clear()

    demanding(site, head=old)

    assert [each.state for each in site.fake.reviews] == ["CHANGES_REQUESTED"]


def test_a_late_job_says_nothing_where_a_newer_commit_is_reviewed(site: Site) -> None:
    old = site.fake.head
    site.fake.head = site.fake.repository.commit({SERVICE: numbered(100, edited=[10, 11])})
    posted(site, finding(10))
    site.fake.head = site.fake.repository.commit({SERVICE: numbered(100, edited=[10, 12])})
    writes = list(site.writes)

    outcome = post(review(old, replace(finding(10), code="old")), TARGET, access(site))

    assert site.writes == writes
    assert "reviewed already" in outcome.notes[0]


def test_a_commit_that_is_in_the_base_already_gets_a_summary_alone(site: Site) -> None:
    reviewed = site.fake.head
    site.fake.head = site.fake.repository.commit({SERVICE: numbered(100, edited=[10, 11])})
    site.fake.base = reviewed

    outcome = post(review(reviewed, finding(10)), TARGET, access(site))

    assert outcome.places == {"in the summary alone": 1}
    assert "at_10" in site.fake.issue[0].body


def test_a_second_run_on_an_older_commit_whose_line_changed_writes_nothing(site: Site) -> None:
    old = site.fake.head
    site.fake.head = site.fake.repository.commit({SERVICE: HEAD_FILES[SERVICE].replace("line_10 = 'edited'", "x = 1")})
    post(review(old, finding(10)), TARGET, access(site))
    writes = list(site.writes)

    post(review(old, finding(10)), TARGET, access(site))

    assert site.writes == writes


def test_findings_in_many_files_with_one_cause_name_their_files(site: Site) -> None:
    caused = [
        replace(
            finding(10), path=f"app/c{number}.py", span=Span(3, 1, 3, 5), fingerprint=f"c{number}", code=f"c{number}"
        )
        for number in range(6)
    ]
    posted(site, *caused)

    assert "6 places are affected by this change" in site.fake.inline[0].body
    assert "app/c3.py:3" in site.fake.inline[0].body


def test_one_that_is_left_of_many_is_told_like_any_other(site: Site) -> None:
    posted(site, *many(*range(11, 17)))

    posted(site, *many(11))

    assert "1 places" not in site.fake.inline[0].body
    assert "at_11" in site.fake.inline[0].body
