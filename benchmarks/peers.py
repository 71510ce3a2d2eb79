"""The tools that we are measured against, each at a pinned version in an environment of its own."""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from measure import Cost, RunFailed, cost

PROCESSES = str(os.cpu_count() or 1)
SEMGREP_RULES = Path(__file__).with_name("semgrep.yaml")


@dataclass(frozen=True, slots=True)
class Peer:
    """A package of PyPI and the command that it is for; the paths to look at come last."""

    name: str
    pin: str
    command: tuple[str, ...]

    def run(self, cache: Path, folder: Path, paths: Sequence[str] = (".",)) -> Cost:
        """Look at these paths of a folder; raises RunFailed where the tool can't be installed or crashes."""
        programs = self._installed(cache)
        words = [str(programs / self.command[0]), *self.command[1:], *paths]
        return cost(words, folder, {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"})

    def _installed(self, cache: Path) -> Path:
        """Where its programs lie; the mark that it is all there is written last."""
        home = cache / "peers" / self.pin
        done = home / "installed"
        if not done.exists():
            try:
                _quiet([sys.executable, "-m", "venv", "--clear", str(home)])
                _quiet([str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", self.pin])
            except subprocess.CalledProcessError as error:
                said = (error.stderr.strip().splitlines() or [""])[-1]
                raise RunFailed(f"{self.pin} can't be installed: {said[:200]}") from error
            done.touch()
        return home / "bin"


def _quiet(command: Sequence[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True)


RUFF = Peer("ruff", "ruff==0.17.6", ("ruff", "check", "--no-cache", "--exit-zero"))
FLAKE8 = Peer("flake8", "flake8==7.5.0", ("flake8", "--jobs", PROCESSES, "--exit-zero"))
WEMAKE = Peer("wemake", "wemake-python-styleguide==1.8.1", ("flake8", "--jobs", PROCESSES, "--exit-zero"))
PYLINT = Peer("pylint", "pylint==4.1.4", ("pylint", "--jobs", PROCESSES, "--exit-zero", "--recursive=y"))
FIXIT = Peer("Fixit", "fixit==2.2.1", ("fixit", "lint"))
SEMGREP = Peer(
    "semgrep",
    "semgrep==1.185.0",
    (
        *("semgrep", "scan", "--quiet", "--metrics=off", "--disable-version-check", "--no-git-ignore"),
        *(f"--config={SEMGREP_RULES}", f"--jobs={PROCESSES}"),
    ),
)
PEERS = (RUFF, FLAKE8, WEMAKE, PYLINT, FIXIT, SEMGREP)
