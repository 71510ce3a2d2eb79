"""Which functions are tests, and whether one proves something, by itself or by what it calls."""

import re
from collections.abc import Callable, Iterator

from reviewer.index.facts import Assignment, ClassFacts, FunctionFacts
from reviewer.index.lookup import Lookup
from reviewer.index.proofs import Proof, Proofs
from reviewer.index.resolve import Defined, External, Meaning
from reviewer.index.roles import foreign_bases, lineage
from reviewer.index.sessions import last

TEST_MODULE = re.compile(r"(?:^|/)(?:test_[^/]*|[^/]*_test|tests)\.py$")
CONFTEST = "conftest.py"
# What fails where something is not as it has to be, by how it is called.
TELLING = re.compile(
    r"[Aa]ssert|[Ss]hould|snapshot|approx|[Rr]aise|^expect|^(?:warns|exit|one|scalar_one|matches|eventually|xfail)$"
    r"|^(?:check|compare|confirm|do_test|ensure|eq|fail|match|must|ok|prove|require|run_test|skip|test(?!_client)"
    r"|validate|verify|wait|wait_for|wait_until)s?(?:_|$|(?=[A-Z]))"
    r"|_(?:check|test)$"
)
# What is handed on to be called elsewhere: `monkeypatch.setattr(mail, "send", pytest.fail)`.
HANDED_ON = re.compile(r"assert|fail$|^raises$", re.IGNORECASE)
TESTING = frozenset({"test", "testing", "tests", "hamcrest", "sure", "expects", "assertpy"})
# Of what lies in packages for tests, this only runs something.
RUNNING = frozenset({"AsyncClient", "APIClient", "CliRunner", "Client", "RequestFactory", "TestClient"})
# Fixtures that fail by themselves, at the end of the test or where they are used.
PROVING_FIXTURES = re.compile(
    r"benchmark|snapshot|regression|golden|approv|mock_responses|mocked_responses|httpx_mock|respx|^responses$"
    r"|^page$|browser|selenium|pytester|testdir|httpserver|num_queries|^(?:check|expect|assert|verif)"
)
KNOWN_MARKS = re.compile(
    r"(?:pytest|unittest|mock|hypothesis|freezegun|time_machine|parameterized|vcr|moto|anyio|asyncio|functools"
    r"|contextlib|patch|staticmethod|classmethod|django|override_settings)(?:\.|$)"
)
# Marks of tests that are known not to hold, or that something else judges.
EXCUSES = re.compile(r"(?:^|\.)(?:skip|xfail|expectedFailure|benchmark|snapshot|smoke|fixture|\w*compare\w*)$")
FRAMES = frozenset({"setUp", "tearDown", "asyncSetUp", "asyncTearDown", "setup_method", "teardown_method"})
SILENT_BASES = frozenset({"object", "abc.ABC", "typing.Generic", "typing.Protocol"})
CASES = ("TestCase", "TransactionTestCase", "IsolatedAsyncioTestCase")


