"""The settings of mypy that a project may have a say in."""

from pathlib import Path

import pytest

from reviewer.tools.mypy_settings import Plugins, Settings, of_project

PYTHON = Path("/t/python")
HOSTILE = {
    "python_executable": "./evil",
    "html_report": "/var/out",
    "junit_xml": "/var/out.xml",
    "cache_dir": "/var/cache",
    "custom_typeshed_dir": "evil",
    "custom_typing_module": "evil",
    "mypy_path": "/etc",
    "files": "/etc",
    "exclude": ".*",
    "shadow_file": "a b",
    "num_workers": "99",
    "sqlite_cache": "true",
    "pdb": "true",
}


def written(name: str, text: str, plugins: Plugins = Plugins.LEFT_OUT) -> str:
    settings = of_project({name: text.encode()}, plugins)
    return settings.written(python=PYTHON, search=["/t/src"], tree="/t")


def test_ours_are_strict() -> None:
    text = Settings().written(python=PYTHON, search=[], tree="/t")
    assert "strict = true\n" in text
    assert "disallow_subclassing_any" not in text
    assert "mypy_path" not in text


def test_without_the_packages_what_follows_from_that_is_off() -> None:
    text = Settings().written(python=None, search=[], tree="/t")
    assert "disallow_subclassing_any = false\n" in text
    assert "warn_unused_ignores = false\n" in text


@pytest.mark.parametrize("key", HOSTILE)
def test_what_names_a_program_a_file_or_a_folder_is_left_out(key: str) -> None:
    assert key not in written("mypy.ini", f"[mypy]\n{key} = {HOSTILE[key]}\n").replace("mypy_path = /t/src\n", "")
    quoted = f'[tool.mypy]\n{key} = "{HOSTILE[key]}"\n'
    assert key not in written("pyproject.toml", quoted).replace("mypy_path = /t/src\n", "")


def test_what_is_reported_is_theirs_and_how_we_look_is_ours() -> None:
    text = written(
        "mypy.ini", "[mypy]\nwarn_unreachable = True\nfollow_imports = error\n[mypy-app.*]\nignore_errors = True\n"
    )
    assert "warn_unreachable = True\n" in text
    assert "follow_imports = silent\n" in text
    assert "[mypy-app.*]\nignore_errors = True\n" in text


def test_lists_and_overrides_of_toml_are_written_as_ini() -> None:
    text = written(
        "pyproject.toml",
        '[tool.mypy]\ndisable_error_code = ["misc", "override"]\n'
        '[[tool.mypy.overrides]]\nmodule = ["a.*", "b"]\nignore_missing_imports = true\n',
    )
    assert "disable_error_code = misc, override\n" in text
    assert "[mypy-a.*]\nignore_missing_imports = True\n" in text
    assert "[mypy-b]\nignore_missing_imports = True\n" in text


@pytest.mark.parametrize("end", ["\n", "\r", "\x0b", "\x85", "\u2028"])
def test_no_end_of_a_line_begins_another_setting(end: str) -> None:
    for key in ("always_true", "platform"):
        settings = Settings({"mypy": {key: f"x{end}plugins = evil.py"}})
        assert "evil" not in settings.written(python=PYTHON, search=[], tree="/t")


@pytest.mark.parametrize("module", ["x]\n[mypy", "a\nplugins = evil", "[mypy]"])
def test_no_name_of_a_module_opens_a_section(module: str) -> None:
    text = f"[[tool.mypy.overrides]]\nmodule = {module!r}\nstrict = true\n[tool.mypy]\n".replace("'", '"')
    found = written("pyproject.toml", text)
    assert found.count("[mypy]") == 1
    assert "evil" not in found


def test_no_value_opens_a_section() -> None:
    found = written("pyproject.toml", '[tool.mypy]\ndisable_error_code = "a\\n[mypy]\\nplugins = evil"\n')
    assert "\n[mypy]\nplugins" not in found
    assert "\nplugins = evil" not in found
    assert found.count("\n[mypy]") == 0


def test_the_first_file_that_has_some_counts() -> None:
    files = {"setup.cfg": b"[mypy]\nstrict = False\n", "pyproject.toml": b"[tool.black]\n", "mypy.ini": b"[other]\n"}
    assert of_project(files, Plugins.LEFT_OUT).sections == {"mypy": {"strict": "False"}}
    assert of_project({}, Plugins.LEFT_OUT).sections == {"mypy": {}}


def test_plugins_are_loaded_only_where_they_are_trusted_and_never_from_outside() -> None:
    named = "[mypy]\nplugins = pydantic.mypy, tools/own.py:make, /etc/evil.py, ../evil.py\n"
    settings = of_project({"mypy.ini": named.encode()}, Plugins.TRUSTED)
    assert settings.plugins == ("pydantic.mypy", "tools/own.py:make")
    assert settings.left_out == ("/etc/evil.py", "../evil.py")
    assert "plugins = pydantic.mypy, /t/tools/own.py:make\n" in written("mypy.ini", named, Plugins.TRUSTED)
    assert "plugins = \n" in written("mypy.ini", named)


@pytest.mark.parametrize(
    ("name", "text"), [("mypy.ini", "[mypy"), ("pyproject.toml", "[tool.mypy"), ("setup.cfg", "x")]
)
def test_what_cannot_be_read_is_an_error(name: str, text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        written(name, text)
