"""What we ask of git: commits, files and differences, whatever a user or a hostile repository has configured."""

import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from reviewer import process
from reviewer.errors import GitError, ToolError

TIMEOUT = 120.0
REGULAR = frozenset({"100644", "100755", "100664"})
PYTHON_FILES = ("*.py", "*.pyi")

# Settings that can start a program, or change what git writes; those given here win over every file.
SETTINGS = (
    "core.fsmonitor=false",
    "core.untrackedCache=false",
    "core.hooksPath=/dev/null",
    "core.quotePath=false",
    "credential.helper=",
    "diff.external=",
    "diff.suppressBlankEmpty=false",
    "diff.renameLimit=1000",
    "submodule.recurse=false",
)
# The user's own settings stay (`safe.directory` may come from there); no other `GIT_…` reaches git.
KEPT = (
    "GIT_CONFIG_",
    "GIT_CEILING_DIRECTORIES",
    "GIT_DISCOVERY_ACROSS_FILESYSTEM",
    "GIT_EXEC_PATH",
    "GIT_TEMPLATE_DIR",
)
DIFF_OPTIONS = (
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--no-relative",
    "--ignore-submodules=all",
    "--src-prefix=a/",
    "--dst-prefix=b/",
    "--diff-algorithm=myers",
    "--indent-heuristic",
    "--inter-hunk-context=0",
    # An attribute of the change itself must not hide its lines as binary.
    "--text",
    "--find-renames",
    "-O/dev/null",
    "--full-index",
    "--no-abbrev",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a commit."""

    path: str
    mode: str
    blob: str

    @property
    def regular(self) -> bool:
        """Whether this is a file, not a symbolic link or a submodule."""
        return self.mode in REGULAR


def environment() -> dict[str, str]:
    """The environment that git runs in: English, without prompts, and blind to redirections by `GIT_…`."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name.startswith(KEPT)
    }
    return inherited | {
        "LC_ALL": "C",
        "LANGUAGE": "",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "",
        "GIT_PAGER": "cat",
        "GIT_NO_REPLACE_OBJECTS": "1",
        # A partial clone fetches what it lacks; no other transport can be made to run a program.
        "GIT_ALLOW_PROTOCOL": "https",
    }


def git(args: Iterable[str], *, cwd: Path, feed: bytes = b"", settings: Iterable[str] = ()) -> process.Completed:
    """Run git; raises GitError when it is missing or refuses to look at this folder at all."""
    options = [option for setting in (*SETTINGS, *settings) for option in ("-c", setting)]
    try:
        completed = process.run(
            ["git", "--no-pager", *options, *args], cwd=cwd, input=feed, timeout=TIMEOUT, env=environment()
        )
    except ToolError as error:
        raise GitError(str(error)) from error
    if "dubious ownership" in completed.stderr:
        raise GitError(
            f"git does not trust the repository at {cwd}, because another user owns it. "
            f"If you do, run: git config --global --add safe.directory {cwd}"
        )
    return completed


