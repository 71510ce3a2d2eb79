"""Holds what the index says of tables against SQLAlchemy itself: `python benchmarks/oracle.py PYTHON ROOT MODULE...`.

PYTHON is the interpreter of an environment that has the application, ROOT the folder that its packages lie in, and
each MODULE is imported there; `package.*` stands for a package with all below it. What differs is printed: a false
alarm is a key that has an index while we say that it has none, and the exit code is 1 where there is one.
"""

import argparse
import importlib
import json
import pkgutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

# What the imported application tells of itself; its types are those of the environment that it runs in.
Told = dict[str, Any]
# The identities of a column and of a table.
Joined = tuple[int, int]
FALSE_ALARM = "FALSE ALARM"
WORDS = {True: "covered", False: "not covered", None: "unknown"}


def main() -> None:
    """Compare, print what differs, and fail for a false alarm."""
    if sys.argv[1:2] == ["--inside"]:
        print(json.dumps(told(sys.argv[2:])))
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("python")
    parser.add_argument("root", type=Path)
    parser.add_argument("modules", nargs="+")
    options = parser.parse_args()
    command = [options.python, __file__, "--inside", *options.modules]
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    truth: Told = json.loads(printed.splitlines()[-1])
    tops = {module.partition(".")[0] for module in options.modules}
    wrong = compare(options.root.resolve(), sorted(tops), truth)
    raise SystemExit(1 if wrong else 0)


def told(modules: Iterable[str]) -> Told:
    """The mapped classes and the foreign keys of all tables, once these modules are imported."""
    import gc

    from sqlalchemy import MetaData
    from sqlalchemy.orm import configure_mappers
    from sqlalchemy.orm.mapper import _all_registries  # type: ignore[import-not-found,unused-ignore]

    unread = [name for module in modules for name in _import(module)]
    configure_mappers()
    mappers = [mapper for registry in _all_registries() for mapper in registry.mappers]
    named: dict[object, list[object]] = {}
    for mapper in mappers:
        named.setdefault(mapper.local_table, []).append(mapper)
    followed = {pair for each in mappers for pair in _followed(each)}
    tables = {table for each in gc.get_objects() if isinstance(each, MetaData) for table in each.tables.values()}
    return {
        "models": [[_file(mapper.class_), mapper.class_.__qualname__] for mapper in mappers],
        "keys": [key for table in tables for key in _keys(table, named.get(table, []), followed)],
        "unread": unread,
    }


def _import(module: str) -> Iterator[str]:
    """Import a module, or a package with all below it, and name what could not be imported."""
    try:
        found = importlib.import_module(module.removesuffix(".*"))
    except BaseException as error:  # noqa: BLE001  # an application may do anything as it is imported
        yield f"{module}: {error!r}"
        return
    if module.endswith(".*"):
        for below in pkgutil.walk_packages(
            getattr(found, "__path__", []), f"{found.__name__}.", onerror=lambda _: None
        ):
            yield from _import(below.name)


def _file(owner: type) -> str:
    return getattr(sys.modules.get(owner.__module__), "__file__", "") or ""


def _followed(mapper: Any) -> Iterator[Joined]:  # noqa: ANN401  # of the application's SQLAlchemy
    """The columns that the relationships of a class join by, each with the tables that they join."""
    for relationship in mapper.relationships:
        tables = [*mapper.tables, *relationship.mapper.tables]
        pairs = (*relationship.local_remote_pairs, *(relationship.secondary_synchronize_pairs or ()))
        yield from ((id(column), id(table)) for pair in pairs for column in pair for table in tables)


def _keys(table: Any, mappers: Iterable[Any], followed: set[Joined]) -> Iterator[Told]:  # noqa: ANN401  # as above
    leads = [next(iter(each.columns), None) for each in (table.primary_key, *_unique(table))]
    leads += [_column(each.expressions[0]) for each in table.indexes if each.expressions]
    for key in table.foreign_key_constraints:
        columns = list(key.columns)
        symbols = [f"{table.name}.{_shown([each.name for each in columns])}"]
        for mapper in mappers:
            if all(each in mapper.columns.values() for each in columns):
                names = [mapper.get_property_by_column(each).key for each in columns]
                symbols.append(f"{mapper.class_.__qualname__}.{_shown(names)}")
        covered = any(lead is each for lead in leads for each in columns)
        related = any((id(each), id(key.referred_table)) in followed for each in columns)
        yield {"symbols": symbols, "covered": covered, "related": related}


