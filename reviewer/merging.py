"""A review that several machines share: what each of them finds out, and what comes of it together."""

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from reviewer import __version__, plugins, registry
from reviewer.aim import MOST_FIXES, Aim, Request, take
from reviewer.errors import ReviewerError
from reviewer.interpreter import on_a_persons_machine
from reviewer.part import About, Asked, Part
from reviewer.pipeline import Reviewed, concluded, contributed
from reviewer.records import Records
from reviewer.report.account import counted
from reviewer.shard import Shard
from reviewer.source import CommitTree, Tree, UnreadableFile
from reviewer.workers import Progress

SAME = "run all shards and the merge"
# What two parts of a review can differ in, and what is to do about it.
DIFFERENCES: Mapping[str, str] = {
    "reviewer": f"another version of reviewer; {SAME} with one version",
    "python": f"another version of Python; {SAME} with one version",
    "rules": f"another set of rules; {SAME} with the same packages installed",
    "base": f"another base; {SAME} on the same two commits",
    "head": f"another head; {SAME} on the same two commits",
    "policy": f"another commit for the configuration; {SAME} with the same --policy",
    "settings": f"another configuration; {SAME} with the same options and REVIEWER_ variables",
    "files": f"other files; {SAME} on the same checkout, in the same folder, with the same paths",
}


def part(request: Request, shard: Shard, progress: Progress = iter) -> Part:
    """What one of several machines finds out; raises ReviewerError when nothing can be reviewed at all."""
    aim = take(request)
    records = contributed(aim, shard, progress)
    return Part(shard, _about(aim), _asked(aim), records)


def merged(parts: Mapping[str, Part], folder: Path, fixes: int = MOST_FIXES) -> Reviewed:
    """The review that these parts, by the names of their files, are all parts of; raises ReviewerError.

    As many `fixes` are put to the proof at most.

    It is concluded in the repository under review, by what concludes every review: only what is known is not found out
    again. So nothing can be told otherwise than by one machine alone.
    """
    ordered = _complete(parts)
    asked = ordered[0].asked
    found = take(replace(_request(asked, folder), fixes=fixes))
    # A name that was given for a commit is not known any more.
    aim = replace(found, comparison=replace(found.comparison, title=asked.title))
    plugins.plug(aim)
    _agree({f"the review in {folder}": _about(aim)} | {name: each.about for name, each in parts.items()})
    return concluded(aim, iter, Records.joined(each.records for each in ordered))


def account(made: Part) -> str:
    """How many files a part is about, for people."""
    return counted(len({path for path, _ in made.records.counting.head if path}), "file")


def _complete(parts: Mapping[str, Part]) -> Sequence[Part]:
    """The parts in their order; raises ReviewerError when one is missing, is there twice, or is of another review."""
    totals = sorted({each.shard.total for each in parts.values()})
    if totals[1:]:
        raise ReviewerError(
            f"the reports are of {' and '.join(map(str, totals))} shards; merge those of one run, all with the same N"
        )
    _agree({name: each.about for name, each in parts.items()})
    found = Counter(each.shard for each in parts.values())
    twice = [str(shard) for shard in sorted(found) if found[shard] > 1]
    if twice:
        raise ReviewerError(f"there are several reports of shard {', '.join(twice)}; give each of them once")
    missing = [
        str(Shard(number, totals[0])) for number in range(1, totals[0] + 1) if Shard(number, totals[0]) not in found
    ]
    if missing:
        raise ReviewerError(
            f"there is no report of shard {', '.join(missing)}, so not all is reviewed; see why it failed, "
            f"run it again with --shard {missing[0]}, and merge all {totals[0]}"
        )
    return sorted(parts.values(), key=lambda each: each.shard)


def _agree(abouts: Mapping[str, About]) -> None:
    """Raise ReviewerError when two parts are not of one review, and say in what they differ."""
    (first, about), *others = abouts.items()
    for name, other in others:
        for what, next_step in DIFFERENCES.items():
            if getattr(about, what) != getattr(other, what):
                raise ReviewerError(f"{name} and {first} are not parts of one review, but of {next_step}")


def _asked(aim: Aim) -> Asked:
    request, flags = aim.request, aim.request.flags
    mypy = flags.get("mypy") or {}
    return Asked(
        title=aim.comparison.title,
        paths=tuple(map(str, request.paths)),
        base=aim.comparison.base,
        head=aim.comparison.head,
        policy=_commit(aim.policy),
        staged=request.staged,
        config=None if request.config is None else str(request.config),
        flags={name: value for name, value in flags.items() if isinstance(value, str)},
        mypy_python=mypy.get("python"),
    )


def _request(asked: Asked, folder: Path) -> Request:
    """The same question again, but for the tools: what they say is known."""
    return Request(
        folder,
        tuple(map(Path, asked.paths)),
        merge_base=asked.base,
        head=asked.head,
        staged=asked.staged,
        config=None if asked.config is None else Path(asked.config),
        flags={**asked.flags, "mypy": None if asked.mypy_python is None else {"python": asked.mypy_python}},
        policy=asked.policy,
        trusted=on_a_persons_machine(),
    )


def _about(aim: Aim) -> About:
    names = "\n".join(check.name for check in registry.all_checks())
    # Where a Python is that has the project's packages makes no difference to what is said of these.
    settings = aim.config.model_dump_json(exclude={"origins": True, "mypy": {"python"}})
    return About(
        reviewer=__version__,
        python=".".join(map(str, sys.version_info[:2])),
        rules=_digest(names.encode()),
        base=aim.comparison.base,
        head=aim.comparison.head,
        policy=_commit(aim.policy),
        files=_files(aim),
        settings=_digest(settings.encode(errors="surrogatepass")),
    )


def _commit(tree: Tree | None) -> str | None:
    return tree.sha if isinstance(tree, CommitTree) else None


def _files(aim: Aim) -> str:
    """A digest of which files are asked for, and of their contents where these are not a commit's."""
    known = () if aim.comparison.head else aim.tree.paths
    contents = (_digest(_content(aim.tree, path)) for path in known)
    return _digest("\0".join((*aim.named, "", *known, "", *contents)).encode(errors="surrogateescape"))


def _content(tree: Tree, path: str) -> bytes:
    try:
        return tree.read(path)
    except UnreadableFile as error:
        return str(error).encode(errors="surrogateescape")


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()
