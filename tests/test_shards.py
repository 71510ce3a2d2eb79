"""A review that several machines share is, byte for byte, that of one machine."""

import random
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviewer import merging, part, pipeline
from reviewer.aim import Request
from reviewer.pipeline import Reviewed
from reviewer.report import FORMATS, Background, render
from reviewer.shard import Shard
from tests.repositories import Builder
from tests.test_histories import Project, committed

FACTS = """
[tool.reviewer]
select = ["all", "advice"]
"""


def told(reviewed: Reviewed) -> dict[str, str]:
    """All reports of a review."""
    background = Background("1", reviewed.lines())
    return {name: render(name, reviewed.review, background) for name in FORMATS}


def shared(request: Request, total: int, **first: Any) -> Reviewed:  # noqa: ANN401  # of a request
    """The review as so many machines do it, each of which knows only what it is asked, and then the files of all."""
    files = {str(number): part.written(merging.part(request, Shard(number, total))) for number in range(1, total + 1)}
    return merging.merged(
        {name: part.read(text.encode(), name) for name, text in reversed(files.items())}, request.folder
    )


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32), steps=st.integers(1, 8), total=st.integers(1, 4))
def test_a_shared_review_of_a_change_is_that_of_one_machine(
    tmp_path_factory: pytest.TempPathFactory, seed: int, steps: int, total: int
) -> None:
    repository = Builder(tmp_path_factory.mktemp("history") / "repository")
    project = Project(random.Random(seed))  # noqa: S311  # chance that can be repeated
    base = committed(repository, project.written())
    for _ in range(steps):
        project.step()
    head = committed(repository, project.written())
    request = Request(repository.root, merge_base=base, head=head)
    assert told(shared(request, total)) == told(pipeline.review(request))
