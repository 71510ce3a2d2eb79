"""The baseline: what it hides, how it shrinks and grows, and that git can merge it."""

import io
import json
import os
import sys
from collections.abc import Callable
from typing import Any

import pytest

from reviewer.baseline import Baseline, Entry, read, written
from reviewer.cli import main
from reviewer.errors import ConfigError
from reviewer.model import Confidence, Finding, Level, Span
from tests.repositories import Builder

LONG = "def {name}() -> None:\n" + "".join(f"    print({number})\n" for number in range(30))
NAME = "reviewer-baseline.txt"
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, repository: Builder) -> Run:
    for name in [name for name in os.environ if name.startswith("REVIEWER_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(repository.root)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))

    def run_here(*arguments: str) -> tuple[int, str]:
        code = main(list(arguments))
        out, err = capfdbinary.readouterr()
        return code, (out + err).decode()

    return run_here


def checked(run: Run, *arguments: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(run("check", "--format", "json", *arguments)[1])
    return document


def shown(document: dict[str, Any]) -> list[str]:
    return [finding["symbol"] for finding in document["findings"] if finding["shown"]]


def test_what_stands_is_written_down_and_hidden(run: Run, repository: Builder) -> None:
    repository.commit({"app/b.py": LONG.format(name="b"), "app/a.py": LONG.format(name="a")})
    assert run("baseline") == (0, f"{NAME}: 2 entries; 2 new\n")
    text = (repository.root / NAME).read_text()
    rows = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    assert [row[1:] for row in rows] == [["function-too-long", "app/a.py", "a"], ["function-too-long", "app/b.py", "b"]]
    document = checked(run, ".")
    assert (shown(document), document["counts"]["hidden: in the baseline"]) == ([], 2)
    repository.write("app/c.py", LONG.format(name="c"))
    assert shown(checked(run, ".")) == ["c"]
    assert run("baseline") == (1, f"{NAME}: 2 entries; 1 finding left out: --allow-growth takes them in\n")
    assert (repository.root / NAME).read_text() == text
    assert run("baseline", "--allow-growth") == (0, f"{NAME}: 3 entries; 1 new\n")
    assert shown(checked(run, ".")) == []


def test_what_is_gone_is_told_and_taken_out_when_asked(run: Run, repository: Builder) -> None:
    repository.commit({"app/a.py": LONG.format(name="a"), "app/b.py": LONG.format(name="b"), "app/c.py": "x = 1\n"})
    run("baseline")
    repository.write("app/a.py", "x = 1\n")
    (repository.root / "app/b.py").unlink()
    (notice,) = checked(run, ".")["problems"]
    assert (notice["kind"], notice["path"]) == ("stale-baseline", NAME)
    assert "2 of its entries no longer occur, `function-too-long` in app/a.py a and 1 more" in notice["message"]
    # A part of the project says nothing about the rest, and a rule that did not run says nothing.
    assert checked(run, "app/c.py", "--ignore", "function-too-long")["problems"][0]["message"].startswith("1 of")
    assert run("baseline") == (0, f"{NAME}: 2 entries; 2 no longer occur: --prune takes them out\n")
    assert run("baseline", "--prune") == (0, f"{NAME}: 0 entries; 2 taken out\n")


def test_a_file_that_is_renamed_keeps_its_entries(run: Run, repository: Builder) -> None:
    repository.commit({"app/a.py": LONG.format(name="a")})
    run("baseline")
    repository.git("mv", "app/a.py", "app/z.py")
    document = checked(run, ".")
    assert (shown(document), document["problems"]) == ([], [])
    assert run("baseline") == (0, f"{NAME}: 1 entry\n")
    assert "app/z.py" in (repository.root / NAME).read_text()


def test_entries_outside_of_the_files_named_stay(run: Run, repository: Builder) -> None:
    repository.commit({"app/a.py": LONG.format(name="a"), "lib/b.py": LONG.format(name="b")})
    run("baseline")
    repository.write("app/a.py", "x = 1\n")
    assert run("baseline", "--prune", "app") == (0, f"{NAME}: 1 entry; 1 taken out\n")
    assert shown(checked(run, ".")) == []


def test_on_a_change_the_baseline_is_the_bases_and_hides_nothing_that_is_introduced(
    run: Run, repository: Builder
) -> None:
    repository.commit({"app/a.py": LONG.format(name="a")})
    run("baseline")
    base = repository.commit()
    repository.write("app/b.py", LONG.format(name="b"))
    run("baseline", "--allow-growth")
    head = repository.commit({"app/a.py": LONG.format(name="a") + "\nx = 1\n"})
    document = checked(run, "--base", base, "--head", head)
    assert shown(document) == ["b"]
    assert document["counts"]["hidden: in the baseline"] == 1
    (notice,) = document["problems"]
    assert (notice["kind"], notice["path"]) == ("baseline-changed", NAME)
    # Mended and brought back: the entry was left behind.
    base = repository.commit({"app/a.py": "x = 1\n"})
    head = repository.commit({"app/a.py": LONG.format(name="a")})
    assert shown(checked(run, "--base", base, "--head", head)) == ["a"]


def test_a_file_that_could_not_be_read_keeps_its_entries_and_fails(run: Run, repository: Builder) -> None:
    repository.commit({"app/a.py": LONG.format(name="a")})
    run("baseline")
    repository.write("app/a.py", "x = 1\n" * 400_000)
    code, out = run("baseline", "--prune")
    assert (code, out.splitlines()[0]) == (2, f"{NAME}: 1 entry")


def test_the_place_of_the_baseline_is_configured(run: Run, repository: Builder) -> None:
    repository.commit({"app/a.py": LONG.format(name="a"), "reviewer.toml": 'baseline = "ci/known.txt"'})
    code, out = run("baseline")
    assert (code, "can't be written to" in out) == (2, True)
    (repository.root / "ci").mkdir()
    assert run("baseline")[0] == 0
    assert shown(checked(run, ".")) == []
    assert list((repository.root / "ci").iterdir()) == [repository.root / "ci/known.txt"]


def finding(path: str, symbol: str = "f", fingerprint: str = "a" * 20, key: str = "") -> Finding:
    span = Span(1, 1, 1, 2)
    return Finding(
        "rule", Level.ERROR, Confidence.HIGH, "text", path, span, symbol=symbol, key=key, fingerprint=fingerprint
    )


def test_it_is_written_sorted_and_read_back_whatever_the_names() -> None:
    found = [finding(path, key=key) for path in ("b\t\n.py", "a \udcff.py", "c.py") for key in ("", "k\tk")]
    entries = [Entry.of(each) for each in found]
    text = written(reversed(entries))
    assert read(text.encode(), "x") == tuple(sorted(set(entries)))
    assert text == written(entries)
    assert len(text.splitlines()) == 8


def test_two_baselines_that_git_put_together_are_one() -> None:
    one, other = Entry.of(finding("a.py")), Entry.of(finding("b.py", fingerprint="b" * 20))
    both = written([one]) + written([other]) + written([one])
    assert read(both.encode(), "x") == (one, other)


@pytest.mark.parametrize("line", ["<<<<<<< HEAD", "nonsense", "a" * 20, "a" * 20 + "\trule", "z" * 20 + "\ta\tb"])
def test_what_is_no_entry_is_named(line: str) -> None:
    with pytest.raises(ConfigError, match=r"line 3 of the baseline known\.txt is no entry"):
        read(f"# comment\n\n{line}\n".encode(), "known.txt")


def test_an_entry_goes_with_a_like_finding_only_if_its_own_file_is_gone() -> None:
    data = written([Entry.of(finding("a.py"))]).encode()
    moved = finding("b.py", fingerprint="b" * 20)
    here, gone = (Baseline(data, "x", [moved], {"b.py": frozenset()}, paths) for paths in (["a.py", "b.py"], ["b.py"]))
    assert (here.holds(moved), gone.holds(moved)) == (False, True)
