"""A finding is the same finding wherever its lines move."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from reviewer.fingerprint import fingerprinted
from reviewer.model import Confidence, Finding, Level, Span

FINDING = Finding("rule", Level.ERROR, Confidence.HIGH, "text", "a.py", Span(1, 1, 1, 2), symbol="f", key="k")


def at(line: int, symbol: str = "f") -> Finding:
    return replace(FINDING, span=Span(line, 1, line, 2), symbol=symbol)


def only(found: Finding) -> str:
    (marked,) = fingerprinted([found])
    return marked.fingerprint


def test_lines_and_words_do_not_count() -> None:
    assert only(FINDING) == only(at(90)) == only(replace(FINDING, message="other"))


def test_rule_path_symbol_key_and_source_do() -> None:
    others = (
        replace(FINDING, rule="other"),
        replace(FINDING, path="other"),
        replace(FINDING, symbol="other"),
        replace(FINDING, key="other"),
        replace(FINDING, source="other"),
    )
    assert len({only(found) for found in (FINDING, *others)}) == 6


def test_parts_do_not_run_into_each_other() -> None:
    assert only(replace(FINDING, symbol="ab", key="c")) != only(replace(FINDING, symbol="a", key="bc"))


def test_equals_are_told_apart_by_their_order_in_the_file() -> None:
    first, second = fingerprinted([at(9), at(3)])
    assert (first.span and first.span.line, second.span and second.span.line) == (3, 9)
    assert first.fingerprint == only(FINDING)
    assert second.fingerprint != first.fingerprint


def test_a_path_that_is_no_text_has_a_fingerprint_too() -> None:
    assert only(replace(FINDING, path="a\udcff.py")) != only(FINDING)


@given(st.permutations([at(line, symbol) for line in (1, 2, 3) for symbol in "ab"]))
def test_the_order_in_which_findings_come_does_not_matter(findings: list[Finding]) -> None:
    assert fingerprinted(findings) == fingerprinted(sorted(findings, key=lambda found: found.order))
    assert len({found.fingerprint for found in fingerprinted(findings)}) == 6
    assert replace(fingerprinted(findings)[0], fingerprint="") in findings
