"""The summary comment of a review on a pull request."""

from collections.abc import Iterator
from urllib.parse import quote

from reviewer.github.body import LIMIT, Kind, Marker, sealed
from reviewer.github.situation import Place, Situation
from reviewer.github.threads import Settlement
from reviewer.model import Finding
from reviewer.report import markdown
from reviewer.report.comment import Catalogue, Voice, message
from reviewer.report.escaping import code

# What notes and markers take beside the summary's own text.
ROOM = LIMIT - 2_000
ALONE = "Without a comment of their own"


def voice(situation: Situation, catalogue: Catalogue) -> Voice:
    """The voice whose links lead to the reviewed commit."""
    commit = situation.review.comparison.head or situation.standing.head

    def address(path: str, line: int) -> str:
        return f"{situation.standing.page}/blob/{commit}/{quote(path, errors='surrogateescape')}#L{line}"

    return Voice(address, catalogue)


def summary(situation: Situation, spoken: Voice, number: int) -> str:
    """The body of the summary of pull request `number`, sealed."""
    listing = markdown.Listing(_alone(situation), ALONE, [*_discussed(situation, number)], _told(situation))
    text = markdown.summary(situation.review, listing, spoken, ROOM)
    notes = [f"> {note}\n\n" for note in [situation.moved_on] if note]
    return sealed(
        "".join([*notes, text]), Marker(Kind.SUMMARY, situation.scope, situation.review.comparison.head or "")
    )


def _told(situation: Situation) -> str:
    parts = ", ".join(f"{count} {place}" for place in Place if (count := situation.places.get(place, 0)))
    return f"Told: {parts}." if parts else ""


def _alone(situation: Situation) -> list[Finding]:
    """The shown findings that have no thread, neither an old nor a new one."""
    old = {id(member.finding) for told in situation.told for member in told.members}
    new = {id(finding) for topic, _ in situation.new for finding in topic.findings}
    return [finding for finding in situation.review.shown if id(finding) not in old | new]


def _discussed(situation: Situation, number: int) -> Iterator[markdown.Discussed]:
    """The findings whose thread GitHub shows folded, because people settled it or its line has changed."""
    for told in situation.told:
        thread = told.thread
        address = f"{situation.standing.page}/pull/{number}#discussion_r{thread.opening.id}"
        for member, settled in told.settlements:
            yield markdown.Discussed(member.finding, address, _note(settled), ignored=settled.reason is not None)
        for finding in told.open.findings if told.open else ():
            if thread.discussion.outdated:
                yield markdown.Discussed(finding, address, "told on a line that has changed since")
            elif thread.discussion.resolved:
                yield markdown.Discussed(finding, address, "told in a thread that is resolved")


def _note(settled: Settlement) -> str:
    """Who settled something, and how."""
    by = f" by {code(settled.by)}" if settled.by else ""
    return f"{settled.how}{by}" + (f": {message(settled.reason)}" if settled.reason is not None else "")
