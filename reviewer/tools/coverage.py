"""Coverage reports, in three formats: which statements of which files ran, as of the commit that the tests ran on."""

import ast
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from xml.parsers import expat

from reviewer.errors import ToolError
from reviewer.index.extract import UNREADABLE, parse
from reviewer.source import Tree, UnreadableFile, lines_of

MOST_BYTES = 64 * 1024 * 1024
DRIVE = re.compile("[A-Za-z]:/")
UNREADABLE_REPORT = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
    expat.ExpatError,
)
REFUSED = "coverage-refused"

# Whether each line with a statement ran, by its number.
Lines = dict[int, bool]


@dataclass(frozen=True, slots=True)
class Reported:
    """The lines of each file as a report names it, and the folders that such names can start from."""

    files: Mapping[str, Lines]
    sources: tuple[str, ...] = ()


def read(data: bytes) -> Reported:
    """The report in a file of coverage.py's XML or JSON, or of lcov; raises ToolError when it is none of them."""
    if len(data) > MOST_BYTES:
        raise ToolError(f"it has {len(data):,} bytes, more than the {MOST_BYTES:,} that are read")
    start = data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1]
    try:
        reported = _xml(data) if start == b"<" else _json(data) if start == b"{" else _lcov(data.decode())
    except UNREADABLE_REPORT as error:
        raise ToolError(f"it is no coverage.xml, coverage.json or lcov.info that can be read: {error!r}") from error
    if not reported.files:
        raise ToolError("it names no file")
    return reported


def _xml(data: bytes) -> Reported:
    files: dict[str, Lines] = {}
    sources: list[str] = []
    inside: list[str] = []
    current: Lines = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal current
        inside.append(name)
        if name == "class":
            current = files.setdefault(attributes["filename"], {})
        elif name == "source":
            sources.append("")
        elif name == "line":
            _count(current, int(attributes["number"]), int(attributes["hits"]))

    def text(content: str) -> None:
        if inside and inside[-1] == "source":
            sources[-1] += content

    def entity(*_: object) -> None:
        raise ValueError("it defines entities")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: inside.pop()
    parser.CharacterDataHandler = text
    parser.EntityDeclHandler = entity
    parser.Parse(data, True)  # noqa: FBT003  # expat takes it by its place alone
    return Reported(files, tuple(filter(None, map(str.strip, sources))))


def _json(data: bytes) -> Reported:
    files: dict[str, Lines] = {}
    for name, file in json.loads(data)["files"].items():
        files[name] = {}
        for key, hits in (("missing_lines", 0), ("executed_lines", 1)):
            for number in file[key]:
                _count(files[name], int(number), hits)
    return Reported(files)


def _lcov(text: str) -> Reported:
    files: dict[str, Lines] = {}
    current: Lines = {}
    for line in text.splitlines():
        word, _, value = line.partition(":")
        if word == "SF":
            current = files.setdefault(value.strip(), {})
        elif word == "DA":
            number, hits, *_ = value.split(",")
            _count(current, int(number), int(hits))
    return Reported(files)


def _count(lines: Lines, number: int, hits: int) -> None:
    # A file can be there twice: what ran once, ran.
    lines[number] = lines.get(number, False) or hits > 0


def of_files(reported: Reported, paths: Iterable[str], known: Iterable[str]) -> dict[str, Lines]:
    """The lines of these paths; the names of a report are looked for among the `known` ones."""
    homes = _homes(reported, frozenset(known))
    if not homes:
        raise ToolError("it names no file of this project")
    wanted = frozenset(paths)
    found: dict[str, Lines] = {}
    for name, home in homes.items():
        for number, ran in reported.files[name].items() if home in wanted else ():
            _count(found.setdefault(home, {}), number, int(ran))
    return found


def _homes(reported: Reported, known: frozenset[str]) -> dict[str, str]:
    """The file that each name means: all are below one folder, which is the project's root, or lies below that."""
    whole = {name: _whole(name, reported.sources) for name in reported.files}
    namesakes: defaultdict[str, list[str]] = defaultdict(list)
    for path in known:
        namesakes[path.rpartition("/")[2]].append(path)
    roots = Counter(root for names in whole.values() for each in names for root in _roots(each, namesakes))
    if not roots:
        return {}
    most = max(roots.values())
    # The one that explains the most names; of several one of the machine, then the one nearest to its root.
    best = (each for each, count in roots.items() if count == most)
    root = max(best, key=lambda each: (each[:1] != ("",), -len(each), each))
    homes = {name: _below(root, names, known) for name, names in whole.items()}
    return {name: home for name, home in homes.items() if home is not None}


# Where a report starts: a folder of the machine that is the project's root, or one of the project that it counts from.
Root = tuple[str, ...]


