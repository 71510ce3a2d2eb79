"""What a name means to the code that uses it: what other files are judged by."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace

from reviewer.index import Index, makers
from reviewer.index.answers import Kind, Layer
from reviewer.index.facts import Assignment, ClassFacts
from reviewer.index.resolve import Defined, External, Package
from reviewer.index.roles import IDENTIFIED, SENT, base_named, is_abstract

# A file and the dotted symbol of a definition in it, "" for the file's own level.
Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Traits:
    """What a name means to the code that uses it."""

    model: bool = False
    frozen: bool | None = None
    kind: Kind | None = None
    value_object: bool = False
    # Whether it checks the values that its objects are made of.
    validated: bool = False
    repository: bool = False
    unit_of_work: bool = False
    declarative_root: bool = False
    # Whether it is, or has a base near or far, that is called a value object, a repository, an entity, a command.
    called: tuple[bool, ...] = ()
    # The boolean parameters of its methods.
    flags: tuple[str, ...] = ()
    # The arguments of what makes classes, where it has a name: `frozen = dataclass(frozen=True)`.
    makes: str = ""
    layer: Layer | None = None
    # The database sessions that it is, makes when it is called, or keeps, and whether each is awaited.
    sessions: tuple[tuple[str, bool | None], ...] = ()
    # What a unit of work lacks.
    missing_cleanup: str | None = None
    # The layers and kinds of packages that lie between the name and what it means.
    passed: tuple[str, ...] = ()
    # The error or response of a web framework that it is.
    answer: str | None = None
    # Whether it is a repository that only says what others do.
    abstract: bool = False
    # What a port of repositories declares.
    methods: tuple[str, ...] = ()
    # Whether a model keeps deleted rows, and what a mixin brings to models.
    keeps_deleted: bool = False
    lends: str = ""

    def since(self, then: "Traits") -> str:
        """What became of it, as the end of a sentence about it."""
        changed = next((each.name for each in fields(self) if getattr(self, each.name) != getattr(then, each.name)), "")
        now = getattr(self, changed, None)
        match changed:
            case "frozen":
                return "is immutable now" if now else "can be changed now"
            case _ if changed in SENTENCES:
                return SENTENCES[changed]
            case "passed":
                return f"leads through {now[-1]} now" if now else "leads elsewhere now"
            case "kind" | "layer":
                return f"is {NAMES[changed]} {now} now" if now else f"has no {changed} any more"
            case _:
                return f"is {NAMES.get(changed, '')} now" if now else f"is {NAMES.get(changed, '')} no more"


MAKERS = makers.KNOWN | {"pydantic.ConfigDict", "dict"}
CALLED = (("ValueObject",), ("Repository", "Repo"), IDENTIFIED, SENT)
SENTENCES = {
    "called": "has a base of another name now",
    "flags": "has methods with other flags now",
    "makes": "makes other classes now",
    "sessions": "stands for another session now",
    "missing_cleanup": "cleans up after itself in another way now",
    "methods": "has other methods now",
    "lends": "brings other columns or indexes now",
}
NAMES = {
    "model": "an ORM model",
    "kind": "of the kind",
    "value_object": "a value object",
    "validated": "one that checks its values",
    "repository": "a repository",
    "unit_of_work": "a unit of work",
    "keeps_deleted": "a model that keeps deleted rows",
    "declarative_root": "a declarative base",
    "answer": "an answer of HTTP",
    "abstract": "abstract",
    "layer": "in the layer",
}


def traits(index: Index, path: str, name: str) -> Traits | None:
    """The traits of what a name of a file leads to, None when it leads nowhere; of what is foreign, few are known."""
    match index.meaning(path, name):
        case Defined() as found:
            return _traits_of(index, path, name, found)
        case Package(stem=stem) if file := index.module_file(stem):
            return Traits(layer=index.placement(file).layer, passed=index.passed(path, name))
        case External():
            return Traits(
                frozen=index.immutability(path, name).frozen,
                declarative_root=index.declarative_root(path, name),
                passed=index.passed(path, name),
                answer=index.http_answer(path, name),
            )
        case _:
            return None


def _traits_of(index: Index, path: str, name: str, found: Defined) -> Traits:
    home, symbol = found.path, found.symbol
    answer, facts = index.class_answer(home, symbol), index.facts(home).class_(symbol)
    return Traits(
        model=index.orm_model(path, name) is not None,
        frozen=index.immutability(path, name).frozen,
        kind=answer.kind if answer else None,
        value_object=index.value_object(home, symbol) is not None,
        validated=index.invariants(home, symbol) is not None,
        repository=index.repository(home, symbol) is not None,
        unit_of_work=index.unit_of_work(home, symbol) is not None,
        declarative_root=index.declarative_root(path, name),
        called=tuple(_called(index, home, facts, names) for names in CALLED) if facts else (),
        flags=tuple(_flags(facts)) if facts else (),
        makes=_makes(index, found),
        layer=index.placement(home).layer,
        sessions=tuple(_sessions(index, path, name, (home, symbol))),
        missing_cleanup=index.missing_cleanup(home, symbol),
        methods=_declared(index, (home, symbol)),
        passed=index.passed(path, name),
        answer=index.http_answer(path, name),
        abstract=index.repository(home, symbol) is not None and facts is not None and is_abstract(facts),
        keeps_deleted=index.tables.keeps_deleted(home, symbol),
        lends=_lent(index, home, symbol),
    )


def _lent(index: Index, path: str, symbol: str) -> str:
    """The columns and indexes that a class brings to the models that extend it, wherever its lines are."""
    found = index.tables.lent(path, symbol)
    columns = [replace(each, line=0, offset=0) for each in found.columns] if found else ()
    arguments = found.arguments if found else None
    keys = [replace(each, line=0, offset=0) for each in arguments.keys] if arguments else ()
    return f"{columns}{arguments.leads if arguments else ()}{keys}{arguments and arguments.complete}" if found else ""


def _declared(index: Index, place: Place) -> tuple[str, ...]:
    """The methods that a port of repositories declares: nothing is said of the names of those that implement them."""
    found = index.facts(place[0]).class_(place[1]) if index.repository(*place) else None
    return tuple(sorted(method.name for method in found.methods)) if found and is_abstract(found) else ()


def _sessions(index: Index, path: str, name: str, place: Place) -> Iterator[tuple[str, bool | None]]:
    for spelled in (name, f"{name}()"):
        if session := index.session(path, "", spelled):
            yield spelled.removeprefix(name), session.is_async
    for attribute, session in index.held_sessions(*place).items():
        yield attribute, session.is_async


def _makes(index: Index, found: Defined) -> str:
    value = found.facts.value if isinstance(found.facts, Assignment) else None
    full = index.qualified(found.path, value.name) if value else ""
    return f"{full}{value.positional}{value.keywords}" if value and full in MAKERS else ""


def _flags(found: ClassFacts) -> Iterator[str]:
    for method in found.methods:
        for each in method.parameters:
            if "bool" in (each.annotation or "") or each.default in {"True", "False"}:
                yield f"{method.name}.{each.name}"


def _called(index: Index, path: str, found: ClassFacts, names: tuple[str, ...]) -> bool:
    return found.name.endswith(names) or base_named(index, path, found, names) is not None
