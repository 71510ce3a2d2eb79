"""Frozen objects that are written to all the same."""

from collections.abc import Iterator, Mapping
from functools import lru_cache

import libcst as cst

from reviewer.api import Bad, Check, Context, Finding, Good, Kind, Layer, Level, below, dotted, on

EXEMPT = (Layer.TESTS, Layer.MIGRATIONS)
JUDGED = frozenset({Kind.DATACLASS, Kind.ATTRS, Kind.PYDANTIC})
# The methods in which an object comes into being.
MAKING = frozenset(
    {
        "__attrs_init__",
        "__attrs_post_init__",
        "__attrs_pre_init__",
        "__copy__",
        "__deepcopy__",
        "__init__",
        "__new__",
        "__post_init__",
        "__post_init_post_parse__",
        "__replace__",
        "__setattr__",
        "__setstate__",
        "model_post_init",
    }
)
APART = frozenset({"staticmethod", "classmethod"})
# An object that comes from these nobody else has yet.
MAKERS = ("__new__", "copy")
OBJECT = frozenset({"object", "builtins.object"})

BAD = (
    Bad(
        """
        from dataclasses import dataclass

        @dataclass(frozen=True)
        class Money:
            cents: int

            def add(self, cents: int) -> "Money":
                object.__setattr__(self, "cents", self.cents + cents)  # <-
                return self
        """
    ),
    # From outside, in each of the ways to write, on what is annotated or made there.
    Bad(
        """
        import builtins
        from typing import Annotated, Optional
        from app.money import Money, Price

        def round_up(money: Money, price: Optional["Price"], taxed: Annotated[Money, "net"], *rest: Money) -> None:
            object.__setattr__(money, "cents", 0)  # <-
            builtins.object.__setattr__(price, "cents", 0)  # <-
            taxed.__dict__["cents"] = 0  # <-
            vars(money)["cents"] += 1  # <-
            money.__dict__.update(cents=0)  # <-
            money.__dict__.update({"cents": 0})  # <-

        async def double() -> None:
            money = Money(1)
            other: Price = load()
            def inner() -> None:
                object.__setattr__(money, "cents", 2)  # <-
            object.__setattr__(other, "cents", 2)  # <-
        """,
        files={
            "app/money.py": "import attrs, pydantic\n"
            "@attrs.frozen\nclass Money: cents: int\n"
            "class Price(pydantic.BaseModel, frozen=True): cents: int\n"
        },
    ),
    # A private field that its maker gives a value is a value.
    Bad(
        """
        from dataclasses import dataclass

        @dataclass(frozen=True)
        class Money:
            _cents: int

            def reset(self) -> None:
                self.__dict__["_cents"] = 0  # <-
        """
    ),
)
GOOD = (
    Good(
        """
        from dataclasses import dataclass, replace

        @dataclass(frozen=True)
        class Money:
            cents: int

            def __post_init__(self) -> None:
                object.__setattr__(self, "cents", int(self.cents))

            def add(self, cents: int) -> "Money":
                return replace(self, cents=self.cents + cents)
        """
    ),
    # What is worked out once and kept is no part of the value.
    Good(
        """
        from dataclasses import dataclass, field

        @dataclass(frozen=True)
        class Money:
            cents: int
            text: str = field(init=False)
            _words: str | None = None

            @property
            def words(self) -> str:
                if self._words is None:
                    object.__setattr__(self, "_words", spell(self.cents))
                object.__setattr__(self, "_hash", hash(self.cents))
                object.__setattr__(self, "text", str(self.cents))
                self.__dict__["cached"] = 1
                return self._words
        """
    ),
    # The class making an object of its own: before anybody holds it.
    Good(
        """
        import copy
        from dataclasses import dataclass
        from pydantic import BaseModel, model_validator

        @dataclass(frozen=True)
        class Money:
            cents: int

            def __post_init__(self) -> None:
                self._normalise()

            def _normalise(self) -> None:
                object.__setattr__(self, "cents", int(self.cents))

            @classmethod
            def parse(cls, text: str) -> "Money":
                made = cls(0)
                object.__setattr__(made, "cents", int(text))
                return made

            def doubled(self) -> "Money":
                made: Money = load(self)
                object.__setattr__(made, "cents", self.cents * 2)
                return made

        class Price(BaseModel, frozen=True):
            cents: int

            @model_validator(mode="after")
            def check(self) -> "Price":
                object.__setattr__(self, "cents", abs(self.cents))
                return self

        def read(text: str, like: Money) -> tuple[Money, Money]:
            made: Money = object.__new__(Money)
            object.__setattr__(made, "cents", int(text))
            other: Money = copy.copy(like)
            object.__setattr__(other, "cents", int(text))
            return made, other
        """
    ),
    # Not frozen, not known to be, not known what, or not an object of it.
    Good(
        """
        from dataclasses import dataclass
        from elsewhere import Frozen, FROZEN

        @dataclass
        class Total:
            cents: int
            def add(self) -> None: object.__setattr__(self, "cents", 1)

        @dataclass(frozen=FROZEN)
        class Unknown:
            cents: int
            def add(self) -> None: object.__setattr__(self, "cents", 1)

        @dataclass(frozen=True)
        class Money:
            cents: int
            def set(self, name: str, value: int) -> None:
                object.__setattr__(self, name, value)
                vars(self)[name] = value
            @staticmethod
            def reset(self) -> None: object.__setattr__(self, "cents", 0)
            @classmethod
            def count(cls) -> None: object.__setattr__(cls, "cents", 0)

        def add(total: Total, foreign: Frozen, many: list[Money], money: Money, other, either: Money | Total) -> None:
            money = Total(1)
            for each in (total, foreign, many, money, other, either):
                object.__setattr__(each, "cents", 1)
            object.__setattr__(total, "cents", 1)
            object.__setattr__(foreign, "cents", 1)
            object.__setattr__(many, "cents", 1)
            object.__setattr__(money, "cents", 1)
            object.__setattr__(other, "cents", 1)
            object.__setattr__(either, "cents", 1)
        """
    ),
    # In tests a frozen object may be forged.
    Good(
        """
        from app.money import Money
        def test_money(money: Money) -> None: object.__setattr__(money, "cents", 1)
        """,
        path="tests/test_money.py",
        files={"app/money.py": "import attrs\n@attrs.frozen\nclass Money: cents: int\n"},
    ),
)


