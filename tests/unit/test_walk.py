"""The walk against libcst's own children, for every type of node."""

from inspect import isabstract, isclass

import libcst as cst

from reviewer.walk import walk
from tests.unit.every_node import SOURCE

TRIVIA = (
    cst.BaseParenthesizableWhitespace,
    cst.AssignEqual,
    cst.Asynchronous,
    cst.Colon,
    cst.Comma,
    cst.Comment,
    cst.Dot,
    cst.EmptyLine,
    cst.LeftCurlyBrace,
    cst.LeftParen,
    cst.LeftSquareBracket,
    cst.Newline,
    cst.RightCurlyBrace,
    cst.RightParen,
    cst.RightSquareBracket,
    cst.Semicolon,
    cst.TrailingWhitespace,
)
MODULE = cst.parse_module(SOURCE)


def ways_down(node: cst.CSTNode, around: tuple[cst.CSTNode, ...] = ()) -> list[tuple[cst.CSTNode, ...]]:
    """Every node that is no trivia, behind its ancestors, as libcst's own children have it."""
    way = (*around, node)
    below = (child for child in node.children if not isinstance(child, TRIVIA))
    return [way, *(found for child in below for found in ways_down(child, way))]


def visited_ways() -> list[tuple[cst.CSTNode, ...]]:
    path: list[cst.CSTNode] = []
    ways: list[tuple[cst.CSTNode, ...]] = []
    walk(MODULE, dict.fromkeys(every_type(), (lambda _: ways.append(tuple(path)),)), path)
    assert not path
    return ways


def every_type() -> set[type[cst.CSTNode]]:
    return {
        kind
        for name, kind in vars(cst).items()
        if isclass(kind) and issubclass(kind, cst.CSTNode) and not isabstract(kind) and not name.startswith("Base")
        if not issubclass(kind, TRIVIA)
    }


def test_the_code_holds_every_type_of_node() -> None:
    assert every_type() == {type(way[-1]) for way in ways_down(MODULE)}


def test_every_node_is_visited_once_behind_its_ancestors() -> None:
    visited, expected = visited_ways(), ways_down(MODULE)

    assert len(visited) == len({way[-1] for way in visited})
    assert {way[-1]: way for way in visited} == {way[-1]: way for way in expected}


def test_statements_are_visited_in_the_order_of_the_text() -> None:
    visited = [way[-1] for way in visited_ways() if isinstance(way[-1], cst.BaseSmallStatement)]
    expected = [way[-1] for way in ways_down(MODULE) if isinstance(way[-1], cst.BaseSmallStatement)]

    assert visited == expected


def test_only_the_types_that_are_asked_for_are_visited() -> None:
    classes: list[cst.CSTNode] = []
    walk(MODULE, {cst.ClassDef: (classes.append,)}, [])

    assert [type(found) for found in classes] == [cst.ClassDef]


def test_a_node_goes_to_all_its_handlers_in_turn() -> None:
    calls: list[str] = []
    walk(MODULE, {cst.Module: (lambda _: calls.append("first"), lambda _: calls.append("second"))}, [])

    assert calls == ["first", "second"]
