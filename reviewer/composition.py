"""How a text is put together: of which literals and values, and which of those a caller of the function chooses."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import libcst as cst

from reviewer.context import Context
from reviewer.index.answers import Layer
from reviewer.nodes import below, dotted

PERCENT = re.compile(r"%(?:\((?P<name>\w+)\))?[-#0 +]*[\d.]*(?P<kind>[a-zA-Z])")
BRACES = re.compile(r"\{(?P<name>\w*)[^{}]*\}")
# What gives the same text in another shape.
SHAPING = frozenset({"strip", "lstrip", "rstrip", "lower", "upper", "title", "capitalize"})
UNWRAPPING = frozenset({"dedent", "cleandoc", "str"})
ADDING = frozenset({"append", "extend", "add"})
# Annotations of parameters that take any text; others may allow only some.
TEXTUAL = frozenset(
    {
        *("str", "None", "Any", "Optional", "Union", "list", "List", "Sequence", "Iterable", "Collection", "set"),
        *("tuple", "Tuple", "Annotated", "frozenset", "Set"),
    }
)
CHECKING = re.compile(r"valid|check|ensure|assert|verify|sanit|allow|match|identifier|quote|escape|safe", re.IGNORECASE)

# What stands before a value in a query; anything else may be followed by a name.
VALUE = re.compile(
    r"(?:[=<>]\s*|\b(?:like|ilike|limit|offset|between)\s+|\b(?:values|in)\s*\((?!\s*select\b)[^)]*)\Z", re.IGNORECASE
)
# What stands before the name of a parameter of the query.
MARK = re.compile(r"(?<!:)[:$@]\w*\Z")
# What an object or the project holds itself is given by no caller.
HELD = frozenset({"self", "cls", "settings", "config"})
# What an object keeps under these names is made by the program.
PLAIN = ("id", "at", "uuid", "count", "limit", "offset", "date", "size", "type", "kind", "status")

Piece = str | cst.BaseExpression


@dataclass(frozen=True, slots=True)
class Given:
    """A value that callers choose, as it is written, and whether it stands where a query has a value, not a name."""

    name: str
    is_value: bool


def pieces(node: cst.BaseExpression) -> Iterator[Piece]:
    """The literal texts and the values that a text is made of, in order; anything else is a value itself."""
    match node:
        case cst.SimpleString(evaluated_value=str() as text):
            yield text
        case cst.FormattedString(parts=parts):
            for part in parts:
                yield part.value if isinstance(part, cst.FormattedStringText) else _expression(part)
        case (
            cst.ConcatenatedString(left=left, right=right)
            | cst.BinaryOperation(left=left, operator=cst.Add(), right=right)
        ):
            yield from (*pieces(left), *pieces(right))
        case cst.BinaryOperation(left=left, operator=cst.Modulo(), right=right) if _literal(left) is not None:
            yield from _filled(_literal(left) or "", PERCENT, *_operands(right))
        case cst.Call():
            yield from _called(node)
        case _:
            yield node


def _expression(part: cst.BaseFormattedStringContent) -> Piece:
    return part.expression if isinstance(part, cst.FormattedStringExpression) else ""


def _called(node: cst.Call) -> Iterator[Piece]:
    match node:
        case cst.Call(func=cst.Attribute(value=left, attr=cst.Name(value="format"))) if _literal(left) is not None:
            yield from _filled(_literal(left) or "", BRACES, *_arguments(node))
        case cst.Call(func=cst.Attribute(value=inner, attr=cst.Name(value=name)), args=[]) if name in SHAPING:
            yield from pieces(inner)
        case cst.Call(args=[cst.Arg(value=inner)]) if (dotted(node.func) or "").rpartition(".")[2] in UNWRAPPING:
            yield from pieces(inner)
        case _:
            yield node


def is_composed(node: cst.BaseExpression) -> bool:
    """Whether a text is put together of a literal and something else."""
    found = list(pieces(node))
    return any(isinstance(each, str) for each in found) and any(not isinstance(each, str) for each in found)


def _parts(node: cst.BaseExpression, before: str) -> list[tuple[cst.BaseExpression, str]]:
    """What a value is made of, each part with the text before it."""
    match node:
        case cst.IfExp(body=left, orelse=right) | cst.BooleanOperation(left=left, right=right):
            return [(left, before), (right, before)]
        case cst.List(elements=elements) | cst.Tuple(elements=elements) | cst.Set(elements=elements):
            return [(each.value, before) for each in elements]
        case cst.Call(func=cst.Attribute(attr=cst.Name(value="join")), args=[cst.Arg(value=joined)]):
            return [(joined, before)]
        case _:
            return list(_values(node, before))


def _values(node: cst.BaseExpression, before: str) -> Iterator[tuple[cst.BaseExpression, str]]:
    """The values in a text, each with all the text before it."""
    for piece in pieces(node):
        if isinstance(piece, str):
            before += piece
        elif piece is not node:
            yield piece, before


def _takes_value(text: str) -> bool:
    return _in_quotes(text) or VALUE.search(text) is not None


def _in_quotes(text: str) -> bool:
    return text.count("'") % 2 == 1


def _literal(node: cst.BaseExpression) -> str | None:
    """A text that stands there as it is."""
    found = list(pieces(node)) if isinstance(node, cst.SimpleString | cst.ConcatenatedString) else []
    texts = [each for each in found if isinstance(each, str)]
    return "".join(texts) if texts and len(texts) == len(found) else None


def _operands(node: cst.BaseExpression) -> tuple[list[cst.BaseExpression], dict[str, cst.BaseExpression]]:
    match node:
        case cst.Tuple(elements=elements):
            return [each.value for each in elements], {}
        case cst.Dict(elements=elements):
            named = [each for each in elements if isinstance(each, cst.DictElement)]
            return [], {key: each.value for each in named if (key := _literal(each.key)) is not None}
        case _:
            return [node], {}


def _arguments(call: cst.Call) -> tuple[list[cst.BaseExpression], dict[str, cst.BaseExpression]]:
    named = {each.keyword.value: each.value for each in call.args if each.keyword}
    return [each.value for each in call.args if not each.keyword and not each.star], named


def _filled(
    text: str, marks: re.Pattern[str], given: list[cst.BaseExpression], named: dict[str, cst.BaseExpression]
) -> Iterator[Piece]:
    """The pieces of a template, its marks replaced by what they are filled with."""
    end, waiting = 0, iter(given)
    for mark in marks.finditer(text):
        yield text[end : mark.start()]
        end, name = mark.end(), mark["name"]
        if name and name.isdecimal():
            value = given[int(name)] if int(name) < len(given) else None
        else:
            value = named.get(name) if name else next(waiting, None)
        # `%d` takes numbers alone.
        if value is not None and mark.groupdict().get("kind") in (None, "s", "r"):
            yield from pieces(value)
    yield text[end:]


class Flow:
    """Follows values within the functions around a node back to the parameters that bring them."""

    def __init__(self, ctx: Context, node: cst.CSTNode) -> None:
        self._ctx = ctx
        self._functions = [each for each in ctx.ancestors(node) if isinstance(each, cst.FunctionDef)]

    def values(self, name: str) -> list[cst.BaseExpression]:
        """What the functions bind or add to a name, nearest function first; nothing for a parameter."""
        for function, bound in zip(self._functions, self._bound, strict=True):
            if name in bound:
                return bound[name]
            if name in _parameters(function):
                return []
        return []

    def given(self, node: cst.BaseExpression) -> set[Given]:
        """The parameters whose values a text holds, and between quotes what is taken out of a parameter."""
        return self._given(node, "", frozenset())

    def _given(self, node: cst.BaseExpression, before: str, seen: frozenset[str]) -> set[Given]:
        match node:
            case _ if MARK.search(before) and not _in_quotes(before):
                return set()
            case cst.Name(value=name):
                return self._named(name, before, seen)
            case cst.Attribute() | cst.Subscript():
                return self._taken(node, before) if _in_quotes(before) else set()
            case cst.ListComp(elt=inner, for_in=loop) | cst.GeneratorExp(elt=inner, for_in=loop):
                return self._comprehended(inner, loop, before, seen)
            case _:
                each = (self._given(part, text, seen) for part, text in _parts(node, before))
                return set().union(*each)

    def _named(self, name: str, before: str, seen: frozenset[str]) -> set[Given]:
        if name in seen or name in self._checked:
            return set()
        for function, bound in zip(self._functions, self._bound, strict=True):
            parameter = _parameters(function).get(name)
            if parameter:
                is_open = name not in bound and self._takes_text(parameter) and not self._is_fixed(function, parameter)
                return {Given(name, _takes_value(before))} if is_open else set()
            if name in bound:
                return set().union(*(self._given(value, before, seen | {name}) for value in bound[name]))
        return set()

    def _taken(self, node: cst.BaseExpression, before: str) -> set[Given]:
        """What is taken out of a parameter: an attribute or an item of it."""
        inner = node
        while isinstance(inner, cst.Attribute | cst.Subscript):
            inner = inner.value
        head = inner.value if isinstance(inner, cst.Name) else ""
        is_given = any(head in _parameters(each) for each in self._functions) and head not in HELD | self._checked
        last = (dotted(node) or "").rpartition(".")[2]
        is_plain = last in PLAIN or last.endswith(tuple(f"_{name}" for name in PLAIN)) or last.isupper()
        return {Given(self._ctx.source(node), _takes_value(before))} if is_given and not is_plain else set()

    def _comprehended(
        self, inner: cst.BaseExpression, loop: cst.CompFor, before: str, seen: frozenset[str]
    ) -> set[Given]:
        """The parameters that a comprehension runs over, if its items are in its elements, and others in them."""
        own = {each.value for each in below(loop.target) if isinstance(each, cst.Name)}
        found: set[Given] = set()
        for part, text in _parts(inner, before) or [(inner, before)]:
            if not isinstance(part, cst.Name) or part.value not in own:
                found |= self._given(part, text, seen)
            elif not loop.ifs:
                found |= self._given(loop.iter, text, seen)
        return found

    @cached_property
    def _bound(self) -> list[dict[str, list[cst.BaseExpression]]]:
        return [_bindings(function) for function in self._functions]

    @cached_property
    def _checked(self) -> set[str]:
        """The names that a function compares with what is allowed, or has checked."""
        nodes = (each for function in self._functions[-1:] for each in below(function.body))
        return {
            name.value
            for each in nodes
            for part in _looked_at(each)
            for name in below(part)
            if isinstance(name, cst.Name)
        }

    def _takes_text(self, parameter: cst.Param) -> bool:
        if parameter.annotation is None:
            return not isinstance(parameter.default, cst.Integer | cst.Float) and parameter.name.value not in {
                "self",
                "cls",
            }
        names = {name.rpartition(".")[2] for name in self._ctx.names_in(parameter.annotation.annotation)}
        return names <= TEXTUAL and "str" in names

    def _is_fixed(self, function: cst.FunctionDef, parameter: cst.Param) -> bool:
        """Whether a function that only its own file can call is given nothing but literals and constants there."""
        name = function.name.value
        is_open = not name.startswith("_") and function is self._functions[-1]
        if is_open and self._ctx.layer is not Layer.MIGRATIONS:
            return False
        calls = (each for each in below(self._ctx.module) if isinstance(each, cst.Call))
        own = [each for each in calls if (dotted(each.func) or "").rpartition(".")[2] == name]
        return bool(own) and all(_is_constant(_argument(each, function, parameter)) for each in own)


def _parameters(function: cst.FunctionDef) -> dict[str, cst.Param]:
    every = (*function.params.posonly_params, *function.params.params, *function.params.kwonly_params)
    return {each.name.value: each for each in every}


def _argument(call: cst.Call, function: cst.FunctionDef, parameter: cst.Param) -> cst.BaseExpression | None:
    """What a call gives a parameter; its default where it gives nothing."""
    name = parameter.name.value
    named = next((each.value for each in call.args if each.keyword and each.keyword.value == name), None)
    order = [each for each in _parameters(function) if each not in {"self", "cls"}]
    place = order.index(name) if name in order else len(call.args)
    plain = [each.value for each in call.args if not each.keyword]
    return named or (plain[place] if place < len(plain) else parameter.default)


def _is_constant(node: cst.BaseExpression | None) -> bool:
    """Whether a value is a literal, a constant, or an attribute of a class."""
    if isinstance(node, cst.SimpleString | cst.ConcatenatedString):
        return True
    if isinstance(node, cst.List | cst.Tuple | cst.Set):
        return all(_is_constant(each.value) for each in node.elements)
    name = dotted(node) if node else None
    last = name.rpartition(".")[2] if name else ""
    return last.isupper() or last.startswith("__") or (name or "")[:1].isupper()


def _looked_at(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """What a condition compares with what is allowed, and what is given to something that checks it."""
    match node:
        case cst.Comparison(
            left=left, comparisons=[cst.ComparisonTarget(operator=cst.In() | cst.NotIn() | cst.Equal())]
        ):
            yield left
        case cst.Call(func=func, args=args) if CHECKING.search((dotted(func) or "").rpartition(".")[2]):
            yield from args
            yield func
        case _:
            pass


def _bindings(function: cst.FunctionDef) -> dict[str, list[cst.BaseExpression]]:
    """What a function binds to its names, and adds to them; nested functions included."""
    found: dict[str, list[cst.BaseExpression]] = {}
    for node in below(function.body):
        for name, value in _binding(node):
            found.setdefault(name, []).append(value)
    return found


def _binding(node: cst.CSTNode) -> Iterator[tuple[str, cst.BaseExpression]]:
    match node:
        case cst.Assign(targets=targets, value=value):
            yield from ((each.target.value, value) for each in targets if isinstance(each.target, cst.Name))
        case cst.AnnAssign(target=cst.Name(value=name), value=cst.BaseExpression() as value):
            yield name, value
        case (
            cst.AugAssign(target=cst.Name(value=name), value=value)
            | cst.NamedExpr(target=cst.Name(value=name), value=value)
        ):
            yield name, value
        case cst.For(target=cst.Name(value=name), iter=value):
            yield name, value
        case cst.Call(
            func=cst.Attribute(value=cst.Name(value=name), attr=cst.Name(value=verb)), args=[cst.Arg(value=value)]
        ) if verb in ADDING:
            yield name, value
        case _:
            pass
