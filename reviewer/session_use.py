"""Which calls of a file use a session of the database: by its type, by what its function does with it, by its name."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import libcst as cst

from reviewer.index.questions import Questions
from reviewer.model import Confidence

QUERIES = frozenset(
    {
        *("add", "add_all", "bulk_insert_mappings", "bulk_save_objects", "bulk_update_mappings", "delete", "exec"),
        *("execute", "flush", "get", "get_one", "merge", "query", "refresh", "scalar", "scalars", "stream"),
        "stream_scalars",
    }
)
TRANSACTIONS = frozenset({"begin", "begin_nested", "commit", "rollback"})
USES = QUERIES | TRANSACTIONS
# What a name alone proves something with; sets, dictionaries and caches have the others too.
TELLING = frozenset({"commit", "execute", "flush", "rollback", "scalars"})
TELLING_NAMES = frozenset({"db", "db_session", "session"})


@dataclass(frozen=True, slots=True)
class SessionUse:
    """A call of a session's method `verb`; `is_async` says whether it is awaited, None where that is not known."""

    verb: str
    receiver: str
    is_async: bool | None
    confidence: Confidence
    because: str

    @property
    def call(self) -> str:
        """What is called, as it is written."""
        return f"{self.receiver}.{self.verb}"

    @property
    def is_query(self) -> bool:
        """Whether it reads or writes rows."""
        return self.verb in QUERIES

    @property
    def is_transaction(self) -> bool:
        """Whether it begins or ends a transaction."""
        return self.verb in TRANSACTIONS


class Around(Protocol):
    """What is asked of the context of a file."""

    path: str
    index: Questions

    def scope(self, node: cst.CSTNode) -> str:
        """The dotted name of the function or class that a node stands in."""
        ...

    def ancestors(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The nodes around a node, innermost first."""
        ...


def spelled(node: cst.CSTNode) -> str | None:
    """A receiver as the index spells it, `self.factory().session`; None for what has no name."""
    if type(node) is cst.Name:
        return node.value
    if type(node) is cst.Attribute:
        outer = spelled(node.value)
        return outer and f"{outer}.{node.attr.value}"
    if type(node) is cst.Call:
        outer = spelled(node.func)
        return outer and f"{outer}()"
    return spelled(node.expression) if type(node) is cst.Await else None


class SessionUses:
    """Finds the uses of sessions in one file."""

    def __init__(self, around: Around) -> None:
        self._around = around

    def use(self, call: cst.Call, scope: str | None = None) -> SessionUse | None:
        """The use of a session that a call is; `scope` is where it stands when that is not around the node at hand."""
        match call.func:
            case cst.Attribute(value=receiver, attr=cst.Name(value=verb)) if verb in USES:
                name = spelled(receiver)
                if not name or self._is_shadowed(call, name):
                    return None
                return self._use(verb, name, self._around.scope(call) if scope is None else scope)
            case _:
                return None

    def _use(self, verb: str, name: str, scope: str) -> SessionUse | None:
        path, index = self._around.path, self._around.index
        session = index.session(path, scope, name)
        if session:
            return SessionUse(verb, name, session.is_async, Confidence.HIGH, session.because)
        if index.stands_for(path, scope, name) is not None:
            return None
        if verb in TELLING and name.rpartition(".")[2].strip("_") in TELLING_NAMES:
            return SessionUse(verb, name, None, Confidence.LOW, "its name says so")
        return None

    def _is_shadowed(self, call: cst.Call, name: str) -> bool:
        """Whether a lambda or a comprehension around a call gives the first part of a name another meaning."""
        head = name.partition(".")[0].removesuffix("()")
        for outer in self._around.ancestors(call):
            match outer:
                case cst.FunctionDef() | cst.ClassDef():
                    return False
                case cst.Lambda(params=cst.Parameters(params=params)):
                    if any(each.name.value == head for each in params):
                        return True
                case cst.CompFor(target=target) if _names(target, head):
                    return True
                case cst.ListComp() | cst.SetComp() | cst.DictComp() | cst.GeneratorExp():
                    if _names(outer.for_in.target, head):
                        return True
                case _:
                    pass
        return False


def _names(target: cst.BaseAssignTargetExpression, name: str) -> bool:
    match target:
        case cst.Name(value=own):
            return own == name
        case cst.Tuple(elements=elements) | cst.List(elements=elements):
            return any(isinstance(each.value, cst.Name) and each.value.value == name for each in elements)
        case _:
            return False
