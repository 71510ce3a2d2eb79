"""Holds what the index says of routes against FastAPI: `python benchmarks/routes_oracle.py PYTHON ROOT MODULE:APP...`.

PYTHON is the interpreter of an environment that has the application, ROOT the folder that its packages lie in. Each
MODULE is imported there and APP evaluated in it: `main:app`, `server.api:create_app()`, `server:api.routers`. What
differs from `app.routes` is printed, and the exit code is 1 where a route is known otherwise than it is.
"""

import argparse
import importlib
import inspect
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

# What the imported application tells of a route, and what we say of it.
Told = dict[str, Any]
Place = tuple[str, int]
COMPARED = ("methods", "status", "response_model", "body", "query", "path", "header", "cookie")
BODIES = {"body", "form", "file"}
FILLED = ("query", "path", "header", "cookie")


def main() -> None:
    """Compare, print what differs, and fail for a route that is known otherwise."""
    if sys.argv[1:2] == ["--inside"]:
        print(json.dumps([row for spelled in sys.argv[2:] for row in told(spelled)]))
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("python")
    parser.add_argument("root", type=Path)
    parser.add_argument("applications", nargs="+")
    options = parser.parse_args()
    # The application needs nothing of ours.
    command = [options.python, __file__, "--inside", *options.applications]
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    tops = sorted({each.partition(":")[0].partition(".")[0] for each in options.applications})
    raise SystemExit(1 if compare(options.root.resolve(), tops, json.loads(printed.splitlines()[-1])) else 0)


def told(spelled: str) -> list[Told]:
    """The routes of an application, of what is mounted in it too."""
    module, _, expression = spelled.partition(":")
    found = eval(expression, vars(importlib.import_module(module)))  # noqa: S307  # what its caller asks for
    return [row for each in _routers(found) for row in _told(each)]


def _routers(found: Any) -> Iterator[Any]:  # noqa: ANN401  # of the application's FastAPI
    """An application or a router, or several of them, with what is mounted in it."""
    for each in found if isinstance(found, list | tuple) else [found]:
        yield each
        mounted = (getattr(route, "app", None) for route in getattr(each, "routes", ()))
        yield from (part for app in mounted if hasattr(app, "include_router") for part in _routers(app))


def _told(app: Any) -> Iterator[Told]:  # noqa: ANN401  # of the application's FastAPI
    for route in (effective for each in app.routes for effective in _effective(each)):
        endpoint = inspect.unwrap(getattr(route, "endpoint", None) or main)
        endpoint = getattr(endpoint, "func", endpoint)
        code = getattr(endpoint, "__code__", None)
        if getattr(route, "dependant", None) and hasattr(route, "response_model") and code:
            symbol = endpoint.__qualname__.replace(".<locals>", "")
            yield {"file": code.co_filename, "symbol": symbol, "line": _line(code), **_fields(route)}


def _effective(route: Any) -> Iterator[Any]:  # noqa: ANN401  # as above
    """The routes of an included router, which newer versions of FastAPI keep as one route."""
    if hasattr(route, "effective_route_contexts"):
        yield from route.effective_route_contexts()
    else:
        yield route


def _line(code: Any) -> int:  # noqa: ANN401  # a code object
    """The line of the keyword, below the decorators that `co_firstlineno` counts in."""
    lines = Path(code.co_filename).read_text(encoding="utf-8").splitlines()
    first = int(code.co_firstlineno)
    spelled = (f"def {code.co_name}(", f"def {code.co_name}[")
    return next(
        (n for n in range(first, min(first + 200, len(lines)) + 1) if any(each in lines[n - 1] for each in spelled)),
        first,
    )


def _fields(route: Any) -> Told:  # noqa: ANN401  # of the application's FastAPI
    own = inspect.signature(route.endpoint).parameters
    dependant = route.dependant
    names = {kind: getattr(dependant, f"{kind}_params") for kind in ("body", *FILLED)}
    return {
        "url": route.path,
        "methods": sorted(route.methods),
        "status": route.status_code or 200,
        "response_model": route.response_model is not None,
        **{kind: sorted(each.name for each in fields if each.name in own) for kind, fields in names.items()},
    }


def compare(root: Path, tops: Iterable[str], truth: list[Told]) -> int:
    """Print how the index's answers differ from the truth, and count the routes that are known otherwise."""
    from reviewer.config import Config
    from reviewer.index import Index

    files = {path.relative_to(root).as_posix(): path for top in tops for path in _python(root / top)}
    index = Index(files, lambda path: files[path].read_bytes(), Config())
    ours: dict[Place, list[Told]] = {}
    for path in files:
        for route in index.routes(path):
            ours.setdefault((path, route.line), []).append(_said(route))
    counts = Counter(_verdict(root, each, ours) for each in truth)
    reached = {(_relative(root, each["file"]), each["line"]) for each in truth}
    for path, line in sorted(ours.keys() - reached):
        print(f"  in no application: {path}:{line} {ours[path, line][0]['symbol']}")
    print(f"routes: {len(truth)}: {dict(sorted(counts.items()))}; ours in no application: {len(ours.keys() - reached)}")
    return counts["known otherwise"]


def _python(top: Path) -> list[Path]:
    return sorted(top.rglob("*.py")) if top.is_dir() else [top.with_suffix(".py")]


def _said(route: Any) -> Told:  # noqa: ANN401  # imported where it is needed
    names = {kind: [each.name for each in route.parameters if each.kind == kind] for kind in FILLED}
    has_model = route.response_model != "None" if route.declares_response else None
    return {
        "symbol": route.symbol,
        "url": route.url,
        "methods": list(route.methods),
        "status": route.status if route.status_given else 200,
        "response_model": has_model,
        "unknown": {each.name for each in route.parameters if each.kind == "unknown"},
        "body": sorted(each.name for each in route.parameters if each.kind in BODIES),
        **{kind: sorted(found) for kind, found in names.items()},
    }


def _relative(root: Path, file: str) -> str:
    path = Path(file).resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else file


def _verdict(root: Path, real: Told, ours: dict[Place, list[Told]]) -> str:
    place = (_relative(root, real["file"]), real["line"])
    if not real["file"].startswith(str(root)):
        return "of another distribution"
    if place not in ours:
        print(f"  not known: {place[0]}:{place[1]} {real['symbol']} {real['methods']} {real['url']}")
        return "not known"
    closest = min(ours[place], key=lambda each: len(_differences(real, each)))
    wrong = _differences(real, closest)
    for field in wrong:
        print(f"  {field}: {place[0]}:{place[1]} {real['symbol']}: {closest[field]}, in truth {real[field]}")
    if wrong == ["url"] and closest["url"] is None:
        return "all but the url known"
    return "known otherwise" if wrong else "with unknown parameters" if closest["unknown"] else "known"


def _differences(real: Told, said: Told) -> list[str]:
    found = [field for field in ("url", *COMPARED) if _comparable(field, real, said)]
    return found


def _comparable(field: str, real: Told, said: Told) -> bool:
    """Whether a field differs; parameters that are not known are left out of both."""
    ours, truth = said[field], real[field]
    if field == "response_model":
        return ours is not None and ours != truth
    if isinstance(truth, list) and field != "methods":
        truth = [name for name in truth if name not in said["unknown"]]
    return bool(ours != truth)


if __name__ == "__main__":
    main()
