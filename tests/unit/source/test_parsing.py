import libcst as cst
import pytest

from reviewer.source import Source, Unparsable, Unsupported, parse

READABLE = {
    "an empty file": b"",
    "no line break at the end": b"a = 1",
    "a comment alone": b"# a",
    "a byte order mark": b"\xef\xbb\xbfa = 1\n",
    "a declared encoding": b'# -*- coding: latin-1 -*-\na = "\xe9"\n',
    "an encoding declared on the second line": '#!/usr/bin/python\n# coding: cp1252\na = "€"\n'.encode("cp1252"),
    "an encoding of several bytes": '# coding: shift_jis\na = "日本"\n'.encode("shift_jis"),
    "carriage returns": b"a = 1\r\nif a:\r\n    b = 2\r\n",
    "form feeds": b"a = 1\n\x0c\ndef f():\n    pass\n",
    "syntax newer than some of the Pythons": b'type A[T] = list[T]\nx = f"{"a"}"\n',
}
INVALID = {
    "a syntax error": (b"a = 1\ndef f(:\n", 2, 7, "invalid syntax"),
    "an unclosed bracket": (b"x = (\n", 1, 5, "was never closed"),
    "a string without an end": (b'a = 1\nb = "c\n', 2, 5, "unterminated string literal"),
    "a wrong indentation": (b"if a:\n    b\n  c\n", 3, 4, "unindent does not match"),
    "tabs mixed with spaces": (b"if a:\n\tb\n        c\n", 3, 1, "inconsistent use of tabs"),
    "a null byte": (b"a = 1\nb = 2 \0\n", 2, 7, "null bytes"),
    "UTF-16": ("a = 1\n".encode("utf-16-le"), 1, 2, "null bytes"),
    "bytes that are no UTF-8": (b'a = 1\n\nb = "caf\xe9"\n', 3, 9, "utf-8 cannot decode byte 0xe9"),
    "undecodable bytes in the first line": (b"# caf\xe9\n", 1, 6, "utf-8 cannot decode byte 0xe9"),
    "bytes that the declared encoding lacks": (b"# coding: ascii\n# \xe9\n", 2, 3, "ascii cannot decode byte 0xe9"),
    "an unknown encoding": (b"# coding: klingon\n", 1, 1, "unknown encoding: klingon"),
    "an encoding that is none of text": (b"# coding: rot13\n", 1, 1, "not a text encoding"),
    "an encoding that contradicts the mark": (b"\xef\xbb\xbf# coding: latin-1\n", 1, 1, "encoding problem"),
    "Python 2": (b'print "a"\n', 1, 1, "Missing parentheses"),
    "a merge conflict": (b"a = 1\n<<<<<<< HEAD\n", 2, 1, "invalid syntax"),
}


@pytest.mark.parametrize("data", READABLE.values(), ids=READABLE)
def test_what_python_reads_is_read_and_written_back_as_it_is(data: bytes) -> None:
    assert parse(data).bytes == data


def test_the_tree_is_made_once() -> None:
    source = Source("a.py", b"a = 1\n")
    assert source.module is source.module


def test_carriage_returns_alone_end_lines_as_in_python() -> None:
    assert len(parse(b"a = 1\rb = 2\r").body) == 2


@pytest.mark.parametrize(("data", "line", "column", "message"), INVALID.values(), ids=INVALID)
def test_what_python_refuses_is_refused_at_its_place(data: bytes, line: int, column: int, message: str) -> None:
    with pytest.raises(Unparsable, match=message) as refused:
        parse(data)
    assert (refused.value.line, refused.value.column) == (line, column)
    assert refused.value.message == str(refused.value)


def test_what_python_reads_and_we_do_not_is_a_problem_of_ours() -> None:
    with pytest.raises(Unsupported, match="does not understand it, though Python does"):
        parse(b"(a): int = 1\n")


def test_a_panic_of_the_native_parser_is_a_problem_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    panic = type("PanicException", (BaseException,), {})

    def parse_module(_: bytes) -> None:
        raise panic("index out of bounds")

    monkeypatch.setattr(cst, "parse_module", parse_module)
    with pytest.raises(Unsupported, match="crashed on it: index out of bounds"):
        parse(b"a = 1\n")


def test_an_interruption_is_not_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    def parse_module(_: bytes) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cst, "parse_module", parse_module)
    with pytest.raises(KeyboardInterrupt):
        parse(b"a = 1\n")
