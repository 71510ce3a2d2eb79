"""Reviews to render: one finding to vary, and every review that a report can carry."""

from dataclasses import replace

from hypothesis import strategies as st

from reviewer.model import (
    Anchor,
    Comparison,
    Confidence,
    Edit,
    Extent,
    FileAnchor,
    Finding,
    Fix,
    Level,
    Policy,
    Problem,
    Related,
    Review,
    Span,
    Status,
    Suppression,
)
from reviewer.tool_results import Complexity, Coverage, Maintainability, Tools

FINDING = Finding(
    rule="function-too-long",
    level=Level.WARNING,
    confidence=Confidence.HIGH,
    message="`create` has 31 lines of code, so nobody reads it whole",
    path="app/jobs.py",
    span=Span(2, 9, 2, 15),
    symbol="create",
    fingerprint="ab12",
)
NOTE = Finding("layer-not-found", Level.NOTE, Confidence.HIGH, "No folder holds repositories")
TITLE = "feature compared with main"


def review(*findings: Finding, problems: tuple[Problem, ...] = (), files: int = 3) -> Review:
    """A review of these findings."""
    return Review(Comparison(TITLE), findings, problems, files)


def hidden(finding: Finding, because: str = "existing") -> Finding:
    """The finding, hidden."""
    return replace(finding, hidden_because=because)


numbers = st.integers(1, 2**53 - 1)
texts = st.text(max_size=20)
names = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,20}", fullmatch=True)
shas = st.from_regex(r"[0-9a-f]{40}", fullmatch=True)
parts = st.text(st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1, max_size=8)
paths = st.lists(parts.filter(lambda part: part != ".."), min_size=1, max_size=3).map("/".join)
spans = st.builds(Span, numbers, numbers, numbers, numbers)
integers = st.integers(-(2**53) + 1, 2**53 - 1)
facts = st.dictionaries(texts, integers | st.lists(texts, max_size=3).map(tuple), max_size=3)
places = st.builds(Anchor, paths, numbers, st.none() | numbers) | st.builds(FileAnchor, paths)
suppressions = st.builds(
    lambda path, line, column, rules, reason: Suppression(path, line, column, rules, reason, Extent(line, line)),
    paths,
    numbers,
    numbers,
    st.lists(texts, max_size=2).map(tuple),
    texts,
)
findings = st.builds(
    Finding,
    rule=names,
    level=st.sampled_from(Level),
    confidence=st.sampled_from(Confidence),
    message=texts,
    path=st.none() | paths,
    span=st.none() | spans,
    symbol=texts,
    source=names,
    params=st.dictionaries(texts, texts | integers, max_size=3),
    key=texts,
    facts=facts,
    before=st.none() | facts,
    related=st.lists(st.builds(Related, paths, numbers, texts), max_size=2).map(tuple),
    fix=st.none()
    | st.builds(Fix, st.booleans(), st.lists(st.builds(Edit, spans, texts), max_size=2).map(tuple), texts),
    status=st.none() | st.sampled_from(Status),
    fingerprint=st.from_regex(r"[0-9a-f]{0,20}", fullmatch=True),
    code=st.from_regex(r"[0-9a-f]{0,12}", fullmatch=True),
    suggestion=st.none() | texts,
    diff=st.none() | texts,
    anchor=st.none() | places,
    hidden_because=st.none() | texts,
)
policies = st.builds(
    Policy,
    st.none() | st.sampled_from([Level.ERROR, Level.WARNING, Level.ADVICE]),
    st.booleans(),
    st.integers(0, 100),
    st.booleans(),
    st.booleans(),
    st.lists(names, max_size=2).map(tuple),
    st.lists(texts, max_size=2).map(tuple),
    st.sampled_from(["", "https://rules.example.com/ours"]),
)
percents = st.floats(0, 100)
tools = st.builds(
    Tools,
    versions=st.dictionaries(names, texts.map(lambda text: text[:100]), max_size=2),
    complete=st.lists(names, max_size=2).map(tuple),
    complexity=st.lists(
        st.builds(Complexity, paths, texts, st.none() | st.integers(1, 99), st.integers(1, 99)), max_size=2
    ).map(tuple),
    maintainability=st.lists(st.builds(Maintainability, paths, st.none() | percents, percents), max_size=2).map(tuple),
    coverage=st.none() | st.builds(Coverage, st.integers(0, 9), st.integers(0, 9), percents, st.integers(0, 9)),
)
reviews = st.builds(
    Review,
    comparison=st.builds(Comparison, st.just(TITLE), st.none() | shas, st.none() | shas),
    findings=st.lists(findings, max_size=4).map(lambda many: tuple(sorted(many, key=lambda each: each.order))),
    problems=st.lists(st.builds(Problem, names, st.none() | paths, texts), max_size=2).map(tuple),
    files=st.integers(0, 1000),
    suppressions=st.lists(suppressions, max_size=2).map(tuple),
    paths=st.lists(paths, max_size=2).map(tuple),
    renames=st.dictionaries(paths, paths, max_size=2),
    policy=policies,
    tools=tools,
    refused=st.dictionaries(texts, st.integers(0, 9), max_size=2),
)
