"""What a change introduced, left and fixed, over real git: the same code is the same finding wherever it goes."""

from collections.abc import Callable, Mapping

import pytest

from reviewer.aim import Request
from reviewer.model import Anchor, FileAnchor, Finding, Review, Status
from reviewer.pipeline import review
from tests.repositories import Builder

LONG = "def {name}() -> None:\n" + "".join(f"    print({number})\n" for number in range(30))
MODELS = """
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase): ...

class Job(Base):
    __tablename__ = "jobs"
    id: Mapped[int] = mapped_column(primary_key=True)

class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
"""
REPOSITORY = "from app.models import Job\n\nclass JobRepository:\n    def find(self) -> None: ...\n"
PROJECT = {"app/__init__.py": "", "app/models.py": MODELS, "app/repositories/jobs.py": REPOSITORY}
Files = Mapping[str, str]


@pytest.fixture
def compare(repository: Builder) -> Callable[[Files, Files], Review]:
    """The review of a commit that turns some files into others; files that are not named go on as they are."""

    def compared(before: Files, after: Files) -> Review:
        base = repository.commit(dict(before))
        for path in before:
            if path not in after:
                repository.git("rm", "--quiet", "--", path)
        head = repository.commit(dict(after))
        return review(Request(repository.root, merge_base=base, head=head)).review

    return compared


Compare = Callable[[Files, Files], Review]


def told(made: Review, status: Status) -> list[tuple[str, str]]:
    return [(found.rule, found.symbol or found.key) for found in made.findings if found.status is status]


def introduced(made: Review) -> list[tuple[str, str]]:
    return told(made, Status.INTRODUCED)


def only(made: Review, status: Status = Status.INTRODUCED) -> Finding:
    (found,) = (found for found in made.findings if found.status is status)
    return found


def service(imported: str = "Job", function: str = "def run() -> None: ...\n") -> str:
    return f"from app.models import {imported}\n\n{function}"


OLD = LONG.format(name="old")
INDENTED = "if True:\n" + "".join(f"    {line}\n" for line in OLD.splitlines())
REORDERED = "def young() -> None: ...\n\n\n" + OLD
REFORMATTED = OLD.replace("    print(7)", "    print(\n        7,\n    )  # seven")
HINTLESS = "class Orders:\n    def load(self, key): return key + 1\n\n    def save(self, order): ...\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"app/a.py": OLD + "\n\ndef young() -> None: ...\n"}, {"app/a.py": REORDERED}),
        ({"app/a.py": OLD}, {"app/a.py": INDENTED}),
        ({"app/a.py": OLD}, {"app/a.py": "# new\n\n\n" + OLD}),
        ({"app/a.py": OLD, "app/b.py": "x = 1\n"}, {"app/c.py": OLD, "app/b.py": "x = 1\n"}),
        ({"app/in/a.py": OLD, "app/in/b.py": HINTLESS}, {"app/out/a.py": OLD, "app/out/b.py": HINTLESS}),
        # Moved to a file that is there, and to a new one, some of it staying.
        ({"app/a.py": OLD + HINTLESS, "app/b.py": "x = 1\n"}, {"app/a.py": HINTLESS, "app/b.py": "x = 1\n" + OLD}),
        ({"app/a.py": OLD + HINTLESS}, {"app/a.py": "x = 1\n", "app/b.py": OLD, "app/c.py": HINTLESS}),
        ({"app/a.py": OLD + HINTLESS}, {"app/a/__init__.py": OLD, "app/a/b.py": HINTLESS}),
        # Under another name.
        ({"app/a.py": OLD}, {"app/a.py": LONG.format(name="older")}),
        ({"app/a.py": HINTLESS}, {"app/a.py": HINTLESS.replace("Orders", "Invoices")}),
        ({"app/a.py": HINTLESS + OLD}, {"app/b.py": HINTLESS.replace("Orders", "Invoices"), "app/a.py": OLD}),
    ],
)
def test_code_that_goes_elsewhere_or_looks_otherwise_introduces_nothing(
    compare: Compare, before: Files, after: Files
) -> None:
    made = compare(before, after)
    assert (introduced(made), told(made, Status.FIXED)) == ([], [])
    assert told(made, Status.EXISTING)


