"""The summary comment of a review on a pull request."""

from collections.abc import Iterator
from urllib.parse import quote

from reviewer.github.body import LIMIT, Kind, Marker, sealed
from reviewer.github.commands import Command
from reviewer.github.situation import Place, Situation
from reviewer.github.standing import Comment, Thread
from reviewer.model import Finding
from reviewer.report import markdown
from reviewer.report.comment import Catalogue, Voice, message
from reviewer.report.escaping import code

# What notes and markers take beside the summary's own text.
ROOM = LIMIT - 2_000


def voice(situation: Situation, catalogue: Catalogue) -> Voice:
    """The voice whose links lead to the reviewed commit."""
    commit = situation.review.comparison.head or situation.standing.head

    def address(path: str, line: int) -> str:
        return f"{situation.standing.page}/blob/{commit}/{quote(path, errors='surrogateescape')}#L{line}"

    return Voice(address, catalogue)


def summary(situation: Situation, spoken: Voice, number: int) -> str:
    """The body of the summary of pull request `number`, sealed."""
    told = markdown.Told(_alone(situation), [*_discussed(situation, number)], _told(situation))
    text = markdown.summary(situation.review, told, spoken, ROOM)
    notes = [f"> {note}\n\n" for note in [situation.moved_on] if note]
    return sealed(
        "".join([*notes, text]), Marker(Kind.SUMMARY, situation.scope, situation.review.comparison.head or "")
    )


def _told(situation: Situation) -> str:
    parts = ", ".join(f"{count} {place}" for place in Place if (count := situation.places.get(place, 0)))
    return f"Told: {parts}." if parts else ""


def _alone(situation: Situation) -> list[Finding]:
    """The shown findings that have no thread, neither an old nor a new one."""
    topics = [topic for topic, _ in (*situation.agenda.told, *situation.new)]
    commented = {id(finding) for topic in topics for finding in topic.findings}
    return [finding for finding in situation.review.shown if id(finding) not in commented]


def _discussed(situation: Situation, number: int) -> Iterator[markdown.Discussed]:
    """The findings whose thread GitHub shows folded, because people settled it or its line has changed."""
    settled = {id(thread) for _, thread in situation.settled}
    for topic, thread in situation.agenda.told:
        if id(thread) in settled or thread.discussion.outdated or thread.discussion.resolved:
            ignored = thread.ignored(situation.standing.writers) if id(thread) in settled else None
            note = _note(thread, ignored) if id(thread) in settled else "told on an older line"
            address = f"{situation.standing.page}/pull/{number}#discussion_r{thread.opening.id}"
            for finding in topic.findings:
                yield markdown.Discussed(finding, address, note, ignored=ignored is not None)


def _note(thread: Thread, ignored: tuple[Comment, Command] | None) -> str:
    """Who settled a thread, and how."""
    if ignored:
        comment, asked = ignored
        return f"ignored by {code(comment.author)}: {message(asked.reason)}"
    return f"{'answered' if thread.replies else 'resolved'} by {code(thread.settled_by or '')}"
