"""Random histories over real git: the difference equals what two whole checkouts, reviewed apart, say.

A project is made of functions whose names are never used twice, so that what two reviews of whole checkouts say of one
function can be compared by its name, without any of the code that compares here. A history moves, renames, re-indents,
reorders, edits, adds and deletes them.
"""

import random
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviewer.aim import Request
from reviewer.model import Finding, Status
from reviewer.pipeline import review
from tests.repositories import Builder

# A finding without its place: the rule and the function. Its facts: what was measured.
About = tuple[str, str]
Facts = dict[str, Any]


@dataclass(slots=True)
class Function:
    """A function with a body of some lines, some parameters without a hint, inside a block or not."""

    name: str
    lines: int
    hintless: list[str]
    hinted: list[str] = field(default_factory=list)
    indented: bool = False

    def code(self) -> str:
        """The function as it stands in a file."""
        parameters = ", ".join([*self.hintless, *(f"{name}: int" for name in self.hinted)])
        body = [f"    {self.name}_step_{number}()" for number in range(self.lines)]
        rows = [f"def {self.name}({parameters}) -> None:", *body]
        return "".join(f"{row}\n" for row in (["if True:", *(f"    {row}" for row in rows)] if self.indented else rows))


class Project:
    """Files of functions, and what can happen to them; every step is drawn from one source of chance."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.files: dict[str, list[Function]] = {f"app/part_{number}.py": [] for number in range(3)}
        self.made = 0
        for path in list(self.files):
            for _ in range(chance.randint(1, 4)):
                self.add(path)

    def written(self) -> dict[str, str]:
        """The files as they stand on disk."""
        return {path: "\n\n".join(each.code() for each in functions) for path, functions in self.files.items()}

    def step(self) -> None:
        """Let one thing happen."""
        steps = (
            *(self.add, self.delete, self.move, self.move_out, self.rename, self.rename_package),
            *(self.indent, self.reorder, self.grow, self.shrink, self.ask_more, self.hint),
        )
        self.chance.choice(steps)(self.chance.choice(sorted(self.files)))

    def add(self, path: str) -> None:
        self.made += 1
        hintless = [f"key_{number}" for number in range(self.chance.choice((0, 0, 1, 2)))]
        self.files[path].append(Function(f"task_{self.made}", self.chance.randint(18, 32), hintless))

    def delete(self, path: str) -> None:
        if self.files[path]:
            self.files[path].remove(self.chance.choice(self.files[path]))

    def move(self, path: str) -> None:
        if self.files[path]:
            function = self.chance.choice(self.files[path])
            self.files[path].remove(function)
            self.files[self.chance.choice(sorted(self.files))].append(function)

    def move_out(self, path: str) -> None:
        self.made += 1
        self.files[f"app/apart_{self.made}.py"] = []
        self.move(path)

    def rename(self, path: str) -> None:
        self.made += 1
        self.files[f"app/renamed_{self.made}.py"] = self.files.pop(path)

    def rename_package(self, _: str) -> None:
        self.made += 1
        self.files = {f"lib_{self.made}/{path.rpartition('/')[2]}": each for path, each in self.files.items()}

    def indent(self, path: str) -> None:
        for function in self.files[path]:
            function.indented = not function.indented

    def reorder(self, path: str) -> None:
        self.chance.shuffle(self.files[path])

    def grow(self, path: str) -> None:
        for function in self.files[path][:1]:
            function.lines += self.chance.randint(1, 4)

    def shrink(self, path: str) -> None:
        for function in self.files[path][:1]:
            function.lines -= self.chance.randint(1, 4)

    def ask_more(self, path: str) -> None:
        for function in self.files[path][:1]:
            function.hintless.append(f"more_{len(function.hintless)}_{self.made}")

    def hint(self, path: str) -> None:
        for function in self.files[path][:1]:
            if function.hintless:
                function.hinted.append(function.hintless.pop())


def committed(repository: Builder, files: dict[str, str]) -> str:
    """A commit of these files and no others."""
    if repository.git("ls-files"):
        repository.git("rm", "-r", "--quiet", "--cached", ".")
    for path in repository.root.rglob("*.py"):
        path.unlink()
    return repository.commit(files)


def whole(repository: Builder, commit: str) -> dict[About, Facts]:
    """What a review of a whole checkout finds, by rule and function."""
    repository.git("switch", "--quiet", "--detach", commit)
    made = review(Request(repository.root, (Path(),)))
    return {about(finding): dict(finding.facts) for finding in made.review.findings}


def about(finding: Finding) -> About:
    return finding.rule, finding.symbol


def expected(before: dict[About, Facts], after: dict[About, Facts]) -> dict[Status, set[About]]:
    """The difference of two reviews by name alone."""
    found: defaultdict[Status, set[About]] = defaultdict(set)
    for name, facts in after.items():
        new = name not in before or set(facts.get("missing", ())) - set(before[name].get("missing", ()))
        found[Status.INTRODUCED if new else Status.EXISTING].add(name)
    found[Status.FIXED] = set(before) - set(after)
    return found


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32), steps=st.integers(1, 8))
def test_the_difference_is_that_of_two_whole_checkouts(
    tmp_path_factory: pytest.TempPathFactory,
    seed: int,
    steps: int,
) -> None:
    repository = Builder(tmp_path_factory.mktemp("history") / "repository")
    project = Project(random.Random(seed))  # noqa: S311  # chance that can be repeated
    base = committed(repository, project.written())
    for _ in range(steps):
        project.step()
    head = committed(repository, project.written())
    made = review(Request(repository.root, merge_base=base, head=head)).review
    found = {status: {about(each) for each in made.findings if each.status is status} for status in Status}
    wanted = expected(whole(repository, base), whole(repository, head))
    assert found[Status.INTRODUCED] == wanted[Status.INTRODUCED]
    assert found[Status.FIXED] == wanted[Status.FIXED]
    # Files that the change does not touch are not looked through for what they have.
    assert found[Status.EXISTING] <= wanted[Status.EXISTING]
    assert len({each.fingerprint for each in made.findings if each.status is not Status.FIXED}) == made.counts["found"]
