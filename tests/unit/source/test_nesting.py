import sys
import threading

import pytest

from reviewer.source import Source, Unparsable, Unsupported, deep, parse
from reviewer.source.nesting import DEEPEST, too_deep

MANY = 100_000
ABSURD = {
    "a chain of operators": b"x = " + b"+".join([b"1"] * MANY),
    "a chain of attributes": b"x = " + b".".join([b"a"] * MANY),
    "a chain of calls": b"x = a" + b"()" * MANY,
    "a chain of subscripts": b"x = a" + b"[0]" * MANY,
    "a concatenation of strings": b"x = (" + b"\n+ ".join([b'"a"'] * MANY) + b")",
    "a concatenation of strings without a sign": b"x = (" + b"\n".join([b'"a"'] * MANY) + b")",
    "a continued chain": b"x = " + b" + \\\n".join([b"1"] * MANY),
    "a chain in a formatted string": b'x = f"{' + b"+".join([b"1"] * MANY) + b'}"',
    "a chain that numbers run into": b"x = " + b"1or " * MANY + b"1",
    "negations": b"x = " + b"not " * MANY + b"1",
    "signs": b"x = " + b"-" * MANY + b"1",
    "lambdas": b"x = " + b"lambda:" * MANY + b"1",
    "conditional expressions": b"x = " + b"1 if a else " * MANY + b"1",
    "clauses of a comprehension": b"x = [a " + b"for a in b " * MANY + b"]",
    "branches": b"if a:\n  pass\n" + b"elif b:\n  pass\n" * 50_000,
    "branches with other code between them": b"if a:\n  if c: pass\n" + b"elif b:\n  x = 'if'\n\n" * 50_000,
    "a pattern in patterns": b"match a:\n case " + b"[" * 40 + b"a" + b"]" * 40 + b": pass",
    "mappings in patterns": b"match a:\n case " + b"{1: " * 12 + b"a" + b"}" * 12 + b": pass",
}
REFUSED = {
    "parentheses": (b"x = " + b"(" * 5000 + b"1" + b")" * 5000, "too many nested parentheses"),
    "lists": (b"x = " + b"[" * 250 + b"]" * 250, "too many nested parentheses"),
    "brackets without an end": (b"x = " + b"(" * 5000, "too many nested parentheses"),
    "indentation": (
        b"".join(b" " * level + b"if a:\n" for level in range(500)) + b" " * 500 + b"pass",
        "too many levels of indentation",
    ),
}
ORDINARY = {
    "the deepest brackets": b"x = " + b"[" * 199 + b"]" * 199,
    "the deepest indentation": b"".join(b" " * level + b"if a:\n" for level in range(99)) + b" " * 99 + b"pass",
    "a long chain": b"x = " + b"+".join([b"1"] * 400),
    "a long chain of attributes": b"x = " + b".".join([b"a"] * 400),
    "many branches": b"if a:\n  pass\n" + b"elif b:\n  pass\n" * 400,
    "branches of many statements": (b"if a:\n  pass\n" + b"elif b:\n  pass\n" * 20) * 50,
    "a long table on one line": b"x = {" + b", ".join(b'"%d": [%d, a.b(-1)]' % (n, n) for n in range(2000)) + b"}",
    "many targets": b"a = " * 1000 + b"1",
    "many statements on a line": b"a.b;" * 1000,
    "many decorators": b"@a.b\n" * 1000 + b"def f(): pass",
    "deep patterns": b"match a:\n case " + b"[" * 10 + b"a" + b"]" * 10 + b": pass",
    "a formatted text full of signs": b'x = f"""' + b"a. (b) - c\n" * 1000 + b'{x!r:{w}} {{"a": {b}}}"""',
    "a call named case": b"case" + b"(" * 8 + b")" * 8,
}


@pytest.mark.parametrize("code", ABSURD.values(), ids=ABSURD)
def test_absurd_nesting_is_found_before_it_is_parsed(code: bytes) -> None:
    assert too_deep(code + b"\n")
    with pytest.raises(Unsupported, match="too deeply nested"):
        deep(parse, code + b"\n")


@pytest.mark.parametrize(("code", "message"), REFUSED.values(), ids=REFUSED)
def test_nesting_that_python_refuses_is_no_valid_python(code: bytes, message: str) -> None:
    with pytest.raises(Unparsable, match=message):
        deep(parse, code + b"\n")


@pytest.mark.parametrize("code", ORDINARY.values(), ids=ORDINARY)
def test_code_that_nests_within_reason_is_read_and_written_back(code: bytes) -> None:
    data = code + b"\n"
    assert not too_deep(data)
    assert deep(lambda: Source("a.py", data).module.bytes) == data


def test_the_limit_is_the_one_that_the_message_names() -> None:
    chain = b"+".join([b"1"] * DEEPEST)
    assert not too_deep(b"x = " + chain)
    assert too_deep(b"x = 1+1+" + chain)
    with pytest.raises(Unsupported, match=str(DEEPEST)):
        parse(b"x = 1+1+" + chain + b"\n")


@pytest.mark.parametrize("separator", [b"\n", b"\r\n", b"; ", b"  # a comment (\n", b" + '#'\n"])
def test_statements_do_not_add_up(separator: bytes) -> None:
    assert not too_deep(separator.join([b"a = b.c(d[0])"] * 500))


def test_text_in_strings_and_comments_does_not_count() -> None:
    assert not too_deep(b'"""' + b"((((a.b.c\n" * 500 + b'"""\n# ' + b"(" * 1000 + b"\nx = 'it\\'s ((('\n" * 300)


def recursion(depth: int) -> int:
    return 0 if depth == 0 else 1 + recursion(depth - 1)


def test_deep_gives_recursion_room_and_puts_the_limits_back() -> None:
    limit, size = sys.getrecursionlimit(), threading.stack_size()
    assert deep(recursion, 20_000) == 20_000
    assert (sys.getrecursionlimit(), threading.stack_size()) == (limit, size)


def test_deep_raises_what_the_function_raises() -> None:
    with pytest.raises(ZeroDivisionError):
        deep(lambda: 1 // 0)
    with pytest.raises(KeyboardInterrupt):
        deep(exec, "raise KeyboardInterrupt")


def test_deep_passes_arguments_and_can_be_nested() -> None:
    assert deep(lambda: deep(sorted, [1, 3, 2], reverse=True)) == [3, 2, 1]
