"""What is proposed for projects of all sorts: the layers that a person would tell, and no word more."""

import tomllib
from pathlib import Path

import pytest

from reviewer.adoption.naming import Guess
from reviewer.adoption.plan import plan
from reviewer.adoption.proposal import Proposal, proposed
from reviewer.adoption.written import block
from reviewer.config import Config, load
from reviewer.config_sections import Layers
from reviewer.index import Index
from reviewer.source import tree_around
from tests.repositories import Builder
from tests.unit.adoption.layouts import LAYOUTS, Layout

each_layout = pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)


def proposal_for(root: Path, files: dict[str, str], config: Config | None = None) -> Proposal:
    """What is proposed for these files where nobody is asked."""
    for path, code in files.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(code, encoding="utf-8")
    return proposed(tree_around([root]), config or Config(), lambda guess: guess.sure)


@each_layout
def test_the_layers_are_those_that_a_person_would_tell(layout: Layout, tmp_path: Path) -> None:
    index = proposal_for(tmp_path, dict(layout.files)).index

    assert {path: index.placement(path).layer for path in layout.layers} == layout.layers


@each_layout
def test_only_what_is_not_known_is_told(layout: Layout, tmp_path: Path) -> None:
    settings = proposal_for(tmp_path, dict(layout.files)).settings

    told = {setting.keys[-1] if setting.keys[0] == "layers" else "": setting.value for setting in settings}
    assert {key: names[: len(layout.told.get(key, ()))] for key, names in told.items()} == layout.told
    for layer in layout.told.keys() - {""}:
        defaults = getattr(Layers(), layer.replace("-", "_"))
        assert told[layer][len(layout.told[layer]) :] == defaults


@each_layout
def test_what_is_written_gives_the_layers_that_were_promised(layout: Layout, tmp_path: Path) -> None:
    made = proposal_for(tmp_path, dict(layout.files))
    config = load({"reviewer.toml": block(made.settings, ()).encode()}, {})
    tree = tree_around([tmp_path])
    index = Index(tree.paths, tree.read, config)

    assert {path: index.placement(path) for path in tree.paths} == {
        path: made.index.placement(path) for path in tree.paths
    }


@each_layout
def test_once_it_is_written_nothing_is_missing(layout: Layout, tmp_path: Path) -> None:
    made = proposal_for(tmp_path, dict(layout.files))
    config = load({"reviewer.toml": block(made.settings, ()).encode()}, {})

    assert proposal_for(tmp_path, {}, config).settings == ()


def test_services_that_query_are_doubted_and_named(tmp_path: Path) -> None:
    (guess,) = proposal_for(tmp_path, dict(LAYOUTS["services that query"].files)).doubted

    assert (guess.name, guess.layer, guess.sure) == ("services", "use-cases", False)
    assert (len(guess.files), guess.agreeing) == (2, ())


def test_who_is_asked_decides_and_is_asked_once(tmp_path: Path) -> None:
    asked: list[Guess] = []

    def turn_over(guess: Guess) -> bool:
        asked.append(guess)
        return not guess.sure

    files = {**LAYOUTS["services that query"].files, **LAYOUTS["views and crud"].files}
    proposal_for(tmp_path, files)
    made = proposed(tree_around([tmp_path]), Config(), turn_over)

    assert [guess.name for guess in asked] == ["views", "crud", "services"]
    assert [guess.name for guess in made.doubted] == ["views", "crud"]
    assert made.index.placement("app/services/jobs.py").layer == "use-cases"
    assert made.index.placement("app/views/jobs.py").layer is None


