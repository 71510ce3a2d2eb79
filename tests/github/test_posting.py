"""A review on a pull request: what is posted, what stays, what is edited."""

from dataclasses import replace

from reviewer.github.poster import post
from reviewer.model import Confidence, Finding, Level, Problem
from tests.github.fake import BOT, NAME, PERSON, FakeGitHub, User
from tests.github.server import Site, serve
from tests.github.story import (
    HEAD_FILES,
    NEW,
    SERVICE,
    TARGET,
    access,
    alone,
    finding,
    inline,
    marked,
    numbered,
    posted,
    review,
    ruled,
    unplaced,
)


def test_a_first_review_has_comments_in_the_diff_and_one_summary(site: Site) -> None:
    outcome = posted(site, finding(10), finding(52, start=50), unplaced())

    assert [each.state for each in site.fake.reviews] == ["COMMENTED"]
    assert inline(site.fake) == [(SERVICE, 10), (SERVICE, 52)]
    assert site.fake.inline[1].entry["start_line"] == 50
    assert len(site.fake.issue) == 1
    assert "at_90" in site.fake.issue[0].body
    assert (outcome.posted, outcome.stood, alone(outcome)) == (2, 0, 1)


def test_posting_twice_changes_nothing(site: Site) -> None:
    posted(site, finding(10), unplaced())
    writes = list(site.writes)

    outcome = posted(site, finding(10), unplaced())

    assert site.writes == writes
    assert (outcome.posted, outcome.stood, alone(outcome)) == (0, 1, 1)


def test_a_second_push_gets_comments_on_what_is_new(site: Site) -> None:
    posted(site, finding(10))
    site.fake.head = site.fake.repository.commit({SERVICE: numbered(100, edited=[10, 50, 51, 52, 80])})

    posted(site, finding(10), finding(80))

    assert inline(site.fake) == [(SERVICE, 10), (SERVICE, 80)]
    assert len(site.fake.issue) == 1


def test_a_summary_that_turned_clean_says_so_in_place(site: Site) -> None:
    posted(site, finding(10))
    site.fake.head = site.fake.repository.commit({SERVICE: numbered(100)})

    outcome = posted(site)

    assert "Nothing found" in site.fake.issue[0].body
    assert len(site.fake.issue) == 1
    assert (outcome.posted, outcome.stood, alone(outcome)) == (0, 0, 0)


def test_a_clean_review_of_a_clean_pull_request_says_nothing(site: Site) -> None:
    posted(site)

    assert site.writes == []


def test_a_note_that_a_change_brings_is_told_in_the_summary(site: Site) -> None:
    posted(site, Finding("app-without-middleware", Level.NOTE, Confidence.HIGH, "nothing speaks of CORS"))

    assert "nothing speaks of CORS" in site.fake.issue[0].body


def test_a_problem_alone_is_told_in_the_summary(site: Site) -> None:
    problem = Problem("unreadable-file", SERVICE, "the file cannot be read")

    post(review(site.fake.head, problems=[problem]), TARGET, access(site))

    assert "the file cannot be read" in site.fake.issue[0].body
    assert site.fake.reviews == []


def test_hidden_findings_are_not_posted(site: Site) -> None:
    posted(site, replace(finding(10), hidden_because="not in the change"))

    assert site.writes == []


def test_at_most_25_comments_the_gravest_first_and_the_rest_in_the_summary(site: Site) -> None:
    warnings = [ruled(line) for line in range(1, 31)]
    errors = [replace(ruled(line), level=Level.ERROR) for line in range(51, 55)]

    outcome = posted(site, *warnings, *errors)

    assert {line for _, line in inline(site.fake)} == {*range(1, 22), *range(51, 55)}
    assert (outcome.posted, alone(outcome)) == (25, 9)
    assert all(f"{NEW}:{line}" in site.fake.issue[0].body for line in range(22, 31))


def test_many_findings_of_one_rule_in_a_file_are_one_comment(site: Site) -> None:
    outcome = posted(site, *(finding(line, NEW) for line in range(11, 17)), finding(10))

    assert inline(site.fake) == [(NEW, 11), (SERVICE, 10)]
    assert "6 places in this file have the same problem" in site.fake.inline[0].body
    assert all(f"#L{line})" in site.fake.inline[0].body for line in range(11, 17))
    assert (outcome.posted, outcome.places["on a line"], alone(outcome)) == (2, 7, 0)