def test_a_reformatted_function_that_grew_over_lines_is_worse_and_hidden(compare: Compare) -> None:
    made = compare({"app/a.py": OLD}, {"app/a.py": REFORMATTED})
    found = only(made, Status.EXISTING)
    assert (found.worse, found.shown, found.before, found.facts) == (True, False, {"lines": 30}, {"lines": 32})
    assert made.worse == (found,)


def body(lines: int) -> str:
    return "def total() -> None:\n" + "    step()\n" * lines


def test_a_function_that_grows_over_the_limit_is_introduced_at_the_line_that_the_diff_shows(compare: Compare) -> None:
    found = only(compare({"app/a.py": body(24)}, {"app/a.py": body(26)}))
    assert (found.symbol, found.before, found.anchor) == ("total", None, Anchor("app/a.py", 26))
    assert found.shown


def test_a_function_that_was_too_long_is_worse_or_just_existing(compare: Compare) -> None:
    made = compare({"app/a.py": body(40)}, {"app/a.py": body(60)})
    assert (introduced(made), len(made.worse), made.shown) == ([], 1, ())


def test_a_second_parameter_without_a_hint_is_introduced_beside_an_old_one(compare: Compare) -> None:
    made = compare({"app/a.py": "def load(key) -> int: ...\n"}, {"app/a.py": "def load(key, limit=1) -> int: ...\n"})
    assert (only(made).news, only(made).before) == (("limit",), {"missing": ("key",)})


def test_a_signature_that_lost_a_bad_parameter_or_kept_it_is_existing(compare: Compare) -> None:
    made = compare(
        {"app/a.py": "def load(key, limit) -> int: ...\ndef save(key) -> int: ...\n"},
        {"app/a.py": "def load(key) -> int:\n    return 1\ndef save(key) -> int:\n    return 2\n"},
    )
    assert told(made, Status.EXISTING) == [("missing-type-hint", "load"), ("missing-type-hint", "save")]
    assert introduced(made) == []


def test_a_second_model_is_introduced_and_one_that_is_renamed_is_not(compare: Compare) -> None:
    made = compare(
        PROJECT | {"app/services.py": service("Job")},
        PROJECT | {"app/services.py": service("Job, User")},
    )
    assert [(found.key, found.anchor) for found in made.shown] == [("User", Anchor("app/services.py", 1))]


def test_a_model_under_another_name_is_the_same_model(compare: Compare) -> None:
    exposing = "from app.models import Job\n\nclass JobRepository:\n    def find(self) -> Job: ...\n"
    before = PROJECT | {"app/repositories/jobs.py": exposing, "app/services.py": service("Job")}
    after = {path: text.replace("Job", "Task").replace('"jobs"', '"tasks"') for path, text in before.items()}
    made = compare(before, after)
    assert introduced(made) == []
    assert len(told(made, Status.EXISTING)) == 2


def test_an_import_that_moves_into_a_function_or_out_of_it_is_the_same_import(compare: Compare) -> None:
    inside = "def run() -> None:\n    from app.models import Job\n    Job()\n"
    made = compare(PROJECT | {"app/a.py": service()}, PROJECT | {"app/a.py": inside})
    assert (introduced(made), told(made, Status.EXISTING)) == ([], [("orm-model-outside-repository", "run")])


def test_a_model_that_is_imported_in_another_way_is_the_same_model(compare: Compare) -> None:
    ways = {
        "app/a.py": "from app import models\n\ndef run(job: models.Job) -> None: ...\n",
        "app/b.py": "from .models import Job as Task\n\ndef run(job: Task) -> None: ...\n",
        "app/c.py": "import app.models\n\ndef run(job: app.models.Job) -> None: ...\n",
    }
    before = PROJECT | dict.fromkeys(ways, service(function="def run(job: Job) -> None: ...\n"))
    made = compare(before, before | ways)
    assert (introduced(made), len(told(made, Status.EXISTING))) == ([], 3)


def test_an_import_goes_along_with_the_code_that_needs_it(compare: Compare) -> None:
    using = "def {name}() -> int:\n    job = Job()\n    return job.id + {number} - job.id * {number}\n\n"
    one, two = using.format(name="one", number=1), using.format(name="two", number=2)
    made = compare(
        PROJECT | {"app/a.py": service(function=one + two), "app/b.py": "x = 1\n"},
        PROJECT | {"app/a.py": service(function=one), "app/b.py": service(function="x = 1\n\n" + two)},
    )
    assert introduced(made) == []
    made = compare(
        PROJECT | {"app/c.py": service(function=one)},
        PROJECT | {"app/c.py": service(function=one), "app/d.py": service(function="y = Job()\n")},
    )
    assert introduced(made) == [("orm-model-outside-repository", "Job")]