def _whole(name: str, sources: Sequence[str]) -> list[Root]:
    """A name as parts, from the machine's root where that is known."""
    plain = name.replace("\\", "/")
    if plain.startswith("/") or DRIVE.match(plain):
        return [_parts(plain)]
    return [*(_parts(f"/{source}/{plain}".replace("\\", "/")) for source in sources), ("", *_parts(plain))]


def _parts(name: str) -> Root:
    return tuple(part for part in name.split("/") if part not in ("", "."))


def _roots(name: Root, namesakes: Mapping[str, Sequence[str]]) -> Iterator[Root]:
    """The folders that a name could start from: on the machine, or of the project for one that starts nowhere.

    `namesakes` are the files of the project by the last part of their paths.
    """
    for path in map(_parts, namesakes.get(name[-1] if name else "", ())):
        if name[:1] != ("",):
            yield from [name[: -len(path)]] if name[-len(path) :] == path else []
        elif path[1 - len(name) :] == name[1:]:
            yield ("", *path[: 1 - len(name)])


def _below(root: Root, names: Iterable[Root], known: frozenset[str]) -> str | None:
    """The file of the project that one of these names means, when they start from this root."""
    inside = root[:1] == ("",)
    ends = ((*root[1:], *name[1:]) if inside else name[len(root) :] for name in names if _starts(name, root))
    found = {"/".join(end) for end in ends} & known
    return found.pop() if len(found) == 1 else None


def _starts(name: Root, root: Root) -> bool:
    """Whether a name can start from a root: both from the machine's, or both from somewhere in the project."""
    nowhere = name[:1] == ("",)
    return nowhere == (root[:1] == ("",)) and (nowhere or name[: len(root)] == root)


def of_head(data: bytes, tests: Tree, head: Tree, paths: Iterable[str]) -> dict[str, Lines]:
    """What a report about one tree says of these paths, by the lines of another; raises ToolError, UnreadableFile."""
    lines = of_files(read(data), paths, tests.paths)
    checked(lines, tests)
    return {path: carried(ran, tests.read(path), head.read(path)) for path, ran in lines.items()}


def checked(lines: Mapping[str, Lines], tree: Tree) -> None:
    """Raise ToolError where a report speaks of lines that hold no statement: it is about other code."""
    for path, reported in sorted(lines.items()):
        there = _statement_lines(tree, path)
        stray = min(reported.keys() - there, default=None) if there is not None else None
        if stray is not None:
            raise ToolError(
                f"it speaks of line {stray} of {path}, where no statement stands: it is about another commit, "
                "which --coverage-commit names"
            )


def _statement_lines(tree: Tree, path: str) -> set[int] | None:
    """The lines on which a part of a statement starts; None of what can't be read here."""
    try:
        nodes = ast.walk(parse(tree.read(path)))
    except (UnreadableFile, *UNREADABLE):
        return None
    lines = set()
    for node in nodes:
        if hasattr(node, "lineno"):
            # The sign of a decorator can stand alone above it.
            decorators = getattr(node, "decorator_list", None) or [node]
            lines |= {node.lineno, *range(decorators[0].lineno - (decorators[0] is not node), node.lineno)}
    return lines


def carried(lines: Lines, then: bytes, now: bytes) -> Lines:
    """The lines of a file by the numbers that they have now; those that are gone or changed are unknown."""
    if then == now:
        return lines
    blocks = SequenceMatcher(None, lines_of(then), lines_of(now)).get_matching_blocks()
    moved = {block.a + place + 1: block.b + place + 1 for block in blocks for place in range(block.size)}
    return {moved[number]: ran for number, ran in lines.items() if number in moved}


def statements(source: bytes) -> Callable[[int], int]:
    """Tells the line that the statement on a line starts on: only of that one reports speak."""
    starts: dict[int, int] = {}
    try:
        for node in ast.walk(parse(source)):
            if isinstance(node, ast.stmt | ast.ExceptHandler):
                starts |= dict.fromkeys(_own_lines(node), node.lineno)
    except UNREADABLE:
        return lambda line: line
    return lambda line: starts.get(line, line)


def _own_lines(node: ast.stmt | ast.ExceptHandler) -> Iterator[int]:
    """The lines of a statement up to the block in it; a line of a decorator stands for itself."""
    body = getattr(node, "body", None) or getattr(node, "cases", None)
    first = body[0] if body else None
    inner = getattr(first, "lineno", None) or getattr(getattr(first, "pattern", None), "lineno", None)
    last = (node.end_lineno or node.lineno) if inner is None else max(inner - 1, node.lineno)
    yield from range(node.lineno, last + 1)
