"""What a run is aimed at: which files, as of when, compared with what, under which configuration."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from reviewer import changes
from reviewer.config import Config, load, matches
from reviewer.errors import ConfigError, ReviewerError
from reviewer.git import Repository
from reviewer.model import Change, ChangeKind, Comparison, Problem
from reviewer.source import CommitTree, Overlay, StagedTree, Tree, UnreadableFile, WorkingTree, counts, tree_around

# Where a configuration can stand, the one that counts first.
CONFIG_FILES = ("reviewer.toml", "pyproject.toml")
MOST_FIXES = 100
# As many digits of a commit as people read.
SHORT = 10


@dataclass(frozen=True, slots=True)
class Request:
    """What the user asked for; `flags` are settings given on the command line, None where not given.

    `base` is a commit whose merge base with the head is compared, `merge_base` one that is compared itself; `staged`
    asks for what the next commit will hold. `unsaved` is the content that an editor holds of a file that may not exist
    yet. `policy` is the commit whose configuration and baseline count: an author can choose what to branch from, but
    not the tip of the base. With `cache` results of former runs are taken, and those of this one kept. As many `fixes`
    are put to the proof at most; where nobody will see one, none is.

    `tools` names those to run beside the checks, `tool_report` is what some said in another job, and `coverage` a
    report of what tests ran, of the head or of the commit that `coverage_commit` names. With `trusted` plugins that
    the configuration trusts may be loaded: whoever runs us can be asked, and has no more rights than the code.
    """

    folder: Path
    paths: tuple[Path, ...] = ()
    base: str | None = None
    merge_base: str | None = None
    head: str | None = None
    staged: bool = False
    config: Path | None = None
    flags: Mapping[str, Any] = field(default_factory=dict)
    unsaved: tuple[Path, bytes] | None = None
    tools: frozenset[str] = frozenset()
    tool_report: bytes | None = None
    coverage: bytes | None = None
    coverage_commit: str | None = None
    trusted: bool = False
    policy: str | None = None
    cache: bool = False
    fixes: int = MOST_FIXES

    @property
    def compares(self) -> bool:
        """Whether a change is reviewed rather than whole files."""
        named = (self.base, self.merge_base, self.head)
        return self.staged or any(name is not None for name in named) or not (self.paths or self.unsaved)


@dataclass(frozen=True)
class Before:
    """What a change is compared with: the base's tree, and the changes by the head's path, a deletion's by the base's.

    `asked` says whether a path lies in what the user named.
    """

    tree: Tree
    changes: Mapping[str, Change]
    asked: Callable[[str], bool]

    @cached_property
    def paths(self) -> Mapping[str, str]:
        """The base's path of each changed file that was there before."""
        known = frozenset(self.tree.paths)
        kept = (change for change in self.changes.values() if change.kind is not ChangeKind.DELETED)
        old = {change.path: change.old_path or change.path for change in kept}
        return {path: before for path, before in old.items() if before in known}

    @property
    def named(self) -> tuple[str, ...]:
        """The head's paths that changed and were asked for, sorted.

        One that is missing from the working tree (of a sparse checkout, say) is a problem, not left out.
        """
        kept = (path for path, change in self.changes.items() if change.kind is not ChangeKind.DELETED)
        return tuple(sorted(path for path in kept if self.asked(path)))

    @cached_property
    def deleted(self) -> tuple[str, ...]:
        """The base's paths that the head does not have."""
        return tuple(path for path, change in self.changes.items() if change.kind is ChangeKind.DELETED)


@dataclass(frozen=True, slots=True)
class Aim:
    """What to review: `named` files of `tree`, in comparison with what was there `before`, or whole when that is None.

    `proposed` reads the head's own configuration where the base's counts, `former` the one that the change began from,
    `agreed` that of the commit `policy`; `tested` finds the tree that a report about tests is about.
    """

    tree: Tree
    named: tuple[str, ...]
    before: Before | None
    comparison: Comparison
    config: Config
    problems: tuple[Problem, ...] = ()
    proposed: Callable[[], Config] | None = None
    former: Callable[[], Config] | None = None
    policy: Tree | None = None
    request: Request = Request(Path())  # frozen
    tested: Callable[[], Tree] | None = None
    agreed: Callable[[], Config] | None = None

    @property
    def files(self) -> tuple[str, ...]:
        """The files to review, sorted."""
        return tuple(path for path in self.named if _wanted(path, self.config))

    def without_tools(self) -> "Aim":
        """The same, for our own checks alone."""
        asked = replace(self.request, tools=frozenset(), tool_report=None, coverage=None)
        return replace(self, request=asked)

    def counts(self, path: str) -> bool:
        """Whether a file is one to review, if only the change reaches it, or the user names it."""
        return _wanted(path, self.config)

    def wanted(self, path: str) -> bool:
        """Whether a file that a change reaches is one to review too."""
        return _wanted(path, self.config) and self.before is not None and self.before.asked(path)


