"""A pull request whose branch is full of traps, and the checkout that the runner makes of it."""

from dataclasses import dataclass
from pathlib import Path
from subprocess import run
from typing import Any

from tests.github.fake import NAME, NUMBER

IDENTITY = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=false")

# Modules that we, pip, venv or Python itself import at some point, and would take from here if they looked here.
TRAPS = (
    "checks/__init__.py",
    "checks/functions/function_too_long.py",
    "conftest.py",
    "encodings/__init__.py",
    "github/__init__.py",
    "hashlib.py",
    "json.py",
    "libcst/__init__.py",
    "pip/__init__.py",
    "pydantic.py",
    "review_rules/shipping.py",
    "reviewer/__init__.py",
    "reviewer/__main__.py",
    "secrets.py",
    "setup.py",
    "setuptools/__init__.py",
    "sitecustomize.py",
    "usercustomize.py",
    "venv/__init__.py",
    "yaml.py",
)
SERVICE = '''"""Orders."""


def cancel(order: int) -> int:
    """Cancel an order."""
    return order
'''
NESTED = '''

def ship(orders: list[int]) -> None:
    """Ship what is due."""
    for order in orders:
        if order:
            while order > 1:
                if order % 2:
                    print("::error::forged by the reviewed code")
                order -= 1
'''
# A rule of the base's own; the branch has a trap in its place.
RULE = '''"""Shipping."""

from reviewer.api import Check, Level


class Shipping(Check):
    """Nothing is found by it. It is there."""

    name = "shipping"
    level = Level.WARNING
    message = "It ships."
'''


def git(folder: Path, *arguments: str) -> str:
    """What git prints."""
    command = ["git", "-C", str(folder), *IDENTITY, *arguments]
    return run(command, capture_output=True, text=True, check=True).stdout.strip()


@dataclass(frozen=True, slots=True)
class Scene:
    """The hosted repository, where it was made, and its commits.

    `fork_point` is the merge base; `base` is the tip of the default branch, which has moved on since.
    """

    hub: Path
    work: Path
    canary: Path
    fork_point: str
    base: str
    head: str
    merge: str

    @property
    def event(self) -> dict[str, Any]:
        """The payload of the `pull_request` event."""
        repository = {"full_name": NAME, "default_branch": "main"}
        side = {"base": self.base, "head": self.head}
        sides = {name: {"sha": sha, "ref": name, "repo": repository} for name, sha in side.items()}
        return {"number": NUMBER, "repository": repository, "pull_request": {"number": NUMBER, **sides}}

    def checkout(self, folder: Path, *, depth: int = 1) -> Path:
        """A clone as actions/checkout leaves it, on the merge commit; depth 0 is the whole history."""
        folder.mkdir(parents=True)
        git(folder, "init", "--quiet")
        git(folder, "remote", "add", "origin", self.hub.as_uri())
        wanted = [f"+refs/pull/{NUMBER}/merge:refs/remotes/pull/{NUMBER}/merge"]
        options = [f"--depth={depth}"] if depth else []
        if not depth:
            wanted.append("+refs/heads/*:refs/remotes/origin/*")
        git(folder, "fetch", "--quiet", "--no-tags", *options, "origin", *wanted)
        git(folder, "checkout", "--quiet", "--detach", f"refs/remotes/pull/{NUMBER}/merge")
        return folder


def build(folder: Path) -> Scene:
    """Make the repository: a branch off an older commit of main, and what GitHub keeps of its pull request."""
    canary, work, hub = folder / "imported", folder / "work", folder / "hub.git"
    work.mkdir(parents=True)
    git(work, "init", "--quiet", "--initial-branch", "main")
    first = {"app/__init__.py": "", "app/orders.py": SERVICE, "pyproject.toml": "[project]\n"}
    fork_point = _commit(work, {**first, "review_rules/shipping.py": RULE})
    plugins = 'plugins = ["review_rules.shipping:Shipping"]\nrules.shipping = {}\n'
    settings = f"[project]\n[tool.reviewer]\n{plugins}github.max-comments = 3\n"
    base = _commit(work, {"app/stock.py": '"""Stock."""\n', "pyproject.toml": settings})
    git(work, "checkout", "--quiet", "-b", "topic", fork_point)
    head = _commit(work, {"app/orders.py": SERVICE + NESTED, **_traps(canary)})
    git(work, "checkout", "--quiet", "--detach", "main")
    git(work, "merge", "--quiet", "--no-ff", "-m", "Merge the topic", "topic")
    merge = git(work, "rev-parse", "HEAD")
    git(work, "update-ref", f"refs/pull/{NUMBER}/head", head)
    git(work, "update-ref", f"refs/pull/{NUMBER}/merge", merge)
    git(folder, "clone", "--quiet", "--mirror", str(work), str(hub))
    return Scene(hub, work, canary, fork_point, base, head, merge)


def _traps(canary: Path) -> dict[str, str]:
    """Files that leave a trace when they are imported, run, installed from or obeyed."""
    # As plain as can be: `encodings` is imported before Python can open a file.
    flags = "posix.O_CREAT | posix.O_APPEND | posix.O_WRONLY"
    trace = f'"""A trap."""\n\nimport posix\n\nposix.write(posix.open({str(canary)!r}, {flags}), __file__.encode())\n'
    information = "reviewer-99.dist-info"
    return {
        **dict.fromkeys(TRAPS, trace),
        f"{information}/METADATA": "Metadata-Version: 2.1\nName: reviewer\nVersion: 99\n",
        f"{information}/entry_points.txt": "[reviewer.checks]\nstandard = checks\ntrap = usercustomize\n",
        "trap.pth": "import usercustomize\n",
        "pip.conf": "[global]\nno-index = true\n",
        "setup.cfg": "[install]\nprefix = /nowhere\n",
        "reviewer.toml": 'select = []\nexclude = ["**"]\n',
    }


def _commit(work: Path, files: dict[str, str]) -> str:
    for name, text in files.items():
        path = work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    git(work, "add", "--all", "--force")
    git(work, "commit", "--quiet", "-m", "Change the shop")
    return git(work, "rev-parse", "HEAD")
