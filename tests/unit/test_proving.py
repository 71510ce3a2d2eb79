"""A fix is offered where a review of what it leaves finds its own finding gone and none that was not there."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from reviewer.aim import Request, take
from reviewer.examination import examined
from reviewer.model import Edit, Finding, Fix, Span
from reviewer.proving import BROKEN, LEFT, NEW, OVERLAPPING, fixed, proven
from reviewer.records import Record
from tests.repositories import Builder

UNTYPED = "def {name}(value: int):\n    'Say it.'\n    print(value)\n"
SOURCE = "".join(UNTYPED.format(name=name) for name in ("one", "two", "three"))
# By the line of its function: what stands behind the parameters.
TYPED = " -> None"
Proven = tuple[list[str], Mapping[str, int]]


def hint(line: int, text: str = TYPED) -> Fix:
    """What puts a text behind the parameters of the function in a line."""
    column = SOURCE.split("\n")[line - 1].index(")") + 2
    return Fix(safe=True, edits=(Edit(Span(line, column, line, column), text),))


def prove(repository: Builder, source: str, fixes: Mapping[str, Fix], most: int = 9) -> Proven:
    """The symbols whose fixes are offered, of those of missing type hints that are given, and the account."""
    repository.commit({"app/words.py": source})
    aim = take(Request(repository.root, (repository.root,), tools=frozenset({"ruff"}), fixes=most))
    found = examined(aim, iter, Record()).compared
    given = [replace(each, fix=_given(each, fixes)) for each in found.findings]
    kept, account = proven(given, found.head, aim, linted=True)
    assert [replace(each, fix=None) for each in kept] == [replace(each, fix=None) for each in given]
    return [each.symbol for each in kept if each.fix], account


def _given(finding: Finding, fixes: Mapping[str, Fix]) -> Fix | None:
    return fixes.get(finding.symbol) if finding.rule == "missing-type-hint" else None


def test_fixes_that_do_what_they_say_are_offered(repository: Builder) -> None:
    assert prove(repository, SOURCE, {"one": hint(1), "three": hint(7)}) == (["one", "three"], {})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("  ", LEFT),
        (" -> None:  # reviewer: ignore[function-too-long] no\n    print(1)\ndef other() -> None", NEW),
        (" -> list[", BROKEN),
        (": return 1\ndef one(value: int, value: int) -> None", BROKEN),
        (" -> 'str\ud83d'", BROKEN),
    ],
    ids=["left", "new", "unparsable", "uncompilable", "undecodable"],
)
def test_one_that_does_not_is_refused_and_takes_no_other_with_it(repository: Builder, text: str, reason: str) -> None:
    fixes = {"one": hint(1, text), "two": hint(4), "three": hint(7)}
    assert prove(repository, SOURCE, fixes) == (["two", "three"], {reason: 1})


def test_what_makes_another_finding_name_more_is_refused(repository: Builder) -> None:
    source = "def one(value):\n    print(value)\n\n\n" + UNTYPED.format(name="two")
    own, more = Edit(Span(5, 20, 5, 20), TYPED), Edit(Span(1, 14, 1, 14), ", other")
    assert prove(repository, source, {"two": Fix(safe=True, edits=(own,))}) == (["two"], {})
    assert prove(repository, source, {"two": Fix(safe=True, edits=(more, own))}) == ([], {NEW: 1})


def test_what_ruff_finds_in_what_a_fix_leaves_is_a_reason_too(repository: Builder) -> None:
    unused = hint(1, f"{TYPED}:\n    'Say it.'\n    print(value)\ndef other(many: list[int] = []){TYPED}")
    assert prove(repository, SOURCE, {"one": unused}) == ([], {NEW: 1})


def test_what_is_hidden_has_no_fix(repository: Builder) -> None:
    repository.commit({"app/words.py": SOURCE})
    aim = take(Request(repository.root, (repository.root,)))
    found = examined(aim, iter, Record()).compared
    hidden = [replace(each, fix=hint(1), hidden_because="existing") for each in found.findings]
    kept, refused = proven(hidden, found.head, aim, linted=False)
    assert hidden
    assert [each.fix for each in kept] == [None] * len(hidden)
    assert refused == {}


def test_of_two_that_overlap_the_safe_one_is_offered(repository: Builder) -> None:
    # It types both functions, which is too much for one that has a fix of its own.
    typed = SOURCE[: SOURCE.index("    'Say it.'", 50)].replace("):", f"){TYPED}:")
    wide = Fix(safe=False, edits=(Edit(Span(1, 1, 5, 1), typed),))
    assert prove(repository, SOURCE, {"one": wide, "two": hint(4)}) == (["two"], {OVERLAPPING: 1})
    safe = replace(wide, safe=True)
    assert prove(repository, SOURCE, {"one": safe, "two": replace(hint(4), safe=False)}) == (
        ["one"],
        {OVERLAPPING: 1},
    )


def test_one_that_needs_another_to_leave_valid_code_is_refused(repository: Builder) -> None:
    # Together they say what one alone leaves open.
    opens = Fix(safe=True, edits=(Edit(Span(1, 20, 1, 21), " -> list[int"),))
    closes = Fix(safe=True, edits=(Edit(Span(2, 1, 2, 1), "]:\n"), *hint(4).edits))
    assert prove(repository, SOURCE, {"one": opens, "two": closes}) == ([], {BROKEN: 2})


def test_code_that_is_newer_than_this_python_is_no_reason(repository: Builder) -> None:
    newer = SOURCE + "try:\n    pass\nexcept ValueError, TypeError:\n    pass\n"
    fixes = {"one": hint(1), "two": hint(4), "three": hint(7, " -> list[")}
    assert prove(repository, newer, fixes) == (["one", "two"], {BROKEN: 1})


def test_as_many_are_tried_as_are_asked_for(repository: Builder) -> None:
    fixes = {"one": hint(1), "two": hint(4), "three": hint(7)}
    found, account = prove(repository, SOURCE, fixes, 2)
    assert (found, account) == (["one", "two"], {"went untried, for 2 are tried at most": 1})
    assert prove(repository, SOURCE, fixes, 0) == ([], {})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_file_keeps_its_encoding_and_its_line_ends(encoding: str, newline: str) -> None:
    head = "# coding: latin-1\n" if encoding == "latin-1" else "#\n"
    text = f"{head}x = 'é'; y = 1\nz = 2".replace("\n", newline)
    edit = Edit(Span(2, 10, 2, 15), "ü = (\n    1\n)")
    made = fixed(text.encode(encoding), [edit])
    if newline == "\r" and encoding == "latin-1":
        # Python itself finds no encoding there.
        assert made is None
    else:
        assert made == text.replace("y = 1", f"ü = ({newline}    1{newline})").encode(encoding)


def test_a_character_that_the_encoding_lacks_makes_no_file() -> None:
    data = "# coding: latin-1\nx = 1\n".encode("latin-1")
    assert fixed(data, [Edit(Span(2, 5, 2, 6), "'→'")]) is None
    assert fixed(data, [Edit(Span(9, 1, 9, 1), "1")]) is None


def test_mixed_line_ends_stay_as_they_are() -> None:
    edit = Edit(Span(2, 1, 2, 1), "a = 1\n")
    assert fixed(b"x = 1\r\ny = 2\nz = 3\r\n", [edit]) == b"x = 1\r\na = 1\ny = 2\nz = 3\r\n"
