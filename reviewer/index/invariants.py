"""Whether a class checks the values that its objects are made of."""

from collections.abc import Iterator

from reviewer.index import makers
from reviewer.index.answers import Kind
from reviewer.index.facts import ClassFacts, FunctionFacts
from reviewer.index.lookup import Lookup
from reviewer.index.roles import foreign_bases, lineage
from reviewer.index.sessions import last

# The methods through which every object comes into being.
CONSTRUCTORS = frozenset(
    {
        "__attrs_init__",
        "__attrs_post_init__",
        "__attrs_pre_init__",
        "__init__",
        "__new__",
        "__post_init__",
        "__post_init_post_parse__",
        "model_post_init",
    }
)
VALIDATORS = ("validator", "validate_call", "validates")
# What a field is given that holds its value to something.
CONSTRAINTS = frozenset(
    {
        *("converter", "validator"),
        *("decimal_places", "ge", "gt", "le", "lt", "max_digits", "max_length", "min_length", "multiple_of"),
        *("pattern", "regex"),
    }
)
# Bases that take whatever they are given.
CARELESS = (
    makers.PYDANTIC_BASES
    | makers.NAMED_TUPLES
    | makers.PROTOCOLS
    | makers.IMMUTABLE_BUILTINS
    | {"abc.ABC", "decimal.Decimal", "object", "typing.Generic"}
)
HARMLESS = frozenset({"functools.total_ordering", "typing.final", "typing_extensions.final"})


def invariants(lookup: Lookup, path: str, symbol: str) -> str | None:
    """What checks the values of a class's objects, or may do so; None when nothing does."""
    found = lookup.facts(path).class_(symbol)
    if found is None:
        return None
    reasons = (reason for home, owner in lineage(lookup, path, found) for reason in _reasons(lookup, home, owner))
    return next(reasons, None)


def _reasons(lookup: Lookup, path: str, owner: ClassFacts) -> Iterator[str]:
    """What of a class's own checks values, or is not known not to."""
    answer = lookup.class_answer(path, owner.symbol)
    # Data classes have one of their own and do not call it.
    idle = {"__init__"} if answer and answer.kind is Kind.CLASS else set()
    yield from (f"it has `{method.name}`" for method in owner.methods if method.name in CONSTRUCTORS - idle)
    yield from (f"`{method.name}` is a validator" for method in owner.methods if _validates(method))
    for field in owner.attributes:
        if field.value and field.value.called and any(key in CONSTRAINTS for key, _ in field.value.keywords):
            yield f"its field `{field.name}` is held to something"
    for base in foreign_bases(lookup, path, owner):
        if base not in CARELESS:
            yield f"what its base `{base}` checks is unknown" if base else "its base is worked out"
    metaclass = dict(owner.keywords).get("metaclass", "ABCMeta")
    if last(metaclass) != "ABCMeta":
        yield f"what its metaclass `{metaclass}` does is unknown"
    for decorator in owner.decorators:
        if lookup.qualified(path, decorator.name) not in makers.KNOWN | HARMLESS:
            yield f"what `@{decorator.name}` does is unknown"


def _validates(method: FunctionFacts) -> bool:
    return any(last(decorator.name).endswith(VALIDATORS) for decorator in method.decorators)
