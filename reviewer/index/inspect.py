"""What the index knows of a project, laid out so that a user sees why a file or a class is taken for what it is."""

from collections.abc import Callable, Iterable, Iterator

from reviewer.index.answers import ClassAnswer, Definition, ForeignKey, OrmModel, Role, Route, Session
from reviewer.index.bodies import EMPTY
from reviewer.index.facts import FunctionFacts
from reviewer.index.lookup import Lookup

Row = dict[str, object]
# A file of the project and the dotted name of a class or function in it.
Symbol = tuple[str, str]
# What FastAPI answers with where a route declares nothing.
DEFAULT_STATUS = 200


def inspect(index: Lookup, paths: Iterable[str]) -> dict[str, object]:
    """Layers, ORM models, classes and roles of these files, sorted by place; the shape is that of schema 1."""
    files = sorted(set(paths))
    classes = [(path, found.symbol) for path in files for found in index.facts(path).classes]
    functions = [(path, symbol) for path in files for symbol in _functions(index, path)]
    return {
        "schema": 1,
        "files": [_file(index, path) for path in files],
        "orm_models": _rows(classes, lambda path, symbol: _model(index.orm_model(path, symbol), path)),
        "classes": _rows(classes, lambda path, symbol: _class(index.class_answer(path, symbol))),
        "value_objects": _rows(classes, lambda path, symbol: _role(index.value_object(path, symbol))),
        "repositories": _rows(classes, lambda path, symbol: _role(index.repository(path, symbol))),
        "units_of_work": _rows([*classes, *functions], lambda path, symbol: _unit_of_work(index, path, symbol)),
        "sessions": [row for path in files for row in _sessions(index, path)],
        "foreign_keys": [_key(found) for path in files for found in index.foreign_keys(path)],
        "routes": [_route(path, found) for path in files for found in index.routes(path)],
    }


def _rows(symbols: Iterable[Symbol], ask: Callable[[str, str], tuple[Definition, Row] | None]) -> list[Row]:
    answers = [answer for path, symbol in set(symbols) if (answer := ask(path, symbol))]
    ordered = sorted(answers, key=lambda answer: (answer[0].path, answer[0].line, answer[0].symbol))
    return [{"path": place.path, "line": place.line, "symbol": place.symbol, **row} for place, row in ordered]


def _functions(index: Lookup, path: str) -> list[str]:
    facts = index.facts(path)
    methods = (method for found in facts.classes for method in found.methods)
    return [found.symbol for found in (*facts.functions, *methods)]


def _file(index: Lookup, path: str) -> Row:
    placement = index.placement(path)
    return {"path": path, "layer": placement.layer, "because": placement.because}


def _key(found: ForeignKey) -> Row:
    place = {"path": found.path, "line": found.line, "symbol": found.symbol}
    return {**place, "covered": found.covered, "by": found.by}


def _route(path: str, found: Route) -> Row:
    """A route; a status or a response model that is given but can't be read is None or stands as it is written."""
    return {
        "path": path,
        "line": found.line,
        "symbol": found.symbol,
        "methods": list(found.methods),
        "url": found.url,
        "status": found.status if found.status_given else DEFAULT_STATUS,
        "response_model": found.response_model,
        "returns": found.returns,
        "parameters": {each.name: each.kind for each in found.parameters},
    }


def _model(model: OrmModel | None, path: str) -> tuple[Definition, Row] | None:
    """A model where it is defined, not where it is imported."""
    here = model is not None and model.definition.path == path
    return (model.definition, {"chain": list(model.chain)}) if model and here else None


def _class(answer: ClassAnswer | None) -> tuple[Definition, Row] | None:
    return (answer.definition, _known(answer)) if answer else None


def _known(answer: ClassAnswer) -> Row:
    known = answer.immutability
    return {"kind": answer.kind, "frozen": known.frozen, "because": known.because}


def _role(role: Role | None) -> tuple[Definition, Row] | None:
    return (role.definition, {"because": role.because}) if role else None


def _unit_of_work(index: Lookup, path: str, symbol: str) -> tuple[Definition, Row] | None:
    """A unit of work, and what it lacks to roll back when it is left; one by its name alone may be no role."""
    role, missing = index.unit_of_work(path, symbol), index.missing_cleanup(path, symbol)
    if role:
        return role.definition, {"because": role.because, "missing": missing}
    found = index.facts(path).class_(symbol) if missing else None
    return (
        (Definition(path, symbol, found.line), {"because": "its name says so", "missing": missing}) if found else None
    )


def _sessions(index: Lookup, path: str) -> Iterator[Row]:
    """The attributes of classes, and the names in functions, that are sessions; names in the order of their lines."""
    facts = index.facts(path)
    for owner in facts.classes:
        for name, session in index.held_sessions(path, owner.symbol).items():
            yield _session(path, owner.line, f"{owner.symbol}.{name}", session)
    for function in (each for each in facts.definitions if isinstance(each, FunctionFacts)):
        bound = [each.name for each in index.bodies(path).get(function.symbol, EMPTY).bound if "." not in each.name]
        for name in dict.fromkeys([*(each.name for each in function.parameters), *bound]):
            if found := index.session(path, function.symbol, name):
                yield _session(path, function.line, f"{function.symbol}.{name}", found)


def _session(path: str, line: int, symbol: str, session: Session) -> Row:
    return {"path": path, "line": line, "symbol": symbol, "is_async": session.is_async, "because": session.because}
