"""How a text is put together: of which literals and values, and which of those a caller of the function chooses."""

import re
from collections.abc import Iterator
from functools import cached_property

import libcst as cst

from reviewer.context import Context, below, dotted

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

Piece = str | cst.BaseExpression


def pieces(node: cst.BaseExpression) -> Iterator[Piece]:
    """The literal texts and the values that a text is made of, in order; anything else is a value itself."""
    match node:
        case cst.SimpleString(evaluated_value=str() as text):
            yield text
        case cst.ConcatenatedString(left=left, right=right):
            yield from (*pieces(left), *pieces(right))
        case cst.FormattedString(parts=parts):
            for part in parts:
                match part:
                    case cst.FormattedStringText(value=text):
                        yield text
                    case cst.FormattedStringExpression(expression=value):
                        yield value
        case cst.BinaryOperation(left=left, operator=cst.Add(), right=right):
            yield from (*pieces(left), *pieces(right))
        case cst.BinaryOperation(left=left, operator=cst.Modulo(), right=right) if _literal(left) is not None:
            yield from _filled(_literal(left) or "", PERCENT, *_operands(right))
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

    def given(self, node: cst.BaseExpression, *, deep: bool = False, seen: frozenset[str] = frozenset()) -> set[str]:
        """The parameters whose values a value holds as they are; with `deep`, what is taken out of one, too."""
        match node:
            case cst.Name(value=name):
                return self._named(name, seen, deep=deep)
            case cst.Attribute() | cst.Subscript():
                return self._taken(node) if deep else set()
            case cst.IfExp(body=left, orelse=right) | cst.BooleanOperation(left=left, right=right):
                parts = [left, right]
            case cst.List(elements=elements) | cst.Tuple(elements=elements) | cst.Set(elements=elements):
                parts = [each.value for each in elements]
            case cst.ListComp(elt=inner, for_in=loop) | cst.GeneratorExp(elt=inner, for_in=loop):
                return self._comprehended(inner, loop, seen)
            case cst.Call(func=cst.Attribute(attr=cst.Name(value="join")), args=[cst.Arg(value=joined)]):
                parts = [joined]
            case _:
                parts = [each for each in pieces(node) if not isinstance(each, str) and each is not node]
        return {name for part in parts for name in self.given(part, deep=deep, seen=seen)}

    def _named(self, name: str, seen: frozenset[str], *, deep: bool = False) -> set[str]:
        if name in seen or name in self._checked:
            return set()
        for function, bound in zip(self._functions, self._bound, strict=True):
            parameter = _parameters(function).get(name)
            if parameter and name not in bound:
                return {name} if self._takes_text(parameter) and not self._is_fixed(function, parameter) else set()
            if parameter:
                return set()
            if name in bound:
                each = (self.given(value, deep=deep, seen=seen | {name}) for value in bound[name])
                return set().union(*each)
        return set()

    def _taken(self, node: cst.BaseExpression) -> set[str]:
        """What is taken out of a parameter: an attribute or an item of it."""
        inner = node
        while isinstance(inner, cst.Attribute | cst.Subscript):
            inner = inner.value
        head = inner.value if isinstance(inner, cst.Name) else ""
        text = self._ctx.source(node)
        known = [_parameters(each) for each in self._functions]
        is_given = any(head in each for each in known) and head not in {"self", "cls", "settings", "config"}
        last = (dotted(node) or "").rpartition(".")[2]
        is_plain = last == "id" or last.endswith(("_id", "_at", "count", "limit", "offset", "date", "size", "type"))
        return {text} if is_given and not is_plain and not last.isupper() and head not in self._checked else set()

    def _comprehended(self, inner: cst.BaseExpression, loop: cst.CompFor, seen: frozenset[str]) -> set[str]:
        """The parameters that a comprehension runs over, if its items are in its elements."""
        values = [inner] if not is_composed(inner) else [each for each in pieces(inner) if not isinstance(each, str)]
        names = {each.value for each in values if isinstance(each, cst.Name)}
        own = {each.value for each in below(loop.target) if isinstance(each, cst.Name)}
        from_loop = self.given(loop.iter, seen=seen) if names & own and not loop.ifs else set()
        others = {found for name in names - own for found in self._named(name, seen)}
        return from_loop | others

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
        """Whether a private function is given nothing but literals and constants in this file."""
        name = function.name.value
        if not name.startswith("_") and function is self._functions[-1]:
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
