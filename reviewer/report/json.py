"""The report for machines: JSON that `schema.json` describes, and a strict reader of it."""

import json
from dataclasses import asdict

from pydantic import ValidationError

from reviewer.errors import ReviewerError
from reviewer.model import Anchor, FileAnchor, Finding, Fix, Problem, Related, Review, Span, Suppression
from reviewer.report.printable import encodable
from reviewer.report.shape import ReportShape
from reviewer.tool_results import Tools

SCHEMA = 1
SIZE_LIMIT = 64 * 1024 * 1024

Document = dict[str, object]


def render(review: Review, version: str) -> str:
    """The review as JSON; the same review gives the same text."""
    findings = sorted(review.findings, key=_order)
    document = {
        "schema": SCHEMA,
        "reviewer": version,
        "base": review.comparison.base,
        "head": review.comparison.head,
        "paths": review.paths,
        "renames": dict(sorted(review.renames.items())),
        "policy": asdict(review.policy),
        "findings": [_finding(finding) for finding in findings],
        "suppressions": [_suppression(each) for each in review.suppressions],
        "problems": [_problem(problem) for problem in review.problems],
        "tools": _tools(review.tools),
        "fixes": {"offered": review.offered, "refused": dict(sorted(review.refused.items()))},
        "counts": review.counts,
    }
    return json.dumps(_encodable(document), ensure_ascii=False, indent=2) + "\n"


def _order(finding: Finding) -> tuple[str, object]:
    """The order of the paths as they are written, so that a report read back is written in the same order."""
    return (encodable(finding.path or ""), finding.order)


def _encodable(value: object) -> object:
    """The value with every text in it fit for UTF-8."""
    match value:
        case str():
            return encodable(value)
        case dict():
            return {encodable(key): _encodable(item) for key, item in value.items()}
        case list() | tuple():
            return [_encodable(item) for item in value]
        case _:
            return value


def _finding(finding: Finding) -> Document:
    return {
        "rule": finding.rule,
        "source": finding.source,
        "level": finding.level,
        "confidence": finding.confidence,
        "status": finding.status,
        "path": finding.path,
        **_span(finding.span),
        "symbol": finding.symbol,
        "key": finding.key,
        "message": finding.message,
        "params": dict(sorted(finding.params.items())),
        "facts": dict(sorted(finding.facts.items())),
        "before": None if finding.before is None else dict(sorted(finding.before.items())),
        "worse": finding.worse,
        "fingerprint": finding.fingerprint,
        "code": finding.code,
        "anchor": _anchor(finding.anchor),
        "shown": finding.shown,
        "hidden_because": finding.hidden_because,
        "related": [_related(related) for related in finding.related],
        **_offered(finding),
    }


def _offered(finding: Finding) -> Document:
    return {"fix": _fix(finding.fix), "suggestion": finding.suggestion, "diff": finding.diff}


def _span(span: Span | None) -> Document:
    return {
        "line": span.line if span else None,
        "column": span.column if span else None,
        "end_line": span.end_line if span else None,
        "end_column": span.end_column if span else None,
    }


def _anchor(anchor: Anchor | FileAnchor | None) -> Document | None:
    # GitHub knows no path whose bytes are not UTF-8.
    if anchor is None or anchor.path != encodable(anchor.path):
        return None
    if isinstance(anchor, FileAnchor):
        return {"path": anchor.path, "line": None, "start_line": None}
    return {"path": anchor.path, "line": anchor.line, "start_line": anchor.start_line}


def _related(related: Related) -> Document:
    return {"path": related.path, "line": related.line, "message": related.message}


def _fix(fix: Fix | None) -> Document | None:
    if fix is None:
        return None
    return {
        "safe": fix.safe,
        "effect": fix.effect,
        "edits": [{**_span(edit.span), "text": edit.text} for edit in fix.edits],
    }


def _suppression(suppression: Suppression) -> Document:
    return {
        "path": suppression.path,
        "line": suppression.line,
        "column": suppression.column,
        "rules": suppression.rules,
        "reason": suppression.reason,
    }


def _tools(tools: Tools) -> Document:
    return {
        "versions": dict(sorted(tools.versions.items())),
        "complete": tools.complete,
        "complexity": [asdict(each) for each in tools.complexity],
        "maintainability": [asdict(each) for each in tools.maintainability],
        "coverage": asdict(tools.coverage) if tools.coverage else None,
    }


def _problem(problem: Problem) -> Document:
    return {"kind": problem.kind, "path": problem.path, "message": problem.message}


def read(data: bytes) -> Review:
    """The review that a report holds; raises ReviewerError that names the field when it is no report of ours."""
    if len(data) > SIZE_LIMIT:
        raise ReviewerError(f"the report has {len(data):,} bytes, more than the {SIZE_LIMIT:,} that are read")
    try:
        return ReportShape.model_validate_json(data).review()
    except ValidationError as error:
        raise ReviewerError(_explained(error)) from error


def _explained(error: ValidationError) -> str:
    first, *others = error.errors(include_url=False, include_input=False)
    place = ".".join(map(str, first["loc"])) or "the document"
    more = f" (and {len(others)} more)" if others else ""
    return encodable(f"the report is not one of schema {SCHEMA}: {place}: {first['msg']}{more}; make it anew")
