"""Data classes by decorator: dataclasses and attrs, through aliases, `partial` and the project's own decorators."""

from dataclasses import dataclass

from reviewer.index import makers
from reviewer.index.answers import Kind
from reviewer.index.facts import Assignment, ClassFacts, FunctionFacts, Keywords, Value
from reviewer.index.makers import Made, truth
from reviewer.index.resolve import Defined, External, Meaning, Resolver


@dataclass(frozen=True, slots=True)
class Maker:
    """A decorator with its aliases undone, and the keywords that it was given on the way."""

    kind: Kind
    name: str
    keywords: Keywords
    frozen: str | None


class Decorators:
    """Reads the decorators of classes."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver

    def made(self, path: str, owner: ClassFacts, inherited: Made | None) -> Made | None:
        """What the decorators make of a class, None when they make no data class of it."""
        scope = owner.symbol.rpartition(".")[0]
        for decorator in owner.decorators:
            maker = self._maker(path, decorator, scope)
            if maker is not None:
                return _made(maker, inherited)
        return None

    def _maker(self, path: str, value: Value, scope: str = "") -> Maker | None:
        return self._of_meaning(self._resolver.resolve(path, value.name, scope), value.keywords)

    def _of_meaning(self, meaning: Meaning, keywords: Keywords) -> Maker | None:
        match meaning:
            case External(name=name):
                return _known(name, keywords)
            case Defined(path=path, facts=FunctionFacts() as function):
                return self._own(path, function, keywords)
            case Defined(path=path, facts=Assignment(value=Value(called=True) as value)):
                return self._prepared(path, value, keywords)
            case _:
                return None

    def _own(self, path: str, function: FunctionFacts, keywords: Keywords) -> Maker | None:
        """A decorator of the project that says by `dataclass_transform` what it does."""
        marks = (mark for mark in function.decorators if self._resolver.external(path, mark.name) in makers.TRANSFORMS)
        mark = next(marks, None)
        if mark is None:
            return None
        return Maker(Kind.DATACLASS, function.name, keywords, mark.keyword("frozen_default"))

    def _prepared(self, path: str, value: Value, keywords: Keywords) -> Maker | None:
        """`value_object = dataclass(frozen=True)` or `partial(dataclass, frozen=True)`."""
        name = value.name
        if self._resolver.external(path, name) == makers.PARTIAL:
            name = value.positional[0] if value.positional else ""
        together = (*value.keywords, *keywords)
        return self._of_meaning(self._resolver.resolve(path, name), together) if name else None


def _known(name: str, keywords: Keywords) -> Maker | None:
    if name in makers.DATACLASS_DECORATORS:
        return Maker(Kind.DATACLASS, name, keywords, "False")
    if name in makers.ATTRS_DECORATORS:
        return Maker(Kind.ATTRS, name, keywords, "True" if name in makers.ATTRS_FROZEN else "False")
    return None


def _made(maker: Maker, inherited: Made | None) -> Made:
    if maker.kind is Kind.ATTRS and inherited and inherited.kind is Kind.ATTRS and inherited.frozen:
        # attrs keeps a class frozen whose base is.
        return inherited
    text = _frozen_text(dict(maker.keywords), maker.frozen or "False")
    frozen = truth(text)
    if frozen is None:
        return Made(maker.kind, None, f"the value of frozen in `@{maker.name}` is unknown")
    return Made(maker.kind, frozen, f"`@{maker.name}` {'with' if frozen else 'without'} frozen=True")


def _frozen_text(given: dict[str, str], default: str) -> str:
    """The text of `frozen`; "" where it may hide in unpacked keywords or in a configuration elsewhere."""
    if "frozen" in given:
        return given["frozen"]
    config = given.get("config", "").replace(" ", "")
    if "frozen=True" in config or "'frozen':True" in config.replace('"', "'"):
        return "True"
    hidden = "**" in given or (config and "frozen" not in config and not config.endswith((")", "}")))
    return "" if hidden else default
