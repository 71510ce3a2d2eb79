"""Writes the shell scripts of the Action and of the workflows as files, for a linter to read."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

EXPRESSION = re.compile(r"\$\{\{.*?\}\}")


def scripts(document: dict[str, Any]) -> Iterator[str]:
    """The `run:` steps of an Action or a workflow; an expression stands as a plain word."""
    parts = [document["runs"]] if "runs" in document else document["jobs"].values()
    for part in parts:
        for step in part["steps"]:
            if "run" in step:
                yield EXPRESSION.sub("expression", step["run"])


def main(folder: Path, files: list[Path]) -> None:
    """Write one script a step into the folder."""
    for file in files:
        for number, script in enumerate(scripts(yaml.safe_load(file.read_text(encoding="utf-8")))):
            header = "#!/usr/bin/env bash\nset -eo pipefail\n"
            (folder / f"{file.stem}-{number}.sh").write_text(header + script, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
