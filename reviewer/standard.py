"""The review standard, row by row: each of its sentences with the rules that hold code to it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A sentence of the standard and the names of its rules; code that its tools find fault with, and what they praise.

    Rules of our own have examples of their own. `path` is where such code lies; a rule that is about no code has none.
    """

    number: int
    sentence: str
    rules: tuple[str, ...]
    bad: str = ""
    good: str = ""
    path: str = "app/module.py"


def _ruff(*codes: str) -> tuple[str, ...]:
    return tuple(f"ruff:{code}" for code in codes)


def _branches(number: int) -> str:
    lines = "".join(f"    if code == {each}:\n        return {each * each}\n" for each in range(number))
    return f"def price(code: int) -> int:\n{lines}    return 0\n"


OWN_ENUM = "class Format(Enum):\n    CSV = auto()\n    JSON = auto()\n"
GUARDED = "try:\n    send()\nexcept {error}:\n    {then}\n"
FUNCTIONS = (
    Row(1, "Functions under 25 lines", ("function-too-long",)),
    Row(2, "Classes under 200 lines", ("class-too-long",)),
    Row(3, "At most one level of indentation in use cases, three elsewhere", ("nested-too-deep",)),
    Row(4, "Type hints on every parameter and return", ("missing-type-hint",)),
    Row(
        5,
        "mypy strict",
        ("mypy",),
        'def total(prices: list[int]) -> int:\n    return ",".join(map(str, prices))\n',
        "def total(prices: list[int]) -> int:\n    return sum(prices)\n",
    ),
    Row(6, "Complexity at most 10", _ruff("C901"), _branches(11), _branches(3)),
    Row(7, "The complexity of what a pull request touches, before and after", ("radon:complexity",)),
    Row(
        8,
        "Docstrings on public classes, methods and functions",
        _ruff("D101", "D102", "D103"),
        "def total(prices: list[int]) -> int:\n    return sum(prices)\n",
        'def total(prices: list[int]) -> int:\n    """What all the prices come to."""\n    return sum(prices)\n',
    ),
    Row(
        9,
        "Enums rather than boolean parameters",
        ("boolean-parameter", *_ruff("FBT001")),
        'def export(as_csv: bool) -> str:\n    return "csv" if as_csv else "json"\n',
        f"from enum import Enum, auto\n\n\n{OWN_ENUM}\n\ndef export(form: Format) -> str:\n    return form.name\n",
    ),
    Row(
        10,
        "Explicit errors, exception classes of the project",
        _ruff("TRY002", "BLE001", "S110", "E722"),
        'def send() -> None:\n    raise Exception("no address")\n\n\n'
        + GUARDED.format(error="Exception", then="pass")
        + "try:\n    send()\nexcept:\n    print()\n",
        'class NoAddress(Exception):\n    pass\n\n\ndef send() -> None:\n    raise NoAddress("no address")\n\n\n'
        + GUARDED.format(error="NoAddress as error", then="print(error)"),
    ),
)
VALUE_OBJECTS = (
    Row(11, "Value objects are frozen", ("value-object-not-frozen",)),
    Row(12, "… and hold nothing mutable", ("value-object-mutable-field",)),
    Row(13, "… and validate their invariants", ("value-object-without-invariants",)),
    Row(14, "Nobody writes to a frozen object from outside its constructor", ("frozen-bypassed",)),
)
LAYERS = (
    Row(15, "The domain is free of infrastructure and frameworks", ("domain-imports-infrastructure",)),
    Row(16, "Use cases do not import infrastructure", ("use-case-imports-infrastructure",)),
    Row(17, "HTTP errors stay in the API layer", ("http-error-outside-api",)),
    Row(18, "A repository implements a declared interface", ("repository-without-port",)),
)
PERSISTENCE = (
    Row(19, "Only repositories know ORM models", ("orm-model-outside-repository", "repository-layer-not-found")),
    Row(20, "Repositories accept and return domain entities", ("repository-exposes-orm-model",)),
    Row(21, "Repositories run all queries", ("query-outside-repository",)),
    Row(22, "Commit and rollback belong to the unit of work", ("transaction-outside-unit-of-work",)),
    Row(23, "A unit of work is a context manager and rolls back", ("unit-of-work-without-cleanup",)),
    Row(24, "Repository methods are async where the session is", ("blocking-repository-method",)),
    Row(25, "Clear names: `find_by_id`, `save`, `delete`", ("repository-method-name",)),
    Row(26, "Foreign keys are indexed", ("foreign-key-without-index",)),
    Row(27, "Migrations are reversible", ("irreversible-migration",)),
    Row(28, "JSONB for flexible data", ("json-instead-of-jsonb",)),
    Row(29, "Soft deletes", ("hard-delete",)),
    Row(30, "Relationships between declarative models", ("foreign-key-without-relationship",)),
)
API = (
    Row(31, "Pydantic models in requests", ("untyped-request-body",)),
    Row(32, "Pydantic models in responses", ("route-without-response-model",)),
    Row(33, "201 on creation, 204 on deletion", ("wrong-success-status",)),
    Row(34, "OpenAPI documentation with examples", ("undocumented-route", "schema-without-example")),
    Row(
        35,
        "Services and repositories come through `Depends()`",
        ("dependency-built-in-route", *_ruff("FAST002")),
        "from fastapi import Depends, FastAPI\n\napp = FastAPI()\n\n\n"
        '@app.get("/jobs")\ndef jobs(page: int = Depends(int)) -> int:\n    return page\n',
        "from typing import Annotated\n\nfrom fastapi import Depends, FastAPI\n\napp = FastAPI()\n\n\n"
        '@app.get("/jobs")\ndef jobs(page: Annotated[int, Depends(int)]) -> int:\n    return page\n',
    ),
    Row(
        36,
        "Background work through background tasks",
        ("unawaited-task-in-route", *_ruff("RUF006")),
        "import asyncio\n\n\nasync def start() -> None:\n    asyncio.create_task(asyncio.sleep(1))\n",
        "import asyncio\n\n\nasync def start() -> None:\n    async with asyncio.TaskGroup() as group:\n"
        "        group.create_task(asyncio.sleep(1))\n",
    ),
    Row(37, "CORS, rate limits, security headers, X-Request-Id", ("unsafe-cors", "app-without-middleware")),
)
CONCURRENCY = (
    Row(
        38,
        "No blocking call in async code",
        (
            "blocking-call-in-async",
            *_ruff("ASYNC210", "ASYNC212", "ASYNC220", "ASYNC221", "ASYNC222", "ASYNC230", "ASYNC240", "ASYNC250"),
            *_ruff("ASYNC251"),
        ),
        "import time\n\n\nasync def pause() -> None:\n    time.sleep(1)\n",
        "import asyncio\n\n\nasync def pause() -> None:\n    await asyncio.sleep(1)\n",
    ),
    Row(39, "`asyncio.gather` for awaits that do not need each other", ("sequential-awaits",)),
    Row(40, "Clients and sessions are context-managed", ("client-not-closed",)),
    Row(41, "Engines and clients are made once", ("engine-per-call",)),
    Row(
        42,
        "Timeouts on every outgoing call",
        ("client-without-timeout", *_ruff("S113")),
        'import requests\n\nrequests.get("https://example.com")\n',
        'import requests\n\nrequests.get("https://example.com", timeout=10)\n',
    ),
)
SECURITY = (
    Row(
        43,
        "Parameterised queries",
        ("sql-built-from-string", *_ruff("S608")),
        "def query(name: str) -> str:\n    return f\"SELECT id FROM users WHERE name = '{name}'\"\n",
        'def query() -> str:\n    return "SELECT id FROM users WHERE name = :name"\n',
    ),
    Row(44, "Sensitive data is never logged", ("secret-in-log",)),
    Row(
        45,
        "No secrets in code",
        _ruff("S105", "S106", "S107"),
        'PASSWORD = "correct horse battery"\nlogin(password="correct horse battery")\n\n\n'
        'def connect(password: str = "correct horse battery") -> None: ...\n',
        "login(password=settings.password)\n",
    ),
    Row(46, "Configuration through settings classes", ("environment-read-outside-settings",)),
    Row(47, "An audit log on sensitive operations", ("sensitive-operation-without-audit",)),
)
TESTING = (
    Row(48, "Tests come with the implementation", ("changed-code-without-test",)),
    Row(49, "Tests assert something", ("test-without-assertion",)),
    Row(50, "Success and error paths", ("only-happy-path",)),
    Row(
        51,
        "Fixtures and parametrised tests as pytest means them",
        _ruff("PT006", "PT007", "PT011", "PT012", "PT018", "PT019", "B017"),
        "import pytest\n\n\ndef test_total() -> None:\n    with pytest.raises(Exception):\n        total(None)\n",
        "import pytest\n\n\ndef test_total() -> None:\n    with pytest.raises(TypeError):\n        total(None)\n",
        "tests/test_total.py",
    ),
    Row(52, "External services are mocked", ("test-reaches-network",)),
    Row(53, "Over 80 % of the change is covered", ("coverage:uncovered",)),
)
MORE = (
    Row(54, "One transaction coordinates several repositories", ("several-commits-in-one-use-case",)),
    Row(55, "Columns that are often asked for are indexed", ("query-column-without-index",)),
    Row(
        56,
        "Sound Python beside it",
        _ruff("B006", "RUF008", "RUF009", "FAST001", "FAST003", "T201"),
        "def add(price: int, prices: list[int] = []) -> list[int]:\n    return [*prices, price]\n",
        "def add(price: int, prices: tuple[int, ...] = ()) -> list[int]:\n    return [*prices, price]\n",
    ),
)
STANDARD: dict[str, tuple[Row, ...]] = {
    "Functions and classes": FUNCTIONS,
    "Value objects": VALUE_OBJECTS,
    "Layers": LAYERS,
    "Repositories, transactions, database": PERSISTENCE,
    "API": API,
    "Async": CONCURRENCY,
    "Security": SECURITY,
    "Tests": TESTING,
    "More of the standard": MORE,
}
ROWS = tuple(row for rows in STANDARD.values() for row in rows)
