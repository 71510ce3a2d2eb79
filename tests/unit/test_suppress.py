"""Comments that hide findings: what they are about, what they leave, and which of them hide nothing."""

from textwrap import dedent

import pytest

from reviewer.config import Config
from reviewer.index import Index
from reviewer.model import Change, ChangeKind, Extent, Finding, Suppression
from reviewer.sides import Side, review
from reviewer.suppress import added
from reviewer.workers import Limits

LONG = "    step()\n" * 30


class Files:
    """A tree of files in memory."""

    def __init__(self, **files: str) -> None:
        self._files = {f"app/{name}.py": text for name, text in files.items()}
        self.paths = tuple(sorted(self._files))

    def read(self, path: str) -> bytes:
        return self._files[path].encode()


def side(code: str, **settings: object) -> Side:
    """A file `app/a.py`, reviewed."""
    tree = Files(a=code)
    config = Config(**settings)  # type: ignore[arg-type]  # settings of any type
    made = Side(tree, Index(tree.paths, tree.read, config), config)  # type: ignore[arg-type]  # no more of a tree
    review([(made, "app/a.py", "app/a.py")], Limits())
    return made


def left(code: str, **settings: object) -> list[tuple[str, str]]:
    """The findings that no comment hides, by rule and symbol or key."""
    made = side(code, **settings)
    return [(each.rule, each.symbol or each.key) for each in made.findings if not made.hides(each)]


def unused(code: str, **settings: object) -> list[Finding]:
    return [each for each in side(code, **settings).findings if each.rule == "unused-suppression"]


@pytest.mark.parametrize(
    "code",
    [
        # On the line, in the head of a function or class for all of it, in front of the statement, for the file.
        "def load(key): ...  # reviewer: ignore[missing-type-hint] legacy\n",
        "def load(  # reviewer: ignore[missing-type-hint] legacy\n    key,\n): ...\n",
        "def load(\n    key,  # reviewer: ignore[missing-type-hint] legacy\n): ...\n",
        "class A:  # reviewer: ignore[missing-type-hint] legacy\n    x = 1\n\n    def load(self, key): ...\n",
        "# reviewer: ignore[missing-type-hint] legacy\ndef load(key): ...\n",
        "# reviewer: ignore[missing-type-hint] legacy\n# more\n\n@decorated\nclass A:\n    def load(self, key): ...\n",
        "@decorated  # reviewer: ignore[missing-type-hint] legacy\ndef load(key): ...\n",
        "x = 1\n# reviewer: ignore[missing-type-hint]\nif x:\n    def load(key): ...\n",
        "def load(key): ...\n\n# reviewer: ignore-file[missing-type-hint] legacy\n",
        # Several rules, other blanks, behind another comment.
        "def load(key): ...  #reviewer:ignore[ nested-too-deep , missing-type-hint ]\n",
        "def load(key): ...  # noqa: ANN001  # reviewer: ignore[missing-type-hint] legacy\n",
        "class A:\n    # reviewer: ignore[missing-type-hint] legacy\n    def load(self, key): ...\n    x = 1\n",
    ],
)
def test_a_comment_hides_what_it_is_about(code: str) -> None:
    assert [each for each in left(code) if each[0] != "unused-suppression"] == []


@pytest.mark.parametrize(
    "code",
    [
        "# reviewer: ignore[missing-type-hint] legacy\nx = 1\ndef load(key): ...\n",
        "x = 1  # reviewer: ignore[missing-type-hint] legacy\ndef load(key): ...\n",
        "def load(key): ...\n# reviewer: ignore[missing-type-hint] legacy\n",
        "def load(key): ...  # reviewer: ignore[function-too-long] legacy\n",
        "def load(key): ...  # reviewer: ignore missing-type-hint\n",
        "def load(key): ...  # ignore[missing-type-hint]\n",
        "x = '# reviewer: ignore-file[missing-type-hint] legacy'\ndef load(key): ...\n",
    ],
)
def test_a_comment_hides_nothing_else(code: str) -> None:
    assert ("missing-type-hint", "load") in left(code)


