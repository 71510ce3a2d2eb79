"""The inspection of a project as JSON and as readable text."""

import json
from collections.abc import Callable, Mapping

from reviewer.report.printable import SURROGATE, escaped, printable

Row = Mapping[str, object]
ROLES = {"value_objects": "Value objects", "repositories": "Repositories", "units_of_work": "Units of work"}
AWAITED = {True: "asynchronous", False: "synchronous"}
COVERED = {True: "indexed", False: "not indexed", None: "index unknown"}
FROZEN = {True: "immutable", False: "mutable", None: "immutability unknown"}


def render_json(inspection: Mapping[str, object]) -> str:
    """The inspection as JSON, fit for UTF-8 whatever bytes a path is made of."""
    document = json.dumps(inspection, indent=2, ensure_ascii=False)
    # The escape of a lone byte stands inside a JSON string, where a backslash is written twice.
    return SURROGATE.sub(lambda found: escaped(found[0]).replace("\\", "\\\\"), document) + "\n"


def render_text(inspection: Mapping[str, object]) -> str:
    """The inspection for people: files, models, roles, classes, foreign keys and routes, each with its reason."""
    sections = [
        _section("Files", _rows(inspection, "files"), _file),
        _section("ORM models", _rows(inspection, "orm_models"), _model),
        *(_section(title, _rows(inspection, key), _role) for key, title in ROLES.items()),
        _section("Sessions", _rows(inspection, "sessions"), _session),
        _section("Classes", _rows(inspection, "classes"), _class),
        _section("Foreign keys", _rows(inspection, "foreign_keys"), _key),
        _section("Routes", _rows(inspection, "routes"), _route),
    ]
    return "\n\n".join(sections) + "\n"


def _rows(inspection: Mapping[str, object], key: str) -> list[Row]:
    rows = inspection[key]
    return rows if isinstance(rows, list) else []


def _section(title: str, rows: list[Row], line: Callable[[Row], str]) -> str:
    return "\n".join([f"{title} ({len(rows)})", *(f"  {printable(line(row))}" for row in rows)])


def _file(row: Row) -> str:
    return f"{row['path']}: {row['layer'] or 'no layer'}, because {row['because']}"


def _model(row: Row) -> str:
    chain = row["chain"]
    return f"{_place(row)}: {' → '.join(map(str, chain)) if isinstance(chain, list) else chain}"


def _role(row: Row) -> str:
    missing = row.get("missing")
    return f"{_place(row)}: {row['because']}" + (f"; {missing}" if missing else "")


def _session(row: Row) -> str:
    return f"{_place(row)}: {AWAITED[row['is_async'] is True]}, {row['because']}"


def _class(row: Row) -> str:
    frozen = row["frozen"]
    known = FROZEN[frozen if isinstance(frozen, bool) else None]
    return f"{_place(row)}: {row['kind']}, {known}: {row['because']}"


def _key(row: Row) -> str:
    covered = row["covered"]
    known = COVERED[covered if isinstance(covered, bool) else None]
    return f"{_place(row)}: {known}" + (f" by {row['by']}" if row["by"] else "")


def _route(row: Row) -> str:
    methods = row["methods"]
    spelled = ", ".join(map(str, methods)) if isinstance(methods, list) else ""
    answer = row["response_model"] or row["returns"] or "no response model"
    return f"{_place(row)}: {spelled or 'unknown method'} {row['url'] or 'unknown url'} → {answer}"


def _place(row: Row) -> str:
    return f"{row['path']}:{row['line']} {row['symbol']}"
