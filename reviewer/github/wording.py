"""What we write on a pull request, sealed with our marker."""

from dataclasses import dataclass, replace

from reviewer.github.body import Kind, Marker, sealed, unsealed
from reviewer.github.commands import Command
from reviewer.github.situation import Told
from reviewer.github.threads import Comment, Statement
from reviewer.github.topics import Topic, claim
from reviewer.report.account import counted
from reviewer.report.comment import Voice, message

CHANGED = "The code has changed since, and the finding stands:\n\n"
MORE = "New since this was settled:\n\n"
MET = "What this review asked for is done."
DROPPED = "This project asks for no changes any more."
DEMAND = " The check fails on them: its level is that of the project's configuration."
HELP = "There is `/reviewer ignore <reason>`, and `/reviewer explain`."
GONE = "The finding is gone."
ELSEWHERE = "This is told in another thread."
TOO_LATE = "The code has changed since you wrote that. If it holds for the code as it is now, say so again."


@dataclass(frozen=True, slots=True)
class Wording:
    """The texts of the job of one scope."""

    voice: Voice
    scope: str

    def statement(self, topic: Topic) -> str:
        """A first comment that tells a topic."""
        return sealed(self._text(topic), topic.mark(self.scope))

    def restated(self, topic: Topic, last: Statement) -> str:
        """The newest statement of a thread as it has to read now."""
        start = _start(topic) if last.mark.kind is Kind.AGAIN else ""
        return sealed(start + self._text(topic), topic.mark(self.scope, last.mark.kind, resolved=last.mark.resolved))

    def again(self, topic: Topic, told: Told) -> str:
        """A statement that tells what is not settled after people had settled what there was."""
        mark = topic.mark(self.scope, Kind.AGAIN, resolved=told.thread.resolved_by_people)
        return sealed(_start(topic) + self._text(topic), mark)

    def renamed(self, told: Told) -> str:
        """The newest statement as it reads, with the names in its marker that its findings have now."""
        last, topic = told.thread.last, Topic(tuple(each.finding for each in told.members), fold=told.thread.fold)
        mark = topic.mark(self.scope, last.mark.kind)
        claims = (*last.mark.claims, *(claim(member.finding) for member, _ in told.settlements))
        kept = replace(mark, claims=tuple(dict.fromkeys(claims)), resolved=last.mark.resolved)
        return sealed(unsealed(last.comment.body), kept)

    def review(self, commit: str, topics: int, *, demands: bool) -> str:
        """The one line of a review."""
        found = f"{counted(topics, 'new comment')} on this change." if topics else "There are findings in this change."
        return sealed(found + DEMAND * demands, Marker(Kind.REVIEW, self.scope, commit))

    def answer(self, comment: Comment, text: str) -> str:
        """An answer to a command."""
        return sealed(text, Marker(Kind.ANSWER, self.scope, str(comment.id)))

    def ignored(self, asked: Command) -> str:
        """That a finding is out of the verdict."""
        return f"Out of the verdict as long as this code stands: {message(asked.reason)}"

    def help(self, asked: Command) -> str:
        """What there is to ask for."""
        return f"Say why: `/reviewer ignore <reason>`. {HELP}" if asked.name == "ignore" else HELP

    def _text(self, topic: Topic) -> str:
        return self.voice.folded(topic.findings) if len(topic.findings) > 1 else self.voice.comment(topic.findings[0])


def _start(topic: Topic) -> str:
    """What is said before a statement that tells something again."""
    return MORE if topic.fold else CHANGED
