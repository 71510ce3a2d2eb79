"""Whether a base of a class lays down what a method is given."""

import builtins

from reviewer.index import makers
from reviewer.index.facts import ClassFacts
from reviewer.index.lookup import Lookup
from reviewer.index.roles import foreign_bases, lineage

# Bases without a method of a public name.
BARE = (
    makers.PROTOCOLS
    | makers.ENUMS
    | {
        "abc.ABC",
        "object",
        "sqlalchemy.ext.asyncio.AsyncAttrs",
        "sqlalchemy.orm.DeclarativeBase",
        "sqlalchemy.orm.MappedAsDataclass",
        "typing.Generic",
    }
    | {name for name, found in vars(builtins).items() if isinstance(found, type) and issubclass(found, BaseException)}
)
# What a Pydantic model has beside `model_…`.
OF_PYDANTIC = frozenset(
    {
        *("construct", "copy", "dict", "from_orm", "json", "parse_file", "parse_obj", "parse_raw", "schema"),
        *("schema_json", "settings_customise_sources", "update_forward_refs", "validate"),
    }
)


def is_laid_down(lookup: Lookup, path: str, symbol: str, parameter: str) -> bool:
    """Whether a base, near or far, gives a method this parameter, or may do so because it is none of this project."""
    owner, _, method = symbol.rpartition(".")
    found = lookup.facts(path).class_(owner)
    if found is None:
        return False
    classes = list(lineage(lookup, path, found))
    own = any(_gives(current, method, parameter) for _, current in classes[1:])
    return own or any(_may_have(base, method) for home, each in classes for base in foreign_bases(lookup, home, each))


def _gives(owner: ClassFacts, method: str, parameter: str) -> bool:
    """Whether a class has this method with this parameter, or with one that takes any."""
    found = owner.method(method)
    return found is not None and any(each.name in {parameter, "kwargs"} for each in found.parameters)


def _may_have(base: str, method: str) -> bool:
    if base in makers.PYDANTIC_BASES:
        return method.startswith("model_") or method in OF_PYDANTIC
    return base not in BARE
