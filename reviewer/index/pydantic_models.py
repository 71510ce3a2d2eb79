"""Whether a Pydantic model is frozen: its configuration merged as Pydantic merges it."""

from collections.abc import Callable, Sequence

from reviewer.index import makers
from reviewer.index.answers import Kind
from reviewer.index.facts import Assignment, ClassFacts, ModuleFacts, Value
from reviewer.index.makers import Made, truth
from reviewer.index.resolve import Defined, Resolver

FROZEN = "frozen"
# What Pydantic 1 calls it, and the value that means frozen.
MUTATION = "allow_mutation"


class PydanticModels:
    """Reads the configurations of Pydantic models."""

    def __init__(self, resolver: Resolver, facts: Callable[[str], ModuleFacts]) -> None:
        self._resolver = resolver
        self._facts = facts

    def made(self, path: str, owner: ClassFacts, bases: Sequence[Made]) -> Made | None:
        """The class as a Pydantic model; None where neither a base nor a configuration says that it is one.

        A keyword of the class goes before its own configuration, and that before those of its bases, the last first; a
        base that is silent changes nothing of what another one says.
        """
        above = [made for made in bases if made.kind is Kind.PYDANTIC]
        own = self._own(path, owner)
        if not above and own is None:
            return None
        if own is None or own == "":
            said = [made for made in above if not made.default] or above
            return said[-1] if said else Made(Kind.PYDANTIC, None, "its base is not of this project")
        frozen = truth(own)
        if frozen is None:
            return Made(Kind.PYDANTIC, None, "the value of frozen in its configuration is unknown")
        return Made(Kind.PYDANTIC, frozen, f"it is a Pydantic model with frozen={frozen}")

    def _own(self, path: str, owner: ClassFacts) -> str | None:
        """What the class itself says of `frozen`: a text, "" for a configuration that is silent, None for none."""
        keyword = dict(owner.keywords).get(FROZEN)
        if keyword is not None:
            return keyword
        attribute = owner.attribute("model_config")
        if attribute is not None and attribute.value is not None:
            return self._of_value(path, attribute.value, owner)
        config = self._facts(path).class_(f"{owner.symbol}.Config")
        return None if config is None else self._of_config(path, config, set())

    def _of_value(self, path: str, value: Value, owner: ClassFacts | None = None) -> str:
        """`ConfigDict(frozen=True)`, `{"frozen": True}` or the name of either; what a base has says nothing new."""
        inherited = {f"{base.name}.model_config" for base in owner.bases} if owner else set()
        if value.called and value.name.rpartition(".")[2] in makers.CONFIGURATIONS:
            given = dict(value.keywords)
            unpacked = given.get("**", "")
            inherits = (not unpacked or unpacked in inherited) and not value.positional
            return given.get(FROZEN, "" if inherits else "unknown")
        if value.name in inherited:
            return ""
        found = self._resolver.resolve(path, value.name, owner.symbol if owner else "") if not value.called else None
        match found:
            case Defined(path=home, facts=Assignment(value=Value(called=True) as inner)):
                return self._of_value(home, inner)
            case _:
                return "unknown"

    def _of_config(self, path: str, config: ClassFacts, seen: set[str]) -> str:
        """`class Config`, which may extend another one."""
        frozen, mutation = config.attribute(FROZEN), config.attribute(MUTATION)
        if frozen is not None and frozen.value is not None:
            return frozen.value.text
        if mutation is not None and mutation.value is not None:
            return {"True": "False", "False": "True"}.get(mutation.value.text, "unknown")
        for base in config.bases:
            parent = self._resolver.base(path, config, base.name)
            if isinstance(parent, Defined) and isinstance(parent.facts, ClassFacts) and parent.symbol not in seen:
                seen.add(parent.symbol)
                text = self._of_config(parent.path, parent.facts, seen)
                if text:
                    return text
        return ""