def test_a_comment_inside_brackets_is_about_the_next_row() -> None:
    code = dedent(
        """
        from app.models import (
            # reviewer: ignore[unused-suppression] no rule of imports here
            Job,
        )
        """
    )
    (suppression,) = side(code).outcome.suppressions
    assert (suppression.line, suppression.column, suppression.extent) == (3, 5, Extent(4, 4))


@pytest.mark.parametrize(
    ("row", "extent"), [(1, Extent(1, 4)), (2, Extent(2, 2)), (3, Extent(3, 3)), (4, Extent(1, 4))]
)
def test_a_comment_within_a_statement_is_about_its_row_and_on_its_ends_about_all_of_it(
    row: int, extent: Extent
) -> None:
    rows = ["from app.models import (", "    Job,", "    User,", ")"]
    rows[row - 1] += "  # reviewer: ignore[orm-model-outside-repository] old"
    (suppression,) = side("\n".join(rows) + "\n").outcome.suppressions
    assert suppression.extent == extent


def test_what_a_comment_does_not_hide_is_told_for_each_rule() -> None:
    code = "def load(key): ...  # reviewer: ignore[missing-type-hint, function-too-long, mising-type-hint] legacy\n"
    assert [(each.key, each.params["because"]) for each in unused(code)] == [
        ("function-too-long", "`function-too-long` finds nothing there"),
        ("mising-type-hint", "there is no rule `mising-type-hint`, the nearest is `missing-type-hint`"),
    ]
    (bare,) = unused("x = 1  # reviewer: ignore\n")
    assert "names no rule" in bare.message
    assert (bare.span and (bare.span.line, bare.span.column)) == (1, 8)


def test_a_rule_that_did_not_run_is_not_judged() -> None:
    code = "x = 1  # reviewer: ignore[function-too-long] legacy\n"
    assert unused(code, ignore=("function-too-long",)) == []
    assert unused(code, ignore=("unused-suppression",)) == []
    assert unused(code, per_path={"app": {"ignore": ["function-too-long"]}}) == []


def test_a_reason_can_be_asked_for() -> None:
    bare, good = ("def load(key): ...  # reviewer: ignore[missing-type-hint]" + end for end in ("\n", " old\n"))
    assert [left(bare), left(bare, require_reason=True)] == [
        [],
        [("missing-type-hint", "load"), ("unused-suppression", "missing-type-hint")],
    ]
    assert left(good, require_reason=True) == []


def test_a_file_that_does_not_parse_can_be_left_out_as_a_whole() -> None:
    assert left("# reviewer: ignore-file[unparsable-file] a template\ndef {{ name }}(:\n") == []
    assert left("x = 1  # reviewer: ignore-file[unparsable-file] a template\ndef (:\n") == [("unparsable-file", "")]


def test_one_comment_hides_a_long_function_and_what_is_inside() -> None:
    code = "# reviewer: ignore[function-too-long, missing-type-hint] a script\ndef run():\n" + LONG
    assert left(code) == []


def comment(line: int, path: str = "app/a.py", reason: str = "old") -> Suppression:
    return Suppression(path, line, 1, ("class-too-long",), reason, Extent(line, line))


def test_a_comment_is_added_when_its_line_is_and_none_like_it_is_gone() -> None:
    changes = {"app/a.py": Change("app/a.py", ChangeKind.MODIFIED, lines=frozenset({5, 6}))}

    def homes(_: str) -> list[str]:
        return ["app/a.py", "app/b.py"]

    assert added([comment(3)], [], changes, homes) == ()
    assert added([comment(5)], [], changes, homes) == (comment(5),)
    assert added([comment(5)], [comment(3)], changes, homes) == ()
    assert added([comment(5)], [comment(3, "app/b.py")], changes, homes) == ()
    assert added([comment(3), comment(5)], [comment(3)], changes, homes) == (comment(5),)
    assert added([comment(5), comment(6)], [comment(3)], changes, homes) == (comment(6),)
    assert added([comment(5, reason="new")], [comment(3)], changes, homes) == (comment(5, reason="new"),)
