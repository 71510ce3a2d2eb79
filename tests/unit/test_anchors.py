"""Where in the diff a finding is shown."""

import pytest

from reviewer.anchors import anchored, around
from reviewer.index.reach import Cause
from reviewer.model import WHOLE_FILE, Anchor, Change, ChangeKind, Edit, Extent, FileAnchor, Fix, Span

SPAN, EXTENT = Span(10, 5, 10, 9), Extent(10, 40)
CAUSE = Cause("app/models.py", 3, "Job", "is an ORM model now")


def change(lines: set[int], *hunks: tuple[int, int], path: str = "app/a.py") -> Change:
    shown = tuple(Extent(first, last) for first, last in hunks)
    return Change(path, ChangeKind.MODIFIED, lines=frozenset(lines), hunks=shown)


@pytest.mark.parametrize(
    ("own", "cause", "expected"),
    [
        # Its own line, where the diff shows it.
        (change({12}, (9, 15)), None, Anchor("app/a.py", 10)),
        (change({12}, (9, 15)), CAUSE, Anchor("app/a.py", 10)),
        # The nearest changed line of its extent, or one beside deleted lines.
        (change({30, 38}, (27, 41)), None, Anchor("app/a.py", 30)),
        (change(set(), (20, 25)), None, Anchor("app/a.py", 20)),
        (change({30}, (27, 33)), CAUSE, Anchor("app/a.py", 30)),
        # The line that caused it, then a file.
        (change({50}, (47, 53)), CAUSE, Anchor("app/models.py", 3)),
        (None, CAUSE, Anchor("app/models.py", 3)),
        (change({50}, (47, 53)), None, FileAnchor("app/a.py")),
        (change({30}), None, FileAnchor("app/a.py")),
        (None, Cause("app/models.py", 90, "Job", ""), FileAnchor("app/models.py")),
        (None, None, None),
        (Change("app/a.py", ChangeKind.DELETED), None, None),
    ],
)
def test_the_best_place_is_taken(own: Change | None, cause: Cause | None, expected: Anchor | FileAnchor | None) -> None:
    models = change({3}, (1, 6), path="app/models.py")
    changes = {each.path: each for each in (own, models) if each}
    assert anchored("app/a.py", SPAN, EXTENT, changes, cause) == expected


def test_what_is_about_a_file_without_changed_lines_stands_at_the_file() -> None:
    assert anchored("app/a.py", SPAN, WHOLE_FILE, {"app/a.py": change(set())}, None) == FileAnchor("app/a.py")


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        # The lines of the finding and of its fix, where the diff shows them in one piece.
        ([Span(8, 11, 8, 11)], Anchor("app/a.py", 10, 8)),
        ([Span(10, 1, 10, 4)], Anchor("app/a.py", 10)),
        ([Span(10, 1, 11, 1)], Anchor("app/a.py", 10)),
        ([Span(9, 1, 9, 2), Span(13, 1, 14, 2)], Anchor("app/a.py", 14, 9)),
        # An import far above, and more lines than a comment is about.
        ([Span(1, 1, 1, 1), Span(10, 1, 10, 4)], Anchor("app/a.py", 10)),
        ([Span(30, 1, 30, 1)], Anchor("app/a.py", 10)),
    ],
)
def test_a_comment_with_a_fix_is_about_its_lines_too(edits: list[Span], expected: Anchor) -> None:
    fix = Fix(safe=True, edits=tuple(Edit(span, "") for span in edits))
    shown = change({10}, (5, 40))
    assert around(Anchor("app/a.py", 10), "app/a.py", fix, shown) == expected
    elsewhere = Anchor("app/models.py", 3)
    assert around(elsewhere, "app/a.py", fix, shown) == elsewhere
    assert around(FileAnchor("app/a.py"), "app/a.py", fix, shown) == FileAnchor("app/a.py")