def test_a_copy_is_new_and_told_where_it_was_added(compare: Compare) -> None:
    made = compare({"app/a.py": OLD}, {"app/a.py": OLD, "app/b.py": OLD})
    assert [(found.path, found.symbol) for found in made.shown] == [("app/b.py", "old")]
    made = compare({"app/c.py": OLD}, {"app/c.py": OLD + "\n\n" + OLD})
    assert [found.span and found.span.line for found in made.shown] == [34]


def test_a_new_function_of_an_old_name_is_new(compare: Compare) -> None:
    other = OLD.replace("print", "send").replace("old", "run")
    made = compare(
        {"app/a.py": LONG.format(name="run"), "app/b.py": "x = 1\n"},
        {"app/a.py": "def run() -> None: ...\n", "app/b.py": other},
    )
    assert [(found.path, found.symbol) for found in made.shown] == [("app/b.py", "run")]
    assert told(made, Status.FIXED) == [("function-too-long", "run")]


def test_what_a_function_holds_goes_with_its_code_and_its_signature_with_its_name(compare: Compare) -> None:
    hintless = OLD.replace("old()", "old(key)")
    wrapper = "def old(key) -> None:\n    for number in range(3):\n        _old_once(key + number)\n"
    made = compare({"app/a.py": hintless}, {"app/a.py": hintless.replace("old(", "_old_once(") + "\n\n" + wrapper})
    assert introduced(made) == [("missing-type-hint", "_old_once")]
    assert told(made, Status.EXISTING) == [("function-too-long", "_old_once"), ("missing-type-hint", "old")]


def test_what_is_mended_or_deleted_is_fixed_and_seen_when_it_comes_back(compare: Compare) -> None:
    made = compare({"app/a.py": OLD, "app/b.py": LONG.format(name="b")}, {"app/a.py": body(3)})
    assert told(made, Status.FIXED) == [("function-too-long", "old"), ("function-too-long", "b")]
    assert (made.shown, made.counts["found"], made.counts["fixed"]) == ((), 0, 2)
    assert introduced(compare({"app/a.py": body(3)}, {"app/a.py": OLD})) == [("function-too-long", "old")]


def test_main_merged_into_a_branch_brings_nothing_of_main(repository: Builder) -> None:
    repository.commit({"app/a.py": "x = 1\n"})
    repository.branch("feature")
    repository.commit({"app/mine.py": LONG.format(name="mine")})
    repository.switch("main")
    repository.commit({"app/theirs.py": LONG.format(name="theirs")})
    repository.switch("feature")
    repository.git("merge", "--quiet", "main")
    made = review(Request(repository.root, base="main", head="feature")).review
    assert introduced(made) == [("function-too-long", "mine")]


def test_where_the_base_does_not_parse_the_changed_lines_decide(compare: Compare) -> None:
    made = compare({"app/a.py": OLD + "\n\ndef broken(:\n"}, {"app/a.py": OLD + "\n\n" + LONG.format(name="new")})
    assert introduced(made) == [("function-too-long", "new")]
    assert told(made, Status.EXISTING) == [("function-too-long", "old")]
    assert told(made, Status.FIXED) == [("unparsable-file", "")]


def test_a_file_that_breaks_is_no_place_where_anything_was_fixed(compare: Compare) -> None:
    made = compare({"app/a.py": OLD}, {"app/a.py": OLD + "\n\ndef broken(:\n"})
    assert (introduced(made), told(made, Status.FIXED)) == ([("unparsable-file", "")], [])


# What reaches code that the change does not touch.


def test_a_class_that_becomes_a_model_is_told_where_it_becomes_one(compare: Compare) -> None:
    plain = MODELS + "\nclass Note:\n    text = ''\n"
    before = PROJECT | {"app/models.py": plain, "app/services.py": service("Note"), "app/other.py": service("Job")}
    made = compare(before, before | {"app/models.py": plain.replace("Note:", "Note(Base):")})
    found = only(made)
    assert (found.rule, found.path, found.key) == ("orm-model-outside-repository", "app/services.py", "Note")
    assert found.anchor == Anchor("app/models.py", 14)
    assert [(each.path, each.line) for each in found.related[:2]] == [("app/services.py", 1), ("app/models.py", 14)]
    assert found.related[1].message == "`Note` is an ORM model now, by this change."


