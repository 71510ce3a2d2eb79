"""The report as JUnit XML, which nearly every CI server shows: a file is a suite, a finding a test that fails."""

from collections.abc import Iterable
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from reviewer.model import Finding, Problem, Review
from reviewer.report.account import account
from reviewer.report.printable import printable, printable_lines

NOWHERE = "the project"


def render(review: Review) -> str:
    """The shown findings and what kept code from being reviewed; a clean review is one test that passes."""
    root = Element("testsuites", name="reviewer")
    for path, group in groupby(review.shown, key=lambda finding: finding.path):
        _suite(root, path, group)
    blocking = [problem for problem in review.problems if problem.blocking]
    if blocking:
        _problems(root, blocking)
    if not len(root):
        suite = SubElement(root, "testsuite", name="reviewer", tests="1", failures="0", errors="0")
        SubElement(suite, "testcase", classname="reviewer", name=printable(account(review)))
    indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(root, encoding="unicode")}\n'


def _suite(root: Element, path: str | None, findings: Iterable[Finding]) -> None:
    name = printable(path or NOWHERE)
    suite = SubElement(root, "testsuite", name=name)
    for finding in findings:
        line = f":{finding.span.line}" if finding.span else ""
        case = SubElement(suite, "testcase", classname=name, name=f"{finding.name}{line}", file=name)
        failure = SubElement(case, "failure", type=finding.level, message=printable(finding.message))
        failure.text = f"{name}{line}: {printable(finding.message)}"
    _count(suite)


def _problems(root: Element, problems: Iterable[Problem]) -> None:
    suite = SubElement(root, "testsuite", name="not reviewed")
    for problem in problems:
        case = SubElement(suite, "testcase", classname=printable(problem.path or NOWHERE), name=problem.kind)
        first, *_ = lines = printable_lines(problem.message)
        SubElement(case, "error", type=problem.kind, message=first).text = "\n".join(lines)
    _count(suite)


def _count(suite: Element) -> None:
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(len(suite.findall("testcase/failure"))))
    suite.set("errors", str(len(suite.findall("testcase/error"))))
