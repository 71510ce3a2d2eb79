"""Posts a review with PyGithub, which sends the requests and no more: what to send, and when again, is decided here."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from reviewer.errors import GitHubError
from reviewer.github.answers import Pull
from reviewer.github.check_run import check_run, publish
from reviewer.github.conversation import Conversation, Query, Variables
from reviewer.github.event import Run, Target
from reviewer.github.fault import Fault, Patience, Sort, explained, fault_of
from reviewer.github.plan import Plan
from reviewer.github.posting import Outcome, Posting, untold
from reviewer.github.sight import Sight
from reviewer.model import Review
from reviewer.report import no_catalogue
from reviewer.report.comment import Catalogue
from reviewer.report.printable import printable
from reviewer.sift import fails

if TYPE_CHECKING:
    from github.Requester import Requester

API = "https://api.github.com"
TIMEOUT = 30
# No login looks like this: of an unknown user nothing is ours.
ANONYMOUS = "(nobody)"


@dataclass(frozen=True, slots=True)
class Access:
    """How GitHub is reached: `api_url` is the runner's GITHUB_API_URL, an Enterprise server's ends in `/api/v3`."""

    token: str = field(repr=False)
    api_url: str = API
    sleep: Callable[[float], None] = time.sleep


def post(
    review: Review, target: Target, access: Access, catalogue: Catalogue = no_catalogue, *, dry_run: bool = False
) -> Outcome:
    """Bring the pull request to what the review says; a second time it changes nothing.

    A token that may not write is part of the outcome; all other trouble raises GitHubError.
    """
    if not (access.token or dry_run):
        raise GitHubError("there is no token to post with; set GITHUB_TOKEN, or look at it with --dry-run")
    with _conversation(target, access) as conversation:
        try:
            return _posting(review, conversation, access, catalogue, dry=dry_run).run()
        except Fault as fault:
            if fault.sort is Sort.FORBIDDEN:
                return untold(review, fails=fails(review.findings, review.policy), refused=printable(fault.message))
            raise GitHubError(printable(explained(fault))) from fault


def conclude(review: Review, outcome: Outcome, name: str, target: Target, access: Access) -> str | None:
    """Make a check run with the verdict on the reviewed commit; what GitHub says when it does not let us."""
    head = review.comparison.head
    if head is None:
        raise GitHubError("a check run belongs to a commit, and this is a review of files that are in none")
    with _conversation(target, access) as conversation:
        try:
            publish(check_run(review, outcome, _for_base(name, conversation.pull_request()), head), conversation)
        except Fault as fault:
            if fault.sort is Sort.FORBIDDEN:
                return printable(fault.message)
            raise GitHubError(printable(explained(fault))) from fault
    return None


def pull_of(run: Run, head: str, target: Target, access: Access) -> Pull | None:
    """The open pull request whose newest commit a run was about; None when it moved on, or is closed by now.

    Raises GitHubError when there are several: which of their bases the run was about, nobody can tell.
    """
    with _conversation(target, access) as conversation:
        try:
            pulls = conversation.pulls_of(run.repository, run.branch)
        except Fault as fault:
            raise GitHubError(printable(explained(fault))) from fault
    current = [pull for pull in pulls if pull.head.sha == head]
    if len(current) > 1:
        numbers = ", ".join(f"#{pull.number}" for pull in current)
        raise GitHubError(f"the pull requests {numbers} are of the same commit; close all but one, and push to that")
    return next(iter(current), None)


def download(run: int, name: str, target: Target, access: Access, limit: int) -> bytes | None:
    """The archive that a run left behind under a name, at most `limit` bytes of it; None when there is none.

    The link that GitHub gives leads to another server, which never sees the token.
    """
    with _conversation(target, access) as conversation:
        try:
            artifact = conversation.artifact(run, name)
            if artifact is None:
                return None
            if artifact.size_in_bytes > limit:
                raise GitHubError(f"the artifact {name} has {artifact.size_in_bytes:,} bytes, more than {limit:,}")
            return _archive(artifact.id, target, access, limit)
        except Fault as fault:
            raise GitHubError(printable(explained(fault))) from fault


def _archive(number: int, target: Target, access: Access, limit: int) -> bytes:
    import requests
    import urllib3

    url = f"{access.api_url.rstrip('/')}/repos/{target.repository}/actions/artifacts/{number}/zip"
    headers = {"Authorization": f"Bearer {access.token}", "Accept": "application/vnd.github+json"}
    try:
        with requests.get(url, headers=headers, allow_redirects=False, timeout=TIMEOUT) as told:
            place = told.headers.get("Location", "")
        with requests.get(place, stream=True, timeout=TIMEOUT) as answer:
            answer.raise_for_status()
            data = bytes(answer.raw.read(limit + 1, decode_content=False))
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        raise GitHubError(f"the artifact can't be fetched: {type(error).__name__}; run the job again later") from error
    if len(data) > limit:
        raise GitHubError(f"the artifact has more than {limit:,} bytes")
    return data


def _for_base(name: str, pull: Pull) -> str:
    """The check run's name: the verdict of one base is none for another, which may ask for less."""
    base = pull.base
    return name if base.ref == base.repo.default_branch else f"{name} ({base.ref})"


