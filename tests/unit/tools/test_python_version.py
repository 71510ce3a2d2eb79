"""Which Python a project is for."""

import pytest

from reviewer.tools.python_version import oldest_minor


@pytest.mark.parametrize(
    ("asked", "minor"),
    [
        (">=3.11", 11),
        (">=3.11.4,<4", 11),
        ("==3.13.*", 13),
        ("~=3.12", 12),
        (">3.11", 11),
        ("<4", 7),
        ("three", None),
        ("", None),
    ],
)
def test_it_is_the_oldest_that_the_project_supports(asked: str, minor: int | None) -> None:
    assert oldest_minor(f'[project]\nrequires-python = "{asked}"\n'.encode()) == minor


def test_poetry_has_a_sign_of_its_own() -> None:
    assert oldest_minor(b'[tool.poetry.dependencies]\npython = "^3.12"\n') == 12


@pytest.mark.parametrize("content", [b"[project", b"\xff", b"project = 1\n", b"[project]\nrequires-python = 3\n", None])
def test_what_does_not_say_says_nothing(content: bytes | None) -> None:
    assert oldest_minor(content) is None
