"""Settings as text in a file that somebody keeps."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.adoption.proposal import Setting
from reviewer.adoption.written import appended, block
from reviewer.errors import ReviewerError

TEXT = '[tool.reviewer.ruff]\n# Why.\nconfig = "project"\n'
KEPT = [
    b"",
    b"\n",
    b"[project]\nname = 'shop'  # ours\n",
    b"[project]\nname = 'shop'",
    b"\xef\xbb\xbf[tool.ruff]\nline-length = 100\n",
    b"[project]\r\nname = 'shop'\r\n\r\n[tool]\r\n",
    b"# nothing but a remark\n",
]


@pytest.mark.parametrize("data", KEPT)
def test_all_that_a_file_held_is_still_there_and_first(data: bytes) -> None:
    made = appended(data, TEXT, "pyproject.toml")

    assert made.startswith(data)
    added = made.removeprefix(data).decode()
    assert added.replace("\r\n", "\n").lstrip("\n") == TEXT
    assert ("\r\n" in added) == (b"\r\n" in data)
    known = tomllib.loads(made.decode("utf-8-sig"))
    assert known["tool"]["reviewer"] == {"ruff": {"config": "project"}}


@pytest.mark.parametrize("data", [b"tool = { ruff = { line-length = 100 } }\n", b"tool = 1\n"])
def test_a_file_that_takes_no_table_at_its_end_is_an_error_with_the_lines(data: bytes) -> None:
    with pytest.raises(ReviewerError, match=r"pyproject\.toml takes no table at its end") as raised:
        appended(data, TEXT, "pyproject.toml")

    assert TEXT in str(raised.value)


names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)


@given(value=names | st.lists(names, min_size=1, max_size=12).map(tuple), prefix=st.sampled_from([(), ("tool", "x")]))
def test_every_value_reads_back_as_it_is(value: str | tuple[str, ...], prefix: tuple[str, ...]) -> None:
    settings = [Setting(("b", "c"), value, ("One line.",)), Setting(("a",), "first", ("Why " * 60,))]

    read = tomllib.loads(block(settings, prefix))
    for key in prefix:
        read = read[key]
    assert read == {"a": "first", "b": {"c": value if isinstance(value, str) else [*value]}}