@pytest.mark.parametrize(
    ("path", "text", "tool"),
    [
        ("pyproject.toml", '[tool.ruff.lint]\nselect = ["E"]\n', ""),
        ("pyproject.toml", "[tool.mypy]\nwarn_unreachable = true\n", "mypy"),
        ("pyproject.toml", "[tool.ruff]\nline-length = 100\n", ""),
        ("pyproject.toml", "[tool.mypy]\n", ""),
    ],
)
def test_mypy_stays_as_strict_as_the_project_has_it(path: str, text: str, tool: str, tmp_path: Path) -> None:
    made = proposal_for(
        tmp_path, {"app.py": "x = 1\n", path: text, "sub/one.py": ""} | {"other.py": "", "third.py": ""}
    )

    assert {setting.keys: setting.value for setting in made.settings} == ({(tool, "config"): "project"} if tool else {})


def test_a_mypy_ini_counts_too(tmp_path: Path) -> None:
    repository = Builder(tmp_path / "repository")
    repository.commit({"app.py": "x = 1\n", "mypy.ini": "[mypy]\nstrict = true\n"})

    (setting,) = proposed(tree_around([repository.root]), Config(), lambda guess: guess.sure).settings
    assert (setting.keys, setting.whys[0].split()[0]) == (("mypy", "config"), "mypy.ini")


def test_every_setting_has_a_line_why(tmp_path: Path) -> None:
    files = {**LAYOUTS["views and crud"].files, "pyproject.toml": "[tool.mypy]\nstrict = true\n"}
    made = proposal_for(tmp_path, files)
    text = block(made.settings, ("tool", "reviewer"))

    lines = text.splitlines()
    settings = [number for number, line in enumerate(lines) if " = " in line and not line.startswith("#")]
    assert len(settings) == 3
    assert all(lines[number - 1].startswith("# ") for number in settings)
    assert tomllib.loads(text)["tool"]["reviewer"]["mypy"] == {"config": "project"}


@pytest.mark.parametrize(
    ("path", "text", "told"),
    [
        ("pyproject.toml", '[tool.ruff.lint]\nselect = ["E"]\n', True),
        ("ruff.toml", 'ignore = ["E501"]\n', True),
        ("pyproject.toml", "[tool.ruff]\nline-length = 100\n", False),
        ("sub/pyproject.toml", '[tool.ruff.lint]\nselect = ["E"]\n', False),
        ("ruff.toml", "select = [", False),
        ("reviewer.toml", '[ruff]\nconfig = "project"\n', False),
    ],
)
def test_what_the_choice_of_rules_of_ruff_means_is_told(path: str, text: str, told: bool, tmp_path: Path) -> None:
    repository = Builder(tmp_path / "repository")
    repository.commit({"app.py": "x = 1\n", path: text, "sub/one.py": "", "other.py": "", "third.py": ""})
    notes = plan(repository.root, lambda guess: guess.sure, None).notes
    assert any(note.startswith(f"{path} chooses rules of ruff.") for note in notes) is told


def test_where_no_repository_is_found_it_is_told_what_stays_silent(tmp_path: Path) -> None:
    model = (
        "from sqlalchemy.orm import DeclarativeBase\n\n\nclass Base(DeclarativeBase): ...\n\n\nclass Job(Base): ...\n"
    )
    repository = Builder(tmp_path / "repository")
    repository.commit({"app/models.py": model})
    assert any("No repository was found" in line for line in plan(repository.root, lambda _: True, None).found)
    repository.commit({"app/repositories/jobs.py": "from app.models import Job\n\n\nclass JobRepository: ...\n"})
    assert not any("No repository was found" in line for line in plan(repository.root, lambda _: True, None).found)


def test_imperative_mapping_is_told(tmp_path: Path) -> None:
    mapping = """
    from sqlalchemy.orm import registry
    from app.domain.job import Job
    registry().map_imperatively(Job, None)
    """.replace("\n    ", "\n")
    proposal_for(tmp_path, {"app/domain/job.py": "class Job: ...\n", "app/db/tables.py": mapping})

    assert (
        "ORM: classes are mapped imperatively in app/db/tables.py."
        in plan(tmp_path, lambda guess: guess.sure, None).found
    )