class FrozenBypassed(Check):
    """An object that is frozen, and changed all the same, breaks the word on which everybody shares it.

    `object.__setattr__(money, "cents", 0)` and `money.__dict__["cents"] = 0` go past the lock. Every order that holds
    this `money` has another total from then on, and no set or dictionary that it is in finds it again.

    Make a new object instead: `dataclasses.replace(money, cents=0)`, `attrs.evolve`, `model_copy(update=…)`. A class
    that has to change is not frozen.

    Looked at are the ways past the lock (`object.__setattr__`, writes to `__dict__` and `vars()`) on `self` in a method
    of a frozen data class, and on a name that the same function annotates with such a class or gets from a call of it.
    A class may write to its own objects where they come into being: in its constructors and what these call, in
    validators, and in methods that make another one. What is no field, has `init=False`, or is private and has a
    default is a memory of the object and no part of its value. Tests are left alone.
    """

    name = "frozen-bypassed"
    level = Level.WARNING
    message = (
        "Whoever shares this {owner} sees its `{attribute}` change, frozen as it is: `{symbol}` goes past the lock."
    )
    examples = BAD + GOOD

    @on(cst.Call)
    def call(self, node: cst.Call, ctx: Context) -> Iterator[Finding]:
        """Report `object.__setattr__(…)` and `x.__dict__.update(…)`."""
        match node:
            case cst.Call(
                func=cst.Attribute(value=base, attr=cst.Name(value="__setattr__")),
                args=[cst.Arg(value=cst.Name(value=name)), cst.Arg(value=attribute), *_],
            ) if dotted(base) in OBJECT:
                yield from self._written(ctx, node, name, _texts(attribute))
            case cst.Call(func=cst.Attribute(value=inside, attr=cst.Name(value="update")), args=given):
                named = [each.keyword.value for each in given if each.keyword]
                yield from self._written(ctx, node, _opened(inside), named + _keys(*(each.value for each in given)))

    @on(cst.Assign, cst.AugAssign)
    def assignment(self, node: cst.Assign | cst.AugAssign, ctx: Context) -> Iterator[Finding]:
        """Report `x.__dict__["a"] = …`."""
        for target in [each.target for each in node.targets] if isinstance(node, cst.Assign) else [node.target]:
            match target:
                case cst.Subscript(value=inside, slice=[cst.SubscriptElement(slice=cst.Index(value=key))]):
                    yield from self._written(ctx, node, _opened(inside), _texts(key))

    def _written(self, ctx: Context, node: cst.CSTNode, name: str | None, written: list[str]) -> Iterator[Finding]:
        """Report the first of the attributes written that is part of the value of the frozen object `name`."""
        if name is None or ctx.layer in EXEMPT:
            return
        functions = [outer for outer in ctx.ancestors(node) if isinstance(outer, cst.FunctionDef)]
        method = next((each for each in functions if ctx.enclosing_class(each) and name == _instance(each)), None)
        owner = ctx.enclosing_class(method) if method else None
        if owner and method:
            holder, locked = owner.name.value, _is_locked(method, owner, ctx)
            value = [each for each in written if locked and _fields(owner).get(each)]
        else:
            making = any(name in _unfinished(function) for function in functions)
            holder = "" if making else _frozen_class(name, node, ctx) or ""
            value = [each for each in written if holder and not each.startswith("_")]
        if value:
            yield self.finding(ctx, node, key=value[0], params={"owner": holder, "attribute": value[0]})


