"""`post` and `event`: the way to GitHub and back."""

import argparse
import os
import sys
from pathlib import Path

from reviewer.cli import CLEAN, FINDINGS
from reviewer.errors import GitHubError, ReviewerError
from reviewer.github import event as events
from reviewer.github import poster
from reviewer.report import json as reports


def post(options: argparse.Namespace) -> int:
    """Post a report. Exit 0 when it stands on the pull request, 1 when the token may not write."""
    try:
        data = Path(options.report).read_bytes()
    except OSError as error:
        raise ReviewerError(f"the report {options.report} can't be read: {error.strerror}") from error
    target = events.target(options.repo, options.pr, options.scope)
    outcome = poster.post(reports.read(data), target, _access(), dry_run=options.dry_run)
    for note in outcome.notes:
        print(note)
    if options.dry_run:
        print(outcome.page)
    print(outcome.account)
    if outcome.refused is None:
        return CLEAN
    print(
        f"reviewer: GitHub does not let this token write to {options.repo}: {outcome.refused}. "
        "Grant the job `pull-requests: write`; a pull request from a fork never gets that right.",
        file=sys.stderr,
    )
    return FINDINGS


def event(options: argparse.Namespace) -> int:
    """Print what the Actions event of this job asks for, as lines for GITHUB_OUTPUT."""
    asked = events.read(os.environ)
    base = options.base or asked.base or asked.default_branch
    if base is None:
        raise GitHubError(f"the event {asked.event!r} names no base; give one with --base")
    head = asked.head or os.environ.get("GITHUB_SHA", "HEAD")
    print(f"base={base}\nhead={head}\nmerge_base={_merge_base(base, head)}")
    print(f"pr={asked.target.number if asked.target else ''}")
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