class Repository:
    """A git repository; paths are relative to its root, with `/`. A bare one has commits alone."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._inert = self._inert_filters()

    @classmethod
    def discover(cls, path: Path) -> "Repository | None":
        """The repository around a path, None when there is none."""
        folder = nearest_folder(path)
        if not _is_worked_on(folder):
            return None
        completed = git(["rev-parse", "--show-toplevel"], cwd=folder)
        if completed.code:
            return None
        return cls(Path(os.fsdecode(completed.stdout.removesuffix(b"\n"))))

    @classmethod
    def containing(cls, path: Path) -> "Repository":
        """The repository around a path; raises GitError when there is none."""
        folder = nearest_folder(path)
        found = cls.discover(path) or (cls(folder) if _is_bare(folder) and not _is_worked_on(folder) else None)
        if found is None:
            reason = git(["rev-parse", "--show-toplevel"], cwd=nearest_folder(path)).stderr.strip()
            raise GitError(
                f"{path} is not inside a git repository with a working tree ({reason}). Run `git init` there, or name "
                "the files to review: reviewer check PATH"
            )
        return found

    @property
    def bare(self) -> bool:
        """Whether there is no working tree."""
        return not (self.root / ".git").exists()

    def default_branch(self) -> str:
        """The branch that changes are compared with when no base is named; a remote's branch goes first."""
        remote_head = self._run("symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD")
        configured = self._run("config", "--get", "init.defaultBranch")
        names = dict.fromkeys([_line(configured), "main", "master", "trunk", "develop"])
        local = [branch for name in names if name for branch in (f"origin/{name}", name)]
        for branch in (_line(remote_head), *local):
            if branch and self._commit(branch):
                return branch
        if not self._commit("HEAD"):
            raise self._unborn()
        raise GitError(
            f"No default branch was found in {self.root}: neither origin/HEAD nor main nor master exists. "
            "Name the base: reviewer check --base BRANCH"
        )

    def current_branch(self) -> str | None:
        """The branch that is checked out, None on a detached head."""
        return _line(self._run("symbolic-ref", "--quiet", "--short", "HEAD")) or None

    def remote(self) -> str | None:
        """The address of `origin`, None where there is none."""
        return _line(self._run("config", "--get", "remote.origin.url")) or None

    def resolve(self, rev: str) -> str:
        """The commit id of a revision; a branch that only `origin` has is found too."""
        commit = self._commit(rev) or self._commit(f"origin/{rev}")
        if commit:
            return commit
        if not self._commit("HEAD"):
            raise self._unborn()
        hint = f" This clone is shallow: fetch it with `git fetch --depth=1 origin {rev}`." if self.shallow() else ""
        raise GitError(
            f"{rev!r} is no commit of {self.root}. Fetch it, or name another one with --base or --head.{hint}"
        )

    def _unborn(self) -> GitError:
        return GitError(
            f"The branch checked out in {self.root} has no commits yet. Commit something first, or name the files to "
            "review: reviewer check PATH"
        )

    def shallow(self) -> bool:
        """Whether the history is cut off."""
        return _line(self._run("rev-parse", "--is-shallow-repository")) == "true"

    def merge_base(self, first: str, second: str) -> str:
        """The commit where two histories part."""
        found = _line(self._run("merge-base", first, second))
        if found:
            return found
        if self.shallow():
            raise GitError(
                f"This clone is shallow and lacks the commit where {first[:12]} and {second[:12]} part. "
                "Fetch the whole history (`fetch-depth: 0` of actions/checkout, or `git fetch --unshallow`), "
                "or name a base with --base."
            )
        raise GitError(
            f"{first[:12]} and {second[:12]} have no common history. Name a base that the head grew from: "
            "reviewer check --base BRANCH"
        )

    def files(self, patterns: Iterable[str] = PYTHON_FILES) -> tuple[str, ...]:
        """The regular files of the working tree, tracked or not, that `.gitignore` does not hide; sorted."""
        output = self._output("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns)
        return tuple(sorted(path for path in set(_paths(output)) if _regular(self.root / path)))

    def follows(self, path: str) -> bool:
        """Whether the index has this path, something below it, or a link on the way to it."""
        folders = [path, *(str(folder) for folder in PurePosixPath(path).parents if folder.parts)]
        if self._output("ls-files", "-z", "--", f":(top,literal){path}"):
            return True
        return any(
            _paths(self._output("ls-files", "-z", "--", f":(top,literal){folder}")) == [folder] for folder in folders
        )

    def untracked(self, patterns: Iterable[str] = PYTHON_FILES) -> tuple[str, ...]:
        """The regular files that git does not follow and `.gitignore` does not hide; sorted."""
        output = self._output("ls-files", "-z", "--others", "--exclude-standard", "--", *patterns)
        return tuple(sorted(path for path in _paths(output) if _regular(self.root / path)))

    def files_at(self, sha: str) -> tuple[Entry, ...]:
        """All entries of a commit's tree."""
        records = self._output("ls-tree", "-r", "-z", "--full-tree", sha).split(b"\0")
        return tuple(_entry(record) for record in records if record)

    def sizes(self, ids: Iterable[str]) -> dict[str, int]:
        """The sizes of blobs in bytes; those that the repository lacks are left out."""
        wanted = "".join(f"{blob}\n" for blob in dict.fromkeys(ids))
        lines = self._output("cat-file", "--batch-check", feed=wanted.encode()).decode().splitlines()
        return {name: int(size) for name, kind, size in map(_header, lines) if kind == "blob"}

    def read_blobs(self, ids: Iterable[str]) -> dict[str, bytes]:
        """The contents of blobs; those that the repository lacks are left out."""
        wanted = "".join(f"{blob}\n" for blob in dict.fromkeys(ids))
        output = self._output("cat-file", "--batch", feed=wanted.encode())
        contents: dict[str, bytes] = {}
        position = 0
        while position < len(output):
            end = output.index(b"\n", position)
            name, kind, size = _header(output[position:end].decode())
            position = end + 1
            if kind != "missing":
                contents[name] = output[position : position + int(size)]
                position += int(size) + 1
        return contents

    def files_staged(self) -> tuple[Entry, ...]:
        """All entries that the next commit will hold; raises GitError while a merge is not settled."""
        records = self._output("ls-files", "--stage", "-z", "--full-name").split(b"\0")
        entries = [_staged(record) for record in records if record]
        if unmerged := next((entry.path for entry, stage in entries if stage), None):
            raise GitError(f"{unmerged} has conflicts in {self.root}: settle the merge, stage the file, and run again")
        return tuple(entry for entry, _ in entries)

    def diff(
        self, base: str, head: str | None, patterns: Iterable[str] = PYTHON_FILES, *, staged: bool = False
    ) -> bytes:
        """What `changes.parse` reads: raw records, then the patch; without a head of the working tree or the index."""
        revisions = ["--cached"] * staged + ([base] if head is None else [base, head])
        return self._output("diff", "--raw", "-z", "--patch", "--unified=3", *DIFF_OPTIONS, *revisions, "--", *patterns)

    def _commit(self, rev: str) -> str | None:
        if rev.startswith("-"):
            return None
        return _line(self._run("rev-parse", "--verify", "--quiet", f"{rev}^{{commit}}")) or None

    def _run(self, *args: str, feed: bytes = b"") -> process.Completed:
        return git(args, cwd=self.root, feed=feed, settings=self._inert)

    def _output(self, *args: str, feed: bytes = b"") -> bytes:
        completed = self._run(*args, feed=feed)
        if completed.code:
            reason = completed.stderr.strip() or f"exit code {completed.code}"
            raise GitError(f"`git {args[0]}` failed in {self.root}: {reason}")
        return completed.stdout

    def _inert_filters(self) -> tuple[str, ...]:
        # A content filter is a program that the repository's own configuration names.
        listed = git(["config", "--name-only", "-z", "--get-regexp", r"^filter\."], cwd=self.root).stdout
        names = {os.fsdecode(key).rpartition(".")[0] for key in listed.split(b"\0") if key}
        if any("=" in name for name in names):
            raise GitError(f"The configuration of the repository at {self.root} names a filter with `=`. Remove it.")
        values = {"clean": "", "smudge": "", "process": "", "required": "false"}
        return tuple(f"{name}.{key}={value}" for name in sorted(names) for key, value in values.items())


def _is_worked_on(folder: Path) -> bool:
    """Whether a folder lies in a working tree: what looks like a bare repository there might be a trap."""
    return any((place / ".git").exists() for place in (folder, *folder.parents))


def _is_bare(folder: Path) -> bool:
    return (folder / "HEAD").is_file() and (folder / "objects").is_dir() and (folder / "refs").is_dir()


def nearest_folder(path: Path) -> Path:
    """The path itself, or the nearest folder above it that exists."""
    place = path.absolute()
    return next(folder for folder in (place, *place.parents) if folder.is_dir())


def _line(completed: process.Completed) -> str:
    return "" if completed.code else os.fsdecode(completed.stdout).strip()


def _paths(output: bytes) -> list[str]:
    return [os.fsdecode(path) for path in output.split(b"\0") if path]


def _regular(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except PermissionError:
        # Whoever reads it will say that it can't be read.
        return True
    except OSError:
        return False


def _entry(record: bytes) -> Entry:
    about, _, path = record.partition(b"\t")
    mode, _, blob = about.decode().split(" ")
    return Entry(os.fsdecode(path), mode, blob)


def _staged(record: bytes) -> tuple[Entry, int]:
    about, _, path = record.partition(b"\t")
    mode, blob, stage = about.decode().split(" ")
    return Entry(os.fsdecode(path), mode, blob), int(stage)


def _header(line: str) -> tuple[str, str, str]:
    name, kind, *size = line.split(" ")
    return name, kind, size[0] if size else "0"
