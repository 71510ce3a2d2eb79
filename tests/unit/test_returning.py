"""What a function is said to return."""

import libcst as cst

from reviewer.returning import Returned


def returned(text: str) -> Returned:
    (function,) = cst.parse_module(text).body
    assert isinstance(function, cst.FunctionDef)
    return Returned(function)


def code(node: cst.BaseExpression | None) -> str | None:
    return None if node is None else cst.Module([]).code_for_node(node)


def test_values_and_returns_without_one_are_told_apart() -> None:
    found = returned("def f(a):\n    if a:\n        return\n    if b:\n        return None\n    return a + 1\n")

    assert [*map(code, found.given)] == ["a + 1"]
    assert found.empty
    assert not found.yields


def test_functions_inside_return_for_themselves() -> None:
    found = returned(
        "def f():\n    def g():\n        yield 1\n        return 2\n    x = lambda: (yield)\n    return 3\n"
    )

    assert [*map(code, found.given)] == ["3"]
    assert not found.empty
    assert not found.yields


def test_variables_are_bound_to_values_or_to_what_is_not_known() -> None:
    text = "def f():\n    a = b = 1\n    a: int = 2\n    c, (d, e) = g()\n    a += 1\n    for i in x:\n        pass\n"
    found = returned(f"{text}    with x as y:\n        (z := 1)\n    yield\n")

    bound = {name: [*map(code, values)] for name, values in found.bound.items()}
    assert bound.pop("a") == ["1", "2", None]
    assert bound.pop("b") == ["1"]
    assert bound == {name: [None] for name in "cdeiyz"}
    assert found.yields
