"""The report as SARIF 2.1.0, for code scanning: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html."""

import json
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from reviewer.model import Finding, Level, Problem, Related, Review, Span
from reviewer.report.comment import Catalogue, Explanation
from reviewer.report.printable import encodable, printable

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {Level.ERROR: "error", Level.WARNING: "warning", Level.ADVICE: "note", Level.NOTE: "note"}
# GitHub takes no file with more results.
MOST_RESULTS = 25_000

Document = dict[str, object]


def render(review: Review, version: str, catalogue: Catalogue) -> str:
    """The shown findings that have a place, the gravest first where there are too many; the rest is notifications."""
    placed = sorted(
        (finding for finding in review.shown if finding.path is not None), key=lambda finding: finding.gravity
    )
    kept = sorted(placed[:MOST_RESULTS], key=lambda finding: finding.order)
    rules = sorted({finding.name for finding in kept})
    run = {
        "tool": {"driver": _driver(rules, kept, version, catalogue)},
        # Runs of other jobs and other tools stand beside this one.
        "automationDetails": {"id": "reviewer/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(review, len(placed) - len(kept))],
        "results": [_result(finding, rules) for finding in kept],
    }
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _driver(rules: Sequence[str], findings: Sequence[Finding], version: str, catalogue: Catalogue) -> Document:
    levels = {finding.name: finding.level for finding in findings}
    described = [_rule(rule, levels[rule], catalogue(rule)) for rule in rules]
    return {"name": "reviewer", "version": version, "rules": described}


def _rule(rule: str, level: Level, explanation: Explanation | None) -> Document:
    text = explanation.text if explanation else rule
    described: Document = {
        "id": rule,
        "shortDescription": {"text": text.partition("\n")[0]},
        "fullDescription": {"text": text},
        "help": {"text": text},
        "defaultConfiguration": {"level": LEVELS[level]},
    }
    return {**described, "helpUri": explanation.page} if explanation and explanation.page else described


def _invocation(review: Review, left_out: int) -> Document:
    told = [_notification(problem) for problem in review.problems]
    told += [{"level": "note", "message": {"text": printable(each.message)}} for each in review.shown if not each.path]
    if left_out:
        told.append({"level": "warning", "message": {"text": f"{left_out} more findings left out: no room for them."}})
    reviewed = not any(problem.blocking for problem in review.problems)
    return {"executionSuccessful": reviewed, "toolExecutionNotifications": told}


def _notification(problem: Problem) -> Document:
    told: Document = {
        "level": "error" if problem.blocking else "note",
        "message": {"text": encodable(problem.message)},
        "descriptor": {"id": problem.kind},
    }
    return {**told, "locations": [_location(problem.path, None)]} if problem.path is not None else told


def _result(finding: Finding, rules: Sequence[str]) -> Document:
    result: Document = {
        "ruleId": finding.name,
        "ruleIndex": rules.index(finding.name),
        "level": LEVELS[finding.level],
        "message": {"text": printable(finding.message)},
        "locations": [_location(finding.path or "", finding.span)],
        # Code scanning knows an alert by this one; without it the same finding is a new alert on other lines.
        "partialFingerprints": {"primaryLocationLineHash": finding.fingerprint, "reviewer/v1": finding.fingerprint},
        "properties": {"confidence": finding.confidence, "symbol": printable(finding.symbol)},
    }
    return {**result, **dict(_more(finding))}


def _more(finding: Finding) -> Iterator[tuple[str, object]]:
    if finding.elsewhere:
        yield "relatedLocations", [_related(number, each) for number, each in enumerate(finding.elsewhere, start=1)]
    if finding.fix:
        edits = [
            {"deletedRegion": _region(edit.span), "insertedContent": {"text": encodable(edit.text)}}
            for edit in finding.fix.edits
        ]
        changes = [{"artifactLocation": _artifact(finding.path or ""), "replacements": edits}]
        yield "fixes", [{"artifactChanges": changes}] if edits else []


def _related(number: int, related: Related) -> Document:
    span = Span(related.line, 1, related.line, 1)
    place = {"artifactLocation": _artifact(related.path), "region": {"startLine": span.line}}
    return {"id": number, "physicalLocation": place, "message": {"text": printable(related.message)}}


def _location(path: str, span: Span | None) -> Document:
    region = {"region": _region(span)} if span else {}
    return {"physicalLocation": {"artifactLocation": _artifact(path), **region}}


def _artifact(path: str) -> Document:
    return {"uri": quote(path, errors="surrogateescape"), "uriBaseId": "%SRCROOT%"}


def _region(span: Span) -> Document:
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }
