"""What is measured: the goals, each a row, and the rows that show how costs grow."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import corpus
from corpus import Corpus, Repository
from measure import Cost, Row, Run, cost
from peers import FIXIT, FLAKE8, PYLINT, RUFF, SEMGREP, WEMAKE, Peer

INSIDE = Path(__file__).with_name("inside.py")
# Not the folder that is reviewed is looked into for modules.
REVIEWER = (sys.executable, "-P", "-m", "reviewer")
# Every rule of ours, and no other tool beside them.
CHECK = (*REVIEWER, "check", "--select=all,advice", "--ignore=ruff,mypy,radon,coverage", "--fail-on=never")
CACHE = "XDG_CACHE_HOME"
PARSE = "bare parse_module"
NAMED = 10
RULES = (5, 20, 40, 100)


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured: files of the corpus, None for all; lines to grow by; files of the repository; how often."""

    files: int | None
    lines: tuple[int, ...]
    repository: int
    rounds: int
    starts: int

    @property
    def whole(self) -> str:
        """What the slice of the corpus is called."""
        return "whole corpus" if self.files is None else f"{self.files} files of the corpus"


@dataclass(frozen=True, slots=True)
class Rows:
    """All rows of a size, on slices that are made as they are needed."""

    corpus: Corpus
    size: Size

    def goals(self) -> Iterator[Row]:
        """The rows of the table of goals."""
        files = self.corpus.files()
        if self.size.files:
            files = corpus.first(files, self.size.files)
        folder = self.corpus.slice("whole", files)
        yield from self._whole(folder)
        yield from self._named(folder, [*files][:NAMED])
        yield from self._pull_request(self.corpus.repository(self.size.repository))
        version = _of((*REVIEWER, "--version"), folder)
        starts = self.size.starts
        nothing = _of((sys.executable, "-c", "pass"), folder)
        yield Row("reviewer --version", "wall", version, "python -c pass", nothing, goal=5, rounds=starts)
        engine, fewer = (_of((sys.executable, str(INSIDE), "engine", ".", count), folder) for count in ("100", "20"))
        yield from self._linear()
        yield Row("100 rules", "cpu", engine, "20 rules", fewer, goal=1.25, rounds=self.size.rounds)

    def growth(self) -> Iterator[Row]:
        """Rows without a goal: in lines, in rules, in processes."""
        rounds = self.size.rounds
        files = self.corpus.files(corpus.MORE)
        for lines in self.size.lines:
            folder = self.corpus.slice(f"lines-{lines}", corpus.with_lines(files, lines))
            ours = _fresh((*CHECK, "--processes=1", "."), folder)
            yield Row(f"{lines:,} lines", "cpu", ours, PARSE, _parse(folder), rounds=rounds)
        folder = self.corpus.slice("rules", corpus.first(files, self.size.files or 200))
        for count in RULES:
            ours = _of((sys.executable, str(INSIDE), "engine", ".", str(count)), folder)
            yield Row(f"{count} rules", "cpu", ours, PARSE, _parse(folder), rounds=rounds)
        one, two = (_fresh((*CHECK, f"--processes={number}", "."), folder) for number in (1, 2))
        for figure in ("wall", "cpu"):
            yield Row(f"2 processes, {figure}", figure, two, "1 process", one, rounds=rounds)

    def _whole(self, folder: Path) -> Iterator[Row]:
        rounds = self.size.rounds
        work = f"cold, {self.size.whole}"
        cold = _fresh((*CHECK, "."), folder)
        yield Row(work, "cpu", cold, PARSE, _parse(folder), goal=1.25, rounds=rounds)
        for peer, goal in ((FIXIT, 1 / 15), (WEMAKE, 1 / 8), (PYLINT, 1 / 8), (FLAKE8, 0.8), (SEMGREP, 0.8)):
            yield Row(work, "wall", cold, peer.name, self._peer(peer, folder), goal=goal, rounds=rounds)
        unchanged = _kept((*CHECK, "."), folder)
        work = f"nothing changed, {self.size.whole}"
        yield Row(work, "wall", unchanged, RUFF.name, self._peer(RUFF, folder), goal=0.5, rounds=rounds)
        yield Row("peak of a process", "memory", cold, goal=120, rounds=rounds)

    def _named(self, folder: Path, paths: list[str]) -> Iterator[Row]:
        cold = _fresh((*CHECK, *paths), folder)
        for peer, goal in ((FIXIT, 1 / 6), (FLAKE8, 1.5)):
            theirs = self._peer(peer, folder, *paths)
            yield Row("10 files by path", "wall", cold, peer.name, theirs, goal=goal, rounds=self.size.rounds)

    def _pull_request(self, repository: Repository) -> Iterator[Row]:
        command = (*CHECK, f"--merge-base={repository.base}")
        asked, before = ((*command, f"--head={head}") for head in (repository.head, repository.other))
        folder, rounds = repository.folder, self.size.rounds
        work = f"10 files changed of {self.size.repository:,}, index"
        yield Row(f"{work} warm", "wall", _after(before, asked, folder), goal=1.2, rounds=rounds)
        yield Row(f"{work} cold", "wall", _fresh(asked, folder), goal=3, rounds=rounds)

    def _linear(self) -> Iterator[Row]:
        """What a line costs among many, against one among fewer."""
        files = self.corpus.files(corpus.MORE)
        fewer, many = (
            _each(_fresh((*CHECK, "."), self.corpus.slice(f"lines-{lines}", corpus.with_lines(files, lines))), lines)
            for lines in self.size.lines[-2:]
        )
        work, against = (f"1,000 of {lines:,} lines" for lines in reversed(self.size.lines[-2:]))
        yield Row(work, "cpu", many, against, fewer, goal=1.1, rounds=self.size.rounds)

    def _peer(self, peer: Peer, folder: Path, *paths: str) -> Run:
        return lambda: peer.run(self.corpus.cache, folder, paths or (".",))


def _of(command: tuple[str, ...], folder: Path) -> Run:
    return lambda: cost(command, folder, {})


def _each(run: Run, lines: int) -> Run:
    """Its cost for each 1,000 lines."""

    def part() -> Cost:
        whole = run()
        return Cost(whole.wall * 1_000 / lines, whole.cpu * 1_000 / lines, whole.memory)

    return part


def _parse(folder: Path) -> Run:
    return _of((sys.executable, str(INSIDE), "parse", "."), folder)


def _fresh(command: tuple[str, ...], folder: Path) -> Run:
    """With nothing kept of any run before."""
    return _after(command[:0], command, folder)


def _after(before: tuple[str, ...], command: tuple[str, ...], folder: Path) -> Run:
    """With what one run of another command keeps, which is none of the cost."""

    def run() -> Cost:
        with TemporaryDirectory() as home:
            if before:
                cost(before, folder, {CACHE: home})
            return cost(command, folder, {CACHE: home})

    return run


def _kept(command: tuple[str, ...], folder: Path) -> Run:
    """With what a run of the same on the same files keeps."""
    return _after(command, command, folder)
