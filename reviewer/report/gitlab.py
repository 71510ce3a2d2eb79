"""The report for GitLab's code quality widget: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format."""

import json

from reviewer.fingerprint import digest
from reviewer.model import Finding, Level, Problem, Review
from reviewer.report.printable import encodable, printable

SEVERITIES = {Level.ERROR: "critical", Level.WARNING: "major", Level.ADVICE: "minor", Level.NOTE: "info"}


def render(review: Review) -> str:
    """The shown findings that have a place, and what kept code from being reviewed."""
    entries = [_finding(finding) for finding in review.shown if finding.path is not None]
    entries += [_problem(problem) for problem in review.problems if problem.blocking]
    return json.dumps(entries, ensure_ascii=False, indent=2) + "\n"


def _finding(finding: Finding) -> dict[str, object]:
    first, last = (finding.span.line, finding.span.end_line) if finding.span else (1, 1)
    return {
        "description": printable(finding.message),
        "check_name": finding.name,
        "fingerprint": finding.fingerprint,
        "severity": SEVERITIES[finding.level],
        "location": {"path": encodable(finding.path or ""), "lines": {"begin": first, "end": last}},
    }


def _problem(problem: Problem) -> dict[str, object]:
    """A problem is a blocker: something went unreviewed because of it."""
    return {
        "description": printable(problem.message),
        "check_name": problem.kind,
        "fingerprint": digest(problem.kind, problem.path or "", problem.message),
        "severity": "blocker",
        "location": {"path": encodable(problem.path or "."), "lines": {"begin": 1, "end": 1}},
    }