def test_a_class_becomes_a_model_through_others_and_under_another_name(compare: Compare) -> None:
    before = PROJECT | {
        "app/parts.py": "class Part: ...\n",
        "app/notes.py": "from app.parts import Part as Piece\n\nclass Note(Piece):\n    text = ''\n",
        "app/services.py": "from app import notes\n\ndef run() -> notes.Note: ...\n",
    }
    after = "from app.models import Base\n\nclass Part(Base):\n    __abstract__ = True\n"
    found = only(compare(before, before | {"app/parts.py": after}))
    assert (found.path, found.key) == ("app/services.py", "notes.Note")
    assert found.anchor in (Anchor("app/parts.py", 3), Anchor("app/parts.py", 4))


@pytest.mark.parametrize(
    ("base", "loose"),
    [
        (
            "from pydantic import BaseModel\n\nclass Value(BaseModel):\n    model_config = {'frozen': True}\n",
            "from pydantic import BaseModel\n\nclass Value(BaseModel):\n    model_config = {'title': 'x'}\n",
        ),
        (
            "from pydantic import BaseModel\n\nclass Value(BaseModel, frozen=True): ...\n",
            "from pydantic import BaseModel\n\nclass Value(BaseModel): ...\n",
        ),
    ],
)
def test_a_base_that_is_not_frozen_any_more_reaches_its_classes(compare: Compare, base: str, loose: str) -> None:
    money = "from app.shared import Value\n\nclass Money(Value):\n    cents: int\n"
    before = {"app/__init__.py": "", "app/shared.py": base, "app/domain/value_objects/money.py": money}
    found = only(compare(before, before | {"app/shared.py": loose}))
    assert (found.rule, found.path, found.symbol) == (
        "value-object-not-frozen",
        "app/domain/value_objects/money.py",
        "Money",
    )
    assert isinstance(found.anchor, Anchor)
    assert found.anchor.path == "app/shared.py"


def test_a_base_that_is_called_a_value_object_now_reaches_its_classes(compare: Compare) -> None:
    money = (
        "from dataclasses import dataclass\nfrom app.b import Thing\n\n@dataclass\nclass Money(Thing):\n    c: int\n"
    )
    before = {"app/__init__.py": "", "app/b.py": "class Thing: ...\n", "app/money.py": money}
    found = only(compare(before, before | {"app/b.py": "class ValueObject: ...\nclass Thing(ValueObject): ...\n"}))
    assert (found.rule, found.path, found.anchor) == ("value-object-not-frozen", "app/money.py", Anchor("app/b.py", 2))


def test_a_base_in_the_same_file_is_the_cause_for_classes_that_did_not_change(compare: Compare) -> None:
    code = (
        "from dataclasses import dataclass\n\n@dataclass(frozen=True)\nclass ValueObject:\n    tag: str\n\n\n"
        + "\n" * 20
        + "class Money(ValueObject):\n    cents: int\n"
    )
    made = compare({"app/vo.py": code}, {"app/vo.py": code.replace("(frozen=True)", "")})
    assert [(found.symbol, found.anchor) for found in made.shown] == [
        ("ValueObject", Anchor("app/vo.py", 4)),
        ("Money", Anchor("app/vo.py", 3)),
    ]


def test_code_that_only_comes_to_another_layer_is_not_news(compare: Compare) -> None:
    before = PROJECT | {"tests/tools.py": service(function=HINTLESS)}
    after = PROJECT | {"app/tools.py": service(function=HINTLESS)}
    made = compare(before, after)
    assert introduced(made) == []
    edited = HINTLESS.replace("def save(self, order): ...", "def save(self, order):\n        return 1")
    made = compare(
        PROJECT | {"tests/more.py": service(function=HINTLESS)}, PROJECT | {"app/more.py": service(function=edited)}
    )
    assert introduced(made) == [("missing-type-hint", "Orders.save")]