class Assertions:
    """Answers about the tests of one repository; `is_of_tests` says of a file whether it lies with them."""

    def __init__(
        self,
        lookup: Lookup,
        meaning: Callable[[str, str], Meaning],
        proofs: Callable[[str], Proofs],
        is_of_tests: Callable[[str], bool],
    ) -> None:
        self._lookup = lookup
        self._meaning = meaning
        self._proofs = proofs
        self._is_of_tests = is_of_tests
        self._known: dict[tuple[str, str, bool], bool] = {}

    def is_test(self, path: str, symbol: str) -> bool:
        """Whether pytest or unittest runs a function of a file as a test."""
        if not TEST_MODULE.search(path) or not self._is_of_tests(path):
            return False
        outer, _, name = symbol.rpartition(".")
        marks = self._proof(path, symbol).marks
        if not name.startswith("test") or any("fixture" in mark for mark in marks):
            return False
        return self._collects(path, outer, name) if outer else name.startswith("test_")

    def asserts(self, path: str, symbol: str) -> bool:
        """Whether a function proves something, or may: by itself, in what it calls, in its fixtures and frames."""
        proof = self._proofs(path).get(symbol)
        if proof is None or any(map(self._is_excuse, self._marks(path, symbol))):
            return True
        if any(self._may_prove(path, mark) for mark in proof.marks):
            return True
        if any(self._proves(path, frame) for frame in self._frames(path, symbol)):
            return True
        return self._proves(path, symbol) or any(self._fixture_proves(path, symbol, each) for each in _asked(proof))

    def _proof(self, path: str, symbol: str) -> Proof:
        return self._proofs(path).get(symbol) or Proof()

    def _collects(self, path: str, outer: str, name: str) -> bool:
        owner = self._lookup.facts(path).class_(outer)
        if owner is None or not all(part.startswith("Test") for part in outer.split(".")[1:]):
            return False
        if any(last(base).endswith(CASES) for _, each in self._above(path, outer) for base in _bases(each)):
            return True
        return owner.name.startswith("Test") and name.startswith("test_") and owner.method("__init__") is None

    def _above(self, path: str, symbol: str) -> Iterator[tuple[str, ClassFacts]]:
        """A class of a file and its bases in the project."""
        found = self._lookup.facts(path).class_(symbol)
        yield from lineage(self._lookup, path, found) if found else ()

    def _marks(self, path: str, symbol: str) -> Iterator[str]:
        """The decorators of a test and of the classes around it, and what marks the whole file."""
        yield from self._proof(path, symbol).marks
        for _, each in self._above(path, symbol.rpartition(".")[0]):
            yield from (mark.name for mark in each.decorators)
            yield from _assigned(each.attributes)
        yield from _assigned(self._lookup.facts(path).assignments)

    @staticmethod
    def _is_excuse(mark: str) -> bool:
        return EXCUSES.search(mark) is not None

    def _may_prove(self, path: str, mark: str) -> bool:
        """Whether nobody knows what a decorator does with a test."""
        if KNOWN_MARKS.match(self._lookup.qualified(path, mark)):
            return False
        found = self._meaning(path, mark)
        if isinstance(found, Defined) and isinstance(found.facts, FunctionFacts) and self._is_of_tests(found.path):
            return self._proves(found.path, found.symbol)
        return not isinstance(found, Defined) or not isinstance(found.facts, Assignment)

    def _frames(self, path: str, symbol: str) -> Iterator[str]:
        outer = symbol.rpartition(".")[0]
        yield from (f"{outer}.{name}" for name in sorted(FRAMES) if outer and f"{outer}.{name}" in self._proofs(path))

    def _proves(self, path: str, symbol: str, *, raising: bool = True) -> bool:
        """Whether a function proves something; where `raising` counts, so does it that raises."""
        key = (path, symbol, raising)
        if key not in self._known:
            # Nothing while it is followed: functions may call each other.
            self._known[key] = False
            self._known[key] = self._finds_proof(path, symbol, raising=raising)
        return self._known[key]

    def _finds_proof(self, path: str, symbol: str, *, raising: bool) -> bool:
        proof = self._proof(path, symbol)
        if proof.asserts or (raising and proof.raises):
            return True
        own = {name for name in proof.named if name.startswith(("self.", "cls."))}
        if any(TELLING.search(last(name).lstrip("_")) for name in proof.called | own):
            return True
        if any(HANDED_ON.search(last(name)) for name in proof.named):
            return True
        return any(self._leads_to_proof(path, symbol, name, proof, raising=raising) for name in sorted(proof.named))

    def _leads_to_proof(self, path: str, symbol: str, name: str, proof: Proof, *, raising: bool) -> bool:
        head, _, rest = name.partition(".")
        if head in {"self", "cls"} and rest:
            return name in proof.called and self._own_method_proves(path, symbol, rest)
        if head in proof.parameters or not head:
            return not rest and name in proof.called
        return self._meant_proves(path, symbol, name, called=name in proof.called, raising=raising)

    def _meant_proves(self, path: str, symbol: str, name: str, *, called: bool, raising: bool) -> bool:
        found = self._meaning(path, name) or self._meaning(path, f"{symbol}.{name}")
        match found:
            case External(name=full):
                parts = full.split(".")
                return called and not TESTING.isdisjoint(parts[:-1]) and parts[-1] not in RUNNING
            case Defined(path=home) if not self._is_of_tests(home):
                return False
            case Defined(path=home, symbol=other, facts=FunctionFacts()):
                return self._proves(home, other, raising=raising)
            case Defined(path=home, facts=ClassFacts() as owner):
                return self._class_proves(home, owner, raising=raising)
            case Defined():
                return called
            case _:
                return called and self._is_imported(path, name.partition(".")[0])

    def _is_imported(self, path: str, name: str) -> bool:
        return any(each.bound == name for each in self._lookup.facts(path).imports)

    def _class_proves(self, path: str, owner: ClassFacts, *, raising: bool) -> bool:
        """Whether a method of a class of the tests proves something; so does one that extends what is unseen."""
        above = list(lineage(self._lookup, path, owner))
        own = ((home, method.symbol) for home, each in above for method in each.methods)
        return any(self._proves(home, method, raising=raising) for home, method in own)

    def _own_method_proves(self, path: str, symbol: str, rest: str) -> bool:
        """Whether a method that a test calls on itself proves something, or is nowhere to be seen."""
        name, _, further = rest.partition(".")
        parts = symbol.split(".")
        outer = next((".".join(parts[:end]) for end in range(len(parts), 0, -1) if self._class(path, parts[:end])), "")
        above = list(self._above(path, outer))
        methods = [(home, each.symbol) for home, owner in above for each in owner.methods if each.name == name]
        if methods:
            return self._proves(*methods[0])
        # What is called on it and is no method was put there by a frame, or by a base that nobody can see into.
        return not further or self._is_open(above)

    def _class(self, path: str, parts: list[str]) -> ClassFacts | None:
        return self._lookup.facts(path).class_(".".join(parts))

    def _is_open(self, above: list[tuple[str, ClassFacts]]) -> bool:
        """Whether one of these classes extends what nobody can see into."""
        foreign = (base for home, each in above for base in foreign_bases(self._lookup, home, each))
        return any(base not in SILENT_BASES and not base.endswith(CASES) for base in foreign)

    def _fixture_proves(self, path: str, symbol: str, name: str) -> bool:
        outer = symbol.rpartition(".")[0]
        if outer and f"{outer}.{name}" in self._proofs(path):
            return self._proves(path, f"{outer}.{name}", raising=False)
        for home in fixture_files(path):
            found = self._meaning(home, name)
            if isinstance(found, Defined) and isinstance(found.facts, FunctionFacts):
                return self._proves(found.path, found.symbol, raising=False)
        return PROVING_FIXTURES.search(name) is not None


def _asked(proof: Proof) -> Iterator[str]:
    """The fixtures that a test asks for, by a parameter or by a mark."""
    yield from proof.parameters
    yield from (name for text in proof.texts if "usefixtures" in text for name in re.findall(r"['\"](\w+)['\"]", text))


def _assigned(assignments: tuple[Assignment, ...]) -> Iterator[str]:
    """The marks that `pytestmark` gives to all tests of a class or file, the first of a list alone."""
    for each in assignments:
        if each.name == "pytestmark" and each.value:
            yield each.value.name


def _bases(owner: ClassFacts) -> Iterator[str]:
    return (base.name for base in owner.bases)


def fixture_files(path: str) -> Iterator[str]:
    """Where fixtures of a test can be: its own file, then each `conftest.py` above."""
    yield path
    *folders, _ = path.split("/")
    yield from ("/".join([*folders[:depth], CONFTEST]) for depth in range(len(folders), -1, -1))
