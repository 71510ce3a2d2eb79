import inspect

import pytest

from reviewer.config import Config
from reviewer.index import Index
from reviewer.index.asked import Asked
from reviewer.index.facts import NOTHING
from reviewer.index.questions import Questions
from reviewer.source import UnreadableFile
from tests.unit.index.project import index_of

MODELS = """
    from sqlalchemy.orm import DeclarativeBase
    class Base(DeclarativeBase): ...
    class Job(Base): ...
"""


def test_a_file_is_read_once_and_only_when_it_is_needed() -> None:
    reads: list[str] = []

    def read(path: str) -> bytes:
        reads.append(path)
        return b"from b import Job\n" if path == "a.py" else b"class Job: ...\n"

    index = Index(["a.py", "b.py", "c.py", "notes.txt"], read, Config())

    assert reads == []
    assert index.qualified("a.py", "Job") == "b.Job"
    assert index.definition("a.py", "Job")
    assert index.definition("a.py", "Job")
    assert reads == ["a.py", "b.py"]
    assert index.module_paths() == ("a.py", "b.py", "c.py")


def test_what_cannot_be_read_has_no_facts() -> None:
    def read(path: str) -> bytes:
        raise PermissionError(path) if path == "a.py" else UnreadableFile(path)

    index = Index(["a.py", "b.py"], read, Config())

    assert index.facts("a.py") == NOTHING
    assert index.facts("b.py") == NOTHING
    assert index.facts("missing.py") == NOTHING
    assert index.definition("missing.py", "Job") is None
    assert index.orm_model("a.py", "Job") is None
    assert not index.has_orm_models()


def test_a_project_has_models_when_some_are_not_in_tests_or_migrations() -> None:
    assert index_of({"app/models.py": MODELS}).has_orm_models()
    assert not index_of({"tests/models.py": MODELS, "app/main.py": ""}).has_orm_models()
    assert not index_of({"alembic/env.py": "import alembic\n", "alembic/versions/one.py": MODELS}).has_orm_models()


def test_every_question_is_written_down_with_its_answer() -> None:
    index = index_of({"app/models.py": MODELS, "app/main.py": "from app.models import Job\n"})
    asked = Asked(index)

    assert asked.orm_model("app/main.py", "Job") == index.orm_model("app/main.py", "Job")
    assert asked.orm_model("app/main.py", "Base") is None
    assert asked.has_repositories() is False
    assert asked.record == {
        ("orm_model", "app/main.py", "Job"): index.orm_model("app/main.py", "Job"),
        ("orm_model", "app/main.py", "Base"): None,
        ("has_repositories",): False,
    }


def test_a_question_is_passed_on_once() -> None:
    first, second = index_of({"app.py": MODELS}), index_of({})
    asked = Asked(first)
    before = asked.definition("app.py", "Job")
    asked._index = second

    assert asked.definition("app.py", "Job") == before
    assert asked.definition("app.py", "Base") is None


def test_all_questions_can_be_asked_through_the_record() -> None:
    index = index_of({"app.py": MODELS})
    asked: Questions = Asked(index)
    names = [name for name, _ in inspect.getmembers(Questions, inspect.isfunction) if not name.startswith("_")]

    assert len(names) >= 12
    for name in names:
        arguments = ("app.py", "Job", "Job")[: len(inspect.signature(getattr(Questions, name)).parameters) - 1]
        assert getattr(asked, name)(*arguments) == getattr(index, name)(*arguments)
    assert isinstance(asked, Asked)
    assert {question[0] for question in asked.record} == set(names)


@pytest.mark.parametrize("module", [".models", "..pkg.models", "pkg.models", "pkg", ".", "other"])
def test_an_import_is_asked_about_by_itself(module: str) -> None:
    index = index_of(
        {"pkg/__init__.py": "from .models import Job\n", "pkg/models.py": MODELS, "pkg/app.py": "Job = 1\n"}
    )
    model = index.imported_model("pkg/app.py", module, "Job")

    assert (model is not None) is (module != "other")


def test_the_repository_s_own_index_finds_its_classes() -> None:
    index = index_of({"pkg/__init__.py": "from .a import One\n", "pkg/a.py": "class One: ...\n"})

    assert index.module_name("pkg/__init__.py") == "pkg"
    assert index.class_answer("pkg/a.py", "One") is not None
    assert index.immutability("pkg/__init__.py", "One").frozen is None
    assert index.value_object("pkg/a.py", "One") is None
    assert index.repository("pkg/a.py", "One") is None
    assert index.unit_of_work("pkg/a.py", "One") is None
    assert index.placement("pkg/a.py").layer is None


def test_thousands_of_bases_in_a_row_are_survived() -> None:
    classes = "".join(f"class C{number}(C{number - 1}): ...\n" for number in range(1, 3000))
    index = index_of({"app.py": f"from sqlalchemy.orm import DeclarativeBase as C0\n{classes}"})

    assert index.class_answer("app.py", "C2999")
    assert index.immutability("app.py", "C2999").frozen is None
    assert index.declarative_root("app.py", "C1")
