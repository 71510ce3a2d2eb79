"""The note about facts of the whole project, and what it is not worth to ask for."""

from itertools import pairwise

from reviewer.aim import Request
from reviewer.index import Index
from reviewer.pipeline import review
from reviewer.project_facts import ProjectFactChanged
from tests.repositories import Builder
from tests.unit.index.project import index_of

REPOSITORY = {"app/repositories/job.py": "class JobRepository:\n    def find(self): ...\n"}
BASE = "from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase): ...\n"
MODEL = {"app/models.py": f"{BASE}class Job(Base): ...\n"}


def read_of(index: Index) -> set[str]:
    """The files whose facts an index has read."""
    return set(index._reading._facts)


def told(before: Index, after: Index) -> list[str]:
    return [finding.message for finding in ProjectFactChanged().changed(before, after, ())]


def test_a_first_repository_is_told_where_there_are_models() -> None:
    assert "has a repository layer" in told(index_of(MODEL), index_of(MODEL | REPOSITORY))[0]
    assert "has no repository layer any more" in told(index_of(MODEL | REPOSITORY), index_of(MODEL))[0]
    assert told(index_of({}), index_of(REPOSITORY)) == []


def test_where_nothing_turned_over_the_project_is_not_searched_for_models() -> None:
    project = REPOSITORY | {f"app/z{number}.py": "x = 1\n" for number in range(20)}
    before, after = index_of(project), index_of(project)
    assert told(before, after) == []
    assert not {path for path in read_of(after) if path.startswith("app/z")}


def test_what_holds_of_a_project_is_told_of_the_change_that_brings_it_alone(repository: Builder) -> None:
    commits = [
        repository.commit({"app/a.py": "x = 1\n"}),
        repository.commit({"app/main.py": "from fastapi import FastAPI\n\napp = FastAPI()\n"}),
        repository.commit({"app/b.py": "x = 1\n"}),
    ]
    shown = []
    for base, head in pairwise(commits):
        made = review(
            Request(repository.root, merge_base=base, head=head, flags={"select": "app-without-middleware"})
        ).review
        shown.append([finding.rule for finding in made.shown])
    assert shown == [["app-without-middleware"], []]
