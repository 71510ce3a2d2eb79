"""A finding is the same finding wherever its lines move."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from reviewer.fingerprint import fingerprinted
from reviewer.model import Confidence, Finding, Level, Span


def finding(line: int = 1, **changed: str) -> Finding:
    values = {"rule": "rule", "message": "text", "path": "a.py", "symbol": "f", "key": "k", **changed}
    return Finding(level=Level.ERROR, confidence=Confidence.HIGH, span=Span(line, 1, line, 2), **values)


def only(found: Finding) -> str:
    (marked,) = fingerprinted([found])
    return marked.fingerprint


def test_lines_and_words_do_not_count() -> None:
    assert only(finding()) == only(finding(line=90)) == only(finding(message="other"))


def test_rule_path_symbol_key_and_source_do() -> None:
    prints = {only(finding())} | {
        only(finding(**{name: "other"})) for name in ("rule", "path", "symbol", "key", "source")
    }
    assert len(prints) == 6


def test_parts_do_not_run_into_each_other() -> None:
    assert only(finding(symbol="ab", key="c")) != only(finding(symbol="a", key="bc"))


def test_equals_are_told_apart_by_their_order_in_the_file() -> None:
    first, second = fingerprinted([finding(line=9), finding(line=3)])
    assert (first.span and first.span.line, second.span and second.span.line) == (3, 9)
    assert first.fingerprint == only(finding())
    assert second.fingerprint != first.fingerprint


def test_a_path_that_is_no_text_has_a_fingerprint_too() -> None:
    assert only(finding(path="a\udcff.py")) != only(finding(path="a.py"))


@given(st.permutations([finding(line=line, symbol=symbol) for line in (1, 2, 3) for symbol in "ab"]))
def test_the_order_in_which_findings_come_does_not_matter(findings: list[Finding]) -> None:
    assert fingerprinted(findings) == fingerprinted(sorted(findings, key=lambda found: found.order))
    assert len({found.fingerprint for found in fingerprinted(findings)}) == 6
    assert replace(fingerprinted(findings)[0], fingerprint="") in findings