def _opened(node: cst.CSTNode) -> str | None:
    """The name whose attributes `x.__dict__` or `vars(x)` lays open."""
    match node:
        case cst.Attribute(value=cst.Name(value=name), attr=cst.Name(value="__dict__")):
            return name
        case cst.Call(func=cst.Name(value="vars"), args=[cst.Arg(value=cst.Name(value=name))]):
            return name
        case _:
            return None


def _keys(*values: cst.BaseExpression) -> list[str]:
    """The keys of the dictionary displays among these values."""
    displays = (value.elements for value in values if isinstance(value, cst.Dict))
    return _texts(*(each.key for elements in displays for each in elements if isinstance(each, cst.DictElement)))


def _texts(*nodes: cst.BaseExpression) -> list[str]:
    texts = (getattr(node, "evaluated_value", None) for node in nodes)
    return [text for text in texts if isinstance(text, str)]


def _frozen_class(name: str, node: cst.CSTNode, ctx: Context) -> str | None:
    """The frozen data class that a name in a function holds an object of, outside of that class itself."""
    home = ctx.index.held_class(ctx.path, ctx.scope(node), name)
    if home is None or not _is_frozen(home.path, home.symbol, ctx):
        return None
    return None if home.path == ctx.path and home.symbol in ctx.scopes(node) else home.symbol.rpartition(".")[2]


@lru_cache(maxsize=16)
def _unfinished(function: cst.FunctionDef) -> frozenset[str]:
    """The names that a function gives to objects which nobody else has yet."""
    found: set[str] = set()
    for node in below(function.body):
        match node:
            case (
                cst.AnnAssign(target=cst.Name(value=name), value=cst.Call(func=made))
                | cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))], value=cst.Call(func=made))
            ) if (dotted(made) or "").endswith(MAKERS):
                found.add(name)
    return frozenset(found)


def _is_frozen(path: str, symbol: str, ctx: Context) -> bool:
    answer = ctx.index.class_answer(path, symbol)
    return answer is not None and answer.kind in JUDGED and answer.immutability.frozen is True


def _instance(function: cst.FunctionDef) -> str | None:
    """The name of the instance in a method, if it has one."""
    plain = not any(dotted(decorator) in APART for decorator in function.decorators)
    first = (*function.params.posonly_params, *function.params.params)[:1]
    return first[0].name.value if plain and first else None


def _is_locked(function: cst.FunctionDef, owner: cst.ClassDef, ctx: Context) -> bool:
    """Whether a method of a frozen class is none in which an object comes into being, nor called by such a one."""
    name = function.name.value
    validates = any((dotted(each) or "").endswith("validator") for each in function.decorators)
    if name in MAKING | _called_in_making(owner) or validates or (name.startswith("_") and owner.bases):
        return False
    return _is_frozen(ctx.path, ctx.symbol(owner), ctx)


@lru_cache(maxsize=16)
def _called_in_making(owner: cst.ClassDef) -> frozenset[str]:
    """The names of all that is called in the constructors of a class."""
    makers = (each for each in owner.body.body if isinstance(each, cst.FunctionDef) and each.name.value in MAKING)
    called = {(dotted(call) or "").rpartition(".")[2] for maker in makers for call in _calls(maker)}
    return frozenset(called)


def _calls(node: cst.CSTNode) -> Iterator[cst.Call]:
    yield from (each for each in below(node) if isinstance(each, cst.Call))


@lru_cache(maxsize=16)
def _fields(owner: cst.ClassDef) -> Mapping[str, bool]:
    """The fields in a class's own body, and whether whoever makes an object gives them a value."""
    lines = (line for line in owner.body.body if isinstance(line, cst.SimpleStatementLine))
    fields: dict[str, bool] = {}
    for statement in (each for line in lines for each in line.body):
        match statement:
            case cst.AnnAssign(target=cst.Name(value=name), value=value):
                memory = name.startswith("_") and (value is not None or bool(owner.bases))
                given = value.args if isinstance(value, cst.Call) else ()
                left_out = {each.keyword.value for each in given if each.keyword and dotted(each.value) == "False"}
                fields[name] = not memory and "init" not in left_out
    return fields