def test_what_is_taken_out_of_a_module_is_old_code_with_the_function_around_it(compare: Compare) -> None:
    using = "from app import models\n\ndef run(job: models.Job) -> None: ...\n\ndef stop() -> None: ...\n"
    made = compare(PROJECT | {"tests/tools.py": using}, PROJECT | {"app/tools.py": using.replace("stop", "end")})
    assert introduced(made) == []
    made = compare(PROJECT | {"tests/more.py": using}, PROJECT | {"app/more.py": using.replace("...", "print(job)", 1)})
    assert introduced(made) == [("orm-model-outside-repository", "models.Job")]


def test_a_file_whose_layer_changes_around_it_is_not_news(compare: Compare) -> None:
    deep = "def do(jobs: list[int]) -> None:\n    for job in jobs:\n        if job:\n            print(job)\n"
    before = {"app/__init__.py": "", "app/commands/do.py": deep, "app/commands/other.py": "x = 1\n"}
    made = compare(before, before | {"app/domain/job.py": "x = 1\n", "app/commands/other.py": "x = 2\n"})
    assert made.findings == ()
    made = compare(before, before | {"app/domain/job.py": "x = 1\n", "app/commands/do.py": "y = 1\n" + deep})
    assert introduced(made) == []


def test_the_first_repository_turns_no_old_code_into_news(compare: Compare) -> None:
    before = {"app/__init__.py": "", "app/models.py": MODELS, "app/services.py": service()}
    after = before | {"app/repositories/jobs.py": REPOSITORY, "app/services.py": service() + "x = 1\n"}
    made = compare(before, after)
    assert [found.rule for found in made.shown] == ["project-fact-changed"]
    assert "has a repository layer" in made.shown[0].message
    assert introduced(compare(after, after | {"app/services.py": service("Job, User")})) == [
        ("orm-model-outside-repository", "User")
    ]


def test_a_repository_that_goes_is_told_once(compare: Compare) -> None:
    before = PROJECT | {"app/services.py": service()}
    after = {path: text for path, text in before.items() if "repositories" not in path}
    made = compare(before, after | {"app/services.py": service("Job, User")})
    assert {found.rule for found in made.shown} == {
        "orm-model-outside-repository",
        "project-fact-changed",
        "repository-layer-not-found",
    }


def test_where_no_line_is_shown_the_file_is_the_place(compare: Compare) -> None:
    code = "from app.models import Job\n" + "x = 1\n" * 30 + "class JobRepository:\n    def find(self) -> None: ...\n"
    made = compare(
        PROJECT | {"app/a.py": code, "app/b.py": ""},
        PROJECT | {"app/a.py": code.partition("class")[0], "app/b.py": code.rpartition("x = 1\n")[2]},
    )
    assert [(found.key, found.anchor) for found in made.shown] == [("Job", FileAnchor("app/a.py"))]


USES = "def a(job: models.Job) -> None: ...\ndef b(job: models.Job) -> None: ...\n"
EXPOSING = "from app.models import Job\n\nclass NightRepository:\n    def find(self) -> Job: ...\n"


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("app/a.py", "from app import models\n" + USES, "from app import models\n" + USES.partition("\n")[2]),
        ("app/a.py", "from app import models\n" + USES, "from app import models\n" + USES.replace("def b", "def c")),
        (
            "app/a.py",
            "from app import models\n" + USES,
            "from app import models as m\n" + USES.replace("models.", "m."),
        ),
        (
            "app/a.py",
            "import app.models\n" + USES.replace("models.", "app.models."),
            "from app import models\n" + USES,
        ),
        ("app/night.py", EXPOSING, EXPOSING.replace("import Job", "import Job as Row").replace("-> Job", "-> Row")),
        (
            "app/night.py",
            EXPOSING,
            EXPOSING.replace("app.models import Job", "app import models").replace("-> Job", "-> models.Job"),
        ),
    ],
)
def test_a_model_is_the_same_whatever_it_is_called_and_where_it_is_used_first(
    compare: Compare, path: str, before: str, after: str
) -> None:
    made = compare(PROJECT | {path: before}, PROJECT | {path: after})
    assert (introduced(made), told(made, Status.FIXED)) == ([], [])
    assert len(told(made, Status.EXISTING)) == 1


def lines(name: str, count: int, indent: str = "") -> str:
    return f"{indent}def {name}(self) -> None:\n" + f"{indent}    step()\n" * count


