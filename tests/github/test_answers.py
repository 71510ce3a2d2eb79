"""Where GitHub's own patches let a comment stand."""

import pytest

from reviewer.github.answers import ChangedFile
from reviewer.model import Anchor

PATCH = "@@ -1,3 +1,4 @@ def f():\n a\n+b\n c\n d\n@@ -20 +21 @@\n-x\n+y\n@@ -30,2 +30,0 @@\n-x\n-y"


@pytest.mark.parametrize(
    ("line", "start", "refused"),
    [
        (1, None, False),
        (4, None, False),
        (5, None, True),
        (4, 1, False),
        (21, 4, True),
        (21, None, False),
        (30, None, True),
    ],
)
def test_a_comment_stands_inside_one_hunk(line: int, start: int | None, *, refused: bool) -> None:
    assert ChangedFile(filename="a.py", patch=PATCH).refuses(Anchor("a.py", line, start)) is refused


def test_a_patch_that_is_left_out_refuses_nothing() -> None:
    assert not ChangedFile(filename="a.py").refuses(Anchor("a.py", 5))
