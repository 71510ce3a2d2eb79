"""One of several machines that share a review, and which files are its own."""

import heapq
import re
from collections.abc import Mapping
from dataclasses import dataclass

from reviewer.errors import ReviewerError

WRITTEN = re.compile(r"([1-9][0-9]{0,3})/([1-9][0-9]{0,3})")


@dataclass(frozen=True, slots=True, order=True)
class Shard:
    """The machine with this number, from 1, of so many."""

    number: int
    total: int

    @classmethod
    def read(cls, text: str) -> "Shard":
        """The shard that `2/4` names; raises ReviewerError."""
        found = WRITTEN.fullmatch(text)
        number, total = map(int, found.groups()) if found else (1, 0)
        if number > total:
            raise ReviewerError(f"--shard {text}: write K/N, as in 2/4 for the second of four machines")
        return cls(number, total)

    def __str__(self) -> str:
        """As the user names it."""
        return f"{self.number}/{self.total}"

    @property
    def first(self) -> bool:
        """Whether it is the one that hears the tools."""
        return self.number == 1

    @property
    def last(self) -> bool:
        """Whether it is the one that looks at the project as a whole: the first one has enough to do."""
        return self.number == self.total

    def share(self, weights: Mapping[str, int]) -> frozenset[str]:
        """Its files, of all by their weights: the heaviest goes first to the machine that has least to do.

        That depends on the files alone, so that each machine finds out by itself which ones the others leave to it.
        """
        # As many empty files as there are machines cost time on each of them, too.
        loads = [(0, number) for number in range(1, self.total + 1)]
        own = set()
        for path in sorted(weights, key=lambda each: (-weights[each], each)):
            load, number = loads[0]
            heapq.heapreplace(loads, (load + max(weights[path], 1), number))
            if number == self.number:
                own.add(path)
        return frozenset(own)