def property_of(getter: int, setter: int) -> str:
    return f"class A:\n    @property\n{lines('x', getter, '    ')}    @x.setter\n{lines('x', setter, '    ')}"


def test_a_getter_and_its_setter_are_two_functions(compare: Compare) -> None:
    made = compare({"app/a.py": property_of(30, 20)}, {"app/a.py": property_of(10, 30)})
    assert introduced(made) == told(made, Status.FIXED) == [("function-too-long", "A.x")]
    made = compare({"app/a.py": property_of(30, 60)}, {"app/a.py": property_of(10, 60)})
    assert (introduced(made), len(told(made, Status.FIXED)), made.worse) == ([], 1, ())


def test_functions_inside_a_new_one_are_the_old_ones(compare: Compare) -> None:
    handlers = LONG.format(name="index") + LONG.format(name="show")
    inside = "".join(f"    {line}\n" for line in handlers.splitlines())
    made = compare(
        {"app/a.py": "app = FastAPI()\n" + handlers},
        {"app/a.py": "def create() -> FastAPI:\n    app = FastAPI()\n" + inside + "    return app\n"},
    )
    assert (introduced(made), len(told(made, Status.EXISTING))) == ([], 2)


def test_another_function_that_takes_an_old_name_is_new(compare: Compare) -> None:
    other = "def old(order) -> None:\n" + "".join(f"    other_{number}(order)\n" for number in range(40))
    made = compare({"app/a.py": OLD}, {"app/a.py": OLD.replace("old", "older") + "\n" + other})
    assert introduced(made) == [("function-too-long", "old"), ("missing-type-hint", "old")]
    assert told(made, Status.EXISTING) == [("function-too-long", "older")]


def test_a_comment_that_hides_nothing_moves_with_its_code(compare: Compare) -> None:
    kept = "def f(a: int) -> int:  # reviewer: ignore[missing-type-hint] old\n" + "    call(a)\n" * 10
    made = compare({"app/a.py": kept + BODY}, {"app/a.py": BODY, "app/b.py": kept})
    assert (introduced(made), len(told(made, Status.EXISTING))) == ([], 1)


BODY = "def k() -> None: ...\n"
MONEY = "from app.base import Frozen\n\nclass Money(Frozen):\n    cents: int\n"
FROZEN = "from pydantic import BaseModel\n\nclass Frozen(BaseModel, frozen=True): ...\n"
MODEL = """
from pydantic import BaseModel
import app.base

class Money(BaseModel):
    model_config = app.base.CFG
    cents: int
"""
MAKER = "from dataclasses import dataclass\nvo = dataclass(frozen=True)\n"


@pytest.mark.parametrize(
    ("money", "before", "after"),
    [
        (MONEY, FROZEN, "from pydantic import BaseModel as Frozen\n"),
        (MONEY, FROZEN, "from pydantic import BaseModel\nFrozen = BaseModel\n"),
        ("from app.base import vo\n\n@vo\nclass Money:\n    cents: int\n", MAKER, MAKER.replace("frozen=True", "")),
        (
            MODEL,
            "from pydantic import ConfigDict\nCFG = ConfigDict(frozen=True)\n",
            "from pydantic import ConfigDict\nCFG = ConfigDict()\n",
        ),
    ],
)
def test_whatever_stops_freezing_a_value_object_is_blamed(
    compare: Compare, money: str, before: str, after: str
) -> None:
    files = {"app/__init__.py": "", "app/value_objects/money.py": money, "app/base.py": before}
    found = only(compare(files, files | {"app/base.py": after}))
    assert (found.rule, found.path) == ("value-object-not-frozen", "app/value_objects/money.py")
    assert isinstance(found.anchor, Anchor)
    assert found.anchor.path == "app/base.py"


# Layers: what a file may import.

LAYERED = {
    "app/__init__.py": "",
    "app/infrastructure/session.py": "class Session: ...\nclass Engine: ...\n",
    "app/plain.py": "class Session: ...\n",
    "app/shared/__init__.py": "from app.plain import Session\n",
    "app/domain/job.py": "from app.shared import Session\n\n\nclass Job:\n    session: Session\n",
}
IMPORTED = "domain-imports-infrastructure"