def take(request: Request) -> Aim:
    """Find out what to review; raises ReviewerError with the next step when that can't be told."""
    return _change(request) if request.compares else _whole_files(request)


def _change(request: Request) -> Aim:
    """What lies between the merge base and the head, or the index or working tree as it stands."""
    if request.staged and request.head is not None:
        raise ReviewerError("--staged reviews what the next commit will hold; leave out --head")
    repository = Repository.containing(request.folder)
    head = None if request.head is None else repository.resolve(request.head)
    if repository.bare and head is None:
        raise ReviewerError(
            f"{repository.root} is bare, so there is no working tree to review; name a commit with --head"
        )
    base, title = _base(repository, request, head)
    tree = _tree(repository, head, staged=request.staged)
    before = _before(repository, request, (base, head), tree)
    # A change must not switch off its own review: between two commits the base's configuration counts.
    policy = before.tree if request.policy is None else CommitTree(repository, repository.resolve(request.policy))
    config = _config(request, tree if head is None else policy)
    proposed = None if head is None else partial(_config, request, tree)
    former = None if head is None else partial(_config, request, before.tree)
    compared, problems = Comparison(title, base, head), _ignored_configurations(tree)
    made = Aim(tree, before.named, before, compared, config, problems, proposed, former, policy, request)
    return replace(made, tested=partial(_tested, request, repository, tree), agreed=partial(_config, request, policy))


def _before(repository: Repository, request: Request, commits: tuple[str, str | None], tree: Tree) -> Before:
    """What the base had, and what changed since; raises ReviewerError for a place that is nowhere."""
    asked = _asked(request.paths, request.folder, repository.root)
    before = Before(CommitTree(repository, commits[0]), _changes(repository, request, commits, tree), asked)
    for path in request.paths:
        _require(request.folder / path, (*tree.paths, *before.changes), repository.root)
    return before


def _tested(request: Request, repository: Repository, tree: Tree) -> Tree:
    """The tree that the tests ran on: that of the commit named, else the reviewed one; raises GitError."""
    commit = request.coverage_commit
    return tree if commit is None else CommitTree(repository, repository.resolve(commit))


def _changes(
    repository: Repository, request: Request, commits: tuple[str, str | None], tree: Tree
) -> Mapping[str, Change]:
    """The changes between the base and the head, by their paths."""
    base, head = commits
    reported: Iterable[Change] = changes.parse(repository.diff(base, head, staged=request.staged))
    if isinstance(tree, WorkingTree):
        reported = _with_untracked(reported, repository, CommitTree(repository, base), tree)
    return {change.path: change for change in reported}


def _tree(repository: Repository, head: str | None, *, staged: bool) -> Tree:
    if head is not None:
        return CommitTree(repository, head)
    return StagedTree(repository) if staged else WorkingTree(repository)


def _base(repository: Repository, request: Request, head: str | None) -> tuple[str, str]:
    """The commit to compare with, and the sentence that says what is compared with what."""
    standing = "what is staged on" if request.staged else "the working tree of"
    reviewed = _named(request.head or "", head) if head else f"{standing} {_branch(repository)}"
    if request.staged and request.base is None and request.merge_base is None:
        base = repository.resolve("HEAD")
        return base, f"Comparing {reviewed} with its last commit, {base[:SHORT]}"
    if request.merge_base is not None:
        base = repository.resolve(request.merge_base)
        return base, f"Comparing {reviewed} with {base[:SHORT]}"
    name = request.base or repository.default_branch()
    base = repository.merge_base(repository.resolve(name), head or repository.resolve("HEAD"))
    return base, f"Comparing {reviewed} with its merge base with {name}, {base[:SHORT]}"


def _named(name: str, commit: str) -> str:
    """A commit as the user named it, with its short id where that is something else."""
    return commit[:SHORT] if commit.startswith(name) else f"{name} ({commit[:SHORT]})"


def _branch(repository: Repository) -> str:
    return repository.current_branch() or f"the detached head {repository.resolve('HEAD')[:SHORT]}"


def _with_untracked(found: Iterable[Change], repository: Repository, before: Tree, tree: Tree) -> Iterator[Change]:
    """What git reports of the working tree, and the files there that it does not follow yet."""
    untracked = (_added(path, tree) for path in repository.untracked())
    return changes.with_renames((*found, *untracked), _read_or_nothing(before), _read_or_nothing(tree))


def _added(path: str, tree: Tree) -> Change:
    try:
        return changes.added(path, tree.read(path))
    except UnreadableFile:
        # The review of the file will say so.
        return Change(path, ChangeKind.ADDED)


def _read_or_nothing(tree: Tree) -> Callable[[str], bytes]:
    def read(path: str) -> bytes:
        try:
            return tree.read(path)
        except UnreadableFile:
            return b""

    return read