def test_five_findings_of_one_rule_in_a_file_are_five_comments(site: Site) -> None:
    posted(site, *(finding(line, NEW) for line in range(11, 16)))

    assert len(site.fake.inline) == 5


def test_a_comment_about_many_is_edited_as_they_come_and_go(site: Site) -> None:
    posted(site, *(finding(line, NEW) for line in range(11, 17)))

    posted(site, *(finding(line, NEW) for line in (11, 12, 20)))

    assert len(site.fake.inline) == 1
    assert "3 places" in site.fake.inline[0].body
    posted(site)
    assert site.fake.inline[0].minimized == "RESOLVED"


def test_pages_are_read_to_the_end(fake: FakeGitHub) -> None:
    for number in range(7):
        fake.say(f"remark {number}")
        fake.say_at(SERVICE, 10, f"remark {number}")
    with serve(Site(fake, largest_page=2)) as site:
        posted(site, finding(10))
        posted(site, finding(10))

    assert len(fake.inline) == 8
    assert len(fake.issue) == 8


def test_a_marker_in_another_authors_comment_is_not_ours(site: Site) -> None:
    site.fake.say_at(SERVICE, 10, marked(finding(10)), PERSON)
    summary = site.fake.say("hello", PERSON)
    posted(site, finding(10))
    summary.body = site.fake.issue[-1].body

    posted(site)

    assert len(site.fake.inline) == 2
    assert site.fake.issue[0] == summary
    assert "Nothing found" not in summary.body


def test_a_marker_inside_a_comment_of_ours_is_not_a_marker(site: Site) -> None:
    site.fake.say_at(SERVICE, 10, f"{marked(finding(10))} and then more", BOT)

    posted(site, finding(10))

    assert len(site.fake.inline) == 2


def test_an_app_that_graphql_names_without_its_suffix_knows_its_comments(site: Site) -> None:
    site.fake.viewer = "github-actions"
    posted(site, finding(10))

    posted(site, finding(10))

    assert len(site.fake.inline) == 1


def test_a_person_with_the_name_of_an_app_is_not_the_app(site: Site) -> None:
    site.fake.say_at(SERVICE, 10, marked(finding(10)), User("github-actions", 5))

    posted(site, finding(10))

    assert len(site.fake.inline) == 2


def test_two_scopes_do_not_touch_each_others_comments(site: Site) -> None:
    posted(site, finding(10), scope="apps/api")
    posted(site, finding(10), scope="apps/web--x")
    assert len(site.fake.inline) == 2
    assert len(site.fake.issue) == 2
    texts = [comment.body for comment in site.fake.issue]

    posted(site, scope="apps/api")

    assert site.fake.issue[0].body != texts[0]
    assert site.fake.issue[1].body == texts[1]


def test_an_enterprise_server_is_asked_at_its_own_addresses(fake: FakeGitHub) -> None:
    with serve(Site(fake, prefix="/api/v3", graphql="/api/graphql")) as site:
        posted(site, finding(10))

    assert len(fake.inline) == 1
    assert "POST /graphql" in site.log


def test_a_dry_run_says_all_and_writes_nothing(site: Site) -> None:
    result = review(site.fake.head, finding(10), finding(52, start=50), unplaced())

    outcome = post(result, TARGET, access(site), dry_run=True)

    assert site.writes == []
    assert (outcome.posted, alone(outcome)) == (2, 1)
    assert f"{SERVICE}:50-52" in outcome.page
    assert "at_90" in outcome.page


def test_a_dry_run_needs_no_token(site: Site) -> None:
    outcome = post(review(site.fake.head, finding(10)), TARGET, access(site, token=""), dry_run=True)

    assert outcome.posted == 1
    assert "POST /graphql" not in site.log


def test_a_dry_run_shows_what_stays_and_what_is_edited(site: Site) -> None:
    posted(site, finding(10))

    outcome = post(review(site.fake.head, finding(10), unplaced()), TARGET, access(site), dry_run=True)

    assert "stays" in outcome.page
    assert "edited in place" in outcome.page
    assert outcome.account == "0 comments posted, 1 stood already; findings: 1 on a line, 1 in the summary alone"


