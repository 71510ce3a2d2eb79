"""A comment's body: what people read, and the hidden marker that says whose it is and what it is about."""

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, unquote

LIMIT = 65_536
CUT = "\n\n*… cut here: a comment on GitHub ends at 65,536 characters. The job summary has the rest.*"
CLOSING_ROOM = 400
FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
DETAILS = re.compile(r"<(/?)details\b")


class Kind(StrEnum):
    """What a comment of ours is: one about a finding or several, one that says so again, an answer to a command."""

    FINDING = "finding"
    FOLD = "fold"
    AGAIN = "again"
    ANSWER = "answer"
    REVIEW = "review"
    SUMMARY = "summary"


@dataclass(frozen=True, slots=True)
class Marker:
    """Our mark: the scope of the job, and what it is about: a finding's fingerprint, a commit, or a command.

    Of findings it also tells the rule, what survives the renaming of their file, and the digests of their code.
    """

    kind: Kind
    scope: str
    about: str
    rule: str = ""
    kin: str = ""
    codes: frozenset[str] = frozenset()

    @property
    def html(self) -> str:
        """The mark as a comment that no reader sees."""
        values = {"scope": self.scope, "about": self.about, "rule": self.rule, "kin": self.kin}
        words = [f"{name}={_word(value)}" for name, value in values.items()]
        return f"<!-- reviewer:{self.kind} {' '.join(words)} codes={'.'.join(sorted(self.codes))} -->"


# At the very end only: text that a finding brings into the middle of a body marks nothing.
MARK = re.compile(
    r"<!-- reviewer:([a-z]+) scope=([\w.~%]*) about=([\w.~%]*) rule=([\w.~%]*) kin=([\w.~%]*) codes=([\w.]*) -->\s*\Z",
    re.ASCII,
)


def _word(text: str) -> str:
    """Text without blanks, brackets and the dashes that could end an HTML comment."""
    return quote(text, safe="").replace("-", "%2D")


def marker(body: str) -> Marker | None:
    """The marker at the end of a body."""
    found = MARK.search(body)
    if found is None or found[1] not in list(Kind):
        return None
    scope, about, rule, kin = map(unquote, found.group(2, 3, 4, 5))
    return Marker(Kind(found[1]), scope, about, rule, kin, frozenset(filter(None, found[6].split("."))))


def sealed(text: str, mark: Marker) -> str:
    """A body with its marker, cut where it would be longer than GitHub takes."""
    seal = f"\n\n{mark.html}"
    return cut(text.rstrip(), LIMIT - len(seal)) + seal


def cut(text: str, limit: int) -> str:
    """The text, or as many whole lines of it as fit, with what they leave open closed and a word that it was cut."""
    if len(text) <= limit:
        return text
    room = max(limit - len(CUT) - CLOSING_ROOM, 0)
    head = text[:room].rpartition("\n")[0] or text[:room]
    head = head[: _open_comment(head)]
    return head + _closing(head) + CUT


def _open_comment(text: str) -> int:
    start = text.rfind("<!--")
    return start if start > text.rfind("-->") else len(text)


def _closing(text: str) -> str:
    """What closes the code fence and the folded parts that the text leaves open."""
    fence, folds = "", 0
    for line in text.splitlines():
        found = FENCE.match(line)
        if fence:
            fence = "" if found and found[1].startswith(fence) else fence
        elif found:
            fence = found[1]
        else:
            folds += sum(-1 if closes else 1 for closes in DETAILS.findall(line))
    closed = (f"\n{fence}" if fence else "") + "\n\n" * (folds > 0) + "</details>\n" * folds
    return closed if len(closed) <= CLOSING_ROOM else ""
