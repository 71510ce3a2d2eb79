"""What `reviewer init` makes of a project: files to write, and what there is to say."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reviewer.adoption import workflow as workflows
from reviewer.adoption.naming import Guess
from reviewer.adoption.proposal import PROJECT, Proposal, layers_of, proposed
from reviewer.adoption.tool_settings import ruff_choice
from reviewer.adoption.written import appended, block
from reviewer.aim import CONFIG_FILES, content
from reviewer.config import Config, load
from reviewer.errors import GitError, ReviewerError
from reviewer.git import Repository
from reviewer.index import Index
from reviewer.index.answers import Layer
from reviewer.index.folders import name_of
from reviewer.index.packages import imports_orm
from reviewer.report.account import counted
from reviewer.source import Tree, deep, tree_around
from reviewer.source.eligible import configures

PYPROJECT = "pyproject.toml"
OWN = "reviewer.toml"
TABLE = ("tool", "reviewer")


@dataclass(frozen=True, slots=True)
class Plan:
    """The new contents of `files` below `root`; `found` and `notes` are lines for people, `then` the second command."""

    root: Path
    files: Mapping[str, bytes]
    found: tuple[str, ...]
    notes: tuple[str, ...]
    baseline: str
    then: str


def plan(folder: Path, confirm: Callable[[Guess], bool], workflow: bool | None) -> Plan:  # noqa: FBT001  # as asked
    """Look at the project around a folder; `workflow` None leaves it to where the project is hosted.

    Raises ReviewerError where there is nothing to look at, or what there is can't be read.
    """
    tree = tree_around([folder])
    if not tree.paths:
        raise ReviewerError(f"{tree.root} holds no Python file; run `reviewer init` in the folder of your project")
    contents = {name: data for name in CONFIG_FILES if (data := content(tree, name)) is not None}
    config = load(contents, {})
    standing = next((name for name, data in contents.items() if configures(name, data)), None)
    proposal = deep(proposed, tree, config, confirm if standing is None else lambda guess: guess.sure)
    repository = Repository.discover(tree.root)
    files, notes = _configuration(proposal, standing, contents.get(PYPROJECT))
    if text := _workflow(tree.root, repository, workflow):
        files |= {workflows.PLACE: text}
    told = (*notes, *_doubts(proposal), *_about_ruff(tree, config), *_about_workflow(tree.root, files, workflow))
    return Plan(tree.root, files, tuple(_found(tree, proposal.index)), told, config.baseline, _then(repository))


def _configuration(
    proposal: Proposal, standing: str | None, pyproject: bytes | None
) -> tuple[dict[str, bytes], list[str]]:
    """The file with the settings, and what there is to say of it; one that is there already stays as it is."""
    home = standing or (OWN if pyproject is None else PYPROJECT)
    text = block(proposal.settings, TABLE if home == PYPROJECT else ())
    if not text:
        said = f"{home} configures the reviewer already, and lacks nothing" if standing else "No setting is needed"
        return {}, [f"{said}: `reviewer inspect` gives the layer of each file, and why."]
    if standing:
        return {}, [f"{home} configures the reviewer already, and stays as it is. This would fit, too:\n{text}"]
    data = text.encode() if pyproject is None else appended(pyproject, text, home)
    return {home: data}, []


def _found(tree: Tree, index: Index) -> Iterator[str]:
    """What the project is, in lines."""
    layers = layers_of(index)
    apart = len(tree.paths) - sum(map(len, layers.values()))
    counts = [*(f"{layer} {len(paths)}" for layer, paths in layers.items()), f"in no layer {apart}"]
    yield f"{tree.root}: {counted(len(tree.paths), 'Python file')}: {', '.join(counts)}."
    yield _mapping(index, layers)
    if Layer.ORM in layers and not index.has_repositories():
        yield (
            "No repository was found, so the rules about who may know the ORM models and run queries stay silent. Name "
            'the folder that does so, where there is one: repositories = ["crud"] in the table `layers`.'
        )
    if Layer.TESTS not in layers:
        yield "No tests were found: rules that compare code with its tests stay silent."


def _mapping(index: Index, layers: Mapping[Layer, list[str]]) -> str:
    declared = [path for path in layers.get(Layer.ORM, ()) if name_of(path) != "__init__.py"] or layers.get(Layer.ORM)
    facts = {path: index.facts(path) for path in index.module_paths()}
    mapping = [path for path, found in facts.items() if found.mapped_imperatively and imports_orm(found)]
    parts = [
        *([f"models are declared in {_some(declared)}"] if declared else []),
        *([f"classes are mapped imperatively in {_some(mapping)}"] if mapping else []),
        *(["tables are migrated with Alembic"] if Layer.MIGRATIONS in layers else []),
    ]
    return f"ORM: {'; '.join(parts) or 'no model was found, so rules of persistence have little to look at'}."


def _some(paths: Sequence[str]) -> str:
    return paths[0] if len(paths) == 1 else f"{len(paths)} files, {paths[0]} for one"


def _doubts(proposal: Proposal) -> Iterator[str]:
    for guess in proposal.doubted:
        if not guess.sure:
            others = len(guess.files) - len(guess.agreeing)
            yield (
                f"`{guess.name}` was given no layer: {others} of its {len(guess.files)} files import what "
                f"{guess.layer} may not. Name it in `{guess.layer}` of the table `layers` to hold new code to that."
            )


def _about_ruff(tree: Tree, config: Config) -> Iterator[str]:
    if config.ruff.config != PROJECT and (place := ruff_choice(tree)):
        yield (
            f"{place} chooses rules of ruff. The reviewer tells those of its standard, about async code, security and "
            'FastAPI among others. With config = "project" in the table `ruff` yours alone are told.'
        )


def _workflow(root: Path, repository: Repository | None, wish: bool | None) -> bytes | None:  # noqa: FBT001  # as asked
    """The workflow, where it is wanted and there is none of ours, nor another one in its place."""
    hosted = (root / ".github").is_dir() or (repository is not None and workflows.is_github(repository.remote() or ""))
    wanted = hosted if wish is None else wish
    if not wanted or (root / workflows.PLACE).exists() or workflows.uses_us(_standing_workflows(root)):
        return None
    return workflows.workflow(workflows.installed_action()).encode()


def _standing_workflows(root: Path) -> list[bytes]:
    return [place.read_bytes() for place in sorted((root / workflows.FOLDER).glob("*.y*ml")) if place.is_file()]


def _about_workflow(root: Path, files: Mapping[str, bytes], wish: bool | None) -> Iterator[str]:  # noqa: FBT001  # as asked
    if workflows.PLACE in files or wish is False:
        return
    if workflows.uses_us(_standing_workflows(root)):
        yield "A workflow reviews pull requests already."
    elif (root / workflows.PLACE).exists():
        yield f"{workflows.PLACE} is another workflow and stays as it is; put our step into one of your own."
    else:
        yield "No workflow: nothing says that this project is on GitHub. `reviewer init --workflow` writes it."


def _then(repository: Repository | None) -> str:
    """The command that reviews a change, as far as there is something to compare with."""
    if repository is None:
        return "git init             # then `reviewer check` reviews what you change"
    try:
        return f"reviewer check       # what your branch changes, compared with {repository.default_branch()}"
    except GitError:
        return "reviewer check --base BRANCH  # what your branch changes; no default branch was found"
