"""A comment's body: what people read, and the hidden marker that says whose it is and what it is about."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple
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


class Claim(NamedTuple):
    """That a finding is there: its fingerprint, a digest of its code, and what survives the renaming of its file."""

    name: str
    code: str
    kin: str = ""


@dataclass(frozen=True, slots=True)
class Marker:
    """Our mark: the scope of the job, and what it is about: a finding's fingerprint, a commit, or a command.

    Of findings it also tells the rule, their own files, and each claim; `resolved` that people had resolved the thread.
    """

    kind: Kind
    scope: str
    about: str
    rule: str = ""
    paths: frozenset[str] = frozenset()
    claims: tuple[Claim, ...] = ()
    resolved: bool = False

    @property
    def html(self) -> str:
        """The mark as a comment that no reader sees."""
        paths = ".".join(_word(path).replace(".", "%2E") for path in sorted(self.paths))
        words = [f"scope={_word(self.scope)}", f"about={_word(self.about)}", f"rule={_word(self.rule)}"]
        claims = "~".join(".".join(claim) for claim in self.claims)
        return (
            f"<!-- reviewer:{self.kind} {' '.join(words)} paths={paths} resolved={self.resolved:d} claims={claims} -->"
        )


# At the very end only: text that a finding brings into the middle of a body marks nothing.
MARK = re.compile(
    r"<!-- reviewer:([a-z]+) scope=([\w.~%]*) about=([\w.~%]*) rule=([\w.~%]*) paths=([\w.~%]*) resolved=([01]) "
    r"claims=([\w.~]*) -->\s*\Z",
    re.ASCII,
)


def unsealed(body: str) -> str:
    """A body without its marker."""
    return MARK.sub("", body).rstrip()


def _word(text: str) -> str:
    """Text without blanks, brackets and the dashes that could end an HTML comment."""
    return quote(text, safe="").replace("-", "%2D")


def marker(body: str) -> Marker | None:
    """The marker at the end of a body."""
    found = MARK.search(body)
    if found is None or found[1] not in list(Kind):
        return None
    scope, about, rule = map(unquote, found.group(2, 3, 4))
    paths = frozenset(map(unquote, filter(None, found[5].split("."))))
    parts = [each.split(".") for each in found[7].split("~") if each.count(".") == len(Claim._fields) - 1]
    claims = tuple(Claim(*each) for each in parts)
    return Marker(Kind(found[1]), scope, about, rule, paths, claims, resolved=found[6] == "1")


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