def test_a_name_that_is_handed_on_from_the_infrastructure_now_is_told_where_it_is(compare: Compare) -> None:
    made = compare(LAYERED, LAYERED | {"app/shared/__init__.py": "from app.infrastructure.session import Session\n"})
    found = only(made)
    assert (found.rule, found.path, found.key) == (IMPORTED, "app/domain/job.py", "app.infrastructure.session")
    assert found.anchor == Anchor("app/shared/__init__.py", 1)
    assert found.related[1].message == "`Session` is in the layer infrastructure now, by this change."


@pytest.mark.parametrize(
    ("shared", "key"),
    [
        ("from app.infrastructure.session import *\n", "app.infrastructure.session"),
        ("from sqlalchemy.orm import Session\n", "sqlalchemy"),
        ("from app.infrastructure import session\nSession = session.Session\n", "app.infrastructure.session"),
    ],
)
def test_it_is_told_however_it_is_handed_on(compare: Compare, shared: str, key: str) -> None:
    found = only(compare(LAYERED, LAYERED | {"app/shared/__init__.py": shared}))
    assert (found.rule, found.path, found.key) == (IMPORTED, "app/domain/job.py", key)


def test_a_module_that_comes_to_define_models_is_told_in_the_domain_that_imports_it(compare: Compare) -> None:
    before = LAYERED | {"app/kinds.py": "class Kind: ...\n", "app/domain/kind.py": "from app.kinds import Kind\n"}
    made = compare(before, before | {"app/kinds.py": MODELS + "\nclass Kind: ...\n"})
    assert introduced(made) == [(IMPORTED, "app.kinds")]


def test_an_infrastructure_that_is_handed_on_no_more_is_fixed(compare: Compare) -> None:
    before = LAYERED | {"app/shared/__init__.py": "from app.infrastructure.session import Session\n"}
    made = compare(before, LAYERED)
    assert (introduced(made), [found.path for found in made.findings]) == ([], ["app/domain/job.py"])


@pytest.mark.parametrize("home", ["app/tools/job.py", "tests/job.py"])
def test_a_file_that_only_comes_to_the_domain_brings_nothing(compare: Compare, home: str) -> None:
    code = "from app.infrastructure.session import Session\n\n\nclass Job:\n    session: Session\n\n\nclass Kind: ...\n"
    before = {path: text for path, text in LAYERED.items() if "domain" not in path}
    made = compare(before | {home: code}, before | {"app/domain/job.py": code})
    assert introduced(made) == []
    edited = code.replace("Session\n", "Engine\n", 1)
    made = compare(before | {home: code}, before | {"app/domain/edited.py": edited})
    assert introduced(made) == [(IMPORTED, "app.infrastructure.session")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from app.infrastructure.session import Session\n", "from app.infrastructure.session import Engine\n"),
        ("from app.infrastructure.session import Session\n", "import app.infrastructure.session\n"),
        ("from app.infrastructure.session import Session\n", "from ..infrastructure import session\n"),
        (
            "from app.infrastructure.session import Session\n",
            "def close() -> None:\n    from app.infrastructure.session import Session\n",
        ),
        ("import sqlalchemy as sa\n", "from sqlalchemy import select\n"),
    ],
)
def test_one_module_is_one_finding_however_it_is_imported(compare: Compare, before: str, after: str) -> None:
    made = compare(LAYERED | {"app/domain/job.py": before}, LAYERED | {"app/domain/job.py": after})
    assert (introduced(made), told(made, Status.FIXED), len(told(made, Status.EXISTING))) == ([], [], 1)


def test_a_module_of_another_name_is_the_same_module(compare: Compare) -> None:
    session = "".join(f"class Session{number}:\n    name = {number}\n" for number in range(9))
    before = LAYERED | {
        "app/infrastructure/session.py": session,
        "app/domain/job.py": "from app.infrastructure.session import Session1\n",
    }
    after = {path: text for path, text in before.items() if path != "app/infrastructure/session.py"} | {
        "app/infrastructure/sessions.py": session,
        "app/domain/job.py": "from app.infrastructure.sessions import Session1\n",
    }
    made = compare(before, after)
    assert (introduced(made), told(made, Status.FIXED), len(told(made, Status.EXISTING))) == ([], [], 1)