def _unique(table: Any) -> Iterator[Any]:  # noqa: ANN401  # of the application's SQLAlchemy
    from sqlalchemy import UniqueConstraint

    yield from (each for each in table.constraints if isinstance(each, UniqueConstraint))


def _column(expression: Any) -> object:  # noqa: ANN401  # of the application's SQLAlchemy
    """The column that an index begins with, whatever order it is in; for anything else the expression itself."""
    from sqlalchemy.sql.elements import UnaryExpression

    return _column(expression.element) if isinstance(expression, UnaryExpression) else expression


def _shown(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"({', '.join(names)})"


def compare(root: Path, tops: list[str], truth: Told) -> int:
    """Print how the index's answers differ from the truth, and count the false alarms."""
    from reviewer.config import Config
    from reviewer.index import Index
    from reviewer.index.answers import Layer

    files = {path.relative_to(root).as_posix(): path for top in tops for path in sorted((root / top).rglob("*.py"))}
    index = Index(files, lambda path: files[path].read_bytes(), Config())
    own = [path for path in files if index.placement(path).layer not in (Layer.TESTS, Layer.MIGRATIONS)]
    _print_unread(truth)
    _compare_models(root, index, truth)
    return _compare_keys(index, own, truth) + _compare_relationships(index, own, truth)


def _print_unread(truth: Told) -> None:
    for each in truth["unread"]:
        print(f"not imported: {each[:150]}")


def _compare_models(root: Path, index: Any, truth: Told) -> None:  # noqa: ANN401  # imported where it is needed
    real = {
        (str(Path(file).resolve().relative_to(root)), name) for file, name in truth["models"] if _within(root, file)
    }
    imported = {path for path, _ in real}
    classes = ((path, each.symbol) for path in index.module_paths() for each in index.facts(path).classes)
    ours = {place for place in classes if (model := index.orm_model(*place)) and model.definition.path == place[0]}
    print(f"models: {len(real)} mapped, {len(real & ours)} known")
    for title, places in (
        ("not known", real - ours),
        ("not mapped", {each for each in ours - real if each[0] in imported}),
    ):
        for path, name in sorted(places):
            print(f"  {title}: {path} {name}")


def _within(root: Path, file: str) -> bool:
    return bool(file) and Path(file).resolve().is_relative_to(root)


def _compare_keys(index: Any, files: Iterable[str], truth: Told) -> int:  # noqa: ANN401  # imported where it is needed
    ours = {key.symbol: key for path in files for key in index.foreign_keys(path)}
    counts: Counter[str] = Counter()
    seen: set[str] = set()
    for real in sorted(truth["keys"], key=lambda each: sorted(each["symbols"])):
        found = [ours[symbol] for symbol in real["symbols"] if symbol in ours]
        seen.update(key.symbol for key in found)
        verdict = _verdict(_said(found[0]) if found else "not seen", WORDS[real["covered"]])
        counts[verdict] += 1
        if verdict not in WORDS.values():
            place = f"{found[0].path}:{found[0].line} {found[0].symbol}" if found else real["symbols"][-1]
            print(f"  {verdict}: {place}")
    unmatched = sorted(ours.keys() - seen)
    print(f"foreign keys: {len(truth['keys'])}: {dict(sorted(counts.items()))}; in no imported table: {len(unmatched)}")
    for symbol in unmatched:
        print(f"  in no imported table: {ours[symbol].path}:{ours[symbol].line} {symbol}")
    return counts[FALSE_ALARM]


def _compare_relationships(index: Any, files: Iterable[str], truth: Told) -> int:  # noqa: ANN401  # as above
    """Print the keys that a relationship follows though we know of none, and count them."""
    ours = {key.symbol: key for path in files for key in index.lone_keys(path)}
    lone = [each for each in truth["keys"] if not each["related"]]
    wrong = {symbol for each in truth["keys"] if each["related"] for symbol in each["symbols"] if symbol in ours}
    found = sum(any(symbol in ours for symbol in each["symbols"]) for each in lone)
    print(f"without a relationship: {len(lone)}, {found} known")
    for symbol in sorted(wrong):
        print(f"  {FALSE_ALARM}: {ours[symbol].path}:{ours[symbol].line} {symbol} has a relationship")
    return len(wrong)


def _said(key: Any) -> str:  # noqa: ANN401  # imported where it is needed
    return "covered by a migration" if key.migrated else WORDS[key.covered]


def _verdict(ours: str, real: str) -> str:
    """What to call our answer beside the true one: both are a word, ours "not seen" or "unknown" at times."""
    if ours == real:
        return real
    return FALSE_ALARM if ours == "not covered" else f"{ours}, in truth {real}"


if __name__ == "__main__":
    main()
