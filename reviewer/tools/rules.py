"""What the tools look for, as rules beside ours: codes with the level, the family and the sentence of the standard."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from reviewer.index.answers import Layer
from reviewer.model import Level

RUFF, MYPY, RADON, COVERAGE = "ruff", "mypy", "radon", "coverage"
TOOLS = (RUFF, MYPY, RADON, COVERAGE)
RUFF_CODE = re.compile(r"[A-Z]{1,6}[0-9]{1,4}")
INVALID_SYNTAX = "invalid-syntax"

NOWHERE: frozenset[Layer] = frozenset()
# Where nobody is attacked, nobody waits, and what is raised and caught is an example.
TESTS = frozenset({Layer.TESTS})
# What migrations put into SQL are names of their own.
SCRIPTED = frozenset({Layer.TESTS, Layer.MIGRATIONS})


@dataclass(frozen=True, slots=True)
class ToolRule:
    """A rule that a tool knows: its `code` there, what our standard says of it, and the layers that it is not about."""

    tool: str
    code: str
    level: Level
    family: str
    sentence: str = ""
    not_in: frozenset[Layer] = NOWHERE

    @property
    def name(self) -> str:
        """The rule as users write it."""
        return f"{self.tool}:{self.code}"


ASYNC = "While it runs, every other request of this process waits: use what can be awaited."
SECRET = "Whoever reads the repository has this secret, and so has its history: read it from the settings."  # noqa: S105  # a sentence
BROAD = "What nobody expected is taken for what was: catch the errors that are meant, each by its class."
SILENT = "Nobody learns of what went wrong here: handle it, log it, or let it go on."
DOCSTRING = "Whoever calls it has to read its code: a docstring says what it promises."
SHARED = "All instances and calls share this one object: what one of them does to it, all of them see."
PATTERN = "The test reads worse than it has to, and tells less when it fails."
ROUTE = "What the route says of itself differs from what it does."

_ERROR, _WARNING, _ADVICE = Level.ERROR, Level.WARNING, Level.ADVICE
_CODES: dict[tuple[str, ...], tuple[Level, str, str, frozenset[Layer]]] = {
    ("C901",): (
        _WARNING,
        "functions",
        "So many paths lead through it that no test takes them all: take parts of it out, each with a name.",
        NOWHERE,
    ),
    ("D101", "D102", "D103"): (_ADVICE, "functions", DOCSTRING, SCRIPTED),
    ("FBT001",): (
        _WARNING,
        "functions",
        "At the call a bare `True` says nothing: make it an enum, or two functions.",
        TESTS,
    ),
    ("TRY002",): (
        _WARNING,
        "functions",
        "Nobody can catch it without catching everything else: raise an exception class of your own.",
        SCRIPTED,
    ),
    ("E722", "BLE001"): (_WARNING, "functions", BROAD, TESTS),
    ("S110",): (_WARNING, "functions", SILENT, TESTS),
    ("B006",): (_WARNING, "functions", SHARED, NOWHERE),
    ("T201",): (_ADVICE, "functions", "It goes past the log, and nobody finds it there: log it.", SCRIPTED),
    ("RUF008", "RUF009"): (_WARNING, "value-objects", SHARED, NOWHERE),
    ("FAST001", "FAST003"): (_ADVICE, "api", ROUTE, TESTS),
    ("FAST002",): (
        _WARNING,
        "api",
        "Tools and readers take the default for a value: say the dependency with `Annotated`.",
        TESTS,
    ),
    ("RUF006",): (
        _WARNING,
        "concurrency",
        "The task can vanish in the middle of its work: keep a reference, or use a task group.",
        NOWHERE,
    ),
    (
        "ASYNC210",
        "ASYNC212",
        "ASYNC220",
        "ASYNC221",
        "ASYNC222",
        "ASYNC230",
        "ASYNC240",
        "ASYNC250",
        "ASYNC251",
    ): (_ERROR, "concurrency", ASYNC, TESTS),
    ("S113",): (
        _WARNING,
        "concurrency",
        "When the other side hangs, this one hangs with it: give every call a timeout.",
        TESTS,
    ),
    ("S608",): (
        _ERROR,
        "security",
        "Whoever writes the value writes the query: pass values as parameters.",
        SCRIPTED,
    ),
    ("S105", "S106", "S107"): (_ERROR, "security", SECRET, TESTS),
    ("B017",): (_WARNING, "testing", "It passes whatever goes wrong: expect the very error.", NOWHERE),
    ("PT006", "PT007", "PT011", "PT012", "PT018", "PT019"): (_ADVICE, "testing", PATTERN, NOWHERE),
}
RULES: dict[str, ToolRule] = {
    rule.name: rule
    for rule in (
        *(ToolRule(RUFF, code, *about) for codes, about in _CODES.items() for code in codes),
        ToolRule(
            RUFF, INVALID_SYNTAX, Level.ERROR, "functions", "The Python that this project supports can't read it."
        ),
        ToolRule(RADON, "complexity", Level.NOTE, "functions", "How complex the changed functions were, and are."),
        ToolRule(COVERAGE, "uncovered", Level.WARNING, "testing", "No test ran what this change brings."),
    )
}
# What a signature lacks; our own rule tells it, and knows exceptions.
SIGNATURES = (
    "missing-type-hint",
    *(f"ruff:ANN{number}" for number in ("001", "002", "003", "201", "202", "204", "205", "206")),
    "mypy:no-untyped-def",
)
# Rules that say the same of one place, in the order in which they tell it: ours, then ruff's, then mypy's.
TWINS = (
    SIGNATURES,
    ("value-object-mutable-field", "ruff:RUF008", "ruff:RUF012"),
    ("ruff:E722", "ruff:BLE001", "ruff:S110"),
    ("boolean-parameter", "ruff:FBT001"),
    ("sql-built-from-string", "ruff:S608"),
    ("unawaited-task-in-route", "ruff:RUF006"),
    # Where it can be said which code may know the models, the import of one is told as that.
    ("orm-model-outside-repository", "domain-imports-infrastructure", "use-case-imports-infrastructure"),
)
# Rules of which a function can have several findings on one line, each about a parameter, a text or a call.
TOLD_BY_SPOT = frozenset(
    {
        *("boolean-parameter", "ruff:FBT001", "sql-built-from-string", "ruff:S608"),
        *("unawaited-task-in-route", "ruff:RUF006"),
    }
)
# Of a file that does not parse one word is enough.
OF_A_FILE = ("unparsable-file", "ruff:invalid-syntax", "mypy:syntax")
# What the standard asks of the annotations themselves, tests and migrations aside.
UNTYPED = frozenset({"no-untyped-def", "no-untyped-call", "untyped-decorator", "type-arg"})


def standard_codes() -> tuple[str, ...]:
    """The codes of ruff that the standard asks for, sorted; what it says of syntax it says unasked."""
    return tuple(sorted(rule.code for rule in RULES.values() if rule.tool == RUFF and RUFF_CODE.fullmatch(rule.code)))


@cache
def rule(tool: str, code: str) -> ToolRule:
    """The rule behind a code of a tool; one that the standard does not name is a warning, of mypy an error."""
    known = RULES.get(f"{tool}:{code}")
    if known:
        return known
    grave = tool == MYPY and code != "no-untyped-def"
    not_in = SCRIPTED if tool == MYPY and code in UNTYPED else NOWHERE
    return ToolRule(tool, code, Level.ERROR if grave else Level.WARNING, "functions", not_in=not_in)


@cache
def _mypy_codes() -> dict[str, str]:
    """What mypy itself says of each of its codes; imported here, for it takes long."""
    try:
        from mypy.errorcodes import error_codes
    except ImportError:  # a mypy that is not there is told of when it is to run
        return {}
    return {code: f"{known.description}." for code, known in error_codes.items()}


def all_rules() -> Iterator[ToolRule]:
    """All rules of the tools, by name, with a sentence each."""
    names = {*RULES, *(f"{MYPY}:{code}" for code in _mypy_codes())}
    return filter(None, map(named, sorted(names)))


def named(name: str) -> ToolRule | None:
    """The rule of this name, None where no tool has such a one; ruff has codes that the standard does not name."""
    tool, _, code = name.partition(":")
    if tool == MYPY:
        return replace(rule(tool, code), sentence=_mypy_codes()[code]) if code in _mypy_codes() else None
    return rule(tool, code) if name in RULES or (tool == RUFF and RUFF_CODE.fullmatch(code)) else None
