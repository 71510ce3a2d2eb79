"""`check --shard`, `merge` and `post` of several reports, as a user runs them."""

import os
from pathlib import Path

import pytest

from reviewer.cli import main
from reviewer.github.plan import Plan
from reviewer.model import Confidence, Finding, Level, Review
from reviewer.report.comment import Catalogue, Voice
from tests.repositories import Builder
from tests.test_shards import AFTER, BEFORE

LONG = "def {name}() -> None:\n" + "".join(f"    input({number})\n" for number in range(30))
POST = ("--repo", "ada/shop", "--pr", "7")


@pytest.fixture
def folder(repository: Builder, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a change that has findings, and the folder that the commands run in."""
    for name in [name for name in os.environ if name.startswith("REVIEWER_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("REVIEWER_IGNORE", "mypy")
    files = {path: text for path, text in BEFORE.items() if text is not None}
    repository.commit(files)
    repository.branch("change")
    for path, text in AFTER.items():
        (repository.root / path).unlink() if text is None else repository.write(path, text)
    repository.commit({"app/longer.py": LONG.format(name="longer")})
    monkeypatch.chdir(repository.root)
    return repository.root


def sharded(folder: Path, total: int, *arguments: str) -> list[str]:
    """The reports of so many machines."""
    places = [str(folder.parent / f"part-{number}.json") for number in range(1, total + 1)]
    for number, place in enumerate(places, start=1):
        assert main(["check", *arguments, "--shard", f"{number}/{total}", "--report", f"json={place}"]) == 0
    return places


@pytest.mark.parametrize(
    "arguments",
    [(), ("--base", "main", "--head", "change"), (".",), ("app", "--select", "function-too-long"), ("--staged",)],
    ids=" ".join,
)  # fmt: skip
@pytest.mark.parametrize("form", ["json", "text", "sarif"])
def test_what_is_merged_is_what_one_machine_says(
    folder: Path, capfdbinary: pytest.CaptureFixture[bytes], arguments: tuple[str, ...], form: str
) -> None:
    options = (*arguments, "--fail-on", "warning")
    code = main(["check", *options, "--format", form])
    alone = capfdbinary.readouterr()
    places = sharded(folder, 3, *options)
    said = capfdbinary.readouterr().out.decode()
    assert said.splitlines()[1].endswith("`reviewer merge` makes a review of all 3.")
    assert main(["merge", *places, "--format", form]) == code
    assert capfdbinary.readouterr() == alone
    assert code == (0 if arguments == ("--staged",) else 1)


@pytest.mark.parametrize(
    ("asked", "page"),
    [
        ((), "https://rules.example.com/rules/function-too-long.html"),
        (("--docs-url", "https://example.com/x/"), "https://example.com/x/rules/function-too-long.html"),
    ],
)
def test_a_link_in_a_comment_leads_to_the_teams_own_pages(
    folder: Path, monkeypatch: pytest.MonkeyPatch, asked: tuple[str, ...], page: str
) -> None:
    known: list[Catalogue] = []

    def planned(*given: Catalogue) -> Plan:
        known.append(given[-1])
        return Plan()

    monkeypatch.setattr("reviewer.cli.posting.poster.planned", planned)
    monkeypatch.setenv("REVIEWER_DOCS_URL", "https://rules.example.com")
    places = sharded(folder, 2, "--base", "main", "--head", "change")
    assert main(["post", *places, *POST, *asked, "--pages", "https://github.com/o/r/blob/v1/checks", "--plan"]) == 0
    finding = Finding("function-too-long", Level.WARNING, Confidence.HIGH, "Long.")
    assert f"[`function-too-long`]({page})" in Voice(catalogue=known[0]).comment(finding)


def test_an_address_that_is_none_of_a_site_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", ".", "--report", "json=whole.json"]) == 0
    assert main(["post", str(folder / "whole.json"), *POST, "--docs-url", "https://a.b/)x", "--plan"]) == 2
    assert "--docs-url https://a.b/)x: it takes the address of the folder" in capsys.readouterr().err


def test_several_reports_are_posted_as_the_one_that_they_make(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    posted: list[Review] = []

    def show(review: Review, _: str) -> int:
        posted.append(review)
        return 0

    monkeypatch.setattr("reviewer.cli.posting._show", show)
    monkeypatch.setattr("reviewer.cli.posting.poster.planned", lambda review, *_: review)
    options = ("--base", "main", "--head", "change")
    main(["check", *options, "--output", "whole.json", "--format", "json"])
    places = sharded(folder, 2, *options)
    assert main(["post", "whole.json", *POST, "--plan"]) == 0
    assert main(["post", *reversed(places), *POST, "--plan"]) == 0
    assert posted[0] == posted[1]
    # One of two is no report to post, and a review of its own is no part of another one.
    assert main(["post", places[0], *POST, "--plan"]) == 2
    assert main(["post", places[0], "whole.json", *POST, "--plan"]) == 2
    err = capsys.readouterr().err
    assert "there is no report of shard 2/2" in err
    assert "whole.json is no part of a review" in err
    assert len(posted) == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--shard", "1/2"), "only the merge of all shards tells"),
        (("--shard", "1/2", "--format", "markdown"), "only the merge of all shards tells"),
        (("--shard", "1/2", "--report", "json=a", "--report", "sarif=b"), "only the merge of all shards tells"),
        (("--shard", "3/2", "--format", "json"), "--shard 3/2: write K/N"),
        (("--shard", "1/2", "--format", "json", "--stdin-filename", "a.py"), "leave out --shard"),
    ],
)
def test_a_shard_writes_its_part_and_nothing_else(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str
) -> None:
    assert main(["check", *arguments]) == 2
    assert message in capsys.readouterr().err
    assert not (folder / "b").exists()


def test_reports_about_other_commits_are_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    places = sharded(folder, 2, "--base", "main", "--head", "change")
    assert main(["merge", *places, "--merge-base", "0" * 40]) == 2
    assert "compares with" in capsys.readouterr().err
    assert main(["merge", *places, "--head", "0" * 40]) == 2
    assert "is about" in capsys.readouterr().err


def test_what_could_not_be_reviewed_fails_the_merge(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "app" / "big.py").write_text("X = 1\n" * 400_000, encoding="utf-8")
    assert main(["merge", *sharded(folder, 2)]) == 2
    assert "app/big.py" in capsys.readouterr().out
