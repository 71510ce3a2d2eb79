"""`post` and `event`: the way to GitHub and back."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from reviewer import __version__, docs, registry
from reviewer.cli import CLEAN, FAILED, FINDINGS
from reviewer.cli.merging import content, parts
from reviewer.docs_url import checked
from reviewer.errors import GitHubError, ReviewerError
from reviewer.github import event as events
from reviewer.github import poster
from reviewer.github.event import Target
from reviewer.github.operations import as_json, described
from reviewer.github.plan import Plan
from reviewer.github.posting import Outcome
from reviewer.merging import merged
from reviewer.model import Review
from reviewer.part import is_part
from reviewer.report import json as reports
from reviewer.tools.report import MOST_PACKED


def post(options: argparse.Namespace) -> int:
    """Post a report. The exit code is the verdict, without what people took out of it."""
    review = reports.read(_report(options.reports))
    target = events.target(options.repo, options.pr, options.scope)
    if options.merge_base and options.merge_base != review.comparison.base:
        raise GitHubError(
            f"the report compares with {review.comparison.base}, the pull request with {options.merge_base} by now: "
            "push to it, and it is reviewed anew"
        )
    catalogue = docs.catalogue(registry.all_checks(), options.pages, _site(options.docs_url, review))
    if options.plan:
        return _show(poster.planned(review, target, _access(), catalogue), options.plan)
    with _results(options.output) as results:
        outcome = poster.post(review, target, _access(), catalogue, dry_run=options.dry_run)
        _tell(outcome, options)
        if options.check_run and not options.dry_run:
            _conclude(review, outcome, target, options.check_run)
        results.write(f"refused={str(outcome.refused is not None).lower()}\nposted={outcome.posted}\n")
    if any(problem.blocking for problem in review.problems):
        return FAILED
    return FINDINGS if outcome.fails else CLEAN


def _site(wish: str, review: Review) -> str:
    """Where the team has its pages of the rules: what is asked for goes before what the configuration says."""
    try:
        return checked(wish) or review.policy.docs_url
    except ValueError as error:
        raise ReviewerError(f"--docs-url {wish}: {error}") from error


def _show(plan: Plan, form: str) -> int:
    """Print a plan, and beside it why it is what it is."""
    for note in filter(None, (plan.skipped, plan.note)):
        print(note, file=sys.stderr)
    print(as_json(plan.operations) if form == "json" else described(plan.operations))
    return CLEAN


def _results(place: str | None) -> TextIO:
    """Where the steps that follow read what came of it; opened before anything is posted."""
    try:
        return Path(place or os.devnull).open("a", encoding="utf-8")
    except OSError as error:
        raise ReviewerError(f"{place} can't be written to: {error.strerror}; mend --output") from error


def _conclude(review: Review, outcome: Outcome, target: Target, name: str) -> None:
    refused = poster.conclude(review, outcome, name, target, _access())
    if refused is not None:
        print(f"reviewer: GitHub does not let this token make a check run: {refused}. Grant the job `checks: write`.")


def _report(places: Sequence[str]) -> bytes:
    """The report as one file holds it, or as those of all shards make it together, in the repository under review."""
    if not places[1:] and not is_part(data := content(places[0])):
        return data
    reviewed = merged(parts(places), Path.cwd())
    return reports.render(reviewed.review, __version__).encode()


def _tell(outcome: Outcome, options: argparse.Namespace) -> None:
    """Say what was done, on the screen and for the steps that follow."""
    for note in outcome.notes:
        print(note)
    if options.dry_run:
        print(outcome.page)
    print(outcome.account)
    if outcome.refused is not None:
        print(
            f"reviewer: GitHub does not let this token write to {options.repo}: {outcome.refused}. "
            "Grant the job `pull-requests: write`; a pull request from a fork never gets that right.",
            file=sys.stderr,
        )


def artifact(options: argparse.Namespace) -> int:
    """Fetch an archive and leave it as it is: whoever reads it does so with care."""
    target = events.target(options.repo, 1)
    data = poster.download(options.run_id, options.name, target, _access(), MOST_PACKED)
    if data is None:
        raise GitHubError(f"the run {options.run_id} left no {options.name} behind; look at its log")
    Path(options.output).write_bytes(data)
    print(f"{options.name}: {len(data):,} bytes")
    return CLEAN


def event(options: argparse.Namespace) -> int:
    """Print what the Actions event of this job asks for, as lines for GITHUB_OUTPUT."""
    asked = events.read(os.environ)
    if asked.run is not None and asked.head is not None:
        return _finished(asked.run, asked.head)
    base = options.base or asked.base or asked.default_branch
    if base is None:
        raise GitHubError(f"the event {asked.event!r} names no base; give one with --base")
    head = asked.head or os.environ.get("GITHUB_SHA", "HEAD")
    print(f"base={base}\nhead={head}\nmerge_base={_merge_base(base, head)}")
    print(f"pr={asked.target.number if asked.target else ''}")
    return CLEAN


def _finished(run: events.Run, head: str) -> int:
    """The pull request that a run of another workflow was about: GitHub says which, not what the run left behind."""
    pull = poster.pull_of(run, head, events.target(os.environ["GITHUB_REPOSITORY"], 1), _access())
    if pull is None:
        print("skip=true")
        print(f"reviewer: {head} is no open pull request's newest commit any more: nothing to do", file=sys.stderr)
        return CLEAN
    base = pull.base.sha
    print(f"base={base}\nhead={head}\nmerge_base={_merge_base(base, head)}\npr={pull.number}\nrun={run.id}")
    return CLEAN


def _merge_base(base: str, head: str) -> str:
    """What GitHub says the merge base is, nothing when it can't be asked: git finds it in a full clone then."""
    access = _access()
    if not access.token:
        return ""
    try:
        return poster.merge_base(base, head, events.target(os.environ["GITHUB_REPOSITORY"], 1), access)
    except GitHubError as error:
        print(f"reviewer: {error}", file=sys.stderr)
        return ""


def _access() -> poster.Access:
    token = os.environ.get("REVIEWER_TOKEN") or os.environ.get("GITHUB_TOKEN") or ""
    return poster.Access(token, os.environ.get("GITHUB_API_URL") or poster.API)
