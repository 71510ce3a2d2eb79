"""A browser for all tests, and the site that they look at."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewer import registry
from reviewer.site import write
from tests.browser.chromium import MISSING, Browser, found, started


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """The browser of this machine; without one these tests are skipped."""
    program = found() or pytest.skip(MISSING)
    with started(program, tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the site of all rules."""
    made = tmp_path_factory.mktemp("site")
    write(registry.all_checks(), made, "1.0")
    return made
