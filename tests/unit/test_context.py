"""What a context answers about its file."""

from collections.abc import Iterator

import libcst as cst
import pytest
from libcst.metadata import MetadataWrapper, PositionProvider

from reviewer.config import Config
from reviewer.context import Context
from reviewer.index import Index
from reviewer.index.answers import Layer
from reviewer.model import Edit, Extent, Span
from reviewer.nodes import dotted, in_body
from reviewer.walk import walk
from tests.unit.every_node import SOURCE
from tests.unit.index.project import index_of

ORDERS = '''
import typing as t
from typing import overload

@first
@second(
    1,
)
class Order:
    @t.overload
    def load(
        self,
        key: int,  # a comment
    ) -> int: ...

    def save(self, *keys: int) -> None:
        """Text."""
        if keys:
            def inner(): return keys[0]
        elif self:
            pass

total = Order().load(1); rest = 2
'''.lstrip()


def context(text: str, path: str = "app/orders.py", *, give_text: bool = True) -> Context:
    module = cst.parse_module(text)
    index = Index([path], lambda _: text.encode(), Config())
    return Context(path, module, index, text=text if give_text else None)


def every(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    yield node
    for child in node.children:
        yield from every(child)


def named(ctx: Context, name: str) -> cst.FunctionDef | cst.ClassDef:
    """The first function or class of this name, at hand."""
    found: list[cst.FunctionDef | cst.ClassDef] = []
    ways: list[list[cst.CSTNode]] = []

    def visit(node: cst.CSTNode) -> None:
        if isinstance(node, cst.FunctionDef | cst.ClassDef) and node.name.value == name:
            found.append(node)
            ways.append(list(ctx.path_to_node))

    walk(ctx.module, {cst.FunctionDef: (visit,), cst.ClassDef: (visit,)}, ctx.path_to_node)
    ctx.path_to_node[:] = ways[0]
    return found[0]


@pytest.mark.parametrize("text", [SOURCE, ORDERS, SOURCE.replace("\n", "\r\n")], ids=["every node", "orders", "crlf"])
def test_every_node_stands_where_libcst_finds_it(text: str) -> None:
    ctx = context(text)
    expected = MetadataWrapper(ctx.module, unsafe_skip_copy=True).resolve(PositionProvider)

    def check(node: cst.CSTNode) -> None:
        for one in (node, *node.children):
            place = expected[one.name if isinstance(one, cst.FunctionDef | cst.ClassDef) else one]
            span = Span(place.start.line, place.start.column + 1, place.end.line, place.end.column + 1)
            assert ctx.span(one) == span

    walk(ctx.module, {type(node): (check,) for node in every(ctx.module)}, ctx.path_to_node)


def test_places_are_found_without_a_walk_and_without_the_text() -> None:
    ctx = context(ORDERS, give_text=False)
    spans = [ctx.span(node) for node in every(ctx.module) if isinstance(node, cst.Integer) and node.value == "0"]

    assert spans == [Span(18, 38, 18, 39)]


def test_a_name_on_a_row_of_its_own_is_found() -> None:
    ctx = context("def \\\n  f(): ...\n")

    assert ctx.span(named(ctx, "f")) == Span(2, 3, 2, 4)


def test_an_extent_begins_at_the_first_decorator_and_ends_with_the_last_code() -> None:
    ctx = context(ORDERS)

    assert ctx.extent(named(ctx, "Order")) == Extent(4, 20)
    assert ctx.extent(named(ctx, "load")) == Extent(9, 13)
    assert ctx.extent(ctx.module.body[-1]) == Extent(22, 22)


def test_an_extent_of_a_part_is_that_of_its_lines() -> None:
    ctx = context(ORDERS)
    load = named(ctx, "load")
    assert isinstance(load, cst.FunctionDef)

    assert ctx.extent(load.params) == Extent(11, 13)
    assert ctx.extent(ctx.module) == Extent(1, 23)


def test_a_signature_ends_where_the_body_begins() -> None:
    ctx = context(ORDERS)
    signatures = []
    for name in ("load", "save", "inner"):
        function = named(ctx, name)
        assert isinstance(function, cst.FunctionDef)
        signatures.append(ctx.signature(function))

    assert signatures == [Extent(9, 13), Extent(15, 15), Extent(18, 18)]


def test_lines_of_code_are_counted_for_functions_and_classes() -> None:
    ctx = context(ORDERS)

    assert ctx.code_lines(named(ctx, "Order")) == 10
    assert ctx.code_lines(named(ctx, "save")) == 3


def test_a_symbol_is_the_dotted_name_inside_the_module() -> None:
    ctx = context(ORDERS)
    inner = named(ctx, "inner")

    assert ctx.symbol(inner) == "Order.save.inner"
    assert ctx.symbol(inner.body) == "Order.save.inner"
    assert ctx.symbol(ctx.module) == ""


def test_the_scope_around_a_node_is_the_innermost_function_or_class() -> None:
    ctx = context(ORDERS)
    inner = named(ctx, "inner")
    save = ctx.enclosing_function(inner)
    assert save is not None

    order = ctx.enclosing_class(save)
    assert order is not None

    assert (order.name.value, save.name.value) == ("Order", "save")
    assert ctx.enclosing_class(inner) is None
    assert ctx.enclosing_function(save) is None


def test_a_node_below_the_one_at_hand_stands_right_in_it() -> None:
    ctx = context(ORDERS)
    save = named(ctx, "save")

    assert next(ctx.ancestors(save.body)) is save
    assert next(ctx.ancestors(save)) is not save


def test_overloads_are_known_under_any_alias() -> None:
    ctx = context(ORDERS)
    load, save = named(ctx, "load"), named(ctx, "save")

    assert isinstance(load, cst.FunctionDef)
    assert ctx.is_overload(load)
    assert isinstance(save, cst.FunctionDef)
    assert not ctx.is_overload(save)


def test_the_definition_before_is_the_last_to_begin() -> None:
    ctx = context(ORDERS)
    before = {}
    for name in ("Order", "load", "save"):
        node = named(ctx, name)
        found = ctx.definition_before(node)
        before[name] = found and found.name.value

    assert before == {"Order": None, "load": "Order", "save": "load"}


def test_a_name_has_its_aliases_undone() -> None:
    ctx = context(ORDERS)

    assert ctx.name_of(cst.parse_expression("t.Any")) == "typing.Any"
    assert ctx.name_of(cst.parse_expression("f()[1]")) is None


@pytest.mark.parametrize(
    ("code", "name"),
    [("a", "a"), ("a.b.c", "a.b.c"), ("a.b(1)", "a.b"), ("a[1].b", None), ("1", None), ("f().b", "f.b")],
)
def test_a_dotted_name_is_what_names_and_attributes_spell(code: str, name: str | None) -> None:
    assert dotted(cst.parse_expression(code)) == name


def test_the_layer_comes_from_the_path() -> None:
    assert context(ORDERS, "tests/test_orders.py").layer is Layer.TESTS
    assert context(ORDERS, "app/orders.py").layer is None


def test_a_replacement_spans_the_node_it_replaces() -> None:
    ctx = context("total = first + second\n")
    statement = ctx.module.body[0]
    assert isinstance(statement, cst.SimpleStatementLine)
    assign = statement.body[0]
    assert isinstance(assign, cst.Assign)

    assert ctx.source(assign.value) == "first + second"
    assert ctx.replace(assign.value, "0") == Edit(Span(1, 9, 1, 23), "0")


def test_a_crossing_belongs_to_its_statement() -> None:
    code = (
        "import a, httpx; from sqlalchemy import (\n    orm, select\n); import redis\nimport httpx\nfrom . import b\n"
    )
    ctx = context(code, path="app/domain/job.py")
    imports = [node for node in every(ctx.module) if isinstance(node, cst.Import | cst.ImportFrom)]
    told = [[found.module for found in ctx.crossings(node)] for node in imports]
    assert told == [["httpx"], ["sqlalchemy"], ["redis"], [], []]


def test_a_handler_knows_its_routes() -> None:
    lines = ["from fastapi import APIRouter", "router = APIRouter()"]
    for url in ("/one", "/two"):
        lines += [f"@router.get('{url}')", f"@router.get('{url}/again')", "def load(): ...", ""]
    ctx = context("\n".join([*lines, "def other(): ...", ""]))
    functions = [each for each in ctx.module.body if isinstance(each, cst.FunctionDef)]

    urls = [{route.url for route in ctx.routes(each)} for each in functions]
    assert urls == [{"/one", "/one/again"}, {"/two", "/two/again"}, set()]


def test_the_functions_of_a_file_have_their_dotted_names_and_those_of_two_have_none() -> None:
    code = """
class A:
    def f(self):
        def inner(): ...
if True:
    def g(): ...
else:
    def g(): ...
try:
    def h(): ...
finally:
    pass
"""
    source = Context("a.py", cst.parse_module(code), index_of({"a.py": code})).functions
    assert {name: function is not None for name, function in source.items()} == {
        "A.f": True,
        "A.f.inner": True,
        "g": False,
        "h": True,
    }


def test_what_is_in_a_body_is_not_what_is_in_the_scopes_within() -> None:
    code = "def f(a=one()):\n    two()\n    def g(): three()\n    lambda: four()\n    [five() for _ in six()]\n"
    function = cst.parse_module(code).body[0]
    assert isinstance(function, cst.FunctionDef)
    names = [dotted(node.func) for node in in_body(function) if isinstance(node, cst.Call)]
    assert names == ["two", "five", "six"]
