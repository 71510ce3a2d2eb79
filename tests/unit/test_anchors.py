"""Where in the diff a finding is shown."""

import pytest

from reviewer.anchors import anchored
from reviewer.index.reach import Cause
from reviewer.model import WHOLE_FILE, Anchor, Change, ChangeKind, Extent, FileAnchor, Span

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