def test_a_dry_run_with_nothing_to_say_says_that(site: Site) -> None:
    outcome = post(review(site.fake.head), TARGET, access(site), dry_run=True)

    assert outcome.page == "Nothing to post."


def test_a_commit_that_the_pull_request_has_moved_on_from_is_still_commented_on(site: Site) -> None:
    reviewed = site.fake.head
    site.fake.head = site.fake.repository.commit({SERVICE: numbered(110, edited=[10])})

    outcome = post(review(reviewed, finding(52)), TARGET, access(site))

    assert site.fake.inline[0].commit == reviewed
    assert reviewed[:7] in outcome.notes[0]
    assert site.fake.head[:7] in site.fake.issue[0].body


def test_a_commit_that_was_pushed_away_gets_a_summary_alone(site: Site) -> None:
    reviewed = site.fake.head
    site.fake.repository.git("checkout", "--quiet", "-B", "feature", site.fake.base)
    site.fake.head = site.fake.repository.commit(HEAD_FILES | {"README.md": "Another shop.\n"})

    outcome = post(review(reviewed, finding(10)), TARGET, access(site))

    assert site.fake.inline == []
    assert "at_10" in site.fake.issue[0].body
    assert "no comments on its lines" in outcome.notes[0]


def test_a_commit_that_github_does_not_know_gets_a_summary_alone(site: Site) -> None:
    post(review("0" * 39 + "1", finding(10)), TARGET, access(site))

    assert site.fake.inline == []
    assert "at_10" in site.fake.issue[0].body


def test_files_in_no_commit_get_a_summary_alone(site: Site) -> None:
    post(review(None, finding(10)), TARGET, access(site))

    assert site.fake.inline == []
    assert "files that are in no commit" in site.fake.issue[0].body


def test_an_old_report_does_not_overwrite_the_review_of_a_newer_commit(site: Site) -> None:
    old = site.fake.head
    site.fake.head = site.fake.repository.commit({SERVICE: numbered(100, edited=[10])})
    posted(site, finding(10))
    writes = list(site.writes)

    outcome = post(review(old, finding(10), finding(52)), TARGET, access(site))

    assert site.writes == writes
    assert "reviewed already" in outcome.notes[0]


def test_findings_with_the_same_fingerprint_are_all_told(site: Site) -> None:
    twin = replace(finding(52), fingerprint=finding(10).fingerprint)

    outcome = posted(site, finding(10), twin)

    assert len(site.fake.inline) == 1
    assert f"{SERVICE}:52" in site.fake.issue[0].body
    assert (outcome.posted, alone(outcome)) == (1, 1)


def test_a_finding_without_a_fingerprint_is_told_in_the_summary(site: Site) -> None:
    posted(site, replace(finding(10), fingerprint=""))

    assert site.fake.inline == []
    assert f"{SERVICE}:10" in site.fake.issue[0].body


def test_links_lead_to_the_reviewed_commit(site: Site) -> None:
    posted(site, unplaced(90))

    assert f"https://github.com/{NAME}/blob/{site.fake.head}/{SERVICE}#L90" in site.fake.issue[0].body


def test_hostile_text_does_nothing(site: Site) -> None:
    forged = marked(finding(99))
    message = f"@octocat {forged} <!-- x --> ![a](https://evil.example) </details> `` `x` <script>"
    path = "app/`@octocat`<!-- [x](y).py"
    hostile = replace(finding(10), message=message, symbol="x`@octocat`")
    elsewhere = replace(unplaced(90), path=path, message=message)

    posted(site, hostile, elsewhere)

    bodies = [comment.body for comment in (*site.fake.inline, *site.fake.issue)]
    for body in bodies:
        assert body.count("<!--") == 1
        assert "@octocat" not in body.replace("`", "")
        assert "<script" not in body
        assert "![" not in body
    posted(site, hostile, elsewhere)
    assert len(site.fake.inline) == 1
    assert len(site.fake.issue) == 1


def test_the_longest_text_fits(site: Site) -> None:
    long = [replace(unplaced(line), message="é" * 900) for line in range(100, 400)]

    posted(site, replace(finding(10), message="x" * 100_000), *long)

    assert len(site.fake.issue) == 1
    posted(site)
    assert "Nothing found" in site.fake.issue[0].body