def planned(review: Review, target: Target, access: Access, catalogue: Catalogue = no_catalogue) -> Plan:
    """What `post` would do first of all; raises GitHubError."""
    with _conversation(target, access) as conversation:
        try:
            return _posting(review, conversation, access, catalogue).look_and_plan()
        except Fault as fault:
            raise GitHubError(printable(explained(fault))) from fault


def _posting(
    review: Review, conversation: Conversation, access: Access, catalogue: Catalogue, *, dry: bool = False
) -> Posting:
    sight = Sight(conversation, review.comparison.head, frozenset(review.paths), None if access.token else ANONYMOUS)
    return Posting(review, conversation, sight, dry=dry, catalogue=catalogue)


def merge_base(base: str, head: str, target: Target, access: Access) -> str:
    """The merge base of two commits or branches, for a checkout that is too shallow to tell; raises GitHubError."""
    with _conversation(target, access) as conversation:
        try:
            return conversation.comparison(base, head).merge_base_commit.sha
        except Fault as fault:
            raise GitHubError(printable(explained(fault))) from fault


@contextmanager
def _conversation(target: Target, access: Access) -> Iterator[Conversation]:
    from github import Auth, Github

    _check_address(access.api_url)
    with Github(
        base_url=access.api_url.rstrip("/"),
        auth=Auth.Token(access.token) if access.token else None,
        timeout=TIMEOUT,
        per_page=100,
        lazy=True,
        # A write that PyGithub tries again is done twice; all waiting is ours.
        retry=None,
        seconds_between_requests=None,
        seconds_between_writes=None,
    ) as client:
        yield Conversation(_Wire(client.requester), target, Patience(access.sleep))


def _check_address(url: str) -> None:
    try:
        address = urlsplit(url)
        usable = address.scheme in {"http", "https"} and address.hostname and address.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise GitHubError(f"GITHUB_API_URL is no address of an API: {url!r}")


@dataclass(frozen=True, slots=True)
class _Wire:
    """PyGithub's way to send a request, with one kind of error."""

    requester: "Requester"

    def request(
        self, verb: str, path: str, *, query: Query | None = None, body: object = None
    ) -> tuple[Mapping[str, str], object]:
        from github import GithubException

        try:
            return self.requester.requestJsonAndCheck(verb, path, parameters=dict(query or {}), input=body)
        except GithubException as error:
            raise fault_of(error.status, error.headers or {}, error.data, time.time()) from error
        # Of requests: OSError. Of PyGithub: ValueError for half a document, RuntimeError for a redirection,
        # AttributeError for an error that is no object.
        except (OSError, ValueError, RuntimeError, AttributeError) as error:
            raise Fault(Sort.DOUBTFUL, type(error).__name__) from error

    def graphql(self, query: str, variables: Variables) -> object:
        body = {"query": query, "variables": dict(variables)}
        _, document = self.request("POST", self.requester.graphql_url, body=body)
        return document