def test_an_error_that_comes_to_be_one_of_http_is_told_where_it_is_raised(compare: Compare) -> None:
    before = {
        "app/__init__.py": "",
        "app/errors.py": "class NotFound(Exception): ...\n",
        "app/use_cases/find.py": "from app.errors import NotFound\n\n\ndef find() -> None:\n    raise NotFound\n",
    }
    after = "from fastapi import HTTPException\n\n\nclass NotFound(HTTPException): ...\n"
    found = only(compare(before, before | {"app/errors.py": after}))
    assert (found.rule, found.path, found.key) == ("http-error-outside-api", "app/use_cases/find.py", "NotFound")
    assert found.anchor == Anchor("app/errors.py", 4)


PORT = "from abc import ABC\n\n\nclass JobRepository(ABC):\n    def find(self) -> int:\n        return 1\n"
PORTS = {
    "app/__init__.py": "",
    "app/domain/jobs.py": PORT,
    "app/infrastructure/jobs.py": "from app.domain.jobs import JobRepository\n\n\nclass Jobs(JobRepository): ...\n",
}
LONELY = "class BillRepository:\n    def find(self) -> int:\n        return 1\n"


def of_ports(repository: Builder, before: Files, after: Files) -> Review:
    base, head = repository.commit(dict(before)), repository.commit(dict(after))
    flags = {"select": "repository-without-port,project-fact-changed"}
    return review(Request(repository.root, merge_base=base, head=head, flags=flags)).review


def test_the_first_port_turns_no_old_repository_into_news(repository: Builder) -> None:
    before = {"app/__init__.py": "", "app/infrastructure/bills.py": LONELY}
    made = of_ports(repository, before, before | PORTS | {"app/infrastructure/bills.py": LONELY + "x = 1\n"})
    assert [found.rule for found in made.shown] == ["project-fact-changed"]
    assert "has a repository that implements a port" in made.shown[0].message


def test_a_port_that_is_none_any_more_leaves_its_repositories_without_one(repository: Builder) -> None:
    bills = "from app.domain.bills import BillRepository\n\n\nclass Bills(BillRepository):\n    name = ''\n"
    before = PORTS | {"app/infrastructure/bills.py": bills, "app/domain/bills.py": PORT.replace("Job", "Bill")}
    after = before | {"app/domain/bills.py": LONELY}
    made = of_ports(repository, before, after)
    assert [(found.rule, found.path) for found in made.shown] == [
        ("repository-without-port", "app/infrastructure/bills.py")
    ]


KEY = """
from sqlalchemy import Column, ForeignKey, Integer
from app.models import Base

class Note(Base):
    __tablename__ = "notes"
    id = Column(Integer, primary_key=True)
    job_id = Column(ForeignKey("jobs.id"))
"""
INDEXED = "from sqlalchemy import Index\nfrom app.notes import Note\n\nIndex('ix_notes_job', Note.job_id)\n"


def test_an_index_that_goes_from_another_file_is_told_where_it_went(compare: Compare) -> None:
    before = {**PROJECT, "app/notes.py": KEY, "app/indexes.py": INDEXED}
    found = only(compare(before, before | {"app/indexes.py": INDEXED.replace("Note.job_id", "Note.id")}))
    assert (found.name, found.path, found.key) == ("foreign-key-without-index", "app/notes.py", "job_id")
    assert found.anchor == Anchor("app/indexes.py", 4)
    assert found.related[1].message == "`Note.job_id` has no index any more, by this change."


def test_an_index_of_the_model_that_goes_is_told_beside_it_and_one_that_comes_mends_it(compare: Compare) -> None:
    arguments = KEY.replace('"notes"\n', '"notes"\n    __table_args__ = (Index("ix", "job_id"),)\n')
    arguments = arguments.replace("ForeignKey,", "ForeignKey, Index,")
    before, after = {**PROJECT, "app/notes.py": arguments}, {**PROJECT, "app/notes.py": KEY}
    assert introduced(compare(before, after)) == [("foreign-key-without-index", "Note")]
    assert told(compare(after, before), Status.FIXED) == [("foreign-key-without-index", "Note")]


def test_a_key_that_was_without_an_index_stays_so_when_its_model_changes(compare: Compare) -> None:
    before = {**PROJECT, "app/notes.py": KEY}
    made = compare(before, before | {"app/notes.py": KEY + "    text = Column(Integer)\n"})
    assert (introduced(made), told(made, Status.EXISTING)) == ([], [("foreign-key-without-index", "Note")])