def _whole_files(request: Request) -> Aim:
    """The files named, and those in the folders named."""
    paths = request.paths or (request.unsaved[0].parent,) if request.unsaved else request.paths
    places = [request.folder / path for path in paths]
    for path in request.paths:
        _require(request.folder / path)
    tree = tree_around(places)
    if tree.root == tree.root.parent:
        raise ReviewerError(f"the paths have only {tree.root} in common; review them apart from each other")
    policy = _policy(request, tree)
    config = _config(request, policy or tree)
    if request.unsaved:
        return replace(_unsaved(request.folder / request.unsaved[0], request.unsaved[1], tree, config), request=request)
    asked = _asked(request.paths, request.folder, tree.root)
    files = tuple(path for path in tree.paths if asked(path) and _reviewed(path, tree, config))
    problems = (*_ignored_configurations(tree), *_left_out(places, files, tree))
    compared = Comparison(f"Reviewing {_counted(files)} whole")
    agreed = partial(_config, request, policy) if policy else None
    return Aim(tree, files, None, compared, config, problems, policy=policy, request=request, agreed=agreed)


def _policy(request: Request, tree: Tree) -> Tree | None:
    """The commit whose configuration counts for whole files, where the user names one; raises GitError."""
    if request.policy is None:
        return None
    repository = Repository.containing(tree.root)
    return CommitTree(repository, repository.resolve(request.policy))


def _require(place: Path, known: Iterable[str] = (), root: Path = Path()) -> None:
    """Raise ReviewerError when a place that the user named is neither on disk nor among the known paths."""
    try:
        found = place.exists() or any(map(_asked((place,), root, root), known))
    except OSError as error:
        raise ReviewerError(
            f"{place} can't be looked at: {error.strerror}; name a file or a folder to review"
        ) from error
    if not found:
        raise ReviewerError(f"{place} does not exist; name a file or a folder to review")


def _unsaved(place: Path, data: bytes, tree: Tree, config: Config) -> Aim:
    path = _inside(place, tree.root)
    overlaid = Overlay(tree, {path: data})
    # A file that is there and does not count is ignored by git, whatever an editor holds of it.
    counted = path in tree or not place.exists()
    files = (path,) if counted and _reviewed(path, overlaid, config) else ()
    return Aim(overlaid, files, None, Comparison(f"Reviewing {path} as it comes from standard input"), config)


def _counted(files: tuple[str, ...]) -> str:
    return "1 file" if len(files) == 1 else f"{len(files)} files"


def _asked(paths: tuple[Path, ...], folder: Path, root: Path) -> Callable[[str], bool]:
    """Whether a path lies in what the user named; everything does when nothing was named."""
    named = [_inside(folder / path, root) for path in paths]
    return lambda path: not named or any(name in ("", path) or path.startswith(f"{name}/") for name in named)


def _inside(place: Path, root: Path) -> str:
    """A place as a path from the root, "" for the root itself."""
    try:
        relative = place.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        raise ReviewerError(f"{place} lies outside of {root}; review the two apart from each other") from None
    return "" if relative == "." else relative


def _reviewed(path: str, tree: Tree, config: Config) -> bool:
    return path in tree and _wanted(path, config)


def _wanted(path: str, config: Config) -> bool:
    return path.endswith(".py") and counts(path) and not any(matches(path, glob) for glob in config.exclude)


def _left_out(places: list[Path], files: tuple[str, ...], tree: Tree) -> Iterator[Problem]:
    """A notice for each file that was named and is not reviewed all the same."""
    for place in places:
        path = _inside(place, tree.root)
        if place.is_file() and path not in files:
            yield Problem("left-out", path, "It is named, but excluded, ignored by git, generated, or no Python file")


def _config(request: Request, tree: Tree) -> Config:
    """The configuration of the root of a tree, or the one that the user named."""
    if request.config is None:
        names = {name: data for name in CONFIG_FILES if (data := content(tree, name)) is not None}
        return load(names, request.flags)
    place = request.folder / request.config
    name = "pyproject.toml" if place.name == "pyproject.toml" else "reviewer.toml"
    return load({name: _named_content(place, tree)}, request.flags)


def _named_content(place: Path, tree: Tree) -> bytes:
    """A configuration file that the user named: as it was in the tree, or one from outside of it."""
    try:
        if place.resolve().is_relative_to(tree.root.resolve()):
            return tree.read(_inside(place, tree.root))
        return place.read_bytes()
    except (UnreadableFile, OSError) as error:
        raise ConfigError(f"the configuration {place} can't be read: {error}; mend --config") from error


def content(tree: Tree, name: str) -> bytes | None:
    """The bytes of a file that steers the review, None where there is none; raises ConfigError."""
    try:
        return tree.read(name) if name in tree else None
    except UnreadableFile as error:
        raise ConfigError(f"{name} can't be read: {error}") from error


def _ignored_configurations(tree: Tree) -> tuple[Problem, ...]:
    """A notice for each configuration that does not stand at the root."""
    message = "Its configuration is ignored: one configuration counts, at the root of the repository"
    return tuple(Problem("ignored-configuration", path, message) for path in tree.nested_configurations())
